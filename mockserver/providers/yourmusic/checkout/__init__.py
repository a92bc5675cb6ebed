"""Paying for a subscription: where a payment page may send people, the page itself, what the payment starts."""

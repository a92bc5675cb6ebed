"""Outgoing webhooks: the outbox, signatures, the courier."""

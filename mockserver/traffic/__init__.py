"""What governs the flow of requests: limits, idempotency, ordered faults."""

"""What the pytest plugin hands to tests: a server, sandboxes, a receiver of webhooks."""

"""The doors; the only room that knows Flask."""

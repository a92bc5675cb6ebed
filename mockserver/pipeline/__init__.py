"""The one way of a request."""

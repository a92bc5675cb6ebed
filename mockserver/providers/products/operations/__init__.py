"""The operations of products, one module per tag."""

"""The operations of gard, one module per tag."""

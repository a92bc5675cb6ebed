"""The operations of tonegrid, one module per tag of the spec."""

"""The operations of og_records, one module per tag."""

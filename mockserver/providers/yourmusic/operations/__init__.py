"""The operations, one module for each tag of the specification."""

"""The suite's own eye test: a known fault is put between suite and target, and the suite has to see it."""

"""Generated input: schemathesis beats on the target, and its failures are told as broken requirements."""

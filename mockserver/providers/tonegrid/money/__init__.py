"""Everything that is counted in streams and cents, from one ledger."""

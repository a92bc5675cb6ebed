"""How releases come in from outside: bundles in JSON, CSV and DDEX, and the jobs that take them in."""

"""DDEX messages of tonegrid: written, checked and read."""

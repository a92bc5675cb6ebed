"""Soundcheck's stateful mock of five music-industry APIs."""

__version__ = "0.1.0"

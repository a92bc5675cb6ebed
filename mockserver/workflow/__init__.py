"""Lifecycles at work: the machine and its timers."""

"""Scenarios: Arazzo 1.0.1 files, played step by step by an executor that refuses what it does not understand."""

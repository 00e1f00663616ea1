"""Simulate: study folders with a known truth, which then walk through the rooms like any other."""

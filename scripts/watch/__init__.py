"""Watching a stack: what it logs and what it counts, the same on the local stage and in an account."""

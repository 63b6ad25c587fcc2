"""Faults of a dataset: duplicates, leaks, bad sound, doubtful labels."""

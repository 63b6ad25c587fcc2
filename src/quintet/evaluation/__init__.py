"""Probes, splits, metrics and stored benchmark runs."""

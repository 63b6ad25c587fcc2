"""Extraction: plan what is missing, hear it once, keep it."""

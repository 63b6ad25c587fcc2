"""Readers of foreign checkpoint formats: arrays out of files, nothing executed."""

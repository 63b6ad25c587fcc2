"""Catalogue: which datasets are known, where they lie, and the table of their tracks."""

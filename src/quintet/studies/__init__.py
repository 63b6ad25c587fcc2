"""Studies: analyses of a stored collection, computed once, kept with the fingerprints they came from."""

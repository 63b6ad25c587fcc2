"""Arrays in, small results out: labels, metrics, bootstrap, neighbours, significance."""

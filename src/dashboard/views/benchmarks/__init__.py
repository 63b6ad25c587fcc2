"""The parts of the Benchmarks page: which runs are shown, and one file for each view of them."""

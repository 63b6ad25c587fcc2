"""One module per reader: `make(root) -> Place` lays out a small dataset of its kind, as it lies on a disk."""

"""What lies on disk: files replaced in one step, and locks between processes."""

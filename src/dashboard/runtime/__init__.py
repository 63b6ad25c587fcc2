"""What lives as long as the server: the inference gate, bytes of uploads, bounded caches."""

"""What reads a collection of music: one module or package for each dataset."""

"""What turns sound into embeddings: one module or package for each backbone."""

"""Projections of embeddings to two dimensions, measured, aligned and stored."""

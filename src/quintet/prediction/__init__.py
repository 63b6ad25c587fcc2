"""One clip through a model: class probabilities, tags, nearest tracks."""

"""The views of the Datasets page, a module each with `show(dataset)`."""

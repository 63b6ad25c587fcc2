"""The Map page's parts: joined maps, what colours them, what is done with a selection."""

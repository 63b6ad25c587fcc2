"""Where the weights of a backbone lie, what fetches them, and what checks them."""

"""How alike two models arrange the same tracks."""

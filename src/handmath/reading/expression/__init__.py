"""Reading an expression in two dimensions: which symbols there are, and how they hang together."""

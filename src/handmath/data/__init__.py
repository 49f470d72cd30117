"""Archives → images → tensors, and what may be wrong with them."""

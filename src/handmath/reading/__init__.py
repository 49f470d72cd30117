"""A picture of a line → its LaTeX."""

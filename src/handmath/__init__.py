"""Handwritten math symbols, recognised by a pipeline that gives the same bits on every machine."""

"""Handwritten math symbols, recognised by a pipeline that gives the same bits on every machine."""

from handmath import determinism as determinism  # first of all: torch reads its settings once

"""Recognises handwritten math symbols: a DVC pipeline and its parts; reads lines of them."""

from importlib import import_module
from typing import Any


def __getattr__(name: str) -> Any:
    """`handmath.read`, which PyTorch is loaded for only when somebody asks for it."""
    if name == "read":
        return import_module("handmath.reading.reader").read
    raise AttributeError(f"module 'handmath' has no attribute {name!r}")

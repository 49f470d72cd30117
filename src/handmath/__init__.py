"""Recognises handwritten math symbols: a DVC pipeline and its parts; reads lines of them.

`read`, `Reader`, `Reading` and `Symbol` are loaded when somebody asks for them.
"""

from typing import TYPE_CHECKING

__all__ = ["Reader", "Reading", "Symbol", "read"]

if TYPE_CHECKING:
    from handmath.reading.reader import Reader, read
    from handmath.reading.result import Reading, Symbol
else:

    def __getattr__(name):
        """What `__all__` names, and NumPy and OpenCV with it."""
        if name in __all__:
            from handmath.reading import reader, result

            return getattr(result if hasattr(result, name) else reader, name)
        raise AttributeError(f"module 'handmath' has no attribute {name!r}")

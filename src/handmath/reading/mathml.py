"""LaTeX of a line in MathML, which Word takes and screen readers speak."""

EMPTY = '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"></math>'


def of(latex: str) -> str:
    """Presentation MathML of a line's LaTeX, on one line: a `<math>` with its namespace."""
    from latex2mathml.converter import convert  # here, for it takes a while to load

    return convert(latex, display="block") if latex else EMPTY

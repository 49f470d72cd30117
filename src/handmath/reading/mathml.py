"""An expression in MathML, which Word takes, web pages show and screen readers speak."""

from html import escape

from handmath.data.tree import Expression, Relation
from handmath.reading import terms
from handmath.reading.terms import HIGH, LIMITS, LOW, Term

TAGS = {"number": "mn", "letter": "mi", "greek": "mi", "function": "mi"}  # all others are <mo>
CHARACTERS = {"-": "−", "~": "∼"}  # which have signs of their own
APPLY = "\N{FUNCTION APPLICATION}"  # is not seen, but spoken
EMPTY = "<mrow></mrow>"
THIN = "0.1667em"  # TeX's space between a function and what is beside it


def of(expression: Expression) -> str:
    """Presentation MathML on one line, in ASCII: a `<math>` with its namespace."""
    written: dict[int, str] = {}  # each row, by its first symbol
    items: list[str] = []
    for first, row in terms.rows(expression):
        items = _row(row, written)
        written[first] = items[0] if len(items) == 1 else _group(items)
    whole = _group(items) if items else ""
    math = f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">{whole}</math>'
    return math.encode("ascii", "xmlcharrefreplace").decode()


def _row(row: list[Term], written: dict[int, str]) -> list[str]:
    """The elements of a row; what is between brackets is one."""
    closing = terms.pairs(row)
    opening = set(closing.values())
    around: list[list[str]] = []  # of each open pair of brackets, what is before it
    items: list[str] = []
    for at, term in enumerate(row):
        hanging = {relation: written[first] for relation, first in term.hanging.items()}
        if term.kind == "function" and at and row[at - 1].ends_operand:
            items.append(f'<mspace width="{THIN}"></mspace>')
        if at in opening:
            around.append(items)
            items = [_scripts(_operator(term.text), term, hanging)]
        elif at in closing:
            group = _group([*items, _operator(term.text)])
            items = [*around.pop(), _scripts(group, term, hanging)]
        else:
            items.append(_scripts(_symbol(term, hanging), term, hanging))
        if term.kind == "function" and at + 1 < len(row):
            apart = "" if at + 1 in opening else f' rspace="{THIN}"'
            items.append(f"<mo{apart}>{APPLY}</mo>")
    return items


def _symbol(term: Term, hanging: dict[Relation, str]) -> str:
    """One without its scripts; what it makes use of is taken out of `hanging`."""
    if term.kind == "fraction":
        return f"<mfrac>{hanging.pop('above', EMPTY)}{hanging.pop('below', EMPTY)}</mfrac>"
    if term.kind == "root":
        inside, index = hanging.pop("inside", EMPTY), hanging.pop("above", "")
        return f"<mroot>{inside}{index}</mroot>" if index else f"<msqrt>{inside}</msqrt>"
    if tag := TAGS.get(term.kind):
        return f"<{tag}>{escape(term.text)}</{tag}>"
    if len(term.text) > 1:
        return f"<mtext>{escape(term.text.replace('_', ' '))}</mtext>"
    if term.stands in {"opening", "closing", "stroke"}:  # and has no fellow
        return f'<mo stretchy="false">{term.text}</mo>'
    return _operator(term.text)


def _operator(character: str) -> str:
    return f"<mo>{escape(CHARACTERS.get(character, character))}</mo>"


def _scripts(base: str, term: Term, hanging: dict[Relation, str]) -> str:
    """With what hangs on it: limits, or scripts, as LaTeX has it."""
    if "inside" in hanging:
        base = _group([base, hanging["inside"]])
    low, high = (
        [hanging[relation] for relation in relations if relation in hanging]
        for relations in (LOW, HIGH)
    )
    under, over = ("under", "over") if term.stands in LIMITS else ("sub", "sup")
    tag = f"m{under if low else ''}{over if high else ''}"
    parts = [part[0] if len(part) == 1 else _group(part) for part in (low, high) if part]
    return f"<{tag}>{base}{''.join(parts)}</{tag}>" if parts else base


def _group(items: list[str]) -> str:
    return f"<mrow>{''.join(items)}</mrow>"

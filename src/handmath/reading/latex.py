"""A line of classes, or a tree of them, in LaTeX."""

from collections.abc import Sequence

from handmath.data import alphabet, typography
from handmath.data.tree import Expression, Relation

# By character, what is not written as `alphabet.COMMANDS` has it, such as `"hbar": r"\hbar"` for a
# class of that name, or `"÷": "/"`.
LATEX = {"~": r"\sim"} | {character: f"\\{character}" for character in "{}%&#$_"}


def of(label: str) -> str:
    """LaTeX of one class; of a name without a place in the alphabet, that name upright."""
    character = alphabet.character(label)
    if character in LATEX:
        return LATEX[character]
    if character in alphabet.COMMANDS and (len(character) > 1 or not character.isascii()):
        return f"\\{alphabet.COMMANDS[character]}"
    if len(character) == 1:
        return character
    name = "".join(LATEX.get(one, one) for one in character.replace("_", " "))
    return rf"\mathrm{{{name}}}"


def join(labels: Sequence[str]) -> str:
    """LaTeX of a line: digits close together, a space around everything else.

    A command needs the space before a letter to end it.
    """
    result = ""
    before = " "
    for label in labels:
        character, latex = alphabet.character(label), of(label)
        apart = {character, before} & alphabet.OPERATORS or len(latex) > 1 or len(before) > 1
        result += (" " if apart and result else "") + latex
        before = character if len(latex) == 1 else latex
    return result


def of_tree(expression: Expression) -> str:
    r"""LaTeX of an expression, tokens apart by spaces, as `x ^ { 2 }`.

    Braces stand around scripts and arguments and around nothing else, a subscript before a
    superscript. Every symbol is written: a fraction bar that lacks one side has an empty group
    there. A row of arithmetic is written as `join` does.
    """
    children, rows = expression.children(), expression.rows()
    if not rows:
        return ""
    line = [expression.labels[index] for index in rows[-1]]
    if len(rows) == 1 and {alphabet.kind(label) for label in line} <= alphabet.ARITHMETIC:
        return join(line)
    written: dict[int, str] = {}  # each row, by its first symbol
    for row in rows:
        symbols = []
        for index in row:
            hanging: dict[Relation, str] = {
                name: written[at] for name, at in children[index].items() if name != "right"
            }
            symbols.append(_with(expression.labels[index], hanging))
        written[row[0]] = " ".join(symbols)
    return written[rows[-1][0]]


def _with(label: str, hanging: dict[Relation, str]) -> str:
    """A symbol and what hangs on it, in LaTeX by its relation.

    What stands above and below is a limit, also where nobody would write one.
    """
    stands = typography.class_of(label)
    if stands == "minus" and {"above", "below"} & hanging.keys():
        latex = rf"\frac {_group(hanging.pop('above', ''))} {_group(hanging.pop('below', ''))}"
    elif stands == "root":
        latex = rf"\sqrt {_index(hanging.pop('above', ''))}{_group(hanging.pop('inside', ''))}"
    else:
        latex = of(label)
    if "inside" in hanging:
        latex += f" {_group(hanging['inside'])}"
    for mark, limit, script in (("_", "below", "sub"), ("^", "above", "sup")):
        written = [hanging[name] for name in (limit, script) if name in hanging]
        if written:
            latex += f" {mark} {_group(' '.join(written))}"
    return latex


def _group(latex: str) -> str:
    return f"{{ {latex} }}" if latex else "{ }"


def _index(latex: str) -> str:
    """Of a root; a bracket in it would end it, but not in braces."""
    if not latex:
        return ""
    return f"[ {_group(latex)} ] " if "]" in latex else f"[ {latex} ] "

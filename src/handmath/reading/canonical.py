r"""LaTeX in one spelling, so that what was read compares with what was written.

Each symbol has one spelling; braces stand around scripts and arguments and around nothing else; a
subscript stands before a superscript; sizes, spaces and fonts are gone. `x^2_i`, `{x}_i^{ 2 }` and
`\mathrm{x}_{i}^2` are the same.
"""

import re
from dataclasses import dataclass, field

from handmath.data import alphabet

TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\S")
# One spelling of each symbol, and the others apart by spaces.
_OTHERS = {
    "<": r"\lt", ">": r"\gt", r"\leq": r"\le", r"\geq": r"\geq \ge", r"\neq": r"\ne",
    r"\rightarrow": r"\to", r"\ldots": r"\cdots \dots \dotsc", ".": r"\cdot", "-": "−",
    "*": r"\ast", r"\{": r"\lbrace", r"\}": r"\rbrace", "[": r"\lbrack", "]": r"\rbrack",
    "(": r"\lgroup", ")": r"\rgroup", "|": r"\vert \mid", r"\frac": r"\dfrac \tfrac",
    r"\sqrt": r"\surd", r"\phi": r"\varphi",
}  # fmt: skip
_SPELLINGS = {other: one for one, others in _OTHERS.items() for other in others.split()}
_SPELLINGS |= {  # "≤" is typed as it is
    character: _SPELLINGS.get(f"\\{command}", f"\\{command}")
    for character, command in alphabet.COMMANDS.items()
    if not character.isascii()
}
_IGNORED = frozenset({
    "$", "~", "\\ ", r"\,", r"\!", r"\;", r"\:", r"\quad", r"\left", r"\right", r"\big", r"\Big",
    r"\bigg", r"\Bigg", r"\bigl", r"\bigr", r"\limits", r"\nolimits", r"\displaystyle",
    r"\mathrm", r"\rm", r"\operatorname", r"\mbox",
})  # fmt: skip
_ARGUMENTS = {r"\frac": 2, r"\sqrt": 1}
_CLOSES = {"{": "}", "[": "]"}
_END = {"}", "_", "^"}  # of what is still to have an argument


@dataclass
class _Open:
    """What has begun and not ended: a group, or something that waits for its arguments.

    Attributes:
        by: what began it: "{" or "[" of a group, "" of the whole; "_" or "^"; a command.
        waits: how many arguments are missing.
        written: canonical tokens so far.
        scripts: of a group's last symbol.
    """

    by: str
    waits: int = 0
    written: list[str] = field(default_factory=list)
    scripts: dict[str, list[str]] = field(default_factory=lambda: {"_": [], "^": []})

    def flush(self) -> None:
        """Write the last symbol's scripts."""
        for mark, script in self.scripts.items():
            if script:
                self.written += [mark, "{", *script, "}"]
        self.scripts = {"_": [], "^": []}


def tokens(latex: str) -> list[str]:
    """Canonical tokens of LaTeX; what is not well-formed is read as far as it goes."""
    whole = _Open("")
    opened = [whole]
    for sign in _spelled(latex):
        while opened[-1].waits and sign in _END:
            _give(opened, [])
        top = opened[-1]
        if sign == "{" or (sign == "[" and top.by == r"\sqrt" and len(top.written) == 1):
            opened.append(_Open(sign))
        elif sign in _ARGUMENTS:
            opened.append(_Open(sign, _ARGUMENTS[sign], [sign]))
        elif sign in {"_", "^"}:
            opened.append(_Open(sign, 1))
        elif sign == "'" and not top.waits:  # f' is f^{\prime}
            top.scripts["^"].append(r"\prime")
        elif not top.waits and sign == _CLOSES.get(top.by):
            _close(opened)
        elif sign == "}":  # one too many
            top.flush()
        else:
            _give(opened, [sign])
    while len(opened) > 1:
        _give(opened, []) if opened[-1].waits else _close(opened)
    whole.flush()
    return _dots(whole.written)


def _spelled(latex: str) -> list[str]:
    return [_SPELLINGS.get(token, token) for token in TOKEN.findall(latex) if token not in _IGNORED]


def _close(opened: list[_Open]) -> None:
    """End the innermost group."""
    group = opened.pop()
    group.flush()
    if group.by == "[":  # the index of a root
        opened[-1].written += ["[", *group.written, "]"]
    else:
        _give(opened, group.written)


def _give(opened: list[_Open], written: list[str]) -> None:
    """Give a symbol or a group to whatever waits for it, and end that if it was the last."""
    while (top := opened[-1]).waits:
        top.waits -= 1
        if top.by in {"_", "^"}:
            opened.pop()
            opened[-1].scripts[top.by] += written
            return
        top.written += ["{", *written, "}"]
        if top.waits:
            return
        written = opened.pop().written
    top.flush()
    top.written += written


def _dots(written: list[str]) -> list[str]:
    r"""With `\ldots` for three points."""
    result: list[str] = []
    for token in written:
        result.append(token)
        if result[-3:] == [".", ".", "."]:
            result[-3:] = [r"\ldots"]
    return result

"""What a class is as a character and in LaTeX, by the names that symbol sets give their folders."""

from collections.abc import Iterable, Mapping

DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
# Names whose LaTeX is the command of that name.
COMMANDS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π",
    "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω",
    "div": "÷", "times": "×", "pm": "±", "cdot": "·", "ast": "*",
    "leq": "≤", "geq": "≥", "neq": "≠", "approx": "≈", "equiv": "≡", "sim": "~",
    "in": "∈", "subset": "⊂", "cup": "∪", "cap": "∩", "emptyset": "∅", "forall": "∀",
    "exists": "∃", "infty": "∞", "partial": "∂", "nabla": "∇", "int": "∫", "sum": "∑", "prod": "∏",
    "rightarrow": "→", "leftarrow": "←", "ldots": "…", "prime": "′",
    "cos": "cos", "sin": "sin", "tan": "tan", "log": "log", "ln": "ln", "lim": "lim", "exp": "exp",
}  # fmt: skip
# The others, and other names for some of those: character and LaTeX.
OTHERS = {
    "decimal": (".", "."), "dot": (".", "."), "point": (".", "."),
    "plus": ("+", "+"), "minus": ("-", "-"), "dash": ("-", "-"), "equal": ("=", "="),
    "equals": ("=", "="), "slash": ("/", "/"), "forward_slash": ("/", "/"),
    "lt": ("<", "<"), "gt": (">", ">"), "sqrt": ("√", r"\surd"), "ascii_124": ("|", "|"),
    "pipe": ("|", "|"), "comma": (",", ","), "exclamation": ("!", "!"), "colon": (":", ":"),
    "left_parenthesis": ("(", "("), "right_parenthesis": (")", ")"),
    "left_bracket": ("[", "["), "right_bracket": ("]", "]"),
    "left_brace": ("{", r"\{"), "right_brace": ("}", r"\}"), "{": ("{", r"\{"), "}": ("}", r"\}"),
    "percent": ("%", r"\%"), "%": ("%", r"\%"), "&": ("&", r"\&"), "#": ("#", r"\#"),
    "$": ("$", r"\$"), "_": ("_", r"\_"),
}  # fmt: skip
SYMBOLS: dict[str, tuple[str, str]] = {
    **{name: (str(digit), str(digit)) for digit, name in enumerate(DIGITS)},
    **{name: (character, f"\\{name}") for name, character in COMMANDS.items()},
    **OTHERS,
}
"""Name of a class → its character and its LaTeX."""
OPERATORS = set("+-×÷=±<>≤≥≠≈≡~∈⊂→←")


def names(label: str, own: Mapping[str, str] = {}) -> tuple[str, str]:
    """Character and LaTeX of a class; `own` is the LaTeX of classes that somebody wants otherwise.

    A name that `SYMBOLS` lacks stands for itself if it is one character, else it is upright text.
    """
    plain = label.replace("_", " ")
    default = (label, label if len(label) == 1 else rf"\mathrm{{{plain}}}")
    character, latex = SYMBOLS.get(label, default)
    return character, own.get(label, latex)


def by_character(labels: Iterable[str]) -> dict[str, str]:
    """The class that stands for each character; of several the last by name."""
    return {names(label)[0]: label for label in sorted(labels)}

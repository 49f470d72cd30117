"""A reading as HTML: typeset, its symbols to choose anew, what it comes to, to copy, its boxes."""

import base64
import io
from collections.abc import Iterable
from html import escape

from PIL import Image

from handmath.base.errors import InputError
from handmath.data import alphabet
from handmath.figures.annotate import COLOURS, ORANGE, annotate, places
from handmath.reading import mathml
from handmath.reading.arithmetic import spaced
from handmath.reading.classify import REJECT
from handmath.reading.result import Reading, Symbol
from handmath.reading.thresholds import THRESHOLDS
from handmath.reading.value import answer, conclude

SHOWN = 1200  # pixels, longer side of the picture with boxes
ORDER = [character for of in alphabet.SYMBOLS.values() for character in of]
LETTERS = {"letter", "greek", "function"}  # kinds of symbols: what has some has no value
LEGEND = {"row": "on the line", "sup": "above, smaller", "sub": "below, smaller",
          "fraction": "in a fraction", "root": "in a root", "unsure": "unsure"}  # fmt: skip
MARKS = {"true": "✓ ", "false": "✗ "}  # beside the colour, for those who don't see it


def hint(text: str) -> str:
    """What is shown before anything is written."""
    return f'<p class="hint">{escape(text)}</p>'


def complaint(text: str) -> str:
    """What is shown where nothing was read."""
    return f'<p class="complaint" role="alert">⚠️ {escape(text)}</p>'


def choices(classes: Iterable[str]) -> dict[str, str]:
    """The classes that a symbol may be corrected to → their characters, in the alphabet's order."""
    named = alphabet.by_character(label for label in classes if label != REJECT)
    place = {character: index for index, character in enumerate(ORDER)}
    order = sorted(named, key=lambda character: (place.get(character, len(place)), character))
    return {named[character]: character for character in order}


def key(symbol: Symbol) -> str:
    """The box of a symbol as text."""
    return ",".join(map(str, symbol.box))


def html(picture: Image.Image, reading: Reading, choices: dict[str, str], vouched: bool) -> str:
    """Tell a reading. Whether it is true is withheld while it is unsure.

    Args:
        picture: what was read.
        reading: of it.
        choices: as of `choices`.
        vouched: whether a person says that the reading is right, so that it is sure.
    """
    kind, message = verdict(reading) if reading.sure or vouched else doubt(reading)
    symbols = "".join(select(symbol, choices) for symbol in reading.symbols)
    unsure = kind == "unsure"
    right = '<p class="vouch"><button class="right">It is what I wrote</button></p>' * unsure
    kept = f"{spaced(reading.text)} is unsure" if unsure else message
    written = mathml.of(reading.tree)
    typeset = f'<div class="typeset">{written}</div>' if reading.links else ""
    return f"""<section data-kept="{escape(MARKS.get(kind, "") + kept)}" data-kind="{kind}">
{typeset}<p class="line">{symbols}</p>
<p class="help">Is a symbol wrong? Click it and choose another.</p>
<p class="verdict {kind}" role="status">{MARKS.get(kind, "")}{escape(message)}</p>{right}
<label class="latex">LaTeX <input readonly value="{escape(reading.latex)}"></label>
<button class="copy" data-copy="{escape(reading.latex)}">Copy LaTeX</button>
<button class="copy" data-copy="{escape(written)}">Copy MathML</button>
<p>{inline(boxes(picture, reading))}</p>{legend(reading) if reading.links else ""}
</section>"""


def verdict(reading: Reading) -> tuple[str, str]:
    """Its kind and what it comes to: “true”, “false”, “value”, “letters” or “incomplete”."""
    if any(alphabet.kind(label) in LETTERS for label in reading.labels):
        return "letters", reading.text
    try:
        found = answer(reading.tree)
        return found if found in MARKS else "value", conclude(reading.tree)
    except InputError as error:
        return "incomplete", str(error)


def doubt(reading: Reading) -> tuple[str, str]:
    """The kind “unsure”, and what to look at."""
    message = "Unsure: look whether each symbol is what you wrote."
    if reading.ink_share < THRESHOLDS.min_ink_share:
        message += " Not all of the ink was read: what is boxed in grey was left out."
    return "unsure", message


def select(symbol: Symbol, choices: dict[str, str]) -> str:
    """A symbol that shows the other choices when it is clicked."""
    options = "".join(
        f'<option value="{escape(label)}"{" selected" * (character == symbol.character)}>'
        f"{escape(character)}</option>"
        for label, character in choices.items()
    )
    sure = symbol.confidence >= THRESHOLDS.min_confidence
    name = f"{symbol.character}{'' if sure else ', unsure'}; choose another"
    return (
        f'<select data-box="{key(symbol)}" aria-label="{escape(name)}" title="Choose another"'
        f"{'' if sure else ' class=unsure'}>{options}</select>"
    )


def boxes(picture: Image.Image, reading: Reading) -> Image.Image:
    """The part of a picture that has ink, with boxes and what each was read as."""
    parts = [reading.box, *reading.left_out]
    lefts, tops, rights, bottoms = zip(*parts, strict=True)
    margin = reading.box[3] - reading.box[1]  # for a caption above
    left, top = max(min(lefts) - margin, 0), max(min(tops) - margin, 0)
    right = min(max(rights) + margin, reading.size[0])
    bottom = min(max(bottoms) + margin // 4, reading.size[1])
    return annotate(picture, reading).crop((left, top, right, bottom))


def legend(reading: Reading) -> str:
    """What the colours of the boxes mean, of those that there are."""
    there = {
        place if symbol.confidence >= THRESHOLDS.min_confidence else "unsure"
        for symbol, place in zip(reading.symbols, places(reading.tree), strict=True)
    }
    items = "".join(
        f'<li><span style="background: {colour}"></span>{LEGEND[place]}</li>'
        for place, colour in (*COLOURS.items(), ("unsure", ORANGE))
        if place in there
    )
    return f'<ul class="legend" aria-label="Colours of the boxes">{items}</ul>'


def inline(picture: Image.Image) -> str:
    """An `<img>` that holds its picture, so that no file is written for it."""
    picture.thumbnail((SHOWN, SHOWN))
    data = io.BytesIO()
    picture.save(data, "PNG")
    encoded = base64.b64encode(data.getvalue()).decode()
    return f'<img src="data:image/png;base64,{encoded}" alt="The symbols found, in boxes">'

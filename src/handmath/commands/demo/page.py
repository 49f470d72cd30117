"""The demo's page: two tabs, each with a place for a line and what was read there."""

import base64
import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Self

from PIL import Image

from handmath.base.errors import InputError
from handmath.commands.demo import result
from handmath.commands.demo.gradio_set_up import gr
from handmath.data import image_file
from handmath.reading.reader import Reader

MOST_PIXELS = 50_000_000  # of a picture; what has more is not decoded
HEAD = "# handmath\nReads handwritten mathematics and writes it in LaTeX and MathML."
WRITE = (
    "Write a line such as 12 ÷ 4 = 3, or an expression with letters, powers, fractions and roots, "
    "with the mouse or a finger; it is read as you go."
)
CHOOSE = "Choose or drop a picture of one line or expression, or take a photo of it."
PAD = """<canvas aria-label="Drawing pad"></canvas>
<button class="undo">Undo</button> <button class="clear">Next line</button>"""
PHOTO = """<input type="file" accept="image/*" aria-label="A picture of one line or expression">
<button class="clear">Next picture</button> <span role="alert"></span>"""


def page(reader: Reader) -> gr.Blocks:
    """Lay out the page, and say what happens on it."""
    blocks = gr.Blocks(title="handmath", analytics_enabled=False)
    with blocks:
        gr.Markdown(HEAD, elem_id="head")
        for title, template, hint in (("Draw", PAD, WRITE), ("Photo", PHOTO, CHOOSE)):
            with gr.Tab(title):
                own = title.lower()
                source = component(own, f"{own}.js", template=template)
                shown = component(f"{own}-result", "result.js", value=result.hint(hint))
                answer_events(reader, source, shown, hint)
    return blocks


def component(name: str, script: str, template: str = "${value}", value: str = "") -> gr.HTML:
    """A part of the page, with its id and its JavaScript."""
    return gr.HTML(
        value,
        html_template=template,
        elem_id=name,
        js_on_load=asset(script),
        apply_default_css=False,
    )


def answer_events(reader: Reader, source: gr.HTML, shown: gr.HTML, hint: str) -> None:
    """Read what is drawn or chosen in one place, and show it in another."""

    def read(text: str | None) -> str:
        number = 0
        try:
            asked = Asked.parse(text)
            number = asked.number
            shown = told(reader, asked) if asked.picture else result.hint(hint)
        except InputError as error:
            shown = result.complaint(str(error))
        return f'<div data-number="{number}">{shown}</div>'

    # The last picture counts: those drawn while one was read are passed over.
    source.read(read, source, shown, trigger_mode="always_last", show_progress="hidden")


@dataclass(frozen=True)
class Asked:
    """What the page asks for.

    Attributes:
        picture: of one line or expression, as a data URL, or empty.
        corrections: the class of some symbols, by their boxes as `result.key` has them. They
            survive the next stroke, for it leaves the other symbols where they are.
        vouched: whether the person says that the reading is right.
        number: of the request on its page, by which that tells the answer to the last.
    """

    picture: str
    corrections: dict[str, str]
    vouched: bool
    number: int

    @classmethod
    def parse(cls, text: str | None) -> Self:
        """Read it from JSON.

        Raises:
            InputError: it is something else.
        """
        try:
            asked = cls(**json.loads(text or ""))
        except (ValueError, TypeError, RecursionError):
            raise InputError("the page asked for something else than a reading") from None
        right = (
            isinstance(asked.picture, str)
            and isinstance(asked.corrections, dict)
            and all(isinstance(label, str) for label in asked.corrections.values())
            and isinstance(asked.vouched, bool)
            and type(asked.number) is int
        )
        if not right:
            raise InputError("the page asked for something else than a reading")
        return asked


def told(reader: Reader, asked: Asked) -> str:
    """Read a picture, correct the reading and tell it in HTML.

    Raises:
        InputError: it can't be read.
    """
    picture = decode(asked.picture)
    reading = reader.read(picture)
    expression = reader.expression if reading.links else None
    choices = result.choices((expression or reader.line).network.classes)
    labels = []
    for symbol in reading.symbols:
        label = asked.corrections.get(result.key(symbol), symbol.label)
        labels.append(label if label in choices else symbol.label)
    return result.html(picture, reading.correct(labels), choices, asked.vouched)


def asset(name: str) -> str:
    """A file of the page, from beside this one."""
    return (files("handmath.commands.demo") / name).read_text(encoding="utf-8")


def decode(url: str) -> Image.Image:
    """Open the picture of a data URL; its pixels are not decoded yet.

    Raises:
        InputError: it is no picture, or one of more than `MOST_PIXELS`.
    """
    try:
        picture = image_file.open_image(base64.b64decode(url.partition(",")[2]))
    except ValueError:
        raise InputError("the picture is no data URL") from None
    except image_file.UnreadableError as error:
        raise InputError(f"the picture {error}") from None
    if picture.width * picture.height > MOST_PIXELS:
        megapixels = MOST_PIXELS // 10**6
        raise InputError(f"the picture has more than {megapixels} megapixels; make it smaller")
    return picture

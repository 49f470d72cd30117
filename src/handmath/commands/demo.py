"""The demo: a page to draw a line on, or drop a photo into, that reads it at once.

Served by Gradio to this machine alone. Nothing is fetched from elsewhere, nothing is reported to
anyone, and no picture is kept: the browser sends drawings and files as text, and neither becomes a
file here. `guard` refuses all that the page itself does not ask.
"""

import atexit
import base64
import errno
import io
import os
import shutil
import signal
import socket
import tempfile
from html import escape
from importlib.resources import files
from pathlib import Path

from PIL import Image

from handmath.base.errors import InputError
from handmath.commands.guard import Guard
from handmath.data import image_file
from handmath.figures.annotate import annotate
from handmath.reading.arithmetic import conclude
from handmath.reading.reader import Reader
from handmath.reading.thresholds import THRESHOLDS

FOLDER = tempfile.mkdtemp(prefix="handmath-demo-")
atexit.register(shutil.rmtree, FOLDER)
# Read on import: pictures are nobody else's, and the page works without a network.
os.environ.update(GRADIO_TEMP_DIR=FOLDER, GRADIO_ANALYTICS_ENABLED="False", HF_HUB_OFFLINE="1")
import gradio as gr  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402

HOST = "127.0.0.1"
MOST_PIXELS = 50_000_000  # of a picture; what has more is not decoded
SHOWN = 1200  # pixels, longer side of the picture with boxes
HINT = "Write a line such as 12 ÷ 4 = 3 with the mouse or a finger; it is read as you go."
FORMULAS: list[dict[str, str | bool]] = [{"left": "$$", "right": "$$", "display": True}]
PAD = """<canvas aria-label="Drawing pad"></canvas>
<button class="undo">Undo</button> <button class="clear">Clear</button>"""
PHOTO = """<input type="file" accept="image/*" aria-label="A picture of one line">
<button class="clear">Clear</button> <span role="alert"></span>"""
CSS = """
/* A result below must not widen the page: the pad would move under the pen. */
html { scrollbar-gutter: stable }
.gradio-container, .gradio-container > main { width: 100% !important;
    max-width: 800px !important; margin: auto !important }
.gradio-container > main > * { width: 100% }
#pad, #photo { padding: 0 }
#pad canvas { display: block; width: 100%; height: 260px; margin-bottom: 8px; background: white;
    border: 1px solid #a1a1aa; border-radius: 8px; cursor: crosshair; touch-action: none }
#pad button, #photo button { padding: 4px 16px; border: 1px solid #a1a1aa; border-radius: 6px;
    cursor: pointer; font: inherit }
#photo input { display: block; width: 100%; height: 260px; margin-bottom: 8px; padding: 1em;
    border: 1px dashed #a1a1aa; border-radius: 8px; cursor: pointer }
#formula .katex { font-size: 2em }
#message { font-size: 1.1em }
#boxes { padding: 0 }
#boxes img { max-width: 100%; max-height: 60vh; margin: auto; border-radius: 8px }
"""

Told = tuple[str, str, str, str]  # the formula, what to say of it, its LaTeX, the picture as HTML
NOTHING: Told = ("", HINT, "", "")


def serve(port: int, model: Path | None) -> None:
    """Serve the page until Ctrl+C or SIGTERM.

    Raises:
        InputError: there is no such model, or the port is taken.
    """
    check(port)
    blocks = page(Reader.load(model))
    for end in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl+C: `FOLDER` is removed
        signal.signal(end, signal.default_int_handler)
    try:
        blocks.launch(
            server_name=HOST,
            server_port=port,
            app_kwargs={"middleware": [Middleware(Guard, port=port, events=len(blocks.fns))]},
            theme=gr.themes.Default(font=["system-ui"], font_mono=["monospace"]),  # no download
            css=CSS,
            footer_links=[],
            ssr_mode=False,
            share=False,
            quiet=True,
            prevent_thread_lock=True,
        )
    except OSError:  # taken since `check`
        raise InputError(f"port {port} is taken; choose another with --port") from None
    print(f"http://{HOST}:{port} is ready; Ctrl+C ends it", flush=True)
    blocks.block_thread()


def check(port: int) -> None:
    """Try to bind a port of this machine.

    Raises:
        InputError: it is taken, or this user may not bind it.
    """
    try:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server does
            trial.bind((HOST, port))
    except PermissionError:
        raise InputError(f"you may not use port {port}; choose one from 1024 with --port") from None
    except OSError as error:
        why = "is taken" if error.errno == errno.EADDRINUSE else f"can't be used ({error.strerror})"
        raise InputError(f"port {port} {why}; choose another with --port") from None


def page(reader: Reader) -> gr.Blocks:
    """Lay out the page, and say what happens on it."""

    def shown(url: str | None) -> Told:
        if not url:
            return NOTHING
        try:
            picture = decode(url)
        except InputError as error:
            return complaint(str(error))
        return told(reader, picture)

    blocks = gr.Blocks(title="handmath", analytics_enabled=False)
    with blocks:
        gr.Markdown("# handmath\nReads a handwritten line of arithmetic and writes it in LaTeX.")
        with gr.Tab("Draw"):
            pad = gr.HTML(
                html_template=PAD,
                js_on_load=script("pad.js"),
                elem_id="pad",
            )
        with gr.Tab("Photo"):
            photo = gr.HTML(html_template=PHOTO, js_on_load=script("photo.js"), elem_id="photo")
        formula = gr.Markdown(latex_delimiters=FORMULAS, elem_id="formula")
        message = gr.Markdown(HINT, elem_id="message")
        boxes = gr.HTML(elem_id="boxes")
        latex = gr.Textbox(label="LaTeX", buttons=["copy"], interactive=False, elem_id="latex")
        outputs = [formula, message, latex, boxes]
        # The last picture counts: those drawn while one was read are passed over.
        for source in (pad, photo):
            source.change(
                shown, source, outputs, trigger_mode="always_last", show_progress="hidden"
            )
    return blocks


def script(name: str) -> str:
    """JavaScript of a component, from the file beside this one."""
    return (files("handmath.commands") / name).read_text(encoding="utf-8")


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


def told(reader: Reader, image: Image.Image) -> Told:
    """Read a picture and tell it as the page does; what can't be read becomes a message."""
    try:
        reading = reader.read(image)
    except InputError as error:
        return complaint(str(error))
    try:
        message = conclude(reading.text)
    except InputError as error:
        message = str(error)
    if reading.confidence < THRESHOLDS.min_confidence:
        message += "\n\n⚠️ Don't trust this reading: look at the boxes."
    if reading.ink_share < THRESHOLDS.min_ink_share:
        message += "\n\n⚠️ Not all of the ink was read: what is boxed in grey was left out."
    return f"$${reading.latex}$$", message, reading.latex, inline(annotate(image, reading))


def complaint(message: str) -> Told:
    """What the page shows where nothing was read."""
    return "", f"⚠️ {escape(message)}", "", ""


def inline(picture: Image.Image) -> str:
    """An `<img>` that holds its picture, so that no file is written for it."""
    picture.thumbnail((SHOWN, SHOWN))
    data = io.BytesIO()
    picture.save(data, "PNG")
    encoded = base64.b64encode(data.getvalue()).decode()
    return f'<img src="data:image/png;base64,{encoded}" alt="The symbols found, in boxes">'

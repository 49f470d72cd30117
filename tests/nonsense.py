"""Pictures that are no mathematics: letters, words, icons, shapes, scribbles and others.

    python tests/nonsense.py FOLDER [EACH]    writes them as PNG, to be looked at

Letters that a person would take for a digit or an operator on their own are left out. Others are in
the reader's alphabet, so it is said what is written in a picture: to read just that is no mistake.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import matplotlib
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

FONTS = Path(matplotlib.get_data_path()) / "fonts/ttf"
# With upper and lower case; without what looks like 0 to 9 . + - × ÷ / =, such as I, O, S, Z, З, б.
LETTERS = (
    "ABCDEFGHKMNPQRTUVWYabcdefhkmnprtuvwy"  # Latin
    "ΓΔΘΛΞΠΣΥΦΨΩαβγδεζηθκλμνξπρςφψω"  # Greek
    "ГДЖИЙКЛПУФЦШЩЯвдёжийклмнптфцшщя"  # Cyrillic
    "ԱԲԳԵԶԷԸԹԺԻԼԽԾՀՁՃՄՅՆՈՉՊՋՌՎՐՓՔ"  # Armenian
    "ბგევზილმჟრსუფქღყშჩცძწჭჯ"  # Georgian
    "אבגהזחטכלמנעפצשת"  # Hebrew
    "ظعغفقلمنيبتثجحخدذسشصض"  # Arabic
)
ICONS = (
    "☀☁☂☃★☆☎☏☐☑☒☕☘☙☚☛☜☞☠☢☣☤☥☦☧☨☩☪☫☬☭☮☯☸☹☺☻☼☽☾♀♁♂♃♄♅♆♇♈♉♊♋♌♍♎♏♐♑♒♓♔♕♖♗♘♙♚♛♜♝♞♟♠♡♢♣♤♥♦♧♨♩♪♫♬♮♯♲♻♿⚀⚁⚂⚃⚄⚅"
    "⚐⚑⚒⚓⚔⚕⚖⚗⚘⚙⚛⚜⚠⚡✁✂✃✄✆✇✈✉✌✍✎✏✐✑✒✓✔✡✢✣✤✥✦✧✩✪✫✬✭✮✯✰✱✲✳✴✵✶✷✸✹✺✻✼✽✾✿❀❁❂❃❄❅❆❇❈❉❊❋❍❏❐❑❒❖❡❢❣❤❥❦❧"
)
WORDS = [
    "apple", "banana", "house", "window", "garden", "yellow", "friend", "morning", "kitchen",
    "letter", "music", "number", "paper", "river", "school", "summer", "table", "teacher",
    "water", "winter", "Hello", "World", "Dear", "Madam", "Thanks", "Yours", "Monday",
    "Tuesday", "das", "Haus", "der", "Garten", "und", "wir", "haben", "keine", "Zeit", "la",
    "maison", "bonjour", "merci", "où", "est", "le", "chat", "дом", "книга", "вода", "город",
    "слово", "привет", "мир", "λόγος", "άνθρωπος", "θάλασσα", "καλημέρα",
]  # fmt: skip
Drawn = tuple[Image.Image, str]
"""A picture, and the text in it, if any."""
SANS, SERIF, MONO = "DejaVuSans.ttf", "DejaVuSerif-Italic.ttf", "DejaVuSansMono.ttf"


def _paper(rng: np.random.Generator) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("L", (int(rng.integers(120, 480)), int(rng.integers(100, 240))), 255)
    return image, ImageDraw.Draw(image)


def _text(text: str, font: str, rng: np.random.Generator) -> Drawn:
    """Printed in some size, a little turned."""
    letters = ImageFont.truetype(FONTS / font, int(rng.integers(40, 130)))
    left, top, right, bottom = (round(side) for side in letters.getbbox(text))
    edge = 30
    image = Image.new("L", (right - left + 2 * edge, bottom - top + 2 * edge), 255)
    ImageDraw.Draw(image).text((edge - left, edge - top), text, int(rng.integers(100)), letters)
    angle = rng.uniform(-8, 8)
    return image.rotate(angle, Image.Resampling.BILINEAR, expand=True, fillcolor=255), text


def letter(rng: np.random.Generator) -> Drawn:
    return _text(LETTERS[rng.integers(len(LETTERS))], SANS, rng)


def word(rng: np.random.Generator) -> Drawn:
    words = [WORDS[rng.integers(len(WORDS))] for _ in range(rng.integers(1, 4))]
    return _text(" ".join(words), str(rng.choice([SANS, SERIF, MONO])), rng)


def icon(rng: np.random.Generator) -> Drawn:
    count = int(rng.integers(1, 4))
    return _text("".join(ICONS[rng.integers(len(ICONS))] for _ in range(count)), SANS, rng)


def shape(rng: np.random.Generator) -> Drawn:
    """Polygons, ellipses, stars and arrows, filled or not."""
    image, pen = _paper(rng)
    width, height = image.size
    for _ in range(rng.integers(1, 5)):
        x, y = rng.uniform(0.2, 0.8) * width, rng.uniform(0.2, 0.8) * height
        size = rng.uniform(0.15, 0.4) * height
        filled, line = rng.random() < 0.5, int(rng.integers(2, 9))
        corners = int(rng.integers(3, 6))  # of more, it might be a zero
        angles = rng.uniform(0, 6.3) + 2 * np.pi * np.arange(2 * corners) / (2 * corners)
        radii = np.where(np.arange(2 * corners) % 2, 0.4 * size, size)  # of a star
        points = [
            (x + r * np.cos(a), y + r * np.sin(a)) for r, a in zip(radii, angles, strict=True)
        ]
        if rng.random() < 0.5:
            points = points[::2]
        kind = rng.integers(3)
        if kind == 0:
            pen.polygon(points, fill=0 if filled else None, outline=0, width=line)
        elif kind == 1:
            wide = size * rng.uniform(1.2, 3)  # a circle that is not filled is a zero
            box = (x - wide, y - size / 2, x + wide, y + size / 2)
            pen.ellipse(box, fill=0 if filled else None, outline=0, width=line)
        else:
            tip = (x + 2 * size * np.cos(angles[0]), y + size * np.sin(angles[0]))
            pen.line((x, y, *tip), fill=0, width=line)
            for turn in (2.6, -2.6):
                a = np.arctan2(tip[1] - y, tip[0] - x) + turn
                end = (tip[0] + size / 2 * np.cos(a), tip[1] + size / 2 * np.sin(a))
                pen.line((*tip, *end), fill=0, width=line)
    return image, ""


def scribble(rng: np.random.Generator) -> Drawn:
    """A pen that wanders: smooth loops, or a zigzag, of one stroke or several."""
    image, pen = _paper(rng)
    width, height = image.size
    for _ in range(rng.integers(1, 5)):
        count = int(rng.integers(8, 40))
        steps = rng.normal(0, 0.25 * height, (count, 2))
        points = np.cumsum(steps, axis=0) * rng.uniform(0.3, 1) + rng.uniform(0.3, 0.7, 2) * (
            width,
            height,
        )
        points = np.clip(points, 5, (width - 5, height - 5))
        if rng.random() < 0.6:
            t = np.linspace(0, count - 1, 12 * count)
            points = np.stack([np.interp(t, np.arange(count), p) for p in points.T], axis=1)
            kernel = np.ones(19) / 19
            points = np.stack([np.convolve(p, kernel, "valid") for p in points.T], axis=1)
        pen.line(
            [tuple(p) for p in points.tolist()],
            fill=0,
            width=int(rng.integers(2, 9)),
            joint="curve",
        )
    return image, ""


def gradient(rng: np.random.Generator) -> Drawn:
    """Light that falls off, waves, clouds, noise, a chessboard."""
    width, height = int(rng.integers(120, 480)), int(rng.integers(100, 240))
    y, x = np.mgrid[0:height, 0:width] / height
    kind = rng.integers(5)
    if kind == 0:
        values = x * rng.uniform(-1, 1) + y * rng.uniform(-1, 1)
    elif kind == 1:
        values = np.sin(rng.uniform(2, 30) * x + rng.uniform(2, 30) * y)
    elif kind == 2:
        noise = rng.normal(size=(height, width))
        values = cv2.GaussianBlur(noise, (0, 0), float(rng.uniform(3, 25)))
    elif kind == 3:
        values = rng.normal(size=(height, width))
    else:
        apart = rng.uniform(0.05, 0.4)
        values = (x // apart + y // apart) % 2
    low, high = values.min(), values.max()
    shades = 255 * (values - low) / max(high - low, 1e-9)
    return Image.fromarray(shades.astype(np.uint8)), ""


def plot(rng: np.random.Generator) -> Drawn:
    """A chart without a number: curves, bars, points, a pie, with or without axes."""
    figure = Figure(figsize=(rng.uniform(2, 5), rng.uniform(1.5, 3)), dpi=80)
    axes = figure.add_subplot()
    kind = rng.integers(4)
    values = rng.uniform(0.1, 1, rng.integers(3, 12))
    if kind == 0:
        axes.plot(np.cumsum(rng.normal(size=60)), "k", lw=rng.uniform(1, 4))
    elif kind == 1:
        axes.bar(range(len(values)), values, color="k", width=rng.uniform(0.5, 0.9))
    elif kind == 2:
        x, y = rng.uniform(size=(2, 20))
        marker = "o^sD*v"[rng.integers(6)]
        axes.scatter(x, y, c="k", s=rng.uniform(10, 200), marker=marker)
    else:
        axes.pie(values, colors=["w"], wedgeprops={"edgecolor": "k", "linewidth": 2})
    axes.set(xticks=[], yticks=[])
    if rng.random() < 0.5:
        axes.set_axis_off()
    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())  # type: ignore[no-untyped-call]
    return Image.fromarray(pixels).convert("L"), ""


KINDS: tuple[Callable[[np.random.Generator], Drawn], ...] = (
    letter, word, icon, shape, scribble, gradient, plot,
)  # fmt: skip


def draw(each: int, seed: int = 0) -> Iterator[tuple[str, Image.Image, str]]:
    """So many pictures of each kind, always the same ones; the text in each, without spaces."""
    for number, kind in enumerate(KINDS):
        rng = np.random.default_rng([seed, number])
        for _ in range(each):
            image, text = kind(rng)
            yield kind.__name__, image, text.replace(" ", "")


if __name__ == "__main__":
    folder, each = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 20
    folder.mkdir(parents=True, exist_ok=True)
    for number, (name, image, _) in enumerate(draw(each)):
        image.save(folder / f"{name}-{number:04}.png")

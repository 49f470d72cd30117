"""The reader's rules, on lines drawn here; what a network would say is given, or of no account."""

import inspect
import io
import math
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw

from conftest import png
from handmath.base.errors import InputError
from handmath.data import alphabet, ink
from handmath.data.ink import Pictures
from handmath.data.interval import wilson
from handmath.drawing import equations, glyphs, layout, lines, pen
from handmath.learning.checkpoint import Model
from handmath.learning.quantize import to_integers
from handmath.reading import binarize as binarization
from handmath.reading import classify, decode, latex, line, picture, result, scores, segment
from handmath.reading import slant as slants
from handmath.reading.binarize import binarize
from handmath.reading.classify import REJECT
from handmath.reading.exact import atan, log_softmax
from handmath.reading.line import LineReader
from handmath.reading.reader import Reader
from handmath.reading.result import Symbol
from handmath.reading.segment import Components, Hypothesis
from handmath.reading.thresholds import Thresholds
from handmath.stages import train_reader

PEN = 8
LIBRARY_FUNCTIONS = {  # that end in another bit on another machine
    "exp", "log", "log2", "log10", "pow", "power", "sin", "cos", "tan", "atan", "atan2", "arctan",
    "arctan2", "hypot", "moments",
}  # fmt: skip
# Symbols as strokes in a box 60 wide and 100 high.
STROKES: dict[str, list[list[tuple[int, int]]]] = {
    "1": [[(30, 0), (30, 100)]],
    "7": [[(0, 0), (60, 0), (20, 100)]],
    "4": [[(30, 0), (0, 60), (60, 60)], [(45, 30), (45, 100)]],
    "5": [[(15, 5), (10, 45), (50, 55), (50, 85), (0, 100)], [(25, 0), (60, 0)]],
    "+": [[(0, 50), (60, 50)], [(30, 20), (30, 80)]],
    "-": [[(0, 50), (60, 50)]],
    "=": [[(0, 40), (60, 40)], [(0, 65), (60, 65)]],
    "÷": [[(0, 50), (60, 50)], [(29, 25), (31, 25)], [(29, 75), (31, 75)]],
    ".": [[(29, 98), (31, 98)]],
}


def draw(text: str, gap: int = 30, size: tuple[int, int] | None = None) -> Image.Image:
    """Black on white; the symbols' boxes are `gap` pixels apart."""
    image = Image.new("L", size or (60 + len(text) * (60 + gap), 160), 255)
    pen = ImageDraw.Draw(image)
    for index, character in enumerate(text):
        left = 30 + index * (60 + gap)
        for stroke in STROKES[character]:
            points = [(left + x, 30 + y) for x, y in stroke]
            pen.line(points, fill=0, width=PEN, joint="curve")
            for x, y in points:
                pen.ellipse((x - PEN / 2, y - PEN / 2, x + PEN / 2, y + PEN / 2), fill=0)
    return image


def cut(image: Image.Image) -> Components:
    return segment.components(binarize(np.asarray(image)))


def grouped(found: Components) -> set[tuple[int, int]]:
    return {(own.first, own.last) for own in segment.hypotheses(found)}


# Ink


def test_ink_is_what_was_drawn() -> None:
    image = draw("1+7=4")
    drawn = np.asarray(image) < 128
    found = binarize(np.asarray(image))
    assert (drawn & found).sum() / (drawn | found).sum() > 0.97


def test_white_on_black_is_the_same_ink() -> None:
    grey = np.asarray(draw("1+7=4"))
    assert np.array_equal(binarize(255 - grey), binarize(grey))


def test_a_shadow_is_no_ink() -> None:
    grey = np.asarray(draw("1+7=4")).astype(float) * 0.9
    grey[:, 200:] *= 0.6
    drawn = np.asarray(draw("1+7=4")) < 128
    found = binarize(grey.astype(np.uint8))
    assert (drawn & found).sum() / (drawn | found).sum() > 0.9


def test_ruled_lines_go_and_strokes_that_cross_them_stay() -> None:
    image = draw("1+7=4")
    pen = ImageDraw.Draw(image)
    for y in (60, 110):
        pen.line((0, y, image.width, y + 2), fill=100, width=2)
    assert len(cut(image).boxes) == len(cut(draw("1+7=4")).boxes)


def test_the_dark_border_of_a_table_goes() -> None:
    image = draw("1+7")
    ImageDraw.Draw(image).rectangle((0, 0, image.width, 12), fill=30)
    assert len(cut(image).boxes) == len(cut(draw("1+7")).boxes)


@pytest.mark.parametrize("light", [1.0, 0.6])
def test_a_table_around_the_sheet_is_no_ink(light: float) -> None:
    """At three sides, thick, and not parallel to them; a stroke may run into it."""
    image = draw("1+7=4")
    written = np.asarray(image) < 128
    wide, high = image.size
    pen = ImageDraw.Draw(image)
    pen.polygon([(0, 0), (wide, 0), (wide, 22), (0, 10)], fill=60)
    pen.polygon([(0, high - 14), (wide, high - 24), (wide, high), (0, high)], fill=60)
    pen.polygon([(wide - 12, 0), (wide, 0), (wide, high), (wide - 26, high)], fill=60)
    pen.line((200, 20, 205, 40), fill=0, width=PEN)
    found = binarize((light * np.asarray(image)).astype(np.uint8))
    assert (found & written).sum() > 0.98 * written.sum()
    assert (found & ~written).sum() < 0.05 * written.sum()


def test_a_dark_ground_is_no_table() -> None:
    """Not of a board with dark corners, nor black on a screen."""
    written = np.asarray(draw("1+7=4")) < 128
    for ground in (0, 40):
        grey = np.where(written, np.uint8(220), np.uint8(ground))
        grey[:12] //= 3
        found = binarize(grey)
        assert (found & written).sum() > 0.95 * (found | written).sum()


def test_squared_paper_goes_and_strokes_stay() -> None:
    image = draw("1+7=4")
    drawn = np.asarray(image) < 128
    sheet = Image.new("L", image.size, 255)
    pen = ImageDraw.Draw(sheet)
    for x in range(20, image.width, 35):
        pen.line((x, 0, x, image.height), fill=130, width=2)
    for y in range(7, image.height, 35):
        pen.line((0, y, image.width, y), fill=130, width=2)
    found = binarize(np.minimum(np.asarray(image), np.asarray(sheet)))
    assert (found & drawn).sum() / (found | drawn).sum() > 0.9


def test_a_stroke_from_top_to_bottom_stays_on_ruled_paper() -> None:
    image = draw("111").crop((0, 26, 330, 134))
    drawn = np.asarray(image) < 128
    ImageDraw.Draw(image).line((0, 60, image.width, 60), fill=100, width=2)
    found = binarize(np.asarray(image))
    assert (found & drawn).sum() > 0.9 * drawn.sum()


# Components and hypotheses


@pytest.mark.parametrize(("character", "parts"), [("=", 2), ("÷", 3), ("5", 2), ("4", 1)])
def test_the_parts_of_a_symbol_are_offered_as_one_hypothesis(character: str, parts: int) -> None:
    found = cut(draw("1" + character + "1"))
    middle = len(found.boxes) - 2
    assert middle >= parts
    assert (1, 1 + middle) in grouped(found)


def test_symbols_far_apart_are_never_one_hypothesis() -> None:
    assert grouped(cut(draw("111", gap=60))) == {(0, 1), (1, 2), (2, 3)}


def test_a_point_is_kept_and_dust_is_not() -> None:
    image = draw("1.1")
    image.putpixel((200, 40), 0)
    assert len(cut(image).boxes) == 3


def test_a_wide_zero_is_put_together_from_all_its_parts(reader_model: Path) -> None:
    image = Image.new("L", (800, 200), 255)
    pen = ImageDraw.Draw(image)
    for x in (100, 500):
        ring = []
        for angle in np.linspace(0, 2 * math.pi, 400):
            wavy = 1 + 0.03 * math.sin(6 * angle)
            ring.append((x + 55 * wavy * math.cos(angle), 100 + 40 * wavy * math.sin(angle)))
        pen.line(ring, fill=0, width=5, joint="curve")
    for y in (90, 115):
        pen.line((250, y, 330, y), fill=0, width=9)
    assert len(cut(image).boxes) > 2 * segment.SEGMENTATION.most + 2  # the zeros' parts, and =
    assert Reader.load(reader_model).read(image).text == "0=0"


def test_symbols_that_touch_are_cut_where_they_do() -> None:
    found = cut(draw("4-", gap=-2))  # the bar of the 4 runs into the minus
    assert any(abs(box[2] - 88) < 25 for box in found.boxes)
    assert len(found.boxes) > 1


def test_a_crop_shows_the_hypothesis_black_and_its_neighbours_grey() -> None:
    found = cut(draw("11", gap=-35))
    first = next(own for own in segment.hypotheses(found) if (own.first, own.last) == (0, 1))
    crop = classify.crop(found, first)
    assert crop.shape == (classify.SIZE, classify.SIZE)
    assert crop[16].min() < 100
    assert 150 < crop[16, 20:].min() < 230


def test_a_point_stays_small_in_its_crop() -> None:
    found = cut(draw("1.1"))
    point = next(own for own in segment.hypotheses(found) if (own.first, own.last) == (1, 2))
    assert (classify.crop(found, point) < 128).mean() < 0.05


# The choice among hypotheses


def choose(scores: dict[tuple[int, int], dict[str, float]], count: int) -> list[str]:
    """The best reading, of probabilities by hypothesis and class, of `count` components."""
    classes = ["one", "equal", "minus", "plus", "decimal", "seven", REJECT]
    found = Components(
        np.zeros((1, 1), np.uint16),
        np.tile([0, 0, 100, 100], (count, 1)),
        100.0,
        8.0,
        segment.NO_BOXES,
        1.0,
    )
    hypotheses = [Hypothesis(first, last, (0, 0, 1, 1)) for first, last in sorted(scores)]
    table = [[scores[g.first, g.last].get(name, 1e-6) for name in classes] for g in hypotheses]
    path = decode.viterbi(found, hypotheses, np.log(table), classes)
    return [classes[label] for _, label in path]


def test_bars_are_an_equal_sign_where_the_network_is_surer_of_it() -> None:
    bars = {(0, 1): {"minus": 0.5}, (1, 2): {"minus": 0.5}}
    assert choose({**bars, (0, 2): {"equal": 0.9}}, 2) == ["equal"]
    assert choose({**bars, (0, 2): {"equal": 0.01}}, 2) == ["minus", "minus"]


def test_grammar_breaks_a_tie() -> None:
    one = {"one": 0.9}
    doubtful = {"plus": 0.5, "seven": 0.45}
    assert choose({(0, 1): one, (1, 2): doubtful, (2, 3): one}, 3) == ["one", "plus", "one"]
    assert choose({(0, 1): one, (1, 2): doubtful}, 2) == ["one", "seven"]


def test_grammar_invents_nothing() -> None:
    assert choose({(0, 1): {"plus": 0.98}, (1, 2): {"plus": 0.98}}, 2) == ["plus", "plus"]


def bars(*leans: float) -> Components:
    """Straight strokes side by side, leaning to the right by so many degrees."""
    image = Image.new("L", (100 * len(leans), 140), 255)
    for index, degrees in enumerate(leans):
        middle, aside = 100 * index + 50, 50 * math.tan(math.radians(degrees))
        ends = [(middle - aside, 120), (middle + aside, 20)]
        ImageDraw.Draw(image).line(ends, fill=0, width=PEN)
    return cut(image)


@pytest.mark.parametrize("degrees", [-30, 0, 10, 35])
def test_how_far_a_stroke_leans(degrees: float) -> None:
    found = bars(degrees)
    slant = slants.slant(found, Hypothesis(0, 1, tuple(found.boxes[0].tolist())))
    assert slant == pytest.approx(math.radians(degrees), abs=0.02)


def test_the_slant_is_made_of_exact_operations() -> None:
    """No library's last bit: arctangents as close as the best, variances as fractions have them."""
    for x in (0.0, 1e-9, -0.2, 0.5, 1.0, -3.0, 1e9):
        assert atan(x) == pytest.approx(math.atan(x), rel=1e-15)
    own = np.random.default_rng(0).random((70, 50)) < 0.3
    ys, xs = (axis.tolist() for axis in np.nonzero(own))
    n = len(xs)
    for found, a, b in zip(slants.variances(own), (xs, ys, xs), (xs, ys, ys), strict=True):
        mean_a, mean_b = Fraction(sum(a), n), Fraction(sum(b), n)
        products = [(i - mean_a) * (j - mean_b) for i, j in zip(a, b, strict=True)]
        assert found == float(sum(products, Fraction(0)) / n)
    for module in (slants, line, result, picture, decode, segment, classify):
        calls = set(re.findall(r"(?:math|np|cv2)\.(\w+)", inspect.getsource(module)))
        assert not calls & LIBRARY_FUNCTIONS


def test_what_is_not_straight_does_not_slant() -> None:
    found = cut(draw("7-5"))
    for hypothesis in segment.hypotheses(found):
        assert slants.slant(found, hypothesis) is None


@pytest.mark.parametrize(
    ("leans", "scored", "read"),
    [
        ([0, 25, 2], "111", "1÷1"),
        ([3, 16, 0], "÷1÷", "111"),  # in between the network's word stands …
        ([3, 16, 0], "÷÷÷", "1÷1"),
        ([27, 27], "÷÷", "÷÷"),  # … and where all slant
        ([-10, 10], "11", "11"),
        ([24, 25, 26], "111", "111"),  # one hand's slant
        ([25, 0, 2], "111", "111"),  # nothing to divide before it, …
        ([0, 2, 25], "111", "111"),  # … and nothing to divide by after it
        ([25], "1", "1"),  # beside nothing
    ],
)
def test_a_slash_leans_more_than_the_other_strokes(
    leans: list[float], scored: str, read: str
) -> None:
    found, classes = bars(*leans), ["one", "div", REJECT]
    hypotheses = [g for g in segment.hypotheses(found) if g.last == g.first + 1]
    scores = np.log([[0.7, 0.2, 0.1] if name == "1" else [0.2, 0.7, 0.1] for name in scored])
    told = slants.tell_slashes(found, hypotheses, scores, classes)
    assert "".join("1÷"[row.argmax()] for row in told[:, :2]) == read


# Composed lines


@pytest.fixture(scope="module")
def symbols() -> Pictures:
    rng = np.random.default_rng(0)
    found: dict[str, list[np.ndarray]] = {}
    for name in glyphs.SYMBOLS:
        for _ in range(12):
            picture = ink.cut_out(np.asarray(pen.draw(name, rng).convert("L")))
            assert picture is not None
            found.setdefault(name, []).append(picture)
    return found


def test_lines_are_composed_alike_from_one_seed(symbols: Pictures) -> None:
    one, two, other = (lines.write(symbols, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one.picture, two.picture)
    assert one.boxes == two.boxes
    assert one.picture.shape != other.picture.shape


def test_an_equation_has_the_length_and_classes_asked_for() -> None:
    rng = np.random.default_rng(0)
    for length in range(1, 13):
        for classes in (glyphs.SYMBOLS, ("one", "two"), ("x", "plus")):
            names = equations.equation(classes, length, rng)
            assert len(names) == length
            assert set(names) <= set(classes)


def test_every_class_is_written_sooner_or_later() -> None:
    classes = {"x", "two", "decimal", "plus", "pm", "slash", "equal", "leq", "(", "sum"}
    rng = np.random.default_rng(0)
    assert {name for _ in range(100) for name in equations.equation(classes, 9, rng)} == classes


def test_boxes_hold_each_symbol(symbols: Pictures) -> None:
    line = layout.line(symbols, ["one", "plus", "two"], 50, np.random.default_rng(3))
    for number, (left, top, right, bottom) in enumerate(line.boxes, start=1):
        ys, xs = np.nonzero(line.owner == number)
        assert left <= xs.min()
        assert xs.max() < right
        assert top <= ys.min()
        assert ys.max() < bottom


def test_symbols_touch_where_asked_to(symbols: Pictures) -> None:
    names = ["two", "five", "zero", "eight", "three"]
    contacts = {0.0: 0, 1.0: 0}
    for touching in contacts:
        for seed in range(10):
            line = layout.line(symbols, names, 60, np.random.default_rng(seed), touching)
            assert line.labels == tuple(names)
            for number in range(1, len(names)):
                near = cv2.dilate((line.owner == number).astype(np.uint8), np.ones((3, 3)))
                contacts[touching] += bool(near[line.owner == number + 1].any())
    assert contacts[0.0] <= 4
    assert contacts[1.0] >= 20


def test_a_line_is_written_with_one_pen() -> None:
    bold, fine = np.full((100, 12), 255, np.uint8), np.full((100, 2), 255, np.uint8)
    speck = np.full((40, 40), 255, np.uint8)
    written = {"one": [bold], "seven": [fine], "decimal": [speck]}
    for seed in range(10):
        names = ["one", "one", "decimal", "seven"]
        line = layout.line(written, names, 60, np.random.default_rng(seed))
        pens = [ink.pen_width(line.owner == n) for n in (1, 2, 3, 4)]
        assert min(pens) > 0.5 * pens[0], seed


def test_a_slash_is_drawn_for_division_only_where_it_has_no_class() -> None:
    rng = np.random.default_rng(0)
    hand = train_reader.in_one_hand
    assert hand(["div", "seven"], {"div", "seven"}, rng).keys() == {"div", "seven"}
    assert hand(["div", "slash", "7", "x"], {"div", "slash", "7", "x"}, rng).keys() == {"7"}


def test_hypotheses_have_every_symbol_and_junk(symbols: Pictures) -> None:
    rng = np.random.default_rng(0)
    line = layout.line(symbols, ["one", "div", "seven"], 60, rng)
    found = [name for _, name in train_reader.hypotheses(line, 1.0, rng)]
    assert {"one", "div", "seven"} <= set(found)
    assert REJECT in found


# Scores


def test_overlap() -> None:
    assert scores.overlap((0, 0, 2, 2), (0, 0, 2, 2)) == 1
    assert scores.overlap((0, 0, 2, 2), (1, 0, 3, 2)) == pytest.approx(1 / 3)
    assert scores.overlap((0, 0, 2, 2), (2, 0, 4, 2)) == 0


def test_score() -> None:
    def symbol(label: str, left: int) -> result.Symbol:
        return result.Symbol(
            label, alphabet.character(label), latex.of(label), (left, 0, left + 10, 10), 1.0
        )

    def reading(*found: result.Symbol) -> result.Reading:
        return result.Reading(found, "".join(s.character for s in found), "", 1.0, (40, 10))

    boxes = ((0, 0, 10, 10), (20, 0, 30, 10))
    readings = [
        reading(symbol("one", 0), symbol("two", 20)),
        reading(symbol("one", 0), symbol("seven", 20)),
        reading(symbol("plus", 10)),
    ]
    found = scores.score_symbols([("one", "two")] * 3, [boxes] * 3, readings)
    shares = {"exact": (1, 3), "at_most_1": (2, 3), "segmentation_exact": (2, 3)}
    assert found == {"cer": 0.5} | {
        key: round(value, 6)
        for name, (right, total) in {**shares, "symbol_accuracy": (3, 4)}.items()
        for key, value in zip(
            (name, f"{name}_low", f"{name}_high"),
            (right / total, *wilson(right, total)),
            strict=True,
        )
    }


# Bad input


@pytest.fixture(scope="module")
def untrained() -> Reader:
    model = Model.build("compact", [*glyphs.SYMBOLS, REJECT], classify.SIZE, 1.0, 0.5)
    blank = np.full((1, classify.SIZE, classify.SIZE), 255, dtype=np.uint8)
    return Reader(LineReader(to_integers(model, blank)), Path("untrained"))


def truncated() -> bytes:
    file = io.BytesIO()
    draw("1+1").save(file, "JPEG")
    return file.getvalue()[:900]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is no image"),
        (b"a letter, not a picture", "is no image"),
        (truncated(), "cut-off"),
        (png(10_000, 10_000), "too many pixels"),
        (png(100_000, 100_000), "too many pixels"),
    ],
)
def test_bad_files_are_named(untrained: Reader, tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "bad.png"
    path.write_bytes(data)
    with pytest.raises(InputError, match=message) as raised:
        untrained.read(path)
    assert str(path) in str(raised.value)


def test_a_missing_file(untrained: Reader, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is missing"):
        untrained.read(tmp_path / "none.png")


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((), np.uint8),
        np.zeros(0, np.uint8),
        np.zeros((0, 10), np.uint8),
        np.zeros((10, 0, 3), np.uint8),
        np.zeros((10, 10, 2), np.uint8),
        np.zeros((2, 10, 10, 3), np.uint8),
        np.ones((100, 300)),
        np.full((100, 300), np.nan, np.float32),
        np.full((100, 300), 65535, np.uint16),
        np.full((100, 300), 200, np.int64),
        np.ones((100, 300), dtype=bool),
        np.full((100, 300), "paper"),
    ],
    ids=lambda array: f"{array.dtype}{array.shape}",
)
def test_an_array_of_another_kind_is_refused_with_what_is_expected(
    untrained: Reader, array: np.ndarray
) -> None:
    expected = r"give uint8 \[height, width\] or \[height, width, 3 or 4\]"
    with pytest.raises(InputError, match=expected) as raised:
        untrained.read(array)
    assert "\n" not in str(raised.value)


def test_a_picture_without_pixels_is_refused(untrained: Reader) -> None:
    with pytest.raises(InputError, match="has no pixels"):
        untrained.read(Image.new("L", (0, 10)))


def test_arrays_and_pictures_are_read_alike(untrained: Reader) -> None:
    picture = draw("1+7")
    reading = untrained.read(picture)
    for mode in ("L", "RGB", "RGBA"):
        assert untrained.read(np.asarray(picture.convert(mode))) == reading


def test_an_endless_device_is_refused(untrained: Reader) -> None:
    with pytest.raises(InputError, match="/dev/zero is larger than"):
        untrained.read("/dev/zero")


@pytest.mark.parametrize("shade", [0, 128, 255])
def test_no_ink(untrained: Reader, shade: int) -> None:
    with pytest.raises(InputError, match="no ink"):
        untrained.read(np.full((100, 300), shade, np.uint8))


def test_dust_alone_is_no_reading(untrained: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = Thresholds(speck=10.0, stray=1e100)  # is small enough and is left out gladly
    monkeypatch.setattr(decode, "THRESHOLDS", everything)
    with pytest.raises(InputError, match="no symbol"):
        untrained.read(draw("1+7"))


def test_several_lines(untrained: Reader) -> None:
    page = Image.new("L", (400, 480), 255)
    for row in range(3):
        page.paste(draw("1+74"), (0, 160 * row))
    with pytest.raises(InputError, match="not one line"):
        untrained.read(page)


def test_a_model_without_a_class_for_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    Model.build("compact", ["one", "two"], classify.SIZE, 1.0, 0.5).write(path)
    with pytest.raises(InputError, match="no reader's model"):
        Reader.load(path)


# Reading


@pytest.mark.parametrize("height", [14, 20, 28])
def test_small_writing_is_enlarged_first(height: int) -> None:
    """Strokes of a pixel, in shades: taken apart as the large line is."""
    large = draw("1+7=4")
    factor = height / 100
    size = (round(large.width * factor), round(large.height * factor))
    small = np.asarray(large.resize(size, Image.Resampling.LANCZOS))
    ink, _ = picture.inks_of(small)
    assert ink.shape[0] > 1.5 * small.shape[0]
    assert len(segment.components(ink).boxes) == len(cut(large).boxes)
    big = np.asarray(large)
    assert picture.inks_of(big)[0].shape == big.shape


def test_what_may_be_a_point_counts_in_the_confidence(untrained: Reader) -> None:
    """A speck that is left out makes the reading no surer than that it is no symbol."""
    image = draw("1.1")
    found = cut(image)
    network = untrained.line.network
    reject = network.classes.index(REJECT)
    offset = network.offset + 8.0 * (np.arange(len(network.offset)) == reject)
    network = replace(network, offset=offset)
    doubtful = replace(untrained, line=LineReader(network))
    reading = doubtful.read(image)
    hypotheses = segment.hypotheses(found)
    crops = np.stack([classify.crop(found, own) for own in hypotheses])
    told = np.exp(log_softmax(network.logits(crops)))
    speck = next(i for i, own in enumerate(hypotheses) if (own.first, own.last) == (1, 2))
    assert len(reading.symbols) == 2, "the point is left out"
    alone = result.confidence(
        list(reading.labels), [math.log(symbol.confidence) for symbol in reading.symbols]
    )
    stray = told[speck, reject]
    assert stray < 0.999
    assert reading.confidence == pytest.approx(alone * stray * reading.ink_share, rel=1e-6)


def test_a_picture_of_specks_is_refused_at_once(untrained: Reader) -> None:
    """A brick pattern, whose 77,000 bricks overlap from row to row, so that all are one line."""
    y, x = np.indices((1600, 1600))
    bricks = ((y + (x // 4) % 2 * 2) % 4 < 3) & (x % 4 < 3) & (x > 4) & (x < 780)
    bricks &= (y > 5) & (y < 1590)
    with pytest.raises(InputError, match="not one line of symbols"):
        untrained.read(np.where(bricks, 0, 255).astype(np.uint8))


def test_a_line_beneath_is_said_to_be_left_out(untrained: Reader) -> None:
    """Two lines, the second one short."""
    page = Image.new("L", (700, 320), 255)
    page.paste(draw("17+44=7"), (0, 0))
    page.paste(draw("1"), (0, 160))
    reading = untrained.read(page)
    alone = untrained.read(draw("17+44=7"))
    assert reading.labels == alone.labels
    assert reading.ink_share == pytest.approx(0.93, abs=0.04)
    assert reading.confidence == pytest.approx(alone.confidence * reading.ink_share, rel=0.01)
    [box] = reading.left_out
    assert box == pytest.approx((56, 186, 65, 295), abs=3)
    assert (alone.ink_share, alone.left_out) == (1.0, ())


def test_the_length_of_a_line_alone_makes_no_reading_unsure() -> None:
    """30 symbols of a probability as they have in lines that are read right."""
    sure = result.confidence(["one"] * 30, [math.log(0.95)] * 30)
    assert sure > 0.8
    assert result.confidence(["one"], [math.log(0.95)]) < 0.9  # a lone one may be no line at all
    assert result.confidence(["one"] * 30, [math.log(0.95)] * 29 + [math.log(0.01)]) < 0.75


def test_what_breaks_the_grammar_of_arithmetic_is_less_sure() -> None:
    logs = [math.log(0.99)] * 3
    assert result.confidence(["equal"], logs[:1]) < 0.2
    assert result.confidence(["one", "plus", "one"], logs) > 0.9
    assert result.confidence(["plus", "plus", "one"], logs) < 0.5


def test_boxes_are_of_the_picture_as_it_is_displayed(untrained: Reader, tmp_path: Path) -> None:
    sideways = draw("1+7").transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    path = tmp_path / "phone.jpg"
    sideways.save(path, exif=exif)
    reading = untrained.read(path)
    assert reading.size == draw("1+7").size
    for symbol in reading.symbols:
        assert 25 <= symbol.box[1] < symbol.box[3] <= 136


def test_a_reading_is_corrected(untrained: Reader) -> None:
    reading = untrained.read(draw("1+7"))
    assert reading.correct(reading.labels).text == reading.text
    assert reading.correct(reading.labels).symbols == reading.symbols
    labels = ["one", "div", "seven", "equal"]
    line = [Symbol.of(label, (n, 0, n + 1, 9), 0.3) for n, label in enumerate(labels)]
    unsure = replace(reading, symbols=tuple(line), ink_share=0.9)
    right = unsure.correct([*labels[:3], "two"])
    assert right.latex == r"1 \div 72"
    assert right.text == "1÷72"
    assert [symbol.confidence for symbol in right.symbols] == [0.3, 0.3, 0.3, 1.0]
    assert right.symbols[3].box == line[3].box
    assert unsure.correct(labels).confidence < right.confidence < 0.3**0.5
    every = right.correct(["two", "plus", "eight", "nine"])
    assert every.confidence == 0.9, "what was not read is still not read"
    with pytest.raises(ValueError, match="zip"):
        right.correct(["one"])


def test_a_large_picture_is_read_smaller_and_its_boxes_are_its_own(untrained: Reader) -> None:
    image = draw("1+7").resize((3000, 1600))
    reading = untrained.read(image)
    assert image.size == reading.size == (3000, 1600)
    assert reading.symbols[-1].box[2] > 2000


def test_colour_and_transparency(untrained: Reader) -> None:
    grey = draw("1+7")
    clear = Image.new("RGBA", grey.size, (0, 0, 0, 0))
    clear.paste((0, 0, 120, 255), mask=Image.eval(grey, lambda shade: 255 - shade))
    blue = Image.new("RGB", grey.size, "white")
    blue.paste(clear, mask=clear)
    boxes = [symbol.box for symbol in untrained.read(blue).symbols]
    assert [symbol.box for symbol in untrained.read(clear).symbols] == boxes


@pytest.mark.parametrize("shape", [(1, 1), (1, 2), (31, 17), (40, 50)])
def test_the_median_is_numpys(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    for kind in ("uint8", "int16"):
        values = rng.integers(0, 256, shape).astype(kind)
        assert binarization._median(values) == np.median(values.astype(np.float64))

"""The demo as a person meets it: the real server, and Chromium with a mouse."""

import base64
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal
from unittest import mock

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, Route, expect

from conftest import LIMIT, LINE, ROOT, draw_line, png
from handmath.data import alphabet
from handmath.drawing import letters, pen
from handmath.reading.reader import Reader

pytestmark = pytest.mark.real

Line = Sequence[Sequence[tuple[float, float]]]


class Demo:
    """A server of the demo, started as a person does."""

    def __init__(self, folder: Path, model: Path, *options: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        command = [sys.executable, "-m", "handmath.cli", "demo"]
        with (folder / "stderr").open("w") as stderr:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), "--model", str(model), *options],
                cwd=folder,
                env={
                    **os.environ,
                    "PYTHONPATH": str(ROOT / "src"),
                    "TMPDIR": str(folder),
                    "HTTP_PROXY": "http://127.0.0.1:9",
                    "ALL_PROXY": "socks5://127.0.0.1:9",
                },
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        assert self.process.stdout
        self.said = self.process.stdout.readline()
        assert f":{self.port} is ready" in self.said, (folder / "stderr").read_text()

    def files(self) -> list[str]:
        """What lies in its folders and is not empty."""
        return [
            str(path.relative_to(self.folder))
            for path in self.folder.rglob("*")
            if path.is_file() and path.stat().st_size and path.name != "stderr"
        ]

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=20) == 0
        assert self.process.stdout
        self.process.stdout.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, reader_model: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path_factory.mktemp("demo"), reader_model)
    yield demo
    demo.stop()
    assert [path.name for path in demo.folder.iterdir()] == ["stderr"], "nothing is left behind"
    assert (demo.folder / "stderr").read_text() == ""


@pytest.fixture(scope="module")
def requests() -> list[str]:
    """Addresses that the pages of this module asked for."""
    return []


SIZES = {"desktop": (1280, 900), "phone": (390, 844), "sideways": (844, 390)}


@pytest.fixture(
    params=[
        name if name == "desktop" else pytest.param(name, marks=pytest.mark.slow) for name in SIZES
    ]
)
def page(
    demo: Demo, browser: Browser, requests: list[str], request: pytest.FixtureRequest
) -> Iterator[Page]:
    with opened(browser, demo, SIZES[request.param], requests) as page:
        yield page


@contextmanager
def opened(
    browser: Browser,
    demo: Demo,
    size: tuple[int, int] = SIZES["desktop"],
    requests: list[str] | None = None,
    **options: Any,
) -> Iterator[Page]:
    """The page in a window of its own, with no cookies or storage of another.

    Args:
        requests: Takes the addresses that the page asks for.
    """
    with browser.new_context(viewport={"width": size[0], "height": size[1]}, **options) as context:
        page = context.new_page()
        if requests is not None:
            page.on("request", lambda asked: requests.append(asked.url))
        page.goto(f"http://127.0.0.1:{demo.port}")
        page.locator("#draw canvas").wait_for()
        yield page


def write(page: Page, line: Line = LINE) -> None:
    """Draw a line with the mouse."""
    canvas = page.locator("#draw canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    scale = min(box["height"] / 100, box["width"] / 240)
    for stroke in line:
        (x, y), *others = [(box["x"] + x * scale, box["y"] + y * scale) for x, y in stroke]
        page.mouse.move(x, y)
        page.mouse.down()
        for x, y in others:
            page.mouse.move(x, y, steps=4)
        page.mouse.up()


def show_photo(page: Page, path: Path) -> None:
    page.get_by_role("tab", name="Photo").click()
    page.locator("#photo input[type=file]").set_input_files(path)


def latex(page: Page) -> str:
    return page.get_by_label("LaTeX").input_value()


def verdict(page: Page) -> Locator:
    return page.locator(".verdict:visible")


def symbol(page: Page, index: int) -> Locator:
    return page.locator(".line:visible select").nth(index)


def test_a_line_drawn_with_the_mouse_is_read(page: Page, demo: Demo) -> None:
    before = page.locator("#draw canvas").bounding_box()
    write(page)
    expect(verdict(page)).to_contain_text("1 + 2 = 3 is true")
    assert page.locator("#draw canvas").bounding_box() == before, "the pad moved under the pen"
    assert latex(page) == "1 + 2 = 3"
    shown = [symbol(page, index).locator("option:checked").inner_text() for index in range(5)]
    assert shown == ["1", "+", "2", "=", "3"]
    boxes = page.locator("section img")
    expect(boxes).to_be_visible()
    assert boxes.evaluate("image => image.naturalWidth") > 300
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scroll"
    assert demo.files() == []


def test_undo_and_next_line(page: Page) -> None:
    write(page)
    expect(verdict(page)).to_contain_text("1 + 2 = 3 is true")
    page.get_by_role("button", name="Undo").click()
    expect(verdict(page)).not_to_contain_text("is true")
    page.get_by_role("button", name="Next line").click()
    expect(page.locator(".hint:visible")).to_contain_text("Write a line")
    expect(page.locator("section")).to_have_count(0)


def test_a_bad_file_is_said_and_not_kept(page: Page, demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "<b>text.png").write_text("not a picture")
    show_photo(page, tmp_path / "<b>text.png")
    expect(page.locator(".complaint:visible")).to_contain_text("the picture is no image")
    assert str(demo.folder) not in page.inner_text("body")
    assert demo.files() == []

    for side, why in ((8_000, "more than 50 megapixels"), (13_000, "too many pixels")):
        (tmp_path / "huge.png").write_bytes(png(side, side))
        page.get_by_role("button", name="Next picture").click()
        show_photo(page, tmp_path / "huge.png")
        expect(page.locator(".complaint:visible")).to_contain_text(why)

    Image.new("L", (300, 100), 255).save(tmp_path / "blank.png")
    page.get_by_role("button", name="Next picture").click()
    show_photo(page, tmp_path / "blank.png")
    expect(page.locator(".complaint:visible")).to_contain_text("no ink")


def test_a_file_that_is_too_large_is_refused(page: Page, demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "large.png").write_bytes(bytes(21 << 20))
    show_photo(page, tmp_path / "large.png")
    expect(page.get_by_text("This file is larger than 20 MB.")).to_be_visible()
    assert demo.files() == []


def test_a_photo_is_read(page: Page, demo: Demo, tmp_path: Path) -> None:
    write(page)
    expect(verdict(page)).to_contain_text("is true")
    page.locator("#draw canvas").screenshot(path=tmp_path / "photo.png")
    show_photo(page, tmp_path / "photo.png")
    expect(verdict(page)).to_contain_text("1 + 2 = 3 is true")
    assert demo.files() == []
    sources = page.locator("section img, .kept img").evaluate_all("all => all.map(i => i.src)")
    assert sources
    assert all(source.startswith("data:") for source in sources), "no link to a file on the server"
    assert page.locator("section a, .kept a").count() == 0


def test_a_symbol_is_corrected(page: Page, demo: Demo, reader_model: Path) -> None:
    write(page, LINE[:4])  # 1 + 2
    expect(verdict(page)).to_have_text("1 + 2 = 3")
    symbol(page, 0).select_option(label="7")
    expect(verdict(page)).to_have_text("7 + 2 = 9")
    expect(symbol(page, 0)).to_be_focused()  # so that the keyboard goes on from here
    assert latex(page) == "7 + 2"
    before = page.locator("section img").get_attribute("src")
    symbol(page, 1).select_option(label="÷")
    expect(verdict(page)).to_have_text("7 ÷ 2 = 3.5")
    assert latex(page) == r"7 \div 2"
    expect(page.locator("section img")).not_to_have_attribute("src", str(before))

    write(page, LINE[4:])  # the corrections stay when the line goes on
    expect(verdict(page)).to_have_text("✗ 7 ÷ 2 = 3 is false: the sides are 3.5 and 3")
    symbol(page, 1).select_option(label="-")
    symbol(page, 0).select_option(label="5")
    expect(verdict(page)).to_have_text("✓ 5 - 2 = 3 is true")
    page.get_by_role("button", name="Next line").click()
    write(page)  # and do not reach the next line
    expect(verdict(page)).to_have_text("✓ 1 + 2 = 3 is true")
    known = {alphabet.character(name) for name in Reader.load(reader_model).line.network.classes}
    choices = symbol(page, 0).locator("option").all_inner_texts()
    assert sorted(choices) == sorted(known - {""})
    assert choices[:10] == list("0123456789")
    assert demo.files() == []


def test_a_photo_is_corrected(page: Page, demo: Demo, tmp_path: Path) -> None:
    page.get_by_role("tab", name="Photo").click()
    show_photo(page, draw_line(tmp_path / "line.png"))
    expect(verdict(page)).to_have_text("✓ 1 + 2 = 3 is true")
    symbol(page, 4).select_option(label="8")
    expect(verdict(page)).to_have_text("✗ 1 + 2 = 8 is false: the sides are 3 and 8")
    assert latex(page) == "1 + 2 = 8"
    show_photo(page, draw_line(tmp_path / "again.png"))
    expect(verdict(page)).to_have_text("✓ 1 + 2 = 3 is true")
    assert demo.files() == []


PLACES = [  # of the formula's symbols: left, top, right, bottom, in the units of `write`
    ("x", (8, 50, 21, 66)), ("b", (70, 19, 81, 46)), ("b", (136, 19, 147, 46)),
    ("two", (150, 12, 158, 24)), ("four", (183, 22, 196, 46)), ("a", (201, 31, 211, 46)),
    ("c", (215, 34, 222, 46)), ("two", (122, 66, 134, 90)), ("a", (142, 75, 153, 90)),
]  # fmt: skip
BARS = [[(28, 55), (40, 55)], [(28, 61), (40, 61)], [(48, 58), (232, 58)], [(55, 34), (65, 34)],
        [(90, 30), (104, 30)], [(97, 23), (97, 37)], [(90, 40), (104, 40)],
        [(112, 32), (116, 29), (122, 50), (131, 6), (230, 6)],
        [(165, 34), (176, 34)]]  # fmt: skip


def quadratic_formula() -> Line:
    """The strokes of a formula, in the units of `write`."""
    line: list[list[tuple[float, float]]] = [[(float(x), float(y)) for x, y in bar] for bar in BARS]
    for label, (left, top, right, bottom) in PLACES:
        written = letters.strokes_of(label, WAYS[label], np.random.default_rng(0))
        strokes = [np.array(pen.curve(stroke)) for stroke in written]
        points = np.concatenate(strokes)
        size = np.array([right - left, bottom - top]) / np.ptp(points, axis=0)
        for stroke in strokes:
            placed = (left, top) + (stroke - points.min(axis=0)) * size
            line.append([(float(x), float(y)) for x, y in [*placed[::3], placed[-1]]])
    return line


WAYS = {"x": 3, "b": 7, "two": 48, "four": 28, "a": 7, "c": 10}
FORMULA = r"x = \frac { - b \pm \sqrt { b ^ { 2 } - 4 a c } } { 2 a }"


def copied(page: Page, button: str) -> str:
    """What a button copies, as a person finds it on pasting."""
    page.get_by_role("button", name=f"Copy {button}").click()
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_an_expression_is_drawn_typeset_corrected_and_copied(
    page: Page, demo: Demo, reader_model: Path
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    before = page.locator("#draw canvas").bounding_box()
    write(page, quadratic_formula())
    expect(page.get_by_label("LaTeX")).to_have_value(FORMULA, timeout=20_000)
    assert page.locator("#draw canvas").bounding_box() == before, "the pad moved under the pen"
    math = page.locator(".typeset math:visible")
    fraction, root = math.locator("mfrac"), math.locator("mfrac msqrt")
    expect(root.locator("msup")).to_have_text("b2")
    expect(fraction.locator("> *").nth(1)).to_have_text("2a")
    above, below = (fraction.locator("> *").nth(at).bounding_box() for at in (0, 1))
    assert above
    assert below
    assert above["y"] + above["height"] <= below["y"], "the browser typesets it as a fraction"
    legend = page.get_by_label("Colours of the boxes").locator("li")
    for words in ("on the line", "above, smaller", "in a fraction", "in a root"):
        expect(legend.filter(has_text=words)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scroll"

    assert copied(page, "LaTeX") == FORMULA
    written = copied(page, "MathML")
    assert written.startswith('<math xmlns="http://www.w3.org/1998/Math/MathML"')
    assert "<msqrt>" in written
    assert "<mi>x</mi>" in written

    reader = Reader.load(reader_model)
    assert reader.expression
    known = {alphabet.character(name) for name in reader.expression.network.classes}
    first = page.locator(".line:visible select", has=page.locator("option:checked", has_text="x"))
    assert sorted(first.first.locator("option").all_inner_texts()) == sorted(known - {""})
    first.first.select_option(label="y")
    expect(page.get_by_label("LaTeX")).to_have_value(FORMULA.replace("x", "y"))
    expect(math.locator("mi").first).to_have_text("y")
    assert copied(page, "LaTeX") == FORMULA.replace("x", "y")
    assert copied(page, "MathML") == written.replace("<mi>x</mi>", "<mi>y</mi>")

    page.get_by_role("button", name="Next line").click()
    expect(page.locator(".kept li")).to_have_count(1)
    write(page)  # and a line of arithmetic is one
    expect(verdict(page)).to_have_text("✓ 1 + 2 = 3 is true")
    expect(page.locator(".typeset")).to_have_count(0)
    assert copied(page, "LaTeX") == "1 + 2 = 3"
    assert "<mn>1</mn>" in copied(page, "MathML")
    assert demo.files() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_true_and_false_are_told_apart_by_colour(
    demo: Demo, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    with opened(browser, demo, color_scheme=scheme) as page:
        colours = []
        write(page)
        for choice, word in (("1", "is true"), ("7", "is false")):
            symbol(page, 0).select_option(label=choice)
            expect(verdict(page)).to_contain_text(word)
            colours.append(colour(verdict(page), "color"))
        paper = colour(page.locator("body"), "backgroundColor")
        (red, green, _), (other_red, other_green, _) = colours
        assert green > red, "true is green"
        assert other_red > other_green, "false is red"
        for ink in colours:
            assert contrast(ink, paper) >= 4.5, "WCAG 2.2, success criterion 1.4.3"


def colour(place: Locator, which: str) -> list[float]:
    text: str = place.evaluate(f"element => getComputedStyle(element).{which}")
    return [int(number) / 255 for number in re.findall(r"\d+", text)[:3]]


def contrast(one: list[float], other: list[float]) -> float:
    """The contrast ratio as WCAG 2.2 defines it."""
    lights = sorted(
        sum(
            share * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
            for share, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True)
        )
        for parts in (one, other)
    )
    return (lights[1] + 0.05) / (lights[0] + 0.05)


SCRAWL = (*LINE[:2], [(97, 30), (110, 70), (120, 30), (100, 60)],
          [(150, 40), (160, 75), (140, 60), (170, 30)], *LINE[4:])  # fmt: skip


def test_an_unsure_line_is_not_judged(page: Page) -> None:
    write(page, SCRAWL)
    expect(verdict(page)).to_contain_text("Unsure")
    expect(page.locator("select.unsure")).not_to_have_count(0)
    shown = page.inner_text("#draw-result")
    assert not re.search(r"\b(true|false|sides)\b", shown), shown
    page.get_by_role("button", name="It is what I wrote").click()
    expect(verdict(page)).not_to_have_class(re.compile("unsure"))
    expect(page.get_by_role("button", name="It is what I wrote")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()  # what was vouched for is gone
    expect(verdict(page)).to_contain_text("Unsure")
    for index in range(symbol(page, 0).locator("xpath=..").locator("select").count()):
        if "unsure" in (symbol(page, index).get_attribute("class") or ""):
            symbol(page, index).select_option(label="0")
            expect(symbol(page, index)).not_to_have_class("unsure")
    expect(verdict(page)).not_to_contain_text("Unsure")


def test_a_tab_shows_no_other_tabs_result(page: Page, tmp_path: Path) -> None:
    write(page)
    expect(verdict(page)).to_contain_text("is true")
    page.get_by_role("button", name="Next line").click()
    write(page, LINE[:4])
    expect(verdict(page)).to_have_text("1 + 2 = 3")
    page.get_by_role("tab", name="Photo").click()
    expect(page.locator(".hint:visible")).to_contain_text("Choose or drop a picture")
    expect(page.locator("section:visible, .kept:visible")).to_have_count(0)
    show_photo(page, draw_line(tmp_path / "line.png", LINE[:1]))
    expect(verdict(page)).to_have_text("1 = 1")
    page.get_by_role("tab", name="Draw").click()
    expect(verdict(page)).to_have_text("1 + 2 = 3")
    expect(page.locator(".kept:visible li")).to_have_text(["✓ 1 + 2 = 3 is true"])


def test_two_windows_share_nothing(demo: Demo, browser: Browser) -> None:
    with opened(browser, demo) as one, opened(browser, demo) as other:
        write(one)
        expect(verdict(one)).to_have_text("✓ 1 + 2 = 3 is true")
        write(other)
        symbol(one, 0).select_option(label="7")
        expect(verdict(one)).to_contain_text("7 + 2 = 3 is false")
        expect(verdict(other)).to_have_text("✓ 1 + 2 = 3 is true")
        one.get_by_role("button", name="Next line").click()
        expect(one.locator(".kept li")).to_have_count(1)
        other.get_by_role("button", name="Undo").click()  # it is read anew
        expect(verdict(other)).not_to_contain_text("is true")
        assert latex(other).startswith("1 + 2")
        expect(other.locator(".kept li")).to_have_count(0)


def test_the_last_results_are_kept_on_the_page(page: Page, demo: Demo) -> None:
    write(page)
    expect(verdict(page)).to_contain_text("is true")
    for digit in range(8):
        page.get_by_role("button", name="Next line").click()
        expect(page.locator("section")).to_have_count(0)
        write(page, LINE[:1])
        symbol(page, 0).select_option(index=digit)
        expect(verdict(page)).to_contain_text(f"{digit} = {digit}")
    page.get_by_role("button", name="Undo").click()  # taken back, so not kept
    expect(page.locator("section")).to_have_count(0)
    page.get_by_role("button", name="Next line").click()
    kept = page.locator(".kept li")
    expected = ["✓ 1 + 2 = 3 is true", *(f"{digit} = {digit}" for digit in range(7))]
    expect(kept).to_have_text(expected[::-1])
    assert kept.locator("img").count() == 8

    write(page)
    expect(verdict(page)).to_contain_text("is true")
    page.get_by_role("button", name="Next line").click()
    expect(kept).to_have_text(["✓ 1 + 2 = 3 is true", *expected[:0:-1]])
    assert demo.files() == []
    stored = page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "data:" not in stored
    assert "1 + 2" not in stored
    page.reload()
    page.locator("#draw canvas").wait_for()
    expect(kept).to_have_count(0)


def press(place: Locator) -> None:
    """Click at once; `Locator.click` waits until it is enabled."""
    box = place.bounding_box()
    assert box
    place.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


@contextmanager
def held(page: Page) -> Iterator[None]:
    """What the page asks of the server within gets there after it."""
    routes: list[Route] = []
    within = True
    page.route(f"**{JOIN}*", lambda route: routes.append(route) if within else route.continue_())
    yield
    page.wait_for_timeout(500)
    within = False
    assert routes, "nothing was asked"
    for route in routes:
        route.continue_()


def test_next_line_before_the_answer_keeps_all_that_is_drawn(page: Page) -> None:
    button = page.get_by_role("button", name="Next line")
    kept = page.locator(".kept li")
    write(page, LINE[:4])
    expect(verdict(page)).to_have_text("1 + 2 = 3")
    with held(page):
        write(page, LINE[4:])
        press(button)
    expect(verdict(page)).to_contain_text("is true")
    expect(kept).to_have_count(0)
    with held(page):
        button.click()
        press(button)  # again, before the pad's hint is back
    expect(page.locator(".hint:visible")).to_contain_text("Write a line")
    expect(kept).to_have_text(["✓ 1 + 2 = 3 is true"])


def test_a_line_is_not_finished_within_a_stroke(page: Page) -> None:
    page.locator("#draw canvas").evaluate(
        """canvas => canvas.addEventListener("pointerdown", () =>
            document.querySelector("#draw .clear").click())"""  # as with another finger
    )
    write(page)
    expect(verdict(page)).to_contain_text("1 + 2 = 3 is true")
    expect(page.locator(".kept li")).to_have_count(0)


def test_a_picture_chosen_before_the_answer_to_another(page: Page, tmp_path: Path) -> None:
    show_photo(page, draw_line(tmp_path / "one.png", LINE[:1]))
    expect(verdict(page)).to_have_text("1 = 1")
    with held(page):
        show_photo(page, draw_line(tmp_path / "line.png"))
        press(page.get_by_role("button", name="Next picture"))
        expect(page.locator("#photo input")).to_be_disabled()
    expect(verdict(page)).to_contain_text("is true")
    expect(page.locator(".kept:visible li")).to_have_text(["1 = 1"])
    page.get_by_role("button", name="Next picture").click()
    expect(page.locator(".kept:visible li")).to_have_text(["✓ 1 + 2 = 3 is true", "1 = 1"])


def test_the_pad_is_as_wide_as_a_phone_held_sideways(demo: Demo, browser: Browser) -> None:
    with opened(browser, demo, SIZES["sideways"]) as page:
        write(page)
        expect(verdict(page)).to_contain_text("is true")
        pad, told = page.locator("#draw canvas").bounding_box(), verdict(page).bounding_box()
        assert pad
        assert told
        assert pad["width"] >= 0.94 * 844
        assert page.evaluate("scrollY") == 0
        assert told["y"] + told["height"] < 390, "pad and answer are on one screen"

        page.set_viewport_size({"width": 390, "height": 844})  # turned: no stroke is cut off
        symbol(page, 0).select_option(label="4")
        expect(verdict(page)).to_contain_text("4 + 2 = 3 is false")


def test_nothing_is_fetched_from_elsewhere(page: Page, demo: Demo, requests: list[str]) -> None:
    page.wait_for_load_state("networkidle")
    assert len(requests) > 10
    here = (f"http://127.0.0.1:{demo.port}/", "data:", "blob:")
    assert [url for url in requests if not url.startswith(here)] == []


def test_only_this_machine_can_open_it(demo: Demo) -> None:
    """127.0.0.1 alone is bound: another of this machine's addresses refuses."""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", demo.port), timeout=5).close()


def ask(
    demo: Demo, method: str, path: str, body: object = None, to: str = "127.0.0.1", **headers: str
) -> http.client.HTTPResponse:
    with closing(http.client.HTTPConnection(to, demo.port, timeout=30)) as connection:
        text = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        connection.request(method, path, text, {"Content-Type": "application/json", **headers})
        response = connection.getresponse()
        response.read()
        return response


def event(data: object) -> dict[str, object]:
    return {"data": data, "fn_index": 0, "session_hash": "test", "event_data": None}


JOIN = "/gradio_api/queue/join"


def test_only_its_own_page_may_ask(demo: Demo) -> None:
    here = f"http://127.0.0.1:{demo.port}"
    assert ask(demo, "POST", JOIN, event([None]), Origin=here).status == 200
    for origin in ("http://evil.example", "null", "http://127.0.0.1", "http://localhost:1"):
        assert ask(demo, "POST", JOIN, event([None]), Origin=origin).status == 403, origin
        assert ask(demo, "GET", "/", Origin=origin).status == 403, origin
    for host in ("evil.example", f"evil.example:{demo.port}", "127.0.0.1", "[::1]"):
        assert ask(demo, "GET", "/", Host=host).status == 421, host
    page = ask(demo, "GET", "/", Host=f"localhost:{demo.port}")
    assert page.status == 200
    assert page.headers["X-Frame-Options"] == "DENY"
    assert page.headers["Content-Security-Policy"] == "frame-ancestors 'none'"


OWN = "127.0.0.2"  # also this machine's, though nobody configured it


def test_a_class_can_open_it(tmp_path: Path, reader_model: Path, browser: Browser) -> None:
    demo = Demo(tmp_path, reader_model, "--host", "0.0.0.0")
    try:
        warning = (tmp_path / "stderr").read_text()
        assert warning.startswith("warning: everyone on this machine's networks can open the page")
        assert "no password" in warning
        assert "127.0.0.1" not in demo.said, "the address to tell the class"

        address = f"http://{OWN}:{demo.port}"
        with browser.new_context() as context:
            page = context.new_page()
            page.goto(address)
            page.locator("#draw canvas").wait_for()
            write(page)
            expect(verdict(page)).to_contain_text("1 + 2 = 3 is true")
            symbol(page, 0).select_option(label="7")
            expect(verdict(page)).to_contain_text("7 + 2 = 3 is false")

        own = socket.gethostname()
        for host in (OWN, own, own.upper(), f"{own}.local", "localhost"):
            port = f"{host}:{demo.port}"
            same = f"http://{port.lower()}"
            assert ask(demo, "GET", "/", to=OWN, Host=port).status == 200, host
            assert ask(demo, "POST", JOIN, event([None]), OWN, Host=port, Origin=same).status == 200
        for origin in (
            "http://evil.example",
            "null",
            f"http://{OWN}",
            f"https://{OWN}:{demo.port}",
        ):
            assert ask(demo, "POST", JOIN, event([None]), OWN, Origin=origin).status == 403, origin
        # The address of another interface is not the one that this connection came in at.
        for host in ("evil.example", "0.0.0.0", "127.0.0.3", "192.0.2.77", f"{own}.example"):
            assert ask(demo, "GET", "/", to=OWN, Host=f"{host}:{demo.port}").status == 421, host
    finally:
        demo.stop()


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("203.0.113.9", "is no address of this machine"),  # RFC 5737: nobody's
        ("::", "is no IPv4 address"),
        ("evil.example", "is no IPv4 address"),
    ],
)
def test_an_address_that_is_not_its_own(host: str, why: str) -> None:
    """That the command looks is tested below."""
    from handmath.base.errors import InputError
    from handmath.commands.demo import address

    with pytest.raises(InputError, match=re.escape(f"--host {host} {why}; give one")):
        address.check(host, 7860)


@pytest.mark.parametrize("value", [5, True, [1], {}, {"path": "/etc/passwd"}], ids=repr)
def test_a_value_that_is_no_picture_is_refused(demo: Demo, value: object) -> None:
    """As a value, and as the whole body; no traceback: the fixture looks at stderr."""
    assert ask(demo, "POST", JOIN, event([value])).status == 422
    assert ask(demo, "POST", JOIN, value).status == 422
    for key in ("fn_index", "session_hash"):
        assert ask(demo, "POST", JOIN, event([None]) | {key: [value]}).status == 422
    for key in ("trigger_id", "extra"):
        assert ask(demo, "POST", JOIN, event([None]) | {key: value}).status in {200, 422}
    assert ask(demo, "POST", JOIN, event([None]) | {"event_data": value}).status in {200, 422}
    assert ask(demo, "POST", JOIN, event([value, None])).status == 422


@pytest.mark.parametrize("value", [5, True, [1], {}, None], ids=repr)
def test_a_request_that_the_page_does_not_make(value: object) -> None:
    from handmath.base.errors import InputError
    from handmath.commands.demo.page import Asked

    right = {"picture": "", "corrections": {}, "vouched": False, "number": 1}
    assert Asked.parse(json.dumps(right)) == Asked("", {}, False, 1)
    for asked in (value, right | {"picture": value}, right | {"corrections": [value]},
                  right | {"corrections": {"1,1,2,2": value}}, right | {"vouched": [value]},
                  right | {"number": [value]}, right | {"more": value}):  # fmt: skip
        with pytest.raises(InputError, match="something else than a reading"):
            Asked.parse(json.dumps(asked))
    for text in ("data:image/png;base64,", "[" * 100_000):
        with pytest.raises(InputError, match="something else than a reading"):
            Asked.parse(text)


@pytest.mark.parametrize("number", [-1, 99, 10**30])
def test_an_event_that_there_is_not(demo: Demo, number: int) -> None:
    assert 400 <= ask(demo, "POST", JOIN, event([None]) | {"fn_index": number}).status < 500


@pytest.mark.parametrize(
    "path", ["file=/etc/hostname", "file=../../etc/hostname", "proxy=http://127.0.0.1/", "runs"]
)
def test_nothing_else_can_be_got_from_it(demo: Demo, path: str) -> None:
    assert 400 <= ask(demo, "GET", f"/gradio_api/{path}").status < 500


def test_nothing_can_be_uploaded_to_it(demo: Demo) -> None:
    form = {"Content-Type": "multipart/form-data; boundary=b"}
    for part in ('name="files"; filename="a.png"', 'filename="a.png"', ""):
        body = f"--b\r\nContent-Disposition: form-data; {part}\r\n\r\nink\r\n--b--\r\n"
        assert ask(demo, "POST", "/gradio_api/upload", body.encode(), **form).status == 404
    assert demo.files() == []


def test_a_body_that_is_too_large_or_broken(demo: Demo) -> None:
    said = {"Content-Length": str(160 << 20)}
    assert ask(demo, "POST", JOIN, b"", **said).status == 413
    assert ask(demo, "POST", JOIN, b"[" * 100_000).status == 400
    assert ask(demo, "POST", JOIN, b"\xff").status == 400

    def chunks() -> Iterator[bytes]:
        for _ in range(30):
            yield bytes(1 << 20)

    with closing(http.client.HTTPConnection("127.0.0.1", demo.port, timeout=30)) as connection:
        connection.request("POST", JOIN, chunks(), encode_chunked=True)
        with connection.getresponse() as response:
            assert response.status == 413


@pytest.mark.slow
def test_killed_it_leaves_no_picture(tmp_path: Path, reader_model: Path, asked: str) -> None:
    for end in (signal.SIGKILL, signal.SIGHUP):
        folder = tmp_path / end.name
        folder.mkdir()
        demo = Demo(folder, reader_model)
        assert ask(demo, "POST", JOIN, event([asked])).status == 200
        demo.process.send_signal(end)
        demo.process.wait(timeout=20)
        assert demo.process.stdout
        demo.process.stdout.close()
        assert demo.files() == []


@pytest.fixture
def asked(tmp_path: Path) -> str:
    data = draw_line(tmp_path / "line.png").read_bytes()
    url = f"data:image/png;base64,{base64.b64encode(data).decode()}"
    return json.dumps({"picture": url, "corrections": {}, "vouched": False, "number": 1})


def test_a_port_that_may_not_be_used_is_said() -> None:
    from handmath.base.errors import InputError
    from handmath.commands.demo import address

    with mock.patch("handmath.commands.demo.address.socket.socket") as made:
        made.return_value.__enter__.return_value.bind.side_effect = PermissionError
        with pytest.raises(InputError, match="you may not use port 80; choose one from 1024"):
            address.check("127.0.0.1", 80)


def run_without_gradio(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the command where gradio can't be imported."""
    code = "import sys; sys.modules['gradio'] = None; from handmath.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, "demo", *options],
        cwd=folder, capture_output=True, text=True, check=False, timeout=LIMIT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip


def test_an_address_is_refused_before_gradio_is_imported(tmp_path: Path) -> None:
    """Which takes seconds."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        done = run_without_gradio(tmp_path, "--port", str(port))
    assert done.returncode == 1
    assert done.stderr == f"error: port {port} is taken; choose another with --port\n"

    done = run_without_gradio(tmp_path, "--host", "203.0.113.9")
    assert done.returncode == 1
    assert done.stderr.startswith("error: --host 203.0.113.9 is no address of this machine; ")


def test_without_gradio_the_way_to_get_it_is_said(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    done = run_without_gradio(tmp_path, "--port", str(port))
    assert done.returncode == 1
    assert done.stderr == (
        "error: gradio is not installed; `pip install 'handmath[demo]'` brings it, "
        "and `make dev` in a clone\n"
    )

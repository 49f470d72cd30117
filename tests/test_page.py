"""The page of `dvc plots show`, in a real browser that reaches no network."""

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from conftest import ROOT, Project
from handmath.base.params import Synthesize
from handmath.stages import synthesize

pytestmark = pytest.mark.slow

WIDTHS = {"desk": 1400, "phone": 390}  # pixels
PLOTS = {
    name: about.get("title", name)
    for plot in yaml.safe_load((ROOT / "dvc.yaml").read_text())["plots"]
    for name, about in plot.items()
}
PICTURES = [title for name, title in PLOTS.items() if name.endswith(".png")]
MANY = 82  # classes of the largest public set of such symbols


@pytest.fixture(scope="module")
def shown(clone: Callable[[str], Project]) -> Path:
    """The page of many classes, as `make` and `dvc plots show` make it."""
    project = clone("page")
    (project.folder / "data/many.zip").write_bytes(many_classes())
    project.change_params(
        epochs=2,
        data__archive="data/many.zip",
        sweep={"lr": [0.001, 0.01], "epochs": [1, 2]},
        reader__lines=20,
        lines__count=16,
        expressions__lessons__count=20,
        expressions__lessons__recipe__epochs=1,
        expressions__layout__count=40,
        expressions__test__count=16,
    )
    project.dvc("repro", "card", "expressions", "heatmap", "samples", "network")
    project.run("python", "-m", "handmath.figures.page")
    assert "index.html" in project.dvc("plots", "show")
    return project.folder / "dvc_plots/index.html"


def many_classes() -> bytes:
    """An archive of the 16 drawn symbols, each under several names."""
    drawn = list(synthesize.draw(Synthesize(train_images=6, test_images=2, seed=0)))
    symbols = sorted({Path(name).parts[1] for name, _ in drawn})
    names = [f"{symbol} version {v}" for v in range(6) for symbol in symbols][:MANY]
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, jpeg in drawn:
            split, symbol, image = Path(name).parts
            for label in names:
                if label.startswith(symbol):
                    archive.writestr(f"{split}/{label}/{image}", jpeg)
    return file.getvalue()


def wait(page: Page) -> None:
    """Wait for all charts, and for the columns to be filled."""
    page.wait_for_function(
        "n => document.querySelectorAll('main svg.marks').length === n && "
        "[...document.querySelectorAll('.column')].every(c => c.children.length)",
        arg=len(PLOTS) - len(PICTURES),
        timeout=60_000,
    )


@dataclass(frozen=True)
class Opened:
    page: Page
    complaints: list[str]


@pytest.fixture(scope="module", params=WIDTHS)
def opened(request: pytest.FixtureRequest, browser: Browser, shown: Path) -> Iterator[Opened]:
    page = browser.new_page(viewport={"width": WIDTHS[request.param], "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.extend(re.findall("^http.*", request.url)))
    page.route("http*://**", lambda route: route.abort())
    page.goto(shown.as_uri(), timeout=60_000)
    wait(page)
    yield Opened(page, complaints)
    if folder := os.environ.get("HANDMATH_SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{request.param}.png", full_page=True)
    page.close()


def test_nothing_is_asked_of_a_server_and_nothing_goes_wrong(opened: Opened) -> None:
    assert opened.complaints == []


def test_every_figure_has_a_title_in_words_and_is_drawn(opened: Opened) -> None:
    assert "handmath" in opened.page.locator("h1").inner_text()
    boxes = opened.page.locator(".column > div")
    titles = [boxes.nth(i).locator("p").first.inner_text() for i in range(boxes.count())]
    assert sorted(titles) == sorted(PLOTS.values())
    assert not [title for title in titles if "/" in title]
    for index, title in enumerate(titles):
        if title in PICTURES:
            picture = boxes.nth(index).locator("img")
            assert picture.evaluate("image => image.naturalWidth") > 300, title
            assert picture.get_attribute("alt") == title
        else:
            marks = boxes.nth(index).locator(
                "svg .mark-rect path, svg .mark-symbol path, "
                "svg .mark-line path, svg .mark-text text"
            )
            assert marks.count() > 10, title


def test_figures_stand_in_the_order_of_the_notebook(opened: Opened) -> None:
    """Down the phone's one column; on the desk, two columns, each in order and both filled."""
    wide = opened.page.viewport_size
    assert wide
    columns = opened.page.locator(".column")
    assert columns.count() == (2 if wide["width"] > 1000 else 1)
    ordered = list(PLOTS.values())
    for column in columns.all():
        titles = [box.locator("p").first.inner_text() for box in column.locator("> div").all()]
        assert titles == [title for title in ordered if title in titles]
    ends = columns.evaluate_all("all => all.map(c => c.lastChild.getBoundingClientRect().bottom)")
    assert max(ends) - min(ends) < 0.3 * max(ends)


def test_the_metrics_are_on_the_page(opened: Opened) -> None:
    table = opened.page.locator(".column > div").first
    assert table.locator("p").first.inner_text() == "Metrics of the model"
    text = table.inner_text()
    for line in ("Test accuracy", "without leaked images", " to 0.", "nats"):
        assert line in text


def test_the_page_never_scrolls_sideways_and_its_text_is_legible(opened: Opened) -> None:
    width, screen = opened.page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert width <= screen
    heights = opened.page.locator("svg text").evaluate_all(
        "all => all.filter(t => t.textContent).map(t => t.getBoundingClientRect().height)"
    )
    assert min(heights) >= 9  # pixels; a chart that is too wide scrolls, it is not shrunk


def test_two_revisions_stand_side_by_side(browser: Browser, shown: Path) -> None:
    project = Project(shown.parents[1])
    project.commit("Run")
    project.change_params(lr=0.002)
    project.dvc("repro", "card", "heatmap", "samples", "network")
    project.dvc("plots", "diff", "HEAD")
    page = browser.new_page(viewport={"width": WIDTHS["desk"], "height": 900})
    page.goto(shown.as_uri(), timeout=60_000)
    wait(page)
    assert page.locator(".column").count() == 1
    loss = page.locator("#Figure_5__Training_and_validation_loss")
    for revision in ("HEAD", "workspace"):
        expect(loss.locator("svg.marks")).to_contain_text(revision)
    # The legend tells them apart by dashed lines: dots, whose outlines have arcs, look alike.
    keys = loss.locator(".role-legend-symbol path").evaluate_all(
        "all => all.map(p => [p.getAttribute('d'), p.getAttribute('stroke-dasharray')])"
    )
    dashed = [(outline, dash) for outline, dash in keys if dash]
    assert len(keys) == 4
    assert len(dashed) == len({dash for _, dash in dashed}) == 2
    assert not [outline for outline, _ in dashed if "A" in outline]
    for picture in page.locator(".column > div:has(img)").all():
        tops = picture.locator("img").evaluate_all("all => all.map(i => i.offsetTop)")
        assert len(tops) == 2
        assert tops[0] == tops[1]
        names = picture.locator("div > p").all_inner_texts()
        assert names == ["HEAD", "workspace"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()

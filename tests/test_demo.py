"""The demo as a person meets it: the real server, and Chromium with a mouse."""

import base64
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from unittest import mock

import pytest
from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from conftest import LIMIT, LINE, ROOT, draw_line, png

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium")


class Demo:
    """A server of the demo, started as a person does."""

    def __init__(self, folder: Path, model: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        command = [sys.executable, "-m", "handmath.cli", "demo"]
        with (folder / "stderr").open("w") as stderr:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), "--model", str(model)],
                cwd=folder,
                env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "TMPDIR": str(folder)},
                stdout=subprocess.PIPE,
                stderr=stderr,
                text=True,
            )
        assert self.process.stdout
        self.said = self.process.stdout.readline()
        assert f"http://127.0.0.1:{self.port}" in self.said, (folder / "stderr").read_text()

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


@pytest.fixture(params=["desktop", "phone"])
def page(demo: Demo, requests: list[str], request: pytest.FixtureRequest) -> Iterator[Page]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing; .ci/run installs it")
        pytest.skip("chromium is missing: apt-get install chromium")
    size = {"desktop": (1280, 900), "phone": (390, 844)}[request.param]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        page.on("request", lambda asked: requests.append(asked.url))
        page.goto(f"http://127.0.0.1:{demo.port}")
        page.locator("#pad canvas").wait_for()
        yield page
        browser.close()


def write(page: Page) -> None:
    """Draw `LINE` with the mouse."""
    canvas = page.locator("#pad canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    scale = min(box["height"] / 100, box["width"] / 240)
    for stroke in LINE:
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
    return page.locator("#latex").locator("textarea, input").input_value()


def test_a_line_drawn_with_the_mouse_is_read(page: Page, demo: Demo) -> None:
    before = page.locator("#pad canvas").bounding_box()
    write(page)
    expect(page.locator("#message")).to_contain_text("1 + 2 = 3 is true")
    assert page.locator("#pad canvas").bounding_box() == before, "the pad moved under the pen"
    assert latex(page) == "1 + 2 = 3"
    expect(page.locator("#formula .katex-html")).to_have_text("1+2=3")
    boxes = page.locator("#boxes img")
    expect(boxes).to_be_visible()
    assert boxes.evaluate("image => image.naturalWidth") > 300
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "no sideways scroll"
    assert demo.files() == []


def test_undo_and_clear(page: Page) -> None:
    write(page)
    message = page.locator("#message")
    expect(message).to_contain_text("1 + 2 = 3 is true")
    page.get_by_role("button", name="Undo").click()
    expect(message).not_to_contain_text("is true")
    page.get_by_role("button", name="Clear").click()
    expect(message).to_contain_text("Write a line")
    expect(page.locator("#boxes img")).to_have_count(0)
    assert latex(page) == ""


def test_a_bad_file_is_said_and_not_kept(page: Page, demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "<b>text.png").write_text("not a picture")
    show_photo(page, tmp_path / "<b>text.png")
    expect(page.locator("#message")).to_contain_text("the picture is no image")
    assert str(demo.folder) not in page.inner_text("body")
    assert demo.files() == []

    for side, why in ((8_000, "more than 50 megapixels"), (13_000, "too many pixels")):
        (tmp_path / "huge.png").write_bytes(png(side, side))
        page.get_by_role("button", name="Clear").last.click()
        show_photo(page, tmp_path / "huge.png")
        expect(page.locator("#message")).to_contain_text(why)

    Image.new("L", (300, 100), 255).save(tmp_path / "blank.png")
    page.get_by_role("button", name="Clear").last.click()
    show_photo(page, tmp_path / "blank.png")
    expect(page.locator("#message")).to_contain_text("no ink")


def test_a_file_that_is_too_large_is_refused(page: Page, demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "large.png").write_bytes(bytes(21 << 20))
    show_photo(page, tmp_path / "large.png")
    expect(page.get_by_text("This file is larger than 20 MB.")).to_be_visible()
    assert demo.files() == []


def test_a_photo_is_read(page: Page, demo: Demo, tmp_path: Path) -> None:
    write(page)
    expect(page.locator("#message")).to_contain_text("is true")
    page.locator("#pad canvas").screenshot(path=tmp_path / "photo.png")
    page.get_by_role("button", name="Clear").click()
    expect(page.locator("#message")).to_contain_text("Write a line")
    show_photo(page, tmp_path / "photo.png")
    expect(page.locator("#message")).to_contain_text("1 + 2 = 3 is true")
    assert demo.files() == []


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
    demo: Demo, method: str, path: str, body: object = None, **headers: str
) -> http.client.HTTPResponse:
    with closing(http.client.HTTPConnection("127.0.0.1", demo.port, timeout=30)) as connection:
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


@pytest.mark.parametrize("value", [5, True, [1], {}, {"path": "/etc/passwd"}], ids=repr)
def test_a_value_that_is_no_picture_is_refused(demo: Demo, value: object) -> None:
    """As a value, and as the whole body; no traceback: the fixture looks at stderr."""
    assert ask(demo, "POST", JOIN, event([value])).status == 422
    assert ask(demo, "POST", JOIN, value).status == 422
    for key in ("fn_index", "session_hash"):
        assert ask(demo, "POST", JOIN, event([None]) | {key: [value]}).status == 422
    for key in ("event_data", "trigger_id", "extra"):
        assert ask(demo, "POST", JOIN, event([None]) | {key: value}).status in {200, 422}
    assert ask(demo, "POST", JOIN, event([value, None])).status == 422


@pytest.mark.parametrize("number", [-1, 99, 10**30])
def test_an_event_that_there_is_not(demo: Demo, number: int) -> None:
    assert 400 <= ask(demo, "POST", JOIN, event([None]) | {"fn_index": number}).status < 500


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


def test_killed_it_leaves_no_picture(tmp_path: Path, reader_model: Path, line_url: str) -> None:
    for end in (signal.SIGKILL, signal.SIGHUP):
        folder = tmp_path / end.name
        folder.mkdir()
        demo = Demo(folder, reader_model)
        assert ask(demo, "POST", JOIN, event([line_url])).status == 200
        demo.process.send_signal(end)
        demo.process.wait(timeout=20)
        assert demo.process.stdout
        demo.process.stdout.close()
        assert demo.files() == []


@pytest.fixture
def line_url(tmp_path: Path) -> str:
    data = draw_line(tmp_path / "line.png").read_bytes()
    return f"data:image/png;base64,{base64.b64encode(data).decode()}"


def test_a_port_that_may_not_be_used_is_said() -> None:
    from handmath.base.errors import InputError
    from handmath.commands import demo

    with mock.patch("handmath.commands.demo.socket.socket") as made:
        made.return_value.__enter__.return_value.bind.side_effect = PermissionError
        with pytest.raises(InputError, match="you may not use port 80; choose one from 1024"):
            demo.check(80)


def test_a_taken_port_is_said(demo: Demo, reader_model: Path) -> None:
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "handmath.cli", "demo", "--port", str(demo.port),
         "--model", str(reader_model)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True, text=True, check=False, timeout=LIMIT,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == f"error: port {demo.port} is taken; choose another with --port\n"
    assert time.monotonic() - started < 60


def test_without_gradio_the_way_to_get_it_is_said(tmp_path: Path, reader_model: Path) -> None:
    code = (
        "import sys; sys.modules['gradio'] = None; from handmath.cli import main\n"
        f"sys.argv = ['handmath', 'demo', '--model', {str(reader_model)!r}]; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=LIMIT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == (
        "error: gradio is not installed; `pip install 'handmath[demo]'` brings it, "
        "and `make dev` in a clone\n"
    )

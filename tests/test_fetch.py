"""Kaggle's archive, from a real server on this machine: fetched whole and known, or not at all."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from conftest import ROOT, Project
from handmath.base.errors import InputError
from handmath.commands import fetch

ARCHIVE = os.environ.get("HANDMATH_ARCHIVE")
BY_HAND = r"not fetched \(.*\); download it from https://www.kaggle.com/.* with a browser"


@dataclass
class Server:
    url: str = ""
    status: int = 200
    body: bytes = b""
    promised: int = 0  # bytes, more than there are
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def server(archive: Path) -> Iterator[Server]:
    served = Server(body=archive.read_bytes())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.asked.append(self.path)
            if self.path == "/":  # Kaggle sends one on to where its files are
                self.send_response(302)
                self.send_header("Location", "/file")
                self.end_headers()
                return
            self.send_response(served.status)
            self.send_header("Content-Length", str(len(served.body) + served.promised))
            self.end_headers()
            self.wfile.write(served.body)

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    served.url = f"http://127.0.0.1:{http.server_port}/"
    yield served
    http.shutdown()
    http.server_close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def refused(server: Server, match: str, folder: Path) -> None:
    with pytest.raises(InputError, match=match) as caught:
        fetch.fetch(server.url)
    assert "\n" not in str(caught.value)
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_refusal(server: Server, folder: Path) -> None:
    server.status = 403
    refused(server, BY_HAND, folder)


def test_no_network(server: Server, folder: Path) -> None:
    server.url = "http://127.0.0.1:9/"
    refused(server, BY_HAND, folder)


def test_certificates_that_are_missing(
    server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is not what is at fault."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    server.url = "https://127.0.0.1:9/"
    refused(server, r"not fetched \(Could not find a suitable TLS CA", folder)


def test_cut_off_in_the_middle(server: Server, folder: Path) -> None:
    server.promised = 1000
    refused(server, BY_HAND, folder)


def test_far_too_large(server: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "MOST_BYTES", 100)
    refused(server, "far too large", folder)


def test_a_page_instead_of_an_archive(server: Server, folder: Path) -> None:
    server.body = b"<html>Sign in</html>"
    refused(server, "is no zip file", folder)


def test_other_images(server: Server, folder: Path) -> None:
    refused(server, "holds other images than the notebook's", folder)


@pytest.mark.real
def test_it_is_there_and_dvc_knows_it(
    server: Server,
    archive: Path,
    clone: Callable[[str], Project],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project = clone("fetch")
    monkeypatch.chdir(project.folder)
    fetch.fetch(server.url, content_id=fetch.content_id_of(archive))
    assert server.asked == ["/", "/file"]
    assert fetch.PATH.read_bytes() == archive.read_bytes()
    (git_add, exp_run) = capsys.readouterr().out.splitlines()[-2:]
    project.run("bash", "-c", git_add)
    assert f"A  {fetch.PATH}.dvc" in project.run("git", "status", "--porcelain").stdout
    assert exp_run.split() == ["dvc", "exp", "run", "-S", f"data.archive={fetch.PATH}"]
    assert "up to date" in project.dvc("status", f"{fetch.PATH}.dvc")


@pytest.mark.slow
@pytest.mark.skipif(not ARCHIVE, reason="HANDMATH_ARCHIVE does not name the real archive")
def test_the_notebooks_images_are_known_by_their_id() -> None:
    assert fetch.content_id_of(Path(str(ARCHIVE))) == fetch.CONTENT_ID
    assert fetch.CONTENT_ID in (ROOT / "docs/reproducibility.md").read_text()

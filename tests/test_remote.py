"""Data and models on a remote: a folder, and a real SSH server that is cut off in a push."""

import getpass
import hashlib
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import LIMIT, Project
from handmath.commands.verify import outputs

pytestmark = pytest.mark.slow

SSHD = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")


class Proxy:
    """Passes TCP connections on to a server, until so many bytes have come: then it is dead."""

    def __init__(self, server: int) -> None:
        self.server = server
        self.limit = float("inf")
        self.open: list[socket.socket] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.limit <= 0:
                client.close()
                continue
            server = socket.create_connection(("127.0.0.1", self.server))
            self.open += [client, server]
            for source, target in ((client, server), (server, client)):
                thread = threading.Thread(target=self.carry, args=(source, target), daemon=True)
                thread.start()

    def carry(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(1 << 14):
                self.limit -= len(data)
                if self.limit <= 0:
                    break
                target.sendall(data)
        except OSError:
            pass
        for end in self.open if self.limit <= 0 else (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


def add_remote(project: Project, url: str) -> None:
    project.dvc("remote", "add", "--default", "store", url)
    project.commit("Add a remote")


def fresh_clone(project: Project, folder: Path) -> Project:
    project.run("git", "clone", "--quiet", str(project.folder), str(folder))
    return Project(folder)


def objects(store: Path) -> dict[str, int]:
    """Every object by its name, with its size; each must hold what its name says.

    What was being sent when the line was cut has another name still, which begins with a dot.
    """
    found = {}
    for path in (store / "files/md5").glob("??/[!.]*"):
        data = path.read_bytes()
        name = path.parent.name + path.name
        assert hashlib.md5(data).hexdigest() == name, f"{path} is damaged"
        found[name] = len(data)
    return found


def assert_the_same(clone: Project, project: Project) -> None:
    """All that DVC keeps has come, and there is nothing left to run but to unpack the images."""
    hashes = outputs(project.folder / "dvc.lock")
    assert "data/images" in hashes["unzip"]
    for path in [path for stage in hashes.values() for path in stage]:
        if path != "data/images":
            theirs, ours = ((p.folder / path).read_bytes() for p in (clone, project))
            assert theirs == ours, path
    # The unpacked images are in no cache: a stage that finds them missing is told to bear it …
    assert "up to date" in clone.dvc("repro", "--allow-missing")
    # … or unpacks them, and that is all.
    output = clone.dvc("repro")
    assert [line for line in output.splitlines() if "Running" in line] == ["Running stage 'unzip':"]
    assert outputs(clone.folder / "dvc.lock") == hashes
    assert clone.run("git", "status", "--porcelain").stdout == ""


def test_a_folder(finished: Callable[[str], Project], tmp_path: Path) -> None:
    project = finished("folder")
    add_remote(project, str(tmp_path / "store"))
    project.dvc("push")
    clone = fresh_clone(project, tmp_path / "clone")
    clone.dvc("pull")
    assert_the_same(clone, project)


def test_a_model_by_its_name(finished: Callable[[str], Project], tmp_path: Path) -> None:
    """As a colleague gets it, who has neither the repository nor its data."""
    project = finished("artifact")
    add_remote(project, str(tmp_path / "store"))
    project.dvc("push")
    project.run("gto", "register", "symbols")
    colleague = Project(tmp_path / "colleague")
    colleague.folder.mkdir()
    colleague.dvc("artifacts", "get", project.folder.as_uri(), "symbols")
    theirs = (colleague.folder / "model.safetensors").read_bytes()
    assert theirs == (project.folder / "models/model.safetensors").read_bytes()


@pytest.fixture
def sshd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """The port of an SSH server on this machine that knows one user's key."""
    if not SSHD and "CI" not in os.environ:
        pytest.skip("sshd (Debian's openssh-server) is not installed")
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    for key in ("host", "user"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(home / key)]
        subprocess.run(command, check=True, timeout=LIMIT)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    (home / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {home}/host\nPidFile none\n"
        f"AuthorizedKeysFile {home}/user.pub\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nSubsystem sftp internal-sftp\n"
    )
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)  # which Debian's service makes at its start
    server = subprocess.Popen(
        [str(SSHD), "-D", "-e", "-f", home / "sshd_config"], stderr=subprocess.DEVNULL
    )
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            assert time.monotonic() < deadline
            assert server.poll() is None
            time.sleep(0.1)
    (home / ".ssh/known_hosts").write_text("* " + (home / "host.pub").read_text())
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    yield port
    server.terminate()
    server.wait()


def test_ssh_and_a_cut_in_the_middle_of_a_push(
    sshd: int, finished: Callable[[str], Project], tmp_path: Path
) -> None:
    project = finished("ssh")
    store = tmp_path / "store"
    proxy = Proxy(sshd)
    add_remote(project, f"ssh://{getpass.getuser()}@127.0.0.1:{proxy.port}{store}")
    keyfile = str(tmp_path / "home/user")
    project.dvc("remote", "modify", "--local", "store", "keyfile", keyfile)
    cached = objects(project.folder / ".dvc/cache")

    proxy.limit = sum(cached.values()) / 2
    done = project.run("dvc", "push", check=False)
    assert proxy.limit <= 0, "the push was over before the cut"
    assert done.returncode != 0
    assert "ERROR: " in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert len(objects(store)) < len(cached), "what is there is whole; not all is there"

    proxy.limit = float("inf")
    project.dvc("push")
    assert objects(store).items() <= cached.items()
    assert "in sync" in project.dvc("status", "--cloud")
    clone = fresh_clone(project, tmp_path / "clone")
    clone.dvc("remote", "modify", "--local", "store", "keyfile", keyfile)
    clone.dvc("pull")
    assert_the_same(clone, project)
    proxy.listener.close()

"""The sweep's rows that an interrupted one has finished: taken where whole, else trained again."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
import pytest
import yaml
from distributed.comm.core import CommClosedError

from conftest import ROOT, no_file
from handmath.base import params
from handmath.base.errors import InputError
from handmath.learning import worker
from handmath.stages import sweep
from test_dvc_yaml import all_imported

RATES, EPOCHS = [0.001, 0.01], [1, 2]


def row(lr: float, **changed: Any) -> list[dict[str, Any]]:
    accuracies = {f"{name}_accuracy": 0.5 for name in ("train", "validation", "test")}
    return [{"lr": lr, "epochs": epochs, **accuracies, **changed} for epochs in EPOCHS]


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A project whose trainings are only noted; the rates that were trained."""
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    values["sweep"] = {"lr": RATES, "epochs": EPOCHS}
    monkeypatch.chdir(tmp_path)
    Path("params.yaml").write_text(yaml.safe_dump(values))
    Path("data").mkdir()
    sweep.IMAGES.write_bytes(b"images")
    noted: list[float] = []

    def train_rows(_: params.Params, rates: list[float]) -> Any:
        noted.extend(rates)
        return [(lr, row(lr)) for lr in rates]

    monkeypatch.setattr(sweep, "train_rows", train_rows)
    return noted


def finished(lr: float) -> Path:
    path = sweep.FINISHED / f"{sweep.fingerprint(params.load(), lr)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "{}", "null", "\0", "\udcff",
        json.dumps({"cells": []}),
        json.dumps({"cells": row(0.001)[:1]}),
        json.dumps({"cells": row(0.01)}),
        json.dumps({"cells": row(0.001) + row(0.001)}),
        json.dumps({"cells": row(0.001, test_accuracy=7)}),
        json.dumps({"cells": row(0.001, test_accuracy="0.5")}),
        json.dumps({"cells": row(0.001, test_accuracy=None)}),
        json.dumps({"cells": row(0.001, test_accuracy=float("nan"))}),
        json.dumps({"cells": row(0.001, f1=0.5)}),
        json.dumps({"cells": row(0.001), "more": 1}),
    ],
)  # fmt: skip
def test_a_damaged_row_is_trained_again(trained: list[float], text: str) -> None:
    finished(0.001).write_bytes(text.encode("utf-8", "surrogateescape"))
    finished(0.01).write_text(json.dumps({"cells": row(0.01)}))
    sweep.main()
    assert trained == [0.001]
    assert pd.read_csv("plots/sweep.csv").to_dict("records") == row(0.001) + row(0.01)


def test_a_sweep_that_has_ended_leaves_no_row(trained: list[float]) -> None:
    sweep.main()
    sweep.main()
    assert trained == [*RATES, *RATES]
    assert not sweep.FINISHED.exists()


def test_all_rows_finished_and_only_the_end_missing(trained: list[float]) -> None:
    for lr in RATES:
        finished(lr).write_text(json.dumps({"cells": row(lr)}))
    sweep.main()
    assert trained == []
    assert not sweep.FINISHED.exists()


def test_the_key_holds_the_code_that_a_row_depends_on() -> None:
    hashed = {
        str(path.relative_to(ROOT)) for part in worker.CODE for path in worker.PACKAGE.glob(part)
    }
    needed = all_imported(Path(worker.__file__))
    assert needed <= hashed
    rooms = {path.rpartition("/")[0] for path in needed}
    assert {path.rpartition("/")[0] for path in hashed} == rooms


@pytest.mark.usefixtures("trained")
def test_the_key_holds_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    p = params.load()
    auto = p.model_copy(update={"device": "auto"})
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    assert sweep.fingerprint(auto, 0.01) == sweep.fingerprint(p, 0.01)
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.get_device_name", lambda: "H100")
    assert sweep.fingerprint(auto, 0.01) != sweep.fingerprint(p, 0.01)


@pytest.fixture
def other_service(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of something that takes connections and is no scheduler."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        kept = []

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    connection.sendall(request.param)
                    kept.append(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        for connection in kept:
            connection.close()


def refused(address: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(sweep.ADDRESS, address)
    monkeypatch.setattr(sweep, "WAIT", 1)
    start = time.monotonic()
    with pytest.raises(InputError, match=f"^{sweep.ADDRESS}={address}: {why}; start one, or unset"):
        sweep.cluster(address).__enter__()
    assert time.monotonic() - start < 30  # of which Dask takes some to load


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "other_service", [b"", b"SSH-2.0-OpenSSH_9.2\r\n", bytes(64), b"\xff" * 64], indirect=True
)
def test_another_service(other_service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(other_service, "no `dask scheduler` answers there", monkeypatch)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "foo://x", "tcp://127.0.0.1:99999", ""])
def test_no_scheduler(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    refused(address, "no `dask scheduler` answers there", monkeypatch)


@pytest.mark.timeout(60)
def test_no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    refused("tls://127.0.0.1:9", "it needs certificates, .*", monkeypatch)


@pytest.mark.parametrize("kind", ["folder", "pipe"])
@pytest.mark.usefixtures("trained")
def test_no_file_of_images(kind: str) -> None:
    no_file(sweep.IMAGES, kind)
    with pytest.raises(InputError, match=r"data/notebook\.safetensors can't be read"):
        sweep.main()


@pytest.mark.usefixtures("trained")
def test_rows_that_cannot_be_kept_or_read() -> None:
    sweep.FINISHED.parent.write_text("a file")
    with pytest.raises(InputError, match=r"\.cache/sweep cannot be written"):
        sweep.main()
    sweep.FINISHED.parent.unlink()
    finished(0.001).mkdir()
    with pytest.raises(InputError, match=r"\.cache/sweep/.*json can't be read"):
        sweep.main()


@pytest.mark.parametrize(
    ("rows", "cores", "count"),
    [(1, 2, 1), (2, 2, 2), (5, 1, 1), (5, 2, 3), (7, 2, 4), (6, 2, 2), (5, 4, 5), (9, 4, 5)],
)
def test_no_core_waits_for_the_last_row(rows: int, cores: int, count: int) -> None:
    assert sweep.at_once(rows, cores) == count


def test_the_scheduler_goes_while_a_row_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    """Dask says so in another way than when it goes while a row is trained."""
    client = mock.MagicMock()
    client.return_value.__exit__.return_value = False
    monkeypatch.setattr("distributed.Client", client)
    monkeypatch.setattr(sweep, "knock", lambda *_: None)
    with (
        pytest.raises(InputError, match="the `dask scheduler` is gone"),
        sweep.cluster("tcp://127.0.0.1:9"),
    ):
        raise CommClosedError("in <TCP (closed)>: Stream is closed")

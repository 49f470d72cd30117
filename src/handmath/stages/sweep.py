"""Stage `sweep`: every learning rate by every number of epochs → `plots/sweep.csv`.

The rows are trained on this machine's cores, or on the Dask cluster that DASK_SCHEDULER_ADDRESS
names. The bits are the same.
"""

import asyncio
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import joblib
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from tqdm import tqdm

from handmath.base import files, params
from handmath.base.errors import InputError, brought_by, reason, run
from handmath.base.interrupt import without_interrupts
from handmath.base.params import Params
from handmath.data import processes
from handmath.learning import worker

if TYPE_CHECKING:
    from distributed import Client

IMAGES = Path("data/notebook.safetensors")
FINISHED = Path(".cache/sweep")  # the rows of a sweep that was interrupted
WAIT = 10  # seconds, for a scheduler and for its first worker
ADDRESS = "DASK_SCHEDULER_ADDRESS"
Accuracy = Annotated[float, Field(ge=0, le=1)]


class Cell(BaseModel):
    """What training with one learning rate for some epochs came to."""

    model_config = ConfigDict(extra="forbid", strict=True)

    lr: float
    epochs: int
    train_accuracy: Accuracy
    validation_accuracy: Accuracy
    test_accuracy: Accuracy


class Row(BaseModel):
    """The cells of one learning rate, as a file of `FINISHED` has them."""

    model_config = ConfigDict(extra="forbid", strict=True)

    cells: list[Cell]


def main() -> None:
    """Train a row for each learning rate, and name the best cell."""
    p = params.load()
    with files.writing(FINISHED):  # now, not when the first row is finished
        FINISHED.mkdir(parents=True, exist_ok=True)
    files_of_rows = {lr: FINISHED / f"{fingerprint(p, lr)}.json" for lr in p.sweep.lr}
    rows = {lr: row for lr, file in files_of_rows.items() if (row := read_row(file, p, lr))}
    missing = [lr for lr in p.sweep.lr if lr not in rows]
    with tqdm(total=len(p.sweep.lr), unit="learning rate", disable=None) as bar:
        bar.update(len(rows))
        for lr, row in train_rows(p, missing):
            files.write_json(files_of_rows[lr], {"cells": row})
            rows[lr] = row
            bar.update()
    cells = [cell for row in rows.values() for cell in row]
    cells.sort(key=lambda cell: (cell["lr"], cell["epochs"]))
    files.write_csv(
        "plots/sweep.csv", list(Cell.model_fields), [[*cell.values()] for cell in cells]
    )

    # Of equal cells the cheapest: the fewest epochs, then the smallest learning rate.
    best = min(cells, key=lambda cell: (-cell["validation_accuracy"], cell["epochs"], cell["lr"]))
    files.write_json("metrics/sweep.json", {f"best_{key}": value for key, value in best.items()})
    with files.writing(FINISHED):
        shutil.rmtree(FINISHED)  # so that `dvc repro --force` trains again


def read_row(file: Path, p: Params, lr: float) -> list[dict[str, Any]] | None:
    """A row that an interrupted sweep has finished; None where there is none, or no whole one.

    Raises:
        InputError: it can't be read.
    """
    try:
        files.check(file)
        row = Row.model_validate_json(file.read_bytes()).cells
    except (FileNotFoundError, ValidationError):
        return None
    except OSError as error:
        raise InputError(f"{file} can't be read ({reason(error)}); delete it") from None
    if [(cell.lr, cell.epochs) for cell in row] != [(lr, n) for n in sorted(p.sweep.epochs)]:
        return None
    return [cell.model_dump() for cell in row]


def train_rows(p: Params, rates: list[float]) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Yield each learning rate with its row, in the order in which they are finished."""
    if not rates:
        return
    code = worker.code_sha256()
    if address := os.environ.get(ADDRESS):
        yield from train_rows_on(address, p, rates, code)
        return
    from handmath.learning import grid as grid  # PyTorch, once for all that are forked

    count = at_once(len(rates), joblib.cpu_count())
    with processes.pool(count, fork=device(p) == "cpu") as pool:
        rows = [pool.submit(worker.train_row, p, lr, IMAGES, code) for lr in rates]
        for row in as_completed(rows):
            yield row.result()


def at_once(rows: int, cores: int) -> int:
    """How many rows to train at a time, the fewest that leave no core without work at the end.

    Five rows on two cores take as long as three with two at a time, the last one alone on a core;
    with three at a time, which take turns, and then two, they take as long as two and a half.
    """

    def time(count: int) -> int:
        rounds, rest = divmod(rows, count)
        return rounds * count + (max(rest, cores) if rest else 0)

    return min(range(min(rows, cores), rows + 1), key=time)


def train_rows_on(
    address: str, p: Params, rates: list[float], code: str
) -> Iterator[tuple[float, list[dict[str, Any]]]]:
    """Do what `train_rows` does on the Dask cluster at an address."""
    with cluster(address) as client:
        from distributed import as_completed as finished

        with without_interrupts():
            images = client.scatter(IMAGES.read_bytes())
            rows = [client.submit(worker.train_row, p, lr, images, code) for lr in rates]
        for row in finished(rows, loop=client.loop):
            yield row.result()


@contextmanager
def cluster(address: str) -> Iterator["Client"]:
    """Connect to a Dask cluster, which trains the rows: also where it has one worker alone.

    Raises:
        InputError: there is no scheduler at the address, or it has no workers, or is lost.
    """
    with brought_by("cluster"):
        from distributed import Client, KilledWorker  # half a second
        from distributed.client import FutureCancelledError
        from distributed.comm.core import CommClosedError

    # What Dask logs besides is said below, in one line.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    refusal = f"{ADDRESS}={address}: {{}}; start one, or unset the variable to use this machine"
    try:
        knock(address, refusal)
        client = Client(address, timeout=WAIT, set_as_default=False)
    except (OSError, ValueError):
        raise InputError(refusal.format("no `dask scheduler` there")) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=WAIT)
        except TimeoutError:
            raise InputError(refusal.format("the scheduler has no `dask worker`")) from None
        try:
            yield client
        except FutureCancelledError as error:
            gone = error.reason == "scheduler-connection-lost"
            lost = "the `dask scheduler` is gone" if gone else f"a row is lost: {error.reason}"
        except CommClosedError:  # while a row was fetched
            lost = "the `dask scheduler` is gone"
        except KilledWorker:
            lost = "the `dask worker`s died again and again"
        else:
            return
    raise InputError(
        f"{ADDRESS}={address}: {lost}; what is finished is kept, `dvc repro sweep` goes on from it"
    )


def knock(address: str, refusal: str) -> None:
    """Say hello to a scheduler. `Client` would wait for ever for one that says nothing.

    Raises:
        InputError: it does not answer as a scheduler does, or there are no certificates for it.
    """
    from distributed import Security
    from distributed.comm.core import connect

    certificates = Security().get_connection_args("client")
    if address.startswith(("tls:", "wss:")) and not certificates.get("ssl_context"):
        said = "it needs certificates, which distributed.comm.tls in Dask's settings names"
        raise InputError(refusal.format(said))

    async def hello() -> None:
        (await connect(address, timeout=WAIT, **certificates)).abort()

    try:
        asyncio.run(asyncio.wait_for(hello(), WAIT))
    except Exception:
        raise InputError(refusal.format("no `dask scheduler` answers there")) from None


def fingerprint(p: Params, lr: float) -> str:
    """Hash of all that a row depends on.

    Raises:
        InputError: the file of images is missing or can't be read.
    """
    try:
        files.check(IMAGES)
        images = hashlib.sha256(IMAGES.read_bytes()).hexdigest()
    except FileNotFoundError:
        raise InputError(f"{IMAGES} is missing; `dvc repro preprocess` makes it") from None
    except OSError as error:
        raise InputError(
            f"{IMAGES} can't be read ({reason(error)}); delete it, and `dvc repro preprocess` "
            "makes it"
        ) from None
    recipe = p.notebook(lr, max(p.sweep.epochs))
    on = [recipe.model_dump(), p.sweep.epochs, p.seed, device(p), images, worker.code_sha256()]
    return hashlib.sha256(json.dumps(on).encode()).hexdigest()


def device(p: Params) -> str:
    """What the rows are trained on: every CPU has the same bits, every kind of GPU its own."""
    if p.device == "cpu":
        return "cpu"
    import torch  # a second and a half

    return torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"


if __name__ == "__main__":
    run(main)

"""Run stages in the current folder, in one process, and print the hash of each output.

    python tests/every_stage.py [--workers] [STAGE ...]    all of dvc.yaml, if none is named

Run by test_same_bits.py, natively and on emulated CPUs. The emulator does not follow a process into
another program and may crash in a fork, so what workers do elsewhere is done here without them;
with `--workers` they are started, and their numbers printed as well.
"""

import hashlib
import json
import multiprocessing
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import yaml

from handmath.base import determinism as determinism  # before whatever loads PyTorch
from handmath.data import processes, tensors

DVC_YAML = Path(__file__).parents[1] / "dvc.yaml"  # a stage stands there after all it needs
FOLDERS = ("data", "metrics", "models", "plots")


WORKERS: list[int] = []  # of each pool that was started


class Here(Executor):
    """Does all work in this process, as it is handed in."""

    def submit(self, function: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(function(*args, **kwargs))
        return done


@contextmanager
def here(*_: Any, **__: Any) -> Iterator[Executor]:
    yield Here()


@contextmanager
def counted(count: int, fork: bool = True) -> Iterator[Executor]:
    with start(count, fork) as pool:
        WORKERS.append(len(multiprocessing.active_children()))
        yield pool


start = processes.pool


def main() -> None:
    arguments = sys.argv[1:]
    workers = "--workers" in arguments
    wanted = [name for name in arguments if name != "--workers"]
    with ExitStack() as patched:
        patched.enter_context(mock.patch.object(processes, "pool", counted if workers else here))
        patched.enter_context(mock.patch.object(tensors, "SHARD", 32))  # so that all have work
        for stage in wanted or yaml.safe_load(DVC_YAML.read_text())["stages"]:
            import_module(
                f"handmath.stages.{stage}"
            ).main()  # not before: an emulated import is slow
    outputs = sorted(path for name in FOLDERS for path in Path(name).rglob("*.*") if path.is_file())
    hashes = {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in outputs}
    print(json.dumps({"hashes": hashes, "workers": WORKERS if workers else []}))


if __name__ == "__main__":
    main()

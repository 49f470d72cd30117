"""Run stages in the current folder, in one process, and print the hash of each output.

    python tests/every_stage.py [--workers] [STAGE ...]    all of dvc.yaml, if none is named

Run by test_same_bits.py, natively and on emulated CPUs. The emulator does not follow a process into
another program and may crash in a fork, so what workers do elsewhere is done here without them;
with `--workers` they are started, and their numbers printed as well.
"""

import hashlib
import json
import sys
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from joblib import Parallel

from handmath.base import determinism as determinism  # before tensors, which loads PyTorch
from handmath.data import quality, tensors
from handmath.stages import sweep

DVC_YAML = Path(__file__).parents[1] / "dvc.yaml"  # a stage stands there after all it needs
FOLDERS = ("data", "metrics", "models", "plots")


WORKERS: list[int] = []  # of each pool that was started


def loader(workers: bool) -> Any:
    from torch.utils.data import DataLoader  # not before handmath, which sets torch up

    def load(*arguments: Any, **options: Any) -> Any:
        WORKERS.append(options["num_workers"])
        return DataLoader(*arguments, **(options if workers else options | {"num_workers": 0}))

    return load


class Counted(Parallel):  # type: ignore[misc]  # joblib is untyped
    def _initialize_backend(self) -> int:
        WORKERS.append(jobs := super()._initialize_backend())
        return int(jobs)


def main() -> None:
    arguments = sys.argv[1:]
    workers = "--workers" in arguments
    wanted = [name for name in arguments if name != "--workers"]
    with ExitStack() as patched:
        patched.enter_context(mock.patch.object(tensors, "DataLoader", loader(workers)))
        patched.enter_context(mock.patch.object(tensors, "SHARD", 32))  # so that all have work
        for module in (quality, sweep):
            parallel = Counted if workers else lambda **_: Parallel(n_jobs=1)
            patched.enter_context(mock.patch.object(module, "Parallel", parallel))
        for stage in wanted or yaml.safe_load(DVC_YAML.read_text())["stages"]:
            import_module(
                f"handmath.stages.{stage}"
            ).main()  # not before: an emulated import is slow
    outputs = sorted(path for name in FOLDERS for path in Path(name).rglob("*.*") if path.is_file())
    hashes = {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in outputs
        if path.suffix != ".tsv"  # DVCLive's log, which carries the time of day
    }
    print(json.dumps({"hashes": hashes, "workers": WORKERS if workers else []}))


if __name__ == "__main__":
    main()

"""Run stages in the current folder, in one process, and print the hash of each output.

    python tests/every_stage.py [STAGE ...]    all of dvc.yaml, if none is named

Run by test_same_bits.py, natively and on emulated CPUs. The emulator does not follow a process into
another program and may crash in a fork, so what workers do elsewhere is done here without them.
"""

import hashlib
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from unittest import mock

import yaml
from joblib import Parallel

from handmath.data import quality, tensors
from handmath.stages import sweep

DVC_YAML = Path(__file__).parents[1] / "dvc.yaml"  # a stage stands there after all it needs
FOLDERS = ("data", "metrics", "models", "plots")


def without_workers(*arguments: Any, **options: Any) -> Any:
    from torch.utils.data import DataLoader  # not before handmath, which sets torch up

    return DataLoader(*arguments, **{**options, "num_workers": 0})


def main() -> None:
    wanted = sys.argv[1:] or yaml.safe_load(DVC_YAML.read_text())["stages"]
    with (
        mock.patch.object(tensors, "DataLoader", without_workers),
        mock.patch.object(quality, "Parallel", return_value=Parallel(n_jobs=1)),
        mock.patch.object(sweep, "Parallel", return_value=Parallel(n_jobs=1)),
    ):
        for stage in wanted:
            import_module(
                f"handmath.stages.{stage}"
            ).main()  # not before: an emulated import is slow
    outputs = sorted(path for name in FOLDERS for path in Path(name).rglob("*.*") if path.is_file())
    hashes = {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in outputs
        if path.suffix != ".tsv"  # DVCLive's log, which carries the time of day
    }
    print(json.dumps(hashes))


if __name__ == "__main__":
    main()

"""Run every stage in the current folder, in one process, and print the hash of each output.

Run by test_same_bits.py, natively and on emulated CPUs. An emulator follows a process into a fork
but not into another program, so the sweep's rows are trained here instead of in its workers.
"""

import hashlib
import json
from pathlib import Path
from unittest import mock

from joblib import Parallel

from handmath import (
    audit,
    evaluate,
    heatmap,
    network,
    preprocess,
    samples,
    sweep,
    synthesize,
    train,
    unzip,
)

FOLDERS = ("data", "metrics", "models", "plots")


def main() -> None:
    for stage in (synthesize, unzip, preprocess, samples, network, train, evaluate):
        stage.main()
    with mock.patch.object(sweep, "Parallel", return_value=Parallel(n_jobs=1)):
        sweep.main()
    heatmap.main()
    audit.main()  # last, for the emulator crashes where a process with threads forks
    outputs = sorted(path for name in FOLDERS for path in Path(name).rglob("*.*") if path.is_file())
    hashes = {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in outputs
        if path.suffix != ".tsv"  # DVCLive's log, which carries the time of day
    }
    print(json.dumps(hashes))


if __name__ == "__main__":
    main()

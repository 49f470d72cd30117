"""What runs the reader's network best: NumPy in integers, ONNX Runtime, OpenCV's dnn or PyTorch.

    python benchmarks/runtimes.py

Each runtime reads in a process of its own, on one thread and in turn; the medians go into
docs/performance.md. All but NumPy compute the same network in floating point: the integers times
their scales, neither rounded nor cut off between layers. The lines are the labelled ones of
HANDMATH_EQUATIONS, or else drawn by code.
"""

import csv
import datetime
import importlib.metadata
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
from packaging.requirements import Requirement
from PIL import Image

from handmath.base.errors import InputError
from handmath.reading.line import LineReader
from handmath.reading.network import Network, quantize
from handmath.reading.reader import Reader

ROUNDS = 3
DRAWN = 200  # lines, where none are at hand
RUNTIMES = {
    "NumPy, in integers": "numpy",
    "ONNX Runtime": "onnxruntime",
    "OpenCV's dnn": "opencv-python-headless",
    "PyTorch": "torch",
}
CORE = ("connected-components-3d", "numpy", "pillow", "rapidfuzz", "safetensors", "tqdm", "typer")
BEGIN = "<!-- benchmarks/runtimes.py writes from here -->\n"


def main() -> None:
    import pandas as pd

    from bench import PAGE, cpu, markdown, write

    with tempfile.TemporaryDirectory(prefix="handmath-runtimes-") as folder:
        onnx = Path(folder) / "reader.onnx"
        export(Reader.load().line.network, onnx)
        pictures = labelled() or draw(Path(folder))
        found = {runtime: [] for runtime in RUNTIMES}
        for number in range(ROUNDS):
            print(f"round {number + 1} of {ROUNDS}", file=sys.stderr)
            for runtime, runs in found.items():
                runs.append(process(RUNTIMES[runtime], onnx, pictures))
    texts = {runtime: runs[0]["texts"] for runtime, runs in found.items()}
    ours = texts["NumPy, in integers"]
    rows = [
        {
            "runtime": runtime,
            "one picture, CPU s": median(runs, "seconds"),
            "memory, MB": f"{median(runs, 'megabytes'):.0f}",
            "ms a line": f"{median(runs, 'milliseconds'):.1f}",
            "MB more to install": f"{megabytes(RUNTIMES[runtime]):.0f}",
            "same readings": f"{np.mean(np.array(texts[runtime]) == ours):.4f}",
        }
        for runtime, runs in found.items()
    ]
    said = (
        f"Medians of {ROUNDS} alternating rounds on one thread of an {cpu()}, "
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}; {len(pictures)} "
        f"{'labelled' if labelled() else 'drawn'} lines:"
    )
    write(PAGE, f"{said}\n\n{markdown(pd.DataFrame(rows), 2)}\n", BEGIN)


def median(runs: list[dict], what: str) -> float:
    return statistics.median(run[what] for run in runs)


def process(runtime: str, onnx: Path, pictures: list[Path]) -> dict:
    """Read in a new process; see `child`."""
    done = subprocess.run(
        [sys.executable, __file__, runtime, onnx, *pictures],
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


def child(runtime: str, onnx: str, *pictures: str) -> None:
    """Print what the first picture took, with all that is loaded for it, and the others each."""
    reader = Reader.load()
    if runtime != "numpy":
        line = Other(reader.line.network, load(runtime, reader, onnx))
        reader = replace(reader, line=LineReader(line))
    reader.read(pictures[0])
    seconds = time.process_time()
    # Of Linux; a process's ru_maxrss begins with that of its parent.
    (kilobytes,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    texts = [text(reader, picture) for picture in pictures]
    print(
        json.dumps(
            {
                "seconds": seconds,
                "megabytes": int(kilobytes) / 1024,
                "milliseconds": 1000 * (time.process_time() - seconds) / len(pictures),
                "texts": texts,
            }
        )
    )


def text(reader: Reader, picture: str) -> str:
    """What a line says; nothing, where it is refused."""
    try:
        return reader.read(picture).text
    except InputError:
        return ""


class Other:
    """A network as the reader wants it, that something else computes."""

    def __init__(self, network: Network, infer) -> None:
        self.classes, self.infer = network.classes, infer

    def logits(self, crops: np.ndarray) -> np.ndarray:
        """Crops, uint8 [N, size, size] → float64 [N, classes]."""
        return np.asarray(self.infer(planes(crops)), dtype=np.float64)


def load(runtime: str, reader: Reader, onnx: str):
    """A function, float32 [N, 1, size, size] → [N, classes]."""
    if runtime == "onnxruntime":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(onnx, options, providers=["CPUExecutionProvider"])
        return lambda crops: session.run(None, {"crops": crops})[0]
    if runtime == "torch":
        import torch

        network = floating(reader.line.network)

        def infer(crops):
            with torch.inference_mode():
                return network(torch.from_numpy(crops)).numpy()

        return infer
    import cv2

    cv2.setNumThreads(1)
    net = cv2.dnn.readNetFromONNX(onnx)

    def forward(crops):
        net.setInput(crops)
        return net.forward()

    return forward


def planes(crops: np.ndarray) -> np.ndarray:
    """Crops as PyTorch orders them, float32 [N, 1, size, size], 0 to 127."""
    return np.ascontiguousarray(quantize(crops).transpose(0, 3, 1, 2))


def floating(network: Network):
    """The network in PyTorch, in floating point."""
    import torch
    from torch import nn

    layers = []
    for convolution in network.convolutions:
        weight = convolution.weight * convolution.scale[:, None, None, None]
        outputs, kernel, _, inputs = weight.shape
        layer = nn.Conv2d(inputs, outputs, kernel, convolution.stride, kernel // 2)
        layer.weight.data = torch.from_numpy(weight.transpose(0, 3, 1, 2).copy()).float()
        layer.bias.data = torch.from_numpy(convolution.offset).float()
        layers += [layer, nn.ReLU()]
    weight = (network.weight * network.scale[:, None, None, None]).transpose(0, 3, 1, 2)
    linear = nn.Linear(weight[0].size, len(weight))
    linear.weight.data = torch.from_numpy(weight.reshape(len(weight), -1).copy()).float()
    linear.bias.data = torch.from_numpy(network.offset).float()
    return nn.Sequential(*layers, nn.Flatten(), linear).eval()


def export(network: Network, path: Path) -> None:
    """Write the floating network to an ONNX file."""
    import torch

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # PyTorch's of itself
        torch.onnx.export(
            floating(network),
            (torch.zeros(2, 1, network.size, network.size),),
            input_names=["crops"],
            dynamic_shapes=({0: torch.export.Dim("n")},),
            opset_version=18,
            verbose=False,
        ).save(path, external_data=False)


def labelled() -> list[Path]:
    """The labelled lines of the folder that HANDMATH_EQUATIONS names."""
    if not (folder := os.environ.get("HANDMATH_EQUATIONS")):
        return []
    paths = []
    for name in ("photos", "photos2", "crohme"):
        with Path(folder, name, "labels.csv").open() as file:
            paths += [Path(folder, name, row["file"]) for row in csv.DictReader(file)]
    return paths


def draw(folder: Path) -> list[Path]:
    """Lines drawn by code."""
    from handmath.data import ink
    from handmath.drawing import glyphs, lines, pen

    rng = np.random.default_rng(0)
    symbols = {
        name: [ink.cut_out(np.asarray(pen.draw(name, rng).convert("L"))) for _ in range(8)]
        for name in glyphs.SYMBOLS
    }
    paths = [folder / f"{number}.png" for number in range(DRAWN)]
    for path in paths:
        Image.fromarray(lines.write(symbols, rng).picture).save(path)
    return paths


def megabytes(package: str) -> float:
    """What a package and all that it needs take, beyond what reading needs anyway."""
    files = {
        Path(file.locate())
        for name in needed({package}) - needed(set(CORE))
        for file in importlib.metadata.files(name) or []
    }
    return sum(path.stat().st_size for path in files if path.is_file()) / 1e6


def needed(packages: set[str]) -> set[str]:
    """Packages and all that they need here."""
    todo, seen = list(packages), set()
    while todo:
        if (name := todo.pop().lower().replace("_", "-")) in seen:
            continue
        seen.add(name)
        todo += [
            requirement.name
            for requirement in map(Requirement, importlib.metadata.requires(name) or [])
            if not requirement.marker or requirement.marker.evaluate({"extra": ""})
        ]
    return seen


if __name__ == "__main__":
    child(*sys.argv[1:]) if len(sys.argv) > 1 else main()

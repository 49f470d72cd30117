"""`make bench`: the notebook's own way and this project side by side, as ratios.

Alternates the two for some rounds on the real archive, which HANDMATH_ARCHIVE names, and prints
medians. Only the ratios mean something on another machine.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import pandas as pd
import yaml

ROOT = Path(__file__).parents[1]
ROUNDS = 3
CELLS = [(lr, epochs) for epochs in (1, 3, 5, 7) for lr in (0.001, 0.0025, 0.005, 0.0075, 0.01)]
STAGES = [s for s in yaml.safe_load((ROOT / "dvc.yaml").read_text())["stages"] if s != "synthesize"]
FINAL = ["audit", "samples", "network", "evaluate", "heatmap"]  # the notebook has no reader


def main() -> None:
    archive = os.environ.get("HANDMATH_ARCHIVE")
    if not archive:
        sys.exit("HANDMATH_ARCHIVE does not name the notebook's archive; see README")
    times: defaultdict[str, list[float]] = defaultdict(list)
    peaks: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="handmath-bench-") as folder:
        project = clone(Path(folder) / "project", Path(archive))
        for number in range(ROUNDS):
            print(f"round {number + 1} of {ROUNDS}", file=sys.stderr)
            for name, value in script("notebook.py", archive).items():
                times[f"notebook {name}"].append(value)
            shutil.rmtree(project / ".dvc/cache", ignore_errors=True)
            cold = ["dvc", "repro", "--force", *FINAL]
            times["repro"].append(run(cold, project)[0])
            times["no-op"].append(run(["dvc", "repro", *FINAL], project)[0])
            for name, value in script("handmath_way.py", str(project)).items():
                times[name].append(value)
            for stage in STAGES:
                shutil.rmtree(project / ".cache", ignore_errors=True)
                elapsed, peak = run([sys.executable, "-m", f"handmath.stages.{stage}"], project)
                times[stage].append(elapsed)
                peaks[stage] = max(peak, peaks.get(stage, 0))
        report(times, peaks)
        print("\nDrawn archives")
        sizes = [scale(Path(folder) / str(images), images) for images in (500, 5000)]
        print(pd.DataFrame(sizes).to_string(index=False))


def report(times: dict[str, list[float]], peaks: dict[str, int]) -> None:
    median = {name: statistics.median(values) for name, values in times.items()}
    epochs = sum(epochs for _, epochs in CELLS)
    passes = median["notebook train_pass"] + median["notebook test_pass"]
    sweep = epochs * median["notebook epoch"] + len(CELLS) * passes  # 80 epochs, 20 x 2 accuracies
    whole = median["notebook unzip"] + median["notebook train"] + passes + sweep
    rows = [
        ("7 epochs of the notebook's network", median["notebook train"], median["train"]),
        ("the 20-cell sweep, accuracies included", sweep, median["sweep"]),
        ("the whole notebook / a cold dvc repro without the reader", whole, median["repro"]),
        ("the images into tensors, once", passes, median["read"]),
    ]
    table = pd.DataFrame(rows, columns=["what", "notebook, s", "handmath, s"])
    table["ratio"] = table["notebook, s"] / table["handmath, s"]
    print(f"Medians of {ROUNDS} rounds; the notebook's sweep is the sum of its parts")
    print(table.round(2).to_string(index=False))
    print(f"\n7 epochs at the speed of large matrix products: {median['floor']:.2f} s")
    print(f"dvc repro with nothing to do: {median['no-op']:.2f} s")
    print("\nStages")
    stages = [(stage, median[stage], peaks[stage] / 1024) for stage in STAGES]
    print(pd.DataFrame(stages, columns=["stage", "s", "peak, MB"]).round(1).to_string(index=False))


def clone(folder: Path, archive: Path) -> Path:
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True)
    shutil.copy(archive, folder / "data/archive.zip")
    change_params(folder, data={"archive": "data/archive.zip"})
    return folder


def change_params(folder: Path, **sections: dict[str, object]) -> None:
    values = yaml.safe_load((ROOT / "params.yaml").read_text())
    for name, section in sections.items():
        values[name] |= section
    (folder / "params.yaml").write_text(yaml.safe_dump(values))


def script(name: str, *arguments: str) -> dict[str, float]:
    """Run one of the scripts beside this one and return the times it prints."""
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / name, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        stdout=subprocess.PIPE,
        check=True,
    )
    times: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return times


def run(command: list[str], folder: Path) -> tuple[float, int]:
    """Run a command; return its seconds and its peak memory in KiB, its children's included."""
    start = time.perf_counter()
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command} failed")
    return time.perf_counter() - start, usage.ru_maxrss


def scale(folder: Path, images: int) -> dict[str, object]:
    """Draw so many images of each class and preprocess them."""
    folder.mkdir()
    change_params(folder, synthesize={"train_images": images, "test_images": images // 10})
    run([sys.executable, "-m", "handmath.stages.synthesize"], folder)
    run([sys.executable, "-m", "handmath.stages.unzip"], folder)
    elapsed, peak = run([sys.executable, "-m", "handmath.stages.preprocess"], folder)
    total = 16 * (images + images // 10)
    tensors = sum(file.stat().st_size for file in (folder / "data").glob("*.safetensors"))
    return {
        "images": total,
        "preprocess, s": round(elapsed, 1),
        "images/s": round(total / elapsed),
        "peak, MB": round(peak / 1024),
        "tensors, MB": round(tensors / 2**20),
    }


if __name__ == "__main__":
    main()

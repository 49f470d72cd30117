"""`make bench`: the notebook's own way and this project side by side, as ratios.

Alternates the two for some rounds on the notebook's archive, which HANDMATH_ARCHIVE names, and
writes medians to docs/performance.md. Only the ratios mean something on another machine.

    python benchmarks/bench.py [--rounds N] [--against COMMIT] [--tests]

With a commit the project as it was then is compared with what it is now, too, in turn, each in the
environment that it locks; with `--tests` also how long `make test` and `.ci/run` take, once each.
"""

import argparse
import datetime
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml

if TYPE_CHECKING:
    import pandas as pd  # elsewhere late: `memory.py` shares no library with what it looks at

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/performance.md"
BEGIN, END = "<!-- make bench writes from here -->\n", "<!-- to here -->\n"
ROUNDS = 3
CELLS = [(lr, epochs) for epochs in (1, 3, 5, 7) for lr in (0.001, 0.0025, 0.005, 0.0075, 0.01)]
# What the notebook makes, too; it has no reader. The other stages run because these need them.
NOTEBOOKS = ["samples", "network", "evaluate", "heatmap"]
LEAST = 1e-4  # share of the training images held out, one of each class: the notebook has none
DATA = {"HANDMATH_ARCHIVE", "HANDMATH_BHMSDS", "HANDMATH_EQUATIONS"}  # what tests are given
TRAINED = ("train_reader", "train_expressions", "train_layout")

Samples = Mapping[str, Sequence[float]]
"""Seconds of each round, by what was timed: `notebook …` its way, `handmath …` ours."""


def main(*given: str) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--against", metavar="COMMIT")
    parser.add_argument("--tests", action="store_true")
    wanted = parser.parse_args(given)
    images = archive()
    commits = {"old": wanted.against, "new": None} if wanted.against else {}
    samples: defaultdict[str, list[float]] = defaultdict(list)
    with tempfile.TemporaryDirectory(prefix="handmath-bench-") as folder:
        project = clone(Path(folder) / "project", images)
        change_params(project, validation={"share": LEAST})
        states = [
            State(
                name,
                clone(Path(folder) / f"{name}-drawn", None, commit),
                clone(Path(folder) / f"{name}-real", images, commit),
            )
            for name, commit in commits.items()
        ]
        for state in states:
            state.prepare()
        for number in range(wanted.rounds):
            print(f"round {number + 1} of {wanted.rounds}", file=sys.stderr)
            for name, seconds in script("notebook.py", str(images), folder=project).items():
                samples[f"notebook {name}"].append(seconds)
            shutil.rmtree(project / ".dvc/cache", ignore_errors=True)
            cold = ["dvc", "repro", "--force", *NOTEBOOKS]
            samples["handmath cold"].append(run(cold, project))
            samples["handmath no-op"].append(run(["dvc", "repro", *NOTEBOOKS], project))
            for name, seconds in script("handmath_way.py", folder=project).items():
                samples[f"handmath {name}"].append(seconds)
            samples["handmath sweep"].append(
                run([sys.executable, "-m", "handmath.stages.sweep"], project)
            )
            for state in states:
                for name, seconds in state.times():
                    samples[f"{state.name} {name}"].append(seconds)
        write(PAGE, report(samples, wanted.against))
        if wanted.tests and states:
            for state in states:
                for name, seconds in state.tests():
                    samples[f"{state.name} {name}"].append(seconds)
            write(PAGE, report(samples, wanted.against))


class State(NamedTuple):
    """The project as it was at some time, in two clones: one draws its archive, one has the real.

    Nothing but `dvc`, `make` and locked versions is asked of them, so that a commit may be of any
    age. Its environment is the first clone's `.venv`.
    """

    name: str
    drawn: Path
    real: Path

    def prepare(self) -> None:
        """Install its environment and run the pipeline on the real archive.

        No experiment here looks at what the reader learned, which takes a quarter of an hour. So
        where Git has trained networks, they pass for those that this archive would have led to.
        """
        print(f"the environment and the pipeline of the {self.name} state", file=sys.stderr)
        install(self.drawn)
        self.run(["dvc", "repro", "preprocess"], self.real)
        stages = yaml.safe_load((self.real / "dvc.yaml").read_text())["stages"]
        for name, stage in stages.items():
            paths = [out if isinstance(out, str) else next(iter(out)) for out in stage["outs"]]
            if name in TRAINED and all((self.real / path).exists() for path in paths):
                self.run(["dvc", "commit", "--force", name], self.real)
        self.run(["dvc", "repro"], self.real)

    def run(self, command: list[str], folder: Path) -> float:
        """Run a command with its environment in one of its clones; returns the seconds it took."""
        return run(command, folder, self.drawn / ".venv/bin")

    def clean(self) -> None:
        """Make the first clone as it was, but for its environment."""
        for command in (["clean", "-fdxq", "-e", ".venv"], ["checkout", "--quiet", "."]):
            subprocess.run(["git", *command], cwd=self.drawn, check=True)

    def times(self) -> Iterator[tuple[str, float]]:
        """Time what is compared, a name and seconds each.

        Cold is what a person waits for after `git clone`: all stages whose outputs are not in Git.
        """
        self.clean()
        side_by_side = (self.drawn / "src/handmath/commands/repro.py").exists()
        whole = ["python", "-m", "handmath.commands.repro"] if side_by_side else ["dvc", "repro"]
        yield "cold", self.run(whole, self.drawn)
        yield "no-op", self.run(["dvc", "repro"], self.drawn)
        experiment = ["dvc", "exp", "run", "-S"]
        for name, target in (("experiment", ()), ("experiment to evaluate", ("evaluate",))):
            # Else it would take over what it has made before.
            shutil.rmtree(self.real / ".dvc/cache/runs", ignore_errors=True)
            yield name, self.run([*experiment, "lr=0.001", *target], self.real)
            self.run([*experiment, "lr=0.01"], self.real)

    def tests(self) -> Iterator[tuple[str, float]]:
        """Time the tests, with the environment installed."""
        self.clean()
        for file in ("run", "dev", "installed", "demo"):  # make's signs of that, now and then
            (self.drawn / ".venv" / file).touch()
        for name in DATA & os.environ.keys():
            os.environ[name] = str(Path(os.environ[name]).absolute())  # as seen from its folder
        yield "make test", self.run(["make", "test"], self.drawn)
        yield ".ci/run", self.run([str(self.drawn / ".ci/run")], self.drawn)


def install(folder: Path) -> None:
    """Make the environment that the project in a folder locks, in its `.venv`."""
    subprocess.run([sys.executable, "-m", "venv", ".venv"], cwd=folder, check=True)
    # All but the first lock are complete only together with it, so nothing else is looked for.
    others = [file.name for file in sorted(folder.glob("requirements-*.txt"))]
    for wanted in (
        ["--requirement", "requirements.txt"],
        *(["--no-deps", "--requirement", other] for other in others),
        ["--no-deps", "--editable", "."],
    ):
        pip = [".venv/bin/python", "-m", "pip", "install", "--quiet", *wanted]
        subprocess.run(pip, cwd=folder, check=True)


def progress(samples: Samples) -> "pd.DataFrame":
    """What the old state took and what the new one takes, in seconds, and the ratio."""
    import pandas as pd

    named = {
        "cold": "everything that a fresh clone lacks, on the drawn archive",
        "experiment": "`dvc exp run -S lr=0.001`, on the real archive",
        "experiment to evaluate": "`dvc exp run -S lr=0.001 evaluate`, on the real archive",
        "no-op": "`dvc repro` with nothing to do, on the drawn archive",
        "make test": "`make test`",
        ".ci/run": "`.ci/run`",
    }
    rows = [
        (what, *(statistics.median(samples[f"{state} {name}"]) for state in ("old", "new")))
        for name, what in named.items()
        if f"new {name}" in samples
    ]
    table = pd.DataFrame(rows, columns=["what", "then, s", "now, s"])
    return table.assign(ratio=table["then, s"] / table["now, s"])


def run(command: list[str], folder: Path, programs: Path | None = None) -> float:
    """Run a command in a folder that has the project's `src`; end if it fails.

    Args:
        command: it and its arguments.
        folder: where to.
        programs: a folder to look for it, and for what it runs, before all others.

    Returns:
        Seconds from start to end.
    """
    environment = {**os.environ, "PYTHONPATH": "src"}
    if programs:
        environment["PATH"] = f"{programs}{os.pathsep}{environment['PATH']}"
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        raise SystemExit(f"{command} failed")
    return time.perf_counter() - start


def archive() -> Path:
    """The notebook's archive, which HANDMATH_ARCHIVE names."""
    if not (named := os.environ.get("HANDMATH_ARCHIVE")):
        sys.exit("HANDMATH_ARCHIVE does not name the notebook's archive; see docs/performance.md")
    if not Path(named).is_file():
        sys.exit(f"{named}, which HANDMATH_ARCHIVE names, is missing")
    return Path(named).absolute()  # it is read from other folders


def comparison(samples: Samples) -> "pd.DataFrame":
    """What the notebook took and what we took for the same, in seconds, and the ratio."""
    import pandas as pd

    median = {name: statistics.median(seconds) for name, seconds in samples.items()}
    epochs = sum(epochs for _, epochs in CELLS)
    passes = median["notebook train_pass"] + median["notebook test_pass"]
    sweep = epochs * median["notebook epoch"] + len(CELLS) * passes  # 80 epochs, 20 x 2 accuracies
    whole = median["notebook unzip"] + median["notebook loop"] + passes + sweep
    rows = [
        ("7 epochs of its network, the training loop alone",
         median["notebook loop"], median["handmath loop"]),
        ("the 20-cell sweep, accuracies included", sweep, median["handmath sweep"]),
        ("the whole notebook, a cold `dvc repro` of the same", whole, median["handmath cold"]),
        ("the images into tensors, once: one network's on one core; two networks' and the ink on "
         "all", median["notebook read"], median["handmath read"]),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["what", "notebook, s", "handmath, s"])
    return table.assign(ratio=table["notebook, s"] / table["handmath, s"])


def report(samples: Samples, against: str | None = None) -> str:
    """The tables as Markdown."""
    floor = statistics.median(samples["handmath floor"])
    no_op = statistics.median(samples["handmath no-op"])
    rounds = len(samples["handmath cold"])
    compared = [
        f"The project at {against} and now:",
        markdown(progress(samples), 2),
    ]
    parts = [
        f"Medians of {rounds} alternating rounds on {os.cpu_count()} cores of an {cpu()}, "
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}. Both learn from all training images, but "
        "for one of each class that handmath holds out. The notebook's sweep is the sum of its "
        "parts: 80 epochs and 40 accuracies.",
        markdown(comparison(samples), 2),
        f"The arithmetic of those 7 epochs, at the speed of large matrix products, takes "
        f"{floor:.1f} s. With nothing to do that `dvc repro` takes {no_op:.1f} s.",
        *(compared if against else ()),
    ]
    return "\n\n".join(parts) + "\n"


def markdown(table: "pd.DataFrame", digits: int) -> str:
    """A table in Markdown; numbers rounded."""
    lines = [list(table.columns), ["---"] * len(table.columns), *table.itertuples(index=False)]
    return "\n".join(
        "| "
        + " | ".join(f"{cell:.{digits}f}" if isinstance(cell, float) else str(cell) for cell in row)
        + " |"
        for row in lines
    )


def write(page: Path, tables: str, begin: str = BEGIN) -> None:
    """Put the tables between the page's two marks."""
    before, _, rest = page.read_text().partition(begin)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{begin}\n{tables}\n{END}{after}")
    print(tables)


def cpu() -> str:
    """The processor's name, where Linux tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(": ")[2] for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def clone(folder: Path, archive: Path | None, commit: str | None = None) -> Path:
    """Clone the project as the files that Git knows are now, or as they were at a commit.

    It is set to use the archive, if one is given.
    """
    changed = subprocess.run(
        ["git", "stash", "create"], cwd=ROOT, check=True, capture_output=True, text=True
    )  # a commit of what is not committed; it touches no branch
    subprocess.run(["git", "clone", "--quiet", "--no-checkout", ROOT, folder], check=True)
    commit = commit or changed.stdout.strip() or "HEAD"
    subprocess.run(["git", "checkout", "--quiet", "--detach", commit], cwd=folder, check=True)
    if archive:
        shutil.copy(archive, folder / "data/archive.zip")
        change_params(folder, data={"archive": "data/archive.zip"})
        # An experiment starts from a commit.
        person = ["-c", "user.name=bench", "-c", "user.email=bench@example.com"]
        message = ["commit", "--quiet", "--all", "--message", "Use the archive"]
        subprocess.run(["git", *person, *message], cwd=folder, check=True)
    return folder


def change_params(folder: Path, **sections: dict[str, object]) -> None:
    path = folder / "params.yaml"
    values = yaml.safe_load(path.read_text())
    for name, section in sections.items():
        values[name] |= section
    path.write_text(yaml.safe_dump(values))


def script(name: str, *arguments: str, folder: Path) -> dict[str, float]:
    """Run one of the scripts beside this one in a folder and return the times it prints."""
    done = subprocess.run(
        [sys.executable, folder / "benchmarks" / name, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": "src"},
        stdout=subprocess.PIPE,
        check=True,
    )
    times: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return times


if __name__ == "__main__":
    main(*sys.argv[1:])

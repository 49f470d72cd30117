"""Figure 7 from experiments: what `dvc exp run` measured, instead of the stage `sweep`."""

import json
import subprocess
from typing import Any

import pandas as pd
from pydantic import TypeAdapter, ValidationError

from handmath.base.errors import InputError, reason, run
from handmath.data.results import Share
from handmath.figures import heatmap

PICTURE = "plots/experiments.png"
SHARE: TypeAdapter[float] = TypeAdapter(Share)
QUEUE = "dvc exp run --queue -S 'lr=0.001,0.0025' -S 'epochs=3,7' && dvc exp run --run-all"


def main() -> None:
    """Draw the experiments of the current commit as a heatmap, `plots/experiments.png`.

    Raises:
        InputError: there are none, or this is no DVC project.
    """
    commit = show()
    table = cells(commit)
    others = without(commit)
    if len(table) < 2:  # one cell is the commit's own
        raise InputError(
            "; ".join(["no experiment of this commit has changed only lr or epochs and finished",
                       *others, f"queue some: {QUEUE}"])
        )  # fmt: skip
    heatmap.draw(table, PICTURE)
    print("\n".join([f"{len(table)} cells in {PICTURE}", *others]))


def show() -> dict[str, Any]:
    """What `dvc exp show --json` tells of the current commit and its experiments.

    Raises:
        InputError: DVC refuses.
    """
    command = ["dvc", "exp", "show", "--json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise InputError(
            f"`dvc` cannot be run ({reason(error)}); activate the environment that has it"
        ) from None
    if done.returncode:
        raise InputError(f"`dvc exp show` fails: {' '.join(done.stderr.split())}")
    _workspace, commit, *_ = json.loads(done.stdout)
    shown: dict[str, Any] = commit
    return shown


def cells(commit: dict[str, Any]) -> pd.DataFrame:
    """The commit and those of its experiments that changed nothing but `lr` and `epochs`.

    Args:
        commit: what `show` returns. Experiments that are queued, that failed or that changed
            anything else are passed over: they have no cell in this grid.

    Returns:
        A row for each pair of `lr` and `epochs`, with `validation_accuracy` and `test_accuracy`.
    """
    states = [commit, *(experiment["revs"][0] for experiment in commit["experiments"] or [])]
    rows = []
    for state in states:
        if not without_cell(state, commit):
            params = _params(state)
            rows.append(
                {
                    "lr": float(params["lr"]),  # `-S lr=1e-5` is a text to PyYAML
                    "epochs": params["epochs"],
                    "validation_accuracy": _accuracy(state, "train", "validation_accuracy"),
                    "test_accuracy": _accuracy(state, "test", "accuracy"),
                }
            )
    columns = ["lr", "epochs", "validation_accuracy", "test_accuracy"]
    return pd.DataFrame(rows, columns=columns).drop_duplicates(["lr", "epochs"])


def without(commit: dict[str, Any]) -> list[str]:
    """The experiments of a commit that have no cell in its grid, a line for each reason."""
    names: dict[str, list[str]] = {}
    for experiment in commit["experiments"] or []:
        state = experiment["revs"][0]
        if reason := without_cell(state, commit):
            name = experiment.get("name") or state.get("name") or str(state.get("rev"))[:7]
            names.setdefault(reason, []).append(name)
    return [f"without {', '.join(of_reason)}: {reason}" for reason, of_reason in names.items()]


def without_cell(state: dict[str, Any], commit: dict[str, Any]) -> str:
    """Why an experiment has no cell in the grid of its commit; nothing where it has one."""
    if state.get("error"):
        return "failed"
    if not (_metrics(state, "train") and _metrics(state, "test")):
        return "no metrics yet"
    try:
        _accuracy(state, "train", "validation_accuracy")
        _accuracy(state, "test", "accuracy")
    except ValidationError:
        return "no accuracy in its metrics"
    params, fixed = _params(state), _params(commit)
    names = (params.keys() | fixed.keys()) - {"lr", "epochs"}
    changed = sorted(name for name in names if params.get(name) != fixed.get(name))
    return f"also changed {', '.join(changed)}" if changed else ""


def _params(state: dict[str, Any]) -> dict[str, Any]:
    return _values(state, "params", "params.yaml")


def _metrics(state: dict[str, Any], name: str) -> dict[str, Any]:
    return _values(state, "metrics", f"metrics/{name}.json")


def _accuracy(state: dict[str, Any], name: str, key: str) -> float:
    metrics: Any = _metrics(state, name)
    return SHARE.validate_python(
        metrics.get(key) if isinstance(metrics, dict) else None, strict=True
    )


def _values(state: dict[str, Any], kind: str, file: str) -> dict[str, Any]:
    """Empty where the state has no such file, which is how DVC shows what has not been run."""
    files = (state.get("data") or {}).get(kind) or {}
    values: dict[str, Any] = files.get(file, {}).get("data") or {}
    return values


if __name__ == "__main__":
    run(main)

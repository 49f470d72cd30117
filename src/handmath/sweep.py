"""Stage `sweep`: every learning rate by every number of epochs → `plots/sweep.csv`."""

from typing import Any

import pandas as pd
from joblib import Parallel, delayed
from tqdm import tqdm

from handmath import files, params
from handmath.errors import run


def main() -> None:
    """Train each learning rate on a core of its own, and name the best cell."""
    p = params.load()
    rows = Parallel(n_jobs=-1, return_as="generator")(delayed(row)(p, lr) for lr in p.sweep.lr)
    bar = tqdm(rows, total=len(p.sweep.lr), unit="learning rate", disable=None)
    cells = [cell for row in bar for cell in row]
    cells.sort(key=lambda cell: (cell["lr"], cell["epochs"]))
    files.write_csv("plots/sweep.csv", pd.DataFrame(cells))

    # Of equal cells the cheapest: the fewest epochs, then the smallest learning rate.
    best = min(cells, key=lambda cell: (-cell["validation_accuracy"], cell["epochs"], cell["lr"]))
    files.write_json("metrics/sweep.json", {f"best_{key}": value for key, value in best.items()})


def row(p: params.Params, lr: float) -> list[dict[str, Any]]:
    """Train a row of the grid, in a worker; torch is imported there alone, to save seconds."""
    from handmath.grid import train_row

    return train_row(p, lr)


if __name__ == "__main__":
    run(main)

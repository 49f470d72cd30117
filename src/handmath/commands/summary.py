"""The results in a few lines, printed at the end of `make run`."""

import json
from pathlib import Path

import pandas as pd

from handmath.base import params


def main() -> None:
    """Print accuracies of the trained model and of the sweep's best cell, side by side."""
    p = params.load()
    train, test, best = (
        json.loads(Path(f"metrics/{name}.json").read_text(encoding="utf-8"))
        for name in ("train", "test", "sweep")
    )
    rows = [
        (
            p.recipe.lr,
            p.recipe.epochs,
            train["train_accuracy"],
            train["validation_accuracy"],
            test["accuracy"],
        ),
        tuple(best.values()),
    ]
    table = pd.DataFrame(
        rows,
        columns=["lr", "epochs", "train", "validation", "test"],
        index=[f"{p.model} network", "best of the sweep, by validation"],
    )
    print(f"\nAccuracy on {p.data.archive}\n{table.to_string()}")
    print("\nSee the figures with `dvc plots show`, change a run with `dvc exp run -S lr=0.001`.")


if __name__ == "__main__":
    main()

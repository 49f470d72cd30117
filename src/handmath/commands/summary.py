"""The results in a few lines, printed at the end of `make run`."""

import pandas as pd

from handmath.base import params
from handmath.base.errors import run
from handmath.data import results


def main() -> None:
    """Print accuracies of the trained model and of the sweep's best cell, side by side."""
    p = params.load()
    train, test, best = results.Train.read(), results.Test.read(), results.Best.read()
    rows = [
        (
            p.recipe.lr,
            p.recipe.epochs,
            train.train_accuracy,
            train.validation_accuracy,
            test.accuracy,
        ),
        tuple(best.model_dump().values()),
    ]
    table = pd.DataFrame(
        rows,
        columns=["lr", "epochs", "train", "validation", "test"],
        index=[f"{p.model} network", "best of the sweep, by validation"],
    )
    print(f"\nAccuracy on {p.data.archive}\n{table.to_string()}")
    print("\nSee the figures with `dvc plots show`, change a run with `dvc exp run -S lr=0.001`.")


if __name__ == "__main__":
    run(main)

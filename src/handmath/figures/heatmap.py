"""Figure 7: the sweep, or experiments, as a heatmap."""

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.patches import Rectangle

from handmath.figures import png


def draw(table: pd.DataFrame, path: str) -> None:
    """Draw test accuracy over the grid, a frame around the cell that validation chose.

    The table has a row for each cell: `lr`, `epochs`, `validation_accuracy`, `test_accuracy`. Cells
    may be missing.
    """
    with png.figure(path, 8, 5) as figure:
        axes = figure.subplots()
        sns.heatmap(
            over_grid(table, "test_accuracy"),
            ax=axes,
            cmap="Blues",
            annot=True,
            fmt=".3f",
            cbar_kws={"label": "Test accuracy"},
        )
        axes.invert_yaxis()
        row, column = chosen(over_grid(table, "validation_accuracy"))
        frame = Rectangle(
            (column, row), 1, 1, fill=False, edgecolor="crimson", linewidth=3, clip_on=False
        )
        axes.add_patch(frame)
        axes.set(xlabel="Learning rate\n(framed: the best by validation accuracy)", ylabel="Epochs")


def over_grid(table: pd.DataFrame, accuracy: str) -> pd.DataFrame:
    """One accuracy of the sweep: a row for each number of epochs, a column for each lr."""
    return table.pivot_table(index="epochs", columns="lr", values=accuracy)


def chosen(validation_accuracy: pd.DataFrame) -> tuple[int, int]:
    """Row and column of the best cell; of equal ones the fewest epochs, then the smallest lr."""
    best = np.nanargmax(validation_accuracy.to_numpy())
    row, column = np.unravel_index(best, validation_accuracy.shape)
    return int(row), int(column)

"""Stage `heatmap`: `plots/sweep.csv` → Figure 7, `plots/heatmap.png`."""

import pandas as pd

from handmath.base.errors import run
from handmath.data import results
from handmath.figures import heatmap


def main() -> None:
    """Draw what the sweep found."""
    heatmap.draw(pd.DataFrame(map(dict, results.Cell.read())), "plots/heatmap.png")


if __name__ == "__main__":
    run(main)

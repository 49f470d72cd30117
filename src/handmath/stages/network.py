"""Stage `network`: Figure 3, the network drawn, and Figure 4, its table of layers."""

from handmath.base import files, params
from handmath.base.errors import run
from handmath.data import dataset
from handmath.figures import network as figure
from handmath.learning.networks import BY_NAME


def main() -> None:
    """Draw the network and write its table."""
    p = params.load()
    size = p.preprocess.size
    layers = figure.layers(
        BY_NAME[p.model](len(dataset.classes(dataset.path(p.model))), size), size
    )
    files.write_text("plots/network.txt", figure.table(layers))
    figure.draw("plots/network.png", layers, size)


if __name__ == "__main__":
    run(main)

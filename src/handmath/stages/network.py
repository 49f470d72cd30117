"""Stage `network`: Figure 3, the network drawn, and Figure 4, its table of layers."""

import torchinfo

from handmath.base import files, params
from handmath.base.errors import run
from handmath.data import dataset
from handmath.figures import network as figure
from handmath.learning.networks import BY_NAME


def main() -> None:
    """Draw the network and write its table."""
    p = params.load()
    network = BY_NAME[p.model](len(dataset.classes(dataset.path(p.model))), p.preprocess.size)
    shape = (1, 1, p.preprocess.size, p.preprocess.size)
    table = str(torchinfo.summary(network, shape, verbose=0, device="cpu"))
    table = table.replace("Units.MEGABYTES", "M")  # torchinfo 1.8 prints its enum's name
    files.write_text("plots/network.txt", table + "\n")
    figure.draw("plots/network.png", network, shape, table)


if __name__ == "__main__":
    run(main)

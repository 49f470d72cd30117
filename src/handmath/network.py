"""Stage `network`: Figure 3, the network drawn, and Figure 4, its table of layers."""

import numpy as np
import torchinfo
import visualtorch
from matplotlib.figure import Figure
from PIL import ImageFont
from torch import nn

from handmath import figures, files, params, symbols
from handmath.errors import run
from handmath.model import BY_NAME


def main() -> None:
    """Draw the network and write its table."""
    p = params.load()
    network = BY_NAME[p.model](len(symbols.classes(symbols.path(p.model))), p.preprocess.size)
    shape = (1, 1, p.preprocess.size, p.preprocess.size)
    table = str(torchinfo.summary(network, shape, verbose=0, device="cpu"))
    table = table.replace("Units.MEGABYTES", "M")  # torchinfo 1.8 prints its enum's name
    files.write_text("plots/network.txt", table + "\n")
    draw("plots/network.png", network, shape, table)


def draw(path: str, network: nn.Module, shape: tuple[int, ...], table: str) -> None:
    """Draw the layers as blocks of their shape, with the table of layers below."""
    picture = visualtorch.render(
        network,
        shape,
        style="lenet",
        one_dim_orientation="y",
        scale_xy=4,
        offset_z=5,
        spacing=130,
        padding=110,
        font=ImageFont.load_default(18),
    ).convert("RGB")
    figure = Figure(figsize=(10, 8), layout="constrained")
    above, below = figure.subplots(2, 1, height_ratios=[1, 1])
    above.set_title("Figure 3. The network", fontsize=14, weight="bold")
    above.imshow(np.asarray(picture))
    below.set_title("Figure 4. Its layers, shapes and parameters", fontsize=14, weight="bold")
    below.text(
        0.5, 1, table, family="monospace", fontsize=9, ha="center", va="top", multialignment="left"
    )
    for axes in (above, below):
        axes.set_axis_off()
    figures.save(figure, path)


if __name__ == "__main__":
    run(main)

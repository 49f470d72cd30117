"""Figures 3 and 4: the network and its table of layers."""

import numpy as np
import visualtorch
from PIL import ImageFont
from torch import nn

from handmath.figures import png


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
    with png.figure(path, 10, 8) as figure:
        above, below = figure.subplots(2, 1, height_ratios=[1, 1])
        above.imshow(np.asarray(picture))
        below.text(
            0.5, 1, table, family="monospace", fontsize=9, ha="center", va="top",
            multialignment="left",
        )  # fmt: skip
        for axes in (above, below):
            axes.set_axis_off()

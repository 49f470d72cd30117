"""Figures 3 and 4: the network and its table of layers."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch
from matplotlib.axes import Axes
from matplotlib.patches import Polygon
from torch import Tensor, nn

from handmath.figures import png

SIDE = 1.0  # of the largest image, and of the longest vector, in the figure
DEPTH = 0.4  # of the most channels
THICK = 0.08  # of a vector
STEP = 1.9  # from one tensor to the next
FACES = ("#c6dbef", "#deebf7", "#9ecae1")  # front, top, side


class Layer(NamedTuple):
    """A layer as it is shown.

    Attributes:
        name: of the module in the network.
        kind: its class, with kernel and stride.
        shape: of its output for one image: channels, height and width, or units.
        parameters: how many it learns.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int


def layers(network: nn.Module, size: int) -> list[Layer]:
    """The layers in the order in which an image of `size` x `size` pixels passes them."""
    found: list[Layer] = []

    def note(name: str) -> Any:
        def hook(module: nn.Module, _inputs: Any, output: Tensor) -> None:
            count = sum(parameter.numel() for parameter in module.parameters())
            found.append(Layer(name, _kind(module), tuple(output.shape[1:]), count))

        return hook

    hooks = [
        module.register_forward_hook(note(name))
        for name, module in network.named_modules()
        if not any(module.children())
    ]
    with torch.inference_mode():
        network.eval()(torch.zeros(1, 1, size, size))
    for hook in hooks:
        hook.remove()
    return found


def _kind(module: nn.Module) -> str:
    kind = type(module).__name__
    if isinstance(module, nn.Conv2d):
        kind += " {}×{}".format(*module.kernel_size)
        kind += f", stride {module.stride[0]}" if module.stride[0] > 1 else ""
    elif isinstance(module, nn.MaxPool2d):
        kind += f" {module.kernel_size}×{module.kernel_size}"
    return kind


def table(listed: Sequence[Layer]) -> str:
    """The layers as lines of text, with the sum of their parameters."""
    rows = [("Layer", "Kind", "Output", "Parameters")]
    rows += [(name, kind, _product(shape), f"{n:,}") for name, kind, shape, n in listed]
    rows += [("Total", "", "", f"{sum(layer.parameters for layer in listed):,}")]
    wide = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = [
        f"{a:<{wide[0]}}  {b:<{wide[1]}}  {c:>{wide[2]}}  {d:>{wide[3]}}" for a, b, c, d in rows
    ]
    rule = "─" * len(lines[0])
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]]) + "\n"


def _product(shape: Sequence[int]) -> str:
    return "×".join(str(side) for side in shape)


def draw(path: str, listed: Sequence[Layer], size: int) -> None:
    """Draw each tensor in proportion, what makes it written below, and the table below that.

    Layers that leave the shape as it is, such as ReLU, are written under the same tensor.
    """
    tensors: list[tuple[tuple[int, ...], list[str]]] = [((1, size, size), ["image"])]
    for layer in listed:
        if layer.shape != tensors[-1][0]:
            tensors.append((layer.shape, []))
        tensors[-1][1].append(layer.kind)
    text = table(listed).rstrip()
    heights = [2.3, 0.185 * len(text.splitlines())]  # inches
    with png.figure(path, 9, sum(heights) + 0.3) as figure:
        above, below = figure.subplots(2, 1, height_ratios=heights)
        _draw_tensors(above, tensors, size)
        below.text(0.5, 0.5, text, family="DejaVu Sans Mono", fontsize=10, ha="center", va="center")
        below.set_axis_off()


def _draw_tensors(
    axes: Axes, tensors: Sequence[tuple[tuple[int, ...], list[str]]], size: int
) -> None:
    most = max(shape[0] for shape, _ in tensors if len(shape) == 3)
    longest = max((shape[0] for shape, _ in tensors if len(shape) == 1), default=1)
    right = 0.0  # edge of the tensor before
    for index, (shape, kinds) in enumerate(tensors):
        if len(shape) == 3:
            high, wide = (SIDE * side / size for side in shape[1:])
            deep = DEPTH * shape[0] / most
        else:
            high, wide, deep = SIDE * shape[0] / longest, THICK, THICK / 2
        left = STEP * index - (wide + deep) / 2
        _draw_box(axes, left, wide, high, deep)
        if index:
            arrow = {"arrowstyle": "->", "color": "grey"}
            axes.annotate("", (left - 0.08, 0), (right + 0.08, 0), arrowprops=arrow)
        right = left + wide + deep
        text = "\n".join(kinds)
        axes.text(STEP * index, -0.95, _product(shape), ha="center", fontsize=11, weight="bold")
        axes.text(STEP * index, -1.05, text, ha="center", va="top", fontsize=9)
    axes.set(xlim=(-1, STEP * len(tensors) - 1), ylim=(-1.8, 0.9), aspect="equal")
    axes.set_axis_off()


def _draw_box(axes: Axes, left: float, wide: float, high: float, deep: float) -> None:
    """Draw a box in oblique projection, its front face centred at height 0."""
    right, low, top = left + wide, -(high + deep) / 2, (high - deep) / 2
    front = [(left, low), (right, low), (right, top), (left, top)]
    upper = [(left, top), (right, top), (right + deep, top + deep), (left + deep, top + deep)]
    side = [(right, low), (right + deep, low + deep), (right + deep, top + deep), (right, top)]
    for corners, colour in zip((front, upper, side), FACES, strict=True):
        axes.add_patch(Polygon(corners, facecolor=colour, edgecolor="#08306b", linewidth=0.8))

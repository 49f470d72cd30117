"""Augmentation: every image turned, sized, moved, slanted and bent a little, never mirrored."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from handmath.base.params import Recipe
from handmath.learning.linear import ROWS, at_least

KNOTS = 5  # along each side: what bends an image is drawn there, and linear between


def augment(images: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """Put each image through a map of its own: an affine one, and a field that bends it.

    Args:
        images: float32 [N, 1, size, size]; 0 is paper, which is what comes in from outside.
        recipe: `rotate` in degrees, `scale` as a natural logarithm, `shift` in half sides and
            `shear` as a tangent are the largest in either direction; uniform between. `elastic`,
            in half sides, is the standard deviation of where a knot is moved to along each axis.
        generator: on the CPU; five numbers are drawn for each image, and two for each knot if it
            is bent.

    Returns:
        Of the shape of `images`, interpolated between the four nearest pixels.
    """
    n, _, height, width = images.shape
    draws = torch.rand(n, 5, generator=generator) * 2 - 1
    maps = torch.tensor([_map(recipe, *draw) for draw in draws.tolist()])
    # One product for all: functional.affine_grid does a small one for each image, 10 times slower.
    terms, of_pixels = [maps.view(2 * n, 3)], [_pixels(height, width)]
    if recipe.elastic:
        knots = torch.randn(2 * n, KNOTS * KNOTS, generator=generator)
        terms.append(recipe.elastic * knots)
        of_pixels.append(_bends(height, width))
    moves = at_least(ROWS, torch.cat(terms, dim=1)) @ torch.cat(of_pixels)
    grid = moves[: 2 * n].view(n, 2, height, width).permute(0, 2, 3, 1).to(images.device)
    return functional.grid_sample(images, grid, align_corners=False)


def _map(
    recipe: Recipe, turn: float, size: float, x: float, y: float, slant: float
) -> list[list[float]]:
    """The 2x3 matrix from a pixel's place to where its value comes from, of draws in [-1, 1]."""
    angle, scale = math.radians(recipe.rotate * turn), math.exp(recipe.scale * size)
    sin, cos, shear = scale * math.sin(angle), scale * math.cos(angle), recipe.shear * slant
    return [[cos, shear * cos - sin, recipe.shift * x], [sin, shear * sin + cos, recipe.shift * y]]


def _pixels(height: int, width: int) -> Tensor:
    """Homogeneous coordinates of the pixels' centres, in [-1, 1]: [3, height * width]."""
    y, x = (_centres(side) for side in (height, width))
    return torch.stack([x.repeat(height), y.repeat_interleave(width), torch.ones(height * width)])


def _bends(height: int, width: int) -> Tensor:
    """How much of each knot's move a pixel makes: [KNOTS * KNOTS, height * width]."""
    knots = torch.linspace(-1, 1, KNOTS)[:, None]
    apart = 2 / (KNOTS - 1)
    y, x = ((1 - (_centres(side) - knots).abs() / apart).clamp(min=0) for side in (height, width))
    return (y[:, None, :, None] * x[None, :, None, :]).reshape(KNOTS * KNOTS, height * width)


def _centres(side: int) -> Tensor:
    """The pixels' centres along a side, in [-1, 1]."""
    return (torch.arange(side) * 2 + 1) / side - 1

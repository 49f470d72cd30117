"""Augmentation: every image turned, sized, moved and slanted a little, never mirrored."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from handmath.base.params import Recipe


def random_affine(images: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """Put each image through an affine map of its own.

    Args:
        images: float32 [N, 1, size, size]; 0 is paper, which is what comes in from outside.
        recipe: `rotate` in degrees, `scale` as a natural logarithm, `shift` in half sides and
            `shear` as a tangent are the largest in either direction; uniform between.
        generator: on the CPU; five numbers are drawn for each image.

    Returns:
        Of the shape of `images`, interpolated between the four nearest pixels.
    """
    n, _, height, width = images.shape
    draws = torch.rand(n, 5, generator=generator) * 2 - 1
    maps = torch.tensor([_map(recipe, *draw) for draw in draws.tolist()])
    # One product for all: functional.affine_grid does a small one for each image, 10 times slower.
    grid = (maps.view(2 * n, 3) @ _pixels(height, width)).view(n, 2, height, width)
    grid = grid.permute(0, 2, 3, 1).to(images.device)
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
    y, x = ((torch.arange(side) * 2 + 1) / side - 1 for side in (height, width))
    return torch.stack([x.repeat(height), y.repeat_interleave(width), torch.ones(height * width)])

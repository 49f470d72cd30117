"""Augmentation: what it does to an image, and that it does no more than the recipe says."""

import numpy as np
import pytest
import torch

from handmath.base.params import Recipe
from handmath.learning.augment import augment


def recipe(**most: float) -> Recipe:
    recipe = Recipe(lr=0.1, epochs=1, batch_size=1, mean=1, std=0.5)
    return recipe.model_copy(update=most)


def draws() -> torch.Generator:
    return torch.Generator().manual_seed(0)


@pytest.fixture
def images() -> torch.Tensor:
    """200 times a mark of 4 x 8 pixels, left of and above the middle of 32 x 32."""
    images = torch.zeros(200, 1, 32, 32)
    images[:, :, 8:12, 6:14] = -2.0
    return images


def centres(images: torch.Tensor) -> tuple[np.ndarray, np.ndarray]:
    """Column and row of each image's centre of ink."""
    ink = images[:, 0].numpy() / images[:, 0].sum(dim=(1, 2), keepdim=True).numpy()
    side = np.arange(32)
    return (ink.sum(axis=1) * side).sum(axis=1), (ink.sum(axis=2) * side).sum(axis=1)


def test_nothing_asked_for_is_nothing_done(images: torch.Tensor) -> None:
    assert torch.allclose(augment(images, recipe(), draws()), images, atol=1e-5)


def test_shift_moves_by_so_much_of_half_a_side(images: torch.Tensor) -> None:
    x, y = centres(augment(images, recipe(shift=0.1), draws()))
    for moved in (x - 9.5, y - 9.5):
        assert np.abs(moved).max() == pytest.approx(1.6, abs=0.1)
        assert abs(moved.mean()) < 0.3


def test_scale_is_a_factor_either_way(images: torch.Tensor) -> None:
    area = augment(images, recipe(scale=0.15), draws()).sum(dim=(1, 2, 3)) / images[0].sum()
    assert area.log().abs().max().item() == pytest.approx(0.3, abs=0.03)
    assert area.min() < 0.8 < 1.25 < area.max()


def test_rotation_keeps_the_distance_to_the_middle_and_the_ink(images: torch.Tensor) -> None:
    turned = augment(images, recipe(rotate=10), draws())
    x, y = centres(turned)
    assert np.hypot(x - 15.5, y - 15.5) == pytest.approx(np.hypot(6, 6), rel=0.02)
    angles = np.degrees(np.arctan2(y - 15.5, x - 15.5)) + 135
    assert np.abs(angles).max() == pytest.approx(10, abs=0.5)


def test_shear_slants_left_and_right(images: torch.Tensor) -> None:
    x, y = centres(augment(images, recipe(shear=0.2), draws()))
    assert y == pytest.approx(9.5, abs=0.05)
    assert np.abs(x - 9.5).max() == pytest.approx(1.2, abs=0.1)


def test_what_comes_in_from_outside_is_paper(images: torch.Tensor) -> None:
    moved = augment(images - images - 2.0, recipe(shift=0.5), draws())
    assert moved.max() == 0


def test_equal_seeds_draw_equal_maps(images: torch.Tensor) -> None:
    r = recipe(rotate=10, scale=0.15, shift=0.1, shear=0.2)
    assert torch.equal(augment(images, r, draws()), augment(images, r, draws()))


def test_a_straight_line_is_bent() -> None:
    """By as much as asked for, some this way and some that."""
    images = torch.zeros(500, 1, 32, 32)
    images[:, :, 15:17] = -2.0
    bent = augment(images, recipe(elastic=0.06), draws())[:, 0].numpy()
    bent = bent[:, :, 4:28]  # what comes in from outside is no line
    rows = (bent * np.arange(32)[:, None]).sum(axis=1) / bent.sum(axis=1)  # of each column
    assert abs(rows.mean() - 15.5) < 0.1
    assert 0.6 < rows[:, 4].std() / (0.06 * 16) < 1  # beside a knot, where others count too
    columns = np.arange(24.0)
    straight = [np.polyval(np.polyfit(columns, row, 1), columns) for row in rows]
    assert np.median(np.abs(rows - straight).max(axis=1)) > 0.5


def test_a_bent_image_is_turned_as_it_would_be_without() -> None:
    images = torch.zeros(50, 1, 32, 32)
    images[:, :, 8:12, 6:14] = -2.0
    r = recipe(rotate=10, shift=0.1)
    little = augment(images, r.model_copy(update={"elastic": 1e-6}), draws())
    assert torch.allclose(little, augment(images, r, draws()), atol=1e-3)

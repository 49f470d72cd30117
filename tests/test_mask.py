"""Connected components, dilation and runs, beside OpenCV's on random masks."""

import cv2
import numpy as np
import pytest

from handmath.data import mask

RNG = np.random.default_rng(0)
SHAPES = [(1, 1), (1, 9), (9, 1), (3, 3), (12, 7), (60, 90), (200, 31)]


def random_masks(shape: tuple[int, int]) -> list[np.ndarray]:
    """Of single pixels, of blots, all false and all true."""
    noise = RNG.random(shape)
    blots = cv2.GaussianBlur(noise, (7, 7), 0)
    dense = [noise < share for share in (0.05, 0.3, 0.5, 0.7, 0.95, 0.0, 1.1)]
    return [*dense, blots < 0.45, blots < 0.5, np.asfortranarray(noise < 0.4)]


@pytest.mark.parametrize("shape", SHAPES)
def test_connected_components(shape: tuple[int, int]) -> None:
    for own in [of for _ in range(20) for of in random_masks(shape)]:
        found = mask.connected_components(own)
        _, labels, stats, _ = cv2.connectedComponentsWithStats(
            np.ascontiguousarray(own).astype(np.uint8), connectivity=8
        )
        pairs = set(zip(found.labels.ravel().tolist(), labels.ravel().tolist(), strict=True))
        assert len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})
        assert ((found.labels > 0) == own).all()
        theirs = {(x, y, x + w, y + h, area) for x, y, w, h, area in stats[1:].tolist()}
        ours = np.column_stack([found.boxes, found.areas]).tolist() if len(found.areas) else []
        assert {tuple(row) for row in ours} == theirs
        for index in range(min(len(found.boxes), 3)):
            left, top, right, bottom = found.boxes[index]
            part = found.labels[top:bottom, left:right] == index + 1
            assert part.sum() == found.areas[index]
            assert (found.sizes[index] == part.shape[::-1]).all()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("width", [1, 3, 4, 5, 8])
def test_dilation(shape: tuple[int, int], width: int) -> None:
    tip = mask.disc(width)
    assert tip.shape == (width, width)
    assert (tip == tip[::-1]).all()
    assert (tip == tip.T).all()
    values = RNG.integers(0, 300, shape, dtype=np.uint16)
    anchor = ((width - 1) // 2,) * 2
    theirs = cv2.dilate(values, tip.astype(np.uint8), anchor=anchor)
    assert (mask.dilate(values, tip) == theirs).all()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("least", "gap"), [(1, 1), (5, 1), (5, 3), (9, 5), (31, 7)])
def test_long_runs(shape: tuple[int, int], least: int, gap: int) -> None:
    """As closing and then opening have them, far from the edges, at which these differ."""
    for own in random_masks(shape):
        wide = np.pad(own, ((0, 0), (least + gap, least + gap))).astype(np.uint8)
        closed = cv2.morphologyEx(wide, cv2.MORPH_CLOSE, np.ones((1, gap), np.uint8))
        opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
        found = mask.long_runs(own, least, gap)
        assert (found == opened[:, least + gap : -(least + gap)]).all()

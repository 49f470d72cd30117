"""This project's way, timed in the mode that its pipeline runs in.

    python benchmarks/handmath_way.py

Works in the current folder, which holds `params.yaml` and `data/images/`. Prints JSON, in seconds:
`read` (the images into tensors), `loop` (7 epochs on all training images, with the loss on the test
images after each), `floor` (the arithmetic of those epochs at the speed of large matrix products).
"""

import json
import time

import numpy as np

import handmath.stages  # noqa: F401  (sets PyTorch up as the pipeline does)
from handmath.base import params
from handmath.base.files import IMAGES
from handmath.base.params import Recipe
from handmath.data import tensors
from handmath.learning import training

import torch  # isort: skip  (after it)

EPOCHS, BATCH, LR = 7, 32, 0.01


def main() -> None:
    p = params.load()
    classes = tensors.class_names()
    start = time.perf_counter()
    train, test = (
        tensors.read_folder(IMAGES / part, classes, p.preprocess).split("notebook")
        for part in ("train", "eval")
    )
    read = time.perf_counter() - start

    start = time.perf_counter()
    recipe = Recipe(lr=LR, epochs=EPOCHS, batch_size=BATCH, mean=0.5, std=0.5)
    model = training.build("notebook", recipe, classes, train, seed=0)
    losses = training.train(model, train, recipe, seed=0)
    per_epoch = training.batches_per_epoch(train, recipe)
    for batch, _ in enumerate(losses, start=1):
        if batch % per_epoch == 0:
            training.score(model, test)
    loop = time.perf_counter() - start
    floor = EPOCHS * len(train.labels) * flops(len(classes)) / sgemm_rate()
    print(json.dumps({"read": read, "loop": loop, "floor": floor}))


def flops(classes: int) -> int:
    """Of one image, forward and backward; the first layer needs no gradient of its input."""
    convolution = 2 * 32 * 32 * 9 * 16
    linear = 2 * 4096 * 64 + 2 * 64 * classes
    return 2 * convolution + 3 * linear


def sgemm_rate() -> float:
    """Floating-point operations a second of a 1024 x 1024 matrix product, the median of 9."""
    a = torch.randn(1024, 1024)
    times = []
    for _ in range(9):
        start = time.perf_counter()
        torch.mm(a, a)
        times.append(time.perf_counter() - start)
    return 2 * 1024**3 / float(np.median(times))


if __name__ == "__main__":
    main()

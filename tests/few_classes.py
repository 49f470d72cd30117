"""Train each network a few steps on few classes, in batches of few images; print its hashes.

Run by test_same_bits.py, natively and on an emulated CPU.
"""

import hashlib
import json

from handmath.base import determinism as determinism  # before whatever loads PyTorch

# isort: split
import torch
from torch.nn import functional

from handmath.base.params import Recipe
from handmath.learning.adam import Adam
from handmath.learning.augment import augment
from handmath.learning.networks import Compact, Notebook

CLASSES = (2, 10)
BATCHES = (1, 3, 19, 32)  # images in each
RECIPE = Recipe(
    lr=0.01, epochs=1, batch_size=1, mean=1, std=0.5,
    rotate=8, scale=0.12, shift=0.05, shear=0.1, elastic=0.06,
)  # fmt: skip


def main() -> None:
    hashes = {}
    for kind in (Notebook, Compact):
        for classes in CLASSES:
            for count in BATCHES:
                torch.manual_seed(0)
                network = kind(classes)
                optimizer = Adam(network.parameters())
                for _ in range(2):
                    images, labels = torch.randn(count, 1, 32, 32), torch.arange(count) % classes
                    functional.cross_entropy(network(images), labels).backward()
                    optimizer.step(0.01)
                weights = b"".join(
                    value.detach().numpy().tobytes() for value in network.state_dict().values()
                )
                hashes[f"{kind.__name__}, {classes} classes, {count} images"] = hashlib.sha256(
                    weights
                ).hexdigest()
    for count in BATCHES:
        draws = torch.Generator().manual_seed(0)
        moved = augment(torch.rand(count, 1, 32, 32, generator=draws), RECIPE, draws)
        hashes[f"{count} images augmented"] = hashlib.sha256(moved.numpy().tobytes()).hexdigest()
    print(json.dumps(hashes))


if __name__ == "__main__":
    main()

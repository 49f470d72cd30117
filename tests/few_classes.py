"""Train each network a few steps on few classes, in batches of few images; print its hashes.

Run by test_same_bits.py, natively and on an emulated CPU.
"""

import hashlib
import json

from handmath.base import determinism as determinism  # before whatever loads PyTorch

# isort: split
import torch
from torch.nn import functional

from handmath.learning.adam import Adam
from handmath.learning.networks import Compact, Notebook

CLASSES = (2, 10)
BATCHES = (1, 3, 19, 32)  # images in each


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
    print(json.dumps(hashes))


if __name__ == "__main__":
    main()

"""The notebook's own way, timed: every JPEG decoded anew in every epoch, default settings.

    python benchmarks/notebook.py ARCHIVE

Prints JSON, in seconds: `unzip`, `loop` (its 7 epochs with the loss on the test images before
each), `epoch` (one of them, with that loss), `train_pass` and `test_pass` (an accuracy each),
`read` (all images decoded and transformed once).
"""

import json
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import torch
from torch import nn
from torch.utils.data import DataLoader

try:
    import torchvision
except RuntimeError:  # a torchvision for another torch build; see handmath.vision
    for name in ("nms", "qnms"):
        schema = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
        torch.library.define(f"torchvision::{name}", schema)
    import torchvision
from torchvision import transforms

EPOCHS, BATCH, LR = 7, 32, 0.01


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        unzip = seconds(lambda: zipfile.ZipFile(sys.argv[1]).extractall(folder))
        root = next(Path(folder).rglob("train")).parent
        transform = transforms.Compose(
            [
                transforms.CenterCrop((130, 130)),
                transforms.Grayscale(),
                transforms.Resize(32),
                transforms.ToTensor(),
                transforms.Normalize(0.5, 0.5),
            ]
        )
        splits = {
            name: torchvision.datasets.ImageFolder(str(root / name), transform=transform)
            for name in ("train", "eval")
        }
        train = DataLoader(splits["train"], batch_size=BATCH, shuffle=True)
        test = DataLoader(splits["eval"], batch_size=128, shuffle=True)
        network = nn.Sequential(
            nn.Conv2d(1, 16, kernel_size=3, padding=1),
            nn.MaxPool2d(2),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(4096, 64),
            nn.ReLU(),
            nn.Linear(64, len(splits["train"].classes)),
        )
        training = seconds(lambda: fit(network, train, test))
        times = {
            "unzip": unzip,
            "loop": training,
            "epoch": training / EPOCHS,
            "train_pass": seconds(lambda: accuracy(network, train)),
            "test_pass": seconds(lambda: accuracy(network, test)),
            "read": seconds(lambda: [len(batch) for part in (train, test) for batch, _ in part]),
        }
        print(json.dumps(times))


def fit(network: nn.Module, train: DataLoader, test: DataLoader) -> None:
    loss_function = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(network.parameters(), lr=LR)
    for _ in range(EPOCHS):
        for images, labels in test:
            loss_function(network(images), labels).item()
        for images, labels in train:
            optimizer.zero_grad()
            loss = loss_function(network(images), labels)
            loss.backward()
            optimizer.step()
            loss.item()


def accuracy(network: nn.Module, loader: DataLoader) -> float:
    correct = total = 0
    for images, labels in loader:
        correct += int((network(images).argmax(1) == labels).sum())
        total += len(labels)
    return correct / total


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()

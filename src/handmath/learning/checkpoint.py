"""The networks, and the file that a trained one is kept in."""

import hashlib
import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from handmath.base.errors import InputError, reason
from handmath.base.files import atomic_write
from handmath.learning.networks import BY_NAME

PATH = Path("models/model.safetensors")
# What files of another kind, or with other things in them, lead to.
UNREADABLE = (
    SafetensorError, AttributeError, KeyError, OSError, RuntimeError, TypeError, ValueError,
)  # fmt: skip

_one_at_a_time = threading.Lock()  # all threads of a process share the global generator


@dataclass(frozen=True)
class Model:
    """A network with all that is needed to put images to it.

    Attributes:
        name: one of `params.NETWORKS`.
        classes: names of the classes, in the order of the logits.
        size: side of the images in pixels.
        mean, std: pixels in [0, 1] become (pixel - mean) / std.
    """

    name: str
    classes: list[str]
    size: int
    mean: float
    std: float
    network: nn.Module

    @classmethod
    def build(
        cls, name: str, classes: list[str], size: int, mean: float, std: float, seed: int = 0
    ) -> Self:
        """A model with fresh weights, those that PyTorch draws after `torch.manual_seed(seed)`.

        The global generator, which PyTorch draws them from, is left as it was.
        """
        with _one_at_a_time, torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(seed)
            return cls(name, classes, size, mean, std, BY_NAME[name](len(classes), size))

    def __call__(self, images: Tensor) -> Tensor:
        """Images, uint8 [N, 1, size, size] → logits, float32 [N, classes]."""
        logits: Tensor = self.network(self.normalize(images))
        return logits

    def normalize(self, images: Tensor) -> Tensor:
        """Uint8 images → float32 (pixel / 255 - mean) / std, of the same shape."""
        return images.float().div_(255).sub_(self.mean).div_(self.std)

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.network.parameters()).device

    @property
    def parameters(self) -> int:
        """Number of trainable parameters."""
        return sum(p.numel() for p in self.network.parameters() if p.requires_grad)

    def weights_sha256(self) -> str:
        """Hash of every tensor's name, shape and bytes: equal if and only if the weights are."""
        digest = hashlib.sha256()
        for name, tensor in sorted(self.network.state_dict().items()):
            digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
            digest.update(tensor.contiguous().cpu().numpy().tobytes())
        return digest.hexdigest()

    def write(self, path: Path = PATH) -> None:
        """Write the weights, with everything else as JSON in the file's metadata."""
        facts = {key: value for key, value in vars(self).items() if key != "network"}
        weights = {
            name: tensor.contiguous().cpu() for name, tensor in self.network.state_dict().items()
        }
        with atomic_write(path) as partial:
            # One key alone: safetensors writes several in an order that changes from run to run.
            partial.write_bytes(save(weights, metadata={"handmath": json.dumps(facts)}))

    @classmethod
    def read(cls, path: Path = PATH) -> Self:
        """Read what `write` wrote; the network is set to evaluation.

        Raises:
            InputError: the file is missing, no safetensors file, or not one of ours.
        """
        try:
            with safe_open(path, framework="pt") as file:
                facts = json.loads(file.metadata()["handmath"])
                weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            model = cls.build(**facts)
            model.network.load_state_dict(weights)
        except FileNotFoundError:
            raise InputError(f"{path} is missing; `dvc repro` makes it") from None
        except UNREADABLE as error:
            raise InputError(f"{path} is no model of this project ({reason(error)})") from None
        model.network.eval()
        return model

"""The networks, and the file that a trained one is kept in."""

import hashlib
import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

import torch
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from handmath.base import files
from handmath.base.errors import InputError, reason
from handmath.base.files import atomic_write
from handmath.base.params import Network, Real, Size, faults
from handmath.data import dataset
from handmath.data.dataset import Split
from handmath.learning.networks import BY_NAME

PATH = Path("models/model.safetensors")

_one_at_a_time = threading.Lock()  # all threads of a process share the global generator


def _names(classes: list[str]) -> list[str]:
    if len(set(classes)) < len(classes) or not all(c and c.isprintable() for c in classes):
        raise ValueError("Input should be distinct names")
    return classes


class _Facts(BaseModel):
    """What a file has besides the weights; see `Model`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: Network
    classes: Annotated[list[str], Field(min_length=1), AfterValidator(_names)]
    size: Size
    mean: Real
    std: Annotated[Real, Field(gt=0)]


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

    def __call__(self, images: Tensor, *sizes: Tensor) -> Tensor:
        """Images, uint8 [N, 1, size, size] → logits, float32 [N, classes].

        A `Sized` network is given, besides, float32 [N, 2].
        """
        logits: Tensor = self.network(self.normalize(images), *sizes)
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
            InputError: the file is missing, no safetensors file, not one of ours, or has weights
                that no network has.
        """
        try:
            files.check(path)
            with safe_open(path, framework="pt") as file:
                facts = _Facts.model_validate_json((file.metadata() or {}).get("handmath", ""))
                weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            with torch.device("meta"):  # shapes without memory
                network = BY_NAME[facts.name](len(facts.classes), facts.size)
            _check(weights, network.state_dict())
        except FileNotFoundError:
            raise InputError(f"{path} is missing; `dvc repro train` makes it") from None
        except (SafetensorError, OSError, ValueError) as error:
            fault = faults(error) if isinstance(error, ValidationError) else reason(error)
            raise InputError(
                f"{path} is no model of this project ({fault}); delete it, and `dvc repro train` "
                "makes it"
            ) from None
        model = cls.build(**dict(facts))
        model.network.load_state_dict(weights)
        model.network.eval()
        return model

    def test_images(self) -> Split:
        """The test images, as they are framed for this network.

        Raises:
            InputError: their file is missing or damaged, or has other classes or another size.
        """
        file = dataset.path(self.name)
        test = dataset.read("test", file)
        if self.classes != dataset.classes(file) or test.images.shape[-1] != self.size:
            raise InputError(
                f"{PATH} is a model of other classes or of another size than {file} has; "
                "`dvc repro train` trains one for these images"
            )
        return test


def _check(weights: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    """Compare weights with those of a network, of which shapes and types count.

    Raises:
        ValueError: they are others, or no numbers to compute with.
    """
    if other := sorted(weights.keys() ^ expected.keys()):
        raise ValueError(f"{other[0]} is {'too much' if other[0] in weights else 'missing'}")
    for name, of in expected.items():
        found = weights[name]
        if found.dtype != of.dtype or found.shape != of.shape:
            raise ValueError(
                f"{name} is {found.dtype} {list(found.shape)}, not {of.dtype} {list(of.shape)}"
            )
        if not found.isfinite().all() or (name.endswith("running_var") and (found < 0).any()):
            raise ValueError(f"{name} has values that no training leads to")

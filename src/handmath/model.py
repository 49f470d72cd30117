"""The networks, and the file that a trained one is kept in."""

import hashlib
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, nn

from handmath.errors import InputError
from handmath.files import whole

PATH = Path("models/model.safetensors")
# What files of another kind, or with other things in them, lead to.
UNREADABLE = (SafetensorError, AttributeError, KeyError, TypeError, ValueError, RuntimeError)


class Notebook(nn.Module):
    """The notebook's network: one convolution, two linear layers.

    263,408 parameters with 16 classes and 32x32 images, with PyTorch's own initialisation.

    Images are laid out channels last, so the convolution's output is flattened pixel by pixel,
    where the notebook flattens channel by channel. The columns of `fc1` are reordered alike: the
    function and its first weights are the notebook's, without a copy in every step.

    Args:
        classes: number of classes.
        size: side of the images in pixels, even.
    """

    def __init__(self, classes: int, size: int = 32) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 16, kernel_size=3, padding=1)
        self.pool = nn.MaxPool2d(2)
        self.relu1 = nn.ReLU()
        self.fc1 = nn.Linear(16 * (size // 2) ** 2, 64)
        self.relu2 = nn.ReLU()
        self.fc2 = nn.Linear(64, classes)
        by_channel = self.fc1.weight.detach().view(64, 16, -1)
        self.fc1.weight = nn.Parameter(by_channel.transpose(1, 2).reshape(64, -1))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, images: Tensor) -> Tensor:
        """Normalised images, float32 [N, 1, size, size] → logits, float32 [N, classes]."""
        x = self.relu1(self.pool(self.conv1(images)))
        x = self.relu2(self.fc1(x.permute(0, 2, 3, 1).flatten(1)))
        logits: Tensor = self.fc2(x)
        return logits


class Compact(nn.Module):
    """Four convolutions, three of which halve the image, and one linear layer.

    63,200 parameters with 16 classes and 32x32 images.

    Args:
        classes: number of classes.
        size: side of the images in pixels, a multiple of 8.
    """

    def __init__(self, classes: int, size: int = 32) -> None:
        super().__init__()
        self.features = nn.Sequential(
            _stage(1, 16, kernel=5, stride=2),
            _stage(16, 32, kernel=3, stride=2),
            _stage(32, 48, kernel=3, stride=2),
            _stage(48, 64, kernel=3, stride=1),
        )
        self.classify = nn.Linear(64 * (size // 8) ** 2, classes)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, images: Tensor) -> Tensor:
        """Normalised images, float32 [N, 1, size, size] → logits, float32 [N, classes]."""
        logits: Tensor = self.classify(self.features(images).flatten(1))
        return logits


def _stage(inputs: int, outputs: int, kernel: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


BY_NAME: dict[str, type[Notebook] | type[Compact]] = {"notebook": Notebook, "compact": Compact}


@dataclass(frozen=True)
class Model:
    """A network with all that is needed to put images to it.

    Attributes:
        name: one of `params.NETWORKS`.
        classes: names of the classes, in the order of the logits.
        size: side of the images in pixels.
        mean, std: pixels in [0, 1] become (pixel - mean) / std.
        latex: of classes that are not to be written as `latex.py` has it.
    """

    name: str
    classes: list[str]
    size: int
    mean: float
    std: float
    network: nn.Module
    latex: dict[str, str] = field(default_factory=dict)

    @classmethod
    def build(
        cls, name: str, classes: list[str], size: int, mean: float, std: float, seed: int = 0
    ) -> Self:
        """A model with fresh weights, drawn from torch's global generator set to `seed`."""
        torch.manual_seed(seed)
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
        with whole(path) as partial:
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
            latex = {str(label): str(text) for label, text in facts.pop("latex").items()}
            model = replace(cls.build(**facts), latex=latex)
            model.network.load_state_dict(weights)
        except FileNotFoundError:
            raise InputError(f"{path} is missing; `dvc repro` makes it") from None
        except UNREADABLE as error:
            raise InputError(f"{path} is no model of this project ({error})") from None
        model.network.eval()
        return model

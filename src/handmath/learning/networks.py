"""The networks."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from handmath.learning.linear import Linear, at_least


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
        self.fc1 = Linear(16 * (size // 2) ** 2, 64)
        self.relu2 = nn.ReLU()
        self.fc2 = Linear(64, classes)
        by_channel = self.fc1.weight.detach().view(64, 16, -1)
        self.fc1.weight = nn.Parameter(by_channel.transpose(1, 2).reshape(64, -1))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, images: Tensor) -> Tensor:
        """Normalised images, float32 [N, 1, size, size] → logits, float32 [N, classes]."""
        # Of a lone image, the gradient of a convolution's weights hangs on the CPU.
        x = self.relu1(self.pool(self.conv1(at_least(2, images))))
        x = self.relu2(self.fc1(x.permute(0, 2, 3, 1).flatten(1)))
        logits: Tensor = self.fc2(x)[: images.shape[0]]
        return logits


class Compact(nn.Module):
    """Four convolutions, three of which halve the image, and one linear layer.

    63,200 parameters with 16 classes and 32x32 images.

    Args:
        classes: number of classes.
        size: side of the images in pixels, a multiple of 8.
        widths: channels of the convolutions.
    """

    def __init__(
        self, classes: int, size: int = 32, widths: Sequence[int] = (16, 32, 48, 64)
    ) -> None:
        super().__init__()
        first, second, third, fourth = widths
        self.features = nn.Sequential(
            _stage(1, first, kernel=5, stride=2),
            _stage(first, second, kernel=3, stride=2),
            _stage(second, third, kernel=3, stride=2),
            _stage(third, fourth, kernel=3, stride=1),
        )
        self.classify = Linear(fourth * (size // 8) ** 2, classes)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, images: Tensor) -> Tensor:
        """Normalised images, float32 [N, 1, size, size] → logits, float32 [N, classes]."""
        logits: Tensor = self.classify(self.features(images).flatten(1))
        return logits


class Sized(Compact):
    """A wider compact network that is told, besides, how large what it sees is.

    The two sizes are added to what the first convolution makes of each pixel. 209,000 parameters
    with 100 classes and 32x32 images.
    """

    def __init__(self, classes: int, size: int = 32) -> None:
        super().__init__(classes, size, (24, 48, 96, 64))
        self.sizes = nn.Linear(2, 24, bias=False)

    def forward(self, images: Tensor, sizes: Tensor) -> Tensor:  # type: ignore[override]
        """Images as those of `Compact`, and their sizes → logits, float32 [N, classes].

        Args:
            images: normalised, float32 [N, 1, size, size].
            sizes: float32 [N, 2], in the unit of the images.
        """
        first, *others = self.features
        convolution, norm, relu = first.children()
        # Not a product of matrices: see `linear`.
        wide, high = self.sizes.weight.T
        told = sizes[:, :1] * wide + sizes[:, 1:] * high
        seen = convolution(images) + told[:, :, None, None]
        features = relu(norm(seen))
        for stage in others:
            features = stage(features)
        logits: Tensor = self.classify(features.flatten(1))
        return logits


def _stage(inputs: int, outputs: int, kernel: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


BY_NAME: dict[str, type[Notebook] | type[Compact]] = {
    "notebook": Notebook,
    "compact": Compact,
    "sized": Sized,
}

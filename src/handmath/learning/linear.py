"""A linear layer whose bits are the same on every CPU, however few outputs or inputs it has."""

from torch import Tensor, nn
from torch.nn import functional

LEAST = 16  # rows: with fewer, oneDNN takes another way on another CPU


class Linear(nn.Linear):
    """Computed as a convolution of 1x1, by oneDNN.

    MKL sums the products of narrow matrices in an order that hangs on the CPU, in spite of
    `MKL_CBWR`: seen with 8 outputs and fewer, and with 2 inputs.
    """

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 (PyTorch's name)
        """Float32 [rows, inputs] → [rows, outputs]."""
        rows = len(input)
        padded = functional.pad(input, (0, 0, 0, max(LEAST - rows, 0)))
        pixels, weight = padded[:, :, None, None], self.weight[:, :, None, None]
        return functional.conv2d(pixels, weight, self.bias)[:rows, :, 0, 0]

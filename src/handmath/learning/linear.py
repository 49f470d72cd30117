"""Linear layers whose bits are the same on every CPU.

MKL sums the products of narrow matrices in an order that hangs on the CPU, in spite of
`MKL_CBWR`: seen with up to 3 rows, 11 outputs and 60 inputs.
"""

from torch import Tensor, nn
from torch.compiler import is_exporting
from torch.nn import functional

ROWS, OUTPUTS = 4, 16  # fewer are too few for MKL
ONEDNN_ROWS = 16  # with fewer, oneDNN takes another way on another CPU


class Linear(nn.Linear):
    """For at least 64 inputs: computed by MKL, with zeros where rows or outputs are too few."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 (PyTorch's name)
        """Float32 [rows, inputs] → [rows, outputs]."""
        weight, bias = at_least(OUTPUTS, self.weight), at_least(OUTPUTS, self.bias)
        padded = functional.linear(at_least(ROWS, input), weight, bias)
        return padded[: input.shape[0], : self.out_features]


class Convolved(nn.Linear):
    """For any number of inputs: computed as a convolution of 1x1, by oneDNN."""

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 (PyTorch's name)
        """Float32 [rows, inputs] → [rows, outputs]."""
        pixels = at_least(ONEDNN_ROWS, input)[:, :, None, None]
        padded = functional.conv2d(pixels, self.weight[:, :, None, None], self.bias)
        return padded[: input.shape[0], :, 0, 0]


def at_least(count: int, rows: Tensor) -> Tensor:
    """So many rows, or more: zeros are appended along the first dimension.

    Not while the network is exported: what is written then takes any number of rows.
    """
    if is_exporting() or len(rows) >= count:
        return rows
    return functional.pad(rows, (0, 0) * (rows.dim() - 1) + (0, count - len(rows)))

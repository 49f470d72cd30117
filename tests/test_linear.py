"""A linear layer that is computed as a convolution."""

import pytest
import torch
from torch import nn

from handmath.learning.linear import LEAST, Linear


@pytest.mark.parametrize("rows", [1, LEAST - 1, LEAST, 300])
def test_it_is_a_linear_layer(rows: int) -> None:
    torch.manual_seed(0)
    layer, usual = Linear(7, 3), nn.Linear(7, 3)
    usual.load_state_dict(layer.state_dict())
    given = torch.randn(rows, 7, requires_grad=True)
    found, expected = layer(given), usual(given)
    torch.testing.assert_close(found, expected)
    weights = torch.randn(rows, 3)
    (found * weights).sum().backward()
    [gradient] = torch.autograd.grad((expected * weights).sum(), [usual.weight])
    torch.testing.assert_close(layer.weight.grad, gradient)

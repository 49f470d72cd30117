"""Linear layers that are computed in another way."""

import pytest
import torch
from torch import nn

from handmath.learning.linear import ONEDNN_ROWS, OUTPUTS, ROWS, Convolved, Linear


@pytest.mark.parametrize("outputs", [3, OUTPUTS - 1, OUTPUTS, 40])
@pytest.mark.parametrize("rows", [1, ROWS - 1, ROWS, ONEDNN_ROWS - 1, ONEDNN_ROWS, 300])
@pytest.mark.parametrize("kind", [Convolved, Linear])
def test_it_is_a_linear_layer(kind: type[nn.Linear], rows: int, outputs: int) -> None:
    torch.manual_seed(0)
    layer, usual = kind(7, outputs), nn.Linear(7, outputs)
    usual.load_state_dict(layer.state_dict())
    given = torch.randn(rows, 7, requires_grad=True)
    found, expected = layer(given), usual(given)
    torch.testing.assert_close(found, expected)
    weights = torch.randn(rows, outputs)
    (found * weights).sum().backward()
    [gradient] = torch.autograd.grad((expected * weights).sum(), [usual.weight])
    torch.testing.assert_close(layer.weight.grad, gradient)

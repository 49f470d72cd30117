"""Adam, without what `torch.optim` brings along.

The first optimizer that `torch.optim` builds imports PyTorch's compiler, which takes longer than
three epochs here. Underneath lies one fused operator that does a whole step; this calls it.
The unfused Adam would not do: it takes square roots through MKL's vector library, whose last bit
depends on the CPU.
"""

from collections.abc import Iterable

import torch
from torch import Tensor, nn

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8  # PyTorch's defaults, which the notebook uses


class Adam:
    """Kingma and Ba, "Adam: A Method for Stochastic Optimization" (2015), algorithm 1.

    Equal bit for bit to `torch.optim.Adam(parameters, lr, fused=True)`.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float) -> None:
        self.parameters: list[Tensor] = list(parameters)
        self.lr = lr
        self.means = [torch.zeros_like(p) for p in self.parameters]
        self.squares = [torch.zeros_like(p) for p in self.parameters]
        self.steps = [torch.zeros((), device=weights.device) for weights in self.parameters]

    @torch.no_grad()
    def step(self) -> None:
        """Move the parameters against their gradients, and let go of the gradients."""
        torch._foreach_add_(self.steps, 1)
        torch._fused_adam_(
            self.parameters,
            [p.grad for p in self.parameters if p.grad is not None],
            self.means,
            self.squares,
            [],
            self.steps,
            lr=self.lr,
            beta1=BETA1,
            beta2=BETA2,
            weight_decay=0.0,
            eps=EPSILON,
            amsgrad=False,
            maximize=False,
        )
        for p in self.parameters:
            p.grad = None

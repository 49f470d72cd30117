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

    Equal bit for bit to `torch.optim.Adam(parameters, lr, fused=True)`. With weight decay, that of
    Loshchilov and Hutter, "Decoupled Weight Decay Regularization" (2019), algorithm 2, on matrices
    and kernels alone: to `torch.optim.AdamW(..., fused=True)` with two groups of parameters.
    """

    def __init__(
        self, parameters: Iterable[nn.Parameter], beta2: float = BETA2, weight_decay: float = 0.0
    ) -> None:
        every = list(parameters)
        self.beta2 = beta2
        self.groups = [
            (_Group([p for p in every if p.dim() > 1]), weight_decay),
            (_Group([p for p in every if p.dim() <= 1]), 0.0),
        ]

    @torch.no_grad()
    def step(self, lr: float) -> None:
        """Move the parameters against their gradients, and let go of the gradients."""
        for group, weight_decay in self.groups:
            torch._foreach_add_(group.steps, 1)
            torch._fused_adamw_(
                group.parameters,
                [p.grad for p in group.parameters if p.grad is not None],
                group.means,
                group.squares,
                [],
                group.steps,
                lr=lr,
                beta1=BETA1,
                beta2=self.beta2,
                weight_decay=weight_decay,
                eps=EPSILON,
                amsgrad=False,
                maximize=False,
            )
            for p in group.parameters:
                p.grad = None


class _Group:
    """Parameters with the running means of their gradients and of the gradients' squares."""

    def __init__(self, parameters: list[nn.Parameter]) -> None:
        self.parameters: list[Tensor] = list(parameters)
        self.means = [torch.zeros_like(p) for p in parameters]
        self.squares = [torch.zeros_like(p) for p in parameters]
        self.steps = [torch.zeros((), device=weights.device) for weights in parameters]

"""torchvision's image transforms, also where its compiled operators cannot load.

A torchvision built for another torch build (CUDA beside CPU) fails at import because its schemas
of `nms` and `qnms` are missing. The transforms need neither, so declaring the two is enough.
"""

import torch

try:
    import torchvision  # noqa: F401
except RuntimeError as error:
    if "torchvision::nms does not exist" not in str(error):
        raise
    torch.library.define(
        "torchvision::nms", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
    )
    torch.library.define(
        "torchvision::qnms", "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
    )

from torchvision.transforms.v2 import functional as transforms

__all__ = ["transforms"]

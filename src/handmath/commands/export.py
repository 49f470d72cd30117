"""The trained model as ONNX, for programs that have no PyTorch."""

import json
import warnings
from pathlib import Path
from typing import cast

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn

from handmath.base.errors import InputError, run
from handmath.base.files import atomic_write
from handmath.learning import training
from handmath.learning.checkpoint import PATH, Model

ONNX = PATH.with_suffix(".onnx")
OPSET = 18  # of 2022, the oldest that PyTorch's exporter writes without converting
# Another library sums in another order: float32 logits of size 10 to 30 differ by some 1e-5.
TOLERANCE = 1e-3


class Whole(nn.Module):
    """The network and what is done to an image before it."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model
        self.network = model.network

    def forward(self, images: Tensor) -> Tensor:
        """Images, uint8 [N, 1, size, size] → logits, float32 [N, classes]."""
        return self.model(images)


def export(path: Path = ONNX, model_path: Path = PATH) -> None:
    """Write the model as ONNX and check it against PyTorch on every test image.

    Its input `images` is uint8 [N, 1, size, size], 0 black to 255 white; its output `logits` is
    float32 [N, classes]. The metadata `classes` is a JSON list of names, in the logits' order.

    Raises:
        InputError: the model or the test images are missing, or the file does not compute what the
            model computes; then it is not written.
    """
    model = Model.read(model_path)
    test = model.test_images()
    images = test.images
    expected = training.predict(model, test).numpy()
    with atomic_write(path) as partial:
        write(model, partial)
        found = infer(partial, images)
        difference = float(np.abs(found - expected).max())
        same = int((found.argmax(axis=1) == expected.argmax(axis=1)).sum())
        if difference > TOLERANCE or same < len(images):
            raise InputError(
                f"{path} not written: onnxruntime and PyTorch agree on {same:,} of {len(images):,} "
                f"test images only, their logits differ by up to {difference:.2g}"
            )
    print(f"{path}: same class on all {len(images):,} test images, logits within {difference:.1g}")


def write(model: Model, path: Path) -> None:
    """Write the model to an ONNX file, unchecked."""
    example = torch.zeros(2, 1, model.size, model.size, dtype=torch.uint8)
    with warnings.catch_warnings():
        # PyTorch 2.13's exporter uses what PyTorch 2.13 deprecates.
        warnings.filterwarnings("ignore", "`isinstance.treespec, LeafSpec", FutureWarning)
        exported = torch.onnx.export(
            Whole(model).eval(),
            (example,),
            input_names=["images"],
            output_names=["logits"],
            dynamic_shapes=({0: torch.export.Dim("n")},),
            opset_version=OPSET,
            verbose=False,
        )
    program = cast(torch.onnx.ONNXProgram, exported)
    program.model.metadata_props["classes"] = json.dumps(model.classes, ensure_ascii=False)
    program.save(path, external_data=False)


def infer(path: Path, images: np.ndarray) -> np.ndarray:
    """Images, uint8 [N, 1, size, size] → logits, float32 [N, classes], by onnxruntime."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    batches = np.array_split(images, max(len(images) // training.EVALUATION_BATCH, 1))
    return np.concatenate([session.run(["logits"], {"images": batch})[0] for batch in batches])


if __name__ == "__main__":
    run(export)

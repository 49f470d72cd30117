"""Stage `train`: tensors → `models/model.safetensors`, the loss curve and the training metrics."""

from handmath.base import files, params
from handmath.base.errors import run
from handmath.data import dataset
from handmath.learning import training

LIVE = "metrics/live.json"  # for `dvc exp show`, while it trains


def main() -> None:
    """Train the model, watched on the validation share after each epoch."""
    p = params.load()
    images = dataset.path(p.model)
    train, validation = dataset.read("train", images), dataset.read("validation", images)
    model = training.build(p.model, p.recipe, dataset.classes(images), train, p.seed)
    model.network.to(training.choose_device(p.device))

    live: dict[str, float] = {}

    def report(batch: int, split: str, loss: float) -> None:
        live.update({"step": batch, f"{split}_loss": loss})
        files.write_json(LIVE, live)

    curve = training.fit(model, train, validation, p.recipe, p.seed, report)

    model.write()
    files.write_text("models/weights_sha256.txt", model.weights_sha256() + "\n")
    files.write_csv("plots/loss.csv", ["batch", "split", "loss"], curve)
    files.write_json(
        "metrics/train.json",
        {
            "train_accuracy": round(training.score(model, train).accuracy, 6),
            "validation_accuracy": round(training.score(model, validation).accuracy, 6),
            "parameters": model.parameters,
        },
    )


if __name__ == "__main__":
    run(main)

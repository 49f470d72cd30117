"""Stage `card`: the models in words → `models/README.md`, the metrics as a figure.

The headings are those of Mitchell et al., "Model Cards for Model Reporting" (2019), that apply.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from handmath.base import files, params
from handmath.base.errors import run
from handmath.base.params import Params
from handmath.data import results
from handmath.data.results import Lookalikes, PerClass

STAND_IN = "data/synthetic.zip"  # of the stage synthesize
WEAKEST = 3  # classes named under "Limits"


def main() -> None:
    """Write the card and the table of metrics from what the other stages measured."""
    p = params.load()
    facts: dict[str, Any] = {}
    for measured in (results.Data, results.Train, results.Test, results.Lines):
        facts |= measured.read().model_dump(exclude_none=True)
    expressions = results.Expressions.read().model_dump()
    facts |= {f"expressions_{name}": value for name, value in expressions.items()}
    facts["weights_sha256"] = results.read_hash(Path("models/weights_sha256.txt"), "train")
    facts["content_id"] = results.read_hash(Path("data/content_id.txt"), "audit")
    per_class, lookalikes = PerClass.read(), Lookalikes.read()
    table = metrics(facts)
    files.write_csv("plots/metrics.csv", ["metric", "value"], table.items())
    files.write_text("models/README.md", card(p, facts, table, per_class, lookalikes))


def metrics(facts: dict[str, Any]) -> dict[str, str]:
    """The metrics by name, the telling ones first, as texts."""
    return {
        "Test accuracy": _with_interval(facts, "accuracy"),
        "… without leaked images": _with_interval(facts, "accuracy_unleaked"),
        "Test macro F1": f"{facts['macro_f1']:.3f}",
        "Test loss": f"{facts['loss']:.3f} nats",
        "Calibration error": f"{facts['calibration_error']:.3f}",
        "Validation accuracy": f"{facts['validation_accuracy']:.3f}",
        "Training accuracy": f"{facts['train_accuracy']:.3f}",
        "Lines read exactly": _with_interval(facts, "exact"),
        "… with one wrong symbol at most": _with_interval(facts, "at_most_1"),
        "Expressions read exactly": _with_interval(facts, "expressions_exact"),
        "… with one wrong token at most": _with_interval(facts, "expressions_at_most_1"),
    }


def _with_interval(facts: dict[str, Any], name: str) -> str:
    """A share with its 95% interval; where every test image is leaked, there is none to count."""
    if name not in facts:
        return "no such image"
    return f"{facts[name]:.3f} ({facts[f'{name}_low']:.3f} to {facts[f'{name}_high']:.3f})"


def card(
    p: Params,
    facts: dict[str, Any],
    table: dict[str, str],
    per_class: Sequence[PerClass],
    lookalikes: Sequence[Lookalikes],
) -> str:
    """The model card, in Markdown.

    Args:
        p: what the model was trained with.
        facts: what `results` has of `metrics/{data,train,test,lines}.json`, and the hashes; of
            `metrics/expressions.json` under names that begin with `expressions_`.
        table: what `metrics` returns.
        per_class: what `results.PerClass` reads.
        lookalikes: what `results.Lookalikes` reads.
    """
    size = p.preprocess.size
    recipe = p.recipe.model_dump(exclude_defaults=True) | {"seed": p.seed}
    reader = p.reader.model_dump(exclude={"recipe"})
    reader |= p.reader.recipe.model_dump(exclude_defaults=True) | {"seed": p.seed}
    lessons = p.expressions.lessons.model_dump(exclude={"recipe"})
    lessons |= p.expressions.lessons.recipe.model_dump(exclude_defaults=True) | {"seed": p.seed}
    lines = [
        "# Model card: `model.safetensors`",
        "",
        "Written by the stage `card`; the next `dvc repro` overwrites what is changed here.",
        "",
        "## The model",
        "",
        f"The {p.model} network, {facts['parameters']:,} parameters: a grey {size}x{size} image of "
        f"one handwritten symbol → one of {facts['classes']} classes.",
        "",
        f"Classes: {', '.join(f'`{row.name}`' for row in per_class)}.",
        "",
        f"`weights_sha256`: `{facts['weights_sha256']}`",
        "",
        "## Data",
        "",
        f"`{p.data.archive}`: {facts['train_images']:,} training images, of which "
        f"{100 * p.validation.share:g}% of each class (at least one image) are held out to choose "
        f"by, and {facts['test_images']:,} test images.",
        "",
        f"`content_id`: `{facts['content_id']}`",
        "",
        "## Training",
        "",
        *(f"- `{key}`: {value}" for key, value in recipe.items()),
        "",
        "## Metrics",
        "",
        "In brackets Wilson's 95% intervals. A leaked image is a test image that is also in train, "
        "pixel for pixel. The calibration error is the expected one, over 15 bins.",
        "",
        "| | |",
        "|---|---|",
        *(f"| {metric} | {value} |" for metric, value in table.items()),
        "",
        "## Limits",
        "",
        *(f"- {limit}" for limit in limits(p, facts, per_class, lookalikes)),
        "",
        "## The reader, `reader.safetensors`",
        "",
        "Reads one line of the same classes, from left to right: the compact network, trained to "
        "tell symbols and wrong groupings of ink apart, on lines composed of the training images "
        "and of drawn ones. "
        f"Of {p.lines.count:,} lines composed of test images it reads {facts['exact']:.3f} "
        f"exactly, {facts['at_most_1']:.3f} with one wrong symbol at most; its character error "
        f"rate is {facts['cer']:.3f}. It was trained with:",
        "",
        *(f"- `{key}`: {value}" for key, value in reader.items()),
        "",
        "## The readers of expressions, `expressions.safetensors` and `layout.safetensors`",
        "",
        "Together they read one expression with letters, powers, fractions and roots. The first "
        "tells symbols and wrong groupings of ink apart, the second says how symbols hang "
        "together. Both learned from expressions composed of the training images and of drawn "
        "ones; what the archive has no images of is drawn. "
        f"Of {p.expressions.test.count:,} expressions composed of test images they read "
        f"{facts['expressions_exact']:.3f} exactly, {facts['expressions_at_most_1']:.3f} with one "
        "wrong token of LaTeX at most. The layout was learned from "
        f"{p.expressions.layout.count:,} expressions, the symbols with:",
        "",
        *(f"- `{key}`: {value}" for key, value in lessons.items()),
    ]
    return "\n".join(lines) + "\n"


def limits(
    p: Params,
    facts: dict[str, Any],
    per_class: Sequence[PerClass],
    lookalikes: Sequence[Lookalikes],
) -> list[str]:
    """What the model is not to be trusted with, a sentence or two each."""
    weakest = sorted((row for row in per_class if row.images), key=lambda row: row.f1)[:WEAKEST]
    names = ", ".join(f"`{row.name}` ({row.f1:.2f})" for row in weakest)
    found = [
        "One symbol an image, dark ink on light paper. An image of anything else gets one of the "
        "classes too.",
        f"The weakest classes, by F1: {names}.",
        f"Its confidence is off by {facts['calibration_error']:.2f} on average.",
        "One seed is one draw: differences of a few points are noise.",
    ]
    untested = [row.name for row in per_class if not row.images]
    if untested:
        found.append(
            f"Classes without a test image: {', '.join(f'`{name}`' for name in untested)}."
        )
    if lookalikes:
        pairs = ", ".join(f"`{row.name}` and `{row.other}`" for row in lookalikes)
        found.append(f"Hardly told apart: {pairs}.")
    if p.data.archive == STAND_IN:
        found.insert(0, "The images are drawn by a program. On real handwriting expect less.")
    if leaked := facts["leaked_test_images"] + facts["leaked_by_pixels"]:
        found.append(
            f"{leaked:,} of the test images are also in train, pixel for pixel: trust the accuracy "
            "without them."
        )
    return found


if __name__ == "__main__":
    run(main)

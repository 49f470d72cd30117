"""What stages measured, read back: `metrics/*.json`, and tables and hashes beside them, validated.

Anyone may have edited them, a merge may have left its marks in them, a disk may have cut them.
"""

import csv
import io
import re
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError

from handmath.base import files
from handmath.base.errors import InputError, reason
from handmath.base.params import faults

MAX_BYTES = 10_000_000
Count = Annotated[int, Field(ge=0, lt=2**63)]
Share = Annotated[float, Field(ge=0, le=1)]
NotNegative = Annotated[FiniteFloat, Field(ge=0)]
LearningRate = Annotated[FiniteFloat, Field(gt=0)]
Name = Annotated[str, Field(min_length=1)]


class _Written(BaseModel):
    """What a stage writes into a file. A key or column that nobody reads back is passed over."""

    model_config = ConfigDict(frozen=True)
    FILE: ClassVar[Path]
    STAGE: ClassVar[str]


class _Metrics(_Written):
    model_config = ConfigDict(strict=True)

    @classmethod
    def read(cls) -> Self:
        """Read the file.

        Raises:
            InputError: it is missing or damaged.
        """
        text = _read(cls.FILE, cls.STAGE)
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise _damaged(cls.FILE, cls.STAGE, faults(error)) from None


class Data(_Metrics):
    """Of the images."""

    FILE = Path("metrics/data.json")
    STAGE = "audit"
    classes: Count
    train_images: Count
    test_images: Count
    leaked_test_images: Count
    leaked_by_pixels: Count


class Train(_Metrics):
    """Of the training."""

    FILE = Path("metrics/train.json")
    STAGE = "train"
    train_accuracy: Share
    validation_accuracy: Share
    parameters: Count


class Test(_Metrics):
    """Of the test images. Where all of them are leaked, nothing is known of unleaked ones."""

    FILE = Path("metrics/test.json")
    STAGE = "evaluate"
    accuracy: Share
    accuracy_low: Share
    accuracy_high: Share
    accuracy_unleaked: Share | None = None
    accuracy_unleaked_low: Share | None = None
    accuracy_unleaked_high: Share | None = None
    macro_f1: Share
    loss: NotNegative
    calibration_error: Share


class _Reading(_Metrics):
    exact: Share
    exact_low: Share
    exact_high: Share
    at_most_1: Share
    at_most_1_low: Share
    at_most_1_high: Share


class Lines(_Reading):
    """Of the lines composed of test images."""

    FILE = Path("metrics/lines.json")
    STAGE = "lines"
    cer: NotNegative


class Expressions(_Reading):
    """Of the expressions composed of test images."""

    FILE = Path("metrics/expressions.json")
    STAGE = "expressions"


class Best(_Metrics):
    """The cell of the sweep that validation chose."""

    FILE = Path("metrics/sweep.json")
    STAGE = "sweep"
    best_lr: LearningRate
    best_epochs: Count
    best_train_accuracy: Share
    best_validation_accuracy: Share
    best_test_accuracy: Share


class _Row(_Written):
    LEAST: ClassVar[int] = 1  # rows of a table

    @classmethod
    def read(cls) -> list[Self]:
        """Read a table.

        Raises:
            InputError: it is missing or damaged.
        """
        text = _read(cls.FILE, cls.STAGE)
        rows: list[Self] = []
        try:
            table = csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline=""), strict=True)
            for row in table:
                rows.append(cls.model_validate({str(key): row[key] for key in row}))  # noqa: PERF401
        except ValidationError as error:
            raise _damaged(cls.FILE, cls.STAGE, f"row {len(rows) + 1}, {faults(error)}") from None
        except (ValueError, csv.Error) as error:
            raise _damaged(cls.FILE, cls.STAGE, reason(error)) from None
        columns = [field.alias or name for name, field in cls.model_fields.items()]
        if len(rows) < cls.LEAST or not {*columns} <= {*(table.fieldnames or ())}:
            raise _damaged(cls.FILE, cls.STAGE, f"it is no table of {', '.join(columns)}")
        return rows


class PerClass(_Row):
    """How well a class is told from the others."""

    FILE = Path("plots/per_class.csv")
    STAGE = "evaluate"
    name: Name = Field(alias="class")
    f1: Share
    images: Count


class Lookalikes(_Row):
    """Two classes that are hardly told apart. There may be none."""

    FILE = Path("plots/lookalikes.csv")
    STAGE = "evaluate"
    LEAST = 0
    name: Name = Field(alias="class")
    other: Name


class Cell(_Row):
    """What the sweep found with one learning rate and number of epochs."""

    FILE = Path("plots/sweep.csv")
    STAGE = "sweep"
    lr: LearningRate
    epochs: Count
    validation_accuracy: Share
    test_accuracy: Share


def read_hash(file: Path, stage: str) -> str:
    """Read a file that holds a hash and nothing else.

    Raises:
        InputError: it is missing or damaged.
    """
    text = _read(file, stage).strip()
    if not re.fullmatch(rb"[0-9a-f]{64}", text):
        raise _damaged(file, stage, "it holds no SHA-256")
    return text.decode()


def _read(file: Path, stage: str) -> bytes:
    try:
        files.check(file)
        with file.open("rb") as opened:
            text = opened.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"{file} is missing; `dvc repro {stage}` makes it") from None
    except OSError as error:
        raise InputError(
            f"{file} can't be read ({reason(error)}); delete it, and `dvc repro {stage}` makes it"
        ) from None
    if len(text) > MAX_BYTES:
        raise _damaged(file, stage, f"it is larger than {MAX_BYTES:,} bytes")
    return text


def _damaged(file: Path, stage: str, fault: str) -> InputError:
    return InputError(f"{file} is damaged ({fault}); delete it, and `dvc repro {stage}` makes it")

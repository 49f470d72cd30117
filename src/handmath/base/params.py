"""`params.yaml`, validated: an unknown key, a wrong type or a value out of range is refused."""

import re
import reprlib
from pathlib import Path
from typing import Annotated, Any, Literal, Self, get_args

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from handmath.base.errors import InputError, reason

PATH = Path("params.yaml")
MAX_BYTES = 100_000  # PyYAML takes a second for as many
MAX_FAULTS = 5  # are told
RESTORE = "`git restore params.yaml` takes a change back"
SHORT = reprlib.Repr()
SHORT.maxlevel = 1  # no deeper: aliases let a list hold itself a million times
Network = Literal["notebook", "compact"]
NETWORKS: tuple[Network, ...] = get_args(Network)
ClassWeight = Literal["none", "balanced"]


def _number(value: Any) -> Any:
    """Refuse true and false; `'1e-05'`, as PyYAML reads what `-S lr=1e-5` writes, is a number."""
    if isinstance(value, bool):
        raise ValueError("Input should be a number")  # noqa: TRY004  (pydantic's own kind)
    return value


Count = Annotated[int, Field(strict=True, ge=1, le=10**9)]
Epochs = Annotated[int, Field(strict=True, ge=1, le=10_000)]
Size = Annotated[int, Field(strict=True, ge=8, le=256, multiple_of=8)]
Seed = Annotated[int, Field(strict=True, ge=0, lt=2**63)]
Real = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]
LearningRate = Annotated[Real, Field(gt=0, le=1)]
Share = Annotated[Real, Field(gt=0, lt=1)]
Junk = Annotated[Real, Field(gt=0, le=1000)]
NotNegative = Annotated[Real, Field(ge=0)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Data(_Section):
    """Where the images come from; `test_share` splits an archive that has no split of its own."""

    archive: Annotated[str, Field(min_length=1)]
    test_share: Share
    max_unpacked_mb: Count


class Synthesize(_Section):
    """The stand-in archive: images drawn for each class."""

    train_images: Count
    test_images: Count
    seed: Seed


class Framing(_Section):
    """What of an image a network sees: a square of `crop` pixels, or what `framing.square` cuts."""

    clean: Annotated[bool, Field(strict=True)]
    crop: Count | Literal["ink"]
    margin: Annotated[Real, Field(ge=0, le=1)] = 0.0
    least: Annotated[int, Field(strict=True, ge=1, le=10_000)] = 1


class Preprocess(_Section):
    """Images become squares of `size` pixels, framed for each network in its own way.

    An image longer or higher than `max_side` pixels counts as one that cannot be read.
    """

    size: Size
    max_side: Count
    max_unreadable: Annotated[int, Field(strict=True, ge=0)]
    notebook: Framing
    compact: Framing


class Validation(_Section):
    """The share of the training images that is held out to choose by."""

    share: Share


class Normalize(_Section):
    """Pixels in [0, 1] become (pixel - mean) / std."""

    mean: Real
    std: Annotated[Real, Field(gt=0)]


class Extras(_Section):
    """What a recipe may have beyond the notebook's; what is left out is as in the notebook.

    `mean` and `std` are those of `Normalize`. `rotate` is in degrees; see `augment.augment`.
    Weight decay is decoupled from the gradient, as in AdamW.
    """

    one_cycle: bool = False
    beta2: Share = 0.999
    weight_decay: NotNegative = 0.0
    label_smoothing: Annotated[Real, Field(ge=0, lt=1)] = 0.0
    rotate: Annotated[Real, Field(ge=0, le=45)] = 0.0
    scale: Annotated[Real, Field(ge=0, le=1)] = 0.0
    shift: Annotated[Real, Field(ge=0, le=1)] = 0.0
    shear: Annotated[Real, Field(ge=0, le=1)] = 0.0
    elastic: Annotated[Real, Field(ge=0, le=1)] = 0.0
    mean: Real
    std: Annotated[Real, Field(gt=0)]

    @property
    def augments(self) -> bool:
        """Whether images are augmented at all."""
        return any((self.rotate, self.scale, self.shift, self.shear, self.elastic))


class Recipe(Extras):
    """How a network is trained.

    `lr` is constant, or the peak of one cycle. `class_weight` says what an image counts in the
    loss; see `training.class_weights`.
    """

    lr: LearningRate
    epochs: Epochs
    batch_size: Count
    class_weight: ClassWeight = "none"


class ReaderRecipe(Recipe):
    """That of a network which becomes one of integers: paper is 0 to it, so `mean` is 1."""

    mean: Annotated[Real, Field(ge=1, le=1)]


class Sweep(_Section):
    """The grid of the notebook's Figure 7."""

    lr: Annotated[list[LearningRate], Field(min_length=1)]
    epochs: Annotated[list[Epochs], Field(min_length=1)]

    @model_validator(mode="after")
    def _no_repeats(self) -> Self:
        for name, values in (("lr", self.lr), ("epochs", self.epochs)):
            if len(set(values)) < len(values):
                raise ValueError(f"{name} lists a value twice")
        return self


class Reader(_Section):
    """What the reader learns from: composed lines, some in a drawn hand, and rejects."""

    lines: Count
    drawn_share: Share
    junk: Junk
    scribbles: Share
    recipe: ReaderRecipe


class Lines(_Section):
    """The lines, or the expressions, that the reader is scored on."""

    count: Count
    seed: Seed


class Lessons(_Section):
    """What the expressions' network learns from: composed ones, some in a drawn hand, and rejects.

    `touching` is the share of symbols that touch the one before.
    """

    count: Count
    drawn_share: Annotated[Real, Field(ge=0, le=1)]
    touching: Annotated[Real, Field(ge=0, le=1)]
    junk: Junk
    recipe: ReaderRecipe


class Layout(_Section):
    """The expressions that the parser learns from."""

    count: Count


class Expressions(_Section):
    """What reads two-dimensional mathematics, and the expressions that it is scored on."""

    lessons: Lessons
    layout: Layout
    test: Lines


class Params(_Section):
    """All of `params.yaml`; see the comments there."""

    lr: LearningRate
    epochs: Epochs
    batch_size: Count
    model: Network
    class_weight: ClassWeight
    seed: Seed
    device: Literal["cpu", "auto"]
    data: Data
    synthesize: Synthesize
    preprocess: Preprocess
    validation: Validation
    normalize: Normalize
    sweep: Sweep
    compact: Extras
    reader: Reader
    lines: Lines
    expressions: Expressions

    @model_validator(mode="after")
    def _more_than_a_pixel_is_left(self) -> Self:
        if self.model == "compact" and self.preprocess.size < 16:
            raise ValueError("preprocess.size should be 16 or more for `model: compact`")
        return self

    def notebook(self, lr: float, epochs: int) -> Recipe:
        """The notebook's recipe with a learning rate and a number of epochs."""
        return Recipe(
            lr=lr,
            epochs=epochs,
            batch_size=self.batch_size,
            class_weight=self.class_weight,
            **dict(self.normalize),
        )

    @property
    def recipe(self) -> Recipe:
        """How `model` is trained: the compact network with what its section has besides."""
        recipe = self.notebook(self.lr, self.epochs)
        if self.model == "compact":
            return recipe.model_copy(update=dict(self.compact))
        return recipe


def load(path: Path = PATH) -> Params:
    """Read and validate a params file.

    Raises:
        InputError: the file is missing, isn't YAML, or breaks a rule; one line names the keys.
    """
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1)
        if len(text) > MAX_BYTES:
            raise InputError(f"{path} is larger than {MAX_BYTES:,} bytes; {RESTORE}")
        values = yaml.safe_load(text)
    except FileNotFoundError:
        raise InputError(f"{path} is missing; run from the project's top folder") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {reason(error)}") from None
    except (
        yaml.YAMLError,
        ValueError,  # of a date or digits
        LookupError,  # these two of what a tag such as !!int does not fit
        AttributeError,
        RecursionError,
    ) as error:
        fault = " ".join(str(error).split())
        raise InputError(f"{path} is not valid YAML: {fault}; {RESTORE}") from None
    try:
        return Params.model_validate(values)
    except ValidationError as error:
        raise InputError(f"{path}: {faults(error)}; {RESTORE}") from None


def faults(error: ValidationError) -> str:
    """What pydantic finds wrong, each with its key and what stands there."""
    found = [f"{_key(e['loc'])}: {e['msg']} (is {_short(e['input'])})" for e in error.errors()]
    if len(found) > MAX_FAULTS:
        found[MAX_FAULTS:] = [f"and {len(found) - MAX_FAULTS:,} more"]
    return "; ".join(found)


def _key(location: tuple[int | str, ...]) -> str:
    """Dotted; a name that is long or could change the terminal is quoted and cut."""
    names = (str(part) for part in location)
    plain = re.compile(r"\w{1,40}", re.ASCII)
    return ".".join(n if plain.fullmatch(n) else SHORT.repr(n) for n in names) or "the whole file"


def _short(value: Any) -> str:
    try:
        return SHORT.repr(value)
    except ValueError:  # Python writes no number of more than 4,300 digits
        return "a number of too many digits"

"""The stages of the pipeline, a module each: load, do, save."""

from handmath.base import determinism as determinism  # before whatever loads PyTorch
from handmath.base import interrupt as interrupt  # before whatever takes long to load

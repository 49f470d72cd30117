"""The stages of the pipeline, a module each: load, do, save."""

from handmath.base import determinism as determinism  # before whatever loads PyTorch

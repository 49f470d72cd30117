"""What people start beside the stages."""

from handmath.base import determinism as determinism  # before whatever loads PyTorch

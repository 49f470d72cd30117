"""What people start beside the stages."""

from handmath.base import determinism as determinism  # before whatever loads PyTorch
from handmath.base import interrupt as interrupt  # before whatever takes long to load

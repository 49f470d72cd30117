"""Settings that make every x86-64 CPU with AVX2 compute the same bits.

Stages and commands import this before anything else: libraries read the variables once, as they
load. Whoever imports the library alone keeps the settings of their own.

Raises:
    InputError: PyTorch was imported before, with other settings.
"""

import os
import sys

from handmath.base.errors import InputError

SETTINGS = {
    # One thread: a matrix product shared out among several sums in another order.
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # PyTorch's own kernels and oneDNN's convolutions: no AVX-512, also where the CPU has it.
    "ATEN_CPU_CAPABILITY": "avx2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    # MKL's matrix products: one code path whatever the CPU, one order of sums at any alignment.
    "MKL_CBWR": "AVX2,STRICT",
}

if "torch" in sys.modules and not SETTINGS.items() <= os.environ.items():
    raise InputError(
        "PyTorch was imported before handmath could set it up, so its bits would be others; "
        "import handmath.base.determinism first"
    )
os.environ.update(SETTINGS)
os.environ["MPLBACKEND"] = "agg"  # Matplotlib needs no screen, and not what a user has set

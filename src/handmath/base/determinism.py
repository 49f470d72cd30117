"""Settings that make every x86-64 CPU with AVX2 compute the same bits.

The package imports this before anything else: libraries read the variables once, as they load.
"""

import os

os.environ.update(
    # One thread: a matrix product shared out among several sums in another order.
    OMP_NUM_THREADS="1",
    MKL_NUM_THREADS="1",
    # PyTorch's own kernels and oneDNN's convolutions: no AVX-512, also where the CPU has it.
    ATEN_CPU_CAPABILITY="avx2",
    ONEDNN_MAX_CPU_ISA="AVX2",
    # MKL's matrix products: one code path whatever the CPU, one order of sums at any alignment.
    MKL_CBWR="AVX2,STRICT",
)

"""Settings that make every x86-64 CPU with AVX2 compute the same bits.

Import this before torch: the libraries read the variables once, as they load.
"""

import os

os.environ.update(
    ATEN_CPU_CAPABILITY="avx2",  # PyTorch's own kernels: no AVX-512 where the CPU has it
    ONEDNN_MAX_CPU_ISA="AVX2",  # convolutions, likewise
    MKL_CBWR="AVX2,STRICT",  # matrix products: one code path, one order of sums at any alignment
)

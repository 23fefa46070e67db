"""The canonical runs in child processes that compute as other machines do.

What a processor has, the C library, NumPy, OpenBLAS and numba each find out by themselves, and each can be told to do
without. None of it may move a bit.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import sysconfig
from itertools import zip_longest
from pathlib import Path

import pytest
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

from tests.bits.canonical import STORED

ROOT = Path(__file__).parents[2]
INTEL = Path(sysconfig.get_path("data"), "lib")
"""Where pip puts the libraries of icc_rt."""
OF_LIBM = "import math; print(hash(tuple(math.exp(n * 1e-3) for n in range(-30_000, 30_001))))"
LEVELS = [name for name in __cpu_dispatch__ if __cpu_features__.get(name)]
"""What this processor has beyond the least that NumPy asks for, the most common first."""
WITHOUT_FMA = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX2_Usable,-FMA_Usable,-FMA4_Usable"}
CPUINFO = Path("/proc/cpuinfo")
PROCESSOR = set(CPUINFO.read_text(encoding="utf-8").split()) if CPUINFO.is_file() else set()
OPENBLAS = {
    "Prescott": {"ssse3"},
    "Haswell": {"avx2", "fma"},
    "SkylakeX": {"avx512f", "avx512bw", "avx512dq", "avx512vl"},
}
"""Kinds of processor that OpenBLAS can be told to compute for, and what they have: it would crash without."""
ON_GLIBC = platform.libc_ver()[0] == "glibc" and platform.machine() == "x86_64"
NUMPY = [
    (f"NumPy without {name}", {"NPY_DISABLE_CPU_FEATURES": ",".join(LEVELS[at:])}) for at, name in enumerate(LEVELS)
]
BLAS = [(f"OpenBLAS for {kind}", {"OPENBLAS_CORETYPE": kind}) for kind, needs in OPENBLAS.items() if needs <= PROCESSOR]
NOTHING: tuple[str, dict[str, str]] = ("nothing else", {})
CASES: dict[str, dict[str, str]] = {
    **{f"{one}, {other}": some | more for (one, some), (other, more) in zip_longest(NUMPY, BLAS, fillvalue=NOTHING)},
    "numba for any processor, three threads": {"NUMBA_CPU_NAME": "generic", "CANONICAL_THREADS": "3"},
}
"""Each setting is that of one process; two libraries that know nothing of each other share one."""


def child(code: list[str], settings: dict[str, str]) -> str:
    """What a Python process with these settings prints; it must end well."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "random", **settings}
    environment.pop("NUMBA_DISABLE_INTEL_SVML", None)  # set by this process, when it imported the package
    command = [sys.executable, "-W", "ignore", *code]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def same_everywhere(settings: dict[str, str], first: str = "pass") -> None:
    code = f"{first}; from tests.bits.canonical import main; main([])"
    assert json.loads(child(["-c", code], settings)) == json.loads(STORED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("settings", CASES.values(), ids=CASES)
def test_libraries_that_compute_for_another_processor(settings: dict[str, str]) -> None:
    same_everywhere(settings)


@pytest.mark.skipif(not ON_GLIBC, reason="only glibc on x86-64 can be told what its processor has")
def test_a_c_library_without_fused_multiply_add() -> None:
    if "fma" in PROCESSOR:
        # So the setting reaches the child, and what it changes would show.
        assert child(["-c", OF_LIBM], WITHOUT_FMA) != child(["-c", OF_LIBM], {})
    same_everywhere(WITHOUT_FMA)


@pytest.mark.skipif(not (INTEL / "libsvml.so").is_file(), reason="Intel's run-time library is made for x86-64 alone")
def test_intels_library_imported_first() -> None:
    """Its functions stand in for the C library's, and numba finds its vectors before anything of ours is imported."""
    settings = {"LD_LIBRARY_PATH": str(INTEL), "LD_PRELOAD": str(INTEL / "libimf.so")}
    found = "import numba; assert all(name in open('/proc/self/maps').read() for name in ('libimf', 'libsvml'))"
    assert child(["-c", OF_LIBM], settings) != child(["-c", OF_LIBM], {})
    same_everywhere(settings, found)

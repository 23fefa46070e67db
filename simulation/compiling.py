"""Compilation with numba, cached on disk where a change of any rule makes a new cache.

numba's own cache looks only at the file a function stands in. A loop here is made of rules from many files, so an
edited rule would leave the old loop in use; therefore the cache folder is named by the version of all of them.

A *rule* is a small pure function marked with :func:`rule`: ordinary Python when Python calls it (the Mesa engine, a
test, a debugger), machine code when a loop marked with :func:`compiled` calls it, the same bits either way.
"""

import hashlib
import os
import re
import sys
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import Any, TypeVar, cast

# Intel's vector library, where it is installed, would round exponentials unlike Python does.
os.environ.setdefault("NUMBA_DISABLE_INTEL_SVML", "1")

import numba
from numba.core.caching import IndexDataCacheFile
from numba.extending import overload, register_jitable

from simulation.versions import is_rules_code, rules_version

_config: Any = numba.config
Function = TypeVar("Function", bound=Callable[..., Any])


_UNCOUNTED = {"_nrt": False}
"""Compile without reference counts: rules allocate nothing, and counting every array passed from rule to rule by
atomic operations would cost several times what the rules themselves do."""
_INLINED = {"forceinline": True, "no_cfunc_wrapper": True, **_UNCOUNTED}
"""Nor with an entry of its own for C, which would take a quarter of the time to compile."""


INTERPRETED = bool(_config.DISABLE_JIT)
"""Numba's own switch (NUMBA_DISABLE_JIT=1) for stepping through compiled code in a debugger."""


def rule(function: Function) -> Function:
    """Mark a pure scalar function as a rule: plain Python to Python, inlined machine code to compiled loops."""
    if not getattr(function, "is_rule", False):
        register_jitable(**_INLINED)(function)
        function.is_rule = True  # type: ignore[attr-defined]
    return function


def inlined(function: Function) -> Function:
    """Mark scalar arithmetic: inlined into compiled loops like a rule, and machine code when Python calls it too."""
    fast: Any = compiled(function)

    @wraps(function)
    def call(*arguments: float) -> Any:
        return fast(*map(float, arguments))

    if INTERPRETED:
        return rule(cast("Function", call))
    overload(call, jit_options=cast("Any", _INLINED), strict=False)(lambda *arguments: function)
    call.is_rule = True  # type: ignore[attr-defined]
    return cast("Function", call)


@cache
def code_version() -> str:
    """Digest of every byte of the package's source: told, and asked of workers; what is stored hangs on less."""
    root, digest = Path(__file__).parent, hashlib.sha256()
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.toml")]):
        digest.update(path.relative_to(root).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def compiled_version() -> str:
    """Version of the rules that compiled code is made of, and of the compiler."""
    return f"{rules_version()}-numba{numba.__version__}"


@cache
def cache_folder() -> str | None:
    """Where compiled loops are kept, or None when no folder can be written (then they are compiled every time).

    ``NUMBA_CACHE_DIR`` is honoured; otherwise the user's cache folder of the operating system.
    """
    if _config.CACHE_DIR:
        base = Path(_config.CACHE_DIR)
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Caches"
    elif sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA", str(Path.home())))
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = base / "follower-dynamics" / compiled_version()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return str(folder) if os.access(folder, os.W_OK) else None


def compilation_note(engine: str) -> str | None:
    """A word before the first day where it will be late, because the engine's loops are compiled first."""
    if engine != "compiled":
        return None
    folder = cache_folder()
    if folder is None:
        return "compiling, about 25 seconds (every time: no folder can be written to keep the compiled code)"
    if not any(Path(folder).rglob("*.nbi")):
        return "compiling, about 25 seconds (the first time only)"
    return None


def compiled(function: Function, *, made_of: str | None = "") -> Function:
    """Compile with numba when first called; other threads run meanwhile; no fast-math, so every engine agrees.

    Compiled functions cannot allocate: they are given the arrays they write to. The machine code is kept on disk.

    Parameters
    ----------
    function
        A function of the package, or a loop that was made of rules.
    made_of
        Of a loop made of rules, the version of those: machine code of other ones is another's. None where it cannot
        be known, since their source cannot be read: then nothing is kept.
    """
    dispatcher = cast("Any", numba.njit)(nogil=True, **_UNCOUNTED)(function)
    folder = None if INTERPRETED else cache_folder()
    if folder is not None and made_of is not None:
        before = _config.CACHE_DIR
        _config.CACHE_DIR = str(Path(folder, made_of)) if made_of else folder
        try:
            dispatcher.enable_caching()
        finally:
            _config.CACHE_DIR = before
        if is_ours(function):
            _keep_by_rules(dispatcher, made_of)
    return cast("Function", dispatcher)


def _keep_by_rules(dispatcher: Any, made_of: str) -> None:
    """Find kept machine code whatever the line a function stands in and the time its file was written.

    numba would compile anew after each comment; the folder is that of the rules already. Nor may it look into rules
    that a loop is made of: those of a notebook are never the same to it.
    """
    kept = dispatcher._cache
    name = re.sub(r"-\d+(?=\.py)", "", kept._impl.filename_base)
    kept._cache_file = cast("Any", IndexDataCacheFile)(kept._cache_path, name, compiled_version())
    if made_of:
        kept._index_key = lambda signature, codegen: (signature, codegen.magic_tuple(), made_of)
        kept._impl.reduce = _from_anywhere


def _from_anywhere(compiled_result: Any) -> tuple[Any, ...]:
    """Machine code as it is kept, told apart from the modules of its rules: other processes may not find those."""
    *rest, environments = compiled_result._reduce()
    return (*rest, tuple(map(_AtHome, environments)))


class _AtHome:
    """What numba keeps of a function beside its code, as if the function stood here."""

    def __init__(self, environment: Any) -> None:
        self.environment = environment

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        rebuild, (_, constants, name) = self.environment.__reduce__()
        return rebuild, (__name__, constants, name)


def is_ours(function: Callable[..., Any]) -> bool:
    """Whether a function is among those that `rules_version` covers, so that machine code of it may be kept."""
    return is_rules_code(function.__module__)

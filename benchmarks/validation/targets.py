"""All targets, in the order of the page."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from benchmarks.validation.early_like import EARLY_LIKE
from benchmarks.validation.effects import EFFECTS
from benchmarks.validation.exact import EXACT
from benchmarks.validation.field import FIELD
from benchmarks.validation.music_lab import MUSIC_LAB
from benchmarks.validation.music_lab_mechanisms import MECHANISMS_TARGET
from benchmarks.validation.rivals import RIVALS
from benchmarks.validation.target import Target
from simulation.errors import ParameterError

TARGETS: tuple[Target, ...] = (*EXACT, MUSIC_LAB, MECHANISMS_TARGET, EARLY_LIKE, EFFECTS, *FIELD, RIVALS)


def chosen(names: Sequence[str]) -> tuple[Target, ...]:
    """Targets by name, in the order of the page; all of them where no name is given.

    Raises
    ------
    ParameterError
        If there is none of a name; says which is nearest.
    """
    known = {target.name: target for target in TARGETS}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
            raise ParameterError(f"there is no target {name!r}; {hint}")
    return tuple(target for target in TARGETS if not names or target.name in names)

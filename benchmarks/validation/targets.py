"""All targets, in the order of the page."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from benchmarks.validation.early_like import EARLY_LIKE
from benchmarks.validation.effects import EFFECTS
from benchmarks.validation.engagement import ENGAGEMENT, FEED
from benchmarks.validation.followers import FOLLOWEES, INEQUALITY, TAIL
from benchmarks.validation.growth import GROWTH
from benchmarks.validation.meritocratic import MERITOCRATIC
from benchmarks.validation.modules import EFFORT_MODULE, REWARD_MODULE
from benchmarks.validation.music_lab import MUSIC_LAB
from benchmarks.validation.music_lab_mechanisms import MECHANISMS_TARGET
from benchmarks.validation.null import NULL
from benchmarks.validation.polya import POLYA
from benchmarks.validation.popularity_exponent import POPULARITY_EXPONENT
from benchmarks.validation.price import PRICE
from benchmarks.validation.rest_changes import CHANGED
from benchmarks.validation.rest_lives import LIVES
from benchmarks.validation.rest_peers import PEERS
from benchmarks.validation.rest_shape import SHAPE
from benchmarks.validation.rivals import RIVALS
from benchmarks.validation.target import Target
from benchmarks.validation.twitch import TWITCH
from benchmarks.validation.two_state import TWO_STATE
from benchmarks.validation.unfollowing import UNFOLLOWING
from simulation.errors import ParameterError

EXACT = (TWO_STATE, MERITOCRATIC, POLYA, PRICE, NULL, POPULARITY_EXPONENT, REWARD_MODULE, EFFORT_MODULE)
"""Exact results in special cases."""
FIELD = (INEQUALITY, TAIL, FOLLOWEES, TWITCH, GROWTH, UNFOLLOWING, ENGAGEMENT, FEED)
"""What others counted on platforms, beside worlds of the presets."""
AT_REST = (SHAPE, CHANGED, LIVES, PEERS)
"""What a world at rest shows, the preset `living`."""
TARGETS: tuple[Target, ...] = (*EXACT, MUSIC_LAB, MECHANISMS_TARGET, EARLY_LIKE, EFFECTS, *FIELD, RIVALS, *AT_REST)


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

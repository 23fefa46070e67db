"""Viewers: limits to use, and fear of missing out."""

from __future__ import annotations

import numpy as np

from benchmarks.validation.directions.branches import Direction, Setting, begun, branch, claim, lever, live_until
from simulation.model import FollowerModel

LIMITED_FROM, LIMITED_DAYS = 30, 60
HALVING = 10
"""Posts a session that about halve use."""
LIMITS = (20, HALVING, 5, 2)
USED_TO_IT = 90
"""Days until fear of missing out and use have moved from where they begin."""


def gain_by(model: FollowerModel, cap: int, base: FollowerModel) -> float:
    """Well-being of viewers at the end of a time with limited sessions, minus that without, in sd between viewers."""
    world = live_until(branch(model, [lever(model, "session_cap", cap)]), base.day)
    mood = base.state.users.mood
    return float((world.state.users.mood - mood).mean() / mood.std())


def limits(seed: int, setting: Setting) -> dict[str, float]:
    """From day {LIMITED_FROM} on sessions end after {HALVING} posts, which about halves use; or after any of
    {LIMITS}. Mood of viewers {LIMITED_DAYS} days later, in standard deviations between them.
    """
    model = begun(setting, seed, LIMITED_FROM)
    base = live_until(branch(model), LIMITED_FROM + LIMITED_DAYS)
    gains = {cap: gain_by(model, cap, base) for cap in LIMITS}
    return {"gain": gains[HALVING], "most": max(gains.values()), "least": min(gains.values())}


def fomo_and_use(seed: int, setting: Setting) -> dict[str, float]:
    """Viewers on day {USED_TO_IT}."""
    users = begun(setting, seed, USED_TO_IT).state.users
    return {"correlation": float(np.corrcoef(users.fomo, users.use)[0, 1])}


SMALL = "0 to .3 sd: Hunt et al. 2018; Allcott et al. 2020"
LIMITED = Direction(
    "use limits help well-being a little, never dramatically",
    "use limited",
    limits,
    (
        claim("gain", "Half the use helps a little", "sd", 0.0, 0.3, source=SMALL),
        claim("most", "No limit helps dramatically", "sd, best of the limits", high=0.3, source=SMALL),
        claim("least", "None does harm dramatically", "sd, worst of the limits", -0.3, source=SMALL),
    ),
    users=1000,
    seeds=8,
)
META = (
    "meta-analyses give about .5; above .4 it is nearer to that than to a medium correlation (.3 in Cohen 1988), and "
    "the bound above lies as far off"
)
FOMO_AND_USE = Direction(
    "fear of missing out and use correlate about .5",
    "fear of missing out and use",
    fomo_and_use,
    (claim("correlation", "The correlation is about .5", "r", 0.4, 0.6, source=META, given=0.5),),
    users=1000,
    seeds=12,
)

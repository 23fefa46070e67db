"""Rivals made comparable: the numbers in their presets that give them as much following and leaving as the defaults.

None of the rival models says how often people follow, and none lets them leave. What they say is *whom* people follow.
So that nothing else differs, the one free number of each is set to the follows per user per day of the defaults, and
the chance to leave that they are lent to one hazard: the middle of what was found in the field.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulation.analysis.churn import unfollow_hazard
from simulation.analysis.engagement import follows_per_user_day
from simulation.arithmetic import log
from simulation.errors import ParameterError
from simulation.model import FollowerModel
from simulation.presets import PRESETS

HAZARD = 0.002
"""Unfollows a tie-day that rivals are lent: about the middle of .0013 to .0026 (Kwak, Chun and Moon, CHI 2011)."""
LEAVING = "leaving.unfollow_probability"
FREE: Mapping[str, str | None] = {
    "random_following": "decision.follow_probability",
    "preferential_following": "decision.follow_probability",
    "fitness_following": "decision.follow_threshold",
    "meritocratic_following": None,  # whom one follows decides how many: nothing is free
}
"""The parameter of each rival that sets how often people follow."""
ROUNDS = 5
"""Runs until numbers are taken: rates are all but proportional to them, so each round cuts what is left many times."""


def rates(name: str, days: int, seed: int, setting: Mapping[str, object]) -> tuple[float, float]:
    """Follows per user per day, and unfollows a tie-day, of a preset with a setting on top."""
    model = FollowerModel(dict(setting), preset=name, seed=seed, threads=1, record="daily")
    model.run_for(days)
    daily = model.result().daily
    return follows_per_user_day(daily), unfollow_hazard(daily)


def tuned(name: str, *, days: int = 365, seed: int = 0, size: Mapping[str, object] | None = None) -> dict[str, float]:
    """Parameters that give a rival the follows of the defaults and the hazard `HAZARD`, by dotted name.

    A chance is multiplied by wanted over found; a threshold moves by the logarithm of it over the sharpness, which is
    the same for follows as rare as these. The presets hold them rounded: follows
    to three digits, leaving to two.

    Raises
    ------
    ParameterError
        If there is no rival of that name.
    """
    if name not in FREE:
        raise ParameterError(f"there is no rival {name!r}; known are {', '.join(FREE)}")
    setting, free = dict(size or {}), FREE[name]
    wanted, _ = rates("default", days, seed, setting)
    values = {known: float(PRESETS[name].values[known]) for known in (free, LEAVING) if known}
    for _ in range(ROUNDS):
        follows, hazard = rates(name, days, seed, {**setting, **values})
        values[LEAVING] *= HAZARD / hazard
        if free == "decision.follow_threshold":
            values[free] += log(follows / wanted) / float(PRESETS[name].values["decision.follow_sharpness"])
        elif free:
            values[free] *= wanted / follows
    return values

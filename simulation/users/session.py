"""Whether a user opens the app today, and how long the session is."""

from typing import Any, Literal

from simulation.compiling import rule
from simulation.declare import Section, parameter

DAILY, ON_ARRIVAL = range(2)
"""Values of ``schedule``."""


class SessionParameters(Section):
    """When and how long users watch."""

    schedule: Literal["daily", "on_arrival"] = parameter(
        "daily",
        about="daily: users watch on any day with their own probability; on_arrival: only on the day they join",
        kind="constant",
    )
    slots: float = parameter(
        20.0,
        about="Mean number of posts shown in a session",
        unit="posts/session",
        bounds=(0.0, 200.0),
        kind="constant",
    )
    escapism_effect: float = parameter(
        0.5, about="How much longer the session of a fully escapist user is, as a share", bounds=(0.0, 10.0)
    )
    session_cap: int = parameter(
        60, about="Most posts the platform shows in a session", unit="posts/session", bounds=(0, 1000), kind="lever"
    )
    break_nudge: float = parameter(
        0.0, about="Probability that a user takes the break of a nudge", bounds=(0.0, 1.0), kind="lever"
    )
    nudge_after: int = parameter(
        10, about="Posts after which the nudge comes", unit="posts/session", bounds=(0, 1000), kind="lever"
    )
    checks: int = parameter(
        0,
        about="Creators among those followed, drawn anew, whom a user looks at as a session begins: posts of theirs "
        "that are news take the first slots; 0: the feed alone brings them",
        unit="creators/session",
        bounds=(0, 1000),
    )
    patience: int = parameter(
        60,
        about="Days without a post to be seen after which a look at a followed creator counts as noticing an absence",
        unit="days",
        bounds=(1, 100_000),
    )
    memory: int = parameter(
        64,
        about="Creators whom a user remembers to have seen, where a rule asks for it",
        bounds=(1, 4096),
        unit="creators",
        kind="constant",
    )
    lately: int = parameter(
        7,
        about="Days of which a user remembers whether a creator was seen",
        unit="days",
        bounds=(1, 30),
        kind="constant",
    )


@rule
def is_here(joined: int, left: int, day: int) -> bool:
    """Whether a user is on the platform: has joined it, and has not left it for good."""
    return joined <= day < left


@rule
def watches_today(opening: float, joined: int, day: int, uniform: float, p: Any) -> bool:
    """A session happens with the user's own probability on every day since joining.

    ``joined`` is the user's first day, -1 for those who were there before the start.
    """
    if joined > day:
        return False
    if p.schedule == ON_ARRIVAL:
        return joined == day
    return uniform < opening


@rule
def session_slots(escapism: float, longing: float, uniform: float, u_nudge: float, p: SessionParameters) -> int:
    """Posts shown: slots (1 + effect * escapism + longing), capped, and cut short by a nudge whose break is taken.

    ``longing`` is what fear of missing out adds, as a share; ``uniform`` rounds up or down so that the mean is kept;
    ``u_nudge``, in [0, 1), is below ``break_nudge`` where the break is taken.
    """
    expected = max(0.0, p.slots * (1.0 + p.escapism_effect * escapism + longing))
    slots = min(int(expected + uniform), int(p.session_cap))
    return min(slots, int(p.nudge_after)) if u_nudge < p.break_nudge else slots

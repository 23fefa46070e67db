"""One user's session from the inside: what the feed showed, what the user made of it, and what chance had to settle.

A diary is kept by the Mesa engine for the users who have one, and read like a table:

>>> user = list(model.agents)[7]
>>> user.diary = []
>>> model.step()
>>> pandas.DataFrame(user.diary)  # doctest: +SKIP
"""

from typing import TYPE_CHECKING, NamedTuple

from simulation.factors.base import Encounter

if TYPE_CHECKING:
    from simulation.engines.agents import User


class Moment(NamedTuple):
    """One creator met in a session, in the order in which the feed first showed them.

    The contributions and the reference, which is the appeal of a usual post to this user, sum to the appeal, and so do
    the factors times the user's weights.
    """

    day: int
    creator: int  # 0..M-1
    source: str  # feed source that showed the creator first
    slots: int  # of the feed that the creator got
    following: bool  # already, as the day began
    appeal: float
    factors: dict[str, float]  # value of each, in [0, 1]
    contributions: dict[str, float]  # weight x (value - what it usually is)
    like_chance: float  # probability
    liked: bool
    follow_chance: float  # probability; 0 where the creator was followed already
    followed: bool
    leave_chance: float  # probability; 0 where the creator was not followed
    left: bool


def moment(user: "User", encounter: Encounter, source: int, slots: int, liked: bool, decided: bool) -> Moment:
    """What a diary keeps of an encounter; ``decided``: to follow, or to leave who was followed. Changes nothing."""
    model, today, following = user.model, user.model.today, bool(encounter.following)
    names = [factor.name for factor in model.factors]
    appeal, factors = user.appeal(encounter)
    return Moment(
        day=today.day,
        creator=encounter.creator,
        source=model.source_names[source],
        slots=slots,
        following=following,
        appeal=appeal,
        factors=dict(zip(names, factors, strict=True)),
        contributions=dict(zip(names, user.contributions(factors)[0].tolist(), strict=True)),
        like_chance=user.liking_chance(encounter, appeal),
        liked=liked,
        follow_chance=0.0 if following else user.following_chance(encounter, appeal),
        followed=decided and not following,
        leave_chance=user.leaving_chance(encounter.creator) if following else 0.0,
        left=decided and following,
    )

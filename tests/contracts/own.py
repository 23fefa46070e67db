"""Rules of deciding, columns and factors of one's own: what the loops of several tests are made of.

All of them together, whatever a test is about, since another loop takes long to compile.
"""

from __future__ import annotations

from typing import Any

from simulation.columns import Column
from simulation.compiling import rule
from simulation.declare import Section, parameter
from simulation.factors import FACTORS, Factor
from simulation.factors.base import FactorSection
from simulation.plugins import FollowRule, LikeRule, UnfollowRule, WatchRule

ENGINES = ("compiled", "mesa")


class Fused(Section):
    fuse: int = parameter(-1, about="Day on which the rule raises", unit="days", bounds=(-1, 1000))


@rule
def spark(day: int, fuse: int) -> float:
    """Nothing, or an error."""
    return 0.0 / (day - fuse)


class Contagion(Fused):
    times: int = parameter(3, about="Days of a week on which one sees somebody before one follows", bounds=(1, 7))


def after_several(encounter: Any, choice: Any, p: Any) -> float:
    return (choice.chance if encounter.seen_lately + 1 >= p.times else 0.0) + spark(encounter.day, p.fuse)


CONTAGION = FollowRule("contagion", after_several, Contagion())
LONELINESS = Column("loneliness", of="users", start=lambda count, draw: draw(count), recorded=True)
LUCK = Column("luck", of="users")
SHOWN = Column("shown", of="creators", width=2, recorded=True)
VERIFIED = Column("verified", of="creators")
FAME = Column("fame", of="creators", start=0.25, width=2)
HEED = Column("heed", of="creators", start=lambda count, draw: draw(count))
BOND = Column("bond", of="ties", start=0.75)
COLUMNS = [LONELINESS, LUCK, SHOWN, VERIFIED, FAME, HEED, BOND]


class Moods(Fused):
    outburst: float = parameter(0.0, about="Chance that user 7 gives on day 1 where no peer follows", bounds=(0.0, 2.0))


def liking(encounter: Any, choice: Any, p: Any) -> float:
    if p.outburst > 0.0 and encounter.user == 7 and encounter.day == 1 and encounter.peers_following == 0:
        return p.outburst
    return 0.5 * choice.chance + 0.5 * choice.luck * encounter.own.loneliness + spark(encounter.day, p.fuse)


def leaving(encounter: Any, choice: Any, p: Any) -> float:
    fresh = (1.0 if encounter.tie_age < 3 else 0.5) + spark(encounter.day, p.fuse)
    return min(1.0, fresh * choice.chance + 0.1 * (1.0 - encounter.own.bond) + 0.1 * choice.load * choice.mutual)


def opening(opening: Any, p: Any) -> float:
    chance = opening.chance * (0.5 + opening.own.loneliness) + spark(opening.day, p.fuse)
    return min(1.0, chance + 0.01 * opening.luck)


class Known(FactorSection):
    fuse: int = parameter(-1, about="Day on which the rule raises", unit="days", bounds=(-1, 1000))
    excess: float = parameter(0.0, about="What it gives too much on day 5", bounds=(0.0, 2.0))


def known(encounter: Any, p: Any) -> float:
    age = min(1.0, encounter.account_age / 30.0) * min(1.0, encounter.creator_age / 30.0)
    recent = 1.0 / (1.0 + encounter.unseen_days)
    excess = p.excess if encounter.day == 5 else spark(encounter.day, p.fuse)
    return age * (encounter.own.fame[0] + encounter.own.fame[1] + recent) / 3.0 + excess


RULES = [
    CONTAGION,
    LikeRule("warmth", liking, Moods()),
    UnfollowRule("parting", leaving, Fused()),
    WatchRule("boredom", opening, Fused()),
]
KNOWN = Factor("known", known, Known())
COMFORT = Factor("comfort", lambda met, p: met.own.loneliness * met.emotional_resonance)
TRUST = Factor("trust", lambda met, p: 0.2 + 0.6 * met.own.verified)
REASONS = [*FACTORS[:4], KNOWN, COMFORT, TRUST]
EVERYTHING: list[Any] = [*RULES, *COLUMNS]
"""With REASONS, what the loop is made of."""

"""What may happen in a world, however rarely, by name: so that tests can say that it did."""

from collections.abc import Callable
from typing import Any

import numpy as np

from simulation.creators.strategies import STRATEGIES
from simulation.events import Events
from simulation.ledger import FOLLOW, STRUCTURAL_CAUSES
from simulation.platform.ranking import FOLLOWING
from simulation.platform.trends import hottest
from simulation.posts import newest, to_be_seen
from simulation.state import NEVER, State
from tests.engines.histories import Recorded


class Watched(Recorded):
    """A model that notes what has happened, of all that :data:`HAPPENINGS` names."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.happened: set[str] = set()
        super().__init__(*arguments, **options)

    def _record(self) -> None:
        super()._record()
        factors = len(self.factors)
        self.happened |= {name for name, seen in HAPPENINGS.items() if seen(self.state, self.days[-1])}
        self.happened |= {
            cause for k, cause in enumerate(STRUCTURAL_CAUSES) if (self.days[-1].cause == factors + k).any()
        }


def watched(days: int, values: dict[str, object], **options: Any) -> Watched:
    """A model after some days."""
    model = Watched(values, **options)
    model.run_for(days)
    return model


def _away(s: State) -> Any:
    return s.creators.away_until > s.day


def _gone(s: State) -> Any:
    """Creators who have left the platform."""
    return s.users.left[s.creators.user] <= s.day


def _by_partner(s: State, of: Any) -> Any:
    """What is true of each creator's partner, false for those without one."""
    return (s.creators.partner >= 0) & of[s.creators.partner]


def _knows_audience(s: State) -> Any:
    return (s.minds.audience > 0.0).any(axis=1)


def _met_both_ways(s: State, events: Events) -> bool:
    """Two creators have followed each other on this day, neither in return."""
    fresh = (events.kind == FOLLOW) & (events.source >= 0)
    pairs = set(zip(s.users.creator[events.user[fresh]].tolist(), events.creator[fresh].tolist(), strict=True))
    return any((one, other) in pairs for other, one in pairs)


def _several_answers(s: State, events: Events) -> bool:
    """One creator has followed two others back on this day."""
    in_return = (events.kind == FOLLOW) & (events.source < 0)
    return bool((np.bincount(events.user[in_return], minlength=1) > 1).any())


def _liked_more_than_newest(s: State) -> Any:
    """Creators one of whose earlier posts, of those that live, has more likes than the newest."""
    likes = np.where(to_be_seen(s.posts, s.creators, s.day), s.posts.likes, 0).reshape(s.creators.user.size, -1)
    return likes[:, 1:].max(axis=1, initial=0) > likes[:, 0]


Happening = Callable[[State, Events], Any]


def _posted_by(strategy: int) -> Happening:
    return lambda s, _: (s.creators.posted & (s.minds.strategy == strategy)).any()


HAPPENINGS: dict[str, Happening] = {
    **{f"a post by strategy {name}": _posted_by(k) for k, name in enumerate(STRATEGIES)},
    "a strategy kept": lambda s, _: ((s.minds.kept >= 0) & (s.minds.kept == s.minds.strategy)).any(),
    "a kept strategy not taken up yet": lambda s, _: ((s.minds.kept >= 0) & (s.minds.kept != s.minds.strategy)).any(),
    "a trend chased where nothing trends": lambda s, _: (
        hottest(s.trends) < 0 and (s.creators.posted & (s.minds.trend_share > 0.0)).any()
    ),
    "a trend chased": lambda s, _: hottest(s.trends) >= 0 and (s.creators.posted & (s.minds.trend_share > 0.0)).any(),
    "analytics of nobody": lambda s, _: (
        s.creators.posted & (s.minds.audience_share > 0.0) & ~_knows_audience(s)
    ).any(),
    "analytics of somebody": lambda s, _: (
        s.creators.posted & (s.minds.audience_share > 0.0) & _knows_audience(s)
    ).any(),
    "a partner's post followed": lambda s, e: ((e.kind == FOLLOW) & (e.source == FOLLOWING)).any(),
    "a partner without a post": lambda s, _: _by_partner(s, ~s.creators.visible).any(),
    "a partner who has left": lambda s, _: _by_partner(s, _gone(s)).any(),
    "a collaborator without partner": lambda s, _: ((s.minds.collaborates > 0.0) & (s.creators.partner < 0)).any(),
    "a creator leaves a partner behind": lambda s, _: (
        (s.creators.partner >= 0) & (s.users.left[s.creators.user] == s.day)
    ).any(),
    "a hiatus": lambda s, _: (_away(s) & (s.creators.away_until < NEVER)).any(),
    "back from a hiatus": lambda s, _: ((s.creators.away_until > 0) & ~_away(s) & s.creators.posted).any(),
    "quitting": lambda s, _: ((s.creators.away_until == NEVER) & ~_gone(s)).any(),
    "a post of one on hiatus seen": lambda s, _: (_away(s) & (s.creators.views > 0)).any(),
    "a post of one who quit seen": lambda s, _: ((s.creators.away_until == NEVER) & (s.creators.views > 0)).any(),
    "an older post seen": lambda s, _: (~s.creators.posted & (s.creators.views > 0)).any(),
    "an earlier post liked more than the newest": lambda s, _: _liked_more_than_newest(s).any(),
    "a post in a higher pool": lambda s, _: (s.creators.stage > 0).any(),
    "one who has left is still followed": lambda s, _: ((s.creators.followers > 0) & _gone(s)).any(),
    "all followers were bought": lambda s, _: (
        (s.creators.bought > 0) & (s.creators.bought == s.creators.followers)
    ).any(),
    "a sponsored post waits": lambda s, _: (s.creators.sponsored > 0.0).any(),
    "an older post has its likes": lambda s, _: (
        ~s.creators.posted & (s.posts.applause[newest(s.posts, s.creators)] > 0.5)
    ).any(),
    "bought likes without views": lambda s, _: ((s.creators.bought_likes > 0) & (s.creators.views == 0)).any(),
    "purged": lambda s, _: (s.creators.purged_today > 0).any(),
    "a creator arrives": lambda s, _: (s.creators.joined == s.day).any(),
    "a creator is awaited": lambda s, _: (s.creators.joined > s.day).any(),
    "less effort than comes naturally": lambda s, _: s.minds.effort.min() < 1.0,
    "more effort than comes naturally": lambda s, _: s.minds.effort.max() > 1.0,
    "two creators follow each other on a day": _met_both_ways,
    "two follow-backs by one creator": _several_answers,
    "somebody over the attention limit": lambda s, _: (s.follows.rows.length > s.users.attention).any(),
}
"""Every happening: whether it can be seen in the state as a day ends, and in the day's events."""

"""Directions that must hold: what the model says about claims, measured in pairs of worlds and judged by intervals.

Each measure lives one or more worlds of one seed and returns numbers; a :class:`Direction` says which number, and
between which bounds it must lie. A direction holds where the whole interval of the mean over seeds lies within the
bounds. With ``FAMILY`` directions judged together, each interval has level 1 - 2 * .05 / FAMILY: the chance that any
direction is found to hold though it does not is at most 5% (Bonferroni).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simulation.interventions import Intervention
from simulation.model import FollowerModel

ERROR_RATE = 0.05
"""Chance that any of all directions is found to hold though it does not."""

Numbers = dict[str, float]
Measure = Callable[[int, int], Numbers]
"""``measure(seed, users)`` lives worlds of that seed and size and returns numbers by name."""


@dataclass(frozen=True)
class Direction:
    """One claim about the model.

    Attributes
    ----------
    name, claim
        A short name, and what is claimed, in a sentence.
    measure, number
        What is measured, and which of its numbers is meant.
    low, high
        Bounds between which the mean must lie.
    unit
        Of the number.
    seeds, users
        How many seeds, and how many users each, tell it apart from chance.
    """

    name: str
    claim: str
    measure: Measure
    number: str
    low: float
    high: float
    unit: str
    seeds: int
    users: int


@dataclass(frozen=True)
class Finding:
    """A direction as it was found: mean over seeds with its interval."""

    direction: Direction
    values: NDArray[np.float64]
    mean: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether the whole interval lies within the bounds."""
        return bool(self.direction.low <= self.low and self.high <= self.direction.high)

    @property
    def power(self) -> float:
        """Chance that as many other seeds find it to hold, were the mean and spread found here the true ones."""
        from scipy import stats

        n, reach = self.values.size, self.high - self.mean
        error = float(self.values.std(ddof=1)) / np.sqrt(n)
        below = stats.norm.cdf((self.direction.high - reach - self.mean) / error)
        return max(0.0, float(below - stats.norm.cdf((self.direction.low + reach - self.mean) / error)))


def judge(direction: Direction, values: Sequence[float]) -> Finding:
    """Mean of a direction's numbers, one a seed, with the interval by which it is judged."""
    from scipy import stats

    array = np.asarray(values, dtype=np.float64)
    level = 1.0 - ERROR_RATE / len(DIRECTIONS)
    reach = stats.t.ppf(level, array.size - 1) * array.std(ddof=1) / np.sqrt(array.size)
    return Finding(direction, array, float(array.mean()), float(array.mean() - reach), float(array.mean() + reach))


def find(direction: Direction, seeds: int | None = None, first: int = 0) -> Finding:
    """Live the worlds of a direction and judge it."""
    count = direction.seeds if seeds is None else seeds
    found = [direction.measure(seed, direction.users) for seed in range(first, first + count)]
    return judge(direction, [numbers[direction.number] for numbers in found])


def _world(seed: int, users: int, interventions: Sequence[Intervention] = (), **values: object) -> FollowerModel:
    given = {"population.users": users, **{name.replace("__", "."): value for name, value in values.items()}}
    return FollowerModel(given, seed=seed, threads=1, record="daily", interventions=interventions)


@cache
def moods(seed: int, users: int) -> Numbers:
    """A growing world: creators' mood early and late, and what surprises of like size do to it."""
    model = _world(seed, users)
    minds, creators, p = model.state.minds, model.state.creators, model.parameters.minds
    early, late, changes = Numbers(), Numbers(), {1.0: [], -1.0: []}  # type: ignore[var-annotated]
    for day in range(180):
        before = minds.mood.copy()
        model.step()
        error = (minds.reward - minds.expected_reward) / (1.0 - p.habituation.rate)
        for sign, found in changes.items():
            alike = creators.visible & (sign * error > 0.4) & (sign * error < 0.6)
            found.append(minds.mood[alike] - before[alike] * (1.0 - p.mood.fade))
        if day in {14, 179}:
            at = early if day == 14 else late
            at |= {"mood": float(minds.mood.mean()), "likes": float(np.log1p(creators.likes[creators.posted]).mean())}
    lifted, lowered = (float(np.concatenate(changes[sign]).mean()) for sign in (1.0, -1.0))
    return {
        "fall of mood": early["mood"] - late["mood"],
        "rise of likes": late["likes"] - early["likes"],
        "lift": lifted,
        "loss over lift": -lowered / lifted,
    }


@cache
def hidden_likes(seed: int, users: int) -> Numbers:
    """Like counts hidden from day 30 on, against shown: likes and obsession over the 60 days after."""
    base, changed = _world(seed, users), _world(seed, users, [Intervention(30, "hide_like_counts", True)])
    likes = []
    for model in (base, changed):
        model.run_for(30)
        likes.append(0)
        for _ in range(60):
            model.step()
            likes[-1] += model.totals.likes
    obsession = [float(model.state.minds.obsession.mean()) for model in (base, changed)]
    return {"likes": likes[1] / likes[0], "obsession less likes": obsession[1] / obsession[0] - likes[1] / likes[0]}


@cache
def limited_use(seed: int, users: int) -> Numbers:
    """Sessions capped at ten posts from day 30 on, against 60: viewers' mood on day 90, in standard deviations."""
    base, changed = _world(seed, users), _world(seed, users, [Intervention(30, "session_cap", 10)])
    for model in (base, changed):
        model.run_for(90)
    one, other = base.state.users, changed.state.users
    return {
        "well-being": float((other.mood.mean() - one.mood.mean()) / one.mood.std()),
        "fomo and use": float(np.corrcoef(one.fomo, one.use)[0, 1]),
    }


def _established(model: FollowerModel, share: float, seed: int) -> NDArray[np.int64]:
    """A random half of the creators whom at least a share of users follow and who are not away."""
    creators = model.state.creators
    known = creators.followers >= share * model.state.users.activity.size
    found = np.flatnonzero(known & (creators.away_until <= model.day))
    return np.sort(np.random.default_rng(seed).permutation(found)[: max(2, found.size // 2)])


def _relative(changed: FollowerModel, base: FollowerModel, who: NDArray[np.int64], size: NDArray[np.int64]) -> float:
    """Change of organic followers of some creators, in percent of what they had."""
    counts = [model.state.creators.followers - model.state.creators.bought for model in (changed, base)]
    return float(100.0 * (counts[0][who] - counts[1][who]).sum() / size[who].sum())


@cache
def chasing(seed: int, users: int, strategy: str = "chase_trends", weight: float = 1.0) -> Numbers:
    """Half of the established creators keep to a strategy from day 60 on, against keeping to the own voice."""
    start = _world(seed, users, factors__authenticity__weight=weight)
    start.run_for(60)
    who = _established(start, 0.01, seed)
    named = tuple(int(creator) for creator in who)
    worlds = [
        _world(seed, users, [Intervention(60, "keep_strategy", kept, named)], factors__authenticity__weight=weight)
        for kept in (strategy, "own_voice")
    ]
    baseline = start.state.minds.baseline[who]
    strong = who[baseline >= np.quantile(baseline, 2 / 3)]
    weak = who[baseline <= np.quantile(baseline, 1 / 3)]
    found = Numbers()
    for days in (14, 240):
        for model in worlds:
            model.run_for(60 + days - model.day)
        then = worlds[1].state.creators.followers
        for name, group in (("all", who), ("strong", strong), ("weak", weak)):
            found[f"{name}, {days} days"] = _relative(*worlds, group, then)  # type: ignore[misc]
    found["strong less weak"] = found["strong, 240 days"] - found["weak, 240 days"]
    return found


@cache
def sponsored(seed: int, users: int) -> Numbers:
    """One post of half of the established creators is sponsored on day 120: followers 20 days later."""
    base = _world(seed, users)
    base.run_for(120)
    size = base.state.creators.followers.copy()
    who = _established(base, 0.02, seed)
    large = who[size[who] >= np.median(size[who])]
    small = np.setdiff1d(who, large)
    base.run_for(20)
    found = Numbers()
    for share in (0.6, 1.0):
        post = Intervention(120, "sponsored_post", share, tuple(int(creator) for creator in who))
        changed = _world(seed, users, [post])
        changed.run_for(140)
        found[f"share {share:g}"] = _relative(changed, base, who, size)
        found[f"large less small, {share:g}"] = _relative(changed, base, large, size) - _relative(
            changed, base, small, size
        )
    found["whole less part"] = found["share 1"] - found["share 0.6"]
    return found


@cache
def bought(seed: int, users: int, crowd_weight: float = 0.4) -> Numbers:
    """Forty mid-sized creators buy followers on day 40, some are purged on day 100: organic followers."""
    weight = {"factors__peer_influence__crowd_weight": crowd_weight}
    base = _world(seed, users, **weight)
    base.run_for(40)
    creators = base.state.creators
    ranked = np.argsort(-creators.followers, kind="stable")
    middle = ranked[creators.user.size // 8 : creators.user.size // 2]
    named = tuple(int(j) for j in middle[creators.away_until[middle] <= 40][::2][:40])
    buy = Intervention(40, "bought_followers", int(0.3 * users), named)
    kept = _world(seed, users, [buy], **weight)
    purged = _world(seed, users, [buy, Intervention(100, "purge", 1.0, named)], **weight)
    who, found = np.array(named), Numbers()
    for day in (100, 220):
        for model in (base, kept, purged):
            model.run_for(day - model.day)
        then = base.state.creators.followers
        found[f"bought, day {day}"] = _relative(kept, base, who, then)
        found[f"purged, day {day}"] = _relative(purged, base, who, then)
    found["purge"] = found["purged, day 220"] - found["bought, day 220"]
    return found


def bought_without_crowd(seed: int, users: int) -> Numbers:
    """The same where the crowd weighs nothing in what peers do."""
    return bought(seed, users, 0.0)


_MOST = float("inf")
DIRECTIONS: tuple[Direction, ...] = ()

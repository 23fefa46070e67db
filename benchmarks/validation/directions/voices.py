"""Voices: metrics chased, and off-voice posts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.validation.directions import branches
from benchmarks.validation.directions.branches import SHARE, claim
from simulation.analysis.tables import FloatArray

# The authenticity paradox -------------------------------------------------------------------------------------------

CHASED_FROM = 60
SOON, LATER = 14, 120
KNOWN = 0.01
"""Share of users who follow an established creator."""


class Chase(NamedTuple):
    """Creators made to keep to a strategy, beside the same ones made to keep to their own voice."""

    voice: FloatArray  # (T,) authenticity to which each returns
    focus: FloatArray  # (T,) share of the main topic in their own voice
    validation: FloatArray  # (T,) how much each creates for likes and followers
    followers: NDArray[np.int64]  # (T,) as the strategies part
    own: NDArray[np.int64]  # (marks, T) followers with their own voice
    chasing: NDArray[np.int64]  # (marks, T) followers with the strategy
    own_authenticity: FloatArray  # (marks, T)
    authenticity: FloatArray  # (marks, T)

    def change(self, group: NDArray[np.bool_], mark: int) -> float:
        """What the strategy does to the followers of a group (T,), in %."""
        return branches.relative(self.chasing[mark][group], self.own[mark][group])


def chase(seed: int, setting: branches.Setting, strategy: str, marks: Sequence[int]) -> Chase:
    """Half of the established creators keep to a strategy, so many days (``marks``, rising), or to their own voice."""
    model = branches.begun(setting, seed, CHASED_FROM)
    creators, minds = model.state.creators, model.state.minds
    treated = branches.random_half(branches.established(model, KNOWN), seed)
    lived = []
    for kept in ("own_voice", strategy):
        world = branches.branch(model, [branches.act(model, "keep_strategy", kept, treated)])
        rows = []
        for mark in marks:
            now = branches.live_until(world, CHASED_FROM + mark).state.creators
            rows.append((now.followers[treated], now.authenticity[treated]))
        lived.append([np.array(column) for column in zip(*rows, strict=True)])
    (own, own_authenticity), (chasing, authenticity) = lived
    return Chase(
        voice=minds.baseline[treated],
        focus=(creators.topics[treated] ** 2).max(axis=1),
        validation=minds.motives[treated, 0],
        followers=creators.followers[treated],
        own=own,
        chasing=chasing,
        own_authenticity=own_authenticity,
        authenticity=authenticity,
    )


def highest_third(values: FloatArray) -> NDArray[np.bool_]:
    """Who is above two thirds of the others."""
    return np.asarray(values > np.quantile(values, 2 / 3))


def lowest_third(values: FloatArray) -> NDArray[np.bool_]:
    """Who is not above one third of the others."""
    return np.asarray(values <= np.quantile(values, 1 / 3))


def paradox(seed: int, setting: branches.Setting) -> dict[str, float]:
    """Half of the active creators whom {KNOWN:.0%} of the users follow keep to chasing trends from day {CHASED_FROM}
    on, and in the other world to their own voice. Strong voice: the third of them with the highest authenticity of
    their own.
    """
    found = chase(seed, setting, "chase_trends", (SOON, LATER))
    strong = highest_third(found.voice)
    return {"soon": found.change(strong, 0), "later": found.change(strong, 1)}


def pays_soon(seed: int, setting: branches.Setting) -> dict[str, float]:
    """The first of these numbers, from worlds that end there."""
    found = chase(seed, setting, "chase_trends", (SOON,))
    return {"soon": found.change(highest_third(found.voice), 0)}


# One off-voice post -----------------------------------------------------------------------------------------

WAVES = range(120, 240, 20)
WAVE_COUNT = len(WAVES)
"""Days on which half of the established creators publish one sponsored post; each time anew from the same base."""
AFTER = 14
ESTABLISHED = 0.02
"""Share of users who follow an established creator, enough for a thousandth of its followers to be counted."""
A_LITTLE, ORDINARY, WHOLLY = 0.3, 0.6, 1.0
"""Shares of a sponsored post that are about something else."""


class Sponsored(NamedTuple):
    """Creators with a sponsored post, over all waves."""

    size: FloatArray  # (T,) share of users who follow, before
    base: NDArray[np.int64]  # (T,) followers afterwards without it
    lost: dict[float, NDArray[np.int64]]  # (T,) how many more these are than with it, by the share that is sponsored

    def cost(self, share: float) -> float:
        """Followers lost, in % of all."""
        return float(100.0 * self.lost[share].sum() / self.base.sum())

    def rise_with_size(self, share: float) -> float:
        """Slope of the % lost on the logarithm (base 10) of the creator's size, by weighted least squares.

        Counts of followers vary with their number, so shares of them with its inverse, and weights are the sizes.
        """
        lost = 100.0 * self.lost[share] / self.base
        return float(np.polyfit(np.log10(self.size), lost, 1, w=np.sqrt(self.size))[0])


def sponsored(seed: int, setting: branches.Setting, shares: Sequence[float], after: int = AFTER) -> Sponsored:
    """One sponsored post of half of the established creators, in {WAVE_COUNT} waves, compared some days after."""
    model = branches.begun(setting, seed, WAVES.start)
    users = model.state.users.activity.size
    sizes, bases, lost = [], [], []
    for wave in WAVES:
        branches.live_until(model, wave)
        treated = branches.random_half(branches.established(model, ESTABLISHED), seed, wave)
        sizes.append(model.state.creators.followers[treated] / users)
        worlds = [branches.branch(model, [branches.act(model, "sponsored_post", share, treated)]) for share in shares]
        base = branches.live_until(model, wave + after).state.creators.followers[treated]
        bases.append(base)
        lost.append(
            [base - branches.live_until(world, wave + after).state.creators.followers[treated] for world in worlds]
        )
    columns = (np.concatenate(column) for column in zip(*lost, strict=True))
    return Sponsored(np.concatenate(sizes), np.concatenate(bases), dict(zip(shares, columns, strict=True)))


def off_voice(seed: int, setting: branches.Setting) -> dict[str, float]:
    """Half of the active creators whom {ESTABLISHED:.0%} of the users follow publish one sponsored post, in
    {WAVE_COUNT} waves; followers {AFTER} days later, beside the world without. Of an ordinary one {ORDINARY:.0%}
    is about something else, at most {WHOLLY:.0%}, at least {A_LITTLE:.0%}.
    """
    found = sponsored(seed, setting, (A_LITTLE, ORDINARY, WHOLLY))
    return {
        "cost": found.cost(ORDINARY),
        "larger_share": found.cost(WHOLLY) - found.cost(A_LITTLE),
        "larger_creator": found.rise_with_size(ORDINARY),
    }


def rise_with_size(seed: int, setting: branches.Setting) -> dict[str, float]:
    """The last of these numbers, from ordinary posts alone."""
    return {"larger_creator": sponsored(seed, setting, (ORDINARY,)).rise_with_size(ORDINARY)}


FIELD = ".19% a sponsored post, more for large creators: Cheng and Zhang 2025"
PARADOX = branches.Direction(
    "chasing metrics raises followers early and costs them later",
    "metrics chased",
    paradox,
    (
        claim("soon", f"After {SOON} days strong voices have more followers for it", SHARE, 0.0),
        claim("later", f"After {LATER} days they have fewer", SHARE, high=0.0),
    ),
    users=2000,
    seeds=56,
    alone={"soon": pays_soon},
)
OFF_VOICE = branches.Direction(
    "an off-voice post costs an established creator a little",
    "sponsored post",
    off_voice,
    (
        claim("cost", "An ordinary one costs 0 to 1%", SHARE, 0.0, 1.0, source=FIELD, given=0.19),
        claim("larger_share", "More of it costs more", "% of followers, most less least", 0.0),
        claim(
            "larger_creator",
            "An ordinary one costs larger creators more",
            "% of followers for ten times the size",
            0.0,
            source=FIELD,
        ),
    ),
    users=2000,
    seeds=24,
    alone={"larger_creator": rise_with_size},
)

"""Bought followers: a help where the crowd weighs, and a burden once the platform has removed them."""

from __future__ import annotations

import numpy as np

from benchmarks.validation.directions import branches
from benchmarks.validation.directions.branches import SHARE, claim
from simulation.model import FollowerModel

BOUGHT_ON = 40
BOUGHT = 0.3
"""Followers bought by each, as a share of the users."""
PURGED_AFTER, SEEN_AFTER, LONG_AFTER = 60, 120, 180
"""Days from buying to the purge, to a first look, and to a last one."""


def midsized(model: FollowerModel) -> branches.Creators:
    """Every second of the active creators who rank in the second eighth by followers."""
    order = np.argsort(-model.state.creators.followers, kind="stable")
    eighth = order.size // 8
    ranked = order[eighth : 2 * eighth]
    return np.sort(ranked[branches.active(model)[ranked]][::2])


def _buy(model: FollowerModel, who: branches.Creators) -> FollowerModel:
    count = round(BOUGHT * model.state.users.activity.size)
    return branches.branch(model, [branches.act(model, "bought_followers", count, who)])


def bought(seed: int, setting: branches.Setting) -> dict[str, float]:
    """On day {BOUGHT_ON} every second active creator who ranks in the second eighth buys as many followers as
    {BOUGHT:.0%} of the users; in a third world the platform removes them {PURGED_AFTER} days later. Counted are
    followers who are somebody.
    """
    found = where_the_crowd_weighs(seed, setting)
    return {"helps": found.pop("helps"), **where_the_crowd_is_mute(seed, setting), **found}


def where_the_crowd_weighs(seed: int, setting: branches.Setting) -> dict[str, float]:
    """All but what they do where the crowd is mute."""
    base = branches.begun(setting, seed, BOUGHT_ON)
    who = midsized(base)
    buys = _buy(base, who)
    for world in (base, buys):
        branches.live_until(world, BOUGHT_ON + PURGED_AFTER)
    helps = branches.relative(branches.real_followers(buys, who), branches.real_followers(base, who))
    purged = branches.branch(buys, [branches.act(buys, "purge", 1.0, who)])
    for world in (base, buys, purged):
        branches.live_until(world, BOUGHT_ON + SEEN_AFTER)
    purge = branches.relative(branches.real_followers(purged, who), branches.real_followers(buys, who))
    for world in (base, purged):
        branches.live_until(world, BOUGHT_ON + LONG_AFTER)
    in_the_end = branches.relative(branches.real_followers(purged, who), branches.real_followers(base, who))
    return {"helps": helps, "purge": purge, "in_the_end": in_the_end}


def where_the_crowd_is_mute(seed: int, setting: branches.Setting) -> dict[str, float]:
    """What they do there."""
    base = branches.begun({**setting, "factors.peer_influence.crowd_weight": 0.0}, seed, BOUGHT_ON)
    who = midsized(base)
    buys = _buy(base, who)
    for world in (base, buys):
        branches.live_until(world, BOUGHT_ON + PURGED_AFTER)
    return {"mute": branches.relative(branches.real_followers(buys, who), branches.real_followers(base, who))}


NOTHING = "nothing: within a fifth of what it brings where the crowd weighs"
BOUGHT_FOLLOWERS = branches.Direction(
    "bought followers help where the crowd weighs, and hurt after the purge",
    "followers bought",
    bought,
    (
        claim("helps", f"After {PURGED_AFTER} days they have more real followers", SHARE, 0.0),
        claim("mute", "It does nothing where the crowd has no weight", SHARE, -5.0, 5.0, source=NOTHING),
        claim("purge", f"{SEEN_AFTER - PURGED_AFTER} days after, the purge has cost real followers", SHARE, high=0.0),
        claim(
            "in_the_end",
            f"{LONG_AFTER - PURGED_AFTER} days after it, fewer are left than without ever buying",
            SHARE,
            high=0.0,
        ),
    ),
    users=2000,
    seeds=20,
    alone={"mute": where_the_crowd_is_mute, "in_the_end": where_the_crowd_weighs},
)

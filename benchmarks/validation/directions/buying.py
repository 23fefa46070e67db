"""Bought followers: a help where the crowd weighs, and a burden once the platform has removed them."""

from __future__ import annotations

import numpy as np

from benchmarks.validation.directions.branches import (
    INF,
    SHARE,
    Creators,
    Direction,
    Setting,
    act,
    active,
    begun,
    branch,
    claim,
    live_until,
    real_followers,
    relative,
)
from simulation.model import FollowerModel

BOUGHT_ON = 40
BOUGHT = 0.3
"""Followers bought by each, as a share of the users."""
PURGED_AFTER, SEEN_AFTER, LONG_AFTER = 60, 120, 180
"""Days from buying to the purge, to a first look, and to a last one."""


def midsized(model: FollowerModel) -> Creators:
    """Every second of the active creators who rank in the second eighth by followers."""
    order = np.argsort(-model.state.creators.followers, kind="stable")
    eighth = order.size // 8
    ranked = order[eighth : 2 * eighth]
    return np.sort(ranked[active(model)[ranked]][::2])


def _buy(model: FollowerModel, who: Creators) -> FollowerModel:
    count = round(BOUGHT * model.state.users.activity.size)
    return branch(model, [act(model, "bought_followers", count, who)])


def bought(seed: int, setting: Setting) -> dict[str, float]:
    """Real followers of midsized creators who bought others, with and without a purge; and where the crowd is mute."""
    base = begun(setting, seed, BOUGHT_ON)
    who = midsized(base)
    buys = _buy(base, who)
    for world in (base, buys):
        live_until(world, BOUGHT_ON + PURGED_AFTER)
    helps = relative(real_followers(buys, who), real_followers(base, who))
    purged = branch(buys, [act(buys, "purge", 1.0, who)])
    for world in (base, buys, purged):
        live_until(world, BOUGHT_ON + SEEN_AFTER)
    purge = relative(real_followers(purged, who), real_followers(buys, who))
    for world in (base, purged):
        live_until(world, BOUGHT_ON + LONG_AFTER)
    return {
        "helps": helps,
        "mute": _where_the_crowd_is_mute(seed, setting),
        "purge": purge,
        "in_the_end": relative(real_followers(purged, who), real_followers(base, who)),
    }


def _where_the_crowd_is_mute(seed: int, setting: Setting) -> float:
    base = begun({**setting, "factors.peer_influence.crowd_weight": 0.0}, seed, BOUGHT_ON)
    who = midsized(base)
    buys = _buy(base, who)
    for world in (base, buys):
        live_until(world, BOUGHT_ON + PURGED_AFTER)
    return relative(real_followers(buys, who), real_followers(base, who))


NOTHING = "nothing: within a fifth of what it brings where the crowd weighs"
BOUGHT_FOLLOWERS = Direction(
    "bought followers help where the crowd weighs, and hurt after the purge",
    "followers bought",
    f"On day {BOUGHT_ON} every second active creator who ranks in the second eighth buys as many followers as "
    f"{BOUGHT:.0%} of the users; in a third world the platform removes them {PURGED_AFTER} days later. Counted are "
    "followers who are somebody.",
    bought,
    (
        claim("helps", f"After {PURGED_AFTER} days they have more real followers", SHARE, 0.0),
        claim("mute", "It does nothing where the crowd has no weight", SHARE, -5.0, 5.0, source=NOTHING),
        claim("purge", f"{SEEN_AFTER - PURGED_AFTER} days after, the purge has cost real followers", SHARE, -INF, 0.0),
        claim(
            "in_the_end",
            f"{LONG_AFTER - PURGED_AFTER} days after it, fewer are left than without ever buying",
            SHARE,
            -INF,
            0.0,
        ),
    ),
    users=2000,
    seeds=20,
)

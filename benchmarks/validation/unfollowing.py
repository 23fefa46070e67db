"""Unfollowing: how often ties are dropped, by their age and by what holds them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.sparse import csr_array

from benchmarks.validation.field import FULL, QUICK, measured, world
from benchmarks.validation.figures import panels
from benchmarks.validation.safer_ties import hazard_ratio
from benchmarks.validation.target import Band, Effort, Evidence, Target
from simulation.analysis.churn import TieSpells, hazard_by_age, new_to_old_hazard, tie_spells, unfollow_hazard
from simulation.plots.style import BLUE, GREY, PALE, VERMILLION, plain_log_ticks, styled
from simulation.state import State

AGE_EDGES = (1, 4, 8, 15, 31, 61, 121, 241)
KWAK, KIVRAN = "Kwak, Chun and Moon, CHI 2011", "Kivran-Swaine, Govindan and Naaman, CHI 2011"
QUERCIA = "Quercia, Bodaghi and Crowcroft, WebSci 2012"
ALL = f"{KWAK}; {KIVRAN}; {QUERCIA}"
KINDS = ("mutual", "embedded", "similar")


WHY_SHARED = (
    "peers' follows raise the appeal of a creator, but where popularity decides what is shown, what peers share are "
    "mostly stars, whom they leave as readily as others do (a reading that was not tested)"
)


def _measure(effort: Effort) -> Evidence:
    """Worlds of the preset `short_video`. Unfollows per tie-day, by age of the tie. Ties that stood halfway through
    the run are then watched to its end: those that are returned (among creators, who alone can be followed back),
    those that peers of the user share, and those of more than median similarity of interests and topics, each
    against the other followers of the same creator, for creators who are seen more are reconsidered more. Of
    these, and of age, the sources have the sign.
    """
    size = QUICK if effort.quick else FULL
    rows, ages = [], []
    for seed in range(size.seeds):
        model = world(size, seed, record="events")
        model.run_for(size.days // 2)
        ties = _ties(model.state)
        model.run_for(size.days - size.days // 2)
        result = model.result()
        spells = tie_spells(result.events, result.follows, result.days)
        ages.append(hazard_by_age(spells, AGE_EDGES).assign(seed=seed))
        watched = _watched(ties, spells, size.days // 2, size.creators)
        rows.append((seed, unfollow_hazard(result.daily), new_to_old_hazard(spells), *_ratios(watched)))
    table = pd.DataFrame(rows, columns=["seed", "hazard", "new", *KINDS, *(f"{kind}, raw" for kind in KINDS)])
    bands = {
        "hazard": Band("unfollow hazard", low=0.0013, high=0.0026, unit="per tie-day", source=ALL),
        "new": Band("hazard in the first 30 days over later", low=1.0, source=KWAK),
        "mutual": Band("hazard of mutual ties over others, among creators", high=1.0, source=f"{KWAK}; {KIVRAN}"),
        "embedded": Band(
            "hazard of ties that peers share over others", high=1.0, source=f"{KIVRAN}; {QUERCIA}", missed=WHY_SHARED
        ),
        "similar": Band("hazard of ties of similar interests over others", high=1.0, source=QUERCIA),
    }
    raw = ", ".join(f"{table[f'{kind}, raw'].mean():.2f} for {kind} ties" for kind in KINDS)
    notes = (f"Without comparing followers of the same creator only, the ratios of hazards are {raw}.",)
    return Evidence(measured(table, bands), {"seeds": table, "ages": pd.concat(ages, ignore_index=True)}, notes)


def _ties(state: State) -> pd.DataFrame:
    """Every tie as it stands: user, creator, whether the user creates, and whether it is of each kind."""
    rows, users, creators = state.follows.rows, state.users, state.creators
    user, entries = state.follows.entries()
    count, many = rows.length.size, creators.user.size
    creator = rows.creator[entries].astype(np.int64)
    held = csr_array((np.ones(user.size, np.int32), (user, creator)), shape=(count, many))
    friends = csr_array(
        (np.ones(state.peers.peer.size, np.int32), state.peers.peer, state.peers.start), shape=(count, count)
    )
    shared = np.asarray((friends @ held).tocsr()[user, creator]).ravel()
    own = users.creator[user]
    returned = np.zeros(user.size, dtype=bool)
    back = own >= 0
    returned[back] = np.asarray(held[creators.user[creator[back]], own[back]]).ravel() > 0
    alike = (users.interests[user] * creators.topics[creator]).sum(axis=1)
    table = pd.DataFrame({"user": user, "creator": creator, "creates": back})
    return table.assign(mutual=returned, embedded=shared > 0, similar=alike > np.median(alike))


def _watched(ties: pd.DataFrame, spells: TieSpells, day: int, creators: int) -> pd.DataFrame:
    """Ties of a day with how long they were watched from then on, and whether they were dropped."""
    alive = (spells.start < day) & (spells.end >= day)
    later = pd.DataFrame({"user": spells.user[alive], "creator": spells.creator[alive]})
    later = later.assign(duration=spells.end[alive] - (day - 1), dropped=spells.unfollowed[alive])
    return ties.merge(later, on=["user", "creator"], validate="one_to_one")


def _ratios(watched: pd.DataFrame) -> list[float]:
    """Of each kind, among followers of the same creator; then of each kind, among all."""
    among = {"mutual": watched[watched["creates"]], "embedded": watched, "similar": watched}
    parts = [(part[kind], part["duration"], part["dropped"], part["creator"]) for kind, part in among.items()]
    return [*(hazard_ratio(*part) for part in parts), *(hazard_ratio(*part[:3]) for part in parts)]


@styled
def _figure(evidence: Evidence) -> Figure:
    figure, (left, right) = panels(evidence, 2)
    left.axhspan(0.0013, 0.0026, color=PALE, alpha=0.5, lw=0)
    left.text(0.02, 0.00134, "reported, all ages together", color=GREY, fontsize=6.5, ha="left", va="bottom",
              transform=left.get_yaxis_transform())  # fmt: skip
    for _, part in evidence.tables["ages"].groupby("seed"):
        part = part[part["unfollows"] > 0]
        left.plot((part["age_low"] + part["age_high"]) / 2, part["hazard"], "o-", ms=2.5, mew=0, lw=0.7, color=BLUE)
    left.set(xscale="log", ylim=(0, None), xlabel="age of the tie, days", ylabel="unfollows per tie-day")
    plain_log_ticks(left.xaxis)
    right.axvline(1.0, color=GREY, lw=0.6)
    for row, band in enumerate(evidence.bands[2:]):
        colour = BLUE if band.met else VERMILLION
        right.plot([band.found.low, band.found.high], [row, row], color=colour)
        right.plot(band.found.estimate, row, "o", ms=4, mew=0, color=colour)
    right.set_yticks(range(3), ["mutual", "shared\nby peers", "similar\ninterests"])
    right.set_ylim(2.5, -0.5)
    right.set_xlim(0, None)
    right.set_xlabel("hazard over that of other ties")
    return figure


UNFOLLOWING = Target(
    name="unfollowing",
    title="Unfollowing by age and kind of tie",
    kind="field",
    source=ALL,
    measure=_measure,
    figure=_figure,
)

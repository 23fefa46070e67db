"""Music Labs in the model: sets of songs, each met by people in several worlds, and by people who choose alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from benchmarks.validation.music_lab_data import merit
from simulation.analysis.market import unpredictability, world_gini
from simulation.model import FollowerModel
from simulation.presets import PRESETS, preset

Counts = NDArray[np.float64]


USERS, SONGS, A_DAY = "population.users", "population.creators", "population.arrivals_per_day"
POPULAR, RANDOM = "feed.mix.popular", "feed.mix.random"
WORLDS = 8
"""Worlds of an experiment that show counts."""
HALVES = 2
"""The independent world has twice the people of another: two of that size, which differ as people do."""
ALONE_FROM = 100
"""Number of the first half of the independent world; worlds with a signal are numbered from 0."""

Values = Mapping[str, object]


def with_signal(values: Values, share: float) -> dict[str, object]:
    """The lab where this share of what is listened to goes by counts, and the rest by chance."""
    return {**values, POPULAR: share, RANDOM: 1.0 - share}


def world(values: Values, songs: int, number: int) -> Counts:
    """How often each song is taken in a world, (songs,).

    Parameters
    ----------
    values
        Differences from the preset ``music_lab``.
    songs
        Number of the set of songs: the same songs for the same number.
    number
        Of the world: who listens to what and takes it is drawn on its own.
    """
    model = FollowerModel(
        {**PRESETS["music_lab"].values, **values}, seed=songs, luck=1000 * songs + number, threads=1, record="daily"
    )
    people = int(model.parameters[USERS]) - int(model.parameters["population.present_at_start"])
    model.run_for(-(-people // int(model.parameters[A_DAY])))
    return model.state.creators.followers.astype(np.float64)


def social(values: Values, songs: int, worlds: int = WORLDS) -> Counts:
    """Worlds in which people see counts, (worlds, songs)."""
    return np.array([world(values, songs, number) for number in range(worlds)])


def alone(values: Values, songs: int) -> Counts:
    """The halves of the world in which everybody chooses alone, (2, songs).

    Nobody there matters to anybody, so all may come on one day.
    """
    people = {**PRESETS["music_lab"].values, **values}
    on_one_day = {**with_signal(values, 0.0), A_DAY: people[USERS]}
    return np.array([world(on_one_day, songs, ALONE_FROM + half) for half in range(HALVES)])


def outcomes_alone(halves: Counts, people: int) -> dict[str, float]:
    """What choosing alone comes to, from (2, songs)."""
    return {
        "inequality": float(world_gini([halves.sum(axis=0)])[0]),
        "unpredictability": 1000 * unpredictability(halves),
        "choices": float(halves.sum()) / (len(halves) * people),
    }


def outcomes(worlds: Counts, halves: Counts, people: int) -> dict[str, float]:
    """What choosing by counts comes to, from (worlds, songs), beside those who choose alone, (2, songs)."""
    return {
        "inequality": float(world_gini(worlds).mean()),
        "unpredictability": 1000 * unpredictability(worlds),
        "merit": merit(worlds, halves.sum(axis=0)),
        "choices": float(worlds.sum()) / (len(worlds) * people),
    }


def listened(values: Values, worlds: Counts) -> float:
    """How many times as often the most popular song is listened to as one of middle rank, as worlds end.

    Counts, their order and chance decide what is drawn, and a session has as many distinct songs as slots: with p the
    chance of a draw, a song is among them with about 1 - exp(-p t), where t makes their number that of the slots.
    """
    known = preset("music_lab").with_values(values)
    feed, slots, share = known.feed, known.session.slots, known.feed.mix.popular
    ratios = []
    for counts in worlds:
        momentum = np.sort(counts)[::-1] + feed.prior
        place = np.arange(1.0, counts.size + 1.0) ** -feed.position_bias
        by_counts = place * momentum**feed.popularity_bias
        chance = share * by_counts / by_counts.sum() + (1.0 - share) / counts.size
        draws = brentq(lambda t, chance=chance: (1.0 - np.exp(-chance * t)).sum() - slots, 0.1, 1e5)
        heard = 1.0 - np.exp(-chance * draws)
        ratios.append(heard[0] / heard[counts.size // 2 - 1 : counts.size // 2 + 1].mean())
    return float(np.mean(ratios))

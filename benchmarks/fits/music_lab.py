"""How the presets ``music_lab`` and ``music_lab_strong`` were fitted: ``python -m benchmarks.fits.music_lab``.

The first experiment alone fits four numbers to four. From its independent world come how sharply people choose and what
a song must be worth to them: such that inequality and choices a head are those of the experiment. From its worlds with
counts come how much of what is listened to goes by counts, and how that falls with a song's place: such that inequality
and unpredictability are. The second experiment changes one number, the share that goes by counts, and this is found by
its inequality; its unpredictability and its rank correlation are predictions. Every trial simulates the same songs with
the same random draws. It takes about ten minutes on one core.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.validation.music_lab_data import CHOICES_ALONE, PUBLISHED
from benchmarks.validation.music_lab_mechanisms import MECHANISMS, Mechanism, by_place
from benchmarks.validation.music_lab_worlds import alone, outcomes, outcomes_alone, social, with_signal
from simulation.analysis import world_gini
from simulation.presets import PRESETS

Floats = NDArray[np.float64]

PEOPLE = 700
SHARPNESS, THRESHOLD, PLACE = "decision.follow_sharpness", "decision.follow_threshold", "feed.position_bias"
FIRST_SET = 10_000
"""Songs of the fit are others than those of the validation."""
SETS_ALONE, SETS, WORLDS = 200, 16, 3
"""Sets of songs for worlds without counts and with them, and worlds of each with counts; means need no eight."""
RIVAL_SETS, RIVAL_WORLDS = 8, 2
"""The same for other mechanisms."""
APART = 0.15
"""Strengths tried are the one in use, less and more by this share."""
ROUNDS = 2
"""Steps after the slopes are known; what is left is printed."""


def newton(
    lived: Callable[[Floats], Floats], start: Sequence[float], reach: Sequence[float], wanted: Sequence[float]
) -> Floats:
    """Values at which outcomes are those wanted: slopes from one trial beside the start for each value, then steps.

    Parameters
    ----------
    lived
        Outcomes at values, (n,) -> (n,).
    start, reach
        Where to begin, and how far beside it slopes are taken.
    wanted
        Outcomes to come to.
    """
    at, aim = np.array(start, dtype=np.float64), np.array(wanted, dtype=np.float64)
    here = lived(at)
    moved = [np.where(np.arange(at.size) == one, reach, 0.0) for one in range(at.size)]
    slopes = np.stack([(lived(at + move) - here) / move.sum() for move in moved], axis=1)
    for _ in range(ROUNDS):
        at = at + np.linalg.solve(slopes, aim - here)
        here = lived(at)
    return at + np.linalg.solve(slopes, aim - here)


def without_counts(values: Mapping[str, object]) -> dict[str, float]:
    """Means over sets of songs of what choosing alone comes to."""
    return _means([outcomes_alone(alone(values, songs), PEOPLE) for songs in _sets(SETS_ALONE)])


def with_counts(values: Mapping[str, object]) -> dict[str, float]:
    """Means over sets of songs of what choosing by counts comes to."""
    return _means([outcomes(social(values, songs, WORLDS), alone(values, songs), PEOPLE) for songs in _sets(SETS)])


def _sets(count: int) -> range:
    return range(FIRST_SET, FIRST_SET + count)


def _means(rows: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def _told(values: Mapping[str, object], found: Mapping[str, float]) -> None:
    numbers = [", ".join(f"{name} {value:.4g}" for name, value in part.items()) for part in (values, found)]
    print(" -> ".join(numbers), flush=True)


def choosers() -> dict[str, float]:
    """How people choose alone, from the independent world of the first experiment."""

    def lived(at: Floats) -> Floats:
        values = {SHARPNESS: float(at[0]), THRESHOLD: float(at[1])}
        found = without_counts(values)
        _told(values, found)
        return np.array([found["inequality"], found["choices"]])

    start = [float(PRESETS["music_lab"].values[name]) for name in (SHARPNESS, THRESHOLD)]
    found = newton(lived, start, (0.3, 0.1), (PUBLISHED[1].inequality_alone, CHOICES_ALONE[1]))
    return {SHARPNESS: round(float(found[0]), 2), THRESHOLD: round(float(found[1]), 2)}


def signal(people: Mapping[str, float]) -> tuple[float, float]:
    """Share of listening that goes by counts, and how it falls with place, from the first experiment's other worlds."""

    def lived(at: Floats) -> Floats:
        values = {PLACE: float(at[1]), **with_signal({}, float(at[0]))}
        found = with_counts({**people, **values})
        _told(values, found)
        return np.array([found["inequality"], found["unpredictability"]])

    found = newton(lived, (0.12, 1.4), (0.04, 0.4), (PUBLISHED[1].inequality, PUBLISHED[1].unpredictability))
    return round(float(found[0]), 3), round(float(found[1]), 1)


def prominence(people: Mapping[str, float], place: float) -> float:
    """Share of listening that goes by counts in the second experiment, by its inequality alone."""

    def lived(at: Floats) -> Floats:
        values = {PLACE: place, **with_signal({}, float(at[0]))}
        found = with_counts({**people, **values})
        _told(values, found)
        return np.array([found["inequality"]])

    return round(float(newton(lived, (0.46,), (0.08,), (PUBLISHED[2].inequality,))[0]), 2)


def rival(mechanism: Mechanism, experiment: int) -> float:
    """How strong a mechanism must be for the inequality of an experiment, on the line through two strengths."""
    tried = [mechanism.strengths[experiment] * (1.0 + move) for move in (-APART, APART)]
    found = []
    for strength in tried:
        worlds = [social(mechanism.values(strength), songs, RIVAL_WORLDS) for songs in _sets(RIVAL_SETS)]
        found.append(float(np.mean([world_gini(taken) for taken in worlds])))
    wanted = PUBLISHED[experiment].inequality
    return tried[0] + (wanted - found[0]) * (tried[1] - tried[0]) / (found[1] - found[0])


def rivals() -> None:
    """Find the strength of every other mechanism for both experiments, and print it."""
    for mechanism in MECHANISMS:
        if mechanism.values is not by_place:
            strengths = {experiment: rival(mechanism, experiment) for experiment in PUBLISHED}
            print(f"{mechanism.name}: {strengths}", flush=True)


def main() -> None:
    """Fit, and print every trial and what came of it."""
    people = choosers()
    share, place = signal(people)
    strong = prominence(people, place)
    print(f"music_lab: {people}, {PLACE} {place}, share by counts {share}; music_lab_strong: {strong}")


if __name__ == "__main__":
    if sys.argv[1:] == ["rivals"]:
        rivals()
    else:
        main()

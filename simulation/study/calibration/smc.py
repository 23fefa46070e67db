"""Approximate Bayesian computation by sequential Monte Carlo: pyABC, with candidates that are numbered.

Rounds of particles come nearer and nearer to what was observed (Toni et al., J. R. Soc. Interface 2009; pyABC: Schaelte
et al., J. Open Source Softw. 2022). pyABC's own parallel samplers seed every process from the operating system, so that
no run can be repeated. The sampler here gives every candidate a number and a seed of its own made from it, and accepts
in the order of numbers: one seed, one posterior, whatever the number of workers.
"""

import itertools
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyabc
from pyabc.sampler import Sampler

from simulation.errors import FollowerDynamicsError
from simulation.study.calibration.problem import Floats, Problem, Simulated
from simulation.study.calibration.remembered import Remembered
from simulation.study.run.work import in_order

HOPELESS = 20
"""Simulations that may fail, the first ones in a row, until the fault is taken to be everybody's."""
MOST_ROUNDS = 30
ENOUGH = 0.5
"""Share of a round's particles with which a round that was cut short is still as good as whole."""


class Limits(NamedTuple):
    """When to stop."""

    budget: int
    """Simulations in all."""
    minutes: float | None
    """Time in all; what comes out then depends on the machine."""
    tolerance: float
    """Root mean square distance, in scales, below which coming nearer would be fitting noise."""


@dataclass
class Rounds:
    """What the rounds gave."""

    simulations: list[dict[str, Any]] = field(default_factory=list)
    """One entry per simulation: round, number, shares, measured, disturbed (measured with an error of observation, less
    what was observed, in scales), distance, accepted, weight, failure."""
    rounds: list[dict[str, Any]] = field(default_factory=list)
    """One entry per round: round, farthest (largest distance accepted), simulations, accepted, usable."""
    stopped: str = ""
    """Why there was no further round, in words."""

    def last(self) -> list[dict[str, Any]]:
        """Accepted simulations of the last round that has enough of them."""
        usable = [entry["round"] for entry in self.rounds if entry["usable"]]
        return [entry for entry in self.simulations if entry["accepted"] and entry["round"] == usable[-1]]


def sample(
    problem: Problem,
    particles: int,
    limits: Limits,
    seed: int,
    executor: Executor | None,
    remembered: Remembered,
    count: Callable[[bool], None] = lambda failed: None,
) -> Rounds:
    """Sample the posterior of a problem; ``count`` is called after every simulation with whether it failed.

    Every candidate's observations are simulated with an error of their own, normal with their scales: what is
    approximated is the posterior given observations that are known so well and no better (Wilkinson, Stat. Appl. Genet.
    Mol. Biol. 2013).

    Raises
    ------
    FollowerDynamicsError
        If everything fails, says why.
    """
    found = Rounds()
    sampler = _Numbered(seed, limits, executor, remembered, found, count)
    keys = [_key(place) for place in range(len(problem.names))]
    with _left_as_found():
        smc = pyabc.ABCSMC(
            pyabc.FunctionModel(partial(_disturbed, problem), "simulation"),
            pyabc.Distribution({key: pyabc.RV("uniform", 0.0, 1.0) for key in keys}),
            pyabc.FunctionDistance(_distance),
            population_size=particles,
            eps=_Halving(limits.tolerance),
            sampler=sampler,
        )
        history = smc.new("sqlite://")  # in memory: what is worth keeping is kept in `found`
        history.stores_sum_stats = False
        smc.run(minimum_epsilon=limits.tolerance, max_nr_populations=MOST_ROUNDS)
    if not any(entry["usable"] for entry in found.rounds):
        raise FollowerDynamicsError(
            f"the calibration ended in its first round, after {len(found.simulations)} simulations ({found.stopped}): "
            "allow more of them, or more time"
        )
    found.stopped = found.stopped or "the simulations are as near to what was observed as that is known"
    return found


def _key(place: int) -> str:
    """Name of a parameter for pyABC, in order also where it sorts them."""
    return f"p{place:03d}"


def _distance(simulated: dict[str, Any], observed: dict[str, Any]) -> float:
    """Root mean square of the deviations, in scales; of a failed simulation infinite, and so never accepted."""
    distance = float(np.sqrt(np.mean(np.square(simulated["disturbed"]))))
    return distance if np.isfinite(distance) else np.inf


_ALONE = threading.Lock()
"""PyABC draws from NumPy's global generator: one candidate at a time in a process, whatever its threads."""
_known: Simulated | None = None
"""What the simulation that comes next in this process gave, where that is remembered."""


def _disturbed(problem: Problem, parameter: Any) -> dict[str, Any]:
    """The simulator as pyABC calls it: shares in, deviations from what was observed out, with an error of their own."""
    shares = np.array([parameter[_key(place)] for place in range(len(problem.names))])
    seed = int(np.random.randint(2**63 - 1))
    error = np.random.standard_normal(len(problem.labels))
    measured, failure = problem.simulate(shares, seed) if _known is None else _known
    if failure:
        measured = np.full_like(measured, np.nan)
    disturbed = problem.deviations(measured) + error
    return {"shares": shares, "measured": measured, "disturbed": disturbed, "failure": failure}


class _Halving(pyabc.QuantileEpsilon):  # type: ignore[misc]  # pyABC carries no types
    """Whatever can be simulated in the first round; then the nearer half of the round before, down to a tolerance."""

    def __init__(self, tolerance: float) -> None:
        super().__init__(initial_epsilon=sys.float_info.max, alpha=0.5)
        self.tolerance = tolerance

    def __call__(self, t: int) -> float:
        return max(self.tolerance, float(super().__call__(t)))


class _Numbered(Sampler):  # type: ignore[misc]
    """Draws candidates 0, 1, 2, ... of a round, each with a seed of its own, and accepts in that order."""

    def __init__(
        self,
        seed: int,
        limits: Limits,
        executor: Executor | None,
        remembered: Remembered,
        found: Rounds,
        count: Callable[[bool], None],
    ) -> None:
        super().__init__()
        self._seed, self._limits, self._executor, self._remembered = seed, limits, executor, remembered
        self._found, self._count = found, count
        self._until = np.inf if limits.minutes is None else time.monotonic() + 60.0 * limits.minutes

    def sample_until_n_accepted(self, n: int, simulate_one: Any, t: int, **_: Any) -> Any:
        """Simulate until ``n`` are accepted, or a limit is met: the sample is then not ``ok``, and pyABC stops."""
        kept = self._create_empty_sample()
        before = len(self._found.simulations)
        tasks = ((number, self._remembered.get(t, number)) for number in itertools.count())
        particles = in_order(partial(_candidate, simulate_one, self._seed, t), tasks, self._executor)
        for particle in particles:
            kept.append(particle)
            self._log(t, len(self._found.simulations) - before, particle)
            if kept.n_accepted == n:
                break
            if stopped := self._stop():
                self._found.stopped, kept.ok = stopped, False
                break
        particles.close()
        done = self._found.simulations[before:]
        self.nr_evaluations_ = len(done)
        self._found.rounds.append(
            {
                "round": t,
                "farthest": max((entry["distance"] for entry in done if entry["accepted"]), default=np.nan),
                "simulations": self.nr_evaluations_,
                "accepted": kept.n_accepted,
                "usable": kept.n_accepted >= ENOUGH * n,
            }
        )
        return kept

    def _log(self, t: int, number: int, particle: Any) -> None:
        failure = str(particle.sum_stat["failure"])
        self._remembered.put(t, number, Simulated(particle.sum_stat["measured"], failure))
        self._found.simulations.append(
            {
                "round": t,
                "number": number,
                **{name: particle.sum_stat[name] for name in ("shares", "measured", "disturbed")},
                "distance": float(particle.distance),
                "accepted": bool(particle.accepted),
                "weight": float(particle.weight),
                "failure": failure,
            }
        )
        self._count(bool(failure))

    def _stop(self) -> str:
        """Why to stop, in words."""
        done = self._found.simulations
        if len(done) == HOPELESS and all(entry["failure"] for entry in done):
            raise FollowerDynamicsError(
                f"all of the first {HOPELESS} simulations failed; the last one: {done[-1]['failure']}"
            )
        if len(done) >= self._limits.budget:
            return f"the budget of {self._limits.budget:,} simulations is spent"
        if time.monotonic() > self._until:
            return f"the {self._limits.minutes:g} minutes are over"
        return ""


def _candidate(simulate_one: Callable[[], Any], seed: int, t: int, task: tuple[int, Simulated | None]) -> Any:
    """Draw and simulate the candidate of a number, from a seed that only that candidate has."""
    global _known
    with _ALONE:
        number, _known = task
        np.random.seed(np.random.SeedSequence(seed, spawn_key=(t, number)).generate_state(8))
        return simulate_one()


@contextmanager
def _left_as_found() -> Iterator[None]:
    """Leave NumPy's global generator as it was; PyABC's log, which reports every round as we do, is silent."""
    state, logger = np.random.get_state(), logging.getLogger("ABC")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(level)
        np.random.set_state(state)


def draws(entries: list[dict[str, Any]]) -> tuple[Floats, Floats, Floats]:
    """Shares (draws, parameters), deviations (draws, labels) and weights (draws,), which sum to 1.

    Nearer draws count more: Epanechnikov's kernel, as in Beaumont, Zhang and Balding, Genetics 2002.
    """
    shares, disturbed = (np.stack([entry[name] for entry in entries]) for name in ("shares", "disturbed"))
    weights, distances = (np.array([entry[name] for entry in entries]) for name in ("weight", "distance"))
    weights = weights * (1.0 - np.square(distances / distances.max()))
    return shares, disturbed, weights / weights.sum()


def simulations_table(problem: Problem, found: Rounds) -> pd.DataFrame:
    """One row per simulation: round, number, parameters in their units, measures, distance, accepted, failure."""
    rows = [
        {name: entry[name] for name in ("round", "number")}
        | problem.at(entry["shares"])
        | dict(zip(problem.labels, entry["measured"], strict=True))
        | {name: entry[name] for name in ("distance", "accepted", "failure")}
        for entry in found.simulations
    ]
    return pd.DataFrame(rows)

"""Calibration: which values of uncertain parameters make a simulated world look like the observed one, and how surely.

The answer is a posterior: draws of the parameters that agree with what was observed as well as that is known. It is
found by approximate Bayesian computation, because the model has no likelihood that could be written down: parameters
are drawn, worlds are simulated, and draws whose worlds come near what was observed are kept (``smc``); then they are
moved by regression to where they would have hit it (``posterior``).
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, Unpack

import pandas as pd

from simulation.arguments import real_number, whole_number
from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.randomness import check_seed
from simulation.records.schema import Record
from simulation.scenario import Parts, Scenario
from simulation.study.calibration.posterior import Calibration, adjust
from simulation.study.calibration.problem import (
    DAYS,
    Observation,
    Ranged,
    ScenarioSimulator,
    Simulator,
    checked_problem,
)
from simulation.study.calibration.remembered import remembered_in
from simulation.study.run.watch import Watch
from simulation.study.run.work import crew

ROUNDS = 5
"""Rounds that the budget is meant for, where the number of particles is not given."""
LEAST = 20
"""Particles that a round has at least."""


def calibrate(
    uncertainties: Sequence[Ranged],
    observations: Sequence[Observation],
    *,
    scenario: Scenario | None = None,
    days: int = DAYS,
    constants: Mapping[str, object] | None = None,
    record: Record = "daily",
    simulator: Simulator | None = None,
    budget: int = 1000,
    particles: int | None = None,
    minutes: float | None = None,
    tolerance: float = 1.0,
    level: float = 0.9,
    seed: int = 0,
    workers: int | None = None,
    executor: Executor | None = None,
    folder: str | Path | None = None,
    fresh: bool = False,
    progress: bool = True,
    **parts: Unpack[Parts],
) -> Calibration:
    """Find out where uncertain parameters may lie, given what was observed.

    The same arguments and seed give the same posterior, whatever the number of workers. A simulation that fails, or
    gives something that is no number, is rejected and counted.

    Parameters
    ----------
    uncertainties
        Parameters with their ranges; in these, all values (or their logarithms) are equally likely beforehand.
    observations
        What was observed, how it is measured in a simulated world, and how well it is known.
    scenario
        What is simulated, with its days; its seed counts not.
    days, constants
        The same in parts, where no scenario is given; see also ``parts``.
    record
        "events" where a measure reads the event log.
    simulator
        ``simulator(values, seed)`` instead of the model: whatever the measures can read. The arguments above then say
        nothing.
    budget
        Simulations in all.
    particles
        Draws that a round ends with; None takes a fifth of the budget. More rounds come nearer, more particles describe
        better; a budget that runs out in a round is not lost if half of its particles are there.
    minutes
        Time after which no further simulation is begun. What comes out then depends on the speed of the machine.
    tolerance
        Distance (root mean square, in scales) at which to stop coming nearer.
    level
        Of credible intervals.
    seed
        From 0 to 2**64 - 1; other simulations than those of ``FollowerModel(seed=...)`` with small seeds.
    workers
        Processes; None takes one for each core, 1 stays in this one.
    executor
        A ``concurrent.futures.Executor`` to simulate on instead, such as ``Client.get_executor()`` of a Dask cluster.
    folder
        Where simulations are kept, so that the same call goes on where it was stopped, also with a larger budget.
    fresh
        Start over in a folder of another calibration.
    progress
        Whether to tell on standard error how far it is.
    **parts
        ``preset``, ``interventions``, ``social_graph``, ``factors`` and ``sources`` where no scenario is given, as
        :class:`~simulation.FollowerModel` takes them.

    Raises
    ------
    ParameterError
        If an argument is not allowed, or the first world could not even be built.
    FollowerDynamicsError
        If pyABC is not installed, everything fails, or the budget does not suffice for one round.
    ResultError, OutputError
        If the folder belongs to something else, or cannot be written.
    """
    fixed = dict(constants or {})
    if simulator is None:
        if scenario is None:
            scenario = Scenario(fixed, days=days, **parts)
        simulator = _in_scenario(uncertainties, scenario, fixed, record)
    problem = checked_problem(uncertainties, observations, simulator)
    whole_number("budget", budget, LEAST)
    real_number("tolerance", tolerance)
    real_number("level", level, 0, 1)
    if minutes is not None:
        real_number("minutes", minutes)
    count = max(LEAST, budget // ROUNDS) if particles is None else particles
    if whole_number("particles", count, LEAST) > budget:
        raise ParameterError(f"particles = {count!r} must be a whole number from {LEAST} to the budget, {budget}")
    try:
        from simulation.study.calibration import smc
    except ImportError as error:
        raise FollowerDynamicsError(
            f"calibration needs pyABC, which is not installed ({error}): pip install 'follower-dynamics[calibration]'"
        ) from None
    limits = smc.Limits(budget, minutes, tolerance)
    where = None if folder is None else Path(folder)
    remembered = remembered_in(where, problem, count, tolerance, check_seed(seed), fresh=fresh)
    with crew(workers, executor) as hands, Watch("calibration", budget, shown=progress) as watch:
        found = smc.sample(problem, count, limits, seed, hands, remembered, lambda bad: watch.count(failed=bad))
    shares, deviations, weights = smc.draws(found.last())
    moved, adjusted = adjust(shares, deviations, weights)
    return Calibration(
        problem=problem,
        shares=moved,
        weights=weights,
        simulations=smc.simulations_table(problem, found),
        rounds=pd.DataFrame(found.rounds),
        seed=seed,
        level=level,
        adjusted=adjusted,
        stopped=found.stopped,
    )


def _in_scenario(
    uncertainties: Sequence[Ranged], scenario: Scenario, constants: Mapping[str, object], record: Any
) -> ScenarioSimulator:
    """The simulator of a scenario; refuses what could not be simulated anywhere in the ranges."""
    if both := sorted({known.name for known in uncertainties} & set(constants)):
        raise ParameterError(f"{', '.join(both)} cannot be an uncertainty and a constant of one calibration")
    for share in (0.0, 1.0):
        scenario.with_values({known.name: known.at(share) for known in uncertainties})
    return ScenarioSimulator(scenario, record)

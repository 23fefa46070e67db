"""Paired counterfactuals: two worlds that share people and random draws and differ in one change; the difference is its
effect.

Every draw has an address (who decides about whom, and when), so the two worlds of a replicate draw the same numbers
wherever they do the same. What differs between replicates (who is there, how the dice fell) differs in both worlds
alike and falls out of the difference, which so needs far fewer replicates than runs that share nothing; how many fewer
is measured and told (``replicates_saved``).
"""

import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Unpack, cast

import numpy as np
import pandas as pd

from simulation.analysis.headline import HEADLINE, Measure
from simulation.analysis.wording import word
from simulation.arguments import real_number, whole_number
from simulation.errors import ParameterError
from simulation.interventions import Intervention, apply_levers, check_days, is_act, read_interventions
from simulation.parameters import Parameters, everything, unknown
from simulation.records.schema import Record
from simulation.scenario import Parts, Scenario
from simulation.scenario_parts import parameters_from
from simulation.social_graph import SocialGraph
from simulation.study.compare.comparison import Counterfactual, Described
from simulation.study.compare.worlds import BASE, CHANGED, NAMES, Values, Worlds, live_all
from simulation.study.design.designs import Run, spawn_replicates
from simulation.study.design.outcomes import Outcomes, checked_outcomes

DAYS = 365
"""Days of each world where nothing says how many."""

Change = Mapping[str, object] | Intervention | Iterable[Mapping[str, object] | Intervention]
"""Values by dotted name, which hold from the start; an intervention; or several of both."""


def counterfactual(
    base: Scenario | Parameters | Mapping[str, object] | None,
    change: Change,
    *,
    replicates: int = 20,
    days: int | None = None,
    seed: int | None = None,
    outcomes: Outcomes | Sequence[str] = HEADLINE,
    workers: int | None = None,
    level: float = 0.95,
    progress: bool = True,
    record: Record = "daily",
    **parts: Unpack[Parts],
) -> Counterfactual:
    """Live every replicate in two worlds, one as it is and one with a change, and compare the outcomes pair by pair.

    Where the change consists of interventions only, the worlds are one history until the first of them, so whatever an
    outcome makes of the days before is exactly the same in both.

    Parameters
    ----------
    base
        The base world: a :class:`~simulation.scenario.Scenario`, or parameters as :class:`FollowerModel` takes them,
        completed by ``parts``.
    change
        What the changed world has besides: a mapping of dotted names to values that hold from the start, an
        :class:`Intervention`, or a sequence of both kinds.
    replicates
        Pairs of worlds, at least 2. Each has a seed of its own, spawned from ``seed``; more leave the first as they
        are.
    days
        Days of each world; None: those of the scenario, or 365.
    seed
        Of the whole comparison, from 0 to 2**64 - 1; None: that of the scenario, or 0.
    outcomes
        By name, functions of a result that give one number; a :class:`Measure` brings its unit along. A list names
        headline outcomes, or references such as ``mine.py:rate``.
    workers
        Processes; 1 runs everything in this one. None takes one for each core.
    level
        Of the intervals, in (0, 1).
    progress
        Whether to show a bar on standard error.
    record
        "events" if outcomes ask for the event log.
    **parts
        ``preset``, ``interventions``, ``social_graph``, ``factors`` and ``sources`` of both worlds, as
        :class:`FollowerModel` takes them; where no social graph is given, each replicate has one of its own.

    Raises
    ------
    ParameterError
        If an argument is not allowed, a name is unknown, or the change, or a part of it, changes nothing.
    FollowerDynamicsError
        If a world fails, or an outcome is no finite number: says which, and with what parameters and seeds.

    Examples
    --------
    >>> found = counterfactual(None, {"feed.popularity_bias": 0.5}, replicates=10)  # doctest: +SKIP
    >>> found.table()[["difference", "low", "high", "replicates_saved"]]  # doctest: +SKIP
    >>> counterfactual(None, Intervention(180, "hide_like_counts", True)).plot()  # doctest: +SKIP
    """
    scenario = _scenario(base, parts)
    days = (scenario.days or DAYS) if days is None else days
    whole_number("replicates", replicates, 2)
    whole_number("days", days)
    real_number("level", level, 0, 1)
    values, moved = _read_change(change)
    common = tuple(scenario.interventions)
    together = read_interventions([*common, *moved])
    check_days(together, days)
    start = parameters_from(scenario.values, scenario.preset, type(scenario.parameters))
    runs = [
        Run(world, added, start.set_values(), replicate, days, items)
        for replicate in spawn_replicates(scenario.seed if seed is None else seed, 1, replicates)
        for world, added, items in ((BASE, {}, common), (CHANGED, values, together))
    ]
    worlds = Worlds(checked_outcomes(outcomes), scenario.replace(interventions=()), record)
    graph = cast("SocialGraph | None", scenario.social_graph)
    begun = tuple(worlds.model(run, graph).parameters for run in runs[: len(NAMES)])
    _refuse_what_changes_nothing(begun, runs[CHANGED], moved)
    lived = live_all(worlds, runs, graph, workers, progress)
    return Counterfactual(
        differences=_differences(runs, lived),
        base=start.changed(),
        change=(*(f"{name}={word(value)}" for name, value in values.items()), *map(str, moved)),
        interventions=tuple(map(str, common)),
        days=days,
        same_until=0 if values else moved[0].day,
        level=level,
        outcomes={name: _described(measure) for name, measure in worlds.outcomes.items()},
    )


def _scenario(base: Scenario | Parameters | Mapping[str, object] | None, parts: Parts) -> Scenario:
    """The base world; what completes parameters has no place beside a scenario, which has it already."""
    if not isinstance(base, Scenario):
        return Scenario({} if base is None else base, **parts)
    if parts:
        raise ParameterError(
            f"{', '.join(parts)}: the base world is a Scenario, which has it; change it by replace(...)"
        )
    if base.luck is not None:
        raise ParameterError("the base world has a seed of events, luck, but every pair of worlds has one of its own")
    return base


def _read_change(change: object) -> tuple[dict[str, object], tuple[Intervention, ...]]:
    """What a change sets from the start, and what it does later."""
    parts = [change] if isinstance(change, Mapping | Intervention) else change
    if isinstance(parts, str) or not isinstance(parts, Iterable):
        raise ParameterError(
            f"change = {change!r} must be a mapping such as {{'feed.popularity_bias': 0.5}}, an Intervention, or a "
            "sequence of these"
        )
    values: dict[str, object] = {}
    moved: list[Any] = []
    for part in parts:
        if isinstance(part, Mapping) and "lever" not in part:
            for name, value in part.items():
                if name not in everything().known():
                    raise unknown(str(name))
                if name in values:
                    raise ParameterError(f"the change sets {name} twice")
                values[name] = value
        else:
            moved.append(part)
    if not values and not moved:
        raise ParameterError("the change is empty: name at least one parameter, or give an Intervention")
    return values, read_interventions(moved)


def _refuse_what_changes_nothing(begun: Sequence[Parameters], run: Run, moved: Sequence[Intervention]) -> None:
    """Refuse values that the base has already, and interventions that set what is so on their day anyway."""
    base, changed = begun
    for name in run.values:
        if base[name] == changed[name]:
            raise ParameterError(f"{name} is {word(base[name])} in the base world already: this changes nothing")
    others = list(run.interventions)
    for item in moved:
        others.remove(item)
        before = apply_levers(changed, [other for other in others if other.day <= item.day])
        if not is_act(item.lever) and before[item.lever] == item.value:
            raise ParameterError(
                f"the intervention '{item}' changes nothing: {item.lever} is {word(item.value)} then already"
            )
        others.append(item)


def _described(measure: object) -> Described:
    if isinstance(measure, Measure):
        return Described(measure.unit, measure.about, measure.ratio)
    return Described(about=(inspect.getdoc(measure) or "").partition("\n")[0])


def _differences(runs: Sequence[Run], lived: Sequence[Values]) -> pd.DataFrame:
    """One row per replicate and outcome."""
    rows = [
        {
            "replicate": run.replicate.population,
            "seed": run.replicate.seed,
            "luck": run.replicate.luck,
            "outcome": name,
            "base": base[name],
            "changed": changed[name],
            "difference": changed[name] - base[name],
        }
        for run, base, changed in zip(runs[::2], lived[::2], lived[1::2], strict=True)
        for name in base
    ]
    return pd.DataFrame(rows).astype({"seed": np.uint64, "luck": np.uint64})

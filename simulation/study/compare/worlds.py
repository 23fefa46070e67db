"""The two worlds of a counterfactual: lived in processes or here, measured, and failures told in full."""

from __future__ import annotations

import json
import math
import pickle
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, cast

from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.scenario import Scenario
from simulation.study.design.designs import Run
from simulation.study.run.evaluation import Outcome, evaluation_name, from_bytes
from simulation.study.run.runner import Place
from simulation.study.run.watch import Watch
from simulation.study.run.work import Done, available_cores

if TYPE_CHECKING:
    from simulation.model import FollowerModel
    from simulation.records import Result
    from simulation.social_graph import SocialGraph

BASE, CHANGED = 0, 1
"""Places of the two worlds, as `Run.point`."""
NAMES = ("base", "changed")

Outcomes = Mapping[str, Callable[["Result"], float]]
Values = dict[str, float]


@dataclass(frozen=True)
class Worlds:
    """Lives a run and measures it: what sweeps and counterfactuals evaluate."""

    outcomes: Outcomes
    base: Scenario
    """What all runs share; a run has values, seeds, interventions and days of its own."""
    record: Literal["events", "daily"] = "daily"
    threads: int | None = None
    finite: bool = True
    """Whether an outcome must be a finite number; else it may be NaN, as a mean of nothing is."""

    def identity(self) -> str:
        """What is measured, and in what: a text that changes with anything the outcomes depend on but the run.

        Raises
        ------
        ParameterError
            If an outcome cannot be known by name: a lambda, or a function inside a function.
        """
        outcomes = {
            name: evaluation_name(getattr(measure, "function", measure)) for name, measure in self.outcomes.items()
        }
        return json.dumps({"outcomes": outcomes, "record": self.record, "base": self.base.digest()}, sort_keys=True)

    def model(self, run: Run, social_graph: SocialGraph | None) -> FollowerModel:
        """The model of a run before its first day."""
        scenario = self.base.replace(
            values={**cast("Mapping[str, object]", self.base.values), **run.parameters()},
            seed=run.replicate.seed,
            luck=run.replicate.luck,
            social_graph=social_graph,
            interventions=run.interventions,
            days=run.days,
        )
        return scenario.model(threads=self.threads, record=self.record)

    def __call__(self, run: Run, social_graph: SocialGraph | None) -> Outcome:
        """Live the run; its outcomes.

        Raises
        ------
        FollowerDynamicsError
            If an outcome fails, or is no finite number.
        """
        model = self.model(run, social_graph)
        model.run_for(run.days)
        result = model.result()
        return Outcome({name: self._measured(name, measure, result) for name, measure in self.outcomes.items()})

    def _measured(self, name: str, measure: Callable[[Result], float], result: Result) -> float:
        try:
            value = float(measure(result))
        except Exception as error:
            raise FollowerDynamicsError(f"outcome {name!r} fails: {type(error).__name__}: {error}") from error
        if self.finite and not math.isfinite(value):
            raise FollowerDynamicsError(
                f"outcome {name!r} is {value}, as a mean of nothing is; leave it out, or let it be a number there too"
            )
        return value


def live_all(
    worlds: Worlds,
    runs: Sequence[Run],
    social_graph: SocialGraph | None,
    workers: int | None,
    progress: bool,
) -> list[Values]:
    """Live every run, on so many processes; the outcomes in the order of the runs.

    Raises
    ------
    ParameterError
        If ``workers`` is not a positive whole number, or several are asked for and something cannot be sent to them.
    FollowerDynamicsError
        As soon as a run fails: says which, and with what parameters and seeds; its traceback is a note of the error.
    KeyboardInterrupt
        On Ctrl-C, after the workers have ended.
    """
    count = _count(workers, worlds, len(runs))
    lived: list[Values] = [{} for _ in runs]
    threads = worlds.threads if count == 1 else max(1, available_cores() // count)
    keyed = ((str(place), run) for place, run in enumerate(runs))
    place = Place(count)
    with (
        Watch("counterfactual", len(runs), shown=progress) as watch,
        closing(place.work(keyed, len(runs), replace(worlds, threads=threads), social_graph, watch.say)) as answers,
    ):
        for key, run, done in answers:
            lived[int(key)] = _values(run, done, key)
            watch.count()
    return lived


def _count(workers: int | None, worlds: Worlds, runs: int) -> int:
    """Processes to use."""
    if workers is not None and (isinstance(workers, bool) or not isinstance(workers, int) or workers < 1):
        raise ParameterError(f"workers = {workers!r} must be a whole number of at least 1")
    bound = bound_here(worlds)
    if bound and workers is not None and workers > 1:
        raise ParameterError(
            f"{bound} cannot be sent to other processes: define it at the top level of a module, or say workers=1"
        )
    if bound:
        return 1
    return min(runs, available_cores() if workers is None else workers)


def bound_here(worlds: Worlds) -> str:
    """What other processes would not find, in words: a lambda, or what was defined in a notebook; else empty."""
    parts: dict[str, object] = {f"outcome {name!r}": measure for name, measure in worlds.outcomes.items()}
    parts |= {f"factor {factor.name!r}": factor for factor in worlds.base.factors}
    parts |= {f"feed source {source.name!r}": source for source in worlds.base.sources}
    parts |= {f"class {kind.__name__}": kind for kind in (worlds.base.user_type, worlds.base.creator_type)}
    # Other processes import the main script, which a notebook or an interactive session has not.
    scriptless = not hasattr(sys.modules["__main__"], "__file__")
    for name, part in parts.items():
        try:
            data = pickle.dumps(part)
        except (pickle.PicklingError, AttributeError, TypeError):
            return name
        if scriptless and b"__main__" in data:
            return name
    return ""


def _values(run: Run, done: Done, key: str) -> Values:
    if done.data is not None:
        return {name: float(value) for name, value in from_bytes(done.data, key).values.items()}
    *_, last = done.failure.strip().splitlines()
    reason = last.partition(": ")[2] if last.startswith("simulation.errors.") else last
    after = f", interventions={[str(item) for item in run.interventions]}" if run.interventions else ""
    replicate = run.replicate
    error = FollowerDynamicsError(
        f"replicate {replicate.population}, {NAMES[run.point]} world: {reason}\nIt was lived with "
        f"seed={replicate.seed}, luck={replicate.luck}, parameters={run.parameters()}{after}, for {run.days} days"
    )
    error.add_note(done.failure)
    raise error

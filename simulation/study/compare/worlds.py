"""The two worlds of a counterfactual: simulated in processes or here, measured, and failures told in full."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from simulation.errors import FollowerDynamicsError, ResultError
from simulation.records.schema import Record
from simulation.scenario import Scenario
from simulation.scenario_file import foreign_items
from simulation.study.design.choices import Alternatives, chosen
from simulation.study.design.designs import Run
from simulation.study.design.outcomes import Outcomes
from simulation.study.run.evaluation import Outcome, evaluation_name, run_key
from simulation.study.run.watch import Watch
from simulation.study.run.work import available_cores, check_crew, crew, work

if TYPE_CHECKING:
    from simulation.model import FollowerModel
    from simulation.records import Result
    from simulation.social_graph import SocialGraph

BASE, CHANGED = 0, 1
"""Places of the two worlds, as `Run.point`."""
NAMES = ("base", "changed")

Values = dict[str, float]


@dataclass(frozen=True)
class Worlds:
    """Lives a run and measures it: what sweeps and counterfactuals evaluate."""

    outcomes: Outcomes
    base: Scenario
    """What all runs share; a run has values, seeds, interventions and days of its own."""
    record: Record = "daily"
    threads: int | None = None
    finite: bool = True
    """Whether an outcome must be a finite number; else it may be NaN, as a mean over no cases is."""
    choices: Alternatives = field(default_factory=dict)
    """Levers that are no parameters: their values, by the names that runs have among theirs."""
    results: Path | None = None
    """Folder where the result of each run is kept, and taken from where it is there; None keeps none."""

    def identity(self) -> str:
        """What is measured, and in what: a text that changes with anything the outcomes depend on but the run.

        Raises
        ------
        ParameterError
            If an outcome or a plug-in uses what has no value that can be known: see `measure_version`.
        """
        outcomes = {
            name: evaluation_name(getattr(measure, "function", measure)) for name, measure in self.outcomes.items()
        }
        own = {of["name"]: of["version"] for _, of in foreign_items(self.base.description())}
        return json.dumps(
            {
                "outcomes": dict(sorted(outcomes.items())),
                "own": {name: f"{name}@{version}" for name, version in own.items()},
                "record": self.record,
                "base": self.base.digest(),
            }
        )

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
        taken = {lever: of[str(run.values[lever])] for lever, of in self.choices.items()}
        for lever, value in taken.items():
            scenario = chosen(scenario, lever, value)
        engine = {"engine": taken["engine"]} if "engine" in taken else {}
        return scenario.model(**engine, threads=self.threads, record=self.record)

    def __call__(self, run: Run, social_graph: SocialGraph | None) -> Outcome:
        """Simulate the run; its outcomes.

        Raises
        ------
        FollowerDynamicsError
            If an outcome fails, or is no finite number.
        """
        result = self._result(run, social_graph)
        return Outcome({name: self._measured(name, measure, result) for name, measure in self.outcomes.items()})

    def _result(self, run: Run, social_graph: SocialGraph | None) -> Result:
        from simulation.records import load_result

        place = self.result_of(run, social_graph)
        if place is not None and place.exists():
            with suppress(ResultError):  # then it is simulated again
                return load_result(place)
        model = self.model(run, social_graph)
        model.run_for(run.days)
        result = model.result()
        if place is not None:
            result.save(place, overwrite=True)
        return result

    def result_of(self, run: Run, social_graph: SocialGraph | None) -> Path | None:
        """Where the result of a run is kept, whatever is measured; None where none are."""
        if self.results is None:
            return None
        graph = None if social_graph is None else social_graph.digest()
        history = json.dumps({"record": self.record, "base": self.base.digest()})
        return self.results / run_key(run, history, graph)

    def has_result(self, run: Run, social_graph: SocialGraph | None) -> bool:
        """Whether the result of a run is there."""
        place = self.result_of(run, social_graph)
        return place is not None and place.is_dir()

    def _measured(self, name: str, measure: Callable[[Result], float], result: Result) -> float:
        try:
            value = float(measure(result))
        except Exception as error:
            raise FollowerDynamicsError(f"outcome {name!r} fails: {type(error).__name__}: {error}") from error
        if self.finite and not math.isfinite(value):
            raise FollowerDynamicsError(
                f"outcome {name!r} is {value}: undefined (zero denominator); leave it out, or give it a value there too"
            )
        return value


def live_all(
    worlds: Worlds, runs: Sequence[Run], social_graph: SocialGraph | None, workers: int | None, progress: bool
) -> list[Values]:
    """Live every run, on so many processes; the outcomes in the order of the runs.

    Raises
    ------
    ParameterError
        If ``workers`` is not a positive whole number.
    FollowerDynamicsError
        The first run that fails: says which, and with what parameters and seeds; its own error is the cause.
    KeyboardInterrupt
        On Ctrl-C, after the workers have ended.
    """
    check_crew(workers, None)
    count = min(len(runs), available_cores() if workers is None else workers)
    threads = worlds.threads if count == 1 else max(1, available_cores() // count)
    function = partial(replace(worlds, threads=threads), social_graph=social_graph)
    lived: list[Values] = []
    with (
        Watch("counterfactual", len(runs), shown=progress) as watch,
        crew(count) as hands,
        closing(work(function, runs, hands, ordered=True)) as answers,
    ):
        for run, outcome, error in answers:
            if error is not None:
                raise FollowerDynamicsError(_failure(worlds, run, error)) from error
            lived.append({name: float(value) for name, value in outcome.values.items()})
            watch.count()
    return lived


def _failure(worlds: Worlds, run: Run, error: Exception) -> str:
    reason = str(error) if isinstance(error, FollowerDynamicsError) else f"{type(error).__name__}: {error}"
    after = f", interventions={[str(item) for item in run.interventions]}" if run.interventions else ""
    replicate = run.replicate
    parameters = {**cast("Mapping[str, object]", worlds.base.values), **run.parameters()}
    return (
        f"replicate {replicate.population}, {NAMES[run.point]} world: {reason}\nIt was simulated with "
        f"seed={replicate.seed}, luck={replicate.luck}, parameters={parameters}{after}, for {run.days} days"
    )

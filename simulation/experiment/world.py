"""One world of an experiment, and how what is measured in it reaches the processes that simulate."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from simulation.measure_versions import measure_version
from simulation.model import FollowerModel
from simulation.records.schema import Record
from simulation.scenario import Scenario
from simulation.social_graph import SocialGraph
from simulation.study import Outcome, Run


@dataclass(frozen=True)
class World:
    """One world to simulate: who is in it, its random draws, its parameters, and what happens on which day."""

    run: Run
    """Parameters, seeds, days and interventions."""
    social_graph: SocialGraph | None = None
    """The graph that was given; None where one is generated."""
    record: Record = "daily"
    others: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments of `Scenario`: those of the arm."""

    @property
    def days(self) -> int:
        """Days it is simulated for."""
        return self.run.days

    def scenario(self, values: Mapping[str, object] | None = None, *, luck: int = 0) -> Scenario:
        """Everything that decides its history.

        Parameters
        ----------
        values
            Parameters that differ from those of the run.
        luck
            0 for the run's own random draws of events; another number for a parallel world of the same population.
        """
        return Scenario(
            {**self.run.parameters(), **(values or {})},
            seed=self.run.replicate.seed,
            luck=(self.run.replicate.luck + luck) % 2**64,
            social_graph=self.social_graph,
            interventions=self.run.interventions,
            days=self.days,
            **self.others,
        )

    def model(self, values: Mapping[str, object] | None = None, *, luck: int = 0) -> FollowerModel:
        """The world before its first day; agent classes of one's own run in the Mesa engine."""
        return self.scenario(values, luck=luck).model(threads=1, record=self.record)

    def simulated(self, values: Mapping[str, object] | None = None, *, luck: int = 0) -> FollowerModel:
        """The world after its last day."""
        model = self.model(values, luck=luck)
        model.run_for(self.days)
        return model


class Evaluation:
    """A function of a `World`, as studies evaluate it; in a file or notebook of one's own if need be.

    Parameters
    ----------
    function
        Simulates the world and measures it.
    record, others
        Of its worlds.
    depends
        Functions, classes and values that the outcome depends on: stored runs are reused while they are the same
        (`simulation.measure_versions.measure_version`).
    """

    def __init__(
        self,
        function: Callable[[World], Outcome],
        record: Record,
        others: Mapping[str, Any],
        depends: object,
    ) -> None:
        self.function, self.record, self.others = function, record, others
        self.text = measure_version((depends, dict(others), record))

    def identity(self) -> str:
        """A text that changes with what the outcomes depend on."""
        return self.text

    def __call__(self, run: Run, social_graph: SocialGraph | None) -> Outcome:
        """Simulate one run and measure it."""
        return self.function(World(run, social_graph, self.record, self.others))

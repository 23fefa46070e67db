"""What a model is of, and what is planned for the days to come."""

import copy
from collections.abc import Iterable, Mapping
from typing import Self

from simulation.errors import ParameterError
from simulation.factors import Factor
from simulation.interventions import Intervention
from simulation.parameters import Parameters
from simulation.platform.feed import FeedSource
from simulation.plugins import Behaviour
from simulation.scenario import Scenario
from simulation.state import State


class Planned:
    """What a model is of: the scenario that decides its history, and what is changed on which day."""

    _scenario: Scenario
    _behaviour: Behaviour
    _parameters: Parameters
    _state: State

    @property
    def day(self) -> int:
        """Days simulated so far."""
        return self._state.day

    @property
    def scenario(self) -> Scenario:
        """Everything that decides its history, as planned up to now."""
        return self._scenario

    @scenario.setter
    def scenario(self, value: object) -> None:
        # from 3.5 on, mesa.Model.__init__ sets one of its own kind, for which there is no use here
        if hasattr(self, "_scenario"):
            raise AttributeError("a model's scenario cannot be set: make another model, or plan(interventions)")

    @property
    def seed(self) -> int:
        """Seed of who is there."""
        return self.scenario.seed

    @property
    def luck(self) -> int:
        """Seed of what happens."""
        return self.scenario.seed if self.scenario.luck is None else self.scenario.luck

    @property
    def preset(self) -> str | None:
        """Name of the preset the parameters start from."""
        return self.scenario.preset

    @property
    def factors(self) -> tuple[Factor, ...]:
        """The factors of appeal."""
        return tuple(self.scenario.factors)

    @property
    def sources(self) -> tuple[FeedSource, ...]:
        """The feed sources."""
        return tuple(self.scenario.sources)

    @property
    def strategy_names(self) -> tuple[str, ...]:
        """Names of the strategies by number."""
        return self._behaviour.strategy_names

    @property
    def initial_parameters(self) -> Parameters:
        """Parameters as the run started with them."""
        return self.scenario.parameters

    @property
    def parameters(self) -> Parameters:
        """Parameters in force: as at the start, with the levers that interventions have moved."""
        return self._parameters

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """What is changed in the middle of the run, by day."""
        return tuple(self.scenario.interventions)

    def plan(self, interventions: Iterable[Intervention | Mapping[str, object]]) -> None:
        """Set what is changed on the days still to come, in place of what was planned for them.

        Raises
        ------
        ParameterError
            If one is not allowed, or on a day that is over; the plan stays as it was.
        """
        past = [item for item in self.interventions if item.day < self.day]
        planned = self.scenario.replace(interventions=[*past, *interventions])
        late = next((item for item in planned.interventions[len(past) :] if item.day < self.day), None)
        if late is not None:
            raise ParameterError(f"the intervention '{late}' is on day {late.day}, which is over: {self.day} days are")
        self._scenario = planned

    def branch(self, interventions: Iterable[Intervention | Mapping[str, object]] = ()) -> Self:
        """A copy of the world as it stands, with a future of its own; where both do the same, both draw the same.

        Parameters
        ----------
        interventions
            Of the copy, on days still to come, in place of what was planned for them.

        Raises
        ------
        ParameterError
            If one is not allowed, or on a day that is over.
        """
        world = copy.deepcopy(self)
        world.plan(interventions)
        return world

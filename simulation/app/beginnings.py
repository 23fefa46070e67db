"""What a run of the dashboard begins with."""

from typing import Any

from simulation.errors import ParameterError
from simulation.presets import PRESETS
from simulation.scenario import Scenario

MOST_USERS = 20_000
"""Users that the dashboard takes; a browser would not show more in time."""
USERS = 1000
"""Users where neither the preset nor anybody says how many."""


def beginning(
    preset: str = "default", values: dict[str, Any] | None = None, *, seed: int = 0, **others: Any
) -> Scenario:
    """A preset with some values on top, and :data:`USERS` users where nothing says how many.

    ``others`` are further arguments of a :class:`Scenario`, such as ``plugins``.

    Raises
    ------
    ParameterError
        If there is no such preset, a value is not allowed, or there are too many users to be shown.
    """
    sized = preset in PRESETS and "population.users" in PRESETS[preset].values
    return checked(
        Scenario({**({} if sized else {"population.users": USERS}), **(values or {})}, preset, seed, **others)
    )


def checked(scenario: Scenario) -> Scenario:
    """The scenario, if it has no more than :data:`MOST_USERS` users.

    Raises
    ------
    ParameterError
        If there are too many to be shown.
    """
    users = scenario.parameters.population.users
    if users > MOST_USERS:
        raise ParameterError(
            f"population.users = {users:,} is too many to be shown: the dashboard takes at most {MOST_USERS:,}; "
            "`follower-dynamics run` takes more"
        )
    return scenario

"""All that a run comes from, and the file that gives it again."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from simulation.errors import ParameterError
from simulation.interventions import Intervention, as_data
from simulation.parameters import Parameters
from simulation.presets import PRESETS, preset

MOST_USERS = 20_000
"""Users that the dashboard takes; a browser would not show more in time."""
USERS = 1000
"""Users where neither the preset nor anybody says how many."""


@dataclass(frozen=True)
class Inputs:
    """Preset, values on top of it, and what is changed in the middle of the run.

    Raises
    ------
    ParameterError
        If there is no such preset, a value is not allowed, or there are too many users to be shown.
    """

    preset: str = "default"
    values: Mapping[str, object] = field(default_factory=dict)
    interventions: tuple[Intervention, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))
        users = self.parameters().population.users
        if users > MOST_USERS:
            raise ParameterError(
                f"population.users = {users:,} is too many to be shown: the dashboard takes at most {MOST_USERS:,}; "
                "`follower-dynamics run` takes more"
            )

    @classmethod
    def of_preset(cls, name: str) -> "Inputs":
        """A preset as it stands, with :data:`USERS` where it leaves their number open."""
        sized = name in PRESETS and "population.users" in PRESETS[name].values
        return cls(name, {} if sized else {"population.users": USERS})

    def parameters(self) -> Parameters:
        """The parameters that the run starts from."""
        return preset(self.preset).with_values(self.values)

    def with_value(self, name: str, value: object) -> "Inputs":
        """The same with one parameter set from the start."""
        return replace(self, values={**self.values, name: value})

    def to_toml(self, *, seed: int, days: int, engine: str) -> str:
        """A file with which ``follower-dynamics run`` gives the same history.

        Parameters
        ----------
        seed, engine
            Of the run.
        days
            Days lived; 0 leaves the number of days open. Interventions that are still to come are left out.
        """
        import tomli_w

        run: dict[str, Any] = {"preset": self.preset, "seed": seed, "engine": engine} | ({"days": days} if days else {})
        tree: dict[str, Any] = {"run": run}
        for name, value in self.values.items():
            *path, last = name.split(".")
            branch = tree
            for part in path:
                branch = branch.setdefault(part, {})
            branch[last] = value
        happened = [item for item in self.interventions if item.day < days]
        if happened:
            tree["interventions"] = as_data(happened)
        return "# follower-dynamics run THIS_FILE --out out/again\n" + tomli_w.dumps(tree)

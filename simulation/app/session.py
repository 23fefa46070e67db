"""What one browser window runs: a run A, and on request a run B with the same seed and draws."""

import threading
from typing import Literal

from simulation.app.beginnings import beginning, checked
from simulation.app.lane import Lane
from simulation.interventions import Intervention
from simulation.model import EngineName
from simulation.parameters import unknown
from simulation.scenario import Scenario
from simulation.scenario_file import NAMED

LaneName = Literal["A", "B"]
Outcome = Literal["set", "lever moved", "waits for reset"]
"""What became of a new value: it holds from the start of a run that has not begun; it is an intervention on the next
day; or it waits, since only levers can be moved in the middle of a run."""


class Session:
    """Runs side by side, which go on day by day together.

    Parameters
    ----------
    scenario
        Of run A; None: the defaults with :data:`~simulation.app.beginnings.USERS` users.
    engine, threads
        Of every run; None takes the fast engine, or with agent classes of one's own Mesa's.

    Raises
    ------
    ParameterError
        If something is not allowed.
    """

    def __init__(
        self, scenario: Scenario | None = None, *, engine: EngineName | None = None, threads: int | None = None
    ) -> None:
        self._threads = threads
        self._whole = threading.Lock()
        """Held while days are simulated: what is taken away is of whole days."""
        wanted = beginning() if scenario is None else scenario
        self._fast: EngineName = "mesa" if wanted.behaviour.agents else "compiled"
        self._engine: EngineName = engine or self._fast
        self._wanted: dict[str, Scenario] = {"A": wanted}
        self.lanes: dict[str, Lane] = {"A": self._lane(wanted)}

    def _lane(self, scenario: Scenario, engine: EngineName | None = None) -> Lane:
        return Lane(scenario, engine=engine or self._engine, threads=self._threads)

    @property
    def seed(self) -> int:
        """Seed of every run."""
        return self._wanted["A"].seed

    @property
    def a(self) -> Lane:
        """Run A."""
        return self.lanes["A"]

    @property
    def b(self) -> Lane | None:
        """Run B, if there is one."""
        return self.lanes.get("B")

    @property
    def day(self) -> int:
        """Days simulated, by every run."""
        return self.a.day

    @property
    def engine(self) -> EngineName:
        """Engine of the next day; the history is the same with either."""
        return self._engine

    @engine.setter
    def engine(self, name: EngineName) -> None:
        for lane in self.lanes.values():
            lane.model.engine = name
        self._engine = name

    # Time -------------------------------------------------------------------------------------------------------

    def step(self, days: int = 1) -> None:
        """Simulate some days of every run."""
        with self._whole:
            for lane in self.lanes.values():
                lane.step(days)

    def reset(self, *, seed: int | None = None) -> None:
        """Start every run over, with the values that waited and without interventions.

        Raises
        ------
        ParameterError
            If the seed is not allowed or values do not fit together; every run stays as it is then.
        """
        new = self.seed if seed is None else seed
        self._restart({name: wanted.replace(seed=new) for name, wanted in self._wanted.items()})

    def use_preset(self, name: str, lane: LaneName = "A") -> None:
        """Take a preset for a run, and start every run over.

        Raises
        ------
        ParameterError
            If there is none of that name, or it does not fit beside the other run.
        """
        own = {argument: getattr(self._wanted[lane], argument) for argument in NAMED}
        self._restart({**self._wanted, lane: beginning(name, seed=self.seed, **own)})

    def _restart(self, wanted: dict[str, Scenario], *, keep: bool = False) -> None:
        """Start over from other scenarios; ``keep``: with the interventions there are. Nothing changes on an error."""
        self.lanes = {
            name: self._lane(one.replace(interventions=self.lanes[name].scenario.interventions if keep else ()))
            for name, one in wanted.items()
        }
        self._wanted = wanted

    # Two runs ---------------------------------------------------------------------------------------------------

    def compare(self) -> None:
        """Add a run B that is the same as A up to now; from now on either can be changed."""
        # Whichever engine simulates them, the days are the same: take the fast one.
        twin = self._lane(self.a.scenario, self._fast)
        twin.step(self.day)
        twin.model.engine = self._engine
        self._wanted["B"] = self._wanted["A"]
        self.lanes["B"] = twin

    def stop_comparing(self) -> None:
        """Drop run B."""
        self.lanes.pop("B", None)
        self._wanted.pop("B", None)

    # What is changed --------------------------------------------------------------------------------------------

    def set(self, name: str, value: object, lane: LaneName = "A") -> Outcome:
        """Give a parameter of a run another value.

        Raises
        ------
        ParameterError
            If that is not allowed, or there is no such parameter; the run stays as it is.
        """
        known = self._wanted[lane].parameters.known()
        if name not in known:
            raise unknown(name, known)
        wanted = checked(self._wanted[lane].with_values({name: value}))
        if self.day == 0:
            self._restart({**self._wanted, lane: wanted}, keep=True)
            return "set"
        if known[name].kind == "lever":
            self.lanes[lane].intervene(name, wanted.parameters[name])
            return "lever moved"
        self._wanted[lane] = wanted
        return "waits for reset"

    def intervene(
        self, lever: str, value: object, creators: tuple[int, ...] = (), lane: LaneName = "A"
    ) -> Intervention:
        """Move a lever or do an act as the next day begins; see :meth:`Lane.intervene`."""
        return self.lanes[lane].intervene(lever, value, creators)

    def waiting(self, lane: LaneName = "A") -> dict[str, object]:
        """Parameters of a run whose new values wait for a reset, with these values."""
        now, then = self.lanes[lane].scenario.parameters, self._wanted[lane].parameters
        return {name: then[name] for name in self._wanted[lane].set_names if now[name] != then[name]}

    def value_of(self, name: str, lane: LaneName = "A") -> object:
        """A parameter of a run as a slider should show it: what it is, or what it will be after a reset."""
        return self.waiting(lane).get(name, self.lanes[lane].value_of(name))

    def download(self) -> bytes:
        """Every run as a zip file: its tables, and the TOML that gives it again."""
        from simulation.app.download import zipped

        with self._whole:
            return zipped(self.lanes)

    def to_toml(self, lane: LaneName = "A") -> str:
        """A file that gives a run again."""
        with self._whole:
            return self.lanes[lane].to_toml()

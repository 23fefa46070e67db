"""Who is measured: the two engines and the student's model, each behind the same few methods."""

from dataclasses import asdict, dataclass
from typing import NamedTuple, Protocol

from simulation.graph_families import generate
from simulation.parameters import Parameters
from simulation.presets import preset
from simulation.social_graph import SocialGraph

LIVING, FIRST = "living", "first edition"
PRESETS = {LIVING: "living", FIRST: "default"}
"""The preset of each world."""
MOST_CREATORS = 10_000
MEAN_DEGREE = 10.0
STUDENT_BLOCK = 10_000
"""User-days in a block of the student's model at least: half a second."""


@dataclass(frozen=True)
class Entry:
    """One competitor at one size."""

    competitor: str  # "compiled", "mesa" or "student"
    users: int
    threads: int = 1
    initial_follows: float = 0.0
    replicas: int = 1
    seed: int = 1
    world: str = LIVING

    @property
    def creators(self) -> int:
        """Everybody can create; in the first edition a tenth of the users, at most 10,000."""
        return self.users if self.world == LIVING else max(1, min(self.users // 10, MOST_CREATORS))

    @property
    def label(self) -> str:
        """Name for tables and figures."""
        threads = "1 thread" if self.threads == 1 else f"{self.threads} threads"
        names = {"compiled": f"compiled, {threads}", "mesa": "mesa engine", "student": "student's Mesa model"}
        return names[self.competitor] + ("" if self.world == LIVING else f", {self.world}")

    @property
    def warm_up_days(self) -> int:
        """Days simulated before the clock starts: compiled loops are loaded, caches and follow lists filled."""
        return 5 if self.competitor == "compiled" else 1

    @property
    def block_days(self) -> int:
        """Days between two looks at the clock, enough for the clock to be exact."""
        return {"compiled": 5, "mesa": 1, "student": max(1, STUDENT_BLOCK // self.users)}[self.competitor]

    def parameters(self) -> Parameters:
        """Those of the world, but for sizes and the follows to begin with; without minds, which the student's lacks.

        Nor with days before day 0: everybody starts in the same young world.
        """
        return preset(PRESETS[self.world]).with_values(
            {
                "creators.minds": "off",
                "population.burn_in": 0,
                "population.users": self.users,
                "population.creators": self.creators,
                "population.initial_follows": self.initial_follows,
            }
        )

    def social_graph(self) -> SocialGraph:
        """That of the world, or Barabasi-Albert in the first edition; of mean degree 10, the same for all of a size."""
        return generate(
            self.parameters().social_graph.family if self.world == LIVING else "barabasi_albert",
            self.users,
            seed=self.seed,
            mean_degree=MEAN_DEGREE,
            rewiring=0.0,
            triangle=0.0,
            communities=1,
            mixing=self.parameters().social_graph.mixing if self.world == LIVING else 0.0,
            directed=False,
        )

    def as_dict(self) -> dict[str, object]:
        """Fields by name, to be sent to another process."""
        return asdict(self)


class Counts(NamedTuple):
    """What has happened since the start, over all replicas."""

    exposures: int
    likes: int
    follows: int
    unfollows: int


class Competitor(Protocol):
    """A model that is ready to run."""

    def advance(self, days: int) -> None:
        """Simulate some days."""
        ...

    def counts(self) -> Counts:
        """What has happened since the start."""
        ...

    def state_bytes(self) -> int | None:
        """Memory of the state arrays of all replicas; None where the state is objects."""
        ...


class EngineRun:
    """Models of the package, on one of its engines."""

    def __init__(self, entry: Entry) -> None:
        from simulation.model import EngineName, FollowerModel

        engine: EngineName = "mesa" if entry.competitor == "mesa" else "compiled"
        graph, parameters = entry.social_graph(), entry.parameters()
        self._models = [
            FollowerModel(parameters, seed=entry.seed + k, engine=engine, threads=entry.threads, social_graph=graph)
            for k in range(entry.replicas)
        ]

    def advance(self, days: int) -> None:
        """Simulate some days, one replica after the other."""
        for model in self._models:
            model.run_for(days)

    def counts(self) -> Counts:
        """What has happened since the start."""
        creators = [model.state.creators for model in self._models]
        return Counts(
            exposures=sum(int(c.total_views.sum()) for c in creators),
            likes=sum(int(c.total_likes.sum()) for c in creators),
            follows=sum(int(c.total_gained.sum()) for c in creators),
            unfollows=sum(int(c.total_lost.sum()) for c in creators),
        )

    def state_bytes(self) -> int:
        """Memory of the state arrays of all replicas."""
        return sum(model.state.nbytes() for model in self._models)


class StudentRun:
    """The student's model."""

    def __init__(self, entry: Entry) -> None:
        from benchmarks.student.model import StudentModel

        graph, parameters = entry.social_graph().to_networkx(), entry.parameters()
        self._models = [StudentModel(parameters, graph, entry.seed + k) for k in range(entry.replicas)]

    def advance(self, days: int) -> None:
        """Simulate some days, one replica after the other."""
        for model in self._models:
            for _ in range(days):
                model.step()

    def counts(self) -> Counts:
        """What has happened since the start, from the data collectors."""
        names = ("views", "likes", "follows", "unfollows")
        return Counts(*(sum(sum(m.datacollector.model_vars[name]) for m in self._models) for name in names))

    def state_bytes(self) -> None:
        """No arrays."""
        return None


def enter(entry: Entry) -> Competitor:
    """Build the models of an entry."""
    return StudentRun(entry) if entry.competitor == "student" else EngineRun(entry)

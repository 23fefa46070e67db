"""Mesa's own `batch_run` on FollowerModel: rows as from models run one by one, nothing kept, slips explained.

The last tests hold down what docs/studies.md says of `batch_run` itself in the newest version of Mesa, and what older
ones do otherwise, so that a version that changes it is noticed.
"""

from __future__ import annotations

import gc
import multiprocessing
import weakref
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

import mesa
import networkx as nx
import psutil  # type: ignore[import-untyped]
import pytest

from simulation.errors import ParameterError
from simulation.model import FollowerModel
from simulation.parameters import Parameters
from simulation.study import full_grid
from tests.batches import SEEDS_BY_RNG, STOPS_IN_TIME, batch
from tests.told import raises
from tests.worlds import SMALL

Row = dict[str, Any]
DAYS = 6
MANY = 80
"""Models of which all but a few must be freed while they are run."""
GRID = full_grid({**{name: [value] for name, value in SMALL.items()}, "feed.popularity_bias": [0.0, 1.0]})
WANTED: Mapping[str, Any] = {"parameters": GRID, "threads": 1, "record": "daily"}
SEEDS = (0, 1)


class Watched(FollowerModel):
    """What docs/studies.md shows to somebody who wants rows of agents."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.datacollector = mesa.DataCollector(
            model_reporters={**self.datacollector.model_reporters, "day_lived": "day"},
            agent_reporters={"mood": "mood", "follows_held": lambda user: len(user.following)},
        )
        self.datacollector.collect(self)


class EndsItself(FollowerModel):
    def step(self) -> None:
        super().step()
        self.running = self.day < 4


class FailsOnce(FollowerModel):
    def step(self) -> None:
        super().step()
        if self.seed == 1 and self.day == 2:
            raise ArithmeticError("one of many")


class Remembered(FollowerModel):
    made: ClassVar[list[weakref.ref[Remembered]]] = []
    most_alive: ClassVar[int] = 0

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        Remembered.made.append(weakref.ref(self))
        Remembered.most_alive = max(Remembered.most_alive, sum(model() is not None for model in Remembered.made))


@pytest.fixture
def nothing_remembered() -> None:
    Remembered.made.clear()
    Remembered.most_alive = 0


def rows_of(
    parameters: Mapping[str, Any],
    model: type[FollowerModel] = FollowerModel,
    seeds: Iterable[int] = (0,),
    **options: Any,
) -> list[Row]:
    rows: list[Row] = batch(model, parameters, seeds, **{"max_steps": DAYS, **options})
    return sorted(rows, key=lambda row: (row["RunId"], row["Step"], row.get("AgentID", 0)))


def one_by_one(days: range) -> list[Row]:
    """The rows of WANTED, from models that are run without Mesa's help."""
    expected = []
    runs = [(values, seed) for values in GRID for seed in SEEDS]
    if SEEDS_BY_RNG:
        runs = [(values, seed) for seed in SEEDS for values in GRID]
    for run, (values, seed) in enumerate(runs):
        model = FollowerModel(values, seed=seed)
        for day in range(DAYS + 1):
            if day in days:
                found = {name: column[-1] for name, column in model.datacollector.model_vars.items()}
                inputs = {"parameters": values, "seed": seed, "threads": 1, "record": "daily"}
                iteration = SEEDS.index(seed) if SEEDS_BY_RNG else 0
                expected.append({"RunId": run, "iteration": iteration, "Step": day, **inputs, **found})
            model.step()
    return expected


@pytest.mark.parametrize(
    ("period", "days"), [(-1, range(DAYS, DAYS + 1)), (1, range(DAYS + 1)), (3, range(0, DAYS + 1, 3))]
)
def test_rows_are_those_of_models_run_one_by_one(period: int, days: range) -> None:
    """Step is the number of days lived; the last one is max_steps."""
    rows = rows_of(WANTED, seeds=SEEDS, data_collection_period=period)
    assert rows == one_by_one(days)
    assert len({(row["likes"], row["follows"]) for row in rows if row["Step"] == DAYS}) == len(GRID) * len(SEEDS)


def test_two_processes_give_the_same_rows() -> None:
    assert rows_of(WANTED, seeds=SEEDS, data_collection_period=1, number_processes=2) == one_by_one(range(DAYS + 1))


def test_presets_and_engines() -> None:
    wanted = {"parameters": [SMALL], "preset": ["tiktok", "chronological"], "engine": ["compiled", "mesa"]}
    rows = rows_of(wanted, data_collection_period=1)
    outcomes = {
        (preset, engine): [
            {name: row[name] for name in ("Step", "views", "likes", "follows", "follow_edges")}
            for row in rows
            if (row["preset"], row["engine"]) == (preset, engine)
        ]
        for preset in wanted["preset"]
        for engine in wanted["engine"]
    }
    assert all(len(some) == DAYS + 1 for some in outcomes.values())
    assert outcomes["tiktok", "compiled"] == outcomes["tiktok", "mesa"]
    assert outcomes["chronological", "compiled"] == outcomes["chronological", "mesa"]
    assert outcomes["tiktok", "compiled"] != outcomes["chronological", "compiled"]


def test_lists_of_lists_for_what_is_a_list_itself() -> None:
    hidden = {"day": 2, "lever": "hide_like_counts", "value": True}
    wanted = {
        "social_graph": [nx.karate_club_graph()],
        "creators": [[0, 33], [1, 2, 3]],
        "interventions": [[], [hidden]],
    }
    assert len(rows_of(wanted)) == 4


@pytest.mark.parametrize("engine", ["compiled", "mesa"])
@pytest.mark.parametrize("processes", [1, 2])
def test_rows_of_agents(engine: str, processes: int) -> None:
    wanted = {"parameters": [SMALL], "threads": 1, "engine": engine}
    rows = rows_of(wanted, Watched, [5], data_collection_period=1, number_processes=processes)
    model = FollowerModel(SMALL, seed=5, threads=1)
    for day in range(DAYS + 1):
        users = model.state.users
        today = [row for row in rows if row["Step"] == day]
        assert [row["AgentID"] for row in today] == list(range(1, users.mood.size + 1))
        assert [row["mood"] for row in today] == users.mood.tolist()
        assert [row["follows_held"] for row in today] == model.state.follows.rows.length.tolist()
        assert {(row["follow_edges"], row["day_lived"]) for row in today} == {
            (int(model.state.follows.rows.length.sum()), day)
        }
        model.step()


@pytest.mark.parametrize("given", [SMALL, Parameters()], ids=["mapping", "Parameters"])
def test_a_mapping_given_bare_is_refused_with_the_remedy(given: Any) -> None:
    with raises(ParameterError, 'mesa.batch_run {"parameters" [{'):
        rows_of({"parameters": given})


def test_the_refusal_comes_back_from_another_process() -> None:
    with raises(ParameterError, "feed.popularity_bias"):
        rows_of({"parameters": [{"feed.popularity_bais": 1}]}, number_processes=2)


def test_many_large_runs_never_hold_more_than_a_few_models(nothing_remembered: None) -> None:
    wanted = {"population.users": 8000, "population.creators": 50, "social_graph.family": "none", "session.slots": 1.0}
    gc.collect()
    gc.disable()
    try:
        rows = rows_of({**wanted, "threads": 1}, Remembered, range(MANY), max_steps=1)
    finally:
        gc.enable()
    assert len(rows) == len(Remembered.made) == MANY
    assert Remembered.most_alive < 40, "models of some 5 MB are left until they hold some 100 MB"


@pytest.mark.parametrize("engine", ["compiled", "mesa"])
def test_many_small_runs_are_freed_by_the_garbage_collector(nothing_remembered: None, engine: str) -> None:
    wanted = {"social_graph": [nx.karate_club_graph()], "threads": 1, "engine": engine}
    rows_of(wanted, seeds=range(5), max_steps=2)
    gc.collect()
    before = psutil.Process().memory_info().rss
    assert len(rows_of(wanted, Remembered, range(MANY), max_steps=2)) == len(Remembered.made) == MANY
    gc.collect()
    assert all(model() is None for model in Remembered.made)
    assert psutil.Process().memory_info().rss - before < 8_000_000


# What the docs say of batch_run itself -------------------------------------------------------------------------------


def test_a_model_that_ends_itself() -> None:
    (row,) = rows_of({"parameters": [SMALL]}, EndsItself)
    assert row["Step"] == (4 if STOPS_IN_TIME else 3)


def test_how_many_days_are_simulated() -> None:
    days: list[int] = []

    class Counts(FollowerModel):
        def step(self) -> None:
            super().step()
            days.append(self.day)

    rows_of({"parameters": [SMALL]}, Counts)
    assert days[-1] == (DAYS if STOPS_IN_TIME else DAYS + 1)


@pytest.mark.skipif(SEEDS_BY_RNG, reason="from Mesa 3.4 on, runs are seeded by rng")
def test_iterations_are_the_same_run_again() -> None:
    first, *others = rows_of({"parameters": [SMALL]}, seeds=[3], iterations=3)
    assert [{**row, "RunId": 0, "iteration": 0} for row in others] == [first, first]


@pytest.mark.skipif(not SEEDS_BY_RNG, reason="before Mesa 3.4 there is no rng")
@pytest.mark.parametrize("options", [{}, {"iterations": 3}])
@pytest.mark.filterwarnings("ignore:The `iterations` keyword:DeprecationWarning")
def test_without_rng_there_is_no_seed_and_the_model_says_how_to_give_one(options: dict[str, Any]) -> None:
    """Seeds among the parameters are overwritten without a word; so they must not pass for what was run."""
    wanted = {"parameters": [SMALL], "seed": [1, 2]}
    with raises(ParameterError, "rng"):
        mesa.batch_run(FollowerModel, wanted, max_steps=1, display_progress=False, **options)


@pytest.mark.skipif(not SEEDS_BY_RNG, reason="before Mesa 3.4 there is no rng")
def test_rng_overwrites_seeds_among_the_parameters() -> None:
    rows = rows_of({"parameters": [SMALL], "seed": [1, 2]}, seeds=[7])
    assert [row["seed"] for row in rows] == [7, 7]
    assert {**rows[1], "RunId": 0} == rows[0]


def test_the_last_day_where_the_period_does_not_divide_it() -> None:
    days = [row["Step"] for row in rows_of({"parameters": [SMALL]}, data_collection_period=4)]
    assert days == ([0, 4] if STOPS_IN_TIME else [0, 4, DAYS])


def test_the_column_of_seeds_of_a_subclass() -> None:
    (row,) = rows_of({"parameters": [SMALL]}, Remembered, seeds=[5])
    assert row["rng" if SEEDS_BY_RNG else "seed"] == 5


def test_a_seed_goes_by_one_name() -> None:
    assert FollowerModel(SMALL, rng=5).seed == 5
    with raises(ParameterError, "seed rng"):
        FollowerModel(SMALL, seed=5, rng=5)


def test_the_start_method_is_spawn_afterwards() -> None:
    rows_of({"parameters": [SMALL]}, max_steps=1)
    assert multiprocessing.get_start_method() == "spawn"


@pytest.mark.parametrize("processes", [1, 2])
def test_one_failing_run_takes_all_others_with_it(processes: int) -> None:
    with raises(ArithmeticError, "one of many"):
        rows_of(WANTED, FailsOnce, SEEDS, number_processes=processes)


# Single parameters --------------------------------------------------------------------------------------------------


def test_parameters_by_their_dotted_names_give_the_same_rows() -> None:
    single = {**SMALL, "feed.popularity_bias": [0.0, 1.0], "threads": 1, "record": "daily"}

    def bare(row: Row, *, nested: bool) -> Row:
        values = row["parameters"] if nested else {name: row[name] for name in GRID[0]}
        return {**{k: v for k, v in row.items() if k not in {"parameters", *GRID[0]}}, "RunId": 0, "values": values}

    def rows(wanted: Mapping[str, Any], *, nested: bool) -> list[str]:
        return sorted(str(sorted(bare(row, nested=nested).items())) for row in rows_of(wanted, seeds=SEEDS))

    assert rows(single, nested=False) == rows(WANTED, nested=True)


@pytest.mark.parametrize("given", [None, {"feed.prior": 2.0}, Parameters().with_values({"feed.prior": 2.0})])
def test_single_parameters_come_on_top(given: Any) -> None:
    model = FollowerModel(given, **{**SMALL, "feed.popularity_bias": 0.5})
    assert model.parameters["feed.popularity_bias"] == 0.5
    assert model.parameters["feed.prior"] == (1.0 if given is None else 2.0)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"sede": 1}, "parameter 'sede' argument"),
        ({"feed.popularity_bia": 1.0}, "feed.popularity_bias"),
        ({"parameters": {"feed.prior": 1.0}, "feed.prior": 2.0}, "feed.prior twice"),
        ({"feed.popularity_bias": 9.0}, "from 0 to 5"),
    ],
)
def test_what_is_no_parameter_is_refused(options: dict[str, Any], says: str) -> None:
    with raises(ParameterError, says):
        FollowerModel(**options)

"""Designs: what they refuse, which runs they make, which seeds the runs share."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.errors import ParameterError
from simulation.interventions import Intervention
from simulation.parameters import Parameters
from simulation.study import Design, Replicate, full_grid, spawn_replicates
from tests.told import raises

BIAS, CROWD = "feed.popularity_bias", "factors.peer_influence.crowd_weight"


def design(**changes: object) -> Design:
    """Two by two points, two populations of two worlds."""
    base = Design("small", tuple(full_grid({BIAS: [0, 1.5], CROWD: [0.0, 1]})), spawn_replicates(3, 2, 2), 5)
    return dataclasses.replace(base, **changes)  # type: ignore[arg-type]


def test_grid_has_every_combination_once() -> None:
    points = full_grid({"a": [1, 2], "b": "xyz"})
    assert len(points) == 6
    assert points[0] == {"a": 1, "b": "x"} and points[1] == {"a": 1, "b": "y"}
    assert {(point["a"], point["b"]) for point in points} == {(a, b) for a in (1, 2) for b in "xyz"}


@pytest.mark.parametrize("levers", [{}, {"a": [1], "b": []}])
def test_grid_without_values_is_refused(levers: dict[str, list[object]]) -> None:
    with raises(ParameterError, "grid"):
        full_grid(levers)


def test_worlds_of_a_population_share_its_seed_and_nothing_else() -> None:
    replicates = spawn_replicates(11, worlds=3, populations=4)
    assert [(r.population, r.world) for r in replicates] == [(p, w) for p in range(4) for w in range(3)]
    assert len({r.seed for r in replicates}) == 4
    assert len({r.luck for r in replicates}) == 12
    assert len({(r.population, r.seed) for r in replicates}) == 4
    assert not {r.seed for r in replicates} & {r.luck for r in replicates}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**64 - 1), worlds=st.integers(1, 4), populations=st.integers(1, 4))
def test_more_replicates_leave_the_first_as_they_are(seed: int, worlds: int, populations: int) -> None:
    few = set(spawn_replicates(seed, worlds, populations))
    assert few < set(spawn_replicates(seed, worlds + 1, populations + 1))


def test_another_seed_gives_other_replicates() -> None:
    first, second = ({(r.seed, r.luck) for r in spawn_replicates(seed, 3, 3)} for seed in (1, 2))
    assert not first & second


@pytest.mark.parametrize("bad", [0, -1, 1.0, True])
def test_number_of_worlds_must_be_whole_and_positive(bad: int) -> None:
    with raises(ParameterError, 1, parameter="worlds", value=bad):
        spawn_replicates(1, bad)


def test_every_point_meets_the_same_replicates() -> None:
    runs = list(design().runs())
    assert len(runs) == len(design()) == 4 * 4
    by_point: dict[int, list[Replicate]] = {}
    for run in runs:
        by_point.setdefault(run.point, []).append(run.replicate)
    assert all(tuple(met) == design().replicates for met in by_point.values())


def test_first_replicate_comes_with_every_point_first() -> None:
    assert [run.point for run in design().runs()][:4] == [0, 1, 2, 3]


def test_values_are_those_the_model_would_use() -> None:
    """0 and 0.0 are one value, so that tables have one type and runs one name."""
    points = design().points
    assert all(type(value) is float for point in points for value in point.values())
    run = next(iter(design(constants={"population.users": 99}).runs()))
    assert run.flat() == Parameters().with_values({BIAS: 0.0, CROWD: 0.0, "population.users": 99}).flat()


def test_every_run_has_the_interventions_of_the_design() -> None:
    plan = (Intervention(4, BIAS, 0.5), Intervention(1, "purge", 1))
    known = design(interventions=plan)
    assert known.interventions == plan[::-1], "by day"
    assert all(run.interventions == plan[::-1] for run in known.runs())
    assert all(run.interventions == () for run in design().runs())
    # A design may be given plain data as well, and is the same.
    data = [{"day": 4, "lever": "popularity_bias", "value": 0.5}, {"day": 1, "lever": "purge", "value": 1}]
    assert design(interventions=data) == known


def bought(creator: int) -> tuple[Intervention, ...]:
    return (Intervention(0, "bought_likes", 5, (creator,)),)


def test_creators_named_must_be_there_at_every_point() -> None:
    points = tuple(full_grid({"population.creators": [30, 20]}))
    assert len(design(points=points, interventions=bought(19))) == 8
    with raises(ParameterError, "creator 20"):
        design(points=points, interventions=bought(20))
    with raises(ParameterError, "creator 9"):
        design(constants={"population.creators": 9}, interventions=bought(9))
    assert len(design(interventions=bought(5000))) == 16, "a graph may have so many"


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"points": ()}, "empty"),
        ({"replicates": ()}, "empty"),
        ({"days": 0}, "days = 0"),
        ({"days": 1.5}, "days = 1.5"),
        ({"points": ({BIAS: 1.0}, {CROWD: 1.0})}, "same levers"),
        ({"points": ({BIAS: 1.0}, {BIAS: 1})}, "same"),
        ({"constants": {BIAS: 1.0}}, "lever constant"),
        ({"points": ({"feed.popularity_bia": 1.0},)}, "feed.popularity_bias"),
        ({"points": ({BIAS: 9.0},)}, "from 0 to 5"),
        ({"constants": {"population.users": -3}}, "population.users = -3"),
        ({"interventions": (Intervention(5, BIAS, 0.5),)}, "day 5 days 0 4"),
        ({"interventions": ({"day": 0, "lever": "users", "value": 1},)}, "population.users constant"),
        ({"interventions": Intervention(0, BIAS, 0.5)}, "list"),
    ],
)
def test_what_cannot_be_run_is_refused(changes: dict[str, object], says: str) -> None:
    with raises(ParameterError, says):
        design(**changes)

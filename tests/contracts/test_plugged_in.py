"""A factor and a feed source of one's own, written as in a notebook cell, work in both engines alike."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import networkx as nx
import numpy as np
import pytest

from simulation.errors import FactorError, ParameterError, PluginError
from simulation.factors import FACTORS, Factor
from simulation.factors.talent import TALENT
from simulation.model import FollowerModel
from simulation.platform.feed import SOURCES, FeedSource, PlatformView, rank_random
from tests.engines.histories import Recorded, assert_same_history, lived
from tests.told import raises

ENGINES = ("compiled", "mesa")
VALUES = {
    "population.creators": 6,
    "decision.follow_threshold": 0.5,
    "decision.follow_sharpness": 6.0,
    "leaving.base_hazard": 0.2,
    "users.attention_median": 2.0,
}

CELL = """
import math
import numpy as np
from simulation.declare import parameter
from simulation.factors import Factor, FactorSection

WIT = np.linspace(0.2, 1.0, 6)

class HumourParameters(FactorSection):
    timing: float = parameter(2.0, about="How much timing matters", bounds=(0.0, 10.0))

def humour(encounter, p):
    mood = 0.5 + 0.5 * math.sin(p.timing * encounter.day)
    if encounter.following:
        mood = math.sqrt(mood)
    return WIT[encounter.creator] * mood

HUMOUR = Factor("humour", humour, HumourParameters(weight=2.0, timing=3.0))
"""


@pytest.fixture(scope="module")
def humour() -> Factor:
    """A factor more, written in a cell: in ``__main__``, of which no source file can be found."""
    cell: dict[str, Any] = {"__name__": "__main__"}
    exec(CELL, cell)
    factor: Factor = cell["HUMOUR"]
    return factor


def club(days: int, **options: Any) -> Recorded:
    return lived(days, VALUES, seed=2, threads=1, social_graph=nx.karate_club_graph(), **options)


def test_a_factor_more_works_in_both_engines_alike(humour: Factor) -> None:
    compiled, mesa = (club(8, engine=engine, factors=[*FACTORS, humour]) for engine in ENGINES)
    assert_same_history(compiled, mesa)
    events = [day for day in compiled.days if day.user.size]
    assert sum(day.user.size for day in events) > 50
    assert all(day.contributions.shape[1] == len(FACTORS) + 1 for day in events)
    assert any((day.contributions[:, -1] != 0.0).any() for day in events)
    assert {kind for day in events for kind in day.kind.tolist()} == {-1, 1}


def test_a_factor_more_weighs_as_much_as_it_says(humour: Factor) -> None:
    weights = club(0, engine="mesa", factors=[*FACTORS, humour]).state.users.factor_weights
    assert weights.shape == (34, len(FACTORS) + 1)
    np.testing.assert_allclose(weights.sum(axis=1), 1.0, atol=1e-15)
    assert np.median(weights[:, -1] / weights[:, 0]) == pytest.approx(2.0, rel=0.2)


def test_a_factor_more_matters(humour: Factor) -> None:
    fewer, more = (club(8, engine="mesa", factors=factors) for factors in (FACTORS, [*FACTORS, humour]))
    assert fewer.state.creators.total_likes.tolist() != more.state.creators.total_likes.tolist()


def test_a_factor_may_take_the_place_of_one_of_the_model_s() -> None:
    """Its name is known, so its parameters stand in the tree like the other's."""
    flat = replace(TALENT, rule=lambda met, p: 0.25)
    factors = [flat if factor is TALENT else factor for factor in FACTORS]
    model = club(3, engine="mesa", factors=factors)
    assert model.state.reference[1] == 0.25


def test_fewer_factors_do_as_well() -> None:
    model = club(3, engine="mesa", factors=[TALENT])
    assert model.state.reference.shape == (1,)
    assert (model.state.users.factor_weights == 1.0).all()


# --- feed sources -------------------------------------------------------------------------------------------------


def hidden_gems(view: PlatformView) -> Any:
    """Good posts of creators whom few follow."""
    return view.quality / (1.0 + view.followers)


def by_topic(view: PlatformView) -> Any:
    """For each topic, the posts on it."""
    return view.topics.T**2


@pytest.mark.parametrize("source", [FeedSource("gems", hidden_gems, share=2.0), FeedSource("topics", by_topic, 2.0)])
def test_a_feed_source_of_ones_own_works_in_both_engines_alike(source: FeedSource) -> None:
    compiled, mesa = (club(8, engine=engine, sources=[*SOURCES, source]) for engine in ENGINES)
    assert_same_history(compiled, mesa)
    shown_by = np.concatenate([day.source[day.kind == 1] for day in compiled.days])
    assert compiled.source_names[6] == source.name
    assert np.mean(shown_by == 6) > 0.3


def halves(view: PlatformView) -> Any:
    """Half of the users see the first three creators only, the other half the others."""
    first = np.arange(view.posted.size) < 3
    return np.array([first, ~first], dtype=float)


HALVES = FeedSource("halves", halves, share=50.0, groups=lambda view: np.arange(view.viewers.activity.size) % 2)


def test_a_feed_source_may_differ_from_user_to_user() -> None:
    alone = {
        **VALUES,
        **{f"feed.mix.{name}": 0.0 for name in ("following", "friends", "popular", "interest", "random")},
    }
    options: dict[str, Any] = {
        "seed": 2,
        "threads": 1,
        "social_graph": nx.karate_club_graph(),
        "sources": [*SOURCES, HALVES],
    }
    compiled, mesa = (lived(8, alone, engine=engine, **options) for engine in ENGINES)
    assert_same_history(compiled, mesa)
    follows = np.concatenate([np.stack([day.user, day.creator])[:, day.source == 6] for day in mesa.days], axis=1)
    assert follows.shape[1] > 10
    assert ((follows[1] < 3) == (follows[0] % 2 == 0)).all()


def test_groups_of_a_source_must_be_rows_of_its_weights() -> None:
    for wrong in (lambda view: np.full(view.users, 2), lambda view: np.zeros(3, dtype=int), lambda view: None):
        with raises(PluginError, "'halves' 0 1 (34,)"):
            club(1, engine="mesa", sources=[*SOURCES, replace(HALVES, groups=wrong)])


@pytest.mark.parametrize("engine", ENGINES)
def test_a_source_may_show_one_creator_to_everybody(engine: Any) -> None:
    def only_the_third(view: PlatformView) -> Any:
        return (np.arange(view.posted.size) == 3).astype(float)

    nothing = {f"feed.mix.{name}": 0.0 for name in ("following", "friends", "popular", "interest", "random")}
    values = {**VALUES, **nothing, "creators.posting_rate_median": 1.0, "creators.posting_rate_sigma": 0.0}
    source = FeedSource("third", only_the_third, share=1.0)
    model = lived(5, values, threads=1, engine=engine, social_graph=nx.karate_club_graph(), sources=[*SOURCES, source])
    views = model.state.creators.total_views
    assert views[3] > 0
    assert views.sum() == views[3]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_source_that_goes_wrong_on_some_day_is_named(engine: Any) -> None:
    def wrong_on_day_two(view: PlatformView) -> Any:
        return rank_random(view) * (-1.0 if view.day == 2 else 1.0)

    with raises(PluginError, "'moody' negative day 2"):
        club(5, engine=engine, sources=[*SOURCES, FeedSource("moody", wrong_on_day_two, share=1.0)])


@pytest.mark.parametrize(
    ("rule", "given"),
    [
        (lambda encounter, p: 1.5, "1.5"),
        (lambda encounter, p: float("nan"), "nan"),
        (lambda encounter, p: "high", "'high'"),
        (lambda encounter, p: encounter.humour, "AttributeError"),
        (lambda encounter, p: encounter.talents, "did you mean talent?"),
        (lambda encounter, p: encounter.own.loneliness, "no columns of your own"),
        (lambda encounter, p: p.wait, "'wait' did you mean weight"),
    ],
    ids=["above one", "not a number", "a word", "an unknown field", "a slip of the pen", "no column", "no parameter"],
)
def test_a_factor_with_a_slip_is_refused_before_it_runs(rule: Any, given: str) -> None:
    with raises(FactorError, given, factor="slip"):
        FollowerModel({"population.users": 40}, factors=[Factor("slip", rule)], threads=1)


def test_a_factor_that_is_not_pure_is_refused() -> None:
    luck = iter(range(1_000_000))
    with raises(FactorError, "pure") as caught:
        FollowerModel(
            {"population.users": 40}, factors=[Factor("moody", lambda encounter, p: next(luck) % 2)], threads=1
        )
    assert caught.value.factor == "moody"


def with_a_dictionary(encounter: Any, p: Any) -> float:
    return {"talent": encounter.talent}["talent"]


def with_a_power(encounter: Any, p: Any) -> float:
    return float(encounter.talent**3)


@pytest.mark.parametrize(("rule", "key"), [(with_a_dictionary, "compiled"), (with_a_power, "powers")])
def test_a_factor_only_python_understands_is_refused_by_the_compiled_engine(rule: Any, key: str) -> None:
    factor = Factor("odd", rule)
    FollowerModel({"population.users": 40}, factors=[factor], engine="mesa").run_for(1)
    with raises(FactorError, key) as caught:
        FollowerModel({"population.users": 40}, factors=[factor])
    assert caught.value.factor == "odd"


def test_leaving_a_factor_out_leaves_the_others_weights_in_proportion() -> None:
    whole = FollowerModel({"population.users": 40}, threads=1).state.users.factor_weights
    fewer = FollowerModel({"population.users": 40}, factors=[f for f in FACTORS if f is not TALENT], threads=1)
    rest = np.delete(whole, 1, axis=1)
    assert np.allclose(fewer.state.users.factor_weights, rest / rest.sum(axis=1, keepdims=True), rtol=1e-12)


def test_a_replaced_rule_keeps_the_parameters_of_the_tree() -> None:
    flat = replace(TALENT, rule=lambda met, p: 0.25)
    factors = [flat if factor is TALENT else factor for factor in FACTORS]
    model = FollowerModel({"population.users": 40, "factors.talent.weight": 50.0}, factors=factors, engine="mesa")
    assert model.state.users.factor_weights[:, 1].mean() > 0.8


def test_parameters_of_a_factor_that_is_not_there_are_refused() -> None:
    with raises(ParameterError, "'talent'"):
        FollowerModel({"factors.talent.weight": 2.0}, factors=[f for f in FACTORS if f is not TALENT])

"""Rivals: how facts are measured and judged, what the table says, and that all models live on one population."""

from __future__ import annotations

import dataclasses
import math
from types import SimpleNamespace
from typing import Any, cast

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from benchmarks.validation import facts as measures
from benchmarks.validation.facts import ALL, DEFAULT, FACTS, FITNESS, MERIT, OURS, PREFERENTIAL, RANDOM, Fact
from benchmarks.validation.lives import Lived, Span, lived
from benchmarks.validation.rivals import MODELS, RIVALS, WHY, bands, compared, counts, fact_table, values
from benchmarks.validation.target import Effort, Evidence
from benchmarks.validation.tuning import FREE, HAZARD, tuned
from simulation.analysis import follows_per_user_day, unfollow_hazard
from simulation.analysis.churn import TieSpells
from simulation.errors import ParameterError
from simulation.model import FollowerModel
from tests.engines.histories import arrays, bits
from tests.told import raises, tells

TINY = {"population.users": 120, "population.creators": 30, "social_graph.mean_degree": 6.0}
SHORT = Span(days=40, early=20, landmark=15)
KNOWN = {fact.name: fact for fact in FACTS}


def world(**kept: Any) -> Lived:
    """A world of which only some things are known."""
    empty = {field.name: None for field in dataclasses.fields(Lived)}
    return Lived(**cast(dict[str, Any], {**empty, "span": Span(4, 2, 2), **kept}))


def ties(*pairs: tuple[int, int], users: int, creators: int) -> dict[str, Any]:
    """Follows at the end, with interests and voices of the right length."""
    follows = pd.DataFrame(pairs, columns=["user", "creator"])
    return {
        "result": SimpleNamespace(follows=follows),
        "interests": np.eye(users, 2),
        "voices": np.eye(creators, 2),
    }


# Measures -----------------------------------------------------------------------------------------------------------


def test_likeness_of_followers_is_over_that_of_everybody() -> None:
    """User 0 is all for topic 0, as creator 0 is; of two users one is, so chance is one half."""
    assert measures.shared_interests(world(**ties((0, 0), users=2, creators=2))) == pytest.approx(2.0)
    assert measures.shared_interests(world(**ties((0, 0), (1, 0), users=2, creators=2))) == pytest.approx(1.0)


def test_friends_follow_alike_over_any_two() -> None:
    """Two of three users follow the same one, and are friends: 1 shared follow a pair, over 1/3 of all pairs."""
    kept = ties((0, 0), (1, 0), users=3, creators=2)
    assert measures.friends_alike(world(friends=np.array([[0, 1]]), **kept)) == pytest.approx(3.0)
    assert measures.friends_alike(world(friends=np.array([[0, 1], [0, 2], [1, 2]]), **kept)) == pytest.approx(1.0)
    assert measures.friends_alike(world(friends=np.array([[0, 2]]), **kept)) == 0.0


@pytest.mark.parametrize("exponent", [0.0, 0.8, 1.3])
def test_attachment_finds_the_exponent(exponent: float) -> None:
    before = np.array([0.0, 1.0, 3.0, 10.0, 50.0, 400.0])
    followers = np.tile(before[:, None], (1, measures.RECENT + 1))
    gained = np.zeros_like(followers)
    gained[1:, -1] = 7.0 * before[1:] ** exponent
    assert measures.attachment(world(followers=followers, gained=gained)) == pytest.approx(exponent, abs=1e-9)
    assert math.isnan(measures.attachment(world(followers=followers, gained=0.0 * gained)))


def test_worlds_that_come_out_the_same_are_predictable_and_opposite_ones_are_not() -> None:
    counts_ = np.array([90, 10, 50, 50])
    assert measures.unpredictable(world(early=counts_, elsewhere=counts_)) == 0.0
    assert measures.unpredictable(world(early=counts_, elsewhere=counts_[[1, 0, 2, 3]])) > 5.0


def test_draws_from_the_same_shares_are_as_unpredictable_as_chance() -> None:
    """Mean over 60 pairs of worlds, standard error .02: the test fails by luck with probability below .001."""
    generator, shares = np.random.default_rng(1), np.full(40, 1 / 40)
    pairs = [generator.multinomial(500, shares, size=2) for _ in range(60)]
    found = np.mean([measures.unpredictable(world(early=a, elsewhere=b)) for a, b in pairs])
    assert found == pytest.approx(1.0, abs=0.1)


def spells(*rows: tuple[int, int, int, int, bool]) -> TieSpells:
    """Spells of following: user, creator, start, end, whether dropped."""
    *columns, dropped = (np.array(column) for column in zip(*rows, strict=True))
    return TieSpells(*columns, unfollowed=dropped.astype(bool))


def test_ties_at_the_landmark_are_those_held_when_its_day_is_over() -> None:
    """After day 1: not one dropped on it, one from before the start, one of that day, not one that comes later."""
    lives = spells((0, 0, 0, 1, True), (1, 0, -1, 4, True), (2, 0, 1, 3, False), (3, 0, 2, 3, False))
    user, creator, days, lost = measures._at_landmark(world(spells=lives))
    assert user.tolist() == [1, 2]
    assert creator.tolist() == [0, 0]
    assert days.tolist() == [3, 2]
    assert lost.tolist() == [True, False]


def test_hazard_of_mutual_ties_is_over_that_of_other_ties_between_creators() -> None:
    """Users 0, 1, 2 are creators 0, 1, 2; user 3 is none. 0 and 1 follow each other; 2 follows 0 unreturned."""
    lives = spells((0, 1, 0, 3, True), (1, 0, 0, 3, False), (2, 0, 0, 2, True), (3, 0, 0, 2, True))
    result = SimpleNamespace(users=pd.DataFrame({"creator": [0, 1, 2, -1]}), creators=pd.DataFrame({"user": [0, 1, 2]}))
    assert measures.mutual_ties(world(spells=lives, result=result)) == pytest.approx((1 / 4) / (1 / 1))


def test_hazard_of_embedded_ties_is_over_that_of_ties_no_friend_holds() -> None:
    """0 and 1 are friends and follow 0, the other way round as well; 2 knows nobody; 1 follows 1 alone."""
    lives = spells((0, 0, 0, 3, False), (1, 0, 0, 3, True), (2, 0, 0, 2, True), (1, 1, 0, 2, False))
    kept = {"interests": np.eye(3, 2), "voices": np.eye(2), "friends": np.array([[0, 1]])}
    assert measures.embedded_ties(world(spells=lives, **kept)) == pytest.approx((1 / 4) / (1 / 2))


def test_hazard_ratios_of_nothing_are_no_numbers() -> None:
    nobody, somebody = np.array([False]), np.array([True])
    assert math.isnan(measures._hazard_ratio(nobody, np.array([3]), somebody))
    assert math.isnan(measures._hazard_ratio(np.array([True, False]), np.array([3, 3]), np.array([True, False])))


def test_bursts_leave_days_without_posts_out() -> None:
    gained = np.array([[10.0, 0.0, 10.0, 0.0], [0.0, 0.0, 1.0, 0.0], [20.0, 0.0, 40.0, 0.0]])
    posted = np.tile([1.0, 0.0, 1.0, 0.0], (3, 1))
    assert measures.bursts(world(gained=gained, posted=posted)) == pytest.approx((0.0 + 200.0 / 30.0) / 2.0)
    assert math.isnan(measures.bursts(world(gained=gained[[1]], posted=posted[[1]])))


@pytest.mark.parametrize(("law", "gain"), [("laplace", 0.0724), ("normal", -0.0484)])
def test_a_tent_is_told_from_a_bell(law: str, gain: float) -> None:
    """Of 100,000 draws; the standard error is below .002."""
    growth = getattr(np.random.default_rng(2), law)(size=100_000)
    followers = np.full((growth.size, measures.RECENT + 1), 100.0)
    followers[:, -1] = 100.0 * np.exp(growth)
    assert measures.tent(world(followers=followers)) == pytest.approx(gain, abs=0.01)


def test_some_rise_and_others_fall_only_where_both_do() -> None:
    then = np.repeat(np.arange(40.0, 0.0, -1.0)[:, None], 4, axis=1)
    assert measures.rise_and_fall(world(followers=then)) == 0.0
    then[0, -1], then[1:4, -1] = 99.0, 1.0
    assert measures.rise_and_fall(world(followers=then)) == 0.25


# Facts and the table ------------------------------------------------------------------------------------------------

CHANCE = Fact(
    "chance", about="more than chance", unit="ratio", source="somebody", measure=measures.tent, low=1.0, whole=True
)
RANGE = Fact("range", about="in a range", measure=measures.tent, low=1.0, high=2.0, needs="likes", put_in=(DEFAULT,))


@pytest.mark.parametrize(
    ("numbers", "verdict"),
    [
        ([1.2, 1.3, 1.25], "shown"),
        ([1.0, 1.6, 1.1], "not shown"),
        ([1.2, math.nan], "not shown"),
        ([1, 1], "not shown"),
    ],
)
def test_what_is_said_against_chance_needs_the_whole_interval(numbers: list[float], verdict: str) -> None:
    assert CHANCE.judge(DEFAULT, numbers)[1] == verdict


@pytest.mark.parametrize(
    ("model", "numbers", "verdict"),
    [
        (RANDOM, [1.0, 3.0], "shown"),
        (DEFAULT, [1.0, 3.0], "put in"),
        (DEFAULT, [2.0, 3.0], "not shown"),
        (RANDOM, [math.nan, 1.5], "not shown"),
    ],
)
def test_of_a_range_the_mean_must_lie_in_it(model: str, numbers: list[float], verdict: str) -> None:
    assert RANGE.judge(model, numbers)[1] == verdict


def test_facts_without_room_and_verdicts_without_an_interval_are_refused() -> None:
    with raises(ParameterError, "bound"):
        Fact("x", about="x", measure=measures.tent)
    with raises(ParameterError, "fact 'chance' 2 seeds"):
        CHANCE.judge(DEFAULT, [1.2])


def test_facts_have_names_of_their_own_and_measures_of_their_own() -> None:
    assert len({fact.name for fact in FACTS}) == len(FACTS) == len({fact.measure for fact in FACTS})
    assert all(fact.source and set(fact.put_in) <= set(ALL) for fact in FACTS)
    assert [model.preset for model in MODELS] == list(ALL)


def found_of(**numbers: list[float]) -> dict[tuple[str, str], list[float]]:
    """Numbers of two facts, the same for all models but where given by label; likes only here."""
    found = {(model.preset, "chance"): numbers.get(model.label, [1.0, 1.1]) for model in MODELS}
    return found | {(ours, "range"): [1.5, 1.6] for ours in OURS}


def table_of(**numbers: list[float]) -> pd.DataFrame:
    """Their table."""
    return fact_table(MODELS, (CHANCE, RANGE), found_of(**numbers))


def test_the_table_has_every_model_and_fact_and_counts_what_cannot_be_expressed_apart() -> None:
    table = table_of(fitness=[1.5, 1.51])
    assert len(table) == 2 * len(MODELS)
    assert table["verdict"].tolist()[:2] == ["not shown", "put in"]
    assert table["verdict"].tolist()[2:6] == ["not shown", "shown", "not shown", "cannot express"]
    assert table["reason"].tolist()[:6] == ["", "", "", "", "", "there are no likes in it"]
    tally = counts(table).set_index("model")
    assert tally.loc["this model"].tolist() == [0, 1, 1, 0]
    assert tally.loc["fitness"].tolist() == [1, 0, 0, 1]


def test_the_sentences_say_where_a_rival_does_better() -> None:
    notes = " ".join(compared(table_of(fitness=[1.5, 1.51])))
    assert tells(notes, "1 facts model 0 fitted 0 random")
    assert tells(notes, "not random preferential fitness meritocratic")
    assert tells(notes, "not show *chance* fitness")


def test_the_sentences_do_not_complain_where_it_does_best() -> None:
    notes = " ".join(compared(table_of(**{"this model": [1.5, 1.51], "this, fitted": [1.5, 1.51]})))
    assert "not ahead" not in notes
    assert "does not show *" not in notes


def test_whatever_stays_missed_is_a_fact() -> None:
    assert set(WHY) <= set(KNOWN)


def test_checks_are_those_of_this_model() -> None:
    chance, span = bands(found_of(fitness=[1.5, 1.51]), (CHANCE, RANGE))
    assert (chance.name, chance.found.estimate, chance.seeds) == ("chance", pytest.approx(1.05), 2)
    assert (span.low, span.high, span.met) == (1.0, 2.0, True)


# Models -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [RANDOM, PREFERENTIAL, FITNESS, MERIT])
def test_rivals_live_on_the_population_of_the_defaults(name: str) -> None:
    ours, theirs = (dict(arrays(FollowerModel(TINY, preset=preset, seed=3).state)) for preset in (DEFAULT, name))
    same = [known for known in ours if bits(ours[known]) == bits(theirs[known])]
    people = {known for known in ours if known.startswith(("users.", "creators.", "peers."))}
    differs = {FITNESS: {"users.factor_weights"}, MERIT: {"users.use"}}  # by talent alone; one meeting a session
    assert people - set(same) == differs.get(name, set())


def test_without_recommender_a_random_feed_is_the_same_world() -> None:
    kept = lived(RANDOM, SHORT, 5, TINY)
    assert kept.early is kept.unranked
    assert kept.early.sum() > 0
    assert (kept.early != kept.elsewhere).any()


def test_lives_keep_what_the_world_was() -> None:
    kept = lived(DEFAULT, SHORT, 5, TINY)
    model = FollowerModel(TINY, seed=5)
    assert (kept.interests == model.state.users.interests).all()
    graph = nx.Graph(kept.friends.tolist())
    assert nx.utils.graphs_equal(nx.Graph(graph.edges), nx.Graph(model.result().social_graph.to_networkx().edges))
    model.run_for(SHORT.early)
    assert (kept.early == model.state.creators.followers).all()
    assert kept.followers.shape == (30, SHORT.days)


@pytest.mark.parametrize("name", FREE)
def test_tuning_gives_the_follows_of_the_defaults_and_the_hazard(name: str) -> None:
    """Within a tenth of each other at a small size, at which unfollows are some hundreds."""
    size = {"population.users": 300, "population.creators": 60}
    setting = tuned(name, days=100, seed=1, size=size)
    assert set(setting) == {known for known in (FREE[name], "leaving.unfollow_probability") if known}
    ours, theirs = FollowerModel(size, seed=1), FollowerModel({**size, **setting}, preset=name, seed=1)
    for model in (ours, theirs):
        model.run_for(100)
    wanted, found = (follows_per_user_day(model.result().daily) for model in (ours, theirs))
    assert unfollow_hazard(theirs.result().daily) == pytest.approx(HAZARD, rel=0.15)
    if FREE[name]:
        assert found == pytest.approx(wanted, rel=0.1)


def test_tuning_knows_only_rivals() -> None:
    with raises(ParameterError, "rival 'default' random_following"):
        tuned(DEFAULT)


def test_all_models_are_asked_for_all_facts_and_drawn() -> None:
    found = values(MODELS, FACTS, range(2), SHORT, TINY)
    table = fact_table(MODELS, FACTS, found)
    assert len(table) == len(MODELS) * len(FACTS)
    assert (table.loc[table["verdict"] != "cannot express", "seeds"] == 2).all()
    assert set(table.loc[table["verdict"] == "cannot express", "fact"]) == {
        fact.name for fact in FACTS if fact.needs in {"likes", "a recommender"}
    }
    figure = RIVALS.figure(Evidence(bands(found, FACTS), {"facts": table, "counts": counts(table)}))
    written = [text.get_text() for text in figure.axes[0].texts]
    numbers = int(np.isfinite(table["value"]).sum())
    assert len(written) == numbers + 4 * len(MODELS)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert [label.split(" (")[0] for label in labels[: len(FACTS)]] == [fact.name for fact in FACTS]


def test_the_target_needs_no_data() -> None:
    assert RIVALS.lacks(Effort()) == []

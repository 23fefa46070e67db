"""Leaving for reasons: what the ledger says of it adds up, and each channel acts where its input says so."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simulation.engines.base import rule_parameters
from simulation.engines.ties import enjoy
from simulation.interventions import Intervention
from simulation.ledger import BY_WHOM, CAUSES_OF_LEAVING, UNFOLLOW, reason_names
from simulation.model import FollowerModel
from simulation.records import load_result, same_tables
from simulation.state import DOSE, POSTS_SEEN, USUAL, WHOLE
from simulation.users.reasons import CHANNELS
from tests.engines.histories import Recorded, arrays, assert_same_history, bits, lived
from tests.worlds import ENGINES

OFF = {f"leaving.reasons.{name}": 0.0 for name in CHANNELS[:-1]} | {"leaving.overload": 0.0}
"""Every channel switched off."""
WORLD = {
    "population.users": 400,
    "population.creators": 60,
    "population.initial_follows": 15.0,
    "population.initial_follows_sigma": 0.5,
    "population.fame_sigma": 0.3,
    "creators.minds": "off",
    "creators.posting_rate_median": 0.5,
    "leaving.unfollow_rule": "reasons",
    "leaving.new_tie_fragility": 0.0,
    "leaving.reciprocity_bond": 0.0,
    "leaving.reasons.base": 0.01,
    "leaving.tidy_probability": 0.0,
    "session.checks": 6,
}


def unfollows(model: FollowerModel) -> pd.DataFrame:
    events = model.result().events
    found: pd.DataFrame = events[(events["kind"] == "unfollow") & (events["cause"] != "departure")]
    return found


@cache
def eventful() -> Recorded:
    sold = [Intervention(day, "sponsored_post", 0.8, tuple(range(0, 60, 2))) for day in range(0, 40, 4)]
    values = {**WORLD, "users.attention_median": 10.0, "leaving.tidy_probability": 0.02, "change.curiosity": 0.2}
    return lived(40, values, seed=3, interventions=sold)


def test_contributions_changes_and_parts_sum() -> None:
    """Against the user's own followed posts and the beginning of the tie, to the appeal; parts, to the hazard."""
    model = eventful()
    events = unfollows(model)
    assert len(events) > 500
    names = [factor.name for factor in model.factors]
    appeal, began = events["appeal"], events["began"]
    made = events[[f"contribution_{name}" for name in names]].sum(axis=1) + events["reference"]
    np.testing.assert_allclose(made, appeal, rtol=0.0, atol=1e-12)
    np.testing.assert_allclose(events[[f"change_{name}" for name in names]].sum(axis=1) + began, appeal, atol=1e-12)
    np.testing.assert_allclose(events[[f"change_{name}" for name in BY_WHOM]].sum(axis=1) + began, appeal, atol=1e-12)
    decided = events[(events["probability"] < 1.0) & (events["source"] != "none")]
    parts = decided[[f"part_{name}" for name in CHANNELS]].sum(axis=1)
    np.testing.assert_allclose(parts, np.log(decided["probability"] / 0.01), atol=1e-9)
    tidied = events[events["source"] == "none"]
    assert len(tidied) > 0 and not tidied[[f"part_{name}" for name in CHANNELS]].to_numpy().any()
    assert (tidied["cause"] == "overload").all()


def test_follows_have_no_reasons_and_the_log_has_their_columns() -> None:
    events = eventful().result().events
    names = list(reason_names(tuple(factor.name for factor in eventful().factors)))
    assert list(events.columns[-len(names) :]) == names
    assert not events.loc[events["kind"] == "follow", names].to_numpy().any()
    assert set(CAUSES_OF_LEAVING) <= set(events["cause"].cat.categories)


def test_ties_know_how_they_began() -> None:
    """A tie of the first day keeps the factor values at which it was followed, to half a step."""
    model = Recorded({**WORLD, "population.initial_follows": 0.0, "leaving.reasons.base": 0.0}, seed=2)
    model.run_for(1)
    events, rows, weights = model.days[0], model.state.rows, model.state.users.factor_weights
    assert events.user.size > 20
    for e in range(events.user.size):
        user, creator = int(events.user[e]), int(events.creator[e])
        entry = rows.start[user] + int(np.flatnonzero(model.state.follows.of(user) == creator)[0])
        began = rows.began[entry, :-1] / WHOLE
        assert weights[user] @ began == pytest.approx(events.appeal[e], abs=0.5 / WHOLE)
        assert rows.began[entry, -1] == 0, "nobody's peers followed anyone as the day began"
        assert rows.felt[entry, USUAL] == pytest.approx(events.appeal[e], abs=1e-6)
        assert (rows.felt[entry, DOSE], rows.seen[entry, 0]) == (1.0, 0)


def test_the_first_posts_of_a_tie_count_alike() -> None:
    """Whoever was followed for a lucky post is not left for being as good as ever."""
    model = Recorded({**WORLD, "population.initial_follows": 0.0, "leaving.reasons.base": 0.0}, seed=2)
    model.run_for(1)
    rows = model.state.rows
    entry = int(model.state.follows.entries()[1][0])
    p = rule_parameters(model.parameters, model._behaviour).leaving
    seen = [float(rows.satisfaction[entry])]
    for posts, appeal in enumerate([0.9, 0.1, 0.5], 1):
        enjoy(rows, entry, appeal, p)
        seen.append(appeal)
        assert rows.felt[entry, POSTS_SEEN] == posts
        assert rows.felt[entry, USUAL] == pytest.approx(np.mean(seen), abs=1e-6)
        assert rows.satisfaction[entry] == pytest.approx(np.mean(seen), abs=1e-6)
    for _ in range(200):
        enjoy(rows, entry, 0.2, p)
    assert rows.satisfaction[entry] == pytest.approx(0.2, abs=1e-6)
    assert 0.2 < rows.felt[entry, USUAL] < 0.3, "what it usually gives is slow to forget"


def test_without_channels_the_hazard_is_that_of_a_settled_tie() -> None:
    model = lived(20, {**WORLD, **OFF}, seed=1)
    events = unfollows(model)
    assert len(events) > 100
    assert (events["probability"] == 0.01).all() and set(events["cause"]) <= {"whim", "absence"}
    assert not events[[f"part_{name}" for name in CHANNELS]].to_numpy().any()


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_channel_of_weight_zero_adds_nothing(channel: str) -> None:
    off = "leaving.overload" if channel == "overload" else f"leaving.reasons.{channel}"
    assert not unfollows(lived(10, {**WORLD, off: 0.0}, seed=1))[f"part_{channel}"].any()
    assert unfollows(eventful())[f"part_{channel}"].any(), "or the test would say nothing"


def broken(model: FollowerModel, standing: Any) -> Any:
    """Which of some ties are no more."""
    users, entries = model.state.follows.entries()
    held = set(zip(users.tolist(), model.state.rows.creator[entries].tolist(), strict=True))
    return np.array([pair not in held for pair in standing])


def after_a_shock(channels: dict[str, float], seed: int) -> tuple[float, float]:
    """Share of standing ties that end in 60 days: to creators who lost .3 of authenticity, and to the others."""
    model = FollowerModel({**WORLD, **OFF, **channels, "leaving.reasons.base": 0.003}, seed=seed)
    model.run_for(60)
    users, entries = model.state.follows.entries()
    creators = model.state.rows.creator[entries].astype(int)
    standing = list(zip(users.tolist(), creators.tolist(), strict=True))
    model.state.creators.authenticity[::2] = np.maximum(0.0, model.state.creators.authenticity[::2] - 0.3)
    model.run_for(60)
    ended, shocked = broken(model, standing), creators % 2 == 0
    return float(ended[shocked].mean()), float(ended[~shocked].mean())


def test_a_creator_who_grows_less_authentic_is_left() -> None:
    shocked, others = np.mean([after_a_shock({"leaving.reasons.change": 0.8}, seed) for seed in (1, 2)], axis=0)
    assert shocked > 1.25 * others
    shocked, others = np.mean([after_a_shock({}, seed) for seed in (1, 2)], axis=0)
    assert 0.85 < shocked / others < 1.15, "without the channel nobody minds"


def test_ties_that_give_less_than_the_others_end_first() -> None:
    means = []
    for weight in (0.0, 0.6):
        events = unfollows(lived(40, {**WORLD, **OFF, "leaving.reasons.alternatives": weight}, seed=4))
        means.append(float((events["satisfaction"] - events["reference"]).mean()))
    assert means[1] < means[0] - 0.02


def test_too_many_posts_are_left() -> None:
    """Unfollows by posting: creators who post daily against those who post twice a week."""
    ratios = []
    for weight in (0.0, 0.6):
        values = {**WORLD, **OFF, "leaving.reasons.satiation": weight, "session.checks": 20}
        model = FollowerModel(values, seed=5)
        rate = np.where(np.arange(60) % 2 == 0, 1.0, 2.0 / 7.0)
        for array in (model.state.creators.posting_rate, model.state.creators.rate):
            array[:] = rate
        model.run_for(30)
        events, views = unfollows(model), model.result().creator_days.groupby("creator")["views"].sum()
        often = events["creator"] % 2 == 0
        per_view = [float(part.sum() / views[views.index % 2 == k].sum()) for k, part in ((0, often), (1, ~often))]
        ratios.append(per_view[0] / per_view[1])
    assert ratios[1] > 1.5 * ratios[0]


def test_success_makes_the_fearful_leave() -> None:
    events = unfollows(lived(30, {**WORLD, **OFF, "leaving.reasons.smallness": 6.0}, seed=6))
    fomo = FollowerModel({**WORLD, **OFF}, seed=6).state.users.fomo
    assert fomo[events["user"]].mean() > fomo.mean() + 0.05


@pytest.mark.parametrize("weight", [0.0, 2.5])
def test_paid_posts_are_left(weight: float) -> None:
    sold = [Intervention(day, "sponsored_post", 1.0, tuple(range(0, 60, 2))) for day in range(30)]
    model = lived(30, {**WORLD, **OFF, "leaving.reasons.sponsored": weight}, seed=7, interventions=sold)
    events = unfollows(model)
    selling, others = (int((events["creator"] % 2 == k).sum()) for k in (0, 1))
    assert selling > 2 * others if weight else 0.6 < selling / others < 1.5
    assert (events.loc[events["cause"] == "sponsored", "creator"] % 2 == 0).all()


def test_who_moves_on_leaves() -> None:
    """New interests every other session raise unfollows where drift has a weight, and their cause is the user."""
    counts = []
    for weight in (0.0, 8.0):
        values = {**WORLD, **OFF, "leaving.reasons.drift": weight, "change.curiosity": 0.5}
        events = unfollows(lived(40, {**values, "change.curiosity_step": 0.5}, seed=8))
        counts.append(len(events))
    assert counts[1] > 1.3 * counts[0]
    assert (events["cause"] == "user_changed").mean() > 0.3


def test_more_follows_than_can_be_cared_for_are_left() -> None:
    few, many = (
        len(unfollows(lived(20, {**WORLD, **OFF, "leaving.overload": weight, "users.attention_median": 6.0}, seed=9)))
        for weight in (0.0, 1.0)
    )
    assert many > 1.5 * few


# --- looking at followed creators ---------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_news_of_followed_creators_come_first_and_sessions_get_no_longer(engine: Any) -> None:
    values: dict[str, Any] = {
        "population.users": 60,
        "population.creators": 12,
        "population.initial_follows": 5.0,
        "creators.posting_rate_median": 1.0,
        "session.escapism_effect": 0.0,
        "wellbeing.moves": False,
        "session.slots": 4.0,
        "leaving.unfollow_rule": "never",
        "decision.follow_rule": "constant",
        "decision.follow_probability": 0.0,
    }
    plain = lived(3, values, seed=3, engine=engine)
    checking = lived(3, {**values, "session.checks": 12, "creators.posting_rate_sigma": 0.0}, seed=3, engine=engine)
    assert checking.counts[0].views <= 4 * checking.counts[0].sessions
    assert checking.counts[0].sessions == plain.counts[0].sessions
    rows, day = checking.state.rows, checking.state.day - 1
    users, entries = checking.state.follows.entries()
    looked = checking.state.rows.length[users] <= 4
    # Who follows four creators or fewer and opened the app has seen the post of each of them that day.
    seen, posted = rows.seen[entries, 0] == day, checking.state.creators.posted[rows.creator[entries]]
    opened = np.isin(users, users[seen])
    assert (seen == posted)[looked & opened].all() and (looked & opened).sum() > 20


def test_checks_reach_followers_that_no_feed_reaches() -> None:
    """With a feed of random creators, more checks mean that more ties are seen on a day."""
    values = {**WORLD, "feed.mix.following": 0.0, "feed.mix.random": 1.0, "feed.mix.popular": 0.0}
    seen = []
    for checks in (0, 3, 15):
        model = lived(5, {**values, "session.checks": checks, "session.slots": 20.0}, seed=1)
        entries = model.state.follows.entries()[1]
        seen.append(float((model.state.rows.seen[entries, 0] == 4).mean()))
    assert seen[0] < seen[1] < seen[2]


@pytest.mark.parametrize("patience", [3, 1000])
def test_long_silence_is_noticed(patience: int) -> None:
    values = {**WORLD, **OFF, "session.patience": patience, "feed.mix.following": 0.0, "leaving.reasons.base": 0.05}
    model = FollowerModel(values, seed=1)
    silent = np.arange(60) < 20
    model.state.creators.away_until[silent] = 10**6
    model.run_for(15)
    events = unfollows(model)
    assert bool((events["creator"] < 20).any()) == (patience == 3)
    assert set(events.loc[events["creator"] < 20, "cause"]) <= {"absence"}


def test_what_is_off_takes_no_room_and_changes_nothing() -> None:
    model = lived(5, {"population.users": 60, "population.creators": 12}, seed=1)
    rows, users = model.state.rows, model.state.users
    assert not (rows.seen.size or rows.felt.size or rows.began.size or users.usual_values.size)
    assert not (users.usual_interests.size or model.days[0].reasons.size or model.days[0].began.size)
    assert not set(reason_names(("talent",))) & set(model.result().events.columns)
    assert not set(CAUSES_OF_LEAVING) & set(model.result().cause_names)


def test_explanations_say_what_changed() -> None:
    model = eventful()
    events = unfollows(model)
    row = events[events["cause"] == "creator_changed"].iloc[0]
    told = model.result().explain(int(row["user"]), int(row["creator"]))
    assert "(cause: creator_changed)" in told
    assert f"{row['change_by_creator']:+.3f}" in told and f"{row['change_by_user']:+.3f}" in told
    assert f"{row['began']:.3f}" in told and f"{row['reference']:.3f}" in told
    assert f"x{np.exp(row['part_change']):.2f}" in told


def test_results_and_checkpoints_keep_reasons(tmp_path: Path) -> None:
    whole = lived(16, WORLD, seed=4)
    begun = lived(6, WORLD, seed=4)
    resumed = FollowerModel.from_checkpoint(begun.save_checkpoint(tmp_path / "c"))
    resumed.run_for(10)
    assert same_tables(whole.result(), resumed.result()) == []
    for (name, x), (_, y) in zip(arrays(whole.state), arrays(resumed.state), strict=True):
        assert bits(x) == bits(y), name
    whole.result().save(tmp_path / "r")
    stored = load_result(tmp_path / "r")
    assert same_tables(stored, whole.result()) == []
    assert stored.cause_names == whole.result().cause_names
    pd.testing.assert_frame_equal(stored.causes(), whole.result().causes())


def test_reasons_are_kept_over_an_engine_change() -> None:
    whole = lived(16, WORLD, seed=4)
    switched = lived(6, WORLD, seed=4, engine="mesa")
    switched.engine = "compiled"
    switched.run_for(10)
    assert_same_history(whole, switched)
    assert any((events.kind == UNFOLLOW).any() for events in whole.days)

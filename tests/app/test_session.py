"""Runs as the dashboard has them, without a browser."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from simulation import load_result
from simulation.app.beginnings import MOST_USERS, USERS, beginning
from simulation.app.history import OF_CREATORS, TOTALS, History
from simulation.app.lane import Lane
from simulation.app.session import Session
from simulation.errors import ParameterError
from simulation.interventions import Intervention
from simulation.records.compare import same_tables
from tests.told import raises

SMALL = beginning(
    "instagram", {"population.users": 80, "decision.follow_threshold": 0.6, "leaving.base_hazard": 0.3}, seed=4
)


@pytest.fixture
def session() -> Session:
    return Session(SMALL, threads=1)


def followers(lane: Lane) -> list[int]:
    return lane.model.state.creators.followers.tolist()


# One run --------------------------------------------------------------------------------------------------------


def test_it_begins_with_the_defaults_and_so_many_users() -> None:
    fresh = Session(threads=1)
    assert (fresh.day, fresh.a.users, fresh.b, fresh.seed) == (0, USERS, None, 0)


def test_days_add_up(session: Session) -> None:
    session.step(3)
    session.step()
    assert session.day == session.a.day == 4
    assert session.a.history.days.tolist() == [0, 1, 2, 3, 4]
    gained, lost = session.a.history.total("gained"), session.a.history.total("lost")
    assert gained[-1] - lost[-1] == sum(followers(session.a)) - session.a.history.total("follows")[0]
    assert session.a.history.rate("gained").sum() == gained[-1] > 0


def test_causes_of_today_sum_to_what_came_and_went(session: Session) -> None:
    session.step(9)
    gained, lost = session.a.today_by_cause()
    creators = session.a.model.state.creators
    assert (gained.sum(), lost.sum()) == (creators.gained.sum(), creators.lost.sum())
    assert gained.sum() > 0 < lost.sum()


def test_bought_and_purged_followers_have_their_causes(session: Session) -> None:
    session.step(1)
    session.intervene("bought_followers", 40, (2,))
    session.step(1)
    names = session.a.cause_names
    assert session.a.today_by_cause()[0][names.index("bought")] == 40
    session.intervene("purge", 1.0)
    session.step(1)
    assert session.a.today_by_cause()[1][names.index("purge")] == 40


def test_events_of_one_user_and_one_creator(session: Session) -> None:
    session.step(12)
    all_of_them = session.a.recent(most=10**6)
    assert [event[0] for event in all_of_them] == sorted((event[0] for event in all_of_them), reverse=True)
    user, creator = all_of_them[0][2:4]
    assert session.a.recent(user=user, most=10**6) == [event for event in all_of_them if event[2] == user]
    assert session.a.recent(creator=creator, most=3) == [event for event in all_of_them if event[3] == creator][:3]
    assert {event[1] for event in all_of_them} == {True, False}


def test_reset_gives_the_same_days_again_and_another_seed_others(session: Session) -> None:
    session.step(6)
    first = followers(session.a)
    session.intervene("popularity_bias", 3.0)
    session.reset()
    assert (session.day, session.a.scenario.interventions) == (0, ())
    session.step(6)
    assert followers(session.a) == first
    session.reset(seed=5)
    session.step(6)
    assert followers(session.a) != first


def test_a_seed_that_is_none_leaves_the_run(session: Session) -> None:
    session.step(2)
    lane = session.a
    with raises(ParameterError, "0 2**64 - 1", parameter="seed", value=-1):
        session.reset(seed=-1)
    assert (session.seed, session.a) == (4, lane)


def test_either_engine_may_go_on_with_the_other_s_days(session: Session) -> None:
    session.step(2)
    session.engine = "mesa"
    session.step(2)
    other = Session(SMALL, threads=1)
    other.step(4)
    assert session.engine == session.a.model.engine == "mesa"
    assert same_tables(session.a.model.result(), other.a.model.result()) == []


# What is changed ------------------------------------------------------------------------------------------------


def test_before_the_first_day_everything_is_set(session: Session) -> None:
    assert session.set("population.users", 60) == "set"
    assert session.set("feed.popularity_bias", 0.0) == "set"
    assert (session.a.users, session.value_of("feed.popularity_bias")) == (60, 0.0)
    assert session.waiting() == {}


def test_what_was_set_before_the_first_day_keeps_what_is_to_come(session: Session) -> None:
    session.intervene("bought_followers", 5, (1,))
    session.set("feed.popularity_bias", 0.5)
    session.step()
    assert session.a.model.state.creators.bought[1] == 5


def test_later_levers_move_and_the_rest_waits(session: Session) -> None:
    session.step(3)
    assert session.set("feed.popularity_bias", 2.0) == "lever moved"
    assert session.set("feed.popularity_bias", 2.5) == "lever moved"
    assert session.a.scenario.interventions == (Intervention(3, "feed.popularity_bias", 2.5),)
    assert session.value_of("feed.popularity_bias") == 2.5
    session.step()
    assert session.a.model.parameters["feed.popularity_bias"] == 2.5
    assert session.set("decision.follow_threshold", 0.7) == "waits for reset"
    assert session.waiting() == {"decision.follow_threshold": 0.7}
    assert session.a.model.parameters["decision.follow_threshold"] == 0.6
    assert session.value_of("decision.follow_threshold") == 0.7
    session.reset()
    assert session.a.model.parameters["decision.follow_threshold"] == 0.7
    assert session.waiting() == {}


@pytest.mark.parametrize("days", [0, 2])
@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("feed.popularity_bias", 9.0, "0 to 5"),
        ("feed.popularity_bia", 1.0, "feed.popularity_bias"),
        ("population.users", MOST_USERS + 1, "at most 20,000"),
        ("decision.follow_threshold", float("nan"), "finite"),
    ],
)
def test_what_is_not_allowed_leaves_the_run(session: Session, days: int, name: str, value: float, words: str) -> None:
    session.step(days)
    lane, inputs = session.a, session.a.scenario
    with raises(ParameterError, name, words):
        session.set(name, value)
    assert (session.a, session.a.scenario, session.waiting()) == (lane, inputs, {})


def test_a_feed_without_sources_is_refused_before_it_is_lived(session: Session) -> None:
    session.step(1)
    for name in ("friends", "popular", "interest", "random"):
        session.set(f"feed.mix.{name}", 0.0)
    with raises(ParameterError, "day 1"):
        session.set("feed.mix.following", 0.0)
    session.step(1)
    assert session.a.model.parameters["feed.mix.following"] == 0.45


def test_more_creators_than_users_are_refused(session: Session) -> None:
    with raises(ParameterError, "creators"):
        session.set("population.creators", 81)
    session.step(1)
    session.set("population.creators", 81)
    lane = session.a
    with raises(ParameterError, "creators"):
        session.reset()
    assert session.a is lane


def test_presets(session: Session) -> None:
    session.step(2)
    session.use_preset("two_state")
    assert (session.day, session.a.users, session.a.creators) == (0, 1001, 1)
    with raises(ParameterError, "tiktok"):
        session.use_preset("tiktk")
    assert session.a.scenario.preset == "two_state"


def test_numbers_of_users_and_creators(session: Session) -> None:
    assert (session.a.check_user(79), session.a.check_creator(0)) == (79, 0)
    for check in (session.a.check_user, session.a.check_creator):
        for number in (-1, 80):
            with raises(ParameterError, "whole number 0"):
                check(number)


# Two runs -------------------------------------------------------------------------------------------------------


def test_a_twin_is_the_same_up_to_now_and_then_differs_by_the_change_alone(session: Session) -> None:
    session.step(3)
    session.set("session.session_cap", 10)
    session.step(3)
    session.engine = "mesa"
    session.compare()
    assert session.b is not None
    assert session.b.model.engine == "mesa"
    session.engine = "compiled"
    session.step(1)
    assert same_tables(session.a.model.result(), session.b.model.result()) == []
    assert np.array_equal(session.a.history.total("gained"), session.b.history.total("gained"))
    session.set("feed.hide_follower_counts", True, "B")
    session.step(8)
    assert followers(session.a) != followers(session.b)
    alone = Session(SMALL, threads=1)
    alone.step(3)
    alone.set("session.session_cap", 10)
    alone.step(12)
    assert same_tables(alone.a.model.result(), session.a.model.result()) == []


def test_b_goes_and_comes(session: Session) -> None:
    session.compare()
    session.set("population.users", 50, "B")
    assert session.b is not None
    assert (session.a.users, session.b.users) == (80, 50)
    session.step(1)
    session.set("decision.follow_threshold", 0.8, "B")
    assert session.waiting("A") == {}
    assert session.waiting("B") == {"decision.follow_threshold": 0.8}
    session.stop_comparing()
    assert session.b is None
    session.compare()
    assert session.b.users == 80  # type: ignore[union-attr]


# What is taken away ---------------------------------------------------------------------------------------------


def test_the_download_and_its_toml_give_the_same_history(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from typer.testing import CliRunner

    from simulation.cli import app

    session.set("users.homophily", 0.5)
    session.step(4)
    session.set("feed.popularity_bias", 0.25)
    session.intervene("bought_followers", 30, (1, 5))
    session.step(2)
    session.compare()
    session.set("feed.hide_like_counts", True, "B")
    session.intervene("keep_strategy", "chase_trends", (), "B")
    session.step(5)
    session.set("session.session_cap", 3)  # tomorrow's: no part of what was lived
    with zipfile.ZipFile(io.BytesIO(session.download())) as packed:
        assert packed.testzip() is None
        packed.extractall(tmp_path)
    assert "run-a.toml" in (tmp_path / "README.txt").read_text()
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        again = CliRunner().invoke(app, ["run", f"run-{name}.toml", "--out", f"again-{name}"])
        assert again.exit_code == 0, again.output
        stored, rerun = load_result(tmp_path / f"run-{name}"), load_result(tmp_path / f"again-{name}")
        assert same_tables(stored, rerun) == []
        assert stored.provenance["parameters"] == rerun.provenance["parameters"]
    assert same_tables(load_result(tmp_path / "run-a"), load_result(tmp_path / "run-b")) != []


def test_before_the_first_day_there_is_a_toml_only(session: Session) -> None:
    with zipfile.ZipFile(io.BytesIO(session.download())) as packed:
        assert packed.namelist() == ["README.txt", "run-a.toml"]
    assert "days" not in session.a.to_toml()


# The past -------------------------------------------------------------------------------------------------------


def test_old_days_are_thinned_and_memory_stays() -> None:
    history = History(3, most_days=20)
    size = history.nbytes()
    for day in range(500):
        totals = dict.fromkeys(TOTALS, 2.0 * day)
        history.append(day, totals, {name: np.array([day, 0, -day]) for name in OF_CREATORS})
    assert history.nbytes() == size
    days = history.days
    assert (days[0], days[-1]) == (0, 499)
    assert days.size <= 20
    assert (np.diff(days) > 0).all()
    assert np.diff(days)[-5:].tolist() == [1] * 5
    assert history.rate("gained") == pytest.approx(2.0)
    assert history.of_creator(2, "mood").tolist() == (-days).tolist()


def test_many_creators_cost_days_and_not_memory() -> None:
    assert History(200_000).nbytes() < 200 * 2**20

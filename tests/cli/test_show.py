"""`show`: an account in words, and figures."""

from pathlib import Path
from typing import Any

import pytest

from simulation import FollowerModel, load_result
from simulation.cli.account import a_tie_with_a_story
from tests.cli.saying import SMALL
from tests.told import tells


def test_the_account_tells_what_the_tables_hold(say: Any, small_result: Path) -> None:
    said = say("show", small_result, "--no-figures")
    assert said.code == 0, said
    result = load_result(small_result)
    daily = result.daily
    assert f"{daily['follows'].sum():,} follows, {daily['unfollows'].sum():,} unfollows" in said.out
    best: Any = result.creators.sort_values("followers").iloc[-1]
    top = said.out.splitlines()[next(k for k, line in enumerate(said.out.splitlines()) if "Most followed" in line) + 2]
    assert f"{best['followers']:,}" in top.split()
    causes = result.causes()
    assert f"in all {causes['gained'].iloc[-1]} 100%" in " ".join(said.out.split())
    weightiest = str(causes["gained"].iloc[:-1].sort_values().index[-1]).replace("_", " ")
    lines = said.out.splitlines()
    first = next(k for k, line in enumerate(lines) if "Why followers" in line) + 2
    assert lines[first].startswith(weightiest)


def test_figures_lie_beside_the_result_and_not_in_it(say: Any, own_copy: Path) -> None:
    before = sorted(own_copy.iterdir())
    said = say("show", own_copy)
    assert said.code == 0, said
    beside = own_copy.with_name("copy-figures")
    assert sorted(path.name for path in beside.iterdir()) == ["overview.pdf", "overview.png"]
    assert (beside / "overview.png").read_bytes().startswith(b"\x89PNG")
    assert str(beside / "overview.pdf") in said.out
    assert sorted(own_copy.iterdir()) == before


def test_one_creator(say: Any, small_result: Path) -> None:
    result = load_result(small_result)
    creator = int(result.creators["followers"].to_numpy().argmax())
    said = say("show", small_result, "--creator", creator, "--out", "figures")
    assert said.code == 0, said
    row = result.creators.iloc[creator]
    assert f"Creator {creator} (user {row['user']})" in said.out
    assert tells(said.out, f"{row['followers']}")
    assert f"{row['gained']} gained, {row['lost']} lost" in said.out
    assert sorted(path.name for path in Path("figures").iterdir()) == [f"creator-{creator}.{s}" for s in ("pdf", "png")]


def test_why_one_user_left(say: Any, small_result: Path) -> None:
    events = load_result(small_result).events
    event = events[events["kind"] == "unfollow"].iloc[0]
    said = say("show", small_result, "--explain", f"{event['user']},{event['creator']}")
    assert said.code == 0, said
    assert f"User {event['user']} and creator {event['creator']}" in said.out
    assert f"Day {event['day']}" in said.out
    assert event["cause"] in said.out
    assert list(Path().glob("*-figures")) == []


@pytest.mark.parametrize("tie", ["1-2", "1", "a,b", "1,2,3", ""])
def test_a_tie_is_two_numbers(say: Any, small_result: Path, tie: str) -> None:
    say("show", small_result, "--explain", tie).refused("--explain", "USER,CREATOR", "310,12")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (["--creator", "99"], ("creator = 99", "from 0 to 11")),
        (["--creator", "-1"], ("creator = -1",)),
        (["--explain", "999,0"], ("user = 999", "from 0 to 59")),
        (["--explain", "0,99"], ("creator = 99",)),
    ],
)
def test_nobody_of_that_number(say: Any, small_result: Path, option: list[str], words: tuple[str, ...]) -> None:
    say("show", small_result, *option).refused(*words)


def test_figures_that_cannot_be_written(say: Any, small_result: Path) -> None:
    Path("taken").write_text("mine")
    said = say("show", small_result, "--out", "taken/figures")
    assert said.code == 2
    assert tells(said.err, "written")
    assert "Traceback" not in said.err


def test_a_run_in_which_nothing_happened(say: Any) -> None:
    model = FollowerModel({**SMALL, "session.slots": 0.0})
    model.run_for(3)
    model.result().save("nothing")
    said = say("show", "nothing")
    assert said.code == 0, said
    assert tells(said.out, "0 follows, 0 unfollows 0")
    assert tells(said.out, "followed unfollowed")
    assert "Inequality" not in said.out
    assert a_tie_with_a_story(load_result("nothing")) is None


def test_a_run_without_an_event_log_has_no_figures(say: Any) -> None:
    model = FollowerModel(SMALL, record="daily")
    model.run_for(5)
    model.result().save("daily")
    said = say("show", "daily")
    assert said.code == 0, said
    assert "no figures" in said.err
    assert not Path("daily-figures").exists()
    say("show", "daily", "--explain", "1,1").refused("event log")


def test_names_from_the_social_graph(say: Any) -> None:
    import networkx as nx

    model = FollowerModel(social_graph=nx.les_miserables_graph(), creators=[0])
    model.run_for(2)
    model.result().save("named")
    said = say("show", "named", "--creator", 0, "--no-figures")
    assert "Creator 0 (user 0, Napoleon)" in said.out

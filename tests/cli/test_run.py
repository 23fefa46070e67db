"""`run`: a file, a preset, options on top; the result on disk."""

from pathlib import Path
from typing import Any

import pytest

from simulation import load_result
from simulation.records import same_tables
from tests.cli.saying import SMALL, SMALL_FILE, SMALL_OPTIONS
from tests.told import tells

EDGES = "source,target\na,b\nb,c\nc,c\na,b\nc,d\nd,a\n"


def test_a_file_gives_the_same_as_python(say: Any, small_result: Path) -> None:
    Path("study.toml").write_text(SMALL_FILE)
    said = say("run", "study.toml", "--out", "out/a")
    assert said.code == 0, said
    assert tells(said.out, "60 users 12 creators 20 days instagram seed 4 compiled")
    assert tells(said.out, "out/a")
    assert same_tables(load_result("out/a"), load_result(small_result)) == []


def test_options_come_on_top_of_the_file(say: Any) -> None:
    Path("study.toml").write_text(SMALL_FILE)
    said = say(
        "run", "study.toml", "--out", "a", "--days", 3, "--seed", 9, "--engine", "mesa", "--preset", "chronological",
        "--set", "population.creators=5", "--set", "social_graph.family=erdos_renyi", "--threads", 1,
    )  # fmt: skip
    assert said.code == 0, said
    result = load_result("a")
    given = result.provenance
    assert (result.days, given["seed"], given["engine"], given["preset"]) == (3, 9, "mesa", "chronological")
    assert result.parameters["population.creators"] == 5
    assert result.parameters["population.users"] == 60
    assert result.parameters["social_graph.family"] == "erdos_renyi"
    assert result.parameters["feed.mix.following"] == 0.7


@pytest.mark.parametrize("record", ["daily", "events", "posts"])
def test_what_is_recorded_can_be_said(say: Any, small_result: Path, record: str) -> None:
    Path("study.toml").write_text(SMALL_FILE)
    assert say("run", "study.toml", "--record", record, "--out", "a").code == 0
    result = load_result("a")
    assert {name for name in ("events", "posts") if name in result.tables} == {
        "daily": set(),
        "events": {"events"},
        "posts": {"events", "posts"},
    }[record]
    assert set(same_tables(result, load_result(small_result))) <= {"events", "posts"}
    if record == "posts":
        assert len(result.posts) == result.daily["posts"].sum() > 0
        assert say("rerun", "a").code == 0


def test_what_cannot_be_recorded_is_refused(say: Any) -> None:
    said = say("run", "--preset", "default", "--record", "all", "--out", "a")
    assert said.code == 2 and tells(said.err, "record 'all' 'daily' 'events' 'posts'")


def test_a_preset_needs_no_file_and_seed_zero_is_the_default(say: Any) -> None:
    assert say("run", "--preset", "instagram", *SMALL_OPTIONS, "--days", 20, "--out", "a").code == 0
    assert say("run", "--preset", "instagram", *SMALL_OPTIONS, "--days", 20, "--out", "b", "--seed", 0).code == 0
    assert same_tables(load_result("a"), load_result("b")) == []


def test_days_default_to_a_year(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulation.cli import config

    assert config.DAYS == 365
    monkeypatch.setattr(config, "DAYS", 2)
    assert say("run", "--preset", "default", *SMALL_OPTIONS, "--out", "a").code == 0
    assert load_result("a").days == 2


@pytest.mark.parametrize("by", ["file", "option"])
def test_a_social_graph_from_a_file(say: Any, by: str) -> None:
    Path("data").mkdir()
    Path("data/friends.csv").write_text(EDGES)
    # In a file, the graph is sought beside the file; on the command line, from where one is.
    Path("data/study.toml").write_text('[run]\ndays = 2\ngraph = "friends.csv"\n[population]\ncreators = 2\n')
    option = ["--graph", "data/friends.csv"] if by == "option" else []
    said = say("run", "data/study.toml", "--out", "a", *option)
    assert said.code == 0, said
    assert "friends.csv: 4 users, 4 edges; dropped 1 self-loop and 1 duplicate edge" in said.err
    result = load_result("a")
    assert result.users["label"].tolist() == ["a", "b", "c", "d"]
    assert result.social_graph.edges == 4


INTERVENTIONS = """
[[interventions]]
day = 6
lever = "popularity_bias"
value = 3

[[interventions]]
day = 2
lever = "bought_followers"
value = 500
creators = [7, 3]
"""


def test_interventions_of_the_file_and_of_the_command_line_come_together(say: Any) -> None:
    from simulation.interventions import Intervention

    Path("study.toml").write_text(SMALL_FILE + INTERVENTIONS)
    more = ["--intervene", "4 hide_follower_counts=true", "--intervene", "9 purge=0.5 @ 3"]
    said = say("run", "study.toml", *more, "--out", "a")
    assert said.code == 0, said
    result = load_result("a")
    assert result.interventions == (
        Intervention(2, "bought_followers", 500, (3, 7)),
        Intervention(4, "feed.hide_follower_counts", True),
        Intervention(6, "feed.popularity_bias", 3.0),
        Intervention(9, "purge", 0.5, (3,)),
    )
    assert result.parameters["feed.popularity_bias"] == 1.0, "parameters are those of the first day"
    assert say("rerun", "a").code == 0


def test_a_file_may_leave_the_days_to_the_command_line(say: Any) -> None:
    Path("study.toml").write_text('[[interventions]]\nday = 400\nlever = "purge"\nvalue = 1\n')
    from simulation.cli.config import asked

    scenario, engine = asked(Path("study.toml"), days=401)
    assert (len(scenario.interventions), scenario.days, engine) == (1, 401, None)
    say("run", "study.toml", "--out", "a").refused("day 400", "days 0 364")


@pytest.mark.parametrize("length", [231, 243, 245, 255, 256])
@pytest.mark.parametrize("every", [[], ["--checkpoint-every", 1]])
def test_a_long_name_is_taken_or_refused_before_the_run(say: Any, length: int, every: list[Any]) -> None:
    name = "x" * length
    said = say("run", "--preset", "default", *SMALL_OPTIONS, "--days", 2, "--out", name, *every)
    taken = length <= (244 if every else 255)
    assert said.code == (0 if taken else 2), said
    assert taken == Path(name).exists() if length <= 255 else not taken
    assert taken or (tells(said.err, "long") and "day" not in said.err)


def test_overwrite_replaces_a_result_and_nothing_else(say: Any) -> None:
    first = ["run", "--preset", "default", *SMALL_OPTIONS, "--days", 2, "--out", "a"]
    assert say(*first).code == 0
    before = load_result("a")
    say(*first, "--seed", 1).refused("a result already", "--overwrite")
    assert same_tables(before, load_result("a")) == []
    assert say(*first, "--seed", 1, "--overwrite").code == 0
    assert load_result("a").provenance["seed"] == 1
    Path("a/notes.txt").write_text("mine")
    say(*first, "--overwrite").refused("notes.txt", "result")
    assert Path("a/notes.txt").read_text() == "mine"


def test_every_preset_printed_can_be_run(say: Any) -> None:
    Path("mine.toml").write_text(say("presets", "polya").out)
    assert say("run", "mine.toml", "--days", 3, "--out", "a").code == 0
    assert load_result("a").parameters["session.schedule"] == "on_arrival"


def test_small_values_match() -> None:
    from simulation.scenario import Scenario

    assert Scenario(dict(SMALL)).parameters["population.users"] == 60

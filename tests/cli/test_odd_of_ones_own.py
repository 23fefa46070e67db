"""`odd`: the model of one's own in the ODD protocol, out of a file, a stored result or a sweep."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import simulation
from simulation import Factor, Scenario, SocialGraph, Sweep, load_result
from simulation.odd import odd_document
from simulation.study.design.sweep_file import read_sweep
from simulation.study.folder.sweep_folder import run_sweep
from tests.cli.saying import forget

ROOT = Path(__file__).parents[2]
LINK = re.compile(r"\[(`\w+\([^`]*\)`)\]\(\.\./(\S+)\.py\)")

MINE = '''\
"""One of each."""

from simulation import Act, Column, Creator, Factor, FeedSource, FollowRule, Phase, Section
from simulation import Strategy, User, parameter, week


class Contagion(Section):
    times: int = parameter(3, about="Days | seen first", unit="days", bounds=(1, 7), kind="lever", source="Centola")


def after_several(encounter, choice, p):
    """Follow only after several days.

    Parameters
    ----------
    encounter
        Not told.
    """
    return choice.chance if encounter.seen_lately + 1 >= p.times else 0.0


class Lonely(Section):
    pace: float = parameter(0.2, about="Share of loneliness that a day renews", unit="1/day", bounds=(0.0, 1.0))


def renew(world, p):
    """Loneliness grows of an evening."""
    world.columns.loneliness[:] += p.pace * (0.5 - world.columns.loneliness)


def give(world, creators, value):
    ## no heading; ```no fence```
    world.columns.verified[creators] = value


def rank_fresh(view):
    """Newcomers come first."""
    return 1.0 / (1.0 + view.followers)


def craft(me, p):
    """Post less, better."""
    return week(pace=0.5, polish=0.2)


class Loyal(User):
    """Never leaves anybody."""


class Proud(Creator):
    """As all others."""


CONTAGION = FollowRule("contagion", after_several, Contagion())
EVENING = Phase("evening", after="settle", do=renew, parameters=Lonely())
LONELINESS = Column("loneliness", of="users", start=0.0, about="Wish for company", recorded=True)
VERIFIED = Column("verified", of="creators", about="Carries a badge")
BADGE = Act("verified_badge", about="Gives a badge", unit="1", do=give)
COMFORT = Factor("comfort", lambda encounter, p: encounter.own.loneliness * encounter.emotional_resonance)
FRESH = FeedSource("fresh", rank_fresh, share=0.2)
CRAFT = Strategy("craft", craft)
'''
NAMED = """\
factors = ["talent", "mine.py:COMFORT"]
sources = ["popular", "mine.py:FRESH"]
plugins = ["mine.py:CONTAGION", "mine.py:EVENING", "mine.py:LONELINESS", "mine.py:VERIFIED", "mine.py:BADGE", \
"mine.py:CRAFT"]
"""
STUDY = f"""\
[run]
preset = "tiktok"
seed = 3
luck = 4
days = 2
creators = [3, 17]
{NAMED}user_type = "mine.py:Loyal"
creator_type = "mine.py:Proud"

[population]
users = 60

[minds.strategy]
trend_mix = 0.9

[contagion]
times = 2

[[interventions]]
day = 1
lever = "verified_badge"
value = 1
creators = [0, 1]
"""
SWEEP = f"""\
[sweep]
days = 1
samples = 1
replicates = 1
outcomes = ["follower_gini"]
{NAMED}
[sweep.uncertainties]
"feed.prior" = {{ low = 0.1, high = 10.0, scale = "log" }}

[sweep.levers]
"contagion.times" = [1, 2]
engine = ["mesa"]

[sweep.levers.user_type]
plain = "simulation:User"
loyal = "mine.py:Loyal"

[sweep.levers.interventions]
never = []
hidden = [{{ day = 0, lever = "hide_like_counts", value = true }}]

[population]
users = 60
"""
BROUGHT = (
    "Factor `comfort`",
    "Feed source `fresh`",
    "Follow rule `contagion`",
    "Phase `evening`",
    "Column `loneliness`",
    "Column `verified`",
    "Act `verified_badge`",
    "Strategy `craft`",
    "User class `Loyal`",
    "Creator class `Proud`",
)


@pytest.fixture
def mine(say: Any) -> Path:
    """The file of plug-ins, in the working directory; no module has been read of it."""
    file = Path("mine.py").resolve()
    file.write_text(MINE)
    Path("study.toml").write_text(STUDY)
    return file


def differences(page: str) -> str:
    """The chapter on what differs, with its blocks of code."""
    return page.partition("\n## What differs from the default model\n")[2].partition("\n## 1. Purpose")[0]


def row(page: str, name: str) -> list[str]:
    """Cells of the row of a table that begins with a name."""
    found = next(line for line in page.splitlines() if line.startswith(f"| `{name}` |"))
    return re.split(r"(?<!\\) \| ", found.strip("| "))


def test_without_a_model_it_is_the_page_of_the_default_model(say: Any) -> None:
    page = (ROOT / "docs" / "odd.md").read_text()
    plain, links = LINK.subn(lambda found: f"{found[1]} in `{found[2].replace('/', '.')}`", page)
    assert links > 50
    assert say("odd").out == plain.replace("name links to its file", "name stands with its module")
    assert say("odd", "--out", "odd.md").out == "wrote odd.md\n"
    assert Path("odd.md").read_text() == say("odd").out
    assert "](../" not in say("odd").out


def test_in_the_repository_rules_link_to_their_files(say: Any) -> None:
    from simulation.cli import odd

    assert odd._links(ROOT / "docs" / "odd.md") == "../"
    assert odd._links(ROOT / "odd.md") == ""
    assert odd._links(Path("odd.md")) is None


def test_it_needs_no_repository(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "simulation", tmp_path / "simulation", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "simulation", "odd", "--out", "odd.md"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "odd.md").read_text() == odd_document()


def test_one_of_each_stands_in_it_with_all_that_it_says(say: Any, mine: Path) -> None:
    page = say("odd", "study.toml").out
    told = differences(page)
    assert re.findall(r"^#### (.+)$", told, re.MULTILINE) == list(BROUGHT)
    for text in (
        "Follow only after several days.",
        "Wish for company. Made with `of` = users, `start` = 0,",
        "Loneliness grows of an evening. Made with `after` = settle. From `mine.py:EVENING`",
        "Gives a badge.",
        "Newcomers come first. Made with `share` = 0.2",
        "Post less, better.",
        "Never leaves anybody.",
    ):
        assert text in told
    for source in ("encounter.seen_lately + 1 >= p.times", "world.columns.verified[creators] = value", "polish=0.2)"):
        assert source in told
    assert row(told, "contagion.times")[1:6] == ["3", "2", "days", "1 to 7", "lever"]
    assert r"Days \| seen first. *Source: Centola.*" in row(told, "contagion.times")[6]
    assert row(told, "evening.pace")[1:4] == ["0.2", "0.2", "1/day"]
    assert str(mine.parent) not in page
    assert "no heading" not in page.partition("\n## ")[0]


def test_each_is_named_where_it_belongs(say: Any, mine: Path) -> None:
    page = say("odd", "study.toml").out
    for before, anchor, after in (
        ("## 2. ", "column-loneliness", "## 3. "),
        ("## 2. ", "user-class-loyal", "## 3. "),
        ("7. **settle**", "phase-evening", "8. **follow_back**"),
        ("### Interventions", "act-verified_badge", "### Trends"),
        ("### Plans of creators", "strategy-craft", "### Posting"),
        ("### The feed", "feed-source-fresh", "### Sessions"),
        ("### Factors of appeal", "factor-comfort", "### Likes and follows"),
        ("### Likes and follows", "follow-rule-contagion", "### Satisfaction"),
    ):
        assert f"(#{anchor})" in page.partition(f"\n{before}")[2].partition(f"\n{after}")[0], anchor


def test_what_was_set_and_given_differs(say: Any, mine: Path) -> None:
    page = say("odd", "study.toml").out
    told = differences(page)
    assert row(told, "feed.mix.staged")[1:5] == ["0", "0.3", "1", "preset"]
    assert row(told, "minds.strategy.trend_mix")[1:5] == ["0.5", "0.9", "1", "this model"]
    assert row(page, "trend_mix")[1] == "0.5 (here **0.9**)"
    assert row(page, "trend")[3] == "0.9", "a week of a trend chaser is that of this model"
    assert "| 1 | `verified_badge` | 1 | 0, 1 |" in told
    for fact in ("`tiktok`", "seed is 3, that of events 4", "2 users, 3, 17", "factor `shared_interest`"):
        assert fact in told
    assert "factor `talent`" not in told
    assert "Social graph" not in told


def test_a_graph_that_was_given() -> None:
    graph = SocialGraph.from_networkx(nx.path_graph(4))
    told = differences(odd_document(Scenario(social_graph=graph, creators=[0])))
    assert "4 users, 3 edges" in told and graph.digest() in told


def test_a_scenario_like_the_default_differs_in_nothing() -> None:
    page = odd_document(Scenario(seed=7))
    assert "have their defaults" in differences(page) and "seed is 7" in page
    assert "here **" not in page


def test_a_result_is_enough_without_the_file(say: Any, mine: Path) -> None:
    scenario = Scenario.from_toml("study.toml")
    model = scenario.model(engine="mesa")
    model.run_for(2)
    model.result().save("stored")
    live = say("odd", "study.toml").out
    mine.unlink()
    forget(mine)
    said = say("odd", "stored", "--out", "odd.md")
    assert said.code == 0, said
    page = Path("odd.md").read_text()
    assert page.partition("**Preset.**")[2] == live.partition("**Preset.**")[2]
    assert "stored result stored" in page and simulation.__version__ in differences(page)
    assert "Its rules were others" not in page


def test_a_result_of_other_rules_or_changed_by_hand_says_so(own_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = load_result(own_copy)
    told = {**result.provenance, "history_version": "0" * 16, "changed_by_hand": [3]}
    monkeypatch.setattr(type(result), "provenance", property(lambda self: told))
    page = odd_document(own_copy)
    assert "Its rules were others" in page and "by hand before day 3" in page


def test_a_sweep(say: Any, mine: Path) -> None:
    Path("sweep.toml").write_text(SWEEP)
    sweep, _ = read_sweep(Path("sweep.toml"))
    run_sweep(sweep, "swept", workers=1, progress=False)
    page = say("odd", "swept").out
    told = differences(page)
    assert row(told, "feed.prior")[1:] == ["uncertainty", "0.1 to 10, log scale"]
    assert row(told, "contagion.times")[1:] == ["lever", "1, 2"]
    assert row(told, "user_type")[2] == "plain, loyal"
    assert row(told, "interventions")[2] == "never: none; hidden: day 0 feed.hide_like_counts=true"
    assert "8 runs of 1 day" in told and "`follower_gini`" in told
    assert set(re.findall(r"^#### (.+)$", told, re.MULTILINE)) == set(BROUGHT) - {"Creator class `Proud`"}
    assert differences(say("odd", "sweep.toml").out).partition("**Seeds.**")[2] == told.partition("**Seeds.**")[2]
    mine.unlink()
    forget(mine)
    assert say("odd", "swept").out == page, "the folder holds the source text of what is one's own"
    card = Path("swept/study.json")
    older = {name: of for name, of in json.loads(card.read_text()).items() if name != "models"}
    card.write_text(json.dumps(older))
    say("odd", "swept").refused("mine.py", "source text", "result")


def test_a_sweep_of_other_rules_or_with_a_lost_graph_says_so(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sweep = Sweep("lost", days=1, replicates=1, outcomes=["follower_gini"], levers={"engine": ["mesa"]})
    run_sweep(sweep, "swept", social_graph=SocialGraph.from_networkx(nx.path_graph(20)), workers=1, progress=False)
    assert "graph was given in Python" in differences(say("odd", "swept").out)
    assert "Its rules were others" not in say("odd", "swept").out
    monkeypatch.setattr("simulation.study.folder.sweep_folder.history_version", lambda: "0" * 16)
    assert "Its rules were others" in differences(say("odd", "swept").out)


def test_code_without_a_source_text_is_named(say: Any) -> None:
    scope: dict[str, Any] = {}
    exec("def rule(encounter, p):\n    return 0.5\n", scope)
    told = differences(odd_document(Scenario(factors=[Factor("typed", scope["rule"])])))
    assert "#### Factor `typed`" in told and "source text is not known" in told


def test_what_is_no_model_is_refused(say: Any, small_result: Path) -> None:
    say("odd", "nowhere.toml").refused("nowhere.toml", "exist")
    Path("empty").mkdir()
    say("odd", "empty").refused("empty", "result", "sweep")
    say("odd", small_result / "daily.parquet").refused("daily.parquet")
    Path("prose.toml").write_text("Dear reader,")
    say("odd", "prose.toml").refused("prose.toml", "TOML")
    Path("typo.toml").write_text("[feed]\npopularity_bais = 1\n")
    say("odd", "typo.toml").refused("popularity_bais", "popularity_bias")
    Path("lost.toml").write_text('[run]\nplugins = ["lost.py:RULE"]\n')
    say("odd", "lost.toml").refused("lost.toml", "lost.py")


def test_a_result_of_another_schema_is_refused(say: Any, small_result: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulation.records.storage.SCHEMA_VERSION", 999)
    say("odd", small_result).refused("schema version 999")


def test_a_file_that_is_there_is_replaced_only_if_told(say: Any) -> None:
    Path("odd.md").write_text("mine")
    say("odd", "--out", "odd.md").refused("odd.md", "--overwrite")
    assert Path("odd.md").read_text() == "mine"
    assert say("odd", "--out", "odd.md", "--force").code == 0
    say("odd", "--out", ".", "--force").refused("exists")
    assert say("odd", "--out", "no/folder/odd.md").code == 2

"""`compare`: pairs of worlds from a file or a preset, printed and stored."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulation.interventions import Intervention
from simulation.study import counterfactual
from tests.cli.saying import SMALL, SMALL_FILE, SMALL_OPTIONS
from tests.told import tells

CHANGE = ["--change", "feed.popularity_bias=0.5"]
QUICK = ["--preset", "default", *SMALL_OPTIONS, "--replicates", 2, "--days", 5, "--workers", 1]
HELD = ["--outcome", "follows_held"]


def test_it_prints_what_python_gives(say: Any) -> None:
    said = say("compare", *QUICK, *CHANGE, *HELD, "--outcome", "views", "--seed", 3)
    assert said.code == 0, said
    found = counterfactual(
        SMALL, {"feed.popularity_bias": 0.5}, preset="default", replicates=2, days=5, seed=3, workers=1, progress=False
    )
    assert tells(said.out, "feed.popularity_bias=0.5 2 pairs worlds 5 days")
    lines = {line.split("  ")[0]: line for line in found.text().splitlines()}
    for outcome in ("follows held", "views"):
        shown = next(line for line in said.out.splitlines() if line.startswith(outcome))
        assert shown.split() == lines[outcome].split()
    assert "follower gini" not in said.out


def test_a_file_with_interventions_is_the_base_of_both_worlds(say: Any) -> None:
    Path("study.toml").write_text(f'{SMALL_FILE}\n[[interventions]]\nday = 1\nlever = "session_cap"\nvalue = 9\n')
    options = ["--replicates", 2, "--workers", 1, *HELD, "--days", 8]
    said = say("compare", "study.toml", *options, "--intervene", "4 popularity_bias=0.1", "--out", "a")
    assert said.code == 0, said
    assert tells(said.out, "4 feed.popularity_bias=0.1 2 pairs worlds 8 days day 4")
    assert tells(said.out, "both 1 session.session_cap=9")
    found = counterfactual(
        SMALL,
        Intervention(4, "popularity_bias", 0.1),
        preset="instagram",
        interventions=[Intervention(1, "session_cap", 9)],
        replicates=2,
        days=8,
        seed=4,
        workers=1,
        progress=False,
    ).differences
    stored = pd.read_csv("a/differences.csv", dtype={"seed": "uint64", "luck": "uint64"})
    expected = found[found["outcome"] == "follows_held"].reset_index(drop=True)
    pd.testing.assert_frame_equal(stored, expected, check_dtype=False)


def test_what_it_leaves_in_the_folder(say: Any) -> None:
    said = say("compare", *QUICK, *CHANGE, *HELD, "--out", "out/a")
    assert said.code == 0, said
    assert sorted(path.name for path in Path("out/a").iterdir()) == [
        "comparison.json", "differences.csv", "effects.csv", "effects.pdf", "effects.png", "summary.md"
    ]  # fmt: skip
    effects = pd.read_csv("out/a/effects.csv", index_col="outcome")
    assert list(effects.index) == ["follows_held"]
    assert "| follows held | follows |" in Path("out/a/summary.md").read_text()
    card = json.loads(Path("out/a/comparison.json").read_text())
    assert card["change"] == ["feed.popularity_bias=0.5"] and card["replicates"] == 2


def test_a_folder_keeps_its_comparison_unless_started_over(say: Any) -> None:
    assert say("compare", *QUICK, *CHANGE, *HELD, "--out", "a").code == 0
    before = Path("a/effects.csv").read_bytes()
    other = ["compare", *QUICK, "--change", "feed.popularity_bias=0.4", *HELD, "--out", "a"]
    say(*other).refused("another comparison", "--fresh")
    assert Path("a/effects.csv").read_bytes() == before
    assert say(*other, "--fresh").code == 0
    assert Path("a/effects.csv").read_bytes() != before
    Path("mine").mkdir()
    Path("mine/notes.txt").write_text("mine")
    say("compare", *QUICK, *CHANGE, *HELD, "--out", "mine", "--fresh").refused("mine", "files already")


def test_a_social_graph_from_a_file(say: Any) -> None:
    Path("friends.csv").write_text("source,target\n" + "".join(f"{k},{k + 1}\n" for k in range(30)))
    said = say(
        "compare", "--preset", "default", "--set", "population.creators=6", "--graph", "friends.csv", *CHANGE,
        "--replicates", 2, "--days", 4, "--workers", 1, "--outcome", "views",
    )  # fmt: skip
    assert said.code == 0, said
    assert "friends.csv: 31 users" in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (CHANGE, ("world", "--preset")),
        (["--preset", "default"], ("changed", "--change", "--intervene")),
        ([*QUICK, "--change", "feed.popularity_bias=1"], ("1.0 base",)),
        ([*QUICK, "--change", "feed.popularity"], ("sets nothing", "NAME=VALUE")),
        ([*QUICK, "--change", "feed.popularty_bias=1"], ("feed.popularity_bias",)),
        ([*QUICK, "--intervene", "popularity_bias=1"], ("DAY LEVER=VALUE",)),
        ([*QUICK, "--intervene", "5 popularity_bias=0.5"], ("on day 5", "0 to 4")),
        ([*QUICK, *CHANGE, "--outcome", "fame"], ("outcome 'fame'", "follows_held")),
        ([*QUICK, *CHANGE, "--graph", "nowhere.csv"], ("nowhere.csv",)),
        (["nowhere.toml", *CHANGE], ("nowhere.toml",)),
    ],
)
def test_refuses_in_a_sentence(say: Any, arguments: list[Any], words: tuple[str, ...]) -> None:
    say("compare", *arguments).refused(*words)


def test_an_outcome_of_nothing_is_refused_with_the_world(say: Any) -> None:
    said = say("compare", *QUICK, *CHANGE, "--set", "session.slots=0", "--outcome", "likes_per_view")
    assert said.code == 2
    assert "base world: outcome 'likes_per_view' is nan" in said.err and "seed=" in said.err
    assert "Traceback" not in said.err

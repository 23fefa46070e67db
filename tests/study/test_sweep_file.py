"""Sweeps as TOML: what a file means, what it may not say, and that what is written is read back the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.analysis.headline import HEADLINE, headline
from simulation.engines.agents import User
from simulation.errors import ConfigError, ParameterError
from simulation.factors import FACTORS
from simulation.interventions import Intervention
from simulation.platform.feed import SOURCES, FeedSource
from simulation.scenario import Scenario
from simulation.study import Sweep, Uncertainty
from simulation.study.design.sweep_file import read_sweep, write_sweep
from tests.study import outcomes
from tests.told import raises, tells

WHOLE = """\
[sweep]
name = "bias"
days = 20
preset = "tiktok"
graph = "friends.csv"
seed = 7
sampling = "sobol"
samples = 8
replicates = 3
worlds = 2
shared = false
outcomes = ["views", "follower_gini"]

[sweep.uncertainties]
"decision.follow_sharpness" = [7, 21.0]
"feed.prior" = { low = 0.1, high = 10.0, scale = "log" }
"session.session_cap" = { low = 10, high = 20 }

[sweep.levers]
"feed.popularity_bias" = [0.0, 1.0]
"feed.hide_like_counts" = [false, true]
"decision.follow_rule" = ["logit", "always"]

[population]
users = 300

[feed.mix]
random = 0.2

[[interventions]]
day = 6
lever = "hide_follower_counts"
value = true

[[interventions]]
day = 3
lever = "bought_followers"
value = 20
creators = [1, 2]
"""
MEANT = Sweep(
    "bias",
    20,
    (
        Uncertainty("decision.follow_sharpness", 7, 21.0),
        Uncertainty("feed.prior", 0.1, 10.0, "log"),
        Uncertainty("session.session_cap", 10, 20),
    ),
    {
        "feed.popularity_bias": [0.0, 1.0],
        "feed.hide_like_counts": [False, True],
        "decision.follow_rule": ["logit", "always"],
    },
    {"population.users": 300, "feed.mix.random": 0.2},
    {name: HEADLINE[name] for name in ("views", "follower_gini")},
    sampling="sobol",
    samples=8,
    replicates=3,
    worlds=2,
    shared=False,
    seed=7,
    scenario=Scenario(preset="tiktok"),
    interventions=(Intervention(6, "hide_follower_counts", True), Intervention(3, "bought_followers", 20, (1, 2))),
)


def read(folder: Path, text: str) -> Sweep:
    """A sweep out of a file named small.toml."""
    path = folder / "small.toml"
    path.write_text(text)
    return read_sweep(path)[0]


def same(one: Sweep, other: Sweep) -> bool:
    """Whether two sweeps make the same runs and measure the same."""
    return one.design == other.design and list(one.outcomes) == list(other.outcomes) and (one.rows == other.rows).all()


def test_a_file_means_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "bias.toml").write_text(WHOLE)
    found, graph = read_sweep(tmp_path / "bias.toml")
    assert same(found, MEANT)
    assert graph == tmp_path / "friends.csv", "sought beside the file"
    assert dict(found.outcomes) == {name: HEADLINE[name] for name in ("views", "follower_gini")}


def test_days_are_enough(tmp_path: Path) -> None:
    found = read(tmp_path, "[sweep]\ndays = 3\n")
    assert same(found, Sweep("small", 3)), "named like the file"
    assert found.outcomes == HEADLINE


def test_names_need_no_quotes(tmp_path: Path) -> None:
    """Without quotes, a dotted name is tables inside tables for TOML; so is one written as a heading."""
    plain = read(
        tmp_path,
        "[sweep]\ndays = 3\nsamples = 2\n"
        "uncertainties.feed.prior = { low = 0.1, high = 10.0, scale = 'log' }\n"
        "[sweep.uncertainties.decision]\nfollow_sharpness = [7.0, 21.0]\n"
        "[sweep.levers]\nfeed.popularity_bias = [0.0, 1.0]\nfeed.mix.random = [0.1, 0.2]\n",
    )
    assert [known.name for known in plain.uncertainties] == ["feed.prior", "decision.follow_sharpness"]
    assert plain.uncertainties[0].scale == "log"
    assert plain.levers == {"feed.popularity_bias": [0.0, 1.0], "feed.mix.random": [0.1, 0.2]}


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    text = write_sweep(MEANT, tmp_path / "below" / ".." / "friends.csv")
    assert text is not None
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "sweep.toml").write_text(text)
    found, graph = read_sweep(elsewhere / "sweep.toml")
    assert same(found, MEANT)
    assert graph == tmp_path.resolve() / "friends.csv", "absolute, so that the file may lie anywhere"
    assert write_sweep(found, graph) == text


@settings(max_examples=40, deadline=None)
@given(
    low=st.floats(0.01, 2.0),
    width=st.floats(1e-6, 3.0),
    seed=st.integers(0, 2**63 - 1),
    samples=st.integers(1, 9),
    name=st.text(min_size=1, max_size=20).filter(lambda text: text.strip() and text.isprintable()),
    biases=st.lists(st.floats(0.0, 5.0), max_size=3, unique=True),
)
def test_any_sweep_is_read_back_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory,
    low: float,
    width: float,
    seed: int,
    samples: int,
    name: str,
    biases: list[float],
) -> None:
    sweep = Sweep(
        name,
        4,
        [Uncertainty("feed.prior", low, low + width, "log")],
        {"feed.popularity_bias": biases} if biases else {},
        samples=samples,
        seed=seed,
    )
    text = write_sweep(sweep)
    assert text is not None
    assert same(read(tmp_path_factory.mktemp("sweep"), text), sweep)


def test_numbers_of_numpy_are_written_like_others(tmp_path: Path) -> None:
    sweep = Sweep(
        "small",
        3,
        levers={"session.session_cap": list(np.arange(9, 11)), "feed.hide_like_counts": [np.True_]},
        constants={"feed.prior": np.float64(0.1), "population.users": np.int64(50)},
    )
    assert same(read(tmp_path, write_sweep(sweep) or ""), sweep)


def loud(view: Any) -> Any:
    return view.quality


MINE = FeedSource("mine", loud, share=0.1)


class Loyal(User):
    """An agent class of one's own."""


@pytest.mark.parametrize(
    "changes",
    [
        {"outcomes": {"likes": outcomes.likes}},
        {"outcomes": {"views": outcomes.likes}},
        {"outcomes": {"mine": HEADLINE["views"]}},
        {"scenario": Scenario(factors=FACTORS[:2])},
        {"scenario": Scenario(sources=[*SOURCES, MINE])},
        {"record": "events"},
        {"record": "posts"},
        {"scenario": Scenario({"population.users": 60}, preset="tiktok", user_type=Loyal, creators=[3, 5], days=3)},
    ],
    ids=[
        "function",
        "another function of that name",
        "another name",
        "fewer factors",
        "source",
        "events",
        "posts",
        "scenario",
    ],
)
def test_what_is_not_the_packages_own_is_named(tmp_path: Path, changes: dict[str, Any]) -> None:
    sweep = Sweep("small", 3, levers={"feed.popularity_bias": [0.0, 1.0]}, **changes)
    text = write_sweep(sweep)
    found = read(tmp_path, text)
    assert dict(found.outcomes) == dict(sweep.outcomes)
    assert found.design == sweep.design and found.record == sweep.record
    assert found.worlds_measured().identity() == sweep.worlds_measured().identity()
    assert write_sweep(found) == text


def test_what_has_no_name_can_be_looked_at_and_not_run(tmp_path: Path) -> None:
    sweep = Sweep("small", 3, levers={"feed.popularity_bias": [0.0, 1.0]}, outcomes={"zero": lambda result: 0.0})
    path = tmp_path / "sweep.toml"
    path.write_text(write_sweep(sweep))
    found, _ = read_sweep(path, load=False)
    assert list(found.outcomes) == ["zero"] and found.design == sweep.design
    with raises(ConfigError, "'zero' Python file.py:zero"):
        read_sweep(path)


def test_outcomes_of_a_file_beside_it(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def rate(result):\n    return 1.0\n\nNUMBER = 3\n")
    table = '[sweep]\ndays = 3\noutcomes = ["views", "mine.py:rate"]\n[sweep.levers]\n"feed.prior" = [1.0]\n'
    found = read(tmp_path, table)
    assert list(found.outcomes) == ["views", "rate"] and found.outcomes["rate"](None) == 1.0
    named = table.replace('["views", "mine.py:rate"]', '{ a = "mine.py:rate", b = "views" }')
    assert list(read(tmp_path, named).outcomes) == ["a", "b"]
    for wrong, says in (
        ("mine.py:other", "'other'"),
        ("mine.py:NUMBER", "function result"),
        ("their.py:rate", "no file"),
    ):
        with raises(ConfigError, says):
            read(tmp_path, table.replace("mine.py:rate", wrong))
    with raises(ConfigError, "outcomes name"):
        read(tmp_path, table.replace('"views"', '"their.py:rate"'))


UNCERTAIN = "[sweep]\ndays = 3\n[sweep.uncertainties]\n"
LEVERS = "[sweep]\ndays = 3\n[sweep.levers]\n"
REFUSED = {
    "no TOML": ("[sweep\n", ("not a TOML file",)),
    "no table": ("days = 3\n", ("table [sweep]", "days = 120")),
    "an empty file": ("", ("table [sweep]",)),
    "a sweep that is a number": ("sweep = 3\n", ("sweep 3",)),
    "no days": ("[sweep]\n", ("sweep.days missing",)),
    "days that are a word": ("[sweep]\ndays = 'many'\n", ("sweep.days = 'many'", "whole number 1")),
    "days that are true": ("[sweep]\ndays = true\n", ("sweep.days = True",)),
    "no day": ("[sweep]\ndays = 0\n", ("days = 0",)),
    "typo in a key": (
        "[sweep]\ndays = 3\nreplicate = 3\n",
        ("sweep.replicate", "replicates"),
    ),
    "nothing like it": ("[sweep]\ndays = 3\nxyzzy = 3\n", ("sweep.xyzzy", "known are ", "days, ")),
    "a key outside": ("samples = 3\n[sweep]\ndays = 3\n", ("samples [sweep]",)),
    "a table of runs": ("[run]\nseed = 3\n[sweep]\ndays = 3\n", ("table [run]", "[sweep]")),
    "typo in a section told once": (
        "[sweep]\ndays = 3\n[fed]\nprior = 2\nx = 1\n[feed.mxi]\npopular = 1\nrandom = 0\n[fed.mix]\nrandom = 1\n",
        ("[fed] [feed] [feed.mxi] [feed.mix]",),
    ),
    "a table like no other": ("[sweep]\ndays = 3\n[qqq]\na = 2\nb = 1\n", ("[qqq]", "[population]")),
    "typo in a section": ("[sweep]\ndays = 3\n[feeds]\nprior = 2\n", ("table [feeds]", "[feed]")),
    "typo in a parameter": ("[sweep]\ndays = 3\n[feed]\npriors = 2\n", ("feed.priors", "feed.prior")),
    "a constant not allowed": ("[sweep]\ndays = 3\n[feed]\nprior = -1\n", ("feed.prior = -1",)),
    "two at once": ("[sweep]\nseed = 'x'\n[feed]\npriors = 2\n", ("seed = 'x'", "days missing", "feed.priors")),
    "typo in an uncertainty": (f"{UNCERTAIN}'feed.priors' = [1.0, 2.0]\n", ("feed.priors", "feed.prior")),
    "an empty range": (f"{UNCERTAIN}'feed.prior' = [2.0, 2.0]\n", ("feed.prior empty", "2.0 below")),
    "a range of words": (f"{UNCERTAIN}'feed.prior' = ['a', 'b']\n", ("feed.prior two finite", "'a'")),
    "a range that is endless": (f"{UNCERTAIN}'feed.prior' = [1.0, inf]\n", ("two finite inf",)),
    "a range beyond": (f"{UNCERTAIN}'feed.popularity_bias' = [1, 9]\n", ("allowed", "0 to 5")),
    "a range of one": (f"{UNCERTAIN}'feed.prior' = [1.0]\n", ("must be [LOW, HIGH]", "not [1.0]")),
    "a bare number": (f"{UNCERTAIN}'feed.prior' = 1.0\n", ("feed.prior [LOW HIGH]",)),
    "a range without an end": (f"{UNCERTAIN}'feed.prior' = {{ low = 1 }}\n", ("feed.prior",)),
    "typo in a range": (f"{UNCERTAIN}'feed.prior' = {{ low = 1, hi = 2 }}\n", ("feed.prior",)),
    "unknown scale": (f"{UNCERTAIN}'feed.prior' = {{ low = 1, high = 2, scale = 'ln' }}\n", ("scale = 'ln'", "'log'")),
    "a log scale from 0": (
        f"{UNCERTAIN}'feed.popularity_bias' = {{ low = 0, high = 2, scale = 'log' }}\n",
        ("begins above 0, not at 0",),
    ),
    "half a whole number": (f"{UNCERTAIN}'session.session_cap' = [1, 2.5]\n", ("whole numbers", "2.5")),
    "a range of yes and no": (f"{UNCERTAIN}'feed.hide_like_counts' = [0, 1]\n", ("number", "lever")),
    "uncertainties in a list": ("[sweep]\ndays = 3\nuncertainties = ['feed.prior']\n", ("table ranges",)),
    "typo in a lever": (f"{LEVERS}'feed.popularty_bias' = [1.0]\n", ("feed.popularity_bias",)),
    "a lever without values": (f"{LEVERS}'feed.popularity_bias' = []\n", ("grid values", "feed.popularity_bias")),
    "a lever with one value": (f"{LEVERS}'feed.popularity_bias' = 0.5\n", ("list 0.5",)),
    "a lever with a range": (
        f"{LEVERS}'feed.popularity_bias' = {{ low = 0.0, high = 1.0 }}\n",
        ("feed.popularity_bias.low",),
    ),
    "lever and constant": (
        f"{LEVERS}'feed.prior' = [1.0]\n[feed]\nprior = 2\n",
        ("feed.prior varied constant",),
    ),
    "unknown sampling": ("[sweep]\ndays = 3\nsampling = 'lhs'\n", ("sampling = 'lhs'", "latin_hypercube")),
    "unknown preset": ("[sweep]\ndays = 3\npreset = 'tiktk'\n", ("tiktok",)),
    "no samples": (f"[sweep]\ndays = 3\nsamples = 0\n{UNCERTAIN[17:]}'feed.prior' = [1, 2]\n", ("samples = 0",)),
    "no replicates": ("[sweep]\ndays = 3\nreplicates = 0\n", ("replicates = 0",)),
    "unknown outcome": ("[sweep]\ndays = 3\noutcomes = ['fame']\n", ("outcome 'fame'", "follower_gini")),
    "no outcome": ("[sweep]\ndays = 3\noutcomes = []\n", ("outcomes list",)),
    "one outcome without a list": ("[sweep]\ndays = 3\noutcomes = 'views'\n", ("sweep.outcomes = 'views'", "a list")),
    "an outcome that is a list": ("[sweep]\ndays = 3\noutcomes = [['views']]\n", ("no outcome ['views']",)),
    "interventions that are late": (
        "[sweep]\ndays = 3\n[[interventions]]\nday = 3\nlever = 'purge'\nvalue = 1\n",
        ("day 3 days 0 2",),
    ),
    "interventions inside": ("[sweep]\ndays = 3\ninterventions = []\n", ("write [[interventions]]",)),
}


@pytest.mark.parametrize(("text", "facts"), REFUSED.values(), ids=REFUSED)
def test_a_file_with_something_wrong_is_refused(tmp_path: Path, text: str, facts: tuple[str, ...]) -> None:
    with pytest.raises(ConfigError) as raised:
        read(tmp_path, text)
    said = str(raised.value)
    assert said.startswith(f"{tmp_path / 'small.toml'}: ") and "\n" not in said
    assert not [some for some in facts if not tells(said, some)], said


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with raises(ConfigError, "nowhere.toml"):
        read_sweep(tmp_path / "nowhere.toml")


def test_outcomes_by_name() -> None:
    assert list(headline(["views", "user_mood"])) == ["views", "user_mood"]
    with raises(ParameterError, "one name"):
        headline("views")

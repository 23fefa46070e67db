"""`rerun`: the same, bit for bit, or what differs."""

from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pytest

from simulation import FACTORS, SOURCES, Factor, FeedSource, FollowerModel
from simulation.same_bits import SINCE
from tests.cli.saying import SMALL, forget
from tests.told import tells


@pytest.mark.parametrize("options", [[], ["--engine", "mesa"], ["--threads", "1"]], ids=str)
def test_the_same_bit_for_bit(say: Any, small_result: Path, options: list[str]) -> None:
    before = {path: path.read_bytes() for path in small_result.iterdir()}
    said = say("rerun", small_result, *options)
    assert said.code == 0, said
    assert tells(said.out, "same, bit for bit")
    assert "events" in said.out
    assert {path: path.read_bytes() for path in small_result.iterdir()} == before


@pytest.mark.parametrize(
    "options",
    [
        {"social_graph": nx.les_miserables_graph()},
        {"social_graph": nx.gn_graph(30, seed=1), "creators": [3, 1, 7]},
        {"luck": 5, "seed": 2, "record": "daily"},
        {"record": "posts"},
        {"engine": "mesa"},
        {"preset": "polya"},
        {
            "interventions": [
                {"day": 1, "lever": "session_cap", "value": 2},
                {"day": 3, "lever": "distinct", "value": True},
            ]
        },
        {"interventions": [{"day": 1, "lever": "bought_followers", "value": 50, "creators": [3]}]},
    ],
    ids=["graph", "directed graph and creators", "luck, no event log", "posts", "mesa", "polya", "levers", "acts"],
)
def test_whatever_the_model_was_given(say: Any, options: dict[str, Any]) -> None:
    own_size = "social_graph" in options or "preset" in options
    values = {name: value for name, value in SMALL.items() if not (own_size and name.startswith("population"))}
    model = FollowerModel(values, **options)
    model.run_for(6)
    model.result().save("stored")
    assert say("rerun", "stored").code == 0


def test_what_differs_is_named(say: Any, small_result: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulation import model

    honest = model.FollowerModel.__init__

    def another_seed(self: FollowerModel, *arguments: Any, **options: Any) -> None:
        honest(self, *arguments, **{**options, "luck": 99})

    monkeypatch.setattr(model.FollowerModel, "__init__", another_seed)
    said = say("rerun", small_result)
    assert said.code == 1, said
    assert tells(said.out, "not same")
    assert "daily.views" in said.out
    assert tells(said.err, "report")


def test_another_version_is_named_as_the_likely_reason(
    say: Any, small_result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from simulation import records, versions
    from simulation.records import provenance

    monkeypatch.setattr(records, "same_tables", lambda a, b: ["events.day"])
    monkeypatch.setattr(versions, "history_version", lambda: "another")
    monkeypatch.setattr(provenance, "LIBRARIES", ("numpy", "pytest"))
    said = say("rerun", small_result)
    assert said.code == 1
    assert tells(said.err, "rules")
    assert "pytest None then" in said.err


@pytest.mark.parametrize("told", [None, {"since": "0.3.0", "this_machine": "kept"}], ids=["before", "after"])
def test_a_history_of_another_version_is_refused_and_still_read(say: Any, told: dict[str, str] | None) -> None:
    model = FollowerModel(SMALL)
    model.run_for(2)
    result = model.result()
    result._provenance.pop("same_bits")
    if told is not None:
        result._provenance["same_bits"] = told
    result.save("stored")
    say("rerun", "stored").refused("stored", "compare", SINCE)
    assert say("show", "stored", "--no-figures").code == 0


def test_a_machine_that_kept_no_promise_is_named(say: Any, small_result: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulation import records, same_bits

    monkeypatch.setattr(records, "same_tables", lambda a, b: ["events.day"])
    monkeypatch.setattr(same_bits, "trouble", lambda: "its square roots are odd")
    same_bits.warn_once.cache_clear()
    with pytest.warns(same_bits.SameBitsWarning):
        said = say("rerun", small_result)
    assert said.code == 1
    assert tells(said.err, "roots odd")


def test_a_factor_of_ones_own_is_refused(say: Any) -> None:
    half = Factor("half", lambda encounter, p: 0.5)
    model = FollowerModel(SMALL, factors=[*FACTORS, half], engine="mesa")
    model.run_for(2)
    model.result().save("plugged")
    say("rerun", "plugged").refused("'half'", "factors=")
    assert say("show", "plugged", "--no-figures").code == 0


def test_a_feed_source_of_ones_own_is_refused(say: Any) -> None:
    source = FeedSource(name="first", rank=lambda view: np.arange(view.followers.size)[::-1].astype(float), share=0.1)
    model = FollowerModel(SMALL, sources=[*SOURCES, source], engine="mesa")
    model.run_for(2)
    model.result().save("plugged")
    say("rerun", "plugged").refused("'first'", "sources=")


LOYAL = """\
from simulation import User

SHARE = 2


class Loyal(User):
    def watch(self):
        if self.index % SHARE:
            super().watch()
"""


@pytest.fixture
def loyal(say: Any) -> Path:
    """A run with a class of a file in the folder where it was started."""
    Path("loyal.py").write_text(LOYAL)
    Path("run.toml").write_text('[run]\ndays = 2\nuser_type = "loyal.py:Loyal"\nengine = "mesa"\n')
    options = [word for name, value in SMALL.items() for word in ("--set", f"{name}={value}")]
    assert say("run", "run.toml", "--out", "kept", *options).code == 0
    return Path("loyal.py").resolve()


def test_a_class_of_ones_own_is_imported_from_where_it_was_or_is(say: Any, loyal: Path) -> None:
    forget(loyal)
    assert say("rerun", "kept").code == 0
    moved = Path("elsewhere", "loyal.py").resolve()
    moved.parent.mkdir()
    loyal.rename(moved)
    forget(loyal)
    say("rerun", "kept").refused("'Loyal'", str(loyal), "--code FOLDER")
    assert say("rerun", "kept", "--code", "elsewhere").code == 0
    forget(moved)
    moved.write_text(LOYAL.replace("SHARE = 2", "SHARE = 30"))
    say("rerun", "kept", "--code", "elsewhere").refused("'Loyal'", "changed", "--code FOLDER")
    forget(moved)


def test_some_of_the_packages_factors(say: Any) -> None:
    model = FollowerModel(SMALL, factors=FACTORS[:2], sources=SOURCES[:1], preset=None, engine="mesa")
    model.run_for(2)
    model.result().save("few")
    assert say("rerun", "few").code == 0

"""Worlds at rest are simulated once, kept under what decides them, and never trusted when damaged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation import at_rest
from simulation.at_rest import KEPT
from simulation.engines.agents import User
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.records.state_arrays import state_arrays
from tests.told import tells
from tests.worlds import SMALL

VALUES = {**SMALL, "population.burn_in": 5, "population.renewal": True, "population.departure_rate": 0.05}


@pytest.fixture(autouse=True)
def worlds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where worlds are kept: in a folder of the test's own."""
    monkeypatch.setattr(at_rest, "cache_folder", lambda: str(tmp_path / "compiled"))
    return tmp_path / "worlds"


def made(**options: Any) -> tuple[FollowerModel, int]:
    """A model, and how many days were simulated before its first."""
    days: list[int] = []
    model = FollowerModel(VALUES, **{"engine": "mesa", "seed": 4, "progress": days.append, **options})
    return model, sum(days)


def kept(worlds: Path) -> list[Path]:
    return sorted(worlds.glob("*.npz"))


def same(one: FollowerModel, other: FollowerModel) -> bool:
    first, second = state_arrays(one.state), state_arrays(other.state)
    return list(first) == list(second) and all(np.array_equal(first[name], second[name]) for name in first)


def test_the_wait_is_paid_once_and_changes_nothing(worlds: Path) -> None:
    (first, waited), (second, again) = made(), made()
    assert (waited, again) == (5, 0)
    assert same(first, second)
    first.run_for(4)
    second.run_for(4)
    assert same(first, second)
    assert first.result().events.equals(second.result().events)
    assert len(kept(worlds)) == 1


def test_either_engine_and_any_plan_finds_the_same_world(worlds: Path) -> None:
    made()
    for options in ({"engine": "compiled"}, {"interventions": [Intervention(1, "purge", 0.5)]}):
        assert made(**options)[1] == 0
    assert len(kept(worlds)) == 1


def test_another_seed_luck_or_value_is_another_world(worlds: Path) -> None:
    made()
    for options in ({"seed": 5}, {"luck": 9}, {"feed.popularity_bias": 0.1}):
        assert made(**options)[1] == 5
    assert len(kept(worlds)) == 4


def test_another_version_is_another_world(worlds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made()
    monkeypatch.setattr(at_rest, "history_version", lambda: "another")
    assert made()[1] == 5


def test_agents_of_ones_own_may_hold_what_is_in_no_array(worlds: Path) -> None:
    class Mine(User):
        pass

    assert [made(user_type=Mine)[1] for _ in range(2)] == [5, 5]
    assert not kept(worlds)


@pytest.mark.parametrize("harm", ["cut", "flipped", "empty"])
def test_a_damaged_world_is_made_anew_and_said_to_be(worlds: Path, harm: str) -> None:
    first, _ = made()
    file = kept(worlds)[0]
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 255
    file.write_bytes({"cut": bytes(whole[: len(whole) // 3]), "flipped": bytes(whole), "empty": b""}[harm])
    with pytest.warns(UserWarning) as warned:
        again, waited = made()
    assert any(tells(str(one.message), file.name, "damaged") for one in warned)
    assert waited == 5
    assert same(first, again)
    assert made()[1] == 0


def test_killed_in_between_nothing_is_kept(worlds: Path) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        made(progress=stop)
    assert not kept(worlds)
    assert made()[1] == 5


def test_where_nothing_can_be_kept_it_is_said_and_the_run_goes_on(worlds: Path) -> None:
    worlds.write_text("in the way")
    with pytest.warns(UserWarning):
        model, waited = made()
    assert (model.day, waited) == (0, 5)


def test_only_the_latest_are_kept(worlds: Path) -> None:
    worlds.mkdir()
    for number in range(KEPT + 3):
        (worlds / f"{number:032}.npz").write_bytes(b"")
    made()
    assert len(kept(worlds)) == KEPT

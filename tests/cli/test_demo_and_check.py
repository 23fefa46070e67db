"""`demo` and `check`, on fewer days than they live when it counts."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from simulation import load_result
from simulation.analysis import rest, targets
from tests.told import tells


def test_demo_tells_and_draws(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulation.cli import demo

    monkeypatch.setattr(demo, "DAYS", 12)
    said = say("demo")
    assert said.code == 0, said
    for words in ("5,000 users", "Most followed creators", "Why followers came and went", "Why one user followed"):
        assert words in said.out
    folder = Path("follower-dynamics-demo")
    assert sorted(path.name for path in folder.iterdir()) == ["overview.pdf", "overview.png", "result"]
    assert "follower-dynamics-demo/overview.png" in said.out
    assert load_result(folder / "result").days == 12
    again = say("demo")
    assert again.code == 0, again


def test_demo_needs_nothing_said(say: Any) -> None:
    say("demo", "more").refused("more")


@pytest.mark.parametrize(("seeds", "options"), [(1, ["--seeds", "1"]), (2, ["--quick"])])
def test_check_passes_where_every_target_is_met(
    say: Any, monkeypatch: pytest.MonkeyPatch, seeds: int, options: list[str]
) -> None:
    said = _check(say, monkeypatch, options, low=0.0, high=1e9)
    assert said.code == 0, said
    assert f"defaults, 2 days, {seeds} seed" in said.out
    assert tells(said.out, "1 1 within")


def test_check_fails_where_a_target_is_missed(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    said = _check(say, monkeypatch, ["--seeds", "1"], low=1e6, high=1e9)
    assert said.code == 1, said
    assert "OUTSIDE" in said.out
    assert tells(said.err, "band")


def _check(say: Any, monkeypatch: pytest.MonkeyPatch, options: list[str], low: float, high: float) -> Any:
    from simulation.cli import config

    measure = targets.check
    likes = next(target for target in targets.TARGETS if target.name == "likes")
    monkeypatch.setattr(config, "DAYS", 2)
    monkeypatch.setattr(targets, "check", lambda results: measure(results, [replace(likes, low=low, high=high)]))
    return say("check", *options)


def test_a_world_at_rest_is_checked_at_every_age(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "AGES", (0, 3, 9))
    monkeypatch.setattr(rest, "WINDOW", 2)
    small = ["population.users=60", "population.burn_in=4", "users.segments=2", "users.community_size=8"]
    said = say("check", "--preset", "living", "--quick", *(word for one in small for word in ("--set", one)))
    assert said.code == 1, said
    assert tells(said.out, "living", "60", "4", "2 seeds", "day 0", "day 3", "OUTSIDE")
    assert "day 9" not in said.out


def test_check_wants_a_seed(say: Any) -> None:
    say("check", "--seeds", "0").refused("--seeds")

"""The measurement of what pairing is worth, at a size at which it says little but runs at once."""

from __future__ import annotations

import pytest

from benchmarks import pairing
from simulation.analysis.headline import HEADLINE


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pairing, "HEADLINE", {name: HEADLINE[name] for name in ("views", "follower_gini")})


def test_sharing_luck_saves_more_than_sharing_people(quick: None) -> None:
    replicates = pairing.spawn_replicates(1, 2, 10)
    table = pairing.saved(replicates, {"population.users": 100, "population.creators": 20}, 12, workers=1)
    assert len(table) == 2 * len(pairing.trials(12))
    later = table[table["change"].str.match(r"^4 ")]
    # Two thirds of the days differ, by as much as a change from the start; ten times over for all six together.
    assert later["saved"].median() > 3 * later["people_only"].median()
    assert (table["low"] < table["saved"]).all()


def test_it_prints_a_table(quick: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert pairing.main(["--replicates", "3", "--users", "60", "--days", "6", "--workers", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "3 replicates, 60 users, 6 days"
    assert lines[-1].startswith("| follower gini | ")
    assert len({line.count("|") for line in lines[2:]}) == 1


def test_every_trial_changes_something() -> None:
    tried = pairing.trials(90)
    assert len({trial.name for trial in tried}) == len(tried)
    assert all(bool(trial.values) != bool(trial.interventions) for trial in tried)
    assert {item.day for trial in tried for item in trial.interventions} == {30}

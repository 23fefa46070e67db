"""The Music Lab's targets: the data behind their bands, worlds by hand, what they measure, and what they draw."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from benchmarks.validation import Effort, Evidence
from benchmarks.validation.music_lab import MUSIC_LAB, people
from benchmarks.validation.music_lab_data import CHOICES_ALONE, ERRORS, PUBLISHED, computed, downloads, errors
from benchmarks.validation.music_lab_mechanisms import MECHANISMS, MECHANISMS_TARGET, by_appeal, by_place
from benchmarks.validation.music_lab_worlds import alone, listened, outcomes, outcomes_alone, social, with_signal, world
from simulation.presets import PRESETS

FOLDER = Path(os.environ.get("FOLLOWER_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))
FEW: dict[str, object] = {"population.users": 88}


@pytest.mark.parametrize("experiment", [1, 2])
def test_bands_rest_on_the_tables_of_downloads(experiment: int) -> None:
    table = downloads(experiment, FOLDER)
    if table is None:
        pytest.skip("the Music Lab's tables of downloads are not here (FOLLOWER_DATA)")
    digits = {"inequality_alone": 4, "inequality": 4, "unpredictability_alone": 2, "unpredictability": 2, "merit": 3}
    for name, error in asdict(errors(table)).items():
        assert getattr(ERRORS[experiment], name) == pytest.approx(error, abs=0.6 * 10.0 ** -digits[name])
    assert CHOICES_ALONE[experiment] == table[-1].sum() / 1400
    assert computed(table).inequality == pytest.approx(PUBLISHED[experiment].inequality, abs=0.0005)


def test_outcomes_by_hand() -> None:
    """Shares .6 .3 .1 and .2 .7 .1, as in the experiment's tests; alone 8 and 7 songs of five people each."""
    worlds = np.array([[6.0, 3.0, 1.0], [2.0, 7.0, 1.0]])
    halves = np.array([[5.0, 2.0, 1.0], [4.0, 2.0, 1.0]])
    found = outcomes(worlds, halves, 5)
    assert found["inequality"] == pytest.approx((1 / 3 + 0.4) / 2)
    assert found["unpredictability"] == pytest.approx(800 / 3)
    assert found["merit"] == pytest.approx((1.0 + 0.5) / 2)
    assert found["choices"] == pytest.approx(2.0)
    assert outcomes_alone(halves, 5)["choices"] == pytest.approx(1.5)


def test_songs_are_those_of_their_set_and_luck_that_of_the_world() -> None:
    first, again, other = (world(FEW, 1, number) for number in (0, 0, 1))
    assert first.tolist() == again.tolist() != other.tolist()
    assert first.size == 48 and first.sum() > 20
    assert social(FEW, 1, 2).tolist() == [first.tolist(), other.tolist()]


def test_those_alone_take_as_many_as_come_whatever_the_signal() -> None:
    """All come on one day, and what would go by counts goes by chance."""
    once, again = (alone({**FEW, **with_signal({}, share)}, 1) for share in (0.1, 0.9))
    assert once.tolist() == again.tolist()
    assert once.shape == (2, 48)
    assert outcomes_alone(once, 40)["choices"] == pytest.approx(CHOICES_ALONE[1], rel=0.4)


def test_the_most_popular_is_listened_to_no_more_often_where_nothing_goes_by_counts() -> None:
    counts = np.arange(48.0)[None]
    assert listened(with_signal({}, 0.0), counts) == pytest.approx(1.0)
    weak, strong = (listened(with_signal({}, share), counts) for share in (0.1, 0.5))
    assert 1.0 < weak < strong < 48.0


def test_mechanisms_are_the_lab_with_another_way_of_going_by_counts() -> None:
    for mechanism in MECHANISMS:
        assert mechanism.strengths[1] < mechanism.strengths[2]
        for strength in mechanism.strengths.values():
            assert world({**FEW, **mechanism.values(strength)}, 1, 0).sum() > 5
    nothing = by_appeal(0.0)
    assert {name: PRESETS["music_lab"].values.get(name) for name in nothing if name.startswith("decision")} == {
        name: value for name, value in nothing.items() if name.startswith("decision")
    }
    assert by_place(0.121) == {name: PRESETS["music_lab"].values[name] for name in by_place(0.121)}


@pytest.mark.parametrize("target", [MUSIC_LAB, MECHANISMS_TARGET], ids=lambda target: target.name)
def test_a_quick_form_measures_and_draws_everything(target: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.validation.music_lab.FEW_WORLDS", 2)
    monkeypatch.setitem(PRESETS["music_lab"].values, "population.users", 108)
    monkeypatch.setitem(PRESETS["music_lab_strong"].values, "population.users", 108)
    assert people() == 60
    evidence: Evidence = target.measure(Effort(quick=True))  # type: ignore[attr-defined]
    assert len(evidence.bands) == len(evidence.checks) >= 9
    assert all(np.isfinite(band.found.estimate) and band.given > 0 for band in evidence.bands)
    assert all("nan" not in note for note in evidence.notes)
    figure = target.figure(evidence)  # type: ignore[attr-defined]
    assert len(figure.axes) >= 3

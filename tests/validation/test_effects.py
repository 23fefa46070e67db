"""Field effects as a target: every claim of every direction, its bounds and units, and the figure."""

from __future__ import annotations

import math

import numpy as np
import pytest

from benchmarks.validation.directions import CLAIMS, DIRECTIONS
from benchmarks.validation.directions.likes import HABITUATION
from benchmarks.validation.directions.viewers import FOMO_AND_USE
from benchmarks.validation.directions.voices import OFF_VOICE
from benchmarks.validation.effects import EFFECTS, FEW, MOST, bands, compared, seeds_of
from benchmarks.validation.target import Band, Effort, Evidence
from simulation.analysis.wording import interval

HEADINGS = [direction.heading for direction in DIRECTIONS]
PUBLISHED = [claim for claim in CLAIMS if math.isfinite(claim.given)]


def checks(spread: float = 0.01) -> list[Band]:
    """Every claim, with numbers about .5 from two seeds."""
    numbers = np.array([0.5 - spread, 0.5 + spread])
    return [
        band
        for direction in DIRECTIONS
        for band in bands(direction, {claim.name: numbers for claim in direction.claims})
    ]


def test_every_claim_is_a_band_with_its_own_bounds() -> None:
    found = checks()
    assert [(band.low, band.high, band.unit) for band in found] == [(c.low, c.high, c.unit) for c in CLAIMS]
    assert len({band.name for band in found}) == len(CLAIMS)


def test_every_direction_has_a_heading_of_its_own() -> None:
    assert len(set(HEADINGS)) == len(DIRECTIONS)


def test_the_quick_form_takes_the_first_few_seeds() -> None:
    assert seeds_of(HABITUATION, Effort(quick=True)) == range(FEW)
    assert seeds_of(HABITUATION, Effort()) == range(MOST)
    assert seeds_of(FOMO_AND_USE, Effort()) == range(FOMO_AND_USE.seeds)


def test_a_direction_is_measured_as_its_test_does() -> None:
    values = {"correlation": np.array([FOMO_AND_USE.measured(0)["correlation"]])}
    (band,) = bands(FOMO_AND_USE, values)
    assert band.met
    assert band.given == 0.5


def test_sentences_give_published_beside_found_and_say_what_is_not_settled() -> None:
    cost = next(band for band in checks(spread=0.2) if "an ordinary one costs 0" in band.name)
    assert cost.met
    published, unsettled = compared([cost])
    assert cost.name in published and "0.19" in published and interval(cost.found, cost.unit) in published
    assert cost.name in unsettled
    assert len(compared(checks(spread=0.0))) == len(PUBLISHED)


@pytest.mark.parametrize("spread", [0.0, 0.2])
def test_the_figure_has_a_row_an_effect_with_its_unit(spread: float) -> None:
    found = checks(spread)
    figure = EFFECTS.figure(Evidence(tuple(found)))
    axes = figure.axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == [band.name.split(": ")[1] for band in found]
    written = [text.get_text() for text in axes.texts]
    assert [text for text in written if text not in HEADINGS] == [f"0.5 {band.unit}" for band in found]
    assert [text for text in written if text in HEADINGS] == HEADINGS


def test_directions_named_by_the_target_are_the_ones_of_the_study() -> None:
    assert OFF_VOICE in DIRECTIONS
    assert EFFECTS.lacks(Effort()) == []

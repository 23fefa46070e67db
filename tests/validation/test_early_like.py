"""One early like: the pair differs in the like alone, and what is missed says why."""

import pytest

from simulation.validation import Effort
from simulation.validation.early_like import EARLY_LIKE, FINAL, NEXT, WHY, ratios


def test_viewers_do_not_see_a_like_that_is_given_on_the_day() -> None:
    found = ratios(seed=1, users=160)
    assert found[NEXT] == 1.0, "the same people saw the same posts: likes shown sway nobody"
    assert found[FINAL] == pytest.approx(1.0, abs=0.2)


def test_it_is_missed_and_says_why_and_is_drawn() -> None:
    found = EARLY_LIKE.measure(Effort(quick=True))
    assert [(band.name, band.given, band.met, band.missed) for band in found.bands] == [
        (NEXT, 1.32, False, WHY),
        (FINAL, 1.25, False, WHY),
    ]
    axes = EARLY_LIKE.figure(found).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == [NEXT, FINAL]

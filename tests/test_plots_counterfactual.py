"""The forest plot of a counterfactual: what it draws is in the table."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.text import Text

from simulation import plots
from simulation.errors import ParameterError
from simulation.study.compare.comparison import Counterfactual, Described
from tests.told import raises

OUTCOMES = {
    "follows_held": Described("follows", "Follows held"),
    "user_mood": Described("1", "Mood", ratio=False),
    "constant": Described("posts/creator-day", "Never varies"),
    "unmoved": Described("1", "Varies, but not by the change"),
}


@pytest.fixture(scope="module")
def found() -> Counterfactual:
    """Effects of every kind, made by hand: 8 replicates."""
    luck = np.random.default_rng(3)
    people, noise = luck.normal(size=(8, 1)), luck.normal(size=(8, 2))
    base = np.hstack([2000 + 100 * people, 0.1 * people, np.full((8, 1), 0.25), people])
    changed = base + np.hstack([150 + 20 * noise[:, :1], -0.3 + 0.02 * noise[:, 1:], np.zeros((8, 2))])
    rows = [
        {"replicate": k, "seed": k, "luck": k, "outcome": name, "base": base[k, j], "changed": changed[k, j]}
        for k in range(8)
        for j, name in enumerate(OUTCOMES)
    ]
    frame = pd.DataFrame(rows)
    frame["difference"] = frame["changed"] - frame["base"]
    return Counterfactual(frame, {}, ("feed.popularity_bias=0.5",), (), 30, 0, 0.95, OUTCOMES)


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text)]


def segments(figure: Figure, order: int) -> dict[float, list[float]]:
    """Ends of the horizontal line in each row, of those at this depth; rows without one are left out."""
    lines = next(
        line for line in figure.axes[0].collections if isinstance(line, LineCollection) and line.get_zorder() == order
    )
    return {float(ends[0, 1]): list(ends[:, 0]) for ends in map(np.asarray, lines.get_segments()) if len(ends)}


@pytest.mark.parametrize(("scale", "factor"), [("standardised", 1.0), ("relative", 100.0)])
def test_points_and_intervals_are_those_of_the_table(found: Counterfactual, scale: str, factor: float) -> None:
    figure, table = found.plot(scale), found.table()  # type: ignore[arg-type]
    points = figure.axes[0].lines[-1]
    np.testing.assert_allclose(np.asarray(points.get_xdata(), dtype=float), factor * table[scale])
    assert list(np.asarray(points.get_ydata())) == [3, 2, 1, 0]
    for order, start in ((2, scale), (1, f"unpaired_{scale}")):
        ends = factor * table[[f"{start}_low", f"{start}_high"]]
        expected = {3.0 - row: list(pair) for row, pair in enumerate(ends.to_numpy()) if np.isfinite(pair).all()}
        drawn = segments(figure, order)
        assert drawn.keys() == expected.keys() and len(drawn) == 3  # each scale fits all but one
        for row, pair in expected.items():
            assert drawn[row] == pytest.approx(pair)


def test_outcomes_are_named_with_means_units_and_what_pairing_saved(found: Counterfactual) -> None:
    shown, row = words(found.plot()), found.table().loc["follows_held"]
    for text in ("follows held", "user mood", "constant", "follows", "posts/creator-day", "paired", "base", "changed"):
        assert text in shown
    assert f"{row['base']:,.0f}" in shown and f"{row['changed']:,.0f}" in shown
    assert f"{row['replicates_saved']:,.0f} x" in shown
    assert "1" not in shown  # the unit of pure numbers goes without saying
    assert shown.count("-") >= 1 and shown.count("all") >= 1  # saved where nothing differs, and where nothing varies


def test_means_to_be_compared_have_as_many_decimals(found: Counterfactual) -> None:
    frame = found.differences.assign(base=0.05, changed=-0.00071234)
    shown = words(dataclasses.replace(found, differences=frame).plot())
    assert shown.count("0.05000") == shown.count("\N{MINUS SIGN}0.00071") == len(OUTCOMES)


@pytest.mark.parametrize("scale", ["standardised", "relative"])
def test_nothing_is_clipped(found: Counterfactual, scale: str) -> None:
    figure = found.plot(scale)  # type: ignore[arg-type]
    assert figure.get_figwidth() == plots.DOUBLE
    figure.draw_without_rendering()
    box, point = figure.get_tightbbox(), 1 / 72
    assert box.x0 >= -point and box.y0 >= -point
    assert box.x1 <= figure.get_figwidth() + point and box.y1 <= figure.get_figheight() + point


def test_made_and_saved_twice_gives_the_same_bytes(found: Counterfactual, tmp_path: Path) -> None:
    first, again = ([path.read_bytes() for path in plots.save(found.plot(), tmp_path / "f")] for _ in range(2))
    assert first == again


def test_refuses_what_it_cannot_draw(found: Counterfactual) -> None:
    with raises(ParameterError, "'standardised' 'relative'"):
        found.plot("absolute")  # type: ignore[arg-type]
    with raises(ParameterError, "outcome"):
        plots.counterfactual(found.table().iloc[:0])

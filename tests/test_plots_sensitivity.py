"""Figures of sensitivity: what they draw is in the table, nothing is clipped, no label covers another."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from simulation import plots
from simulation.errors import ParameterError
from simulation.parameters import KNOWN
from simulation.plots.screening import FROM_LUCK, draw_morris
from simulation.plots.sensitivity import VIEW, draw_sobol
from simulation.study.design.sampling import morris, saltelli
from simulation.study.sensitivity.indices import morris_effects, sobol_indices
from tests.told import raises, tells

NAMES = sorted((name for name, known in KNOWN.items() if isinstance(known.default, float)), key=len)[::-1]
"""Real parameters, the longest names first."""


def outcome(x: np.ndarray, replicates: int, seed: int) -> np.ndarray:
    """Some parameters matter, two of them together; luck at every point."""
    luck = np.random.default_rng(seed)
    weights = luck.exponential(size=x.shape[1]) ** 2
    values = x @ weights + 4 * (x[:, 0] - 0.5) * (x[:, 1] - 0.5)
    return np.asarray(values[:, None] + luck.normal(0, 0.3, (len(x), replicates)))


def indices(parameters: int, replicates: int = 4, seed: int = 1, samples: int = 64) -> pd.DataFrame:
    values = outcome(saltelli(parameters, samples, seed), replicates, seed)
    return sobol_indices(NAMES[:parameters], values, resamples=50)


def effects(parameters: int, replicates: int = 4, seed: int = 1) -> pd.DataFrame:
    sample = morris(parameters, 10, seed)
    return morris_effects(NAMES[:parameters], sample, outcome(sample, replicates, seed), resamples=50)


def several(make: Callable[..., pd.DataFrame], sets: int, parameters: int = 5) -> pd.DataFrame:
    """As many outcomes, at one value of a lever."""
    parts = [make(parameters, seed=seed).assign(outcome=f"follows_of_kind_{seed}") for seed in range(sets)]
    table = pd.concat(parts, ignore_index=True)
    table.insert(0, "outcome", table.pop("outcome"))
    table.insert(0, "feed.popularity_bias", 0.5)
    return table


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text) and text.get_visible()]


def marks(axes: Axes, marker: str) -> list[tuple[float, float]]:
    """Points drawn with a marker, from top to bottom."""
    found = [xy for line in axes.lines if line.get_marker() == marker for xy in np.asarray(line.get_xydata())]
    return sorted(((float(x), float(y)) for x, y in found), key=lambda point: -point[1])


def spans(axes: Axes) -> dict[float, tuple[float, float]]:
    """Ends of horizontal lines by height."""
    lines = [line for line in axes.collections if isinstance(line, LineCollection)]
    segments = [np.asarray(segment) for line in lines for segment in line.get_segments()]
    return {round(float(ends[0, 1]), 3): (float(ends[0, 0]), float(ends[1, 0])) for ends in segments}


@pytest.mark.parametrize(("of", "which"), [(None, "_expected"), ("expected", "_expected"), ("mean", "")])
def test_points_and_intervals_are_those_of_the_table(of: str | None, which: str) -> None:
    table = indices(4, samples=256)
    axes = plots.sobol(table, of=of).axes[0]  # type: ignore[arg-type]
    by_total = table.sort_values(f"ST{which}", ascending=False)
    assert [label.get_text() for label in axes.get_yticklabels()] == list(by_total["parameter"])
    for index, marker, shift in (("ST", "o", 0.17), ("S1", "D", -0.17)):
        drawn = marks(axes, marker)
        np.testing.assert_allclose([x for x, _ in drawn], by_total[f"{index}{which}"])
        np.testing.assert_allclose([y for _, y in drawn], np.arange(4)[::-1] + shift)
        for height, (_, row) in zip(np.arange(4)[::-1] + shift, by_total.iterrows(), strict=True):
            ends = (row[f"{index}{which}_low"], row[f"{index}{which}_high"])
            assert spans(axes)[round(float(height), 3)] == pytest.approx(ends)
    dotted = [float(np.asarray(line.get_xdata())[0]) for line in axes.lines if line.get_linestyle() == ":"]
    assert dotted == ([] if which else [pytest.approx(table["luck_share"].iloc[0])])


def test_the_sum_of_first_order_and_luck_are_stated() -> None:
    table = indices(4).assign(S1_sum_expected=0.874, S1_sum_expected_low=-0.2, S1_sum_expected_high=1.0)
    shown = words(plots.sobol(table.assign(luck_share=0.163)))
    assert "sum of S1 .87 (\N{MINUS SIGN}.20 to 1.00)\nrandom draws .16, taken off" in shown
    assert any(
        text.endswith("random draws .16 (dotted)")
        for text in words(plots.sobol(table.assign(luck_share=0.163), of="mean"))
    )
    assert any(tells(text, "one replicate unknown") for text in words(plots.sobol(indices(3, replicates=1))))
    assert any(text.startswith("total order ST") for text in shown) and any("first order S1" in text for text in shown)


def test_arrows_where_intervals_leave_the_view() -> None:
    table = indices(3).assign(ST_expected=[0.9, 0.5, 0.1], S1_expected=[0.8, 0.4, 0.0])
    for name in ("S1", "ST"):
        table[f"{name}_expected_low"], table[f"{name}_expected_high"] = 0.0, 1.0
    assert not marks(plots.sobol(table).axes[0], "<")
    table.loc[0, "ST_expected_high"], table.loc[2, "S1_expected_low"] = 1.3, -7.0
    axes = plots.sobol(table).axes[0]
    assert marks(axes, ">") == [(VIEW[1], pytest.approx(2.17))]
    assert marks(axes, "<") == [(VIEW[0], pytest.approx(-0.17))]


def test_up_to_three_sets_have_a_panel_each_with_the_rows_in_one_order() -> None:
    table = several(indices, 3)
    figure = plots.sobol(table)
    assert len(figure.axes) == 3 and figure.get_figwidth() == plots.DOUBLE
    means = table.groupby("parameter")["ST_expected"].mean().sort_values(ascending=False)
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == list(means.index)
    for seed, axes in enumerate(figure.axes):
        part = table[table["outcome"] == f"follows_of_kind_{seed}"].set_index("parameter").loc[means.index]
        np.testing.assert_allclose([x for x, _ in marks(axes, "o")], part["ST_expected"])
        title = axes.get_title(loc="left").replace("\n", " ")
        assert title == f"follows of kind {seed}, popularity bias = 0.5"


def test_more_sets_make_a_table_of_total_order_indices() -> None:
    table = several(indices, 5)
    table.loc[table["outcome"] == "follows_of_kind_3", table.filter(regex="S1|ST|luck").columns] = np.nan
    (axes,) = plots.sobol(table).axes
    rows = [label.get_text() for label in axes.get_yticklabels()]
    cells = {text.get_position(): text for text in axes.texts}
    assert len(cells) == 25
    for seed, (place, name) in itertools.product(range(5), enumerate(rows)):
        cell = cells[(seed + 0.5, place + 0.5)]
        row = table[(table["outcome"] == f"follows_of_kind_{seed}") & (table["parameter"] == name)].iloc[0]
        if seed == 3:
            assert cell.get_text() == "\N{EN DASH}"
            continue
        assert float(cell.get_text().strip("()")) == pytest.approx(row["ST_expected"], abs=0.0051)
        assert cell.get_text().startswith("(") == (row["ST_expected_low"] <= 0)
    assert axes.get_xticklabels()[0].get_text() == "follows of kind 0,\npopularity bias = 0.5"


def test_bars_and_points_of_effects_are_those_of_the_table() -> None:
    table = effects(6)
    bars, scatter = plots.morris(table).axes
    by_size = table.sort_values("mu_star", ascending=False)
    assert [label.get_text() for label in bars.get_yticklabels()] == [
        f"{name}  {place}" for place, name in enumerate(by_size["parameter"], 1)
    ]
    np.testing.assert_allclose([x for x, _ in marks(bars, "o")], by_size["mu_star"])
    np.testing.assert_allclose([bar.get_width() for bar in bars.patches], by_size["mu_star"])
    np.testing.assert_allclose([x for x, _ in marks(bars, "|")], FROM_LUCK * by_size["luck"])
    drawn = [spans(bars)[5.0 - place] for place in range(6)]
    np.testing.assert_allclose(drawn, by_size[["mu_star_low", "mu_star_high"]])
    assert set(marks(scatter, "o")) == set(zip(by_size["mu_star"], by_size["sigma"], strict=True))
    assert "random draws alone" in words(bars.figure)  # type: ignore[arg-type]


def test_one_replicate_has_no_ticks_of_luck() -> None:
    figure = plots.morris(effects(3, replicates=1))
    assert not marks(figure.axes[0], "|") and "random draws alone" not in words(figure)


@pytest.mark.parametrize("parameters", [3, 8, 30])
def test_numbers_of_points_cover_neither_each_other_nor_a_point_nor_an_axis(parameters: int) -> None:
    table = effects(parameters)
    figure = plots.morris(table)
    figure.draw_without_rendering()
    scatter = figure.axes[1]
    numbers = [text for text in scatter.texts if isinstance(text, Annotation)]
    assert 3 <= len(numbers) <= min(parameters, 12)
    by_size = table.sort_values("mu_star", ascending=False)
    for text in numbers:
        row = by_size.iloc[int(text.get_text()) - 1]
        assert text.xy == pytest.approx((row["mu_star"], row["sigma"]))
    boxes = [text.get_window_extent() for text in numbers]
    assert not any(one.overlaps(other) for one, other in itertools.combinations(boxes, 2))
    points = scatter.transData.transform(table[["mu_star", "sigma"]])
    assert not any(box.contains(x, y) for box in boxes for x, y in points)
    inside = scatter.get_window_extent()
    assert all(box.x0 > inside.x0 and box.y0 > inside.y0 for box in boxes)


def test_several_sets_of_effects_make_a_table_in_standard_deviations() -> None:
    table = several(effects, 2)
    table.loc[table["outcome"] == "follows_of_kind_1", "deviation"] = 0.0
    (axes,) = plots.morris(table).axes
    rows = [label.get_text() for label in axes.get_yticklabels()]
    for text in axes.texts:
        column, place = (int(at) for at in text.get_position())
        if column == 1:
            assert text.get_text() == "\N{EN DASH}"
            continue
        row = table[(table["parameter"] == rows[place])].iloc[0]
        assert float(text.get_text().strip("()")) == pytest.approx(row["mu_star"] / row["deviation"], abs=0.0051)
        assert text.get_text().startswith("(") == (row["mu_star_low"] <= FROM_LUCK * row["luck"])


FIGURES: dict[str, Callable[[], Figure]] = {
    **{f"sobol of {n}": lambda n=n: plots.sobol(indices(n)) for n in (3, 8, 30)},  # type: ignore[misc]
    **{f"morris of {n}": lambda n=n: plots.morris(effects(n)) for n in (3, 8, 30)},  # type: ignore[misc]
    "panels": lambda: plots.sobol(several(indices, 3)),
    "table": lambda: plots.sobol(several(indices, 16, 8)),
    "table of effects": lambda: plots.morris(several(effects, 4, 8)),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("name", FIGURES)
def test_nothing_is_clipped(name: str) -> None:
    figure = FIGURES[name]()
    figure.draw_without_rendering()
    box, slack = figure.get_tightbbox(), 2 / 72
    assert box.x0 >= -slack and box.y0 >= -slack
    assert box.x1 <= figure.get_figwidth() + slack and box.y1 <= figure.get_figheight() + slack


@pytest.mark.filterwarnings("error")
def test_made_and_saved_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for draw, table in ((plots.sobol, indices(4)), (plots.morris, effects(4))):
        first, again = ([path.read_bytes() for path in plots.save(draw(table), tmp_path / "f")] for _ in range(2))
        assert first == again


def test_outcomes_that_never_vary_are_said_to() -> None:
    rows = np.ones((32, 2))
    found = sobol_indices(["a", "b"], rows)
    assert tells(" ".join(words(plots.sobol(found))), "no variance")
    plots.morris(morris_effects(["a", "b"], morris(2, 4, 1), np.ones((12, 2)))).draw_without_rendering()
    varies = np.random.default_rng(1).normal(size=32)
    assert tells(
        " ".join(words(plots.sobol(sobol_indices(["a", "b"], np.column_stack([0 * varies, varies]))))), "nothing share"
    )


def test_only_the_leading_parameters() -> None:
    table = indices(8)
    axes = plots.sobol(table, top=3).axes[0]
    leading = table.sort_values("ST_expected", ascending=False)["parameter"].head(3)
    assert [label.get_text() for label in axes.get_yticklabels()] == list(leading)
    assert len(plots.morris(effects(8), top=3).axes[0].patches) == 3


def test_refuses_what_it_cannot_draw() -> None:
    table = indices(3)
    with raises(ParameterError, "column mu_star"):
        plots.morris(table)
    with raises(ParameterError, "row"):
        plots.sobol(table.iloc[:0])
    with raises(ParameterError, "'expected' 'mean'"):
        plots.sobol(table, of="median")  # type: ignore[arg-type]
    with raises(ParameterError, "one replicate"):
        plots.sobol(indices(3, replicates=1), of="expected")
    with raises(ParameterError, "top 0"):
        plots.sobol(table, top=0)
    axes = plots.sobol(table).axes[0]
    with raises(ParameterError, "one indices 2"):
        draw_sobol(axes, several(indices, 2))
    with raises(ParameterError, "one effects 2"):
        draw_morris(axes, several(effects, 2))

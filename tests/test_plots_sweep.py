"""Figures of sweeps: what they draw is in the table."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, QuadMesh
from matplotlib.figure import Figure
from matplotlib.text import Text

from simulation import plots
from simulation.analysis import rank_correlation_interval
from simulation.analysis.replicates import mean_intervals, replicate_means
from simulation.analysis.wording import NONE
from simulation.errors import ParameterError
from simulation.plots.cloud import draw_sweep_cloud
from simulation.plots.style import one_axes
from tests.told import raises

BIAS, PRIOR, SHARP = "feed.popularity_bias", "feed.prior", "decision.follow_sharpness"
HIDDEN, RULE = "feed.hide_follower_counts", "decision.follow_rule"
GINI = "follower_gini"


def table(points: list[dict[str, Any]], replicates: int = 3, *, shared: bool = True) -> pd.DataFrame:
    """One row per run; the outcome rises with all numbers, and falls with luck."""
    draw = np.random.default_rng(5)
    rows = []
    for population in range(replicates):
        for place, point in enumerate(points):
            numbers = [value for value in point.values() if isinstance(value, float)]
            luck = population if shared else 100 * population + place
            value = 0.3 + 0.05 * sum(numbers) - 0.01 * population + 0.002 * draw.normal()
            rows.append({"point": place, **point, "population": population, "world": 0, "luck": luck, GINI: value})
    return pd.DataFrame(rows)


GRID = [{BIAS: bias, PRIOR: prior} for bias in (0.0, 0.5, 1.0) for prior in (0.1, 1.0, 10.0, 100.0)]
CLOUD = [
    {SHARP: float(sharp), PRIOR: float(prior), BIAS: bias}
    for sharp, prior in np.random.default_rng(2).uniform(0.1, 1.0, (40, 2))
    for bias in (0.0, 1.0)
]


def words(figure: Figure) -> list[str]:
    figure.draw_without_rendering()
    return [text.get_text() for text in figure.findobj(Text) if isinstance(text, Text) and text.get_visible()]


def bars(figure: Figure, width: float) -> list[list[float]]:
    """Lower and upper ends of upright bars of this width, from left to right."""
    found = [item for item in figure.axes[0].collections if isinstance(item, LineCollection)]
    ends = [
        np.asarray(path)[:, 1] for item in found if item.get_linewidth()[0] == width for path in item.get_segments()
    ]
    return [list(map(float, pair)) for pair in ends]


class TestMeans:
    def test_means_and_intervals_are_those_over_replicates(self) -> None:
        runs = table(GRID)
        figure = plots.sweep_means(runs, GINI, BIAS)
        expected = mean_intervals(runs, [BIAS], GINI)
        line = figure.axes[0].lines[-1]
        assert np.asarray(line.get_xdata(), float).tolist() == [0.0, 0.5, 1.0]
        np.testing.assert_allclose(np.asarray(line.get_ydata(), float), expected["mean"])
        np.testing.assert_allclose(bars(figure, 1.1), expected[["low", "high"]])

    def test_every_replicate_is_a_line_where_all_points_met_it(self) -> None:
        runs = table(GRID)
        lines = plots.sweep_means(runs, GINI, BIAS).axes[0].lines[:-1]
        expected = replicate_means(runs, [BIAS], GINI)
        assert len(lines) == 3 and all(line.get_linestyle() == "-" for line in lines)
        for line, (_, part) in zip(lines, expected.groupby("replicate"), strict=True):
            np.testing.assert_allclose(np.asarray(line.get_ydata(), float), part["value"])

    def test_replicates_of_each_point_alone_are_not_joined(self) -> None:
        lines = plots.sweep_means(table(GRID, shared=False), GINI, BIAS).axes[0].lines[:-1]
        assert [line.get_linestyle() for line in lines] == ["None"] * 3

    def test_grey_bars_hold_the_middle_of_the_points(self) -> None:
        runs = table(GRID)
        figure = plots.sweep_means(runs, GINI, BIAS)
        points = runs.groupby([BIAS, "point"])[GINI].mean()
        expected = [points[bias].quantile([0.05, 0.95]).tolist() for bias in (0.0, 0.5, 1.0)]
        np.testing.assert_allclose(bars(figure, 3.0), expected)
        assert any("middle 90% of points" in text for text in words(figure))
        alone = plots.sweep_means(table([{BIAS: 0.0}, {BIAS: 1.0}]), GINI, BIAS)
        assert bars(alone, 3.0) == []
        assert not any("middle 90%" in text for text in words(alone))

    def test_a_line_for_each_value_named_at_its_end(self) -> None:
        runs = table(GRID)
        figure = plots.sweep_means(runs, GINI, PRIOR, colour=BIAS, log=True)
        axes = figure.axes[0]
        assert axes.get_xscale() == "log"
        assert {"popularity bias 0", "popularity bias 0.5", "popularity bias 1"} <= set(words(figure))
        ends = [float(np.asarray(line.get_ydata())[-1]) for line in axes.lines if line.get_linewidth() == 1.2]
        expected = mean_intervals(runs[runs[PRIOR] == 100.0], [BIAS], GINI)["mean"]
        np.testing.assert_allclose(ends, expected)

    def test_everything_drawn_is_in_view(self) -> None:
        """Also what stands a little beside its place, of which axes take no notice by themselves."""
        figure = plots.sweep_means(table(GRID), GINI, BIAS, colour=PRIOR)
        figure.draw_without_rendering()
        low, high = figure.axes[0].get_ylim()
        drawn = [value for line in figure.axes[0].lines for value in np.asarray(line.get_ydata(), float)]
        drawn += [end for pair in bars(figure, 1.1) for end in pair]
        assert low < min(drawn) and max(drawn) < high

    @pytest.mark.parametrize(
        ("name", "values", "ticks"),
        [(HIDDEN, [False, True], ["no", "yes"]), (RULE, ["logit", "best_so_far"], ["best so far", "logit"])],
    )
    def test_yes_and_no_and_words_stand_side_by_side(self, name: str, values: list[Any], ticks: list[str]) -> None:
        figure = plots.sweep_means(table([{name: value} for value in values]), GINI, name)
        figure.draw_without_rendering()
        axes = figure.axes[0]
        assert [label.get_text() for label in axes.get_xticklabels()] == ticks
        assert axes.lines[-1].get_linestyle() == "None", "nothing lies between them"

    def test_labels_have_units(self) -> None:
        figure = plots.sweep_means(
            table(GRID).rename(columns={GINI: "follows_per_user_day"}), "follows_per_user_day", PRIOR
        )
        axes = figure.axes[0]
        assert axes.get_xlabel() == "prior (follows)"
        assert axes.get_ylabel() == "Follows per user per day (follows/user-day)"
        assert plots.sweep_means(table(GRID), GINI, BIAS).axes[0].get_ylabel() == "Gini coefficient of followers"
        assert any(
            "prior 0.1 follows" in text for text in words(plots.sweep_means(table(GRID), GINI, BIAS, colour=PRIOR))
        )

    def test_an_outcome_of_ones_own_has_its_name(self) -> None:
        runs = table(GRID).rename(columns={GINI: "won_by_peers"})
        assert plots.sweep_means(runs, "won_by_peers", BIAS).axes[0].get_ylabel() == "won by peers"

    def test_one_replicate_and_numbers_that_are_missing(self) -> None:
        figure = plots.sweep_means(table(GRID, 1), GINI, BIAS)
        assert bars(figure, 1.1) == [] and "one replicate" in words(figure)[-1] + words(figure)[0] + "".join(
            words(figure)
        )
        runs = table(GRID)
        runs.loc[runs[BIAS] == 0.5, GINI] = np.nan
        figure = plots.sweep_means(runs, GINI, PRIOR, colour=BIAS)
        named = [text for text in words(figure) if text.startswith("popularity bias")]
        assert named == ["popularity bias 0", "popularity bias 1"]


class TestMap:
    def test_cells_are_means_over_replicates(self) -> None:
        runs = table(GRID)
        figure = plots.sweep_map(runs, GINI, BIAS, PRIOR)
        (mesh,) = (item for item in figure.axes[0].collections if isinstance(item, QuadMesh))
        expected = runs.groupby([PRIOR, BIAS])[GINI].mean().unstack()
        np.testing.assert_allclose(np.asarray(mesh.get_array()), expected)
        said = words(figure)
        # Between 0.3 and 5.3, a step of 0.01 is seen.
        assert {f"{value:.2f}" for value in expected.to_numpy().ravel()} <= set(said)
        assert {"0.1", "100", "0.5", "prior (follows)", "popularity bias", "Gini coefficient of followers"} <= set(said)

    def test_missing_cells_have_a_dash_and_many_no_numbers(self) -> None:
        runs = table(GRID)
        runs = runs[(runs[BIAS] != 1.0) | (runs[PRIOR] != 1.0)]
        assert NONE in words(plots.sweep_map(runs, GINI, BIAS, PRIOR))
        many = [{BIAS: float(bias), PRIOR: float(prior)} for bias in range(11) for prior in range(11)]
        assert len(plots.sweep_map(table(many, 1), GINI, BIAS, PRIOR).axes[0].texts) == 0

    def test_all_the_same_is_no_error(self) -> None:
        assert "0.300" in words(plots.sweep_map(table(GRID).assign(**{GINI: 0.3}), GINI, BIAS, PRIOR))


class TestCloud:
    def test_dots_are_points_and_their_correlation_is_told(self) -> None:
        runs = table(CLOUD)
        figure = plots.sweep_cloud(runs, GINI, [SHARP, PRIOR], colour=BIAS, log=[PRIOR])
        assert [axes.get_xscale() for axes in figure.axes] == ["linear", "log"]
        dots = figure.axes[0].lines[0]
        part = runs[runs[BIAS] == 0.0].groupby("point")[[SHARP, GINI]].mean().sort_values(SHARP)
        np.testing.assert_allclose(np.asarray(dots.get_xdata(), float), part[SHARP])
        np.testing.assert_allclose(np.asarray(dots.get_ydata(), float), part[GINI])
        rho = rank_correlation_interval(part[GINI].to_numpy(), part[SHARP].to_numpy())
        said = words(figure)
        assert f"Spearman $\\rho$ = {rho.estimate:.2f} [{rho.low:.2f}, {rho.high:.2f}]" in said
        assert {"popularity bias 0", "popularity bias 1"} <= set(said)

    def test_lines_are_means_of_neighbours_with_intervals_over_points(self) -> None:
        runs = table([{SHARP: float(sharp)} for sharp in range(16)])
        figure = plots.sweep_cloud(runs, GINI, [SHARP])
        line = figure.axes[0].lines[1]
        points = runs.groupby("point")[GINI].mean().to_numpy()
        thirds = np.array_split(points, 3)
        np.testing.assert_allclose(np.asarray(line.get_ydata(), float), [third.mean() for third in thirds])
        assert np.asarray(line.get_xdata(), float).tolist() == [2.5, 8.0, 13.0]
        assert len(bars(figure, 0.9)) == 3

    def test_few_points_have_no_trend(self) -> None:
        figure = plots.sweep_cloud(table([{SHARP: float(sharp)} for sharp in range(12)]), GINI, [SHARP])
        assert np.asarray(figure.axes[0].lines[1].get_ydata()).size == 0
        assert not any("neighbour" in text for text in words(figure))

    def test_of_many_the_strongest_are_drawn_in_their_order(self) -> None:
        draw = np.random.default_rng(3)
        names = [f"users.x{k}" for k in range(9)]
        values = draw.uniform(size=(400, 9))
        runs = table([dict(zip(names, map(float, row), strict=True)) for row in values], 1)
        runs[GINI] = values @ np.array([5.0, 0, 5, 5, 0, -6, 5, 0, 5])
        figure = plots.sweep_cloud(runs, GINI, names)
        assert [axes.get_xlabel() for axes in figure.axes] == ["x0", "x2", "x3", "x5", "x6", "x8"]
        assert any("6 of 9 uncertainties" in text.replace("\n", " ") for text in words(figure))

    def test_on_axes_of_ones_own(self) -> None:
        _, axes = one_axes(3.0, 2.0)
        ((title, rho, _),) = draw_sweep_cloud(axes, table([{SHARP: float(sharp)} for sharp in range(9)]), GINI, SHARP)
        assert (title, rho.estimate) == ("", pytest.approx(1.0))


@pytest.mark.parametrize(
    ("draw", "says"),
    [
        (lambda runs: plots.sweep_means(runs, "fame", BIAS), "column 'fame'"),
        (lambda runs: plots.sweep_means(runs, GINI, "users.homophily"), "column 'users.homophily'"),
        (lambda runs: plots.sweep_means(runs, GINI, BIAS, colour="users.homophily"), "no column"),
        (lambda runs: plots.sweep_map(runs, GINI, BIAS, "users.homophily"), "no column"),
        (lambda runs: plots.sweep_cloud(runs, GINI, []), "uncertainty"),
        (lambda runs: plots.sweep_cloud(runs, "fame", [PRIOR]), "column 'fame'"),
        (lambda runs: plots.sweep_cloud(runs.assign(word="a"), GINI, ["word"]), "word"),
        (lambda runs: plots.sweep_means(runs.assign(many=range(len(runs))), GINI, BIAS, colour="many"), "36 values"),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw: Any, says: str) -> None:
    with raises(ParameterError, says):
        draw(table(GRID))


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    runs = table(GRID)
    first, second = (
        plots.save(plots.sweep_means(runs, GINI, BIAS, colour=PRIOR), tmp_path / name) for name in ("a", "b")
    )
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]

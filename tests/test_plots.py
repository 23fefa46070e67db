"""Figures: what they show is in the tables, nothing is clipped, files are whole and repeat themselves."""

from __future__ import annotations

import dataclasses
import gc
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path

import matplotlib as mpl
import networkx as nx
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from simulation import plots
from simulation.errors import OutputError, ParameterError
from simulation.plots.cause_colours import COLOURS, cause_colours
from simulation.plots.followers import creator_name, weekly
from simulation.plots.network import positions
from simulation.plots.reasons import cause_shares
from simulation.plots.style import spread
from tests.tables import FAD, STRATEGIES, RunTables, run_tables
from tests.told import raises

FIGURES: dict[str, Callable[[RunTables], Figure]] = {
    "follower_curves": plots.follower_curves,
    "gained_and_lost": plots.gained_and_lost,
    "follower_distribution": plots.follower_distribution,
    "lorenz": plots.lorenz,
    "talent_and_followers": plots.talent_and_followers,
    "causes": plots.causes,
    "hazard": plots.hazard,
    "rise_and_fall": plots.rise_and_fall,
    "overview": plots.overview,
    "trends": plots.trends,
    "wellbeing": plots.wellbeing,
    "follow_graph": plots.follow_graph,
    "social_graph": lambda run: plots.social_graph(run.social_graph.to_networkx()),
}


@pytest.fixture(scope="module")
def run() -> RunTables:
    return run_tables(users=200, creators=60, days=70)


@pytest.fixture(params=FIGURES, scope="module")
def figure(request: pytest.FixtureRequest, run: RunTables) -> Figure:
    return FIGURES[request.param](run)


def words(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(Text) if isinstance(text, Text))


def test_width_is_one_or_two_columns(figure: Figure) -> None:
    assert figure.get_figwidth() in (plots.SINGLE, plots.DOUBLE)


def test_axes_name_what_they_show_with_its_unit(figure: Figure) -> None:
    for axes in figure.axes:
        if not axes.axison:  # a drawing of a graph
            continue
        assert axes.get_ylabel() or axes.get_yticklabels()
        spec = axes.get_subplotspec()
        assert spec is not None
        named = axes.get_xlabel() or [label.get_text() for label in axes.get_xticklabels() if label.get_text()]
        assert named or not spec.is_last_row()


def test_nothing_is_clipped(figure: Figure) -> None:
    """Everything visible lies on the page, give or take a point."""
    figure.draw_without_rendering()
    box, point = figure.get_tightbbox(), 1 / 72
    assert box.x0 >= -point
    assert box.y0 >= -point
    assert box.x1 <= figure.get_figwidth() + point
    assert box.y1 <= figure.get_figheight() + point


@pytest.mark.parametrize("name", FIGURES)
def test_made_and_saved_twice_gives_the_same_bytes(name: str, run: RunTables, tmp_path: Path) -> None:
    first = [path.read_bytes() for path in plots.save(FIGURES[name](run), tmp_path / "new" / "a.b")]
    paths = plots.save(FIGURES[name](run), tmp_path / "new" / "a.b")
    assert [path.name for path in paths] == ["a.b.pdf", "a.b.png"]
    assert [path.read_bytes() for path in paths] == first
    assert first[0].startswith(b"%PDF")
    assert first[1].startswith(b"\x89PNG")
    assert sorted(path.name for path in paths[0].parent.iterdir()) == ["a.b.pdf", "a.b.png"]


def test_a_figure_that_fails_leaves_the_old_files(run: RunTables, tmp_path: Path) -> None:
    old = {path: path.read_bytes() for path in plots.save(plots.lorenz(run), tmp_path / "f")}

    class Failing(Figure):
        def savefig(self, *args: object, **kwargs: object) -> None:
            raise OSError(28, "No space left on device")

    with raises(OutputError, "space"):
        plots.save(Failing(), tmp_path / "f")
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == old
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        plots.save(plots.lorenz(run), tmp_path / "file" / "f")


def test_settings_of_the_caller_neither_matter_nor_change(run: RunTables, tmp_path: Path) -> None:
    plain = plots.save(plots.lorenz(run), tmp_path / "plain")[1].read_bytes()
    with mpl.rc_context({"font.size": 20, "axes.facecolor": "red", "savefig.bbox": "tight"}):
        odd = plots.save(plots.lorenz(run), tmp_path / "odd")[1].read_bytes()
        assert mpl.rcParams["font.size"] == 20
    assert odd == plain


def test_figures_are_freed(run: RunTables) -> None:
    figure = plots.lorenz(run)
    gone = weakref.ref(figure)
    del figure
    gc.collect()
    assert gone() is None


def test_importing_plots_does_not_import_matplotlib() -> None:
    heavy = ("matplotlib", "igraph", "networkx", "scipy", "pandas", "mesa")
    code = f"import sys, simulation.plots, simulation.analysis; print([m for m in {heavy} if m in sys.modules])"
    root = Path(__file__).parents[1]
    out = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_a_figure_shows_itself_in_a_notebook(run: RunTables) -> None:
    assert plots.lorenz(run)._repr_png_().startswith(b"\x89PNG")  # type: ignore[attr-defined]


def test_numbers_written_in_figures_are_those_of_the_tables(run: RunTables) -> None:
    from simulation.analysis import gini, rank_correlation

    followers = run.creators["followers"].to_numpy()
    assert f"Gini {gini(followers):.2f}" in words(plots.lorenz(run))
    assert f"{rank_correlation(followers, run.creators['talent']):.2f}" in words(plots.talent_and_followers(run))
    text = words(plots.rise_and_fall(run))
    assert f"creator {FAD}: peak of" in text
    assert plots.most_fallen(run) == FAD


def test_small_causes_of_a_creator_are_put_together(run: RunTables) -> None:
    rare = (run.creator_days["creator"] == FAD) & (run.creator_days["day"] == 5)
    table = run.creator_days.assign(gained_novelty=rare.astype(int), lost_novelty=0)
    text = words(
        plots.rise_and_fall(
            dataclasses.replace(run, creator_days=table, cause_names=(*run.cause_names, "novelty")), FAD
        )
    )
    assert "shared interest" in text
    assert "other causes" in text
    assert "novelty" not in text


def test_curves_are_those_of_the_top_creators(run: RunTables) -> None:
    axes = plots.follower_curves(run, top=3).axes[0]
    drawn = sorted(tuple(np.asarray(line.get_ydata(), dtype=float)) for line in axes.lines)
    best = run.creators.nlargest(3, "followers")["creator"]
    table = run.creator_days.pivot(index="day", columns="creator", values="followers")
    expected = [tuple(table[creator]) for creator in best] + [tuple(table.median(axis=1))]
    assert drawn == sorted(expected)


def test_losses_lie_below_zero_and_net_is_their_sum(run: RunTables) -> None:
    axes = plots.gained_and_lost(run, creator=FAD).axes[0]
    net = np.asarray(axes.lines[-1].get_ydata(), dtype=float)
    rows = run.creator_days[run.creator_days["creator"] == FAD]
    expected = weekly((rows["gained"] - rows["lost"]).to_numpy(float))
    np.testing.assert_allclose(net, expected)
    areas = [np.asarray(collection.get_paths()[0].vertices)[:, 1] for collection in axes.collections]
    assert areas[0].min() == 0
    assert areas[1].max() == 0
    assert areas[1].min() == -rows["lost"].max()


def test_shares_of_causes_sum_to_one_and_plug_ins_get_their_own_colour(run: RunTables) -> None:
    follows, unfollows = cause_shares(run.creator_days, run.cause_names)
    assert follows.sum() == pytest.approx(1)
    assert unfollows.sum() == pytest.approx(1)
    colours = cause_colours((*run.cause_names, "novelty"))
    assert len(set(colours.values())) == len(run.cause_names) + 1
    extra = run.creator_days.assign(gained_novelty=3, lost_novelty=1)
    wider = dataclasses.replace(run, creator_days=extra, cause_names=(*run.cause_names, "novelty"))
    assert "novelty" in words(plots.causes(wider))
    assert "novelty" in words(plots.overview(wider))


def without(run: RunTables, *causes: str) -> RunTables:
    """The run as if some causes had never occurred."""
    none = {f"{word}_{cause}": 0 for word in ("gained", "lost") for cause in causes}
    return dataclasses.replace(run, creator_days=run.creator_days.assign(**none))


def test_causes_that_never_occur_are_left_out(run: RunTables) -> None:
    for figure in (plots.causes, plots.overview, plots.rise_and_fall):
        assert {"reciprocity", "bought", "purge"} <= set(words(figure(run)).split("\n"))
        text = set(words(figure(without(run, "reciprocity", "bought", "purge"))).split("\n"))
        assert not {"reciprocity", "bought", "purge"} & text
        assert "departure" in words(plots.causes(run))


def seen(colour: str) -> np.ndarray:
    """CIELAB of a colour as it is seen with full sight and with three kinds of dichromacy (Machado et al. 2009)."""
    sights = (
        np.eye(3),
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
    )
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    light = np.array(mpl.colors.to_rgb(colour))
    light = np.where(light <= 0.04045, light / 12.92, ((light + 0.055) / 1.055) ** 2.4)
    xyz = np.clip(np.asarray(sights) @ light, 0, 1) @ to_xyz.T / [0.95047, 1, 1.08883]
    x, y, z = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116).T
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=1)


@pytest.mark.parametrize("cause", ["reciprocity", "departure", "bought", "purge", "acquaintance"])
def test_causes_that_no_user_decides_on_are_told_from_all_others_by_every_eye(cause: str) -> None:
    for other in {*COLOURS} - {cause}:
        assert np.linalg.norm(seen(COLOURS[cause]) - seen(COLOURS[other]), axis=1).min() > 15, other


def test_a_creators_mind_is_shown_where_it_moved(run: RunTables) -> None:
    figure = plots.rise_and_fall(run)
    assert len(figure.axes) == 4
    mind = figure.axes[2]
    rows = run.creator_days[run.creator_days["creator"] == FAD]
    drawn = [np.asarray(line.get_ydata(), dtype=float).tolist() for line in mind.lines[:3]]
    assert drawn == [rows[name].tolist() for name in ("mood", "obsession", "authenticity")]
    lanes = figure.axes[3]
    assert [label.get_text() for label in lanes.get_yticklabels()] == [name.replace("_", " ") for name in STRATEGIES]
    dark, pale = (len(collection.get_paths()) for collection in lanes.collections)
    assert pale == rows["away"].sum() > 0
    assert dark == run.days - pale
    still = run.creator_days.assign(
        mood=0.0, obsession=0.1, strategy=pd.Categorical.from_codes([0] * len(run.creator_days), list(STRATEGIES))
    )
    assert len(plots.rise_and_fall(dataclasses.replace(run, creator_days=still)).axes) == 2


def test_wellbeing_shows_the_means_of_the_days(run: RunTables) -> None:
    panels = plots.wellbeing(run).axes
    for axes, name in zip(panels[:3], ("mood", "fomo", "use"), strict=True):
        assert np.asarray(axes.lines[0].get_ydata()).tolist() == run.daily[name].tolist()
    drawn = [np.asarray(line.get_ydata()).tolist() for line in panels[3].lines[:4]]
    assert drawn == [run.daily[name].tolist() for name in ("creator_mood", "obsession", "burnout", "authenticity")]
    assert {"mood", "obsession", "burnout", "authenticity"} <= set(words(panels[3].figure).split("\n"))  # type: ignore[arg-type]
    nobody = run.daily.assign(creator_mood=np.nan, obsession=np.nan, burnout=np.nan, authenticity=np.nan)
    plots.wellbeing(dataclasses.replace(run, daily=nobody)).draw_without_rendering()


def test_trends_show_heat_and_net_followers_of_the_hottest_topics(run: RunTables) -> None:
    from simulation.analysis import trends

    table = run.topic_days.copy()
    table.loc[table["topic"] == 1, "heat"] *= 3
    jump = (table["topic"] == 1) & (table["day"] == 50)
    table.loc[jump, "gained"] += 90
    figure = plots.trends(dataclasses.replace(run, topic_days=table), top=2)
    upper, lower = figure.axes
    heat = trends.by_topic(table, "heat")
    drawn = {tuple(np.asarray(line.get_ydata(), dtype=float)) for line in upper.lines[:5]}
    assert drawn == {tuple(heat[topic]) for topic in heat}
    assert "topic 1" in words(figure)
    assert len([text for text in words(figure).split("\n") if text.startswith("topic")]) == 2
    marks = [line for line in lower.lines if line.get_marker() == "^"]
    assert [float(np.asarray(line.get_xdata())[0]) for line in marks] == trends.detect(table)["day"].tolist()
    assert 50 in trends.detect(table)["day"].tolist()


def test_a_power_law_is_drawn_only_where_one_fits(run: RunTables) -> None:
    def with_followers(values: np.ndarray) -> RunTables:
        return dataclasses.replace(run, creators=pd.DataFrame({"followers": values}))

    uniform = np.random.default_rng(1).random(2000)
    heavy = with_followers(np.floor(5 * (1 - uniform) ** (-1 / 1.3)))
    assert "tail exponent\n2.2" in words(plots.follower_distribution(heavy))
    assert "tail" not in words(plots.follower_distribution(with_followers(np.floor(100 * uniform) + 1)))


def test_edge_cases_draw(run: RunTables) -> None:
    """One day; nobody followed; one creator; a creator with words for a label."""
    tiny = run_tables(users=4, creators=1, days=1, first=1)
    quiet = dataclasses.replace(
        tiny,
        events=tiny.events.iloc[:0],
        follows=tiny.follows.iloc[:0],
        creators=tiny.creators.assign(followers=0, label="Ada"),
        creator_days=tiny.creator_days.assign(
            followers=0,
            gained=0,
            lost=0,
            **{f"{word}_{cause}": 0 for word in ("gained", "lost") for cause in tiny.cause_names},
        ),
    )
    for case in (tiny, quiet):
        for name in set(FIGURES) - {"follow_graph", "social_graph"}:
            FIGURES[name](case).draw_without_rendering()
    assert creator_name(quiet.creators, 0) == "Ada"
    plots.social_graph(nx.Graph()).draw_without_rendering()


def test_refuses_what_is_not_there(run: RunTables) -> None:
    with raises(ParameterError, "creator 99"):
        plots.rise_and_fall(run, 99)
    with raises(ParameterError, "creator 99"):
        plots.gained_and_lost(run, creator=99)
    with raises(ParameterError, 1, parameter="top", value=0):
        plots.follower_curves(run, top=0)
    with raises(ParameterError, "'auto' 'fr' 'drl'", parameter="layout", value="round"):
        positions(nx.path_graph(3), layout="round")  # type: ignore[arg-type]
    with raises(ParameterError, "no creators"):
        plots.most_fallen(dataclasses.replace(run, creator_days=run.creator_days.iloc[:0]))
    with raises(ParameterError, "1 6", parameter="top", value=7):
        plots.trends(run, top=7)
    with raises(ParameterError, "no days"):
        plots.trends(dataclasses.replace(run, topic_days=run.topic_days.iloc[:0]))


@pytest.mark.parametrize("nodes", [50, 1200])
def test_layouts_repeat_and_leave_the_random_module_alone(nodes: int) -> None:
    import random

    graph = nx.barabasi_albert_graph(nodes, 2, seed=1)
    random.seed(11)
    before = random.getstate()
    first = positions(graph, seed=3)
    assert random.getstate() == before
    np.testing.assert_array_equal(first, positions(graph, seed=3))
    assert first.shape == (nodes, 2)
    assert np.isfinite(first).all()
    assert not np.allclose(first, positions(graph, seed=4))


def test_large_graphs_say_what_they_leave_out() -> None:
    graph = nx.gnm_random_graph(1100, 10_500, seed=1)
    assert "10,000 of 10,500 edges drawn" in words(plots.social_graph(graph, layout="drl"))


def test_labels_are_moved_apart_and_no_further() -> None:
    np.testing.assert_allclose(spread([0.5, 0.5], 0.1, 0, 1), [0.45, 0.55])
    np.testing.assert_allclose(spread([0.9, 0.1], 0.1, 0, 1), [0.9, 0.1])
    np.testing.assert_allclose(spread([0.0, 0.01, 0.02], 0.1, 0, 1), [0, 0.1, 0.2])
    np.testing.assert_allclose(spread([0.5] * 5, 0.5, 0, 1), np.linspace(0, 1, 5))
    assert spread([], 0.1, 0, 1).size == 0
    placed = spread(np.random.default_rng(2).random(9), 0.08, 0, 1)
    assert np.diff(np.sort(placed)).min() >= 0.08 - 1e-12


def test_weekly_means_shorten_at_the_ends() -> None:
    np.testing.assert_allclose(weekly(np.arange(10.0)), [1.5, 2, 2.5, 3, 4, 5, 6, 6.5, 7, 7.5])
    np.testing.assert_allclose(weekly(np.array([2.0, 4.0])), [3, 3])

"""Sensitivity of a study: from its table of runs, for every outcome and combination of levers, and told in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulation.errors import ParameterError, ResultError
from simulation.study import Sweep, Uncertainty, run_sweep
from simulation.study.design.sampling import Shares, morris, saltelli
from simulation.study.sensitivity.indices import morris_effects, sobol_indices
from simulation.study.sensitivity.sensitivity_text import sensitivity_text
from simulation.study.sensitivity.table import outcome_values, sensitivity, sensitivity_of
from tests.told import raises, tells

NAMES = ["first", "second"]


def runs(sample: Shares, populations: int = 3, worlds: int = 1) -> tuple[pd.DataFrame, np.ndarray]:
    """A table of runs in disorder, and the point of each row; the second parameter is rounded, so that rows meet."""
    rounded = np.column_stack([sample[:, 0], np.round(2 * sample[:, 1]) / 2])
    points, rows = np.unique(rounded, axis=0, return_inverse=True)
    luck = np.random.default_rng(1)
    table = pd.DataFrame(
        [
            {"point": point, "population": population, "world": world, "sum": x + y + luck.normal(0, 0.2), "flat": 7}
            for point, (x, y) in enumerate(points)
            for population in range(populations)
            for world in range(worlds)
        ]
    )
    return table.sample(frac=1, random_state=2), rows


def test_values_of_every_row_and_population() -> None:
    table, rows = runs(saltelli(2, 8, 1), populations=3, worlds=2)
    values = outcome_values(table, "sum", rows)
    assert values.shape == (len(rows), 3) and len(rows) == 32
    for row in (0, 5, 31):
        for population in range(3):
            met = table[(table["point"] == rows[row]) & (table["population"] == population)]
            assert len(met) == 2
            assert values[row, population] == pytest.approx(met["sum"].mean())


def test_worlds_are_replicates_where_there_is_one_population() -> None:
    table, rows = runs(saltelli(2, 8, 1), populations=1, worlds=4)
    values = outcome_values(table, "sum", rows)
    assert values.shape == (32, 4)
    met = table[(table["point"] == rows[9]) & (table["world"] == 2)]
    assert values[9, 2] == met["sum"].item()


def test_rows_that_share_a_point_have_its_outcome() -> None:
    table, rows = runs(saltelli(2, 8, 1))
    shared = next(point for point in rows if (rows == point).sum() > 1)
    values = outcome_values(table, "sum", rows)[rows == shared]
    assert (values == values[0]).all()


def test_outcomes_one_below_the_other_are_those_of_the_analysis() -> None:
    table, rows = runs(saltelli(2, 8, 1))
    found = sensitivity(table, NAMES, rows, ["sum", "flat"], resamples=50, seed=4, confidence=0.9)
    assert list(found["outcome"]) == ["sum", "sum", "flat", "flat"]
    alone = sobol_indices(NAMES, outcome_values(table, "sum", rows), resamples=50, seed=4, confidence=0.9)
    pd.testing.assert_frame_equal(found[:2].drop(columns="outcome"), alone)
    assert found[2:]["ST"].isna().all() and (found[2:]["deviation"] == 0).all()


def test_effects_where_the_sample_is_morriss() -> None:
    sample = morris(2, 6, 1)
    table, rows = runs(sample)
    found = sensitivity(table, NAMES, rows, ["sum"], sample=sample)
    alone = morris_effects(NAMES, sample, outcome_values(table, "sum", rows))
    pd.testing.assert_frame_equal(found.drop(columns="outcome"), alone)


def drop_a_run(table: pd.DataFrame) -> pd.DataFrame:
    return table[~((table["point"] == 3) & (table["population"] == 1))]


def lose_a_number(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(sum=table["sum"].where((table["point"] != 3) | (table["population"] != 1)))


@pytest.mark.parametrize(
    ("harm", "says"),
    [(drop_a_run, "1 there finish"), (lose_a_number, "outcome")],
)
def test_holes_are_refused_and_named(harm: Callable[[pd.DataFrame], pd.DataFrame], says: str) -> None:
    table, rows = runs(saltelli(2, 8, 1))
    with raises(ResultError, f"'sum' missing 1 {len(table)} runs point 3 population 1 {says}"):
        sensitivity(harm(table), NAMES, rows, ["sum"])


def test_many_holes_are_counted() -> None:
    table, rows = runs(saltelli(2, 8, 1))
    table.loc[table["point"] < 3, "sum"] = np.inf
    with raises(ResultError, "9 ... 0"):
        sensitivity(table, NAMES, rows, ["sum"])


def test_a_table_without_these_points_is_refused() -> None:
    table, rows = runs(saltelli(2, 8, 1))
    with raises(ResultError, "none points"):
        sensitivity(table, NAMES, rows + 1000, ["sum"])


def test_a_replicate_that_has_not_begun_is_not_missed() -> None:
    """A study does all points with the first replicate first: until the second begins, it is a whole, smaller one."""
    table, rows = runs(saltelli(2, 8, 1))
    found = sensitivity(table[table["population"] < 2], NAMES, rows, ["sum"])
    assert (found["replicates"] == 2).all()


def test_no_such_outcome() -> None:
    table, rows = runs(saltelli(2, 8, 1))
    with raises(ParameterError, "column 'mood'"):
        sensitivity(table, NAMES, rows, ["mood"])
    with raises(ParameterError, "'word'"):
        sensitivity(table.assign(word="x"), NAMES, rows, ["word"])
    with raises(ParameterError, "outcome"):
        sensitivity(table, NAMES, rows, [])


# A real sweep.

UNCERTAIN = (Uncertainty("decision.follow_threshold", 0.4, 0.7), Uncertainty("feed.pools.pools", 3, 4))
"""The second means nothing here: no post goes up the pools unless the feed has a share of them."""


def tiny(sampling: str, samples: int) -> Sweep:
    """Two uncertainties, one of them a whole number, at both values of a lever."""
    return Sweep(
        "tiny",
        days=5,
        uncertainties=UNCERTAIN,
        levers={"feed.popularity_bias": [0.0, 1.0]},
        constants={"population.users": 60, "population.creators": 10},
        sampling=sampling,  # type: ignore[arg-type]
        samples=samples,
        replicates=2,
    )


@pytest.fixture(scope="module")
def sobol_sweep(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sweep, pd.DataFrame]:
    sweep = tiny("sobol", 8)
    study = run_sweep(sweep, tmp_path_factory.mktemp("sobol"), workers=1, progress=False)
    return sweep, study.store.table()


def test_sobol_indices_of_a_sweep(sobol_sweep: tuple[Sweep, pd.DataFrame]) -> None:
    sweep, table = sobol_sweep
    assert len(table) == 2 * len(sweep.design.points) < 2 * 2 * 32  # whole numbers make rows of the sample meet
    found = sensitivity_of(sweep, table, ["follows_held", "follower_gini"], resamples=20)
    assert list(found.columns[:3]) == ["feed.popularity_bias", "outcome", "parameter"]
    assert list(found["feed.popularity_bias"]) == [0.0] * 4 + [1.0] * 4
    assert list(found["outcome"][:4]) == ["follows_held"] * 2 + ["follower_gini"] * 2
    assert list(found["parameter"][:2]) == [known.name for known in UNCERTAIN]
    assert (found["samples"] == 8).all() and (found["replicates"] == 2).all()
    held = found[found["outcome"] == "follows_held"]
    bar, pools = (held[held["parameter"] == known.name] for known in UNCERTAIN)
    assert (bar["ST"] > 0.8).all() and (bar["ST_expected"] > 0.8).all()
    # Common random numbers: what means nothing changes not one event.
    assert (pools[["S1", "ST", "ST_high", "ST_luck_high", "ST_expected"]] == 0).all(axis=None)


def test_each_combination_of_levers_has_its_own_runs(sobol_sweep: tuple[Sweep, pd.DataFrame]) -> None:
    sweep, table = sobol_sweep
    found = sensitivity_of(sweep, table, "follows_held", resamples=20)
    for lever, part in found.groupby("feed.popularity_bias"):
        at = table[table["feed.popularity_bias"] == lever]
        rows = sweep.rows[:, sweep.combinations.index({"feed.popularity_bias": lever})]
        assert set(rows) == set(at["point"])
        names = [known.name for known in UNCERTAIN]
        again = sensitivity(at, names, rows, ["follows_held"], resamples=20)
        pd.testing.assert_frame_equal(part.iloc[:, 1:].reset_index(drop=True), again)


def test_all_outcomes_unless_some_are_named(sobol_sweep: tuple[Sweep, pd.DataFrame]) -> None:
    sweep, table = sobol_sweep
    whole = table.fillna(0.0)  # the few that are undefined in so small a world
    assert set(sensitivity_of(sweep, whole, resamples=2)["outcome"]) == set(sweep.outcomes)


def test_effects_of_a_sweep(tmp_path: Path) -> None:
    sweep = tiny("morris", 3)
    table = run_sweep(sweep, tmp_path / "morris", workers=1, progress=False).store.table()
    found = sensitivity_of(sweep, table, "follows_held")
    assert len(found) == 4 and (found["samples"] == 3).all()
    by_parameter = found.set_index("parameter")
    assert (by_parameter.loc["decision.follow_threshold", "mu"] < 0).all()  # a higher bar, fewer follows
    assert (by_parameter.loc["decision.follow_threshold", "mu_star"] > 50).all()


def test_a_sweep_sampled_for_something_else_is_refused() -> None:
    grid = tiny("latin_hypercube", 4)
    with raises(ParameterError, "'latin_hypercube' 2 uncertainties"):
        sensitivity_of(grid, pd.DataFrame())
    certain = Sweep("certain", 5, levers={"feed.popularity_bias": [0.0, 1.0]}, sampling="sobol")
    with raises(ParameterError, "0 uncertainties"):
        sensitivity_of(certain, pd.DataFrame())


# In words.


def test_text_has_the_numbers_of_the_table() -> None:
    table, rows = runs(saltelli(2, 32, 1))
    found = sensitivity(table, NAMES, rows, ["sum", "flat"])
    found.insert(0, "feed.popularity_bias", 0.5)
    text = sensitivity_text(found)
    first, second = found.iloc[0], found.iloc[1]
    assert "**sum, feed.popularity_bias = 0.5** (32 samples, 3 replicates)" in text
    assert tells(text, f"{first['luck_share']:.0%}")
    assert f"sum to {first['S1_sum_expected']:.2f} [{first['S1_sum_expected_low']:.2f}, " in text
    for row in (first, second):
        ends = " ".join(f"{row[f'ST_expected{end}']:.2f}" for end in ("", "_low", "_high"))
        ends = ends.replace("-", "\N{MINUS SIGN}").split()
        assert f"{ends[0]} [{ends[1]}, {ends[2]}] |" in text
    larger = "first" if first["ST_expected"] > second["ST_expected"] else "second"
    assert text.index(f"`{larger}`") == min(text.index("`first`"), text.index("`second`"))
    assert tells(text, "**flat feed.popularity_bias 0.5** 32 samples 3 replicates 7")


def test_text_of_one_replicate_says_that_luck_is_unknown() -> None:
    table, rows = runs(saltelli(2, 16, 1), populations=1)
    text = sensitivity_text(sensitivity(table, NAMES, rows, ["sum"]))
    assert "1 replicate" in text and tells(text, "one replicate unknown")
    assert tells(text, "interactions and random draws")


def test_text_of_nothing_but_luck() -> None:
    varies = np.random.default_rng(1).normal(size=32)
    text = sensitivity_text(sobol_indices(NAMES, np.column_stack([np.zeros(32), varies])))
    assert text.startswith("**The outcome**") and tells(text, "Random draws all of the variance")


def test_text_of_effects_lists_the_leading_ones() -> None:
    sample = morris(4, 6, 1)
    found = morris_effects(list("abcd"), sample, sample @ np.array([1.0, -4.0, 3.0, 2.0]))
    text = sensitivity_text(found, top=2)
    assert "6 trajectories, 1 replicate" in text
    assert text.index("`b` | 4.000 [4.000, 4.000] | \N{MINUS SIGN}4 | ") < text.index(
        "`c` | 3.000 [3.000, 3.000] | 3 | "
    )
    assert "`a`" not in text and tells(text, "| 2 more | 2 |")


def test_text_refuses_what_it_cannot_tell() -> None:
    with raises(ParameterError, "sensitivities"):
        sensitivity_text(pd.DataFrame({"parameter": ["a"]}))
    with raises(ParameterError, "top 0"):
        sensitivity_text(sobol_indices(NAMES, np.arange(32.0)), top=0)

"""Measures of parallel worlds: against definitions, known answers, and each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.worlds import MEASURES, early_lead, effect, estimates, point_where, trend, within_populations
from simulation.analysis import Interval, gini, rank_correlation, t_interval, unpredictability


def make_creators(points: int = 2, populations: int = 3, worlds: int = 3, creators: int = 12) -> pd.DataFrame:
    """Worlds in which followers come by talent and luck; luck counts more at later points."""
    draw = np.random.default_rng(4)
    rows = []
    for population in range(populations):
        talent = draw.random(creators)
        luck = draw.standard_normal((worlds, creators))
        for point in range(points):
            for world in range(worlds):
                followers = np.rint(50 * np.exp(talent + (0.2 + 0.5 * point) * luck[world])).astype(int)
                for creator in range(creators):
                    rows.append(
                        {
                            "point": point,
                            "population": population,
                            "world": world,
                            "creator": creator,
                            "talent": talent[creator],
                            "followers": followers[creator],
                            "early": followers[creator] // 4,
                            "late": followers[creator] - followers[creator] // 4,
                        }
                    )
    return pd.DataFrame(rows)


def test_measures_are_taken_within_each_population() -> None:
    table = make_creators()
    measured = within_populations(table.sample(frac=1, random_state=1))
    assert len(measured) == 6
    for _, row in measured.iterrows():
        chosen = table[(table["point"] == row["point"]) & (table["population"] == row["population"])]
        followers = chosen.pivot(index="world", columns="creator", values="followers").to_numpy()
        talent = chosen[chosen["world"] == 0].sort_values("creator")["talent"]
        assert row["inequality"] == pytest.approx(np.mean([gini(world) for world in followers]))
        assert row["unpredictability"] == pytest.approx(unpredictability(followers))
        assert row["rank_correlation"] == pytest.approx(np.mean([rank_correlation(w, talent) for w in followers]))


def test_estimates_are_means_over_populations_with_t_intervals() -> None:
    measured = within_populations(make_creators())
    points = pd.DataFrame({"lever": [0.0, 1.0]}, index=pd.Index([0, 1], name="point"))
    table = estimates(measured, points, "lever")
    assert len(table) == 2 * len(MEASURES)
    for row in table.itertuples():
        values = measured.loc[measured["point"] == row.point, str(row.measure)]
        wanted = t_interval(values, 0.95)
        assert (row.estimate, row.low, row.high) == (wanted.estimate, wanted.low, wanted.high)
        assert row.lever == float(str(row.point))


def test_intervals_within_a_family_leave_out_what_populations_differ_by() -> None:
    measured = within_populations(make_creators(points=3, populations=5))
    points = pd.DataFrame({"family": ["a", "a", "b"]}, index=pd.Index([0, 1, 2], name="point"))
    before = estimates(measured, points, "family")
    shift = measured["population"].map({0: 0.3, 1: -0.1, 2: 0.7, 3: 0.0, 4: 0.2})
    moved = measured.assign(inequality=measured["inequality"] + shift)
    after = estimates(moved, points, "family")
    within = ["within_low", "within_high"]
    before, after = (table[table["measure"] == "inequality"].set_index("point") for table in (before, after))
    width = [(table["within_high"] - table["within_low"]).to_numpy() for table in (before, after)]
    assert width[0] == pytest.approx(width[1]) and (width[0][:2] > 0).all()
    assert ((after["high"] - after["low"]) > (before["high"] - before["low"])).all()
    assert after[within].mean(axis=1).to_numpy() == pytest.approx(after["estimate"].to_numpy())
    # Each of two points keeps half their difference; Morey's factor makes that the paired interval over root two.
    paired = effect(measured, "inequality", 0, 1)
    assert width[0][0] == pytest.approx((paired.high - paired.low) / np.sqrt(2))
    assert width[0][2] == pytest.approx(0), "a family of one has nothing to be compared with"


def test_effects_are_paired_by_population() -> None:
    measured = within_populations(make_creators(populations=6))
    found = effect(measured, "unpredictability", 0, 1)
    by_population = measured.pivot(index="population", columns="point", values="unpredictability")
    wanted = t_interval(by_population[1] - by_population[0])
    assert (found.estimate, found.low, found.high) == (wanted.estimate, wanted.low, wanted.high)
    shuffled = effect(measured.sample(frac=1, random_state=2), "unpredictability", 0, 1)
    assert shuffled.estimate == pytest.approx(found.estimate) and shuffled.low == pytest.approx(found.low)
    assert trend(found) == 1 and trend(effect(measured, "unpredictability", 1, 0)) == -1


@pytest.mark.parametrize("elasticity", [0.0, 0.4, 1.0])
def test_return_on_early_luck_is_found_whatever_the_talents(elasticity: float) -> None:
    draw = np.random.default_rng(9)
    talent = draw.uniform(4, 9, 400)
    early = np.exp(talent + draw.standard_normal((5, 400)))
    late = np.exp(1.5 * talent) * early**elasticity * np.exp(0.1 * draw.standard_normal((5, 400)))
    assert early_lead(early - 1, late - 1) == pytest.approx(elasticity, abs=0.02)


def test_without_early_luck_there_is_no_return_on_it() -> None:
    same = np.tile([3.0, 9.0, 27.0], (4, 1))
    assert np.isnan(early_lead(same, np.random.default_rng(1).random((4, 3))))


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(0.1, 0.2, 1), (-0.2, -0.1, -1), (-0.1, 0.1, 0), (float("nan"), float("nan"), 0)]
)
def test_trend_is_the_side_of_zero_the_interval_is_on(low: float, high: float, expected: int) -> None:
    assert trend(Interval((low + high) / 2, low, high, 0.95)) == expected


def test_a_point_is_found_by_its_levers_or_not_at_all() -> None:
    points = pd.DataFrame({"a": [0.0, 0.1 + 0.2, 0.3], "b": [1.0, 1.0, 2.0]}, index=[5, 6, 7])
    assert point_where(points, a=0.3, b=1.0) == 6
    for levers in ({"a": 9.0}, {"b": 1.0}):
        with pytest.raises(KeyError):
            point_where(points, **levers)

"""The experiment ``bandwagon``: measures of parallel worlds, its points, and that worlds are what they should be."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.bandwagon import (
    BIAS,
    BIASES,
    CROWD,
    EXPERIMENT,
    MEASURES,
    WEIGHT,
    WEIGHTS,
    WORLDS,
    early_lead,
    ends,
    estimates,
    expectations,
    live,
    measured,
)
from simulation.analysis import gini, rank_correlation, t_interval, unpredictability
from simulation.experiment import World
from simulation.experiment.volume import CLOSE, VOLUME
from simulation.study import Outcome, Replicate, Run


def population(weight: float = 1.0) -> Outcome:
    """One small population in parallel worlds."""
    constants: dict[str, object] = {"population.users": 120, "population.creators": 20}
    return live(World(Run(0, {WEIGHT: weight}, constants, Replicate(0, 0, 5, 6), 12)))


@pytest.fixture(scope="module")
def lived() -> Outcome:
    return population()


def test_worlds_of_a_population_have_the_same_talents_and_different_stars(lived: Outcome) -> None:
    table = pd.DataFrame(dict(lived.table))
    assert len(table) == 20 * WORLDS
    assert (table.groupby("creator")["talent"].nunique() == 1).all()
    assert table.groupby("creator")["followers"].nunique().max() > 1
    assert (table["early"] <= table["followers"] + 1e-9).mean() > 0.5


def test_measures_are_those_of_the_creators(lived: Outcome) -> None:
    table = pd.DataFrame(dict(lived.table))
    followers, talent = (
        table.pivot(index="world", columns="creator", values=c).to_numpy() for c in ("followers", "talent")
    )
    assert lived.values["inequality"] == pytest.approx(np.mean([gini(world) for world in followers]))
    assert lived.values["unpredictability"] == pytest.approx(1000 * unpredictability(followers))
    assert lived.values["rank_correlation"] == pytest.approx(
        np.mean([rank_correlation(*pair) for pair in zip(followers, talent, strict=True)])
    )


def test_volume_is_held_where_the_threshold_was_found(lived: Outcome) -> None:
    assert float(lived.values["follows_per_user_day"]) == pytest.approx(VOLUME, rel=0.5)
    assert population().values == lived.values, "the same again"
    assert population(4.0).values["threshold"] != lived.values["threshold"]


@pytest.mark.parametrize("elasticity", [0.0, 0.5, 1.0])
def test_return_on_early_luck_is_found_whatever_the_talents(elasticity: float) -> None:
    draw = np.random.default_rng(3)
    talent, luck = draw.normal(3, 1, 200), draw.normal(0, 0.3, (6, 200))
    early = np.expm1(np.abs(talent + luck))
    late = np.expm1(np.abs(2 * talent + elasticity * (np.log1p(early) - talent)))
    assert early_lead(early, late) == pytest.approx(elasticity, abs=0.02)


def test_without_early_luck_there_is_no_return_on_it() -> None:
    assert np.isnan(early_lead(np.ones((3, 4)), np.random.default_rng(1).random((3, 4))))


def test_every_measure_has_a_number() -> None:
    counts = np.random.default_rng(1).integers(1, 50, (3, 8)).astype(float)
    assert list(measured(counts, np.arange(8.0), counts // 4, counts)) == list(MEASURES)


def test_estimates_are_means_over_populations_with_two_intervals() -> None:
    """Populations differ by much and points by little: the interval within leaves out what populations differ by."""
    draw = np.random.default_rng(2)
    people, noise = draw.normal(0, 1, 8), draw.normal(0, 0.01, (3, 8))
    rows = [
        {
            "arm": f"weight {w:g}",
            "replicate": k,
            BIAS: 1.0,
            WEIGHT: w,
            CROWD: 0.4,
            "inequality": people[k] + w + noise[j, k],
        }
        for j, w in enumerate((0.0, 1.0, 2.0))
        for k in range(8)
    ]
    table = estimates(pd.DataFrame(rows), "inequality").set_index("arm")
    wanted = t_interval(people + 1 + noise[1])
    row = table.loc["weight 1"]
    assert (row["estimate"], row["low"], row["high"]) == pytest.approx(wanted[:3])
    assert row["within_high"] - row["within_low"] < 0.05 * (row["high"] - row["low"])
    assert row["within_low"] < row["estimate"] < row["within_high"]


def test_both_sweeps_have_every_point_once_and_every_end_is_expected() -> None:
    arms = EXPERIMENT.every_arm
    assert len({str(sorted(arm.values.items())) for arm in arms}) == len(arms)
    assert {(arm.values[BIAS], arm.values[WEIGHT]) for arm in arms} == {(b, w) for b in BIASES for w in WEIGHTS}
    assert [arm.name for arm in EXPERIMENT.arms] == ["weight 0", "weight 4", "peers only", "crowd only"]
    compared = {(expected.outcome, expected.arm, expected.than) for expected in expectations()}
    for bias in BIASES:
        for _, arm, than in ends(bias):
            assert {(name, arm, than) for name in MEASURES} <= compared
    assert CLOSE < 0.1

"""Calibration: the right posterior where that is known, the same for any number of workers, and failures told."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("pyabc", reason="calibration needs pyABC, of the extra 'calibration'")

from simulation.analysis import follows_per_user_day, gini
from simulation.analysis.intervals import quantiles
from simulation.analysis.wording import number
from simulation.errors import FollowerDynamicsError, ParameterError, ResultError
from simulation.records import Result
from simulation.scenario import Scenario
from simulation.study import Calibration, Observation, ScenarioSimulator, Uncertainty, calibrate, recover
from simulation.study.calibration.posterior import adjust, effective_draws
from simulation.study.calibration.problem import checked_problem, share_of
from tests.study.toys import (
    BOTH,
    SCALE,
    SPREAD,
    Share,
    never_working,
    observed,
    often_failing,
    sum_and_difference,
    whole,
)
from tests.told import raises, tells


def toy(**changes: Any) -> Calibration:
    settings: dict[str, Any] = {
        "simulator": sum_and_difference,
        "budget": 240,
        "particles": 60,
        "seed": 3,
        "workers": 1,
        "progress": False,
        **changes,
    }
    return calibrate(settings.pop("uncertainties", BOTH), settings.pop("observations", observed()), **settings)


@pytest.fixture(scope="module")
def small() -> Calibration:
    return toy()


@pytest.fixture(scope="module")
def large() -> Calibration:
    return toy(budget=1500, particles=300)


# The posterior --------------------------------------------------------------------------------------------------------


def test_the_posterior_of_a_linear_gaussian_toy_is_the_known_one(large: Calibration) -> None:
    """Some 250 effective draws: means within .1 (4.5 standard errors), spreads within 20% (4.5 of them)."""
    draws = large.posterior
    for name, mean in (("a", 2.0), ("b", 1.0)):
        assert np.average(draws[name], weights=draws["weight"]) == pytest.approx(mean, abs=0.1)
    spreads = np.sqrt(np.diag(np.cov(draws[["a", "b"]].T, aweights=draws["weight"])))
    assert spreads == pytest.approx(SPREAD, rel=0.2)
    assert abs(large.correlations().loc["a", "b"]) < 0.3
    estimates = large.estimate()
    assert estimates["low"].to_numpy() == pytest.approx([2.0 - 1.645 * SPREAD, 1.0 - 1.645 * SPREAD], abs=0.15)
    assert estimates["high"].to_numpy() == pytest.approx([2.0 + 1.645 * SPREAD, 1.0 + 1.645 * SPREAD], abs=0.15)
    assert estimates["contraction"].to_numpy() == pytest.approx(1 - 2 * 1.645 * SPREAD / 4 / 0.9, abs=0.08)
    assert large.adjusted and effective_draws(large.weights) > 200


def test_what_nothing_observed_depends_on_stays_as_it_was(large: Calibration) -> None:
    found = toy(uncertainties=(*BOTH, Share("c", 10.0, 20.0)), budget=600, particles=200)
    row = found.estimate().loc["c"]
    assert not row["identified"] and abs(row["contraction"]) < 0.15
    assert row["median"] == pytest.approx(15.0, abs=1.0)
    assert large.estimate()["identified"].all()


def test_values_of_a_logarithmic_range_stay_in_it_and_in_their_units() -> None:
    def logarithm(values: dict[str, object], seed: int) -> np.ndarray:
        return np.log10(float(values["x"])) + 0.1 * np.random.default_rng(seed).standard_normal(1)  # type: ignore[arg-type]

    found = toy(
        uncertainties=[Share("x", 0.01, 100.0, "log")],
        observations=[Observation("log x", whole, 1.0, 0.1)],
        simulator=logarithm,
    )
    assert found.posterior["x"].between(0.01, 100.0).all()
    assert float(found.median()["x"]) == pytest.approx(10.0, rel=0.2)  # type: ignore[arg-type]


def test_whole_numbers_stay_whole() -> None:
    topics = Uncertainty("population.topics", 2, 9)

    def count(values: dict[str, object], seed: int) -> np.ndarray:
        return np.array([float(values["population.topics"])])  # type: ignore[arg-type]

    found = toy(uncertainties=[topics], observations=[Observation("topics", whole, 6.0, 0.2)], simulator=count)
    assert found.median() == {"population.topics": 6}
    assert found.posterior["population.topics"].isin(range(2, 10)).all()


def test_the_best_simulation_is_among_those_made_and_the_nearest(small: Calibration) -> None:
    best = small.best()
    off = np.sqrt((((small.simulations[["y [0]", "y [1]"]] - [3.0, 1.0]) / SCALE) ** 2).mean(axis=1))
    assert best["off"] == pytest.approx(off.min())
    assert best["a"] in set(small.simulations["a"])


# The same again -------------------------------------------------------------------------------------------------------


def test_one_seed_gives_one_posterior_whoever_does_the_work(small: Calibration) -> None:
    many = toy(workers=2)
    with ThreadPoolExecutor(3) as threads:
        there = toy(executor=threads)
    for other in (many, there):
        pd.testing.assert_frame_equal(small.posterior, other.posterior, check_exact=True)
        pd.testing.assert_frame_equal(small.simulations, other.simulations, check_exact=True)
    assert not toy(seed=4).posterior["a"].equals(small.posterior["a"])


def test_the_callers_own_luck_is_left_alone() -> None:
    np.random.seed(7)
    expected = np.random.random(3)
    np.random.seed(7)
    toy(budget=40, particles=20)
    assert (np.random.random(3) == expected).all()


def test_a_calibration_goes_on_where_it_was_stopped(tmp_path: Path, small: Calibration) -> None:
    folder = tmp_path / "fit"
    toy(folder=folder, budget=100)
    kept = folder / "simulations.jsonl"
    kept.write_bytes(kept.read_bytes()[:-20])  # killed while it wrote
    again = toy(folder=folder)
    pd.testing.assert_frame_equal(small.posterior, again.posterior, check_exact=True)
    lines = [json.loads(line) for line in kept.read_text().splitlines()]
    assert len(lines) == 240 and len({(line["round"], line["number"]) for line in lines}) == 240
    before = kept.read_bytes()
    pd.testing.assert_frame_equal(toy(folder=folder).posterior, small.posterior, check_exact=True)
    assert kept.read_bytes() == before, "nothing was simulated again"
    with raises(ResultError, "calibration"):
        toy(folder=folder, observations=observed(a=1.0))
    assert len(toy(folder=folder, observations=observed(a=1.0), fresh=True).simulations) == 240


# Failures -------------------------------------------------------------------------------------------------------------


def test_simulations_that_fail_are_rejected_counted_and_told() -> None:
    found = toy(simulator=often_failing, budget=400)
    failed = found.simulations[found.simulations["failure"] != ""]
    assert 0 < len(failed) == found.failures
    assert not failed["accepted"].any()
    assert set(failed["failure"]) == {"ZeroDivisionError: a is too large", "not a number: y [0]"}
    assert ((failed["a"] > 3.0) | (failed["b"] > 3.0)).all()
    assert tells(found.text(), f"{found.failures} failed")
    assert float(found.median()["a"]) == pytest.approx(2.0, abs=0.3)  # type: ignore[arg-type]


def test_where_everything_fails_the_reason_is_told() -> None:
    with raises(FollowerDynamicsError, "20 this never works"):
        toy(simulator=never_working)


def test_a_budget_is_kept_and_a_round_cut_short_is_used_if_half_of_it_is_there() -> None:
    found = toy(budget=150, particles=60)
    assert len(found.simulations) == 150
    assert tells(found.stopped, "budget 150")
    used = found.rounds[found.rounds["usable"]].iloc[-1]
    assert len(found.posterior) == used["accepted"] >= 30
    assert found.rounds["simulations"].sum() == 150


def test_time_is_kept() -> None:
    with raises(FollowerDynamicsError, "1 simulations 1e-09"):
        toy(minutes=1e-9)


def test_it_stops_when_it_is_as_near_as_what_was_observed_is_known() -> None:
    found = toy(tolerance=4.0, budget=2000)
    assert tells(found.stopped, "observed")
    assert found.rounds["farthest"].iloc[-1] <= 4.0
    assert len(found.simulations) < 2000


# What worlds of the posterior show -----------------------------------------------------------------------------------


def test_the_predictive_check_agrees_where_the_simulator_is_right(small: Calibration) -> None:
    check = small.predictive(60, progress=False)
    assert check["agrees"].all()
    assert check["median"].to_numpy() == pytest.approx([3.0, 1.0], abs=4 * SPREAD / np.sqrt(30))
    assert (check["low"] < check["median"]).all() and (check["median"] < check["high"]).all()
    assert ((check["prior_high"] - check["prior_low"]) > 1.5 * (check["high"] - check["low"])).all()
    assert check["off"].to_numpy() == pytest.approx((check["median"] - check["observed"]) / SCALE)
    pd.testing.assert_frame_equal(check, toy(workers=1).predictive(60, progress=False, workers=2))


def test_the_predictive_check_disagrees_where_no_parameters_will_do() -> None:
    impossible = [Observation("y", whole, (30.0, 1.0), SCALE)]
    check = toy(observations=impossible).predictive(20, progress=False)
    assert not check["agrees"].iloc[0] and check["off"].iloc[0] < -10
    assert abs(check["off"].iloc[1]) < 5


def test_draws_come_as_often_as_they_weigh(small: Calibration) -> None:
    drawn = pd.DataFrame(small.draw(4000))
    assert drawn["a"].mean() == pytest.approx(float(np.average(small.posterior["a"], weights=small.weights)), abs=0.01)
    assert small.draw(5) == small.draw(5)


def test_text_and_figures_tell_the_same_numbers(small: Calibration) -> None:
    small.predictive(30, progress=False)
    row = small.estimate().loc["a"]
    for text in (small.text(), small.markdown()):
        assert number(row["median"]) in text and f"{number(row['low'])} .. {number(row['high'])}" in text
        assert "y [1]" in text and "240 simulations" in text
    figure = small.plot({"a": 1.5})
    panels = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title(loc="left") for axes in panels] == ["a", "b", ""]
    pairs = small.plot_pairs()
    assert sum(axes.get_visible() for axes in pairs.axes) == 3


# Parts ----------------------------------------------------------------------------------------------------------------


def test_the_adjustment_takes_all_draws_to_one_point_where_one_line_explains_them() -> None:
    deviations = np.random.default_rng(1).standard_normal((50, 2))
    shares = 0.6 + deviations @ np.array([[0.05], [-0.02]])
    moved, adjusted = adjust(shares, deviations, np.full(50, 0.02))
    assert adjusted and moved == pytest.approx(0.6)
    beyond, _ = adjust(shares - 0.7, deviations, np.full(50, 0.02))
    assert beyond == pytest.approx(0.1), "mirrored at the end of the range"
    few = adjust(np.full((8, 1), 0.5), deviations[:8], np.full(8, 0.125))
    assert not few[1] and (few[0] == 0.5).all()


def test_quantiles_of_weighted_values() -> None:
    values = np.arange(1001.0)
    assert quantiles(values, np.full(1001, 1 / 1001), [0.1, 0.5, 0.9]) == pytest.approx([100, 500, 900], abs=0.6)
    assert quantiles(np.array([5.0, 1.0]), np.array([0.0, 1.0]), [0.5])[0] == pytest.approx(1.0)
    assert effective_draws(np.array([0.5, 0.5, 0.0])) == pytest.approx(2.0)


def test_shares_and_values_are_each_others_inverse() -> None:
    for known in (Share("a", 1.0, 9.0), Share("b", 0.01, 10.0, "log"), Uncertainty("leaving.base_hazard", 0.01, 0.1)):
        assert [share_of(known, float(known.at(share))) for share in (0.0, 0.3, 1.0)] == pytest.approx([0.0, 0.3, 1.0])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"uncertainties": []}, "uncertainty"),
        ({"observations": []}, "observation"),
        ({"uncertainties": [Share("a"), Share("a")]}, "a comes twice"),
        ({"observations": [*observed(), *observed()]}, "comes twice"),
        ({"budget": 5}, "budget = 5"),
        ({"particles": 500}, "particles = 500"),
        ({"tolerance": 0.0}, "tolerance = 0.0"),
        ({"minutes": -1.0}, "minutes = -1.0"),
        ({"level": 1.0}, "level = 1.0"),
        ({"workers": 0}, "workers = 0"),
        ({"simulator": None, "uncertainties": [Uncertainty("leaving.margin", 0, 1)], "days": 0}, "days = 0"),
        (
            {
                "simulator": None,
                "uncertainties": [Uncertainty("leaving.margin", 0, 1)],
                "constants": {"leaving.margin": 0.0},
            },
            "leaving.margin uncertainty constant",
        ),
    ],
)
def test_what_cannot_be_calibrated_is_refused(changes: dict[str, Any], message: str) -> None:
    with raises(ParameterError, message):
        toy(**changes)


@pytest.mark.parametrize(("value", "scale"), [(np.nan, 1.0), (1.0, 0.0), (1.0, -1.0), ((1.0, 2.0), (1.0, 2.0, 3.0))])
def test_observations_nothing_could_be_compared_with_are_refused(value: Any, scale: Any) -> None:
    with raises(ParameterError, "observation 'x'"):
        Observation("x", whole, value, scale)


def test_rates_are_compared_by_their_ratio() -> None:
    rate = Observation("rate", whole, 10.0, 1.0, ratio=True)
    problem = checked_problem(BOTH, [rate, Observation("level", whole, 10.0, 1.0)], sum_and_difference)
    assert problem.deviations(np.array([20.0, 20.0])) == pytest.approx([10 * np.log(2), 10.0])
    assert problem.deviations(np.array([5.0, 0.0])) == pytest.approx([-10 * np.log(2), -10.0])
    errors = np.array([[0.5, 0.5], [-2.0, -2.0]])
    observed_so = problem.disturbed(np.array([10.0, 10.0]), errors)
    assert problem.deviations(observed_so) == pytest.approx(errors)
    assert problem.deviations(np.zeros(2))[0] == -np.inf, "never accepted"
    with raises(ParameterError, "values above 0"):
        Observation("rate", whole, 0.0, 1.0, ratio=True)


def test_a_measure_of_another_length_is_told() -> None:
    with raises(FollowerDynamicsError, "observation 'y' 1 values measure 2"):
        toy(observations=[Observation("y", whole, 3.0, SCALE)])


# The model ------------------------------------------------------------------------------------------------------------


def follows(world: Result) -> float:
    return follows_per_user_day(world.daily)


def view_gini(world: Result) -> float:
    return gini(world.creators["views"])


def hazard(world: Result) -> float:
    from simulation.analysis.churn import unfollow_hazard

    return unfollow_hazard(world.daily)


SMALL = {"population.users": 120, "population.creators": 100}
PARAMETERS = (
    Uncertainty("decision.follow_threshold", 0.7, 0.95),
    Uncertainty("leaving.base_hazard", 0.01, 0.1, "log"),
    Uncertainty("feed.popularity_bias", 0.0, 1.5),
)
OBSERVATIONS = (
    Observation("follows", follows, 0.15, 0.01, "per user-day"),
    Observation("hazard", hazard, 0.004, 0.0005, "per tie-day"),
    Observation("view Gini", view_gini, 0.45, 0.02),
)


def test_the_model_is_calibrated_by_the_names_of_its_parameters() -> None:
    found = calibrate(
        PARAMETERS[:1],
        OBSERVATIONS[:1],
        days=8,
        constants={"population.users": 60, "population.creators": 30},
        preset="tiktok",
        budget=60,
        particles=30,
        seed=1,
        workers=1,
        progress=False,
    )
    threshold = found.simulations["decision.follow_threshold"]
    assert np.corrcoef(threshold, found.simulations["follows"])[0, 1] < -0.7
    assert list(found.median()) == ["decision.follow_threshold"]
    again = ScenarioSimulator(Scenario({"population.users": 60, "population.creators": 30}, "tiktok", days=8))(
        found.median(), 5
    )
    assert again.provenance["preset"] == "tiktok"


@pytest.mark.validation
def test_known_parameters_of_a_toy_are_recovered() -> None:
    """20 trials, 2 parameters: fewer than 30 of 40 intervals at 90% hold the truth with probability .003, if right."""
    found = recover(
        BOTH, observed(), sum_and_difference, trials=20, seed=2, budget=240, particles=60, workers=1, progress=False
    )
    table = found.table()
    assert found.trials["covered"].sum() >= 30
    assert (table["left"] < 0.5).all() and (table["correlation"] > 0.85).all()
    assert (table["uniform_p"] > 0.001).all()
    assert "0.9" in found.text() and found.markdown().count("\n") == 3


@pytest.mark.validation
def test_known_parameters_of_the_model_are_recovered() -> None:
    """5 trials, 3 parameters. A right calibration fails with probability .02: fixed seeds make that once and for all.

    Fewer than 10 of 15 intervals hold the truth with probability .01: of 20 draws, intervals meant to hold it in 90% do
    so in 86%. One parameter is left as uncertain as this with probability .008, the threshold with .004 (50 trials).
    """
    found = recover(
        PARAMETERS,
        OBSERVATIONS,
        ScenarioSimulator(Scenario(SMALL, days=30)),
        trials=5,
        seed=5,
        budget=100,
        particles=40,
        workers=1,
        progress=False,
    )
    assert found.trials["covered"].sum() >= 10
    table = found.table()
    assert (table["left"] < 0.8).all(), "medians are nearer to the truth than the middle of the range"
    assert table.loc["decision.follow_threshold", "left"] < 0.6


def test_trials_whose_data_cannot_be_compared_are_left_out_and_counted() -> None:
    """Where a is small, nothing of what is compared by its ratio happens; elsewhere its error stays a share of it."""

    def sometimes_nothing(values: dict[str, object], seed: int) -> np.ndarray:
        return np.array([max(0.0, float(values["a"]) - 1.0)])  # type: ignore[arg-type]

    rate = Observation("rate", whole, 10.0, 1.0, ratio=True)
    settings: dict[str, Any] = {"budget": 60, "particles": 30, "workers": 1, "progress": False}
    found = recover([Share("a")], [rate], sometimes_nothing, trials=8, seed=1, **settings)
    assert len(found.left_out) == 2, "a quarter of the range"
    assert len(found.trials) == 6 and (found.trials["truth"] > 1.0).all()
    assert tells(found.left_out[0], "ratio rate")
    assert tells(found.text(), "Trials 2")
    wide = found.trials["high"] - found.trials["low"]
    assert np.corrcoef(wide, found.trials["truth"])[0, 1] > 0.5, "a tenth of more is more"


def test_a_recovery_needs_data_that_can_be_simulated_and_more_than_one_trial() -> None:
    with raises(ParameterError, "trials 1"):
        recover(BOTH, observed(), sum_and_difference, trials=1)
    with raises(FollowerDynamicsError, "no data"):
        recover(BOTH, observed(), never_working, trials=2, workers=1, progress=False)

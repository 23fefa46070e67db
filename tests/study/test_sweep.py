"""Sweeps: which points and runs a declaration makes, and what cannot be declared."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.analysis.headline import HEADLINE
from simulation.errors import ParameterError
from simulation.presets import PRESETS
from simulation.scenario import Scenario
from simulation.study import Sweep, Uncertainty, spawn_replicates
from simulation.study.design.sampling import morris, saltelli
from tests.study import outcomes
from tests.told import raises

BIAS, PRIOR, SHARPNESS = "feed.popularity_bias", "feed.prior", "decision.follow_sharpness"
SLOTS, HIDDEN, RULE = "session.session_cap", "feed.hide_like_counts", "decision.follow_rule"
TWO = (Uncertainty(SHARPNESS, 7.0, 21.0), Uncertainty(PRIOR, 0.1, 10.0, "log"))


def sweep(**changes: Any) -> Sweep:
    """Two uncertainties, five samples, two populations."""
    base: dict[str, Any] = {"name": "small", "days": 5, "uncertainties": TWO, "samples": 5, "replicates": 2}
    return Sweep(**base | changes)


class TestPoints:
    def test_a_full_grid_has_all_combinations_of_values_ends_included(self) -> None:
        found = sweep(sampling="full_grid", samples=3).design.points
        assert [point[SHARPNESS] for point in found] == [7.0] * 3 + [14.0] * 3 + [21.0] * 3
        assert [point[PRIOR] for point in found] == pytest.approx([0.1, 1.0, 10.0] * 3)

    def test_a_full_grid_of_one_value_takes_the_middle(self) -> None:
        (point,) = sweep(sampling="full_grid", samples=1).design.points
        assert point == {SHARPNESS: 14.0, PRIOR: pytest.approx(1.0)}

    def test_a_latin_hypercube_has_one_point_in_every_part_of_every_range(self) -> None:
        found = sweep(samples=40).design.points
        sharpness = [math.floor(40 * (float(str(point[SHARPNESS])) - 7.0) / 14.0) for point in found]
        prior = [math.floor(40 * math.log10(float(str(point[PRIOR])) / 0.1) / 2.0) for point in found]
        assert sorted(sharpness) == sorted(prior) == list(range(40))
        assert sharpness != prior

    def test_the_sample_depends_on_the_seed_and_nothing_else(self) -> None:
        assert sweep(seed=3).design.points == sweep(seed=3, replicates=5).design.points
        assert sweep(seed=3).design.points != sweep(seed=4).design.points

    @pytest.mark.parametrize(("sampling", "draw", "rows"), [("sobol", saltelli, 8 * 4), ("morris", morris, 8 * 3)])
    def test_samples_for_sensitivity_come_in_their_order(self, sampling: Any, draw: Any, rows: int) -> None:
        found = sweep(sampling=sampling, samples=8, seed=2)
        assert len(found.sample) == rows
        assert (found.sample == draw(2, 8, 2)).all()
        for row, place in enumerate(found.rows[:, 0]):
            expected = {known.name: known.at(share) for known, share in zip(TWO, found.sample[row], strict=True)}
            assert found.design.points[place] == pytest.approx(expected)

    def test_whole_number_parameters_take_whole_numbers_each_equally_often(self) -> None:
        cap = Uncertainty(SLOTS, 10, 13)
        found = sweep(uncertainties=[cap], samples=400)
        values = Counter(point[SLOTS] for point in found.design.points)
        assert values == {10: 1, 11: 1, 12: 1, 13: 1}, "rows that meet are one point"
        assert all(type(point[SLOTS]) is int for point in found.design.points)
        assert Counter(found.rows[:, 0].tolist()) == dict.fromkeys(range(4), 100)

    def test_every_row_finds_its_point(self) -> None:
        """Also where rows meet: the table of points is looked up for each row of the sample."""
        known = (Uncertainty(SLOTS, 10, 12), Uncertainty(PRIOR, 0.1, 10.0, "log"))
        found = sweep(uncertainties=known, sampling="full_grid", samples=7, levers={BIAS: [0.0, 1.0], HIDDEN: [True]})
        assert found.rows.shape == (49, 2)
        assert len(found.design.points) == 3 * 7 * 2
        for row in range(49):
            for column, bias in enumerate((0.0, 1.0)):
                point = found.design.points[found.rows[row, column]]
                shares = found.sample[row]
                assert point == {
                    SLOTS: known[0].at(shares[0]),
                    PRIOR: pytest.approx(known[1].at(shares[1])),
                    BIAS: bias,
                    HIDDEN: True,
                }

    def test_levers_are_crossed_with_all_points(self) -> None:
        alone, crossed = sweep(), sweep(levers={BIAS: [0, 1], RULE: ["logit", "always", "constant"]})
        assert len(crossed.combinations) == 6
        assert len(crossed.design.points) == 5 * 6
        for row, point in enumerate(alone.design.points):
            met = [crossed.design.points[place] for place in crossed.rows[row]]
            assert [{name: one[name] for name in (SHARPNESS, PRIOR)} for one in met] == [point] * 6
            assert [(one[BIAS], one[RULE]) for one in met] == [
                (bias, rule) for bias in (0.0, 1.0) for rule in ("logit", "always", "constant")
            ]

    def test_levers_alone_need_no_sample(self) -> None:
        found = sweep(uncertainties=(), levers={BIAS: [0.0, 0.5, 1.0]}, sampling="sobol", samples=3)
        assert [dict(point) for point in found.design.points] == [{BIAS: 0.0}, {BIAS: 0.5}, {BIAS: 1.0}]
        assert found.rows.tolist() == [[0, 1, 2]]
        assert len(found.sample) == 1

    def test_nothing_varied_is_one_point(self) -> None:
        found = sweep(uncertainties=())
        assert found.design.points == ({},) and len(found.design) == 2

    @settings(max_examples=30, deadline=None)
    @given(
        low=st.floats(0.1, 4.0),
        width=st.floats(0.05, 1.0),
        samples=st.integers(1, 12),
        sampling=st.sampled_from(["full_grid", "latin_hypercube"]),
        scale=st.sampled_from(["linear", "log"]),
    )
    def test_points_never_leave_the_range(
        self, low: float, width: float, samples: int, sampling: Any, scale: Any
    ) -> None:
        known = Uncertainty(BIAS, low, low + width, scale)
        found = sweep(uncertainties=[known], samples=samples, sampling=sampling)
        assert all(low <= float(str(point[BIAS])) <= low + width for point in found.design.points)
        assert len(found.design.points) == samples


class TestRuns:
    def test_shared_replicates_meet_every_point(self) -> None:
        found = sweep(replicates=3, worlds=2, seed=9)
        assert found.design.replicates == spawn_replicates(9, 2, 3)
        luck = {(run.replicate.seed, run.replicate.luck) for run in found.design.runs()}
        assert len(found.design) == 5 * 6 and len(luck) == 6

    def test_own_replicates_meet_one_point_alone(self) -> None:
        runs = list(sweep(replicates=3, worlds=2, shared=False).design.runs())
        assert len({run.replicate.luck for run in runs}) == len(runs) == 30
        seeds = {(run.point, run.replicate.population): run.replicate.seed for run in runs}
        assert len(set(seeds.values())) == len(seeds) == 15, "worlds of one population share its people"
        assert all(run.replicate.seed == seeds[run.point, run.replicate.population] for run in runs)

    @pytest.mark.parametrize("shared", [True, False])
    def test_more_replicates_leave_the_first_runs_as_they_are(self, shared: bool) -> None:
        few, more = (list(sweep(replicates=count, shared=shared).design.runs()) for count in (2, 4))
        assert more[: len(few)] == few

    def test_constants_stand_on_a_preset(self) -> None:
        found = sweep(scenario=Scenario(preset="null"), constants={"population.users": 77}, levers={BIAS: [0.5, 1.0]})
        constants = dict(found.design.constants)
        expected = dict(PRESETS["null"].values)
        assert "feed.mix.staged" in constants, "set by the preset, to its default"
        assert expected.pop("population.users") != constants.pop("population.users") == 77
        assert {name: value for name, value in expected.items() if name not in found.varied} == constants

    def test_what_is_varied_takes_the_place_of_a_presets_value(self) -> None:
        assert "creators.minds" in PRESETS["first_model"].values
        found = sweep(
            uncertainties=(), scenario=Scenario(preset="first_model"), levers={"creators.minds": ["on", "off"]}
        )
        assert "creators.minds" not in found.design.constants
        assert [point["creators.minds"] for point in found.design.points] == ["on", "off"]

    def test_interventions_are_in_every_run(self) -> None:
        found = sweep(interventions=[{"day": 3, "lever": "popularity_bias", "value": 0.5}])
        assert all(
            [str(one) for one in run.interventions] == ["3 feed.popularity_bias=0.5"] for run in found.design.runs()
        )

    def test_options_on_top_leave_the_rest(self) -> None:
        base = sweep(seed=4, levers={BIAS: [0.0, 1.0]})
        assert base.with_options(days=None, samples=None) == base
        longer = base.with_options(days=9)
        assert (longer.days, longer.design.days) == (9, 9)
        assert longer.design.points == base.design.points
        assert base.days == 5

    def test_all_headline_outcomes_unless_said(self) -> None:
        assert sweep().outcomes == HEADLINE

    def test_a_list_names_outcomes_as_a_file_does(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "own.py").write_text("def rate(result):\n    return 1.0\n")
        measures = sweep(outcomes=["views", "own.py:rate"]).measures
        assert list(measures) == ["views", "rate"] and measures["views"] is HEADLINE["views"]
        assert measures["rate"](None) == 1.0
        assert sweep().varied == {SHARPNESS, PRIOR}


def number(result: Any) -> float:
    return 0.0


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"name": "  "}, "name"),
    "a name that is no text": ({"name": 3}, "name 3"),
    "unknown lever": ({"levers": {"feed.popularty_bias": [0.5]}}, "feed.popularity_bias"),
    "lever out of bounds": ({"levers": {BIAS: [0.5, 9.0]}}, "feed.popularity_bias 9.0"),
    "lever of the wrong type": ({"levers": {HIDDEN: ["maybe"]}}, "feed.hide_like_counts = 'maybe'"),
    "lever without values": ({"levers": {BIAS: []}}, "grid feed.popularity_bias"),
    "lever with one bare value": ({"levers": {BIAS: 0.5}}, "feed.popularity_bias list 0.5"),
    "lever with a word for a list": ({"levers": {RULE: "logit"}}, "list 'logit'"),
    "lever with a table for a list": ({"levers": {BIAS: {"low": 0, "high": 1}}}, "list"),
    "lever with a list in its list": ({"levers": {BIAS: [[0, 1]]}}, f"{BIAS} [0, 1]"),
    "lever with a value twice": ({"levers": {BIAS: [1, 0.5, 1.0]}}, "1.0 twice"),
    "constant that is unknown": ({"constants": {"population.uzers": 3}}, "population.users"),
    "constant that is not allowed": ({"constants": {"population.users": -3}}, "population.users = -3"),
    "lever and uncertainty": ({"levers": {PRIOR: [1.0]}}, "feed.prior lever uncertainty"),
    "lever and constant": ({"levers": {BIAS: [1.0]}, "constants": {BIAS: 1.0}}, f"{BIAS} varied constant"),
    "uncertainty and constant": ({"constants": {PRIOR: 1.0}}, "feed.prior varied"),
    "an uncertainty twice": ({"uncertainties": [TWO[0], TWO[0]]}, "follow_sharpness twice"),
    "no uncertainty": ({"uncertainties": [BIAS]}, "Uncertainty"),
    "unknown sampling": ({"sampling": "halton"}, "sampling 'halton' 'full_grid' 'latin_hypercube'"),
    "no samples": ({"samples": 0}, "samples 0 1"),
    "half a sample": ({"samples": 2.5}, "samples = 2.5"),
    "samples of Sobol's": ({"sampling": "sobol", "samples": 6}, "samples 6 8"),
    "one trajectory": ({"sampling": "morris", "samples": 1}, "trajectories = 1"),
    "a grid too large": ({"sampling": "full_grid", "samples": 1001}, "1,002,001 1,000,000 Latin hypercube"),
    "a sample too large": ({"samples": 10**9}, "1,000,000,000 1,000,000 fewer samples"),
    "Saltelli's sample too large": ({"sampling": "sobol", "samples": 2**18}, "1,048,576 points"),
    "too many levers": (
        {
            "levers": {
                name: [k / 100 for k in range(100)] for name in (BIAS, "users.homophily", "factors.talent.weight")
            }
        },
        "1,000,000 combinations",
    ),
    "no replicates": ({"replicates": 0}, "replicates 0 1"),
    "replicates that are true": ({"replicates": True}, "replicates = True"),
    "no worlds": ({"worlds": 0}, "worlds = 0"),
    "shared in words": ({"shared": "yes"}, "shared 'yes' true false"),
    "no days": ({"days": 0}, "days = 0"),
    "a negative seed": ({"seed": -1}, "seed = -1"),
    "a negative seed without a sample": ({"uncertainties": (), "seed": -1}, "seed = -1"),
    "no outcomes": ({"outcomes": {}}, "one"),
    "outcomes that are one name": ({"outcomes": "follower_gini"}, "one name"),
    "an unknown outcome of a list": ({"outcomes": ["follower_ginny"]}, "outcome 'follower_ginny'"),
    "functions in a list": ({"outcomes": ["views", number]}, "mapping"),
    "an outcome that is no function": ({"outcomes": {"gini": 0.5}}, "outcome 'gini' 0.5 function"),
    "an outcome named like a column": ({"outcomes": {"seconds": number}}, "'seconds'"),
    "an outcome named like a parameter": ({"outcomes": {PRIOR: number}}, "'feed.prior'"),
    "an intervention too late": (
        {"interventions": [{"day": 5, "lever": "popularity_bias", "value": 1}]},
        "day 5 days 0 4",
    ),
    "an intervention by no lever": (
        {"interventions": [{"day": 1, "lever": "users", "value": 1}]},
        "population.users constant",
    ),
}


@pytest.mark.parametrize(("changes", "says"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_run_is_refused_before_anything_is_run(changes: dict[str, Any], says: str) -> None:
    with raises(ParameterError, says):
        sweep(**changes)


def test_a_sweep_is_declared_once() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        sweep().days = 7  # type: ignore[misc]


def test_numpy_numbers_are_values_like_others() -> None:
    found = sweep(uncertainties=(), levers={BIAS: list(np.linspace(0, 1, 3)), SLOTS: list(np.arange(10, 12))})
    assert [point[SLOTS] for point in found.design.points] == [10, 11] * 3
    assert {type(value) for point in found.design.points for value in point.values()} == {float, int}


def test_what_is_measured_runs_on_one_thread_and_may_be_nothing() -> None:
    worlds = sweep(outcomes={"likes": outcomes.likes}).worlds_measured()
    assert (worlds.threads, worlds.finite, worlds.record) == (1, False, "daily")
    assert dict(worlds.outcomes) == {"likes": outcomes.likes}

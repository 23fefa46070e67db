"""Experiments in arms: declarations, their runs, verdicts and robustness, against known answers."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from simulation.analysis import t_interval
from simulation.analysis.expectation import TOO_SMALL
from simulation.engines.agents import User
from simulation.errors import FollowerDynamicsError, ParameterError, ResultError
from simulation.experiment import Arm, Expectation, Options, World
from simulation.experiment.figures import effects_figure
from simulation.experiment.judge import Findings, contrast, judged
from simulation.experiment.library import load, shipped
from simulation.experiment.options import Setting, Study, setting
from simulation.experiment.report import BEGINNINGS, answer
from simulation.experiment.robustness import dependences, drivers, least_correlation, measured, shares
from simulation.experiment.run import Paired, effects_design, points_of, sampled_design
from simulation.interventions import Intervention
from simulation.study import Design, Outcome, Uncertainty, spawn_replicates
from tests.experiments.toy import BIAS, BROKEN, JOY, THRESHOLD, TOY, live
from tests.told import raises, tells

SETTING = Setting(TOY.usual, None, "")


def options(out: Path, **changes: object) -> Options:
    return Options(out, workers=1, progress=False, **{"say": lambda _: None, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy at its usual size."""
    out = tmp_path_factory.mktemp("toy") / "out"
    assert TOY.run(options(out))
    return out


# Declarations -------------------------------------------------------------------------------------------------------


def test_bounds_of_expectations() -> None:
    assert Expectation("a", "heat", "biased", "plain").low == 0
    assert Expectation("a", "heat", "biased", "plain", high=0).low == -math.inf
    both = Expectation("a", "heat", "biased", "plain", low=-1, high=2)
    assert (both.low, both.high) == (-1, 2)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"arms": (*TOY.arms, TOY.arms[0])}, "names"),
        ({"expectations": ()}, "expects nothing"),
        ({"expectations": (Expectation("a", "heat", "biased", "warm"),)}, "arm 'warm'"),
        ({"expectations": (Expectation("a", "heat", "biased", "plain", beyond=("hidden", "x")),)}, "arm 'x'"),
        ({"expectations": (Expectation("a", "warmth", "biased"),)}, "outcome 'warmth'"),
        ({"constants": {"feed.popularity": 1.0}}, "parameter 'feed.popularity'"),
        ({"arms": (*TOY.arms, Arm("x", "x", {"heat": 1.0}))}, "parameter 'heat'"),
    ],
)
def test_a_declaration_that_makes_no_sense_is_refused(change: dict[str, object], says: str) -> None:
    with raises(ParameterError, says):
        replace(TOY, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("wrong", [{"low": 1, "high": 1}, {"relative": True}, {"beyond": ("hidden", "plain")}])
def test_an_expectation_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with raises(ParameterError, "'a'"):
        Expectation("a", "heat", "biased", **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize("asked", [{"samples": 1}, {"replicates": 1}, {"users": 3}])
def test_a_size_that_makes_no_sense_is_refused(asked: dict[str, int]) -> None:
    with raises(ParameterError, f"--{next(iter(asked))}"):
        setting(options(Path("unused"), **asked), TOY.usual, TOY.quick)


# Designs ------------------------------------------------------------------------------------------------------------


def test_arms_of_a_replicate_share_people_and_luck() -> None:
    runs = list(effects_design(TOY, SETTING, seed=3).runs())
    assert len(runs) == len(effects_design(TOY, SETTING, seed=3)) == 3 * 8
    assert [run.point for run in runs[:6]] == [0, 1, 2, 0, 1, 2]
    for place in range(8):
        assert len({run.replicate for run in runs[3 * place : 3 * place + 3]}) == 1
    assert len({run.replicate for run in runs}) == 8


def test_each_arm_has_its_values_and_interventions() -> None:
    biased, plain, hidden, *_ = effects_design(TOY, SETTING, seed=3).runs()
    assert [run.values for run in (biased, plain, hidden)] == [{BIAS: 1.0}, {BIAS: 0.0}, {BIAS: 1.0}]
    assert [[item.day for item in run.interventions] for run in (biased, plain, hidden)] == [[], [], [5]]


def test_what_an_arm_leaves_alone_is_as_it_would_be() -> None:
    arms = (Arm("a", "a", {"creators.minds": "off"}), Arm("b", "b", {"wellbeing.moves": True, BIAS: 3.0}))
    first, second = points_of(replace(TOY, arms=arms, expectations=(Expectation("a", "heat", "a"),), checks=()), arms)
    assert first == {"creators.minds": "off", "wellbeing.moves": False, BIAS: 1.0}
    assert second == {"creators.minds": "on", "wellbeing.moves": True, BIAS: 3.0}


def test_every_sampled_point_has_people_of_its_own_whatever_else_is_lived() -> None:
    points = [(number, {JOY: 1.0 + number}) for number in range(4)]
    base = list(sampled_design("a", TOY, TOY.arms[:1], SETTING, 3, points).runs())
    rest = list(sampled_design("b", TOY, TOY.arms[1:], SETTING, 3, [points[1], points[3]]).runs())
    assert len({run.replicate for run in base}) == 4
    assert [run.replicate for run in rest] == [base[1].replicate] * 2 + [base[3].replicate] * 2
    assert [run.values for run in rest[:2]] == [{BIAS: 0.0, JOY: 2.0}, {BIAS: 1.0, JOY: 2.0}]
    assert not {run.replicate for run in base} & {run.replicate for run in effects_design(TOY, SETTING, 3).runs()}


def test_what_only_some_arms_set_is_sampled_in_the_others_where_it_is_named() -> None:
    toy = replace(
        TOY, arms=(Arm("free", "free"), TOY.arms[1]), expectations=(Expectation("a", "heat", "free"),), checks=()
    )
    free, plain = sampled_design("a", toy, toy.arms, SETTING, 3, [(0, {BIAS: 0.7})]).runs()
    assert (free.values, plain.values) == ({BIAS: 0.7}, {BIAS: 0.0})


def test_two_arms_that_are_the_same_world_are_refused() -> None:
    with raises(ParameterError, "same"):
        Paired("a", ({BIAS: 1.0}, {BIAS: 1.0}), spawn_replicates(1, 1, 2), 10, by_point=((), ()))


# Verdicts -----------------------------------------------------------------------------------------------------------


def made_runs() -> pd.DataFrame:
    rows = [
        ("biased", [12.0, 13.5, 14.0, 16.0, 14.5]),
        ("plain", [10.0, 11.0, 12.0, 13.0, 12.0]),
        ("hidden", [10.0, 11.0, 12.5, 13.0, 12.0]),
    ]
    frames = [pd.DataFrame({"arm": arm, "replicate": range(5), "heat": heat}) for arm, heat in rows]
    return pd.concat(frames).sample(frac=1, random_state=2)


def test_differences_are_paired() -> None:
    runs = made_runs()
    assert contrast(runs, Expectation("", "heat", "biased", "plain")).tolist() == [2.0, 2.5, 2.0, 3.0, 2.5]
    assert contrast(runs, Expectation("", "heat", "biased")).tolist() == [12.0, 13.5, 14.0, 16.0, 14.5]
    relative = contrast(runs, Expectation("", "heat", "biased", "plain", relative=True))
    assert relative.tolist() == pytest.approx([20.0, 100 * 2.5 / 11, 100 * 2 / 12, 100 * 3 / 13, 100 * 2.5 / 12])
    beyond = contrast(runs, Expectation("", "heat", "biased", "plain", beyond=("hidden", "plain")))
    assert beyond.tolist() == [2.0, 2.5, 1.5, 3.0, 2.5]
    nothing = contrast(runs.assign(heat=runs["heat"].where(runs["arm"] != "plain", 0.0)), Expectation(
        "", "heat", "biased", "plain", relative=True))  # fmt: skip
    assert nothing.isna().all()


def test_verdicts_follow_the_intervals() -> None:
    expectations = (
        Expectation("up", "heat", "biased", "plain"),
        Expectation("down", "heat", "biased", "plain", high=0),
        Expectation("unclear", "heat", "hidden", "plain"),
        Expectation("about two and a half", "heat", "biased", "plain", low=1, high=4),
    )
    table = judged(TOY, made_runs(), expectations)
    assert table["verdict"].tolist() == ["supported", "contradicted", "undecided", "supported"]
    assert set(judged(TOY, made_runs(), expectations, quick=True)["verdict"]) == {TOO_SMALL}
    few = made_runs().query("replicate < 4")
    assert set(judged(TOY, few, expectations)["verdict"]) == {TOO_SMALL}
    wanted = t_interval([2.0, 2.5, 2.0, 3.0, 2.5])
    assert table.loc[0, ["estimate", "low", "high"]].tolist() == pytest.approx(list(wanted[:3]))
    assert table.loc[0, ["in_arm", "in_than", "inside", "n"]].tolist() == [14.0, 11.6, 5, 5]
    assert (table["adjusted_p"] >= table["p"]).all() and table.loc[2, "p"] == pytest.approx(0.187, abs=0.001)


def test_what_is_of_nothing_is_left_out_and_counted() -> None:
    runs = made_runs()
    runs.loc[(runs["arm"] == "plain") & (runs["replicate"] == 3), "heat"] = math.nan
    row = judged(TOY, runs, TOY.expectations[:1]).iloc[0]
    assert (row["n"], row["undefined"], row["estimate"]) == (4, 1, pytest.approx(9 / 4))
    runs["heat"] = math.nan
    row = judged(TOY, runs, TOY.expectations[:1]).iloc[0]
    assert (row["n"], row["verdict"], row["p"]) == (0, "undecided", 1.0)


def test_the_summary_answers_in_its_first_two_sentences(done: Path) -> None:
    answer, verdicts = (done / "summary.md").read_text().split("\n\n")[1:3]
    first, second = answer.split(". ")[:2]
    assert first == "In the model, bias brings heat"
    assert second.startswith("Heat, biased \N{MINUS SIGN} plain: +1.0") and "]" in second
    assert verdicts.startswith("Of 4 expectations")


@pytest.mark.parametrize("name", shipped())
def test_the_first_sentence_of_every_summary_is_short(name: str) -> None:
    """Whatever the verdicts, also of a quick run."""
    experiment = load(shipped()[name])
    for verdict in BEGINNINGS:
        rows = [
            {"says": one.says, "outcome": one.outcome, "compared": one.compared, "verdict": verdict, "n": 0}
            for one in experiment.expectations
        ]
        found = SimpleNamespace(effects=pd.DataFrame(rows), experiment=experiment)
        first, _, effects = answer(found).partition(". ")  # type: ignore[arg-type]
        assert len(first.split()) <= 40, first
        assert effects.split("\n\n")[0].count(": undefined.") == len(experiment.headlines)


def test_what_is_true_by_construction_is_no_finding(done: Path) -> None:
    text = (done / "summary.md").read_text()
    assert tells(text, "construction hidden")
    assert "likes are hidden" not in pd.read_parquet(done / "effects.parquet")["says"].tolist()


def texts(figure: object) -> list[str]:
    return [text.get_text() for text in figure.texts]  # type: ignore[attr-defined]


def test_a_quick_run_gives_no_verdicts_and_stamps_its_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stamped = []
    monkeypatch.setattr("simulation.experiment.report.save", lambda figure, path: stamped.append(texts(figure)))
    for few in ({"quick": True}, {"replicates": 4, "samples": 12}):
        assert TOY.run(options(tmp_path / str(len(stamped)), **few))
        text = (tmp_path / str(len(stamped) - len(stamped[-2:])) / "summary.md").read_text()
        assert TOO_SMALL in text.lower() and "no verdicts" in text
        assert not re.search("supported|contradicted|undecided|Robust,|Missed in most", text.split("## Caveats")[0])
    assert len(stamped) >= 3 and all("quick run" in said for said in stamped)


def test_no_interval_is_clipped(done: Path) -> None:
    """An interval wider than all replicates, with a bound nearby, is on the axis as a whole."""
    runs = pd.DataFrame(
        [(arm, k, value) for k in range(2) for arm, value in (("biased", 10.0 + k), ("plain", 9.0))],
        columns=["arm", "replicate", "heat"],
    )
    toy = replace(TOY, expectations=TOY.expectations[:1])
    effects = judged(toy, runs, toy.expectations)
    low, high = effects.loc[0, ["low", "high"]]
    assert high - low > 10
    found = Findings(toy, SETTING, options(done), runs, effects, effects, None, runs)  # type: ignore[arg-type]
    left, right = effects_figure(found).axes[0].get_xlim()
    assert left < low and high < right


# Robustness ---------------------------------------------------------------------------------------------------------


def sampled_worlds(count: int = 60) -> pd.DataFrame:
    """Heat that bias brings where x is above .25, by as much as it is above; y says nothing."""
    draw = np.random.default_rng(5)
    x, y = draw.random(count), draw.random(count)
    rows = []
    for arm, effect in (("biased", x - 0.25), ("plain", np.zeros(count)), ("hidden", np.zeros(count))):
        volume = {"follows_per_user_day": 0.1, "likes_per_view": 0.1, "unfollows_per_tie_day": 0.002}
        columns = {"sample": range(count), "arm": arm, "x": x, "y": y, **volume, "heat": effect}
        rows.append(pd.DataFrame(columns).assign(cold=0.0, steady=1.0))
    return pd.concat(rows, ignore_index=True)


def test_shares_count_the_worlds_in_which_it_is_as_expected() -> None:
    worlds = sampled_worlds()
    table = shares(TOY, worlds)
    effect = worlds.loc[worlds["arm"] == "biased", "x"] - 0.25
    row = table.iloc[0]
    assert row["inside"] == (effect > 0).sum() and row["share"] == (effect > 0).mean()
    assert 0 < row["share_low"] < row["share"] < row["share_high"] < 1
    assert row["median"] == pytest.approx(effect.median()) and row["mean"] == pytest.approx(effect.mean())
    assert table.iloc[1]["inside"] == 0 and table.iloc[2]["inside"] == 60


def test_the_parameter_that_matters_is_found_and_the_other_is_not() -> None:
    worlds = sampled_worlds()
    table = dependences(TOY, worlds, ["x", "y"]).set_index(["expectation", "parameter"])
    assert table.loc[(0, "x"), "correlation"] == pytest.approx(1.0)
    assert table.loc[(0, "y"), "adjusted_p"] > 0.05
    assert set(table.index.get_level_values("expectation")) == {0}, "what never varies depends on nothing"
    base = worlds[worlds["arm"] == "biased"]
    robust = measured(TOY, ["x", "y"], base, worlds[worlds["arm"] != "biased"])
    assert [name for name, _ in drivers(robust, 0)] == ["x"] and drivers(robust, 1) == []


def test_least_correlation_is_where_the_p_value_is_the_error_rate() -> None:
    from scipy.stats import pearsonr, spearmanr

    draw = np.random.default_rng(1)
    x, y = draw.random(40), draw.random(40)
    found = spearmanr(x, y)
    assert least_correlation(40, float(found.pvalue)) == pytest.approx(abs(float(found.statistic)))
    assert least_correlation(40, float(pearsonr(x, y).pvalue)) == pytest.approx(abs(float(pearsonr(x, y).statistic)))


def test_worlds_unlike_any_platform_are_left_out() -> None:
    worlds = sampled_worlds(20)
    base = worlds[worlds["arm"] == "biased"].copy()
    base.iloc[:3, base.columns.get_loc("follows_per_user_day")] = [0.0, 5.0, math.nan]
    base.iloc[2:4, base.columns.get_loc("likes_per_view")] = 0.9
    others = worlds[(worlds["arm"] != "biased") & (worlds["sample"] >= 4)]
    robust = measured(TOY, ["x", "y"], base, others)
    assert (robust.sampled, robust.plausible) == (20, 16)
    assert robust.left_out == {"follows_per_user_day": 3, "likes_per_view": 2, "unfollows_per_tie_day": 0}
    assert robust.effects(TOY.expectations[0]).index.tolist() == list(range(4, 20))
    assert (robust.table["n"] == 16).all()


def test_too_few_worlds_say_nothing() -> None:
    worlds = sampled_worlds(4)
    base = worlds[worlds["arm"] == "biased"]
    robust = measured(TOY, ["x", "y"], base, worlds[worlds["arm"] != "biased"])
    assert not robust.enough and robust.table.empty and robust.dependence.empty


# The whole of it ----------------------------------------------------------------------------------------------------


def test_verdicts_of_the_formulas_are_those_they_were_made_for(done: Path) -> None:
    effects = pd.read_parquet(done / "effects.parquet")
    assert effects["verdict"].tolist() == ["supported", "contradicted", "supported", "supported"]
    assert effects["estimate"].tolist()[:2] == pytest.approx([1.0, -1.0], abs=0.02)
    assert "Of 4 expectations: **3 supported and 1 contradicted**." in (done / "summary.md").read_text()


def test_robustness_of_the_formulas_is_what_they_were_made_for(done: Path) -> None:
    table = pd.read_parquet(done / "robustness.parquet")
    assert table["share"].tolist()[:2] == [1.0, 0.0]
    samples = pd.read_parquet(done / "samples.parquet")
    base = samples[samples["arm"] == "biased"]
    assert (base["plausible"] == (base[THRESHOLD] < 0.9)).all() and 0 < base["plausible"].mean() < 1
    assert (samples.groupby("sample").size() == np.where(base.set_index("sample")["plausible"], 3, 1)).all()
    dependence = pd.read_parquet(done / "dependence.parquet")
    found = dependence[(dependence["adjusted_p"] < 0.05) & (dependence["expectation"] < 2)]
    assert found["parameter"].tolist() == [JOY, JOY] and found["correlation"].round().tolist() == [1, -1]
    assert (
        f"`{JOY}` (+0.9" in (done / "summary.md").read_text() or f"`{JOY}` (+1.0" in (done / "summary.md").read_text()
    )


def test_numbers_in_the_summary_are_those_of_the_tables(done: Path) -> None:
    text = (done / "summary.md").read_text().replace("\N{MINUS SIGN}", "-")
    effects, table = (pd.read_parquet(done / f"{name}.parquet") for name in ("effects", "robustness"))
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    for row, robust in zip(effects.itertuples(), table.itertuples(), strict=True):
        found, sampled = (line for line in rows if line.startswith(f"| {row.says} |"))
        shown = [float(word) for word in re.findall(r"[-+]?[0-9.]+", found.split(" | ")[4])]
        assert shown == pytest.approx([row.estimate, row.low, row.high], rel=0.1)
        assert found.endswith(f"**{row.verdict}** |") and f"**{row.verdict.capitalize()}:**" in text
        share, low, high = (f"{100 * share:.0f}%" for share in (robust.share, robust.share_low, robust.share_high))
        assert f"| {row.inside} of {row.n} | {share} of {robust.n} [{low}, {high}] |" in sampled
    assert "Formulas feel nothing." in text and "`5 feed.hide_like_counts=true`" in text


def test_details_are_kept_with_arm_and_replicate(done: Path) -> None:
    details = pd.read_parquet(done / "details.parquet")
    assert details.columns.tolist() == ["arm", "replicate", "creator", "value"]
    assert len(details) == 3 * 8 * 3
    assert (details.groupby(["replicate", "creator"])["value"].nunique() == 1).all()


def test_more_replicates_and_samples_leave_the_first_as_they_are(done: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    quick = options(out, quick=True)
    assert TOY.run(quick)
    first = pd.read_parquet(out / "runs.parquet")
    stored = {path.name for path in (out / "studies" / "effects" / "runs").iterdir()}
    assert TOY.run(replace(quick, replicates=5, samples=9))
    more = pd.read_parquet(out / "runs.parquet")
    assert stored < {path.name for path in (out / "studies" / "effects" / "runs").iterdir()}
    columns = [name for name in first.columns if name != "seconds"]
    pd.testing.assert_frame_equal(more.loc[: len(first) - 1, columns], first[columns])
    assert pd.read_parquet(out / "samples.parquet")["sample"].nunique() == 9


def test_a_folder_takes_more_arms_and_no_others(tmp_path: Path) -> None:
    out, (biased, plain, hidden) = tmp_path / "out", TOY.arms
    few = replace(TOY, arms=(biased, plain), checks=())
    assert few.run(options(out, quick=True))
    assert TOY.run(options(out, quick=True))
    before = (out / "summary.md").read_text()
    others = {
        "plain": (biased, replace(plain, values={BIAS: 0.5}), hidden),
        "hidden": (biased, plain, replace(hidden, interventions=[Intervention(1, "hide_like_counts", True)])),
    }
    with raises(ResultError, "retry=True fresh=True"):
        replace(TOY, arms=(replace(biased, scenario={"user_type": Eager}), plain, hidden)).run(options(out, quick=True))
    for name, arms in {**others, "hidden ": (biased, plain)}.items():
        with pytest.raises(ResultError) as caught:
            replace(TOY, arms=arms, checks=()).run(options(out, quick=True))
        said = str(caught.value)
        assert caught.value.path == out and f"of which {name.strip()} " in said and "fresh=True" in said
    assert (out / "summary.md").read_text() == before
    assert few.run(options(out, quick=True, fresh=True))
    card = json.loads((out / "experiment.json").read_text())
    assert list(card["arms"]) == ["biased", "plain"]
    del card["arms"]  # as earlier versions left it
    (out / "experiment.json").write_text(json.dumps(card))
    assert few.run(options(out, quick=True))


def test_runs_that_fail_leave_no_summary_and_are_told_of(tmp_path: Path) -> None:
    said: list[str] = []
    assert not BROKEN.run(options(tmp_path / "out", quick=True, say=said.append))
    assert "6 of 9 runs failed" in said[-1] and "--retry" in said[-1]
    assert not (tmp_path / "out" / "summary.md").exists()
    assert pd.read_parquet(tmp_path / "out" / "runs.parquet")["arm"].unique().tolist() == ["plain"]


def test_an_own_range_takes_the_place_of_the_common_one(tmp_path: Path) -> None:
    toy = replace(TOY, uncertain=(Uncertainty(JOY, 1.0, 1.1),), certain=("trends.",))
    assert toy.run(options(tmp_path / "out", quick=True))
    samples = pd.read_parquet(tmp_path / "out" / "samples.parquet")
    assert samples[JOY].between(1.0, 1.1).all()
    assert not [name for name in samples if name.startswith("trends.")]


def warm(world: World) -> Outcome:
    """A further study measures something else."""
    return Outcome({"warmth": 2.0 * float(live(world).values["heat"])})


def by_joy(found: Setting, asked: Options, study: Study) -> pd.DataFrame | None:
    """Warmth at two values of joy."""
    points = ({JOY: 1.0}, {JOY: 2.0})
    done = study(Design("joy", points, spawn_replicates(asked.seed, 1, 2), found.size.days), warm)
    return done.store.table() if done.complete else None


def test_points_are_judged_and_left_out_of_robustness(tmp_path: Path) -> None:
    half = Expectation("half the bias brings heat", "heat", "half", "plain")
    toy = replace(TOY, points=(Arm("half", "half", {BIAS: 0.5}),), expectations=(*TOY.expectations, half), thin=2)
    assert toy.run(options(tmp_path / "out"))
    runs, effects = (pd.read_parquet(tmp_path / "out" / f"{name}.parquet") for name in ("runs", "effects"))
    assert runs.groupby("arm").size().to_dict() == {"biased": 8, "plain": 8, "hidden": 8, "half": 4}
    assert effects.iloc[-1][["n", "undefined"]].tolist() == [4, 4]
    assert effects.iloc[-1]["estimate"] == pytest.approx(0.5, abs=0.05)
    assert pd.read_parquet(tmp_path / "out" / "robustness.parquet")["n"].tolist()[-1] == 0
    assert "half" not in set(pd.read_parquet(tmp_path / "out" / "samples.parquet")["arm"])


class Eager(User):
    """An agent class of one's own."""


def lived(world: World) -> Outcome:
    """Which class lives, and who creates."""
    scenario = world.scenario()
    own = {"eager": float(scenario.user_type.__name__ == "Eager"), "creators": scenario.parameters.population.creators}
    return Outcome({**live(world).values, **own})


def test_arms_may_differ_in_creators_and_agent_classes(tmp_path: Path) -> None:
    arms = (
        *TOY.arms,
        Arm("eager", "x", scenario={"user_type": Eager}),
        Arm("few", "x", scenario={"creators": range(5)}),
    )
    outcomes = {**TOY.outcomes, "eager": ("1", "x"), "creators": ("1", "x")}
    toy = replace(TOY, arms=arms, outcomes=outcomes, live=lived)
    assert toy.run(options(tmp_path / "out", quick=True))
    means = pd.read_parquet(tmp_path / "out" / "runs.parquet").groupby("arm")[["eager", "creators"]].mean()
    assert means["eager"].to_dict() == {"biased": 0, "plain": 0, "hidden": 0, "eager": 1, "few": 0}
    assert means.loc["few", "creators"] == 5 and means.loc["plain", "creators"] == TOY.quick.creators
    assert "`user_type`: Eager" in (tmp_path / "out" / "summary.md").read_text()


def test_a_measure_that_fails_or_leaves_something_out_is_named(tmp_path: Path) -> None:
    def half(result: object) -> dict[str, float]:
        return {"heat": 1.0}

    def wrong(result: object) -> dict[str, float]:
        raise KeyError("heat")

    for measure, says in ((half, "cold"), (wrong, "wrong fails: KeyError")):
        toy = replace(TOY, live=None, measure=measure)
        with raises(FollowerDynamicsError, says):
            toy.evaluate(World(next(effects_design(toy, setting(options(tmp_path), TOY.quick, TOY.quick), 1).runs())))


def test_a_further_study_is_kept_beside_the_others(tmp_path: Path) -> None:
    toy = replace(TOY, further=by_joy)
    assert toy.run(options(tmp_path / "out", quick=True))
    table = pd.read_parquet(tmp_path / "out" / "further.parquet")
    assert table[JOY].tolist() == [1.0, 2.0, 1.0, 2.0] and (table["warmth"] > 0).all()
    assert "further.parquet" in (tmp_path / "out" / "summary.md").read_text()


def test_bands_of_plausible_worlds_may_be_an_experiments_own(tmp_path: Path) -> None:
    toy = replace(TOY, plausible={"heat": (0.0, 100.0)})
    assert toy.run(options(tmp_path / "out", quick=True))
    assert pd.read_parquet(tmp_path / "out" / "samples.parquet")["plausible"].all()


def test_a_given_graph_is_handed_to_the_runs_and_named(tmp_path: Path) -> None:
    graph = tmp_path / "ring.csv"
    graph.write_text("source,target\n" + "".join(f"{i},{(i + 1) % 40}\n" for i in range(40)))
    toy = replace(TOY, live=on_graph, outcomes={**TOY.outcomes, "edges": ("1", "edges")})
    assert toy.run(options(tmp_path / "out", quick=True, graph=graph))
    assert (pd.read_parquet(tmp_path / "out" / "runs.parquet")["edges"] == 40).all()
    assert "ring.csv (40 nodes, 40 edges)" in (tmp_path / "out" / "summary.md").read_text()


def on_graph(world: World) -> Outcome:
    """The toy, and the edges of the graph it is given."""
    graph = world.social_graph
    assert graph is not None and world.run.constants["population.users"] == graph.users
    found = live(world)
    return Outcome({**found.values, "edges": graph.edges}, found.table)

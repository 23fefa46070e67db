"""The bandwagon experiment at its smallest: what it leaves, and that its words agree with its tables."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.bandwagon import BIAS, CROWD, THRESHOLD, WEIGHT, points, run
from experiments.bandwagon_robustness import SIGNS, findings, sampled
from experiments.bandwagon_summary import NAMES, SHOWN
from experiments.worlds import MEASURES, within_populations
from simulation.analysis import gini, rank_correlation
from simulation.errors import GraphError, ParameterError, ResultError
from simulation.experiment.options import Options, Setting, Size
from simulation.experiment.robustness import measured as judged_samples
from simulation.experiment.volume import VOLUME

FIGURES = (*MEASURES, "bandwagon", "two_worlds")


def options(out: Path, **changes: object) -> Options:
    """As small as it gets, in this process, without a bar."""
    small = {"quick": True, "users": 80, "days": 10, "populations": 3, "replicates": 2, "samples": 2, "workers": 1}
    return Options(out=out, progress=False, say=lambda _: None, **{**small, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The experiment, run once for all tests."""
    out = tmp_path_factory.mktemp("bandwagon") / "out"
    assert run(options(out))
    return out


def test_everything_is_left_behind(done: Path) -> None:
    for figure in FIGURES:
        for suffix in ("pdf", "png"):
            assert (done / "figures" / f"{figure}.{suffix}").stat().st_size > 1000
    runs = pd.read_parquet(done / "runs.parquet")
    creators = pd.read_parquet(done / "creators.parquet")
    assert len(runs) == len(points(quick=True)) * 3 * 2
    assert len(creators) == len(runs) * 13  # 800 creators to 5,000 users
    assert not list(done.rglob(".draft-*"))


@pytest.mark.parametrize("quick", [True, False])
def test_both_sweeps_share_their_points_and_none_is_twice(quick: bool) -> None:
    chosen = pd.DataFrame(points(quick=quick))
    assert not chosen.duplicated().any()
    assert set(chosen[chosen[CROWD] == 0.4][WEIGHT]) == set(chosen[WEIGHT])
    assert set(chosen[chosen[WEIGHT] == 2.0][CROWD]) == set(chosen[CROWD])
    assert (chosen.groupby(BIAS).size() == len(chosen) / chosen[BIAS].nunique()).all()


def test_runs_agree_with_creators(done: Path) -> None:
    runs = pd.read_parquet(done / "runs.parquet").set_index(["point", "population", "world"])
    creators = pd.read_parquet(done / "creators.parquet")
    for (point, population, world_id), world in creators.groupby(["point", "population", "world"]):
        row = runs.xs((point, population, world_id))
        assert row["followers"] == world["followers"].sum()
        assert row["gini"] == pytest.approx(gini(world["followers"]))
        expected = rank_correlation(world["followers"], world["talent"])
        assert row["rank_correlation"] == pytest.approx(expected, nan_ok=True)


def test_worlds_of_a_population_have_the_same_talents_and_different_stars(done: Path) -> None:
    creators = pd.read_parquet(done / "creators.parquet")
    talents = creators.groupby(["population", "creator"])["talent"].nunique()
    assert (talents == 1).all()
    assert creators.groupby("population")["talent"].sum().nunique() == 3
    followers = creators.pivot(index=["point", "population", "creator"], columns="world", values="followers")
    assert (followers[0] != followers[1]).any()


def test_points_meet_the_same_populations_and_luck(done: Path) -> None:
    runs = pd.read_parquet(done / "runs.parquet")
    met = {point: list(zip(rows["seed"], rows["luck"], strict=True)) for point, rows in runs.groupby("point")}
    assert len(met) == len(points(quick=True))
    assert all(luck == met[0] for luck in met.values())
    assert len(set(met[0])) == 6 and len({seed for seed, _ in met[0]}) == 3


def test_volume_is_held(done: Path) -> None:
    """Thresholds are found in one world of this smallest of studies; the others may miss by what luck does there."""
    thresholds = pd.read_parquet(done / "thresholds.parquet")
    assert np.allclose(thresholds["follows_per_user_day"], VOLUME, rtol=0.1)
    assert thresholds["follows_per_user_day_at_usual"].max() > 2 * thresholds["follows_per_user_day_at_usual"].min()
    runs = pd.read_parquet(done / "runs.parquet")
    assert np.allclose(runs.groupby("point")["follows_per_user_day"].mean(), VOLUME, rtol=0.35)


def test_numbers_in_the_summary_are_those_of_the_tables(done: Path) -> None:
    text = (done / "summary.md").read_text()
    estimates = pd.read_parquet(done / "estimates.parquet").set_index(["point", "measure"])
    means = within_populations(pd.read_parquet(done / "creators.parquet")).groupby("point")[list(MEASURES)].mean()
    for (point, name), row in estimates.iterrows():  # type: ignore[misc]
        assert row["estimate"] == pytest.approx(means[name][point], nan_ok=True)  # type: ignore[has-type]
    rows = [line for line in text.splitlines() if re.match(r"\| [0-9]", line)]
    assert len(rows) == 8
    for line, lever in zip(rows, [WEIGHT] * 4 + [CROWD] * 4, strict=True):
        bias, value, *cells = [cell.strip() for cell in line.strip("|").split("|")]
        held = {WEIGHT: 2.0} if lever == CROWD else {CROWD: 0.4}
        for name, cell in zip(MEASURES, cells, strict=True):
            chosen = estimates.xs(name, level="measure")
            for column, wanted in {BIAS: float(bias), lever: float(value), **held}.items():
                chosen = chosen[np.isclose(chosen[column], wanted)]
            assert len(chosen) == 1
            scale, digits = SHOWN[name]
            shown = [float(number) for number in re.findall(r"-?[0-9.]+|nan", cell)]
            expected = scale * chosen[["estimate", "low", "high"]].to_numpy(float)[0]
            assert shown == pytest.approx(expected, abs=0.51 * 10.0**-digits, nan_ok=True)


def test_changes_in_the_summary_are_differences_of_the_table(done: Path) -> None:
    text = (done / "summary.md").read_text()
    sentence = next(line for line in text.splitlines() if line.startswith("**Weight of peer influence from 0 to 2"))
    measured = within_populations(pd.read_parquet(done / "creators.parquet"))
    levels = pd.read_parquet(done / "estimates.parquet")
    for name, label in NAMES.items():
        scale, digits = SHOWN[name]
        about = sentence[sentence.lower().index(label.lower()) :]
        for bias in (0.0, 1.0):
            shown = float(re.search(rf"([+-][0-9.]+) \[[^]]*\] at bias {bias:g}", about).group(1))  # type: ignore[union-attr]
            chosen = levels[(levels[BIAS] == bias) & (levels[CROWD] == 0.4) & (levels["measure"] == name)]
            start, end = (int(chosen[chosen[WEIGHT] == weight]["point"].iloc[0]) for weight in (0.0, 2.0))
            wide = measured.pivot(index="population", columns="point", values=name)
            assert shown == pytest.approx(scale * (wide[end] - wide[start]).mean(), abs=0.51 * 10.0**-digits)


def test_samples_hold_the_volume_and_leave_levers_and_thresholds_alone(done: Path) -> None:
    samples = pd.read_parquet(done / "samples.parquet")
    assert samples["sample"].nunique() == 2 and set(samples["arm"]) <= {"none", "heavy", "peers", "crowd"}
    assert samples["arm"].value_counts()["none"] == 2
    assert np.allclose(samples["follows_per_user_day"], VOLUME, rtol=0.35)
    assert (samples[samples["arm"] == "none"][WEIGHT] == 0).all()
    assert THRESHOLD not in samples and BIAS not in samples
    assert len(samples.columns) > 100
    assert "## How robust it is" in (done / "summary.md").read_text()


def test_ends_of_the_sweeps_are_judged_as_arms(tmp_path: Path) -> None:
    """By hand: each point's measures are its number, plus a little of the population's, so effects are differences."""
    levers = pd.DataFrame(points(quick=True))
    rows = [
        {"point": point, "population": population, **dict.fromkeys(MEASURES, point + [0.1, -0.1, 0.3][population])}
        for point in levers.index
        for population in range(3)
    ]
    experiment = sampled(2.0)
    frame = pd.DataFrame(
        {
            "sample": range(6),
            "arm": "none",
            **dict.fromkeys(MEASURES, 0.5),
            **{"follows_per_user_day": 0.15, "likes_per_view": 0.05, "unfollows_per_tie_day": 0.001},
        }
    )
    others = pd.concat([frame.assign(arm=arm, inequality=0.5 + shift) for arm, shift in (("heavy", 0.1),)])
    others = pd.concat([others, frame.assign(arm="peers"), frame.assign(arm="crowd")])
    robustness = judged_samples(experiment, [], frame, others)
    found = Setting(Size(80, 10, 3, 2, 6), None, "")
    ends = findings(options(tmp_path), found, levers, pd.DataFrame(rows), robustness)
    place = {
        arm.name: levers[(levers[BIAS] == 1) & np.isclose(levers[list(arm.values)], list(arm.values.values())).all(1)]
        for arm in experiment.arms
    }
    assert all(len(match) == 1 for match in place.values())
    number = {arm: match.index[0] for arm, match in place.items()}
    effects = ends.effects
    assert effects["estimate"].tolist() == pytest.approx(
        [number["heavy"] - number["none"]] * 4 + [number["crowd"] - number["peers"]] * 4
    )
    assert (effects["bound_high"] == 0).tolist() == [sign < 0 for sign in SIGNS.values()] * 2
    assert ends.robustness.table["share"].tolist() == [1.0, *[0.0] * 7]


def test_a_second_call_runs_nothing_and_says_the_same(done: Path) -> None:
    names = ("summary.md", "estimates.parquet", "runs.parquet", "figures/bandwagon.png")
    before = {name: (done / name).read_bytes() for name in names}
    assert run(options(done))
    assert {name: (done / name).read_bytes() for name in names} == before


def test_more_worlds_go_on_from_those_there(done: Path, tmp_path: Path) -> None:
    out = tmp_path / "more"
    shutil.copytree(done, out)
    files = {path.name for path in (out / "studies" / "worlds" / "runs").iterdir()}
    assert run(options(out, replicates=3))
    assert files < {path.name for path in (out / "studies" / "worlds" / "runs").iterdir()}
    first, more = (pd.read_parquet(folder / "runs.parquet") for folder in (done, out))
    both = first.merge(more, on=["point", "population", "world"], suffixes=("", "_more"))
    assert len(both) == len(first) and (both["followers"] == both["followers_more"]).all()


def test_a_given_graph_is_used(tmp_path: Path) -> None:
    graph = tmp_path / "ring.csv"
    graph.write_text("source,target\n" + "".join(f"{i},{(i + step) % 70}\n" for i in range(70) for step in (1, 2)))
    assert run(options(tmp_path / "out", graph=graph, users=None))
    summary = (tmp_path / "out" / "summary.md").read_text()
    assert "ring.csv (70 nodes, 140 edges)" in summary
    assert pd.read_parquet(tmp_path / "out" / "creators.parquet")["creator"].nunique() == 11


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"users": 5}, ParameterError, "--users 5"),
        ({"days": 1}, ParameterError, "--days 1"),
        ({"replicates": 1}, ParameterError, "--replicates 1"),
        ({"populations": 1}, ParameterError, "--populations 1"),
        ({"workers": 0}, ParameterError, "workers = 0"),
        ({"seed": -1}, ParameterError, "seed = -1"),
        ({"graph": Path("missing.csv"), "users": None}, GraphError, "missing.csv"),
        ({"graph": Path("missing.csv")}, ParameterError, "exclude each other"),
    ],
)
def test_what_makes_no_sense_is_refused(
    tmp_path: Path, changes: dict[str, object], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=re.escape(says)):
        run(options(tmp_path / "out", **changes))


def test_a_folder_of_another_size_is_refused_and_left_alone(done: Path) -> None:
    before = (done / "summary.md").read_bytes()
    with pytest.raises(ResultError, match="days: 10 there, 11 now"):
        run(options(done, days=11))
    assert (done / "summary.md").read_bytes() == before


def test_failures_leave_no_summary(tmp_path: Path) -> None:
    """A world in which nobody can follow as much as asked: there are too few creators for so many days."""
    said: list[str] = []
    small = options(tmp_path / "out", users=20, days=120, replicates=2, populations=2)
    assert not run(Options(**{**vars(small), "say": said.append}))
    assert "runs failed" in said[0] and "--retry" in said[0]
    assert not (tmp_path / "out" / "summary.md").exists()
    assert (tmp_path / "out" / "thresholds.parquet").exists()

"""The script that fits the preset ``short_video``: what it is fitted to, what it leaves, and that all of it agrees."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("pyabc", reason="calibration needs pyABC, of the extra 'calibration'")

from typer.testing import CliRunner

from benchmarks.fits.short_video import assumptions, command, worlds
from benchmarks.fits.short_video.assumptions import candidates, screen
from benchmarks.fits.short_video.observed import (
    FREE,
    GIVEN,
    SMALL,
    UNTOLD,
    USUAL,
    World,
    observations,
    out_of_reach,
    quartile_spread,
    read_counts,
    upper_spread,
)
from benchmarks.fits.short_video.report import toml
from benchmarks.fits.short_video.worlds import _rounded, agreement, nearest
from simulation.analysis import gini, top_share
from simulation.analysis.targets import TARGETS
from simulation.declare import ASSUMPTION
from simulation.errors import ConfigError
from simulation.parameters import KNOWN, Parameters
from simulation.presets import PRESETS
from tests.told import raises, tells

if TYPE_CHECKING:
    from simulation.study import Calibration

DOCS = Path(__file__).parents[2] / "docs" / "calibration.md"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with 400 made-up users in the form of KuaiRand's."""
    luck = np.random.default_rng(1)
    counts = {name: np.rint(np.exp(luck.normal(4, 1.6, 400))) for name in ("follow_user_num", "fans_user_num")}
    table = pd.DataFrame({**counts, "friend_user_num": counts["follow_user_num"] // 5, "register_days": 300})
    folder = tmp_path / "data" / "kuairand"
    folder.mkdir(parents=True)
    table.to_csv(folder / "user_counts.csv", index=False)
    monkeypatch.setenv("FOLLOWER_DATA", str(folder.parent))
    return folder.parent


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    """The smallest fit there is."""
    monkeypatch.setattr(command, "SMALL", World(60, 40, 10))
    monkeypatch.setattr(command, "QUICK", command.Size(40, 20, 2, 2, 0, 0))
    monkeypatch.setattr(command, "RECOVERY", {"budget": 30, "particles": 20})


def test_without_the_data_the_command_says_where_it_looked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLLOWER_DATA", str(tmp_path))
    result = CliRunner().invoke(command.app, ["--quick", "--out", str(tmp_path / "out")])
    assert result.exit_code == command.REFUSED
    assert tells(result.stderr, f"user_counts.csv {tmp_path}") and "FOLLOWER_DATA" in result.stderr
    assert not (tmp_path / "out").exists()


def test_data_of_another_form_are_refused(data: Path) -> None:
    (data / "kuairand" / "user_counts.csv").write_text("a,b\n1,2\n")
    with raises(ConfigError, "KuaiRand's counts"):
        read_counts()


def test_observations_are_those_of_the_data(data: Path) -> None:
    counts = read_counts()
    seen = {entry.name: entry for entry in observations(counts)}
    told = {entry.name: entry for entry in out_of_reach(counts)}
    assert told["followee Gini"].value == gini(counts["follow_user_num"])
    assert told["ln q75 / q25 of followers"].value == quartile_spread(counts["fans_user_num"])
    assert seen["follower Gini"].value == gini(counts["fans_user_num"])
    assert 0.0 < float(seen["follower Gini"].scales[0]) < 0.2
    assert seen["ln q90 / q50 of followers"].value == upper_spread(counts["fans_user_num"])


def test_observations_with_the_real_data_lie_in_the_bands_of_the_check() -> None:
    try:
        counts = read_counts()
    except ConfigError as error:
        pytest.skip(str(error))
    assert gini(counts["fans_user_num"]) == pytest.approx(0.903, abs=0.0005)
    assert top_share(counts["fans_user_num"]) == pytest.approx(0.845, abs=0.0005)
    seen = {entry.name: float(entry.values[0]) for entry in observations(counts)}
    compared = [target for target in TARGETS if target.name in seen]
    assert len(compared) >= 5
    assert all(target.low <= seen[target.name] <= target.high for target in compared)


def test_spreads_do_not_depend_on_the_level_but_on_the_shape() -> None:
    shape = np.exp(np.random.default_rng(1).normal(0, 1, 5000))
    assert quartile_spread(1e6 * shape) == pytest.approx(quartile_spread(1e8 * shape), rel=1e-4)
    assert quartile_spread(1e6 * shape) == pytest.approx(2 * 0.6745, rel=0.05)
    assert upper_spread(1e6 * shape) == pytest.approx(1.2816, rel=0.05)


def test_free_parameters_are_assumptions_or_were_fitted_and_ranges_hold_the_defaults() -> None:
    for known in (*FREE, *UNTOLD):
        declared = KNOWN[known.name]
        assert declared.source == ASSUMPTION or known.name == "follow_back.courtesy"
        assert known.low <= float(str(declared.default)) <= known.high
        assert known.name in candidates()


def test_the_prior_of_popularity_follows_the_number_of_users() -> None:
    assert World(5000, 800, 1).constants["feed.prior"] == KNOWN["feed.prior"].default
    assert USUAL.constants["feed.prior"] == pytest.approx(0.5)
    assert USUAL.creators == KNOWN["population.creators"].default
    assert SMALL.users < USUAL.users


def test_candidates_are_numbers_without_a_source_between_two_ends() -> None:
    found = candidates()
    assert len(found) > 100
    for name, (low, high) in found.items():
        Parameters().with_values({name: low if isinstance(KNOWN[name].default, float) else int(low)})
        assert low < high
    assert "population.users" not in found and "users.attention_median" not in found and "feed.prior" not in found
    assert found["users.activity_mean"] == pytest.approx((0.65 / 1.35, 1.3 / 1.65))  # odds halved and doubled


def test_values_are_rounded_to_what_intervals_support() -> None:
    assert _rounded(0.8712, 0.81, 0.94) == 0.87
    assert _rounded(0.02149, 0.0151, 0.0302) == 0.021
    assert _rounded(14.38, 9.0, 21.0) == 14.0


def test_the_screen_finds_who_matters(data: Path) -> None:
    seen = [entry for entry in observations(read_counts()) if entry.name in {"follows", "likes"}]
    names = ["decision.follow_threshold", "minds.voice.exposure"]
    table = screen(seen, World(80, 40, 12), (1, 2), names[::-1], progress=False)
    assert list(table.index) == names
    assert table.loc[names[0], "follows"] < 0
    assert table.loc[names[1], "overall"] == 0.0, "nobody buys followers, so nobody is exposed"


def test_at_the_defaults_nothing_differs_from_the_defaults(data: Path) -> None:
    table = agreement(
        {"decision.like_threshold": 0.8}, observations(read_counts()), World(60, 40, 8), 2, progress=False
    )
    assert (table["defaults"] == table["fitted"]).all()
    off = (table["defaults"] - table["observed"]) / table["scale"]
    assert table["defaults_off"].iloc[:4].to_numpy() == pytest.approx(off.iloc[:4])
    assert (np.sign(table["defaults_off"]) == np.sign(off)).all()


def test_everything_is_left_behind_and_the_summary_agrees_with_the_tables(
    data: Path, tiny: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worlds, "DEFAULT_DAYS", 5)
    out = tmp_path / "out"
    chosen = {name: ends for name, ends in candidates().items() if name.startswith("decision")}
    monkeypatch.setattr(assumptions, "candidates", lambda: chosen)
    monkeypatch.setattr(command, "SCREEN_SEEDS", (1,))
    wanted = command.Wanted(out, quick=True, workers=1, screen=True, recover=2, progress=False)
    text = command.fit(wanted)
    assert (out / "summary.md").read_text() == text
    for name in ("posterior.csv", "agreement.csv", "screen.csv", "recovery.csv", "simulations.parquet"):
        assert (out / name).stat().st_size > 100
    for figure in ("posterior", "pairs"):
        assert (out / "figures" / f"{figure}.png").stat().st_size > 1000
    posterior = pd.read_csv(out / "posterior.csv")
    assert posterior["weight"].sum() == pytest.approx(1.0) and set(posterior) == {*(k.name for k in FREE), "weight"}
    values = Parameters.from_toml(out / "short_video.toml").changed()
    assert f"```toml\n{toml(values)}```" in text
    for known in FREE:
        assert re.search(rf"^\| `{known.name}` \| ", text, re.M)
    assert text.count("\n## ") == 4
    assert command.fit(wanted) == text, "the same command goes on from what is there, and says the same"


def test_one_draw_may_carry_most_of_the_posterior(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.fits.short_video.worlds.DEFAULT_USERS", 60)
    monkeypatch.setattr("benchmarks.fits.short_video.worlds.DEFAULT_CREATORS", 20)
    monkeypatch.setattr("benchmarks.fits.short_video.worlds.DEFAULT_DAYS", 2)
    thresholds = [0.8, 0.85, 0.9]
    posterior = pd.DataFrame({"decision.follow_threshold": thresholds, "weight": [0.98, 0.01, 0.01]})
    found = cast("Calibration", SimpleNamespace(posterior=posterior))
    chosen = nearest(found, 4, workers=1, executor=None, progress=False)
    assert chosen["decision.follow_threshold"] in thresholds


# The preset -----------------------------------------------------------------------------------------------------------


def test_the_preset_sets_what_was_free_and_says_what_it_was_fitted_to() -> None:
    preset = PRESETS["short_video"]
    ranges = {known.name: known for known in FREE}
    fitted = {name: value for name, value in preset.values.items() if name not in GIVEN}
    assert {name: preset.values[name] for name in GIVEN} == GIVEN
    assert fitted and set(fitted) <= set(ranges)
    assert all(ranges[name].low < value < ranges[name].high for name, value in fitted.items())
    assert "KuaiRand" in preset.about and "docs/calibration.md" in preset.about


def test_the_page_has_the_values_of_the_preset() -> None:
    _, _, text = DOCS.read_text().partition("## The preset `short_video`")
    shown = dict(re.findall(r"^\| `([a-z_.]+)` \| [^|]+ \| ([0-9.]+)", text.partition("\n### ")[0], re.M))
    assert {name: float(value) for name, value in shown.items()} == PRESETS["short_video"].values

"""Presets: every one is valid, differs from the defaults as it says, and can be lived."""

from __future__ import annotations

import pytest
from scipy import stats

from simulation.errors import ParameterError
from simulation.model import FollowerModel
from simulation.parameters import KNOWN, Parameters
from simulation.platform.feed import SOURCES
from simulation.platform.ranking import source_shares
from simulation.presets import PRESETS, preset
from tests.told import tells

PLATFORMS = ("tiktok", "instagram", "chronological", "random")


def test_the_default_preset_is_the_defaults() -> None:
    assert preset("default") == Parameters()


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_sets_known_parameters_and_says_what_it_is(name: str) -> None:
    assert preset(name).changed() == {k: v for k, v in PRESETS[name].values.items() if v != KNOWN[k].default}
    assert len(PRESETS[name].about.split()) >= 2
    assert PRESETS[name].about.endswith(".")


def test_no_two_presets_are_the_same() -> None:
    """The defaults are a platform like TikTok; every other preset is something else."""
    others = [name for name in PRESETS if name != "default"]
    assert len({preset(name).to_toml() for name in others}) == len(others)


@pytest.mark.parametrize("name", PLATFORMS)
def test_platforms_change_nothing_but_the_mix_and_share_out_the_whole_feed(name: str) -> None:
    assert all(known.startswith("feed.mix.") for known in PRESETS[name].values)
    mix = preset(name).feed.mix
    assert sum(mix.model_dump().values()) == pytest.approx(1.0, abs=1e-12)
    assert source_shares(SOURCES, mix).sum() == pytest.approx(1.0, abs=1e-12)


def test_for_you_is_most_of_tiktok() -> None:
    mix = preset("tiktok").feed.mix
    assert mix.popular + mix.interest + mix.random + mix.staged == pytest.approx(0.85)
    assert mix.staged > 0.0, "posts make their way up traffic pools"


def test_the_music_labs_differ_in_nothing_but_how_much_goes_by_counts() -> None:
    weak, strong = (PRESETS[name].values for name in ("music_lab", "music_lab_strong"))
    differ = {name for name in weak if weak[name] != strong[name]}
    assert weak.keys() == strong.keys()
    assert differ == {"feed.mix.popular", "feed.mix.random"}
    assert weak["feed.mix.popular"] < strong["feed.mix.popular"]
    for values in (weak, strong):
        assert values["feed.mix.popular"] + values["feed.mix.random"] == pytest.approx(1.0)


def test_the_living_preset_begins_at_rest() -> None:
    """Everybody can create, about half never post, and what there is on day 0 has come about before it."""
    model = FollowerModel({"population.users": 600}, preset="living", seed=3, threads=1)
    creators, users = model.state.creators, model.state.users
    assert model.day == 0 and creators.user.tolist() == list(range(600))
    never = int((creators.posting_rate == 0.0).sum())
    assert stats.binomtest(never, 600, 0.48).pvalue > 1e-6
    assert users.generation.max() > 0 and users.joined.min() == -1 - 1000
    assert model.state.rows.length.sum() == creators.followers.sum() > 600
    model.run_for(5)
    assert (model.result().events["kind"] == "unfollow").any()


@pytest.mark.parametrize("name", sorted(set(PRESETS) - {"living"}))
def test_every_preset_runs(name: str) -> None:
    scale = {"population.users": 40, "population.creators": 10, "social_graph.mean_degree": 4.0}
    if name == "two_state":
        scale["population.creators"] = 1
    if name in {"meritocratic", "price"}:
        scale["population.creators"] = 40
    if name.startswith("music_lab"):
        scale["population.present_at_start"] = 10
    model = FollowerModel(scale, preset=name, seed=3, threads=1)
    model.run_for(12)
    creators = model.state.creators
    assert (creators.followers == creators.total_gained - creators.total_lost).all()
    assert creators.total_views.sum() > 0


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("meritocracy", "meritocratic meritocratic_following"),
        ("TikTok", "tiktok"),
        ("zzzz", "default"),
    ],
)
def test_an_unknown_preset_is_refused_and_the_nearest_named(name: str, hint: str) -> None:
    with pytest.raises(ParameterError) as caught:
        preset(name)
    assert tells(str(caught.value), f"preset {name!r} {hint}")

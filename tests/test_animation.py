"""Films of a run: every frame there, written whole or not at all, refusals in a sentence."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from matplotlib.animation import FFMpegWriter
from PIL import Image

from simulation import plots
from simulation.errors import OutputError, ParameterError, ResultError
from simulation.model import FollowerModel
from simulation.plots import animate
from simulation.records import Result
from tests.told import raises

DAYS = 11


@pytest.fixture(scope="module")
def run() -> Result:
    model = FollowerModel(
        {"decision.follow_threshold": 0.6}, social_graph=nx.karate_club_graph(), creators=range(6), seed=1, threads=1
    )
    model.run_for(DAYS)
    return model.result()


@pytest.mark.parametrize("colour", ["mood", "authenticity"])
def test_it_has_a_frame_for_each_day_shown(run: Result, tmp_path: Path, colour: animate.Colour) -> None:
    path = plots.animation(run, tmp_path / "films" / "run.gif", colour=colour, every=4, rate=5.0, dpi=50)
    assert [file.name for file in path.parent.iterdir()] == ["run.gif"]
    with Image.open(path) as film:
        assert film.n_frames == 4  # days 0, 4, 8 and the last
        assert film.size == (350, 180)
        assert film.info["duration"] == 200


def test_the_same_run_gives_the_same_film(run: Result, tmp_path: Path) -> None:
    first, second = (plots.animation(run, tmp_path / name, every=5, dpi=40) for name in ("a.gif", "b.gif"))
    assert first.read_bytes() == second.read_bytes()


def test_frames_show_the_day(run: Result) -> None:
    scene = animate._scene(run, "authenticity", 5, seed=0)
    assert scene.days == [0, 5, 10]
    stage = animate._set_up(run, scene, "authenticity", top=3)
    table = run.creator_days.set_index(["day", "creator"])
    for frame, day in enumerate(scene.days):
        animate._draw(stage, scene, frame, seed=0)
        held = run.follows_at(day)
        assert len(stage.edges.get_segments()) == len(held)
        now = table.loc[day]
        np.testing.assert_allclose(stage.creators.get_array(), now["authenticity"])
        areas = stage.creators.get_sizes() - 4.0
        np.testing.assert_allclose(areas * table["followers"].max(), 220.0 * now["followers"])
        for curve, creator in zip(stage.curves, stage.best, strict=True):
            assert curve.get_ydata().tolist() == run.ledger(creator)["followers"].loc[:day].tolist()
        assert stage.title.get_text() == f"day {day}"
    assert stage.best[0] == run.creators.sort_values("creator")["followers"].argmax()


def test_users_fill_the_page_evenly(run: Result) -> None:
    places = animate._places(run.follow_graph(), seed=0)
    radius = np.sort(np.hypot(*places.T))
    np.testing.assert_allclose(radius**2, (np.arange(34) + 0.5) / 34)


def test_of_many_follows_a_sample_is_drawn_that_stays(run: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animate, "MOST_EDGES", 5)
    scene = animate._scene(run, "mood", 10, seed=0)
    stage = animate._set_up(run, scene, "mood", top=1)
    animate._draw(stage, scene, 1, seed=0)
    first = {str(line.tolist()) for line in stage.edges.get_segments()}
    animate._draw(stage, scene, 1, seed=0)
    assert first == {str(line.tolist()) for line in stage.edges.get_segments()}
    assert len(first) == 5


@pytest.mark.parametrize(
    ("options", "key"),
    [
        ({"colour": "red"}, "'red' 'mood' 'authenticity'"),
        ({"every": 0}, "0 1"),
        ({"every": 1.5}, "1.5 1"),
        ({"top": 7}, "7 1 6"),
        ({"top": True}, "True 1 6"),
        ({"rate": 0}, "60 0"),
        ({"rate": float("nan")}, "60 nan"),
    ],
)
def test_wrong_arguments(run: Result, tmp_path: Path, options: dict[str, object], key: str) -> None:
    with raises(ParameterError, key) as caught:
        plots.animation(run, tmp_path / "run.gif", **options)  # type: ignore[arg-type]
    assert str(caught.value).startswith(next(iter(options)))
    assert list(tmp_path.iterdir()) == []


def test_only_films_are_written(run: Result, tmp_path: Path) -> None:
    with raises(ParameterError, ".gif .mp4 run.png"):
        plots.animation(run, tmp_path / "run.png")


def test_without_ffmpeg_an_mp4_is_refused(run: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FFMpegWriter, "isAvailable", classmethod(lambda cls: False))
    with raises(OutputError, "ffmpeg"):
        plots.animation(run, tmp_path / "run.mp4")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not FFMpegWriter.isAvailable(), reason="an .mp4 needs ffmpeg, which is not installed here")
def test_with_ffmpeg_an_mp4_is_written(run: Result, tmp_path: Path) -> None:
    path = plots.animation(run, tmp_path / "run.mp4", every=5)
    assert b"ftyp" in path.read_bytes()[:16]


def test_a_film_is_there_whole_or_not_at_all(run: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "run.gif"
    path.write_text("what was there before")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(animate, "_draw", full)
    with raises(OutputError, "space") as caught:
        plots.animation(run, path)
    assert caught.value.path == path
    assert path.read_text() == "what was there before"
    assert list(tmp_path.iterdir()) == [path]


def test_a_run_of_no_day_has_nothing_to_show(tmp_path: Path) -> None:
    model = FollowerModel(social_graph=nx.karate_club_graph(), seed=1, threads=1)
    with raises(ParameterError, "nothing"):
        plots.animation(model.result(), tmp_path / "run.gif")


def test_a_run_without_event_log_says_so(tmp_path: Path) -> None:
    model = FollowerModel(social_graph=nx.karate_club_graph(), seed=1, threads=1, record="daily")
    model.run_for(2)
    with raises(ResultError, "event log"):
        plots.animation(model.result(), tmp_path / "run.gif")

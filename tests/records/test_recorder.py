"""The recorder: its books balance, its memory is bounded, and a result does not move with the run."""

from __future__ import annotations

import copy
import gc
import os
import pickle
import resource
import tempfile
from pathlib import Path

import numpy as np
import pytest

from simulation.errors import OutputError, ResultError
from simulation.ledger import cause_names
from simulation.records import Recorder, same_tables
from simulation.records.spool import TemporaryFolder, _remove
from tests.records.world import CAUSES, FOLLOW, SOURCE_NAMES, UNFOLLOW, World, as_events, happening
from tests.told import raises


def test_the_tables_hold_what_happened() -> None:
    world = World()
    world.live(happening(5, 0, FOLLOW, cause="peer_influence"), happening(0, 2, FOLLOW, source="friends"))
    world.live(happening(0, 0, UNFOLLOW, cause="overload", satisfaction=0.125))
    world.live()
    result = world.result()

    assert result.days == 3
    assert result.daily["day"].tolist() == [0, 1, 2]
    assert result.daily["users"].tolist() == [5, 5, 6]  # the last user joins on day 2
    assert result.daily["follows"].tolist() == [2, 0, 0]
    assert result.daily["unfollows"].tolist() == [0, 1, 0]
    assert result.daily["follow_edges"].tolist() == [4, 3, 3]
    assert result.daily[["sessions", "views", "likes"]].to_numpy().tolist() == [[4, 21, 0], [4, 21, 3], [4, 21, 6]]

    rows = result.creator_days
    assert rows["day"].tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert rows["creator"].tolist() == [0, 1, 2] * 3
    for row, cause, counts in ((0, "gained_peer_influence", [2, 1, 0, 1]), (3, "lost_overload", [1, 0, 1, 1])):
        assert [rows[name][row] for name in ("followers", "gained", "lost", cause)] == counts
    assert rows["posted"].all()
    np.testing.assert_array_equal(rows["quality"][6:], world.state.posts.quality[::2])

    events = result.events
    assert events[["day", "user", "creator"]].to_numpy().tolist() == [[0, 5, 0], [0, 0, 2], [1, 0, 0]]
    assert events["kind"].tolist() == ["follow", "follow", "unfollow"]
    assert events["source"].tolist() == ["popular", "friends", "none"]
    assert events["cause"].tolist() == ["peer_influence", "talent", "overload"]
    assert events["satisfaction"].tolist() == [0.625, 0.625, 0.125]
    assert tuple(events["kind"].cat.categories) == ("follow", "unfollow")
    assert tuple(events["source"].cat.categories) == (*SOURCE_NAMES, "none")
    assert tuple(events["cause"].cat.categories) == CAUSES == result.cause_names


def test_final_tables_are_those_of_the_state(world: World) -> None:
    result, state = world.result(), world.state
    assert list(result.users) == [
        "user", "label", "creator", "activity", "attention", "conformity", "aspiration", "follows", "joined", "left",
        "set_point", "fomo_trait", "mood", "fomo", "enjoyment", "use",
    ]  # fmt: skip
    assert result.users["label"].tolist() == ["0", "1", "2", "3", "4", "5"]
    assert result.users["creator"].tolist() == [-1, 0, -1, 1, 2, -1]
    assert result.users["joined"].tolist() == [-1, -1, -1, -1, -1, 2]
    assert list(result.creators)[:4] == ["creator", "user", "label", "talent"]
    assert result.creators["label"].tolist() == ["1", "3", "4"]
    for column, array in (("followers", state.creators.followers), ("gained", state.creators.total_gained)):
        np.testing.assert_array_equal(result.creators[column], array)
    assert set(zip(result.follows["user"], result.follows["creator"], strict=True)) == world.pairs()
    assert result.users["follows"].tolist() == state.follows.rows.length.tolist()


@pytest.mark.parametrize("buffer", [0, 3000])
def test_parts_in_files_change_nothing(buffer: int) -> None:
    small, large = World(buffer=buffer), World()
    for world in (small, large):
        world.live_randomly(9)
    assert same_tables(small.result(), large.result()) == []
    assert small.result().explain(0, 0) == large.result().explain(0, 0)
    assert small.result().follows_at(3).equals(large.result().follows_at(3))


def test_memory_stays_below_the_limit_and_the_folder_vanishes_with_its_last_user() -> None:
    world = World(buffer=3000)
    for _ in range(20):
        world.live_randomly(1, seed=world.state.day)
        held = [world.recorder._creator_days, world.recorder._events, world.recorder._posts]
        assert sum(spool.nbytes for spool in held if spool is not None) <= 3000
    folder = world.recorder._creator_days._folder.path()
    assert min(len(list(folder.glob(f"{name}-*.parquet"))) for name in ("events", "posts")) > 2
    result = world.result()
    events = result.events
    del world, held
    gc.collect()
    result._frames.clear()
    assert result.events.equals(events)
    del result
    gc.collect()
    assert not folder.exists()


def test_a_forked_child_leaves_the_folder_to_its_parent() -> None:
    folder = TemporaryFolder()
    _remove(folder.path(), os.getpid() + 1)
    assert folder.path().is_dir()


def test_no_folder_is_made_before_it_is_needed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    world = World()
    world.live_randomly(5)
    assert list(tmp_path.iterdir()) == []
    world.recorder._creator_days.flush()
    (folder,) = tmp_path.iterdir()
    world.recorder._creator_days.flush()  # nothing new
    assert len(list(folder.iterdir())) == 1


def test_a_result_stays_while_the_run_goes_on(world: World) -> None:
    before = world.result()
    untouched = pickle.loads(pickle.dumps(before))
    world.live_randomly(4, seed=3)
    world.state.users.aspiration[:] = 0
    world.state.creators.talent[:] = 0
    assert same_tables(before, untouched) == []
    assert before.days == 8
    assert world.result().days == 12


@pytest.mark.parametrize("buffer", [0, 2**20])
def test_a_result_survives_pickling_and_copying(buffer: int) -> None:
    world = World(buffer=buffer)
    world.live_randomly(4)
    result = world.result()
    assert len(result.daily) == 4
    for other in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
        assert same_tables(result, other) == []
        assert other.provenance == result.provenance


def test_without_the_log_there_are_days_but_no_events(world: World) -> None:
    quiet = World(record="daily")
    quiet.live_randomly(8)
    result = quiet.result()
    assert same_tables(result, world.result()) == ["events", "posts"]
    assert list(result.causes()) == ["gained", "lost", "net", "share_gained", "share_lost"]
    assert set(result.follows_at()["user"]) <= set(range(6))
    for ask in (lambda: result.events, lambda: result.explain(0, 0), lambda: result.follow_graph(2)):
        with raises(ResultError, "record='events'"):
            ask()
    with raises(ResultError, "posts record='posts'"):
        _ = result.posts


def test_a_run_of_no_days_has_empty_tables() -> None:
    result = World().result()
    assert result.days == len(result.daily) == len(result.creator_days) == len(result.events) == 0
    assert tuple(result.events["cause"].cat.categories) == CAUSES
    assert sorted(result.follow_graph().edges) == [(0, 1), (2, 3)]
    assert np.isnan(result.summary()["likes_per_view"])
    assert result.causes()["gained"].sum() == 0


def test_a_pluggable_factor_gets_its_columns() -> None:
    recorder = Recorder(("one", "two"), ("a",))
    assert recorder.days == 0
    assert recorder.snapshot(World().state).creator_days.read().column_names[-22:] == [
        f"{word}_{cause}" for word in ("gained", "lost") for cause in cause_names(("one", "two"))
    ]


class TestBooksThatDoNotBalance:
    """Faults of an engine are caught on the day they happen."""

    def test_gains_without_events(self) -> None:
        world = World()
        _, totals = world.apply([happening(5, 0, FOLLOW)])
        with raises(AssertionError, "day 0 creator 0 gained 0 1"):
            world.recorder.record_day(world.state, as_events([]), totals)

    def test_losses_without_events(self) -> None:
        world = World()
        _, totals = world.apply([happening(0, 0, UNFOLLOW)])
        with raises(AssertionError, "creator 0 lost 0 1"):
            world.recorder.record_day(world.state, as_events([]), totals)

    def test_followers_out_of_nowhere(self) -> None:
        world = World()
        world.live()
        world.state.creators.followers[2] += 1
        with raises(AssertionError, "day 1 creator 2 0 1"):
            world.live()

    def test_follow_rows_that_nobody_has(self) -> None:
        world = World()
        append = world.state.follows.rows.length
        append[5] += 1
        with raises(AssertionError, "3 follows 2 followers"):
            world.live()

    @pytest.mark.parametrize(("name", "value"), [("creator", 3), ("creator", -1), ("cause", len(CAUSES))])
    def test_numbers_outside_their_range(self, name: str, value: int) -> None:
        world = World()
        events, totals = world.apply([happening(5, 0, FOLLOW)])
        getattr(events, name)[:] = value
        with raises(AssertionError, f"{name}"):
            world.recorder.record_day(world.state, events, totals)

    def test_follow_rows_of_other_creators(self, world: World) -> None:
        world.state.creators.followers[:] = np.roll(world.state.creators.followers + np.arange(3), 1)
        with raises(AssertionError, "follower counts"):
            world.result()


class TestNoRoom:
    """A temporary folder that is full or cannot be written is told; nothing recorded is lost."""

    def test_a_real_limit_on_file_sizes(self) -> None:
        world = World(buffer=0)
        world.live_randomly(2)
        spool = world.recorder._creator_days
        parts = list(spool._parts)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
            with raises(OutputError, "TMPDIR"):
                world.live_randomly(1)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert spool._parts == parts
        assert sorted(spool._folder.path().glob("creator_days-*")) == parts
        assert world.result().days == 3
        assert len(world.result().creator_days) == 9

    def test_no_temporary_folder(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))
        with raises(OutputError, "missing"):
            World(buffer=0).live_randomly(1)

"""Follow rows against lists: whatever is appended, removed and moved, they say the same, and padding stays empty."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from simulation.state import BLOCK, NARROWEST, Follows, append_follow, find_follow, remove_follow

USERS = 4

Tie = tuple[int, int, float]
"""Creator, day, satisfaction."""


def reserve(follows: Follows, user: int, more: int) -> None:
    """Make sure that one user can follow more creators."""
    follows.reserve_many(np.array([user]), np.array([more]))


def ties_of(follows: Follows, user: int) -> list[Tie]:
    rows = follows.rows
    entries = range(int(rows.start[user]), int(rows.start[user] + rows.length[user]))
    return [(int(rows.creator[e]), int(rows.day[e]), float(rows.satisfaction[e])) for e in entries]


class FollowsAgainstLists(RuleBasedStateMachine):
    """Every row is a list of ties; a removal moves the last tie into the hole."""

    @initialize(narrow=st.booleans())
    def begin(self, narrow: bool) -> None:
        self.first = 0 if narrow else NARROWEST
        self.follows = Follows(USERS, 1000 if narrow else NARROWEST + 1000)
        self.expected: list[list[Tie]] = [[] for _ in range(USERS)]
        self.made = 0

    def append(self, user: int) -> None:
        self.made += 1
        tie = (self.first + self.made % 1000, self.made, self.made / 64.0)
        append_follow(self.follows.rows, user, *tie)
        self.expected[user].append(tie)

    @rule(user=st.integers(0, USERS - 1), count=st.integers(1, 45))
    def follow_one_after_the_other(self, user: int, count: int) -> None:
        for _ in range(count):
            reserve(self.follows, user, 1)
            self.append(user)

    @rule(counts=st.dictionaries(st.integers(0, USERS - 1), st.integers(0, 100), min_size=1))
    def follow_many_at_once(self, counts: dict[int, int]) -> None:
        self.follows.reserve_many(np.array(list(counts)), np.array(list(counts.values())))
        for user, count in counts.items():
            for _ in range(count):
                self.append(user)

    @rule(user=st.integers(0, USERS - 1), more=st.integers(0, 200))
    def reserve_for_nothing(self, user: int, more: int) -> None:
        reserve(self.follows, user, more)
        assert self.follows.rows.room[user] >= len(self.expected[user]) + more

    @precondition(lambda self: any(self.expected))
    @rule(data=st.data(), count=st.integers(1, 40))
    def leave(self, data: st.DataObject, count: int) -> None:
        user = data.draw(st.sampled_from([u for u, row in enumerate(self.expected) if row]))
        for _ in range(min(count, len(self.expected[user]))):
            row = self.expected[user]
            place = data.draw(st.integers(0, len(row) - 1))
            entry = find_follow(self.follows.rows, user, row[place][0])
            assert entry == self.follows.rows.start[user] + next(
                k for k, tie in enumerate(row) if tie[0] == row[place][0]
            )
            row[entry - int(self.follows.rows.start[user])] = row[-1]
            row.pop()
            remove_follow(self.follows.rows, user, entry, self.follows.empty)

    @invariant()
    def rows_say_the_same(self) -> None:
        if not hasattr(self, "follows"):
            return
        rows = self.follows.rows
        for user, row in enumerate(self.expected):
            assert ties_of(self.follows, user) == row
            assert self.follows.of(user).tolist() == [tie[0] for tie in row]
            assert find_follow(rows, user, 999_999) == -1
        users, entries = self.follows.entries()
        assert users.tolist() == [user for user, row in enumerate(self.expected) for _ in row]
        assert rows.creator[entries].tolist() == [tie[0] for row in self.expected for tie in row]

    @invariant()
    def padding_is_empty(self) -> None:
        """Rows are compared whole: what lies between the length and the room must equal no creator."""
        if not hasattr(self, "follows"):
            return
        rows = self.follows.rows
        for user in range(USERS):
            start, length, room = (int(column[user]) for column in (rows.start, rows.length, rows.room))
            assert room % BLOCK == 0
            assert start % BLOCK == 0
            assert length <= room
            assert (rows.creator[start + length : start + room] == self.follows.empty).all()

    @invariant()
    def rows_lie_apart_within_the_pools(self) -> None:
        if not hasattr(self, "follows"):
            return
        rows = self.follows.rows
        spans = sorted(zip(rows.start.tolist(), (rows.start + rows.room).tolist(), strict=True))
        assert all(end <= begin for (_, end), (begin, _) in itertools.pairwise(spans))
        assert spans[0][0] >= 0
        assert spans[-1][1] <= self.follows.used <= rows.creator.size
        assert rows.creator.size == rows.day.size == rows.satisfaction.size


FollowsAgainstLists.TestCase.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)
TestFollowsAgainstLists: Any = FollowsAgainstLists.TestCase


@pytest.mark.parametrize(
    ("creators", "dtype"),
    [(1, np.uint16), (65_534, np.uint16), (65_535, np.int32), (10_000_000, np.int32)],
)
def test_ids_take_16_bits_where_they_fit_beside_the_empty_marker(creators: int, dtype: Any) -> None:
    follows = Follows(3, creators)
    assert follows.dtype == dtype
    assert follows.rows.creator.dtype == dtype
    assert creators - 1 < follows.empty <= np.iinfo(dtype).max
    append_follow(follows.rows, 1, creators - 1, 5, 0.5)
    assert follows.of(1).tolist() == [creators - 1]
    assert find_follow(follows.rows, 1, creators - 1) == follows.rows.start[1]


@pytest.mark.parametrize("creators", [1000, 100_000])
def test_packing_keeps_rows_and_their_order(creators: int) -> None:
    """Hubs grow until the pools are full and laid out anew, more than once."""
    follows = Follows(20, creators)
    luck = np.random.default_rng(1)
    expected: list[list[Tie]] = [[] for _ in range(20)]
    pools = {follows.rows.creator.size}
    for day in range(60):
        user = int(luck.integers(0, 3)) if day % 2 else int(luck.integers(0, 20))
        count = int(luck.integers(1, 80))
        follows.reserve_many(np.array([user]), np.array([count]))
        for _ in range(count):
            tie = (len(expected[user]) % creators, day, day / 32.0)
            append_follow(follows.rows, user, *tie)
            expected[user].append(tie)
        pools.add(follows.rows.creator.size)
    assert len(pools) > 2
    assert [ties_of(follows, user) for user in range(20)] == expected


def test_nothing_moves_while_there_is_room() -> None:
    follows = Follows(3, 10)
    rows = follows.rows
    follows.reserve_many(np.arange(3), np.full(3, BLOCK))
    assert follows.rows is rows
    assert rows.start.tolist() == [0, BLOCK, 2 * BLOCK]


def test_a_row_that_outgrows_its_room_gets_twice_the_room_at_least() -> None:
    follows = Follows(2, 1000)
    reserve(follows, 0, BLOCK + 1)
    assert follows.rows.room.tolist() == [2 * BLOCK, BLOCK]
    reserve(follows, 0, 5 * BLOCK + 1)
    assert follows.rows.room.tolist() == [6 * BLOCK, BLOCK]


def test_memory_is_counted_in_full() -> None:
    follows = Follows(1000, 10)
    entry = 2 + 4 + 4
    assert follows.nbytes() == 1000 * (3 * 8 + BLOCK * entry)
    assert Follows(1000, 70_000).nbytes() == 1000 * (3 * 8 + BLOCK * (entry + 2))
    reserve(follows, 0, 100)
    assert follows.nbytes() > 1000 * (3 * 8 + BLOCK * entry)

"""What a day leaves in the tables: bought followers, departures, moods, topics."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.creators.strategies import STRATEGIES
from simulation.ledger import BOUGHT, PURGE
from simulation.records import same_tables
from simulation.state import NEVER
from tests.records.world import FOLLOW, UNFOLLOW, World, happening
from tests.told import raises, tells


@pytest.fixture
def market() -> World:
    """Creator 1 buys 10 followers on day 0 and gains a real one; 4 are purged on day 1 as a real one leaves."""
    world = World()
    world.live(happening(5, 1, FOLLOW), bought={1: 10})
    world.live(happening(2, 1, UNFOLLOW), purged={1: 0.4})
    world.live()
    return world


class TestBoughtFollowers:
    """They are counted as the platform counts, and kept apart wherever users are meant."""

    def test_the_creators_books_hold_them(self, market: World) -> None:
        rows = market.result().creator_days
        rows = rows[rows["creator"] == 1].reset_index()
        assert rows["followers"].tolist() == [12, 7, 7]  # one followed before day 0
        assert rows["bought"].tolist() == [10, 6, 6]
        assert rows["gained"].tolist() == [11, 0, 0]
        assert rows["lost"].tolist() == [0, 5, 0]
        assert rows["gained_bought"].tolist() == [10, 0, 0]
        assert rows["lost_purge"].tolist() == [0, 4, 0]

    def test_the_days_of_users_do_not(self, market: World) -> None:
        daily = market.result().daily
        assert daily["follows"].tolist() == [1, 0, 0]
        assert daily["unfollows"].tolist() == [0, 1, 0]
        assert daily["follow_edges"].tolist() == [3, 2, 2]
        assert daily["bought"].tolist() == [10, 0, 0]
        assert daily["purged"].tolist() == [0, 4, 0]

    def test_they_are_no_edges_and_no_events(self, market: World) -> None:
        result = market.result()
        assert len(result.events) == 2
        assert sorted(result.follow_graph().edges) == [(0, 1), (5, 3)]
        assert result.creators["followers"].tolist() == [1, 7, 0]
        assert result.creators["bought"].tolist() == [0, 6, 0]
        held = np.bincount(result.follows["creator"], minlength=3)
        assert (held + result.creators["bought"] == result.creators["followers"]).all()

    def test_the_causes_are_in_the_account(self, market: World) -> None:
        table = market.result().causes(1)
        assert table.loc["bought", ["gained", "lost", "net"]].tolist() == [10, 0, 10]
        assert table.loc["purge", ["gained", "lost", "net"]].tolist() == [0, 4, -4]
        assert table.loc["total", ["gained", "lost", "net"]].tolist() == [11, 5, 6]
        books = market.result().ledger(1)
        assert (books["followers"].diff().dropna() == books["net"].iloc[1:]).all()

    def test_headlines_tell_users_from_nobody(self, market: World) -> None:
        found = market.result().summary()
        assert (found["follow_edges"], found["bought"], found["most_followers"]) == (2, 10, 7)
        assert (found["follows"], found["unfollows"]) == (1, 1)
        assert found["follows_per_user_day"] == 1 / 16

    def test_topics_leave_them_out(self, market: World) -> None:
        result, days = market.result(), market.result().topic_days.groupby("day")[["followers", "gained", "lost"]].sum()
        assert days["gained"].tolist() == result.daily["follows"].tolist()
        assert days["lost"].tolist() == result.daily["unfollows"].tolist()
        assert days["followers"].tolist() == result.daily["follow_edges"].tolist()

    @pytest.mark.parametrize("buffer", [0, 2**20])
    def test_they_come_back_from_parts_in_files(self, buffer: int) -> None:
        worlds = World(buffer=buffer), World()
        for world in worlds:
            world.live(bought={0: 5})
            world.live_randomly(3)
        assert same_tables(*(world.result() for world in worlds)) == []


class TestDepartures:
    """A user who leaves the platform ends every follow, and decides against nobody."""

    def world(self) -> World:
        world = World()
        world.live(happening(5, 1, FOLLOW), happening(0, 1, FOLLOW))
        world.live(
            *(happening(0, creator, UNFOLLOW, cause="departure", probability=0.002) for creator in (0, 1)),
            happening(2, 1, UNFOLLOW),
        )
        world.live()
        return world

    def test_days_count_them(self) -> None:
        daily = self.world().result().daily
        assert daily["users"].tolist() == [5, 4, 5]  # user 0 leaves on day 1, user 5 comes on day 2
        assert daily["departures"].tolist() == [0, 1, 0]
        assert daily["unfollows"].tolist() == [0, 3, 0]
        assert daily["unfollows_by_departure"].tolist() == [0, 2, 0]
        assert daily["follow_edges"].tolist() == [4, 1, 1]

    def test_creators_lose_them(self) -> None:
        rows = self.world().result().creator_days
        rows = rows[rows["day"] == 1]
        assert rows["lost_departure"].tolist() == [1, 1, 0]
        assert rows["lost"].tolist() == [1, 2, 0]

    def test_users_know_when_they_left(self) -> None:
        assert self.world().result().users["left"].tolist() == [1, -1, -1, -1, -1, -1]

    def test_the_rate_of_unfollowing_leaves_them_out(self) -> None:
        found = self.world().result().summary()
        assert (found["unfollows"], found["departures"]) == (3, 1)
        assert found["unfollows_per_tie_day"] == 1 / (2 + 4 + 1)


def test_means_are_those_of_users_present_and_of_creators_who_have_not_quit() -> None:
    world = World()
    users, creators, minds = world.state.users, world.state.creators, world.state.minds
    world.live(happening(0, 0, UNFOLLOW, cause="departure"))
    creators.away_until[:] = [5, 0, NEVER]
    world.live()
    daily = world.result().daily
    for name in ("mood", "fomo", "use"):
        column = getattr(users, name)
        assert daily[name].tolist() == [column[1:5].mean()] * 2  # user 0 is gone, user 5 comes on day 2
    for name, column in (
        ("creator_mood", minds.mood),
        ("obsession", minds.obsession),
        ("burnout", minds.burnout),
        ("authenticity", creators.authenticity),
    ):
        assert daily[name].tolist() == [column.mean(), column[:2].mean()]
    assert daily["away"].tolist() == [0, 1]
    assert daily["quit"].tolist() == [0, 1]


def test_means_of_nobody_are_nan() -> None:
    world = World()
    world.state.users.joined[:] = 3
    world.state.creators.away_until[:] = NEVER
    world.live()
    daily = world.result().daily
    assert (
        daily[["mood", "fomo", "use", "creator_mood", "obsession", "burnout", "authenticity"]].isna().to_numpy().all()
    )
    assert daily["users"].tolist() == [0]


def test_creator_days_tell_of_minds_strategies_and_topics() -> None:
    world = World()
    state = world.state
    state.creators.away_until[:] = [2, 1, NEVER]
    world.live()
    state.minds.mood[0] = -0.75
    state.minds.strategy[0] = 4
    state.posts.topics[0] = [0.1, 0.2, 0.9]
    state.creators.posted[:] = [True, False, False]
    world.live()
    result = world.result()
    rows = result.creator_days
    today = rows[rows["day"] == 1]
    for name in ("reward", "mood", "obsession", "burnout"):
        np.testing.assert_array_equal(today[name], getattr(state.minds, name).astype(np.float32))
    np.testing.assert_array_equal(today["authenticity"], state.creators.authenticity.astype(np.float32))
    assert rows["mood"].dtype == np.float32
    assert rows["strategy"].tolist() == [*STRATEGIES[:3], STRATEGIES[4], *STRATEGIES[1:3]]
    assert today["topic"].tolist() == state.posts.topics[::2].argmax(axis=1).tolist()
    assert today["topic"].tolist()[0] == 2
    assert rows["away"].tolist() == [True, True, True, True, False, True]
    assert result.daily["posts"].tolist() == [3, 1]


def test_topic_days_sum_up_the_creators_of_each_topic() -> None:
    world = World()
    state = world.state
    state.posts.topics[::2] = np.eye(3)[[2, 0, 2]]
    state.creators.posted[:] = [True, True, False]
    state.trends.heat[:] = [0.5, 1.0, 2.5]
    world.live(happening(5, 2, FOLLOW), happening(0, 0, UNFOLLOW), happening(4, 1, FOLLOW), bought={2: 7})
    rows = world.result().topic_days
    assert rows.columns.tolist() == ["day", "topic", "heat", "posts", "followers", "gained", "lost"]
    assert rows.to_numpy().tolist() == [
        [0, 0, 0.5, 1, 2, 1, 0],
        [0, 1, 1.0, 0, 0, 0, 0],
        [0, 2, 2.5, 1, 1, 1, 1],
    ]


def test_creators_at_the_end_have_minds() -> None:
    world = World()
    state = world.state
    world.live()
    state.creators.away_until[:] = [1, 0, NEVER]
    table = world.result().creators
    motives = table[["motive_validation", "motive_influence", "motive_joy"]]
    np.testing.assert_array_equal(motives, state.minds.motives)
    for name in ("expected_reward", "mood", "obsession", "burnout", "effort"):
        np.testing.assert_array_equal(table[name], getattr(state.minds, name))
    np.testing.assert_array_equal(table["authenticity_baseline"], state.minds.baseline)
    assert table["topic"].tolist() == state.creators.topics.argmax(axis=1).tolist()
    assert table["strategy"].tolist() == list(STRATEGIES[:3])
    assert table["status"].tolist() == ["hiatus", "active", "quit"]
    for name in ("set_point", "fomo_trait", "mood", "fomo", "enjoyment", "use"):
        np.testing.assert_array_equal(world.result().users[name], getattr(state.users, name))


def test_before_the_first_day_nobody_is_on_a_hiatus() -> None:
    result = World().result()
    assert set(result.creators["status"]) == {"active"}
    assert len(result.topic_days) == 0
    assert np.isnan(result.summary()["mood"])


def test_a_follow_back_on_the_day_of_an_unfollow_is_a_new_tie() -> None:
    world = World()  # user 2 follows creator 1 from before day 0
    world.live()
    world.live(happening(2, 1, UNFOLLOW), happening(2, 1, FOLLOW, cause="reciprocity", source=None))
    world.live()
    result = world.result()
    began = [dict(zip(table["user"], table["day"], strict=True))[2] for table in map(result.follows_at, (0, 1, 2))]
    assert began == [-1, 1, 1]


class TestExplanations:
    """Sentences of ties that no post began or ended."""

    def test_a_follow_back(self) -> None:
        world = World()
        world.live(
            happening(
                3, 0, FOLLOW, cause="reciprocity", source=None, probability=0.4, satisfaction=0.45,
                contributions=(-0.05, 0, 0, 0, 0, 0, 0, 0),
            )
        )  # fmt: skip
        assert tells(
            world.result().explain(3, 0).splitlines()[1],
            "Day 0: followed back 0.450 0.500 (-0.050) against shared interests (-0.050) (cause: reciprocity)",
            "probability 0.4 satisfaction 0.450",
        )

    def test_a_departure(self) -> None:
        world = World()
        world.live()
        world.live(happening(5, 0, FOLLOW))
        world.live()
        world.live(happening(5, 0, UNFOLLOW, cause="departure", source=None, probability=0.002, satisfaction=0.61))
        left, end = world.result().explain(5, 0).splitlines()[2:]
        assert tells(left, "Day 3, after 2 days left (cause: departure) Satisfaction 0.610 probability 0.002")
        assert tells(end, "day 3: not following")


class TestBooksThatDoNotBalance:
    """Bought followers out of nowhere, or into it, are caught on the day."""

    def test_bought_followers_that_nobody_bought(self) -> None:
        world = World()
        world.live()
        world.state.creators.bought[1] += 3
        with raises(AssertionError, "day 1 creator 1 bought 0 3"):
            world.live()

    def test_bought_followers_that_are_not_counted(self) -> None:
        world = World()
        world.state.creators.bought[1] += 3
        with raises(AssertionError, "2 follows -1 followers 3 bought"):
            world.live()

    @pytest.mark.parametrize(("today", "cause"), [("bought_today", BOUGHT), ("purged_today", PURGE)])
    def test_purchases_that_were_not_gained(self, today: str, cause: int) -> None:
        world = World()
        _, totals = world.apply([])
        getattr(world.state.creators, today)[2] = 4
        word = "gained" if cause == BOUGHT else "lost"
        with raises(AssertionError, f"creator 2 {word} 4 0"):
            world.recorder.record_day(world.state, world.apply([])[0], totals)

    def test_bought_followers_of_other_creators(self) -> None:
        world = World()
        world.live(bought={1: 2})
        world.state.creators.bought[:] = np.roll(world.state.creators.bought, 1)
        with raises(AssertionError, "bought"):
            world.result()

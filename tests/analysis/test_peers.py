"""What peers have in common: overlap against strangers alike, and followers against friends, by hand and at random."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from simulation.analysis.peers import alike, followers_and_friends, peer_overlap


def table(first: str, second: str, *pairs: tuple[int, int]) -> pd.DataFrame:
    return pd.DataFrame(list(pairs), columns=[first, second])


def both_ways(graph: nx.Graph[int]) -> pd.DataFrame:
    return table("user", "peer", *graph.edges, *((j, i) for i, j in graph.edges))


def test_overlap_by_hand() -> None:
    """Users 0 and 1 follow creator 0, user 2 creator 1, user 3 nobody; 0 and 1 are peers.

    They share one follow, where one of the three others is expected to share a third of one.
    """
    follows = table("user", "creator", (0, 0), (1, 0), (2, 1))
    ties = table("user", "peer", (0, 1), (1, 0))
    assert peer_overlap(follows, ties, [0, 0, 0, 0]) == pytest.approx(3.0)
    assert peer_overlap(follows, ties, [0, 0, 1, 1]) == pytest.approx(1.0)


def test_users_with_nobody_like_them_say_nothing() -> None:
    follows = table("user", "creator", (0, 0), (1, 0))
    assert np.isnan(peer_overlap(follows, table("user", "peer", (0, 0)), [0, 1]))
    assert np.isnan(peer_overlap(follows.iloc[:0], table("user", "peer", (0, 1)), [0, 0]))


def test_overlap_against_a_count_over_all_strangers() -> None:
    luck = np.random.default_rng(1)
    users, creators = 60, 20
    held = luck.random((users, creators)) < luck.random(creators)
    graph = nx.gnp_random_graph(users, 0.1, seed=2)
    group = luck.integers(0, 4, users)
    shared = expected = 0.0
    for i, j in [*graph.edges, *((j, i) for i, j in graph.edges)]:
        strangers = [k for k in range(users) if k != i and group[k] == group[j]]
        shared += (held[i] & held[j]).sum()
        expected += np.mean([(held[i] & held[k]).sum() for k in strangers])
    follows = table("user", "creator", *map(tuple, np.argwhere(held).tolist()))
    assert peer_overlap(follows, both_ways(graph), group) == pytest.approx(shared / expected)


def test_ties_at_random_share_what_strangers_share() -> None:
    """About 4,000 ties, each with some two follows shared by chance: within .05 in all but one of a thousand draws."""
    luck = np.random.default_rng(3)
    held = luck.random((800, 50)) < 0.2
    follows = table("user", "creator", *map(tuple, np.argwhere(held).tolist()))
    ties = both_ways(nx.gnm_random_graph(800, 4000, seed=4))
    assert peer_overlap(follows, ties, alike(follows, 800)) == pytest.approx(1.0, abs=0.05)


def test_alike_are_those_who_follow_about_as_many_in_one_segment() -> None:
    follows = table(
        "user", "creator", *((user, creator) for user, count in enumerate((4, 7, 8, 4)) for creator in range(count))
    )
    groups = alike(follows, 6, [0, 0, 0, 1, 0, 0])
    assert groups[0] == groups[1]
    assert len({int(groups[user]) for user in (0, 2, 3, 4)}) == 4
    assert groups[4] == groups[5]


def test_followers_rise_with_friends() -> None:
    star = both_ways(nx.Graph([(0, 1), (0, 2), (0, 3), (1, 2)]))
    creators = pd.DataFrame({"user": [0, 1, 3], "followers": [9, 5, 2]})
    assert followers_and_friends(creators, star) == pytest.approx(1.0)
    assert followers_and_friends(creators.assign(followers=[2, 5, 9]), star) == pytest.approx(-1.0)
    assert np.isnan(followers_and_friends(creators.iloc[:0], star))

"""What peers have in common in a world at rest, and what becomes of it where the social graph is rewired."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd

from benchmarks.validation.data import data_file
from benchmarks.validation.effects import draw_effects
from benchmarks.validation.rest_worlds import at_rest, seeds_of, users_of
from benchmarks.validation.target import Band, Effort, Evidence, Target
from simulation.analysis.market import rank_correlation, rank_correlation_interval
from simulation.analysis.peers import alike, peer_overlap
from simulation.graph_files import read_graph
from simulation.model import FollowerModel
from simulation.social_graph import SocialGraph

SWAPS = 10
"""Swaps of ends for each tie that is rewired."""
GRAPHS = ("ENGB", "DE", "PTBR")
GOAL, MUSAE = "goal of the project", "MUSAE (Rozemberczki, Allen and Sarkar 2019)"
LOW, HIGH = 0.49, 0.60
"""Rank correlations of views and friends on Twitch's graphs lie between these."""
ACQUAINTED = "one chance to follow an acquaintance (.3) is too small for some graphs and too large for others"


def ties_of(model: FollowerModel) -> pd.DataFrame:
    """Peers of each user, a row for each."""
    peers = model.state.peers
    users = np.repeat(np.arange(peers.start.size - 1), np.diff(peers.start))
    return pd.DataFrame({"user": users, "peer": peers.peer.astype(np.int64)})


def shared(model: FollowerModel) -> float:
    """Follows that peers share, as a multiple of what strangers of one segment who follow about as many do."""
    follows, users = model.result().follows[["user", "creator"]], model.state.users
    return peer_overlap(follows, ties_of(model), alike(follows, users.segment.size, users.segment))


def shared_without(model: FollowerModel, ties: pd.DataFrame) -> float:
    """The same of people who are peers elsewhere, by ``ties``, against strangers who are as alike: of one community."""
    follows, users = model.result().follows[["user", "creator"]], model.state.users
    return peer_overlap(follows, ties, alike(follows, users.segment.size, users.community))


def rewired(model: FollowerModel, seed: int) -> SocialGraph:
    """Its social graph with ends of ties swapped at random; everybody keeps number of peers, community and segment."""
    graph = model.scenario.graph().to_networkx()
    ties = graph.number_of_edges()
    nx.double_edge_swap(graph, SWAPS * ties, max_tries=100 * SWAPS * ties, seed=seed)
    for trait in ("community", "segment"):
        values = getattr(model.state.users, trait).tolist()
        nx.set_node_attributes(graph, dict(zip(graph, values, strict=True)), trait)
    return SocialGraph.from_networkx(graph)


def _twitch(folder: Path | None, name: str) -> SocialGraph:
    edges, nodes = (data_file(folder, f"twitch/{name}_{part}.csv") for part in ("edges", "target"))
    assert edges is not None  # the target is skipped without its data
    return read_graph(edges, nodes=nodes)


def _known(graph: SocialGraph) -> float:
    """Rank correlation of views and friends on Twitch."""
    return rank_correlation(np.asarray(graph.node_attributes["views"], dtype=np.float64), graph.degree())


def _measure(effort: Effort) -> Evidence:
    """Worlds of the preset `living` at rest. Creators whom two peers both follow are counted, and compared with a peer
    and a random other user of the peer's segment who follows about as many (to the nearest power of two). In another
    world every tie of the social graph is rewired before the burn-in, with everybody's number of peers, community and
    segment kept. What makes peers follow alike is being alike and being tied. So the same pairs are looked at there,
    who are no peers any more: against strangers as alike as they, of the same community. The new peers come to follow
    alike in their turn, since posts are shared along the new ties; how much, in these worlds, is what ties do alone.
    And the friendship graphs of Twitch's English, German and Portuguese speaking streamers as social
    graph, one world each: rank correlation of followers with friends, and its interval over creators. Twitch's files
    hold no followers: given beside it is the correlation of views with friends there.
    """
    rows, users = [], users_of(effort)
    for seed in seeds_of(effort):
        model = at_rest(users, seed)
        other = at_rest(users, seed, graph=rewired(model, seed))
        former = shared_without(other, ties_of(model))
        rows.append({"seed": seed, "peers": shared(model), "former": former, "rewired": shared(other)})
    table = pd.DataFrame(rows)
    bands = [
        Band("peers: follows shared", low=1.5, unit="times strangers'", source=GOAL, fitted=True),
        Band(
            "former peers: follows shared, rewired",
            low=0.9,
            high=1.1,
            unit="times strangers'",
            source=GOAL,
            fitted=False,
        ),
        Band("new peers: follows shared, rewired", low=1.0, unit="times strangers'", source=GOAL, fitted=False),
    ]
    found = [
        band.measured(table[name].tolist()) for band, name in zip(bands, ("peers", "former", "rewired"), strict=True)
    ]
    for name in GRAPHS[-1:] if effort.quick else GRAPHS:
        graph = _twitch(effort.data, name)
        band = Band(
            f"followers and friends: {name}", low=LOW, high=HIGH, unit="rank correlation", source=MUSAE, fitted=True
        )
        band = replace(band, missed=ACQUAINTED)
        creators = at_rest(graph.users, 0, graph=graph).state.creators
        within = rank_correlation_interval(creators.followers, graph.degree()[creators.user])
        found.append(replace(band, given=_known(graph), found=within, seeds=1))
    return Evidence(tuple(found), {"seeds": table})


PEERS = Target(
    name="rest_peers",
    title="At rest: peers follow alike, and friends are followers",
    kind="field",
    source=f"goal of the project; {MUSAE}",
    measure=_measure,
    figure=draw_effects,
    needs=tuple(f"twitch/{name}_{part}.csv" for name in GRAPHS for part in ("edges", "target")),
)
"""What peers have in common."""

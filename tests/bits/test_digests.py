"""The canonical runs, compared with the digests that every machine must give: bit for bit, always, here too."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from simulation import FollowerModel, read_graph
from tests.bits.canonical import RUNS, STORED, Digests, Run, digests_of
from tests.engines.eventful import EVENTFUL, PLAN, SEED

EXPECTED: dict[str, Digests] = json.loads(STORED.read_text(encoding="utf-8"))
TWITCH = Path(os.environ.get("FOLLOWER_DATA", Path(__file__).parents[3] / "shared/data")) / "twitch"
TWITCH_STATE = "a565b06e32fa77aa7186cdc27d4b067e58d830c0e492b21cebb0e2189322791b"
"""Digest of the state after twenty days on the friendships of Portuguese Twitch (Rozemberczki et al. 2021)."""


def test_every_canonical_run_has_its_digests() -> None:
    assert list(EXPECTED) == list(RUNS)
    assert all(len(found) > 15 for found in EXPECTED.values())
    assert len({found["state"] for found in EXPECTED.values()}) == len(RUNS)


@pytest.mark.parametrize("name", RUNS)
def test_a_canonical_run_is_the_same_on_every_machine(name: str) -> None:
    assert digests_of(RUNS[name]) == EXPECTED[name]


def test_a_real_social_graph() -> None:
    if not TWITCH.is_dir():
        pytest.skip("the Twitch graphs are not here: they are no part of the repository")
    graph = read_graph(TWITCH / "PTBR_edges.csv", nodes=TWITCH / "PTBR_target.csv")
    run = Run(lambda: FollowerModel(social_graph=graph, preset="tiktok", seed=5, threads=2), 20)
    assert digests_of(run)["state"] == TWITCH_STATE


def test_agents_give_the_same_digests() -> None:
    """The first days of the eventful world, by the other engine; agents are slow."""
    first, second = (
        digests_of(Run(lambda engine=engine: FollowerModel(EVENTFUL, seed=SEED, interventions=PLAN, engine=engine), 6))  # type: ignore[misc]
        for engine in ("compiled", "mesa")
    )
    assert first == second

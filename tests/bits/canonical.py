"""Canonical runs, and digests of all that they leave: what every machine must give, bit for bit.

``python -m tests.bits.canonical`` prints the digests of this machine as JSON; ``--write`` makes them the ones that
tests compare with, after a change that is meant to change histories.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
import pyarrow as pa

from simulation import FollowerModel
from simulation.analysis.headline import HEADLINE
from simulation.records.state_arrays import state_arrays
from tests.engines.eventful import DAYS, EVENTFUL, PLAN, SEED

STORED = Path(__file__).parent / "digests.json"
THREADS = int(os.environ.get("CANONICAL_THREADS", "1"))
Digests = dict[str, str]


class Run(NamedTuple):
    """A canonical run: how its model is made, and for how many days it is run."""

    model: Callable[[], FollowerModel]
    days: int


def _of_preset(name: str) -> FollowerModel:
    return FollowerModel({"population.users": 400}, preset=name, seed=11, threads=THREADS, record="events")


def _arriving() -> FollowerModel:
    """Users arrive over time, and the first of them follow already; minds are off."""
    arriving = {
        "population.users": 500,
        "population.arrivals_per_day": 5,
        "population.present_at_start": 200,
        "population.initial_follows": 10.0,
        "creators.minds": "off",
    }
    return FollowerModel(arriving, seed=4, threads=THREADS)


def _reconsidering() -> FollowerModel:
    """Every follow is reconsidered every day, and a session shows nobody twice; seed and luck differ."""
    reconsidering = {
        "population.users": 300,
        "leaving.reconsider": "all",
        "feed.distinct": True,
        "feed.hide_follower_counts": True,
    }
    return FollowerModel(reconsidering, seed=5, luck=2**64 - 1, threads=THREADS)


def _eventful() -> FollowerModel:
    return FollowerModel(EVENTFUL, seed=SEED, threads=THREADS, interventions=PLAN, record="events")


def _karate() -> FollowerModel:
    """Friendships of a karate club as W. W. Zachary saw them (J. Anthropological Research 33, 1977)."""
    graph = nx.karate_club_graph()
    return FollowerModel(social_graph=graph, preset="instagram", seed=12, luck=3, threads=THREADS, record="events")


PRESETS = ("default", "tiktok", "instagram", "short_video", "chronological", "random", "first_model")
RUNS: dict[str, Run] = {
    **{name: Run(lambda name=name: _of_preset(name), 60) for name in PRESETS},  # type: ignore[misc]
    "eventful": Run(_eventful, DAYS),
    "arriving": Run(_arriving, 60),
    "reconsidering": Run(_reconsidering, 60),
    "karate": Run(_karate, 90),
}


def digests_of(run: Run) -> Digests:
    """SHA-256 of each table's whole numbers and words, of its floats, of the final state, and of headline numbers."""
    model = run.model()
    model.run_for(run.days)
    result = model.result()
    found: Digests = {}
    for name, table in result.tables.items():
        columns = next(iter(table.pieces())).column_names
        read = {column: table.read([column])[column] for column in columns}
        floats = [column for column in columns if pa.types.is_floating(read[column].type)]
        found[f"{name}, words"] = _digest(_words(read[column]) for column in columns if column not in floats)
        if floats:
            found[f"{name}, floats"] = _digest(_bits(read[column].to_numpy()) for column in floats)
    state = state_arrays(model.state)
    found["state"] = _digest(_bits(state[name]) for name in sorted(state))
    found["headline"] = _digest(_bits(np.array([measure(result)])) for measure in HEADLINE.values())
    return found


def _words(column: Any) -> bytes:
    plain = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
    return json.dumps(plain.to_pylist()).encode()


def _bits(array: Any) -> bytes:
    """Little-endian bytes; every NaN alike, since no rule tells one from another."""
    plain = np.ascontiguousarray(array)
    if plain.dtype.kind == "f":
        plain = np.where(np.isnan(plain), np.array(np.nan, plain.dtype), plain)
    return plain.astype(plain.dtype.newbyteorder("<")).tobytes()


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def main(arguments: list[str]) -> None:
    found = {name: digests_of(run) for name, run in RUNS.items()}
    text = json.dumps(found, indent=1) + "\n"
    if "--write" in arguments:
        STORED.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


if __name__ == "__main__":
    main(sys.argv[1:])

"""With ``creators.minds = "off"`` the model is the one it was before creators had minds, bit for bit.

The digests were made by that model, whose rules of watching, following, leaving and posting are still in force, on
Linux on x86-64 with glibc. Days, users, creators and words come out the same everywhere. The floating-point columns
do too where exponentials and logarithms round alike, so those digests are compared on that platform only.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from typing import Any, NamedTuple

import numpy as np
import pytest

from simulation.model import FollowerModel

DAYS = 60
SAME_ROUNDING = sys.platform == "linux" and platform.machine() == "x86_64" and platform.libc_ver()[0] == "glibc"


class Golden(NamedTuple):
    """A run of the first model and what came out of it."""

    values: dict[str, object]
    options: dict[str, Any]
    events: int
    words: str
    """SHA-256 of day, user, creator, kind, source and cause of every event."""
    floats: str
    """SHA-256 of the other columns, and of interests, aspiration, consistency and momentum at the end."""


CASES = {
    "defaults": Golden(
        {"population.users": 600},
        {"seed": 1},
        3401,
        "b51f2d667d09b044102086d884b67b9db9e1a8bc33943f80a4a53d6e9b6c2de2",
        "eca5017d7627370dd46583e0441005f6890711e6c8e2fe8a69dfafcf49da8480",
    ),
    "another seed": Golden(
        {"population.users": 400, "population.creators": 50},
        {"seed": 2, "luck": 5},
        2279,
        "1dcb72af11491fdb19099f71e4020aa0aaf6e6a602c42d7f4c611e7459ee8d98",
        "7977b01be12efe7d1825f75e0f270cd1f589d439c15fd1b5939e63eb4af9a848",
    ),
    "instagram": Golden(
        {"population.users": 500},
        {"preset": "instagram", "seed": 3},
        2178,
        "307ea10f16d2f2aba6a0fa8bf492971355c1c98f6039b6cc0b36f22e328ffcb8",
        "4a98b570dac7b1698d954da3c3f07806929861e8ac4cb1a51435d865d52153b5",
    ),
    "arrivals": Golden(
        {
            "population.users": 500,
            "population.arrivals_per_day": 5,
            "population.present_at_start": 200,
            "population.initial_follows": 10.0,
        },
        {"seed": 4},
        2300,
        "90df821cf1c0389c42b0e6e07bb43a88a2d2701c411ad0fffabb0efe37afd693",
        "85c091c0314997db5e0ddf37ca2c6994a67ec1236efd7d5b85aa5d2b26769840",
    ),
    "reconsider all, distinct": Golden(
        {
            "population.users": 300,
            "leaving.reconsider": "all",
            "feed.distinct": True,
            "feed.hide_follower_counts": True,
        },
        {"seed": 5},
        1921,
        "0ed670d42efaa9cbe486d91b8dc47b5f5c5da5e64beb7c962ce82091cdd9e563",
        "6c30879e128f41f1d91e03eb1a3c9c14b3967c6892b21d574ff3fd0d188ba545",
    ),
}


def digest_of_words(events: Any) -> str:
    """Digest of what an event is about, in the order of events."""
    digest = hashlib.sha256()
    for column in ("day", "user", "creator"):
        digest.update(events[column].to_numpy().astype("<i8").tobytes())
    for column in ("kind", "source", "cause"):
        digest.update(",".join(events[column].astype(str)).encode())
    return digest.hexdigest()


def digest_of_floats(events: Any, model: FollowerModel) -> str:
    """Digest of every number that rounding has a part in."""
    digest = hashlib.sha256()
    for column in events.columns:
        if events[column].dtype == float:
            digest.update(events[column].to_numpy().astype("<f8").tobytes())
    users, creators = model.state.users, model.state.creators
    for array in (users.interests, users.aspiration, creators.consistency, creators.momentum):
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


@pytest.mark.parametrize("golden", CASES.values(), ids=CASES)
def test_without_minds_the_model_is_the_first_one_bit_for_bit(golden: Golden) -> None:
    model = FollowerModel({**golden.values, "creators.minds": "off"}, threads=1, **golden.options)
    model.run_for(DAYS)
    events = model.result().events
    assert len(events) == golden.events
    assert digest_of_words(events) == golden.words
    if SAME_ROUNDING:
        assert digest_of_floats(events, model) == golden.floats


def test_with_minds_it_is_another() -> None:
    golden = CASES["defaults"]
    model = FollowerModel(golden.values, threads=1, **golden.options)
    model.run_for(DAYS)
    assert digest_of_words(model.result().events) != golden.words


def test_agents_live_the_first_model_too() -> None:
    """On the first days of the smallest case: agents are slow."""
    golden = CASES["reconsider all, distinct"]
    values = {**golden.values, "creators.minds": "off"}
    digests = []
    for engine in ("compiled", "mesa"):
        model = FollowerModel(values, threads=1, engine=engine, **golden.options)
        model.run_for(4)
        events = model.result().events
        assert len(events) > 50
        digests.append((digest_of_words(events), digest_of_floats(events, model)))
    assert digests[0] == digests[1]

"""The compiled engine's own source, run line by line by Python, agrees with what the compiler made of it."""

import os
import subprocess
import sys
from pathlib import Path

from simulation.creators.strategies import STRATEGIES
from simulation.ledger import STRUCTURAL_CAUSES
from tests.engines.eventful import DAYS, EVENTFUL, PLAN, SEED
from tests.engines.happenings import watched
from tests.engines.histories import digest

RECONSIDERING: dict[str, object] = {
    "population.users": 40,
    "population.creators": 9,
    "population.initial_follows": 3.0,
    "feed.distinct": True,
    "leaving.base_hazard": 0.02,
    "leaving.reconsider": "all",
    "leaving.tidy_probability": 1.0,
    "users.attention_median": 3.0,
}


def both() -> list[str]:
    """Two worlds as digests, and what happened in them."""
    eventful = watched(DAYS, EVENTFUL, seed=SEED, threads=1, interventions=PLAN)
    reconsidering = watched(6, RECONSIDERING, seed=11, threads=1)
    assert sum(events.user.size for events in reconsidering.days) > 0
    return [digest(eventful), digest(reconsidering), *sorted(eventful.happened | reconsidering.happened)]


def test_interpreted_loops_have_the_same_history() -> None:
    compiled = both()
    assert set(compiled) >= {f"a post by strategy {name}" for name in STRATEGIES}
    assert set(compiled) >= {
        cause for cause in STRUCTURAL_CAUSES if cause not in {"rule", "bought", "purge", "acquaintance"}
    }
    interpreted = subprocess.run(
        [
            sys.executable,
            "-W",
            "ignore",
            "-c",
            "from tests.engines.test_interpreted import both; print(*both(), sep='\\n')",
        ],
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert interpreted.splitlines() == compiled

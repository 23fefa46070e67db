"""What minds cost: ``python -m benchmarks.minds USERS THREADS ROUNDS`` is what is timed.

Two models of the same population run in one process: the defaults, and the same with ``creators.minds = "off"``, which
is the model as it was before creators had minds, trends, follow-backs and well-being. They take turns, a block of days
each, and take turns in going first, so that whatever disturbs the machine hits both.
"""

import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.summary import spread

SEED = 1
WARM_UP_DAYS = 14
"""Two weekly plans of every creator, so that all strategies are in use."""
BLOCK_USER_DAYS = 350_000
"""In a block at least: some tenths of a second."""
WEEK = 7
SETTINGS = ("off", "on")
"""Values of ``creators.minds``, the second of which is the default."""


def block_days(users: int) -> int:
    """Days of a block: whole weeks."""
    return WEEK * -(-BLOCK_USER_DAYS // (WEEK * users))


def minds_cost(users: int, threads: int, rounds: int, environment: Mapping[str, str]) -> dict[str, Any]:
    """Cost of a user-day without minds and with them, and how many times as much the second is, paired by round.

    ``times_per_view`` is the same for a post shown, since with minds somewhat fewer are.

    Raises
    ------
    RuntimeError
        If the process that is timed fails; what it had to say has gone to standard error.
    """
    command = [sys.executable, "-m", "benchmarks.minds", str(users), str(threads), str(rounds)]
    done = subprocess.run(command, env=dict(environment), stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"what minds cost {users:,} users: its process ended with code {done.returncode}")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def summed_up(
    users: int, creators: int, threads: int, blocks: Mapping[str, Sequence[Mapping[str, float]]]
) -> dict[str, Any]:
    """The answer from the timed blocks of both settings, each with its ``seconds`` and ``views``."""
    days = block_days(users)
    user_days, rounds = users * days, len(blocks["on"])
    pairs = list(zip(blocks["off"], blocks["on"], strict=True))
    return {
        "label": "1 thread" if threads == 1 else f"{threads} threads",
        "users": users,
        "creators": creators,
        "threads": threads,
        "first_day": WARM_UP_DAYS,
        "last_day": WARM_UP_DAYS + days * rounds - 1,
        "us_per_user_day": {name: spread([1e6 * b["seconds"] / user_days for b in blocks[name]]) for name in SETTINGS},
        "views_per_user_day": {name: sum(b["views"] for b in blocks[name]) / (user_days * rounds) for name in SETTINGS},
        "times": spread([on["seconds"] / off["seconds"] for off, on in pairs]),
        "times_per_view": spread([on["seconds"] / on["views"] / (off["seconds"] / off["views"]) for off, on in pairs]),
    }


def _run(users: int, threads: int, rounds: int) -> None:
    from simulation.model import FollowerModel

    models = {
        setting: FollowerModel({"population.users": users, "creators.minds": setting}, seed=SEED, threads=threads)
        for setting in SETTINGS
    }
    for model in models.values():
        model.run_for(WARM_UP_DAYS)
    blocks: dict[str, list[dict[str, float]]] = {setting: [] for setting in SETTINGS}
    for number in range(rounds):
        for setting in SETTINGS if number % 2 == 0 else reversed(SETTINGS):
            model = models[setting]
            before, began = int(model.state.creators.total_views.sum()), time.perf_counter()
            model.run_for(block_days(users))
            seconds = time.perf_counter() - began
            blocks[setting].append({"seconds": seconds, "views": int(model.state.creators.total_views.sum()) - before})
    creators = models["on"].state.creators.user.size
    print(json.dumps(summed_up(users, creators, threads, blocks)))


if __name__ == "__main__":
    _run(*map(int, sys.argv[1:4]))

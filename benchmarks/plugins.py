"""What a plug-in costs: ``python -m benchmarks.plugins [USERS [ROUNDS]]``.

Models of one population run in one process, one with the built-in rules alone, the others each with one plug-in: rules
that decide as the built-in ones do, a factor in the place of consistency, one more strategy, and a rule that reads what
users remember, which no built-in rule does. They take turns, a block of days each, so that whatever disturbs the
machine hits all of them.
"""

import sys
import time
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from simulation import FACTORS, Factor, FollowerModel, FollowRule, LikeRule, Strategy, UnfollowRule, WatchRule, week
from simulation.analysis.wording import aligned
from simulation.factors.base import Encounter

SEED, WARM_UP_DAYS, BLOCK_USER_DAYS = 1, 14, 100_000
BUILT_IN, REMEMBERING = "built in", "rule that remembers"
MOST = 1.3
"""What a plug-in may cost, as a multiple of the rule it replaces."""


def after_three_sightings(encounter: Encounter, choice: Any, p: Any) -> float:
    """Complex contagion: a rule that reads what a user remembers."""
    return choice.chance if encounter.seen_lately >= 2 else 0.0


STEADY = Factor("steady", lambda met, p: met.consistency)
CASES: dict[str, dict[str, Any]] = {
    BUILT_IN: {},
    "like rule": {"plugins": [LikeRule("liked", lambda met, choice, p: choice.chance)]},
    "follow rule": {"plugins": [FollowRule("followed", lambda met, choice, p: choice.chance)]},
    "unfollow rule": {"plugins": [UnfollowRule("left", lambda met, choice, p: choice.chance)]},
    "watch rule": {"plugins": [WatchRule("opened", lambda opening, p: opening.chance)]},
    "factor": {"factors": [STEADY if factor.name == "consistency" else factor for factor in FACTORS]},
    "strategy": {"plugins": [Strategy("craft", lambda me, p: week(pace=0.5, polish=0.2))]},
    REMEMBERING: {"plugins": [FollowRule("contagion", after_three_sightings)]},
}
"""Arguments of a model by what is plugged in."""


def seconds_by_case(users: int, rounds: int, cases: Mapping[str, Mapping[str, Any]]) -> dict[str, list[float]]:
    """Seconds of each round's block of days, by case."""
    models = {
        name: FollowerModel({"population.users": users}, seed=SEED, threads=1, record="daily", **arguments)
        for name, arguments in cases.items()
    }
    for model in models.values():
        model.run_for(WARM_UP_DAYS)
    days = -(-BLOCK_USER_DAYS // users)
    found: dict[str, list[float]] = {name: [] for name in models}
    for _ in range(rounds):
        for name, model in models.items():
            began = time.perf_counter()
            model.run_for(days)
            found[name].append(time.perf_counter() - began)
    return found


def rows_of(seconds: Mapping[str, Sequence[float]]) -> list[list[str]]:
    """What is plugged in, what a day costs as a multiple of the built-in rules', and whether that is little enough."""
    rows = []
    for name, given in seconds.items():
        times = [one / base for one, base in zip(given, seconds[BUILT_IN], strict=True)]
        verdict = "" if name in {BUILT_IN, REMEMBERING} else "met" if median(times) <= MOST else "missed"
        rows.append([name, f"{median(times):.2f}", f"{min(times):.2f}", f"{max(times):.2f}", verdict])
    return rows


def main(users: int = 20_000, rounds: int = 9) -> None:
    """Measure, and print the table."""
    print(f"{users:,} users, one thread, {rounds} rounds: a simulated day, as a multiple of the built-in rules'\n")
    head = ["plugged in", "times", "from", "to", f"at most {MOST}"]
    print(aligned(head, rows_of(seconds_by_case(users, rounds, CASES))))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))

"""From blocks to medians, from medians to ratios, from ratios to what must be reached."""

from collections.abc import Sequence
from statistics import median
from typing import Any

from benchmarks.competitors import FIRST, LIVING, Entry

SPEED_UP_USERS = (10_000, 100_000)
SPEED_UP = 100.0
GROWTH_FROM, GROWTH_TO, GROWTH = 10_000, 1_000_000, 2.5
MEMORY_USERS, MEMORY_BYTES = 1_000_000, 4e9
FIRST_RESULT_S = 6.0
MINDS = 1.5
LIVING_USERS, LIVING_COST, LIVING_MEMORY = 100_000, 2.0, 1.5
"""What the living world may cost a user-day, and hold of a user, as multiples of the first edition."""


def spread(values: Sequence[float]) -> dict[str, Any]:
    """Median, lowest, highest, and all values in the order of measuring."""
    return {"median": median(values), "low": min(values), "high": max(values), "values": list(values)}


def row(entry: Entry, setup: dict[str, Any], blocks: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """All about one competitor at one size, from its timed blocks."""
    user_days = entry.users * entry.replicas * entry.block_days
    everybody = entry.users * entry.replicas
    last, days = blocks[-1], entry.block_days * len(blocks)
    total = {name: sum(block[name] for block in blocks) for name in ("exposures", "likes", "follows", "unfollows")}
    state, peak, imported = last["state_bytes"], last["peak_bytes"], setup["imported_bytes"]
    return {
        "competitor": entry.competitor,
        "label": entry.label,
        "world": entry.world,
        "users": entry.users,
        "creators": entry.creators,
        "threads": entry.threads,
        "replicas": entry.replicas,
        "first_day": entry.warm_up_days,
        "last_day": entry.warm_up_days + days - 1,
        "user_days_per_s": spread([user_days / block["seconds"] for block in blocks]),
        "decisions_per_s": spread([block["exposures"] / block["seconds"] for block in blocks]),
        "us_per_user_day": spread([1e6 * block["seconds"] / user_days for block in blocks]),
        "cpu_us_per_user_day": spread([1e6 * block["cpu_seconds"] / user_days for block in blocks]),
        "state_bytes_per_user": None if state is None else state / everybody,
        "resident_bytes_per_user": None if peak is None or imported is None else (peak - imported) / everybody,
        "peak_bytes": peak,
        "setup_s": setup["setup_s"],
        "exposures_per_user_day": total["exposures"] / (everybody * days),
        "likes_per_exposure": total["likes"] / max(1, total["exposures"]),
        "follows_per_user_day": total["follows"] / (everybody * days),
        "unfollows_per_user_day": total["unfollows"] / (everybody * days),
    }


def ratios(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """How many times faster than the student's model, by size; how cost grows with size; the living world's cost.

    Rounds are paired: a ratio is taken within each round, then the median. At a size too big for the student's model
    its cost at its own largest size stands in (``student_users`` says which).
    """
    first = {run["users"]: run for run in runs if run["world"] == FIRST}
    compiled = [run for run in runs if run["competitor"] == "compiled" and run["world"] == LIVING]
    students = {run["users"]: run for run in runs if run["competitor"] == "student"}
    mesa = {run["users"]: run for run in runs if run["competitor"] == "mesa"}
    speed_up = []
    for run in [*compiled, *mesa.values()] if students else []:
        users = run["users"] if run["users"] in students else max(students)
        student, own = students[users]["us_per_user_day"], run["us_per_user_day"]
        paired = [theirs / ours for theirs, ours in zip(student["values"], own["values"], strict=False)]
        speed_up.append(
            {
                "label": run["label"],
                "competitor": run["competitor"],
                "threads": run["threads"],
                "users": run["users"],
                "student_users": users,
                "times": spread(paired),
            }
        )
    growth = [growth for run in compiled if (growth := _growth(run, compiled))]
    single = [run for run in compiled if run["threads"] == 1 and run["users"] in first]
    return {"speed_up": speed_up, "growth": growth, "living": [_living(run, first[run["users"]]) for run in single]}


def _living(run: dict[str, Any], first: dict[str, Any]) -> dict[str, Any]:
    """What a user-day costs in the living world, and a user's state holds, beside the first edition's."""
    own, theirs = run["us_per_user_day"], first["us_per_user_day"]
    return {
        "users": run["users"],
        "us_per_user_day": {LIVING: own, FIRST: theirs},
        "times": spread([ours / before for ours, before in zip(own["values"], theirs["values"], strict=False)]),
        "bytes_per_user": {LIVING: run["state_bytes_per_user"], FIRST: first["state_bytes_per_user"]},
        "times_bytes": run["state_bytes_per_user"] / first["state_bytes_per_user"],
    }


def _growth(run: dict[str, Any], compiled: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """Cost per user-day of a run relative to the run of as many threads at 10,000 users; None for smaller ones."""
    base = [r for r in compiled if r["threads"] == run["threads"] and r["users"] == GROWTH_FROM]
    if not base or run["users"] <= GROWTH_FROM:
        return None
    values = zip(run["us_per_user_day"]["values"], base[0]["us_per_user_day"]["values"], strict=False)
    return {
        "label": run["label"],
        "threads": run["threads"],
        "users": run["users"],
        "relative_to_users": GROWTH_FROM,
        "times": spread([big / small for big, small in values]),
    }


def verdicts(result: dict[str, Any]) -> list[dict[str, Any]]:
    """Targets compared with what was reached; only what this run has measured."""
    threads = max(run["threads"] for run in result["runs"])
    found: list[dict[str, Any]] = []

    def verdict(name: str, value: float, target: float, unit: str, at_least: bool) -> None:
        met = value >= target if at_least else value <= target
        found.append({"name": name, "value": value, "target": target, "at_least": at_least, "unit": unit, "met": met})

    for ratio in result["speed_up"]:
        fair = ratio["users"] == ratio["student_users"] and ratio["users"] in SPEED_UP_USERS
        if fair and ratio["competitor"] == "compiled":
            name = f"user-days a second at {ratio['users']:,} users, {ratio['label']}, times the student's model"
            verdict(name, ratio["times"]["median"], SPEED_UP, "times", at_least=True)
    for growth in result["growth"]:
        if growth["users"] == GROWTH_TO and growth["threads"] == threads:
            name = f"cost of a user-day at {GROWTH_TO:,} users, relative to {GROWTH_FROM:,}"
            verdict(name, growth["times"]["median"], GROWTH, "times", at_least=False)
    for living in result["living"]:
        if living["users"] == LIVING_USERS:
            name = f"of a user{{}} in the living world, times the first edition's, {living['users']:,} users"
            verdict("cost " + name.format("-day"), living["times"]["median"], LIVING_COST, "times", at_least=False)
            verdict("memory " + name.format(""), living["times_bytes"], LIVING_MEMORY, "times", at_least=False)
    memory = result["memory"]
    if memory["users"] == MEMORY_USERS and memory["peak_bytes"] is not None:
        name = f"peak memory of {memory['users']:,} users with {memory['mean_follows']:g} follows each"
        verdict(name, memory["peak_bytes"] / 1e9, MEMORY_BYTES / 1e9, "GB", at_least=False)
    for cost in result["minds"]:
        name = f"cost of a user-day with minds, times one without, {cost['users']:,} users, {cost['label']}"
        verdict(name, cost["times"]["median"], MINDS, "times", at_least=False)
    start = result["start"]
    name = f"first result in a fresh process, {start['users']:,} users, {start['days']} days"
    verdict(name, start["first_result_s"]["median"], FIRST_RESULT_S, "s", at_least=False)
    return found

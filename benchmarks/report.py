"""The result as text for the terminal."""

from collections.abc import Sequence
from typing import Any

from benchmarks.competitors import FIRST, LIVING


def tables(result: dict[str, Any]) -> str:
    """Speed and memory by competitor and size, speed-ups, start, and what must be reached."""
    machine, start = result["machine"], result["start"]
    parts = [
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB, Python {machine['python']}",
        _table(
            ("competitor", "users", "user-days/s", "decisions/s", "µs/user-day", "spread", "B/user", "peak MB"),
            _speed(result),
        ),
        _table(("against the student's model", "users", "times faster", "spread"), _speed_up(result)),
        _table(
            ("the living world", "users", "µs/user-day first", "living", "times", "B/user first", "living", "times"),
            _living(result),
        ),
        _table(
            ("what minds cost", "users", "µs/user-day off", "on", "times", "spread", "times a post"), _minds(result)
        ),
        "\n".join([*_start(start), _memory(result["memory"])]),
    ]
    if result["growth"]:
        parts.append(_table(("cost of a user-day", "users", "relative to", "times"), _growth(result)))
    parts.append(_table(("what must be reached", "measured", "target", ""), _verdicts(result)))
    return "\n\n".join(parts)


def _speed(result: dict[str, Any]) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for run in result["runs"]:
        cost, state, peak = run["us_per_user_day"], run["state_bytes_per_user"], run["peak_bytes"]
        memory = run["resident_bytes_per_user"] if state is None else state
        rows.append(
            (
                run["label"],
                f"{run['users']:,}",
                f"{run['user_days_per_s']['median']:,.0f}",
                f"{run['decisions_per_s']['median']:,.0f}",
                f"{cost['median']:.3g}",
                f"{cost['low']:.3g} - {cost['high']:.3g}",
                "-" if memory is None else f"{memory:,.0f}",
                "-" if peak is None else f"{peak / 1e6:,.0f}",
            )
        )
    return rows


def _speed_up(result: dict[str, Any]) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for ratio in result["speed_up"]:
        times = ratio["times"]
        note = "" if ratio["users"] == ratio["student_users"] else f" (student at {ratio['student_users']:,})"
        spread = f"{times['low']:,.3g} - {times['high']:,.3g}{note}"
        rows.append((ratio["label"], f"{ratio['users']:,}", f"{times['median']:,.3g}", spread))
    return rows


def _living(result: dict[str, Any]) -> list[Sequence[str]]:
    return [
        (
            "compiled, 1 thread",
            f"{living['users']:,}",
            *(f"{living['us_per_user_day'][world]['median']:.3g}" for world in (FIRST, LIVING)),
            f"{living['times']['median']:.2f}",
            *(f"{living['bytes_per_user'][world]:,.0f}" for world in (FIRST, LIVING)),
            f"{living['times_bytes']:.2f}",
        )
        for living in result["living"]
    ]


def _minds(result: dict[str, Any]) -> list[Sequence[str]]:
    return [
        (
            cost["label"],
            f"{cost['users']:,}",
            f"{cost['us_per_user_day']['off']['median']:.3g}",
            f"{cost['us_per_user_day']['on']['median']:.3g}",
            f"{cost['times']['median']:.2f}",
            f"{cost['times']['low']:.2f} - {cost['times']['high']:.2f}",
            f"{cost['times_per_view']['median']:.2f}",
        )
        for cost in result["minds"]
    ]


def _growth(result: dict[str, Any]) -> list[Sequence[str]]:
    return [
        (
            growth["label"],
            f"{growth['users']:,}",
            f"{growth['relative_to_users']:,}",
            f"{growth['times']['median']:.2f}",
        )
        for growth in result["growth"]
    ]


def _start(start: dict[str, Any]) -> list[str]:
    first = start["first_result_s"]
    size = f"{start['users']:,} users, {start['days']} days"
    return [
        f"first result in a fresh process ({size}): {first['median']:.1f} s "
        f"({first['low']:.1f} - {first['high']:.1f}), of which imports {start['import_s']['median']:.1f} s",
        f"compilation, once after an installation: {start['compile_s']:.1f} s more",
        f"first result of the mesa engine with nothing compiled ({start['users']:,} users, {start['mesa_days']} day): "
        f"{start['mesa_first_result_s']:.1f} s",
    ]


def _memory(memory: dict[str, Any]) -> str:
    peak, users = memory["peak_bytes"], memory["users"]
    held = f"{memory['state_bytes'] / users:,.0f} bytes of state a user"
    most = "" if peak is None else f", {peak / 1e9:.2g} GB at the peak of the process"
    return f"{users:,} users with {memory['mean_follows']:g} follows each: {held}{most}"


def _verdicts(result: dict[str, Any]) -> list[Sequence[str]]:
    rows: list[Sequence[str]] = []
    for verdict in result["targets"]:
        bound = "at least" if verdict["at_least"] else "at most"
        rows.append(
            (
                verdict["name"],
                f"{verdict['value']:.3g} {verdict['unit']}",
                f"{bound} {verdict['target']:g} {verdict['unit']}",
                "met" if verdict["met"] else "missed",
            )
        )
    return rows


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need, the first to the left and the others to the right."""
    widths = [max(len(line[column]) for line in [head, *rows]) for column in range(len(head))]
    lines = []
    for line in [head, *rows]:
        name, *cells = (cell.rjust(width) for cell, width in zip(line, widths, strict=True))
        lines.append("  ".join([name.strip().ljust(widths[0]), *cells]).rstrip())
    return "\n".join(lines)

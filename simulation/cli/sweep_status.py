"""Command ``sweep status``, and what other commands say of runs: why some failed, how long the rest takes."""

import json
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.analysis.wording import number
from simulation.errors import ConfigError

if TYPE_CHECKING:
    from simulation.study.folder.store import Progress
    from simulation.study.folder.sweep_folder import SweepFolder as Found

SweepFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder of a sweep, as `sweep run --out DIR` left it.")
]
SLOW = 0.1
"""Share of runs, the slowest, that say nothing of the rest: the first of each process loads compiled code."""
UNKNOWN = "unknown, as not all that it needs can be loaded here"
"""What is stale, where that cannot be told."""
REASONS = 10
"""Reasons of failures that are told."""


def status(
    folder: SweepFolder,
    as_json: Annotated[bool, typer.Option("--json", help="Print it as JSON, for other programs.")] = False,
) -> None:
    """Print the progress of a sweep: finished runs, failures with causes, runs left, and time left.

    The folder is only read, also while the sweep is running.

    \b
    Examples:
      follower-dynamics sweep status out/sweep
      follower-dynamics sweep status out/sweep --json
    """
    from simulation.study.folder.sweep_folder import open_sweep

    found = open_sweep(folder)
    told = facts(found, found.progress())
    typer.echo(json.dumps(told, indent=1) if as_json else _text(found, told))


def facts(found: "Found", progress: "Progress") -> dict[str, Any]:
    """Where a sweep stands, in plain values."""
    from simulation.study.run.work import available_cores

    each = about_seconds(progress.seconds)
    processes = available_cores()
    return {
        "name": found.sweep.name,
        "folder": str(found.folder),
        "runs": len(found.sweep.design),
        "finished": progress.finished,
        "failed": progress.failed,
        "to_do": progress.waiting,
        "damaged": [str(path) for path in progress.damaged],
        "reasons": [{"reason": reason, "runs": count} for reason, count in reasons(progress.notes).most_common()],
        "seconds_a_run": each,
        "processes": processes,
        "seconds_left": None if each is None else each * progress.waiting / processes,
        "same_code": found.same_code,
        "stale": found.stale() if found.same_code else "",
    }


def _text(found: "Found", told: dict[str, Any]) -> str:
    lines = [f"{told['name']}: {told['finished']:,} of {told['runs']:,} runs finished"]
    lines += [f"  failed    {told['failed']:,}"] if told["failed"] else []
    lines += [f"  to do     {told['to_do']:,}"]
    if told["stale"] != "":
        lines.append(f"  stale     {told['stale'] or unknown(found)}")
    if told["damaged"]:
        names = ", ".join([Path(path).name for path in told["damaged"]][:3] + ["..."] * (len(told["damaged"]) > 3))
        lines.append(f"  damaged   {len(told['damaged']):,} ({names}), which will be set aside and run again")
    if told["seconds_a_run"] is not None:
        lines.append(f"  a run     {lasting(told['seconds_a_run'])}")
        if told["to_do"]:
            lines.append(f"  the rest  about {lasting(told['seconds_left'])} on {told['processes']} processes")
    if told["reasons"]:
        lines.append("why runs failed:")
        lines += [f"  {reason['runs']:,} x  {reason['reason']}" for reason in told["reasons"][:REASONS]]
        left = len(told["reasons"]) - REASONS
        lines += [f"  and {left:,} other reasons"] if left > 0 else []
    if not found.same_code:
        lines.append(
            f"These runs were made by another version of the code ({found.made.code}), so more cannot be added; start "
            f"over by: follower-dynamics sweep run {found.folder / 'sweep.toml'} --out {found.folder} --fresh"
        )
    elif told["failed"] or told["to_do"] or told["stale"]:
        lines.append(f"go on, also with what failed or is stale: follower-dynamics sweep retry {found.folder}")
    return "\n".join(lines)


def unknown(found: "Found") -> str:
    """Why it cannot be told what is stale: names what is missing."""
    from simulation.study.design.sweep_file import read_sweep
    from simulation.study.folder.store import DECLARATION

    try:
        read_sweep(found.folder / DECLARATION)
    except ConfigError as error:
        return f"{UNKNOWN}: {error}"
    return UNKNOWN


def about_seconds(taken: Sequence[float]) -> float | None:
    """What a run takes, from what finished runs took, without the slowest; None where there is none."""
    if not taken:
        return None
    slow = max(1, round(SLOW * len(taken)))
    return statistics.fmean(sorted(taken)[: max(1, len(taken) - slow)])


def lasting(seconds: float) -> str:
    """A duration in the unit that suits it."""
    for unit, length in (("days", 86_400.0), ("h", 3_600.0), ("min", 60.0)):
        if seconds >= 2 * length:
            return f"{number(seconds / length)} {unit}"
    return f"{number(seconds, 0 if seconds >= 10 else None, digits=2)} s"


def reasons(notes: Iterable[Path]) -> Counter[str]:
    """Why runs failed, in a line each, from their notes, with how many runs each line stands for."""
    from simulation.study.folder.store import why

    return Counter(why(path) for path in notes)

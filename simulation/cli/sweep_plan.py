"""What ``sweep run --dry-run`` says: how many runs there are, how many are there already, how long the rest takes."""

import dataclasses
import time
from typing import TYPE_CHECKING

from simulation.analysis.wording import counted
from simulation.cli.group import announce_compilation, note
from simulation.cli.sweep_status import about_seconds, lasting

if TYPE_CHECKING:
    from simulation.cli.sweep_run import Order, Where
    from simulation.social_graph import SocialGraph
    from simulation.study import Run, Sweep


def plan(order: "Order", where: "Where", *, fresh: bool, retry: bool) -> str:
    """The plan of a sweep as text; writes nothing.

    Raises
    ------
    ResultError
        If the folder belongs to something else.
    FollowerDynamicsError
        If no scheduler answers, or the one run that is simulated to see how long it takes fails.
    """
    from simulation.study.folder.store import Progress
    from simulation.study.folder.sweep_folder import found_now, left_out

    graph = order.social_graph()
    sweep, there = found_now(order.sweep, order.out, graph, fresh=fresh, retry=retry)
    found = Progress(waiting=len(sweep.design)) if there is None else there.progress(retry=retry)
    processes = _processes(where)
    lines = [f"{sweep.name}: {len(sweep.design):,} runs of {sweep.days:,} days", _points(sweep)]
    if there is not None:
        lines.append(f"  there     {found.finished:,} finished")
        lines[-1] += f", {found.failed:,} failed, which --retry runs again" if found.failed else ""
        lines[-1] += f", {len(found.damaged):,} damaged, which are run again" if found.damaged else ""
        lines += [f"  left out  {left}"] if (left := left_out(sweep, order.out)) else []
    lines.append(f"  to do     {found.waiting:,}")
    if found.waiting:
        each = about_seconds(found.seconds)
        how = "as those that are there took"
        if each is None:
            each, how = _lived(sweep, graph), "as one took that was simulated now"
        lines.append(f"  a run     {lasting(each)}, {how}")
        working = min(processes, found.waiting)
        ready = f"on {counted(working, 'process')}, and some seconds until they are ready"
        whole = (
            f"about {lasting(each * found.waiting / working)} {ready}" if working else "the cluster has no workers yet"
        )
        lines.append(f"  together  {whole}")
    lines.append("nothing was written")
    return "\n".join(lines)


def _points(sweep: "Sweep") -> str:
    """How many points there are, what they come from, and how often each is run."""
    parts = []
    if sweep.uncertainties:
        parts.append(f"{len(sweep.sample):,} of {counted(len(sweep.uncertainties), 'uncertainty')} ({sweep.sampling})")
    if sweep.levers:
        parts.append(f"{counted(len(sweep.combinations), 'combination')} of {counted(len(sweep.levers), 'lever')}")
    points, replicates = len(sweep.design.points), len(sweep.design.replicates)
    whole = len(sweep.sample) * len(sweep.combinations)
    met = "" if points == whole else f"; {whole - points:,} meet in points that are there already"
    return (
        f"  points    {points:,}: {' x '.join(parts) or 'nothing is varied'}{met}; {counted(replicates, 'run')} of each"
    )


def _processes(where: "Where") -> int:
    """How many runs are done at a time."""
    from simulation.study.run.work import available_cores

    if where.scheduler is None:
        return where.workers or available_cores()
    with where.executor() as (_, slots):
        return 0 if slots is None else slots()


def _lived(sweep: "Sweep", graph: "SocialGraph | None") -> float:
    """Seconds that a run in the middle of what is varied takes here."""
    announce_compilation("compiled")
    note("simulating one run to see how long it takes")
    evaluate, run = sweep.worlds_measured(), middle_run(sweep)
    # A day that does not count: the first one waits until compiled code is loaded.
    evaluate.model(dataclasses.replace(run, interventions=()), graph).run_for(1)
    began = time.perf_counter()
    evaluate(run, graph)
    return time.perf_counter() - began


def middle_run(sweep: "Sweep") -> "Run":
    """The run of the first replicate that lies in the middle: of the sample, and of the combinations of levers."""
    import numpy as np

    row = int(np.argmin(((sweep.sample - 0.5) ** 2).sum(axis=1)))
    point = int(sweep.rows[row, len(sweep.combinations) // 2])
    return next(run for run in sweep.design.runs() if run.point == point)

"""Targets measured, each in a process of its own, and kept: the same call goes on where the last one was stopped."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from benchmarks.validation.target import Band, Effort, Evidence, Fit, Target, failures
from simulation.errors import ResultError
from simulation.files import remove_drafts
from simulation.study.folder.files import claim
from simulation.study.run.pool import Processes, WorkerDied
from simulation.study.run.work import available_cores

VALIDATION = "validation"
"""What the folder is for; its identity stands in ``validation.json``."""
EVIDENCE, FIGURES, TABLES = "evidence", "figures", "tables"
PAGE = "validation.md"


@dataclass(frozen=True)
class Outcome:
    """One target, and what became of it: evidence, or why there is none."""

    target: Target
    evidence: Evidence | None = None
    lacks: tuple[str, ...] = ()
    """Files of real data that are not there; then it was skipped."""
    error: str = ""
    """Traceback, where measuring it failed."""
    seconds: float = float("nan")
    """What measuring took; NaN where that was done earlier."""

    @property
    def bands_missed(self) -> tuple[Band, ...]:
        """Numbers that lie outside their band."""
        return tuple(band for band in self.evidence.bands if not band.met) if self.evidence else ()


Tell = Callable[[Outcome], None]


def validate(
    targets: Sequence[Target],
    effort: Effort,
    folder: Path,
    *,
    workers: int | None = None,
    fresh: bool = False,
    tell: Tell = lambda outcome: None,
) -> list[Outcome]:
    """Measure targets whose evidence the folder does not hold yet, in processes of one thread each.

    It may be stopped or killed at any moment. A target that fails, or whose process is killed, does not stop others.

    Parameters
    ----------
    targets
        What to measure; the outcomes come in the same order.
    effort
        How much is run, and on what data.
    folder
        Where evidence is kept; that of other code is measured again. A folder of another effort is refused.
    workers
        Processes; None takes one for each core.
    fresh
        Throw the folder's evidence away and start over.
    tell
        Told of each outcome as soon as it is there.

    Raises
    ------
    ResultError
        If the folder belongs to something else.
    OutputError
        If it cannot be written.
    """
    claim(folder, VALIDATION, {"quick": effort.quick}, fresh=fresh, contents=(EVIDENCE, FIGURES, TABLES, PAGE))
    (folder / EVIDENCE).mkdir(exist_ok=True)
    remove_drafts(folder / EVIDENCE)
    done: dict[str, Outcome] = {}
    waiting: list[Target] = []
    for target in targets:
        found = _kept(target, effort, folder)
        if found is None:
            waiting.append(target)
        else:
            done[target.name] = found
            tell(found)
    for outcome in _measured(waiting, effort, workers or available_cores()):
        if outcome.evidence is not None:
            outcome.evidence.write(_file(folder, outcome.target), outcome.target.version())
        done[outcome.target.name] = outcome
        tell(outcome)
    return [done[target.name] for target in targets]


def refused(outcomes: Sequence[Outcome]) -> dict[str, list[Fit]]:
    """Fits whose law is refused by target, all fits of all outcomes being one family."""
    found = {id(fit) for fit in failures([fit for o in outcomes if o.evidence for fit in o.evidence.fits])}
    by_target = {o.target.name: [f for f in o.evidence.fits if id(f) in found] for o in outcomes if o.evidence}
    return {name: fits for name, fits in by_target.items() if fits}


def missed(outcomes: Sequence[Outcome]) -> bool:
    """Whether any fit is refused, any number outside its band, or any target without evidence for an error."""
    return bool(refused(outcomes)) or any(outcome.bands_missed or outcome.error for outcome in outcomes)


def _file(folder: Path, target: Target) -> Path:
    return folder / EVIDENCE / f"{target.name}.json"


def _kept(target: Target, effort: Effort, folder: Path) -> Outcome | None:
    """What needs no measuring: evidence that is there, or data that is not. Damaged evidence is measured again."""
    lacks = target.lacks(effort)
    if lacks:
        return Outcome(target, lacks=tuple(lacks))
    try:
        found = Evidence.read(_file(folder, target), target.version())
    except ResultError:
        return None
    return None if found is None else Outcome(target, found)


def _measured(targets: Sequence[Target], effort: Effort, workers: int) -> Iterator[Outcome]:
    """Outcomes as they are ready; each target has a process of its own, so one that is killed takes no other along."""
    if not targets:
        return
    with ThreadPoolExecutor(min(workers, len(targets))) as threads:
        asked = [threads.submit(_in_a_process, target, effort) for target in targets]
        try:
            for future in as_completed(asked):
                yield future.result()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)


def _in_a_process(target: Target, effort: Effort) -> Outcome:
    with Processes(1) as process:
        try:
            found, error, seconds = process.submit(_measure, target.measure, effort).result()
        except WorkerDied:
            return Outcome(target, error="its process was killed (out of memory?); the same command measures it again")
    return Outcome(target, found, error=error, seconds=seconds)


def _measure(measure: Callable[[Effort], Evidence], effort: Effort) -> tuple[Evidence | None, str, float]:
    """Evidence or traceback, and seconds."""
    began = time.perf_counter()
    try:
        return measure(effort), "", time.perf_counter() - began
    except Exception:
        return None, traceback.format_exc(), time.perf_counter() - began

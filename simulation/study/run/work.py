"""Work: runs go in, what became of them comes out; here, in processes (``pool``) or on any executor (``executors``)."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from simulation.study.design.designs import Run
from simulation.study.run.evaluation import Evaluate, to_bytes

if TYPE_CHECKING:
    from simulation.social_graph import SocialGraph

Keyed = tuple[str, Run]
"""A run with the name it is kept under."""


@dataclass(frozen=True)
class Done:
    """What became of a run: the bytes of its file, or why there are none."""

    data: bytes | None
    failure: str = ""


class Answer(NamedTuple):
    """A run and what became of it."""

    key: str
    run: Run
    done: Done


Answers = Generator[Answer, None, None]
"""Answers as they come; closing it ends the work."""


def evaluate_run(key: str, run: Run, evaluate: Evaluate, social_graph: SocialGraph | None) -> Done:
    """Do one run; an exception of any kind is part of the answer."""
    began = time.perf_counter()
    try:
        outcome = evaluate(run, social_graph)
        return Done(to_bytes(key, run, outcome, time.perf_counter() - began))
    except Exception:
        return Done(None, traceback.format_exc())


def work_here(runs: Iterable[Keyed], evaluate: Evaluate, social_graph: SocialGraph | None) -> Answers:
    """Do runs one after the other in this process."""
    for key, run in runs:
        yield Answer(key, run, evaluate_run(key, run, evaluate, social_graph))


def available_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

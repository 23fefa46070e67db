"""The runner: does what a study still lacks, wherever wanted, and loses nothing that was finished."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypedDict

from simulation.files import set_aside
from simulation.social_graph import SocialGraph
from simulation.study.design.designs import Design
from simulation.study.folder.store import DAMAGED, Made, Store, Usable, outcomes_told, why
from simulation.study.run.evaluation import Done, Evaluate, Keyed, done_of, evaluate_run
from simulation.study.run.watch import Watch, say_above
from simulation.study.run.work import Answer, Slots, check_crew, crew, work

Say = Callable[[str], None]
TURNS = 2
"""How often runs are done whose files somebody removes meanwhile."""


class Doing(TypedDict, total=False):
    """How runs are done: options of `run_study`, which says what they mean, and of all that calls it."""

    workers: int | None
    executor: Executor | None
    slots: Slots | None
    progress: bool
    fresh: bool
    retry: bool
    say: Say | None


@dataclass(frozen=True)
class Study:
    """A study as `run_study` left it."""

    store: Store
    new: int
    """Runs finished now."""
    reused: int
    """Runs that were there already."""
    failures: tuple[Path, ...]
    """Notes of runs that failed: traceback and parameters."""
    missing: int = 0
    """Runs whose files somebody removed while the study ran, and again when they were run again."""

    @property
    def complete(self) -> bool:
        """Whether every run of the design is finished."""
        return not self.failures and not self.missing


def run_study(
    design: Design,
    evaluate: Evaluate,
    folder: str | Path,
    *,
    social_graph: SocialGraph | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    slots: Slots | None = None,
    progress: bool = True,
    fresh: bool = False,
    retry: bool = False,
    say: Say | None = None,
    declaration: str | None = None,
    about: Mapping[str, object] | None = None,
    usable: Usable = lambda run: False,
    trial: bool = False,
) -> Study:
    """Run every run of a design that is not in the folder yet.

    It may be stopped or killed at any moment: the same call goes on where it was. Runs that fail do not stop others.

    Parameters
    ----------
    design
        Points, replicates, days.
    evaluate
        ``evaluate(run, social_graph) -> Outcome``; each call should use one thread.
    folder
        Where the study is stored; see :class:`Store`.
    social_graph
        Handed to ``evaluate``, the same for all runs; None where graphs are generated.
    workers
        Processes; None takes one for each core, 1 runs everything in this process.
    executor
        Any ``concurrent.futures.Executor`` to run on instead, which stays the caller's; see also
        :func:`~simulation.study.run.cluster.dask_cluster`.
    slots
        How many runs the executor can do at a time; None asks it for its workers.
    progress
        Whether to show rate and time left on standard error: a bar on a terminal, elsewhere a line now and then.
    fresh
        Start over.
    retry
        Run again what failed in an earlier call, and finished runs that would be measured otherwise now.
    say
        Gets a sentence when something is worth knowing; None writes to standard error.
    declaration
        The study as text, kept in the folder before anything is run.
    about
        What ``study.json`` tells besides, in plain values.
    usable
        Whether something was left in the folder from which a run can be measured again.
    trial
        Only do the runs: what the folder says of its study stays as it is.

    Raises
    ------
    ParameterError
        If ``workers`` is not a positive whole number, or ``executor`` no executor.
    ResultError, OutputError
        If the folder belongs to something else, or cannot be written; or if finished runs would be measured otherwise
        now, and left no result to be measured again.
    FollowerDynamicsError
        If worker processes end before they get anywhere, or the executor breaks.
    KeyboardInterrupt
        On Ctrl-C, after the workers have ended; what was finished is kept.
    """
    check_crew(workers, executor)
    told = outcomes_told(getattr(evaluate, "outcomes", {}))
    store = Store(folder, design, Made.now(evaluate, social_graph), told)
    tell = say or say_above
    writing = partial(store.writing, declaration=declaration, about=about, usable=usable, trial=trial)
    with writing(fresh=fresh, retry=retry, say=tell):
        found = store.progress(retry=retry)
        lacking = found.waiting
        with Watch(design.name, len(design), found.finished + found.failed, shown=progress) as watch:
            for path in found.damaged:
                aside = set_aside(path, store.folder / DAMAGED)
                tell(f"{path.name} was not a whole run: set aside in {aside}, and run again")
            for turn in range(TURNS):
                if not lacking:
                    break
                if turn:
                    tell(f"{lacking:,} run files are gone that were there: they are run again")
                with crew(workers, executor, lacking) as hands:
                    runs = store.waiting(retry=retry and not turn)
                    function = partial(evaluate_run, evaluate, social_graph)
                    with closing(work(function, runs, hands, slots=slots, say=tell)) as answers:
                        for answer in answers:
                            watch.count(failed=not _kept(store, answer, tell))
                lacking = sum(1 for _ in store.waiting())
            failures = tuple(store.failures())
            if len(failures) == len(design) and not trial:
                tell(f"all runs failed; the first one: {why(failures[0])} (traceback: {failures[0]})")
    return Study(store, len(design) - found.finished - len(failures) - lacking, found.finished, failures, lacking)


def _kept(store: Store, answer: Answer[Keyed, Done], tell: Say) -> bool:
    """Keep what became of a run; whether it is finished."""
    (key, run), done = answer.task, done_of(answer)
    if answer.error is not None:
        tell(f"run {key[:12]}: {done.failure}")
    if done.data is None:
        store.keep_failure(key, run, done.failure)
    else:
        store.keep(key, done.data)
    return done.data is not None

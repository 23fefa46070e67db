"""The folder of a study: one file for each finished run, whole or not at all, and the tables made of them.

Anybody may read it at any time, and one process at a time may write to it.
"""

import dataclasses
import hashlib
import json
import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from simulation.analysis.wording import counted
from simulation.errors import ResultError
from simulation.files import make_folder, remove_drafts, whole_file, write_whole
from simulation.interventions import as_data
from simulation.naming import source_of
from simulation.records.provenance import surroundings
from simulation.social_graph import SocialGraph
from simulation.study.design.designs import Design, Run
from simulation.study.folder.files import card_of, claim, own_card, read_card, refuse_other, remove
from simulation.study.folder.lock import sole_writer
from simulation.study.folder.tables import runs_table, write_details
from simulation.study.run.evaluation import Evaluate, Finished, evaluation_name, from_file, run_key, what_changed
from simulation.versions import history_version

Usable = Callable[[Run], bool]
"""Whether something was left in the folder from which a run can be measured again."""
STUDY = "study"
"""What the folder is for; its identity stands in ``study.json``."""
RUNS, FAILED, DAMAGED, RESULTS, FIGURES = "runs", "failed", "set_aside", "results", "figures"
TABLE, DECLARATION = "runs.parquet", "sweep.toml"
CONTENTS = (RUNS, FAILED, DAMAGED, RESULTS, FIGURES, TABLE)
"""What belongs to the folder of a study, besides ``study.json`` and its declaration."""

_THERE, _NEW, _KEPT, _STALE = "there", "new", "measured again on the results they left", "simulated again"


@dataclass
class Progress:
    """Where a study stands."""

    waiting: int = 0
    """Runs to be done."""
    finished: int = 0
    failed: int = 0
    damaged: list[Path] = field(default_factory=list)
    """Files that are no whole runs; their runs are among those to be done."""
    seconds: "array[float]" = field(default_factory=lambda: array("d"))
    """What each finished run took."""
    notes: list[Path] = field(default_factory=list)
    """Of the runs that failed: traceback and parameters."""


class Made(NamedTuple):
    """How runs come about: with the inputs of a run it makes the name the run is kept under."""

    evaluation: str
    """From `evaluation_name`."""
    graph: str | None
    """Digest of the social graph; None where graphs are generated."""
    code: str
    """Version of the code that decides a history."""

    @classmethod
    def now(cls, evaluate: Evaluate, social_graph: SocialGraph | None) -> Self:
        """As runs come about here."""
        graph = None if social_graph is None else social_graph.digest()
        return cls(evaluation_name(evaluate), graph, history_version())


class Store:
    """The folder of one study.

    A run is kept under the hash of everything its outcome depends on: parameters, interventions, seeds, days, social
    graph, code and what is measured. So what is found under its name needs no second thought, and a study that was
    stopped, killed or changed goes on from what is there.

    Parameters
    ----------
    folder
        Of the study.
    design
        Its design.
    made
        How its runs come about.
    outcomes
        What is measured: by name, its unit and source text, as far as these are known.
    """

    def __init__(
        self, folder: str | Path, design: Design, made: Made, outcomes: Mapping[str, Mapping[str, str]] | None = None
    ) -> None:
        self.folder, self.design, self.made = Path(folder), design, made
        self.outcomes = dict(outcomes or {})
        self._still_mine: Callable[[], None] = lambda: None

    # Reading: nothing is written or moved, so the study may run meanwhile ---------------------------------------------

    def runs(self) -> Iterator[tuple[str, Run]]:
        """Every run of the design with the name it is kept under, in the design's order."""
        for run in self.design.runs():
            yield run_key(run, *self.made), run

    def progress(self, *, retry: bool = False) -> Progress:
        """What is there and what is still to be done.

        Parameters
        ----------
        retry
            Whether runs that failed are to be done again.
        """
        found = Progress()
        for key, _ in self.runs():
            path, note = self._path(key), self._failure(key)
            try:
                found.seconds.append(from_file(path).seconds)
                found.finished += 1
                continue
            except ResultError:
                found.damaged += [path] if path.exists() else []
            if retry or not note.exists():
                found.waiting += 1
            else:
                found.failed += 1
                found.notes.append(note)
        return found

    def failures(self) -> list[Path]:
        """Notes of the runs of this design that failed."""
        return [path for key, _ in self.runs() if (path := self._failure(key)).exists()]

    def waiting(self, *, retry: bool = False) -> Iterator[tuple[str, Run]]:
        """Runs to be done, looked for as they are asked for, so that their number costs no memory."""
        for key, run in self.runs():
            if not self._path(key).exists() and (retry or not self._failure(key).exists()):
                yield key, run

    def finished(self, damaged: list[Path] | None = None) -> Iterator[tuple[str, Run, Finished]]:
        """Every finished run of the design with its key, in the design's order, one in memory at a time.

        Parameters
        ----------
        damaged
            Gets the files that are no whole runs, which are passed over; None: such a file is an error.

        Raises
        ------
        ResultError
            If a file is damaged.
        """
        for key, run in self.runs():
            path = self._path(key)
            if not path.exists():
                continue
            try:
                yield key, run, from_file(path)
            except ResultError:
                if damaged is None:
                    raise
                damaged.append(path)

    def arrow(self, damaged: list[Path] | None = None) -> pa.Table:
        """The table as Arrow has it: about 8 bytes a number, also for very many runs; ``damaged`` as in `finished`."""
        return runs_table(self.design, self.outcomes, self.finished(damaged))

    def table(self, damaged: list[Path] | None = None) -> pd.DataFrame:
        """One row per finished run: point, levers, population, world, seeds, days, what was measured, seconds, key."""
        found: pd.DataFrame = self.arrow(damaged).to_pandas()
        return found

    def _path(self, key: str) -> Path:
        return self.folder / RUNS / f"{key}.parquet"

    def _failure(self, key: str) -> Path:
        return self.folder / FAILED / f"{key}.json"

    # Writing ----------------------------------------------------------------------------------------------------------

    @contextmanager
    def writing(
        self,
        *,
        fresh: bool = False,
        retry: bool = False,
        declaration: str | None = None,
        about: Mapping[str, Any] | None = None,
        usable: Usable = lambda run: False,
        trial: bool = False,
        say: Callable[[str], None] = lambda text: None,
    ) -> Iterator[None]:
        """Be the one who writes to the folder, made where it is missing.

        Parameters
        ----------
        fresh
            Forget what an earlier study left in this folder.
        retry
            Whether runs are run again whose outcomes are no longer measured as they were.
        declaration
            The study as text, kept in the folder as DECLARATION before anything is run; replaces what is there. None
            leaves what is there, unless it is that of a study that is forgotten.
        about
            What else describes the study, in plain values of JSON.
        usable
            Whether something was left there from which a run can be measured again.
        trial
            Whether all that describes the study stays as it is.
        say
            Gets a sentence if runs are.

        Raises
        ------
        ResultError
            As `related` says.
        OutputError
            If it cannot be written, or another process writes to it.
        """
        make_folder(self.folder)
        own_card(self.folder, STUDY)
        with sole_writer(self.folder) as self._still_mine:
            if again := self.related(usable, fresh=fresh, retry=retry):
                say(again)
            card = {**self._identity(), "outcomes": self.outcomes, **(about or {}), **surroundings()}
            if not trial:
                claim(self.folder, STUDY, card, fresh=fresh, contents=CONTENTS, check=lambda *_: None)
            for name in (RUNS, FAILED, DAMAGED):
                make_folder(self.folder / name)
            for name in (".", RUNS, FAILED, RESULTS):
                remove_drafts(self.folder / name)
            if declaration is not None:
                write_whole(self.folder / DECLARATION, declaration)
            elif fresh:  # replaced rather than removed elsewhere: it may be all there is of a study
                remove(self.folder / DECLARATION)
            yield

    def related(self, usable: Usable, *, fresh: bool = False, retry: bool = False) -> str:
        """What is measured or run again of the study in the folder, in words; empty where nothing is.

        The same study with other points, replicates or outcomes goes on in its folder where runs are the same. Runs
        whose outcomes are no longer measured as they were are stale: they are measured again where they left a result.

        Raises
        ------
        ResultError
            If the folder belongs to something else: says what differs. If runs are stale that left no result, unless
            they may be run again (``retry``): says what has changed.
        """
        there, wanted = read_card(self.folder, STUDY), card_of(STUDY, self._identity())
        if there is None or fresh or all(there.get(name) == value for name, value in wanted.items()):
            return ""
        before = self.made._replace(evaluation=str(there.get("evaluation")))
        found = Counter(self._standing(key, run, before, usable) for key, run in self.runs())
        begun, shared = any((self.folder / RUNS).glob("*.parquet")), found.keys() - {_NEW}
        if there.get("name") != self.design.name or (begun and not shared):
            named = f"name = {json.dumps(there.get('name'))} in [sweep] continues the study there; or "
            refuse_other(self.folder, STUDY, there, wanted, named if shared else "")
        if before == self.made or not found.keys() & {_KEPT, _STALE}:
            return ""
        changed = what_changed(before.evaluation, self.made.evaluation)
        if found[_STALE] and not retry:
            raise ResultError(
                f"{self.folder}: {changed}, and {counted(found[_STALE], 'run')} there left no result to measure again: "
                "simulate these again (retry=True), start over (fresh=True), or choose another folder",
                path=self.folder,
            )
        return f"{changed}: " + ", ".join(
            f"{counted(found[how], 'run')} {how}" for how in (_KEPT, _STALE) if found[how]
        )

    def _standing(self, key: str, run: Run, before: Made, usable: Usable) -> str:
        """What becomes of a run in a folder whose runs were made in another way before."""
        if self._path(key).exists():
            return _THERE
        if usable(run):
            return _KEPT
        return _STALE if self._path(run_key(run, *before)).exists() else _NEW

    def _identity(self) -> dict[str, Any]:
        """What makes a study this one; more replicates leave it the same."""
        design = self.design
        return {
            "name": design.name,
            "constants": dict(design.constants),
            "days": design.days,
            "interventions": as_data(design.interventions),
            "seeds": [design.replicates[0].seed, design.replicates[0].luck],
            "shared": design.shared,
            "graph": self.made.graph,
            "code": self.made.code,
            "levers": list(design.levers),
            "points": len(design.points),
            "points_digest": hashlib.sha256(json.dumps(design.points).encode()).hexdigest(),
            **({"choices": {name: dict(of) for name, of in design.choices.items()}} if design.choices else {}),
            "evaluation": self.made.evaluation,
        }

    def keep(self, key: str, data: bytes) -> None:
        """Keep a finished run.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        self._still_mine()
        write_whole(self._path(key), data)
        self._failure(key).unlink(missing_ok=True)

    def keep_failure(self, key: str, run: Run, reason: str) -> None:
        """Keep why a run failed, with all its parameters.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        self._still_mine()
        note: dict[str, Any] = {
            "point": dict(run.values),
            **dataclasses.asdict(run.replicate),
            "days": run.days,
            "interventions": as_data(run.interventions),
            "traceback": reason.splitlines(),
            "parameters": run.flat(),
        }
        write_whole(self._failure(key), json.dumps(note, indent=1))

    def write_table(self, path: Path | None = None, details: Path | None = None) -> Path:
        """Write `table` as one Parquet file, by default TABLE in the study's folder, with the units of its columns.

        Parameters
        ----------
        path
            Where to.
        details
            A second file, for the tables of all runs, one below the other; its rows begin with point, levers,
            population and world.

        Raises
        ------
        OutputError
            If it cannot be written.
        ResultError
            If a run file is damaged.
        """
        path = self.folder / TABLE if path is None else path
        table = self.arrow()
        with whole_file(path) as draft:
            pq.write_table(table, draft, compression="zstd")
        if details is not None:
            write_details(details, self.finished())
        return path


def outcomes_told(outcomes: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Unit and source text of outcomes by name."""
    return {
        name: {
            "unit": str(getattr(measure, "unit", "")),
            "source": source_of(getattr(measure, "function", getattr(measure, "func", measure))),
        }
        for name, measure in outcomes.items()
    }


def open_store(folder: Path, design: Design) -> Store:
    """The study of a design in a folder, also one that ran on another version of the code.

    Raises
    ------
    ResultError
        If there is no study in the folder, or another one: says what differs.
    """
    there = read_card(folder, STUDY)
    if there is None:
        raise ResultError(f"{folder}: there is no {STUDY} in this folder")
    made = Made(str(there.get("evaluation")), there.get("graph"), str(there.get("code")))
    outcomes = there.get("outcomes")
    if design.choices and set(there.get("choices", {})) == set(design.choices):
        design = dataclasses.replace(design, choices=there["choices"])
    store = Store(folder, design, made, outcomes if isinstance(outcomes, dict) else None)
    refuse_other(folder, STUDY, there, card_of(STUDY, store._identity()))
    return store


def why(note: Path) -> str:
    """Why a run failed, from its note: the first line below the last traceback, for messages may have many lines."""
    try:
        lines = [str(line) for line in json.loads(note.read_text())["traceback"]]
    except (OSError, ValueError, KeyError, TypeError):
        return "the note of the failure cannot be read"
    last = max((place for place, line in enumerate(lines) if line.startswith("Traceback ")), default=-1)
    line = next(
        (line for line in lines[last + 1 :] if line.strip() and not line.startswith(" ")), "no reason was noted"
    )
    # A path of modules says nothing to the reader, and errors of this package are sentences by themselves.
    return re.sub(r"^(simulation\.errors\.\w+: |(\w+\.)+(?=\w+(:|$)))", "", line)

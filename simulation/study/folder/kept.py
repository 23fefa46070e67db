"""What the folder of a study holds, as it is read: nothing is written or moved, so the study may run meanwhile."""

from __future__ import annotations

import hashlib
import itertools
import json
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.errors import ResultError
from simulation.interventions import as_data
from simulation.study.design.designs import Design, Run
from simulation.study.folder.files import card_of, read_card, refuse_other
from simulation.study.run.evaluation import Finished, from_file, run_key

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

STUDY = "study"
"""What the folder is for; its identity stands in ``study.json``."""
RUNS, FAILED = "runs", "failed"
TABLE, DECLARATION = "runs.parquet", "sweep.toml"
LABELS = frozenset({"point", "population", "world", "seed", "luck", "days", "seconds", "key"})
"""Columns of the table that every study has."""
BATCH = 1000
"""Runs that are in memory at a time while the table is made."""


@dataclass
class Progress:
    """Where a study stands."""

    waiting: int = 0
    """Runs to be done."""
    finished: int = 0
    failed: int = 0
    damaged: list[Path] = field(default_factory=list)
    """Files that are no whole runs; their runs are among those to be done."""
    seconds: array[float] = field(default_factory=lambda: array("d"))
    """What each finished run took."""
    notes: list[Path] = field(default_factory=list)
    """Of the runs that failed: traceback and parameters."""


class Kept:
    """The runs of a design that a folder holds.

    Parameters
    ----------
    folder
        Of a study.
    design
        Its design.
    evaluation, graph, code
        What the runs were evaluated by, the digest of their social graph, and the version of the code they ran on: with
        the inputs of a run they make the name it is kept under.
    """

    def __init__(self, folder: Path, design: Design, evaluation: str, graph: str | None, code: str) -> None:
        self.folder = folder
        self.design = design
        self.code = code
        self.evaluation, self.graph = evaluation, graph

    def runs(self) -> Iterator[tuple[str, Run]]:
        """Every run of the design with the name it is kept under, in the design's order."""
        for run in self.design.runs():
            yield run_key(run, self.evaluation, self.graph, self.code), run

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
            if path.exists():
                try:
                    found.seconds.append(from_file(path).seconds)
                except ResultError:
                    found.damaged.append(path)
                else:
                    found.finished += 1
                    continue
            if not retry and note.exists():
                found.failed += 1
                found.notes.append(note)
            else:
                found.waiting += 1
        return found

    def failures(self) -> list[Path]:
        """Notes of the runs of this design that failed."""
        return [path for key, _ in self.runs() if (path := self._failure(key)).exists()]

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
        import pyarrow as pa

        parts = []
        finished = self.finished(damaged)
        while batch := list(itertools.islice(finished, BATCH)):
            rows = [
                {**labels(run), "days": run.days} | found.values | {"seconds": found.seconds, "key": key}
                for key, run, found in batch
            ]
            part = pa.Table.from_pylist(rows)
            place = part.column_names.index("days")
            for name in ("luck", "seed"):
                seeds = np.array([getattr(run.replicate, name) for _, run, _ in batch], np.uint64)
                part = part.add_column(place, name, pa.array(seeds))
            parts.append(part)
        return pa.concat_tables(parts, promote_options="permissive") if parts else pa.table({})

    def table(self, damaged: list[Path] | None = None) -> pd.DataFrame:
        """One row a finished run: point, levers, population, world, seeds, days, what was measured, seconds, key."""
        found: pd.DataFrame = self.arrow(damaged).to_pandas()
        return found

    def _path(self, key: str) -> Path:
        return self.folder / RUNS / f"{key}.parquet"

    def _failure(self, key: str) -> Path:
        return self.folder / FAILED / f"{key}.json"


def identity_of(design: Design, evaluation: str, graph: str | None, code: str) -> dict[str, Any]:
    """What makes a study this one; more replicates leave it the same."""
    return {
        "name": design.name,
        "constants": dict(design.constants),
        "levers": list(design.levers),
        "points": len(design.points),
        "points_digest": hashlib.sha256(json.dumps(design.points).encode()).hexdigest(),
        "days": design.days,
        "interventions": as_data(design.interventions),
        "seeds": [design.replicates[0].seed, design.replicates[0].luck],
        "shared": design.shared,
        "graph": graph,
        "evaluation": evaluation,
        "code": code,
    }


def kept_in(folder: Path, design: Design, now: Mapping[str, str | None] | None = None) -> Kept:
    """The runs of a design in the folder of a study, also of one that ran on another version of the code.

    Parameters
    ----------
    folder
        Of the study.
    design
        That the study must have.
    now
        Evaluation, graph and code that it must have as well, as `identity_of` takes them; None takes those it has.

    Raises
    ------
    ResultError
        If there is no study in the folder, or another one: says what differs.
    """
    there = read_card(folder, STUDY)
    if there is None:
        raise ResultError(f"{folder}: there is no {STUDY} in this folder")
    of = {name: there.get(name) for name in ("evaluation", "graph", "code")} if now is None else now
    evaluation, code = str(of["evaluation"]), str(of["code"])
    refuse_other(folder, STUDY, there, card_of(STUDY, identity_of(design, evaluation, of["graph"], code)))
    return Kept(folder, design, evaluation, of["graph"], code)


def labels(run: Run) -> dict[str, object]:
    """What tells a run from the others, as the first columns of every table."""
    return {
        "point": run.point,
        **run.values,
        "population": run.replicate.population,
        "world": run.replicate.world,
    }

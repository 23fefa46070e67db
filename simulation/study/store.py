"""The folder of a study: one file for each finished run, whole or not at all, and the tables made of them."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.compiling import code_version
from simulation.errors import OutputError, ResultError
from simulation.interventions import as_data
from simulation.study.designs import Design, Run
from simulation.study.evaluation import Evaluate, Finished, evaluation_name, from_file, run_key
from simulation.study.files import DRAFT, claim, make_folder, write_whole

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from simulation.social_graph import SocialGraph

RUNS, FAILED, DAMAGED = "runs", "failed", "set_aside"
TABLE, DECLARATION = "runs.parquet", "sweep.toml"
CONTENTS = (RUNS, FAILED, DAMAGED, TABLE, DECLARATION)
"""What belongs to the folder of a study, besides ``study.json``."""
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
    """Files that were no whole runs, where they lie now; their runs are among those to be done."""


class Store:
    """The folder of one study.

    A run is kept under the hash of everything its outcome depends on: parameters, interventions, seeds, days, social
    graph, code and what is measured. So what is found under its name needs no second thought, and a study that was
    stopped, killed or given more replicates goes on from what is there.

    Parameters
    ----------
    folder
        Made where it is missing.
    design, evaluate, social_graph
        The study.
    fresh
        Forget what an earlier study left in this folder.

    Raises
    ------
    ResultError
        If the folder belongs to something else: another design, graph, code version, or no study at all.
    OutputError
        If it cannot be written.
    """

    def __init__(
        self,
        folder: str | Path,
        design: Design,
        evaluate: Evaluate,
        social_graph: SocialGraph | None = None,
        *,
        fresh: bool = False,
    ) -> None:
        self.folder = Path(folder)
        self.design = design
        self.evaluate = evaluate
        self.social_graph = social_graph
        self._evaluation = evaluation_name(evaluate)
        self._graph = None if social_graph is None else social_graph.digest()
        identity = {
            "name": design.name,
            "constants": dict(design.constants),
            "levers": list(design.levers),
            "points": len(design.points),
            "points_digest": hashlib.sha256(json.dumps(design.points).encode()).hexdigest(),
            "days": design.days,
            "interventions": as_data(design.interventions),
            "seeds": [design.replicates[0].seed, design.replicates[0].luck],
            "shared": design.shared,
            "graph": self._graph,
            "evaluation": self._evaluation,
            "code": code_version(),
        }
        claim(self.folder, "study", identity, fresh=fresh, contents=CONTENTS)
        for name in (RUNS, FAILED, DAMAGED):
            make_folder(self.folder / name)
        self._sweep_drafts()

    def runs(self) -> Iterator[tuple[str, Run]]:
        """Every run of the design with the name it is kept under, in the design's order."""
        for run in self.design.runs():
            yield run_key(run, self._evaluation, self._graph), run

    def progress(self, *, retry: bool = False) -> Progress:
        """What is there and what is still to be done; damaged run files are set aside.

        Parameters
        ----------
        retry
            Whether runs that failed are to be done again.
        """
        found = Progress()
        for key, _ in self.runs():
            path = self._path(key)
            if path.exists():
                try:
                    from_file(path)
                except ResultError:
                    found.damaged.append(self._set_aside(path))
                else:
                    found.finished += 1
                    continue
            if not retry and self._failure(key).exists():
                found.failed += 1
            else:
                found.waiting += 1
        return found

    def waiting(self, *, retry: bool = False) -> Iterator[tuple[str, Run]]:
        """Runs to be done, looked for as they are asked for, so that their number costs no memory."""
        for key, run in self.runs():
            if not self._path(key).exists() and (retry or not self._failure(key).exists()):
                yield key, run

    def keep(self, key: str, data: bytes) -> None:
        """Keep a finished run.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        write_whole(self._path(key), data)
        self._failure(key).unlink(missing_ok=True)

    def keep_failure(self, key: str, run: Run, reason: str) -> None:
        """Keep why a run failed, with all its parameters.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        replicate = run.replicate
        note: dict[str, Any] = {
            "point": dict(run.values),
            "population": replicate.population,
            "world": replicate.world,
            "seed": replicate.seed,
            "luck": replicate.luck,
            "days": run.days,
            "interventions": as_data(run.interventions),
            "traceback": reason.splitlines(),
            "parameters": run.flat(),
        }
        write_whole(self._failure(key), json.dumps(note, indent=1).encode())

    def failures(self) -> list[Path]:
        """Notes of the runs of this design that failed."""
        return [path for key, _ in self.runs() if (path := self._failure(key)).exists()]

    def finished(self) -> Iterator[tuple[str, Run, Finished]]:
        """Every finished run of the design with its key, in the design's order, one in memory at a time.

        Raises
        ------
        ResultError
            If a file is damaged.
        """
        for key, run in self.runs():
            path = self._path(key)
            if path.exists():
                yield key, run, from_file(path)

    def arrow(self) -> pa.Table:
        """The table as Arrow has it: about 8 bytes a number, also for very many runs."""
        import pyarrow as pa

        parts = []
        finished = self.finished()
        while batch := list(itertools.islice(finished, BATCH)):
            rows = [
                {**_labels(run), "days": run.days} | found.values | {"seconds": found.seconds, "key": key}
                for key, run, found in batch
            ]
            part = pa.Table.from_pylist(rows)
            place = part.column_names.index("days")
            for name in ("luck", "seed"):
                seeds = np.array([getattr(run.replicate, name) for _, run, _ in batch], np.uint64)
                part = part.add_column(place, name, pa.array(seeds))
            parts.append(part)
        return pa.concat_tables(parts, promote_options="permissive") if parts else pa.table({})

    def table(self) -> pd.DataFrame:
        """One row a finished run: point, levers, population, world, seeds, days, what was measured, seconds, key."""
        found: pd.DataFrame = self.arrow().to_pandas()
        return found

    def write_table(self, path: Path | None = None) -> Path:
        """Write `table` as one Parquet file, by default TABLE in the study's folder, whole or not at all.

        Raises
        ------
        OutputError
            If it cannot be written.
        ResultError
            If a run file is damaged.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.folder / TABLE if path is None else path
        sink = pa.BufferOutputStream()
        pq.write_table(self.arrow(), sink, compression="zstd")
        write_whole(path, bytes(sink.getvalue()))
        return path

    def write_tables(self, runs: Path, details: Path | None = None) -> None:
        """Write `table`, and the tables of all runs, one below the other, as a second file.

        Rows of the second begin with point, levers, population and world. Each file is there whole or not at all.

        Raises
        ------
        OutputError
            If a file cannot be written.
        ResultError
            If a run file is damaged.
        """
        self.write_table(runs)
        if details is not None:
            self._write_details(details)

    def _write_details(self, path: Path) -> None:
        import pyarrow.parquet as pq

        draft = path.with_name(f"{DRAFT}{path.name}")
        writer: pq.ParquetWriter | None = None
        try:
            for _, run, found in self.finished():
                table = _labelled(run, found.table)
                if writer is None:
                    writer = pq.ParquetWriter(draft, table.schema, compression="zstd")
                writer.write_table(table)
            if writer is None:
                return
            writer.close()
            with draft.open("rb+") as file:
                os.fsync(file.fileno())
            os.replace(draft, path)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
        finally:
            with contextlib.suppress(OSError):
                draft.unlink()

    def _path(self, key: str) -> Path:
        return self.folder / RUNS / f"{key}.parquet"

    def _failure(self, key: str) -> Path:
        return self.folder / FAILED / f"{key}.json"

    def _set_aside(self, path: Path) -> Path:
        aside = self.folder / DAMAGED / path.name
        try:
            os.replace(path, aside)
        except OSError as error:
            raise OutputError(f"{path}: cannot be set aside: {error.strerror or error}") from error
        return aside

    def _sweep_drafts(self) -> None:
        """Remove what a killed study was writing just then."""
        for name in (".", RUNS, FAILED):
            for draft in (self.folder / name).glob(f"{DRAFT}*"):
                with contextlib.suppress(OSError):
                    draft.unlink()


def _labels(run: Run) -> dict[str, object]:
    """What tells a run from the others, as the first columns of every table."""
    return {
        "point": run.point,
        **run.values,
        "population": run.replicate.population,
        "world": run.replicate.world,
    }


def _labelled(run: Run, table: pa.Table) -> pa.Table:
    import pyarrow as pa

    labels = {name: pa.array([value] * table.num_rows) for name, value in _labels(run).items()}
    return pa.table({**labels, **{name: table[name] for name in table.column_names}})

"""The folder of a study: one file for each finished run, whole or not at all, and the tables made of them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.compiling import code_version
from simulation.errors import OutputError
from simulation.files import make_folder, remove_drafts, whole_file, write_whole
from simulation.interventions import as_data
from simulation.study.design.designs import Design, Run
from simulation.study.folder.files import claim
from simulation.study.folder.kept import (
    DECLARATION,
    FAILED,
    LABELS,
    RUNS,
    STUDY,
    TABLE,
    Kept,
    Progress,
    identity_of,
    labels,
)
from simulation.study.run.evaluation import Evaluate, evaluation_name

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from simulation.social_graph import SocialGraph

__all__ = ["DECLARATION", "FAILED", "LABELS", "RUNS", "TABLE", "Progress", "Store"]

DAMAGED, FIGURES = "set_aside", "figures"
CONTENTS = (RUNS, FAILED, DAMAGED, FIGURES, TABLE)
"""What belongs to the folder of a study, besides ``study.json`` and its declaration."""


class Store(Kept):
    """The folder of one study, which is written to.

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
    declaration
        The study as text, kept in the folder as DECLARATION before anything is run; replaces what is there. None leaves
        what is there, unless it is that of a study that is forgotten.

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
        declaration: str | None = None,
    ) -> None:
        graph = None if social_graph is None else social_graph.digest()
        super().__init__(Path(folder), design, evaluation_name(evaluate), graph, code_version())
        self.evaluate = evaluate
        self.social_graph = social_graph
        identity = identity_of(design, self.evaluation, graph, self.code)
        claim(self.folder, STUDY, identity, fresh=fresh, contents=CONTENTS)
        for name in (RUNS, FAILED, DAMAGED):
            make_folder(self.folder / name)
        for name in (".", RUNS, FAILED):
            remove_drafts(self.folder / name)
        self._declare(declaration, fresh)

    def progress(self, *, retry: bool = False) -> Progress:
        """What is there and what is still to be done; damaged run files are set aside, and named where they lie now.

        Parameters
        ----------
        retry
            Whether runs that failed are to be done again.

        Raises
        ------
        OutputError
            If a damaged file cannot be set aside.
        """
        found = super().progress(retry=retry)
        found.damaged = [self._set_aside(path) for path in found.damaged]
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

        writer: pq.ParquetWriter | None = None
        with whole_file(path) as draft:
            for _, run, found in self.finished():
                table = _labelled(run, found.table)
                if writer is None:
                    writer = pq.ParquetWriter(draft, table.schema, compression="zstd")
                writer.write_table(table)
            if writer is not None:
                writer.close()

    def _set_aside(self, path: Path) -> Path:
        aside = self.folder / DAMAGED / path.name
        try:
            os.replace(path, aside)
        except OSError as error:
            raise OutputError(f"{path}: cannot be set aside: {error.strerror or error}") from error
        return aside

    def _declare(self, declaration: str | None, fresh: bool) -> None:
        """Keep the declaration; one that starts over is replaced, never absent, for it may be all there is of it."""
        path = self.folder / DECLARATION
        if declaration is not None:
            write_whole(path, declaration.encode())
        elif fresh:
            path.unlink(missing_ok=True)


def _labelled(run: Run, table: pa.Table) -> pa.Table:
    import pyarrow as pa

    repeated = {name: pa.array([value] * table.num_rows) for name, value in labels(run).items()}
    return pa.table({**repeated, **{name: table[name] for name in table.column_names}})

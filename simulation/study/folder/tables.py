"""The tables of a study: one row per run, and what runs keep besides, one below the other."""

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from simulation.files import whole_file
from simulation.parameters import everything
from simulation.study.design.designs import Design, Run
from simulation.study.run.evaluation import Finished

Runs = Iterator[tuple[str, Run, Finished]]
"""Finished runs with their keys."""
Outcomes = Mapping[str, Mapping[str, str]]
"""What is measured: by name, its unit and source text."""
LABELS = frozenset({"point", "population", "world", "seed", "luck", "days", "seconds", "key"})
"""Columns of the table that every study has."""
BATCH = 1000
"""Runs that are in memory at a time while the table is made."""


def runs_table(design: Design, outcomes: Outcomes, finished: Runs) -> pa.Table:
    """One row per run, in parts of BATCH."""
    parts = []
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
    table = pa.concat_tables(parts, promote_options="permissive") if parts else _no_rows(design, outcomes)
    return _with_units(table, design, outcomes)


def _no_rows(design: Design, outcomes: Outcomes) -> pa.Table:
    """All columns that are known without a run."""
    levers = {name: pa.array([design.points[0][name]]).type for name in design.levers}
    start = {"point": pa.int64(), **levers, "population": pa.int64(), "world": pa.int64()}
    seeds = {"seed": pa.uint64(), "luck": pa.uint64(), "days": pa.int64()}
    end = {**dict.fromkeys(outcomes, pa.float64()), "seconds": pa.float64(), "key": pa.string()}
    return pa.schema(list({**start, **seeds, **end}.items())).empty_table()


def _with_units(table: pa.Table, design: Design, outcomes: Outcomes) -> pa.Table:
    known = everything().known()
    units = {name: known[name].unit for name in design.levers if name in known}
    units |= {name: told["unit"] for name, told in outcomes.items() if told.get("unit")}
    units |= {"days": "days", "seconds": "s"}
    fields = [
        entry.with_metadata({"unit": units[entry.name]} if entry.name in units else None) for entry in table.schema
    ]
    return table.cast(pa.schema(fields))


def write_details(path: Path, finished: Runs) -> None:
    """Write the tables of all runs, one below the other; rows begin with point, levers, population and world."""
    with whole_file(path) as draft:
        writer: pq.ParquetWriter | None = None
        for _, run, found in finished:
            rows = found.table.num_rows
            repeated = {name: pa.array([value] * rows) for name, value in _labels(run).items()}
            table = pa.table({**repeated, **{name: found.table[name] for name in found.table.column_names}})
            writer = writer or pq.ParquetWriter(draft, table.schema, compression="zstd")
            writer.write_table(table)
        if writer is None:
            pq.write_table(pa.table({}), draft)
        else:
            writer.close()


def _labels(run: Run) -> dict[str, object]:
    """What tells a run from the others, as the first columns of every table."""
    return {"point": run.point, **run.values, "population": run.replicate.population, "world": run.replicate.world}

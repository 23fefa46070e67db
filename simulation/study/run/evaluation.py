"""One run of a study: what is asked of it, what it gives, and the file that keeps the answer."""

import dataclasses
import hashlib
import json
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from simulation.errors import ResultError
from simulation.interventions import as_data
from simulation.measure_versions import measure_version
from simulation.social_graph import SocialGraph
from simulation.study.design.designs import Run
from simulation.study.run.work import Answer
from simulation.versions import history_version

SCHEMA = 1
"""Version of the run files."""
_RECORD = b"follower_dynamics_run"


@dataclass(frozen=True)
class Outcome:
    """What one run gives: numbers by name, and if wanted a table (columns of one length) kept beside them."""

    values: Mapping[str, float | int | str | bool]
    table: Mapping[str, NDArray[Any]] = field(default_factory=dict)


Evaluate = Callable[[Run, SocialGraph | None], Outcome]
"""Simulates one run and measures it: anything callable; its ``identity()``, where it has one, is a text that changes
with anything its outcomes depend on but the run."""


@dataclass(frozen=True)
class Finished:
    """A run file as it was read."""

    run: dict[str, Any]
    """Design point, replicate, parameters and interventions, as they were."""
    values: dict[str, float | int | str | bool]
    seconds: float
    table: pa.Table


def evaluation_name(evaluate: Callable[..., Any]) -> str:
    """Name of what is measured by, with the version of its code and of all that it uses.

    Raises
    ------
    ParameterError
        If it uses what has no value that can be known: see `measure_version`.
    """
    if identity := getattr(evaluate, "identity", None):
        return str(identity())
    return f"{getattr(evaluate, '__qualname__', type(evaluate).__qualname__)}@{measure_version(evaluate)}"


def what_changed(there: str, now: str) -> str:
    """How two evaluations (from `evaluation_name`) differ, in words: every outcome and plug-in that does."""
    one, other = _parts(there), _parts(now)
    odd = {**dict.fromkeys(one.keys() - other, " (left out)"), **dict.fromkeys(other.keys() - one, " (new)")}
    names = (name + odd.get(name, "") for name in {**one, **other} if one.get(name) != other.get(name))
    return f"outcomes or plug-ins have changed ({', '.join(names)})"


def _parts(evaluation: str) -> dict[str, object]:
    """Versions of what is measured, by name."""
    if not evaluation.startswith("{"):  # not from `Worlds`
        return {evaluation.rpartition("@")[0] or "what is measured": evaluation}
    told = json.loads(evaluation)
    shared = {"record": told.get("record"), "what all runs share": told.get("base")}
    return {**told.get("outcomes", {}), **told.get("own", {}), **shared}


def run_key(run: Run, evaluation: str, graph: str | None, code: str | None = None) -> str:
    """SHA-256 of everything the outcome of a run depends on: 64 hexadecimal digits.

    Parameters
    ----------
    run
        Of which values, seeds, days and interventions count, not its place in a design. What it leaves at defaults
        depends on the code.
    evaluation
        From `evaluation_name`.
    graph
        Digest of the social graph; None where it is generated.
    code
        Version of the code that decides its history; None takes the version here.
    """
    inputs = {
        "schema": SCHEMA,
        "parameters": run.parameters(),
        "seed": run.replicate.seed,
        "luck": run.replicate.luck,
        "days": run.days,
        "interventions": as_data(run.interventions),
        "graph": graph,
        "code": history_version() if code is None else code,
        "evaluation": evaluation,
        **({"choices": dict(run.choices)} if run.choices else {}),
    }
    return hashlib.sha256(json.dumps(inputs, sort_keys=True).encode()).hexdigest()


Keyed = tuple[str, Run]
"""A run with the name it is kept under."""


@dataclass(frozen=True)
class Done:
    """What became of a run: the bytes of its file, or why there are none."""

    data: bytes | None
    failure: str = ""


def evaluate_run(evaluate: Evaluate, social_graph: SocialGraph | None, keyed: Keyed) -> Done:
    """Do one run; an exception of any kind is part of the answer."""
    began = time.perf_counter()
    key, run = keyed
    try:
        outcome = evaluate(run, social_graph)
        return Done(to_bytes(key, run, outcome, time.perf_counter() - began))
    except Exception:
        return Done(None, traceback.format_exc())


def done_of(answer: Answer[Keyed, Done]) -> Done:
    """What became of a run, also where it could not be begun or ended its process."""
    return Done(None, f"{type(answer.error).__name__}: {answer.error}") if answer.error else answer.value


def to_bytes(key: str, run: Run, outcome: Outcome, seconds: float) -> bytes:
    """The run file: the table as Parquet, everything else inside it as JSON, and a digest of both.

    Raises
    ------
    ResultError
        If the outcome holds what no file can, such as columns of different lengths.
    """
    inputs = {
        **dataclasses.asdict(run.replicate),
        "days": run.days,
        "values": dict(run.values),
        "constants": dict(run.constants),
        "interventions": as_data(run.interventions),
    }
    told = {"key": key, "schema": SCHEMA, "run": inputs, "seconds": seconds}
    try:
        body = json.dumps({**told, "values": {name: _plain(value) for name, value in outcome.values.items()}})
        columns = {name: pa.array(np.asarray(column)) for name, column in outcome.table.items()}
        table = pa.table(columns)
        table = table.replace_schema_metadata({_RECORD: json.dumps({"sha256": _digest(body, table), "body": body})})
    except (TypeError, ValueError, pa.ArrowException) as error:
        raise ResultError(f"the outcome cannot be stored: {error}") from error
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def from_file(path: Path) -> Finished:
    """Read a run file, named by its key.

    Raises
    ------
    ResultError
        If it is not whole, damaged, or not the file of that key.
    """
    try:
        table = pq.read_table(pa.BufferReader(path.read_bytes()))
        record = json.loads((table.schema.metadata or {})[_RECORD])
        body = json.loads(record["body"])
        intact = record["sha256"] == _digest(record["body"], table)
        found = Finished(body["run"], body["values"], float(body["seconds"]), table.replace_schema_metadata(None))
        named = body["key"] == path.stem and body["schema"] == SCHEMA
    except (OSError, ValueError, KeyError, TypeError, pa.ArrowException) as error:
        raise ResultError(f"{path}: cannot be read as a run: {error}") from error
    if not (intact and named):
        raise ResultError(f"{path}: is not the file of this run, or was changed")
    return found


def _digest(body: str, table: pa.Table) -> str:
    """SHA-256 of what a run file says; Parquet's own checksums cover pages only."""
    digest = hashlib.sha256(body.encode())
    for name, column in zip(table.column_names, table.columns, strict=True):
        values = column.to_numpy()
        digest.update(f"{name} {column.type} {len(column)}".encode())
        digest.update(json.dumps(values.tolist()).encode() if values.dtype == object else values.tobytes())
    return digest.hexdigest()


def _plain(value: object) -> float | int | str | bool:
    """A NumPy number as Python's own."""
    plain = value.item() if isinstance(value, np.generic) else value
    if not isinstance(plain, bool | int | float | str):
        raise TypeError(f"{value!r} is neither a number nor a text")
    return plain

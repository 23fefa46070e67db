"""Checkpoints of a model: all that it needs to go on bit for bit, written to a folder and read back.

Who there is and what was given is made anew from the inputs; what has changed since (the state, the records, the
parameters in force, Mesa's random numbers and rows) is put in its place afterwards.
"""

import dataclasses
import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from simulation.descriptions import what_counts
from simulation.engines.agents import User
from simulation.engines.compiled import check_threads
from simulation.engines.creator import Creator
from simulation.errors import OutputError, ParameterError, ResultError
from simulation.ledger import room_for_events
from simulation.records.checkpoint import Checkpoint, Draft, checkpoint_draft
from simulation.records.graph_table import graph_from_tables, graph_tables
from simulation.records.recorder import Recorder
from simulation.records.schema import record_of
from simulation.records.state_arrays import restore_state, state_arrays
from simulation.records.tables import FileTable
from simulation.scenario import scenario_from
from simulation.scenario_parts import checked_model
from simulation.social_graph import SocialGraph
from simulation.state import State

if TYPE_CHECKING:
    from simulation.model import FollowerModel

Model = TypeVar("Model", bound="FollowerModel")

GIVEN = (
    "seed", "luck", "parameters", "social_graph", "creators", "factors", "sources", "plugins", "user_type",
    "creator_type", "model_type", "interventions",
)  # fmt: skip
"""What the provenance of a model that goes on must have in common with that of the one that was begun."""

BUILT_IN = frozenset({"model", "unique_id", "index"})
"""Attributes of every agent, which are made anew."""


# Writing ----------------------------------------------------------------------------------------------------------


def write_checkpoint(model: "FollowerModel", path: str | Path, plan: Mapping[str, Any] | None = None) -> Path:
    """Write a checkpoint of a model between two days.

    Kept is all that a :class:`~simulation.model.FollowerModel` has; not what a subclass or a notebook added to it, nor
    the rows of a data collector of one's own. Of agents of one's own classes, plain attributes are kept.

    Parameters
    ----------
    model
        To be written; it is not changed and may go on.
    path
        Folder for the checkpoint: missing, empty, or with an earlier checkpoint, which stays until the new one is
        complete.
    plan
        Plain values to keep with it, such as how many days are to come.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OutputError
        If it cannot be written, or the disk is full, or agents have attributes that cannot be kept; an earlier
        checkpoint stands.
    """
    agents, provenance = _own_attributes(model), model.provenance()
    with checkpoint_draft(path) as draft:
        draft.commit(
            {
                "provenance": provenance,
                "parameters": model.parameters.flat(),
                "graph": _add_graph(draft, model._graph, f"{provenance['social_graph']['digest']} {model._started}"),
                "state": draft.add_arrays("state", _changing(model._state, model._graph)),
                "records": _add_records(draft, model._recorder),
                "totals": {name: _plain(value) for name, value in vars(model.totals).items()},
                "started": model._started.isoformat(),
                "seconds": model._seconds,
                "mesa": _of_mesa(model),
                "agents": agents,
                "plan": None if plan is None else dict(plan),
            },
            foreign=bool(model.scenario.foreign),
        )
    return Path(path)


def _changing(state: State, graph: SocialGraph) -> dict[str, NDArray[Any]]:
    """The arrays of the state, without peers where these are the graph's, which is kept once and for all."""
    arrays = state_arrays(state)
    if all(np.array_equal(*pair) for pair in ((state.peers.start, graph.start), (state.peers.peer, graph.peers))):
        arrays = {name: array for name, array in arrays.items() if not name.startswith("peers.")}
    return arrays


def _add_graph(draft: Draft, graph: SocialGraph, words: str) -> dict[str, Any]:
    """The social graph, written once as long as ``words``, which tell it from all others, are the same."""
    tables, rest = graph_tables(graph)
    identity = hashlib.sha256(words.encode()).hexdigest()[:12]
    return {"tables": {name: draft.add_table(name, identity, table) for name, table in tables.items()}, "rest": rest}


def _add_records(draft: Draft, recorder: Recorder) -> dict[str, Any]:
    """The records: parts that were spooled, which are taken in once, and what is still in memory."""
    daily, before = recorder.books()
    arrays: dict[str, NDArray[Any]] = {f"before.{number}": counts for number, counts in enumerate(before)}
    parts = {}
    for spool in recorder.spools():
        parts[spool.name] = [draft.add_part(part) for part in spool.parts()]
        arrays |= {f"{spool.name}.{name}": array for name, array in spool.tail().items()}
    return {
        "daily": [[_plain(value) for value in row] for row in daily],
        "parts": parts,
        "memory": draft.add_arrays("records", arrays),
    }


def _of_mesa(model: "FollowerModel") -> dict[str, Any]:
    """Mesa's own: steps, random numbers (for agents that draw some) and the rows of the model's data collector."""
    rows = {name: [_plain(value) for value in column] for name, column in model.datacollector.model_vars.items()}
    return {
        "steps": model.steps,
        "random": model.random.getstate(),
        "rng": model.rng.bit_generator.state,
        "rows": {name: column for name, column in rows.items() if _is_plain(column)},
    }


def _own_attributes(model: "FollowerModel") -> list[dict[str, Any]] | None:
    """Attributes that agents of the user's own classes have beside the state, by agent; None where there are none.

    Raises
    ------
    OutputError
        If one is no plain value and would not come back as it is.
    """
    if model._types() == (User, Creator) or not model.agent_types:
        return None
    found = []
    for agent in model.agents:
        own = {name: value for name, value in vars(agent).items() if name not in BUILT_IN}
        for name, value in own.items():
            if not _is_plain(value):
                raise OutputError(
                    f"a checkpoint cannot keep {type(agent).__name__}.{name} = {value!r}: attributes of agents must be "
                    "numbers, texts, True, False, None, or lists of these or dictionaries from texts to these"
                )
        found.append(own)
    return found


def _is_plain(value: object) -> bool:
    """Whether JSON gives a value back as it is."""
    if type(value) is list:
        return all(map(_is_plain, value))
    if type(value) is dict:
        return all(type(name) is str and _is_plain(inner) for name, inner in value.items())
    return value is None or type(value) in {bool, int, float, str}


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray | np.generic) else value


# Reading ----------------------------------------------------------------------------------------------------------


def read_checkpoint(
    kind: type[Model],
    path: str | Path,
    engine: Any,
    threads: int | None,
    *,
    code: str | Path | None = None,
    **given: Any,
) -> Model:
    """The model of a checkpoint; it goes on bit for bit as the one that was written would have.

    Parameters
    ----------
    kind
        Class of the model.
    path
        Folder of the checkpoint; it is not changed, and not needed any more afterwards.
    engine, threads
        None takes those of the run (threads: at most as many as there are cores).
    code
        Folder with the files and modules of the user's own; None seeks them where they were. They are not kept, only
        compared.
    **given
        ``factors``, ``sources``, ``user_type`` or ``creator_type``, in place of those that are found.

    Raises
    ------
    ResultError
        If the folder holds no checkpoint, or one that is damaged, of another version, or of other factors, sources or
        agent classes.
    """
    stored = Checkpoint(path)
    content, then = stored.content, stored.content["provenance"]
    given = {**given, "model_type": checked_model(kind)}
    for argument, value in given.items():
        if value is not None:
            _refuse_other(stored, argument, value)
    stored.verify()
    with stored.arrays(content["state"]) as arrays:
        creators = arrays["creators.user"].tolist()
    graph = _read_graph(stored)
    try:
        scenario = scenario_from(then, social_graph=graph, creators=creators, code=code, **given)
    except ParameterError as error:
        raise ResultError(f"{stored.folder} cannot be gone on with: {error}", path=stored.folder) from None
    model: Any = scenario.model(
        engine=engine or then["engine"],
        threads=min(then["threads"], check_threads(None)) if threads is None else threads,
        record=record_of(content["records"]["parts"]),
    )
    # Graph and creators came from the checkpoint, so that nothing is drawn anew; the run may not have been given them.
    graph_given, chosen = then["social_graph"]["origin"] == "given", then["creators"]["chosen"]
    model._scenario = model.scenario.replace(
        social_graph=model.scenario.social_graph if graph_given else None, creators=chosen
    )
    _refuse_other_inputs(stored, model)
    _restore(model, stored)
    return cast("Model", model)


def _restore(model: "FollowerModel", stored: Checkpoint) -> None:
    """Put in place what has changed since the model was begun."""
    content = stored.content
    with stored.arrays(content["state"]) as arrays:
        restore_state(model._state, arrays)
    _restore_records(model._recorder, stored)
    totals: dict[str, Any] = {
        name: np.array(value, dtype=np.int64) if isinstance(value, list) else value
        for name, value in content["totals"].items()
    }
    model._day = room_for_events(model._state, 0), dataclasses.replace(model.totals, **totals)
    model._started = datetime.fromisoformat(content["started"])
    model._seconds = content["seconds"]
    model._parameters = type(model.initial_parameters)().with_values(content["parameters"])
    model._hands.days = list(content["provenance"]["changed_by_hand"])
    model.engine = model.engine  # made anew, for the parameters in force and the state as it is now
    _restore_mesa(model, content["mesa"])
    if content["agents"] is not None:
        for agent, own in zip(model.agents, content["agents"], strict=True):
            vars(agent).update(own)
    model._hands.forget()  # what was put in place here was not changed by hand


def _restore_records(recorder: Recorder, stored: Checkpoint) -> None:
    records = stored.content["records"]
    with stored.arrays(records["memory"]) as arrays:
        before = sorted(name for name in arrays if name.startswith("before."))
        recorder.take_over(records["daily"], [arrays[name] for name in before])
        for spool in recorder.spools():
            begin = f"{spool.name}."
            tail = {name.removeprefix(begin): arrays[name] for name in arrays if name.startswith(begin)}
            spool.take_over(stored.paths(records["parts"][spool.name]), tail)


def _restore_mesa(model: "FollowerModel", mesa: dict[str, Any]) -> None:
    version, numbers, rest = mesa["random"]
    model.steps = mesa["steps"]
    model.random.setstate((version, tuple(numbers), rest))
    model.rng.bit_generator.state = mesa["rng"]
    for name, column in model.datacollector.model_vars.items():
        column[:] = mesa["rows"].get(name, column)


def _read_graph(stored: Checkpoint) -> SocialGraph:
    graph = stored.content["graph"]
    edges, nodes = (FileTable(path) for path in stored.paths(list(graph["tables"].values())))
    return graph_from_tables(edges, nodes, stored.content["provenance"]["social_graph"]["users"], graph["rest"])


def _refuse_other(stored: Checkpoint, argument: str, given: Any) -> None:
    """Refuse factors, sources or a class with other names than those of the run."""
    then = stored.content["provenance"][argument] or {"name": "FollowerModel", "own": True}
    there, now = (then, given) if isinstance(then, list) else ([then], [given])
    names = [[item["name"] for item in there], [getattr(item, "name", "") or item.__name__ for item in now]]
    if names[0] != names[1]:
        own = [item["name"] for item in there if not item["own"]]
        hint = f"; of your own there were {', '.join(own)}" if own else ""
        how = f"use {names[0][0]}.from_checkpoint" if argument == "model_type" else f"give the same, in {argument}=..."
        raise ResultError(
            f"{stored.folder}: the run has {argument} {', '.join(names[0])}, and was given {', '.join(names[1])} to go "
            f"on with: {how}{hint}"
        )


def _refuse_other_inputs(stored: Checkpoint, model: "FollowerModel") -> None:
    """Compare the inputs, versions of foreign rules included, with those of the run."""
    then, now = what_counts(stored.content["provenance"]), what_counts(model.provenance())
    for name in GIVEN:
        if then.get(name) == now.get(name):
            continue
        which = name
        if isinstance(then.get(name), list) and len(then[name]) == len(now[name]):
            pairs = zip(then[name], now[name], strict=True)
            which = next(f"{name}, {a.get('name', a)}" for a, b in pairs if a != b)
        raise ResultError(
            f"{stored.folder}: not the same as when the run was begun ({which}): go on with what the run was given, or "
            "start over"
        )

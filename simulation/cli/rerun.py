"""Command ``rerun``: the same inputs again, and whether the same history comes out."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from simulation.cli.group import note
from simulation.cli.options import Code, Engine, ResultFolder, Threads
from simulation.errors import ParameterError, ResultError

if TYPE_CHECKING:
    from simulation.records import Result

DIFFERENT = 1
"""Exit code where another history came out."""


def rerun(folder: ResultFolder, engine: Engine = None, threads: Threads = None, code: Code = None) -> None:
    """Repeat a stored run from its inputs, and compare the results bit for bit.

    The folder is only read. Engine and threads may differ, since they do not affect the history. Factors, sources and
    classes of your own are imported from where they were, or from --code. Exit code 0: the same; 1: something differs.

    \b
    Examples:
      follower-dynamics rerun out/chronological
      follower-dynamics rerun out/chronological --engine mesa
    """
    from simulation.cli.run import live, made
    from simulation.records import load_result, same_tables
    from simulation.records.schema import record_of
    from simulation.scenario import scenario_from
    from simulation.scenario_file import changed_by_hand

    stored = load_result(folder)
    given = stored.provenance
    _refuse_earlier(folder, given)
    try:
        if days := given.get("changed_by_hand"):
            raise ParameterError(changed_by_hand(days))
        graph, creators = stored.social_graph, stored.creators["user"].tolist()
        scenario = scenario_from(given, social_graph=graph, creators=creators, code=code)
    except ParameterError as error:
        raise ResultError(f"{folder} cannot be run again from what it holds: {error}") from None
    record = record_of(stored.tables)
    model = made(scenario, engine=engine or given["engine"], threads=threads, record=record)
    live(model, stored.days)
    different = same_tables(stored, model.result())
    if not different:
        typer.echo(f"{folder}: the same, bit for bit ({', '.join(stored.tables)})")
        return
    typer.echo(f"{folder}: not the same; these differ: {', '.join(different)}")
    _say_why(stored)
    raise typer.Exit(DIFFERENT)


def _refuse_earlier(folder: Path, given: dict[str, Any]) -> None:
    """Refuse results whose history was not yet, or is no longer, what the same inputs give."""
    from simulation.records.provenance import package_version
    from simulation.same_bits import SINCE

    since = given.get("same_bits", {}).get("since")
    if since != SINCE:
        raise ResultError(
            f"{folder} was written by version {given['package_version']}, and this is {package_version()}, whose "
            f"histories are those of version {SINCE} and the same on every machine: rerun cannot compare the two. Read "
            "the result with show or export, rerun it with the version that wrote it, or run its inputs again"
        )


def _say_why(stored: "Result") -> None:
    """Name what is known to be different between then and now."""
    from simulation.records.provenance import LIBRARIES, version_of
    from simulation.same_bits import guarantee
    from simulation.versions import history_version

    given = stored.provenance
    changes = [
        f"{name} {given['libraries'].get(name)} then, {version_of(name)} now"
        for name in LIBRARIES
        if given["libraries"].get(name) != version_of(name)
    ]
    if given.get("history_version") != history_version():
        changes.insert(0, "the rules of the package, or what else in it decides a history")
    machines = {"then": given["same_bits"]["this_machine"], "now": guarantee()["this_machine"]}
    changes += [f"{when}, {said}" for when, said in machines.items() if said != "kept"]
    if changes:
        note(f"what has changed since: {'; '.join(changes)}")
    else:
        note("code and libraries are the same as then: this should not happen, so please report it")

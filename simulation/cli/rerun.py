"""Command ``rerun``: the same inputs again, and whether the same history comes out."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from simulation.cli.group import note
from simulation.cli.options import Engine, ResultFolder, Threads
from simulation.errors import ResultError

if TYPE_CHECKING:
    from simulation.records import Result

DIFFERENT = 1
"""Exit code where another history came out."""


def rerun(folder: ResultFolder, engine: Engine = None, threads: Threads = None) -> None:
    """Run a stored result's inputs again, and compare all that comes out, bit for bit.

    Parameters, interventions, social graph, creators, seed and days are those in the folder, which stays as it is;
    engine and threads may differ, for they change nothing. Exit code 0: the same; 1: something differs.

    \b
    Examples:
      follower-dynamics rerun out/chronological
      follower-dynamics rerun out/chronological --engine mesa
    """
    from simulation.cli.run import live
    from simulation.model import FollowerModel
    from simulation.records import load_result, same_tables

    stored = load_result(folder)
    given = stored.provenance
    _refuse_earlier(folder, given)
    _refuse_foreign(folder, stored)
    model = FollowerModel(
        stored.parameters,
        seed=given["seed"],
        luck=given.get("luck"),
        engine=engine or given["engine"],
        social_graph=stored.social_graph,
        creators=stored.creators["user"].tolist(),
        threads=threads,
        interventions=stored.interventions,
        record="events" if "events" in stored.tables else "daily",
    )
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


def _refuse_foreign(folder: Path, stored: "Result") -> None:
    """Refuse factors and sources of the user's own: their source text is stored to be read, not to be executed."""
    foreign = [
        f"{kind} {item['name']!r}"
        for kind, table in (("factor", "factors"), ("feed source", "sources"))
        for item in stored.provenance[table]
        if item["source"] is not None
    ]
    if foreign:
        raise ResultError(
            f"{folder}: the run used {' and '.join(foreign)} of the user's own, and this command runs no code out of a "
            "result; run it again in Python, with FollowerModel(..., factors=..., sources=...), and compare by "
            "simulation.records.same_tables"
        )


def _say_why(stored: "Result") -> None:
    """Name what is known to be different between then and now."""
    from simulation.compiling import code_version
    from simulation.records.provenance import LIBRARIES, version_of
    from simulation.same_bits import guarantee

    given = stored.provenance
    changes = [
        f"{name} {given['libraries'].get(name)} then, {version_of(name)} now"
        for name in LIBRARIES
        if given["libraries"].get(name) != version_of(name)
    ]
    if given["code_version"] != code_version():
        changes.insert(0, "the source code of the package is another")
    machines = {"then": given["same_bits"]["this_machine"], "now": guarantee()["this_machine"]}
    changes += [f"{when}, {said}" for when, said in machines.items() if said != "kept"]
    if changes:
        note(f"what has changed since: {'; '.join(changes)}")
    else:
        note("code and libraries are the same as then: this should not happen, so please report it")

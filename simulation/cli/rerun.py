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
    """Repeat a stored run from its inputs, and compare the results bit for bit.

    The folder is only read. Engine and threads may differ, since they do not affect the history. Exit code 0: the same;
    1: something differs.

    \b
    Examples:
      follower-dynamics rerun out/chronological
      follower-dynamics rerun out/chronological --engine mesa
    """
    from simulation.cli.run import live
    from simulation.records import load_result, same_tables
    from simulation.scenario import scenario_from

    stored = load_result(folder)
    given = stored.provenance
    _refuse_earlier(folder, given)
    _refuse_what_cannot_be_repeated(folder, given)
    scenario = scenario_from(given, social_graph=stored.social_graph, creators=stored.creators["user"].tolist())
    record = "events" if "events" in stored.tables else "daily"
    model = scenario.model(engine=engine or given["engine"], threads=threads, record=record)
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


def _refuse_what_cannot_be_repeated(folder: Path, given: dict[str, Any]) -> None:
    """Refuse what the inputs alone do not give: code of the user's own, and a state that was changed by hand."""
    from simulation.scenario_file import foreign

    reasons = []
    if outside := foreign(given):
        reasons.append(
            f"the run used {' and '.join(outside)} of the user's own, whose source text is stored to be read, not "
            "to be executed: give them in Python, with simulation.scenario.scenario_from(result.provenance, ...), and "
            "compare by simulation.records.same_tables"
        )
    if days := given.get("changed_by_hand"):
        which = f"day{'s' if len(days) > 1 else ''} {', '.join(map(str, days))}"
        reasons.append(
            f"the state was changed by hand before {which}, and what was changed is not stored; an intervention, a "
            "rule or an agent class of your own would be stored"
        )
    if reasons:
        raise ResultError(f"{folder} cannot be run again from what it holds: {'; '.join(reasons)}")


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

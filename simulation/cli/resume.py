"""Command ``resume``, and runs that can be gone on with: checkpoints on the way, and what is said where one ends."""

import shlex
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.group import announce_compilation, note
from simulation.cli.options import Code, Engine, Threads
from simulation.errors import FollowerDynamicsError, OutputError, ResultError
from simulation.study.run.watch import Watch

if TYPE_CHECKING:
    from simulation.model import FollowerModel

SUFFIX = "-checkpoint"
"""What the folder of a run's checkpoint is called after that of its result."""


@dataclass(frozen=True)
class Order:
    """What is to be done with a model, kept with its checkpoints.

    Parameters
    ----------
    days
        Days of the run in all.
    checkpoint_every
        Days from one checkpoint to the next; None for no checkpoints.
    overwrite
        Whether a result that is there already may be replaced.
    """

    days: int
    checkpoint_every: int | None
    overwrite: bool


def resume(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder that the run was given as --out.")],
    engine: Engine = None,
    threads: Threads = None,
    code: Code = None,
) -> None:
    """Continue a stopped run from its latest checkpoint, and store the result as if it had never stopped.

    Only runs with --checkpoint-every leave checkpoints, in the folder DIR-checkpoint. The history is bit for bit that
    of an uninterrupted run, on either engine. Factors, sources and classes of your own are imported from where they
    were, or from --code.

    \b
    Examples:
      follower-dynamics run study.toml --checkpoint-every 30 --out out/long
      follower-dynamics resume out/long
    """
    from simulation.cli.run import check_folder
    from simulation.model import FollowerModel
    from simulation.records.checkpoint import remove_checkpoint

    out = _result_folder(folder)
    place = checkpoint_folder(out)
    order = _order(out, place)
    if _is_stored(place, out):
        remove_checkpoint(place)
        typer.echo(f"{out} holds the whole result of this run already; its checkpoint was left over, and is removed")
        return
    check_folder(out, order.overwrite)
    model = FollowerModel.from_checkpoint(place, engine=engine, threads=threads, code=code)
    note(f"going on after {model.day} of {order.days} days")
    carry_out(order, model, out)


def checkpoint_folder(out: Path) -> Path:
    """Where the checkpoint of a run lies whose result goes to ``out``."""
    named = out if out.name not in {"", ".."} else out.resolve()
    return named.with_name(named.name + SUFFIX)


def carry_out(order: Order, model: "FollowerModel", out: Path) -> None:
    """Simulate the days that are left, store the result, remove the checkpoint, and say what came out.

    Whatever ends this early, Ctrl-C included, how to go on is said where there is a checkpoint.
    """
    from simulation.cli.account import account
    from simulation.records.checkpoint import remove_checkpoint

    place = checkpoint_folder(out)
    try:
        _live(order, model, place)
        result = model.result()
        result.save(out, overwrite=order.overwrite)
    except BaseException:
        if order.checkpoint_every is not None:
            note(_how_to_go_on(order, model.day, out))
        raise
    remove_checkpoint(place)
    typer.echo(account(result))
    typer.echo(f"\nstored in {out}; see more of it: follower-dynamics show {out}")


def _live(order: Order, model: "FollowerModel", place: Path) -> None:
    from simulation.checkpoints import write_checkpoint

    announce_compilation(model.engine)
    every = order.checkpoint_every
    with Watch("", order.days, model.day, unit="day", stays=False) as watch:

        def day_done(days: int) -> None:
            watch.count(days)
            if every is not None and model.day % every == 0 and model.day < order.days:
                write_checkpoint(model, place, asdict(order))

        model.run_for(max(0, order.days - model.day), progress=day_done)


def _how_to_go_on(order: Order, day: int, out: Path) -> str:
    from simulation.records.checkpoint import is_checkpoint

    stopped, place = f"stopped after {day} of {order.days} days", checkpoint_folder(out)
    if not is_checkpoint(place):
        return f"{stopped}, before the first checkpoint"
    return f"{stopped}; {_whereabouts(place)} is kept: go on from there with {_command(out)}"


def _command(out: Path) -> str:
    return f"`follower-dynamics resume {shlex.quote(str(out))}`"


def refuse_unfinished(out: Path, overwrite: bool) -> None:
    """Refuse to begin where a run waits to be gone on with, unless it may be overwritten.

    Raises
    ------
    OutputError
        If there is a checkpoint, or something else that is in the way of one.
    """
    from simulation.records.checkpoint import is_checkpoint, refuse_taken, remove_checkpoint

    place = checkpoint_folder(out)
    if is_checkpoint(place) and _is_stored(place, out):
        remove_checkpoint(place)
    if is_checkpoint(place) and not overwrite:
        raise OutputError(
            f"{place} holds {_whereabouts(place)} of a run that was stopped: go on with it by {_command(out)}, or "
            "start over with --overwrite"
        )
    refuse_taken(place)


def _is_stored(place: Path, out: Path) -> bool:
    """Whether the result of a checkpoint's run is there, whole: its process was killed before it cleared up."""
    from simulation.records import load_result
    from simulation.records.checkpoint import Checkpoint

    try:
        content, result = Checkpoint(place).content, load_result(out)
        return (result.days, _moment(result.provenance)) == (content["plan"]["days"], _moment(content["provenance"]))
    except (FollowerDynamicsError, TypeError, KeyError):
        return False


def _moment(provenance: dict[str, Any]) -> tuple[object, object]:
    return provenance["started"], provenance["seed"]


def _whereabouts(place: Path) -> str:
    from simulation.records.checkpoint import Checkpoint

    try:
        content = Checkpoint(place).content
        return f"the checkpoint after {content['provenance']['days']} of {content['plan']['days']} days"
    except (FollowerDynamicsError, TypeError, KeyError):
        return "a checkpoint"


def _result_folder(folder: Path) -> Path:
    """The folder of the result, where that of its checkpoint was given."""
    from simulation.records.checkpoint import is_checkpoint

    own = folder.name.endswith(SUFFIX) and is_checkpoint(folder)
    return folder.with_name(folder.name.removesuffix(SUFFIX)) if own else folder


def _order(out: Path, place: Path) -> Order:
    """What was to be done in a run that was stopped.

    Raises
    ------
    ResultError
        If there is no checkpoint of one, or it cannot be gone on from.
    """
    from simulation.records.checkpoint import Checkpoint, is_checkpoint
    from simulation.records.schema import DAILY

    if not is_checkpoint(place):
        if (out / f"{DAILY}.parquet").exists():
            raise ResultError(f"{out} holds the result of a finished run: there is nothing left to go on with")
        raise ResultError(
            f"there is no checkpoint {place}: only a run with --checkpoint-every leaves one, and not before that many "
            "days are done"
        )
    plan: dict[str, Any] | None = Checkpoint(place).content["plan"]
    if plan is None or set(plan) != {field.name for field in fields(Order)}:
        raise ResultError(
            f"{place} was written in Python, and how many days are to come is not known here: go on in Python, with "
            "FollowerModel.from_checkpoint(...)"
        )
    return Order(**plan)

"""The command ``python -m experiments``."""

from __future__ import annotations

import difflib
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from experiments import (
    algorithm,
    authenticity_paradox,
    bandwagon,
    bought_engagement,
    consistency,
    factors,
    likes_reward,
    motivations,
    music_lab,
    net_followers,
    strategies,
    trends,
    wellbeing,
)
from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.experiment.options import Options, Runnable, claims

EXPERIMENTS: dict[str, Runnable] = {
    module.EXPERIMENT.name: module.EXPERIMENT
    for module in (
        algorithm,
        authenticity_paradox,
        bandwagon,
        bought_engagement,
        consistency,
        factors,
        likes_reward,
        motivations,
        music_lab,
        net_followers,
        strategies,
        trends,
        wellbeing,
    )
}
"""Every experiment by its name."""
FAILURES, REFUSED, INTERRUPTED = 1, 2, 130
"""Exit codes: some runs failed; the caller can put it right; Ctrl-C."""

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


class OneSentence(TyperCommand):
    """A command that turns errors into one sentence on standard error and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except FollowerDynamicsError as error:
            _say(f"error: {error}")
            raise typer.Exit(REFUSED) from None
        except KeyboardInterrupt:
            _say("stopped: what was finished is kept, and the same command goes on from there")
            raise typer.Exit(INTERRUPTED) from None


def _option(text: str, *names: str, metavar: str | None = None) -> Any:
    return typer.Option(*names, help=text, show_default=False, metavar=metavar)


@app.command(cls=OneSentence)
def main(
    name: Annotated[str | None, typer.Argument(help="Which experiment.", metavar="[NAME]", show_default=False)] = None,
    list_all: Annotated[bool, _option("List the experiments with their questions.", "--list")] = False,
    quick: Annotated[bool, _option("A small design, done in seconds, to see what comes out.", "--quick")] = False,
    replicates: Annotated[
        int | None, _option("Replicates; of bandwagon, worlds of each population: other luck only.", metavar="N")
    ] = None,
    populations: Annotated[
        int | None, _option("Populations of bandwagon; its intervals stand on them.", metavar="N")
    ] = None,
    samples: Annotated[
        int | None, _option("Draws of all uncertain parameters, to see how robust the answer is.", metavar="N")
    ] = None,
    users: Annotated[int | None, _option("Users of each world.", metavar="N")] = None,
    days: Annotated[int | None, _option("Days each world lives.", metavar="N")] = None,
    graph: Annotated[
        Path | None,
        _option("Social graph: .csv .tsv .txt .edges .graphml .gexf, with or without .gz.", metavar="FILE"),
    ] = None,
    out: Annotated[Path | None, _option("Folder for all it leaves.  [default: out/NAME]", metavar="DIR")] = None,
    workers: Annotated[int | None, _option("Processes.  [default: all cores]", metavar="N")] = None,
    seed: Annotated[int, _option("Seed all others are spawned from.  [default: 1]", metavar="N")] = 1,
    fresh: Annotated[bool, _option("Start over where DIR holds this experiment.", "--fresh")] = False,
    retry: Annotated[bool, _option("Run again what failed before.", "--retry")] = False,
) -> None:
    """Run an experiment: many simulations, on all cores, that answer one question.

    It leaves tidy tables (Parquet), figures (PDF and PNG) and summary.md, which says what was found. Stop it, or let
    it be killed: the same command goes on where it was.

    \b
    Examples:
      python -m experiments --list
      python -m experiments bandwagon --quick
      python -m experiments bandwagon --graph friends.csv --out out/friends
    """  # noqa: D301, because \\b tells the help to leave a paragraph as it is
    if list_all:
        _list()
        return
    experiment = _find(name)
    done = experiment.run(
        Options(
            out=Path("out") / experiment.name if out is None else out,
            quick=quick,
            replicates=replicates,
            populations=populations,
            samples=samples,
            users=users,
            days=days,
            graph=graph,
            workers=workers,
            seed=seed,
            fresh=fresh,
            retry=retry,
            say=_say,
        )
    )
    if not done:
        raise typer.Exit(FAILURES)


def _list() -> None:
    width = max(map(len, EXPERIMENTS))
    for experiment in EXPERIMENTS.values():
        typer.echo(f"{experiment.name:{width}}  {experiment.question}")
        typer.echo(f"{'':{width}}  {claims(experiment.claim)}.")


def _find(name: str | None) -> Runnable:
    if name is None:
        raise ParameterError(f"say which experiment: {', '.join(EXPERIMENTS)}")
    if name not in EXPERIMENTS:
        near = difflib.get_close_matches(name, EXPERIMENTS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(EXPERIMENTS)}"
        raise ParameterError(f"there is no experiment {name!r}; {hint}")
    return EXPERIMENTS[name]


def _say(text: str) -> None:
    typer.echo(text, err=True)


if __name__ == "__main__":
    try:
        app(prog_name="python -m experiments")
    except KeyboardInterrupt:  # before the command began, or after it ended
        sys.exit(INTERRUPTED)

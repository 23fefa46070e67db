"""Command ``compare``: what a change does, from pairs of worlds that share people and random draws."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from simulation.cli.group import announce_compilation
from simulation.cli.options import Config, Days, Graph, Interventions, Outcomes, Preset, Settings, Workers
from simulation.errors import ParameterError

if TYPE_CHECKING:
    from simulation.analysis.headline import Measure
    from simulation.scenario import Scenario
    from simulation.study import Counterfactual

CONTENTS = ("differences.csv", "effects.csv", "effects.pdf", "effects.png", "summary.md")
"""What a comparison leaves in its folder, besides ``comparison.json``."""


def compare(
    config: Config = None,
    change: Annotated[
        list[str] | None, typer.Option("--change", metavar="NAME=VALUE", help="A change from the start (repeatable).")
    ] = None,
    intervene: Interventions = None,
    settings: Settings = None,
    preset: Preset = None,
    graph: Graph = None,
    replicates: Annotated[int, typer.Option(min=2, metavar="N", help="Pairs of worlds.")] = 20,
    days: Days = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", help="Seed that those of the pairs are spawned from.  [default: 0]")
    ] = None,
    outcome: Outcomes = None,
    workers: Workers = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for tables, a figure and a summary.  [default: none]")
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over where DIR holds another comparison.")] = False,
) -> None:
    """Run paired simulations with and without a change, and print the effect of the change.

    Both runs of a pair use common random numbers: the same population and the same random draws. A few pairs then
    show what would take many unpaired runs; the last column says how many times as many.

    \b
    Examples:
      follower-dynamics compare --preset default --change feed.popularity_bias=0.5
      follower-dynamics compare study.toml --intervene "90 hide_like_counts=true" --out out/hidden
      follower-dynamics compare study.toml --change session.session_cap=20 --replicates 50 --days 180
    """
    from simulation.analysis.headline import HEADLINE, headline
    from simulation.cli.config import asked
    from simulation.interventions import parse_intervention
    from simulation.parameters import parse_assignment
    from simulation.study import counterfactual

    if config is None and preset is None:
        raise ParameterError(
            "say what world is changed: a TOML file, or --preset NAME; `follower-dynamics compare --preset default "
            "--change feed.popularity_bias=0.5` changes the defaults"
        )
    base, _ = asked(config, settings or [], preset=preset, seed=seed, days=days, graph=graph)
    changes: list[Any] = [dict([parse_assignment(text)]) for text in change or []]
    changes += [parse_intervention(text) for text in intervene or []]
    if not changes:
        raise ParameterError("say what is changed: --change NAME=VALUE, or --intervene 'DAY LEVER=VALUE'")
    outcomes = headline(outcome) if outcome else HEADLINE
    if out is not None:
        _claim(out, base, [*(change or []), *(intervene or [])], replicates, outcomes, fresh)
    announce_compilation("compiled")
    found = counterfactual(base, changes, replicates=replicates, outcomes=outcomes, workers=workers)
    typer.echo(found.text())
    if out is not None:
        store(found, out)
        typer.echo(f"\nstored in {out}: {', '.join(CONTENTS)}")


def store(found: "Counterfactual", folder: Path) -> None:
    """Write tables, figure and summary into a folder, each file whole or not at all.

    Raises
    ------
    OutputError
        If one cannot be written.
    """
    from simulation import plots
    from simulation.files import write_whole

    write_whole(folder / "differences.csv", found.differences.to_csv(index=False).encode())
    write_whole(folder / "effects.csv", found.table().to_csv().encode())
    plots.save(found.plot(), folder / "effects")
    write_whole(folder / "summary.md", found.markdown().encode())


def _claim(
    out: Path, base: "Scenario", changes: list[str], replicates: int, outcomes: "Mapping[str, Measure]", fresh: bool
) -> None:
    """Make the folder that of this comparison, before the time for it is spent, and write down what it compares."""
    from simulation.measure_versions import measure_version
    from simulation.study.folder.files import claim
    from simulation.versions import history_version

    identity = {
        "scenario": base.digest(),
        "change": changes,
        "replicates": replicates,
        "days": base.days,
        "outcomes": {name: measure_version(measure) for name, measure in outcomes.items()},
        "code": history_version(),
    }
    claim(out, "comparison", identity, fresh=fresh, contents=CONTENTS)

"""Commands ``parameters``, ``levers`` and ``presets``: what can be set, what can be changed, settings by name."""

import json
import shutil
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import tomli_w
import typer

from simulation.analysis.wording import aligned, markdown_table, span
from simulation.cli.options import Plugins
from simulation.errors import ParameterError

if TYPE_CHECKING:
    from simulation.creators.acts import Act
    from simulation.declare import Declaration

COLUMNS = ("name", "default", "unit", "bounds", "kind", "source", "about")
NARROWEST_ABOUT = 30
"""Below so many characters, what a parameter is about goes onto lines of its own."""


def parameters(
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only those whose name, meaning or source has this text.")
    ] = None,
    kind: Annotated[
        Literal["uncertainty", "lever", "constant"] | None,
        typer.Option(help="uncertainty: not known; lever: somebody's choice; constant: fixes size or form."),
    ] = None,
    form: Annotated[
        Literal["table", "markdown", "csv", "toml"],
        typer.Option("--format", help="toml can be edited and given to `run`."),
    ] = "table",
    plugins: Plugins = None,
) -> None:
    """List the parameters: default, unit, bounds, kind, source and meaning.

    \b
    Examples:
      follower-dynamics parameters
      follower-dynamics parameters --plugin contagion.py:CONTAGION
      follower-dynamics parameters --kind lever --search feed
      follower-dynamics parameters --format csv > parameters.csv
    """
    from simulation.scenario_file import brought

    known = _known(brought(plugins or []))
    found = [d for d in known.values() if _matches(search, d.name, d.about, d.source) and kind in {None, d.kind}]
    if not found:
        raise ParameterError(f"no parameter{f' of kind {kind}' if kind else ''} has the text {search!r}")
    if form == "toml":
        typer.echo(_toml(found))
    else:
        _print([_cells(d) for d in found], form)


def levers(
    search: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Only those whose name or meaning has this.")
    ] = None,
    form: Annotated[Literal["table", "markdown", "csv"], typer.Option("--format")] = "table",
    plugins: Plugins = None,
) -> None:
    """List what can be changed in the middle of a run: levers, and acts on creators.

    A lever is a parameter that is somebody's choice. It keeps its value until an intervention moves it; its default is
    what it starts from. An act is done once, on its day. The end of a lever's name is enough where no other ends so:
    popularity_bias for feed.popularity_bias.

    \b
    Examples:
      follower-dynamics levers
      follower-dynamics levers --search follower
      follower-dynamics run --preset tiktok --intervene "90 popularity_bias=0" --out out/flat
    """
    from simulation.creators.acts import ACTS, Act
    from simulation.scenario_file import brought

    more = brought(plugins or [])
    levers = [d for d in _known(more).values() if d.kind == "lever"]
    acts = [*ACTS.values(), *(item for item in more.get("plugins", ()) if isinstance(item, Act))]
    found = [_cells(d) for d in levers if _matches(search, d.name, d.about, d.source)]
    found += [_act_cells(act) for act in acts if _matches(search, act.name, act.about)]
    if not found:
        raise ParameterError(f"no lever and no act has the text {search!r}")
    _print(found, form)


def presets(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Print this preset as TOML.")] = None,
) -> None:
    """List the presets, or print one as a TOML file that `run` takes.

    \b
    Examples:
      follower-dynamics presets
      follower-dynamics presets instagram > mine.toml
      follower-dynamics run mine.toml --out out/mine
    """
    from simulation.parameters import nested
    from simulation.presets import PRESETS, preset

    if name is not None:
        values = tomli_w.dumps(nested(preset(name).set_values()))
        about = textwrap.fill(PRESETS[name].about, 100, initial_indent="# ", subsequent_indent="# ")
        typer.echo(f"{about}\n\n{values}".rstrip())
        return
    indent = max(map(len, PRESETS)) + 2
    width = max(60, shutil.get_terminal_size((100, 24)).columns)
    for known, described in PRESETS.items():
        typer.echo(
            textwrap.fill(described.about, width, initial_indent=f"{known:<{indent}}", subsequent_indent=" " * indent)
        )


def _known(more: Mapping[str, Any]) -> Mapping[str, "Declaration"]:
    """Every parameter by dotted name, those of plug-ins too that are arguments of a `Scenario`."""
    from simulation.scenario import Scenario

    return Scenario(**more).parameters.known()


def _print(rows: Sequence[tuple[str, ...]], form: str) -> None:
    """Print rows of :data:`COLUMNS` in a form that is not TOML."""
    if form == "csv":
        import pandas as pd

        typer.echo(pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(index=False).rstrip("\n"))
    elif form == "markdown":
        typer.echo(markdown_table(COLUMNS, [(f"`{name}`", *cells) for name, *cells in rows]))
    else:
        width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else None
        typer.echo(table(rows, width))


def _matches(text: str | None, *where: str) -> bool:
    return text is None or text.lower() in " ".join(where).lower()


def _cells(d: "Declaration") -> tuple[str, ...]:
    """The parameter as text, one cell for each of :data:`COLUMNS`."""
    return (d.name, json.dumps(d.default).strip('"'), d.unit, _bounds(d), d.kind, d.source, d.about)


def _act_cells(act: "Act") -> tuple[str, ...]:
    """An act on creators as text, one cell for each of :data:`COLUMNS`; it has no default and no source."""
    return (act.name, "", act.unit, _bounds(act), "act", "", act.about)


def _bounds(of: "Declaration | Act") -> str:
    if words := getattr(of, "words", of.choices):
        return " | ".join(words)
    return "true | false" if of.low is None or of.high is None else span(of.low, of.high, digits=6)


def table(rows: Sequence[Sequence[str]], width: int | None) -> str:
    """Rows of :data:`COLUMNS` as aligned text, at most ``width`` wide; None: a line each, however long.

    Where the terminal is narrow, meaning and source stand on lines below the name.
    """
    short = [(*row[:3], row[3] if len(row[3]) <= 16 else "a choice", row[4]) for row in rows]
    head, _, *firsts = aligned(COLUMNS[:5], short).splitlines()
    lead = max(map(len, [head, *firsts])) + 2
    beside = width is None or width - lead >= NARROWEST_ABOUT
    lines = [f"{head:<{lead}}about [source]" if beside else head]
    lines.append("-" * min(len(lines[0]) if width is None else width, 200))
    for row, cells, first in zip(rows, short, firsts, strict=True):
        choices = f" One of {row[3]}." if cells[3] == "a choice" else ""
        about = f"{row[6]}.{choices}" + (f" [{row[5]}]" if row[5] else "")
        if width is None:
            lines.append(f"{first:<{lead}}{about}")
        elif beside:
            lines += textwrap.wrap(about, width, initial_indent=f"{first:<{lead}}", subsequent_indent=" " * lead)
        else:
            lines += [first, *textwrap.wrap(about, width, initial_indent="    ", subsequent_indent="    ")]
    return "\n".join(lines)


def _toml(found: Iterable["Declaration"]) -> str:
    """Parameters with their defaults as TOML, each under its meaning as a comment."""
    lines: list[str] = []
    at = ""
    for declared in found:
        section, _, name = declared.name.rpartition(".")
        if section != at:
            lines += ["", f"[{section}]"]
            at = section
        _, _, unit, bounds, *_ = _cells(declared)
        lines += textwrap.wrap(f"{declared.about} ({unit}; {bounds})", 100, initial_indent="# ", subsequent_indent="# ")
        lines.append(f"{name} = {json.dumps(declared.default)}")
    return "\n".join(lines).lstrip("\n")

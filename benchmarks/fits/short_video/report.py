"""What a fit leaves in its folder: tables, figures and a summary."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.fits.short_video.observed import (
    DEFAULT_CREATORS,
    DEFAULT_DAYS,
    DEFAULT_USERS,
    PRESET,
    World,
)
from benchmarks.fits.short_video.worlds import SETTINGS
from simulation.analysis.targets import format_check
from simulation.analysis.wording import markdown_table, number
from simulation.files import write_whole
from simulation.parameters import KNOWN, Parameters
from simulation.plots import save
from simulation.presets import PRESETS

if TYPE_CHECKING:
    from simulation.study import Calibration, Recovery


MISSED = 2.0
"""Scales from what was observed beyond which the fitted worlds are said to miss it."""
MATTERS = 1.0
"""Effect, in scales, from which the screen calls a parameter one that matters."""


@dataclass(frozen=True)
class Found:
    """Everything the script found out."""

    world: World
    calibration: Calibration
    values: dict[str, object]
    agreement: pd.DataFrame
    full: dict[str, pd.DataFrame] | None
    """By setting, the check of worlds of default size; None where they were not simulated."""
    screen: pd.DataFrame | None
    recovery: Recovery | None


def leave(out: Path, found: Found) -> str:
    """Write everything into the folder; returns the summary.

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    tables = {"posterior": found.calibration.posterior, "agreement": found.agreement.reset_index()}
    if found.screen is not None:
        tables["screen"] = found.screen.reset_index()
    if found.recovery is not None:
        tables["recovery"] = found.recovery.trials
    for name, table in tables.items():
        write_whole(out / f"{name}.csv", table.to_csv(index=False).encode())
    buffer = io.BytesIO()
    found.calibration.simulations.to_parquet(buffer, index=False)
    write_whole(out / "simulations.parquet", buffer.getvalue())
    defaults = {name: float(str(KNOWN[name].default)) for name in found.calibration.problem.names}
    save(found.calibration.plot(defaults), out / "figures" / "posterior")
    save(found.calibration.plot_pairs(), out / "figures" / "pairs")
    write_whole(out / f"{PRESET}.toml", toml(found.values).encode())
    text = summary(found)
    write_whole(out / "summary.md", text.encode())
    return text


def toml(values: dict[str, object]) -> str:
    """The values as a file that ``follower-dynamics run`` takes."""
    return Parameters().with_values(values).to_toml(only_changed=True)


def summary(found: Found) -> str:
    """The summary, as Markdown."""
    size = found.world
    parts = [
        f"# The preset `{PRESET}`",
        f"Worlds of {size.users:,} users and {size.creators:,} creators, {size.days} days; a popularity prior scaled "
        "to the number of users.",
        found.calibration.markdown(),
        "## Values",
        _values(found),
        "## Agreement on fresh seeds",
        f"Off: simulated - observed, in scales; beyond {MISSED:g} it is missed.",
        _agreement(found.agreement),
        _missed(found.agreement),
    ]
    if found.full is not None:
        parts += [
            f"## Worlds of default size ({DEFAULT_USERS:,} users, {DEFAULT_CREATORS:,} creators, {DEFAULT_DAYS} days)",
            *(f"{name}:\n\n```\n{format_check(found.full[name])}\n```" for name in SETTINGS),
        ]
    if found.screen is not None:
        parts += ["## Which assumptions these observations depend on", _screen(found.screen)]
    if found.recovery is not None:
        parts += ["## Recovery of known parameters", found.recovery.markdown()]
    return "\n\n".join(parts) + "\n"


def _values(found: Found) -> str:
    rows = [(f"`{name}`", f"{KNOWN[name].default:g}", f"{value:g}") for name, value in found.values.items()]
    told = "Those of the fit are medians of the posterior, in worlds of its size."
    if found.full:
        told = (
            "Those of the fit are, of some draws of the posterior, the one whose worlds of default size come nearest "
            "to the middle of the bands of `follower-dynamics check`, on seeds of their own."
        )
    same = PRESET in PRESETS and PRESETS[PRESET].values == found.values
    shipped = "These are the values the preset ships." if same else "The preset that is shipped has other values."
    return "\n\n".join(
        [
            markdown_table(("parameter", "default", "preset"), rows),
            f"{told} {shipped}",
            f"```toml\n{toml(found.values)}```",
        ]
    )


def _agreement(table: pd.DataFrame) -> str:
    rows: list[Sequence[str]] = []
    for name, row in table.iterrows():
        unit = "" if row["unit"] == "1" else f", {row['unit']}"
        cells = [f"{name}{unit}", number(row["observed"]), number(row["scale"], 2)]
        for setting in SETTINGS:
            cells += [
                f"{number(row[setting])} ± {number(row[f'{setting}_error'], digits=1)}",
                number(row[f"{setting}_off"], 1, signed=True),
            ]
        rows.append(cells)
    return markdown_table(("observation", "observed", "scale", "defaults", "off", "fitted", "off"), rows)


def _missed(table: pd.DataFrame) -> str:
    missed = [f"{name} ({off:+.1f} scales)" for name, off in table["fitted_off"].items() if abs(off) > MISSED]
    return f"Still missed: {'; '.join(missed)}." if missed else "Nothing is missed."


def _screen(table: pd.DataFrame) -> str:
    """Those that matter as a table, the others by name."""
    labels = list(table.columns[3:])
    matter = table[table[labels].abs().max(axis=1) >= MATTERS]
    rows = [
        (f"`{name}`", f"{row['from']:.3g} to {row['to']:.3g}", *(f"{row[label]:+.1f}" for label in labels))
        for name, row in matter.iterrows()
    ]
    others = [f"`{name}`" for name in table.index if name not in matter.index]
    return "\n\n".join(
        [
            f"Effect of going from one end to the other, in scales; of {len(table)} assumptions {len(matter)} move "
            f"some observation by at least {MATTERS:g}.",
            markdown_table(("parameter", "ends", *labels), rows),
            f"These do not, and nothing here can tell their values: {', '.join(others)}.",
        ]
    )

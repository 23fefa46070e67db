"""What a counterfactual found: paired differences, their intervals, and how it shows itself."""

import html
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import pandas as pd

from simulation import plots
from simulation.analysis.intervals import Interval
from simulation.analysis.pairing import PairedEffect, paired_effect
from simulation.analysis.wording import aligned, markdown_table, number, percent, span, times, words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEW = 10
"""Replicates below which the t interval leans on normality, and the count of signs is worth a look."""


class Described(NamedTuple):
    """What is known of an outcome besides its numbers."""

    unit: str = ""
    about: str = ""
    ratio: bool = True
    """Whether 0 means none, so that there are relative differences."""


@dataclass(frozen=True, eq=False)
class Counterfactual:
    """Two worlds that differ in one change, replicate by replicate; made by :func:`counterfactual`."""

    differences: pd.DataFrame
    """One row per replicate and outcome: replicate, seed, luck, outcome, base, changed, difference (changed - base)."""
    base: Mapping[str, object]
    """Parameters of the base world that are not left at their defaults."""
    change: tuple[str, ...]
    """What the changed world has besides, one line each: NAME=VALUE from the start, DAY LEVER=VALUE later."""
    interventions: tuple[str, ...]
    """What happens on a day of both worlds."""
    days: int
    same_until: int
    """First day on which the worlds may differ; before it they are one history, bit for bit."""
    level: float
    outcomes: Mapping[str, Described]

    @property
    def replicates(self) -> int:
        """Replicates, each simulated in both worlds."""
        return int(self.differences["replicate"].nunique())

    def effects(self) -> dict[str, PairedEffect]:
        """The effect of the change on each outcome, relative ones only where 0 means none."""
        found = {}
        for name, described in self.outcomes.items():
            rows = self.differences[self.differences["outcome"] == name]
            effect = paired_effect(rows["base"], rows["changed"], self.level)
            nothing = Interval(math.nan, math.nan, math.nan, self.level)
            absolute = effect._replace(relative=nothing, unpaired_relative=nothing)
            found[name] = effect if described.ratio else absolute
        return found

    def table(self) -> pd.DataFrame:
        """One row per outcome, indexed by it.

        ``base``, ``changed``, ``difference``: means over replicates, ``base_deviation`` the standard deviation of the
        base between them; ``low``, ``high``: Student's t interval of the difference. ``increased``, ``decreased``:
        replicates with a difference above and below 0. ``standardised`` (difference in standard deviations of the base
        between replicates) and ``relative`` (share of the base's mean), each with ``_low`` and ``_high``. The same
        ends under ``unpaired_``: the intervals that as many replicates give where the worlds share nothing.
        ``correlation`` of the worlds over replicates. ``replicates_saved`` (with ``saved_low``, ``saved_high``): how
        many times the replicates an unpaired comparison needs for an interval as short. NaN where it is
        undefined (zero denominator).
        """
        rows = {name: _row(effect, self.outcomes[name].unit) for name, effect in self.effects().items()}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("outcome")

    def plot(self, scale: Literal["standardised", "relative"] = "standardised") -> "Figure":
        """Forest plot of the differences, :func:`simulation.plots.counterfactual`."""
        return plots.counterfactual(self.table(), scale=scale)

    def text(self) -> str:
        """The table as aligned text, under what was compared and above what its columns mean."""
        header, *rows = self._cells()
        return "\n".join([self.heading(), "", aligned(header, rows), "", *self._notes()])

    def markdown(self) -> str:
        """The same as Markdown."""
        header, *rows = self._cells(bounds=True)
        return "\n".join(
            [self.heading(), "", markdown_table(header, rows), "", *(f"- {note}" for note in self._notes()), ""]
        )

    def heading(self) -> str:
        """What was compared, in a few words."""
        since = f", the same until day {self.same_until}" if self.same_until else ""
        return f"{'; '.join(self.change)}: {self.replicates} pairs of worlds, {self.days:,} days{since}"

    def __repr__(self) -> str:
        """The comparison as text."""
        return self.text()

    def _repr_html_(self) -> str:
        """The comparison as a table, for notebooks."""
        header, *rows = ([html.escape(cell) for cell in line] for line in self._cells())
        head = "".join(f"<th>{cell}</th>" for cell in header)
        body = "".join(
            f"<tr><th style='text-align:left' title='{html.escape(self.outcomes[name].about, quote=True)}'>{first}</th>"
            + "".join(f"<td style='text-align:right'>{cell}</td>" for cell in others)
            + "</tr>"
            for name, (first, *others) in zip(self.effects(), rows, strict=True)
        )
        notes = "<br>".join(html.escape(note) for note in self._notes())
        caption = html.escape(self.heading())
        return (
            f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"<small>{notes}</small>"
        )

    def _cells(self, *, bounds: bool = False) -> list[list[str]]:
        """Heading and rows of the printed table; ``bounds``: with the interval of what pairing saved."""
        few = self.replicates < FEW
        rows = [
            {
                "outcome": words(name),
                "unit": self.outcomes[name].unit,
                "base": number(effect.base, digits=4),
                "difference": number(effect.difference.estimate, digits=4, signed=True),
                f"{self.level:.0%} interval": span(*effect.difference[1:3], digits=4, signed=True),
                "relative": percent(effect.relative.estimate, 2, signed=True),
                **({"up / down": f"{effect.increased} / {effect.decreased}"} if few else {}),
                "saved": _saved(effect.saved, bounds=bounds),
            }
            for name, effect in self.effects().items()
        ]
        return [list(rows[0]), *(list(row.values()) for row in rows)]

    def _notes(self) -> list[str]:
        """What the printed columns mean, where that is not plain."""
        notes = [
            "difference: changed - base, mean over pairs that share people and random draws; interval: Student's t",
            "saved: how many times the replicates an unpaired comparison needs for an interval as short",
        ]
        if self.replicates < FEW:
            notes.insert(1, "up / down: pairs in which the change raised and lowered the outcome")
        if self.interventions:
            notes.append(f"in both worlds: {'; '.join(self.interventions)}")
        return notes


def _row(effect: PairedEffect, unit: str) -> dict[str, object]:
    return {
        "unit": unit,
        "base": effect.base,
        "base_deviation": effect.deviation,
        "changed": effect.changed,
        **_numbers("difference", effect.difference, ""),
        **_ends("unpaired_", effect.unpaired),
        "increased": effect.increased,
        "decreased": effect.decreased,
        **_numbers("standardised", effect.standardised, "standardised_"),
        **_numbers("relative", effect.relative, "relative_"),
        **_ends("unpaired_standardised_", effect.unpaired_standardised),
        **_ends("unpaired_relative_", effect.unpaired_relative),
        "correlation": effect.correlation,
        **_numbers("replicates_saved", effect.saved, "saved_"),
    }


def _numbers(name: str, found: Interval, prefix: str) -> dict[str, float]:
    return {name: found.estimate, **_ends(prefix, found)}


def _ends(prefix: str, found: Interval) -> dict[str, float]:
    return {f"{prefix}low": found.low, f"{prefix}high": found.high}


def _saved(saved: Interval, *, bounds: bool) -> str:
    ends = f" ({times(saved.low)} .. {times(saved.high)})" if bounds and math.isfinite(saved.low) else ""
    return times(saved.estimate) + ends

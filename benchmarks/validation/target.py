"""Targets: what theory, experiments and data say must come out, and what the simulation gives beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from simulation.analysis.intervals import Interval
from simulation.errors import ParameterError
from simulation.study.directions.claims import holm

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

FAMILY_ALPHA = 0.01
"""How likely at most it is that any fit of a run is said to fail although all laws hold (Holm over all of them)."""

Kind = Literal["exact", "experiment", "field"]
"""A law that holds in a special case; a controlled experiment; what is seen in the wild."""


@dataclass(frozen=True)
class Fit:
    """A test of simulated numbers against a law that theory gives exactly.

    Attributes
    ----------
    name
        What is tested, with size and engine; unique within its target.
    law
        The law, in a few words or symbols.
    test
        Which test of goodness of fit, and of what: a whole distribution wherever there is one.
    p
        How likely numbers at least as far from the law are, if it holds.
    size
        How many independent numbers were tested.
    """

    name: str
    law: str
    test: str
    p: float
    size: int

    def __post_init__(self) -> None:
        if not 0.0 <= self.p <= 1.0:
            raise ParameterError(f"fit {self.name!r}: its p-value must lie between 0 and 1, not {self.p}")


@dataclass(frozen=True)
class Band:
    """A number that the simulation gives, beside the range in which others found it.

    Attributes
    ----------
    name, unit
        What is measured, unique within its target, and in what.
    low, high
        Where it must lie, both included; infinite where there is no bound.
    found
        Mean over seeds (or the one estimate) with its interval.
    seeds
        How many runs it comes from.
    given
        The published value itself, where there is one.
    source
        Whence the range is, where it is not the target's own source.
    missed
        Why it stays missed, for one known to be: an account of the mechanism that lacks.
    whole
        Whether the whole interval must lie within, as for what is said against chance.
    """

    name: str
    unit: str
    low: float
    high: float
    found: Interval
    seeds: int
    given: float = math.nan
    source: str = ""
    missed: str = ""
    whole: bool = False

    def __post_init__(self) -> None:
        if not self.low <= self.high or (math.isinf(self.low) and math.isinf(self.high)):
            raise ParameterError(f"band {self.name!r} needs a bound, and the low one must not be above the high one")

    @property
    def met(self) -> bool:
        """Whether the estimate lies within the band, and where asked for the whole interval; no number does not."""
        inside = self.low <= self.found.estimate <= self.high
        return bool(inside and (self._wholly_inside or not self.whole))

    @property
    def clear(self) -> bool:
        """Whether the whole interval lies on the side of the bounds where the estimate is."""
        if self.low <= self.found.estimate <= self.high:
            return self._wholly_inside
        return self.found.high < self.low or self.found.low > self.high

    @property
    def _wholly_inside(self) -> bool:
        return bool(self.low <= self.found.low and self.found.high <= self.high)


@dataclass(frozen=True)
class Evidence:
    """What one target came to.

    Attributes
    ----------
    checks
        Fits and bands, at least one.
    tables
        By name, tidy: what the figure shows; written beside it.
    notes
        Sentences with numbers of this run that a reader needs, for the page.
    """

    checks: tuple[Fit | Band, ...]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        names = [check.name for check in self.checks]
        if not names or len(set(names)) < len(names):
            raise ParameterError(f"evidence needs at least one check, each of a name of its own; it has {names}")

    @property
    def fits(self) -> tuple[Fit, ...]:
        """Checks that are tests of a law."""
        return tuple(check for check in self.checks if isinstance(check, Fit))

    @property
    def bands(self) -> tuple[Band, ...]:
        """Checks that are numbers beside a range."""
        return tuple(check for check in self.checks if isinstance(check, Band))


@dataclass(frozen=True)
class Effort:
    """How much is run, and on what.

    Attributes
    ----------
    quick
        Small sizes and few seeds; the same checks as far as they keep their meaning.
    data
        Folder of real data; None where it is not there.
    """

    quick: bool = False
    data: Path | None = None


@dataclass(frozen=True)
class Target:
    """Something the simulation is checked against.

    Attributes
    ----------
    name, title
        As the command takes it, and as the page heads it.
    kind
        Law, experiment or field.
    about
        What is run and compared, in a few sentences of Markdown.
    source
        Whose result it is.
    measure
        Runs it; a function at the top level of a module, so that other processes find it. Seeds are fixed in it.
    figure
        Shows evidence of it; every check is in it or beside what it shows.
    needs
        Files of real data, relative to their folder, without which it is skipped.
    """

    name: str
    title: str
    kind: Kind
    about: str
    source: str
    measure: Callable[[Effort], Evidence]
    figure: Callable[[Evidence], Figure]
    needs: tuple[str, ...] = ()

    def lacks(self, effort: Effort) -> list[str]:
        """Files of real data that it needs and that are not there."""
        return [name for name in self.needs if effort.data is None or not (effort.data / name).is_file()]


def failures(fits: Sequence[Fit], alpha: float = FAMILY_ALPHA) -> list[Fit]:
    """Fits whose law is refused, the chance of refusing any that holds being at most ``alpha`` (Holm 1979)."""
    adjusted = holm([fit.p for fit in fits]) if fits else np.empty(0)
    return [fit for fit, p in zip(fits, adjusted, strict=True) if p < alpha]

"""Targets: what theory, experiments and data say must come out, and the evidence of what the simulation gives."""

from __future__ import annotations

import inspect
import json
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal, Self

import pandas as pd
from matplotlib.figure import Figure

from simulation.analysis.expectation import Expectation, holm
from simulation.analysis.intervals import Interval, t_interval
from simulation.analysis.tables import FloatArray
from simulation.errors import ParameterError, ResultError
from simulation.files import write_whole
from simulation.measure_versions import measure_version
from simulation.versions import history_version

FAMILY_ALPHA = 0.01
"""Largest probability that any fit of a run is called refused although all laws hold (Holm over all of them)."""

Kind = Literal["exact", "experiment", "field"]
"""A law that holds in a special case; a controlled experiment; what is seen in the wild."""
UNMEASURED = Interval(math.nan, math.nan, math.nan, 0.95)


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


@dataclass(frozen=True, kw_only=True)
class Band(Expectation):
    """A range in which others found a number, and once measured what the simulation gives.

    Attributes
    ----------
    given
        The published value itself, where there is one.
    missed
        For a band known to be missed: which mechanism is lacking.
    fitted
        Whether parameters were set by hand against it, or nothing was; None where that is not said.
    whole
        Whether the whole interval must lie inside, both bounds excluded: for what is said against chance. Otherwise
        the estimate must, both bounds included.
    holds
        A number that the interval must hold; None: any.
    found
        Mean over seeds (or the one estimate) with its interval.
    seeds
        How many runs it comes from.
    """

    given: float = math.nan
    missed: str = ""
    fitted: bool | None = None
    whole: bool = False
    holds: float | None = None
    found: Interval = UNMEASURED
    seeds: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "name", self.name or self.says)

    def measured(self, values: Sequence[float] | FloatArray) -> Self:
        """The band with what each seed gave; a seed without a number leaves the estimate undefined."""
        return replace(self, found=t_interval(values), seeds=len(values))

    def exactly(self, value: float) -> Self:
        """The band with one number in which nothing is random."""
        return replace(self, found=Interval(value, value, value, 0.95), seeds=1)

    @property
    def met(self) -> bool:
        """Whether the estimate, or where asked for the whole interval, lies in the band, and what it must hold in the
        interval; an undefined one does not.
        """
        if self.whole:
            return self.low < self.found.low and self.found.high < self.high
        held = self.holds is None or self.found.low <= self.holds <= self.found.high
        return held and self.contains(self.found.estimate)

    def row(self) -> dict[str, object]:
        """For a table of checks."""
        found = dict(zip(("estimate", "interval_low", "interval_high"), self.found[:3], strict=True))
        span = {"unit": self.unit, "low": self.low, "high": self.high, "published": self.given}
        return {**span, **found, "seeds": self.seeds, "met": self.met}

    @property
    def origin(self) -> str:
        """Whether the number was fitted or predicted, as a page says it; empty where that is not said."""
        return "" if self.fitted is None else "fitted" if self.fitted else "predicted"

    @property
    def clear(self) -> bool:
        """Whether the whole interval lies on the side of the bounds where the estimate is."""
        return self.contains_all(self.found) if self.contains(self.found.estimate) else self.excludes(self.found)


def band(
    says: str, low: float, high: float, unit: str = "", *, given: float = math.nan, source: str = "", missed: str = ""
) -> Band:
    """A band by its bounds, infinite where there is none."""
    return Band(says, low=low, high=high, unit=unit, given=given, source=source, missed=missed)


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

    def write(self, path: Path, version: str) -> None:
        """Write a file, whole or not at all, with the version of what measured; numbers keep every bit."""
        tables = {name: {str(key): table[key].tolist() for key in table} for name, table in self.tables.items()}
        checks = [asdict(check) for check in self.checks]
        data = {"version": version, "checks": checks, "tables": tables, "notes": list(self.notes)}
        write_whole(path, json.dumps(data, indent=1).encode())

    @classmethod
    def read(cls, path: Path, version: str) -> Evidence | None:
        """Evidence from a file; None where there is no file, or another version of the code measured it.

        Raises
        ------
        ResultError
            If the file is damaged, or no evidence.
        """
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            if data["version"] != version:
                return None
            checks = [
                Fit(**check) if "p" in check else Band(**{**check, "found": Interval(*check["found"])})
                for check in data["checks"]
            ]
            tables = {name: pd.DataFrame(columns) for name, columns in data["tables"].items()}
            return cls(tuple(checks), tables, tuple(data["notes"]))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ResultError(f"{path}: cannot be read: {error.strerror or error}") from None
        except (KeyError, TypeError, ValueError, ParameterError):
            raise ResultError(f"{path}: is damaged, or no evidence of a target") from None


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


def described(measure: Callable[..., object]) -> str:
    """What a function measures: its docstring, in which names of its module in braces stand for their values."""
    return inspect.cleandoc(measure.__doc__ or "").format_map(vars(sys.modules[measure.__module__]))


@dataclass(frozen=True)
class Target:
    """Something the simulation is checked against.

    Attributes
    ----------
    name, title
        As the command takes it, and as the page heads it.
    kind
        Law, experiment or field.
    source
        Whose result it is.
    measure
        Runs it; a function at the top level of a module, so that other processes find it. Seeds are fixed in it.
        Its docstring says what is run and compared, in a few sentences of Markdown, with values of its module's names
        in braces.
    figure
        Shows evidence of it; every check is in it or next to it.
    needs
        Files of real data (``data.toml``) without which it is skipped.
    """

    name: str
    title: str
    kind: Kind
    source: str
    measure: Callable[[Effort], Evidence]
    figure: Callable[[Evidence], Figure]
    needs: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """What is run and compared."""
        return described(self.measure)

    def version(self) -> str:
        """Digest of the code that its evidence depends on."""
        return f"{history_version()}-{measure_version(self.measure)}"

    def lacks(self, effort: Effort) -> list[str]:
        """Files of real data that it needs and that are not there."""
        return [name for name in self.needs if effort.data is None or not (effort.data / name).is_file()]


def failures(fits: Sequence[Fit], alpha: float = FAMILY_ALPHA) -> list[Fit]:
    """Fits whose law is refused, the chance of refusing any that holds being at most ``alpha`` (Holm 1979)."""
    return [fit for fit, p in zip(fits, holm([fit.p for fit in fits]), strict=True) if p < alpha]

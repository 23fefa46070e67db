"""Evidence as a file: what one target came to, kept so that nothing is measured twice."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulation.analysis.intervals import Interval
from simulation.errors import ParameterError, ResultError
from simulation.files import write_whole
from simulation.validation.target import Band, Evidence, Fit

if TYPE_CHECKING:
    import pandas as pd


def to_data(evidence: Evidence) -> dict[str, Any]:
    """Evidence in plain values of JSON; numbers keep every bit."""
    return {
        "fits": [asdict(fit) for fit in evidence.fits],
        "bands": [{**asdict(band), "found": list(band.found)} for band in evidence.bands],
        "order": [check.name for check in evidence.checks],
        "tables": {name: _columns(table) for name, table in evidence.tables.items()},
        "notes": list(evidence.notes),
    }


def from_data(data: dict[str, Any]) -> Evidence:
    """Evidence again, from what :func:`to_data` gave.

    Raises
    ------
    KeyError, TypeError, ValueError, ParameterError
        If it is nothing of the kind.
    """
    import pandas as pd

    checks: dict[str, Fit | Band] = {fit["name"]: Fit(**fit) for fit in data["fits"]}
    for band in data["bands"]:
        checks[band["name"]] = Band(**{**band, "found": Interval(*band["found"])})
    tables = {name: pd.DataFrame(columns) for name, columns in data["tables"].items()}
    return Evidence(tuple(checks[name] for name in data["order"]), tables, tuple(data["notes"]))


def write(path: Path, evidence: Evidence) -> None:
    """Write evidence, whole or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    write_whole(path, json.dumps(to_data(evidence), indent=1).encode())


def read(path: Path) -> Evidence | None:
    """Evidence from a file; None where there is no file.

    Raises
    ------
    ResultError
        If the file is damaged, or no evidence.
    """
    try:
        return from_data(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ResultError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (KeyError, TypeError, ValueError, ParameterError):
        raise ResultError(f"{path}: is damaged, or no evidence of a target") from None


def _columns(table: pd.DataFrame) -> dict[str, list[Any]]:
    """Columns by name as lists of plain values."""
    return {str(name): table[name].tolist() for name in table.columns}

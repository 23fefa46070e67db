"""Worlds at rest, kept: the days before day 0 are simulated once for a scenario, and found again by all later runs.

A world is kept under the digest of its scenario, interventions left out, and the version of all that decides histories:
another scenario or version has another file. The files lie beside the compiled code in the user's cache folder, the
latest :data:`KEPT` of them; anybody may delete them.
"""

import hashlib
import os
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from simulation.compiling import cache_folder
from simulation.errors import OutputError, ParameterError, ResultError
from simulation.files import whole_file
from simulation.records.state_arrays import restore_state, state_arrays
from simulation.state import State
from simulation.versions import history_version

if TYPE_CHECKING:
    from simulation.scenario import Scenario

KEPT = 40
"""How many worlds are kept, the latest used."""


def bring_to_rest(scenario: "Scenario", state: State, live_a_day: Callable[[], object]) -> bool:
    """Bring the world of a scenario to its day 0: as it was kept, or day by day, and then keep it.

    Parameters
    ----------
    scenario, state
        Of a model before its first day; the state is changed.
    live_a_day
        What simulates a day.

    Returns
    -------
    bool
        Whether the world had been kept.
    """
    place = _place(scenario)
    if place is not None and _open(place, state):
        return True
    while state.day < 0:
        live_a_day()
    if place is not None:
        _keep(place, state)
    return False


def _place(scenario: "Scenario") -> Path | None:
    """The file of a scenario's world, whether it is there or not; None where it cannot be kept.

    Agents and models of one's own may hold what is in no array; code without source text has no version; and without a
    cache folder there is no place.
    """
    folder, own = cache_folder(), scenario.model_type or scenario.behaviour.agents
    if folder is None or own:
        return None
    try:
        digest = scenario.replace(interventions=(), days=None).digest()
    except ParameterError:
        return None
    name = hashlib.sha256(f"{digest} {history_version()}".encode()).hexdigest()[:32]
    return Path(folder).parent / "worlds" / f"{name}.npz"


def _open(place: Path, state: State) -> bool:
    """Put a world that was kept in place of a state; whether there was a whole one."""
    if not place.exists():
        return False
    try:
        with np.load(place) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        restore_state(state, found)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, ResultError) as error:
        warnings.warn(f"the world at rest in {place} is damaged, and is made anew: {error}", stacklevel=4)
        place.unlink(missing_ok=True)
        return False
    os.utime(place)
    return True


def _keep(place: Path, state: State) -> None:
    """Keep a world for later, and of all worlds the latest; a run does not fail because this cannot be done."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(place) as draft, draft.open("wb") as file:
            np.savez(file, **state_arrays(state))  # type: ignore[arg-type]
        kept = sorted(place.parent.glob("*.npz"), key=lambda path: path.stat().st_mtime)
        for path in kept[:-KEPT]:
            path.unlink(missing_ok=True)
    except (OSError, OutputError) as error:
        warnings.warn(f"the world at rest is not kept, so the next run has to wait again: {error}", stacklevel=4)

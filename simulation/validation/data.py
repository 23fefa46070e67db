"""Where real data are: a folder that others made and that is never part of this package."""

from __future__ import annotations

import os
from pathlib import Path

from simulation.errors import ConfigError

FOLDER = "FOLLOWER_DATA"
"""Environment variable with the folder of real data."""
BESIDE = Path(__file__).parents[3] / "shared" / "data"
"""Where it is looked for without the variable: beside the repository."""


def data_folder(given: Path | None = None) -> Path | None:
    """Folder of real data: the one given, else that of ``FOLLOWER_DATA``, else the one beside the repository.

    None where the last is not there.

    Raises
    ------
    ConfigError
        If a folder was named that does not exist.
    """
    named = given or (Path(os.environ[FOLDER]) if os.environ.get(FOLDER) else None)
    if named is None:
        return BESIDE if BESIDE.is_dir() else None
    if not named.is_dir():
        whose = "the folder of real data" if given else f"the folder of real data that {FOLDER} names"
        raise ConfigError(
            f"{whose}, {named}, does not exist; leave it out, or name one with kuairand, musiclab, twitch"
        )
    return named

"""The Music Lab's own numbers, where this folder of experiments looks for them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.validation import music_lab_data
from benchmarks.validation.music_lab_data import PUBLISHED, Numbers, computed, sorted_shares

if TYPE_CHECKING:
    from benchmarks.validation.music_lab_data import Counts

__all__ = ["PUBLISHED", "SIGNAL", "Numbers", "computed", "downloads", "sorted_shares"]

FOLDER = "FOLLOWER_DATA"
"""Environment variable with the folder of real data; without it, ``../shared/data`` beside the repository."""
SIGNAL = {1: "weak", 2: "strong"}
"""Arm that stands for the social condition of each experiment."""


def downloads(experiment: int, folder: Path | None = None) -> Counts | None:
    """Downloads of every song, (9, songs): eight worlds with a signal and the independent one; None without the file.

    Parameters
    ----------
    experiment
        1 or 2.
    folder
        Of real data; None takes the usual one.
    """
    beside = Path(__file__).parents[1] / ".." / "shared" / "data"
    return music_lab_data.downloads(experiment, folder or Path(os.environ.get(FOLDER, beside)))

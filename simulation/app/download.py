"""Runs as one file to take away: tables in Parquet as the package writes them, and the TOML that gives them again."""

import io
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from simulation.app.lane import Lane

README = """\
follower-dynamics: what the dashboard showed, and how to have it again.

run-*/    a result: tables in Parquet with their provenance inside
          follower-dynamics show run-a
run-*.toml    what the run came from
          follower-dynamics run run-a.toml --out again
"""


def zipped(lanes: Mapping[str, Lane]) -> bytes:
    """A zip file with a folder and a TOML for each run; a run without days has the TOML only.

    Raises
    ------
    OutputError
        If the temporary folder is full or cannot be written.
    """
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory(prefix="follower-dynamics-") as place, zipfile.ZipFile(packed, "w") as file:
        file.writestr("README.txt", README)
        for name, lane in lanes.items():
            stem = f"run-{name.lower()}"
            file.writestr(f"{stem}.toml", lane.to_toml())
            if lane.day == 0:
                continue
            folder = lane.model.result().save(Path(place) / stem)
            for path in sorted(folder.iterdir()):
                file.write(path, f"{stem}/{path.name}")
    return packed.getvalue()

"""Folders that are written whole or not at all."""

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDERS_OPEN = os.name == "posix"
"""Whether folders can be opened, as forcing them to disk needs."""


@contextmanager
def staged_folder(target: Path) -> Iterator[Path]:
    """A new folder beside ``target`` to be filled, which takes its place when the block ends.

    Everything is on disk before the place is taken. What was at ``target`` (nothing, or a folder that may go) stays
    until then. On any error, Ctrl-C included, the new folder is removed and ``target`` is as it was.

    Raises
    ------
    OSError
        If the folder cannot be made, filled or moved.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = target.parent / f".{target.name}.{uuid.uuid4().hex[:12]}.unfinished"
    try:
        staging.mkdir()
        yield staging
        for path in [*staging.rglob("*"), staging]:
            sync(path)
        _take_place(staging, target)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise


def _take_place(staging: Path, target: Path) -> None:
    if not target.exists():
        os.rename(staging, target)
        sync(target.parent)
        return
    # A folder cannot be renamed onto one that is not empty.
    old = staging.with_suffix(".replaced")
    try:
        os.rename(target, old)
        os.rename(staging, target)
    except BaseException:
        if old.exists() and not target.exists():
            os.rename(old, target)
        raise
    sync(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def sync(path: Path) -> None:
    """Force a file, or the names in a folder, to disk."""
    if path.is_dir() and not FOLDERS_OPEN:
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

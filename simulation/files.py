"""Files and folders that are written whole or not at all: the one way in which this package writes.

What is written goes into a draft in the same folder, is forced to disk and takes its place in one step; a full disk or
a killed process leaves what was there before.
"""

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from simulation.errors import OutputError

DRAFT = ".draft-"
"""How the name of an unfinished file or folder begins."""
FOLDERS_OPEN = os.name == "posix"
"""Whether folders can be opened, as forcing them to disk needs."""


def write_whole(path: Path, data: bytes | str) -> None:
    """Write a file so that, whatever happens in between, there is afterwards the old file or the new one.

    Raises
    ------
    OutputError
        If it cannot be written, for example because the disk is full.
    """
    with whole_file(path) as draft:
        draft.write_bytes(data.encode() if isinstance(data, str) else data)


@contextmanager
def writing(path: Path, after: str = "") -> Iterator[None]:
    """Errors of the system while something is written to ``path`` become an `OutputError` that says so.

    Parameters
    ----------
    path
        What the error names.
    after
        What is said after the reason.
    """
    try:
        yield
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}{after}", path=path) from error


def names_in(folder: Path, is_ours: Callable[[str], bool], what: str) -> list[str]:
    """Names of what lies in the folder of a result or the like; none where it does not exist yet.

    Raises
    ------
    OutputError
        If a file is in the way, or the folder holds what is no part of it.
    """
    place = next(path for path in (folder, *folder.absolute().parents) if os.path.exists(path))
    if not place.is_dir():
        raise OutputError(f"{place} is a file; a {what} needs a folder, which may not exist yet", path=folder)
    names = sorted(entry.name for entry in folder.iterdir()) if place == folder else []
    if strangers := [name for name in names if not is_ours(name)]:
        raise OutputError(
            f"{folder} holds {strangers[0]!r}, which is no part of a {what}, so it is left alone: choose another one",
            path=folder,
        )
    return names


@contextmanager
def whole_file(path: Path, suffix: str = "") -> Iterator[Path]:
    """A draft to be filled, which takes the place of ``path`` when the block ends; `replaced` with errors reworded.

    Raises
    ------
    OutputError
        If it cannot be written; an `OSError` of the block counts as such.
    """
    with writing(path), replaced(path, suffix) as draft:
        yield draft


@contextmanager
def replaced(path: Path, suffix: str = "") -> Iterator[Path]:
    """A draft beside ``path`` that takes its place when the block ends; on any error nothing stays.

    Raises
    ------
    OSError
        If the draft cannot be written, or ``path`` is there and no file.
    """
    target = Path(os.path.realpath(path))  # what a link points to is replaced, not the link
    if target.exists() and not target.is_file():
        raise OSError("it is there already and is no file")
    draft = _draft(target, suffix)
    try:
        # Opened by name, not by tempfile, whose files only their owner may read.
        draft.open("xb").close()
        yield draft
        sync(draft)
        os.replace(draft, target)
    finally:
        with contextlib.suppress(OSError):
            draft.unlink()


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A new folder beside ``target`` to be filled, which takes its place when the block ends.

    Everything is on disk before the place is taken. What was at ``target`` (nothing, or a folder that may go) stays
    until then. On any error, Ctrl-C included, the new folder is removed and ``target`` is as it was.

    Raises
    ------
    OSError
        If the folder cannot be made, filled or moved.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(target, ".unfinished")
    try:
        draft.mkdir()
        yield draft
        for path in [*draft.rglob("*"), draft]:
            sync(path)
        _take_place(draft, target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


def _take_place(draft: Path, target: Path) -> None:
    if not target.exists():
        os.rename(draft, target)
        sync(target.parent)
        return
    # A folder cannot be renamed onto one that is not empty.
    old = draft.with_suffix(".replaced")
    try:
        os.rename(target, old)
        os.rename(draft, target)
    except BaseException:
        if old.exists() and not target.exists():
            os.rename(old, target)
        raise
    sync(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _draft(target: Path, suffix: str) -> Path:
    """A name that is free, and short however long that of the target is."""
    return target.with_name(f"{DRAFT}{secrets.token_hex(6)}{suffix}")


def sync(path: Path) -> None:
    """Force a file, or the names in a folder, to disk."""
    if path.is_dir() and not FOLDERS_OPEN:
        return
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path) -> None:
    """Make a folder with those above it, and be sure that files can be made in it.

    Raises
    ------
    OutputError
        If that cannot be done.
    """
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        probe = _draft(folder / "probe", "")
        probe.touch()
        probe.unlink()


def remove_drafts(folder: Path) -> None:
    """Remove what was being written into a folder when its writer was killed; only its one writer may do so."""
    for draft in folder.glob(f"{DRAFT}*"):
        with contextlib.suppress(OSError):
            shutil.rmtree(draft) if draft.is_dir() else draft.unlink()


def set_aside(path: Path, folder: Path) -> Path:
    """Move a damaged file to another folder of its file system, which it gives.

    Raises
    ------
    OutputError
        If it cannot be moved.
    """
    with writing(path, ": it cannot be set aside"):
        os.replace(path, folder / path.name)
    return folder

"""The folder of a checkpoint: whole at any moment, whatever happens while it is written.

``checkpoint.json`` names the files that belong to the checkpoint, each with its size and SHA-256. A new checkpoint
writes new files beside the old ones; when all are on disk, its ``checkpoint.json`` takes the place of the old one in
a single step. Before that step the old checkpoint stands, after it the new one. Files are never changed, so what two
checkpoints have in common (the social graph, days recorded long ago) is written once.
"""

import hashlib
import json
import os
import platform
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import OutputError, ResultError
from simulation.files import DRAFT, names_in, replaced, sync
from simulation.records.provenance import package_version, version_of
from simulation.records.spool import link_or_copy
from simulation.versions import history_version

FORMAT = 1
"""Raised whenever the folder is laid out anew: checkpoints of another format are refused."""

CARD = "checkpoint.json"
_OURS = re.compile(r"[a-z_]+-(\d{6}-)?[0-9a-f]{12}\.(npz|parquet)")
_BLAME = "the checkpoint is of no use any more; nothing in its folder was changed"

Entry = dict[str, Any]
"""What ``checkpoint.json`` says of a file: ``bytes`` and ``sha256``."""


def made_by(*, foreign: bool) -> dict[str, str]:
    """All that must be the same for a run to go on bit for bit: the code of the package that decides it.

    With ``foreign``, rules of somebody else's take part, whose arithmetic may depend on libraries and machine too.
    """
    found = {"history version": history_version()}
    if foreign:
        found |= {library: version_of(library) for library in ("numpy", "numba")} | {"machine": platform.machine()}
    return found


class Draft:
    """A checkpoint that is being written. Files are added by what they hold; each method returns the file's name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[str, Entry] = {}
        with suppress(ResultError):  # a checkpoint that cannot be read has no file to be used again
            self._known = _read_card(folder)["files"]
        self._files: dict[str, Entry] = {}
        self._new: list[Path] = []

    def add_arrays(self, what: str, arrays: Mapping[str, NDArray[Any]]) -> str:
        """Write arrays by name."""
        if any(array.dtype.hasobject for array in arrays.values()):
            raise TypeError(f"{what}: arrays of objects cannot be kept")
        path = self._place(f"{what}-{uuid.uuid4().hex[:12]}.npz")
        with path.open("xb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        return self._enter(path)

    def add_table(self, what: str, identity: str, table: Any) -> str:
        """Write a table (read only if needed) that is the same whenever ``identity``, 12 hexadecimal digits, is."""
        import pyarrow.parquet as pq

        name = f"{what}-{identity}.parquet"
        if not self._reuse(name):
            path = self._place(name)
            pq.write_table(table.read(), path, compression="zstd")
            self._enter(path)
        return name

    def add_part(self, part: Path) -> str:
        """Take in a file that will not change any more, known by its name."""
        if not self._reuse(part.name):
            self._enter(link_or_copy(part, self._place(part.name)))
        return part.name

    def _reuse(self, name: str) -> bool:
        """Whether the file stands already, written for the checkpoint before."""
        entry = self._known.get(name)
        path = self.folder / name
        if entry is None or not path.is_file() or path.stat().st_size != entry["bytes"]:
            return False
        self._files[name] = entry
        return True

    def _place(self, name: str) -> Path:
        """Where a new file goes; what a killed process left there is removed."""
        path = self.folder / name
        path.unlink(missing_ok=True)
        self._new.append(path)
        return path

    def _enter(self, path: Path) -> str:
        sync(path)
        self._files[path.name] = _entry(path)
        return path.name

    def commit(self, content: dict[str, Any], *, foreign: bool = False) -> None:
        """Make this the checkpoint of the folder, and remove what is no longer part of it; ``foreign`` as `made_by`.

        Raises
        ------
        OSError
            If it cannot be written; the former checkpoint stands.
        OutputError
            If somebody else removes files from the folder meanwhile.
        """
        for name, entry in self._files.items():
            path = self.folder / name
            if not path.is_file() or path.stat().st_size != entry["bytes"]:
                raise OutputError(f"{path} is gone or changed: another run seems to write its checkpoints there too")
        inside = {"made_by": made_by(foreign=foreign), "files": self._files, "content": content}
        card = {
            "kind": "checkpoint",
            "format": FORMAT,
            "package_version": package_version(),
            "sha256": _digest(inside),
            **inside,
        }
        with replaced(self.folder / CARD) as draft:
            with draft.open("w", encoding="utf-8") as file:
                json.dump(card, file)
            sync(self.folder)
        self._new = []
        sync(self.folder)
        with suppress(OSError):  # what stays now goes with the next checkpoint
            _remove_files(self.folder, keep=self._files)

    def drop(self) -> None:
        """Remove what was written."""
        for path in self._new:
            path.unlink(missing_ok=True)


@contextmanager
def checkpoint_draft(path: str | Path) -> Iterator[Draft]:
    """A draft in a folder, made where it is missing; unless it is committed within the block, nothing of it is left.

    Raises
    ------
    OutputError
        If the place is taken by something else, or cannot be written, or the disk is full.
    """
    shown = Path(path)
    made = not shown.exists()
    try:
        refuse_taken(shown)
        shown.mkdir(parents=True, exist_ok=True)
        draft = Draft(shown.resolve())
        try:
            yield draft
        except BaseException:
            draft.drop()
            if made and not (shown / CARD).exists():
                _remove_folder(shown)
            raise
    except OutputError:
        raise
    except OSError as error:
        kept = "the latest whole one stays" if (shown / CARD).exists() else "nothing was left there"
        raise OutputError(f"{shown}: the checkpoint cannot be written: {error.strerror or error}; {kept}") from error


def refuse_taken(folder: Path) -> None:
    """Refuse a folder that holds anything but a checkpoint.

    Raises
    ------
    OutputError
        Says what is in the way.
    """
    names_in(folder, _is_ours, "checkpoint")


class Checkpoint:
    """A checkpoint in its folder, of this version of the program.

    Parameters
    ----------
    path
        The folder.
    same_version
        Whether one of another version of the program is refused, which cannot be gone on with.

    Raises
    ------
    ResultError
        If there is no such folder, it holds no checkpoint, or one that is damaged or of another version.
    """

    def __init__(self, path: str | Path, *, same_version: bool = True) -> None:
        self.folder = Path(path)
        card = _read_card(self.folder)
        if same_version:
            _refuse_other_version(self.folder, card["made_by"])
        self._files: dict[str, Entry] = card["files"]
        self.content: dict[str, Any] = card["content"]

    def verify(self) -> None:
        """Read every file and compare it with what was written.

        Raises
        ------
        ResultError
            If one is missing, cut short or changed; says which.
        """
        for name, entry in self._files.items():
            path = self.folder / name
            try:
                found = _entry(path)
            except FileNotFoundError:
                raise ResultError(f"{path} is missing: {_BLAME}") from None
            except OSError as error:
                raise ResultError(f"{path} cannot be read: {error.strerror or error}") from None
            if found != entry:
                changed = "cut short" if found["bytes"] < entry["bytes"] else "not what was written"
                raise ResultError(f"{path} is damaged ({changed}): {_BLAME}")

    def arrays(self, name: str) -> Any:
        """Arrays of a file by name, each read when asked for; a context manager, which closes the file."""
        return np.load(self.folder / name, allow_pickle=False)

    def paths(self, names: Sequence[str]) -> list[Path]:
        """Where files lie."""
        return [self.folder / name for name in names]


def is_checkpoint(folder: Path) -> bool:
    """Whether a folder holds a checkpoint, whole or not, of whatever version."""
    return os.path.exists(folder / CARD)  # unlike Path.exists, also of names that no file system takes


def remove_checkpoint(folder: Path) -> None:
    """Remove a checkpoint, and its folder if nothing else is in it.

    Raises
    ------
    OutputError
        If it cannot be removed.
    """
    try:
        if os.path.isdir(folder):
            (folder / CARD).unlink(missing_ok=True)
            _remove_folder(folder)
    except OSError as error:
        raise OutputError(f"{folder} cannot be removed: {error.strerror or error}") from error


def _read_card(folder: Path) -> dict[str, Any]:
    card = folder / CARD
    if not folder.exists():
        raise ResultError(f"{folder} does not exist; give the folder that a checkpoint was written to")
    if not folder.is_dir():
        raise ResultError(f"{folder} is a file; a checkpoint is a folder")
    try:
        found = json.loads(card.read_bytes())
    except FileNotFoundError:
        raise ResultError(f"{folder} is not a checkpoint: it holds no {CARD}") from None
    except OSError as error:
        raise ResultError(f"{card} cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise ResultError(f"{card} is damaged (it is no JSON): {_BLAME}") from None
    if not isinstance(found, dict) or found.get("kind") != "checkpoint":
        raise ResultError(f"{card} was not written by this package: {folder} is not a checkpoint")
    if found.get("format") != FORMAT:
        raise ResultError(
            f"{card} is a checkpoint in format {found.get('format')}, written by package version "
            f"{found.get('package_version')}; this package, version {package_version()}, reads format {FORMAT}: go on "
            "with the version that wrote it, or start over"
        )
    inside = {name: found.get(name) for name in ("made_by", "files", "content")}
    if found.get("sha256") != _digest(inside):
        raise ResultError(f"{card} is damaged (not what was written): {_BLAME}")
    return inside


def _refuse_other_version(folder: Path, then: dict[str, str]) -> None:
    """Only the same code goes on bit for bit, and somebody else's rules only where they were begun."""
    now = made_by(foreign=len(then) > 1)
    changes = [
        f"{what} {then.get(what, 'unknown')} then, {is_now} now"
        for what, is_now in now.items()
        if then.get(what) != is_now
    ]
    if changes:
        raise ResultError(
            f"{folder} is a checkpoint of another version ({'; '.join(changes)}): going on from it could give another "
            "history than the run that was begun; go on with the version that wrote it, or start over"
        )


def _entry(path: Path) -> Entry:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return {"bytes": os.fstat(file.fileno()).st_size, "sha256": digest}


def _digest(inside: dict[str, Any]) -> str:
    digest = hashlib.sha256()
    for piece in json.JSONEncoder().iterencode(inside):  # never the whole text at once
        digest.update(piece.encode())
    return digest.hexdigest()


def _is_ours(name: str) -> bool:
    return name == CARD or name.startswith(DRAFT) or _OURS.fullmatch(name) is not None


def _remove_files(folder: Path, keep: Mapping[str, Entry]) -> None:
    """Remove files of former checkpoints, and those that a killed process left."""
    for entry in folder.iterdir():
        if entry.name != CARD and _is_ours(entry.name) and entry.name not in keep:
            entry.unlink(missing_ok=True)


def _remove_folder(folder: Path) -> None:
    """Remove the files of a checkpoint without its card, and the folder if nothing else is in it."""
    _remove_files(folder, keep={})
    if not any(folder.iterdir()):
        folder.rmdir()

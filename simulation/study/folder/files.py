"""A folder that knows what it is for."""

import json
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from simulation.errors import OutputError, ResultError
from simulation.files import DRAFT, make_folder, write_whole
from simulation.study.folder.lock import LOCK
from simulation.study.run.evaluation import what_changed


def claim(
    folder: Path,
    label: str,
    identity: Mapping[str, Any],
    *,
    fresh: bool,
    contents: Iterable[str],
    check: Callable[..., None] | None = None,
) -> None:
    """Make ``folder`` the one for what ``identity`` describes, or make sure that it is that already.

    The identity is kept in the folder as ``<label>.json``.

    Parameters
    ----------
    folder
        Made where it is missing.
    label
        What the folder is for, such as "study".
    identity
        Plain values by name; those of a folder begun earlier must be the same.
    fresh
        Start over: remove ``contents`` of a folder of this kind, whatever its identity. Other folders are not touched.
    contents
        Names of the files and folders that belong to it.
    check
        Refuses a folder of another identity in place of `refuse_other`, which lets no difference pass.

    Raises
    ------
    ResultError
        If the folder holds something else, or the same for another identity: says what differs.
    OutputError
        If the folder cannot be written.
    """
    make_folder(folder)
    found, wanted = own_card(folder, label), card_of(label, identity)
    if found is not None and fresh:
        for name in contents:
            remove(folder / name)
    elif found is not None:
        (check or refuse_other)(folder, label, found, wanted)
    if found != wanted:  # a card is replaced, never absent: a folder without one would be nobody's
        write_whole(folder / f"{label}.json", json.dumps(wanted, indent=1))


def own_card(folder: Path, label: str) -> dict[str, Any] | None:
    """The identity of a folder of this kind; None where it is still empty.

    Raises
    ------
    ResultError
        If there is something in it, though it is nobody's, or as `read_card` says.
    """
    found = read_card(folder, label)
    if found is None and any(not entry.name.startswith((DRAFT, LOCK)) for entry in folder.iterdir()):
        raise ResultError(
            f"{folder}: there are files here already, and not those of any {label}: choose an empty folder"
        )
    return found


def refuse_other(
    folder: Path, label: str, there: Mapping[str, Any], wanted: Mapping[str, Any], advice: str = ""
) -> None:
    """Refuse a folder whose identity is another one than is wanted, with some advice before what can always be done.

    Raises
    ------
    ResultError
        Says what differs.
    """
    for name in wanted:
        if there.get(name) != wanted[name]:
            difference = _difference(name, there.get(name), wanted[name])
            raise ResultError(
                f"{folder}: belongs to another {label} ({difference}): {advice}choose another folder, or start this "
                "one over (fresh=True)",
                path=folder,
            )


def card_of(label: str, identity: Mapping[str, Any]) -> dict[str, Any]:
    """An identity as a folder keeps it, in plain values of JSON."""
    card: dict[str, Any] = json.loads(json.dumps({"kind": label, **identity}))
    return card


def read_card(folder: Path, label: str) -> dict[str, Any] | None:
    """The identity that a folder keeps; None where it keeps none.

    Raises
    ------
    ResultError
        If it cannot be read, or is no identity of this kind.
    """
    card = folder / f"{label}.json"
    try:
        found = json.loads(card.read_text())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise ResultError(f"{card}: cannot be read: {error.strerror or error}") from None
    except ValueError:
        found = None
    if not isinstance(found, dict) or found.get("kind") != label:
        raise ResultError(f"{card}: does not describe any {label}: choose another folder")
    return found


def _difference(name: str, there: object, wanted: object) -> str:
    """What differs, in words; of two tables only the first entry that does."""
    if isinstance(there, dict) and isinstance(wanted, dict):
        for key in [*wanted, *there]:
            if there.get(key) != wanted.get(key):
                return _difference(key, there.get(key), wanted.get(key))
    if name == "evaluation":
        return what_changed(str(there), str(wanted))
    if name == "code":
        return "the rules of the package, or what else in it decides a history, have changed since"
    shown = [_short(value) for value in (there, wanted)]
    return f"{name} differs" if len(set(shown)) == 1 else f"{name}: {shown[0]} there, {shown[1]} now"


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def remove(path: Path) -> None:
    """Remove a file or folder, if it is there.

    Raises
    ------
    OutputError
        If that cannot be done.
    """
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be removed: {error.strerror or error}") from error

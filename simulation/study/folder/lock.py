"""One writer for a folder, also where several machines or containers share it.

The writer holds a lock of the operating system on a file in the folder, and touches that file now and then. On one
machine, in whatever containers, the lock alone decides: it ends with its process, however that ends. A writer on
another machine, where locks may not reach, is taken to be alive as long as it touches the file.
"""

import contextlib
import json
import os
import platform
import secrets
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

from simulation.errors import OutputError

try:
    import fcntl
except ImportError:  # Windows has none: there the touching decides
    fcntl = None  # type: ignore[assignment]

LOCK = ".writer"
"""Name of the file in the folder."""
BEAT, STALE = 5.0, 60.0
"""Seconds between two touches, and after which a writer elsewhere that touches nothing is taken to have ended."""


@contextmanager
def sole_writer(folder: Path) -> Iterator[Callable[[], None]]:
    """Be the one process that writes into a folder; gives a function that raises where that has ended.

    Raises
    ------
    OutputError
        If another process writes there: says where that runs.
    """
    path, token = folder / LOCK, secrets.token_hex(8)
    with _opened(path) as file:
        there = _read(path)
        if there and (there.get("machine") != _machine() or fcntl is None) and (age := _age(path)) < STALE:
            raise OutputError(_refusal(folder, there, f"; it was alive {age:.0f} s ago"))
        mine = {"token": token, "machine": _machine(), "host": platform.node(), "process": os.getpid()}
        file.seek(0)
        file.truncate()
        file.write(json.dumps(mine).encode())
        ended = threading.Event()
        thread = threading.Thread(target=_touch, args=(path, ended), daemon=True)
        thread.start()

        def still_mine() -> None:
            if _read(path).get("token") != token:
                raise OutputError(f"{folder}: another process has taken over what is written here; this one stops")

        try:
            yield still_mine
        finally:
            ended.set()
            thread.join()
            if _read(path).get("token") == token:
                with contextlib.suppress(OSError):
                    file.truncate(0)
                    path.unlink()


@contextmanager
def _opened(path: Path) -> Iterator[FileIO]:
    """The lock file, locked where the file system can do that."""
    while True:
        try:
            file = FileIO(os.open(path, os.O_RDWR | os.O_CREAT, 0o666), "r+")
        except OSError as error:
            raise OutputError(f"{path.parent} cannot be written: {error.strerror or error}") from error
        with file:
            try:
                if fcntl is not None:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise OutputError(_refusal(path.parent, _read(path), "")) from None
            except OSError:  # a file system without locks: the touching decides
                pass
            try:
                current = os.fstat(file.fileno()).st_ino == path.stat().st_ino
            except OSError:
                current = False
            if current:
                try:
                    yield file
                finally:  # also in processes that were forked meanwhile, such as those of the caller's own pool
                    if fcntl is not None:
                        with contextlib.suppress(OSError):
                            fcntl.flock(file, fcntl.LOCK_UN)
                return
        # Its last writer removed the file between opening and locking.


def _refusal(folder: Path, there: dict[str, Any], more: str) -> str:
    who = f"process {there['process']} on {there['host']}" if there else "another process"
    return (
        f"{folder} is being written by {who}{more}: wait until it ends, or choose another folder; "
        f"a writer that has ended without a word is forgotten after {STALE:.0f} s"
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and {"host", "process"} <= set(found) else {}


def _touch(path: Path, ended: threading.Event) -> None:
    while not ended.wait(BEAT):
        with contextlib.suppress(OSError):
            os.utime(path)


def _age(path: Path) -> float:
    """Seconds since the file was touched, by the clock of the file system: machines' own may differ."""
    probe = path.with_name(f"{LOCK}-{secrets.token_hex(4)}")
    probe.touch()
    now = probe.stat().st_mtime
    probe.unlink()
    return now - path.stat().st_mtime


def _machine() -> str:
    """What all processes that share locks have in common: the running system, containers included."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return f"{platform.node()}-{uuid.getnode()}"

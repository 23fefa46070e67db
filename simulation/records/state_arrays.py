"""The state as arrays by name, such as ``users.activity``, and back again, whatever arrays there are."""

import zlib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.errors import ResultError
from simulation.state import Follows, Rows, State

LAYOUT = ("start", "room", "own_start")
"""Of the follow rows, where they lie, and what new ones begin with; not kept, since only their order counts."""


def state_arrays(state: State) -> dict[str, NDArray[Any]]:
    """Every array of a state by name, as it is and not copied; follow rows packed, in the order of each row."""
    found: dict[str, NDArray[Any]] = {}
    for field in fields(state):
        value: Any = getattr(state, field.name)
        if isinstance(value, Follows):
            packed = value.packed()._asdict().items()
            found |= {f"{field.name}.{name}": array for name, array in packed if name not in LAYOUT}
        else:
            found |= {name: np.asarray(array) for name, array in _named(field.name, value)}
    return found


def state_checksum(state: State) -> int:
    """CRC-32 of all arrays where they lie, which tells whether anything in a state was changed in between two days."""
    checksum = 0
    for field in fields(state):
        value: Any = getattr(state, field.name)
        group = value.rows if isinstance(value, Follows) else value
        for array in group if isinstance(group, tuple) else (group,):
            checksum = zlib.crc32(np.ascontiguousarray(array).data, checksum)
    return checksum


def restore_state(state: State, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Put arrays that :func:`state_arrays` gave in the place of those of a state of the same sizes.

    Arrays that are not given stay. One at a time is asked of ``arrays``, so that reading them from a file needs little
    memory.

    Raises
    ------
    ResultError
        If an array is of another shape or type than the state's.
    """
    for field in fields(state):
        value: Any = getattr(state, field.name)
        if isinstance(value, Follows):
            value.take_over(_rows(field.name, arrays, value.rows))
            continue
        for name, array in _named(field.name, value):
            if name not in arrays:
                continue
            stored = _fitting(name, arrays[name], np.asarray(array))
            if isinstance(value, tuple):
                inner = name.removeprefix(f"{field.name}.")
                setattr(state, field.name, getattr(state, field.name)._replace(**{inner: stored}))
            else:
                setattr(state, field.name, stored if isinstance(value, np.ndarray) else stored.item())


def _fitting(name: str, stored: NDArray[Any], array: NDArray[Any]) -> NDArray[Any]:
    if stored.shape != array.shape or stored.dtype != array.dtype:
        raise ResultError(
            f"{name} is stored as {stored.dtype} of shape {stored.shape}, where this model has {array.dtype} of shape "
            f"{array.shape}"
        )
    return stored


def _named(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """A field of the state as arrays by name: itself, or those of its group."""
    if isinstance(value, tuple):
        yield from ((f"{name}.{inner}", array) for inner, array in zip(value._fields, value, strict=True))  # type: ignore[attr-defined]
    else:
        yield name, value


def _rows(name: str, arrays: Mapping[str, NDArray[Any]], rows: Rows) -> Rows:
    """Follow rows as they are stored; what an older checkpoint does not have begins as it does in ``rows``."""
    stored = {inner: arrays[f"{name}.{inner}"] for inner in Rows._fields if f"{name}.{inner}" in arrays}
    length, count = stored["length"], stored["creator"].size
    stored = {"own": np.repeat(rows.own_start[None, :], count, axis=0), **stored}
    if stored["own"].shape[1:] != rows.own_start.shape:
        raise ResultError(f"{name}.own is stored with {stored['own'].shape[1:]} columns, not {rows.own_start.shape}")
    return Rows(start=np.cumsum(length) - length, room=length, own_start=rows.own_start, **stored)

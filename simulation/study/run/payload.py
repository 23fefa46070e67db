"""What many tasks share, on its way to where they are done: it comes with each of them and is unpacked once."""

from __future__ import annotations

import hashlib
import pickle
from functools import lru_cache
from typing import Any


class Payload:
    """Pickled data, known by its digest alone.

    Parameters
    ----------
    data
        What ``pickle.dumps`` or ``cloudpickle.dumps`` gave.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.digest = hashlib.sha256(data).hexdigest()

    def __hash__(self) -> int:
        return hash(self.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Payload) and other.digest == self.digest

    def unpack(self) -> Any:
        """What was packed; the same object for all that come to one process.

        Raises
        ------
        ImportError, AttributeError
            If it names what cannot be imported here.
        """
        return _unpacked(self)


@lru_cache(maxsize=4)
def _unpacked(payload: Payload) -> Any:
    return pickle.loads(payload.data)

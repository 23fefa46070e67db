"""Memory of models that are no longer used, given back before the next one is made.

Mesa ties every model into reference cycles (its ``step``, which Mesa wraps, is one), so a model that is dropped stays
until Python's garbage collector comes by. The collector counts objects, not bytes: a gigabyte in a few dozen arrays
does not bring it, and a study of large models one after the other would run out of memory.
"""

import gc
import threading
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from simulation.model import FollowerModel

FLOOR = 100_000_000
"""Bytes that dropped models may hold; below it, collecting would take longer than it is worth."""


class _Models:
    """The models that are still there, used or not, and how much they may hold before the collector is called."""

    def __init__(self) -> None:
        self.alive: WeakKeyDictionary[FollowerModel, int] = WeakKeyDictionary()  # bytes of all that does not grow
        self.limit = FLOOR
        self.lock = threading.Lock()

    def nbytes(self) -> int:
        return sum(int(fixed + model._state.follows.nbytes()) for model, fixed in list(self.alive.items()))


_MODELS = _Models()


def remember(model: "FollowerModel") -> None:
    """Count a model, whose state is there, among those that hold memory; it may be dropped all the same."""
    with _MODELS.lock:
        _MODELS.alive[model] = model._state.nbytes() - model._state.follows.nbytes()


def free_dropped_models() -> None:
    """Collect garbage if models hold more than twice what they held after the last time, and more than FLOOR.

    Models in use are counted as well, so twice keeps the collector from coming again and again where many are in use.
    """
    with _MODELS.lock:
        if _MODELS.nbytes() > _MODELS.limit:
            gc.collect()
            _MODELS.limit = max(FLOOR, 2 * _MODELS.nbytes())

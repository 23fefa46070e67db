"""Whether somebody changed the arrays of a state by hand, between two days: provenance says so."""

from collections.abc import Iterator
from contextlib import contextmanager

from simulation.records.state_arrays import state_checksum
from simulation.state import State


class HandWatch:
    """Compares a state that was handed out with what it is later; days that are simulated are no change by hand.

    Parameters
    ----------
    state
        The state, which stays the same object.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._seen: tuple[int, int] | None = None
        self.at_work = False
        """Whether days are being simulated, so that nothing is changed by hand."""
        self.days: list[int] = []
        """Days before which something was changed."""

    def look(self) -> None:
        """Remember the state as it is handed out, unless a day is being simulated."""
        if self._seen is None and not self.at_work:
            self._seen = self._state.day, state_checksum(self._state)

    def compare(self) -> None:
        """Compare the state with what was handed out, on whatever day: arrays may have been kept since."""
        if self._seen is not None and self._seen[1] != (now := state_checksum(self._state)):
            self.days.append(self._seen[0])
            self._seen = self._state.day, now

    def forget(self) -> None:
        """Take the state as it is now for unchanged."""
        self._seen = None

    @contextmanager
    def working(self) -> Iterator[None]:
        """What happens meanwhile is not done by hand."""
        self.at_work, before = True, self.at_work
        try:
            yield
        finally:
            self.at_work = before

    @contextmanager
    def simulating(self) -> Iterator[None]:
        """Days in which nobody can change the state by hand: it is compared before the first and after the last."""
        if self.at_work:
            yield
            return
        self.compare()
        watched, self._seen = self._seen is not None, None
        with self.working():
            yield
        if watched:
            self.look()

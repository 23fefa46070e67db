"""Playing a run: which days are simulated when, no faster than the browser draws them."""

import asyncio
import time
from collections.abc import Callable
from typing import NamedTuple

from simulation.app.session import Session


class Speed(NamedTuple):
    """How fast to play."""

    days: int
    """Simulated between two drawings."""
    pause: float
    """Seconds from one drawing to the next at least."""


SPEEDS: dict[str, Speed] = {
    "1 day/s": Speed(1, 1.0),
    "3 days/s": Speed(1, 1 / 3),
    "every day, as fast as drawn": Speed(1, 0.0),
    "every week, as fast as drawn": Speed(7, 0.0),
}
MOST_AHEAD = 1
"""Drawings sent that the browser has not said to have drawn, before the next one is made: what keeps Pause prompt."""
GIVE_UP = 5.0
"""Seconds without an answer from the browser after which it is drawn for all the same, as a tab out of sight."""


class Player:
    """Simulates days of a session while playing.

    Parameters
    ----------
    session
        Whose days.
    draw
        Called after them.
    """

    def __init__(self, session: Session, draw: Callable[[], object]) -> None:
        self.playing = False
        self.speed = Speed(1, 0.0)
        self.drawn = 0
        """Drawings made, :meth:`drew`."""
        self._seen = 0
        self._session, self._draw = session, draw
        self._latest = 0.0

    def drew(self) -> int:
        """Count a drawing; returns its number, which the browser sends back once it is on screen."""
        self.drawn += 1
        self._latest = time.monotonic()
        return self.drawn

    def seen(self, number: int) -> None:
        """The browser has this drawing on screen."""
        self._seen = max(self._seen, number)

    def due(self) -> bool:
        """Whether the next days may be simulated now."""
        passed = time.monotonic() - self._latest
        ready = self.drawn - self._seen <= MOST_AHEAD or passed > GIVE_UP
        return self.playing and ready and passed >= self.speed.pause

    async def tick(self) -> None:
        """Live the next days if they are due: beside the server's loop, so that other windows need not wait."""
        if self.due():
            await asyncio.to_thread(self._session.step, self.speed.days)
            self._draw()

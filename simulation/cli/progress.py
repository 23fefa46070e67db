"""How far a run is: a bar on a terminal, now and then a line elsewhere (log files, batch systems)."""

import sys
import time
from types import TracebackType
from typing import Any, Self

SECONDS_BETWEEN_LINES = 10.0


class Progress:
    """Call it with the number of days just done; a context manager, so that the progress bar is always finished.

    Parameters
    ----------
    days
        Days in all.
    what
        What is running, for example "seed 3".
    done
        Days done already.
    """

    def __init__(self, days: int, what: str = "", done: int = 0) -> None:
        self._days, self._what, self._done = days, what, done
        self._said = time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(
                total=self._days,
                initial=self._done,
                desc=self._what or None,
                unit="day",
                leave=False,
                dynamic_ncols=True,
            )
        return self

    def __call__(self, days: int) -> None:
        """Count so many more days as done."""
        self._done += days
        if self._bar is not None:
            self._bar.update(days)
        elif time.monotonic() - self._said >= SECONDS_BETWEEN_LINES:
            self._said = time.monotonic()
            name = f"{self._what}: " if self._what else ""
            print(f"{name}day {self._done} of {self._days}", file=sys.stderr, flush=True)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

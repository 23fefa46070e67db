"""How far a study, or one run, is: a bar on a terminal, now and then a line elsewhere (log files, batch systems)."""

import sys
import time
from types import TracebackType
from typing import Any, Self

SECONDS_BETWEEN_LINES = 10.0


def say_above(text: str) -> None:
    """Say a sentence on standard error, on a line of its own, above a bar that may be there."""
    from tqdm import tqdm

    tqdm.write(text, file=sys.stderr)


class Watch:
    """Counts runs, or days of one, and tells rate and time left on standard error; a context manager, to be closed.

    Parameters
    ----------
    name
        Of the study.
    total
        Runs in all.
    done
        Runs done before.
    unit
        What is counted.
    shown
        Whether to tell anything.
    stays
        Whether the bar, or a last line, is left to read at the end.
    """

    def __init__(
        self, name: str, total: int, done: int = 0, *, unit: str = "run", shown: bool = True, stays: bool = True
    ) -> None:
        from tqdm import tqdm

        self._before, self._done, self._failed = done, done, 0
        self._shown, self._stays = shown, stays
        self._began = self._said = time.monotonic()
        self._about: dict[str, Any] = {"total": total, "initial": done, "unit": unit}
        self._name, self._bar = name, None
        if shown and sys.stderr.isatty():
            self._bar = tqdm(
                desc=name or None, leave=stays, mininterval=0.2, file=sys.stderr, dynamic_ncols=True, **self._about
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
        elif self._shown and self._stays and self._done > self._before:
            self._line()

    def count(self, number: int = 1, *, failed: bool = False) -> None:
        """So many more are done."""
        self._done += number
        self._failed += failed
        if self._bar is not None:
            if failed:
                self._bar.set_postfix_str(f"{self._failed} failed", refresh=False)
            self._bar.update(number)
        elif self._shown and time.monotonic() - self._said >= SECONDS_BETWEEN_LINES:
            self._line()

    def _line(self) -> None:
        from tqdm import tqdm

        self._said = time.monotonic()
        taken, failed = self._said - self._began, f"{self._failed} failed" if self._failed else ""
        line = tqdm.format_meter(self._done, elapsed=taken, ncols=0, prefix=self._name, postfix=failed, **self._about)
        print(line, file=sys.stderr, flush=True)

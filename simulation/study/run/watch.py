"""How far a study is: a bar on a terminal, now and then a line elsewhere (log files, batch systems)."""

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
    """Counts runs, and tells rate and time left on standard error; a context manager, so that it is always closed.

    Parameters
    ----------
    name
        Of the study.
    total
        Runs in all.
    done
        Runs done before.
    shown
        Whether to tell anything.
    """

    def __init__(self, name: str, total: int, done: int = 0, *, shown: bool = True) -> None:
        from tqdm import tqdm

        self._name, self._total, self._before, self._done = name, total, done, done
        self._shown = shown
        self._failed = 0
        self._began = self._said = time.monotonic()
        on_terminal = shown and sys.stderr.isatty()
        self._bar: Any = (
            tqdm(desc=name, total=total, initial=done, unit="run", mininterval=0.2, file=sys.stderr, dynamic_ncols=True)
            if on_terminal
            else None
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
        elif self._shown and self._done > self._before:
            self._line()

    def count(self, *, failed: bool = False) -> None:
        """One more run is done."""
        self._done += 1
        self._failed += failed
        if self._bar is not None:
            if failed:
                self._bar.set_postfix_str(f"{self._failed} failed", refresh=False)
            self._bar.update()
        elif self._shown and time.monotonic() - self._said >= SECONDS_BETWEEN_LINES:
            self._line()

    def _line(self) -> None:
        from tqdm import tqdm

        self._said = time.monotonic()
        taken, failed = self._said - self._began, f"{self._failed} failed" if self._failed else ""
        line = tqdm.format_meter(
            self._done, self._total, taken, ncols=0, prefix=self._name, unit="run", initial=self._before, postfix=failed
        )
        print(line, file=sys.stderr, flush=True)

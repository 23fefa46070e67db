"""A process that holds one competitor and runs it when told: ``python -m benchmarks.worker ENTRY``.

Every competitor runs in a process of its own, so that its peak memory is its own and nobody's garbage slows another
down. It answers each line on standard input, a number of days, with a line of JSON on standard output.
"""

import importlib
import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.competitors import Entry, enter


def resident_bytes(field: str) -> int | None:
    """Memory of this process: "VmRSS" now, "VmHWM" at its peak; None where the system does not say.

    On Linux ``getrusage`` would count what the parent held when it started us; ``/proc`` does not.
    """
    try:
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith(field):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    if field != "VmHWM":
        return None
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes on macOS, the only such system in common use


def serve(entry: Entry) -> None:
    """Build the competitor, say so, then run it for as many days as each line says."""
    answers, sys.stdout = sys.stdout, sys.stderr  # nothing a library prints may be taken for an answer

    def answer(values: Mapping[str, object]) -> None:
        print(json.dumps(values), file=answers, flush=True)

    _import_packages(entry)
    imported = resident_bytes("VmRSS")
    began = time.perf_counter()
    competitor = enter(entry)
    answer({"setup_s": time.perf_counter() - began, "imported_bytes": imported})
    for line in sys.stdin:
        before, began, began_cpu = competitor.counts(), time.perf_counter(), time.process_time()
        competitor.advance(int(line))
        seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - began_cpu
        after = competitor.counts()
        done = {name: b - a for name, a, b in zip(after._fields, before, after, strict=True)}
        answer(
            {
                "seconds": seconds,
                "cpu_seconds": cpu_seconds,
                "state_bytes": competitor.state_bytes(),
                "peak_bytes": resident_bytes("VmHWM"),
                **done,
            }
        )


def _import_packages(entry: Entry) -> None:
    """Import what the competitor needs, so that memory and time of setting up are those of the model alone."""
    model = "benchmarks.student.model" if entry.competitor == "student" else "simulation.model"
    for name in ("networkx", "scipy.sparse", model):
        importlib.import_module(name)


class Worker:
    """The other side: a competitor in a process of its own."""

    def __init__(self, entry: Entry, environment: Mapping[str, str]) -> None:
        self.entry = entry
        self._process = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.worker", json.dumps(entry.as_dict())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=dict(environment),
        )
        self.setup = self._read()

    def advance(self, days: int) -> dict[str, Any]:
        """Run for some days.

        Returns
        -------
        dict
            ``seconds`` and ``cpu_seconds`` it took, ``exposures``, ``likes``, ``follows`` and ``unfollows`` that
            happened, ``state_bytes`` and ``peak_bytes`` held.
        """
        assert self._process.stdin is not None
        try:
            print(days, file=self._process.stdin, flush=True)
        except BrokenPipeError:
            raise RuntimeError(f"{self.entry.label} at {self.entry.users:,} users: its process has died") from None
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            raise RuntimeError(f"{self.entry.label} at {self.entry.users:,} users: its process ended with code {code}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


if __name__ == "__main__":
    serve(Entry(**json.loads(sys.argv[1])))

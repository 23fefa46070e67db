"""What a calibration has simulated already, kept in a folder, so that the same call goes on where it was stopped.

Candidates are numbered and draw from seeds of their own, so a simulation is known by its round and number alone; when
the call is made again, those found here are taken as they are, and everything else follows as it did before.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

import numpy as np

from simulation.errors import OutputError
from simulation.study.calibration.problem import Problem, ScenarioSimulator, Simulated
from simulation.study.folder.files import claim
from simulation.versions import history_version, measure_version

FILE = "simulations.jsonl"


class Remembered:
    """Simulations by round and number; a context manager, so that the file is closed.

    Parameters
    ----------
    folder
        Made where missing; None remembers nothing.
    problem, particles, tolerance, seed
        What the draws depend on: in a folder begun before they must be the same. Budget and time may grow.
    fresh
        Start over.

    Raises
    ------
    ResultError
        If the folder belongs to something else.
    OutputError
        If it cannot be written.
    """

    def __init__(
        self, folder: Path | None, problem: Problem, particles: int, tolerance: float, seed: int, *, fresh: bool = False
    ) -> None:
        self._known: dict[tuple[int, int], Simulated] = {}
        self._file: TextIO | None = None
        if folder is None:
            return
        identity = {
            "uncertainties": {known.name: [known.low, known.high, known.scale] for known in problem.uncertainties},
            "observed": dict(zip(problem.labels, problem.observed.tolist(), strict=True)),
            "scales": problem.scales.tolist(),
            "simulator": _described(problem.simulator),
            "measures": {item.name: measure_version(item.measure) for item in problem.observations},
            "particles": particles,
            "tolerance": tolerance,
            "seed": seed,
            "code": history_version(),
        }
        claim(folder, "calibration", identity, fresh=fresh, contents=(FILE,))
        try:
            whole = self._read(folder / FILE)
            # What was being written when it was stopped is written anew.
            self._file = (folder / FILE).open("r+" if whole else "w", encoding="utf-8")
            self._file.truncate(whole)
            self._file.seek(whole)
        except OSError as error:
            raise OutputError(f"{folder / FILE}: cannot be written: {error.strerror or error}") from None

    def _read(self, path: Path) -> int:
        """Take in all whole lines; how many bytes they are."""
        if not path.exists():
            return 0
        whole = 0
        for line in path.read_bytes().splitlines(keepends=True):
            try:
                entry = json.loads(line)
                simulated = Simulated(np.array(entry["measured"], dtype=np.float64), str(entry["failure"]))
                key = int(entry["round"]), int(entry["number"])
            except (ValueError, KeyError, TypeError):
                break
            if not line.endswith(b"\n"):
                break
            self._known[key] = simulated
            whole += len(line)
        return whole

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def get(self, turn: int, number: int) -> Simulated | None:
        """What the candidate of that round and number gave, if that is known."""
        return self._known.get((turn, number))

    def put(self, turn: int, number: int, simulated: Simulated) -> None:
        """Keep it.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        if self._file is None or (turn, number) in self._known:
            return
        entry = {
            "round": turn,
            "number": number,
            "measured": simulated.measured.tolist(),
            "failure": simulated.failure,
        }
        try:
            self._file.write(json.dumps(entry) + "\n")
            self._file.flush()
        except OSError as error:
            raise OutputError(f"{self._file.name}: cannot be written: {error.strerror or error}") from None


def _described(simulator: Any) -> Any:
    """A simulator as plain values: the scenario's digest and days; of one's own its version."""
    if not isinstance(simulator, ScenarioSimulator):
        return measure_version(simulator)
    scenario = simulator.scenario.replace(seed=0, luck=None)
    return {"scenario": scenario.digest(), "days": scenario.days, "record": simulator.record}

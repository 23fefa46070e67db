"""What a calibration has simulated already, kept in a folder, so that the same call goes on where it was stopped.

Candidates are numbered and draw from seeds of their own, so a simulation is known by its round and number alone; when
the call is made again, those found here are taken as they are, and everything else follows as it did before.
"""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np

from simulation.errors import OutputError
from simulation.files import write_whole
from simulation.measure_versions import measure_version
from simulation.study.calibration.problem import Problem, ScenarioSimulator, Simulated
from simulation.study.folder.files import claim
from simulation.versions import history_version

FILE = "simulations.jsonl"


class Remembered:
    """Simulations by round and number, kept in a file as they come.

    Parameters
    ----------
    path
        Of the file, which need not be there yet; None remembers nothing.

    Raises
    ------
    OutputError
        If it cannot be written.
    """

    def __init__(self, path: Path | None) -> None:
        self._known: dict[tuple[int, int], Simulated] = {}
        self._path = path
        lines = path.read_bytes().splitlines(keepends=True) if path is not None and path.exists() else []
        whole = list(itertools.takewhile(self._read, lines))
        if path is not None and len(whole) < len(lines):
            write_whole(path, b"".join(whole))  # what was being written when it was stopped is written anew

    def _read(self, line: bytes) -> bool:
        """Take in a line; False where it is not whole."""
        try:
            entry = json.loads(line if line.endswith(b"\n") else b"")
            simulated = Simulated(np.array(entry["measured"], dtype=np.float64), str(entry["failure"]))
            self._known[int(entry["round"]), int(entry["number"])] = simulated
        except (ValueError, KeyError, TypeError):
            return False
        return True

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
        if self._path is None or (turn, number) in self._known:
            return
        told = {"measured": simulated.measured.tolist(), "failure": simulated.failure}
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"round": turn, "number": number, **told}) + "\n")
        except OSError as error:
            raise OutputError(f"{self._path}: cannot be written: {error.strerror or error}") from None


def remembered_in(
    folder: Path | None, problem: Problem, particles: int, tolerance: float, seed: int, *, fresh: bool = False
) -> Remembered:
    """What a folder remembers of a calibration.

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
    if folder is None:
        return Remembered(None)
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
    return Remembered(folder / FILE)


def _described(simulator: Any) -> Any:
    """A simulator as plain values: the scenario's digest and days; of one's own its version."""
    if not isinstance(simulator, ScenarioSimulator):
        return measure_version(simulator)
    scenario = simulator.scenario.replace(seed=0, luck=None)
    return {"scenario": scenario.digest(), "days": scenario.days, "record": simulator.record}

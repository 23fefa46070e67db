"""How long one waits for a first result: ``python -m benchmarks.first_result ENGINE USERS DAYS`` is what is timed."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any


def first_result(engine: str, users: int, days: int, environment: Mapping[str, str]) -> dict[str, float]:
    """Seconds from starting a fresh Python to its end (``total_s``), with a result in between.

    ``import_s`` of these went into importing the package; both grow by the compilation where the cache is empty.

    Raises
    ------
    RuntimeError
        If that Python fails; what it had to say has gone to standard error.
    """
    began = time.perf_counter()
    command = [sys.executable, "-m", "benchmarks.first_result", engine, str(users), str(days)]
    done = subprocess.run(command, env=dict(environment), stdout=subprocess.PIPE, text=True, check=False)
    total = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(
            f"the first result of the {engine} engine failed: its process ended with code {done.returncode}"
        )
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return {"total_s": total, **answer}


def _run(engine: Any, users: int, days: int) -> None:
    began = time.perf_counter()
    from simulation.model import FollowerModel

    imported = time.perf_counter() - began
    creators = max(1, users // 10)
    model = FollowerModel({"population.users": users, "population.creators": creators}, seed=1, engine=engine)
    model.run_for(days)
    model.result()
    print(json.dumps({"import_s": imported}))


if __name__ == "__main__":
    _run(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))

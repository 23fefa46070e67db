"""What the command said, and small inputs for it."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.told import tells

SMALL: dict[str, Any] = {
    "population.users": 60,
    "population.creators": 12,
    "decision.follow_threshold": 0.6,
    "leaving.base_hazard": 0.3,
}
"""So few users that a day takes next to no time, and so keen that much happens."""

SMALL_OPTIONS = [word for name, value in SMALL.items() for word in ("--set", f"{name}={value}")]

SMALL_FILE = """\
[run]
preset = "instagram"
seed = 4
days = 20

[population]
users = 60
creators = 12

[decision]
follow_threshold = 0.6

[leaving]
base_hazard = 0.3
"""
"""The same run as ``small_result``."""


@dataclass(frozen=True)
class Said:
    """Exit code, standard output and standard error of a command."""

    code: int
    out: str
    err: str

    def refused(self, *facts: str) -> None:
        """Check that it was refused in a message with these facts, without a traceback and with nothing said else."""
        assert self.code == 2, self
        assert self.out == ""
        assert "Traceback" not in self.err
        assert "Internal error" not in self.err
        missing = [some for some in facts if not tells(self.err, some)]
        assert not missing, (missing, self.err)


def forget(file: Path) -> None:
    """Let a module be read anew, as another process would."""
    for name, module in list(sys.modules.items()):
        if getattr(module, "__file__", None) == str(file):
            del sys.modules[name]

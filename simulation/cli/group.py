"""What happens around every command: errors become one sentence and an exit code, and nobody sees a traceback."""

import os
import re
import sys
import traceback
from typing import Any

import typer
from typer.core import TyperGroup

from simulation.errors import FollowerDynamicsError, OutcomeError

REFUSED, FAULT, INTERRUPTED, BROKEN_PIPE = 2, 1, 130, 141
"""Exit codes: the user can put it right; an internal error, or an outcome that fails; Ctrl-C; nobody reads any more."""

_OPTION = re.compile(r"(?<=\()(fresh|keep|overwrite|retry)=True(?=\))")
"""What errors advise, in the words of Python; the command has options of the same names."""


def note(text: str) -> None:
    """Say something on standard error, where it is in nobody's way."""
    typer.echo(text, err=True)


def announce_compilation(engine: str) -> None:
    """Say so where the first day will be late because the engine's loops are compiled first."""
    from simulation.compiling import compilation_note

    if word := compilation_note(engine):
        note(word)


class KindGroup(TyperGroup):
    """Group of commands that turns whatever a command raises into a sentence on standard error and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            value = super().invoke(ctx)
            sys.stdout.flush()
        except Exception as error:
            if type(error).__module__.startswith(("typer", "click")):
                raise  # wrong usage, --help, --version: typer's own affair
            raise typer.Exit(_explain(error, ctx.params.get("debug", False))) from None
        except KeyboardInterrupt:
            note("interrupted: stopped where it was; what was finished is kept, and nothing half-written is left")
            raise typer.Exit(INTERRUPTED) from None
        return value


def _explain(error: Exception, debug: bool) -> int:
    """Say what went wrong; returns the exit code."""
    if isinstance(error, BrokenPipeError):
        # Python flushes once more at exit, and would complain about the closed pipe then.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    if debug:
        traceback.print_exception(error)
    if isinstance(error, FollowerDynamicsError):
        note("error: " + _OPTION.sub(r"--\1", str(error)).replace("(code=FOLDER)", "(--code FOLDER)"))
        return FAULT if isinstance(error, OutcomeError) else REFUSED
    if isinstance(error, MemoryError):
        note(f"error: there is not enough memory for this ({error}); fewer users, or fewer days, need less")
        return REFUSED
    if isinstance(error, OSError) and error.filename is not None:
        note(f"error: {os.fsdecode(error.filename)}: {error.strerror}")
        return REFUSED
    first_line = str(error).partition("\n")[0]
    note(
        f"Internal error (please report): {type(error).__name__}: {first_line}\n"
        "Please report it with what this prints: the same command with --debug right after follower-dynamics."
    )
    return FAULT

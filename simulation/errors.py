"""Every exception this package raises on purpose, in one place.

Each one is also the built-in exception a caller would expect, so that ``except ValueError`` works as well. The
command turns any of them into one sentence on standard error and exit code 2. What a program may want to know of an
error besides its sentence stands in fields, empty where the error is about something else.
"""

import copy
import difflib
from collections.abc import Iterable
from pathlib import Path


def nearest(name: str, known: Iterable[str], most: int = 1) -> str:
    """What may have been meant by an unknown name: the nearest of those that are known, or all of them."""
    listed = list(known)
    near = difflib.get_close_matches(name, listed, n=most) or [key for key in listed if key in name.split("_")][:most]
    return f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(listed)}"


class FollowerDynamicsError(Exception):
    """Base of all errors raised on purpose: the message is a sentence meant for the user."""


class ParameterError(FollowerDynamicsError, ValueError):
    """A parameter is unknown, of the wrong type, out of its bounds, or at odds with another.

    Attributes
    ----------
    parameter
        Its dotted name, or the name that is unknown.
    value
        The value that was refused.
    allowed
        What it must be, in words.
    near
        The nearest names that are known, for an unknown one.
    several
        One error for each parameter that was refused at once.
    """

    def __init__(
        self,
        message: str,
        *,
        parameter: str = "",
        value: object = None,
        allowed: str = "",
        near: Iterable[str] = (),
        several: Iterable["ParameterError"] = (),
    ) -> None:
        super().__init__(message)
        self.parameter, self.value, self.allowed = parameter, value, allowed
        self.near, self.several = tuple(near), tuple(several)

    def said(self, message: str) -> "ParameterError":
        """The same error in other words."""
        error = copy.copy(self)
        error.args = (message,)
        return error


class _FileError(FollowerDynamicsError):
    """An error about a file or folder, which it names in ``path``."""

    def __init__(self, message: str, *, path: str | Path | None = None) -> None:
        super().__init__(message)
        self.path = None if path is None else Path(path)


class ConfigError(_FileError, ValueError):
    """A configuration file cannot be read or does not say what it should."""


class GraphError(_FileError, ValueError):
    """A social graph, or a file that should hold one, cannot be used.

    Attributes
    ----------
    line
        Number of the line of ``path``, from 1; None where it is about the whole of it.
    """

    def __init__(self, message: str, *, path: str | Path | None = None, line: int | None = None) -> None:
        super().__init__(message, path=path)
        self.line = line


class PluginError(FollowerDynamicsError, ValueError):
    """A plug-in does not keep its contract, such as a rule that gives no probability.

    Attributes
    ----------
    plugin
        Name of the plug-in.
    """

    def __init__(self, message: str, *, plugin: str = "") -> None:
        super().__init__(message)
        self.plugin = plugin


class FactorError(PluginError):
    """A factor does not keep the contract of factors (finite, within [0, 1], pure).

    Attributes
    ----------
    factor
        Name of the factor.
    """

    def __init__(self, message: str, *, factor: str = "", plugin: str = "") -> None:
        super().__init__(message, plugin=factor or plugin)
        self.factor = self.plugin


class ResultError(_FileError, ValueError):
    """A stored result is missing, damaged, incomplete, or of another schema version."""


class OutcomeError(FollowerDynamicsError):
    """An outcome that fails in a run where it is to be measured; the command's exit code is then 1."""


class OutputError(_FileError, OSError):
    """An output folder or file cannot be written."""


class OddError(FollowerDynamicsError):
    """The template of the ODD document asks for what there is not, leaves something out, or has it twice."""

"""Every exception this package raises on purpose, in one place.

Each one is also the built-in exception a caller would expect, so that ``except ValueError`` works as well. The
command turns any of them into one sentence on standard error and exit code 2.
"""


class FollowerDynamicsError(Exception):
    """Base of all errors raised on purpose: the message is a sentence meant for the user."""


class ParameterError(FollowerDynamicsError, ValueError):
    """A parameter is unknown, of the wrong type, out of its bounds, or at odds with another."""


class ConfigError(FollowerDynamicsError, ValueError):
    """A configuration file cannot be read or does not say what it should."""


class GraphError(FollowerDynamicsError, ValueError):
    """A social graph, or a file that should hold one, cannot be used."""


class FactorError(FollowerDynamicsError, ValueError):
    """A factor does not keep the contract of factors (finite, within [0, 1], pure)."""


class ResultError(FollowerDynamicsError, ValueError):
    """A stored result is missing, damaged, incomplete, or of another schema version."""


class OutputError(FollowerDynamicsError, OSError):
    """An output folder or file cannot be written."""

"""A folder as one file to deposit or to send, an RO-Crate."""

from simulation.archive.crate import archive

__all__ = ["archive"]

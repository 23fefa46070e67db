"""What a run leaves behind: the day's records, the result, its files, and the words that explain it.

A :class:`~simulation.records.recorder.Recorder` takes in every day; a :class:`~simulation.records.result.Result` reads
what was recorded, in memory or from the folder that ``Result.save`` wrote.
"""

from simulation.records.compare import same_tables
from simulation.records.recorder import Recorder
from simulation.records.result import Result
from simulation.records.storage import load_result

__all__ = ["Recorder", "Result", "load_result", "same_tables"]

"""Whether the compiled engine has to be compiled first, which is worth a word before it takes its time."""

from pathlib import Path

from simulation.cli.group import note


def announce_compilation(engine: str) -> None:
    """Say so where the first day will be late because its loops are compiled first."""
    from simulation.compiling import cache_folder

    if engine != "compiled":
        return
    folder = cache_folder()
    if folder is None:
        note("compiling, about 25 seconds (every time: no folder can be written to keep the compiled code)")
    elif not any(Path(folder).rglob("*.nbi")):
        note("compiling, about 25 seconds (the first time only)")

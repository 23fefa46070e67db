"""The experiments that are shipped, and those in files of one's own: each is one file that names its `EXPERIMENT`."""

from pathlib import Path

from simulation.errors import OutputError, ParameterError, nearest
from simulation.experiment.declare import Experiment
from simulation.files import write_whole
from simulation.naming import run_file

FOLDERS = (Path(__file__).parent / "claims", Path(__file__).parents[2] / "experiments")
"""Where shipped experiments are: in an installed package, and in a checkout."""


def shipped() -> dict[str, Path]:
    """The files of the experiments that are shipped, by name."""
    folder = next((folder for folder in FOLDERS if folder.is_dir()), FOLDERS[0])
    return {path.stem: path for path in sorted(folder.glob("[a-z]*.py"))}


def find(name: str) -> Path:
    """The file of an experiment: a path, or the name of one that is shipped.

    Raises
    ------
    ParameterError
        If there is none: names the nearest.
    """
    known = shipped()
    if name in known:
        return known[name]
    path = Path(name)
    if path.is_file():
        return path
    if path.suffix == ".py" or len(path.parts) > 1:
        raise ParameterError(f"there is no file {name}")
    raise ParameterError(f"there is no experiment {name!r}; {nearest(name, known)}")


def load(path: Path) -> Experiment:
    """The experiment that a file declares.

    Raises
    ------
    ParameterError
        If it cannot be imported, or declares none.
    """
    if path.suffix != ".py":
        raise ParameterError(f"{path}: is not a Python file")
    try:
        module = run_file(path.resolve(), f"experiment_{path.stem}")
    except Exception as error:
        raise ParameterError(f"{path}: cannot be imported: {type(error).__name__}: {error}") from error
    found = getattr(module, "EXPERIMENT", None)
    if not isinstance(found, Experiment):
        raise ParameterError(f"{path}: declares no experiment; it must have EXPERIMENT = Experiment(...)")
    return found


def copy(name: str, out: Path) -> Path:
    """Copy the file of an experiment, to be changed; ``out`` must not exist.

    Raises
    ------
    ParameterError
        If there is no such experiment.
    OutputError
        If the file exists, or cannot be written.
    """
    source = find(name)
    if out.exists():
        raise OutputError(f"{out}: exists; choose another name with --out FILE")
    write_whole(out, source.read_bytes())
    return out

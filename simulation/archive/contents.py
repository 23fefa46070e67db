"""What a folder holds that is packed, how it is repeated, and the code of the user's own that this takes."""

import json
import posixpath
import shlex
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from simulation.analysis.wording import counted
from simulation.descriptions import described_code
from simulation.errors import FollowerDynamicsError, ResultError
from simulation.naming import moved
from simulation.origins import standing_for
from simulation.own_code import OwnCode, own_code
from simulation.records.checkpoint import Checkpoint, is_checkpoint
from simulation.records.provenance import DISTRIBUTION
from simulation.scenario_file import NAMED, changed_by_hand, foreign_items
from simulation.study.design.choices import CHOICES, is_graph_file
from simulation.study.folder.files import read_card
from simulation.study.run.evaluation import what_changed

CODE = "code"
"""Folder in the archive for code of the user's own."""
NAMING = frozenset({"sweep.toml", "scenario.toml", "study.json", "provenance.json"})
"""Files that name other files."""


@dataclass
class Contents:
    """What a folder holds."""

    what: str
    """In a few words, as a heading."""
    made_by: Mapping[str, Any]
    """Provenance, or a card with versions."""
    command: str = ""
    """That repeats it, given beside the unpacked folder."""
    missing: str = ""
    """Why no command repeats it, and what would do."""
    code: OwnCode = field(default_factory=OwnCode)
    """Of the user's own, which it uses."""
    others: dict[str, Path | bytes] = field(default_factory=dict)
    """Files that are added, or replaced, by their path in the folder."""

    def lacks(self, why: str) -> None:
        """Say why no command repeats it."""
        self.missing = "; ".join(filter(None, (self.missing, why)))

    @property
    def repeat(self) -> str:
        """How it is repeated, in a sentence."""
        missing = f"It cannot be repeated from this archive: {self.missing}"
        return missing if self.missing else f"Repeat it by: {self.command}"


def contents_of(folder: Path) -> Contents:
    """What a folder holds, all of it read.

    Raises
    ------
    ResultError
        If it holds nothing that is packed, or a file in it is missing or damaged.
    """
    if not folder.is_dir():
        raise ResultError(f"{folder} " + ("is a file, not a folder" if folder.exists() else "does not exist"))
    try:
        _check_files(folder)
        if (folder / "daily.parquet").exists() or (folder / "provenance.json").exists():
            return _result(folder)
        if is_checkpoint(folder):
            return _checkpoint(folder)
        if (card := read_card(folder, "experiment")) is not None:
            return _experiment(folder, card)
        if (card := read_card(folder, "study")) is not None:
            return _study(folder, card)
    except OSError as error:
        raise ResultError(f"{error.filename or folder} cannot be read: {error.strerror or error}") from error
    raise ResultError(f"{folder} holds no result, sweep, study, experiment or checkpoint of this package")


def _result(folder: Path) -> Contents:
    from simulation.records import load_result

    result = load_result(folder)
    given = result.provenance
    users = f"{given['social_graph']['users']:,} users"
    what = f"A run of {users} and {counted(result.days, 'day')}, preset {given['preset']}, seed {given['seed']}"
    contents = Contents(what, given, f"{DISTRIBUTION} rerun {_quoted(folder)}")
    if days := given.get("changed_by_hand"):
        contents.lacks(changed_by_hand(days))
    return _with_code_of(given, folder, contents, f" --code {CODE}")


def _checkpoint(folder: Path) -> Contents:
    checkpoint = Checkpoint(folder, same_version=False)
    checkpoint.verify()
    given: dict[str, Any] = checkpoint.content["provenance"]
    name = folder.resolve().name
    what = f"A checkpoint of a run after {counted(given['days'], 'day')}"
    if name.endswith("-checkpoint") and "checkpoint_every" in (checkpoint.content["plan"] or {}):
        command = f"{DISTRIBUTION} resume {shlex.quote(name.removesuffix('-checkpoint'))}"
        return _with_code_of(given, folder, Contents(what, given, command), f" --code {CODE}")
    call = f"from simulation import FollowerModel; FollowerModel.from_checkpoint({name!r}"
    contents = _with_code_of(given, folder, Contents(what, given, f'python -c "{call}'), f", code={CODE!r}")
    contents.command += ')"'
    return contents


def _with_code_of(given: Mapping[str, Any], folder: Path, contents: Contents, option: str) -> Contents:
    """The contents with code of the user's own that a description (see `Scenario.description`) names."""
    references = [str(item.get("reference")) for _, item in foreign_items(given)]
    _with_code(folder, contents, references, lambda: described_code(given, {}))
    contents.command += option if contents.code.files else ""
    return contents


def _with_code(
    folder: Path,
    contents: Contents,
    references: Sequence[str],
    load: Callable[[], object],
    names: Mapping[str, str] = MappingProxyType({}),
) -> Contents:
    """The contents with the files that references lead to, if ``load`` finds what they name as it was.

    ``names`` are others that files have here, by what stands for them in files of the folder.
    """
    try:
        load()
        places = {text: text.rpartition(":")[0] for text in references}
        contents.code = own_code(
            str((folder / place).resolve()) if place.endswith(".py") else place.rpartition("/")[2]
            for place in places.values()
        )
        names = {**names, **{text: moved(text, CODE) for text, place in places.items() if standing_for(place) is None}}
    except FollowerDynamicsError as error:
        contents.lacks(str(error))
    contents.others |= _renamed(folder, names)
    return contents


def _renamed(folder: Path, names: Mapping[str, str]) -> dict[str, bytes]:
    """Files of a folder in which other files have names of this machine, with those in the archive instead."""
    found = {}
    for path in _inside(folder) if names else ():
        if path.name in NAMING:
            inside, text = path.relative_to(folder).as_posix(), path.read_text("utf-8")
            for there, here in names.items():
                new = json.dumps(posixpath.relpath(here, posixpath.dirname(f"{folder.resolve().name}/{inside}")))
                for ascii_only in (True, False):
                    text = text.replace(json.dumps(there, ensure_ascii=ascii_only), new)
            found[inside] = text.encode()
    return found


def _experiment(folder: Path, card: Mapping[str, Any]) -> Contents:
    from simulation.experiment.library import load, shipped
    from simulation.experiment.run import DECLARED

    if not (folder / "summary.md").is_file():
        raise ResultError(f"{folder} has no summary.md: its experiment has not finished; the same command goes on")
    for study in sorted(folder.glob("studies/*/study.json")):
        read_card(study.parent, "study")
    options = [f"--{name} {card[name]}" for name in ("users", "days", "seed") if card.get(name) is not None]
    quick = ["--quick"] if card.get("quick") else []
    declared = folder / DECLARED
    which = f"{_quoted(folder)}/{DECLARED}" if declared.is_file() else str(card["name"])
    command = " ".join([DISTRIBUTION, "experiment", which, *quick, *options, "--out", _quoted(folder)])
    contents = Contents(f"Experiment {card['name']}", card, command)
    if declared.is_file():
        _with_code(folder, contents, [f"{DECLARED}:EXPERIMENT"], lambda: load(declared))
        files, contents.code.files = contents.code.files.values(), {}
        if outside := [str(file) for file in files if folder.resolve() not in file.parents]:
            contents.lacks(f"{', '.join(outside)}, which it imports, is not in its folder: run it there again")
    elif which not in shipped():
        contents.lacks(f"it was run in Python, so its file is not there; with it: {command.replace(which, 'FILE')}")
    if card.get("graph"):
        contents.lacks(f"its social graph, from a file, is not kept; with it: {command} --graph FILE")
    return contents


def _study(folder: Path, card: Mapping[str, Any]) -> Contents:
    from simulation.study.folder.store import DECLARATION
    from simulation.study.folder.sweep_folder import open_sweep

    if not (folder / DECLARATION).exists():
        missing = "it was made by a call in Python, such as run_study, which is not kept: only that call repeats it"
        return Contents(f"Study {card.get('name', 'without a name')}", card, missing=missing)
    found = open_sweep(folder)
    damaged: list[Path] = []
    for _ in found.finished(damaged):
        pass
    if damaged:
        raise ResultError(f"{damaged[0]} is damaged: `{DISTRIBUTION} sweep run` with this folder runs it again")
    progress = found.progress()
    what = f"Sweep {found.sweep.name}: {progress.finished:,} of {len(found.sweep.design):,} runs finished"
    contents = Contents(what, card, f"{DISTRIBUTION} sweep run {_quoted(folder)}/{DECLARATION} --out again")
    table = tomllib.loads((folder / DECLARATION).read_text("utf-8"))["sweep"]
    graphs = [table["graph"]] if "graph" in table else []
    graphs += filter(is_graph_file, table["levers"].get("social_graph", {}).values())
    names = {}
    for number, text in enumerate(graphs):
        if not (file := folder / text).is_file():
            raise ResultError(f"{file} is missing: a social graph that {folder / DECLARATION} names")
        place = f"{number}-{file.name}" if number else file.name
        contents.others[place] = file
        names[text] = f"{folder.resolve().name}/{place}"
    if found.made.graph is not None and found.graph_file is None:
        contents.lacks("its social graph was given in Python, and is not kept: run_sweep(..., social_graph=...)")
    levers = [given for name, given in table["levers"].items() if name in CHOICES]
    references = [*_references([table["outcomes"], *(table.get(name) for name in NAMED), *levers])]

    def load() -> None:
        now = found.loaded().worlds_measured().identity() if references else found.made.evaluation
        if now != found.made.evaluation:
            raise ResultError(f"{what_changed(found.made.evaluation, now)}: run it again, or put back the code of then")

    return _with_code(folder, contents, references, load, names)


def _references(given: object) -> Iterator[str]:
    """What is named by a reference, wherever in lists and tables."""
    if isinstance(given, str):
        yield from [given] if ":" in given else []
    elif isinstance(given, list | dict):
        for item in given.values() if isinstance(given, dict) else given:
            yield from _references(item)


def _check_files(folder: Path) -> None:
    """Read what can be damaged.

    Raises
    ------
    ResultError
        If a table, or a file of JSON or TOML, cannot be read; says which.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    for path in _inside(folder):
        try:
            if path.suffix == ".parquet":
                with pq.ParquetFile(path, page_checksum_verification=True) as table:
                    for _ in table.iter_batches():
                        pass
            elif path.suffix == ".json":
                json.loads(path.read_bytes())
            elif path.suffix == ".toml":
                tomllib.loads(path.read_text("utf-8"))
        except (pa.ArrowException, ValueError, OSError) as error:
            reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
            raise ResultError(f"{path} is damaged or cannot be read: {reason}") from error


def _inside(folder: Path) -> list[Path]:
    """Files of a folder, without those that somebody is writing."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def files_of(folder: Path, contents: Contents) -> dict[str, Path | bytes]:
    """Files of a folder, by their path in it."""
    inside: dict[str, Path | bytes] = {path.relative_to(folder).as_posix(): path for path in _inside(folder)}
    return inside | contents.others


def _quoted(folder: Path) -> str:
    return shlex.quote(folder.resolve().name)

"""A folder as one file to deposit or to send: a zip that is an RO-Crate, with what made its contents and how to repeat.

RO-Crate 1.1 (https://w3id.org/ro/crate/1.1) describes data by a file ``ro-crate-metadata.json`` in JSON-LD. The run
itself is described as its profile Process Run Crate 0.5 (https://w3id.org/ro/wfrun/process/0.5) asks: an action with a
software, what went in and what came out. One folder always gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import shlex
import textwrap
import tomllib
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import quote

from simulation.analysis.wording import counted
from simulation.descriptions import described_code
from simulation.errors import FollowerDynamicsError, OutputError, ParameterError, ResultError
from simulation.files import make_folder, whole_file
from simulation.naming import moved
from simulation.own_code import OwnCode, own_code
from simulation.records.checkpoint import Checkpoint, is_checkpoint
from simulation.records.provenance import DISTRIBUTION, package_version, surroundings
from simulation.scenario_file import NAMED, changed_by_hand, foreign_items
from simulation.study.design.choices import CHOICES
from simulation.study.folder.files import read_card
from simulation.study.run.evaluation import what_changed
from simulation.versions import standing_for

METADATA, README, ENVIRONMENT = "ro-crate-metadata.json", "README.md", "environment.json"
CODE = "code"
"""Folder in the archive for code of the user's own."""
NAMING = frozenset({"sweep.toml", "scenario.toml", "study.json", "provenance.json"})
"""Files that name other files."""
CRATE, PROCESS = "https://w3id.org/ro/crate/1.1", "https://w3id.org/ro/wfrun/process/0.5"
CONTEXT = [f"{CRATE}/context", {"sha256": "http://schema.org/sha256"}]
NO_LICENCE = "No licence was stated. Ask the authors before using these data."
BLOCK = 1 << 20
STORED = frozenset({".parquet", ".npz", ".png", ".pdf", ".gz", ".zip", ".mp4", ".gif"})
"""Compressed already."""
FORMATS = {
    ".csv": "text/csv",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".json": "application/json",
    ".md": "text/markdown",
    ".mp4": "video/mp4",
    ".npz": "application/x-npz",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".py": "text/x-python",
    ".toml": "application/toml",
}
INPUTS = re.compile(
    r"(^code/|\.toml$|(^|/)(social_graph(_nodes)?[^/]*\.parquet|study\.json|experiment\.json|provenance\.json)$)"
)
"""Files that went into a run, by their path."""


@dataclass
class _Contents:
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

    @property
    def repeat(self) -> str:
        """How it is repeated, in a sentence."""
        missing = f"It cannot be repeated from this archive: {self.missing}"
        return missing if self.missing else f"Repeat it by: {self.command}"


class _Entry(NamedTuple):
    path: str
    bytes: int
    sha256: str


def archive(
    folder: str | Path,
    out: str | Path,
    *,
    authors: Sequence[str] = (),
    licence: str | None = None,
    title: str | None = None,
    overwrite: bool = False,
    say: Callable[[str], None] = lambda text: None,
) -> Path:
    """Pack a result, a sweep, an experiment or a checkpoint as an RO-Crate.

    Parameters
    ----------
    folder
        Of one run, of a sweep or another study, of an experiment, or a checkpoint. It is read, never changed.
    out
        The zip to write.
    authors
        ``"Ada Lovelace"``, or with an ORCID: ``"Ada Lovelace, https://orcid.org/0000-0002-1825-0097"``.
    licence
        An SPDX identifier such as ``"CC-BY-4.0"``, an address, or a sentence.
    title
        Of the crate; left out: what the folder holds, and its name.
    overwrite
        Whether a file at ``out`` may be replaced.
    say
        Gets a sentence where the archive cannot be repeated from.

    Returns
    -------
    Path
        ``out``.

    Raises
    ------
    ResultError
        If the folder holds none of these, or a file in it is missing or damaged.
    ParameterError
        If ``out`` lies in the folder, or an author or the licence is empty.
    OutputError
        If ``out`` exists, or cannot be written; nothing half-written is left.

    Examples
    --------
    >>> archive("out/chronological", "chronological.zip", licence="CC-BY-4.0")  # doctest: +SKIP
    """
    folder, out = Path(folder), Path(out)
    if not all(text.strip() for text in [*authors, "-" if licence is None else licence]):
        raise ParameterError("authors and licence must not be empty; leave them out where there are none")
    if folder.resolve() in out.resolve().parents:
        raise ParameterError(f"{out} lies in the folder that is packed; choose a place outside {folder}")
    if out.is_dir() or (out.exists() and not overwrite):
        raise OutputError(
            f"{out} exists already; choose another name" + ("" if out.is_dir() else ", or replace it (overwrite=True)")
        )
    contents = _contents(folder)
    name = folder.resolve().name
    files = {f"{name}/{path}": source for path, source in _files(folder, contents).items()}
    files |= {f"{CODE}/{path}": source for path, source in contents.code.files.items()}
    when = _when(contents.made_by, files)
    make_folder(out.parent)
    with whole_file(out) as draft, zipfile.ZipFile(draft, "w") as packed:
        readme = _readme(contents, name, title).encode()
        environment = json.dumps(_environment(contents), indent=1, sort_keys=True).encode()
        entries = [
            _pack(packed, path, source)
            for path, source in [(README, readme), (ENVIRONMENT, environment), *sorted(files.items())]
        ]
        graph = _graph(contents, name, entries, when, authors, licence, title)
        _pack(packed, METADATA, json.dumps(graph, indent=1, ensure_ascii=False).encode())
    if contents.missing:
        say(contents.repeat)
    return out


# --- what a folder holds ------------------------------------------------------------------------------------------


def _contents(folder: Path) -> _Contents:
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


def _result(folder: Path) -> _Contents:
    from simulation.records import load_result

    result = load_result(folder)
    given = result.provenance
    users = f"{given['social_graph']['users']:,} users"
    what = f"A run of {users} and {counted(result.days, 'day')}, preset {given['preset']}, seed {given['seed']}"
    contents = _Contents(what, given, f"{DISTRIBUTION} rerun {_quoted(folder)}")
    if days := given.get("changed_by_hand"):
        contents.missing = changed_by_hand(days)
    return _with_code_of(given, folder, contents, f" --code {CODE}")


def _checkpoint(folder: Path) -> _Contents:
    checkpoint = Checkpoint(folder, same_version=False)
    checkpoint.verify()
    given: dict[str, Any] = checkpoint.content["provenance"]
    name = folder.resolve().name
    what = f"A checkpoint of a run after {counted(given['days'], 'day')}"
    if name.endswith("-checkpoint") and checkpoint.content["plan"] is not None:
        command = f"{DISTRIBUTION} resume {shlex.quote(name.removesuffix('-checkpoint'))}"
        return _with_code_of(given, folder, _Contents(what, given, command), f" --code {CODE}")
    call = f"from simulation import FollowerModel; FollowerModel.from_checkpoint({name!r}"
    contents = _with_code_of(given, folder, _Contents(what, given, f'python -c "{call}'), f", code={CODE!r}")
    contents.command += ')"'
    return contents


def _with_code_of(given: Mapping[str, Any], folder: Path, contents: _Contents, option: str) -> _Contents:
    """The contents with code of the user's own that a description (see `Scenario.description`) names."""
    references = [str(item.get("reference")) for _, item in foreign_items(given)]
    _with_code(folder, contents, references, lambda: described_code(given, {}))
    contents.command += option if contents.code.files else ""
    return contents


def _with_code(
    folder: Path,
    contents: _Contents,
    references: Sequence[str],
    load: Callable[[], object],
    names: Mapping[str, str] = MappingProxyType({}),
) -> _Contents:
    """The contents with the files that references lead to, if ``load`` finds what they name as it was.

    ``names`` are others that files have here, by what stands for them in files of the folder.
    """
    try:
        load()
        contents.code = own_code(reference.rpartition(":")[0] for reference in references)
        packed = (text for text in references if standing_for(text.rpartition(":")[0]) is None)
        names = {**names, **{text: moved(text, CODE) for text in packed}}
    except FollowerDynamicsError as error:
        contents.missing = "; ".join(filter(None, (contents.missing, str(error))))
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


def _experiment(folder: Path, card: Mapping[str, Any]) -> _Contents:
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
    contents = _Contents(f"Experiment {card['name']}", card, command)
    if declared.is_file():
        _with_code(folder, contents, [f"{declared}:EXPERIMENT"], lambda: load(declared))
        files, contents.code.files = contents.code.files.values(), {}
        if outside := [str(file) for file in files if folder.resolve() not in file.parents]:
            contents.missing = f"{', '.join(outside)}, which it imports, is not in its folder: run it there again"
    elif which not in shipped():
        contents.missing = f"it was run in Python, so its file is not there; with it: {command.replace(which, 'FILE')}"
    if card.get("graph"):
        contents.missing = f"its social graph, from a file, is not kept; with it: {command} --graph FILE"
    return contents


def _study(folder: Path, card: Mapping[str, Any]) -> _Contents:
    from simulation.study.folder.store import DECLARATION
    from simulation.study.folder.sweep_folder import open_sweep

    if not (folder / DECLARATION).exists():
        missing = "it was made by a call in Python, such as run_study, which is not kept: only that call repeats it"
        return _Contents(f"Study {card.get('name', 'without a name')}", card, missing=missing)
    found = open_sweep(folder)
    damaged: list[Path] = []
    for _ in found.finished(damaged):
        pass
    if damaged:
        raise ResultError(f"{damaged[0]} is damaged: `{DISTRIBUTION} sweep run` with this folder runs it again")
    progress = found.progress()
    what = f"Sweep {found.sweep.name}: {progress.finished:,} of {len(found.sweep.design):,} runs finished"
    contents = _Contents(what, card, f"{DISTRIBUTION} sweep run {_quoted(folder)}/{DECLARATION} --out again")
    if (file := found.graph_file) is not None:
        if not file.is_file():
            raise ResultError(f"{file} is missing: the social graph that {folder / DECLARATION} names")
    elif found.made.graph is not None:
        contents.missing = "its social graph was given in Python, and is not kept: run_sweep(..., social_graph=...)"
    names = {}
    table = tomllib.loads((folder / DECLARATION).read_text("utf-8"))["sweep"]
    if found.graph_file is not None:
        contents.others[found.graph_file.name] = found.graph_file
        names = {table["graph"]: f"{folder.resolve().name}/{found.graph_file.name}"}
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


def _files(folder: Path, contents: _Contents) -> dict[str, Path | bytes]:
    inside: dict[str, Path | bytes] = {path.relative_to(folder).as_posix(): path for path in _inside(folder)}
    return inside | contents.others


def _quoted(folder: Path) -> str:
    return shlex.quote(folder.resolve().name)


# --- the zip ------------------------------------------------------------------------------------------------------


def _pack(packed: zipfile.ZipFile, path: str, source: Path | bytes) -> _Entry:
    info = zipfile.ZipInfo(path)  # of 1980, whenever it is packed
    info.create_system, info.external_attr = 3, 0o100644 << 16
    stored = Path(path).suffix in STORED
    info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    digest, size = hashlib.sha256(), 0
    with (
        BytesIO(source) if isinstance(source, bytes) else source.open("rb") as data,
        packed.open(info, "w", force_zip64=True) as into,
    ):
        while block := data.read(BLOCK):
            digest.update(block)
            size += len(block)
            into.write(block)
    return _Entry(path, size, digest.hexdigest())


# --- what is said about it ----------------------------------------------------------------------------------------


def _when(made_by: Mapping[str, Any], files: Mapping[str, Path | bytes]) -> str:
    """When it was done: as the provenance says, else when the latest file was written."""
    if said := made_by.get("described"):
        return str(said)
    latest = max(source.stat().st_mtime for source in files.values() if isinstance(source, Path))
    return datetime.fromtimestamp(latest, UTC).isoformat(timespec="seconds")


def _environment(contents: _Contents) -> dict[str, Any]:
    """Versions that made the contents, as far as the folder says, and versions that packed them."""
    about = ("package_version", "code_version", "code", "history_version", "python", "libraries", "platform", "machine")
    found = {
        "made_by": {name: contents.made_by[name] for name in about if name in contents.made_by},
        "packed_by": surroundings(),
    }
    if (own := contents.code).files or own.packages:
        found["own_code"] = {"files": sorted(own.files), "packages": sorted(own.packages)}
    return found


def _readme(contents: _Contents, name: str, title: str | None) -> str:
    version = contents.made_by.get("package_version", package_version())
    words = " ".join(sorted(contents.code.packages)).split()
    packages = " ".join(f"{name}=={version}" for name, version in zip(words[::2], words[1::2], strict=True))
    about = (
        f"The folder `{name}` holds what {DISTRIBUTION} wrote: inputs, results and what made them. `{ENVIRONMENT}` "
        f"has the versions of the package, Python and libraries. `{METADATA}` describes every file, with its size and "
        "SHA-256, as RO-Crate 1.1 prescribes."
    )
    if contents.code.files:
        about += (
            f" The folder `{CODE}` holds the code that it used and that is part of no installed package; files that "
            "this code reads are not there."
        )
    repeat = contents.repeat
    if not contents.missing:
        install = f"pip install {DISTRIBUTION}=={version} {packages}".strip()
        repeat = f"Unpack this archive, and in the folder with this file:\n\n```\n{install}\n{contents.command}\n```"
    return (
        f"# {title or contents.what}\n\n{contents.what}.\n\n{textwrap.fill(about, 100)}\n\n## Repeat it\n\n{repeat}\n"
    )


def _graph(
    contents: _Contents,
    name: str,
    entries: Sequence[_Entry],
    when: str,
    authors: Sequence[str],
    licence: str | None,
    title: str | None,
) -> dict[str, Any]:
    """The metadata: the crate, its files, the software, and the action that made them."""
    version = contents.made_by.get("package_version", package_version())
    files = [_file(entry) for entry in entries]
    inputs = [file for file in files if INPUTS.search(file["name"])]
    results = [file for file in files if file["name"].startswith(f"{name}/") and not INPUTS.search(file["name"])]
    people = [_person(text, number) for number, text in enumerate(authors, 1)]
    software = f"#{DISTRIBUTION}-{version}"
    terms, licences = _licence(licence)
    root = _entity(
        "./",
        "Dataset",
        name=title or f"{contents.what} ({name})",
        description=f"{contents.what}. {contents.repeat}",
        datePublished=when,
        license=terms,
        conformsTo=_ref(PROCESS),
        hasPart=_refs(files),
        mentions=_ref("#run"),
    )
    action = _entity(
        "#run",
        "CreateAction",
        name=contents.what,
        description=contents.repeat,
        instrument=_ref(software),
        object=_refs(inputs),
        result=_refs(results),
        endTime=when,
    )
    if started := contents.made_by.get("started"):
        action["startTime"] = started
    if people:
        root["author"] = action["agent"] = _refs(people)
    return {
        "@context": CONTEXT,
        "@graph": [
            _entity(METADATA, "CreativeWork", conformsTo=_ref(CRATE), about=_ref("./")),
            root,
            _entity(PROCESS, "CreativeWork", name="Process Run Crate", version="0.5"),
            _entity(software, "SoftwareApplication", name=DISTRIBUTION, softwareVersion=version),
            action,
            *people,
            *licences,
            *files,
        ],
    }


def _entity(identity: str, kind: str, **properties: Any) -> dict[str, Any]:
    return {"@id": identity, "@type": kind, **properties}


def _ref(identity: str) -> dict[str, str]:
    return {"@id": identity}


def _refs(entities: Sequence[Mapping[str, Any]]) -> dict[str, str] | list[dict[str, str]]:
    """References to entities; to one alone without a list, as the specification recommends."""
    found = [_ref(entity["@id"]) for entity in entities]
    return found[0] if len(found) == 1 else found


def _file(entry: _Entry) -> dict[str, Any]:
    form = FORMATS.get(Path(entry.path).suffix, "application/octet-stream")
    size, digest = str(entry.bytes), entry.sha256
    return _entity(quote(entry.path), "File", name=entry.path, contentSize=size, encodingFormat=form, sha256=digest)


def _person(text: str, number: int) -> dict[str, Any]:
    orcid = re.search(r"https://orcid\.org/[\d-]{18}[\dX]", text)
    name = re.sub(r"\s*[,(<]?\s*https://\S+", "", text).strip()
    return _entity(orcid[0] if orcid else f"#author-{number}", "Person", name=name or text)


def _licence(given: str | None) -> tuple[str | dict[str, str], list[dict[str, Any]]]:
    """What stands under ``license``, and the entity it refers to."""
    if given is None or not re.fullmatch(r"https?://\S+|[A-Za-z0-9.+-]+", given):
        return given or NO_LICENCE, []
    address = given if "://" in given else f"https://spdx.org/licenses/{given}"
    return _ref(address), [_entity(address, "CreativeWork", name=given, url=address)]

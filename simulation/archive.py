"""A folder as one file to deposit or to send: a zip that is an RO-Crate, with what made its contents and how to repeat.

RO-Crate 1.1 (https://w3id.org/ro/crate/1.1) describes data by a file ``ro-crate-metadata.json`` in JSON-LD. The run
itself is described as its profile Process Run Crate 0.5 (https://w3id.org/ro/wfrun/process/0.5) asks: an action with a
software, what went in and what came out. One folder always gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import textwrap
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from simulation.analysis.wording import counted
from simulation.errors import OutputError, ParameterError, ResultError
from simulation.files import make_folder, whole_file
from simulation.records.checkpoint import Checkpoint, is_checkpoint
from simulation.records.provenance import DISTRIBUTION, package_version, surroundings
from simulation.study.folder.files import read_card

METADATA, README, ENVIRONMENT = "ro-crate-metadata.json", "README.md", "environment.json"
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
    ".toml": "application/toml",
}
INPUTS = re.compile(
    r"(\.toml|(^|/)(social_graph(_nodes)?[^/]*\.parquet|study\.json|experiment\.json|provenance\.json))$"
)
"""Files that went into a run, by the end of their path."""


@dataclass
class _Contents:
    """What a folder holds."""

    what: str
    """In a few words, as a heading."""
    commands: list[str]
    """That repeat it, given beside the unpacked folder."""
    made_by: Mapping[str, Any]
    """Provenance, or a card with versions."""
    others: dict[str, Path | bytes] = field(default_factory=dict)
    """Files that are added, or replaced, by their path in the folder."""


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
    when = _when(contents.made_by, files)
    make_folder(out.parent)
    with whole_file(out) as draft, zipfile.ZipFile(draft, "w") as packed:
        readme = _readme(contents, name, title).encode()
        environment = json.dumps(_environment(contents.made_by), indent=1, sort_keys=True).encode()
        entries = [
            _pack(packed, path, source)
            for path, source in [(README, readme), (ENVIRONMENT, environment), *sorted(files.items())]
        ]
        graph = _graph(contents, name, entries, when, authors, licence, title)
        _pack(packed, METADATA, json.dumps(graph, indent=1, ensure_ascii=False).encode())
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
    return _Contents(what, [f"{DISTRIBUTION} rerun {_quoted(folder)}"], given)


def _checkpoint(folder: Path) -> _Contents:
    checkpoint = Checkpoint(folder, same_version=False)
    checkpoint.verify()
    given: dict[str, Any] = checkpoint.content.get("provenance", {})
    name = folder.resolve().name
    command = f'python -c "from simulation import FollowerModel; FollowerModel.from_checkpoint({name!r})"'
    if name.endswith("-checkpoint"):
        command = f"{DISTRIBUTION} resume {shlex.quote(name.removesuffix('-checkpoint'))}"
    return _Contents(f"A checkpoint of a run after {counted(given.get('days', 0), 'day')}", [command], given)


def _experiment(folder: Path, card: Mapping[str, Any]) -> _Contents:
    from simulation.experiment.run import DECLARED

    if not (folder / "summary.md").is_file():
        raise ResultError(f"{folder} has no summary.md: its experiment has not finished; the same command goes on")
    for study in sorted(folder.glob("studies/*/study.json")):
        read_card(study.parent, "study")
    options = [f"--{name} {card[name]}" for name in ("users", "days", "seed") if card.get(name) is not None]
    quick = ["--quick"] if card.get("quick") else []
    which = f"{_quoted(folder)}/{DECLARED}" if (folder / DECLARED).is_file() else str(card["name"])
    command = " ".join([DISTRIBUTION, "experiment", which, *quick, *options, "--out", _quoted(folder)])
    graph = ["# with --graph FILE: it was run on a social graph from a file, and not with --users"]
    return _Contents(f"Experiment {card['name']}", [command, *(graph if card.get("graph") else [])], card)


def _study(folder: Path, card: Mapping[str, Any]) -> _Contents:
    from simulation.study.folder.store import DECLARATION
    from simulation.study.folder.sweep_folder import open_sweep

    if not (folder / DECLARATION).exists():
        name = card.get("name", "without a name")
        return _Contents(f"Study {name}", ["# by the call in Python that made it: run_study or run_sweep"], card)
    found = open_sweep(folder)
    damaged: list[Path] = []
    for _ in found.finished(damaged):
        pass
    if damaged:
        raise ResultError(f"{damaged[0]} is damaged: `{DISTRIBUTION} sweep run` with this folder runs it again")
    progress = found.progress()
    what = f"Sweep {found.sweep.name}: {progress.finished:,} of {len(found.sweep.design):,} runs finished"
    command = f"{DISTRIBUTION} sweep run {_quoted(folder)}/{DECLARATION} --out again"
    return _Contents(what, [command], card, _with_graphs(folder / DECLARATION))


def _with_graphs(declaration: Path) -> dict[str, Path | bytes]:
    """The social graphs that a sweep names, and its declaration with these beside it; nothing where it names none.

    Raises
    ------
    ResultError
        If one is missing.
    """
    import tomllib

    import tomli_w

    from simulation.study.design.choices import is_graph_file

    tree = tomllib.loads(declaration.read_text())
    levers = tree["sweep"].get("levers", {}).get("social_graph", {})
    named = [(tree["sweep"], "graph")] if "graph" in tree["sweep"] else []
    named += [(levers, name) for name, text in levers.items() if is_graph_file(text)]
    found: dict[str, Path | bytes] = {}
    for number, (table, key) in enumerate(named):
        file = declaration.parent / table[key]
        if not file.is_file():
            raise ResultError(f"{file} is missing: a social graph that {declaration} names")
        table[key] = f"{number}-{file.name}" if number else file.name
        found[table[key]] = file
    return {**found, declaration.name: tomli_w.dumps(tree).encode()} if found else {}


def _check_files(folder: Path) -> None:
    """Read what can be damaged.

    Raises
    ------
    ResultError
        If a table, or a file of JSON or TOML, cannot be read; says which.
    """
    import tomllib

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


def _environment(made_by: Mapping[str, Any]) -> dict[str, Any]:
    """Versions that made the contents, as far as the folder says, and versions that packed them."""
    about = ("package_version", "code_version", "code", "history_version", "python", "libraries", "platform", "machine")
    return {
        "made_by": {name: made_by[name] for name in about if name in made_by},
        "packed_by": surroundings(),
    }


def _readme(contents: _Contents, name: str, title: str | None) -> str:
    version = contents.made_by.get("package_version", package_version())
    commands = "\n".join([f"pip install {DISTRIBUTION}=={version}", *contents.commands])
    about = textwrap.fill(
        f"The folder `{name}` holds what {DISTRIBUTION} wrote: inputs, results and what made them. `{ENVIRONMENT}` "
        f"has the versions of the package, Python and libraries. `{METADATA}` describes every file, with its size and "
        "SHA-256, as RO-Crate 1.1 prescribes.",
        100,
    )
    return (
        f"# {title or contents.what}\n\n{contents.what}.\n\n{about}\n\n## Repeat it\n\nUnpack this archive, and in the "
        f"folder with this file:\n\n```\n{commands}\n```\n"
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
        description=f"{contents.what}. Repeat it by: {'; '.join(contents.commands)}",
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
        description="\n".join(contents.commands),
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

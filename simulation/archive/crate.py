"""A folder as one file to deposit or to send: a zip that is an RO-Crate, with what made its contents and how to repeat.

RO-Crate 1.1 (https://w3id.org/ro/crate/1.1) describes data by a file ``ro-crate-metadata.json`` in JSON-LD. The run
itself is described as its profile Process Run Crate 0.5 (https://w3id.org/ro/wfrun/process/0.5) asks: an action with a
software, what went in and what came out. One folder always gives the same bytes.
"""

import hashlib
import json
import re
import textwrap
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from simulation.archive.contents import CODE, Contents, contents_of, files_of
from simulation.errors import OutputError, ParameterError
from simulation.files import make_folder, whole_file
from simulation.records.provenance import DISTRIBUTION, package_version, surroundings

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
    ".py": "text/x-python",
    ".toml": "application/toml",
}
INPUTS = re.compile(
    r"(\.toml|(^|/)(social_graph(_nodes)?[^/]*\.parquet|study\.json|experiment\.json|provenance\.json))$"
)
"""Files that went into a run, by the end of their path."""


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
    contents = contents_of(folder)
    name = folder.resolve().name
    files = {f"{name}/{path}": source for path, source in files_of(folder, contents).items()}
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


def _environment(contents: Contents) -> dict[str, Any]:
    """Versions that made the contents, as far as the folder says, and versions that packed them."""
    about = ("package_version", "code_version", "code", "history_version", "python", "libraries", "platform", "machine")
    found = {
        "made_by": {name: contents.made_by[name] for name in about if name in contents.made_by},
        "packed_by": surroundings(),
    }
    if (own := contents.code).files or own.packages:
        found["own_code"] = {"files": sorted(own.files), "packages": sorted(own.packages)}
    return found


def _readme(contents: Contents, name: str, title: str | None) -> str:
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
    contents: Contents,
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
    code = {f"{CODE}/{place}" for place in contents.code.files}
    inputs = [file for file in files if file["name"] in code or INPUTS.search(file["name"])]
    results = [file for file in files if file["name"].startswith(f"{name}/") and file not in inputs]
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

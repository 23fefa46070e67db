"""Prose keeps to the field's terms: what is said here in other words was hard to understand."""

from __future__ import annotations

import io
import json
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PLACES = (
    "simulation",
    "experiments",
    "benchmarks",
    "docs",
    "notebooks",
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
)
KINDS = {".py", ".md", ".ipynb", ".html", ".toml"}
INSTEAD = {
    r"same people|(same|common|other) luck|luck (alone|taken off)|people and luck": "random draws",
    r"\b(is|are|was|were|be|days|each|just) lived\b|\blived by\b|\blives (the|several) ": "simulated",
    r"\b[Ll]ive (one|some|a) days?\b": "simulate",
    r"told and drawn|\btells of\b|\btold of\b|\bsets beside\b": "prints and plots, describes, compares with",
    r"\b[Oo]ne (row|column|number|entry|file|line) an? ": "one row per run",
    r"\b(the|in) own voice\b": "their own voice, on-voice, off-voice",
    r"\bgo(es)? by others\b|\bheed(s|ed)?\b": "is influenced by",
    r"\b(of|one of) nothing\b|\bNaN of nobody\b": "undefined (zero denominator)",
    r"\bnobody knows\b": "unknown, uncertain",
    r"\bspoke (for|against|most|talent)\b|\bfor it spoke\b": "in favour, against, contributed most",
    r"\bends stand for\b": "values are clipped at",
    r"\bdearest\b|\braises? the bar\b|\bbeats? the bar\b": "favourite, aspiration level, threshold",
    r"\b(simulated|observed|changed|median|mean|reward|B) less (observed|base|truth|what|A|the|that)\b": "X - Y",
}
"""What not to write, and what to write instead."""


def files() -> Iterator[Path]:
    for place in map(ROOT.joinpath, PLACES):
        yield from (path for path in sorted([place, *place.rglob("*")]) if path.is_file() and path.suffix in KINDS)


def prose(path: Path) -> Iterator[str]:
    """Lines of a page; strings and comments of code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        tokens = tokenize.generate_tokens(io.StringIO(text).readline)
        yield from (token.string for token in tokens if token.type in {tokenize.STRING, tokenize.COMMENT})
    elif path.suffix == ".ipynb":
        yield from ("".join(cell["source"]) for cell in json.loads(text)["cells"])
    else:
        yield text


@cache
def pages() -> list[tuple[str, list[str]]]:
    """Every file with its prose, read once."""
    return [(str(path.relative_to(ROOT)), list(prose(path))) for path in files()]


@pytest.mark.parametrize("phrase", INSTEAD)
def test_it_is_said_in_plain_terms(phrase: str) -> None:
    found = re.compile(r"\s+".join(phrase.split(" ")))
    bad = [(path, match[0]) for path, parts in pages() for part in parts for match in found.finditer(part)]
    assert not bad, f"say {INSTEAD[phrase]!r} instead: {bad}"


def test_errors_are_tested_by_facts() -> None:
    """A pattern for a message would be a sentence before long."""
    given = re.compile(r"raises\([^)]*\bmatch=")
    bad = [path.name for path in (ROOT / "tests").rglob("*.py") if given.search(path.read_text(encoding="utf-8"))]
    assert not bad, f"use tests.told.raises: {bad}"

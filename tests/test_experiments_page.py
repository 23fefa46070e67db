"""The page of what experiments found: made of their summaries, and one part for each of them as they stand now."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs import experiments as page
from simulation.errors import ResultError
from simulation.experiment.library import load, shipped
from tests.told import raises

EXPERIMENTS = {name: load(path) for name, path in shipped().items()}

SUMMARY = """# Trends: do they?

In the model, it is so. X, a: +1.0 [+0.5, +1.5].

Of 2 expectations: **1 supported and 1 undecided**. Claim 13. They do.

- **Supported:** It is so. X, a: +1.0 [+0.5, +1.5] over 8 replicates.

## Design

Not on the page.
"""


def summary(folder: Path, text: str = SUMMARY) -> Path:
    (folder / "summary.md").write_text(text, encoding="utf-8")
    return folder


def test_the_head_of_a_summary_is_read(tmp_path: Path) -> None:
    found = page.read(EXPERIMENTS["trends"], summary(tmp_path))
    assert found.verdict == "1 supported and 1 undecided"
    assert found.answer.startswith("In the model") and found.answer.endswith("over 8 replicates.")
    assert found.claim == EXPERIMENTS["trends"].claim


@pytest.mark.parametrize("text", ["", SUMMARY.replace("## Design", "## Other"), SUMMARY.replace("**", "")])
def test_what_is_no_summary_is_refused(tmp_path: Path, text: str) -> None:
    with raises(ResultError, "summary.md experiment"):
        page.read(EXPERIMENTS["trends"], summary(tmp_path, text))


def test_a_summary_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with raises(ResultError, "read"):
        page.read(EXPERIMENTS["trends"], tmp_path)


def test_claims_are_listed_by_number_and_every_answer_stands_below(tmp_path: Path) -> None:
    found = [
        page.read(EXPERIMENTS["trends"], summary(tmp_path))._replace(name=n, claim=c)
        for n, c in (("b", "13. x"), ("a", "2. y"))
    ]
    text = page.render(found)
    rows = re.findall(r"^\| (\d+\. \w) \| \[`(\w)`\]", text, re.MULTILINE)
    assert rows == [("2. y", "a"), ("13. x", "b")]
    assert text.count("+1.0 [+0.5, +1.5]") == 4
    assert "Not on the page" not in text


def test_the_page_in_the_repository_has_every_experiment_as_it_is_declared() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    parts = re.findall(r"^## (\w+)\n\n\*\*(.+)\*\*$", text, re.MULTILINE)
    assert parts == [(name, experiment.question) for name, experiment in EXPERIMENTS.items()]
    for experiment in EXPERIMENTS.values():
        assert f"| {experiment.claim} | [`{experiment.name}`](#{experiment.name}) |" in text
    assert "nan" not in text

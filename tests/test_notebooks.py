"""Notebooks run from a clean kernel, carry no outputs, are built alike, and the pages about them are up to date."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from docs.notebooks import NOTEBOOKS, PAGES, ROOT, executed, join_prints

NAMES = (
    "01_first_run",
    "02_inside_one_user",
    "03_why_they_left",
    "04_bandwagon",
    "05_the_loop",
    "06_write_your_own_factor",
    "07_sweep_and_sensitivity",
    "08_what_would_help",
    "09_real_graphs",
    "10_against_published_results",
)
LAST = {
    "04_bandwagon": """
known = fair_threshold.cache_info().currsize
sliders.widget.children[0].value = 0.25
print("new settings:", fair_threshold.cache_info().currsize - known)
"""
}
"""What is done in a notebook after its last cell: a slider is moved."""
REAL = {
    "09_real_graphs": ("twitch/PTBR_edges.csv", ""),
    "10_against_published_results": ("kuairand/user_counts.csv", "LAB = {"),
}
"""Files of real data that notebooks draw where they are there, and what the first cell that needs none has in it."""
TEACHING = (ROOT / "docs" / "teaching.md").read_text()
ODD = (ROOT / "docs" / "odd.md").read_text()


def read(name: str) -> Any:
    return nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)


def pictures(notebook: Any) -> int:
    return sum("image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", []))


def complaints(notebook: Any) -> list[str]:
    return [o.text for cell in notebook.cells for o in cell.get("outputs", []) if o.get("name") == "stderr"]


def part(name: str, folder: Path, last: str = "", end: str = "") -> Path:
    """A notebook in another folder, up to the cell with ``last`` in it, or the cell before the one with ``end``."""
    notebook = read(name)
    sources = [cell.source if cell.cell_type == "code" else "" for cell in notebook.cells]
    if last or end:
        (place,) = (number for number, source in enumerate(sources) if (last or end) in source)
        notebook.cells = notebook.cells[: place + bool(last)]
    path = folder / f"{name}.ipynb"
    path.write_text(nbformat.writes(notebook))
    return path


def test_these_are_all() -> None:
    assert tuple(sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_it_runs(name: str) -> None:
    """All of its cells, those that assert what the text says among them."""
    notebook = executed(NOTEBOOKS / f"{name}.ipynb", widgets=True, last=LAST.get(name, ""))
    assert pictures(notebook) >= (2 if name in REAL else 1)
    if name in LAST:
        assert "new settings: 1\n" in [output.get("text") for output in notebook.cells[-1].outputs]
    assert complaints(notebook) == []


def test_sliders_degrade_to_pictures(tmp_path: Path) -> None:
    """Where ipywidgets is not installed, four more figures stand in the place of the sliders; no later cell has any.

    What they show is looked at in ``test_it_runs``: here days are few.
    """
    path = part("04_bandwagon", tmp_path, last="import FloatSlider")
    usual = path.read_text()
    path.write_text(usual.replace("USERS, DAYS = 600, 60", "USERS, DAYS = 600, 5"))
    assert path.read_text() != usual
    without = executed(path, widgets=False)
    assert pictures(without) == 5
    assert complaints(without) == []
    assert not any(
        "application/vnd.jupyter.widget-view+json" in output.get("data", {})
        for cell in without.cells
        for output in cell.get("outputs", [])
    )


@pytest.mark.parametrize("name", REAL)
def test_it_runs_without_real_data(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cells after those that draw real data, which ``test_it_runs`` has run, are left out."""
    folder, (file, end) = os.environ.get("FOLLOWER_DATA", "../../shared/data"), REAL[name]
    if not (NOTEBOOKS / folder / file).is_file():
        pytest.skip("real data are not here, so test_it_runs has run it without them")
    monkeypatch.setenv("FOLLOWER_DATA", str(tmp_path))
    assert pictures(executed(part(name, tmp_path, end=end), widgets=True)) >= 2


@pytest.mark.parametrize("name", NAMES)
def test_no_outputs_are_kept(name: str) -> None:
    """``jupyter nbconvert --clear-output --inplace notebooks/*.ipynb`` takes them out."""
    for cell in read(name).cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    assert "widgets" not in read(name).metadata


@pytest.mark.parametrize("name", NAMES)
def test_it_teaches(name: str) -> None:
    """It opens with what will be learnt and how long it takes, asks and answers, and ends with exercises."""
    cells = read(name).cells
    assert cells[0].source.startswith(f"# {int(name[:2])}. ")
    assert "**You will learn**" in cells[0].source
    assert re.search(r"\*\*Time:\*\* about \d+ minutes", cells[0].source)
    assert cells[-1].source.startswith("## Exercises")
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    questions = [int(number) for number in re.findall(r"\*\*Question (\d+)\.\*\*", text)]
    assert questions == list(range(1, len(questions) + 1))
    assert len(questions) >= 3
    answers = [cell.source for cell in cells if "<summary>Answer</summary>" in cell.source]
    assert len(answers) == len(questions)
    assert all(answer.startswith("<details>") and answer.endswith("</details>") for answer in answers)


@pytest.mark.parametrize("name", NAMES)
def test_its_page_is_the_notebook(name: str) -> None:
    """Written by ``python -m docs.notebooks`` after the last change of a cell, with all of its pictures there."""
    page = (PAGES / f"{name}.md").read_text()
    for cell in read(name).cells:
        assert re.sub(r"[ \t]+\n", "\n", cell.source) in page
    assert not re.search(r"\bat 0x[0-9a-f]{6}|site-packages|/tmp/", page), "no two machines have these alike"
    for picture in re.findall(r"!\[\w+\]\((.+?)\)", page):
        assert (PAGES / picture).is_file(), picture


def test_prints_in_a_row_are_one_output() -> None:
    first, second, third = (nbformat.v4.new_output("stream", name="stdout", text=f"{k}\n") for k in range(3))
    picture = nbformat.v4.new_output("display_data", data={"image/png": ""})
    cell = nbformat.v4.new_code_cell(outputs=[first, second, picture, third])
    join_prints(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("text"), cell]))
    assert [output.get("text") for output in cell.outputs] == ["0\n1\n", None, "2\n"]


def test_pages_stay_small() -> None:
    assert sum(path.stat().st_size for path in PAGES.rglob("*") if path.is_file()) < 4e6


@pytest.mark.parametrize("name", NAMES)
def test_teachers_find_it_with_its_time_and_its_claims(name: str) -> None:
    (row,) = (line for line in TEACHING.splitlines() if line.startswith(f"| [`{name}`](notebooks/{name}.md) |"))
    assert f"**Time:** about {row.split('|')[3].strip()} minutes" in read(name).cells[0].source
    claims = re.findall(r"\d+", row.split("|")[-2])
    assert claims
    for claim in claims:
        assert f"\n| {claim} | " in ODD


def test_links_of_the_teachers_page_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", TEACHING):
        assert (ROOT / "docs" / target).exists(), target


def test_the_kernel_is_this_interpreter(tmp_path: Path) -> None:
    cell = nbformat.v4.new_code_cell("import sys, simulation; print(sys.executable, simulation.__file__)")
    path = tmp_path / "which.ipynb"
    path.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=[cell])))
    (output,) = executed(path, widgets=True).cells[0].outputs
    executable, package = output.text.split()
    assert Path(executable).resolve() == Path(sys.executable).resolve()
    assert Path(package) == ROOT / "simulation" / "__init__.py"

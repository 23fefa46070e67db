"""The notebooks with what they print and draw, as Markdown with pictures: to be read without running them.

Usage::

    python -m docs.notebooks              runs notebooks/*.ipynb and writes docs/notebooks, some three minutes
    python -m docs.notebooks 04 06        only those whose names begin so

Notebooks are run in a fresh kernel of this interpreter and without ipywidgets: sliders would be no pictures. Where
the environment variable FOLLOWER_DATA names the folder of real data, these are drawn; else what stands for them.
"""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbconvert import MarkdownExporter
from PIL import Image

ROOT = Path(__file__).parent.parent
NOTEBOOKS, PAGES = ROOT / "notebooks", ROOT / "docs" / "notebooks"
HEAD = "<!-- Written by `python -m docs.notebooks` from notebooks/{name}.ipynb, which is the source. -->\n\n"
NO_WIDGETS = """
import sys

sys.modules["ipywidgets"] = None
"""
"""After this, ``import ipywidgets`` fails as it does where it is not installed."""
COLOURS = 64
"""In a picture; figures have few, and fewer make smaller files."""


def executed(path: Path, *, widgets: bool, last: str = "", seconds: int = 300) -> Any:
    """A notebook with outputs, run from a clean kernel in its own folder.

    Parameters
    ----------
    path
        Of the notebook.
    widgets
        Whether it finds ipywidgets.
    last
        One more cell, run at the end.
    seconds
        Longest time that a cell may take.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        If a cell raises.
    """
    notebook = nbformat.read(path, as_version=4)
    if last:
        notebook.cells.append(nbformat.v4.new_code_cell(last))
    if not widgets:
        notebook.cells.insert(0, nbformat.v4.new_code_cell(NO_WIDGETS))
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    client = NotebookClient(
        notebook, timeout=seconds, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    )
    client.execute(env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)})
    if not widgets:
        del notebook.cells[0]
    return notebook


def smaller(picture: bytes) -> bytes:
    """A PNG with fewer colours."""
    out = BytesIO()
    Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


def join_prints(notebook: Any) -> None:
    """Make one output of what a cell prints in a row: the kernel sends it in pieces, as time passes.

    Pieces with a picture between them stay apart, unlike with `coalesce_streams` of nbclient.
    """
    for cell in notebook.cells:
        outputs: list[Any] = []
        for output in cell.get("outputs", []):
            if outputs and output.get("name") and output["name"] == outputs[-1].get("name"):
                outputs[-1]["text"] += output["text"]
            else:
                outputs.append(output)
        if "outputs" in cell:
            cell["outputs"] = outputs


def render(path: Path, folder: Path = PAGES) -> Path:
    """Run a notebook and write its page, with pictures in a folder beside it."""
    name = path.stem
    files = f"{name}_files"
    resources = {"unique_key": name, "output_files_dir": files}
    notebook = executed(path, widgets=False)
    join_prints(notebook)
    text, found = MarkdownExporter().from_notebook_node(notebook, resources)
    text = re.sub(r"<style scoped>.*?</style>\n?", "", text, flags=re.DOTALL)  # pandas brings it to every table
    text = re.sub(r"\n{4,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text))  # code has two empty lines at most
    (folder / files).mkdir(parents=True, exist_ok=True)
    for old in (folder / files).iterdir():
        old.unlink()
    for file, picture in found["outputs"].items():
        (folder / file).write_bytes(smaller(picture))
    page = folder / f"{name}.md"
    page.write_text(HEAD.format(name=name) + text.strip() + "\n")
    return page


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m docs.notebooks", description=__doc__.split("\n")[0])
    parser.add_argument("beginnings", nargs="*", help="of names of notebooks; all of them where none is given")
    wanted = tuple(parser.parse_args(arguments).beginnings)
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if not wanted or path.name.startswith(wanted):
            print(render(path).relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())

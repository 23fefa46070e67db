"""The house in numbers: how much code there is, and how often one thing is built.

    python -m benchmarks.house

Counts come out of the syntax trees of the working copy. A line of code is one with code in it: no blank line, no
comment, no docstring of a module, class, function or attribute.
"""

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
COUNTED = ("simulation", "experiments")
LIMIT = 24_000
"""Lines of code that simulation and experiments may have."""


def code_lines(source: str) -> int:
    """Lines of a source with code in them."""
    silent: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            silent.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    lines: set[int] = set()
    layout = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in layout:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - silent)


@cache
def sources(*folders: str) -> tuple[tuple[str, str], ...]:
    """Every Python file below some folders: its path from the root, and its text."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple((path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths)


@cache
def lines_by_folder(*folders: str) -> dict[str, int]:
    """Lines of code by folder and subfolder."""
    found: Counter[str] = Counter()
    for path, text in sources(*folders):
        found["/".join(path.split("/")[:-1][:2])] += code_lines(text)
    return dict(sorted(found.items()))


def files_with(pattern: str, *folders: str) -> list[str]:
    """Files in which a pattern occurs."""
    return [path for path, text in sources(*folders) if re.search(pattern, text)]


def functions_named(pattern: str, *folders: str) -> list[str]:
    """Functions whose names match, as ``file:name``."""
    return [
        f"{path}:{node.name}"
        for path, text in sources(*folders)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef) and re.fullmatch(pattern, node.name)
    ]


def built_by_hand(name: str, *folders: str) -> list[str]:
    """Files that call a class by name with keywords or arguments of their own."""
    return [
        path
        for path, text in sources(*folders)
        if any(
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name and node.keywords
            for node in ast.walk(ast.parse(text))
        )
    ]


ROWS: dict[str, Callable[[], list[str]]] = {
    "atomic writers (files that replace others)": lambda: files_with(r"os\.replace\(draft", *COUNTED),
    "process pools (files that start workers)": lambda: files_with(r"get_context\(|ProcessPoolExecutor\(", *COUNTED),
    "picklers (files that pickle functions)": lambda: files_with(r"(cloud)?pickle\.dumps\(", *COUNTED),
    "number formatters": lambda: functions_named(r"_?(number|percent|interval|signed)", *COUNTED),
    "makers of an encounter": lambda: built_by_hand("Encounter", *COUNTED),
    "writers of Markdown tables": lambda: files_with(r"\| ?-{3}|---:", *COUNTED),
    "makers of models from parts": lambda: built_by_hand("FollowerModel", *COUNTED),
    "experiment frameworks": lambda: files_with(r"(?m)^class Experiment\b", *COUNTED, "benchmarks"),
    "statements of an expected result": lambda: files_with(
        r"(?m)^class (Expectation|Expected)\b", *COUNTED, "benchmarks"
    ),
}
"""What should be built once, and how to find where it is built."""


def report() -> str:
    """All counts as text."""
    lines = [f"{count:>7,}  {folder}" for folder, count in lines_by_folder(*COUNTED).items()]
    total = sum(lines_by_folder(*COUNTED).values())
    lines += [f"{total:>7,}  lines of code in {' and '.join(COUNTED)} (limit {LIMIT:,})"]
    lines += [f"{sum(lines_by_folder(folder).values()):>7,}  in {folder}" for folder in ("benchmarks", "tests", "docs")]
    for name, find in ROWS.items():
        found = find()
        lines += ["", f"{len(found):>7}  {name}", *(f"         {place}" for place in found)]
    return "\n".join(lines)


if __name__ == "__main__":
    print(report())

"""The house in numbers: how much code there is, and how often one thing is built.

    python -m benchmarks.house

Every row of the plan that a script can count is counted in the syntax trees of the working copy, beside the number
that is asked and that of the first edition; of the others it says why not. A line of code is one with code in it: no
blank line, no comment, no docstring of a module, class, function or attribute.
"""

import ast
import io
import re
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from simulation.analysis.headline import HEADLINE
from simulation.analysis.wording import aligned
from simulation.creators.acts import ACTS
from simulation.creators.strategies import STRATEGIES
from simulation.experiment.library import shipped
from simulation.factors import FACTORS
from simulation.interventions import LEVERS
from simulation.parameters import KNOWN
from simulation.records.schema import DAILY_LAYOUT

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


@cache
def trees(*folders: str) -> tuple[tuple[str, ast.Module], ...]:
    """Every Python file below some folders, as its path from the root and its syntax tree."""
    return tuple((path, ast.parse(text)) for path, text in sources(*folders))


@cache
def nodes(tree: ast.Module) -> tuple[Any, ...]:
    """Every node of a tree."""
    return tuple(ast.walk(tree))


def found(what: type[ast.AST], fits: Callable[[ast.AST], bool], *folders: str) -> list[str]:
    """Files with a node of a kind that fits, once each."""
    return [path for path, tree in trees(*folders) if any(isinstance(n, what) and fits(n) for n in nodes(tree))]


def calls(pattern: str, *folders: str) -> list[str]:
    """Files that call something whose full name, as it stands there, matches."""
    return found(ast.Call, lambda node: bool(re.fullmatch(pattern, ast.unparse(node.func))), *folders)  # type: ignore[attr-defined]


def fillers(name: str, *folders: str) -> list[str]:
    """Files that make something of a class by naming or placing its fields, not by passing on what names them."""

    def fills(node: Any) -> bool:
        return ast.unparse(node.func) == name and bool(node.args or any(one.arg for one in node.keywords))

    return found(ast.Call, fills, *folders)


def classes(fits: Callable[[ast.ClassDef], bool], *folders: str) -> list[str]:
    """Classes that fit, as ``file:name``."""
    return [
        f"{path}:{node.name}"
        for path, tree in trees(*folders)
        for node in nodes(tree)
        if isinstance(node, ast.ClassDef) and fits(node)
    ]


def declared(node: ast.ClassDef) -> set[str]:
    """Fields that a class declares."""
    targets = [part.target for part in node.body if isinstance(part, ast.AnnAssign)]
    return {target.id for target in targets if isinstance(target, ast.Name)}


def fields(node: ast.ClassDef) -> set[str]:
    """The same, and arguments of its ``__init__``."""
    makers = [part.args for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"]
    return declared(node) | {one.arg for made in makers for one in (*made.args, *made.kwonlyargs)}


def bases(node: ast.ClassDef) -> set[str]:
    """Last names of the classes that a class is made from."""
    return {ast.unparse(base).rpartition(".")[2] for base in node.bases}


def names(tree: ast.Module) -> Iterator[str]:
    """Every name in a file: identifiers, keywords, modules it imports (their last part), and whole texts."""
    for node in nodes(tree):
        for part in ("id", "attr", "arg", "name", "value"):
            if isinstance(name := getattr(node, part, None), str):
                yield name.lower()
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.rpartition(".")[2].lower()


@cache
def names_by_file(*folders: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """The same of every file below some folders."""
    return tuple((path, frozenset(names(tree))) for path, tree in trees(*folders))


def files_of(known: Iterable[str], *folders: str) -> list[str]:
    """Files that name the one of several things that the fewest name: what it takes, at least, to build in another."""
    places = [[path for path, words in names_by_file(*folders) if name.lower() in words] for name in known]
    return min(filter(None, places), key=len)


def formatters(*folders: str) -> list[str]:
    """Functions that make text of a number that they are given, as ``file:name``."""

    def formats(node: ast.AST) -> bool:
        given = node.format_spec if isinstance(node, ast.FormattedValue) else None
        return given is not None and bool(re.search(r"[gfe%]'$", ast.unparse(given)))

    return [
        f"{path}:{node.name}"
        for path, tree in trees(*folders)
        for node in nodes(tree)
        if isinstance(node, ast.FunctionDef) and node.returns is not None and "str" in ast.unparse(node.returns)
        if any(one.annotation is not None and "float" in ast.unparse(one.annotation) for one in node.args.args)
        and any(formats(part) for part in ast.walk(node))
    ]


def texts(pattern: str, *folders: str) -> list[str]:
    """Files with a text, docstrings included, in which a pattern occurs."""
    return found(
        ast.Constant,
        lambda node: isinstance(value := node.value, str) and bool(re.search(pattern, value)),  # type: ignore[attr-defined]
        *folders,
    )


def lists_of_headlines(*folders: str) -> list[str]:
    """Files with a list, tuple, set or mapping of at least four headline outcomes."""

    def lists(node: ast.AST) -> bool:
        items = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [])
        return len({item.value for item in items if isinstance(item, ast.Constant)} & set(HEADLINE)) >= 4

    return found(ast.AST, lists, *folders)


def tests() -> list[str]:
    """Functions of tests, as ``file:name``; each may stand for many parametrized ones."""
    return [
        f"{path}:{node.name}"
        for path, tree in trees("tests")
        for node in nodes(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


WORLD = frozenset({"seed", "luck", "days", "interventions", "values", "preset", "social_graph", "creators", "factors"})
"""What decides a history: a class that declares four of these describes a world."""
RULES = [*KNOWN["decision.follow_rule"].choices, *KNOWN["leaving.unfollow_rule"].choices]


NOTE = "Files of a thing are those that name it, of the one that the fewest name: what another takes at least."


class Row(NamedTuple):
    """A row of the plan."""

    first: str
    """How often in the first edition."""
    asked: str
    count: Callable[[], list[str]] | str
    """Where it is found; or why no script counts it."""


ROWS: dict[str, Row] = {
    "files of a factor, built in": Row("12-17", "2", lambda: files_of([one.name for one in FACTORS], "simulation")),
    "files of a factor as plug-in": Row("1", "1", "tests/contracts/test_plugged_in.py writes one, in one cell"),
    "files of a follow or unfollow rule, built in": Row("9", "2", lambda: files_of(RULES, "simulation")),
    "files of a rule or strategy as plug-in": Row("9-10", "1", "docs/plugins.md has one of each, in one cell"),
    "files of a strategy, built in": Row("10", "2", lambda: files_of(STRATEGIES, "simulation")),
    "files of a column of users, creators or ties": Row("8-13", "1", "a column is there for rules, which name it too"),
    "files of a record column": Row("4-6", "1", lambda: files_of([one.name for one in DAILY_LAYOUT], "simulation")),
    "files of an act on creators": Row("12-18", "1-2", lambda: files_of(ACTS, "simulation")),
    "files of a lever": Row("1", "1", lambda: files_of([one.rpartition(".")[2] for one in LEVERS], "simulation")),
    "files of an experiment": Row("4-5", "1", lambda: files_of(shipped(), *COUNTED)),
    "descriptions of a world to run": Row(
        "9",
        "1",
        lambda: classes(lambda node: len(declared(node) & WORLD) > 3 and "TypedDict" not in bases(node), "simulation"),
    ),
    "machines for an expected result": Row(
        "5",
        "1",
        lambda: classes(
            lambda node: (
                ({"low", "high", "says"} <= fields(node) or bool(re.search("Expect|Band", node.name)))
                and "Expectation" not in bases(node)
            ),
            *COUNTED,
            "benchmarks",
        ),
    ),
    "experiment frameworks": Row(
        "2", "1", lambda: classes(lambda node: node.name == "Experiment", *COUNTED, "benchmarks")
    ),
    "atomic writers": Row("8", "1", lambda: calls(r"os\.(replace|rename|fsync)|shutil\.move|.*mkstemp", *COUNTED)),
    "process pools": Row(
        "3",
        "1",
        lambda: calls(r"(.*\.)?(ProcessPoolExecutor|get_context|Process|Pool|get_reusable_executor)", *COUNTED),
    ),
    "picklers": Row(
        "-",
        "1",
        lambda: sorted(
            {*calls(r"(cloud)?pickle\.dumps?", *COUNTED)}
            | {one.partition(":")[0] for one in classes(lambda node: "Pickler" in bases(node), *COUNTED)}
        ),
    ),
    "classes for a folder of runs": Row(
        "4",
        "1-2",
        lambda: classes(lambda node: "folder" in fields(node) or "Store" in bases(node), "simulation/study"),
    ),
    "number formatters": Row("12", "1", lambda: sorted({one.partition(":")[0] for one in formatters(*COUNTED)})),
    "table writers, Markdown or aligned text": Row(
        "9",
        "1",
        lambda: sorted(
            {*texts(r"\|\s*:?---|^---:?$", *COUNTED), *calls(r".*\.(ljust|to_markdown|to_string)", *COUNTED)}
        ),
    ),
    "lists of the numbers of a run": Row("7", "1", lambda: lists_of_headlines(*COUNTED)),
    "places that build an Encounter, field by field": Row("4", "1", lambda: fillers("Encounter", *COUNTED)),
    "functions of tests": Row("6,502 tests", "-", tests),
    "minutes of all tests, and of the fast tier": Row("23", "12, 3", "a script of counts times nothing"),
}
"""What should be built once, or in few files, and how to find where it is."""


def report() -> str:
    """All counts as text."""
    by_folder = lines_by_folder(*COUNTED)
    counted = {name: row.count if isinstance(row.count, str) else row.count() for name, row in ROWS.items()}
    table = [
        [name, ROWS[name].first, ROWS[name].asked, "-" if isinstance(places, str) else f"{len(places):,}"]
        for name, places in counted.items()
    ]
    lines = f"{sum(by_folder.values()):,}"
    table.append([f"lines of code in {' and '.join(COUNTED)}", "29,469", f"{LIMIT:,}", lines])
    parts = [aligned(["what", "first edition", "asked", "now"], table), NOTE]
    parts += [
        f"{name}:\n  " + ("not counted: " + places if isinstance(places, str) else "\n  ".join(places))
        for name, places in counted.items()
        if name != "functions of tests"
    ]
    others = {folder: sum(lines_by_folder(folder).values()) for folder in ("benchmarks", "tests", "docs")}
    parts.append(
        "lines of code:\n" + "\n".join(f"{count:>9,}  {folder}" for folder, count in (by_folder | others).items())
    )
    return "\n\n".join(parts)


if __name__ == "__main__":
    print(report())

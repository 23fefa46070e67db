"""The model in the ODD protocol, written out of a template and of what the code declares, so that it cannot drift.

Prose stands in ``odd_template.md``. In it, ``{{ kind }}`` or ``{{ kind: argument }}`` is replaced by a table or a
paragraph made from the declarations: parameters with unit, bounds and source, rules with their docstrings, state
variables with their comments, the day's schedule. Every parameter and every public rule of the model must stand in
the template exactly once; what is missing, twice, or unknown is an error.

Usage::

    python -m docs.odd            writes docs/odd.md
    python -m docs.odd --check    exits with 1 where docs/odd.md is not what would be written
"""

import argparse
import ast
import difflib
import importlib
import inspect
import io
import pkgutil
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import compress
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from simulation.analysis.targets import TARGETS
from simulation.declare import ASSUMPTION, Declaration
from simulation.errors import FollowerDynamicsError
from simulation.factors import FACTORS
from simulation.interventions import ACTS, LEVERS
from simulation.ledger import STRUCTURAL_CAUSES
from simulation.model import SCHEDULE
from simulation.parameters import KNOWN, unknown
from simulation.presets import PRESETS
from simulation.randomness import Stream

FOLDER = Path(__file__).parent
TEMPLATE, PAGE = FOLDER / "odd_template.md", FOLDER / "odd.md"
COMMAND = "python -m docs.odd"
HEAD = f"<!-- Written by `{COMMAND}` from odd_template.md and the code. Change those, not this file. -->\n\n"

RULE_PACKAGES = ("simulation.factors", "simulation.users", "simulation.creators", "simulation.platform")
"""Packages of which every public rule must be described."""

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*(?::\s*(.*?))?\s*\}\}", re.DOTALL)
NUMPY_SECTION = re.compile(r"\n\n(?:Parameters|Returns|Raises|Examples)\n-+\n")
SHAPE = re.compile(r"(\([NMKFSE]\b[^()]*\))\s*(.*)")


class OddError(FollowerDynamicsError):
    """The template asks for what there is not, leaves something out, or has it twice."""


def markdown(text: str) -> str:
    """Plain text with reStructuredText's code and links as Markdown that shows every other character as it is."""
    text = re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", text).replace("``", "`")
    parts = text.split("`")
    for k in range(0, len(parts), 2):  # the odd ones are code
        parts[k] = re.sub(r"\*(?=\S)|(?<=\S)\*", r"\\*", parts[k])
        parts[k] = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", parts[k])
        parts[k] = re.sub(r"<(?=[A-Za-z/!?])", r"\\<", parts[k])
    return "`".join(parts)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in GitHub's Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def sentence(text: str) -> str:
    """Text that ends with a full stop."""
    return text if text.endswith((".", "?")) else f"{text}."


def section_of(name: str) -> str:
    """Section in which a parameter is declared."""
    return name.rpartition(".")[0]


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"{value:g}" if isinstance(value, float) else str(value)


def _bounds(declared: Declaration) -> str:
    if declared.choices:
        return ", ".join(declared.choices)
    if declared.low is None or declared.high is None:
        return "true, false"
    return f"{declared.low:,.10g} to {declared.high:,.10g}"


def _meaning(declared: Declaration) -> str:
    source = "*Assumption.*" if declared.source == ASSUMPTION else f"*Source: {sentence(markdown(declared.source))}*"
    return f"{sentence(markdown(declared.about))} {source}"


def parameter_table(section: str) -> str:
    """The parameters declared in one section, sections inside it left out."""
    found = [declared for declared in KNOWN.values() if section_of(declared.name) == section]
    if not found:
        raise OddError(f"there is no section {section!r} of parameters{_near(section, map(section_of, KNOWN))}")
    rows = [
        (f"`{d.name.rpartition('.')[2]}`", _value(d.default), d.unit, _bounds(d), d.kind, _meaning(d)) for d in found
    ]
    return table((f"`{section}.`", "default", "unit", "bounds", "kind", "meaning and source"), rows)


def default(name: str) -> str:
    """Default of one parameter, to be named in a sentence."""
    if name not in KNOWN:
        raise OddError(str(unknown(name)))
    return _value(KNOWN[name].default)


def fitted() -> str:
    """Parameters whose default was fitted, and to what."""
    found = [d for d in KNOWN.values() if d.source.startswith("fitted to ")]
    return "\n".join(f"- `{d.name}`: {sentence(markdown(d.source.removeprefix('fitted to ')))}" for d in found)


def counts() -> str:
    """How many parameters there are of each kind, and how many are assumptions."""
    kinds = Counter(d.kind for d in KNOWN.values())
    parts = ", ".join(f"{number} of kind `{kind}`" for kind, number in kinds.most_common())
    assumed = sum(d.source == ASSUMPTION for d in KNOWN.values())
    return f"{len(KNOWN)} parameters ({parts}); {assumed} of the defaults are assumptions without any source"


def _modules(package: str) -> list[ModuleType]:
    root = importlib.import_module(package)
    return [importlib.import_module(found.name) for found in pkgutil.iter_modules(root.__path__, f"{package}.")]


def public_rules() -> list[str]:
    """Full names of all public rules of the model."""
    return [
        f"{module.__name__}.{name}"
        for package in RULE_PACKAGES
        for module in _modules(package)
        for name, found in vars(module).items()
        if getattr(found, "is_rule", False) and found.__module__ == module.__name__ and not name.startswith("_")
    ]


def _find(path: str) -> Any:
    module, _, name = path.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        raise OddError(f"there is no {path!r}{_near(path, public_rules())}") from None


def rule_item(path: str) -> str:
    """A rule as a list item: its arguments but the parameters, and its docstring up to the first section."""
    function = _find(path)
    text = inspect.getdoc(function)
    if not text:
        raise OddError(f"{path} has no docstring to describe it")
    said = " ".join(NUMPY_SECTION.split(text)[0].split())
    arguments = ", ".join(name for name in inspect.signature(function).parameters if name != "p")
    code = "/".join(path.split(".")[:-1])
    return f"- [`{function.__name__}({arguments})`](../{code}.py): {sentence(markdown(said))}"


class Member(NamedTuple):
    """One name in the body of a class, its annotation, and the comment at the end of its line."""

    name: str
    annotation: str
    comment: str


def members(kind: type) -> list[Member]:
    """Names assigned or annotated in the body of a class, in order."""
    source = inspect.getsource(kind)
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = {token.start[0]: token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT}
    found = []
    for node in ast.parse(source).body[0].body:  # type: ignore[attr-defined]
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.append(Member(node.target.id, ast.unparse(node.annotation), comments.get(node.lineno, "")))
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.append(Member(node.targets[0].id, "", comments.get(node.lineno, "")))
    return found


def _numbers(annotation: str) -> str:
    words = {"float": "real", "bool": "yes/no", "int": "whole"}
    return next((word for name, word in words.items() if name in annotation.lower()), "")


def fields(argument: str) -> str:
    """A table of the fields of a named tuple, by their comments.

    The first line names the class. Further lines are ``fixed: name, name ...``, which adds a column that says what
    never changes, and ``name: meaning`` for fields whose comment says no more than their shape.
    """
    path, *lines = argument.splitlines()
    given = {name.strip(): text.strip() for name, _, text in (line.partition(":") for line in lines if line.strip())}
    fixed = None if "fixed" not in given else {name.strip() for name in given.pop("fixed").split(",")}
    found = members(_find(path.strip()))
    known = [member.name for member in found]
    for name in [*given, *(fixed or ())]:
        if name not in known:
            raise OddError(f"{path} has no field {name!r}{_near(name, known)}")
    rows = []
    for member in found:
        shaped = SHAPE.fullmatch(member.comment)
        shape, meaning = (shaped[1], shaped[2]) if shaped else ("", member.comment)
        meaning = meaning or given.get(member.name, "")
        if not meaning:
            raise OddError(
                f"{path}.{member.name} has no comment that says what it is: write '{member.name}: ...' below"
            )
        changes = "" if fixed is None else "no" if member.name in fixed else "yes"
        rows.append([f"`{member.name}`", shape, _numbers(member.annotation), changes, markdown(meaning)])
    filled = [any(column) for column in zip(*rows, strict=True)]
    head = ("variable", "shape", "numbers", "changes", "meaning")
    return table(list(compress(head, filled)), [list(compress(row, filled)) for row in rows])


def streams() -> str:
    """Streams of random numbers; a comment holds for the members after it that have none."""
    groups: list[tuple[list[str], list[str], str]] = []
    for name, _, comment in members(Stream):
        if comment or not groups:
            groups.append(([], [], comment.strip(". ")))
        groups[-1][0].append(str(Stream[name].value))
        groups[-1][1].append(f"`{name}`")
    rows = [(", ".join(numbers), ", ".join(names), markdown(comment)) for numbers, names, comment in groups]
    return table(("number", "stream", "what is drawn"), rows)


def schedule() -> str:
    """The day, numbered."""
    return "\n".join(f"{k}. **{name}**: {sentence(markdown(about))}" for k, (name, about) in enumerate(SCHEDULE, 1))


def presets() -> str:
    """Presets, and how many parameters each sets."""
    rows = [(f"`{name}`", str(len(found.values)), markdown(found.about)) for name, found in PRESETS.items()]
    return table(("preset", "parameters set", "what it is"), rows)


def factors() -> str:
    """The factors, and what each rises with."""
    rows = [(f"`{factor.name}`", ", ".join(f"`{name}`" for name in factor.rises_with)) for factor in FACTORS]
    return table(("factor", "rises with"), rows)


def targets() -> str:
    """What a run at defaults is checked against."""
    rows = []
    for target in TARGETS:
        band = f"above {target.low:g}" if target.high == float("inf") else f"{target.low:g} to {target.high:g}"
        rows.append((target.name, band, target.unit, target.source))
    return table(("pattern", "band", "unit", "source"), rows)


def levers() -> str:
    """Names of the parameters that an intervention may set."""
    return ", ".join(f"`{name}`" for name in LEVERS)


def acts() -> str:
    """What else an intervention may do."""
    rows = [
        (
            f"`{act.name}`",
            ", ".join(act.choices) or f"{act.low:,.10g} to {act.high:,.10g}",
            act.unit,
            sentence(act.about),
        )
        for act in ACTS.values()
    ]
    return table(("act", "value", "unit", "what it does"), rows)


def causes() -> str:
    """Names of the causes that are no factor."""
    return ", ".join(f"`{name}`" for name in STRUCTURAL_CAUSES)


def contents(page: str) -> str:
    """Links to the chapters, each with its sections on one line."""
    lines: list[str] = []
    links: Counter[str] = Counter()
    for level, title in re.findall(r"^(##|###) (.+)$", page, re.MULTILINE):
        anchor = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
        links[anchor] += 1
        link = f"[{title}](#{anchor})"
        if level == "##":
            lines.append(f"- {link}")
        else:
            lines[-1] += f" · {link}" if " · " in lines[-1] or ": [" in lines[-1] else f": {link}"
    twice = [anchor for anchor, number in links.items() if number > 1]
    if twice:
        raise OddError(f"headings must differ, or links lead astray: {', '.join(twice)}")
    return "\n".join(lines)


PLAIN: dict[str, Callable[[], str]] = {
    made.__name__: made for made in (fitted, counts, streams, schedule, presets, factors, targets, levers, acts, causes)
}
ABOUT: dict[str, Callable[[str], str]] = {
    "parameters": parameter_table,
    "rule": rule_item,
    "fields": fields,
    "default": default,
}
CONTENTS = "contents"


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, dict.fromkeys(known), n=2, cutoff=0.6)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _fill(kind: str, argument: str | None) -> str:
    if kind in PLAIN and argument is None:
        return PLAIN[kind]()
    if kind in ABOUT and argument:
        return ABOUT[kind](argument)
    if kind in PLAIN or kind in ABOUT:
        raise OddError(f"{{{{ {kind} }}}} takes {'no argument' if kind in PLAIN else 'an argument'}")
    raise OddError(f"there is no placeholder {kind!r}{_near(kind, [*PLAIN, *ABOUT, CONTENTS])}")


def _check_once(what: str, used: Iterable[str], wanted: Iterable[str]) -> None:
    times = Counter(used)
    missing = [name for name in wanted if name not in times]
    if missing:
        raise OddError(f"the template describes no {what} {', '.join(missing)}")
    twice = [name for name, number in times.items() if number > 1]
    if twice:
        raise OddError(f"the template describes the {what} {', '.join(twice)} more than once")


def render(template: str) -> str:
    """The page that a template makes.

    Raises
    ------
    OddError
        If a placeholder is unknown, asks for what there is not, or a parameter or rule is left out or stands twice.
    """
    used: dict[str, list[str]] = {kind: [] for kind in ABOUT}

    def fill(found: re.Match[str]) -> str:
        kind, argument = found[1], found[2]
        if kind == CONTENTS:
            return found[0]
        try:
            text = _fill(kind, argument)
        except OddError as error:
            line = template.count("\n", 0, found.start()) + 1
            raise OddError(f"{TEMPLATE.name}, line {line}: {error}") from None
        if argument:
            used[kind].append(argument)
        return text

    page = PLACEHOLDER.sub(fill, template)
    _check_once("section of parameters", used["parameters"], dict.fromkeys(map(section_of, KNOWN)))
    _check_once("rule", used["rule"], public_rules())
    page = page.replace(f"{{{{ {CONTENTS} }}}}", contents(page))
    left = re.search(r"\{\{.*", page)
    if left:
        raise OddError(f"{TEMPLATE.name}: {left[0]!r} is no placeholder; one is written {{{{ kind: argument }}}}")
    return HEAD + page


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or with ``--check`` compare it; returns the exit code."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Write docs/odd.md, the model in the ODD protocol.")
    parser.add_argument("--check", action="store_true", help="only say whether docs/odd.md is up to date")
    options = parser.parse_args(arguments)
    try:
        page = render(TEMPLATE.read_text(encoding="utf-8"))
    except OddError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if not options.check:
        PAGE.write_text(page, encoding="utf-8")
    elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page:
        print(f"docs/{PAGE.name} is out of date: run `{COMMAND}`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

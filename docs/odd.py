"""The model in the ODD protocol, written out of a template and of what the code declares, so that it cannot drift.

``odd_template.md`` is a Jinja template: prose, and tables made from the declarations. Every section of parameters and
every public rule of the model must stand in it exactly once; what is missing, twice, or unknown is an error.

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
import math
import pkgutil
import re
import sys
import tokenize
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import compress
from pathlib import Path
from traceback import walk_tb
from typing import Any, NamedTuple

from jinja2 import Environment, StrictUndefined, TemplateSyntaxError, UndefinedError

from simulation.analysis.targets import TARGETS
from simulation.creators.acts import ACTS
from simulation.declare import ASSUMPTION, Declaration
from simulation.errors import FollowerDynamicsError
from simulation.factors import FACTORS
from simulation.interventions import LEVERS
from simulation.ledger import STRUCTURAL_CAUSES
from simulation.parameters import KNOWN, unknown
from simulation.presets import PRESETS
from simulation.randomness import Stream
from simulation.schedule import SCHEDULE

FOLDER = Path(__file__).parent
TEMPLATE, PAGE = FOLDER / "odd_template.md", FOLDER / "odd.md"
COMMAND = "python -m docs.odd"
HEAD = f"<!-- Written by `{COMMAND}` from odd_template.md and the code. Change those, not this file. -->\n\n"

RULE_PACKAGES = ("simulation.factors", "simulation.users", "simulation.creators", "simulation.platform")
"""Packages of which every public rule must be described."""

NUMPY_SECTION = re.compile(r"\n\n(?:Parameters|Returns|Raises|Examples)\n-+\n")
SHAPE = re.compile(r"(\([NMKFSE]\b[^()]*\))\s*(.*)")
CONTENTS = "@contents@"
"""Stands for the contents until all headings are known."""


class OddError(FollowerDynamicsError):
    """The template asks for what there is not, leaves something out, or has it twice."""


# Filters ------------------------------------------------------------------------------------------------------------


def markdown(text: str) -> str:
    """Plain text with reStructuredText's code and links as Markdown that shows every other character as it is."""
    text = re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", text).replace("``", "`")
    parts = text.split("`")
    for k in range(0, len(parts), 2):  # the odd ones are code
        parts[k] = re.sub(r"\*(?=\S)|(?<=\S)\*", r"\\*", parts[k])
        parts[k] = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", parts[k])
        parts[k] = re.sub(r"<(?=[A-Za-z/!?])", r"\\<", parts[k])
    return "`".join(parts)


def cell(text: str) -> str:
    """The same for a cell of a table."""
    return markdown(text).replace("|", "\\|")


def sentence(text: str) -> str:
    """Text that ends with a full stop."""
    return text if text.endswith((".", "?")) else f"{text}."


def value(given: object) -> str:
    """A default."""
    return str(given).lower() if isinstance(given, bool) else f"{given:g}" if isinstance(given, float) else str(given)


def span(declared: Any) -> str:
    """What a parameter or an act may be."""
    if declared.choices:
        return ", ".join(declared.choices)
    if declared.low is None or declared.high is None:
        return "true, false"
    return f"{declared.low:,.10g} to {declared.high:,.10g}"


# What the template asks for -----------------------------------------------------------------------------------------


def section_of(name: str) -> str:
    """Section in which a parameter is declared."""
    return name.rpartition(".")[0]


def declared(section: str) -> list[Declaration]:
    """The parameters declared in one section, sections inside it left out."""
    found = [known for known in KNOWN.values() if section_of(known.name) == section]
    if not found:
        raise OddError(f"there is no section {section!r} of parameters{_near(section, map(section_of, KNOWN))}")
    return found


def default(name: str) -> str:
    """Default of one parameter, to be named in a sentence."""
    if name not in KNOWN:
        raise OddError(str(unknown(name)))
    return value(KNOWN[name].default)


def public_rules() -> list[str]:
    """Full names of all public rules of the model."""
    roots = [importlib.import_module(package) for package in RULE_PACKAGES]
    modules = [
        importlib.import_module(found.name)
        for root in roots
        for found in pkgutil.iter_modules(root.__path__, f"{root.__name__}.")
    ]
    return [
        f"{module.__name__}.{name}"
        for module in modules
        for name, found in vars(module).items()
        if getattr(found, "is_rule", False) and found.__module__ == module.__name__ and not name.startswith("_")
    ]


def _find(path: str) -> Any:
    module, _, name = path.rpartition(".")
    try:
        return getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        raise OddError(f"there is no {path!r}{_near(path, public_rules())}") from None


def rule(path: str) -> str:
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


def fields(path: str, fixed: str | None = None, **given: str) -> str:
    """A table of the fields of a named tuple, by their comments.

    Parameters
    ----------
    path
        Full name of the class.
    fixed
        Names of the fields that never change; given, a column says so.
    given
        Meaning of fields whose comment says no more than their shape.
    """
    found, still = members(_find(path)), [] if fixed is None else fixed.split(", ")
    known = [member.name for member in found]
    for name in [*given, *still]:
        if name not in known:
            raise OddError(f"{path} has no field {name!r}{_near(name, known)}")
    words = {"float": "real", "bool": "yes/no", "int": "whole"}
    rows = []
    for member in found:
        shaped = SHAPE.fullmatch(member.comment)
        shape, meaning = (shaped[1], shaped[2]) if shaped else ("", member.comment)
        meaning = meaning or given.get(member.name, "")
        if not meaning:
            raise OddError(f"{path}.{member.name} has no comment that says what it is: write {member.name}='...' here")
        numbers = next((word for name, word in words.items() if name in member.annotation.lower()), "")
        changes = "" if fixed is None else "no" if member.name in still else "yes"
        rows.append([f"`{member.name}`", shape, numbers, changes, markdown(meaning)])
    filled = [any(column) for column in zip(*rows, strict=True)]
    head = ("variable", "shape", "numbers", "changes", "meaning")
    return table(list(compress(head, filled)), [list(compress(row, filled)) for row in rows])


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in GitHub's Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


def streams() -> list[tuple[list[int], list[str], str]]:
    """Streams of random numbers; a comment holds for the members after it that have none."""
    groups: list[tuple[list[int], list[str], str]] = []
    for name, _, comment in members(Stream):
        if comment or not groups:
            groups.append(([], [], comment.strip(". ")))
        groups[-1][0].append(Stream[name].value)
        groups[-1][1].append(f"`{name}`")
    return groups


def kinds() -> list[tuple[str, int]]:
    """How many parameters there are of each kind."""
    return Counter(known.kind for known in KNOWN.values()).most_common()


# The page -----------------------------------------------------------------------------------------------------------


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


def _near(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, dict.fromkeys(known), n=2, cutoff=0.6)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _check_once(what: str, used: Iterable[str], wanted: Iterable[str]) -> None:
    times = Counter(used)
    missing = [name for name in wanted if name not in times]
    if missing:
        raise OddError(f"the template describes no {what} {', '.join(missing)}")
    twice = [name for name, number in times.items() if number > 1]
    if twice:
        raise OddError(f"the template describes the {what} {', '.join(twice)} more than once")


def _noted(used: list[str], name: str) -> str:
    used.append(name)
    return name


def render(template: str) -> str:
    """The page that a template makes.

    Raises
    ------
    OddError
        If the template asks for what there is not, or a section of parameters or a rule is left out or stands twice.
    """
    sections: list[str] = []
    rules: list[str] = []
    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=False
    )
    environment.filters |= {"markdown": markdown, "cell": cell, "sentence": sentence, "value": value, "span": span}
    names = {
        **{"KNOWN": KNOWN, "ASSUMPTION": ASSUMPTION, "TARGETS": TARGETS, "INFINITE": math.inf, "PRESETS": PRESETS},
        **{"SCHEDULE": SCHEDULE, "LEVERS": LEVERS, "ACTS": ACTS, "FACTORS": FACTORS},
        **{"STRUCTURAL_CAUSES": STRUCTURAL_CAUSES, "contents": CONTENTS, "default": default, "fields": fields},
        **{"streams": streams, "kinds": kinds},
        "declared": lambda section: declared(_noted(sections, section)),
        "rule": lambda path: rule(_noted(rules, path)),
    }
    try:
        page = environment.from_string(template).render(names)
    except TemplateSyntaxError as error:
        raise OddError(f"{TEMPLATE.name}, line {error.lineno}: {error.message}") from None
    except (OddError, UndefinedError, TypeError) as error:
        line = [number for frame, number in walk_tb(error.__traceback__) if frame.f_code.co_filename == "<template>"]
        unknown_name = re.match(r"'(\w+)' is undefined", str(error))
        near = _near(unknown_name[1], [*names, "parameters"]) if unknown_name else ""
        raise OddError(f"{TEMPLATE.name}, line {line[0]}: {error}{near}") from None
    _check_once("section of parameters", sections, dict.fromkeys(map(section_of, KNOWN)))
    _check_once("rule", rules, public_rules())
    return HEAD + page.replace(CONTENTS, contents(page))


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

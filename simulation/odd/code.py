"""What the code says of the model: parameters, rules by their docstrings, arrays and draws by their comments."""

import ast
import difflib
import importlib
import inspect
import io
import pkgutil
import re
import tokenize
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import compress
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from simulation.analysis.wording import markdown_table
from simulation.creators.strategies import MODEL_STRATEGIES, Standing, Week
from simulation.declare import Declaration
from simulation.errors import OddError
from simulation.odd.wording import markdown, sentence, value
from simulation.parameters import KNOWN, unknown
from simulation.randomness import Stream

RULE_PACKAGES = ("simulation.factors", "simulation.users", "simulation.creators", "simulation.platform")
"""Packages of which every public rule must be described."""

NUMPY_SECTION = re.compile(r"\n\n(?:Parameters|Returns|Raises|Examples)\n-+\n")
DEFAULTS = {name: known.default for name, known in KNOWN.items()}
SHAPE = re.compile(r"(\([NMKFSEPA]\b[^()]*\))\s*(.*)")


def section_of(name: str) -> str:
    """Section in which a parameter is declared."""
    return name.rpartition(".")[0]


def declared(section: str) -> list[Declaration]:
    """The parameters declared in one section, sections inside it left out."""
    found = [known for known in KNOWN.values() if section_of(known.name) == section]
    if not found:
        raise OddError(f"there is no section {section!r} of parameters{near(section, map(section_of, KNOWN))}")
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
        raise OddError(f"there is no {path!r}{near(path, public_rules())}") from None


def rule_item(path: str, links: str | None = None) -> str:
    """A rule as a list item: its arguments but the parameters, and its docstring up to the first section.

    ``links`` leads to the folder of the package's source, for a link to the rule's file; None names it only.
    """
    function = _find(path)
    text = inspect.getdoc(function)
    if not text:
        raise OddError(f"{path} has no docstring to describe it")
    said = " ".join(NUMPY_SECTION.split(text)[0].split())
    arguments = ", ".join(name for name in inspect.signature(function).parameters if name != "p")
    called, module = f"`{function.__name__}({arguments})`", path.rpartition(".")[0]
    where = f"{called} in `{module}`" if links is None else f"[{called}]({links}{module.replace('.', '/')}.py)"
    return f"- {where}: {sentence(markdown(said))}"


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
            raise OddError(f"{path} has no field {name!r}{near(name, known)}")
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
    return markdown_table(list(compress(head, filled)), [list(compress(row, filled)) for row in rows])


def weeks(values: Mapping[str, object] = DEFAULTS) -> str:
    """A table of what a week is like under each of the model's strategies; ``values`` are those of the parameters."""
    section = "minds.strategy."
    p = SimpleNamespace(**{name.removeprefix(section): of for name, of in values.items() if name.startswith(section)})
    plans = [strategy.plan(cast("Standing", None), p) for strategy in MODEL_STRATEGIES]
    rows = [
        [f"`{member.name}`", markdown(member.comment), *(value(getattr(plan, member.name)) for plan in plans)]
        for member in members(Week)
    ]
    return markdown_table(("of a week", "meaning", *(f"`{strategy.name}`" for strategy in MODEL_STRATEGIES)), rows)


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


def near(name: str, known: Iterable[str]) -> str:
    """What may have been meant by a name, in words; empty where nothing is near."""
    found = difflib.get_close_matches(name, dict.fromkeys(known), n=2, cutoff=0.6)
    return f"; did you mean {' or '.join(found)}?" if found else ""

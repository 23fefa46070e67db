"""Python source as what it does: syntax trees without comments, docstrings and positions, alike in every Python."""

import ast
import linecache
import warnings
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.machinery import SourceFileLoader
from types import CodeType
from typing import Any

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_WITHOUT_EFFECT = frozenset({"ctx", "kind", "type_comment", "type_ignores"})
_fields: dict[type, list[str]] = {}


def words(tree: ast.AST) -> list[str]:
    """The words of a syntax tree in order: equal for two sources that differ in comments, docstrings and layout only.

    `ast.dump` differs between versions of Python, which add fields and leave out empty ones.
    """
    found: list[str] = []
    _spell(tree, found)
    return found


def _spell(node: Any, found: list[str]) -> None:
    kind = node.__class__
    names = _fields.get(kind)
    if names is None:
        names = _fields[kind] = [name for name in kind._fields if name not in _WITHOUT_EFFECT]
    found.append(kind.__name__)
    for name in names:
        value = getattr(node, name, None)
        if value.__class__ is list:
            if name in {"body", "orelse", "finalbody"}:
                value = [statement for statement in value if not _does_nothing(statement)]
            elif kind is ast.JoinedStr:
                value = _joined(value)
            if value:
                found.append(name)
                for item in value:
                    if isinstance(item, ast.AST):
                        _spell(item, found)
                    else:
                        found.append(repr(item))
        elif isinstance(value, ast.AST):
            found.append(name)
            _spell(value, found)
        elif value is not None:
            found += (name, repr(value))
    found.append(")")


def _does_nothing(statement: ast.stmt) -> bool:
    """Whether it is a docstring (of a module, class, function or attribute) or only holds a place."""
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _joined(values: list[ast.expr]) -> list[ast.expr]:
    """The parts of an f-string with its texts in one piece, as some versions of Python cut them."""
    found: list[ast.expr] = []
    for value in values:
        if isinstance(value, ast.Constant):
            if found and isinstance(found[-1], ast.Constant):
                found[-1] = ast.Constant(str(found[-1].value) + str(value.value))
            elif value.value:
                found.append(value)
        else:
            found.append(value)
    return found


def function_tree(code: CodeType, namespace: Mapping[str, Any]) -> Function:
    """The syntax tree of a function that is in memory.

    Parameters
    ----------
    code
        Of the function.
    namespace
        Its globals.

    Raises
    ------
    LookupError
        If the source text cannot be read, or was changed since the function was imported.
    """
    linecache.checkcache(code.co_filename)
    text = "".join(linecache.getlines(code.co_filename, dict(namespace)))
    if not text:
        raise LookupError("its source text cannot be read: write it into a file or a notebook")
    trees, codes = _read(text)
    line = code.co_firstlineno
    if type(namespace.get("__loader__")) is SourceFileLoader and namespace.get("__file__") == code.co_filename:
        lines = [item.co_firstlineno for item in codes[code.co_name] if _same(item, code)]
        if not lines:
            raise LookupError(f"{code.co_filename} was changed since it was imported: import it anew, or start over")
        line = line if line in lines else lines[0]
    found = [tree for tree in trees[code.co_name] if _first_line(tree) == line]
    if len(found) > 1:  # lambdas on one line
        found = _holding(found, code, line - code.co_firstlineno)
    if not found:
        raise LookupError(f"its source text is not where it was in {code.co_filename}: import it anew, or start over")
    return found[0]


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[dict[str, list[Function]], dict[str, list[CodeType]]]:
    """The functions of a source, as trees and as compiled, by name."""
    trees: dict[str, list[Function]] = defaultdict(list)
    codes: dict[str, list[CodeType]] = defaultdict(list)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = ast.parse(text)
        for node in ast.walk(module):
            if isinstance(node, Function):
                trees[getattr(node, "name", "<lambda>")].append(node)
        for code in inner_codes(compile(module, "<source>", "exec", dont_inherit=True)):
            codes[code.co_name].append(code)
    return trees, codes


def inner_codes(code: CodeType) -> Iterator[CodeType]:
    """A code object and all within it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from inner_codes(constant)


def _first_line(tree: Function) -> int:
    decorators = [] if isinstance(tree, ast.Lambda) else tree.decorator_list
    return min([tree.lineno, *(node.lineno for node in decorators)])


def _same(code: CodeType, other: CodeType) -> bool:
    """Whether two code objects do the same, wherever they stand."""
    if (code.co_code, code.co_names, len(code.co_consts)) != (other.co_code, other.co_names, len(other.co_consts)):
        return False
    return all(map(_alike, code.co_consts, other.co_consts))


def _alike(constant: object, its: object) -> bool:
    """Whether two constants of code are the same, of whatever type: 1 is not 1.0, and a set has no order."""
    if isinstance(constant, CodeType) and isinstance(its, CodeType):
        return _same(constant, its)
    if isinstance(constant, tuple) and isinstance(its, tuple):
        return len(constant) == len(its) and all(map(_alike, constant, its))
    if isinstance(constant, frozenset) and isinstance(its, frozenset):
        return sorted(map(repr, constant)) == sorted(map(repr, its))
    return repr(constant) == repr(its)


def _holding(trees: list[Function], code: CodeType, moved: int) -> list[Function]:
    """The smallest trees that hold every place that a code object was compiled from."""
    places = [
        ((first + moved, start), (last + moved, end))
        for first, last, start, end in code.co_positions()
        if first is not None and last is not None and start is not None and end is not None and end > start
    ]
    if not places:
        return []
    low, high = min(place[0] for place in places), max(place[1] for place in places)
    bodies = [(tree.body, tree) for tree in trees if isinstance(tree, ast.Lambda)]
    around = [
        ((body.lineno, body.col_offset), tree)
        for body, tree in bodies
        if (body.lineno, body.col_offset) <= low and high <= (body.end_lineno or 0, body.end_col_offset or 0)
    ]
    return [tree for _, tree in sorted(around, key=lambda pair: pair[0], reverse=True)]

"""What somebody brought to a model, as a description tells it: plug-ins and classes, with all that they say."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Any

from simulation.declare import Declaration
from simulation.odd.code import NUMPY_SECTION
from simulation.scenario_file import foreign_items

KINDS = {
    "factors": "factor",
    "sources": "feed source",
    "user_type": "user class",
    "creator_type": "creator class",
    "model_type": "model class",
}
"""What things are called, by the argument of a `Scenario` in which they are given; plug-ins by their class."""


@dataclass(frozen=True)
class Brought:
    """One of them."""

    kind: str
    name: str
    about: str
    """What it says of itself; empty where it says nothing."""
    fields: Mapping[str, Any]
    """How it was made: its arguments that are plain values."""
    parameters: list[tuple[Declaration, Any]]
    """As declared, under their dotted names, each with its value in this model."""
    source: str
    """Source text; empty where it is unknown."""
    place: str
    """File or module, and the name there; empty for what has none."""

    @property
    def title(self) -> str:
        """Heading of its section."""
        return f"{self.kind.capitalize()} `{self.name}`"

    @property
    def link(self) -> str:
        """Its name, as a link to its section."""
        return f"[`{self.name}`](#{self.kind.replace(' ', '-')}-{self.name.lower()})"


def brought_to(told: Mapping[str, Any]) -> Iterator[Brought]:
    """All of one's own in a description, see :meth:`simulation.scenario.Scenario.description`."""
    values = told["parameters"]
    for argument, item in foreign_items(told):
        fields = {name: of for name, of in item.get("fields", {}).items() if of is not False and of not in ("", [])}
        source, table = item["source"] or "", f"factors.{item['name']}" if argument == "factors" else item["name"]
        declared = [Declaration(**one)._replace(name=f"{table}.{one['name']}") for one in item.get("declared", ())]
        place, _, name = (item.get("reference") or "").rpartition(":")
        yield Brought(
            kind=KINDS.get(argument) or re.sub(r"(?<!^)(?=[A-Z])", " ", item["kind"]).lower(),
            name=item["name"],
            about=str(fields.pop("about", "")) or said(source),
            fields=fields,
            parameters=[(one, values.get(one.name, one.default)) for one in declared],
            source=source,
            place=f"{Path(place).name}:{name}" if place else "",
        )


def said(source: str) -> str:
    """The first docstring in a source text, up to its first section; empty where there is none."""
    try:
        tree = ast.parse(dedent(source))
    except SyntaxError:  # a lambda cut out of a longer statement
        return ""
    kinds = ast.FunctionDef | ast.ClassDef
    texts = (ast.get_docstring(node) for node in ast.walk(tree) if isinstance(node, kinds))
    return NUMPY_SECTION.split(next(filter(None, texts), ""))[0]

"""The document: what the template makes of the code, and of a model that differs from the default."""

import math
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from traceback import walk_tb
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateSyntaxError, UndefinedError

from simulation.analysis.targets import TARGETS
from simulation.analysis.wording import counted, listed, markdown_table
from simulation.creators.acts import ACTS
from simulation.declare import ASSUMPTION
from simulation.errors import OddError
from simulation.factors import FACTORS
from simulation.interventions import LEVERS
from simulation.ledger import CAUSES_OF_LEAVING, STRUCTURAL_CAUSES
from simulation.odd.code import (
    DEFAULTS,
    declared,
    default,
    fields,
    kinds,
    near,
    public_rules,
    rule_item,
    section_of,
    streams,
    weeks,
)
from simulation.odd.subject import DEFAULT_MODEL, Subject, subject_of
from simulation.odd.wording import cell, fenced, markdown, sentence, span, value
from simulation.parameters import KNOWN
from simulation.presets import PRESETS
from simulation.schedule import SCHEDULE

if TYPE_CHECKING:
    from simulation.scenario import Scenario

FOLDER = Path(__file__).parent
TEMPLATE = FOLDER / "template.md"
HEAD = "<!-- Written by `follower-dynamics odd` from the code. Change that, not this file. -->\n\n"
CONTENTS = "@contents@"
"""Stands for the contents until all headings are known."""
FENCED = re.compile(r"^(`{3,})[^`\n]*\n.*?^\1$", re.MULTILINE | re.DOTALL)
FILTERS = {"markdown": markdown, "cell": cell, "sentence": sentence, "value": value, "span": span, "fenced": fenced}


def odd_document(given: "str | Path | Scenario | None" = None, *, links: str | None = None) -> str:
    """Describe a model in the ODD protocol (Overview, Design concepts, Details), as Markdown.

    Parameters
    ----------
    given
        A `Scenario`; a TOML file of a scenario or a sweep; the folder of a stored result or a sweep. None: the default
        model.
    links
        How the document gets to the folder that holds the package's source, such as "../", for links from rules to
        their files; None names modules only.

    Returns
    -------
    str
        The document. What differs from the default model, plug-ins with their source text included, stands in a chapter
        of its own, and is referred to where it belongs.

    Raises
    ------
    ConfigError
        If a file cannot be read, or is of no scenario or sweep.
    ResultError
        If a folder holds neither a result nor a sweep, or of another version.

    Examples
    --------
    >>> from simulation import Scenario
    >>> "here **0.5**" in odd_document(Scenario({"feed.popularity_bias": 0.5}))
    True
    """
    return render(TEMPLATE.read_text(encoding="utf-8"), subject_of(given), links)


def render(template: str, subject: Subject = DEFAULT_MODEL, links: str | None = None) -> str:
    """The page that a template makes.

    Raises
    ------
    OddError
        If the template asks for what there is not, or a section of parameters or a rule is left out or stands twice.
    """
    sections: list[str] = []
    rules: list[str] = []
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters |= FILTERS
    names: dict[str, Any] = {
        **{"KNOWN": KNOWN, "ASSUMPTION": ASSUMPTION, "TARGETS": TARGETS, "INFINITE": math.inf, "PRESETS": PRESETS},
        **{"SCHEDULE": SCHEDULE, "LEVERS": LEVERS, "ACTS": ACTS, "FACTORS": FACTORS},
        **{"STRUCTURAL_CAUSES": STRUCTURAL_CAUSES, "CAUSES_OF_LEAVING": CAUSES_OF_LEAVING},
        **{"contents": CONTENTS, "default": default, "fields": fields},
        **{"streams": streams, "kinds": kinds, "table": markdown_table, "counted": counted, "listed": listed},
        "declared": lambda section: declared(_noted(sections, section)),
        "rule": lambda path: rule_item(_noted(rules, path), links),
        "weeks": lambda: weeks(DEFAULTS | subject.set_values),
        "subject": subject,
        "links": links,
    }
    try:
        page = environment.from_string(template).render(names)
    except TemplateSyntaxError as error:
        raise OddError(f"{error.name or TEMPLATE.name}, line {error.lineno}: {error.message}") from None
    except (OddError, UndefinedError, TypeError) as error:
        files = {"<template>": TEMPLATE.name} | {str(path): path.name for path in FOLDER.glob("*.md")}
        met = [(frame.f_code.co_filename, number) for frame, number in walk_tb(error.__traceback__)]
        file, line = next((files[file], line) for file, line in reversed(met) if file in files)
        unknown_name = re.match(r"'(\w+)' is undefined", str(error))
        meant = near(unknown_name[1], [*names, "parameters"]) if unknown_name else ""
        raise OddError(f"{file}, line {line}: {error}{meant}") from None
    _check_once("section of parameters", sections, dict.fromkeys(map(section_of, KNOWN)))
    _check_once("rule", rules, public_rules())
    return HEAD + page.replace(CONTENTS, contents(page), 1)


def contents(page: str) -> str:
    """Links to the chapters, each with its sections on one line."""
    lines: list[str] = []
    links: Counter[str] = Counter()
    for level, title in re.findall(r"^(##|###) (.+)$", FENCED.sub("", page), re.MULTILINE):
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

"""Parts of a scenario as plain values that JSON holds: graphs, creators, and code that is not the package's own."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.declare import Section, declarations
from simulation.engines.agents import User
from simulation.engines.creator import Creator
from simulation.errors import ConfigError, ParameterError
from simulation.factors import FACTORS
from simulation.interventions import as_data
from simulation.measure_versions import measure_version
from simulation.naming import load_object, moved, reference_of, source_of
from simulation.people import factor_sections
from simulation.platform.feed import SOURCES
from simulation.scenario_file import CLASSES, LISTS
from simulation.social_graph import SocialGraph

_PLAIN = (bool, int, float, str, tuple)
"""What a plug-in may be made with that says something by itself."""


def described_graph(graph: SocialGraph) -> dict[str, Any]:
    """A social graph in numbers."""
    return {
        "origin": "given",
        "digest": graph.digest(),
        "users": graph.users,
        "edges": graph.edges,
        "directed": graph.directed,
        "dropped_self_loops": graph.dropped_self_loops,
        "dropped_duplicates": graph.dropped_duplicates,
    }


def described_creators(users: NDArray[np.int64]) -> dict[str, Any]:
    """Which users create, shape (M,), in numbers."""
    digest = hashlib.sha256(np.ascontiguousarray(users, dtype="<i8").data).hexdigest()
    return {"count": int(users.size), "digest": digest}


def described(thing: object, own: bool) -> dict[str, Any]:
    """A plug-in or class: whether it is the package's own, else its version, source text, reference and plain fields.

    The source text of a plug-in is that of the functions it was made with.
    """
    if own:
        return {"own": True, "source": None}
    given = {} if isinstance(thing, type) else vars(thing)
    usual = [getattr(type(thing), name, None) for name in given]
    functions = [of for of, default in zip(given.values(), usual, strict=True) if callable(of) and of is not default]
    texts = map(source_of, [thing] if isinstance(thing, type) else functions)
    return {
        "own": False,
        "version": _version_of(thing),
        "source": "\n".join(dict.fromkeys(filter(None, texts))),
        "reference": reference_of(thing),
        "fields": {
            name: list(of) if isinstance(of, tuple) else of
            for name, of in given.items()
            if name != "name" and isinstance(of, _PLAIN)
        },
    }


def described_plugin(plugin: Any) -> dict[str, Any]:
    """A plug-in: what it is, its name, and the rest as of all code of one's own."""
    kind = {
        "name": plugin.name,
        "kind": type(plugin).__name__,
        "declared": declared(getattr(plugin, "parameters", None)),
    }
    return described(plugin, False) | kind


def declared(section: Section | None) -> list[dict[str, Any]]:
    """Parameters of a plug-in as they are declared, for `sections_told`."""
    return (
        []
        if section is None
        else [one._asdict() | {"choices": list(one.choices)} for one in declarations(type(section), defaults=section)]
    )


def _version_of(thing: object) -> str | None:
    """Version of a plug-in with all that it uses; None where its source text cannot be read, as in a plain prompt."""
    try:
        return measure_version(thing)
    except ParameterError:
        return None


def what_counts(told: Mapping[str, Any]) -> dict[str, Any]:
    """A description without the words that decide nothing: a preset's name, and texts and places of versioned code."""
    found = {name: value for name, value in told.items() if name != "preset"}
    for name in LISTS:
        found[name] = [_versioned(item) for item in told.get(name, [])]
    for name in CLASSES:
        found[name] = _versioned(told[name])
    return found


def _versioned(item: Mapping[str, Any] | None) -> dict[str, Any] | None:
    words = {"source", "reference", "fields"} if item and item.get("version") else ()
    return None if item is None else {name: value for name, value in item.items() if name not in words}


def described_type(kind: type, base: type | None) -> dict[str, Any]:
    """The same of a class, with its name; ``base`` is the package's own."""
    return {"name": kind.__name__, **described(kind, kind is base)}


def described_code(told: Mapping[str, Any], given: Mapping[str, Any], code: str | Path | None = None) -> dict[str, Any]:
    """Factors, sources and classes of a description, by argument of a `Scenario`.

    Parameters
    ----------
    told
        The description.
    given
        Some of them by argument; None, or left out: found by the reference in the description.
    code
        Folder with the files and modules of the user's own; None seeks them where they were.

    Raises
    ------
    ParameterError
        If one cannot be found, or has changed: ``parameter`` is the argument, ``value`` its name.
    """
    found = {argument: value for argument, value in given.items() if value is not None}
    for argument, known in LISTS.items():
        ours = {item.name: item for item in known}
        if argument not in found:
            found[argument] = [
                ours[item["name"]] if item["own"] and item["name"] in ours else _found(argument, item, code)
                for item in told.get(argument, [])
            ]
    for argument in CLASSES:
        item = told.get(argument)
        if argument not in found and item is not None and not item["own"]:
            found[argument] = _found(argument, item, code)
    return found


def _found(argument: str, item: Mapping[str, Any], code: str | Path | None) -> Any:
    """Code of the user's own, as it was."""
    reference, advice = item.get("reference"), "give it in Python to scenario_from or from_checkpoint"
    if item["own"]:
        why = "this version of the package has none of that name"
    elif not (reference and item.get("version")):
        why = "it was defined in a notebook or at a prompt, or has no source text, so nothing finds it again"
    else:
        advice = f"say in which {'' if code is None else 'other '}folder it is as it was (code=FOLDER), or {advice}"
        reference = reference if code is None else moved(reference, code)
        try:
            thing = load_object(reference)
            if _version_of(thing) == item["version"]:
                return thing
            why = f"{reference}, or what it uses, has changed since"
        except ConfigError as error:
            why = str(error)
    raise ParameterError(
        f"{argument}: the run needs {item['name']!r}: {why}; {advice}, as {argument}=...",
        parameter=argument,
        value=item["name"],
    )


def described_scenario(scenario: Any) -> dict[str, Any]:
    """A scenario as plain values; what is not the package's own with its source text."""
    graph = scenario.social_graph
    creators = scenario.creators
    sections = factor_sections(scenario.factors, scenario.parameters)
    return {
        "seed": int(scenario.seed),
        "luck": int(scenario.seed if scenario.luck is None else scenario.luck),
        "preset": scenario.preset,
        "parameters": scenario.parameters.flat(),
        "interventions": as_data(scenario.interventions),
        "social_graph": described_graph(graph) if graph else {"origin": scenario.parameters.social_graph.family},
        "creators": {"chosen": None if creators is None else list(creators)},
        "factors": [
            described(factor, factor in FACTORS)
            | {"name": factor.name, "parameters": section.model_dump(mode="json")}
            | ({} if factor in FACTORS else {"declared": declared(factor.parameters)})
            for factor, section in zip(scenario.factors, sections, strict=True)
        ],
        "sources": [
            described(source, source in SOURCES) | {"name": source.name, "share": source.share}
            for source in scenario.sources
        ],
        "plugins": [described_plugin(item) for item in scenario.plugins],
        "user_type": described_type(scenario.user_type, User),
        "creator_type": described_type(scenario.creator_type, Creator),
        "model_type": None if scenario.model_type is None else described_type(scenario.model_type, None),
    }

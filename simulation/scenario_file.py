"""A scenario in a TOML file: a table ``[run]``, and beside it a table for each section of the parameters.

What changes in the middle of the run stands in a list of tables, ``[[interventions]]``.

[run]
preset = "tiktok"             # where the parameters start from; `origin` only notes it, and sets none
seed = 1
luck = 2                      # another seed for what happens
days = 365
engine = "compiled"
graph = "friends.csv"         # sought beside this file; a folder of a stored result will do
creators = [3, 17]            # users who create
factors = ["talent", "mine.py:novelty"]
sources = ["popular", "mine.py:fresh"]
plugins = ["mine.py:CONTAGION"] # rules, columns and phases of your own; [contagion] sets their parameters
user_type = "mine.py:Loyal"   # agent classes, for the Mesa engine

[feed]
popularity_bias = 0.5

[[interventions]]
day = 180
lever = "hide_like_counts"
value = true

[[interventions]]
day = 60
lever = "bought_followers"
value = 500
creators = [3, 17]
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from simulation.errors import ConfigError, ParameterError
from simulation.factors import FACTORS, Factor
from simulation.interventions import check_days, read_interventions
from simulation.naming import NOWHERE, load_object
from simulation.parameters import nested, read_toml
from simulation.people import parameters_type
from simulation.platform.feed import SOURCES, FeedSource
from simulation.presets import PRESETS
from simulation.settings import leaves, unknown_key, unknown_setting


@dataclass(frozen=True)
class RunFile:
    """What a file says of a scenario, and of how it is run."""

    path: Path | None
    """None for what no file says."""
    arguments: dict[str, Any]
    """Arguments of a `Scenario` by name; its social graph as a path, ``graph``."""
    engine: str | None


Check = Callable[[Any], bool]


def whole(least: int) -> Check:
    """Whether something is a whole number of at least so much."""
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and value >= least


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def is_text(value: Any) -> bool:
    """Whether something is a text."""
    return isinstance(value, str)


RUN_KEYS: dict[str, tuple[Check, str]] = {
    "preset": (is_text, "the name of a preset"),
    "seed": (whole(0), "a whole number from 0 to 2**64 - 1"),
    "luck": (whole(0), "a whole number from 0 to 2**64 - 1"),
    "days": (whole(1), "a whole number of at least 1"),
    "engine": (lambda value: value in ("compiled", "mesa"), "'compiled' or 'mesa'"),
    "graph": (is_text, "the name of a graph file"),
    "creators": (lambda value: isinstance(value, list), "a list of users, such as [3, 17]"),
    "factors": (_texts, 'a list of names, such as ["talent", "mine.py:novelty"]'),
    "sources": (_texts, 'a list of names, such as ["popular", "mine.py:fresh"]'),
    "plugins": (_texts, 'a list of names, such as ["mine.py:CONTAGION"]'),
    "user_type": (is_text, "the name of a class, such as 'mine.py:Loyal'"),
    "creator_type": (is_text, "the name of a class, such as 'mine.py:Loyal'"),
    "model_type": (is_text, "the name of a class, such as 'mine.py:MyModel'"),
    "origin": (is_text, "the name of a preset"),
    "changed_by_hand": (lambda value: isinstance(value, list), "a list of days"),
}


def read_run_file(path: Path) -> RunFile:
    """Read a file, and check all that can be checked before a scenario is made of it.

    Raises
    ------
    ConfigError
        If the file cannot be read, or a key is unknown or not allowed; names the file, the key, and what would do.
    """
    tree = read_toml(path)
    if "sweep" in tree:
        raise ConfigError(
            f"{path} describes a sweep, not a single run: `follower-dynamics sweep run {path} --out DIR` runs it",
            path=path,
        )
    run, listed = tree.pop("run", {}), tree.pop("interventions", [])
    values = dict(leaves(tree))
    problems = list(key_problems(run, "run", RUN_KEYS, "seed = 1"))
    objects = {} if problems else named_objects(path, run)
    kind = parameters_type(objects.get("factors", FACTORS), objects.get("plugins", ()))
    problems += [
        unknown_setting(name, "run", RUN_KEYS, ["[[interventions]]"], kind.known())
        for name in values
        if name not in kind.known()
    ]
    if not isinstance(listed, list):
        problems.append(
            "interventions must be a list of tables: write [[interventions]], and below it day, lever, value"
        )
    if problems:
        raise ConfigError(f"{path}: {'; '.join(dict.fromkeys(problems))}")
    try:
        interventions = read_interventions(listed)
        if "days" in run:  # else the command line may still say how many
            check_days(interventions, run["days"])
    except ParameterError as error:
        raise ConfigError(f"{path}: {error}") from None
    if days := run.pop("changed_by_hand", None):
        raise ConfigError(
            f"{path}: these are the inputs of a run that they do not give again: {changed_by_hand(days)}. Remove "
            "run.changed_by_hand from the file to run them as they are",
            path=path,
        )
    engine, origin = run.pop("engine", None), run.pop("origin", None)
    run |= objects
    if origin in PRESETS and "preset" not in run:  # a name, by which nothing is set
        names = {factor.name for factor in run.get("factors", FACTORS)}
        values = {name: value for name, value in kind().flat().items() if of_factors(name, names)} | values
        run["preset"] = origin
    arguments = {"values": values, "interventions": interventions, **run}
    if "graph" in run:
        arguments["graph"] = path.parent / run["graph"]
    return RunFile(path, arguments, engine)


LISTS: dict[str, Sequence[Any]] = {"factors": FACTORS, "sources": SOURCES, "plugins": ()}
"""What a file names in lists, and what of it is the package's own."""
CLASSES = ("user_type", "creator_type", "model_type")
NAMED = (*LISTS, *CLASSES)
"""What a file names by references."""


def named_objects(path: Path, run: Mapping[str, Any], called: str = "run") -> dict[str, Any]:
    """Factors, sources and classes that a table of a file names, by argument of a `Scenario`; ``called`` is its name.

    Raises
    ------
    ConfigError
        If a reference leads to nothing.
    """
    found: dict[str, Any] = {}
    for table, known in LISTS.items():
        if table in run:
            ours = {item.name: item for item in known}
            found[table] = [
                ours[name] if name in ours else _object(path, f"{called}.{table}", name, ours) for name in run[table]
            ]
    for kind in CLASSES:
        if kind in run:
            found[kind] = _object(path, f"{called}.{kind}", run[kind], ())
    return found


def brought(references: Iterable[str], there: Mapping[str, Sequence[Any]] = MappingProxyType({})) -> dict[str, Any]:
    """Plug-ins that references name, sought from the working directory, as arguments of a `Scenario`.

    Parameters
    ----------
    references
        Such as ``mine.py:CONTAGION``.
    there
        Arguments that it has: factors, sources and plug-ins stand before those that are named.

    Raises
    ------
    ConfigError
        If a reference leads to nothing.
    """
    found: dict[str, Any] = {}
    for item in map(load_object, references):
        table = "factors" if isinstance(item, Factor) else "sources" if isinstance(item, FeedSource) else "plugins"
        found.setdefault(table, [*there.get(table, LISTS[table])]).append(item)
    return found


def _object(path: Path, key: str, reference: str, known: Iterable[str]) -> Any:
    try:
        if ":" not in reference and known:
            raise ConfigError(unknown_key(reference, key.rpartition(".")[2], known))
        return load_object(reference, path.parent)
    except ConfigError as error:
        raise ConfigError(f"{path}: {key}: {error}") from None


def key_problems(given: object, table: str, keys: Mapping[str, tuple[Check, str]], example: str) -> Iterator[str]:
    """What is wrong with a table of a file, in words.

    Parameters
    ----------
    given, table
        What the file has, and the name of the table.
    keys
        Those it may have, what they must be, and that in words.
    example
        A line of it.
    """
    if not isinstance(given, Mapping):
        yield f"{table} = {given!r} must be a table: write [{table}], and below it for example {example}"
        return
    for name, value in given.items():
        if name == "interventions":
            yield f"interventions do not belong into the table [{table}]: write [[interventions]] for each of them"
        elif name not in keys:
            yield unknown_key(name, table, keys)
        elif not keys[name][0](value):
            yield f"{table}.{name} = {value!r} is not allowed: it must be {keys[name][1]}"


def scenario_toml(
    description: Mapping[str, Any],
    *,
    graph: str | None,
    days: int | None,
    engine: str | None = None,
    values: Mapping[str, object] | None = None,
) -> str:
    """A description (see `Scenario.description`) as TOML text.

    What is not the package's own and stands in no file is named only: the text says so when it is read.

    Parameters
    ----------
    description
        Of the scenario, as it is, or as the provenance of a run holds it.
    graph
        File or folder of the social graph, as seen from where the text will lie; None: it is generated.
    days, engine
        To be written down; None leaves them open.
    values
        Parameters on top of the preset; None writes all that hold, and of the preset the name only.
    """
    import tomli_w

    run: dict[str, Any] = {"origin" if values is None else "preset": description["preset"]}
    run |= {"seed": description["seed"], "days": days, "engine": engine, "graph": graph}
    if description.get("luck", description["seed"]) != description["seed"]:
        run["luck"] = description["luck"]
    run["creators"] = description["creators"].get("chosen")
    run["changed_by_hand"] = description.get("changed_by_hand") or None
    run |= names_of_objects(description)
    names = {item["name"] for item in description["factors"]}
    flat = {name: v for name, v in description["parameters"].items() if of_factors(name, names)}
    flat = flat if values is None else dict(values)
    tree: dict[str, Any] = {"run": {name: value for name, value in run.items() if value is not None}, **nested(flat)}
    if description["interventions"]:
        tree["interventions"] = description["interventions"]
    return "# follower-dynamics run THIS_FILE --out out/again\n" + tomli_w.dumps(tree)


def of_factors(name: str, factors: Collection[str]) -> bool:
    """Whether a parameter may be set where these factors are: it is one of theirs, or of no factor."""
    section, *rest = name.split(".")
    return section != "factors" or rest[0] in factors


def names_of_objects(description: Mapping[str, Any]) -> dict[str, Any]:
    """What of a description stands in a file by names and references, for `named_objects` to find."""
    found: dict[str, Any] = {}
    for table, usual in LISTS.items():
        told = description.get(table, [])
        if [item["name"] for item in told] != [item.name for item in usual] or not all(item["own"] for item in told):
            found[table] = [_written(item) for item in told]
    for name in CLASSES:
        given = description.get(name)
        if given is not None and not given["own"]:
            found[name] = _written(given)
    return found


def _written(item: Mapping[str, Any]) -> str:
    return str(item["name"] if item["own"] else item.get("reference") or f"{NOWHERE}:{item['name']}")


def foreign_items(description: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What in a description (see :meth:`Scenario.description`) is not the package's own, by argument."""
    for argument in NAMED:
        told = description.get(argument)
        yield from (
            (argument, item) for item in (told if isinstance(told, list) else [told]) if item and not item["own"]
        )


def foreign(description: Mapping[str, Any]) -> tuple[str, ...]:
    """The same in words."""
    words = ("factor", "feed source", "plug-in", "agent class", "agent class", "model class")
    kinds = dict(zip(NAMED, words, strict=True))
    return tuple(f"{kinds[argument]} {item['name']!r}" for argument, item in foreign_items(description))


def changed_by_hand(days: Iterable[int]) -> str:
    """Why a run cannot be repeated whose state was changed before these days."""
    return (
        f"the state was changed by hand before day {', '.join(map(str, days))}, and what was changed is not stored; an "
        "intervention, a rule or an agent class of your own would be stored"
    )

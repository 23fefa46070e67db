"""Settings in a TOML file: values by dotted name out of its tables, and what is wrong with unknown names."""

import difflib
from collections.abc import Iterable, Iterator, Mapping

from simulation.declare import Declaration
from simulation.errors import nearest
from simulation.parameters import KNOWN, unknown


def leaves(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Values by dotted name; an empty table, which would set nothing, stands for itself unless it is a section."""
    for name, value in tree.items():
        if isinstance(value, Mapping) and (value or not _is_section(prefix + name)):
            yield from leaves(value, f"{prefix}{name}.") if value else [(prefix + name, value)]
        elif not isinstance(value, Mapping):
            yield prefix + name, value


def unknown_setting(
    name: str,
    table: str,
    keys: Iterable[str],
    others: Iterable[str] = (),
    known: Mapping[str, Declaration] = KNOWN,
) -> str:
    """What is wrong with a name that is no parameter's, in words.

    Parameters
    ----------
    name
        As `leaves` gives it.
    table, keys
        The one table that holds no parameters, for example "run", and the keys it may have.
    others
        Further tables that the file may have, as they are written, for example "[[interventions]]".
    known
        Every parameter by dotted name.
    """
    if _is_section(name, known):
        example = next(other for other in known if other.startswith(f"{name}."))
        last = name.rpartition("_")[2]
        or_key = f", or {last} = ... in the table [{table}]" if last in keys else ""
        return (
            f"{name} is a table of parameters: write [{name}], and below it {example.removeprefix(name + '.')} = ..."
            f"{or_key}"
        )
    if name in keys:
        return f"{name} belongs into the table [{table}]"
    tables = {table: f"[{table}]"} | {other.strip("[]"): other for other in others}
    tables |= {section: f"[{section}]" for other in known for section in _tables_of(other)}
    strange = next((part for part in _tables_of(name) or [name] if part not in tables and part not in known), None)
    error, near = unknown(name, known), difflib.get_close_matches(strange or "", tables, n=1)
    if strange is None or (not near and (error.near or strange == name)):
        return str(error)
    meant = f"did you mean {tables[near[0]]}?" if near else f"known are {', '.join(tables.values())}"
    brings = f"; if it is of a plug-in, name that in {table}.plugins" if "plugins" in keys else ""
    return f"there is no table [{strange}]; {meant}{brings}"


def _tables_of(name: str) -> list[str]:
    """The table that a dotted name stands in, after those that hold it: ``feed`` and ``feed.mix``."""
    parts = name.split(".")
    return [".".join(parts[:count]) for count in range(1, len(parts))]


def unknown_key(name: str, table: str, keys: Iterable[str]) -> str:
    """What is wrong with a key that a table does not have, in words."""
    return f"there is no {table}.{name}; {nearest(name, keys)}"


def _is_section(name: str, known: Iterable[str] = KNOWN) -> bool:
    return any(other.startswith(f"{name}.") for other in known)

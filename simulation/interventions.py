"""Interventions: what somebody changes in the middle of a run, as data: a day, a lever, a value.

A lever is a parameter that is somebody's choice (kind "lever"), such as ``feed.popularity_bias``; it is moved as its
day begins and holds until it is moved again. An act is done to creators once, on its day; :data:`ACTS` has them all.
Interventions use no random numbers, so a run with them and a run without are paired: the difference is their effect.
"""

import contextlib
import copy
import dataclasses
import difflib
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby
from operator import attrgetter
from types import MappingProxyType
from typing import Any, TypeGuard

import numpy as np

from simulation.creators.acts import ACTS, BROUGHT_ACTS, Act
from simulation.declare import Declaration
from simulation.errors import ParameterError, nearest
from simulation.parameters import BRINGS, KNOWN, Parameters, everything

LEVERS: dict[str, Declaration] = {name: declared for name, declared in KNOWN.items() if declared.kind == "lever"}
"""Parameters that an intervention may set, by dotted name."""


@dataclass(frozen=True)
class Intervention:
    """One change on one day; checked, and its lever spelt out, when it is made.

    Raises
    ------
    ParameterError
        If there is no such lever, or the day, the value or the creators do not do; says what would.

    Examples
    --------
    >>> Intervention(30, "popularity_bias", 0)
    Intervention(day=30, lever='feed.popularity_bias', value=0.0, creators=())
    >>> Intervention(90, "hide_like_counts", True).lever
    'feed.hide_like_counts'
    >>> print(Intervention(60, "bought_followers", 500, creators=(17, 3)))
    60 bought_followers=500 @ 3,17
    >>> print(Intervention(120, "purge", 0.8))
    120 purge=0.8
    """

    day: int
    """The day, from 0, as which begins it takes place."""
    lever: str
    """Dotted name of a parameter that is a lever (or the end of that name, if only one ends so), or of an act."""
    value: bool | int | float | str
    """What the lever is set to, or how much of the act there is."""
    creators: tuple[int, ...] = ()
    """Whom an act is done to, rising; a lever holds for everybody and has none."""

    def __post_init__(self) -> None:
        lever = lever_name(self.lever)
        object.__setattr__(self, "lever", lever)
        object.__setattr__(self, "day", _checked_day(self.day))
        object.__setattr__(self, "value", _checked_value(lever, self.value))
        object.__setattr__(self, "creators", _checked_creators(lever, self.creators))

    def __str__(self) -> str:
        """As :func:`parse_intervention` reads it."""
        value = str(self.value).lower() if isinstance(self.value, bool) else self.value
        whom = f" @ {','.join(map(str, self.creators))}" if self.creators else ""
        return f"{self.day} {self.lever}={value}{whom}"


FIELDS = tuple(field.name for field in dataclasses.fields(Intervention))


def is_act(name: str) -> bool:
    """Whether a name is an act's: of the model's own, or of one that this process knows."""
    return name in ACTS or name in BROUGHT_ACTS


def _acts(name: str) -> tuple[Act, ...]:
    """Acts of that name, the newest last; of one's own several may be about, of which a scenario has one."""
    return (ACTS[name],) if name in ACTS else BROUGHT_ACTS.all(name)


def _levers() -> dict[str, Declaration]:
    """Levers of the model's own, and of plug-ins that this process knows."""
    return {name: declared for name, declared in everything().known().items() if declared.kind == "lever"}


def lever_name(name: object) -> str:
    """The lever or act that a name means, in full.

    Raises
    ------
    ParameterError
        If there is none, the parameter of that name is no lever, or several levers end so.
    """
    if not isinstance(name, str):
        raise ParameterError(f"lever = {name!r} must be the name of a lever, for example 'feed.popularity_bias'")
    levers = _levers()
    if name in levers or is_act(name):
        return name
    found = [lever for lever in levers if lever.endswith(f".{name}")]
    if len(found) == 1:
        return found[0]
    if found:
        raise ParameterError(f"{name!r} may mean {' or '.join(found)}: write the whole name")
    other = next((known for known in KNOWN if known == name or known.endswith(f".{name}")), None)
    if other is not None:
        kind = KNOWN[other].kind
        raise ParameterError(f"{other} is {'an' if kind[0] in 'aeiou' else 'a'} {kind}, not a lever")
    near = _nearest(name)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    brings = "" if name.partition(".")[0] in {lever.partition(".")[0] for lever in levers} else BRINGS
    raise ParameterError(
        f"there is no lever {name!r}{hint}; `follower-dynamics levers` lists all{brings}", parameter=name, near=near
    )


def _nearest(name: str) -> list[str]:
    full = {lever.rpartition(".")[2]: lever for lever in _levers()} | {
        lever: lever for lever in [*_levers(), *ACTS, *BROUGHT_ACTS]
    }
    return list(dict.fromkeys(full[found] for found in difflib.get_close_matches(name, full, n=3, cutoff=0.6)))


def _is_count(value: object) -> TypeGuard[int]:
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and bool(value >= 0)


def _checked_day(day: object) -> int:
    if not _is_count(day):
        raise ParameterError(f"day = {day!r} must be a whole number of at least 0", parameter="day", value=day)
    return int(day)


def _checked_value(lever: str, value: object) -> Any:
    """The value as declared: a whole number for a real parameter becomes real, NumPy's numbers Python's."""
    if not is_act(lever):
        return everything()().with_values({lever: value})[lever]
    *others, newest = _acts(lever)
    for act in others:
        with contextlib.suppress(ParameterError):
            _of_act(act, value)
            return value.item() if isinstance(value, np.generic) else value
    return _of_act(newest, value)


def _of_act(act: Act, value: object) -> Any:
    plain: Any = value.item() if isinstance(value, np.generic) else value
    if act.choices:
        fits, allowed = plain in act.words, f"one of {', '.join(act.words)}"
        allowed += "; a strategy of your own must be among the plug-ins" if act.more is not tuple else ""
    else:
        number = isinstance(plain, int if act.whole else int | float) and not isinstance(plain, bool)
        fits = number and act.low <= plain <= act.high
        noun = "a whole number" if act.whole else "a finite number"
        unit = "" if act.unit == "1" else f" ({act.unit})"
        allowed = f"{noun} from {act.low:,.0f} to {act.high:,.0f}{unit}"
    if not fits:
        raise ParameterError(
            f"{act.name} = {value!r} is not allowed: it must be {allowed}",
            parameter=act.name,
            value=value,
            allowed=allowed,
        )
    return plain if act.whole or act.choices else float(plain)


def _checked_creators(lever: str, creators: object) -> tuple[int, ...]:
    """Whom an act is done to, rising."""
    several = isinstance(creators, Iterable) and not isinstance(creators, str | Mapping)
    listed: list[Any] = list(creators) if several else [creators]  # type: ignore[call-overload]
    if not several or not all(map(_is_count, listed)):
        raise ParameterError(f"creators = {creators!r} must be creators' numbers, from 0, for example [3, 17]")
    found = tuple(sorted(set(map(int, listed))))
    if len(found) < len(listed):
        raise ParameterError(f"creators = {creators!r} must name each creator once")
    if not is_act(lever) and found:
        raise ParameterError(f"{lever} holds for everybody: leave creators out")
    if is_act(lever) and not found and not any(act.everybody for act in _acts(lever)):
        raise _needs_creators(lever)
    return found


def _needs_creators(act: str) -> ParameterError:
    return ParameterError(f"{act} is done to creators: say to which, for example creators = [3, 17]", parameter=act)


def fitted(item: Intervention, parameters: Parameters, acts: Mapping[str, Act]) -> Intervention:
    """An intervention as a scenario with these parameters and acts of one's own has it.

    Raises
    ------
    ParameterError
        If its value or its creators do not do there.
    """
    act = {**ACTS, **acts}.get(item.lever)
    if act is not None and not item.creators and not act.everybody:
        raise _needs_creators(act.name)
    value = parameters.with_values({item.lever: item.value})[item.lever] if act is None else _of_act(act, item.value)
    if type(value) is type(item.value):
        return item
    found = copy.copy(item)
    object.__setattr__(found, "value", value)
    return found


def read_interventions(
    given: Iterable[Intervention | Mapping[str, object]],
    creators: int | None = None,
    acts: Mapping[str, Act] = MappingProxyType({}),
) -> tuple[Intervention, ...]:
    """Interventions by day, and within a day in the order given.

    Parameters
    ----------
    given
        Interventions, or mappings with the same names, as a TOML file or a stored result has them.
    creators
        How many creators there are, M; None leaves unchecked whether those named exist.
    acts
        Acts of one's own by name, where it is known which there are.

    Raises
    ------
    ParameterError
        If one is not allowed, or two contradict each other; says which, counting from 1.

    Examples
    --------
    >>> read_interventions([{"day": 30, "lever": "session_cap", "value": 20}])
    (Intervention(day=30, lever='session.session_cap', value=20, creators=()),)
    """
    if isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise ParameterError(
            f"interventions = {given!r} must be a list, for example "
            "[Intervention(30, 'popularity_bias', 0.5)] or [{'day': 30, 'lever': 'popularity_bias', 'value': 0.5}]"
        )
    found = []
    for place, item in enumerate(given, start=1):
        try:
            found.append(_read(item, creators))
        except ParameterError as error:
            raise error.said(f"intervention {place}: {error}") from None
    there = {
        item.lever: {**ACTS, **acts}.get(item.lever, _acts(item.lever)[-1]) for item in found if is_act(item.lever)
    }
    _refuse_contradictions(found, there)
    _refuse_too_many(found, there)
    return tuple(sorted(found, key=attrgetter("day")))


def _read(item: object, creators: int | None) -> Intervention:
    if isinstance(item, Mapping):
        for name in item:
            if name not in FIELDS:
                raise ParameterError(f"there is no {name!r} in an intervention; {nearest(str(name), FIELDS)}")
        missing = [name for name in ("day", "lever", "value") if name not in item]
        if missing:
            raise ParameterError(f"it has no {' and no '.join(missing)}; it needs day, lever and value")
        item = Intervention(**item)
    if not isinstance(item, Intervention):
        raise ParameterError(f"{item!r} is neither an Intervention nor a mapping with day, lever and value")
    if creators is not None and item.creators and item.creators[-1] >= creators:
        raise ParameterError(f"there is no creator {item.creators[-1]}: creators are numbered from 0 to {creators - 1}")
    return item


def _refuse_contradictions(found: Sequence[Intervention], acts: Mapping[str, Act]) -> None:
    """Refuse what would depend on the order within a day: a lever set to two values, an act done twice to somebody."""
    by_lever: dict[tuple[int, str], list[tuple[int, Intervention]]] = {}
    for place, item in enumerate(found, start=1):
        if item.lever not in acts or not acts[item.lever].adds_up:
            by_lever.setdefault((item.day, item.lever), []).append((place, item))
    for (day, lever), items in by_lever.items():
        for (first, a), (second, b) in combinations(items, 2):
            both = f"interventions {first} and {second}: on day {day}, {lever} cannot be"
            if not is_act(lever) and a.value != b.value:
                raise ParameterError(f"{both} both {a.value!r} and {b.value!r}")
            everybody = not a.creators or not b.creators
            if is_act(lever) and (everybody or set(a.creators) & set(b.creators)):
                raise ParameterError(f"{both} done twice to the same creators")


def _refuse_too_many(found: Sequence[Intervention], acts: Mapping[str, Act]) -> None:
    """Refuse purchases that add up to more than any one of them may be."""
    for act in (act for act in acts.values() if act.adds_up):
        totals: Counter[int] = Counter()
        for item in found:
            if item.lever == act.name:
                totals.update(dict.fromkeys(item.creators, int(item.value)))
        creator, total = max(totals.items(), key=lambda pair: pair[1], default=(0, 0))
        if total > act.high:
            raise ParameterError(
                f"{act.name} of creator {creator} add up to {total:,}; at most {act.high:,} are allowed"
            )


def parse_intervention(text: str) -> Intervention:
    """``DAY LEVER=VALUE`` or ``DAY ACT=VALUE @ CREATORS`` from the command line; the value is written as in TOML.

    Raises
    ------
    ParameterError
        If it is written in another way, or the intervention is not allowed.

    Examples
    --------
    >>> parse_intervention("60 bought_followers=500 @ 3,17")
    Intervention(day=60, lever='bought_followers', value=500, creators=(3, 17))
    """
    form = re.fullmatch(r"\s*(\S+)\s+([^\s=@]+)\s*=\s*([^\s=@]+)\s*(?:@(.*))?", text)
    if form is None:
        raise ParameterError(
            f"{text!r} is no intervention: write DAY LEVER=VALUE, for example '30 popularity_bias=0.5', and for an act "
            "on creators DAY ACT=VALUE @ CREATORS, for example '60 bought_followers=500 @ 3,17'"
        )
    day, lever, value, creators = form.groups()
    try:
        read: Any = tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        read = value
    whom = () if creators is None else tuple(map(_whole, creators.split(",")))
    return Intervention(_whole(day), lever, read, whom)


def _whole(text: str) -> Any:
    """The whole number that a text says; other text as it is, for the checks to refuse."""
    return int(text) if re.fullmatch(r"\s*-?[0-9]{1,18}\s*", text) else text


def check_days(interventions: Iterable[Intervention], days: int, first: int = 0) -> None:
    """Refuse interventions that a run would never come to.

    Parameters
    ----------
    interventions
        Of the run.
    days, first
        The run simulates the days from ``first`` to ``days`` - 1.

    Raises
    ------
    ParameterError
        If one falls on another day.
    """
    for item in interventions:
        if not first <= item.day < days:
            simulated = f"has the days {first} to {days - 1}" if days > first else "has no days"
            raise ParameterError(f"the intervention '{item}' is on day {item.day}, but the run {simulated}")


def as_data(interventions: Iterable[Intervention]) -> list[dict[str, Any]]:
    """Interventions as plain values that JSON and TOML hold; :func:`read_interventions` gives them back."""
    return [
        {"day": item.day, "lever": item.lever, "value": item.value}
        | ({"creators": list(item.creators)} if item.creators else {})
        for item in interventions
    ]


def apply_levers(parameters: Parameters, due: Iterable[Intervention]) -> Parameters:
    """Parameters with the levers moved that are due; acts are left to others.

    What is given back is the same object where nothing is due. A combination may be refused later by the rule that
    reads it, such as a feed of which no source has a share.
    """
    values: dict[str, object] = {item.lever: item.value for item in due if not is_act(item.lever)}
    return parameters.with_values(values) if values else parameters


def settings_by_day(parameters: Parameters, interventions: Iterable[Intervention]) -> list[tuple[int, Parameters]]:
    """Every day on which levers are moved, and the parameters from then on: what has to be checked before a run."""
    moved = sorted((item for item in interventions if not is_act(item.lever)), key=attrgetter("day"))
    settings = []
    for day, due in groupby(moved, attrgetter("day")):
        parameters = apply_levers(parameters, due)
        settings.append((day, parameters))
    return settings

"""All parameters of the model in one frozen, validated tree, and the ways in: Python, TOML, ``name=value``.

Each parameter is declared beside the rule that reads it; here the sections are only gathered.
"""

import copy
import difflib
import tomllib
import warnings
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Self, cast

import numpy as np
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from simulation.creators.minds import MindsParameters
from simulation.creators.posting import PostingParameters
from simulation.declare import BROUGHT, Declaration, Section, declarations, merged
from simulation.errors import ConfigError, ParameterError
from simulation.factors import FACTORS
from simulation.platform.feed import FeedParameters
from simulation.platform.trends import TrendsParameters
from simulation.traits import CreatorTraits, GraphParameters, PopulationParameters, UserTraits
from simulation.users.change import ChangeParameters
from simulation.users.decisions import DecisionParameters
from simulation.users.follow_back import FollowBackParameters
from simulation.users.leaving import LeavingParameters
from simulation.users.session import SessionParameters
from simulation.users.wellbeing import WellbeingParameters

FOLLOWS_MINDS = ("trends.moves", "wellbeing.moves", "follow_back.moves")
"""Parameters that are false where ``creators.minds`` is off and nobody has set them."""


Sections = tuple[tuple[str, Section], ...]
"""Parameters that plug-ins bring: the name of the table and their defaults."""


_SECTIONS: Any = {factor.name: (type(factor.parameters), factor.parameters) for factor in FACTORS}
_Gathered: Any = create_model("_Gathered", __base__=Section, __module__=__name__, **_SECTIONS)


class FactorsParameters(_Gathered):  # type: ignore[misc]
    """Parameters of the model's factors, each declared beside its rule, in the order of :data:`FACTORS`."""


class Parameters(BaseModel):
    """Every parameter of a model.

    ``Parameters()`` are the defaults; ``Parameters(decision={"follow_threshold": 0.6})`` or
    ``Parameters().with_values({"decision.follow_threshold": 0.6})`` change some.

    Raises
    ------
    ParameterError
        Names the parameter, the value, the bounds, and the nearest known name where one is unknown.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)
    sections: ClassVar[Sections] = ()
    """Those of plug-ins, by name, where it has any."""

    population: PopulationParameters = PopulationParameters()
    social_graph: GraphParameters = GraphParameters()
    users: UserTraits = UserTraits()
    creators: CreatorTraits = CreatorTraits()
    factors: FactorsParameters = FactorsParameters()
    session: SessionParameters = SessionParameters()
    feed: FeedParameters = FeedParameters()
    decision: DecisionParameters = DecisionParameters()
    leaving: LeavingParameters = LeavingParameters()
    change: ChangeParameters = ChangeParameters()
    posting: PostingParameters = PostingParameters()
    minds: MindsParameters = MindsParameters()
    follow_back: FollowBackParameters = FollowBackParameters()
    trends: TrendsParameters = TrendsParameters()
    wellbeing: WellbeingParameters = WellbeingParameters()

    def __init__(self, /, **sections: Any) -> None:
        try:
            super().__init__(**{name: _plain(section) for name, section in self._with_theirs(sections).items()})
        except ValidationError as error:
            found = [_refusal(problem, self.known()) for problem in error.errors()]
            told = found[0].said("; ".join(map(str, found)))
            told.several = tuple(found)
            raise told from None

    @classmethod
    def _with_theirs(cls, given: dict[str, Any]) -> dict[str, Any]:
        """What is given, and for a table that is given in part, what its plug-in says of the rest."""
        for place, section in cls.sections:
            *above, name = place.split(".")
            tables = given
            for table in above:
                tables = tables.get(table, {})
            if isinstance(tables, Mapping) and isinstance(tables.get(name), Mapping):
                said = {**section.model_dump(include=section.model_fields_set), **tables[name]}
                given = nested({place: said}, copy.deepcopy(given))
        return given

    @classmethod
    def with_sections(cls, sections: Sections) -> type["Parameters"]:
        """The type of parameters that has those of plug-ins as well, by the name of their table."""
        return _with_sections(sections) if sections else Parameters

    @classmethod
    def known(cls) -> Mapping[str, Declaration]:
        """Every parameter's declaration by dotted name."""
        return _known(cls)

    def __reduce__(self) -> Any:
        return (
            (_remade, (self.sections, self.model_dump(exclude_unset=True))) if self.sections else super().__reduce__()
        )

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """Parameters from a TOML file whose tables are the sections, for example ``[decision]``.

        Raises
        ------
        ConfigError
            If the file cannot be read or is no TOML.
        ParameterError
            If it names an unknown parameter or a value is not allowed.
        """
        return cls(**read_toml(Path(path)))

    def with_values(self, values: Mapping[str, object]) -> Self:
        """A copy with some parameters changed, by dotted name: ``{"feed.popularity_bias": 0.5}``.

        Raises
        ------
        ParameterError
            If a name is unknown or a value is not allowed.
        """
        for name in values:
            if name not in self.known():
                raise unknown(name, self.known())
        return type(self)(**nested(values, self.model_dump(exclude_unset=True)))

    def set_values(self) -> dict[str, Any]:
        """Parameters that were set, to whatever value, by dotted name."""
        return {name: self[name] for name in self.known() if self._is_set(name)}

    def resolved(self) -> Self:
        """A copy in which what follows another parameter when not set is set: all that moves, by ``creators.minds``."""
        follows = {} if self.creators.minds == "on" else {name: False for name in FOLLOWS_MINDS}
        return self.with_values({name: value for name, value in follows.items() if not self._is_set(name)})

    def _is_set(self, name: str) -> bool:
        found: Any = self
        for part in name.split("."):
            if part not in found.model_fields_set:
                return False
            found = getattr(found, part)
        return True

    def flat(self) -> dict[str, Any]:
        """Every parameter by dotted name, in order of declaration."""
        return {name: self[name] for name in self.known()}

    def __getitem__(self, name: str) -> Any:
        """One parameter by its dotted name."""
        if name not in self.known():
            raise unknown(name, self.known())
        found: Any = self
        for part in name.split("."):
            found = getattr(found, part)
        return found

    def changed(self) -> dict[str, Any]:
        """Parameters that differ from their defaults, by dotted name."""
        return {name: value for name, value in self.flat().items() if value != self.known()[name].default}

    def to_toml(self, *, only_changed: bool = False) -> str:
        """TOML text that :meth:`from_toml` reads back to equal parameters."""
        import tomli_w

        return tomli_w.dumps(nested(self.changed() if only_changed else self.flat()))


@lru_cache(maxsize=64)
def _known(kind: type[Parameters]) -> Mapping[str, Declaration]:
    return MappingProxyType({declared.name: declared for declared in declarations(kind)})


@lru_cache(maxsize=64)
def _with_sections(sections: Sections) -> type[Parameters]:
    """Parameters with more tables: those of factors among the factors, others beside the model's own."""
    factors = {name.partition(".")[2]: (type(section), section) for name, section in sections if "." in name}
    tables: dict[str, Any] = {name: (type(section), section) for name, section in sections if "." not in name}
    if factors:
        with warnings.catch_warnings():  # a factor may be called "copy" or "values": nobody asks the tree for those
            warnings.simplefilter("ignore", UserWarning)
            more = create_model(
                "FactorsParameters", __base__=FactorsParameters, __module__="own", **cast("Any", factors)
            )
        tables["factors"] = (more, more())
    made: Any = create_model("Parameters", __base__=Parameters, **tables)
    made.sections = sections
    return cast("type[Parameters]", made)


def _remade(sections: Sections, values: Mapping[str, Any]) -> Parameters:
    return Parameters.with_sections(sections)(**values)


KNOWN = Parameters.known()
"""Every parameter of the model's own by dotted name."""


def everything() -> type[Parameters]:
    """The type of parameters that has those of all plug-ins which this process knows.

    Where these are several of one name, it allows what any of them allows: a scenario, which has one of them, says what
    is right.
    """
    return Parameters.with_sections(tuple((name, merged(BROUGHT.all(name))) for name in BROUGHT))


def nested(values: Mapping[str, object], tree: dict[str, Any] | None = None) -> dict[str, Any]:
    """Values by dotted name as nested dictionaries; those of ``tree``, which is changed, where it has others."""
    tree = {} if tree is None else tree
    for name, value in values.items():
        *path, last = name.split(".")
        branch = tree
        for part in path:
            branch = branch.setdefault(part, {})
        branch[last] = value
    return tree


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file as nested dictionaries.

    Raises
    ------
    ConfigError
        If the file cannot be read or is no TOML.
    """
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file", path=path) from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}", path=path) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not a TOML file: {error}", path=path) from None


def parse_assignment(text: str) -> tuple[str, object]:
    """``name=value`` from the command line, the value written as in TOML; bare words are strings.

    Raises
    ------
    ParameterError
        If there is no ``=`` or the name is unknown.
    """
    name, equals, value = text.partition("=")
    name = name.strip()
    if not equals or not value.strip():
        raise ParameterError(f"{text!r} sets nothing: write NAME=VALUE, for example feed.popularity_bias=0.5")
    known = everything().known()
    if name not in known:
        raise unknown(name, known)
    if "\n" in value:  # a line break must not smuggle in a second assignment
        return name, value.strip()
    try:
        return name, tomllib.loads(f"value = {value}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return name, value.strip()


def _plain(value: Any) -> Any:
    """NumPy's numbers as Python's, however deep."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    return value.item() if isinstance(value, np.generic) else value


BRINGS = "; a plug-in brings its own, if it is named first: plugins=[...], or --plugin FILE.py:NAME"


def unknown(name: str, known: Mapping[str, Declaration] | None = None) -> ParameterError:
    """The error that says a parameter is unknown and names the nearest of those known, the model's own if not given."""
    known = KNOWN if known is None else known
    if name in everything().known() and name not in known:
        plugin = next(table for table in sorted(BROUGHT, key=len, reverse=True) if name.startswith(f"{table}."))
        return ParameterError(
            f"{name} is a parameter of the plug-in {plugin.rpartition('.')[2]!r}, which is not among the factors and "
            "plugins here: add it to them",
            parameter=name,
            near=[name],
        )
    by_last = [other for other in known if other.rsplit(".", 1)[-1] == name.rsplit(".", 1)[-1]]
    near = by_last or difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    hint = f"; did you mean {' or '.join(near)}?" if near else "; `follower-dynamics parameters` lists all"
    brings = "" if name.partition(".")[0] in {other.partition(".")[0] for other in known} else BRINGS
    return ParameterError(f"there is no parameter {name!r}{hint}{brings}", parameter=name, near=near)


def _refusal(problem: Any, known: Mapping[str, Declaration]) -> ParameterError:
    """One of pydantic's problems as an error."""
    name = ".".join(str(part) for part in problem["loc"])
    value = problem.get("input")
    if problem["type"] == "extra_forbidden":
        return unknown(name, known)
    declared = known.get(name)
    if declared is None:
        message, allowed = f"{name} = {value!r} is not a table of parameters", "a table of parameters"
    else:
        allowed = f"one of {', '.join(declared.choices)}" if declared.choices else _bounds(declared)
        message = f"{name} = {value!r} is not allowed: it must be {allowed} (default {declared.default!r})"
    return ParameterError(message, parameter=name, value=value, allowed=allowed)


def _bounds(declared: Declaration) -> str:
    if isinstance(declared.default, bool):
        return "true or false"
    noun = "a whole number" if isinstance(declared.default, int) else "a finite number"
    unit = "" if declared.unit == "1" else f" ({declared.unit})"
    return f"{noun} from {declared.low:g} to {declared.high:g}{unit}"

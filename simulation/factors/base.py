"""What a factor is: a name, a pure scalar rule, and its parameters."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple, cast

import numpy as np

from simulation.compiling import is_ours, rule
from simulation.declare import BROUGHT, Section, asked, parameter, place_of
from simulation.errors import FactorError


class Encounter(NamedTuple):
    """One user meets one creator's post: everything a factor may read, all of it plain numbers.

    Similarities and resonances lie in [0, 1]. ``followers`` is the true count; ``crowd`` is what is shown of it,
    log(1 + shown followers) / log(1 + users), and zero where follower counts are hidden.
    """

    user: int  # 0..N-1
    creator: int  # 0..M-1
    day: int  # days since the start
    post_age: int  # days since the post came out; -1 for a creator who has not posted yet
    interest_similarity: float  # cosine of the user's interests and the post's topics
    identity_similarity: float  # exp(-distance^2 / 2 s^2) of the two positions in value space
    emotional_resonance: float  # overlap of the creator's expression and the user's emotional taste
    intensity: float  # strength of the creator's emotional expression
    engagement: float  # how much the creator engages with this user: above 0 for followers of one who engages
    quality: float  # realised quality of the post
    sponsored: float  # share of the post that somebody paid for
    applause: float  # l / (1 + l) for the l likes shown on the post; where likes are hidden, the mean over posts
    talent: float
    authenticity: float
    consistency: float  # running share of days delivered as expected
    conformity: float  # how much this user is influenced by others
    peers_following: int  # how many of the user's peers follow the creator
    crowd: float
    followers: int
    following: int  # 1 where the user follows the creator already, else 0
    account_age: int  # days since the user joined; who was there from the start joined the day before the first
    creator_age: int  # days since the creator joined, likewise
    tie_age: int  # days since the user followed the creator; -1 where there is no tie
    seen_lately: int  # on how many of the last days (session.lately) the user saw a post of this creator before today
    unseen_days: int  # days since the user saw a post of this creator; a thousand million where that is forgotten
    own_taste: float  # lasting taste of this user for this creator, see simulation.factors.taste
    community_taste: float  # the same of the user's community
    same_segment: int  # 1 where both belong to one segment, else 0
    peers: int  # how many peers the user has
    own: Any = ()  # columns of one's own, by name: encounter.own.loneliness


class FactorSection(Section):
    """Parameters every factor has."""

    weight: float = parameter(
        1.0,
        about="Mean weight of this factor in a user's appeal, relative to the other factors",
        bounds=(0.0, 100.0),
        source="equal: meta-analyses of motives to follow find every motive positive and none dominant",
    )


FactorRule = Callable[[Encounter, Any], float]


@dataclass(frozen=True)
class Factor:
    """A reason for appeal.

    Parameters
    ----------
    name
        A Python identifier, unique among the factors of a model; names its columns in the results.
    rule
        ``rule(encounter, p) -> float`` in [0, 1]: pure, made of + - * /, ``math.sqrt``, and the ``exp``, ``log``,
        ``log1p``, ``tanh`` and ``power`` of :mod:`simulation.arithmetic`. Those of ``math`` work too, but their last
        bit, and with it the history, depends on the machine; so do powers: write ``x * x``. ``p`` has the names of
        ``parameters``. Arrays can be read as module globals; they count as they are when the model first runs.
    parameters
        Default parameters; a :class:`FactorSection`, whose ``weight`` says how much the factor counts.
    rises_with
        Fields of :class:`Encounter` in which the rule never falls: tested as claimed.

    Raises
    ------
    FactorError
        If the name is no identifier or the rule does not take two arguments.
    """

    name: str
    rule: FactorRule
    parameters: FactorSection = field(default_factory=FactorSection)
    rises_with: tuple[str, ...] = ()
    refusal: ClassVar[type[FactorError]] = FactorError

    @property
    def told(self) -> str:
        """What it is, in words."""
        return f"factor {self.name!r}"

    def __post_init__(self) -> None:
        if not self.name.isidentifier():
            raise FactorError(
                f"factor name {self.name!r} is no Python identifier, for example 'humour'", factor=self.name
            )
        if not callable(self.rule) or len(inspect.signature(self.rule).parameters) != 2:
            raise FactorError(
                f"factor {self.name!r}: its rule must be a function of two arguments (encounter, p)", factor=self.name
            )
        if not isinstance(self.parameters, FactorSection):
            raise FactorError(
                f"factor {self.name!r}: its parameters must be a FactorSection, which has a weight", factor=self.name
            )
        rule(self.rule)  # so that a function from a notebook cell compiles without being marked
        if not is_ours(self.rule):
            BROUGHT.add(f"factors.{self.name}", place_of(type(self.parameters)), self.parameters)

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.__post_init__()

    def source(self) -> str:
        """Source text of the rule, for provenance; empty where Python cannot find it."""
        try:
            return inspect.getsource(self.rule)
        except (OSError, TypeError):
            return ""


MEMORY_FIELDS = ("seen_lately", "unseen_days")
"""Fields of an encounter that a user's memory gives: none is kept where no rule reads them."""


def sample_encounters(users: int, creators: int, own: Any = (), count: int = 64) -> list[Encounter]:
    """Some encounters at random, the same each time: shares anywhere in [0, 1], ids among users and creators.

    ``own`` are the columns of one's own that all of them have.
    """
    luck = np.random.default_rng(0)
    most = {"peers_following": 20, "peers": 40, "followers": users, "user": users, "creator": creators}
    most |= {"following": 2, "same_segment": 2}
    kinds = {name: kind for name, kind in Encounter.__annotations__.items() if name != "own"}

    def one(name: str, kind: type) -> Any:
        return float(luck.random()) if kind is float else int(luck.integers(most.get(name, 8)))

    def days(met: Encounter) -> Encounter:
        day = int(luck.integers(400))
        ages = {"account_age": day + 1, "creator_age": day + 1, "tie_age": day if met.following else -1}
        return met._replace(day=day, **ages, own=own)

    return [days(Encounter(**{name: one(name, kind) for name, kind in kinds.items()})) for _ in range(count)]


def in_bounds(factor: Factor, given: Any, where: str) -> float:
    """What a factor gave, if it lies in [0, 1].

    Raises
    ------
    FactorError
        If it does not; names the factor and the place.
    """
    if isinstance(given, int | float | np.floating) and 0.0 <= given <= 1.0:
        return cast("float", given)
    raise FactorError(f"{factor.told} must give a number in [0, 1], not {given!r} {where}", factor=factor.name)


@lru_cache(maxsize=64)
def guarded(factor: Factor) -> FactorRule:
    """The rule of a factor as agents call it: where it breaks its contract, that is said with the user and the day."""
    if is_ours(factor.rule):
        return factor.rule

    def checked(encounter: Encounter, p: Any) -> float:
        where = decision_place(encounter.user, encounter.creator, encounter.day)
        return in_bounds(factor, asked(factor, factor.rule, (encounter, p), where), where)

    return checked


def decision_place(user: int, creator: int, day: int) -> str:
    """Where something was asked, in words; ``creator`` is -1 where it was about the user alone."""
    return f"for user {user} {f'and creator {creator} ' if creator >= 0 else ''}on day {day}"


def try_out(factor: Factor, arguments: tuple[Encounter, Any]) -> None:
    """Try a factor on an encounter and values of its parameters, as a guard against slips in a rule just written.

    Raises
    ------
    FactorError
        If its rule raises, or gives what is not a finite number in [0, 1], or something else the second time.
    """
    encounter, where = arguments[0], f"for {arguments[0]}"
    first = in_bounds(factor, asked(factor, factor.rule, arguments, where), where)
    second = asked(factor, factor.rule, arguments, where)
    if first != second:
        raise FactorError(
            f"factor {factor.name!r} is not pure: {first!r}, then {second!r} for {encounter}", factor=factor.name
        )

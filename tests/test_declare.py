"""Declaring parameters: what a section accepts, how compiled code sees it, and what every declaration must say."""

from __future__ import annotations

import pickle
import types
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ValidationError

from simulation.compiling import rule
from simulation.declare import Section, declarations, parameter
from simulation.factors import Factor, FactorSection
from simulation.parameters import KNOWN, Parameters
from tests.told import raises


class Inner(Section):
    """A section inside another."""

    rate: float = parameter(0.5, about="A rate", unit="1/day", bounds=(0.0, 2.0), source="somewhere")


class Outer(Section):
    """One parameter of every type."""

    inner: Inner = Inner()
    count: int = parameter(3, about="A count", unit="things", bounds=(1, 9), kind="lever")
    level: float = parameter(1, about="A level given as a whole number", bounds=(0, 10))
    word: Literal["red", "green", "blue"] = parameter("green", about="A word", kind="constant")
    flag: bool = parameter(True, about="A flag")


def test_declarations_come_in_order_under_dotted_names() -> None:
    found = {d.name: d for d in declarations(Outer)}
    assert list(found) == ["inner.rate", "count", "level", "word", "flag"]
    rate = found["inner.rate"]
    assert (rate.default, rate.unit, rate.low, rate.high, rate.choices) == (0.5, "1/day", 0.0, 2.0, ())
    assert (rate.kind, rate.source, rate.about) == ("uncertainty", "somewhere", "A rate")
    assert (found["count"].kind, found["count"].source, found["count"].low) == ("lever", "assumption", 1)
    assert (found["word"].choices, found["word"].low, found["word"].high) == (("red", "green", "blue"), None, None)


def test_values_are_numbers_of_fixed_types_under_the_same_names() -> None:
    values = Outer(word="blue", flag=False).values()
    assert values._fields == ("inner", "count", "level", "word", "flag")
    assert values.inner.rate == 0.5
    assert (values.count, values.level, values.word, values.flag) == (3, 1.0, 2, 0)
    assert [type(value) for value in values[1:]] == [int, float, int, int]


def test_values_can_be_pickled() -> None:
    """The compilers' cache must find the type again."""
    values = Parameters().feed.values()
    assert pickle.loads(pickle.dumps(values)) == values


def section_with(name: str) -> Section:
    """A section of one parameter, made as a notebook cell makes one that is edited and run again: of the same name."""
    parts = {
        "__annotations__": {name: float},
        "__module__": __name__,
        name: parameter(0.25, about="A number", bounds=(0.0, 1.0)),
    }
    made: type[Section] = type("Again", (Section,), parts)
    return made()


def test_sections_of_one_name_keep_their_own_values() -> None:
    """A cell run again defines its section anew; what was made of the old one must still read its own names."""
    first = section_with("x")
    second = section_with("y")
    assert first.values()._fields == ("x",)
    assert second.values()._fields == ("y",)


def test_sections_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Outer().count = 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 0},
        {"count": 10},
        {"count": 3.0},
        {"count": True},
        {"count": "3"},
        {"level": True},
        {"level": "1"},
        {"level": float("nan")},
        {"level": float("inf")},
        {"word": "grey"},
        {"flag": 1},
        {"nonsense": 1},
        {"inner": {"rate": 2.1}},
    ],
)
def test_sections_refuse(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Outer(**wrong)


def test_defaults_are_validated() -> None:
    class Wrong(Section):
        """A default out of bounds."""

        share: float = parameter(2.0, about="A share", bounds=(0.0, 1.0))

    with pytest.raises(ValidationError):
        Wrong()


def test_a_field_that_was_not_declared_is_refused() -> None:
    class Careless(BaseModel):
        """A field without unit and source."""

        share: float = 0.5

    with raises(TypeError, "Careless.share parameter()"):
        declarations(Careless)


def test_a_rule_reads_a_section_and_its_values_alike() -> None:
    @rule
    def scaled(x: float, p: Any) -> float:
        return float(p.level * x)

    assert scaled(0.3, Outer()) == scaled(0.3, Outer().values())


def test_a_factor_section_declared_in_a_cell_works(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = types.ModuleType("__cell__")
    monkeypatch.setitem(__import__("sys").modules, "__cell__", cell)
    exec(
        "from simulation.factors import FactorSection\n"
        "from simulation.declare import parameter\n"
        "class Humour(FactorSection):\n"
        "    wit: float = parameter(0.5, about='Wit', bounds=(0.0, 1.0))\n",
        vars(cell),
    )
    section = cell.Humour(weight=2.0)
    assert isinstance(section, FactorSection)
    assert Factor("humour", lambda encounter, p: p.wit, section).parameters.values() == (2.0, 0.5)


# --- the declarations of the model --------------------------------------------------------------------------------


def test_every_parameter_says_what_it_is() -> None:
    for name, declared in KNOWN.items():
        assert len(declared.about.split()) >= 2, name
        assert declared.about[0].isupper() or declared.choices, name
        assert declared.unit, name
        assert declared.source, name
        numeric = not declared.choices and not isinstance(declared.default, bool)
        assert declared.kind in {"uncertainty", "lever", "constant"} - (set() if numeric else {"uncertainty"}), name


def test_every_default_lies_within_its_bounds() -> None:
    for name, declared in KNOWN.items():
        default: Any = declared.default
        if declared.choices:
            assert default in declared.choices, name
        elif isinstance(default, bool):
            assert (declared.low, declared.high) == (None, None), name
        else:
            assert declared.low is not None, name
            assert declared.high is not None, name
            assert declared.low <= default <= declared.high, name
            assert declared.low < declared.high, name


def test_every_choice_is_explained_in_order_of_its_number() -> None:
    """Compiled code sees a word as its place: the codes in the rules must be those of the declarations."""
    from simulation.users import decisions, leaving, session

    codes = {
        "decision.follow_rule": (decisions, ("LOGIT", "ALWAYS", "CONSTANT", "BEST_SO_FAR")),
        "leaving.unfollow_rule": (leaving, ("SATISFACTION", "CONSTANT", "NEVER")),
        "leaving.reconsider": (leaving, ("SEEN", "ALL")),
        "session.schedule": (session, ("DAILY", "ON_ARRIVAL")),
    }
    for name, (module, words) in codes.items():
        for place, word in enumerate(words):
            assert KNOWN[name].choices[place] == word.lower()
            assert getattr(module, word) == place
            section, field = name.split(".")
            changed = Parameters().with_values({name: word.lower()})
            assert getattr(getattr(changed, section).values(), field) == place

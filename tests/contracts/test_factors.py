"""Every factor keeps the contract; the contract is worth something; a factor that is none is refused."""

from __future__ import annotations

import itertools
import random
from typing import Any

import pytest

from simulation.compiling import INTERPRETED
from simulation.errors import FactorError
from simulation.factors import COMMON_GROUND, FACTORS, TASTE, Encounter, Factor, FactorSection
from simulation.factors.authenticity import AUTHENTICITY
from simulation.factors.consistency import CONSISTENCY
from simulation.factors.emotional_connection import EMOTIONAL_CONNECTION
from simulation.factors.peer_influence import PEER_INFLUENCE, PeerInfluenceParameters
from simulation.factors.shared_interest import SHARED_INTEREST
from simulation.factors.talent import TALENT
from tests.contracts.factor_contract import FIELDS, FactorContract
from tests.told import raises


class TestPeersByShare(FactorContract):
    factor = Factor(
        "by_share", PEER_INFLUENCE.rule, PeerInfluenceParameters(share_exponent=0.5), PEER_INFLUENCE.rises_with
    )


class TestSharedInterest(FactorContract):
    factor = SHARED_INTEREST


class TestTalent(FactorContract):
    factor = TALENT


class TestAuthenticity(FactorContract):
    factor = AUTHENTICITY


class TestEmotionalConnection(FactorContract):
    factor = EMOTIONAL_CONNECTION


class TestConsistency(FactorContract):
    factor = CONSISTENCY


class TestPeerInfluence(FactorContract):
    factor = PEER_INFLUENCE


class TestTaste(FactorContract):
    factor = TASTE


class TestCommonGround(FactorContract):
    factor = COMMON_GROUND


UNDER_CONTRACT = (
    TestSharedInterest,
    TestTalent,
    TestAuthenticity,
    TestEmotionalConnection,
    TestConsistency,
    TestPeerInfluence,
    TestTaste,
    TestCommonGround,
)


def test_every_factor_is_under_contract() -> None:
    assert tuple(contract.factor for contract in UNDER_CONTRACT) == FACTORS


def test_the_contract_covers_all_that_a_factor_may_read() -> None:
    assert (*FIELDS, "own") == Encounter._fields


# --- what each factor says ----------------------------------------------------------------------------------------


def encounter(**changes: Any) -> Encounter:
    """An encounter in the middle of every range, but for some fields."""
    fields: dict[str, Any] = {name: (int(high > 1.0) if low == 0.0 else low) for name, (low, high) in FIELDS.items()}
    fields.update({name: 0.5 for name, ends in FIELDS.items() if ends == (0.0, 1.0)}, following=0)
    return Encounter(**{**fields, **changes})


def test_shared_interest_is_a_mean_of_interest_and_identity() -> None:
    met = encounter(interest_similarity=0.9, identity_similarity=0.4)
    assert SHARED_INTEREST.rule(met, SHARED_INTEREST.parameters) == pytest.approx(0.7 * 0.9 + 0.3 * 0.4, abs=1e-15)


def test_authenticity_counts_in_part_from_somebody_unlike_oneself() -> None:
    alike, unlike = (encounter(authenticity=0.8, identity_similarity=s) for s in (1.0, 0.0))
    assert AUTHENTICITY.rule(alike, AUTHENTICITY.parameters) == pytest.approx(0.8, abs=1e-15)
    assert AUTHENTICITY.rule(unlike, AUTHENTICITY.parameters) == pytest.approx(0.6 * 0.8, abs=1e-15)


def test_emotional_connection_needs_both_strength_and_resonance() -> None:
    for changes in ({"intensity": 0.0, "engagement": 0.0}, {"emotional_resonance": 0.0}):
        assert EMOTIONAL_CONNECTION.rule(encounter(**changes), EMOTIONAL_CONNECTION.parameters) == 0.0
    both = encounter(intensity=0.5, emotional_resonance=0.8, engagement=0.0)
    assert EMOTIONAL_CONNECTION.rule(both, EMOTIONAL_CONNECTION.parameters) == 0.4


def test_engaging_brings_strength_of_expression_toward_its_most() -> None:
    values = [
        EMOTIONAL_CONNECTION.rule(
            encounter(intensity=0.5, emotional_resonance=0.8, engagement=e), EMOTIONAL_CONNECTION.parameters
        )
        for e in (0.5, 1.0)
    ]
    assert values == [0.75 * 0.8, 0.8]


def test_peers_saturate_and_half_of_the_most_comes_from_half_saturation() -> None:
    p = PeerInfluenceParameters(crowd_weight=0.0, half_saturation=2.0)
    values = [PEER_INFLUENCE.rule(encounter(peers_following=n, conformity=1.0), p) for n in (0, 1, 2, 3, 10**7)]
    assert values[0] == 0.0
    assert values[2] == 0.5
    steps = [after - before for before, after in itertools.pairwise(values[:4])]
    assert steps == sorted(steps, reverse=True)
    assert values[4] == pytest.approx(1.0, abs=1e-6)


def test_the_first_peers_weigh_most_by_share_too() -> None:
    p = PeerInfluenceParameters(crowd_weight=0.0, share_exponent=0.5)
    values = [PEER_INFLUENCE.rule(encounter(peers_following=n, peers=16, conformity=1.0), p) for n in (0, 1, 4, 9, 16)]
    assert values == [0.0, 0.25, 0.5, 0.75, 1.0]
    assert PEER_INFLUENCE.rule(encounter(peers_following=0, peers=0, conformity=1.0), p) == 0.0


def test_who_does_not_conform_is_not_moved_by_others() -> None:
    met = encounter(conformity=0.0, peers_following=50, crowd=1.0)
    assert PEER_INFLUENCE.rule(met, PEER_INFLUENCE.parameters) == 0.0


# --- the contract bites -------------------------------------------------------------------------------------------

STATE = {"calls": 0}


def out_of_range(met: Encounter, p: Any) -> float:
    return 2.0 * met.quality


def not_finite(met: Encounter, p: Any) -> float:
    return float("nan") if met.quality > 0.9 else met.quality


def impure(met: Encounter, p: Any) -> float:
    STATE["calls"] += 1
    return 0.5 + 0.4 * (STATE["calls"] % 2)


def gambling(met: Encounter, p: Any) -> float:
    return 0.0 * random.random() + met.quality


def falling(met: Encounter, p: Any) -> float:
    return 1.0 - met.quality


def indifferent(met: Encounter, p: Any) -> float:
    return met.talent


def unlike_when_compiled(met: Encounter, p: Any) -> float:
    return float(met.quality**3)


@pytest.mark.parametrize(
    ("broken", "test"),
    [
        (out_of_range, "test_it_is_finite_and_within_bounds"),
        (not_finite, "test_it_is_finite_and_within_bounds"),
        (impure, "test_it_is_pure"),
        (gambling, "test_it_is_pure"),
        (falling, "test_it_is_monotone_as_claimed"),
        (indifferent, "test_it_is_monotone_as_claimed"),
    ],
)
def test_a_factor_that_breaks_the_contract_is_caught(broken: Any, test: str) -> None:
    class Broken(FactorContract):
        factor = Factor("broken", broken, FactorSection(), ("quality",))

    with pytest.raises(AssertionError):
        getattr(Broken(), test)()


@pytest.mark.skipif(INTERPRETED, reason="nothing is compiled here (NUMBA_DISABLE_JIT)")
def test_a_factor_that_compiles_to_other_bits_is_caught() -> None:
    """A power is multiplied out in machine code and goes to the C library in Python: the last bit differs."""

    class Broken(FactorContract):
        factor = Factor("broken", unlike_when_compiled)

    with raises(AssertionError, "rows"):
        Broken().test_compiled_code_gives_the_same_bits()


# --- what is no factor --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "two words", "1st", "a-b"])
def test_a_name_that_is_no_identifier_is_refused(name: str) -> None:
    with raises(FactorError, "identifier") as caught:
        Factor(name, lambda met, p: 0.5)
    assert caught.value.factor == name


@pytest.mark.parametrize("wrong", [lambda met: 0.5, lambda met, p, more: 0.5, lambda: 0.5, "talent", None])
def test_a_rule_that_does_not_take_two_arguments_is_refused(wrong: Any) -> None:
    with raises(FactorError, "arguments") as caught:
        Factor("mine", wrong)
    assert caught.value.factor == "mine"


@pytest.mark.parametrize("wrong", [None, {"weight": 1.0}, 1.0, FactorSection])
def test_parameters_that_are_no_factor_section_are_refused(wrong: Any) -> None:
    with raises(FactorError, "FactorSection") as caught:
        Factor("mine", lambda met, p: 0.5, wrong)
    assert caught.value.factor == "mine"


def test_a_factor_knows_its_source() -> None:
    assert "return encounter.quality" in TALENT.source()
    namespace: dict[str, Any] = {}
    exec("def typed_in(met, p):\n    return 0.5", namespace)
    assert Factor("typed_in", namespace["typed_in"]).source() == ""

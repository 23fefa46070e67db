"""The contract of factors: what every reason for appeal must be to serve in both engines."""

from __future__ import annotations

from typing import Any, ClassVar

from simulation.compiling import rule
from simulation.factors import Encounter, Factor, FactorSection
from tests.contracts.contract import UNIT, Call, Ranges, RuleContract, sections

MANY = 1e7
FIELDS: Ranges = {
    "user": (0.0, MANY),
    "creator": (0.0, MANY),
    "day": (0.0, 36_500.0),
    "post_age": (-1.0, 36_500.0),
    "interest_similarity": UNIT,
    "identity_similarity": UNIT,
    "emotional_resonance": UNIT,
    "intensity": UNIT,
    "engagement": UNIT,
    "quality": UNIT,
    "sponsored": UNIT,
    "applause": UNIT,
    "talent": UNIT,
    "authenticity": UNIT,
    "consistency": UNIT,
    "conformity": UNIT,
    "peers_following": (0.0, MANY),
    "crowd": UNIT,
    "followers": (0.0, MANY),
    "following": UNIT,
    "account_age": (0.0, 36_500.0),
    "creator_age": (0.0, 36_500.0),
    "tie_age": (-1.0, 36_500.0),
    "seen_lately": (0.0, 30.0),
    "unseen_days": (0.0, MANY),
    "own_taste": UNIT,
    "community_taste": UNIT,
    "same_segment": UNIT,
    "peers": (0.0, MANY),
}
"""Range of every field of an encounter."""


def call_of(factor_rule: Any) -> Call:
    """A factor's rule as a call on rows whose columns are the fields of an encounter."""

    @rule
    def call(inputs: Any, k: int, p: Any) -> Any:
        met = Encounter(
            int(inputs[k, 0]),
            int(inputs[k, 1]),
            int(inputs[k, 2]),
            int(inputs[k, 3]),
            float(inputs[k, 4]),
            float(inputs[k, 5]),
            float(inputs[k, 6]),
            float(inputs[k, 7]),
            float(inputs[k, 8]),
            float(inputs[k, 9]),
            float(inputs[k, 10]),
            float(inputs[k, 11]),
            float(inputs[k, 12]),
            float(inputs[k, 13]),
            float(inputs[k, 14]),
            float(inputs[k, 15]),
            int(inputs[k, 16]),
            float(inputs[k, 17]),
            int(inputs[k, 18]),
            int(inputs[k, 19]),
            int(inputs[k, 20]),
            int(inputs[k, 21]),
            int(inputs[k, 22]),
            int(inputs[k, 23]),
            int(inputs[k, 24]),
            float(inputs[k, 25]),
            float(inputs[k, 26]),
            int(inputs[k, 27]),
            int(inputs[k, 28]),
        )
        return factor_rule(met, p)

    return call


class FactorContract(RuleContract):
    """A factor under contract: ``class TestMine(FactorContract): factor = MINE``."""

    factor: ClassVar[Factor]
    columns = FIELDS
    whole = frozenset({"user", "creator", "day", "peers_following", "followers", "following", "same_segment", "peers"})

    def __init_subclass__(cls, **more: Any) -> None:
        """Derive the rule, its parameters and its claims from the factor."""
        super().__init_subclass__(**more)
        cls.call = staticmethod(call_of(cls.factor.rule))
        cls.settings = sections(cls.factor.parameters)
        cls.rises_with = cls.factor.rises_with

    def test_its_name_can_name_columns(self) -> None:
        assert self.factor.name.isidentifier()

    def test_it_has_a_weight(self) -> None:
        assert isinstance(self.factor.parameters, FactorSection)
        assert self.factor.parameters.weight >= 0.0

    def test_its_claims_are_about_what_it_may_read(self) -> None:
        assert set(self.rises_with) <= set(Encounter._fields)

    def test_a_section_does_as_well_as_its_values(self) -> None:
        """The Mesa engine and a reader may hand the rule either."""
        rows = self.random_rows()[:20]
        values = self.factor.parameters.values()
        assert self.python(rows, self.factor.parameters).tobytes() == self.python(rows, values).tobytes()

"""The page of directions: written from what was measured, one row a claim, and as the claims stand now."""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
import pytest

from benchmarks.validation.directions import CLAIMS, DIRECTIONS
from docs import directions as page
from simulation.analysis.expectation import Expectation, judge
from simulation.analysis.wording import bounds
from simulation.creators.strategies import STRATEGIES
from tests.told import tells

SEEDS = 6
STEPS = np.linspace(-1.0, 1.0, SEEDS)
GROUPS = ("all", page.STRONG, page.AUTHENTICITY)


def about(mean: float, spread: float = 0.01) -> np.ndarray:
    return mean + spread * STEPS


def inside(claim: Expectation) -> float:
    low, high = claim.low, claim.high
    return (low + high) / 2 if np.isfinite(low + high) else low + 1.0 if np.isfinite(low) else high - 1.0


def path(first: float, last: float) -> np.ndarray:
    return np.linspace(first, last, len(page.MARKS)) + 0.1 * STEPS[:, None]


@pytest.fixture
def measured() -> page.Measured:
    return page.Measured(
        directions=[{claim.name: about(inside(claim)) for claim in direction.claims} for direction in DIRECTIONS],
        strategies={name: {group: path(2.0, -30.0) for group in GROUPS} for name in STRATEGIES[1:]},
        worlds={name: {group: path(2.0, -30.0) for group in GROUPS} for name in page.WORLDS},
        sponsored={
            value: {f"{what} {share}": about(value + share) for what in ("cost", "rise") for share in page.SHARES}
            for value in page.SOLD
        },
    )


def rows(text: str) -> list[list[str]]:
    return [re.split(r" \| ", line.strip("| ")) for line in text.splitlines() if line.startswith("|")]


def test_every_claim_has_a_row_with_its_bounds_and_its_verdict(measured: page.Measured) -> None:
    found = {cells[-8]: cells for cells in rows(page.claims_table(measured))[2:]}
    assert list(found) == [claim.says for claim in CLAIMS]
    for claim in CLAIMS:
        cells = found[claim.says]
        assert cells[-5:-2] == [bounds(claim.low, claim.high), str(SEEDS), "supported"]
        assert cells[-1] == "< .0001"


def test_a_claim_that_does_not_hold_or_is_open_is_said_not_to(measured: page.Measured) -> None:
    claim = DIRECTIONS[0].claims[0]
    measured.directions[0][claim.name] = about(claim.low - 1.0)
    assert rows(page.claims_table(measured))[2][-3] == "**contradicted**"
    measured.directions[0][claim.name] = about(claim.low, spread=9.0)
    assert rows(page.claims_table(measured))[2][-3] == "**undecided**"


def test_a_p_value_alone_is_not_enough_where_there_are_many_claims() -> None:
    found = judge(Expectation("x rises", name="x", low=0.0), about(0.009))
    assert found.p < 0.05
    assert found.verdict(min(1.0, found.p * len(CLAIMS))) == "undecided"


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (2.0, -30.0, "**yes**"),
        (0.0, -30.0, "loss only"),
        (-2.0, -30.0, "loss from the first"),
        (2.0, 30.0, "no: gain stays"),
        (2.0, 0.0, "no loss in the end"),
        (0.0, 0.0, "neither shown"),
    ],
)
def test_the_paradox_is_a_gain_at_first_and_a_loss_in_the_end(first: float, last: float, told: str) -> None:
    assert page.where(path(first, last), path(0.0, -20.0)) == told


def test_where_authenticity_stays_it_is_not_the_paradox() -> None:
    assert page.where(path(2.0, -30.0), path(0.0, 0.0)) == "gain, then loss; authenticity stays"


@pytest.mark.parametrize(
    ("probability", "told"), [(0.0, "< .0001"), (0.00031, "0.0004"), (0.02, "0.02"), (0.1201, "0.2"), (1.0, "1")]
)
def test_chances_are_rounded_up(probability: float, told: str) -> None:
    assert page.chance(probability) == told


def test_the_page_tells_all_strategies_groups_worlds_and_costs(measured: page.Measured) -> None:
    text = page.render(measured)
    assert [line for line in text.splitlines() if line.startswith("#")] == [
        "# Directions that must hold",
        "## Where the authenticity paradox holds, and where not",
        "## Sponsored posts by what selling out costs",
    ]
    firsts = {cells[0] for cells in rows(text)}
    assert {f"`{name}`" for name in STRATEGIES[1:]} | {page.STRONG, "defaults"} <= firsts
    assert {f"{value:g}" for value in page.SOLD} <= firsts
    assert all(direction.name in text and f"({direction.users:,} users)" in text for direction in DIRECTIONS)
    assert "alpha = 0.1" in text and "2.25 times" in text
    for above, line in pairwise(text.splitlines()):
        if above.startswith("|") and line.startswith("|"):
            assert above.count("|") == line.count("|")


def test_the_page_that_is_there_is_about_the_claims_and_worlds_as_they_are() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    for claim in CLAIMS:
        says, unit, span = map(re.escape, (claim.says, claim.unit, bounds(claim.low, claim.high)))
        assert re.search(rf"\| {says} \| [^|]+ \| {unit} \| {span} \|", text), claim
    for setting in page.WORLDS.values():
        assert all(f"(`{name}` = {value})" in text for name, value in setting.items())
    assert "**contradicted**" not in text and "**undecided**" not in text


def test_the_page_takes_other_seeds_than_the_tests_and_more_of_them() -> None:
    for direction in DIRECTIONS:
        seeds = page.page_seeds(direction, quick=False)
        assert seeds.start > direction.seeds
        assert len(seeds) > direction.seeds
        assert 2 < len(page.page_seeds(direction, quick=True)) < direction.seeds


def test_it_refuses_to_work_with_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    assert page.main(["--workers", "0"]) == 2
    assert tells(capsys.readouterr().err, "--workers 0 1")

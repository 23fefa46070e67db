"""Judging a direction on the seeds of its test."""

from collections.abc import Mapping

from benchmarks.validation.directions import ALPHA, Direction
from simulation.analysis.expectation import Judgement, by_name, judge


def judged(direction: Direction, setting: Mapping[str, object] | None = None, seeds: int = 0) -> dict[str, Judgement]:
    """Verdicts by claim, on the first seeds (as many as the direction wants where ``seeds`` is 0)."""
    values = by_name(direction.measured(seed, setting) for seed in range(seeds or direction.seeds))
    return {claim.name: judge(claim, values[claim.name]) for claim in direction.claims}


def assert_holds(direction: Direction) -> None:
    """Every claim of the direction passes its test at the error rate of the family."""
    open_claims = [
        f"{verdict.expectation.says}: {verdict.found.estimate:.3g} {verdict.expectation.unit}, 95% interval "
        f"{verdict.found.low:.3g} to {verdict.found.high:.3g}, must lie between {verdict.expectation.low:g} and "
        f"{verdict.expectation.high:g}; p = {verdict.p:.2g}, needed < {ALPHA:.2g}"
        for verdict in judged(direction).values()
        if not verdict.holds(ALPHA)
    ]
    assert not open_claims, "\n".join([direction.name, *open_claims])

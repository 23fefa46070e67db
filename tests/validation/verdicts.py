"""Judging a direction on the seeds of its test."""

from collections.abc import Collection, Mapping

import numpy as np

from benchmarks.validation.directions import ALPHA, LOOKS, Direction
from simulation.analysis.expectation import Judgement, by_name, judge


def judged(
    direction: Direction, setting: Mapping[str, object] | None = None, seeds: int = 0, only: Collection[str] = ()
) -> dict[str, Judgement]:
    """Verdicts by claim, on the first seeds (as many as the direction wants where ``seeds`` is 0).

    ``only`` names the claims that are needed; others may be left out.
    """
    values = by_name(direction.measured(seed, setting, only) for seed in range(seeds or direction.seeds))
    return {claim.name: judge(claim, values[claim.name]) for claim in direction.claims if claim.name in values}


def assert_holds(direction: Direction) -> None:
    """Every claim of the direction passes its test at one of its looks, at the error rate of the family."""
    alpha, seeds, still_open = ALPHA / len(LOOKS), 0, {claim.name: claim for claim in direction.claims}
    values: dict[str, list[float]] = {name: [] for name in still_open}
    for look in LOOKS:
        until = round(look * direction.seeds)
        for seed in range(seeds, until):
            for name, value in direction.measured(seed, only=still_open).items():
                values[name].append(value)
        seeds = until
        verdicts = {name: judge(claim, np.array(values[name])) for name, claim in still_open.items()}
        still_open = {name: claim for name, claim in still_open.items() if not verdicts[name].holds(alpha)}
        if not still_open:
            return
    says = [
        f"{claim.says}: {verdicts[name].found.estimate:.3g} {claim.unit}, 95% interval "
        f"{verdicts[name].found.low:.3g} to {verdicts[name].found.high:.3g}, must lie between {claim.low:g} and "
        f"{claim.high:g}; p = {verdicts[name].p:.2g}, needed < {alpha:.2g}"
        for name, claim in still_open.items()
    ]
    raise AssertionError("\n".join([direction.name, *says]))

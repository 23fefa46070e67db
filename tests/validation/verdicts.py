"""Judging a direction on the seeds of its test."""

from collections.abc import Iterator, Mapping

from benchmarks.validation.directions import ALPHA, LOOKS, Direction
from simulation.analysis.expectation import Judgement, by_name, judge


def looks(
    direction: Direction, at: tuple[int, ...], setting: Mapping[str, object] | None = None
) -> Iterator[dict[str, Judgement]]:
    """Verdicts by claim after so many of the first seeds, rising; each seed is simulated when a look needs it."""
    rows: list[dict[str, float]] = []
    for seeds in at:
        rows += [direction.measured(seed, setting) for seed in range(len(rows), seeds)]
        values = by_name(rows)
        yield {claim.name: judge(claim, values[claim.name]) for claim in direction.claims}


def judged(direction: Direction, setting: Mapping[str, object] | None = None, seeds: int = 0) -> dict[str, Judgement]:
    """Verdicts by claim, on the first seeds (as many as the direction wants where ``seeds`` is 0)."""
    return next(looks(direction, (seeds or direction.seeds,), setting))


def assert_holds(direction: Direction) -> None:
    """Every claim of the direction passes its test at one of its looks, at the error rate of the family."""
    alpha, left = ALPHA / LOOKS, {claim.name for claim in direction.claims}
    for verdicts in looks(direction, tuple(direction.seeds * look // LOOKS for look in range(1, LOOKS + 1))):
        left -= {name for name in left if verdicts[name].holds(alpha)}
        if not left:
            return
    open_claims = [
        f"{verdict.expectation.says}: {verdict.found.estimate:.3g} {verdict.expectation.unit}, 95% interval "
        f"{verdict.found.low:.3g} to {verdict.found.high:.3g}, must lie between {verdict.expectation.low:g} and "
        f"{verdict.expectation.high:g}; p = {verdict.p:.2g}, needed < {alpha:.2g}"
        for name, verdict in verdicts.items()
        if name in left
    ]
    raise AssertionError("\n".join([direction.name, *open_claims]))

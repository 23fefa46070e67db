"""Directions that must hold, measured over more seeds than the tests take, and where the authenticity paradox holds.

The page is made from what the runs give, and nothing in it is typed in. Seeds are fixed and are not those of the
tests, so that the chance that a test fails is told from runs it has nothing to do with.

Usage::

    python -m docs.directions            writes docs/directions.md (some ten minutes on two cores)
    python -m docs.directions --quick    prints the same page from few seeds (a minute)
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.validation.directions import ALPHA, CLAIMS, DIRECTIONS, FAMILY_ALPHA, LOOKS, Direction
from benchmarks.validation.directions.branches import Setting
from benchmarks.validation.directions.likes import VIEWERS, constant_likes
from benchmarks.validation.directions.voices import (
    A_LITTLE,
    AFTER,
    CHASED_FROM,
    KNOWN,
    ORDINARY,
    WHOLLY,
    chase,
    highest_third,
    lowest_third,
    sponsored,
)
from simulation.analysis.expectation import by_name, chance_to_fail, holm, judge
from simulation.analysis.intervals import t_interval
from simulation.analysis.tables import FloatArray
from simulation.analysis.wording import bounds, interval, markdown_table
from simulation.creators.strategies import STRATEGIES
from simulation.creators.strategy import OWN_VOICE
from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.odd.wording import markdown
from simulation.study.run.pool import Processes
from simulation.study.run.work import available_cores

PAGE = Path(__file__).parent / "directions.md"
COMMAND = "python -m docs.directions"
FIRST = 1000
"""The page's first seed; tests begin at 0."""
MARKS = (14, 30, 60, 120, 240)
"""Days after which the creators who chase metrics are looked at."""
CHASED = "chase_trends"
STRONG = "strong voice: highest third by own authenticity"
WORLDS: dict[str, dict[str, object]] = {
    "defaults": {},
    "viewers do not care for authenticity": {"factors.authenticity.weight": 0.0},
    "viewers care twice as much": {"factors.authenticity.weight": 2.0},
    "chasing does not erode authenticity": {"minds.voice.erosion": 0.0},
    "chasing erodes twice as fast": {"minds.voice.erosion": 0.04},
    "the feed does not push what trends": {"feed.trend_effect": 0.0},
}
"""Worlds in which the paradox is looked for."""
SOLD = (0.0, 0.1, 0.2, 0.3)
"""Values of ``minds.voice.selling_out`` under which sponsored posts are looked at."""
SHARES = (A_LITTLE, ORDINARY, WHOLLY)
USERS = 2000
UNMOVED = 1.0
"""Change of authenticity, in %, below which it is not what costs followers."""

Paths = dict[str, FloatArray]
"""By group of creators, the change in followers in %, (seeds, marks)."""


class Measured(NamedTuple):
    """All that the page tells."""

    directions: list[dict[str, FloatArray]]
    """By direction, numbers by claim, (seeds,) each."""
    strategies: dict[str, Paths]
    worlds: dict[str, Paths]
    sponsored: dict[float, dict[str, FloatArray]]
    """By the value of selling out, cost and rise with size by share, (seeds,) each."""


# Living -------------------------------------------------------------------------------------------------------------


def page_seeds(direction: Direction, quick: bool) -> range:
    """Three times as many as a test takes, or few."""
    return range(FIRST, FIRST + (max(3, direction.seeds // 8) if quick else 3 * direction.seeds))


def paths(seed: int, setting: Setting, strategy: str) -> dict[str, list[float]]:
    """Change in followers by keeping to a strategy, in %, by group and day, and in authenticity."""
    found = chase(seed, {"population.users": USERS, **setting}, strategy, MARKS)
    groups = {
        "all": np.ones(found.voice.size, dtype=np.bool_),
        STRONG: highest_third(found.voice),
        "weak voice: lowest third": lowest_third(found.voice),
        "narrow voice: highest third by share of the main topic": highest_third(found.focus),
        "broad voice: lowest third": lowest_third(found.focus),
        "creates for likes and followers: highest third by validation": highest_third(found.validation),
        "creates for other reasons: lowest third": lowest_third(found.validation),
    }
    changes = {name: [found.change(group, mark) for mark in range(len(MARKS))] for name, group in groups.items()}
    authenticity = 100.0 * (found.authenticity.mean(axis=1) / found.own_authenticity.mean(axis=1) - 1.0)
    return {**changes, AUTHENTICITY: authenticity.tolist()}


AUTHENTICITY = "authenticity"


def costs(seed: int, selling_out: float) -> dict[str, float]:
    """What sponsored posts of each share cost, and how much more larger creators."""
    found = sponsored(seed, {"population.users": USERS, "minds.voice.selling_out": selling_out}, SHARES)
    return {f"cost {share}": found.cost(share) for share in SHARES} | {
        f"rise {share}": found.rise_with_size(share) for share in SHARES
    }


def measure_all(workers: Executor, quick: bool, say: Callable[[str], None]) -> Measured:
    """Live everything that the page tells."""
    seeds = range(FIRST, FIRST + (3 if quick else 16))

    def over(name: str, tasks: Iterable[tuple[Any, ...]], function: Callable[..., Any]) -> list[Any]:
        found = list(workers.map(function, *zip(*tasks, strict=True)))
        say(f"{name}: {len(found)} seeds")
        return found

    def all_paths(name: str, setting: Setting, strategy: str) -> Paths:
        rows = over(name, [(seed, setting, strategy) for seed in seeds], paths)
        return {group: np.array([row[group] for row in rows]) for group in rows[0]}

    directions = [by_name(over(d.name, [(seed,) for seed in page_seeds(d, quick)], d.measured)) for d in DIRECTIONS]
    others = [name for number, name in enumerate(STRATEGIES) if number != OWN_VOICE]
    strategies = {name: all_paths(name, {}, name) for name in others}
    worlds = {name: all_paths(name, setting, CHASED) for name, setting in WORLDS.items() if setting}
    sold = {value: by_name(over(f"selling out {value}", [(s, value) for s in seeds], costs)) for value in SOLD}
    return Measured(directions, strategies, {"defaults": strategies[CHASED], **worlds}, sold)


# Writing ------------------------------------------------------------------------------------------------------------


def chance(probability: float) -> str:
    """A small probability, rounded up to one digit."""
    if probability < 1e-4:
        return "< .0001"
    scale = 10.0 ** np.floor(np.log10(probability))
    return f"{np.ceil(probability / scale - 1e-9) * scale:.4g}"


def claims_table(measured: Measured) -> str:
    """Every claim with what was found."""
    judged = [
        (direction, judge(claim, values[claim.name]))
        for direction, values in zip(DIRECTIONS, measured.directions, strict=True)
        for claim in direction.claims
    ]
    rows = []
    for (direction, found), adjusted in zip(judged, holm([found.p for _, found in judged]), strict=True):
        claim, verdict = found.expectation, found.verdict(adjusted)
        name = direction.name if claim is direction.claims[0] else ""
        told = interval(found.found), claim.unit, bounds(claim.low, claim.high), str(found.size)
        said = verdict if verdict == "supported" else f"**{verdict}**"
        fails = chance(chance_to_fail(found, direction.seeds, ALPHA / len(LOOKS)))
        rows.append((name, claim.says, *told, said, str(direction.seeds), fails))
    head = "direction", "claim", "mean [95%]", "unit", "bounds", "seeds", "verdict", "its test: seeds", "its test fails"
    return markdown_table(head, rows)


def about() -> str:
    """How each direction is measured, and whence its bounds are."""
    lines = []
    for direction in DIRECTIONS:
        sources = dict.fromkeys(claim.source for claim in direction.claims if claim.source)
        told = f" Source: {'; '.join(sources)}." if sources else ""
        lines.append(f"- **{direction.name}** ({direction.users:,} users). {markdown(direction.about + told)}")
    return "\n".join(lines)


def exact() -> str:
    """What one creator feels whose likes are constant, doubled and halved, compared with what the rules say."""
    steady = constant_likes([VIEWERS] * 60)
    n = np.arange(steady.errors.size)
    rate = 1.0 - steady.errors[1] / steady.errors[0]
    off = np.abs(steady.errors - steady.errors[0] * (1.0 - rate) ** n).max()
    calm = [VIEWERS // 2] * 400
    more, less = (constant_likes([*calm, count]).mood[-1] for count in (VIEWERS, VIEWERS // 4))
    return (
        f"One creator alone, whose every post all {VIEWERS} viewers like: prediction errors fall as R (1 - alpha)^n\n"
        f"with alpha = {rate:.3g}, over {n.size} trials to within {off:.1g}. Once used to {calm[0]} likes, {VIEWERS} "
        f"of them lift\nmood by {more:.3g} and {VIEWERS // 4} lower it by {-less:.3g}, {-less / more:.3g} times as "
        "much; both are as far from the usual in\nlog(1 + likes)."
    )


def by_day(values: FloatArray) -> list[str]:
    """A cell for each day: mean and interval over seeds."""
    return [interval(t_interval(column)) for column in values.T]


def where(values: FloatArray, authenticity: FloatArray) -> str:
    """Whether followers are gained at first and lost in the end, by the intervals, and authenticity with them."""
    first, last = t_interval(values[:, 0]), t_interval(values[:, -1])
    gains, loses = first.low > 0.0, last.high < 0.0
    if gains and loses:
        eroded = t_interval(authenticity[:, -1]).high < -UNMOVED
        return "**yes**" if eroded else "gain, then loss; authenticity stays"
    if loses:
        return "loss only" if first.high >= 0.0 else "loss from the first"
    return "no: gain stays" if gains and last.low > 0.0 else "no loss in the end" if gains else "neither shown"


def paradox_table(head: str, rows: Mapping[str, tuple[FloatArray, FloatArray]]) -> str:
    """Change in followers and in authenticity by day, and whether the paradox holds."""
    days = [f"{mark} days" for mark in MARKS]
    lines = [
        (name, *by_day(change), interval(t_interval(authenticity[:, -1])), where(change, authenticity))
        for name, (change, authenticity) in rows.items()
    ]
    return markdown_table((head, *days, f"authenticity after {MARKS[-1]} days", "paradox"), lines)


def sponsored_table(measured: Measured) -> str:
    """Cost of sponsored posts, and how it rises with size."""
    rows = [
        (
            f"{value:g}",
            *(interval(t_interval(found[f"cost {share}"])) for share in SHARES),
            *(interval(t_interval(found[f"rise {share}"])) for share in SHARES),
        )
        for value, found in measured.sponsored.items()
    ]
    head = (
        "`minds.voice.selling_out`",
        *(f"cost, {share:.0%} off-voice" for share in SHARES),
        *(f"rise with size, {share:.0%}" for share in SHARES),
    )
    return markdown_table(head, rows)


def render(measured: Measured) -> str:
    """The page."""
    defaults = measured.strategies[CHASED]
    chased = {name: (values, defaults[AUTHENTICITY]) for name, values in defaults.items() if name != AUTHENTICITY}
    strategies = {f"`{name}`": (found["all"], found[AUTHENTICITY]) for name, found in measured.strategies.items()}
    worlds = {
        f"{name}{''.join(f' (`{p}` = {v})' for p, v in WORLDS[name].items())}": (found[STRONG], found[AUTHENTICITY])
        for name, found in measured.worlds.items()
    }
    seeds = defaults["all"].shape[0]
    return f"""<!-- Written by `{COMMAND}`. -->

# Directions that must hold

What a change must do, measured in worlds that share everything until it (same population and random draws), one number
per seed. `{COMMAND}` wrote this page; [tests/validation](../tests/validation/__init__.py) holds the same claims on
fewer, other seeds with every run of the tests.

A claim is supported where a one-sided t-test over seeds puts the mean inside the bounds, and the 95% interval lies
there; two bounds mean two tests, both of which must pass (equivalence).
All {len(CLAIMS)} claims are one family: p-values are adjusted by Holm's method,
so the chance that any of them is called supported though it is false is at most {FAMILY_ALPHA:g}. Each test takes
{ALPHA:.2g} (Bonferroni), a third of it for each of three looks: after a quarter of its seeds, after half and after all;
claims that hold at one are settled. *Its test fails*: the chance, by mean and spread found here, that the test fails at
its last look though the claim is true; rounded up.

{claims_table(measured)}

{exact()}

How it is measured:

{about()}

## Where the authenticity paradox holds, and where not

Half of the active creators whom {KNOWN:.0%} of {USERS:,} users follow keep to a strategy from day {CHASED_FROM} on,
and in the other world to their own voice; all others choose as ever. Numbers: change in followers in %, mean over
{seeds} seeds with 95% intervals, not adjusted for their number. The paradox is a gain after {MARKS[0]} days and a loss
after {MARKS[-1]}, authenticity (mean over all treated, change in %) having fallen.

By strategy, all treated creators:

{paradox_table("strategy", strategies)}

By who chases trends:

{paradox_table("creators", chased)}

By the world in which those with a strong voice chase trends:

{paradox_table("world", worlds)}

## Sponsored posts by what selling out costs

% of followers lost {AFTER} days after one sponsored post of an established creator, by the share of it that is about
something else; and by how much this rises for ten times the size. {USERS:,} users, {seeds} seeds, 95% intervals.

{sponsored_table(measured)}
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the page, or print it; returns the exit code."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Measure the directions and write docs/directions.md.")
    parser.add_argument("--quick", action="store_true", help="few seeds; prints the page and writes nothing")
    parser.add_argument("--workers", type=int, metavar="N", help="processes [default: all cores]")
    options = parser.parse_args(arguments)
    try:
        count = available_cores() if options.workers is None else options.workers
        if count < 1:
            raise ParameterError(f"--workers {count} must be at least 1")
        with Processes(count) as workers:
            page = render(measure_all(workers, options.quick, lambda text: print(text, file=sys.stderr, flush=True)))
    except FollowerDynamicsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if options.quick:
        print(page)
    else:
        PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

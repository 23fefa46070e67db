"""The fit behind the preset ``short_video``: assumptions fitted to KuaiRand and to the rates of the field.

KuaiRand (Gao et al., CIKM 2022) has of 27,285 users of a short-video platform how many they follow, how many follow
them, and how many both; rates come from other sources (``simulation.analysis.targets`` has the same bands).
``python -m benchmarks.fits.short_video`` leaves a folder with the posterior, figures and a summary, and prints the
values; docs/calibration.md says how those of the preset were chosen. Parameters on which these observations have no
bearing stay at their defaults.
"""

from __future__ import annotations

import io
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
import typer
from numpy.typing import ArrayLike

from simulation.analysis import (
    followee_summary,
    follows_per_user_day,
    gini,
    likes_per_exposure,
    likes_per_follow,
    reciprocity,
    top_share,
)
from simulation.analysis.churn import unfollow_hazard
from simulation.analysis.targets import TARGETS, check, format_check
from simulation.analysis.wording import markdown_table, number
from simulation.cli.group import announce_compilation, note
from simulation.declare import Declaration
from simulation.errors import ConfigError, FollowerDynamicsError
from simulation.files import write_whole
from simulation.parameters import KNOWN, Parameters
from simulation.plots import save
from simulation.presets import PRESETS
from simulation.scenario import Scenario
from simulation.study import Observation, ScenarioSimulator, Uncertainty, calibrate, recover
from simulation.study.calibration.problem import Problem, Simulated
from simulation.study.folder.files import claim
from simulation.study.run.watch import Watch
from simulation.study.run.work import crew, in_order
from simulation.versions import history_version

if TYPE_CHECKING:
    from simulation.records import Result
    from simulation.study import Calibration, Recovery

PRESET = "short_video"
USUAL_DATA = Path(__file__).parents[3] / "shared" / "data"
FILE = Path("kuairand") / "user_counts.csv"
COLUMNS = ("follow_user_num", "fans_user_num", "friend_user_num", "register_days")
KUAIRAND, LOGS = "KuaiRand (Gao et al. 2022)", "short-video logs"
UNFOLLOWING = "Kwak et al. 2011; Kivran-Swaine et al. 2011; Quercia et al. 2012"
YEAR, RESAMPLES = 365, 100

DEFAULT_USERS, DEFAULT_CREATORS, DEFAULT_DAYS = 5000, 800, 365
"""The default world and its days."""
GIVEN: dict[str, object] = {
    "users.eagerness_sigma": 1.6,
    "feed.mix.popular": 0.5,
    "feed.mix.interest": 0.2,
    "feed.mix.random": 0.0,
    "feed.mix.staged": 0.15,
}
"""What sets this platform apart, and is given rather than fitted. Users differ in how readily they follow as KuaiRand's
do in how many they follow (the standard deviation of ln followees, 1.6). New posts go through traffic pools, which the
defaults leave out: without them growth of creators is a bell and spreads as much among the large as among the small,
with them it is a tent that narrows (``follower_growth`` in docs/validation.md); what share of the feed they have is an
assumption."""


@dataclass(frozen=True)
class World:
    """How large the worlds of the fit are, and how long they live."""

    users: int
    creators: int
    days: int

    @property
    def constants(self) -> dict[str, object]:
        """Sizes as parameters; what counts in follows is scaled with the followers there can be."""
        fewer = self.users / self.creators / (DEFAULT_USERS / DEFAULT_CREATORS)
        return {"population.users": self.users, "population.creators": self.creators, "feed.prior": round(fewer, 4)}


USUAL = World(users=2500, creators=DEFAULT_CREATORS, days=240)
"""Half the users of a default world, and all of its creators. Who can be followed limits how unequal followers are and
how soon everybody worth it is followed, so that with fewer creators worlds are other worlds; with half the users they
are nearly the same and take half the time. (A fifth of the users is too few: most of them create, and follow-backs
then even followers out.) 240 days: rates still move within the first year."""
SCREENED = World(users=1000, creators=DEFAULT_CREATORS, days=120)
"""For the screen, which needs some seven hundred."""
SMALL = World(users=250, creators=200, days=40)
"""For a quick look, and for the recovery of known parameters, which takes many calibrations."""

FREE: tuple[Uncertainty, ...] = (
    Uncertainty("decision.follow_threshold", 0.74, 0.95),
    Uncertainty("decision.like_threshold", 0.7, 0.9),
    Uncertainty("leaving.base_hazard", 0.008, 0.06, "log"),
    Uncertainty("feed.popularity_bias", 1.0, 3.5),
)
"""Assumptions that the screen shows these observations to depend on most, one of each group that moves them alike."""
UNTOLD: tuple[Uncertainty, ...] = (
    Uncertainty("follow_back.courtesy", 0.0, 0.75),
    Uncertainty("decision.follow_sharpness", 8.0, 22.0, "log"),
    Uncertainty("users.activity_concentration", 0.5, 8.0, "log"),
    Uncertainty("users.weight_sigma", 0.1, 0.8, "log"),
)
"""Assumptions that matter, but of which these observations cannot tell values beside those above (``--wide``)."""


def read_counts(folder: Path | None = None) -> pd.DataFrame:
    """KuaiRand's users: how many they follow, are followed by, and both.

    Parameters
    ----------
    folder
        The data's; None takes the environment variable FOLLOWER_DATA, or the usual place beside the repository.

    Raises
    ------
    ConfigError
        If the file is not there or not what it should be.
    """
    where = folder or Path(os.environ.get("FOLLOWER_DATA", USUAL_DATA))
    try:
        return pd.read_csv(where / FILE, usecols=list(COLUMNS))
    except FileNotFoundError:
        raise ConfigError(
            f"KuaiRand's {FILE} is not in {where}; the environment variable FOLLOWER_DATA names the folder that has it"
        ) from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{where / FILE}: cannot be read as KuaiRand's counts of users: {error}") from None


# Measures of a world, and the same of data ---------------------------------------------------------------------------


def quartile_spread(followers: ArrayLike) -> float:
    """Logarithm of the upper over the lower quartile of followers + 1: the shape of the middle, whatever its level."""
    low, high = np.quantile(followers, [0.25, 0.75]) + 1.0
    return float(np.log(high / low))


def upper_spread(followers: ArrayLike) -> float:
    """Logarithm of the top tenth's least over the median of followers + 1."""
    middle, high = np.quantile(followers, [0.5, 0.9]) + 1.0
    return float(np.log(high / middle))


def followers(world: Result) -> np.ndarray:
    """Followers of every creator."""
    return world.creators["followers"].to_numpy(np.float64)


def followees(world: Result) -> np.ndarray:
    """How many creators every user follows."""
    return np.bincount(world.follows["user"].to_numpy(np.int64), minlength=len(world.users))


def observations(counts: pd.DataFrame) -> tuple[Observation, ...]:
    """What the preset is fitted to, and how well that is known.

    Where a source gives a band, its middle is the value and a quarter of its width the scale. The scale of KuaiRand's
    numbers is what sampling leaves open (bootstrap) together with the difference between accounts of at most a year,
    as old as the users of a simulated world, and all accounts.
    """
    return (
        _of_fans("follower Gini", gini, counts),
        _of_fans("top 10% share", top_share, counts, "of followers"),
        _of_fans("ln q90 / q50 of followers", upper_spread, counts),
        Observation(
            "reciprocity",
            lambda world: reciprocity(world.follows, world.creators),
            *_known(counts, _returned),
            "of follows",
            KUAIRAND,
        ),
        Observation(
            "follows", lambda w: follows_per_user_day(w.daily), 0.165, 0.0175, "per user-day", LOGS, ratio=True
        ),
        Observation("likes per follow", lambda w: likes_per_follow(w.daily), 13.0, 0.5, source=LOGS, ratio=True),
        Observation("likes", lambda w: likes_per_exposure(w.daily), 0.085, 0.0325, "per exposure", LOGS, ratio=True),
        Observation(
            "unfollow hazard",
            lambda w: unfollow_hazard(w.daily),
            0.00195,
            0.000325,
            "per tie-day",
            UNFOLLOWING,
            ratio=True,
        ),
    )


def out_of_reach(counts: pd.DataFrame) -> tuple[Observation, ...]:
    """What KuaiRand shows and no world with the right number of follows does, whatever the values: shown, not fitted.

    An observation that cannot be met says nothing about values; it would only pull them to the ends of their ranges.
    """
    chosen = _known(counts, lambda some: gini(some["follow_user_num"]))
    sigma = _known(counts, lambda some: float(followee_summary(some["follow_user_num"]).sigma))
    return (
        _of_fans("ln q75 / q25 of followers", quartile_spread, counts),
        Observation("followee Gini", lambda world: gini(followees(world)), *chosen, source=KUAIRAND),
        Observation("spread of ln followees", lambda w: followee_summary(followees(w)).sigma, *sigma, source=KUAIRAND),
    )


def _of_fans(name: str, measure: Callable[[ArrayLike], float], counts: pd.DataFrame, unit: str = "1") -> Observation:
    """A measure of followers, of a world and of KuaiRand's users."""
    known = _known(counts, lambda some: measure(some["fans_user_num"]))
    return Observation(name, lambda world: measure(followers(world)), *known, unit, KUAIRAND)


def _returned(some: pd.DataFrame) -> float:
    """Mutual ties over follows, and over followers, halfway: the sample is not closed, so the two differ."""
    mutual, chosen, fans = (float(some[name].sum()) for name in ("friend_user_num", "follow_user_num", "fans_user_num"))
    return (mutual / chosen + mutual / fans) / 2.0


def _known(counts: pd.DataFrame, measure: Callable[[pd.DataFrame], float]) -> tuple[float, float]:
    """What all accounts show, and how well that is known."""
    value, young = measure(counts), measure(counts[counts["register_days"] <= YEAR])
    luck = np.random.default_rng(1)
    again = [measure(counts.iloc[luck.integers(len(counts), size=len(counts))]) for _ in range(RESAMPLES)]
    return value, math.hypot(float(np.std(again)), value - young)


# Simulating ---------------------------------------------------------------------------------------------------------


def simulate(
    problem: Problem,
    tasks: Sequence[tuple[Mapping[str, object], int]],
    name: str,
    *,
    workers: int | None = 1,
    executor: Any = None,
    progress: bool = True,
) -> np.ndarray:
    """What is measured in worlds of given values and seed: (tasks, numbers), NaN where one failed."""

    def one(task: tuple[Mapping[str, object], int]) -> Simulated:
        return problem.simulate_values(dict(task[0]), task[1])

    measured = []
    with crew(workers, executor) as hands, Watch(name, len(tasks), shown=progress) as watch:
        for simulated in in_order(one, tasks, hands):
            measured.append(simulated.measured)
            watch.count(failed=bool(simulated.failure))
    return np.stack(measured)


FRESH, CHOICE = 10_000, 20_000
"""First seeds of the comparison, and of the choice among draws; the seeds of the fit are drawn from 63 bits."""
CHOICE_SEEDS = 2
SETTINGS = ("defaults", "fitted")


def medians(found: Calibration) -> dict[str, object]:
    """Medians of all parameters, to as many digits as their intervals support.

    Of all of them, for they hang together: beside others that were fitted with it, no parameter can go back to its
    default because its own interval is wide.
    """
    return {str(name): _rounded(row["median"], row["low"], row["high"]) for name, row in found.estimate().iterrows()}


def _rounded(median: float, low: float, high: float) -> float:
    """To the last digit that is worth at most a quarter of the interval."""
    digits = -math.floor(math.log10((high - low) / 4.0))
    return round(float(median), digits)


def nearest(found: Calibration, draws: int, **who: Any) -> dict[str, object]:
    """Of some draws of the posterior, the one whose worlds of default size come nearest to the bands of ``check``.

    The posterior says which values agree in worlds that are smaller and younger than default ones, and in which rates
    still move. Distance: from the middle of each band that has two ends, in quarters of its width, squared and summed,
    of means over two seeds that nothing else uses.
    """
    posterior = found.posterior.sample(draws, replace=True, weights="weight", random_state=0)
    posterior = posterior.drop(columns="weight").drop_duplicates()  # a heavy draw comes more than once
    points = [{str(name): float(f"{value:.3g}") for name, value in row.items()} for row in posterior.to_dict("records")]
    seen = tuple(
        Observation(target.name, target.measure, (target.low + target.high) / 2, (target.high - target.low) / 4)
        for target in TARGETS
        if math.isfinite(target.high)
    )
    problem = Problem((), seen, _default_world())
    tasks = [({**GIVEN, **point}, CHOICE + seed) for point in points for seed in range(CHOICE_SEEDS)]
    measured = simulate(problem, tasks, "draws of the posterior", **who)
    means = measured.reshape(len(points), CHOICE_SEEDS, -1).mean(axis=1)
    off = (means - problem.observed) / problem.scales
    return dict(points[int(np.argmin((off**2).sum(axis=1)))])


def _default_world(record: Any = "daily") -> ScenarioSimulator:
    size = {"population.users": DEFAULT_USERS, "population.creators": DEFAULT_CREATORS}
    return ScenarioSimulator(Scenario(size, days=DEFAULT_DAYS), record)


def agreement(
    values: Mapping[str, object], seen: Sequence[Observation], world: World, seeds: int, **who: Any
) -> pd.DataFrame:
    """What worlds of the fit's size show on seeds it has not seen, at the defaults and with the values fitted.

    Returns
    -------
    One row per observed value: observed, scale, unit, and for both settings the mean over seeds, its standard error
    (``..._error``) and how far off it is in scales (``..._off``).
    """
    problem = Problem((), tuple(seen), ScenarioSimulator(Scenario(world.constants, days=world.days)))
    table = pd.DataFrame({"observed": problem.observed, "scale": problem.scales}, index=list(problem.labels))
    table.insert(2, "unit", [entry.unit for entry in seen for _ in entry.labels])
    for name, measured in _both(problem, values, seeds, "agreement", **who).items():
        table[name] = measured.mean(axis=0)
        table[f"{name}_error"] = measured.std(axis=0, ddof=1) / math.sqrt(seeds)
        table[f"{name}_off"] = problem.deviations(measured.mean(axis=0))
    return table.rename_axis("observation")


def checked(values: Mapping[str, object], seeds: int, **who: Any) -> dict[str, pd.DataFrame]:
    """The table of ``follower-dynamics check`` for worlds of default size and length, by setting."""
    targets = tuple(Observation(target.name, target.measure, 0.0, 1.0) for target in TARGETS)
    both = _both(Problem((), targets, _default_world("events")), values, seeds, "check", **who)
    shown = [replace(target, measure=itemgetter(k)) for k, target in enumerate(TARGETS)]
    return {name: check(list(measured), shown) for name, measured in both.items()}


def _both(problem: Problem, values: Mapping[str, object], seeds: int, name: str, **who: Any) -> dict[str, np.ndarray]:
    """What is measured at the defaults and with the values, (seeds, numbers) each, by setting."""
    tasks = [(given, FRESH + seed) for given in ({}, values) for seed in range(seeds)]
    return dict(zip(SETTINGS, simulate(problem, tasks, name, **who).reshape(2, seeds, -1), strict=True))


# Which assumptions what was observed depends on ----------------------------------------------------------------------
# One at a time, halved and doubled, under common random numbers: a first look in the spirit of Morris (Technometrics
# 1991), which does not see interactions.


NEAR: dict[str, tuple[float, float]] = {
    "decision.follow_threshold": (0.825, 0.925),
    "decision.like_threshold": (0.75, 0.85),
    "leaving.margin": (-0.05, 0.05),
    "population.initial_follows": (0.0, 20.0),
    "feed.like_weight": (0.0, 0.1),
}
"""Ends for parameters whose scale has no zero that would mean none, or whose default is 0."""
FITTED = ("feed.popularity_bias", "follow_back.courtesy")
"""Not uncertainties without a source, but values that were never published either: a lever, and one fitted before."""
HELD = ("feed.prior",)
"""Set by the size of the worlds of the fit."""


def candidates() -> dict[str, tuple[float, float]]:
    """Every number that is an assumption, with the two ends it is tried at: half and double, shares by their odds."""
    found = {}
    for name, declared in KNOWN.items():
        ends = NEAR.get(name) or _ends(declared)
        assumed = declared.kind == "uncertainty" and "assumption" in declared.source
        if (assumed or name in FITTED) and name not in HELD and ends is not None and ends[0] < ends[1]:
            found[name] = ends
    return found


def _ends(declared: Declaration) -> tuple[float, float] | None:
    default = declared.default
    if isinstance(default, bool) or not isinstance(default, int | float) or default == 0:
        return None
    low, high = float(declared.low or 0.0), float(declared.high or 0.0)
    if (low, high) == (0.0, 1.0) and isinstance(default, float):
        odds = default / (1.0 - default) if default < 1.0 else np.inf
        return (0.5, 1.0) if default == 1.0 else (odds / 2 / (1 + odds / 2), odds * 2 / (1 + odds * 2))
    ends = max(low, default / 2), min(high, default * 2)
    return (round(ends[0]), round(ends[1])) if isinstance(default, int) else ends


def screen(
    seen: Sequence[Observation], world: World, seeds: Sequence[int], names: Sequence[str] | None = None, **who: Any
) -> pd.DataFrame:
    """Effects on every observation of going from one end to the other, in scales.

    Returns
    -------
    One row per parameter, the most influential first: ``from``, ``to``, ``overall`` (root mean square over the
    observations), and the mean effect on each; NaN where a world failed.
    """
    ends = candidates()
    chosen = list(ends) if names is None else list(names)
    problem = Problem((), tuple(seen), ScenarioSimulator(Scenario(world.constants, days=world.days)))
    tasks = [({name: _typed(name, end)}, seed) for name in chosen for end in ends[name] for seed in seeds]
    cube = simulate(problem, tasks, "screen", **who).reshape(len(chosen), 2, len(seeds), -1)
    effects = (cube[:, 1] - cube[:, 0]).mean(axis=1) / problem.scales
    table = pd.DataFrame(effects, index=pd.Index(chosen, name="parameter"), columns=list(problem.labels))
    table.insert(0, "overall", np.sqrt(np.mean(np.square(effects), axis=1)))
    for place, end in ((1, "to"), (0, "from")):
        table.insert(0, end, [ends[name][place] for name in chosen])
    return table.sort_values("overall", ascending=False, kind="stable")


def _typed(name: str, value: float) -> object:
    return int(value) if isinstance(KNOWN[name].default, int) else value


# What it leaves -----------------------------------------------------------------------------------------------------


MISSED = 2.0
"""Scales from what was observed beyond which the fitted worlds are said to miss it."""
MATTERS = 1.0
"""Effect, in scales, from which the screen calls a parameter one that matters."""


@dataclass(frozen=True)
class Found:
    """Everything the script found out."""

    world: World
    calibration: Calibration
    values: dict[str, object]
    agreement: pd.DataFrame
    full: dict[str, pd.DataFrame] | None
    """By setting, the check of worlds of default size; None where they were not lived."""
    screen: pd.DataFrame | None
    recovery: Recovery | None


def leave(out: Path, found: Found) -> str:
    """Write everything into the folder; returns the summary.

    Raises
    ------
    OutputError
        If something cannot be written.
    """
    tables = {"posterior": found.calibration.posterior, "agreement": found.agreement.reset_index()}
    if found.screen is not None:
        tables["screen"] = found.screen.reset_index()
    if found.recovery is not None:
        tables["recovery"] = found.recovery.trials
    for name, table in tables.items():
        write_whole(out / f"{name}.csv", table.to_csv(index=False).encode())
    buffer = io.BytesIO()
    found.calibration.simulations.to_parquet(buffer, index=False)
    write_whole(out / "simulations.parquet", buffer.getvalue())
    defaults = {name: float(str(KNOWN[name].default)) for name in found.calibration.problem.names}
    save(found.calibration.plot(defaults), out / "figures" / "posterior")
    save(found.calibration.plot_pairs(), out / "figures" / "pairs")
    write_whole(out / f"{PRESET}.toml", toml(found.values).encode())
    text = summary(found)
    write_whole(out / "summary.md", text.encode())
    return text


def toml(values: dict[str, object]) -> str:
    """The values as a file that ``follower-dynamics run`` takes."""
    return Parameters().with_values(values).to_toml(only_changed=True)


def summary(found: Found) -> str:
    """The summary, as Markdown."""
    size = found.world
    parts = [
        f"# The preset `{PRESET}`",
        f"Worlds of {size.users:,} users and {size.creators:,} creators, {size.days} days; a popularity prior scaled "
        "to the number of users.",
        found.calibration.markdown(),
        "## Values",
        _values(found),
        "## Agreement on fresh seeds",
        f"Off: simulated less observed, in scales; beyond {MISSED:g} it is missed.",
        _agreement(found.agreement),
        _missed(found.agreement),
    ]
    if found.full is not None:
        parts += [
            f"## Worlds of default size ({DEFAULT_USERS:,} users, {DEFAULT_CREATORS:,} creators, {DEFAULT_DAYS} days)",
            *(f"{name}:\n\n```\n{format_check(found.full[name])}\n```" for name in SETTINGS),
        ]
    if found.screen is not None:
        parts += ["## Which assumptions these observations depend on", _screen(found.screen)]
    if found.recovery is not None:
        parts += ["## Recovery of known parameters", found.recovery.markdown()]
    return "\n\n".join(parts) + "\n"


def _values(found: Found) -> str:
    rows = [(f"`{name}`", f"{KNOWN[name].default:g}", f"{value:g}") for name, value in found.values.items()]
    told = "Those of the fit are medians of the posterior, in worlds of its size."
    if found.full:
        told = (
            "Those of the fit are, of some draws of the posterior, the one whose worlds of default size come nearest "
            "to the middle of the bands of `follower-dynamics check`, on seeds of their own."
        )
    same = PRESET in PRESETS and PRESETS[PRESET].values == found.values
    shipped = "These are the values the preset ships." if same else "The preset that is shipped has other values."
    return "\n\n".join(
        [
            markdown_table(("parameter", "default", "preset"), rows),
            f"{told} {shipped}",
            f"```toml\n{toml(found.values)}```",
        ]
    )


def _agreement(table: pd.DataFrame) -> str:
    rows: list[Sequence[str]] = []
    for name, row in table.iterrows():
        unit = "" if row["unit"] == "1" else f", {row['unit']}"
        cells = [f"{name}{unit}", number(row["observed"]), number(row["scale"], 2)]
        for setting in SETTINGS:
            cells += [
                f"{number(row[setting])} ± {number(row[f'{setting}_error'], digits=1)}",
                number(row[f"{setting}_off"], 1, signed=True),
            ]
        rows.append(cells)
    return markdown_table(("observation", "observed", "scale", "defaults", "off", "fitted", "off"), rows)


def _missed(table: pd.DataFrame) -> str:
    missed = [f"{name} ({off:+.1f} scales)" for name, off in table["fitted_off"].items() if abs(off) > MISSED]
    return f"Still missed: {'; '.join(missed)}." if missed else "Nothing is missed."


def _screen(table: pd.DataFrame) -> str:
    """Those that matter as a table, the others by name."""
    labels = list(table.columns[3:])
    matter = table[table[labels].abs().max(axis=1) >= MATTERS]
    rows = [
        (f"`{name}`", f"{row['from']:.3g} to {row['to']:.3g}", *(f"{row[label]:+.1f}" for label in labels))
        for name, row in matter.iterrows()
    ]
    others = [f"`{name}`" for name in table.index if name not in matter.index]
    return "\n\n".join(
        [
            f"Effect of going from one end to the other, in scales; of {len(table)} assumptions {len(matter)} move "
            f"some observation by at least {MATTERS:g}.",
            markdown_table(("parameter", "ends", *labels), rows),
            f"These do not, and nothing here can tell their values: {', '.join(others)}.",
        ]
    )


# The command --------------------------------------------------------------------------------------------------------


class Size(NamedTuple):
    """How much is done."""

    budget: int
    """Simulations of the fit."""
    particles: int
    """Draws of its rounds."""
    predicted: int
    """Worlds of the predictive check."""
    seeds: int
    """Fresh seeds on which defaults and preset are compared."""
    full_seeds: int
    """The same in worlds of default size; 0 leaves that out."""
    draws: int
    """Draws of the posterior among which worlds of default size choose; 0 takes medians."""


WHOLE, QUICK = Size(400, 120, 40, 8, 3, 24), Size(120, 40, 6, 2, 0, 0)
SCREEN_SEEDS = (11, 12, 13)
RECOVERY = {"budget": 300, "particles": 80}
FIT = "fit"
"""Folder of the simulations of the fit, from which the same command goes on where it was stopped."""
CONTENTS = (
    FIT,
    "posterior.csv",
    "simulations.parquet",
    "agreement.csv",
    "screen.csv",
    "recovery.csv",
    "figures",
    "summary.md",
    "short_video.toml",
)
REFUSED, INTERRUPTED = 2, 130


@dataclass(frozen=True)
class Wanted:
    """What was asked for."""

    out: Path
    quick: bool = False
    budget: int | None = None
    workers: int | None = None
    seed: int = 1
    screen: bool = False
    wide: bool = False
    recover: int = 0
    fresh: bool = False
    progress: bool = True


app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def main(
    out: Annotated[Path, typer.Option(help="Folder for what comes out.")] = Path("out/short_video"),
    quick: Annotated[bool, typer.Option("--quick", help="Small worlds and few of them, to see that it works.")] = False,
    budget: Annotated[int | None, typer.Option(help="Simulations of the fit [default: 400].", min=40)] = None,
    workers: Annotated[int | None, typer.Option(help="Processes [default: one per core].", min=1)] = None,
    seed: Annotated[int, typer.Option(help="Of everything drawn.", min=0)] = 1,
    screen: Annotated[bool, typer.Option("--screen", help="First see which assumptions matter at all.")] = False,
    wide: Annotated[bool, typer.Option("--wide", help="Fit also what turned out not to be identifiable.")] = False,
    recover: Annotated[int, typer.Option(help="Trials with known parameters, in small worlds.", min=0)] = 0,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start over in a folder that has another fit.")] = False,
) -> None:
    """Fit the preset short_video to KuaiRand and to the rates of the field, and print its values.

    The data are looked for in the folder that the environment variable FOLLOWER_DATA names.
    """
    try:
        typer.echo(fit(Wanted(out, quick, budget, workers, seed, screen, wide, recover, fresh)))
    except FollowerDynamicsError as error:
        note(f"error: {error}")
        raise typer.Exit(REFUSED) from None
    except KeyboardInterrupt:
        note("stopped: the simulations of the fit are kept, and the same command continues from there")
        raise typer.Exit(INTERRUPTED) from None


def fit(wanted: Wanted) -> str:
    """Do all of it, leave it in the folder, and return the summary.

    Raises
    ------
    ConfigError
        If the data are not there.
    ResultError, OutputError
        If the folder belongs to something else, or cannot be written.
    """
    counts = read_counts()
    seen, beyond = observations(counts), out_of_reach(counts)
    settings = {"quick": wanted.quick, "wide": wanted.wide, "budget": wanted.budget, "seed": wanted.seed}
    identity = {"name": "short_video", **settings, "code": history_version()}
    claim(wanted.out, "experiment", identity, fresh=wanted.fresh, contents=CONTENTS)
    announce_compilation("compiled")
    size, world = (QUICK, SMALL) if wanted.quick else (WHOLE, USUAL)
    budget, free = wanted.budget or size.budget, (*FREE, *UNTOLD) if wanted.wide else FREE
    with crew(wanted.workers) as hands:
        who: dict[str, Any] = {"workers": 1, "executor": hands, "progress": wanted.progress}
        where = SMALL if wanted.quick else SCREENED
        looked = screen((*seen, *beyond), where, SCREEN_SEEDS, **who) if wanted.screen else None
        drawn = {"budget": budget, "particles": min(size.particles, budget), "seed": wanted.seed}
        place = {"folder": wanted.out / FIT, "fresh": wanted.fresh}
        found = calibrate(free, seen, days=world.days, constants={**world.constants, **GIVEN}, **drawn, **place, **who)
        found.predictive(size.predicted, **who)
        chosen = nearest(found, size.draws, **who) if size.draws else medians(found)
        values = {**GIVEN, **chosen}
        compared = agreement(values, (*seen, *beyond), world, size.seeds, **who)
        full = checked(values, size.full_seeds, **who) if size.full_seeds else None
        small = ScenarioSimulator(Scenario({**SMALL.constants, **GIVEN}, days=SMALL.days))
        trials = {"trials": wanted.recover, "seed": wanted.seed, **RECOVERY}
        again = recover(free, seen, small, **trials, **who) if wanted.recover else None
    return leave(wanted.out, Found(world, found, values, compared, full, looked, again))


if __name__ == "__main__":
    app(prog_name="python -m benchmarks.fits.short_video")

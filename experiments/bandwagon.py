"""Bandwagon: does following what others follow make stars of the lucky?

Peer influence enters a user's choice with a weight, part of it through the user's own peers and part through the crowd
(the shown number of followers); the recommender shows the popular more, by its popularity bias. Both are varied against
each other in parallel worlds (Salganik, Dodds and Watts, Science 2006): the same users, creators, talents and social
graph, different random draws. If the bandwagon makes stars, worlds become more unequal and less alike, and success
follows talent less closely, as its weight grows.

Weights are shares of one appeal: more weight for peers is less for everything else, and since worlds begin without
follows, a heavier bandwagon by itself means far fewer follows, and few follows are both unequal and unpredictable for
no other reason than being few. Therefore the follow threshold is set anew in every population, such that users follow
as much as on real platforms (`simulation.experiment.volume`).

A replicate is a population in 4 parallel worlds, which share users, creators, talents and social graph and
differ in random draws. Every measure is taken within a population, and intervals are over populations. The weight of
peer influence goes from 0 to 4 (every other motive weighs 1), the share of the crowd in it
from 0 (*peers only*) to 1 (*crowd only*, at weight 2), each at every popularity bias of the recommender.
Unpredictability U is the mean absolute difference of a creator's market share between two worlds (Salganik, Dodds and
Watts, Science 2006). Return on early luck: how many per cent more followers a creator gains after a quarter of the days
in a world where it held 1% more by then; since the same creators are compared across worlds, talent plays no part in
it. In the figures thin lines are intervals of means; thick ones leave out what populations differ by at every point
(Cousineau 2005, Morey 2008), and are those to compare points by.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from simulation.analysis import gini, rank_correlation, unpredictability
from simulation.analysis.headline import HEADLINE
from simulation.analysis.tables import FloatArray
from simulation.analysis.wording import number, percent
from simulation.cli.experiment import main
from simulation.experiment import Arm, Expectation, Experiment, Figures, Findings, Scale, World
from simulation.experiment.declare import VOLUME as VOLUME_OUTCOMES
from simulation.experiment.groups import share_of
from simulation.experiment.judge import mean_of
from simulation.experiment.volume import THRESHOLD, VOLUME, hold
from simulation.parameters import KNOWN
from simulation.plots.axes import title
from simulation.plots.style import DOUBLE, GREY, LINES, label_ends, new_figure, styled
from simulation.study import Outcome

WEIGHT, CROWD = "factors.peer_influence.weight", "factors.peer_influence.crowd_weight"
BIAS = "feed.popularity_bias"
USUAL_BIAS, USUAL_CROWD = (float(str(KNOWN[name].default)) for name in (BIAS, CROWD))
WEIGHTS, BIASES, CROWDS = (0.0, 0.5, 1.0, 2.0, 4.0), (0.0, 1.0, 2.0), (0.0, 0.7, 1.0)
CROWD_AT = 2.0
"""Weight of peer influence at which the share of the crowd is varied."""
EARLY = 0.25
"""Share of the days after which followers count as early."""
WORLDS = 4
"""Parallel worlds of each population."""
MEASURES = {
    "inequality": ("inequality of followers\n(Gini coefficient)", "makes followers more unequal", 1),
    "unpredictability": ("unpredictability\n($10^{-3}$ of market share)", "makes success less predictable", 1),
    "rank_correlation": ("rank correlation\nof followers with talent", "lets success follow talent less", -1),
    "early_lead": ("return on early luck\n(% more gained per 1% more held)", "makes early luck pay more", 1),
}
"""Label of each measure's axis, what the bandwagon does to it, and the sign of that."""
SWEEP = {WEIGHT: "weight of peer influence", CROWD: "share of the crowd in peer influence"}
MUSIC_LAB = ((0.0049, 0.0082), (0.0038, 0.0126))
"""Unpredictability from independent choice to a weak and a strong signal: Salganik, Dodds and Watts, Science 2006."""


def early_lead(early: FloatArray, late: FloatArray) -> float:
    """How much of an early lead that is due to chance alone is repaid later: an elasticity.

    Slope of log(1 + followers gained later) on log(1 + followers held early), over creators and worlds, each creator's
    own means over the worlds subtracted (fixed effects): talent and all else that a creator brings is the same in every
    world, so only chance is left. 0: a head start brings nothing; 1: 10% more early followers bring 10% more later.
    NaN where early followers do not differ between worlds.
    """
    x, y = np.log1p(early), np.log1p(late)
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    return share_of(float((x * y).sum()), float((x * x).sum()))


def measured(followers: FloatArray, talent: FloatArray, early: FloatArray, late: FloatArray) -> dict[str, float]:
    """Every measure of one population, from (worlds, creators); ``talent`` is (creators,)."""
    return {
        "inequality": float(np.mean([gini(world) for world in followers])),
        "unpredictability": 1000 * unpredictability(followers),
        "rank_correlation": float(np.mean([rank_correlation(world, talent) for world in followers])),
        "early_lead": early_lead(early, late),
    }


def early_day(days: int) -> int:
    """Days after which followers count as early."""
    return max(1, round(EARLY * days))


def live(world: World) -> Outcome:
    """One population in parallel worlds, measured together; the threshold is found in the first of them."""

    def simulate(threshold: float, luck: int = 0) -> dict[str, FloatArray]:
        model = world.model({THRESHOLD: threshold}, luck=luck)
        model.run_for(early_day(world.days))
        creators = model.state.creators
        found = {"talent": creators.talent.copy(), "early": creators.followers.copy()}
        gained = creators.total_gained.copy()
        model.run_for(world.days - early_day(world.days))
        found |= {"followers": creators.followers.copy(), "late": creators.total_gained - gained}
        result = model.result()
        return found | {name: np.array(HEADLINE[name](result)) for name in VOLUME_OUTCOMES}

    held = hold(simulate, lambda found: float(found["follows_per_user_day"]))
    several = [held.found, *(simulate(held.threshold, luck) for luck in range(1, WORLDS))]
    numbers = {name: np.array([one[name] for one in several], dtype=np.float64) for name in held.found}
    values = measured(numbers["followers"], held.found["talent"], numbers["early"], numbers["late"])
    values |= {name: float(numbers[name].mean()) for name in VOLUME_OUTCOMES}
    values |= {"threshold": held.threshold, "follows_at_default": next(iter(held.tried.values()))}
    count = numbers["followers"].shape[1]
    creators = {name: numbers[name].ravel() for name in ("followers", "talent", "early", "late")}
    return Outcome(
        values, {"world": np.repeat(np.arange(WORLDS), count), "creator": np.tile(np.arange(count), WORLDS), **creators}
    )


def name_of(bias: float, weight: float, crowd: float) -> str:
    """What a point is called."""
    words = {USUAL_CROWD: f"weight {number(weight)}", 0.0: "peers only", 1.0: "crowd only"}
    return words.get(crowd, f"crowd {number(crowd)}") + ("" if bias == USUAL_BIAS else f", bias {number(bias)}")


def every_point() -> dict[str, Arm]:
    """Weight against popularity bias at the usual share of the crowd; share of the crowd against it at one weight."""
    points = [(bias, weight, USUAL_CROWD) for bias in (USUAL_BIAS, *BIASES) for weight in WEIGHTS]
    points += [(bias, CROWD_AT, crowd) for bias in (USUAL_BIAS, *BIASES) for crowd in CROWDS]
    return {
        name_of(*point): Arm(name_of(*point), _about(*point), dict(zip((BIAS, WEIGHT, CROWD), point, strict=True)))
        for point in points
    }


def _about(bias: float, weight: float, crowd: float) -> str:
    share = f"peer influence weighs {number(weight)}, {percent(crowd)} of it is the crowd"
    return f"{share}; popularity bias {number(bias)}"


def ends(bias: float) -> tuple[tuple[str, str, str], ...]:
    """What changes, and names of the points with most and least of it: the ends of both sweeps at one bias."""
    none, heavy = (name_of(bias, weight, USUAL_CROWD) for weight in (WEIGHTS[0], WEIGHTS[-1]))
    peers, crowd = (name_of(bias, CROWD_AT, share) for share in (0.0, 1.0))
    return ("a heavier bandwagon", heavy, none), ("more crowd in it", crowd, peers)


def expectations() -> Iterator[Expectation]:
    """Every measure at the ends of both sweeps, at the usual popularity bias first."""
    for bias in dict.fromkeys((USUAL_BIAS, *BIASES)):
        where = "" if bias == USUAL_BIAS else f" (popularity bias {bias:g})"
        for what, arm, than in ends(bias):
            for name, (_, says, sign) in MEASURES.items():
                bound = {} if sign > 0 else {"high": 0.0}
                first = bias == USUAL_BIAS and what.startswith("a heavier") and name in ("inequality", "early_lead")
                yield Expectation(f"{what} {says}{where}", name, arm, than, headline=first, **bound)
    yield Expectation("success still follows talent", "rank_correlation", ends(USUAL_BIAS)[0][1])


# Figures and remarks ------------------------------------------------------------------------------------------------


def estimates(runs: pd.DataFrame, measure: str) -> pd.DataFrame:
    """Means over populations, one row per point, with two intervals.

    ``low`` to ``high`` is Student's t interval of the mean. ``within_low`` to ``within_high`` is the same after the
    differences between populations are removed (Cousineau 2005, with Morey's correction of 2008): it is the one to
    compare points of one popularity bias by, since all points meet the same populations.
    """
    rows = []
    for _, family in runs.groupby(BIAS):
        values = family.pivot(index="replicate", columns="arm", values=measure)
        count = len(values.columns)
        centred = values.sub(values.mean(axis=1), axis=0) * np.sqrt(count / max(count - 1, 1))
        for arm in values.columns:
            mean, within = mean_of(values[arm]), mean_of(centred[arm])
            shift = mean.estimate - within.estimate
            inner = {"within_low": within.low + shift, "within_high": within.high + shift}
            rows.append({"arm": arm, "estimate": mean.estimate, "low": mean.low, "high": mean.high, **inner})
    levers = runs.groupby("arm")[[BIAS, WEIGHT, CROWD]].first()
    return pd.DataFrame(rows).join(levers, on="arm")


def draw_sweep(axes: Axes, table: pd.DataFrame, lever: str) -> None:
    """Estimates against one lever: for each popularity bias a line with both intervals."""
    other, at = (CROWD, USUAL_CROWD) if lever == WEIGHT else (WEIGHT, CROWD_AT)
    rows = table[np.isclose(table[other], at)].sort_values(lever)
    labels = []
    for place, (bias, line) in enumerate(rows.groupby(BIAS)):
        x, colour = line[lever] + 0.012 * np.ptp(rows[lever]) * (place - 1), LINES[place % len(LINES)]
        axes.plot(x, line["estimate"], color=colour, marker="o", ms=2.4)
        axes.vlines(x, line["low"], line["high"], color=colour, lw=0.5)
        axes.vlines(x, line["within_low"], line["within_high"], color=colour, lw=1.8)
        labels.append((float(line["estimate"].iloc[-1]), f"popularity bias {bias:g}", colour))
    axes.set_xlabel(SWEEP[lever])
    label_ends(axes, labels)


@styled
def measure_figure(table: pd.DataFrame, measure: str) -> Figure:
    """One measure against the weight of peer influence and against the share of the crowd, by popularity bias."""
    figure = new_figure(DOUBLE, 2.5)
    panels = figure.subplots(1, 2, sharey=True)
    for axes, lever in zip(panels, SWEEP, strict=True):
        draw_sweep(axes, table, lever)
    panels[0].set_ylabel(MEASURES[measure][0])
    title(panels, ["", ""])
    return figure


@styled
def two_worlds(pairs: Mapping[str, tuple[pd.DataFrame, pd.DataFrame]]) -> Figure:
    """Followers of every creator in two worlds of one population, a panel per title: the same talents, other stars.

    Creators are coloured by talent; on the dashed line chance plays no part.
    """
    figure = new_figure(DOUBLE, 3.0)
    grid = figure.subplots(1, len(pairs), sharex=True, sharey=True, squeeze=False)[0]
    for axes, (one, two) in zip(grid, pairs.values(), strict=True):
        axes.axline((0, 0), slope=1, color=GREY, lw=0.6, ls="--", zorder=1)
        dots = axes.scatter(one["followers"], two["followers"], c=one["talent"], s=11, vmin=0, vmax=1, lw=0)
        axes.set_aspect("equal")
        axes.set_xlabel("followers in one world (users)")
    title(grid, list(pairs))
    grid[0].set_ylabel("followers in another world (users)")
    figure.colorbar(dots, ax=list(grid), fraction=0.03, pad=0.02, label="talent")
    return figure


def figures(found: Findings) -> Figures:
    """Every measure against both levers, and two worlds of one population."""
    for measure in MEASURES:
        yield measure, measure_figure(estimates(found.runs, measure), measure)
    first, pairs = found.details[found.details["replicate"] == 0], {}
    for bias, weight in ((BIASES[0], WEIGHTS[0]), (BIASES[-1], WEIGHTS[-1])):
        worlds = first[first["arm"] == name_of(bias, weight, USUAL_CROWD)].groupby("world")
        pairs[f"weight {weight:g}, popularity bias {bias:g}"] = worlds.get_group(0), worlds.get_group(1)
    yield "two_worlds", two_worlds(pairs)


def remarks(found: Findings) -> list[str]:
    """What the recommender changes, how the volume would have changed, and the ratios of the Music Lab."""
    ends_of = {bias: [name_of(bias, weight, USUAL_CROWD) for weight in (WEIGHTS[0], WEIGHTS[-1])] for bias in BIASES}
    changes = [
        f"At weight {weight:g}: "
        + "; ".join(f"{name.replace('_', ' ')} {found.said(name, most, least)}" for name in MEASURES)
        + "."
        for weight, least, most in zip((WEIGHTS[0], WEIGHTS[-1]), ends_of[BIASES[0]], ends_of[BIASES[-1]], strict=True)
    ]
    at_default = [number(found.mean("follows_at_default", arm).estimate) for arm in ends_of[USUAL_BIAS]]
    ratios = []
    for bias, arms in ends_of.items():
        low, high = (found.mean("unpredictability", arm).estimate for arm in arms)
        ratios.append(f"{high / low:.2f} at popularity bias {bias:g}")
    weak, strong = (after / before for before, after in MUSIC_LAB)
    return [
        f"**Popularity bias of the recommender from {BIASES[0]:g} to {BIASES[-1]:g}.** {' '.join(changes)}",
        f"**Volume is held on purpose.** The follow threshold is set so that users follow {VOLUME:g} creators per day. "
        f"With the default threshold, follows per user per day would go from {at_default[0]} at weight {WEIGHTS[0]:g} "
        f"to {at_default[1]} at weight {WEIGHTS[-1]:g}: weights are shares of one appeal, so in a young world, without "
        "follows, what peer influence gains the other motives lose.",
        f"**Music Lab.** The heaviest weight multiplies U by {', '.join(ratios)}. In the Music Lab a weak social "
        f"signal multiplied it by {weak:.2f} and a strong one by {strong:.2f} (48 songs; U itself depends on the "
        "number of items, so only ratios compare), with inequality rising as well.",
    ]


POINTS = every_point()
ARMS = [name for _, *pair in ends(USUAL_BIAS) for name in reversed(pair)]
EXPERIMENT = Experiment(
    name="bandwagon",
    question="Does following what others follow make stars of the lucky?",
    claim="6. Peers' choices and a large following draw more followers: the bandwagon",
    about=__doc__,
    arms=tuple(POINTS[name] for name in ARMS),
    points=tuple(arm for name, arm in POINTS.items() if name not in ARMS),
    outcomes={
        "inequality": ("1", "Gini coefficient of followers, mean over worlds"),
        "unpredictability": ("10⁻³", "U: difference of a creator's market share between two worlds, mean over pairs"),
        "rank_correlation": ("1", "Rank correlation of followers with talent, mean over worlds"),
        "early_lead": ("1", "Return on early luck: elasticity of later gains with respect to early followers"),
        "threshold": ("1", "Follow threshold that holds the volume"),
        "follows_at_default": ("follows/user-day", "Follows per user per day at the default threshold"),
    },
    live=live,
    expectations=tuple(expectations()),
    usual=Scale(users=1000, days=100, replicates=8, samples=24),
    quick=Scale(users=120, days=20, replicates=2, samples=5),
    figures=figures,
    remarks=remarks,
    certain=(THRESHOLD,),
)

if __name__ == "__main__":
    main(__file__)

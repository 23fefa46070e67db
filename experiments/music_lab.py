"""Music Lab: does seeing what others chose make success more unequal and less predictable at once?

Salganik, Dodds and Watts (Science 2006) let people choose among 48 unknown songs, alone or in one of eight worlds that
show how often each song was chosen there. Here songs are creators, and a choice is a follow; worlds share songs, appeal
and choosers, and differ in random draws. Choosers come one by one, listen to some songs and take about four of them.

Nothing here is fitted, and songs and people differ in all that creators and users differ in. A lab that was fitted to
the first experiment is the preset ``music_lab``.

The Music Lab of Salganik, Dodds and Watts (Science 2006) in the model. A replicate is a set of songs (creators, of all
talents, voices and tempers) and of people who come one by one, each listening once to some songs and taking about four
of them (a follow). One run is eight worlds of one condition, which share songs and people and differ in random draws,
and a ninth in which all choose alone; success there is the measure of quality, as in the experiments. *Independent*: no
counts, songs in random order. *Weak*: counts are shown beside songs, still in random order (experiment 1); they act as
the crowd in peer influence. *Strong*: listening depends on counts too, in proportion to them, as in a ranked list
(experiment 2). As a count adds to appeal, the threshold of taking a song is set in each condition such that as many are
taken as in the others: more choices alone would make success more equal and more predictable.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from simulation.analysis import market_shares, rank_correlation, unpredictability, world_gini
from simulation.analysis.tables import FloatArray
from simulation.analysis.wording import markdown_table, number
from simulation.cli.experiment import main
from simulation.experiment import Arm, Expectation, Experiment, Figures, Findings, Scale, World
from simulation.experiment.volume import THRESHOLD, hold
from simulation.plots.axes import title
from simulation.plots.style import BLACK, BLUE, DOUBLE, GREEN, GREY, VERMILLION, new_figure, plain_log_ticks, styled
from simulation.presets import preset
from simulation.study import Outcome

WORLDS = 8
"""Worlds of one set of songs, as in the experiments; their independent world comes on top."""
CHOICES = 4.0
"""Songs that a chooser takes, on average; the threshold is set for it in every world's condition."""
LISTENED = 12.0
"""Songs that a chooser listens to (an assumption: three for each that is taken)."""
POPULAR, RANDOM = "feed.mix.popular", "feed.mix.random"
BIAS, HIDDEN = "feed.popularity_bias", "feed.hide_follower_counts"
LINEAR, STEEP = 1.0, 2.0
"""Exponents of counts in what is listened to: in proportion to them, and in proportion to their squares."""
ALONE = {POPULAR: 0.0, RANDOM: 1.0, HIDDEN: True}
"""No counts, and songs in random order."""
GRID = {POPULAR: 0.0, RANDOM: 1.0, HIDDEN: False}
"""FloatArray beside songs in random order, as in experiment 1."""
RANKED = {POPULAR: 1.0, RANDOM: 0.0, HIDDEN: False}
"""FloatArray, and listening depends on them, as in the ranked list of experiment 2."""
LAB = {
    **preset("polya").changed(),
    "session.slots": LISTENED,
    "feed.distinct": True,
    "decision.follow_rule": "logit",
    "factors.peer_influence.crowd_weight": 1.0,
}
"""As in the urn of Polya: people come one by one, listen on the day they come, there are no unfollows and no peers. But
songs differ, and are taken by their appeal."""
BY_SIZE = ("population.users", "population.creators", "population.present_at_start", *ALONE)
"""What of it is set by size or condition."""
COLOURS = {"independent": GREY, "weak": BLUE, "strong": VERMILLION}
CURVES = {LINEAR: (GREEN, "listening in proportion to counts"), STEEP: (BLACK, "listening by their squares")}
SIGNAL = {1: "weak", 2: "strong"}
"""Arm that stands for the social condition of each experiment."""
LEAST_SHARE = 0.05
"""Smallest market share shown, %: in the model some songs are not taken at all."""


class Numbers(NamedTuple):
    """Results of one experiment; unpredictability in thousandths."""

    inequality_alone: float
    unpredictability_alone: float
    inequality: float
    unpredictability: float
    merit: float


PUBLISHED = {1: Numbers(0.244, 4.9, 0.340, 8.2, 0.77), 2: Numbers(0.187, 3.8, 0.498, 12.6, 0.66)}
"""By number of the experiment: Salganik, Dodds and Watts, Science 2006."""
FOLDER = Path(os.environ.get("FOLLOWER_DATA", Path(__file__).parents[1] / ".." / "shared" / "data"))
"""Real data: downloads are in its ``musiclab``; without them only the published numbers are shown."""


def downloads(experiment: int, folder: Path = FOLDER) -> FloatArray | None:
    """Downloads of every song, (9, songs): eight worlds with a signal and the independent one; None without a file."""
    path = folder / f"musiclab/downloads_v{experiment}_lexorder.txt"
    return np.loadtxt(path, delimiter=",", dtype=np.float64)[:, 1:].T if path.is_file() else None


def computed(songs: FloatArray) -> Numbers:
    """The numbers of an experiment from its downloads, (9, songs); of the independent world by 1,000 random halves."""
    social, alone = songs[:-1], songs[-1]
    toss = np.random.default_rng(0)
    halves = [toss.binomial(alone.astype(np.int64), 0.5).astype(np.float64) for _ in range(1000)]
    found = measured(Lab(social, alone, 1))
    return Numbers(
        float(world_gini([alone])[0]),
        1000 * float(np.mean([unpredictability(np.stack([half, alone - half])) for half in halves])),
        *(found[name] for name in ("inequality", "unpredictability", "merit")),
    )


def sorted_shares(taken: FloatArray) -> FloatArray:
    """Market share of the most taken song of a world, of the next, ...: (worlds, songs) -> means over worlds."""
    return np.asarray(np.sort(market_shares(taken), axis=1)[:, ::-1].mean(axis=0))


@dataclass(frozen=True)
class Lab:
    """What the choosers of one set of songs took."""

    taken: FloatArray
    """(worlds, songs): how often each song was taken in each world."""
    alone: FloatArray
    """(songs,): the same in one more world, in which choosers did not see what others took: the measure of quality."""
    choosers: int


def measured(lab: Lab) -> dict[str, float]:
    """All outcomes of one set of songs."""
    return {
        "inequality": float(world_gini(lab.taken).mean()),
        "unpredictability": 1000 * unpredictability(lab.taken),
        "merit": float(np.mean([rank_correlation(world, lab.alone) for world in lab.taken])),
        "choices": float(lab.taken.sum()) / (len(lab.taken) * lab.choosers),
    }


def live(world: World) -> Outcome:
    """One set of songs: eight worlds of one condition and one in which all choose alone, measured."""
    alone = worlds(world, ALONE, range(WORLDS, WORLDS + 1))[0]
    lab = Lab(worlds(world, {}, range(WORLDS)), alone, world.days)
    shares = sorted_shares(lab.taken)
    return Outcome(measured(lab), {"rank": np.arange(1, shares.size + 1), "share": shares})


def worlds(world: World, values: Mapping[str, object], numbers: range) -> FloatArray:
    """How often each song is taken in worlds of one condition; the threshold is found in the first of them."""
    start = {"population.present_at_start": world.run.parameters()["population.creators"], **values}

    def taken(threshold: float, luck: int) -> FloatArray:
        model = world.simulated({**start, THRESHOLD: threshold}, luck=luck)
        return model.state.creators.followers.astype(np.float64)

    held = hold(lambda at: taken(at, numbers[0]), lambda counts: float(counts.sum()) / world.days, CHOICES)
    return np.array([held.found, *(taken(held.threshold, luck) for luck in numbers[1:])])


def curve(runs: pd.DataFrame, bias: float) -> pd.DataFrame:
    """Means over sets of songs as the share of listening that depends on counts rises, one row per share.

    Without any such listening its exponent means nothing, so both curves begin at the same condition.
    """
    seen = runs[~runs[HIDDEN].astype(bool)]
    own = seen[(seen[BIAS] == bias) | (seen[POPULAR] == 0)]
    own = own[own["replicate"] <= seen.groupby("arm")["replicate"].max().min()]
    return own.groupby(POPULAR)[["inequality", "unpredictability", "merit"]].mean()


@styled
def lab_figure(found: Findings) -> Figure:
    """Unpredictability against inequality, and how market shares fall with rank, beside the experiments' own."""
    figure = new_figure(DOUBLE, 3.4)
    left, right = figure.subplots(1, 2, width_ratios=(1.25, 1))
    for bias, (colour, label) in CURVES.items():
        line = curve(found.runs, bias)
        left.plot(*line[["inequality", "unpredictability"]].T.to_numpy(), ".-", c=colour, label=f"model, {label}")
    for arm, colour in COLOURS.items():
        g, u = (found.mean(name, arm) for name in ("inequality", "unpredictability"))
        errors = [[[mean.estimate - mean.low], [mean.high - mean.estimate]] for mean in (g, u)]
        left.errorbar(g.estimate, u.estimate, *errors[::-1], fmt="o", color=colour, label=f"model, {arm}")
        share = ranked(found.details, arm)
        right.plot(share.index, 100 * share, color=colour)
    for (experiment, real), marker in zip(PUBLISHED.items(), "sD", strict=True):
        ends = (real.inequality_alone, real.inequality), (real.unpredictability_alone, real.unpredictability)
        left.plot(*ends, f"{marker}:", color=BLACK, mfc="white", ms=4.5, lw=0.6, label=f"experiment {experiment}")
        songs = downloads(experiment)
        if songs is not None:
            shares = 100 * sorted_shares(songs[:-1])
            right.plot(
                np.arange(1, shares.size + 1), shares, marker, ms=2.6, mfc="white", c=COLOURS[SIGNAL[experiment]]
            )
    right.set_yscale("log")
    plain_log_ticks(right.yaxis)
    left.set_ylim(bottom=0)
    right.set_ylim(bottom=LEAST_SHARE)
    left.set(
        xlabel="inequality G (Gini coefficient of market shares)", ylabel="unpredictability U ($10^{-3}$ of share)"
    )
    right.set(xlabel="song, by rank in its world", ylabel="market share (%)")
    title((left, right), ["", ""])
    figure.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=4, fontsize=6.5)
    return figure


def ranked(details: pd.DataFrame, arm: str) -> pd.Series:
    """Market share by rank in one arm."""
    return details[details["arm"] == arm].groupby("rank")["share"].mean()


def figures(found: Findings) -> Figures:
    """Inequality against unpredictability, beside the experiments."""
    yield "music_lab", lab_figure(found)


def remarks(found: Findings) -> list[str]:
    """The table beside the experiments, ratios, and whether one prominence fits inequality and unpredictability."""
    real = {experiment: songs for experiment in PUBLISHED if (songs := downloads(experiment)) is not None}
    parts = ["### Comparison with the experiments", _table(found, real), _ratios(found)]
    return [*parts, *([_shape(found, real)] if real else []), _both(found)]


def _table(found: Findings, real: Mapping[int, FloatArray]) -> str:
    """Levels of every condition in the model, as published, and from the tables of downloads."""
    shown = ("inequality", "unpredictability", "merit")
    rows = [[f"model, {arm}", *(found.said(name, arm) for name in shown)] for arm in COLOURS]
    for experiment, published in PUBLISHED.items():
        sources = {"as published": published}
        if experiment in real:
            sources["from its downloads"] = computed(real[experiment])
        for source, numbers in sources.items():
            name = f"experiment {experiment}, {source}"
            g, u, *social = numbers
            rows.append([f"{name}, independent", number(g, 3), number(u, 1), "-"])
            cells = [number(value, digits) for value, digits in zip(social, (3, 1, 2), strict=True)]
            rows.append([f"{name}, {SIGNAL[experiment]}", *cells])
    missing = "" if real else " Without the tables of downloads only published numbers are shown."
    return markdown_table(("", "inequality G", "unpredictability U (10⁻³)", "rank correlation with quality"), rows) + (
        "\n\nExperiments: Salganik, Dodds and Watts, Science 2006. The independent condition had one world, so that "
        "its unpredictability is that of random halves of it; its rank correlation with itself says nothing, while "
        "that of the model is between worlds. The halves computed here differ more than published ones: how those were "
        f"made cannot be seen from the tables, which do not say who took which songs.{missing}"
    )


def _ratios(found: Findings) -> str:
    sentences = []
    for experiment, arm in SIGNAL.items():
        real = PUBLISHED[experiment]
        parts = []
        for name in ("inequality", "unpredictability"):
            model = found.mean(name, arm).estimate / found.mean(name, "independent").estimate
            parts.append((number(model, 2), number(getattr(real, name) / getattr(real, f"{name}_alone"), 2)))
        (g, real_g), (u, real_u) = parts
        sentences.append(
            f"A {arm} signal multiplies G by {g} in the model and by {real_g} in experiment {experiment}, U by {u} and "
            f"{real_u}"
        )
    return f"**By how much.** {'. '.join(sentences)}."


def _shape(found: Findings, real: Mapping[int, FloatArray]) -> str:
    """Whether inequality has the same shape: the most taken song, and the half of songs that is taken least."""
    sentences = []
    for experiment, songs in real.items():
        both = (ranked(found.details, SIGNAL[experiment]).to_numpy(np.float64), sorted_shares(songs[:-1]))
        cells = ((number(100 * part, 1) for part in (shares[0], shares[shares.size // 2 :].sum())) for shares in both)
        (top, half), (real_top, real_half) = cells
        sentences.append(
            f"With a {SIGNAL[experiment]} signal the most taken song of a world has {top}% of all choices in the model "
            f"and {real_top}% in experiment {experiment}, the half of songs taken least {half}% and {real_half}%"
        )
    return f"**Stars and tails.** {'. '.join(sentences)}."


def _both(found: Findings) -> str:
    """Where a curve of growing prominence passes the experiments' inequality, and how unpredictable it is there."""
    sentences = [
        "**Can one signal bring about both?** Along two curves ever more of what is listened to depends on counts, "
        "from nothing to everything, in proportion to them (linear) or to their squares."
    ]
    for bias, name in ((LINEAR, "linear"), (STEEP, "squared")):
        line = curve(found.runs, bias).sort_values("inequality")
        least, most = line["inequality"].iloc[[0, -1]]
        for experiment, real in PUBLISHED.items():
            here = f"the inequality of experiment {experiment} ({real.inequality:g})"
            if not least <= real.inequality <= most:
                sentences.append(f"The {name} curve, G {number(least, 3)} to {number(most, 3)}, does not reach {here}.")
                continue
            share, u = (
                float(np.interp(real.inequality, line["inequality"], values))
                for values in (line.index.to_numpy(np.float64), line["unpredictability"])
            )
            sentences.append(
                f"The {name} curve has {here} where about {100 * share:.0f}% of listening depends on counts "
                f"(`{POPULAR}`); U is {number(u, 1)} there, {number(real.unpredictability, 1)} in the experiment "
                f"({number(100 * (u / real.unpredictability - 1), 0, signed=True)}%)."
            )
    return " ".join([*sentences, "Curves are means, taken as straight between points."])


def prominence() -> Iterator[Arm]:
    """Conditions with counts in which ever more of what is listened to depends on them, linearly and more than that."""
    for bias, word in ((LINEAR, "linear"), (STEEP, "squared")):
        for share in (0.25, 0.5, 0.75, 1.0):
            if (bias, share) != (LINEAR, 1.0):  # that is the arm "strong"
                name = f"{share:.0%} {word}"
                yield Arm(name, name, {**GRID, POPULAR: share, RANDOM: 1 - share, BIAS: bias})


def expect(says: str, outcome: str, arm: str, than: str, **more: Any) -> Expectation:
    """A signal that changes success."""
    return Expectation(f"a {arm} signal {says}", outcome, arm, than, **more)


EXPERIMENT = Experiment(
    name="music_lab",
    question="Does seeing what others chose make success more unequal and less predictable at once?",
    claim="6. Peers' choices and a large following draw more followers: the bandwagon",
    about=__doc__,
    arms=(
        Arm("independent", "choosers do not see what others took, and songs come in random order", ALONE),
        Arm("weak", "counts are seen, and songs come in random order", GRID),
        Arm("strong", "counts are seen, and the more often a song was taken, the more it is listened to", RANKED),
    ),
    points=tuple(prominence()),
    thin=4,
    outcomes={
        "inequality": ("1", "G: Gini coefficient of songs' market shares, mean over eight worlds"),
        "unpredictability": (
            "10⁻³",
            "U: difference of a song's market share between worlds, mean over songs and pairs",
        ),
        "merit": ("1", "rank correlation of success with quality, which is success in the independent world"),
        "choices": ("songs/chooser", "songs that a chooser takes"),
    },
    live=live,
    expectations=(
        expect("makes success more unequal", "inequality", "weak", "independent", headline=True),
        expect("makes it more unequal still", "inequality", "strong", "weak"),
        expect("makes success less predictable", "unpredictability", "weak", "independent", headline=True),
        expect("makes it less predictable still", "unpredictability", "strong", "weak"),
        expect("lets success follow quality less", "merit", "strong", "independent", high=0.0),
        Expectation("success still follows quality under a strong signal", "merit", "strong"),
    ),
    usual=Scale(users=300, days=250, replicates=12, samples=16),
    quick=Scale(users=125, days=16, replicates=2, samples=2),
    constants={name: value for name, value in LAB.items() if name not in BY_SIZE},
    figures=figures,
    remarks=remarks,
    plausible={"choices": (CHOICES / 2, 2 * CHOICES)},
    certain=(THRESHOLD, "leaving.", "change.", "decision.like_", "decision.follower_bonus", "users.attention"),
    caveats=(
        "nothing here was fitted to the experiments but how many songs there are, how many people come, and how many "
        "songs they take; how many they listen to is an assumption",
        "worlds share their choosers, which in the experiments were others in every world; since most of what differs "
        "is who listens to what and takes it, this matters little",
        "with `--users` comes another number of songs (16% of users), with `--days` another number of choosers",
    ),
)

if __name__ == "__main__":
    main(__file__)

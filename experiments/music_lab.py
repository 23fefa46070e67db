"""Music Lab: does seeing what others chose make success more unequal and less predictable at once?

Salganik, Dodds and Watts (Science 2006) let people choose among 48 unknown songs, alone or in one of eight worlds that
show how often each song was chosen there. Here songs are creators, and a choice is a follow; worlds share songs,
appeal and choosers, and differ in luck. Choosers come one by one, listen to some songs and take about four of them.

Nothing here is fitted, and songs and people differ in all that creators and users differ in. A lab that was fitted to
the first experiment, with what is looked at by its place, is the preset ``music_lab``
(``benchmarks.validation.music_lab``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis import market_shares, rank_correlation, unpredictability, world_gini
from simulation.analysis.headline import Measure
from simulation.experiment.declare import Arm, ArmsExperiment, Expectation
from simulation.experiment.options import Scale
from simulation.experiment.volume import THRESHOLD, hold
from simulation.presets import preset
from simulation.study import Design, Outcome, Run, spawn_replicates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from simulation.experiment.judge import Findings
    from simulation.experiment.options import Options, Setting
    from simulation.social_graph import SocialGraph
    from simulation.study import Evaluate, Study

    Counts = NDArray[np.float64]

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
SETS, FEW = 3, 1
"""Sets of songs that meet each condition of the further study."""

ALONE = {POPULAR: 0.0, RANDOM: 1.0, HIDDEN: True}
"""No counts, and songs in random order."""
GRID = {POPULAR: 0.0, RANDOM: 1.0, HIDDEN: False}
"""Counts beside songs in random order, as in experiment 1."""
RANKED = {POPULAR: 1.0, RANDOM: 0.0, HIDDEN: False}
"""Counts, and what is listened to goes by them, as in the ranked list of experiment 2."""
LAB = {
    **preset("polya").changed(),
    "session.slots": LISTENED,
    "feed.distinct": True,
    "decision.follow_rule": "logit",
    "factors.peer_influence.crowd_weight": 1.0,
}
"""As in the urn of Polya: people come one by one, on the day they come they listen, nobody leaves anybody, nobody has
peers. But songs differ, and are taken by their appeal."""
IN_THE_LAB = ("population.users", "population.creators", "population.present_at_start", *ALONE)
"""What of it is set by size or condition."""


@dataclass(frozen=True)
class Lab:
    """What the choosers of one set of songs took."""

    taken: Counts
    """(worlds, songs): how often each song was taken in each world."""
    alone: Counts
    """(songs,): the same in one more world, in which nobody saw what others took: the measure of quality."""
    choosers: int


def inequality(lab: Lab) -> float:
    """G: Gini coefficient of market shares, mean over worlds."""
    return float(world_gini(lab.taken).mean())


def luck(lab: Lab) -> float:
    """U in thousandths: mean over songs and pairs of worlds of the absolute difference of market shares."""
    return 1000 * unpredictability(lab.taken)


def merit(lab: Lab) -> float:
    """Rank correlation of success with quality, mean over worlds."""
    return float(np.mean([rank_correlation(world, lab.alone) for world in lab.taken]))


def choices(lab: Lab) -> float:
    """Songs taken by a chooser."""
    return float(lab.taken.sum()) / (len(lab.taken) * lab.choosers)


OUTCOMES: dict[str, Measure] = {
    "inequality": Measure(inequality, "1", "G: Gini coefficient of songs' market shares, mean over eight worlds"),  # type: ignore[arg-type]
    "unpredictability": Measure(
        luck,  # type: ignore[arg-type]
        "10⁻³",
        "U: how much a song's market share differs between two worlds, mean over songs and pairs of worlds",
    ),
    "merit": Measure(
        merit,  # type: ignore[arg-type]
        "1",
        "rank correlation of success with quality, which is success where nobody sees what others took",
        ratio=False,
    ),
    "choices": Measure(choices, "songs/chooser", "songs that a chooser takes"),  # type: ignore[arg-type]
}


def live(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """One set of songs: eight worlds of one condition and one in which everybody chooses alone, measured."""
    condition = run.parameters()
    lab = Lab(
        _worlds(run, condition, range(WORLDS), social_graph),
        _worlds(run, {**condition, **ALONE}, range(WORLDS, WORLDS + 1), social_graph)[0],
        run.days,
    )
    return Outcome({name: measure.function(lab) for name, measure in OUTCOMES.items()}, by_rank(lab))  # type: ignore[arg-type]


def by_rank(lab: Lab) -> dict[str, NDArray[Any]]:
    """Market share of the most taken song of a world, of the next, and so on: means over worlds."""
    shares = np.sort(market_shares(lab.taken), axis=1)[:, ::-1].mean(axis=0)
    return {"rank": np.arange(1, shares.size + 1), "share": shares}


def _worlds(run: Run, values: Mapping[str, object], numbers: range, social_graph: SocialGraph | None) -> Counts:
    """How often each song is taken in worlds of one condition; the threshold is found in the first of them."""
    found: dict[float, Counts] = {}

    def world(threshold: float, number: int) -> Counts:
        return _world(run, {**values, THRESHOLD: threshold}, number, social_graph)

    def taken(threshold: float) -> float:
        found[threshold] = world(threshold, numbers[0])
        return float(found[threshold].sum()) / run.days

    threshold = hold(taken, CHOICES).threshold
    return np.array([found[threshold], *(world(threshold, number) for number in numbers[1:])])


def _world(run: Run, values: Mapping[str, object], number: int, social_graph: SocialGraph | None) -> Counts:
    """One world: every song is there from the start, and one chooser comes a day."""
    from simulation.model import FollowerModel

    model = FollowerModel(
        {**values, "population.present_at_start": values["population.creators"]},
        seed=run.replicate.seed,
        luck=(run.replicate.luck + number) % 2**64,
        social_graph=social_graph,
        threads=1,
        record="daily",
    )
    model.run_for(run.days)
    return model.state.creators.followers.astype(np.float64)


def prominence(*, quick: bool) -> list[dict[str, object]]:
    """Conditions with counts in which ever more of what is listened to goes by them, linearly and more than that."""
    shares = [0.0, 1.0] if quick else [0.0, 0.25, 0.5, 0.75, 1.0]
    points: list[dict[str, object]] = [{**GRID, BIAS: LINEAR}]
    points += [
        {**GRID, POPULAR: share, RANDOM: 1 - share, BIAS: bias} for bias in (LINEAR, STEEP) for share in shares[1:]
    ]
    return points


def prominence_study(
    found: Setting, options: Options, study: Callable[[Design, Evaluate], Study]
) -> pd.DataFrame | None:
    """G and U as the signal becomes more prominent, one row a condition and set of songs; None where runs failed."""
    design = Design(
        "prominence",
        tuple(prominence(quick=options.quick)),
        spawn_replicates(options.seed, 1, FEW if options.quick else SETS),
        found.size.days,
        {**EXPERIMENT.constants, **found.constants},
    )
    done = study(design, live)
    return done.store.table()[[POPULAR, BIAS, "population", *OUTCOMES]] if done.complete else None


def figures(found: Findings) -> Iterator[tuple[str, Figure]]:
    """Inequality against unpredictability, beside the experiments."""
    from experiments.music_lab_figures import lab_figure

    yield "music_lab", lab_figure(found)


def remarks(found: Findings) -> list[str]:
    """How near it comes to the experiments."""
    from experiments.music_lab_summary import paragraphs

    return paragraphs(found)


EXPERIMENT = ArmsExperiment(
    name="music_lab",
    question="Does seeing what others chose make success more unequal and less predictable at once?",
    claim="6. Peers' choices and a large following draw more followers: the bandwagon",
    about="""
The Music Lab of Salganik, Dodds and Watts (Science 2006) in the model. A replicate is a set of songs (creators, of all
talents, voices and tempers) and of people who come one by one, each listening once to some songs and taking about four
of them (a follow). One row is eight worlds of one condition, which share songs and people and differ in luck, and a
ninth in which all choose alone; success there is the measure of quality, as in the experiments. *Independent*: no
counts, songs in random order. *Weak*: counts stand beside songs, still in random order (experiment 1); they act as the
crowd in peer influence. *Strong*: what is listened to goes by counts too, in proportion to them, as in a ranked list
(experiment 2). As a count adds to appeal, the threshold of taking a song is set in each condition such that as many are
taken as in the others: more choices alone would make success more equal and more predictable.
""",
    arms=(
        Arm("independent", "nobody sees what others took, and songs come in random order", ALONE),
        Arm("weak", "counts are seen, and songs come in random order", GRID),
        Arm("strong", "counts are seen, and the more often a song was taken, the more it is listened to", RANKED),
    ),
    outcomes=OUTCOMES,
    expectations=(
        Expectation("a weak signal makes success more unequal", "inequality", "weak", "independent"),
        Expectation("a strong signal makes it more unequal still", "inequality", "strong", "weak"),
        Expectation("a weak signal makes success less predictable", "unpredictability", "weak", "independent"),
        Expectation("a strong signal makes it less predictable still", "unpredictability", "strong", "weak"),
        Expectation("a strong signal lets success follow quality less", "merit", "strong", "independent", high=0.0),
        Expectation("success still follows quality under a strong signal", "merit", "strong"),
    ),
    evaluate=live,
    usual=Scale(users=300, days=250, replicates=12, samples=16),
    quick=Scale(users=125, days=16, replicates=2, samples=2),
    constants={name: value for name, value in LAB.items() if name not in IN_THE_LAB},
    further=prominence_study,
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

"""Strategies: what does each bring its users, what does it take from the others, and what is left when all use it?

From one day on a few creators, half of them, or all keep to one strategy and everybody else to the own voice; in the
world beside it all keep to the own voice. Last, all choose freely.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.headline import RECENT, Measure
from simulation.creators.strategy import STRATEGIES
from simulation.experiment.declare import Arm, ArmsExperiment, Expectation, ModelMeasure
from simulation.experiment.groups import by_day, creators_in
from simulation.experiment.options import Scale
from simulation.interventions import Intervention
from simulation.study import Outcome, Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from matplotlib.figure import Figure

    from simulation.analysis.tables import Tables
    from simulation.experiment.judge import Findings
    from simulation.model import FollowerModel
    from simulation.records import Result
    from simulation.social_graph import SocialGraph

OWN = "own_voice"
NAMES = {"chase_trends": "chase", "engage": "engage", "collaborate": "collaborate", "analytics": "analytics"}
"""Short names of the strategies that are compared with the own voice."""
FEW, HALF, ALL = "few", "half", "all"
SHARES = {FEW: 0.1, HALF: 0.5, ALL: 1.0}
"""Share of creators who use a strategy, by how it is called in the names of arms."""
FREE = "free"


def users_of(creators: int, share: float) -> int:
    """How many creators use a strategy: the first ones, whose numbers mean nothing."""
    return max(1, round(share * creators))


def start_of(days: int) -> int:
    """Day from which strategies are kept: until then all worlds are one."""
    return days // 4


def keep(size: Scale, strategy: str = OWN, share: float = 1.0) -> list[Intervention]:
    """A share of the creators keeps to a strategy, and the rest to the own voice."""
    count = creators_in(size)
    using, day = users_of(count, share), start_of(size.days)
    kept = [(strategy, tuple(range(using))), (OWN, tuple(range(using, count)))]
    return [Intervention(day, "keep_strategy", name, group) for name, group in kept if group]


def group_of(creators: int, who: str) -> slice:
    """Numbers of creators: ``few`` or ``half``, who use a strategy in the arms of that name, or the ``others``."""
    share = FEW if FEW in who else HALF
    using = users_of(creators, SHARES[share])
    return slice(using, None) if who.startswith("others") else slice(0, using)


def followers(result: Tables, who: str) -> float:
    """Followers of a group on the last day."""
    held = result.creators["followers"].to_numpy(np.float64)
    return float(held.sum() if who == ALL else held[group_of(held.size, who)].sum())


def likes(result: Tables) -> float:
    """Likes of the half that uses a strategy, from then on."""
    table = by_day(result, "likes")[start_of(result.days) :]
    return float(table[:, group_of(table.shape[1], HALF)].sum())


def lately(result: Tables, column: str) -> float:
    """Mean of a column over the half that uses a strategy and the last four weeks."""
    table = by_day(result, column)[-RECENT:]
    return float(table[:, group_of(table.shape[1], HALF)].mean())


def values_follow_payoffs(model: FollowerModel) -> float:
    """Correlation, within creators, of the learned value of strategies with the followers gained a day under each.

    Over the strategies that a creator has used; NaN where creators are not free, or have used too few.
    """
    if (model.state.minds.kept >= 0).any():
        return math.nan
    days = model.result().creator_days
    net = (days["gained"] - days["lost"]).to_numpy(np.float64)
    kind = days["strategy"].cat.codes.to_numpy(np.int64)
    cell = days["creator"].to_numpy(np.int64) * len(STRATEGIES) + kind
    values = model.state.minds.values
    used = np.bincount(cell, minlength=values.size).reshape(values.shape)
    earned = np.bincount(cell, net, values.size).reshape(values.shape)
    return within(values, earned / np.maximum(used, 1), used > 0)


def within(first: Any, second: Any, used: Any) -> float:
    """Pearson correlation of two tables (M, S) over the cells used, the mean of each row over these taken off."""
    count = used.sum(axis=1, keepdims=True)
    rows = [
        np.where(used, table - (table * used).sum(axis=1, keepdims=True) / np.maximum(count, 1), 0.0)
        for table in (first, second)
    ]
    spread = np.sqrt((rows[0] ** 2).sum() * (rows[1] ** 2).sum())
    return float((rows[0] * rows[1]).sum() / spread) if spread > 0 else math.nan


def shares_by_day(result: Result) -> Mapping[str, Any]:
    """Share of creators under each strategy, by day."""
    chosen = result.creator_days["strategy"].cat.codes.to_numpy().reshape(result.days, -1)
    return {"day": np.arange(result.days), **{name: (chosen == k).mean(axis=1) for k, name in enumerate(STRATEGIES)}}


def figures(found: Findings) -> Iterator[tuple[str, Figure]]:
    """The race, and what creators choose."""
    from experiments.strategies_report import race_figure

    yield "race", race_figure(found)


def remarks(found: Findings) -> Sequence[str]:
    """Who gains and who loses by each strategy, and what creators choose."""
    from experiments.strategies_report import choices, game

    return [game(found), choices(found)]


def live(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """One world, lived and measured."""
    return EXPERIMENT.live(run, social_graph)


def arms() -> Iterator[Arm]:
    """Everybody with the own voice, each strategy used by few, half, and all, and everybody free."""
    yield Arm("own voice", "all creators keep to their own voice", interventions=keep)
    for strategy, name in NAMES.items():
        for word, share in SHARES.items():
            about = f"{share:.0%} of creators keep to the strategy {strategy}, the rest to the own voice"
            yield Arm(f"{name}: {word}", about, interventions=partial(keep, strategy=strategy, share=share))
    yield Arm(FREE, "all creators choose a strategy every week by what each has brought")


def expectations() -> Iterator[Expectation]:
    """For each strategy: it pays, others pay for it, and it pays less once all use it."""
    for name in NAMES.values():
        half = f"{name}: {HALF}"
        yield Expectation(f"{name}: it brings followers", "followers_half", half, "own voice", relative=True)
    for name in NAMES.values():
        yield Expectation(
            f"{name}: others lose followers by it",
            "followers_others_half",
            f"{name}: {HALF}",
            "own voice",
            high=0.0,
            relative=True,
        )
    for name in NAMES.values():
        yield Expectation(
            f"{name}: the few have more of it than when all do it",
            "followers_few",
            f"{name}: {FEW}",
            f"{name}: {ALL}",
            relative=True,
        )
    yield Expectation("creators come to value what has brought them followers", "values_follow_payoffs", FREE)


GROUPS = {
    "followers_few": "the tenth who use a strategy in arms with few",
    "followers_others_few": "all but this tenth",
    "followers_half": "the half who use a strategy in arms with half",
    "followers_others_half": "the other half",
    "followers_all": "all creators",
}
EXPERIMENT = ArmsExperiment(
    name="strategies",
    question="What do creators' strategies bring their users, and is it taken from the others?",
    claim="12. Creators compete: engage with followers, collaborate, read analytics, chase trends",
    about="""
Each strategy is kept from a quarter of the time on by a *few* creators (a tenth), by *half*, or by *all*, while
everybody else keeps to the own voice; in the world beside it, one history until then, all keep to the own voice. Who
uses it is a matter of chance. If creators compete, a strategy pays those who use it, others pay for it, and once all
use it less of the advantage is left: an arms race. What is won for nobody's loss enlarges the number of follows. In one
world creators choose *freely*: there it shows whether they come to value what brings followers.
""",
    arms=tuple(arms()),
    outcomes={
        **{
            name: Measure(
                partial(followers, who=name.removeprefix("followers_")),
                "followers",
                f"Followers on the last day of {who}",
            )
            for name, who in GROUPS.items()
        },
        "likes_half": Measure(likes, "likes", "Likes of the half who use a strategy, from then on"),
        **{
            f"{name}_half": Measure(
                partial(lately, column=name),
                "1",
                f"Mean {name} of the half who use a strategy, over the last four weeks",
                ratio=name != "mood",
            )
            for name in ("authenticity", "mood", "burnout")
        },
        "values_follow_payoffs": ModelMeasure(
            values_follow_payoffs,
            "1",
            "Correlation within creators of learned values with net followers a day under each strategy used",
            ratio=False,
        ),
    },
    expectations=tuple(expectations()),
    evaluate=live,
    usual=Scale(users=1000, days=120, replicates=20, samples=32),
    quick=Scale(users=120, days=21, replicates=2, samples=2),
    details=shares_by_day,
    figures=figures,
    remarks=remarks,
    caveats=(
        "who collaborates needs a partner: among few there may be none of one's own topic and size",
        "strategies are kept for 90 days by default; docs/directions.md has their effects after two weeks to 240 days",
    ),
)

"""Strategies: what does each bring its users, what does it take from the others, and what is left when all use it?

From one day on a few creators, half of them, or all keep to one strategy and all others to their own voice; in the
world it is compared with all keep to their own voice. Last, all choose freely.

Each strategy is kept from a quarter of the time on by a *few* creators (a tenth), by *half*, or by *all*, while all
others keep to their own voice; in the world it is compared with, identical until then, all keep to their own voice. Who
uses it is random. If creators compete, a strategy pays those who use it, others pay for it, and once all use it less of
the advantage is left: an arms race. What is won without loss to others increases the number of follows. In one world
creators choose *freely*: there it shows whether they come to value what brings followers.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from simulation.analysis import Interval
from simulation.analysis.headline import RECENT
from simulation.analysis.tables import Tables
from simulation.analysis.wording import interval, listed, table_of
from simulation.cli.experiment import main
from simulation.creators.strategies import STRATEGIES
from simulation.experiment import Arm, Expectation, Experiment, Figures, Findings, Scale
from simulation.experiment.draw import Panel, curves
from simulation.experiment.groups import by_day
from simulation.experiment.judge import mean_of
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.plots.style import BLACK, LINES

OWN, BASE, FREE = "own_voice", "own voice", "free"
NAMES = {"chase_trends": "chase", "engage": "engage", "collaborate": "collaborate", "analytics": "analytics"}
"""Short names of the strategies that are compared with their own voice."""
DOING = {
    "chase": "chasing trends",
    "engage": "engaging with followers",
    "collaborate": "collaborating",
    "analytics": "reading analytics",
}
"""What creators of a strategy do."""
COLOURS = dict(zip(NAMES, LINES, strict=False)) | {OWN: BLACK}
FEW, HALF, ALL = "few", "half", "all"
SHARES = {FEW: 0.1, HALF: 0.5, ALL: 1.0}
"""Share of creators who use a strategy, by how it is called in the names of arms."""
GROUPS = {
    "followers_few": "the tenth who use a strategy in arms with few",
    "followers_others_few": "all but this tenth",
    "followers_half": "the half who use a strategy in arms with half",
    "followers_others_half": "the other half",
    "followers_all": "all creators",
}
COLUMNS = {
    "users' followers": ("followers_half", HALF, True),
    "others' followers": ("followers_others_half", HALF, True),
    "all followers": ("followers_all", HALF, True),
    "all followers, if all use it": ("followers_all", ALL, True),
    "users' likes": ("likes_half", HALF, True),
    "users' authenticity": ("authenticity_half", HALF, True),
    "users' mood": ("mood_half", HALF, False),
    "users' burnout": ("burnout_half", HALF, False),
}
"""Heading, outcome, how many use the strategy, and whether the change is in %."""

RACE = {
    "Creators who use it": {FEW: "followers_few", HALF: "followers_half", ALL: "followers_all"},
    "The others": {FEW: "followers_others_few", HALF: "followers_others_half"},
}
"""Outcome by how many use a strategy, for each panel of the race."""


def users_of(creators: int, share: float) -> int:
    """How many creators use a strategy: the first ones, whose numbers mean nothing."""
    return max(1, round(share * creators))


def start_of(days: int) -> int:
    """Day from which strategies are kept: until then all worlds are identical."""
    return days // 4


def keep(size: Scale, strategy: str = OWN, share: float = 1.0) -> list[Intervention]:
    """A share of the creators keeps to a strategy, and the rest to their own voice."""
    using, day = users_of(size.creators, share), start_of(size.days)
    kept = [(strategy, tuple(range(using))), (OWN, tuple(range(using, size.creators)))]
    return [Intervention(day, "keep_strategy", name, group) for name, group in kept if group]


def group_of(creators: int, who: str) -> slice:
    """Numbers of creators: ``few`` or ``half``, who use a strategy in the arms of that name, or the ``others``."""
    using = users_of(creators, SHARES[FEW if FEW in who else HALF])
    return slice(using, None) if who.startswith("others") else slice(0, using)


def measure(result: Tables) -> dict[str, float]:
    """Followers of every group on the last day; likes, authenticity, mood and burnout of the half."""
    followers, half = result.creators["followers"].to_numpy(np.float64), group_of(len(result.creators), HALF)
    found = {f"followers_{ALL}": float(followers.sum())}
    for name in ("few", "others_few", "half", "others_half"):
        found[f"followers_{name}"] = float(followers[group_of(followers.size, name)].sum())
    found["likes_half"] = float(by_day(result, "likes")[start_of(result.days) :, half].sum())
    for name in ("authenticity", "mood", "burnout"):
        found[f"{name}_half"] = float(by_day(result, name)[-RECENT:, half].mean())
    return found


def measure_model(model: FollowerModel) -> dict[str, float]:
    """Correlation, within creators, of the learned value of strategies with the followers gained per day under each.

    Over the strategies that a creator has used; NaN where creators are not free, or have used too few.
    """
    if (model.state.minds.kept >= 0).any():
        return {"values_follow_payoffs": math.nan}
    days = model.result().creator_days
    net = (days["gained"] - days["lost"]).to_numpy(np.float64)
    cell = days["creator"].to_numpy(np.int64) * len(STRATEGIES) + days["strategy"].cat.codes.to_numpy(np.int64)
    values = model.state.minds.values
    used = np.bincount(cell, minlength=values.size).reshape(values.shape)
    earned = np.bincount(cell, net, values.size).reshape(values.shape)
    return {"values_follow_payoffs": within(values, earned / np.maximum(used, 1), used > 0)}


def within(first: Any, second: Any, used: Any) -> float:
    """Pearson correlation of two tables (M, S) over the cells used, the mean of each row over these subtracted."""
    count = used.sum(axis=1, keepdims=True)
    rows = [
        np.where(used, one - (one * used).sum(axis=1, keepdims=True) / np.maximum(count, 1), 0.0)
        for one in (first, second)
    ]
    spread = np.sqrt((rows[0] ** 2).sum() * (rows[1] ** 2).sum())
    return float((rows[0] * rows[1]).sum() / spread) if spread > 0 else math.nan


def shares_by_day(result: Tables) -> dict[str, Any]:
    """Share of creators under each strategy, by day."""
    chosen = result.creator_days["strategy"].cat.codes.to_numpy().reshape(result.days, -1)
    return {"day": np.arange(result.days), **{name: (chosen == k).mean(axis=1) for k, name in enumerate(STRATEGIES)}}


def game(found: Findings) -> str:
    """Who gains and who loses by each strategy: a table, and what the intervals say."""
    rows = [
        {"strategy": name}
        | {head: found.said(of, f"{name}: {word}", BASE, relative=share) for head, (of, word, share) in COLUMNS.items()}
        for name in NAMES.values()
    ]
    lead = (
        "Is one creator's gain another's loss? Changes from the world in which all keep to their own voice, half of "
        "the creators using the strategy unless stated otherwise:\n\n"
    )
    kinds: dict[str, list[str]] = {}
    for name in NAMES.values():
        kinds.setdefault(_kind(found, name), []).append(f"`{name}`")
    said = "; ".join(f"{listed(names)}: {kind}" for kind, names in kinds.items())
    read = "" if found.quick else f"\n\nRead from the intervals (95%, not adjusted): {said}."
    return lead + table_of(rows) + read


def _kind(found: Findings, name: str) -> str:
    """What the intervals say of users, others and all."""
    own, others, total = (
        sign(found.difference(outcome, f"{name}: {HALF}", BASE))
        for outcome in ("followers_half", "followers_others_half", "followers_all")
    )
    if own <= 0:
        return "its users lose" + (", and others gain" if others > 0 else "") if own else "no clear gain or loss"
    if others < 0:
        in_all = {1: ", and there are more follows in all", -1: ", and there are fewer follows in all", 0: ""}[total]
        return f"its users gain at the cost of others{in_all}"
    return "its users gain, and others do too" if others > 0 else "its users gain, without a clear loss of others"


def sign(found: Interval) -> int:
    """1 or -1 where an interval lies wholly on one side of zero, 0 otherwise."""
    return int(found.low > 0) - int(found.high < 0)


def choices(found: Findings) -> str:
    """What creators choose in the end, where they are free to, and whether it is what pays."""
    free = found.details[found.details["arm"] == FREE]
    late = 100 * free[free["day"] > free["day"].max() - RECENT].groupby("replicate")[list(STRATEGIES)].mean()
    said = [f"`{name}` {interval(mean_of(late[name]), '%')}" for name in late.mean().sort_values(ascending=False).index]
    gains = {
        strategy: found.difference("followers_half", f"{name}: {HALF}", BASE, relative=True).estimate
        for strategy, name in NAMES.items()
    }
    best = max(gains, key=lambda strategy: gains[strategy])
    lead = mean_of(late[best] - late[[name for name in NAMES if name != best]].mean(axis=1))
    return (
        f"Free creators spend the last weeks so: {listed(said)}. `{best}`, which brings half of them most followers, "
        f"has {interval(lead, signed=True)} % points more than the mean of the three others beside their own voice."
    )


def remarks(found: Findings) -> Sequence[str]:
    """Who gains and who loses by each strategy, and what creators choose."""
    return [game(found), choices(found)]


def figures(found: Findings) -> Figures:
    """Followers of users and others by how many use a strategy, and what creators choose where they are free to."""

    def race(name: str, of: Mapping[str, str]) -> pd.DataFrame:
        pairs = enumerate(of.items())
        return pd.DataFrame({x: found.paired(outcome, f"{name}: {word}", BASE, True) for x, (word, outcome) in pairs})

    panels = [
        Panel(
            heading,
            "followers relative to a world\nwith own voices only (%)",
            [(name, COLOURS[strategy], race(name, of)) for strategy, name in NAMES.items()],
            ticks={x: f"{SHARES[word]:.0%}" for x, word in enumerate(of)},
            marker="o-",
        )
        for heading, of in RACE.items()
    ]
    free = [(NAMES.get(name, BASE), COLOURS[name], 100 * found.wide(FREE, name)) for name in STRATEGIES]
    panels.append(Panel("Free choice", "creators (%)", free, at=None, low=0.0))
    yield "race", curves(panels, ["creators who use it", "creators who use it", "time (days)"], 2.9, rows=1)


def arms() -> Iterator[Arm]:
    """All with their own voice, each strategy used by few, half, and all, and all free."""
    yield Arm(BASE, "all creators keep to their own voice", interventions=keep)
    for strategy, name in NAMES.items():
        for word, share in SHARES.items():
            about = f"{share:.0%} of creators keep to the strategy {strategy}, the rest to their own voice"
            yield Arm(f"{name}: {word}", about, interventions=partial(keep, strategy=strategy, share=share))
    yield Arm(FREE, "all creators choose a strategy every week by what each has brought")


def expectations() -> Iterator[Expectation]:
    """For each strategy: it pays, others pay for it, and it pays less once all use it."""
    for outcome, says, high in (
        ("followers_half", "{} brings followers", math.inf),
        ("followers_others_half", "{} costs others followers", 0.0),
    ):
        for name, doing in DOING.items():
            own = {"headline": name == "chase", "high": high}
            yield Expectation(says.format(doing), outcome, f"{name}: {HALF}", BASE, relative=True, **own)
    for name, doing in DOING.items():
        says = f"{doing} brings the few more than when all use it"
        yield Expectation(says, "followers_few", f"{name}: {FEW}", f"{name}: {ALL}", relative=True)
    yield Expectation("creators come to value what has brought them followers", "values_follow_payoffs", FREE)


EXPERIMENT = Experiment(
    name="strategies",
    question="What do creators' strategies bring their users, and is it taken from the others?",
    claim="12. Creators compete: engage with followers, collaborate, read analytics, chase trends",
    about=__doc__,
    arms=tuple(arms()),
    outcomes={
        **{name: ("followers", f"Followers on the last day of {who}") for name, who in GROUPS.items()},
        "likes_half": ("likes", "Likes of the half who use a strategy, from then on"),
        **{
            f"{name}_half": ("1", f"Mean {name} of the half who use a strategy, over the last four weeks")
            for name in ("authenticity", "mood", "burnout")
        },
        "values_follow_payoffs": (
            "1",
            "Correlation within creators of learned values with net followers per day under each strategy used",
        ),
    },
    measure=measure,
    measure_model=measure_model,
    expectations=tuple(expectations()),
    usual=Scale(users=1000, days=120, replicates=20, samples=32),
    quick=Scale(users=120, days=21, replicates=2, samples=2),
    details=shares_by_day,
    figures=figures,
    remarks=remarks,
    caveats=(
        "creators who collaborate need a partner: among few there may be none of one's own topic and size",
        "strategies are kept for 90 days by default; docs/directions.md has their effects after two weeks to 240 days",
    ),
)

if __name__ == "__main__":
    main(__file__)

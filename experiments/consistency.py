"""Consistency: do regular creators earn trust and loyalty, and is it more than posting much?

Regularity, talent and posting rate are drawn independently for each creator, so that the most and the least regular
third of one world differ in nothing else but by chance: each world is an experiment of its own. Trust is read from
people who decide to follow (follows a view), loyalty from people who follow already (unfollows a tie-day).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.headline import HEADLINE, Measure
from simulation.experiment.declare import Arm, ArmsExperiment, Expectation
from simulation.experiment.groups import books, excess, thirds
from simulation.study import Outcome, Run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from matplotlib.figure import Figure

    from simulation.analysis.tables import Tables
    from simulation.experiment.judge import Findings
    from simulation.social_graph import SocialGraph

REGULAR, MUCH = "regularity", "posting_rate"
"""Traits that are compared: keeping to a schedule and a level, and how many posts a day come naturally."""
STRANGERS = 14
"""First days, in which nearly all who see a post do not follow its creator: later, views say less about new follows."""


def followers_by(result: Tables, trait: str) -> float:
    """How many times as many followers the highest third has: exp of the difference in mean log(1 + followers)."""
    creators = result.creators
    low, high = thirds(creators[trait])
    size = np.log1p(creators["followers"].to_numpy(np.float64))
    return float(np.exp(size[high].mean() - size[low].mean()))


def trust_by(result: Tables, trait: str, days: int | None = None) -> float:
    """How many more follows a view the highest third gains, in %: over the whole time, or over so many first days."""
    table = books(result, last=None if days is None else days - 1)
    return excess(table["gained"], table["views"], result.creators[trait])


def unfollowed_by(result: Tables, trait: str) -> float:
    """How many more unfollows a tie-day the highest third suffers, in %."""
    table = books(result)
    return excess(table["lost"], table["tie_days"], result.creators[trait])


def followers_of_regular(result: Tables) -> float:
    """Followers, most regular third over least."""
    return followers_by(result, REGULAR)


def followers_of_much(result: Tables) -> float:
    """Followers, third that posts most over third that posts least."""
    return followers_by(result, MUCH)


def trust_in_regular(result: Tables) -> float:
    """Follows a view, most regular third against least."""
    return trust_by(result, REGULAR)


def trust_of_strangers(result: Tables) -> float:
    """The same in the first days."""
    return trust_by(result, REGULAR, STRANGERS)


def trust_in_much(result: Tables) -> float:
    """Follows a view in the first days, third that posts most against third that posts least."""
    return trust_by(result, MUCH, STRANGERS)


def trust_apart(result: Tables) -> float:
    """By how much more trust of the first days rises with regularity than with the number of posts."""
    return trust_by(result, REGULAR, STRANGERS) - trust_by(result, MUCH, STRANGERS)


def unfollows_of_regular(result: Tables) -> float:
    """Unfollows a tie-day, most regular third against least."""
    return unfollowed_by(result, REGULAR)


def unfollows_of_much(result: Tables) -> float:
    """Unfollows a tie-day, third that posts most against third that posts least."""
    return unfollowed_by(result, MUCH)


def unfollows_apart(result: Tables) -> float:
    """By how much more unfollowing rises with regularity than with the number of posts: below 0 for loyalty."""
    return unfollowed_by(result, REGULAR) - unfollowed_by(result, MUCH)


def consistency_gap(result: Tables) -> float:
    """Consistency of the most regular third less that of the least."""
    low, high = thirds(result.creators[REGULAR])
    delivered = result.creators["consistency"].to_numpy(np.float64)
    return float(delivered[high].mean() - delivered[low].mean())


def satisfaction_with_regular(result: Tables) -> float:
    """Mean satisfaction of ties at the end, with the most regular third less with the least."""
    ties = result.follows
    low, high = thirds(result.creators[REGULAR])
    satisfied, followed = ties["satisfaction"].to_numpy(np.float64), ties["creator"].to_numpy(np.int64)
    groups = [satisfied[group[followed]] for group in (high, low)]
    return float(groups[0].mean() - groups[1].mean()) if all(group.size for group in groups) else float("nan")


def creators_of(result: Tables) -> Mapping[str, Any]:
    """What the figure needs: each creator's traits and books; those of trust from the first days."""
    early, table, creators = books(result, last=STRANGERS - 1), books(result), result.creators
    kept = {name: early[name].to_numpy() for name in ("gained", "views")}
    kept |= {name: table[name].to_numpy() for name in ("lost", "tie_days")}
    return {**{name: creators[name].to_numpy() for name in (REGULAR, MUCH)}, **kept}


def figures(found: Findings) -> Iterator[tuple[str, Figure]]:
    """Trust and loyalty against both traits."""
    from experiments.consistency_figures import dose_figure

    yield "dose", dose_figure(found)


def live(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """One world, lived and measured."""
    return EXPERIMENT.live(run, social_graph)


LESS = "of the most regular third, against the least regular"
EXPERIMENT = ArmsExperiment(
    name="consistency",
    question="Does regular, dependable content earn trust and loyalty, or does it just mean more posts?",
    claim="5. Consistent, regular, good content builds trust and loyalty",
    about=f"""
Within each world the most regular third of creators is set against the least regular. Traits are drawn independently,
so that nothing else sets these thirds apart, and how much creators post (their natural rate) is looked at in the same
way beside it. *Trust* is follows a view, *loyalty* is few unfollows a tie-day: what people do who follow already.
Follows a view have two weaknesses. In the end many views are those of people who follow already, most so of creators
with many followers: over the whole time trust in regular creators is understated, and this is what is tested. In the
first {STRANGERS} days hardly anybody follows anybody, but creators begin with the reputation that their regularity
will earn them at most: then it is overstated. Both are reported; posting regularly and posting much are compared in
those first days, since those who post much have by far the most followers later. Where viewers give consistency *no
weight* all of this should be gone; where quality is *even*, regular creators are dependable in their schedule only.
Last, everybody is *all regular* or *all irregular*: an advantage over others may come to nothing once all have it.
""",
    arms=(
        Arm("usual", "creators differ in regularity, viewers give consistency its usual weight"),
        Arm("no weight", "viewers do not care for consistency", {"factors.consistency.weight": 0.0}),
        Arm("even quality", "every post is as good as its creator's talent", {"posting.quality_noise": 0.0}),
        Arm("all regular", "creators are regular by .9 in the mean", {"creators.regularity_mean": 0.9}),
        Arm("all irregular", "creators are regular by .3 in the mean", {"creators.regularity_mean": 0.3}),
    ),
    outcomes={
        "followers_of_regular": Measure(followers_of_regular, "times", f"Followers (geometric mean) {LESS}"),
        "trust_in_regular": Measure(trust_in_regular, "%", f"Follows a view {LESS}: more, in %", ratio=False),
        "unfollows_of_regular": Measure(
            unfollows_of_regular, "%", f"Unfollows a tie-day {LESS}: more, in %", ratio=False
        ),
        "consistency_gap": Measure(
            consistency_gap, "1", "Running share of days on which creators delivered, most less least regular third"
        ),
        "satisfaction_with_regular": Measure(
            satisfaction_with_regular, "1", "Satisfaction with creators followed, most less least regular third", False
        ),
        "trust_of_strangers": Measure(
            trust_of_strangers, "%", f"Follows a view in the first {STRANGERS} days of the same thirds", ratio=False
        ),
        "followers_of_much": Measure(
            followers_of_much, "times", "Followers of the third that posts most, against the third that posts least"
        ),
        "trust_in_much": Measure(
            trust_in_much, "%", f"Follows a view in the first {STRANGERS} days of these thirds: more, in %", ratio=False
        ),
        "unfollows_of_much": Measure(
            unfollows_of_much, "%", "Unfollows a tie-day of these thirds: more, in %", ratio=False
        ),
        "trust_apart": Measure(
            trust_apart,
            "% points",
            "Trust of strangers in regular creators less that in those who post much",
            ratio=False,
        ),
        "unfollows_apart": Measure(
            unfollows_apart,
            "% points",
            "The same difference in unfollows; below 0 where regularity keeps followers better",
            ratio=False,
        ),
        "follows_held": HEADLINE["follows_held"],
        "unfollows_per_tie_day": HEADLINE["unfollows_per_tie_day"],
    },
    expectations=(
        Expectation("regular creators have more followers", "followers_of_regular", "usual", low=1.0),
        Expectation("trust: their posts win more follows a view", "trust_in_regular", "usual"),
        Expectation("loyalty: they are unfollowed less", "unfollows_of_regular", "usual", high=0.0),
        Expectation("those who follow them are more satisfied", "satisfaction_with_regular", "usual"),
        Expectation("trust is due to viewers who care for consistency", "trust_in_regular", "usual", "no weight"),
        Expectation(
            "loyalty is due to viewers who care for consistency", "unfollows_of_regular", "usual", "no weight", high=0.0
        ),
        Expectation("keeping to the schedule is enough for trust", "trust_in_regular", "even quality"),
        Expectation("keeping to the schedule is enough for loyalty", "unfollows_of_regular", "even quality", high=0.0),
        Expectation("posting regularly wins more trust than posting much", "trust_apart", "usual"),
        Expectation("posting regularly wins more loyalty than posting much", "unfollows_apart", "usual", high=0.0),
        Expectation(
            "where all are regular people follow more", "follows_held", "all regular", "all irregular", relative=True
        ),
        Expectation(
            "where all are regular people unfollow less",
            "unfollows_per_tie_day",
            "all regular",
            "all irregular",
            high=0.0,
            relative=True,
        ),
    ),
    evaluate=live,
    details=creators_of,
    figures=figures,
    caveats=(
        "a day on which nothing was due and nothing came counts as delivered, so that irregular creators, too, come to "
        "be seen as consistent: the gap between thirds shrinks from that of their regularity to the one in the table",
        "regularity covers schedule and quality in one trait: who keeps to the days also keeps to the level",
    ),
)

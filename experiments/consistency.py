"""Consistency: do regular creators earn trust and loyalty, and is it more than posting much?

Regularity, talent and posting rate are drawn independently for each creator, so that the most and the least regular
third of one world differ in nothing else but by chance: each world is an experiment of its own. Trust is measured in
people who decide to follow (follows per view), loyalty in people who follow already (unfollows per tie-day).

Within each world the most regular third of creators is compared with the least regular. Traits are drawn independently,
so that these thirds differ in nothing else, and how much creators post (their natural rate) is looked at in the same
way. *Trust* is follows per view, *loyalty* is few unfollows per tie-day. Follows per view have two weaknesses. In the
end many views are those of people who follow already, most of all for creators with many followers: over the whole time
trust in regular creators is understated, and this is what is tested. In the first 14 days there are hardly any
follows, but creators begin with the highest reputation that their regularity can earn them: then it is overstated. Both
are reported; posting regularly and posting much are compared in those first days, since those who post much have by far
the most followers later. Where viewers give consistency *no weight* all of this should vanish; with *even quality*
regular creators are dependable in their schedule only. Last, everyone is *all regular* or *all irregular*: an advantage
over others may come to nothing once all have it.
"""

from typing import Any

import numpy as np
import pandas as pd

from simulation.analysis.tables import Tables
from simulation.cli.experiment import main
from simulation.experiment import Arm, Expectation, Experiment, Figures, Findings, headline, less
from simulation.experiment.draw import Panel, by_fifth, curves, fifths
from simulation.experiment.groups import books, excess, thirds
from simulation.plots.style import BLUE, GREY, ORANGE

REGULAR, MUCH = "regularity", "posting_rate"
"""Traits that are compared: keeping to a schedule and a level, and how many posts per day come naturally."""
STRANGERS = 14
"""First days, in which nearly all who see a post do not follow its creator: later, views say less about new follows."""
LINES = {"usual": BLUE, "even quality": ORANGE, "no weight": GREY}
RATES = (
    (f"Trust, first {STRANGERS} days", "follows per view\n(% of the world's mean)", "gained", "views"),
    ("Loyalty, whole time", "unfollows per tie-day\n(% of the world's mean)", "lost", "tie_days"),
)
LABELS = {REGULAR: "regularity of creators (fifths, mean of each)", MUCH: "natural posts per day (fifths)"}


def followers_by(result: Tables, trait: str) -> float:
    """How many times as many followers the highest third has: exp of the difference in mean log(1 + followers)."""
    creators = result.creators
    low, high = thirds(creators[trait])
    size = np.log1p(creators["followers"].to_numpy(np.float64))
    return float(np.exp(size[high].mean() - size[low].mean()))


def trust_by(result: Tables, trait: str, days: int | None = None) -> float:
    """By how many % the highest third's follows per view exceed the lowest's: over the whole time, or first days."""
    table = books(result, last=None if days is None else days - 1)
    return excess(table["gained"], table["views"], result.creators[trait])


def unfollowed_by(result: Tables, trait: str) -> float:
    """By how many % the highest third's unfollows per tie-day exceed the lowest's."""
    table = books(result)
    return excess(table["lost"], table["tie_days"], result.creators[trait])


def consistency_gap(result: Tables) -> float:
    """Consistency of the most regular third minus that of the least."""
    low, high = thirds(result.creators[REGULAR])
    delivered = result.creators["consistency"].to_numpy(np.float64)
    return float(delivered[high].mean() - delivered[low].mean())


def satisfaction_with_regular(result: Tables) -> float:
    """Mean satisfaction of ties at the end, with the most regular third minus with the least."""
    ties = result.follows
    low, high = thirds(result.creators[REGULAR])
    satisfied, followed = ties["satisfaction"].to_numpy(np.float64), ties["creator"].to_numpy(np.int64)
    groups = [satisfied[group[followed]] for group in (high, low)]
    return float(groups[0].mean() - groups[1].mean()) if all(group.size for group in groups) else float("nan")


def measure(result: Tables) -> dict[str, float]:
    """All outcomes; those ending in ``apart`` compare posting regularly with posting much."""
    early = {trait: trust_by(result, trait, STRANGERS) for trait in (REGULAR, MUCH)}
    left = {trait: unfollowed_by(result, trait) for trait in (REGULAR, MUCH)}
    return {
        "followers_of_regular": followers_by(result, REGULAR),
        "trust_in_regular": trust_by(result, REGULAR),
        "unfollows_of_regular": left[REGULAR],
        "consistency_gap": consistency_gap(result),
        "satisfaction_with_regular": satisfaction_with_regular(result),
        "trust_of_strangers": early[REGULAR],
        "followers_of_much": followers_by(result, MUCH),
        "trust_in_much": early[MUCH],
        "unfollows_of_much": left[MUCH],
        "trust_apart": early[REGULAR] - early[MUCH],
        "unfollows_apart": left[REGULAR] - left[MUCH],
    }


def creators_of(result: Tables) -> dict[str, Any]:
    """What the figure needs: each creator's traits and books; those of trust from the first days."""
    early, table, creators = books(result, last=STRANGERS - 1), books(result), result.creators
    kept = {name: early[name].to_numpy() for name in ("gained", "views")}
    kept |= {name: table[name].to_numpy() for name in ("lost", "tie_days")}
    return {**{name: creators[name].to_numpy() for name in (REGULAR, MUCH)}, **kept}


def relative_rates(details: pd.DataFrame, trait: str, events: str, exposure: str) -> pd.DataFrame:
    """Rates of fifths of creators by a trait, in % of their world: the columns of `by_fifth`, and ``rate``."""
    table = by_fifth(details, trait, (events, exposure))
    totals = table.groupby(["arm", "replicate"])[[events, exposure]].sum()
    whole = (totals[events] / totals[exposure]).reindex(table.index.droplevel("fifth")).to_numpy()
    return table.assign(rate=100 * (table[events] / table[exposure]) / whole)


def figures(found: Findings) -> Figures:
    """Trust (first days) and unfollowing by regularity and by natural posts per day, in three arms."""
    panels = []
    for heading, label, events, exposure in RATES:
        for trait in LABELS:
            table = relative_rates(found.details, trait, events, exposure)
            lines = [(arm, colour, fifths(table, arm, trait, table["rate"])) for arm, colour in LINES.items()]
            panels.append(Panel(heading, label, lines, at=100.0, marker="o-"))
    yield "dose", curves(panels, list(LABELS.values()), 4.2)


THIRDS = "of the most regular third, relative to the least regular"
EXPERIMENT = Experiment(
    name="consistency",
    question="Does regular, dependable content earn trust and loyalty, or does it just mean more posts?",
    claim="5. Consistent, regular, good content builds trust and loyalty",
    about=__doc__,
    arms=(
        Arm("usual", "creators differ in regularity, viewers give consistency its usual weight"),
        Arm("no weight", "viewers do not care for consistency", {"factors.consistency.weight": 0.0}),
        Arm("even quality", "every post is as good as its creator's talent", {"posting.quality_noise": 0.0}),
        Arm("all regular", "the mean regularity of creators is .9", {"creators.regularity_mean": 0.9}),
        Arm("all irregular", "the mean regularity of creators is .3", {"creators.regularity_mean": 0.3}),
    ),
    outcomes={
        "followers_of_regular": ("times", f"Followers (geometric mean) {THIRDS}"),
        "trust_in_regular": ("%", f"Excess of follows per view {THIRDS}"),
        "unfollows_of_regular": ("%", f"Excess of unfollows per tie-day {THIRDS}"),
        "consistency_gap": ("1", "Share of days on which creators delivered, most minus least regular third"),
        "satisfaction_with_regular": ("1", "Satisfaction with followed creators, most minus least regular third"),
        "trust_of_strangers": ("%", f"Excess of follows per view in the first {STRANGERS} days of the same thirds"),
        "followers_of_much": (
            "times",
            "Followers of the third that posts most, relative to the third that posts least",
        ),
        "trust_in_much": ("%", f"Excess of follows per view in the first {STRANGERS} days of these thirds"),
        "unfollows_of_much": ("%", "Excess of unfollows per tie-day of these thirds"),
        "trust_apart": ("% points", "Trust of strangers in regular creators minus that in creators who post much"),
        "unfollows_apart": ("% points", "The same difference in unfollows; negative where regularity keeps followers"),
        **headline("follows_held", "unfollows_per_tie_day"),
    },
    measure=measure,
    expectations=(
        Expectation("regular creators have more followers", "followers_of_regular", "usual", low=1.0),
        Expectation(
            "posts of regular creators win more follows per view (trust)", "trust_in_regular", "usual", headline=True
        ),
        less("regular creators are unfollowed less (loyalty)", "unfollows_of_regular", "usual", headline=True),
        Expectation("their followers are more satisfied", "satisfaction_with_regular", "usual"),
        Expectation("trust is due to viewers who care for consistency", "trust_in_regular", "usual", "no weight"),
        less("loyalty is due to viewers who care for consistency", "unfollows_of_regular", "usual", "no weight"),
        Expectation("keeping to the schedule is enough for trust", "trust_in_regular", "even quality"),
        less("keeping to the schedule is enough for loyalty", "unfollows_of_regular", "even quality"),
        Expectation("posting regularly wins more trust than posting much", "trust_apart", "usual", headline=True),
        less("posting regularly wins more loyalty than posting much", "unfollows_apart", "usual"),
        *(
            one(f"where all are regular people {says}", outcome, "all regular", "all irregular", relative=True)
            for one, says, outcome in (
                (Expectation, "follow more", "follows_held"),
                (less, "unfollow less", "unfollows_per_tie_day"),
            )
        ),
    ),
    details=creators_of,
    figures=figures,
    caveats=(
        "a day on which nothing was due and nothing came counts as delivered, so that irregular creators, too, come to "
        "be seen as consistent: the gap between thirds shrinks from that of their regularity to the one in the table",
        "regularity covers schedule and quality in one trait: creators who keep to the days also keep to the level",
    ),
)

if __name__ == "__main__":
    main(__file__)

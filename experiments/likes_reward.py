"""Likes as reward: does the joy in them fade, does it feed a craving, and does losing them hurt more than winning them?

Sessions are capped, and at half time the cap is moved: every creator's posts are seen, and liked, more than before or
less. Worlds are identical until then. A rise that stays shows what one gets used to, one that came lately what has not
worn off yet, and one that ends what is left behind. Each link of the loop is broken once, to see what depends on it.

Likes are moved without touching any creator: the cap on sessions goes from 16 posts to 32 (*more*), to 22
(*a little more*) or to 11 (*fewer*) for everyone; views change by about the same factor in *more* and *fewer*.
That *more are needed for the same joy* is tested twice: on how much of the first lift of mood is left at the end while
likes are still up, and against a world that came to the same likes only *lately*. A surge that ends (*for a while*)
brings the likes back to where they were. Then single links are broken: *no habituation* (creators expect of a post what
they did on the first day), *losses like gains*, *no craving*, *no envy* of similar creators, and *fixed effort*.
"""

import math
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from simulation.analysis import Interval, t_interval
from simulation.analysis.tables import Tables
from simulation.analysis.wording import interval
from simulation.cli.experiment import main
from simulation.experiment import Arm, Expectation, Experiment, Figures, Findings, Scale, around, less
from simulation.experiment.draw import Panel, change, curves
from simulation.experiment.groups import Floats, by_day, thirds
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.plots.style import BLUE, GREEN, ORANGE, VERMILLION

CAP, LITTLE, MORE, FEWER = 16, 22, 32, 11
"""Posts per session: usual; in a small and a large surge of likes; and in a loss of views by about the same factor."""
NOW, EARLY, LATE = 14, 28, 14
"""Days: of a first reaction; of the time in which joy is at its height; and at the end, when it may have faded."""
POINTS = 100
"""Moods, obsession and authenticity are small numbers: they are given in hundredths, called points."""
STEADY = "steady"
BROKEN: dict[str, dict[str, object]] = {
    " (no habituation)": {"minds.habituation.moves": False},
    " (losses like gains)": {"minds.mood.loss_aversion": 1.0},
    " (no craving)": {"minds.obsession.moves": False, "minds.obsession.start": 0.0},
    " (no envy)": {"minds.mood.envy": 0.0},
    " (fixed effort)": {"minds.effort.moves": False},
}
"""What breaks each link, by what stands after the name of an arm in which it is broken."""
USED, EVEN, CRAVING, ENVY, EFFORT = BROKEN
COURSES = {"more": BLUE, "for a while": GREEN, "more lately": ORANGE, "fewer": VERMILLION}
WEEK = 7
"""Days over which counts are averaged: single days vary with the day of the week."""
PANELS = {
    "Likes": ("likes", f"likes relative to steady\n(%, mean of {WEEK} days)", True),
    "Mood of creators": ("creator_mood", "mood, change from steady\n(points, -100 to 100)", False),
    "Craving": ("obsession", "obsession, change from steady\n(points, 0 to 100)", False),
    "Effort": ("posts", f"posts relative to steady\n(%, mean of {WEEK} days)", True),
}


def start_of(days: int) -> int:
    """Day on which the cap moves."""
    return days // 2


def ends(days: int) -> int:
    """Day on which a surge that ends is over."""
    return start_of(days) + days // 4


def lately(days: int) -> int:
    """Day on which a late surge begins: a week before the last days, but after half time."""
    return max(start_of(days) + 1, days - LATE - 7)


def cap(size: Scale, posts: int, since: int | None = None) -> list[Intervention]:
    """The cap moves for good."""
    return [Intervention(start_of(size.days) if since is None else since, "session_cap", posts)]


def cap_lately(size: Scale) -> list[Intervention]:
    """The cap rises shortly before the end."""
    return cap(size, MORE, lately(size.days))


def cap_for_a_while(size: Scale) -> list[Intervention]:
    """The cap rises and comes down again."""
    return [*cap(size, MORE), *cap(size, CAP, ends(size.days))]


def window(result: Tables, column: str, first: int, days: int) -> float:
    """Mean of a daily column over some days; NaN where the run has ended before."""
    values = result.daily[column].to_numpy(np.float64)[first : first + days]
    return float(values.mean()) if values.size else math.nan


def measure(result: Tables) -> dict[str, float]:
    """Moods, likes, obsession, posts and authenticity, in windows after the cap has moved and at the end."""
    start, end, late = start_of(result.days), ends(result.days), max(0, result.days - LATE)
    windows = {"now": (start, NOW), "early": (start, EARLY), "late": (late, LATE), "afterwards": (end, NOW)}
    mood = {f"mood_{when}": POINTS * window(result, "creator_mood", *days) for when, days in windows.items()}
    return {
        **mood,
        "mood_left": mood["mood_late"] - mood["mood_early"] / 2,
        "likes_late": window(result, "likes", late, LATE),
        "likes_afterwards": window(result, "likes", end, NOW),
        "obsession_early": POINTS * window(result, "obsession", start, EARLY),
        "obsessed": 100.0 * float((result.creators["obsession"] > 0.5).mean()),
        "posts_early": window(result, "posts", start, EARLY),
        "authenticity_late": POINTS * window(result, "authenticity", late, LATE),
    }


def measure_model(model: FollowerModel) -> dict[str, float]:
    """Mean mood of the third who are furthest below similar creators, minus that of the third who are least so."""
    low, high = thirds(model.state.minds.comparison)
    mood = model.state.minds.mood
    return {"mood_of_envious": POINTS * float(mood[high].mean() - mood[low].mean())}


def feelings(result: Tables) -> dict[str, Any]:
    """Likes, reward and means of creators, by day."""
    daily = result.daily
    kept = {name: daily[name].to_numpy() for name in ("likes", "creator_mood", "obsession", "posts")}
    return {"day": daily["day"].to_numpy(), "reward": by_day(result, "reward").mean(axis=1), **kept}


def changes(changed: pd.DataFrame, usual: pd.DataFrame, relative: bool = False) -> pd.DataFrame:
    """The change from one table (replicates by day) to another, in % of weekly means if relative."""
    if not relative:
        return changed - usual
    return change(*(table.T.rolling(WEEK, min_periods=1).mean().T for table in (changed, usual)))


def ratio(above: Floats, below: Floats) -> Interval:
    """Ratio of two means over the same replicates, with Fieller's 95% interval; NaN bounds where there is none.

    Source: E. C. Fieller, J. R. Stat. Soc. B 1954.
    """
    from scipy.stats import t

    n, a, b = above.size, float(above.mean()), float(below.mean())
    low = high = np.nan
    if n >= 3:
        (aa, ab), (_, bb) = np.cov(above, below) / n * float(t.ppf(0.975, n - 1)) ** 2
        ends = np.roots([b * b - bb, 2 * (ab - a * b), a * a - aa])
        if b * b > bb and np.isreal(ends).all():
            low, high = np.sort(ends.real)
    return Interval(a / b, float(low), float(high), 0.95)


def remarks(found: Findings) -> Sequence[str]:
    """How much of the joy is left, and how much more a loss weighs."""
    half, days = start_of(found.setting.size.days), found.setting.size.days

    def mean(arm: str, column: str, link: str, first: int = half, length: int = NOW) -> Floats:
        table = changes(found.wide(arm + link, column), found.wide(STEADY + link, column))
        return table.iloc[:, first : first + length].mean(axis=1).to_numpy(np.float64)

    left, times = [], []
    for link, words in (("", "as usual"), (USED, "without habituation")):
        early, late = (
            mean("more", "creator_mood", link, *part) for part in ((half, EARLY), (max(0, days - LATE), LATE))
        )
        share = ratio(100 * late, early)
        left.append(f"{words} {interval(share, '%')}")
    for link, words in (("", "as usual"), (EVEN, "where losses weigh like gains")):
        lift, drop = (mean(arm, "creator_mood", link) for arm in ("more", "fewer"))
        gained, lost = (mean(arm, "reward", link) for arm in ("more", "fewer"))
        times.append(f"{words} {interval(t_interval((drop / lost) / (lift / gained)), 'times')}")
    return [
        f"Of the lift of the first {EARLY} days this much is left in the last {LATE}: {'; '.join(left)} (ratio of mean "
        "lifts, Fieller's interval).",
        f"Per unit of reward lost or won in the first {NOW} days, a loss moves mood more than a gain: "
        f"{'; '.join(times)} (mean over replicates).",
    ]


def figures(found: Findings) -> Figures:
    """Likes, mood, craving and effort from shortly before half time on, relative to the world without a change."""
    half = start_of(found.setting.size.days)

    def line(arm: str, column: str, relative: bool) -> pd.DataFrame:
        table = changes(found.wide(arm, column), found.wide(STEADY, column), relative) * (1 if relative else POINTS)
        return table.set_axis(table.columns - half, axis=1).loc[:, -WEEK:]

    panels = [
        Panel(heading, label, [(arm, colour, line(arm, column, relative)) for arm, colour in COURSES.items()])
        for heading, (column, label, relative) in PANELS.items()
    ]
    yield "course", curves(panels, ["time since half time (days)"], 4.2)


def change_of(arm: str, says: str, outcome: str, *, link: str | None = None, **bounds: Any) -> Expectation:
    """What a move of the cap changes; with ``link``: minus what it changes where that link is broken."""
    beyond = None if link is None else (arm + link, STEADY + link)
    return Expectation(says, outcome, arm, STEADY, beyond=beyond, **bounds)


def spared(says: str, outcome: str, link: str) -> Expectation:
    """What is lower than where a link is broken."""
    return less(says, outcome, STEADY, STEADY + link)


more, fewer, after = (partial(change_of, arm) for arm in ("more", "fewer", "for a while"))
SURGE, LOSS = partial(cap, posts=MORE), partial(cap, posts=FEWER)
EXPERIMENT = Experiment(
    name="likes_reward",
    question="Do likes reward like a drug: does the joy fade, does craving grow, does losing them hurt more?",
    claim="9 and 10. Likes reward like dopamine, more are needed for the same joy, a loop that can become addiction; a "
    "surge brings euphoria, a decline anxiety, and comparison and obsession are the pitfalls",
    about=__doc__,
    arms=(
        Arm(STEADY, f"sessions end after {CAP} posts throughout"),
        Arm("a little more", f"from half time on they end after {LITTLE}", interventions=partial(cap, posts=LITTLE)),
        Arm("more", f"from half time on they end after {MORE}", interventions=SURGE),
        Arm("fewer", f"from half time on they end after {FEWER}", interventions=LOSS),
        Arm("more lately", f"they end after {MORE}, but only shortly before the end", interventions=cap_lately),
        Arm("for a while", f"they end after {MORE} for a quarter of the time, and then as before", {}, cap_for_a_while),
        Arm(STEADY + USED, "as steady, but expectations stay as they were on the first day", BROKEN[USED]),
        Arm("more" + USED, "more, with such expectations", BROKEN[USED], SURGE),
        Arm(STEADY + EVEN, "as steady, but a bad surprise weighs no more than a good one", BROKEN[EVEN]),
        Arm("more" + EVEN, "more, with such weights", BROKEN[EVEN], SURGE),
        Arm("fewer" + EVEN, "fewer, with such weights", BROKEN[EVEN], LOSS),
        Arm(STEADY + CRAVING, "as steady, but no creator becomes obsessed with numbers", BROKEN[CRAVING]),
        Arm(STEADY + ENVY, "as steady, but comparison does not lower mood", BROKEN[ENVY]),
        Arm(STEADY + EFFORT, "as steady, but posting does not depend on what it brings", BROKEN[EFFORT]),
        Arm("more" + EFFORT, "more, with such effort", BROKEN[EFFORT], SURGE),
    ),
    outcomes={
        "mood_now": ("points", f"Creators' mood (-100 to 100), {NOW} days from half time on"),
        "mood_early": ("points", f"The same, {EARLY} days from half time on"),
        "mood_late": ("points", f"The same, the last {LATE} days"),
        "mood_afterwards": ("points", f"The same, {NOW} days from the end of the surge that ends"),
        "mood_left": ("points", "Mood late minus half of mood early: of a lift, negative where less than half is left"),
        "likes_late": ("likes/day", f"Likes per day, the last {LATE} days"),
        "likes_afterwards": ("likes/day", f"Likes per day, {NOW} days from the end of that surge"),
        "obsession_early": ("points", f"Obsession with numbers (0 to 100), {EARLY} days from half time on"),
        "obsessed": ("%", "Creators whose obsession is above one half on the last day"),
        "posts_early": ("posts/day", f"Posts per day, {EARLY} days from half time on"),
        "authenticity_late": ("points", f"Mean authenticity of creators (0 to 100), the last {LATE} days"),
        "mood_of_envious": (
            "points",
            "Mood of the third furthest below similar creators, minus that of the third least below",
        ),
    },
    measure=measure,
    measure_model=measure_model,
    expectations=(
        more("a surge of likes lifts mood", "mood_early", headline=True),
        Expectation("a larger surge lifts it more", "mood_early", "more", "a little more"),
        more("less than half of the lift stays", "mood_left", high=0.0, headline=True),
        Expectation("the same likes please creators more who came to them lately", "mood_late", "more lately", "more"),
        more("habituation is what takes the joy", "mood_left", high=0.0, link=USED),
        after("after a surge likes are not below what they were", "likes_afterwards", low=-2.0, relative=True),
        after("mood is then lower than without the surge", "mood_afterwards", high=0.0),
        fewer("a decline lowers mood", "mood_now", high=0.0),
        less(
            "a loss lowers mood more than a gain lifts it",
            "mood_now",
            "more",
            STEADY,
            beyond=(STEADY, "fewer"),
            headline=True,
        ),
        fewer("a loss lowers mood more because losses weigh more", "mood_now", link=EVEN, high=0.0),
        more("a surge feeds the craving for numbers", "obsession_early", headline=True),
        fewer("a decline feeds it, too", "obsession_early"),
        more("creators post more when likes rise", "posts_early", relative=True),
        fewer("creators post less when likes fall", "posts_early", high=0.0, relative=True),
        more("effort that follows reward is what makes them post more", "posts_early", relative=True, link=EFFORT),
        spared("craving costs authenticity", "authenticity_late", CRAVING),
        spared("comparison lowers mood", "mood_late", ENVY),
        spared("comparison lowers mood most where creators fall behind", "mood_of_envious", ENVY),
    ),
    checks=(more("likes stay up", "likes_late", relative=True),),
    usual=Scale(users=1000, days=120, replicates=16, samples=24),
    quick=Scale(users=120, days=40, replicates=2, samples=2),
    constants={"session.session_cap": CAP},
    details=feelings,
    figures=figures,
    remarks=remarks,
    uncertain=around("minds.mood.loss_aversion", "minds.mood.envy", "minds.obsession.start"),
    caveats=(
        "longer sessions bring creators views and followers as well as likes; what is called likes here is all three",
        "which changes of mood would be noticed was never measured; the scale is 200 points long",
    ),
)

if __name__ == "__main__":
    main(__file__)

"""Likes as reward: does the joy in them fade, does it feed a craving, and does losing them hurt more than winning them?

Sessions are capped, and at half time the cap is moved: everybody's posts are seen, and liked, more than before or less.
Worlds are one history until then. A rise that stays shows what one gets used to, one that came lately what has not worn
off yet, and one that ends what is left behind. Each link of the loop is broken once, to see what hangs on it.
"""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from simulation.analysis.headline import Measure
from simulation.experiment.declare import Arm, ArmsExperiment, Expectation, ModelMeasure
from simulation.experiment.groups import by_day, thirds
from simulation.experiment.options import Scale
from simulation.interventions import Intervention
from simulation.study import Outcome, Run, Uncertainty

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from typing import Any

    from matplotlib.figure import Figure

    from simulation.analysis.tables import Tables
    from simulation.experiment.judge import Findings
    from simulation.model import FollowerModel
    from simulation.records import Result
    from simulation.social_graph import SocialGraph

CAP, LITTLE, MORE, FEWER = 16, 22, 32, 11
"""Posts a session: usual; in a small and a large surge of likes; and in a loss of views by about the same factor."""
NOW, EARLY, LATE = 14, 28, 14
"""Days: of a first reaction; of the time in which joy is at its height; and at the end, when it may have faded."""
POINTS = 100
"""Moods, obsession and authenticity are small numbers: they are given in hundredths, called points."""
STEADY = "steady"
USED, EVEN, CRAVING, ENVY, EFFORT = (
    " (never used to it)",
    " (losses like gains)",
    " (nobody craves)",
    " (no envy)",
    " (fixed effort)",
)
"""What stands after the name of an arm in which a link is broken."""


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


def mean(result: Tables, column: str, first: int, days: int) -> float:
    """Mean of a daily column over some days; NaN where the run has ended before."""
    values = result.daily[column].to_numpy(np.float64)[first : first + days]
    return float(values.mean()) if values.size else math.nan


def after(result: Tables, column: str, days: int) -> float:
    """Mean of a daily column over so many days after the cap has moved."""
    return mean(result, column, start_of(result.days), days)


def at_the_end(result: Tables, column: str) -> float:
    """Mean of a daily column over the last days."""
    return mean(result, column, max(0, result.days - LATE), LATE)


def afterwards(result: Tables, column: str) -> float:
    """Mean of a daily column over the days after a surge that ends."""
    return mean(result, column, ends(result.days), NOW)


def points(result: Tables, window: Callable[..., float], column: str, **days: int) -> float:
    """Mean of a daily column over a window, `after`, `at_the_end` or `afterwards`, in points."""
    return POINTS * window(result, column, **days)


def mood_left(result: Tables) -> float:
    """Mood at the end less half of the early mood: of a lift, below zero where less than half of it is left; points."""
    return POINTS * (at_the_end(result, "creator_mood") - after(result, "creator_mood", EARLY) / 2)


def mood_of_envious(model: FollowerModel) -> float:
    """Mean mood of the third who stand furthest below similar creators, less that of the third who do least; points."""
    low, high = thirds(model.state.minds.comparison)
    mood = model.state.minds.mood
    return POINTS * float(mood[high].mean() - mood[low].mean())


def obsessed(result: Tables) -> float:
    """Creators whose obsession is above one half at the end, in %."""
    return 100.0 * float((result.creators["obsession"] > 0.5).mean())


def feelings(result: Result) -> Mapping[str, Any]:
    """Likes, reward and means of creators, by day."""
    daily = result.daily
    kept = {name: daily[name].to_numpy() for name in ("likes", "creator_mood", "obsession", "posts")}
    return {"day": daily["day"].to_numpy(), "reward": by_day(result, "reward").mean(axis=1), **kept}


def figures(found: Findings) -> Iterator[tuple[str, Figure]]:
    """Likes, mood, craving and effort over days."""
    from experiments.likes_reward_report import course_figure

    yield "course", course_figure(found)


def remarks(found: Findings) -> Sequence[str]:
    """How much of the joy is left, and how much more a loss weighs."""
    from experiments.likes_reward_report import joy_left, losses

    return [joy_left(found), losses(found)]


def live(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """One world, lived and measured."""
    return EXPERIMENT.live(run, social_graph)


BROKEN: dict[str, dict[str, object]] = {
    USED: {"minds.habituation.moves": False},
    EVEN: {"minds.mood.loss_aversion": 1.0},
    CRAVING: {"minds.obsession.moves": False, "minds.obsession.start": 0.0},
    ENVY: {"minds.mood.envy": 0.0},
    EFFORT: {"minds.effort.moves": False},
}
"""What breaks each link."""
SURGE, LOSS = partial(cap, posts=MORE), partial(cap, posts=FEWER)
UNBROKEN = (
    Arm(STEADY, f"sessions end after {CAP} posts throughout"),
    Arm("a little more", f"from half time on they end after {LITTLE}", interventions=partial(cap, posts=LITTLE)),
    Arm("more", f"from half time on they end after {MORE}", interventions=SURGE),
    Arm("fewer", f"from half time on they end after {FEWER}", interventions=LOSS),
    Arm("more lately", f"they end after {MORE}, but only shortly before the end", interventions=cap_lately),
    Arm("for a while", f"they end after {MORE} for a quarter of the time, and then as before", {}, cap_for_a_while),
)
"""The unbroken loop."""
EXPERIMENT = ArmsExperiment(
    name="likes_reward",
    question="Do likes reward like a drug: does the joy fade, does craving grow, does losing them hurt more?",
    claim="9 and 10. Likes reward like dopamine, more are needed for the same joy, a loop that can become addiction; a "
    "surge brings euphoria, a decline anxiety, and comparison and obsession are the pitfalls",
    about=f"""
Likes are moved without touching any creator: the cap on sessions goes from {CAP} posts to {MORE} (*more*), to {LITTLE}
(*a little more*) or to {FEWER} (*fewer*) for everybody; views change by about the same factor in *more* and *fewer*.
That *more are needed for the same joy* is tested twice: on how much of the first lift of mood is left at the end while
likes are still up, and against a world that came to the same likes only *lately*. A surge that ends (*for a while*)
brings the likes back to where they were. Then single links are broken: creators who are *never used to it* expect of a
post what they did on the first day; *losses like gains* weigh the same; *nobody craves*; there is *no envy* of similar
creators; creators post with *fixed effort*.
""",
    arms=(
        *UNBROKEN,
        Arm(STEADY + USED, "as steady, but expectations stay as they were on the first day", BROKEN[USED]),
        Arm("more" + USED, "more, with such expectations", BROKEN[USED], SURGE),
        Arm(STEADY + EVEN, "as steady, but a bad surprise weighs no more than a good one", BROKEN[EVEN]),
        Arm("more" + EVEN, "more, with such weights", BROKEN[EVEN], SURGE),
        Arm("fewer" + EVEN, "fewer, with such weights", BROKEN[EVEN], LOSS),
        Arm(STEADY + CRAVING, "as steady, but nobody becomes obsessed with numbers", BROKEN[CRAVING]),
        Arm(STEADY + ENVY, "as steady, but comparison takes nothing from mood", BROKEN[ENVY]),
        Arm(STEADY + EFFORT, "as steady, but creators do not post more or less for what it brings", BROKEN[EFFORT]),
        Arm("more" + EFFORT, "more, with such effort", BROKEN[EFFORT], SURGE),
    ),
    outcomes={
        **{
            name: Measure(partial(points, column="creator_mood", **window), "points", about, ratio=False)
            for name, window, about in (
                (
                    "mood_now",
                    {"window": after, "days": NOW},
                    f"Creators' mood (-100 to 100), {NOW} days from half time on",
                ),
                ("mood_early", {"window": after, "days": EARLY}, f"The same, {EARLY} days from half time on"),
                ("mood_late", {"window": at_the_end}, f"The same, the last {LATE} days"),
                (
                    "mood_afterwards",
                    {"window": afterwards},
                    f"The same, {NOW} days from the end of the surge that ends",
                ),
            )
        },
        "mood_left": Measure(mood_left, "points", "Mood late less half of mood early", ratio=False),
        "likes_late": Measure(partial(at_the_end, column="likes"), "likes/day", f"Likes a day, the last {LATE} days"),
        "likes_afterwards": Measure(
            partial(afterwards, column="likes"), "likes/day", f"Likes a day, {NOW} days from the end of that surge"
        ),
        "obsession_early": Measure(
            partial(points, window=after, column="obsession", days=EARLY),
            "points",
            f"Obsession with numbers (0 to 100), {EARLY} days from half time on",
        ),
        "obsessed": Measure(obsessed, "%", "Creators whose obsession is above one half on the last day"),
        "posts_early": Measure(
            partial(after, column="posts", days=EARLY), "posts/day", f"Posts a day, {EARLY} days from half time on"
        ),
        "authenticity_late": Measure(
            partial(points, window=at_the_end, column="authenticity"),
            "points",
            f"Mean authenticity of creators (0 to 100), the last {LATE} days",
        ),
        "mood_of_envious": ModelMeasure(
            mood_of_envious,
            "points",
            "Mood of the third who stand furthest below similar creators, less that of the third who do least",
            ratio=False,
        ),
    },
    expectations=(
        Expectation("a surge of likes brings euphoria", "mood_early", "more", STEADY),
        Expectation("the larger the surge, the more", "mood_early", "more", "a little more"),
        Expectation("likes stay up", "likes_late", "more", STEADY, relative=True),
        Expectation("less than half of the lift stays", "mood_left", "more", STEADY, high=0.0),
        Expectation("the same likes please more who came to them lately", "mood_late", "more lately", "more"),
        Expectation(
            "it is getting used to them that takes the joy",
            "mood_left",
            "more",
            STEADY,
            high=0.0,
            beyond=("more" + USED, STEADY + USED),
        ),
        Expectation(
            "after a surge likes are not below what they were",
            "likes_afterwards",
            "for a while",
            STEADY,
            -2.0,
            relative=True,
        ),
        Expectation("mood is then lower than without the surge", "mood_afterwards", "for a while", STEADY, high=0.0),
        Expectation("a decline brings low mood", "mood_now", "fewer", STEADY, high=0.0),
        Expectation(
            "a loss lowers mood more than a gain lifts it",
            "mood_now",
            "more",
            STEADY,
            high=0.0,
            beyond=(STEADY, "fewer"),
        ),
        Expectation(
            "a loss lowers mood more for weighing more",
            "mood_now",
            "fewer",
            STEADY,
            high=0.0,
            beyond=("fewer" + EVEN, STEADY + EVEN),
        ),
        Expectation("a surge feeds the craving for numbers", "obsession_early", "more", STEADY),
        Expectation("a decline feeds it, too", "obsession_early", "fewer", STEADY),
        Expectation("creators post more when likes rise", "posts_early", "more", STEADY, relative=True),
        Expectation("creators post less when likes fall", "posts_early", "fewer", STEADY, high=0.0, relative=True),
        Expectation(
            "it is effort following reward that makes them post more",
            "posts_early",
            "more",
            STEADY,
            relative=True,
            beyond=("more" + EFFORT, STEADY + EFFORT),
        ),
        Expectation("craving costs authenticity", "authenticity_late", STEADY, STEADY + CRAVING, high=0.0),
        Expectation("comparison lowers mood", "mood_late", STEADY, STEADY + ENVY, high=0.0),
        Expectation(
            "comparison lowers mood most where creators fall behind", "mood_of_envious", STEADY, STEADY + ENVY, high=0.0
        ),
    ),
    evaluate=live,
    usual=Scale(users=1000, days=120, replicates=16, samples=24),
    quick=Scale(users=120, days=40, replicates=2, samples=2),
    constants={"session.session_cap": CAP},
    details=feelings,
    figures=figures,
    remarks=remarks,
    uncertain=(
        Uncertainty("minds.mood.loss_aversion", 2.25 / 1.5, 2.25 * 1.5, "log"),
        Uncertainty("minds.mood.envy", 0.05 / 1.5, 0.05 * 1.5, "log"),
        Uncertainty("minds.obsession.start", 0.1 / 1.5, 0.1 * 1.5, "log"),
    ),
    caveats=(
        "longer sessions bring creators views and followers as well as likes; what is called likes here is all three",
        "which of the changes of mood anybody would notice nobody has measured; the scale is 200 points long",
    ),
)

"""Motivations: what do validation, influence, creative joy and the wish to get away make people do?

Creators post for validation, for influence, and for the joy of it; viewers watch, among other things, to get away from
the mundane. The motives of creators are set for whole worlds, one motive at a time, with the same people and the same
luck; within one world creators of different motives are compared too, where they compete for the same viewers. Escapism
of viewers is seen in how long they watch, and in what watching does to their mood, in usual and in short sessions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from simulation.analysis import rank_correlation
from simulation.analysis.headline import HEADLINE, RECENT, Measure
from simulation.experiment.declare import Arm, ArmsExperiment, Expectation, ModelMeasure
from simulation.experiment.options import Scale
from simulation.study import Outcome, Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from matplotlib.figure import Figure

    from simulation.analysis.tables import Tables
    from simulation.experiment.judge import Findings
    from simulation.model import FollowerModel
    from simulation.social_graph import SocialGraph

VALIDATION, INFLUENCE = "creators.validation_mean", "creators.influence_mean"
MAIN, REST = 0.9, 0.05
"""Mean share of the one motive that a world's creators live for, and of each other one."""
ESCAPISM, CAP = "users.escapism_mean", "session.session_cap"
ESCAPIST, SHORT = 0.6, 4
"""Mean escapism where many want to get away (usually .3); most posts of a session where it is cut short."""


OFF_VOICE = ("chase_trends", "analytics")
"""Strategies that change what posts are about; engaging and collaborating leave the voice alone."""


def own_voice(result: Tables) -> float:
    """Share of creators' days, breaks left out, on which they keep to their own voice."""
    return float(_habits(result)["own_voice"].mean())


def own_voice_change(result: Tables) -> float:
    """The same in the last four weeks, less that in the first four."""
    days = result.creator_days
    working = days[~days["away"]]
    own = ~working["strategy"].isin(OFF_VOICE)
    first, last = own[working["day"] < RECENT], own[working["day"] >= result.days - RECENT]
    return float(last.mean() - first.mean())


def reward_spread(result: Tables) -> float:
    """Standard deviation of a creator's rewards from post to post, mean over creators."""
    return float(_habits(result)["reward_spread"].mean())


def authenticity_kept(result: Tables) -> float:
    """Authenticity over the last four weeks less that to which creators would return: means over creators."""
    return float(_habits(result)["authenticity_kept"].mean())


def quit_share(result: Tables) -> float:
    """Share of creators who have given up by the end."""
    return float(result.daily["quit"].iloc[-1]) / len(result.creators)


def obsession_by_validation(result: Tables) -> float:
    """Rank correlation, over the creators of one world, of obsession with the share of validation in their motives."""
    return _across(result, "validation", "obsession")


def own_voice_by_joy(result: Tables) -> float:
    """The same of days in the own voice with the share of creative joy."""
    return _across(result, "joy", "own_voice")


def followers_by_joy(result: Tables) -> float:
    """The same of followers with the share of creative joy."""
    return _across(result, "joy", "followers")


def _across(result: Tables, motive: str, outcome: str) -> float:
    table = creators(result)
    known = np.isfinite(table[outcome])
    return rank_correlation(table[outcome][known], table[motive][known])


def creators(result: Tables) -> dict[str, Any]:
    """Motives of every creator, and what came of them."""
    table, habits = result.creators, _habits(result)
    motives = {name: table[f"motive_{name}"].to_numpy(np.float64) for name in ("validation", "influence", "joy")}
    found = {name: habits[name].to_numpy(np.float64) for name in habits}
    return {**motives, **found, "followers": table["followers"].to_numpy(np.float64)}


def _habits(result: Tables) -> pd.DataFrame:
    """Of every creator: share of days in the own voice; obsession, mood and authenticity kept in the last weeks."""
    days, table = result.creator_days, result.creators
    working = days[~days["away"]]
    recent = days[days["day"] >= result.days - RECENT].groupby("creator")[["obsession", "mood", "authenticity"]].mean()
    found = recent.reindex(table["creator"]).astype(np.float64)
    found["own_voice"] = (~working["strategy"].isin(OFF_VOICE)).groupby(working["creator"]).mean().reindex(found.index)
    posted = days[days["posted"]]
    found["reward_spread"] = posted.groupby("creator")["reward"].std().reindex(found.index).astype(np.float64)
    found["authenticity_kept"] = found.pop("authenticity") - table.set_index("creator")["authenticity_baseline"]
    return found


def session_by_escapism(model: FollowerModel) -> float:
    """Rank correlation over users of escapism with posts seen a session: posts a day over how often they come."""
    users = model.state.users
    there = (users.activity > 0) & (users.left > model.state.day)
    return rank_correlation(users.use[there] / users.activity[there], users.escapism[there])


def mood_by_escapism(model: FollowerModel) -> float:
    """Slope over users of mood, less the set point, on escapism: from no wish to get away to nothing else."""
    users = model.state.users
    there = users.left > model.state.day
    slope, _ = np.polyfit(users.escapism[there], (users.mood - users.set_point)[there], 1)
    return float(slope)


def figures(found: Findings) -> Iterator[tuple[str, Figure]]:
    """What comes of creators of different motives in one world."""
    from experiments.motivations_figures import motives_figure

    yield "motives", motives_figure(found)


def remarks(found: Findings) -> list[str]:
    """Who wins followers, what watching does to escapists."""
    from experiments.motivations_figures import paragraphs

    return paragraphs(found)


def live(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """One world, lived and measured."""
    return EXPERIMENT.live(run, social_graph)


EXPERIMENT = ArmsExperiment(
    name="motivations",
    question="What do validation, influence, creative joy and the wish to get away make people do?",
    claim="14. Motives: validation, influence, escape from the mundane and creative joy",
    about="""
In three worlds nearly all creators live for one thing: *validation* (likes and net followers), *influence* (views),
or the *joy* of making something genuine in their own voice. What they do follows: which strategy they choose, how
much of their authenticity they keep, how obsessed with numbers they become, how they feel, whether they burn out and
give up. Since a world of one motive is another market too, the same is looked at within the usual world, where
creators of all mixtures of motives meet the same viewers. For viewers, the fourth motive is *escape*: in *escapist*
worlds more of them want to get away. That it makes them watch longer shows within and between worlds. Whether it does
for them what they want of it shows in mood: if watching is an escape that works, mood rises more with escapism in the
usual world than where sessions are cut *short*.
""",
    arms=(
        Arm("usual", "motives of creators and viewers as they are by default"),
        Arm("validation", "creators live for likes and net followers", {VALIDATION: MAIN, INFLUENCE: REST}),
        Arm("influence", "creators live for views", {VALIDATION: REST, INFLUENCE: MAIN}),
        Arm("joy", "creators live for what they make", {VALIDATION: REST, INFLUENCE: REST}),
        Arm("escapist", "twice as much of what moves viewers is the wish to get away", {ESCAPISM: ESCAPIST}),
        Arm("short", f"no session is longer than {SHORT} posts", {CAP: SHORT}),
    ),
    outcomes={
        "own_voice": Measure(
            own_voice, "1", "Share of creators' working days on which they neither chase trends nor post by analytics"
        ),
        "own_voice_change": Measure(
            own_voice_change, "1", "The same in the last four weeks less that in the first four", ratio=False
        ),
        "reward_spread": Measure(
            reward_spread, "1", "Standard deviation of a creator's rewards, in units of reward, mean over creators"
        ),
        "authenticity_kept": Measure(
            authenticity_kept, "1", "Authenticity in the last four weeks less creators' own baseline", ratio=False
        ),
        **{name: HEADLINE[f"creator_{name}"] for name in ("obsession", "mood", "burnout")},
        "gave_up": Measure(quit_share, "1", "Share of creators who gave up"),
        "posts": HEADLINE["posts_per_creator_day"],
        "obsession_by_validation": Measure(
            obsession_by_validation,
            "1",
            "Rank correlation of obsession with the share of validation, over the creators of one world",
            ratio=False,
        ),
        "own_voice_by_joy": Measure(
            own_voice_by_joy,
            "1",
            "Rank correlation of days in the own voice with the share of joy, over the creators of one world",
            ratio=False,
        ),
        "followers_by_joy": Measure(
            followers_by_joy,
            "1",
            "Rank correlation of followers with the share of joy, over the creators of one world",
            ratio=False,
        ),
        "session_by_escapism": ModelMeasure(
            session_by_escapism, "1", "Rank correlation over viewers of posts a session with escapism", ratio=False
        ),
        "mood_by_escapism": ModelMeasure(
            mood_by_escapism, "1", "Slope over viewers of mood, less its set point, on escapism (0 to 1)", ratio=False
        ),
        **{name: HEADLINE[name] for name in ("user_use", "user_mood")},
    },
    expectations=(
        Expectation("living for validation makes creators obsessed", "obsession", "validation", "joy"),
        Expectation("living for influence does so less than for validation", "obsession", "validation", "influence"),
        Expectation("joy keeps creators to their own voice more than validation", "own_voice", "joy", "validation"),
        Expectation("joy keeps creators to their own voice more than influence", "own_voice", "joy", "influence"),
        Expectation("validation costs authenticity", "authenticity_kept", "validation", "joy", high=0.0),
        Expectation("creators who live for validation feel worse", "mood", "validation", "joy", high=0.0),
        Expectation("living for validation burns creators out more", "burnout", "validation", "joy"),
        Expectation("living for validation makes more creators give up", "gave_up", "validation", "joy"),
        Expectation("within one world, the more for validation, the more obsessed", "obsession_by_validation", "usual"),
        Expectation("within one world, the more for joy, the more own voice", "own_voice_by_joy", "usual"),
        Expectation("viewers who want to get away watch longer", "session_by_escapism", "usual"),
        Expectation("worlds of escapists watch more", "user_use", "escapist", "usual"),
        Expectation("watching lifts the mood of escapists more than of others", "mood_by_escapism", "usual", "short"),
    ),
    evaluate=live,
    usual=Scale(users=1000, days=120, replicates=24, samples=56),
    details=creators,
    figures=figures,
    remarks=remarks,
    caveats=(
        "that joy does not depend on numbers, and that craving grows with validation alone, are rules of the model; "
        "what is found is what they come to in a market, in which viewers respond",
        "worlds begin with nobody followed, so that at first numbers grow whatever creators do, and those who live for "
        "numbers stay with what they did while numbers grew; with `--days 240` worlds are older",
        "a world in which everybody lives for one thing is a thought experiment: no platform has it",
    ),
)

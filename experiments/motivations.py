"""Motivations: what do validation, influence, creative joy and the wish to get away make people do?

Creators post for validation, for influence, and for the joy of it; viewers watch, among other things, to get away from
the mundane. The motives of creators are set for whole worlds, one motive at a time, under common random numbers; within
one world creators of different motives are compared too, where they compete for the same viewers. Escapism of viewers
shows in how long they watch, and in what watching does to their mood, in usual and in short sessions.

In three worlds nearly all creators have one motive: *validation* (likes and net followers), *influence* (views), or the
*joy* of making something authentic in their own voice. Their behaviour follows: which strategy they choose, how much of
their authenticity they keep, how obsessed with numbers they become, how they feel, whether they burn out and give up.
Since a world of one motive is another market too, the same is looked at within the usual world, where creators of all
mixtures of motives meet the same viewers. For viewers, the fourth motive is *escape*: in *escapist* worlds more of them
want to get away. That it makes them watch longer shows within and between worlds. Whether it gives them what they want
shows in mood: if watching is an escape that works, mood rises more with escapism in the usual world than where sessions
are cut *short*.
"""

from typing import Any

import numpy as np
import pandas as pd

from simulation.analysis import rank_correlation
from simulation.analysis.headline import RECENT
from simulation.analysis.tables import Tables
from simulation.cli.experiment import main
from simulation.experiment import Arm, Expectation, Experiment, Figures, Findings, Scale, headline, less
from simulation.experiment.draw import Panel, by_fifth, curves, fifths
from simulation.model import FollowerModel
from simulation.parameters import KNOWN
from simulation.plots.style import BLUE, GREEN, ORANGE

VALIDATION, INFLUENCE = "creators.validation_mean", "creators.influence_mean"
MAIN, REST = 0.9, 0.05
"""Mean share of the one motive of a world's creators, and of each other one."""
ESCAPISM, CAP = "users.escapism_mean", "session.session_cap"
ESCAPIST, SHORT = 0.6, 4
"""Mean escapism where many want to get away (usually .3); most posts of a session where it is cut short."""
OFF_VOICE = ("chase_trends", "analytics")
"""Strategies that change what posts are about; engaging and collaborating leave the voice alone."""
MOTIVES = {"validation": BLUE, "influence": ORANGE, "joy": GREEN}
PANELS = {
    "own_voice": "share of days on voice",
    "authenticity_kept": "authenticity minus own baseline",
    "obsession": "obsession with numbers",
    "mood": "mood (from \N{MINUS SIGN}1 to 1)",
}


def creators(result: Tables) -> dict[str, Any]:
    """Of every creator: motives and followers; share of days on voice; the last weeks' moods; spread of rewards."""
    days, table = result.creator_days, result.creators.set_index("creator")
    working = days[~days["away"]]
    found = days[days["day"] >= result.days - RECENT].groupby("creator")[["obsession", "mood", "authenticity"]].mean()
    found = found.reindex(table.index)
    found["own_voice"] = (~working["strategy"].isin(OFF_VOICE)).groupby(working["creator"]).mean()
    found["reward_spread"] = days[days["posted"]].groupby("creator")["reward"].std()
    found["authenticity_kept"] = found.pop("authenticity") - table["authenticity_baseline"]
    found["followers"] = table["followers"]
    kept = pd.concat([table[[f"motive_{name}" for name in MOTIVES]].set_axis(list(MOTIVES), axis=1), found], axis=1)
    return {name: kept[name].to_numpy(np.float64) for name in kept}


def across(result: Tables, motive: str, outcome: str) -> float:
    """Rank correlation, over the creators of one world, of an outcome with the share of a motive."""
    table = creators(result)
    known = np.isfinite(table[outcome])
    return rank_correlation(table[outcome][known], table[motive][known])


def own_voice_change(result: Tables) -> float:
    """Share of working days on voice, in the last four weeks minus in the first four."""
    days = result.creator_days
    working = days[~days["away"]]
    own = ~working["strategy"].isin(OFF_VOICE)
    first, last = own[working["day"] < RECENT], own[working["day"] >= result.days - RECENT]
    return float(last.mean() - first.mean())


def measure(result: Tables) -> dict[str, float]:
    """Means over creators, and correlations within the world."""
    table = creators(result)
    return {
        **{name: float(np.nanmean(table[name])) for name in ("own_voice", "reward_spread", "authenticity_kept")},
        "own_voice_change": own_voice_change(result),
        "gave_up": float(result.daily["quit"].iloc[-1]) / len(result.creators),
        "obsession_by_validation": across(result, "validation", "obsession"),
        "own_voice_by_joy": across(result, "joy", "own_voice"),
        "followers_by_joy": across(result, "joy", "followers"),
    }


def measure_model(model: FollowerModel) -> dict[str, float]:
    """Escapism of viewers with posts per session (posts per day over frequency of use), and with their mood."""
    users = model.state.users
    there = users.left > model.state.day
    active = (users.activity > 0) & there
    slope, _ = np.polyfit(users.escapism[there], (users.mood - users.set_point)[there], 1)
    length = users.use[active] / users.activity[active]
    return {"session_by_escapism": rank_correlation(length, users.escapism[active]), "mood_by_escapism": float(slope)}


def figures(found: Findings) -> Figures:
    """What creators do and feel, by their share of each motive, within the usual world."""
    panels = []
    for outcome, label in PANELS.items():
        tables = {motive: by_fifth(found.details, motive, (outcome,)) for motive in MOTIVES}
        lines = [
            (motive, MOTIVES[motive], fifths(table, "usual", motive, table[outcome] / table["creators"]))
            for motive, table in tables.items()
        ]
        panels.append(Panel("", label, lines, at=None, marker="o-"))
    yield "motives", curves(panels, ["share of the motive (fifths of creators, mean of each)"])


def remarks(found: Findings) -> list[str]:
    """Who wins followers, how much is posted, and what watching does to the mood of escapists."""
    said = found.said
    changes, spreads = (found.by_arm(name, MOTIVES) for name in ("own_voice_change", "reward_spread"))
    posts = found.by_arm("posts_per_creator_day", MOTIVES, "usual", relative=True)
    return [
        "**Who wins.** Within the usual world the rank correlation of followers with the share of joy is "
        f"{said('followers_by_joy', 'usual')}. Posts per creator per day, relative to the usual world: {posts}.",
        "**Own voice and time.** From the first four weeks to the last the share of days on voice changes, by motive: "
        f"{changes}. Two rules of the model suggest why. Numbers grow at first whatever creators do, so that those who "
        "seek numbers find their first choice confirmed, which mostly was their own voice, and look for other ways as "
        "growth ends. And choices are the more random, the smaller differences in reward are relative to "
        f"`minds.strategy.temperature` ({float(str(KNOWN['minds.strategy.temperature'].default)):g}): a creator's "
        f"rewards vary, from post to post, by (standard deviation) {spreads}.",
        f"**Does escape work?** Mood, minus the set point, changes by {said('mood_by_escapism', 'usual')} from no "
        f"escapism to escapism only, and by {said('mood_by_escapism', 'short')} where sessions are short. Where more "
        f"viewers want to get away, their mean mood changes by {said('user_mood', 'escapist', 'usual')} from the usual "
        f"world; where sessions are short, by {said('user_mood', 'short', 'usual')}. Escape brings relief, and longer "
        "sessions take time from the rest of life; these numbers are the balance.",
    ]


EXPERIMENT = Experiment(
    name="motivations",
    question="What do validation, influence, creative joy and the wish to get away make people do?",
    claim="14. Motives: validation, influence, escape from the mundane and creative joy",
    about=__doc__,
    arms=(
        Arm("usual", "motives of creators and viewers as they are by default"),
        Arm("validation", "creators seek likes and net followers", {VALIDATION: MAIN, INFLUENCE: REST}),
        Arm("influence", "creators seek views", {VALIDATION: REST, INFLUENCE: MAIN}),
        Arm("joy", "creators enjoy what they make", {VALIDATION: REST, INFLUENCE: REST}),
        Arm("escapist", "mean escapism of viewers is doubled", {ESCAPISM: ESCAPIST}),
        Arm("short", f"no session is longer than {SHORT} posts", {CAP: SHORT}),
    ),
    outcomes={
        "own_voice": ("1", "Share of creators' working days without chasing trends or posting by analytics (on voice)"),
        "own_voice_change": ("1", "The same in the last four weeks minus that in the first four"),
        "reward_spread": ("1", "Standard deviation of a creator's rewards, in units of reward, mean over creators"),
        "authenticity_kept": ("1", "Authenticity in the last four weeks minus creators' own baseline"),
        **headline("creator_obsession", "creator_mood", "creator_burnout"),
        "gave_up": ("1", "Share of creators who gave up"),
        **headline("posts_per_creator_day", "user_use", "user_mood"),
        "obsession_by_validation": ("1", "Rank correlation over creators of obsession with the share of validation"),
        "own_voice_by_joy": ("1", "Rank correlation over creators of days on voice with the share of joy"),
        "followers_by_joy": ("1", "Rank correlation over creators of followers with the share of joy"),
        "session_by_escapism": ("1", "Rank correlation over viewers of posts per session with escapism"),
        "mood_by_escapism": ("1", "Slope over viewers of mood, minus its set point, on escapism (0 to 1)"),
    },
    measure=measure,
    measure_model=measure_model,
    expectations=(
        Expectation("validation makes creators obsessed", "creator_obsession", "validation", "joy", headline=True),
        Expectation("influence does so less than validation", "creator_obsession", "validation", "influence"),
        Expectation(
            "joy keeps creators to their own voice more than validation",
            "own_voice",
            "joy",
            "validation",
            headline=True,
        ),
        Expectation("joy keeps creators to their own voice more than influence", "own_voice", "joy", "influence"),
        less("validation costs authenticity", "authenticity_kept", "validation", "joy"),
        less("creators who seek validation feel worse", "creator_mood", "validation", "joy"),
        Expectation("seeking validation burns creators out more", "creator_burnout", "validation", "joy"),
        Expectation("seeking validation makes more creators give up", "gave_up", "validation", "joy"),
        Expectation("within one world, more validation means more obsession", "obsession_by_validation", "usual"),
        Expectation("within one world, more joy means more own voice", "own_voice_by_joy", "usual"),
        Expectation("viewers who want to get away watch longer", "session_by_escapism", "usual", headline=True),
        Expectation("worlds of escapists watch more", "user_use", "escapist", "usual"),
        Expectation("watching lifts the mood of escapists more than of others", "mood_by_escapism", "usual", "short"),
    ),
    usual=Scale(users=1000, days=120, replicates=24, samples=56),
    details=creators,
    figures=figures,
    remarks=remarks,
    caveats=(
        "that joy does not depend on numbers, and that craving grows with validation alone, are rules of the model; "
        "the result is their effect in a market, in which viewers respond",
        "worlds begin without follows, so that at first numbers grow whatever creators do, and those who seek numbers "
        "stay with what they did while numbers grew; with `--days 240` worlds are older",
        "a world in which all creators have one motive is a thought experiment: no platform has it",
    ),
)

if __name__ == "__main__":
    main(__file__)

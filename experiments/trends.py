"""Trends: do shifts in followers reveal what is trending, and do they do so before or after?

The heat of a topic is known in the model and not to anyone on the platform. A detector that sees followers only, and
only those of past days (`simulation.analysis.trends`), is asked on each day which topics gain unusually many. Its
answers are compared with the heat: relative to other topics at the same time, to worlds without trends, and to worlds
in which heat moves and nothing on the platform responds to it.

Followers can reveal a trend in two ways: the feed shows more of what is hot, and creators make more of it. *Feed
ignores heat* and *no chasing* remove one of them, *no response* both: there nothing on the platform responds to heat,
so that whatever a detector finds is chance. In worlds with *no trends* every alarm is false. How well peaks of heat are
detected is measured without a threshold (does the hot topic's best score exceed that of another topic, in the two weeks
about the peak?) and with that of `simulation.analysis.trends.detect` (is there an alarm?), always relative to other
topics on the same days, since what moves all topics alike is no trend of one. Whether followers lead or lag is asked
twice: do net followers correlate more with later heat than with earlier heat, and do alarms come before the peak?
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simulation.analysis import Interval
from simulation.analysis.tables import FloatArray, IntArray, Tables
from simulation.analysis.trends import TRAILING, by_topic, detect, lead, peaks, scores
from simulation.analysis.wording import number
from simulation.cli.experiment import main
from simulation.experiment import Arm, Expectation, Experiment, Figures, Findings, Scale, around, headline
from simulation.experiment.draw import Panel, curves
from simulation.experiment.judge import resampled
from simulation.plots import trends as trends_of
from simulation.plots.style import BLUE, GREEN, GREY, ORANGE, VERMILLION

NEAR = 7
"""Days from a peak of heat within which an alarm belongs to it."""
EPOCH = 28
"""Days about a peak that are looked at, before and after."""
NEIGHBOURING = 7
"""Days of lead, or lag, at which correlations are compared."""
YEAR = 365.0
NAN = float("nan")
LINES = {"usual": BLUE, "feed ignores heat": ORANGE, "no chasing": GREEN, "no response": GREY}
RESAMPLES = 4999
MEDIAN = "% above its own\nrunning median"
PANELS = {
    "heat": ("Heat of a topic", "log heat (0: neither\nhot nor cold)", ("usual",)),
    "gained": ("Followers its creators gain", MEDIAN, tuple(LINES)),
    "lost": ("Followers its creators lose", MEDIAN, tuple(LINES)),
    "correlation": ("Lead of followers", "mean correlation of heat\nwith net followers", tuple(LINES)),
}
"""Title, label and arms of the panel of a column of the details."""


class Signals(NamedTuple):
    """What a run shows, and what a detector made of it; topics are columns, days rows."""

    heat: FloatArray
    """Logarithm of heat, (days, topics)."""
    score: FloatArray
    """How unusual net followers are, (days, topics); NaN where too few days have gone by to tell."""
    peak_day: IntArray
    peak_topic: IntArray
    height: FloatArray
    """How far each peak stands out from the valleys about it, in log heat."""
    alarm_day: IntArray
    alarm_topic: IntArray
    judged: list[tuple[int, int]]
    """Day and topic of the peaks for which the detector had enough days, `NEAR` of them before and after."""


def signals(result: Tables) -> Signals:
    """Peaks of heat and alarms of a run."""
    table = result.topic_days
    found, alarms = peaks(table), detect(table)
    day, topic = (found[name].to_numpy(np.int64) for name in ("day", "topic"))
    known = (day >= TRAILING + NEAR) & (day < result.days - NEAR)
    return Signals(
        heat=np.log(by_topic(table, "heat").to_numpy(np.float64)),
        score=scores(table).to_numpy(np.float64),
        peak_day=day,
        peak_topic=topic,
        height=found["prominence"].to_numpy(np.float64),
        alarm_day=alarms["day"].to_numpy(np.int64),
        alarm_topic=alarms["topic"].to_numpy(np.int64),
        judged=list(zip(day[known].tolist(), topic[known].tolist(), strict=True)),
    )


def told_apart(found: Signals) -> float:
    """Probability that about a peak the hot topic's best score exceeds that of another topic (area under the ROC)."""
    wins = []
    for day, topic in found.judged:
        best = found.score[day - NEAR : day + NEAR + 1].max(axis=0)
        others = np.delete(best, topic)
        wins.append(((best[topic] > others) + 0.5 * (best[topic] == others)).mean() if others.size else NAN)
    return mean(wins)


def recall(found: Signals) -> float:
    """Share of peaks with an alarm for their topic nearby, minus the share of other topics with one at that time."""
    return _excess(found, found.judged, found.alarm_day, found.alarm_topic)


def precision(found: Signals) -> float:
    """Share of alarms with a peak of their topic nearby, minus the share of other topics with one at that time."""
    alarms = zip(found.alarm_day.tolist(), found.alarm_topic.tolist(), strict=True)
    return _excess(found, alarms, found.peak_day, found.peak_topic)


def _excess(found: Signals, events: Any, day: IntArray, topic: IntArray) -> float:
    """Mean over events of whether one of (day, topic) is near, minus the share of other topics with one."""
    gains = []
    for when, own in events:
        hit = np.isin(np.arange(found.heat.shape[1]), topic[np.abs(day - when) <= NEAR])
        gains.append(float(hit[own]) - float(np.delete(hit, own).mean()) if hit.size > 1 else NAN)
    return mean(gains)


def alarms(found: Signals) -> float:
    """Alarms per topic and year in which there could be one."""
    known = int(np.isfinite(found.score).sum())
    return YEAR * found.alarm_day.size / known if known else NAN


def notice(found: Signals) -> float:
    """Days from the first alarm about a peak to it, over the peaks that have one; negative: after it."""
    early = []
    for day, topic in found.judged:
        own = found.alarm_day[(found.alarm_topic == topic) & (np.abs(found.alarm_day - day) <= NEAR)]
        if own.size:
            early.append(float(day - own.min()))
    return mean(early)


def half_time(found: Signals, step: int) -> float:
    """Mean days from a peak to where half its height (log heat) is lost, backward (-1) or forward (1)."""
    times = []
    for day, topic, height in zip(found.peak_day, found.peak_topic, found.height, strict=True):
        line = found.heat[day::step, topic]
        below = np.flatnonzero(line <= line[0] - height / 2)
        times.append(float(below[0]) if below.size else NAN)
    return mean(times)


def profile(result: Tables) -> FloatArray:
    """Mean over peaks of the correlation of heat with net followers, from a week after it to a week before it."""
    return lead(result.topic_days, most=NEIGHBOURING, resamples=1).profile


def mean(values: Sequence[float]) -> float:
    """Mean of what is defined."""
    known = np.array(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    return float(known.mean()) if known.size else NAN


def measure(result: Tables) -> dict[str, float]:
    """How well, and how early, peaks of heat are detected."""
    found, correlation = signals(result), profile(result)
    rise, fall = half_time(found, -1), half_time(found, 1)
    return {
        "told_apart": told_apart(found),
        "recall": recall(found),
        "precision": precision(found),
        "alarms": alarms(found),
        "notice": notice(found),
        "ahead": float(correlation[-NEIGHBOURING:].mean() - correlation[:NEIGHBOURING].mean()),
        "together": float(correlation[NEIGHBOURING]),
        "rise": rise,
        "fall": fall,
        "fall_minus_rise": fall - rise,
    }


def epochs(result: Tables) -> dict[str, Any]:
    """Means over peaks of heat and of followers gained and lost, by days from the peak; and correlations by lead.

    Gained and lost are in % above their own running medians, all peaks weighing alike.
    """
    found, offsets = signals(result), np.arange(-EPOCH, EPOCH + 1)
    inside = (found.peak_day >= EPOCH) & (found.peak_day < result.days - EPOCH)
    rows, columns = found.peak_day[inside, None] + offsets, found.peak_topic[inside, None]
    by_day = {"heat": found.heat}
    for word in ("gained", "lost"):
        counts = by_topic(result.topic_days, word)
        usual = counts.rolling(2 * EPOCH + 1, center=True, min_periods=EPOCH // 2).median()
        by_day[word] = (100.0 * (counts / usual.clip(lower=1.0) - 1.0)).to_numpy(np.float64)
    nothing = np.full(offsets.size, NAN)
    means = {name: table[rows, columns].mean(axis=0) if inside.any() else nothing for name, table in by_day.items()}
    leads, correlation = lead(result.topic_days, most=EPOCH // 2, resamples=1), nothing.copy()
    correlation[np.searchsorted(offsets, leads.lags)] = leads.profile
    return {"offset": offsets, "peaks": np.full(offsets.size, int(inside.sum())), **means, "correlation": correlation}


def by_offset(details: pd.DataFrame, arm: str, column: str) -> pd.DataFrame:
    """A column in every world of an arm that had peaks (rows) by days from the peak, where it is defined in any."""
    rows = details[(details["arm"] == arm) & (details["peaks"] > 0)]
    return rows.pivot(index="replicate", columns="offset", values=column).dropna(axis=1, how="all")


def pooled_lead(table: pd.DataFrame) -> Interval:
    """Days by which followers lead heat: where the mean correlation over worlds is greatest; bootstrap of worlds."""
    known = table.dropna()
    if len(known) < 2:
        return Interval(NAN, NAN, NAN, 0.95)
    days = known.columns.to_numpy(np.float64)
    return resampled(known.to_numpy(np.float64), lambda rows: float(days[rows.mean(axis=0).argmax()]), RESAMPLES)


def figures(found: Findings) -> Figures:
    """Heat, followers gained and lost, and correlations by lead, about peaks of heat; the topics of one usual world."""
    panels = [
        Panel(
            heading,
            label,
            [(arm, LINES[arm], by_offset(found.details, arm, column)) for arm in arms],
            days={0.0: VERMILLION},
        )
        for column, (heading, label, arms) in PANELS.items()
    ]
    lags = "net followers so many days before (above 0)\nor after (below 0) the heat"
    yield "peaks", curves(panels, ["days from the peak of heat", lags])
    yield "one_world", trends_of(found.again(), top=4)


def remarks(found: Findings) -> list[str]:
    """Where the correlation of followers with heat is greatest, over all worlds."""
    details = found.details
    leads = {arm: pooled_lead(by_offset(details, arm, "correlation")) for arm in LINES}
    said = [
        f"{' to '.join(number(day, 0, signed=True) for day in lead[1:3])} days in {arm}"
        for arm, lead in leads.items()
        if np.isfinite(lead.low)
    ]
    total = details[(details["arm"] == "usual") & (details["offset"] == 0)]["peaks"].sum()
    if not said:
        return ["No world had peaks of heat far enough from its ends to say by how many days followers lead or lag."]
    return [
        f"Over all worlds and their peaks ({total:,} in the usual ones) net followers correlate most with the heat so "
        f"many days later (above 0: followers lead; 95% interval, bootstrap over worlds): {'; '.join(said)}."
    ]


IGNORED: dict[str, object] = {"feed.trend_effect": 0.0}
UNCHASED: dict[str, object] = {"minds.strategy.chase_trends": False}
EXPERIMENT = Experiment(
    name="trends",
    question="Do shifts in followers reveal what is trending, and do they do so before or after?",
    claim="13. Shifts in follower dynamics signal cultural trends; memes rise and fall",
    about=__doc__,
    arms=(
        Arm("usual", "topics heat and cool, the feed responds to it, and some creators chase it"),
        Arm("no trends", "no topic is ever hot", {"trends.moves": False}),
        Arm("feed ignores heat", "the feed shows no more of what is hot", IGNORED),
        Arm("no chasing", "creators do not make what is hot", UNCHASED),
        Arm("no response", "neither feed nor creators respond to heat", {**IGNORED, **UNCHASED}),
    ),
    outcomes={
        "told_apart": ("1", "Probability that a hot topic's best score about its peak exceeds another's (.5: blind)"),
        "recall": ("1", "Share of peaks with an alarm within a week, minus that of other topics at the time"),
        "precision": ("1", "Share of alarms with a peak within a week, minus that of other topics at the time"),
        "alarms": ("alarms/topic-year", "Alarms per topic and year"),
        "notice": ("days", "Days by which an alarm comes before the peak of heat (negative: after)"),
        "ahead": ("1", "Correlation of heat with net followers one to seven days before minus that with those after"),
        "together": ("1", "Correlation of heat with net followers of the same day, in the weeks about a peak"),
        "rise": ("days", "Days that heat takes from half its height to the peak"),
        "fall": ("days", "Days that heat takes from the peak to half its height"),
        "fall_minus_rise": ("days", "How much longer the fall takes than the rise"),
        **headline("follows_per_user_day"),
    },
    measure=measure,
    expectations=(
        Expectation("followers tell hot topics from others", "told_apart", "usual", low=0.5, headline=True),
        Expectation("they do so better than where nothing responds to heat", "told_apart", "usual", "no response"),
        Expectation("they do so because the feed responds to heat", "told_apart", "usual", "feed ignores heat"),
        Expectation("they do so because creators chase it", "told_apart", "usual", "no chasing"),
        Expectation("an alarm finds peaks beyond chance", "recall", "usual"),
        Expectation("alarms mean peaks beyond chance", "precision", "usual"),
        Expectation("trends raise more alarms than no trends", "alarms", "usual", "no trends"),
        Expectation("net followers run ahead of heat", "ahead", "usual"),
        Expectation("alarms come before the peak", "notice", "usual", headline=True),
    ),
    checks=(Expectation("heat rises faster than it falls", "fall_minus_rise", "usual"),),
    usual=Scale(users=1000, days=180, replicates=24, samples=48),
    quick=Scale(users=120, days=90, replicates=3, samples=8),
    details=epochs,
    figures=figures,
    remarks=remarks,
    caveats=(
        "a topic's creators are those whose latest post is mostly about it: creators who come to a hot topic bring "
        "along what they gain anywhere, and that counts as the topic's",
        "what limits a detector here is the chance of small counts; on a larger platform it would find smaller trends",
        "the platform responds to heat on the same day, and a detector needs some days of it: this is why it is hardly "
        "ever early",
    ),
    uncertain=around("feed.trend_effect"),
)

if __name__ == "__main__":
    main(__file__)

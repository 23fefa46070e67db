"""Trends: do shifts in followers tell what is trending, and do they tell it before or after?

Heat of a topic is known in the model and to nobody on the platform. A detector that sees followers only, and only those
of days gone by (`simulation.analysis.trends`), is asked on each day which topics gain unusually many. What it says is
held against the heat: against the same detector's word on other topics at the same time, against worlds without
trends, and against worlds in which heat moves and nothing on the platform answers to it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from simulation.analysis.headline import HEADLINE, Measure
from simulation.experiment.declare import Arm, ArmsExperiment, Expectation
from simulation.experiment.options import Scale
from simulation.study import Outcome, Run, Uncertainty

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from matplotlib.figure import Figure

    from simulation.analysis.tables import FloatArray, IntArray, Tables
    from simulation.experiment.judge import Findings
    from simulation.social_graph import SocialGraph

NEAR = 7
"""Days from a peak of heat within which an alarm belongs to it."""
EPOCH = 28
"""Days about a peak that are looked at, before and after."""
NEIGHBOURING = 7
"""Days of lead, or lag, at which correlations are compared."""
YEAR = 365.0
NAN = float("nan")


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
    judged: IntArray
    """Places of the peaks about which the detector could tell for `NEAR` days before and after."""


@lru_cache(maxsize=1)
def signals(result: Tables) -> Signals:
    """Peaks of heat and alarms of a run; kept until the next one is asked for, as all measures need them."""
    from simulation.analysis.trends import TRAILING, by_topic, detect, peaks, scores

    table = result.topic_days
    found, alarms = peaks(table), detect(table)
    day = found["day"].to_numpy(np.int64)
    judged = (day >= TRAILING + NEAR) & (day < result.days - NEAR)
    return Signals(
        heat=np.log(by_topic(table, "heat").to_numpy(np.float64)),
        score=scores(table).to_numpy(np.float64),
        peak_day=day,
        peak_topic=found["topic"].to_numpy(np.int64),
        height=found["prominence"].to_numpy(np.float64),
        alarm_day=alarms["day"].to_numpy(np.int64),
        alarm_topic=alarms["topic"].to_numpy(np.int64),
        judged=np.flatnonzero(judged),
    )


def told_apart(result: Tables) -> float:
    """Chance that about a peak the hot topic's best score is above that of another topic (area under the ROC curve)."""
    found = signals(result)
    wins = []
    for day, topic in _peaks(found):
        best = found.score[day - NEAR : day + NEAR + 1].max(axis=0)
        others = np.delete(best, topic)
        wins.append(((best[topic] > others) + 0.5 * (best[topic] == others)).mean() if others.size else NAN)
    return _mean(wins)


def recall(result: Tables) -> float:
    """Share of peaks with an alarm for their topic nearby, less the share of other topics with one at the same time."""
    found = signals(result)
    topics = np.arange(found.heat.shape[1])
    gains = []
    for day, topic in _peaks(found):
        near = found.alarm_topic[np.abs(found.alarm_day - day) <= NEAR]
        gains.append(_own_less_others(np.isin(topics, near), topic))
    return _mean(gains)


def precision(result: Tables) -> float:
    """Share of alarms with a peak of their topic nearby, less the share of other topics with one at the same time."""
    found = signals(result)
    topics = np.arange(found.heat.shape[1])
    gains = []
    for day, topic in zip(found.alarm_day.tolist(), found.alarm_topic.tolist(), strict=True):
        near = found.peak_topic[np.abs(found.peak_day - day) <= NEAR]
        gains.append(_own_less_others(np.isin(topics, near), topic))
    return _mean(gains)


def alarms(result: Tables) -> float:
    """Alarms, for each topic and year in which there could be one."""
    found = signals(result)
    told = int(np.isfinite(found.score).sum())
    return YEAR * found.alarm_day.size / told if told else NAN


def notice(result: Tables) -> float:
    """Days by which the first alarm about a peak comes before it, over the peaks that have one; below 0: after it."""
    found = signals(result)
    early = []
    for day, topic in _peaks(found):
        own = found.alarm_day[(found.alarm_topic == topic) & (np.abs(found.alarm_day - day) <= NEAR)]
        if own.size:
            early.append(float(day - own.min()))
    return _mean(early)


def ahead(result: Tables) -> float:
    """Correlation of heat, about its peaks, with net followers up to a week before less that with those after."""
    found = profile(result)
    after, before = found[:NEIGHBOURING], found[-NEIGHBOURING:]
    return float(before.mean() - after.mean())


def together(result: Tables) -> float:
    """Correlation of heat, about its peaks, with net followers of the same days, beyond their trend."""
    return float(profile(result)[NEIGHBOURING])


def profile(result: Tables) -> FloatArray:
    """Mean over peaks of the correlation of heat with net followers, from a week after it to a week before it."""
    from simulation.analysis.trends import lead

    found = lead(result.topic_days, most=NEIGHBOURING, resamples=1)
    return found.profile


def rise(result: Tables) -> float:
    """Days that heat takes to rise to its peak from half the height (in log heat), mean over peaks."""
    return _mean(_half_times(signals(result), -1))


def fall(result: Tables) -> float:
    """Days that heat takes to fall from its peak to half the height (in log heat), mean over peaks."""
    return _mean(_half_times(signals(result), 1))


def fall_less_rise(result: Tables) -> float:
    """How much longer the fall takes than the rise."""
    return fall(result) - rise(result)


def _half_times(found: Signals, step: int) -> list[float]:
    """Days from each peak to where half its height is lost, backward (-1) or forward (1); NaN beyond the run's end."""
    times = []
    for day, topic, height in zip(found.peak_day, found.peak_topic, found.height, strict=True):
        line = found.heat[day::step, topic]
        below = np.flatnonzero(line <= line[0] - height / 2)
        times.append(float(below[0]) if below.size else NAN)
    return times


def _peaks(found: Signals) -> list[tuple[int, int]]:
    """Day and topic of every peak that is judged."""
    return list(zip(found.peak_day[found.judged].tolist(), found.peak_topic[found.judged].tolist(), strict=True))


def _own_less_others(hit: FloatArray, topic: int) -> float:
    return float(hit[topic]) - float(np.delete(hit, topic).mean()) if hit.size > 1 else NAN


def _mean(values: list[float]) -> float:
    known = np.array(values, dtype=np.float64)
    known = known[np.isfinite(known)]
    return float(known.mean()) if known.size else NAN


def epochs(result: Tables) -> Mapping[str, object]:
    """Means over peaks of heat and of followers gained and lost, by days from the peak; and correlations by lead.

    Gained and lost are beyond their own running medians, in % of these, all peaks weighing alike.
    """
    from simulation.analysis.trends import by_topic, lead

    found, offsets = signals(result), np.arange(-EPOCH, EPOCH + 1)
    inside = (found.peak_day >= EPOCH) & (found.peak_day < result.days - EPOCH)
    rows, columns = found.peak_day[inside, None] + offsets, found.peak_topic[inside, None]
    told = {"heat": found.heat}
    for word in ("gained", "lost"):
        counts = by_topic(result.topic_days, word)
        usual = counts.rolling(2 * EPOCH + 1, center=True, min_periods=EPOCH // 2).median()
        told[word] = (100.0 * (counts / usual.clip(lower=1.0) - 1.0)).to_numpy(np.float64)
    means = {
        name: table[rows, columns].mean(axis=0) if inside.any() else np.full(offsets.size, NAN)
        for name, table in told.items()
    }
    leads = lead(result.topic_days, most=EPOCH // 2, resamples=1)
    correlation = np.full(offsets.size, NAN)
    correlation[np.searchsorted(offsets, leads.lags)] = leads.profile
    return {"offset": offsets, "peaks": np.full(offsets.size, int(inside.sum())), **means, "correlation": correlation}


def figures(found: Findings) -> Iterator[tuple[str, Figure]]:
    """The days about a peak, and one world's topics."""
    from experiments.trends_figures import epochs_figure, one_world

    yield "peaks", epochs_figure(found)
    yield "one_world", one_world(found)


def remarks(found: Findings) -> list[str]:
    """Leads over all worlds together."""
    from experiments.trends_figures import remark

    return [remark(found)]


def live(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """One world, lived and measured."""
    return EXPERIMENT.live(run, social_graph)


IGNORED: Mapping[str, object] = {"feed.trend_effect": 0.0}
UNCHASED: Mapping[str, object] = {"minds.strategy.chase_trends": False}
EXPERIMENT = ArmsExperiment(
    name="trends",
    question="Do shifts in followers tell what is trending, and do they tell it before or after?",
    claim="13. Shifts in follower dynamics signal cultural trends; memes rise and fall",
    about="""
Followers can tell of a trend in two ways: the feed shows more of what is hot, and creators make more of it. *Feed
ignores heat* and *nobody chases* take one of them away, *no answer* takes both: there heat goes its way and nothing on
the platform answers, so that whatever a detector finds is chance. In worlds with *no trends* every alarm is false. How
well peaks of heat are told is measured without a threshold (is the hot topic's best score above that of another topic,
in the two weeks about the peak?) and with that of `simulation.analysis.trends.detect` (is there an alarm?), always
against other topics on the same days, since what moves all topics alike is no trend of one. Whether followers lead or
lag is asked twice: do net followers go with later heat more than with earlier heat, and do alarms come before the peak?
That memes rise faster than they fall is how heat is declared; here it is measured.
""",
    arms=(
        Arm("usual", "topics heat and cool, the feed goes by it, and some creators chase it"),
        Arm("no trends", "no topic is ever hot", {"trends.moves": False}),
        Arm("feed ignores heat", "the feed shows no more of what is hot", IGNORED),
        Arm("nobody chases", "creators do not make what is hot", UNCHASED),
        Arm("no answer", "neither feed nor creators go by heat", {**IGNORED, **UNCHASED}),
    ),
    outcomes={
        "told_apart": Measure(
            told_apart, "1", "Chance that a hot topic's best score about its peak is above another topic's (.5: blind)"
        ),
        "recall": Measure(
            recall, "1", "Share of peaks with an alarm within a week, beyond that of other topics then", ratio=False
        ),
        "precision": Measure(
            precision, "1", "Share of alarms with a peak within a week, beyond that of other topics then", ratio=False
        ),
        "alarms": Measure(alarms, "alarms/topic-year", "Alarms for each topic and year"),
        "notice": Measure(
            notice, "days", "Days by which an alarm comes before the peak of heat (below 0: after)", ratio=False
        ),
        "ahead": Measure(
            ahead,
            "1",
            "Correlation of heat with net followers one to seven days before less that with those after",
            ratio=False,
        ),
        "together": Measure(
            together,
            "1",
            "Correlation of heat with net followers of the same day, in the weeks about a peak",
            ratio=False,
        ),
        "rise": Measure(rise, "days", "Days that heat takes from half its height to the peak"),
        "fall": Measure(fall, "days", "Days that heat takes from the peak to half its height"),
        "fall_less_rise": Measure(fall_less_rise, "days", "How much longer the fall takes than the rise", ratio=False),
        "follows_per_user_day": HEADLINE["follows_per_user_day"],
    },
    expectations=(
        Expectation("followers tell hot topics from others", "told_apart", "usual", low=0.5),
        Expectation("better than where nothing answers to heat", "told_apart", "usual", "no answer"),
        Expectation("they tell because the feed goes by heat", "told_apart", "usual", "feed ignores heat"),
        Expectation("and because creators chase it", "told_apart", "usual", "nobody chases"),
        Expectation("an alarm finds peaks beyond chance", "recall", "usual"),
        Expectation("alarms mean peaks beyond chance", "precision", "usual"),
        Expectation("trends raise more alarms than none do", "alarms", "usual", "no trends"),
        Expectation("net followers run ahead of heat", "ahead", "usual"),
        Expectation("alarms come before the peak", "notice", "usual"),
        Expectation("memes rise faster than they fall", "fall_less_rise", "usual"),
    ),
    evaluate=live,
    usual=Scale(users=1000, days=180, replicates=24, samples=48),
    quick=Scale(users=120, days=90, replicates=3, samples=8),
    details=epochs,
    figures=figures,
    remarks=remarks,
    caveats=(
        "a topic's creators are those whose latest post is mostly about it: who comes to a hot topic brings along what "
        "is gained anywhere, and that counts as the topic's",
        "what limits a detector here is the chance of small counts; on a larger platform it would find smaller trends",
        "the platform answers to heat on the same day, and a detector needs some days of it: this is why it is hardly "
        "ever early",
    ),
    uncertain=(Uncertainty("feed.trend_effect", 0.5 / 1.5, 0.5 * 1.5, "log"),),
)

"""Trends told from followers: which topics' creators gain more than they use to, and how long before or after the heat.

Net followers of a topic, gained - lost by the creators whose latest post is mostly about it, are set against their own
running median, which a burst shorter than half the window does not move (Tukey 1977). A detector must not know what
comes, so it looks back only; a lead must not be shifted by the trend, so that one looks back and ahead alike.
Creators come to a topic that heats and bring along what they gain anywhere: that too counts as the topic's.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from simulation.analysis.intervals import Interval
from simulation.analysis.tables import FloatArray, IntArray
from simulation.errors import ParameterError

CENTRED = 57
"""Days of the window that looks both ways: twice as long as a meme is hot, and odd."""
TRAILING = 28
"""Days of the window that looks back."""
LEAST_DAYS = 14
"""Days that a window must hold, at the ends of a run or at its beginning."""
NORMAL_MAD = 1.4826
"""Standard deviation of a normal distribution over its median absolute deviation."""


def by_topic(topic_days: pd.DataFrame, column: str) -> pd.DataFrame:
    """One column of the per-topic daily table, a row for each day and a column for each topic, both in order."""
    return topic_days.pivot(index="day", columns="topic", values=column).sort_index().sort_index(axis=1)


def net_trend(topic_days: pd.DataFrame, *, window: int = CENTRED, trailing: bool = False) -> pd.DataFrame:
    """Net followers of each topic's creators beyond their own trend, in followers a day.

    Args:
        topic_days: columns day, topic, gained, lost.
        window: days whose median is the trend, at least 14.
        trailing: the days before, today left out, as a detector needs it (then the first 14 days are NaN); otherwise as
            many days before as after, with fewer at the ends of the run, so that nothing is shifted in time.

    Returns:
        A row a day and a column a topic.

    Raises:
        ParameterError: ``window`` is below 14.
    """
    if window < LEAST_DAYS:
        raise ParameterError(f"window must be at least {LEAST_DAYS} days; it is {window}")
    net = by_topic(topic_days, "gained") - by_topic(topic_days, "lost")
    if trailing:
        return net - net.shift(1).rolling(window, min_periods=LEAST_DAYS).median()
    return net - net.rolling(window, center=True, min_periods=LEAST_DAYS).median()


def scores(topic_days: pd.DataFrame, *, window: int = TRAILING) -> pd.DataFrame:
    """How unusual each day's net followers are, in robust standard deviations: z, a row a day and a column a topic.

    Today's distance from the trailing trend over what such distances used to be: 1.4826 times the median of their
    absolute values in the window (Iglewicz & Hoaglin 1993), and no less than the standard deviation of counts that come
    one by one, the root of what is gained and lost a day (Skellam 1946). The first 28 days are NaN.

    Raises:
        ParameterError: as in `net_trend`.
    """
    beyond = net_trend(topic_days, window=window, trailing=True)
    usual = beyond.abs().shift(1).rolling(window, min_periods=LEAST_DAYS).median()
    flow = by_topic(topic_days, "gained") + by_topic(topic_days, "lost")
    least = np.sqrt(flow.shift(1).rolling(window, min_periods=LEAST_DAYS).mean().clip(lower=1.0))
    return beyond / (NORMAL_MAD * usual).clip(lower=least)


def detect(topic_days: pd.DataFrame, *, threshold: float = 4.0, window: int = TRAILING, quiet: int = 7) -> pd.DataFrame:
    """Onsets of unusual net followers: days on which a topic's score reaches ``threshold`` after ``quiet`` days below.

    Each onset is known on its day: nothing later is used. On pure noise (independent Poisson gains and losses) the
    default threshold gives at worst one false alarm in two topic-years (where two followers come a day), one in
    twelve at ten followers a day, one in eighty at a hundred; a threshold of 5 a seventh of that or less.

    Args:
        topic_days: columns day, topic, gained, lost.
        threshold: of `scores`, above 0.
        window: as in `scores`.
        quiet: days without such a score before an onset, at least 1.

    Returns:
        One row per onset, by day and topic: day, topic, score, beyond (followers above the trend that day).

    Raises:
        ParameterError: ``window``, ``threshold`` or ``quiet`` is out of range.
    """
    if not threshold > 0 or quiet < 1:
        raise ParameterError(f"threshold must be above 0 and quiet at least 1; they are {threshold} and {quiet}")
    score = scores(topic_days, window=window)
    beyond = net_trend(topic_days, window=window, trailing=True)
    high = score >= threshold
    lately = high.shift(1, fill_value=False).astype(float).rolling(quiet, min_periods=1).max() > 0
    day, topic = np.nonzero((high & ~lately).to_numpy(bool))
    numbers = {name: table.to_numpy(np.float64)[day, topic] for name, table in (("score", score), ("beyond", beyond))}
    days, topics = score.index.to_numpy(np.int64)[day], score.columns.to_numpy(np.int64)[topic]
    return pd.DataFrame({"day": days, "topic": topics, **numbers})


class Lead(NamedTuple):
    """How long net followers lead the peaks of heat."""

    days: Interval
    """Days by which net followers lead (above 0) or lag (below); NaN where there are no peaks."""
    correlation: float
    """Mean correlation of heat and net followers at that lead."""
    peaks: int
    """Peaks of heat that were used."""
    lags: IntArray
    """All leads that were tried, in days, (lags,)."""
    profile: FloatArray
    """Mean correlation at each of them, (lags,)."""


def peaks(topic_days: pd.DataFrame, *, prominence: float = 0.5, apart: int = 14) -> pd.DataFrame:
    """Peaks of heat: days on which log heat stands out from the valleys around it by ``prominence`` or more.

    Args:
        topic_days: columns day, topic, heat.
        prominence: in log heat, above 0.
        apart: least days between two peaks of a topic, at least 1; of two that are closer the higher one stays.

    Returns:
        One row per peak, by topic and day: topic, day, heat, prominence (in log heat).

    Raises:
        ParameterError: ``prominence`` or ``apart`` is out of range.
    """
    from scipy.signal import find_peaks

    if not prominence > 0 or apart < 1:
        raise ParameterError(f"prominence must be above 0 and apart at least 1; they are {prominence} and {apart}")
    rows: list[tuple[Any, ...]] = []
    for topic, heat in by_topic(topic_days, "heat").astype(np.float64).items():
        found, told = find_peaks(np.log(heat.to_numpy()), prominence=prominence, distance=apart)
        there = heat.iloc[found]
        rows += zip([topic] * len(there), there.index, there, told["prominences"], strict=True)
    kinds = {"topic": np.int64, "day": np.int64, "heat": np.float64, "prominence": np.float64}
    return pd.DataFrame(rows, columns=list(kinds)).astype(kinds)


def lead(
    topic_days: pd.DataFrame,
    *,
    prominence: float = 0.5,
    reach: int = 14,
    most: int = 14,
    window: int = CENTRED,
    confidence: float = 0.95,
    resamples: int = 4999,
    seed: int = 0,
) -> Lead:
    """How many days net followers lead the peaks of heat, by cross-correlation about the peaks.

    About each peak (superposed epochs, Chree 1913), log heat over ``reach`` days either side is correlated with net
    followers beyond their trend (`net_trend`, centred) so many days earlier; the lead is the shift whose correlation,
    averaged over peaks, is greatest. Its interval is that of the percentile bootstrap over peaks (Efron & Tibshirani
    1993), which takes peaks as independent. Where followers have nothing to do with heat any shift may win: the
    interval is then wide and the correlation low.

    Args:
        topic_days: columns day, topic, heat, gained, lost.
        prominence: of a peak, as in `peaks`; peaks are at least ``reach`` days apart.
        reach: days either side of a peak, at least 2.
        most: longest lead or lag tried, in days, at least 1. Peaks within reach + most days of an end are left out, and
            those about which followers stand still or, in a run of less than 14 days, have no trend.
        window: of the trend.
        confidence: coverage aimed at, in (0, 1).
        resamples: bootstrap samples, >= 1.
        seed: of the resampling.

    One peak gives a lead with NaN bounds; none, NaN throughout.

    Raises:
        ParameterError: a number is out of range.
    """
    if reach < 2 or most < 1 or resamples < 1 or not 0 < confidence < 1:
        raise ParameterError("reach must be at least 2, most and resamples at least 1, confidence between 0 and 1")
    found = peaks(topic_days, prominence=prominence, apart=reach)
    net, heat = net_trend(topic_days, window=window), by_topic(topic_days, "heat")
    place = heat.index.get_indexer(pd.Index(found["day"]))
    inside = (place >= reach + most) & (place < len(heat) - reach - most)
    column = heat.columns.get_indexer(pd.Index(found["topic"]))
    lags = np.arange(-most, most + 1)
    curves = _correlations(
        np.log(heat.to_numpy(np.float64)), net.to_numpy(np.float64), place[inside], column[inside], reach, lags
    )
    curves = curves[np.isfinite(curves).all(axis=1)]
    return _lead(curves, lags, confidence, resamples, seed)


def _lead(curves: FloatArray, lags: IntArray, confidence: float, resamples: int, seed: int) -> Lead:
    """The lead at which the mean of the peaks' curves (peaks, lags) is greatest, and its bootstrap over peaks."""
    nan = float("nan")
    if len(curves) == 0:
        return Lead(Interval(nan, nan, nan, confidence), nan, 0, lags, np.full(lags.size, nan))
    profile = curves.mean(axis=0)
    best = int(profile.argmax())
    low = high = nan
    if len(curves) > 1:
        counts = np.random.default_rng(seed).multinomial(len(curves), np.full(len(curves), 1 / len(curves)), resamples)
        tail = (1 - confidence) / 2
        low, high = np.quantile(lags[(counts @ curves).argmax(axis=1)], [tail, 1 - tail])
    days = Interval(float(lags[best]), float(low), float(high), confidence)
    return Lead(days, float(profile[best]), len(curves), lags, profile)


def _correlations(
    heat: FloatArray, net: FloatArray, place: IntArray, column: IntArray, reach: int, lags: IntArray
) -> FloatArray:
    """Correlation of heat about each peak with net followers so many days earlier, (peaks, lags).

    NaN where one of the two is flat. ``heat`` and ``net`` are (days, topics); peaks stand at rows ``place`` and columns
    ``column``.
    """
    about = place[:, None] + np.arange(-reach, reach + 1)
    hot = _standard(heat[about, column[:, None]])
    curves = [(hot * _standard(net[about - lag, column[:, None]])).mean(axis=1) for lag in lags]
    return np.stack(curves, axis=1) if len(place) else np.empty((0, lags.size))


def _standard(rows: FloatArray) -> FloatArray:
    """Rows with mean 0 and standard deviation 1, a flat one all NaN."""
    centred = rows - rows.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1, keepdims=True))
    return np.asarray(np.divide(centred, spread, out=np.full_like(centred, np.nan), where=spread > 1e-12))

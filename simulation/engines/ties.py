"""What a tie and its user keep in mind, and what the hazard of leaving is made of: for both engines.

``world`` has ``users``, ``creators``, ``posts`` and ``rows``, arrays by name as in :mod:`simulation.state`.
"""

import math
from typing import Any

import numpy as np

from simulation.arithmetic import running_mean
from simulation.compiling import rule
from simulation.factors.similarity import cosine
from simulation.ledger import UNFOLLOW
from simulation.state import DOSE, POSTS_SEEN, USUAL, WHOLE, Rows, Users, write_beginning
from simulation.users.leaving import load_of, satisfaction_after_seeing
from simulation.users.reasons import (
    ALTERNATIVES,
    CHANGE,
    CHANNELS,
    DRIFT,
    OVERLOADED,
    SATIATION,
    SMALLNESS,
    SPONSORED,
    alternatives_part,
    change_part,
    dose_after,
    drift_part,
    log_ratio,
    overload_part,
    satiation_part,
    satisfaction_by_posts,
    smallness_part,
    sponsored_part,
    usual_satisfaction_after,
)

NOW, USER_BEFORE, USER_AND_PEERS_BEFORE, RECALLED = range(4)
"""Appeal of a post: as it is; to the user with former interests; and with the peers who followed as the tie began.

RECALLED is how many there are.
"""


@rule
def enjoy(rows: Rows, entry: int, appeal: float, p: Any) -> None:
    """Take what was felt on seeing a followed creator's post into satisfaction; ``p`` are the parameters of leaving."""
    before = np.float64(rows.satisfaction[entry])
    if rows.felt.shape[1] > 0:
        rows.felt[entry, POSTS_SEEN] += 1.0
        posts = np.float64(rows.felt[entry, POSTS_SEEN])
        rows.satisfaction[entry] = satisfaction_by_posts(before, appeal, posts, p)
        usual = np.float64(rows.felt[entry, USUAL])
        rows.felt[entry, USUAL] = usual_satisfaction_after(usual, appeal, posts, p.reasons)
    else:
        rows.satisfaction[entry] = satisfaction_after_seeing(before, appeal, p)


@rule
def keep_in_mind(rows: Rows, entry: int, values: Any, peers_following: int, day: int, p: Any) -> None:
    """Take the sight of a followed creator's post into the tie, as far as the model has columns for it.

    A tie that no post began, such as one from before the first day, begins for the ledger with the first one seen.
    ``p`` are the parameters of leaving.
    """
    if rows.felt.shape[1] > 0:
        dose = np.float64(rows.felt[entry, DOSE])
        rows.felt[entry, DOSE] = dose_after(dose, day - rows.seen[entry, 0], p.reasons)
        if rows.began[entry, rows.began.shape[1] - 1] == WHOLE:
            write_beginning(rows.began, entry, values, peers_following)
    if rows.seen.shape[1] > 0:
        rows.seen[entry, 0] = day


@rule
def end_session(users: Users, i: int, sums: Any, count: int, p: Any) -> None:
    """Take a session into what followed creators usually give, ``sums`` (F,) of ``count`` posts, and former interests.

    Does nothing where no one leaves for reasons.
    """
    if count > 0:
        for f in range(users.usual_values.shape[1]):
            seen, usual = sums[f] / count, users.usual_values[i, f]
            users.usual_values[i, f] = seen if np.isnan(usual) else running_mean(usual, seen, p.reasons.reference_rate)
    for k in range(users.usual_interests.shape[1]):
        usual = users.usual_interests[i, k]
        users.usual_interests[i, k] = running_mean(usual, users.interests[i, k], 1.0 / p.reasons.interest_memory)


@rule
def set_against(users: Users, i: int, kind: int, usual: Any, against: Any) -> None:
    """The reference of an event: ``usual`` (F,) posts of the feed, or for leaving for reasons the user's followed ones.

    ``against`` (F,) gets the factor values.
    """
    own = kind == UNFOLLOW and users.usual_values.shape[1] > 0 and not np.isnan(users.usual_values[i, 0])
    for f in range(usual.size):
        against[f] = users.usual_values[i, f] if own else usual[f]


@rule
def former_similarity(users: Users, i: int, topics: Any, post: int) -> float:
    """Interest similarity of row ``post`` of (P, K) topics to former interests of user i, a mean, and so shorter."""
    square = 0.0
    for k in range(users.usual_interests.shape[1]):
        square += users.usual_interests[i, k] * users.usual_interests[i, k]
    return min(1.0, cosine(users.usual_interests, i, topics, post) / math.sqrt(square))


@rule
def peers_then(rows: Rows, entry: int, now: int) -> int:
    """How many peers followed the creator as the tie began; as many as ``now`` where that is not known."""
    then = int(rows.began[entry, rows.began.shape[1] - 1])
    return now if then == WHOLE else then


@rule
def channels(world: Any, i: int, j: int, post: int, entry: int, day: int, p: Any, parts: Any) -> float:
    """Write each channel's part of the log hazard into ``parts``, and return their sum.

    Those of the post count where it was seen today. Where the sum is cut off, all parts are scaled alike, so that they
    sum to what is left.
    """
    users, creators, posts, rows = world.users, world.creators, world.posts, world.rows
    for channel in range(len(CHANNELS)):
        parts[channel] = 0.0
    satisfaction = np.float64(rows.satisfaction[entry])
    parts[CHANGE] = change_part(np.float64(rows.felt[entry, USUAL]), satisfaction, p)
    if not np.isnan(users.usual_values[i, 0]):
        reference = 0.0
        for f in range(users.usual_values.shape[1]):
            reference += users.factor_weights[i, f] * users.usual_values[i, f]
        parts[ALTERNATIVES] = alternatives_part(reference, satisfaction, p)
    parts[OVERLOADED] = overload_part(load_of(rows.length[i], users.attention[i]), p)
    if rows.seen[entry, 0] == day:
        crowd = creators.crowd[j]
        fit = cosine(users.interests, i, posts.topics, post)
        parts[SATIATION] = satiation_part(np.float64(rows.felt[entry, DOSE]), p.reasons)
        parts[SMALLNESS] = smallness_part(crowd, users.fomo[i], users.set_point[i] - users.mood[i], p.reasons)
        parts[SPONSORED] = sponsored_part(posts.sponsored[post], fit, crowd, p.reasons)
        parts[DRIFT] = drift_part(former_similarity(users, i, posts.topics, post), fit, p.reasons)
    total = 0.0
    for channel in range(len(CHANNELS)):
        total += parts[channel]
    ratio = log_ratio(total, p.reasons)
    if ratio != total:
        for channel in range(len(CHANNELS)):
            parts[channel] *= ratio / total
    return ratio

"""The compiled loops over creators: posts, and what the day's numbers do to them."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulation.by_reference import by_reference
from simulation.compiling import compiled, rule
from simulation.creators.burnout import burnout_after
from simulation.creators.comparison import comparison
from simulation.creators.habituation import (
    accustomed_after,
    average_after,
    expected_after,
    prediction_error,
    usual_after,
)
from simulation.creators.mood import felt, mood_after, taken
from simulation.creators.obsession import obsession_after
from simulation.creators.posting import (
    can_post,
    career_after,
    consistency_after,
    counts_for_consistency,
    delivered,
    due_today,
    posts_today,
    realised_quality,
)
from simulation.creators.reward import impression, impression_made, joy_reward, metrics_reward, net_by_people
from simulation.creators.strategy import blend, furthest_topic, judged
from simulation.creators.voice import authenticity_after, authenticity_exposed, authenticity_sold, off_voice, pursuit
from simulation.factors.similarity import cosine
from simulation.platform.momentum import become_known, likes_counted, momentum_after
from simulation.platform.pools import stage_after, stage_today
from simulation.posts import begin_post, lives_on
from simulation.randomness import Stream, standard_normal, uniforms_within
from simulation.state import NEVER, Creators, Minds, Posts, Users

_POST = int(Stream.POST)


class CreatorParameters(NamedTuple):
    """What creators go by: sections of ``engines.base.RuleParameters``."""

    posting: Any
    minds: Any
    minds_move: bool
    feed: Any
    strategies: tuple[Any, ...]


@compiled
def post_all(
    seed: np.uint64,
    day: int,
    hottest: int,
    pure: Any,
    users: Users,
    creators: Creators,
    posts: Posts,
    minds: Minds,
    p: Any,
) -> None:
    """Whether each creator posts, how good it is and on what.

    ``hottest`` is the topic that trends, -1 for none; ``pure`` the (K, K) identity, a row for each topic.
    """
    users, creators = by_reference(users), by_reference(creators)
    posts, minds, p = by_reference(posts), by_reference(minds), by_reference(p)
    for j in range(creators.user.size):
        u0, u1, u2, u3 = uniforms_within(seed, _POST, j, 0, day, 0)
        if users.left[creators.user[j]] <= day:
            creators.away_until[j] = NEVER
            creators.stage[j] = -1
        here = can_post(creators.joined[j], creators.away_until[j], day)
        due = due_today(creators.rate[j], creators.phase[j], day)
        creators.posted[j] = posts_today(due, creators.rate[j], creators.regularity[j], u0, u1) and here
        newest = j * p.posting.post_life
        if p.posting.career_sd > 0.0:
            u4, u5, _, _ = uniforms_within(seed, _POST, j, 0, day, 1)
            creators.career[j] = career_after(creators.career[j], standard_normal(u4, u5), p.posting)
        if creators.posted[j]:
            begin_post(posts, j, p.posting.post_life, day)
            level = creators.talent[j] + creators.career[j] + minds.polish[j]
            posts.quality[newest] = realised_quality(level, creators.regularity[j], standard_normal(u2, u3), p.posting)
            _choose_topics(j, newest, hottest, pure, users.activity.size, creators, posts, minds, p)
        creators.stage[j] = stage_today(creators.stage[j], creators.posted[j], p.feed.mix.staged)
        creators.visible[j] = lives_on(posts.day[newest], day, p.posting.post_life) or creators.stage[j] >= 0


@rule
def _choose_topics(
    j: int,
    newest: int,
    hottest: int,
    pure: Any,
    users: int,
    creators: Creators,
    posts: Posts,
    minds: Minds,
    p: CreatorParameters,
) -> None:
    """What the newest post is about: their own voice, bent by the strategy, and by who pays for it."""
    topics, made = creators.topics, posts.topics
    blend(topics, j, pure, hottest, minds.trend_share[j] if hottest >= 0 else 0.0, made, newest)
    if minds.audience_share[j] > 0.0:
        blend(made, newest, minds.audience, j, minds.audience_share[j], made, newest)
    if creators.sponsored[j] > 0.0:
        posts.sponsored[newest] = creators.sponsored[j]
        blend(made, newest, pure, furthest_topic(topics, j), creators.sponsored[j], made, newest)
        if p.minds_move:
            creators.authenticity[j] = authenticity_sold(
                creators.authenticity[j], creators.sponsored[j], creators.followers[j] / users, p.minds.voice
            )
        creators.sponsored[j] = 0.0
    become_known(creators.known_for, j, made, newest, p.feed)


@compiled
def take_in_all(
    day: int,
    users: int,
    creators: Creators,
    posts: Posts,
    minds: Minds,
    usual: NDArray[np.float64],
    topic: NDArray[np.int64],
    p: Any,
) -> None:
    """What the day's numbers do to every creator; ``usual`` (K,) and ``topic`` (M,) as in ``creators.comparison``."""
    creators, posts = by_reference(creators), by_reference(posts)
    minds, p = by_reference(minds), by_reference(p)
    for j in range(creators.user.size):
        if p.minds_move and creators.joined[j] < day:
            _feel(j, day, users, creators, posts, minds, usual[topic[j]], p)
        due = due_today(creators.rate[j], creators.phase[j], day)
        quality = posts.quality[j * p.posting.post_life]
        level = creators.talent[j] + creators.career[j]
        as_expected = delivered(due, creators.posted[j], quality, level, p.posting)
        if creators.joined[j] < day and counts_for_consistency(due, creators.posted[j], p.posting):
            creators.consistency[j] = consistency_after(creators.consistency[j], as_expected, p.posting)
        likes = likes_counted(creators.likes[j], creators.bought_likes[j], creators.visible[j])
        gained, bought = creators.gained[j], creators.bought_today[j]
        creators.momentum[j] = momentum_after(creators.momentum[j], gained, bought, likes, p.feed)
        if creators.visible[j]:
            creators.stage[j] = stage_after(creators.stage[j], creators.views[j], likes, p.feed.pools)
        creators.total_gained[j] += creators.gained[j]
        creators.total_lost[j] += creators.lost[j]
        creators.total_views[j] += creators.views[j]
        creators.total_likes[j] += creators.likes[j]
        creators.total_shares[j] += creators.shares[j]


@rule
def _feel(
    j: int, day: int, users: int, creators: Creators, posts: Posts, minds: Minds, usual: float, p: CreatorParameters
) -> None:
    """Reward, mood, obsession, burnout and authenticity, in this order."""
    gained, lost, purged = creators.gained[j], creators.lost[j], creators.purged_today[j]
    minds.net_since[j] += net_by_people(gained, creators.bought_today[j], lost, purged)
    error = _read_numbers(j, creators, posts, minds, p) if creators.visible[j] else 0.0
    minds.comparison[j] = comparison(creators.followers[j], usual, users)
    before = minds.mood[j]
    minds.mood[j] = mood_after(before, error, minds.comparison[j], p.minds.mood)
    validation, fall = minds.motives[j, 0], taken(before, minds.mood[j], p.minds.mood)
    surprise = felt(error, p.minds.mood)
    minds.obsession[j] = obsession_after(minds.obsession[j], validation, surprise, fall, p.minds.obsession)
    load = minds.effort[j] * minds.strain[j]
    away = creators.away_until[j] > day
    minds.burnout[j] = burnout_after(minds.burnout[j], minds.mood[j], load, away, p.minds.burnout)
    creators.authenticity[j] = authenticity_exposed(
        creators.authenticity[j], purged, creators.followers[j], p.minds.voice
    )
    if creators.posted[j]:
        distance = off_voice(creators.topics, j, posts.topics, j * p.posting.post_life)
        pursued = pursuit(minds.obsession[j], p.minds.voice)
        creators.authenticity[j] = authenticity_after(
            creators.authenticity[j], minds.baseline[j], distance, pursued, p.minds.voice
        )
        if minds.drift[j] > 0.0:
            blend(creators.topics, j, minds.audience, j, minds.drift[j], creators.topics, j)


@rule
def _read_numbers(j: int, creators: Creators, posts: Posts, minds: Minds, p: CreatorParameters) -> float:
    """Take a post's numbers for its reward, get used to it, and return the prediction error."""
    habits = p.minds.habituation
    likes = impression_made(creators.likes[j], minds.usual_likes[j], p.feed.hide_like_counts)
    net = impression_made(minds.net_since[j], minds.usual_net[j], p.feed.hide_follower_counts)
    minds.usual_likes[j] = usual_after(minds.usual_likes[j], likes, habits)
    minds.usual_net[j] = usual_after(minds.usual_net[j], net, habits)
    fit = cosine(creators.topics, j, posts.topics, j * p.posting.post_life)
    views = impression(creators.views[j])
    metrics = metrics_reward(minds.motives[j, 0], minds.motives[j, 1], likes, net, views)
    reward = metrics + joy_reward(minds.motives[j, 2], creators.authenticity[j], fit, p.minds.reward)
    error = prediction_error(reward, minds.expected_reward[j])
    worth = judged(reward, metrics, minds.obsession[j], p.minds.strategy)
    minds.reward[j] = reward
    minds.expected_reward[j] = expected_after(minds.expected_reward[j], error, habits)
    minds.average_reward[j] = average_after(minds.average_reward[j], worth, habits)
    minds.accustomed[j] = accustomed_after(minds.accustomed[j], worth, habits)
    minds.earned[j] += worth
    minds.trials[j] += 1
    minds.net_since[j] = 0
    return error

"""What to do this week: a strategy, chosen by what each has brought."""

import math
from typing import Any

from simulation.arithmetic import exp, running_mean
from simulation.compiling import rule
from simulation.declare import Section, parameter

OWN_VOICE = 0
"""Number of the strategy that is always open, and that everybody begins with."""
FREE = "free"
"""What a creator is who keeps to no strategy."""
WEEK = 7
"""Days for which a strategy is chosen."""


class StrategyParameters(Section):
    """Strategies, and what each of them does."""

    moves: bool = parameter(True, about="Whether creators choose; false leaves everyone with their own voice")
    chase_trends: bool = parameter(True, about="Whether creators may chase trends", kind="lever")
    engage: bool = parameter(True, about="Whether creators may engage with followers", kind="lever")
    collaborate: bool = parameter(True, about="Whether creators may collaborate", kind="lever")
    analytics: bool = parameter(True, about="Whether creators may read analytics", kind="lever")
    temperature: float = parameter(
        0.25, about="Temperature of the choice for one who is not obsessed, in units of reward", bounds=(0.01, 100.0)
    )
    cooling: float = parameter(0.5, about="Share of the temperature that full obsession takes away", bounds=(0.0, 0.99))
    learning_rate: float = parameter(
        0.3, about="Weight of the newest week in the value of its strategy", unit="1/week", bounds=(0.0, 1.0)
    )
    metric_chasing: float = parameter(
        1.0, about="How far full obsession makes creators judge weeks by numbers alone", bounds=(0.0, 1.0)
    )
    own_voice_lead: float = parameter(
        0.5, about="Initial value of a creator's own voice, in rewards", bounds=(-100.0, 100.0)
    )
    trend_mix: float = parameter(
        0.5, about="Share of a trend chaser's post that is about the hottest topic", bounds=(0.0, 1.0)
    )
    warmth: float = parameter(
        0.5, about="How far engaging brings emotional connection with followers toward its most", bounds=(0.0, 1.0)
    )
    engaging_effort: float = parameter(
        1.5, about="Effort of engaging, as a multiple of effort otherwise: it strains", bounds=(1.0, 10.0)
    )
    shared: float = parameter(
        0.3,
        about="Probability that a feed which shows a collaborating creator to a follower shows the partner's post",
        bounds=(0, 1),
    )
    capture: float = parameter(
        0.3, about="Share of an analytics reader's post that goes to the audience's mean interest", bounds=(0.0, 1.0)
    )
    drift: float = parameter(
        0.003, about="How far it draws the creator's voice to the audience", unit="1/post", bounds=(0.0, 1.0)
    )
    audience_memory: float = parameter(
        0.8, about="Share of the known audience kept from one day to the next", unit="1/day", bounds=(0.0, 1.0)
    )


@rule
def plans_today(creator: int, day: int) -> bool:
    """Every creator plans once a week, each on a weekday of its own."""
    return (day + creator) % WEEK == 0


@rule
def judged(reward: float, metrics: float, obsession: float, p: StrategyParameters) -> float:
    """What a post counts as earning: its reward, or for the obsessed its numbers: (1 - c o) r + c o * metrics."""
    share = p.metric_chasing * obsession
    return (1.0 - share) * reward + share * metrics


@rule
def value_after(value: float, earned: float, accustomed: float, p: StrategyParameters) -> float:
    """Q <- Q + rate (earned - accustomed - Q): what a strategy brings beyond what one is used to."""
    return running_mean(value, earned - accustomed, p.learning_rate)


@rule
def value_learnt(value: float, earned: float, trials: int, accustomed: float, p: StrategyParameters) -> float:
    """Value of a strategy after a week under it: :func:`value_after` by what its posts ``earned`` on average.

    ``trials`` are the days on which a post was out; a week without any teaches nothing.
    """
    return value_after(value, earned / trials, accustomed, p) if trials > 0 else value


@rule
def choose_strategy(
    values: Any, creator: int, opened: Any, obsession: float, uniform: float, p: StrategyParameters
) -> int:
    """Softmax over row ``creator`` of (M, S) values, cooler for the obsessed: P(s) ~ exp(Q_s / (T (1 - cooling o))).

    Only strategies that are ``opened``, (S,), can be chosen; one's own voice always is.

    Source: R. D. Luce 1959; Sutton and Barto 2018, section 2.8.
    """
    if not p.moves:
        return OWN_VOICE
    temperature = p.temperature * (1.0 - p.cooling * obsession)
    best = values[creator, OWN_VOICE]
    for s in range(1, values.shape[1]):
        if opened[s]:
            best = max(best, values[creator, s])
    total = 0.0
    for s in range(values.shape[1]):
        if opened[s]:
            total += exp((values[creator, s] - best) / temperature)
    reached = 0.0
    chosen = OWN_VOICE
    for s in range(values.shape[1]):
        if opened[s]:
            if uniform * total >= reached:
                chosen = s
            reached += exp((values[creator, s] - best) / temperature)
    return chosen


@rule
def blend(own: Any, creator: int, other: Any, row: int, share: float, posts: Any, post: int) -> None:
    """Write (1 - share) own voice + share * other, scaled to unit length, into row ``post`` of (P, K) ``posts``.

    The voice is row ``creator`` of ``own``, and ``other`` row ``row`` of any array of K columns; where both are
    nothing, or the share is 0, that voice stays.
    """
    square = 0.0
    for k in range(own.shape[1]):
        posts[post, k] = (1.0 - share) * own[creator, k] + share * other[row, k]
        square += posts[post, k] * posts[post, k]
    length = math.sqrt(square)
    for k in range(own.shape[1]):
        posts[post, k] = posts[post, k] / length if share > 0.0 and length > 0.0 else own[creator, k]


@rule
def furthest_topic(topics: Any, creator: int) -> int:
    """The topic of which a creator's voice, row ``creator`` of (M, K), has least; the first of equals."""
    furthest = 0
    for k in range(1, topics.shape[1]):
        if topics[creator, k] < topics[creator, furthest]:
            furthest = k
    return furthest

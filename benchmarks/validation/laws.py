"""What theory says, as plain functions of the setting: probabilities P(0), P(1), ... unless said otherwise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import optimize, special, stats

from simulation.analysis.tables import FloatArray, IntArray

Weight = Callable[[IntArray], FloatArray]
"""Of in-degrees: the weight with which a node of each is chosen."""


def two_state_mean(users: int, p: float, h: float, days: IntArray) -> FloatArray:
    """Mean number of ``users`` in the second of two states after some days, all in the first to begin with."""
    return np.asarray(users * p / (p + h) * (1.0 - (1.0 - p - h) ** days))


def two_state_covariance(users: int, p: float, h: float, days: IntArray) -> FloatArray:
    """Covariance of those numbers between days: the variance on the earlier day times (1 - p - h)^lag."""
    share = two_state_mean(1, p, h, days)
    lag = np.abs(days[:, None] - days[None, :])
    earlier = np.minimum.outer(np.arange(days.size), np.arange(days.size))
    return np.asarray(users * (share * (1.0 - share))[earlier] * (1.0 - p - h) ** lag)


def two_state(users: int, p: float, h: float, day: int) -> FloatArray:
    """Number of those ``users`` after some days: Binomial, with the share of the mean path."""
    share = float(two_state_mean(1, p, h, np.array([day]))[0])
    return np.asarray(stats.binom.pmf(np.arange(users + 1), users, share))


def sum_of_binomials(n_1: int, p_1: float, n_2: int, p_2: float) -> FloatArray:
    """Sum of two independent binomial numbers."""
    first = stats.binom.pmf(np.arange(n_1 + 1), n_1, p_1)
    return np.asarray(np.convolve(first, stats.binom.pmf(np.arange(n_2 + 1), n_2, p_2)))


def records(others: int) -> FloatArray:
    """Number of records in a random order of ``others`` talents: the r-th best is one with probability 1/r."""
    law = np.ones(1)
    for rank in range(1, others + 1):
        law = np.convolve(law, [1.0 - 1.0 / rank, 1.0 / rank])
    return law


def harmonic(count: int, power: int = 1) -> float:
    """1 + 1/2^power + ... + 1/count^power."""
    return float((1.0 / np.arange(1, count + 1) ** power).sum())


def last_of_geometric(people: int, p: float, longest: int) -> FloatArray:
    """Day, 1, 2, ..., on which the last of ``people`` first succeeds; each succeeds on any day with probability p."""
    by_day = (1.0 - (1.0 - p) ** np.arange(longest + 1)) ** people
    return np.diff(by_day, prepend=0.0)


def distinct_met(others: int, p: float, days: int) -> FloatArray:
    """Number of different people followed by one who meets a random one of ``others`` a day, following with p."""
    followed = np.arange(others + 1)
    law = np.zeros(others + 1)
    law[0] = 1.0
    grows = p * (others - followed) / others
    for _ in range(days):
        law = law * (1.0 - grows) + np.concatenate([[0.0], (law * grows)[:-1]])
    return law


def followers_of_rank(people: int, rank: int) -> FloatArray:
    """Followers of the r-th best at equilibrium, r >= 2: Binomial(r - 1, 1/(r - 1)) + Binomial(N - r, 1/r).

    Those above have r - 2 better than r among the others, those below r - 1. The mean is N/r.
    """
    return sum_of_binomials(rank - 1, 1.0 / (rank - 1), people - rank, 1.0 / rank)


def best_met(others: int, meetings: int) -> FloatArray:
    """Place, 0 for the best, of the best of ``others`` met in so many random meetings: P(> r) = (1 - r/others)^t."""
    beyond = (1.0 - np.arange(others + 1) / others) ** meetings
    return np.asarray(beyond[:-1] - beyond[1:])


def records_met(others: int, meetings: int) -> FloatArray:
    """Number of records among those met in so many random meetings: as many as among the different ones, in order."""
    law = np.zeros(others + 1)
    for count, probability in enumerate(distinct_met(others, 1.0, meetings)):
        law[: count + 1] += probability * records(count)
    return law


def beta_binomial(draws: int, a: float, b: float) -> FloatArray:
    """Balls of a colour drawn from Polya's urn with a of it and b others, each ball put back with one more."""
    return np.asarray(stats.betabinom.pmf(np.arange(draws + 1), draws, a, b))


def price(q: IntArray, m: int, a: float) -> FloatArray:
    """Price's in-degree distribution B(q + a, 2 + a/m) / B(a, 1 + a/m): Price 1976; Newman, Networks, 2018."""
    return np.asarray(np.exp(special.betaln(q + a, 2.0 + a / m) - special.betaln(a, 1.0 + a / m)))


def price_finite(present: int, arrivals: int, links: int, a: float) -> FloatArray:
    """Expected number of nodes of each in-degree after some arrivals, by the rate equation at finite size.

    The weight of everybody together, a (present + t) + links t, is not random, so with one link this is exact. Links
    that must go to different nodes are drawn as the first of exponential clocks would ring: a node of share w is among
    them with probability 1 - exp(-w s), s such that these sum to ``links`` (Rosen, Ann. Math. Stat. 1972).
    """
    q = np.arange(arrivals + 1)
    nodes = np.zeros(arrivals + 1)
    nodes[0] = present
    for t in range(arrivals):
        share = np.asarray((q + a) / (a * (present + t) + links * t), dtype=np.float64)
        chosen = share if links == 1 else _first_to_ring(share, nodes, links, t + 1)
        moving = nodes * chosen
        nodes = nodes - moving + np.concatenate([[0.0], moving[:-1]])
        nodes[0] += 1.0
    return nodes


def _first_to_ring(all_shares: FloatArray, nodes: FloatArray, links: int, reached: int) -> FloatArray:
    share, nodes, chosen = all_shares[:reached], nodes[:reached], np.zeros(all_shares.size)
    s = float(links)
    for _ in range(8):  # Newton's method; rises to the root from below
        silent = np.exp(-share * s)
        s += float((links - nodes @ (1.0 - silent)) / (nodes @ (share * silent)))
    chosen[:reached] = 1.0 - np.exp(-share * s)
    return chosen


def attachment(weight: Weight, largest: int) -> FloatArray:
    """In-degrees where each arrival makes one link by any sublinear weight A(q): P(q) = mu/A_q prod 1/(1 + mu/A_j).

    mu, the mean weight, makes the weights add up. Krapivsky and Redner, Phys. Rev. E 63, 066123 (2001).
    """
    a = weight(np.arange(largest + 1))

    def survival(mu: float) -> FloatArray:
        return np.asarray(np.exp(-np.cumsum(np.log1p(mu / a))))

    mu = float(optimize.brentq(lambda x: survival(x).sum() - 1.0, 1e-3, float(a[-1])))
    return np.asarray(mu / a * survival(mu))


def attachment_finite(weight: Weight, arrivals: int) -> FloatArray:
    """Number of nodes of each in-degree after some arrivals, by the rate equation, one node being there before.

    The total weight is taken at its mean, which moves the numbers by less than one node where A(q) is sublinear.
    """
    a = weight(np.arange(arrivals + 1))
    nodes = np.zeros(arrivals + 1)
    nodes[0] = 1.0
    for _ in range(arrivals):
        moving = nodes * a / (nodes @ a)
        nodes = nodes - moving + np.concatenate([[0.0], moving[:-1]])
        nodes[0] += 1.0
    return nodes


def in_degree_sets(arrivals: int, a: float, gamma: float) -> dict[tuple[int, ...], float]:
    """Probability of every set of positive in-degrees, falling, after arrivals of one link each by (q + a)^gamma.

    One node is there before. Exact, for some tens of arrivals.
    """
    states: dict[tuple[int, ...], float] = {(): 1.0}
    for t in range(arrivals):
        after: dict[tuple[int, ...], float] = {}
        for degrees, probability in states.items():
            weights = {q: degrees.count(q) * (q + a) ** gamma for q in set(degrees)}
            weights[0] = (1 + t - len(degrees)) * a**gamma
            total = sum(weights.values())
            for q, weight in weights.items():
                rest = list(degrees)
                if q:
                    rest.remove(q)
                key = tuple(sorted([*rest, q + 1], reverse=True))
                after[key] = after.get(key, 0.0) + probability * weight / total
        states = after
    return states


def largest_in_degree(arrivals: int, a: float, gamma: float) -> FloatArray:
    """Largest in-degree after those arrivals."""
    law = np.zeros(arrivals + 1)
    for degrees, probability in in_degree_sets(arrivals, a, gamma).items():
        law[degrees[0]] += probability
    return law


def attachment_exact(arrivals: int, a: float, gamma: float) -> FloatArray:
    """Expected number of nodes of each in-degree after those arrivals."""
    nodes = np.zeros(arrivals + 1)
    for degrees, probability in in_degree_sets(arrivals, a, gamma).items():
        np.add.at(nodes, list(degrees), probability)
    nodes[0] = arrivals + 1 - nodes.sum()
    return nodes


def star(arrivals: int, a: float, gamma: float) -> float:
    """Probability that every arrival links to the one who was there first, with weight (q + a)^gamma."""
    t = np.arange(1, arrivals)
    hub = (t + a) ** gamma
    return float(np.prod(hub / (hub + t * a**gamma)))

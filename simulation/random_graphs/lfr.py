"""Lancichinetti, Fortunato and Radicchi's graphs: who has how many ties, and who belongs to which community.

Source: A. Lancichinetti, S. Fortunato and F. Radicchi, "Benchmark graphs for testing community detection algorithms",
Phys. Rev. E 78, 046110 (2008).
"""

import math
from bisect import bisect_right
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from simulation.compiling import compiled
from simulation.random_graphs.draws import DEGREES, GRAPH, MEMBERS, ROUNDING, SIZES
from simulation.random_graphs.wiring import Layer, wire
from simulation.randomness import below, uniforms, uniforms_within

ATTEMPTS = 100
"""Divisions into communities that are tried, where those drawn have no room for users of many ties."""


def lfr(
    users: int, mean_degree: float, mixing: float, seed: np.uint64
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]] | None:
    """Return both ends of the ties, (E,) each, and the community of each user, (N,); None where no division was found.

    Degrees follow a power law of exponent 3, sizes of communities one of 1.5, both cut off. Of every user's ties a
    share ``mixing``, but for rounding, runs to other communities; their numbers in all are exact. Members are drawn
    from all assignments that have room for everybody's ties inside. Ends of ties are joined at random; where the two
    have a tie already, they are switched with those of another tie. Degrees give way where they must: members whose
    ends inside are odd in number leave one over, and in small and dense communities more may find no partner. Then
    somebody has a tie more and somebody else a tie less.

    Parameters
    ----------
    users
        Number of users N.
    mean_degree
        At least 2.
    mixing
        Share of ties between communities, 0 to 1.
    seed
        Key of the draws.
    """
    largest_degree = min(round(max(math.sqrt(users), 3 * mean_degree)), users // 3)
    smallest = max(10, round(mean_degree))
    # Half of all users at most: so everybody finds enough of them outside.
    largest = min(max(2 * largest_degree, 2 * smallest), users // 2)
    if largest <= smallest or mean_degree >= largest_degree:
        return None
    ties = min(round(users * mean_degree / 2), users * largest_degree // 2)
    between = round(ties * mixing)
    degree = _degrees(users, 2 * ties, largest_degree, seed)
    inside = _parts(degree, 2 * (ties - between), 2 * ties)
    for attempt in range(ATTEMPTS):
        sizes = _community_sizes(users, smallest, largest, seed, attempt)
        member = None if sizes is None else _members(inside, sizes, seed, attempt)
        if sizes is not None and member is not None:
            break
    else:
        return None
    within = Layer(inside[member], ties - between, between=False)
    outside = Layer((degree - inside)[member], between, between=True)
    ends = [wire(layer, sizes, seed) for layer in (within, outside)]
    sources, targets = (np.concatenate([pair[side] for pair in ends]) for side in (0, 1))
    return sources, targets, np.repeat(np.arange(sizes.size), sizes)


def _smallest_degree(mean_degree: float, largest: int) -> tuple[int, float]:
    """Smallest degree, and how likely it is against the power law, 0 to 1, for the mean to be right.

    A law from a whole number on has one of few means; with some of the smallest degree left out, it has any.
    """
    # Sums of k**-3 and k**-2 for degrees above the smallest one, from the largest down.
    weight, sum_of_degrees = 0.0, 0.0
    smallest = largest
    while smallest > 1:
        k = float(smallest)
        if sum_of_degrees + 1.0 / (k * k) < mean_degree * (weight + 1.0 / (k * k * k)):
            break
        weight += 1.0 / (k * k * k)
        sum_of_degrees += 1.0 / (k * k)
        smallest -= 1
    k = float(smallest)
    share = (sum_of_degrees - mean_degree * weight) * (k * k * k) / (mean_degree - k)
    return smallest, min(max(share, 0.0), 1.0)


def _degrees(users: int, total: int, largest: int, seed: np.uint64) -> NDArray[np.int64]:
    """Degrees, (N,), that sum to ``total``: the n-th is drawn from the n-th of N equal parts of the law.

    So each one follows the law, and their sum is near to what it should be; the rest is given to users at random.
    """
    smallest, share = _smallest_degree(total / users, largest)
    weights = [1.0 / (float(k) * k * k) for k in range(smallest, largest + 1)]
    weights[0] *= share
    degree = np.empty(users, dtype=np.int64)
    _draw_degrees(np.array(list(accumulate(weights))), smallest, seed, degree)
    _round_degrees(total - int(degree.sum()), smallest, largest, seed, degree)
    return degree


@compiled
def _draw_degrees(cumulative: NDArray[np.float64], smallest: int, seed: np.uint64, degree: NDArray[np.int64]) -> None:
    users = degree.size
    place = 0
    for user in range(users):
        u = uniforms_within(seed, GRAPH, user, 0, DEGREES, 0)[0]
        target = (user + u) / users * cumulative[-1]
        while place < cumulative.size - 1 and cumulative[place] <= target:
            place += 1
        degree[user] = smallest + place


@compiled
def _round_degrees(missing: int, smallest: int, largest: int, seed: np.uint64, degree: NDArray[np.int64]) -> None:
    change = 1 if missing > 0 else -1
    draws = 0
    while missing != 0:
        user = below(uniforms_within(seed, GRAPH, draws, 0, ROUNDING, 0)[0], degree.size)
        draws += 1
        if smallest <= degree[user] + change <= largest:
            degree[user] += change
            missing -= change


def _parts(degree: NDArray[np.int64], part: int, whole: int) -> NDArray[np.int64]:
    """Part / whole of each degree, (N,), rounded up or down so that they sum to ``part`` where degrees do to ``whole``.

    Rounding is as even as it can be: what one user's number lacks is added to the next one's.
    """
    parts = np.empty_like(degree)
    _divide(degree, part, whole, parts)
    return parts


@compiled
def _divide(degree: NDArray[np.int64], part: int, whole: int, parts: NDArray[np.int64]) -> None:
    left = 0
    for user in range(degree.size):
        left += degree[user] * part
        parts[user] = left // whole
        left -= parts[user] * whole


def _community_sizes(
    users: int, smallest: int, largest: int, seed: np.uint64, attempt: int
) -> NDArray[np.int64] | None:
    """Sizes of communities, (C,), falling, that sum to ``users``; None where no such sizes lie within the bounds.

    They are drawn until they hold everybody. The last ones are made smaller by what is too much; where the last is not
    needed, or would be too small, the others are made larger.
    """
    cumulative = list(accumulate(1.0 / (k * math.sqrt(k)) for k in range(smallest, largest + 1)))
    sizes: list[int] = []
    missing = users
    while missing > 0:
        u = uniforms(seed, GRAPH, len(sizes), 0, SIZES, attempt)[0]
        sizes.append(smallest + min(bisect_right(cumulative, u * cumulative[-1]), len(cumulative) - 1))
        missing -= sizes[-1]
    if len(sizes) * smallest > users:
        missing += sizes.pop()
    for k in reversed(range(len(sizes))):
        change = min(max(missing, smallest - sizes[k]), largest - sizes[k])
        sizes[k] += change
        missing -= change
    return np.array(sorted(sizes, reverse=True)) if missing == 0 else None


def _members(
    inside: NDArray[np.int64], sizes: NDArray[np.int64], seed: np.uint64, attempt: int
) -> NDArray[np.int64] | None:
    """Users in the order of communities, (N,), whose ``inside`` ties all have room; None where that cannot be.

    Every such assignment is as likely: users come by falling number of ties, and each takes one of the free places in
    communities that are large enough. Where one finds a place, so does the next one, and the number of free places does
    not depend on which were taken.
    """
    order = np.argsort(-inside, kind="stable")
    member = np.full(inside.size, -1, dtype=np.int64)
    free = np.empty(inside.size, dtype=np.int64)
    return member if _assign(order, inside, sizes, seed, attempt, free, member) else None


@compiled
def _assign(
    order: NDArray[np.int64],
    inside: NDArray[np.int64],
    sizes: NDArray[np.int64],
    seed: np.uint64,
    attempt: int,
    free: NDArray[np.int64],
    member: NDArray[np.int64],
) -> bool:
    community, opened, places = 0, 0, 0
    for user in order:
        while community < sizes.size and sizes[community] > inside[user]:
            for _ in range(sizes[community]):
                free[places] = opened
                places += 1
                opened += 1
            community += 1
        if places == 0:
            return False
        chosen = below(uniforms_within(seed, GRAPH, user, 0, MEMBERS, attempt)[0], places)
        member[free[chosen]] = user
        places -= 1
        free[chosen] = free[places]
    return True

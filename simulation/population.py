"""The world before the first day: who the users are, who creates, who follows whom already."""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from simulation.acquaintances import acquainted
from simulation.arithmetic import exp
from simulation.columns import side_by_side
from simulation.communities import communities_of, segments_of
from simulation.compiling import compiled, rule
from simulation.distributions import normal, uniform
from simulation.errors import ParameterError
from simulation.parameters import Parameters
from simulation.people import Draws, draw_creators, draw_minds, draw_users, draws_of_column, no_posts, tie_columns
from simulation.platform.alias import build_alias, draw_alias
from simulation.plugins import Behaviour
from simulation.randomness import Stream, uniforms_within
from simulation.recall import empty_memory
from simulation.social_graph import SocialGraph
from simulation.state import (
    Creators,
    Floats,
    Follows,
    Ints,
    Memory,
    Peers,
    Rows,
    State,
    Trends,
    Users,
    append_follow,
    find_follow,
)
from simulation.users.sharing import PLACES
from simulation.vectors import exp_of, unit_rows

REFERENCE_START = 0.5
"""Mean of every factor before any exposure was seen: the middle of its range."""


_FIRST_FOLLOWS = int(Stream.FIRST_FOLLOWS)


def build_state(
    parameters: Parameters,
    seed: int,
    social_graph: SocialGraph,
    behaviour: Behaviour,
    creator_users: NDArray[np.int64] | None = None,
) -> State:
    """The state as the first day begins.

    Parameters
    ----------
    parameters
        With ``population.users`` equal to the users of the graph.
    seed
        Every trait is drawn on a stream of its own, in user order: more users leave the first ones as they are.
    social_graph, behaviour
        As the model has them.
    creator_users
        Users who create, rising, shape (M,); None draws ``population.creators`` of them uniformly, among those there
        from the start where these are enough.

    Raises
    ------
    ParameterError
        If there are more creators than users, or every factor weighs nothing.
    """
    _check_rest(parameters)
    if creator_users is None:
        creator_users = _choose_creators(parameters, seed)
    factors, columns, count = behaviour.factors, behaviour.columns, parameters.population.users
    community, segment = _groups(parameters, seed, social_graph)
    users = draw_users(parameters, Draws(seed, np.arange(count)), factors, community)._replace(
        segment=segment, joined=_arrival_days(parameters, count), creator=_creator_numbers(creator_users, count)
    )
    users = _alike(users, social_graph, parameters)
    creators = draw_creators(parameters, Draws(seed, np.arange(creator_users.size)), users, creator_users)
    users = users._replace(own=side_by_side(columns, "users", count, partial(draws_of_column, seed)))
    creators = creators._replace(
        own=side_by_side(columns, "creators", creator_users.size, partial(draws_of_column, seed))
    )
    own_start = side_by_side(columns, "ties", 1, partial(draws_of_column, seed))[0]
    follows = Follows(count, creator_users.size, own_start, tie_columns(parameters, len(factors)))
    if parameters.population.initial_follows > 0:
        _first_follows(parameters, seed, follows, users, creators)
    minds = draw_minds(parameters, Draws(seed, np.arange(creator_users.size)), creators, len(behaviour.strategies))
    trends = _build_trends(parameters.population.topics)
    places = parameters.session.memory if behaviour.remembers else 0
    shares = PLACES if parameters.decision.share_probability > 0.0 else 0
    memory = Memory(**empty_memory(count, places, parameters.decision.grudges, shares))
    reference = np.full(len(factors), REFERENCE_START)
    creators.away_until[:] = -parameters.population.burn_in
    peers = _peers(social_graph)
    _first_acquaintances(parameters, seed, follows, users, creators, peers)
    posts = no_posts(creators, parameters.posting.post_life)
    return State(
        users, creators, posts, minds, trends, peers, follows, memory, reference, day=-parameters.population.burn_in
    )


def _check_rest(parameters: Parameters) -> None:
    """Refuse a world that cannot come to rest, and newcomers for whom no place becomes free."""
    population = parameters.population
    rate, joining = population.departure_rate, population.arrivals_per_day
    if population.renewal and rate == 0.0:
        raise ParameterError(
            "population.renewal = true lets newcomers take the places of those who leave, but with "
            "population.departure_rate = 0 nobody does: set it to .0007, for example",
            parameter="population.departure_rate",
        )
    if (population.renewal or population.burn_in) and joining > 0:
        raise ParameterError(
            f"population.arrivals_per_day = {joining} lets a platform grow until all users have joined, so its world "
            "cannot come to rest: set it to 0 where population.renewal or population.burn_in is set",
            parameter="population.arrivals_per_day",
        )
    if population.burn_in and rate > 0.0 and not population.renewal:
        raise ParameterError(
            f"population.departure_rate = {rate} would empty the platform before day 0: set population.renewal = true, "
            "so that newcomers take the places, or population.burn_in = 0",
            parameter="population.renewal",
        )


def _peers(graph: SocialGraph) -> Peers:
    # Loops would be compiled once more for arrays that cannot be written to, as some files' are.
    return Peers(np.require(graph.start, np.int64, ["C", "W"]), np.require(graph.peers, np.int32, ["C", "W"]))


def _choose_creators(parameters: Parameters, seed: int) -> NDArray[np.int64]:
    population = parameters.population
    if population.creators > population.users:
        raise ParameterError(
            f"population.creators = {population.creators} is more than population.users = {population.users}: "
            "creators are users"
        )
    # Where users arrive over time, creators are among those there from the start, if there are enough of them.
    present = population.present_at_start if population.arrivals_per_day > 0 else population.users
    enough = present >= population.creators and population.creators_from == "present"
    pool = min(present, population.users) if enough else population.users
    luck = uniform(seed, Stream.CREATORS, pool)
    return np.sort(np.argsort(luck, kind="stable")[: population.creators]).astype(np.int64)


def _build_trends(topics: int) -> Trends:
    """No topic hotter than another."""
    return Trends(background=np.zeros(topics), fuel=np.zeros(topics), meme=np.zeros(topics), heat=np.ones(topics))


def _groups(parameters: Parameters, seed: int, graph: SocialGraph) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Community and segment of each user, (N,) each."""
    traits, attributes = parameters.users, graph.node_attributes
    community = communities_of(graph.start, graph.peers, attributes, traits.community_size, seed)
    if "segment" not in attributes and traits.segments > community.max() + 1:
        raise ParameterError(
            f"users.segments = {traits.segments} is more than the {community.max() + 1} communities that the social "
            "graph has, so that some would be empty: make it less, or communities smaller (users.community_size)",
            parameter="users.segments",
        )
    return community, segments_of(
        graph.start, graph.peers, attributes, community, traits.segments, traits.segment_exponent
    )


def _arrival_days(parameters: Parameters, count: int) -> NDArray[np.int64]:
    population = parameters.population
    joined = np.full(count, -population.burn_in - 1, dtype=np.int64)
    if population.arrivals_per_day > 0:
        later = np.arange(max(0, count - population.present_at_start))
        joined[count - later.size :] = later // population.arrivals_per_day
    return joined


def _creator_numbers(creator_users: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The number among creators of each user, -1 for those who do not create."""
    number = np.full(count, -1, dtype=np.int64)
    number[creator_users] = np.arange(creator_users.size)
    return number


def _alike(users: Users, graph: SocialGraph, parameters: Parameters) -> Users:
    """Users whose interests and identities their peers have smoothed."""
    interests = unit_rows(_smooth(users.interests, graph, parameters))
    usual = interests[:, : users.usual_interests.shape[1]].copy()
    return users._replace(
        interests=interests, usual_interests=usual, identity=_smooth(users.identity, graph, parameters)
    )


def _smooth(rows: Floats, graph: SocialGraph, parameters: Parameters) -> Floats:
    """Homophily: mix each row with the mean of the peers' rows, some rounds over; who has no peers keeps their own."""
    weight, rounds = parameters.users.homophily, parameters.users.homophily_rounds
    if weight == 0.0 or rounds == 0 or graph.peers.size == 0:
        return rows
    peers = _peers(graph)
    for _ in range(rounds):
        mixed = np.empty_like(rows)
        _mix_with_peers(rows, peers.start, peers.peer, weight, mixed)
        rows = mixed
    return rows


@compiled
def _mix_with_peers(
    rows: Floats, start: NDArray[np.int64], peers: NDArray[np.int32], weight: float, mixed: Floats
) -> None:
    for i in range(rows.shape[0]):
        degree = start[i + 1] - start[i]
        for k in range(rows.shape[1]):
            total = 0.0
            for place in range(start[i], start[i + 1]):
                total += rows[peers[place], k]
            mixed[i, k] = (1.0 - weight) * rows[i, k] + weight * total / degree if degree > 0 else rows[i, k]


def _first_follows(parameters: Parameters, seed: int, follows: Follows, users: Users, creators: Creators) -> None:
    """Give users lognormal numbers of follows, of creators drawn by a lognormal fame, without oneself or repeats."""
    population, count = parameters.population, creators.user.size
    sigma = population.initial_follows_sigma
    median = population.initial_follows * exp(-sigma * sigma / 2.0)
    spread = normal(seed, Stream.FIRST_FOLLOWS, users.activity.size)
    wanted = np.rint(np.minimum(median * exp_of(sigma * spread), count // 2)).astype(np.int64)
    wanted = np.where(users.joined < 0, wanted, 0)
    fame = exp_of(population.fame_sigma * normal(seed, Stream.FAME, count))
    keep, other = np.ones(count), np.zeros(count, dtype=np.int32)
    if not build_alias(fame * (creators.joined < 0), keep, other):
        return
    follows.reserve_many(np.arange(wanted.size), wanted)
    _follow_by_fame(
        np.uint64(seed),
        -population.burn_in - 1,
        wanted,
        keep,
        other,
        follows.rows,
        users,
        creators,
        parameters.change.aspiration_start,
    )
    creators.momentum[:] = creators.followers


def _first_acquaintances(
    parameters: Parameters, seed: int, follows: Follows, users: Users, creators: Creators, peers: Peers
) -> None:
    """Let peers follow each other before the first day, by ``population.acquaintance``."""
    day, probability = -parameters.population.burn_in - 1, parameters.population.acquaintance
    who, whom = acquainted(users, peers, follows.rows, day, seed, probability)
    follows.reserve_many(*np.unique(who, return_counts=True))
    _begin_ties(follows.rows, who, whom, day, users, creators, parameters.change.aspiration_start)
    creators.momentum[:] = creators.followers


@compiled
def _begin_ties(
    rows: Rows, who: Ints, whom: Ints, day: int, users: Users, creators: Creators, satisfaction: float
) -> None:
    for k in range(who.size):
        _begin_tie(rows, who[k], whom[k], day, users, creators, satisfaction)


@rule
def _begin_tie(
    rows: Rows, user: int, creator: int, day: int, users: Users, creators: Creators, satisfaction: float
) -> None:
    append_follow(rows, user, creator, day, satisfaction)
    creators.followers[creator] += 1
    users.best_followed[user] = max(users.best_followed[user], creators.talent[creator])


@compiled
def _follow_by_fame(
    seed: np.uint64,
    day: int,
    wanted: Ints,
    keep: Floats,
    other: NDArray[np.int32],
    rows: Rows,
    users: Users,
    creators: Creators,
    satisfaction: float,
) -> None:
    # Item 1: item 0 of this stream holds the numbers of follows wanted.
    for user in range(wanted.size):
        attempt = 0
        while rows.length[user] < wanted[user] and attempt < 64 * wanted[user]:
            u0, u1, u2, u3 = uniforms_within(seed, _FIRST_FOLLOWS, user, 1, 0, attempt)
            attempt += 1
            for u in (u0, u1, u2, u3):
                creator = draw_alias(keep, other, 0, keep.size, u)
                known = creator == users.creator[user] or find_follow(rows, user, creator) >= 0
                if rows.length[user] < wanted[user] and not known:
                    _begin_tie(rows, user, creator, day, users, creators, satisfaction)

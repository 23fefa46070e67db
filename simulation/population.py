"""The world before the first day: who the users are, who creates, who follows whom already."""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.arithmetic import exp
from simulation.columns import side_by_side
from simulation.communities import communities_of, segments_of
from simulation.compiling import compiled
from simulation.creators.reward import joy_reward
from simulation.creators.strategy import OWN_VOICE
from simulation.declare import Section
from simulation.distributions import beta, dirichlet, normal, uniform
from simulation.errors import ParameterError
from simulation.factors import FACTORS, Factor
from simulation.factors.taste import KEYS
from simulation.parameters import FactorsParameters, Parameters
from simulation.platform.alias import build_alias, draw_alias
from simulation.plugins import Behaviour, sections_of
from simulation.randomness import Stream, stream_of, uniforms_within
from simulation.recall import empty_memory
from simulation.social_graph import SocialGraph
from simulation.state import (
    NEVER,
    Creators,
    Floats,
    Follows,
    Ints,
    Memory,
    Minds,
    Peers,
    Rows,
    State,
    Trends,
    Users,
    append_follow,
    find_follow,
)
from simulation.vectors import exp_of, row_sums, unit_rows

REFERENCE_START = 0.5
"""Mean of every factor before any exposure was seen: the middle of its range."""


_FIRST_FOLLOWS = int(Stream.FIRST_FOLLOWS)


def factor_sections(factors: Sequence[Factor], parameters: Parameters) -> tuple[Section, ...]:
    """Parameters of each factor: from the tree for the model's own, from the factor itself for one plugged in."""
    tree = {name: getattr(parameters.factors, name) for name in type(parameters.factors).model_fields}
    return tuple(
        tree[factor.name] if type(tree.get(factor.name)) is type(factor.parameters) else factor.parameters
        for factor in factors
    )


def parameters_type(factors: Iterable[Factor], plugins: Iterable[Any]) -> type[Parameters]:
    """The type of the parameters of a model with these factors and plug-ins."""
    return Parameters.with_sections(sections_of(factors, plugins, {factor.name: factor for factor in FACTORS}))


def values_of(plugin: Any, parameters: Parameters) -> Any:
    """Parameters of a plug-in as its rule reads them, () where it has none."""
    return () if plugin.parameters is None else getattr(parameters, plugin.name, plugin.parameters).values()


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
    if creator_users is None:
        creator_users = _choose_creators(parameters, seed)
    factors, columns = behaviour.factors, behaviour.columns
    users = _build_users(parameters, seed, social_graph, factors, creator_users)
    creators = _build_creators(parameters, seed, users, creator_users)
    count = users.activity.size
    users = users._replace(own=side_by_side(columns, "users", count, partial(_draw, seed)))
    creators = creators._replace(own=side_by_side(columns, "creators", creator_users.size, partial(_draw, seed)))
    follows = Follows(count, creator_users.size, side_by_side(columns, "ties", 1, partial(_draw, seed))[0])
    if parameters.population.initial_follows > 0:
        _first_follows(parameters, seed, follows, users, creators)
    minds, trends = (
        _build_minds(parameters, seed, creators, len(behaviour.strategies)),
        _build_trends(parameters.population.topics),
    )
    memory = Memory(**empty_memory(count, parameters.session.memory if behaviour.remembers else 0))
    reference = np.full(len(factors), REFERENCE_START)
    return State(users, creators, minds, trends, _peers(social_graph), follows, memory, reference)


def _draw(seed: int, name: str) -> Callable[..., Any]:
    """What gives a column of one's own its numbers in [0, 1)."""
    return lambda count, part=0: uniform(seed, stream_of(name), count, part=part)


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


def _build_users(
    parameters: Parameters,
    seed: int,
    graph: SocialGraph,
    factors: Sequence[Factor],
    creator_users: NDArray[np.int64],
) -> Users:
    traits, count = parameters.users, parameters.population.users
    community, segment = _groups(parameters, seed, graph)
    interests = unit_rows(_smooth(_interests(parameters, seed, community), graph, parameters))
    identity = _smooth(_identities(parameters, seed, community), graph, parameters)
    spread = normal(seed, Stream.ATTENTION, count)
    set_point = traits.set_point_sigma * normal(seed, Stream.SET_POINT, count)
    fomo = beta(seed, Stream.FOMO, traits.fomo_mean, 4.0, count)
    activity = beta(seed, Stream.ACTIVITY, traits.activity_mean, traits.activity_concentration, count)
    escapism = beta(seed, Stream.ESCAPISM, traits.escapism_mean, 4.0, count)
    session = parameters.session
    usual_slots = np.minimum(session.slots * (1.0 + session.escapism_effect * escapism), session.session_cap)
    creator = np.full(count, -1, dtype=np.int64)
    creator[creator_users] = np.arange(creator_users.size)
    return Users(
        key=_keys(seed, count, 0),
        community=community,
        segment=segment,
        interests=interests,
        identity=identity,
        taste=unit_rows(dirichlet(seed, Stream.TASTE, np.full(4, traits.emotional_concentration), count)),
        factor_weights=_factor_weights(parameters, seed, factors, count),
        activity=activity,
        escapism=escapism,
        conformity=beta(seed, Stream.CONFORMITY, traits.conformity_mean, 4.0, count),
        attention=np.minimum(traits.attention_median * exp_of(traits.attention_sigma * spread), traits.attention_cap),
        eagerness=_eagerness(traits.eagerness_sigma, spread),
        aspiration=np.full(count, parameters.change.aspiration_start),
        best_followed=np.full(count, -1.0),
        joined=_arrival_days(parameters, count),
        left=np.full(count, NEVER),
        creator=creator,
        set_point=set_point,
        fomo_trait=fomo,
        mood=set_point.copy(),
        fomo=fomo.copy(),
        enjoyment=np.full(count, parameters.change.aspiration_start),
        use=activity * usual_slots,
        own=np.zeros((count, 0)),
    )


def _keys(seed: int, count: int, part: int) -> NDArray[np.int64]:
    """A number for each person that makes tastes its own, see :func:`simulation.factors.taste.pair_taste`."""
    return np.asarray(uniform(seed, Stream.KEYS, count, part=part) * KEYS, dtype=np.int64)


def _groups(parameters: Parameters, seed: int, graph: SocialGraph) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Community and segment of each user, (N,) each."""
    traits, attributes = parameters.users, graph.node_attributes
    community = communities_of(graph.start, graph.peers, attributes, traits.community_size, seed)
    return community, segments_of(
        graph.start, graph.peers, attributes, community, traits.segments, traits.segment_exponent
    )


def _interests(parameters: Parameters, seed: int, community: NDArray[np.int64]) -> Floats:
    """Interests before peers have smoothed them, (N, K): a user's own draw, or that of the whole community."""
    concentrations = np.full(parameters.population.topics, parameters.users.interest_concentration)
    own = unit_rows(dirichlet(seed, Stream.INTERESTS, concentrations, community.size))
    share = parameters.users.shared_interests
    if share == 0.0:
        return own
    common = unit_rows(dirichlet(seed, Stream.SHARED, concentrations, int(community.max()) + 1))
    shares = uniform(seed, Stream.SHARED, community.size, part=1) < share
    return np.where(shares[:, None], common[community], own)


def _identities(parameters: Parameters, seed: int, community: NDArray[np.int64]) -> Floats:
    """Positions in value space before peers have smoothed them, (N, 2): standard normal, a part of it shared."""
    own = normal(seed, Stream.IDENTITY, community.size, 2)
    share = parameters.users.shared_interests
    if share == 0.0:
        return own
    common = normal(seed, Stream.SHARED, int(community.max()) + 1, 2, part=2)
    return np.asarray(math.sqrt(1.0 - share) * own + math.sqrt(share) * common[community])


def _eagerness(sigma: float, spread: Floats) -> Floats:
    """Log of a lognormal number of mean 1, so that rare follows keep their number; rises with attention's ``spread``.

    One and the same draw: attention is read off how many accounts people follow, and so is this.
    """
    return np.asarray(sigma * spread - sigma * sigma / 2.0)


def _arrival_days(parameters: Parameters, count: int) -> NDArray[np.int64]:
    population = parameters.population
    joined = np.full(count, -1, dtype=np.int64)
    if population.arrivals_per_day > 0:
        later = np.arange(max(0, count - population.present_at_start))
        joined[count - later.size :] = later // population.arrivals_per_day
    return joined


def _factor_weights(parameters: Parameters, seed: int, factors: Sequence[Factor], count: int) -> Floats:
    means = np.array([section.weight for section in factor_sections(factors, parameters)])  # type: ignore[attr-defined]
    if not (means > 0.0).any():
        raise ParameterError("every factor has weight 0: at least one factors.*.weight must be above 0")
    # Each factor has its own part of the stream, whichever others there are: leaving one out keeps the rest as it was.
    known = list(FactorsParameters.model_fields)
    parts = known + [factor.name for factor in factors if factor.name not in known]
    columns = [
        exp_of(parameters.users.weight_sigma * normal(seed, Stream.WEIGHTS, count, part=parts.index(factor.name)))
        for factor in factors
    ]
    weights = np.stack(columns, axis=1) * means
    return np.asarray(weights / row_sums(weights)[:, None])


def _build_creators(parameters: Parameters, seed: int, users: Users, creator_users: NDArray[np.int64]) -> Creators:
    traits, count, topics = parameters.creators, creator_users.size, parameters.population.topics
    feelings = np.full(4, parameters.users.emotional_concentration)
    expression = unit_rows(dirichlet(seed, Stream.EXPRESSION, feelings, count))
    voice = unit_rows(dirichlet(seed, Stream.TOPICS, np.full(topics, traits.voice_concentration), count))
    talent = beta(seed, Stream.TALENT, traits.talent_mean, traits.talent_concentration, count)
    regularity = beta(seed, Stream.REGULARITY, traits.regularity_mean, traits.regularity_concentration, count)
    spread = normal(seed, Stream.POSTING, count)
    rate = traits.posting_rate_median * exp_of(traits.posting_rate_sigma * spread)
    rate = np.minimum(rate, 1.0)
    return Creators(
        user=creator_users,
        key=_keys(seed, count, 1),
        segment=users.segment[creator_users],
        joined=users.joined[creator_users],
        topics=voice,
        post_topics=voice.copy(),
        identity=users.identity[creator_users],
        expression=expression,
        intensity=beta(seed, Stream.EXPRESSION, traits.intensity_mean, traits.intensity_concentration, count, part=1),
        talent=talent,
        authenticity=beta(
            seed, Stream.AUTHENTICITY, traits.authenticity_mean, traits.authenticity_concentration, count
        ),
        regularity=regularity,
        posting_rate=rate,
        rate=rate.copy(),
        phase=uniform(seed, Stream.POSTING, count, part=1),
        consistency=regularity.copy(),
        quality=talent.copy(),
        posted=np.zeros(count, dtype=np.bool_),
        visible=np.zeros(count, dtype=np.bool_),
        stage=np.full(count, -1, dtype=np.int64),
        partner=np.full(count, -1, dtype=np.int64),
        listening=np.zeros(count, dtype=np.bool_),
        own=np.zeros((count, 0)),
        **_zeros(np.float64, count, "sponsored engagement momentum crowd applause"),
        **_zeros(np.int64, count, "away_until followers bought bought_today purged_today bought_likes post_likes"),
        **_zeros(np.int64, count, "gained lost views likes total_gained total_lost total_views total_likes"),
    )


def _build_minds(parameters: Parameters, seed: int, creators: Creators, strategies: int) -> Minds:
    """Creators who expect no more of a post than the joy of making it, and try their own voice first."""
    p, count = parameters.minds, creators.user.size
    motives = _motives(parameters, seed, count)
    joy = np.array(
        [
            joy_reward(float(m), float(a), 1.0, p.reward)
            for m, a in zip(motives[:, 2], creators.authenticity, strict=True)
        ]
    )
    values = np.zeros((count, strategies))
    values[:, OWN_VOICE] = p.strategy.own_voice_lead
    return Minds(
        motives=motives,
        baseline=creators.authenticity.copy(),
        expected_reward=joy,
        accustomed=joy.copy(),
        average_reward=joy.copy(),
        obsession=np.full(count, p.obsession.start if parameters.creators.minds == "on" else 0.0),
        effort=np.ones(count),
        pace=np.ones(count),
        strain=np.ones(count),
        strategy=np.full(count, OWN_VOICE, dtype=np.int64),
        kept=np.full(count, -1, dtype=np.int64),
        values=values,
        audience=np.zeros_like(creators.topics),
        **_zeros(np.float64, count, "usual_likes usual_net reward comparison mood burnout earned"),
        **_zeros(np.float64, count, "polish trend_share audience_share drift collaborates"),
        **_zeros(np.int64, count, "trials net_since"),
    )


def _zeros(dtype: type, count: int, columns: str) -> dict[str, Any]:
    """Columns that begin at zero, by name."""
    return {name: np.zeros(count, dtype=dtype) for name in columns.split()}


def _motives(parameters: Parameters, seed: int, count: int) -> Floats:
    """Shares of validation, influence and creative joy, Dirichlet about their means: (M, 3)."""
    p = parameters.creators
    if p.validation_mean + p.influence_mean > 1.0:
        raise ParameterError(
            f"creators.validation_mean = {p.validation_mean} and creators.influence_mean = {p.influence_mean} sum to "
            "more than 1: they are shares, and creative joy has the rest"
        )
    # Shares such as .8 and .2 fill the whole, and yet subtract to a little less than nothing.
    joy = max(1.0 - p.validation_mean - p.influence_mean, 0.0)
    means = np.array([p.validation_mean, p.influence_mean, joy])
    return dirichlet(seed, Stream.MOTIVES, p.motive_concentration * means, count)


def _build_trends(topics: int) -> Trends:
    """No topic hotter than another."""
    return Trends(background=np.zeros(topics), fuel=np.zeros(topics), meme=np.zeros(topics), heat=np.ones(topics))


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
    keep, other = np.ones((1, count)), np.zeros((1, count), dtype=np.int32)
    if not build_alias(fame * (creators.joined < 0), keep[0], other[0]):
        return
    follows.reserve_many(np.arange(wanted.size), wanted)
    _follow_by_fame(
        np.uint64(seed), wanted, keep, other, follows.rows, users, creators, parameters.change.aspiration_start
    )
    creators.momentum[:] = creators.followers


@compiled
def _follow_by_fame(
    seed: np.uint64,
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
                creator = draw_alias(keep, other, 0, u)
                known = creator == users.creator[user] or find_follow(rows, user, creator) >= 0
                if rows.length[user] < wanted[user] and not known:
                    append_follow(rows, user, creator, -1, satisfaction)
                    creators.followers[creator] += 1
                    users.best_followed[user] = max(users.best_followed[user], creators.talent[creator])

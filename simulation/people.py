"""Who people are: the traits of users and creators, drawn once when somebody comes.

Each trait has a stream of its own, and each person a number there, so that nobody's traits hang on how many others
there are. A place that is taken anew gets a person with other numbers: those of generation g are g * 2**32 + place.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.creators.reward import joy_reward
from simulation.creators.strategy import OWN_VOICE
from simulation.declare import Section
from simulation.distributions import beta, dirichlet, normal, uniform
from simulation.errors import ParameterError
from simulation.factors import FACTORS, Factor
from simulation.factors.taste import KEYS
from simulation.parameters import FactorsParameters, Parameters
from simulation.plugins import sections_of
from simulation.randomness import Stream, stream_of
from simulation.state import NEVER, NO_DAY, Creators, Minds, Posts, TieColumns, Users
from simulation.vectors import exp_of, row_sums, unit_rows

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


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


@dataclass(frozen=True)
class Draws:
    """Random numbers of some people, a row for each."""

    seed: int
    people: Ints  # (P,) their numbers on every stream

    def uniforms(self, stream: Stream, part: int = 0) -> Floats:
        """Numbers in [0, 1), (P,)."""
        return uniform(self.seed, stream, self.people, part=part)

    def normals(self, stream: Stream, columns: int = 1, part: int = 0) -> Floats:
        """Standard normal numbers, (P,), or (P, columns)."""
        return normal(self.seed, stream, self.people, columns, part=part)

    def betas(self, stream: Stream, mean: float, concentration: float, part: int = 0) -> Floats:
        """Beta numbers by mean and concentration, (P,)."""
        return beta(self.seed, stream, mean, concentration, self.people, part=part)

    def directions(self, stream: Stream, alpha: ArrayLike) -> Floats:
        """Dirichlet rows scaled to unit length, (P, K)."""
        return unit_rows(dirichlet(self.seed, stream, alpha, self.people))

    @property
    def count(self) -> int:
        """How many people there are."""
        return self.people.size


def numbers_of_people(generation: Ints, place: Ints) -> Ints:
    """Numbers of people on the streams of their traits: nobody has another's, and the first have their places'."""
    return (generation << 32) + place


def draws_of_column(seed: int, name: str) -> Callable[..., Floats]:
    """What gives a column of one's own its numbers in [0, 1): ``draw(count)``, and others by ``draw(count, 1)``."""
    return lambda count, part=0: uniform(seed, stream_of(name), count, part=part)


def tie_columns(parameters: Parameters, factors: int) -> TieColumns:
    """What ties keep beside satisfaction, as far as anything asks for it."""
    reasons = parameters.leaving.unfollow_rule == "reasons"
    checked = reasons or parameters.session.checks > 0
    return TieColumns(int(checked), 3 * reasons, (factors + 1) * reasons)


def draw_users(parameters: Parameters, draws: Draws, factors: Sequence[Factor], community: Ints) -> Users:
    """Users as they come, before anything was seen; peers have not made them alike yet.

    ``community`` is the number of each one's community, (P,). Segment, day of joining and number among creators are
    the caller's to set.
    """
    traits, session, count = parameters.users, parameters.session, draws.count
    spread = draws.normals(Stream.ATTENTION)
    set_point = traits.set_point_sigma * draws.normals(Stream.SET_POINT)
    fomo = draws.betas(Stream.FOMO, traits.fomo_mean, 4.0)
    activity = draws.betas(Stream.ACTIVITY, traits.activity_mean, traits.activity_concentration)
    escapism = draws.betas(Stream.ESCAPISM, traits.escapism_mean, 4.0)
    usual_slots = np.minimum(session.slots * (1.0 + session.escapism_effect * escapism), session.session_cap)
    interests, reasons = _interests(parameters, draws, community), parameters.leaving.unfollow_rule == "reasons"
    return Users(
        generation=np.zeros(count, dtype=np.int64),
        key=_keys(draws, 0),
        community=community,
        segment=np.zeros(count, dtype=np.int64),
        interests=interests,
        identity=_identities(parameters, draws, community),
        taste=draws.directions(Stream.TASTE, np.full(4, traits.emotional_concentration)),
        factor_weights=_factor_weights(parameters, draws, factors),
        activity=activity,
        escapism=escapism,
        conformity=draws.betas(Stream.CONFORMITY, traits.conformity_mean, 4.0),
        attention=_attention(parameters, spread),
        eagerness=_eagerness(traits.eagerness_sigma, spread),
        aspiration=np.full(count, parameters.change.aspiration_start),
        best_followed=np.full(count, -1.0),
        joined=np.full(count, -1, dtype=np.int64),
        left=np.full(count, NEVER),
        creator=np.full(count, -1, dtype=np.int64),
        set_point=set_point,
        fomo_trait=fomo,
        mood=set_point.copy(),
        fomo=fomo.copy(),
        enjoyment=np.full(count, parameters.change.aspiration_start),
        use=activity * usual_slots,
        usual_values=np.full((count, len(factors) * reasons), np.nan),
        usual_interests=interests[:, : parameters.population.topics * reasons].copy(),
        own=np.zeros((count, 0)),
    )


def _keys(draws: Draws, part: int) -> Ints:
    """A number for each person that makes tastes its own, see :func:`simulation.factors.taste.pair_taste`."""
    return np.asarray(draws.uniforms(Stream.KEYS, part) * KEYS, dtype=np.int64)


def _interests(parameters: Parameters, draws: Draws, community: Ints) -> Floats:
    """Interests, (P, K): a user's own draw, or that of the whole community."""
    concentrations = np.full(parameters.population.topics, parameters.users.interest_concentration)
    own = draws.directions(Stream.INTERESTS, concentrations)
    share = parameters.users.shared_interests
    if share == 0.0:
        return own
    groups, place = np.unique(community, return_inverse=True)
    common = Draws(draws.seed, groups).directions(Stream.SHARED, concentrations)
    return np.where((draws.uniforms(Stream.SHARED, 1) < share)[:, None], common[place], own)


def _identities(parameters: Parameters, draws: Draws, community: Ints) -> Floats:
    """Positions in value space, (P, 2): standard normal, a part of their variance shared by the community."""
    own = draws.normals(Stream.IDENTITY, 2)
    share = parameters.users.shared_interests
    if share == 0.0:
        return own
    groups, place = np.unique(community, return_inverse=True)
    common = Draws(draws.seed, groups).normals(Stream.SHARED, 2, 2)
    return np.asarray(math.sqrt(1.0 - share) * own + math.sqrt(share) * common[place])


def _attention(parameters: Parameters, spread: Floats) -> Floats:
    """Follows that each can care for: lognormal up to a cap; fewer on a platform of fewer users."""
    traits, users = parameters.users, parameters.population.users
    part = min(1.0, users / traits.attention_users) if traits.attention_users else 1.0
    median, cap = part * traits.attention_median, part * traits.attention_cap
    return np.asarray(np.minimum(median * exp_of(traits.attention_sigma * spread), cap))


def _eagerness(sigma: float, spread: Floats) -> Floats:
    """Log of a lognormal number of mean 1, so that rare follows keep their number; rises with attention's ``spread``.

    One and the same draw: attention is read off how many accounts people follow, and so is this.
    """
    return np.asarray(sigma * spread - sigma * sigma / 2.0)


def _factor_weights(parameters: Parameters, draws: Draws, factors: Sequence[Factor]) -> Floats:
    means = np.array([section.weight for section in factor_sections(factors, parameters)])  # type: ignore[attr-defined]
    if not (means > 0.0).any():
        raise ParameterError("every factor has weight 0: at least one factors.*.weight must be above 0")
    # Each factor has its own part of the stream, whichever others there are: leaving one out keeps the rest as it was.
    known = list(FactorsParameters.model_fields)
    parts = known + [factor.name for factor in factors if factor.name not in known]
    sigma = parameters.users.weight_sigma
    columns = [exp_of(sigma * draws.normals(Stream.WEIGHTS, part=parts.index(factor.name))) for factor in factors]
    weights = np.stack(columns, axis=1) * means
    return np.asarray(weights / row_sums(weights)[:, None])


def draw_creators(parameters: Parameters, draws: Draws, users: Users, places: Ints) -> Creators:
    """Creators as they come, with no follower yet.

    ``places`` says for each of them, (P,), where in ``users`` that person stands.
    """
    traits, count = parameters.creators, draws.count
    voice = draws.directions(Stream.TOPICS, np.full(parameters.population.topics, traits.voice_concentration))
    talent = draws.betas(Stream.TALENT, traits.talent_mean, traits.talent_concentration)
    regularity = draws.betas(Stream.REGULARITY, traits.regularity_mean, traits.regularity_concentration)
    rate = traits.posting_rate_median * exp_of(traits.posting_rate_sigma * draws.normals(Stream.POSTING))
    rate = np.where(draws.uniforms(Stream.POSTING, 2) < traits.never_post, 0.0, np.minimum(rate, 1.0))
    return Creators(
        user=places,
        key=_keys(draws, 1),
        segment=users.segment[places],
        joined=users.joined[places],
        topics=voice,
        known_for=voice[:, : parameters.population.topics * (parameters.feed.reputation > 0.0)].copy(),
        identity=users.identity[places],
        expression=draws.directions(Stream.EXPRESSION, np.full(4, parameters.users.emotional_concentration)),
        intensity=draws.betas(Stream.EXPRESSION, traits.intensity_mean, traits.intensity_concentration, 1),
        talent=talent,
        career=parameters.posting.career_sd * draws.normals(Stream.TALENT, part=1),
        authenticity=draws.betas(Stream.AUTHENTICITY, traits.authenticity_mean, traits.authenticity_concentration),
        regularity=regularity,
        posting_rate=rate,
        rate=rate.copy(),
        phase=draws.uniforms(Stream.POSTING, 1),
        consistency=regularity.copy(),
        posted=np.zeros(count, dtype=np.bool_),
        visible=np.zeros(count, dtype=np.bool_),
        stage=np.full(count, -1, dtype=np.int64),
        partner=np.full(count, -1, dtype=np.int64),
        listening=np.zeros(count, dtype=np.bool_),
        own=np.zeros((count, 0)),
        **_zeros(np.float64, count, "sponsored engagement momentum crowd"),
        **_zeros(np.int64, count, "away_until followers bought bought_today purged_today bought_likes"),
        **_zeros(np.int64, count, "gained lost views likes shares"),
        **_zeros(np.int64, count, "total_gained total_lost total_views total_likes total_shares"),
    )


def no_posts(creators: Creators, lives: int) -> Posts:
    """Posts of creators who have not posted yet: places that show each as usual, and that no feed shows."""
    count = creators.user.size * lives
    return Posts(
        day=np.full(count, NO_DAY, dtype=np.int64),
        quality=np.repeat(creators.talent, lives),
        topics=np.repeat(creators.topics, lives, axis=0),
        **_zeros(np.float64, count, "sponsored applause"),
        **_zeros(np.int64, count, "views likes shares"),
    )


def draw_minds(parameters: Parameters, draws: Draws, creators: Creators, strategies: int) -> Minds:
    """Creators who expect no more of a post than the joy of making it, and try their own voice first."""
    p, count = parameters.minds, draws.count
    motives = _motives(parameters, draws)
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


def _motives(parameters: Parameters, draws: Draws) -> Floats:
    """Shares of validation, influence and creative joy, Dirichlet about their means: (P, 3)."""
    p = parameters.creators
    if p.validation_mean + p.influence_mean > 1.0:
        raise ParameterError(
            f"creators.validation_mean = {p.validation_mean} and creators.influence_mean = {p.influence_mean} sum to "
            "more than 1: they are shares, and creative joy has the rest"
        )
    # Shares such as .8 and .2 fill the whole, and yet subtract to a little less than nothing.
    joy = max(1.0 - p.validation_mean - p.influence_mean, 0.0)
    means = np.array([p.validation_mean, p.influence_mean, joy])
    return dirichlet(draws.seed, Stream.MOTIVES, p.motive_concentration * means, draws.people)

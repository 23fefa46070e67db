"""Presets by name: settings that mean something, as differences from the defaults."""

import difflib
from dataclasses import dataclass
from typing import Any

from simulation.errors import ParameterError
from simulation.parameters import Parameters


@dataclass(frozen=True)
class Preset:
    """A named setting.

    Attributes
    ----------
    about
        What it is, in one sentence, with its source where it has one.
    values
        Parameters that differ from the defaults, by dotted name.
    """

    about: str
    values: dict[str, Any]


_EVERY_DAY = {
    "users.activity_mean": 1.0,
    "users.escapism_mean": 0.0,
    "creators.posting_rate_median": 1.0,
    "creators.posting_rate_sigma": 0.0,
    "creators.regularity_mean": 1.0,
    "change.interest_drift": 0.0,
    "change.curiosity": 0.0,
    "social_graph.family": "none",
    "leaving.tidy_probability": 0.0,
    "creators.minds": "off",
}
"""Everybody watches and everybody posts, every day, and nobody's mind moves: what exact results are stated for."""

_ONLY_RANDOM = {
    "feed.mix.following": 0.0,
    "feed.mix.friends": 0.0,
    "feed.mix.popular": 0.0,
    "feed.mix.interest": 0.0,
    "feed.mix.random": 1.0,
    "feed.mix.staged": 0.0,
}
_ONLY_POPULAR = {**_ONLY_RANDOM, "feed.mix.random": 0.0, "feed.mix.popular": 1.0, "feed.momentum_memory": 1.0}

_LEFT_BY_CHANCE = {
    "creators.minds": "off",
    "leaving.unfollow_rule": "constant",
    "leaving.reconsider": "all",
    "leaving.tidy_probability": 0.0,
}
"""What rival models share. None of them has unfollowing: they are lent a constant hazard of .002 a tie-day, so that
turnover is like that of the defaults, and no fact about leaving is out of their reach by construction. How often they
follow, and the chance to leave that gives this hazard, are found by ``benchmarks.validation.tuning``."""

_BY_FOLLOWERS = {**_ONLY_POPULAR, "feed.trend_effect": 0.0}
_TALENT_ALONE = {
    f"factors.{factor}.weight": 0.0
    for factor in ("shared_interest", "authenticity", "emotional_connection", "consistency", "peer_influence")
}

_MUSIC_LAB = {
    **_EVERY_DAY,
    **_ONLY_RANDOM,
    "population.users": 748,
    "population.creators": 48,
    "population.arrivals_per_day": 1,
    "population.present_at_start": 48,
    "session.schedule": "on_arrival",
    "session.slots": 7.2,
    "feed.distinct": True,
    "feed.momentum_memory": 1.0,
    "feed.popularity_bias": 0.0,
    "feed.position_bias": 1.4,
    "factors.shared_interest.weight": 0.0,
    "factors.authenticity.weight": 0.0,
    "factors.emotional_connection.weight": 0.0,
    "factors.consistency.weight": 0.0,
    "factors.peer_influence.weight": 0.0,
    "decision.follow_sharpness": 2.43,
    "decision.follow_threshold": 1.23,
    "leaving.unfollow_rule": "never",
}
"""48 songs (creators), 700 people who come one by one, listen to some and take (follow) a few by how good they are.

People a world: supporting material of Salganik, Dodds and Watts 2006 (about 700). Songs listened to: about 7 each, on
the same site with the same songs, Salganik and Watts, Soc. Psychol. Q. 2008. Sharpness, threshold, exponent of place:
``python -m benchmarks.fits.music_lab``.
"""


def _lab(share: float) -> dict[str, Any]:
    """The Music Lab where this share of what is listened to goes by counts, and the rest by chance."""
    return {**_MUSIC_LAB, "feed.mix.popular": share, "feed.mix.random": round(1.0 - share, 12)}


PRESETS: dict[str, Preset] = {
    "default": Preset("The defaults.", {}),
    "tiktok": Preset(
        "A feed that is mostly recommended, .85 for-you, of which the traffic pools fill a good part (how the for-you "
        "page divides is an assumption).",
        {
            "feed.mix.following": 0.10,
            "feed.mix.friends": 0.05,
            "feed.mix.popular": 0.20,
            "feed.mix.interest": 0.35,
            "feed.mix.random": 0.0,
            "feed.mix.staged": 0.30,
        },
    ),
    "instagram": Preset(
        "A feed that mixes followed creators and friends with recommendations (shares are assumptions).",
        {
            "feed.mix.following": 0.45,
            "feed.mix.friends": 0.15,
            "feed.mix.popular": 0.20,
            "feed.mix.interest": 0.15,
            "feed.mix.random": 0.05,
        },
    ),
    "short_video": Preset(
        "A short-video platform: new posts go through traffic pools, users differ in how readily they follow, as "
        "KuaiRand's do (Gao et al. 2022), and four values are fitted to its followers and to the rates of follows, "
        "likes and unfollows that are reported (docs/calibration.md says how, and what stays missed).",
        {
            "users.eagerness_sigma": 1.6,
            "feed.mix.popular": 0.5,
            "feed.mix.interest": 0.2,
            "feed.mix.random": 0.0,
            "feed.mix.staged": 0.15,
            "decision.follow_threshold": 0.786,
            "decision.like_threshold": 0.801,
            "leaving.base_hazard": 0.0208,
            "feed.popularity_bias": 3.08,
        },
    ),
    "first_model": Preset(
        "Nobody's mind moves and no topic trends: users, feed, follows and unfollows alone.", {"creators.minds": "off"}
    ),
    "chronological": Preset(
        "No recommender: what one follows and what friends follow, with a little chance to find anybody new.",
        {
            "feed.mix.following": 0.70,
            "feed.mix.friends": 0.20,
            "feed.mix.popular": 0.0,
            "feed.mix.interest": 0.0,
            "feed.mix.random": 0.10,
        },
    ),
    "random": Preset("Every slot shows a creator drawn uniformly: no recommender and no friends.", dict(_ONLY_RANDOM)),
    "two_state": Preset(
        "One creator whom every non-follower follows with p a day and every follower leaves with h: followers are "
        "Binomial(N - 1, p / (p + h)) in the end.",
        {
            **_EVERY_DAY,
            **_ONLY_RANDOM,
            "population.users": 1001,
            "population.creators": 1,
            "session.slots": 1.0,
            "decision.follow_rule": "constant",
            "decision.follow_probability": 0.06,
            "leaving.unfollow_rule": "constant",
            "leaving.unfollow_probability": 0.04,
        },
    ),
    "meritocratic": Preset(
        "Everyone creates, meets one other a day, and follows only who beats the best followed so far; nobody leaves "
        "(Pagan et al., Nature Communications 2021).",
        {
            **_EVERY_DAY,
            **_ONLY_RANDOM,
            "population.users": 100,
            "population.creators": 100,
            "session.slots": 1.0,
            "creators.talent_concentration": 2.0,
            "decision.follow_rule": "best_so_far",
            "leaving.unfollow_rule": "never",
        },
    ),
    "polya": Preset(
        "Equal creators, one new user a day who follows one by (followers + a): shares tend to Dirichlet(a, ..., a).",
        {
            **_EVERY_DAY,
            **_ONLY_POPULAR,
            "population.users": 2010,
            "population.creators": 10,
            "population.arrivals_per_day": 1,
            "population.present_at_start": 10,
            "session.schedule": "on_arrival",
            "session.slots": 1.0,
            "decision.follow_rule": "always",
            "leaving.unfollow_rule": "never",
        },
    ),
    "price": Preset(
        "Each day a creator joins and follows m others by (followers + a): in-degrees follow Price's distribution "
        "(Price 1976; Newman 2018).",
        {
            **_EVERY_DAY,
            **_ONLY_POPULAR,
            "population.users": 3000,
            "population.creators": 3000,
            "population.arrivals_per_day": 1,
            "population.present_at_start": 10,
            "session.schedule": "on_arrival",
            "session.slots": 3.0,
            "feed.distinct": True,
            "decision.follow_rule": "always",
            "leaving.unfollow_rule": "never",
        },
    ),
    "music_lab": Preset(
        "The Music Lab's first experiment, in which counts stand beside songs in a grid (Salganik, Dodds & Watts, "
        "Science 2006); fitted to it alone (python -m benchmarks.fits.music_lab).",
        _lab(0.121),
    ),
    "music_lab_strong": Preset(
        "The Music Lab's second experiment, a list by counts: as music_lab, but more of what is listened to goes by "
        "counts, so much that inequality is that of the experiment.",
        _lab(0.47),
    ),
    "null": Preset(
        "Equal creators, a random feed, no social influence, follows by chance: followers are Poisson.",
        {
            **_EVERY_DAY,
            **_ONLY_RANDOM,
            "population.users": 5000,
            "population.creators": 500,
            "session.slots": 1.0,
            "decision.follow_rule": "constant",
            "decision.follow_probability": 0.05,
            "leaving.unfollow_rule": "never",
        },
    ),
    "random_following": Preset(
        "A rival on the population of the defaults: everybody is as likely to be seen, and whoever is seen is followed "
        "with one probability (Erdos and Renyi 1959).",
        {
            **_LEFT_BY_CHANCE,
            **_ONLY_RANDOM,
            "decision.follow_rule": "constant",
            "decision.follow_probability": 0.0120,
            "leaving.unfollow_probability": 0.0028,
        },
    ),
    "preferential_following": Preset(
        "A rival on the population of the defaults: one is seen by (followers ever won + 1), and followed with one "
        "probability (Price 1976; Barabasi and Albert 1999).",
        {
            **_LEFT_BY_CHANCE,
            **_BY_FOLLOWERS,
            "decision.follow_rule": "constant",
            "decision.follow_probability": 0.0135,
            "leaving.unfollow_probability": 0.0028,
        },
    ),
    "fitness_following": Preset(
        "A rival on the population of the defaults: one is seen by (followers ever won + 1), and followed by talent "
        "alone, about in proportion to it (Bianconi and Barabasi 2001).",
        {
            **_LEFT_BY_CHANCE,
            **_BY_FOLLOWERS,
            **_TALENT_ALONE,
            # At mean talent .5 a chance in proportion to talent rises by 1 / .5 = 2 in logarithms, as rare follows do.
            "decision.follow_sharpness": 2.0,
            "decision.follow_threshold": 2.77,
            "leaving.unfollow_probability": 0.0029,
        },
    ),
    "meritocratic_following": Preset(
        "A rival on the population of the defaults: everybody is as likely to be seen, and followed where more "
        "talented than all whom one ever followed (Pagan et al. 2021).",
        # One meeting a session, as there: follows of one session are decided without knowing of each other.
        {
            **_LEFT_BY_CHANCE,
            **_ONLY_RANDOM,
            "session.slots": 1.0,
            "decision.follow_rule": "best_so_far",
            "leaving.unfollow_probability": 0.0031,
        },
    ),
}
"""All presets by name."""


def preset(name: str) -> Parameters:
    """Parameters of a preset.

    Raises
    ------
    ParameterError
        If there is none of that name; says which are nearest.
    """
    if name not in PRESETS:
        near = difflib.get_close_matches(name, PRESETS, n=2)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(PRESETS)}"
        raise ParameterError(f"there is no preset {name!r}; {hint}")
    return Parameters().with_values(PRESETS[name].values)

"""Trends: how hot each topic is, as memes are born, draw attention and wear out."""

from typing import Any

import numpy as np

from simulation.arithmetic import exp
from simulation.compiling import rule
from simulation.declare import Section, parameter
from simulation.randomness import Stream, standard_normal, uniforms
from simulation.state import Trends

HOTTEST = 50.0
"""Largest log heat: whatever trends by that much takes the whole feed."""


class TrendsParameters(Section):
    """Heat of topics."""

    moves: bool = parameter(True, about="Whether topics heat and cool; where not set, as creators.minds")
    persistence: float = parameter(
        0.95, about="Share of the background of log heat kept from one day to the next", unit="1/day", bounds=(0.0, 1.0)
    )
    volatility: float = parameter(0.05, about="Standard deviation of the background's daily change", bounds=(0.0, 5.0))
    births: float = parameter(0.01, about="Memes born on a topic", unit="memes/day", bounds=(0.0, 10.0))
    meme_size: float = parameter(2.0, about="Attention that a meme draws in all, in log heat", bounds=(0.0, 20.0))
    rise: float = parameter(
        0.3, about="Share of a meme's remaining attention that it draws in a day", unit="1/day", bounds=(0.0, 1.0)
    )
    decay: float = parameter(
        0.1,
        about="Share of a meme's heat lost in a day",
        unit="1/day",
        bounds=(0.0, 1.0),
        source="relaxation over days to weeks: Crane and Sornette, PNAS 2008; the value is an assumption",
    )


@rule
def background_after(background: float, normal: float, p: TrendsParameters) -> float:
    """Log-AR(1): b <- persistence b + volatility * normal."""
    return p.persistence * background + p.volatility * normal


@rule
def memes_born(uniform: float, p: TrendsParameters) -> int:
    """Memes born on a topic today: Poisson, by inversion of one number in [0, 1)."""
    chance = exp(-p.births)
    reached = chance
    born = 0
    while uniform >= reached and born < 100:
        born += 1
        chance *= p.births / born
        reached += chance
    return born


@rule
def meme_after(meme: float, fuel: float, p: TrendsParameters) -> float:
    """Heat by memes: m <- (1 - decay) m + rise * fuel, so that each rises, peaks and fades.

    Source: endogenous bursts, Crane and Sornette, PNAS 2008; Wu and Huberman, PNAS 2007 (novelty decays).
    """
    return (1.0 - p.decay) * meme + p.rise * fuel


@rule
def fuel_after(fuel: float, born: int, p: TrendsParameters) -> float:
    """Attention that memes have yet to draw: what today's rise left, and what is born."""
    return (1.0 - p.rise) * fuel + p.meme_size * born


@rule
def heat(background: float, meme: float) -> float:
    """exp(background + meme), the sum held within -HOTTEST..HOTTEST so that heat stays a number."""
    return exp(min(HOTTEST, max(-HOTTEST, background + meme)))


def move_trends(trends: Trends, luck: np.uint64, day: int, p: Any) -> None:
    """One day of every topic: the background drifts, memes are born, draw attention and wear out."""
    for k in range(trends.heat.size):
        u0, u1, u2, _ = uniforms(luck, int(Stream.TRENDS), k, 0, day, 0)
        trends.background[k] = background_after(float(trends.background[k]), standard_normal(u0, u1), p)
        trends.meme[k] = meme_after(float(trends.meme[k]), float(trends.fuel[k]), p)
        trends.fuel[k] = fuel_after(float(trends.fuel[k]), memes_born(u2, p), p)
        trends.heat[k] = heat(float(trends.background[k]), float(trends.meme[k]))


def hottest(trends: Trends) -> int:
    """The topic that trends, the first of equals; -1 where none is hotter than another."""
    return int(trends.heat.argmax()) if trends.heat.max() > trends.heat.min() else -1

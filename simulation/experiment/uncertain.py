"""The common rule by which uncertain parameters vary in every experiment, and which sampled worlds count.

Of most parameters no more than the order of magnitude is known. How far an answer depends on them is seen by varying
all of them at once. How widely is an assumption of this file, and of no other.
"""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from simulation.declare import Declaration
from simulation.errors import ParameterError
from simulation.parameters import KNOWN, Parameters, everything
from simulation.study import Uncertainty

FACTOR = 1.5
"""How far a value may be off either way, as a factor: a guess of the right size, not of the right value."""
STEPS = {
    "decision.follow_threshold": 0.05,
    "decision.like_threshold": 0.05,
    "leaving.margin": 0.05,
    "change.aspiration_start": 0.1,
}
"""Places on the scale of appeal, where zero is no natural origin: so far either way. At the usual sharpness (14 for
follows) a step of .05 in the threshold already doubles or halves how much is followed."""
RANGES = {"minds.strategy.own_voice_lead": (0.33, 0.75), "creators.influence_mean": (0.2, 0.39)}
"""What the rule would get wrong: the lead is allowed to be negative but is a size, and the shares of two motives, each
at its largest, must leave room for the third."""

PLAUSIBLE = {"follows_per_user_day": (0.02, 1.0), "likes_per_view": (0.002, 0.5), "unfollows_per_tie_day": (1e-4, 0.02)}
"""Bands in which the base world of a sampled point must lie to say anything about platforms as we know them.

Data and studies have .13 to .2 follows per user per day, .02 to .15 likes per view, and .0013 to .0026 unfollows per
tie-day (`follower-dynamics check`); these bands are wider by a factor of 3 to 13 at either end, since young and small
worlds differ from grown ones too. Outside of them there are no follows, or everyone follows everyone.
"""


def uncertainty(name: str, known: Mapping[str, Declaration] = KNOWN) -> Uncertainty | None:
    """Range of a parameter by the common rule; None where it does not vary.

    - A place on the scale of appeal (`STEPS`) moves by a step either way.
    - A share, bounded by 0 and 1: it or, where that is smaller, what it lacks to 1 changes by `FACTOR`. So a memory of
      .97 a day ranges from .955 to .98, not from .65 to 1.
    - Any other number: its distance from its lower bound changes by `FACTOR`, on a logarithmic scale where that is 0.
    - What is 0, or a share of 1, means that something is switched off or complete, and stays.
    - Words and yes/no choices stay.
    """
    declared = known[name]
    value = declared.default
    if declared.kind != "uncertainty" or isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if name in RANGES:
        return Uncertainty(name, *RANGES[name])
    if name in STEPS:
        return Uncertainty(name, value - STEPS[name], value + STEPS[name])
    return _scaled(declared, float(value))


def _scaled(declared: Declaration, value: float) -> Uncertainty | None:
    low, high = float(declared.low or 0.0), float(declared.high or 0.0)
    whole = isinstance(declared.default, int)
    if value in (low, high):
        return None
    if high == 1.0 and value > 0.5:
        return Uncertainty(declared.name, 1 - FACTOR * (1 - value), 1 - (1 - value) / FACTOR)
    ends = low + (value - low) / FACTOR, min(high, low + (value - low) * FACTOR)
    if whole:
        ends = float(round(ends[0])), float(round(ends[1]))
    log = low == 0.0 and not whole
    return Uncertainty(declared.name, *ends, "log" if log else "linear")


def around(*names: str) -> tuple[Uncertainty, ...]:
    """Ranges by the common rule of parameters that some arms set, so that they vary in the other arms.

    Raises
    ------
    ParameterError
        If one does not vary by the common rule.
    """
    found = [(name, uncertainty(name)) for name in names]
    if fixed := [name for name, known in found if known is None]:
        raise ParameterError(f"{', '.join(fixed)}: no range by the common rule; give an Uncertainty")
    return tuple(known for _, known in found if known is not None)


def uncertainties(
    settings: Sequence[Mapping[str, object]], certain: Iterable[str] = (), known: Mapping[str, Declaration] = KNOWN
) -> list[Uncertainty]:
    """Ranges of everything uncertain that may matter.

    Parameters
    ----------
    settings
        Parameters that each arm sets, with those all share: what is set is not varied, and what nothing reads at these
        settings is left out.
    certain
        Names, or beginnings of names, that are to stay.
    known
        All parameters, those of plug-ins too.
    """
    fixed = {name for setting in settings for name in setting}
    idle = set.intersection(*(set(inert(everything()().with_values(setting).resolved())) for setting in settings))
    left_out = tuple(certain)
    found = []
    for name in known:
        if name in fixed or name in idle or name.startswith(left_out):
            continue
        if (varied := uncertainty(name, known)) is not None:
            found.append(varied)
    return found


def inert(parameters: Parameters) -> list[str]:
    """Parameters that nothing reads at these settings, as far as one can tell from their names."""
    beginnings = [
        name
        for name, idle in {
            "feed.pools.": parameters["feed.mix.staged"] == 0,
            "decision.like_herding": parameters["feed.mix.staged"] == 0,
            "population.initial_follows_sigma": parameters["population.initial_follows"] == 0,
            "population.fame_sigma": parameters["population.initial_follows"] == 0,
            "decision.follow_probability": parameters["decision.follow_rule"] != "constant",
            "leaving.unfollow_probability": parameters["leaving.unfollow_rule"] != "constant",
            "minds.": parameters["creators.minds"] == "off",
            "trends.": not parameters["trends.moves"],
            "wellbeing.": not parameters["wellbeing.moves"],
            "follow_back.": not parameters["follow_back.moves"],
        }.items()
        if idle
    ]
    for section in ("habituation", "mood", "obsession", "effort", "burnout", "voice", "strategy"):
        if not parameters[f"minds.{section}.moves"]:
            beginnings.append(f"minds.{section}.")
    return [name for name in KNOWN if name.startswith(tuple(beginnings))]


def implausible(base: pd.DataFrame, bands: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """For each run of the base arm, whether it lies outside each band, by outcome; NaN does."""
    return pd.DataFrame({name: ~base[name].between(*band) for name, band in bands.items()}, index=base.index)

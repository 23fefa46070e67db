"""Why a follow or an unfollow happened: contributions of the factors, and the one cause that stands for them.

Appeal is linear in the factors, so w_f (x_f - reference_f) is the exact Shapley value of factor f against a
reference post; contributions and the reference's appeal sum to the appeal. Source: L. S. Shapley 1953; S. Lundberg
and S.-I. Lee, NeurIPS 2017 (linear case).
"""

from typing import Any

from simulation.compiling import rule
from simulation.users.decisions import LOGIT
from simulation.users.leaving import SATISFACTION

FOLLOW, UNFOLLOW = 1, -1
"""Kinds of event, by what they add to the follower count."""

ABSENCE, OVERLOAD, ASPIRATION, RULE, RECIPROCITY, DEPARTURE, BOUGHT, PURGE, ACQUAINTANCE = range(9)
STRUCTURAL_CAUSES = (
    "absence",
    "overload",
    "aspiration",
    "rule",
    "reciprocity",
    "departure",
    "bought",
    "purge",
    "acquaintance",
)
"""Causes that are no factor, numbered after the factors.

absence: the creator did not post; overload: more follows than attention allows; aspiration: nothing was amiss but the
feed offered better; rule: a special case decided (always, constant, best so far), not appeal; reciprocity: a creator
followed back; departure: the follower left the platform, or the creator did; bought, purge: followers who are nobody,
bought by the creator and removed by the platform; acquaintance: the user and the creator are peers, and one of them
joined.
"""

NO_SOURCE = -1
"""Feed source of an unfollow that no post brought about."""

FIXED_POINT = 4294967296.0
"""Factor values are summed over users as whole multiples of 2**-32, so that no order of summing matters."""


@rule
def in_fixed_point(value: float) -> int:
    """A factor value, or an interest, as a whole multiple of 2**-32."""
    return int(value * FIXED_POINT)


@rule
def weighted_sum(weights: Any, user: int, values: Any) -> float:
    """Sum of w_f x_f over the factors: the appeal of ``values`` (F,) to row ``user`` of (N, F) weights."""
    total = 0.0
    for f in range(weights.shape[1]):
        total += weights[user, f] * values[f]
    return total


@rule
def contribute(weights: Any, user: int, values: Any, reference: Any, contributions: Any, row: int) -> None:
    """Write w_f (x_f - reference_f) into row ``row`` of (events, F) contributions."""
    for f in range(weights.shape[1]):
        contributions[row, f] = weights[user, f] * (values[f] - reference[f])


@rule
def follow_cause(contributions: Any, row: int, follow_rule: int) -> int:
    """The factor with the largest contribution to following; the first of equals."""
    factors = contributions.shape[1]
    if follow_rule != LOGIT:
        return int(factors + RULE)
    cause = 0
    for f in range(1, factors):
        if contributions[row, f] > contributions[row, cause]:
            cause = f
    return cause


@rule
def unfollow_cause(contributions: Any, row: int, missing: bool, unfollow_rule: int) -> int:
    """Why a reconsidered follow ended.

    Absence where the creator was missing; else the factor with the largest contribution against staying, provided that
    the post fell short of the reference as a whole; else aspiration: the post was good enough for most days, not for
    this user any more.
    """
    factors = contributions.shape[1]
    if unfollow_rule != SATISFACTION:
        return int(factors + RULE)
    if missing:
        return int(factors + ABSENCE)
    cause = 0
    total = contributions[row, 0]
    for f in range(1, factors):
        total += contributions[row, f]
        if contributions[row, f] < contributions[row, cause]:
            cause = f
    return int(factors + ASPIRATION) if total >= 0.0 else cause


@rule
def is_held_against(cause: int, factors: int) -> bool:
    """Whether a user who left for this cause did so because of what the creator posted.

    For a factor that counted most against the tie, or because others post better; not because the creator was missing,
    to tidy up, by a rule that asks for no reason, or by leaving the platform.
    """
    return cause < factors or cause == factors + ASPIRATION


def cause_names(factor_names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of all causes by number: the factors, then the structural ones."""
    return (*factor_names, *STRUCTURAL_CAUSES)

"""Why a follow or an unfollow happened: contributions of the factors, and the one cause that stands for them.

Appeal is linear in the factors, so w_f (x_f - reference_f) is the exact Shapley value of factor f against a
reference post; contributions and the reference's appeal sum to the appeal. Source: L. S. Shapley 1953; S. Lundberg
and S.-I. Lee, NeurIPS 2017 (linear case).
"""

from typing import Any

from simulation.compiling import rule
from simulation.events import Events, empty_events
from simulation.state import WHOLE, State
from simulation.users.decisions import LOGIT
from simulation.users.leaving import SATISFACTION
from simulation.users.reasons import CHANGE, CHANNELS, DRIFT, OVERLOADED

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

CREATOR_CHANGED, USER_CHANGED, PEERS_CHANGED, ALTERNATIVES, SATIATION, SMALLNESS, SPONSORED, WHIM = range(9, 17)
CAUSES_OF_LEAVING = (
    "creator_changed",
    "user_changed",
    "peers_changed",
    "alternatives",
    "satiation",
    "smallness",
    "sponsored",
    "whim",
)
"""More structural causes, where users leave for reasons.

The tie came to give less than it did, most of all by what the creator does, by the user's own interests, or by peers
who follow no more; other creators whom the user follows give more; there was too much of the creator; the user was made
to feel small; the post was paid for; nothing that counted was in favour of leaving.
"""

BEGAN, BY_CREATOR, BY_USER, BY_PEERS, CHANGES = range(5)
"""Columns of the reasons of an unfollow: appeal as the tie began; by whom it changed since; from CHANGES on, by which
factor, and then the part of each channel of ``users.reasons`` in the log of the hazard."""
LOG_TWO = 0.6931471805599453
BY_WHOM = ("by_creator", "by_user", "by_peers")


def reason_names(factor_names: tuple[str, ...]) -> tuple[str, ...]:
    """Columns that the event log has where users leave for reasons.

    ``began`` + the sum of ``change_...`` = ``appeal``; the three ``change_by_...`` have the same sum.
    """
    changes = (*(f"change_{name}" for name in BY_WHOM), *(f"change_{name}" for name in factor_names))
    return ("began", *changes, *(f"part_{name}" for name in CHANNELS))


NO_SOURCE = -1
"""Feed source of an unfollow that no post brought about."""

FIXED_POINT = 4294967296.0
"""Factor values are summed over users as whole multiples of 2**-32, so that no order of summing matters."""


def room_for_events(state: State, capacity: int) -> Events:
    """Room for events of a world, not filled in."""
    factors, began = state.reference.size, state.rows.began.shape[1]
    return empty_events(capacity, factors, began, CHANGES + factors + len(CHANNELS) if began else 0)


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
def began_values(began: Any, row: int, values: Any, then: Any) -> None:
    """Factor values (F,) as a tie began, from row ``row`` of its beginnings; ``values`` where that is not known."""
    known = began[row, began.shape[1] - 1] != WHOLE
    for f in range(began.shape[1] - 1):
        then[f] = began[row, f] / WHOLE if known else values[f]


@rule
def account_for_change(
    weights: Any,
    user: int,
    values: Any,
    then: Any,
    with_former_user: float,
    and_former_peers: float,
    out: Any,
    row: int,
) -> None:
    """Write what has changed since a tie began into row ``row`` of (events, R) reasons.

    w_f (x_f - x0_f) of each factor, which sum to U - U0; and the same by whom: by the user U - U_u, by peers
    U_u - U_up, by the creator U_up - U0, where U_u is the appeal to the user with former interests
    (``with_former_user``) and U_up with the peers who followed then as well (``and_former_peers``).
    """
    now, began = weighted_sum(weights, user, values), weighted_sum(weights, user, then)
    out[row, BEGAN] = began
    out[row, BY_CREATOR] = and_former_peers - began
    out[row, BY_USER] = now - with_former_user
    out[row, BY_PEERS] = with_former_user - and_former_peers
    for f in range(weights.shape[1]):
        out[row, CHANGES + f] = weights[user, f] * (values[f] - then[f])


@rule
def cause_by_reasons(reasons: Any, row: int, factors: int, missing: bool) -> int:
    """Why a tie ended, where users leave for reasons: the channel with the largest part.

    If that is the change of the tie, by whom it changed most for the worse. Absence where the creator was missing, and
    a whim where all channels together did not double the hazard: the tie would then more likely than not have ended
    without them (the probability of necessity, 1 - 1 / hazard ratio, is below one half; Pearl, Causality, 2000, ch. 9).
    """
    if missing:
        return int(factors + ABSENCE)
    parts = CHANGES + factors
    largest, total = 0, 0.0
    for channel in range(len(CHANNELS)):
        total += reasons[row, parts + channel]
        if reasons[row, parts + channel] > reasons[row, parts + largest]:
            largest = channel
    if total < LOG_TWO:
        return int(factors + WHIM)
    if largest == CHANGE:
        worst = BY_CREATOR
        for by in (BY_USER, BY_PEERS):
            if reasons[row, by] < reasons[row, worst]:
                worst = by
        return int(factors + CREATOR_CHANGED + worst - BY_CREATOR)
    if largest == DRIFT:
        return int(factors + USER_CHANGED)
    if largest == OVERLOADED:
        return int(factors + OVERLOAD)
    return int(factors + ALTERNATIVES + largest - 1)


@rule
def follow_cause(weights: Any, user: int, contributions: Any, row: int, follow_rule: int) -> int:
    """The factor with the largest contribution to following, among those with a weight; the first of equals."""
    factors = contributions.shape[1]
    if follow_rule != LOGIT:
        return int(factors + RULE)
    cause = 0
    for f in range(1, factors):
        first = weights[user, cause] == 0.0
        if weights[user, f] > 0.0 and (first or contributions[row, f] > contributions[row, cause]):
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


def cause_names(factor_names: tuple[str, ...], reasons: bool = False) -> tuple[str, ...]:
    """Names of all causes by number: the factors, then the structural ones, then those of leaving for reasons."""
    return (*factor_names, *STRUCTURAL_CAUSES, *(CAUSES_OF_LEAVING if reasons else ()))


@rule
def is_held_against(cause: int, factors: int) -> bool:
    """Whether a user who left for this cause did so because of what the creator posted.

    For a factor that counted most against the tie, or because the tie gives less than it did or than others; not
    because the creator was missing, to tidy up, by a rule that asks for no reason, by leaving the platform, or because
    peers left.
    """
    channel = cause - factors
    posted = channel in (ASPIRATION, CREATOR_CHANGED, USER_CHANGED)
    return cause < factors or posted or ALTERNATIVES <= channel <= SPONSORED

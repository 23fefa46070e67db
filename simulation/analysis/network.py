"""Shape of the follow graph: how many creators a user follows, how often following is returned."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from simulation.errors import ParameterError
from simulation.vectors import deviation, log_of, mean


@dataclass(frozen=True)
class FolloweeSummary:
    """How many creators users follow.

    ``median``, ``mean`` and ``maximum`` are over all users, ``none`` the share who follow nobody. ``log_mean`` and
    ``sigma`` are mean and standard deviation of ln(follows) over the others: the parameters of a lognormal.
    """

    users: int
    median: float
    mean: float
    maximum: int
    none: float
    log_mean: float
    sigma: float


def followee_summary(follows: ArrayLike) -> FolloweeSummary:
    """Summary of the number of creators each user follows, ``follows`` (users,); NaN where there are no users.

    Raises:
        ParameterError: not one-dimensional, or a number is negative.
    """
    count = np.asarray(follows, dtype=np.int64)
    if count.ndim != 1 or (count < 0).any():
        raise ParameterError("follows must be one row of numbers of at least 0, one a user")
    nan = float("nan")
    if count.size == 0:
        return FolloweeSummary(0, nan, nan, 0, nan, nan, nan)
    logs = log_of(count[count > 0])
    return FolloweeSummary(
        users=count.size,
        median=float(np.median(count)),
        mean=mean(count),
        maximum=int(count.max()),
        none=mean(count == 0),
        log_mean=mean(logs),
        sigma=deviation(logs, ddof=1),
    )


def reciprocity(follows: pd.DataFrame, creators: pd.DataFrame) -> float:
    """Share of follows between creators that are returned, in [0, 1]; NaN where no creator follows another.

    Only a user who creates can be followed back, so only follows by such users count (Kwak et al. 2010 define it over
    all edges: on their platform everybody can be followed).

    Args:
        follows: columns user, creator (creator index).
        creators: columns creator, user (the user that creator is).
    """
    user_of = creators.set_index("creator")["user"].astype(np.int64)
    between = follows[follows["user"].isin(user_of)]
    follower, followed = between["user"].to_numpy(np.int64), user_of.loc[between["creator"]].to_numpy()
    size = int(user_of.max()) + 1 if len(between) else 0
    return mean(np.isin(follower * size + followed, followed * size + follower))

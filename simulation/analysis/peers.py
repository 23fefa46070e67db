"""What peers have in common: whether they follow the same creators, and whether many friends mean many followers."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from simulation.analysis.market import rank_correlation

Ints = NDArray[np.int64]


def peer_overlap(follows: pd.DataFrame, ties: pd.DataFrame, groups: ArrayLike) -> float:
    """How many follows peers share, as a multiple of what strangers like them share; NaN where these share none.

    For each tie from user i to user j the creators whom both follow are counted, and what is expected of i and a
    random other user of j's group. Exact: nothing is drawn.

    Args:
        follows: columns user, creator.
        ties: columns user, peer, as in ``result.tables``; ties that run both ways stand in it twice.
        groups: group of each user, (N,): who is comparable, see :func:`alike`.
    """
    group = np.unique(np.asarray(groups), return_inverse=True)[1].reshape(-1)
    users, creators = group.size, int(follows["creator"].max()) + 1 if len(follows) else 1
    held = _matrix(follows["user"], follows["creator"], (users, creators))
    of_groups = _matrix(group, np.arange(users), (int(group.max()) + 1, users)) @ held
    one, other = ties["user"].to_numpy(np.int64), ties["peer"].to_numpy(np.int64)
    same = group[one] == group[other]
    others = np.bincount(group)[group[other]] - same
    one, other, same, others = (column[others > 0] for column in (one, other, same, others))
    shared = _products(held, one, held, other)
    by_group = _products(held, one, of_groups, group[other]) - same * np.diff(held.indptr)[one]
    expected = float(np.dot(by_group, 1.0 / others))
    return float(np.dot(shared, np.ones(shared.size))) / expected if expected > 0.0 else float("nan")


def alike(follows: pd.DataFrame, users: int, *traits: ArrayLike) -> Ints:
    """Group of each user, (users,), by the number of creators followed, to the nearest power of two, and other traits.

    Args:
        follows: columns user, creator.
        users: how many there are.
        traits: numbers of each user, (users,), such as the segment; users of a group have all of them in common.
    """
    held = np.bincount(follows["user"].to_numpy(np.int64), minlength=users)
    sizes = np.frexp(held.astype(np.float64))[1]
    columns = np.column_stack([sizes, *(np.asarray(trait, dtype=np.int64) for trait in traits)])
    return np.asarray(np.unique(columns, axis=0, return_inverse=True)[1].reshape(-1), dtype=np.int64)


def followers_and_friends(creators: pd.DataFrame, ties: pd.DataFrame) -> float:
    """Rank correlation of creators' followers with their friends: their ties of the social graph.

    Args:
        creators: columns user (whom the creator is), followers.
        ties: columns user, peer; a friend is counted at the user of a row.
    """
    owner = creators["user"].to_numpy(np.int64)
    friends = np.bincount(ties["user"].to_numpy(np.int64), minlength=int(owner.max(initial=-1)) + 1)
    return float(rank_correlation(creators["followers"].to_numpy(np.float64), friends[owner].astype(np.float64)))


def _matrix(rows: ArrayLike, columns: ArrayLike, shape: tuple[int, int]) -> Any:
    """A sparse matrix that counts pairs."""
    from scipy import sparse

    where = (np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64))
    return sparse.csr_matrix((np.ones(where[0].size), where), shape=shape)


def _products(a: Any, rows_of_a: Ints, b: Any, rows_of_b: Ints) -> NDArray[np.float64]:
    """Scalar products of rows of two matrices, one for each pair."""
    return np.asarray(a[rows_of_a].multiply(b[rows_of_b]).sum(axis=1)).reshape(-1)

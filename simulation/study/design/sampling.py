"""Samples of the unit cube that sensitivity analysis needs: Saltelli's for Sobol indices, Morris's for screening.

Rows are shares, how far into its range each input lies; ``space`` makes parameters of them. Both samples are SALib's,
and their rows come in an order that the analysis relies on (`simulation.study.sensitivity.table`).
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulation.arguments import whole_number
from simulation.errors import ParameterError
from simulation.randomness import check_seed

Shares = NDArray[np.float64]
"""(rows, dimensions), each in [0, 1]."""

LEVELS = 4
"""Levels of Morris's grid, as he has them in his examples."""


def problem(names: list[str]) -> dict[str, Any]:
    """Inputs of the unit cube as SALib wants them described."""
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def saltelli(dimensions: int, samples: int, seed: int) -> Shares:
    """Saltelli's sample (Saltelli et al., Computer Physics Communications 2010), from a scrambled Sobol sequence.

    Returns (samples * (dimensions + 2), dimensions), shares in [0, 1). For each of the samples come ``dimensions + 2``
    rows: a row of matrix A; the same with its first input taken from B, with its second, and so on; the row of B.
    A model run at all of them gives first and total order indices; second order ones would take nearly twice as many.

    Parameters
    ----------
    dimensions
        Inputs, at least 1.
    samples
        A power of two, because the Sobol sequence fills the cube evenly for no other number; at least 2.
    seed
        Of the scrambling, from 0 to 2**64 - 1.

    Raises
    ------
    ParameterError
        If ``dimensions`` is not positive or ``samples`` no power of two.
    """
    inputs, rows = whole_number("dimensions", dimensions), whole_number("samples", samples, 2)
    if rows & (rows - 1):
        below = 1 << (rows.bit_length() - 1)
        raise ParameterError(
            f"samples = {samples} must be a power of two, such as {below} or {2 * below}: a Sobol sequence of another "
            "length fills the space unevenly"
        )
    from SALib.sample.sobol import sample

    found = sample(problem(_names(inputs)), rows, calc_second_order=False, seed=check_seed(seed))
    return np.asarray(found, dtype=np.float64)


def morris(dimensions: int, trajectories: int, seed: int, levels: int = LEVELS) -> Shares:
    """Morris's sample (Technometrics 1991): trajectories that move one input at a time, in random order.

    Returns (trajectories * (dimensions + 1), dimensions), shares on a grid of ``levels`` values from 0 to 1, both
    included. Each trajectory begins anywhere on the grid and moves every input once, up or down, by
    levels / (2 (levels - 1)) of its range, so that all levels are visited equally often.

    Parameters
    ----------
    dimensions
        Inputs, at least 1.
    trajectories
        At least 2, since one trajectory says nothing of how effects vary; 10 to 50 are usual.
    seed
        From 0 to 2**64 - 1.
    levels
        An even number of at least 2.

    Raises
    ------
    ParameterError
        If a number is too small, or ``levels`` odd: some levels would then be visited more often than others.
    """
    inputs, paths = whole_number("dimensions", dimensions), whole_number("trajectories", trajectories, 2)
    if whole_number("levels", levels, 2) % 2:
        raise ParameterError(f"levels = {levels} must be even, so that all levels are visited equally often")
    from SALib.sample.morris import sample

    found = sample(problem(_names(inputs)), paths, num_levels=levels, seed=check_seed(seed))
    # SALib's sums leave the grid, and the cube, by rounding.
    places: Shares = np.rint(np.asarray(found, dtype=np.float64) * (levels - 1))
    return places / (levels - 1)


def _names(inputs: int) -> list[str]:
    return [f"x{place}" for place in range(inputs)]

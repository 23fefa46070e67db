"""Random numbers of the usual distributions, each at an address of its own.

Traits are drawn once, a row for each user or creator. The number in row ``i`` and column ``k`` is made of the blocks
at (actor, object, step) = (i, k, part) of its stream: neither more rows nor more columns change it, and no version of
a library does.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from simulation.arithmetic import exp, log
from simulation.compiling import compiled, rule
from simulation.randomness import Stream, standard_normal, stream_of, uniforms_within

Floats = NDArray[np.float64]


Whom = int | NDArray[np.int64]
"""To whom numbers belong: so many rows, numbered from 0, or rows with these numbers (at least 0)."""


def _actors(whom: Whom) -> NDArray[np.int64]:
    return np.arange(whom) if isinstance(whom, int | np.integer) else np.asarray(whom, dtype=np.int64)


def uniform(seed: int, stream: Stream | int, whom: Whom, *, part: int = 0) -> Floats:
    """Numbers in [0, 1), one for each of ``whom``."""
    actors = _actors(whom)
    out = np.empty(actors.size)
    _uniform(np.uint64(seed), int(stream), part, actors, out)
    return out


def uniform_on(seed: int, name: str, day: int, count: int, *, part: int = 0) -> Floats:
    """Numbers in [0, 1) that belong to a day and to a plug-in of some name, (count,)."""
    out = np.empty(count)
    _uniform_on(np.uint64(seed), stream_of(name), day, part, out)
    return out


def normal(seed: int, stream: Stream, whom: Whom, columns: int = 1, *, part: int = 0) -> Floats:
    """Standard normal numbers, (count, columns), or (count,) for one column."""
    actors = _actors(whom)
    out = np.empty((actors.size, columns))
    _normal(np.uint64(seed), int(stream), part, actors, out)
    return out[:, 0] if columns == 1 else out


def beta(seed: int, stream: Stream, mean: float, concentration: float, whom: Whom, *, part: int = 0) -> Floats:
    """Beta numbers by mean and concentration a + b, (count,); a mean of 0 or 1 leaves nothing to chance."""
    if mean in {0.0, 1.0}:
        return np.full(_actors(whom).size, float(mean))
    return dirichlet(seed, stream, [mean * concentration, (1.0 - mean) * concentration], whom, part=part)[:, 0].copy()


def dirichlet(seed: int, stream: Stream, alpha: ArrayLike, whom: Whom, *, part: int = 0) -> Floats:
    """Dirichlet rows, (count, K), for K parameters ``alpha`` of at least 0, the largest at least 1e-300."""
    shapes = np.ascontiguousarray(alpha, np.float64)
    actors = _actors(whom)
    out = np.empty((actors.size, shapes.size))
    _dirichlet(np.uint64(seed), int(stream), part, actors, shapes, out)
    return out


@compiled
def _uniform_on(seed: np.uint64, stream: int, day: int, part: int, out: Floats) -> None:
    for i in range(out.size):
        out[i] = uniforms_within(seed, stream, i, part, day, 0)[0]


@rule
def log_gamma(seed: int | np.uint64, stream: int, actor: int, item: int, step: int, shape: float) -> float:
    """Logarithm of a gamma number of scale 1, -inf for shape 0; as a logarithm, small shapes do not underflow.

    To be called inside compiled loops, as :func:`~simulation.randomness.uniforms_within` is.

    Source: G. Marsaglia and W. W. Tsang, "A simple method for generating gamma variables", ACM Trans. Math. Softw. 26
    (2000), with their step from shape a + 1 to a below 1.
    """
    if shape <= 0.0:
        return -math.inf
    d = (shape + 1.0 if shape < 1.0 else shape) - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    attempt = 0
    while True:
        u_normal, v_normal, u_accept, u_shape = uniforms_within(seed, stream, actor, item, step, attempt)
        attempt += 1
        x = standard_normal(u_normal, v_normal)
        root = 1.0 + c * x
        if root > 0.0:
            v = root * root * root
            if log(1.0 - u_accept) < 0.5 * x * x + d * (1.0 - v + log(v)):
                found = log(d * v)
                return found + log(1.0 - u_shape) / shape if shape < 1.0 else found


@compiled
def _uniform(seed: np.uint64, stream: int, part: int, actors: NDArray[np.int64], out: Floats) -> None:
    for i in range(out.size):
        out[i] = uniforms_within(seed, stream, actors[i], 0, part, 0)[0]


@compiled
def _normal(seed: np.uint64, stream: int, part: int, actors: NDArray[np.int64], out: Floats) -> None:
    for i in range(out.shape[0]):
        for k in range(out.shape[1]):
            u, v, _, _ = uniforms_within(seed, stream, actors[i], k, part, 0)
            out[i, k] = standard_normal(u, v)


@compiled
def _dirichlet(seed: np.uint64, stream: int, part: int, actors: NDArray[np.int64], alpha: Floats, out: Floats) -> None:
    for i in range(out.shape[0]):
        largest = -math.inf
        for k in range(out.shape[1]):
            out[i, k] = log_gamma(seed, stream, actors[i], k, part, alpha[k])
            largest = max(largest, out[i, k])
        total = 0.0
        for k in range(out.shape[1]):
            out[i, k] = exp(out[i, k] - largest)
            total += out[i, k]
        for k in range(out.shape[1]):
            out[i, k] /= total

"""Random numbers that have an address.

Every draw of the dynamics is word ``w`` of the block that Philox4x64-10 gives for

    key = (seed, stream)        counter = (actor, object, step, attempt)

so a number belongs to *who* decides about *whom* and *when*, never to how many numbers were drawn before. Hence
any number of threads and any order of agents give one history, one more user disturbs nobody else's draws, and two
parameter settings with one seed share their random draws (common random numbers), which pairs counterfactuals.

Source: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
SC 2011. NumPy's ``Philox`` increments its counter before the first block; ours does not.
"""

import math
import zlib
from enum import IntEnum
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from simulation.arithmetic import cos_turns, log
from simulation.compiling import INTERPRETED, compiled, rule
from simulation.errors import ParameterError


class Stream(IntEnum):
    """What a draw is for. A number is never used again for anything else, and never changed."""

    GRAPH = 1  # generated social graphs
    INTERESTS = 2  # initial traits of users ...
    IDENTITY = 3
    TASTE = 4
    WEIGHTS = 5
    ACTIVITY = 6
    ESCAPISM = 7
    CONFORMITY = 8
    ATTENTION = 9
    CREATORS = 10  # which users create
    TOPICS = 11  # initial traits of creators ...
    TALENT = 12
    AUTHENTICITY = 13
    EXPRESSION = 14
    POSTING = 15
    REGULARITY = 16
    FAME = 17  # initial follows: how known a creator is, and who follows whom
    FIRST_FOLLOWS = 18
    FOMO = 19  # more traits of users ...
    SET_POINT = 20
    MOTIVES = 21  # ... and of creators
    COMMUNITIES = 22  # in which order users look for a community
    KEYS = 24  # what makes the tastes of users, and the appeal of creators, their own
    SHARED = 23  # whose interests and values are those of the community, and which these are
    POST = 32  # a creator's day; object 0
    SESSION = 33  # whether and how long a user watches, and whether for the last time; object 0
    FEED = 34  # what a slot shows; object = slot
    DECISION = 35  # like, follow, unfollow, follow back; object = creator
    PLAN = 36  # a creator's weekly plan; object 0
    TRENDS = 37  # a topic's day; actor = topic, object 0
    CHECKS = 38  # which followed creators a user looks at as a session begins; object = block of four of them
    ACQUAINTANCE = 39  # who follows a peer as one of them joins; actor and object = numbers of the two people
    SHARING = 40  # whether a post that is liked is shared; object = creator


def stream_of(name: str) -> int:
    """The stream of a plug-in's random numbers: its name decides it, so that no other plug-in moves them."""
    return 2**32 + zlib.crc32(name.encode())


def _high_word(typing_context: Any, a: Any, b: Any) -> Any:
    """Upper 64 bits of the 128-bit product: one machine instruction, which numba has no name for."""

    def codegen(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        wide = ir.IntType(128)
        left, right = (builder.zext(argument, wide) for argument in arguments)
        return builder.trunc(builder.lshr(builder.mul(left, right), ir.Constant(wide, 64)), ir.IntType(64))

    return types.uint64(types.uint64, types.uint64), codegen


_multiply_high: Any = intrinsic(_high_word)

_M0 = np.uint64(0xD2E7470EE14C6C93)
_M1 = np.uint64(0xCA5A826395121157)
_W0 = np.uint64(0x9E3779B97F4A7C15)
_W1 = np.uint64(0xBB67AE8584CAA73B)
_MASK = (1 << 64) - 1


@rule
def _philox(seed: Any, stream: Any, actor: Any, item: Any, step: Any, attempt: Any) -> Any:
    k0 = np.uint64(seed)
    k1 = np.uint64(stream)
    c0 = np.uint64(actor)
    c1 = np.uint64(item)
    c2 = np.uint64(step)
    c3 = np.uint64(attempt)
    for _ in range(10):
        high0 = _multiply_high(_M0, c0)
        high1 = _multiply_high(_M1, c2)
        low0 = _M0 * c0
        low1 = _M1 * c2
        c0 = high1 ^ c1 ^ k0
        c1 = low1
        c2 = high0 ^ c3 ^ k1
        c3 = low0
        k0 += _W0
        k1 += _W1
    return c0, c1, c2, c3


def philox_reference(key: tuple[int, int], counter: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """One block of Philox4x64-10 in plain Python integers: the definition that the fast form is tested against."""
    k0, k1 = key
    c0, c1, c2, c3 = counter
    for _ in range(10):
        product0 = int(_M0) * c0
        product1 = int(_M1) * c2
        c0, c1, c2, c3 = (
            (product1 >> 64) ^ c1 ^ k0,
            product1 & _MASK,
            (product0 >> 64) ^ c3 ^ k1,
            product0 & _MASK,
        )
        k0 = (k0 + int(_W0)) & _MASK
        k1 = (k1 + int(_W1)) & _MASK
    return c0, c1, c2, c3


@compiled
def block(seed: int, stream: int, actor: int, item: int, step: int, attempt: int) -> tuple[int, int, int, int]:
    """Four random 64-bit words at an address. All arguments are whole numbers from 0 to 2**64 - 1."""
    return _philox(seed, stream, actor, item, step, attempt)  # type: ignore[no-any-return]


@rule
def uniforms_within(
    seed: int | np.uint64, stream: int, actor: int, item: int, step: int, attempt: int
) -> tuple[float, float, float, float]:
    """What :func:`uniforms` gives, to be called inside compiled loops."""
    w0, w1, w2, w3 = _philox(seed, stream, actor, item, step, attempt)
    return _unit(w0), _unit(w1), _unit(w2), _unit(w3)


@compiled
def uniforms(
    seed: int | np.uint64, stream: int, actor: int, item: int, step: int, attempt: int
) -> tuple[float, float, float, float]:
    """Four numbers in [0, 1), evenly spaced by 2**-53, at an address."""
    return uniforms_within(seed, stream, actor, item, step, attempt)


if INTERPRETED:

    def _philox(seed: Any, stream: Any, actor: Any, item: Any, step: Any, attempt: Any) -> Any:
        return philox_reference((int(seed), int(stream)), (int(actor), int(item), int(step) & _MASK, int(attempt)))


@rule
def _unit(word: Any) -> float:
    return float(np.int64(np.uint64(word) >> np.uint64(11))) * (1.0 / 9007199254740992.0)


@rule
def below(uniform: float, count: int) -> int:
    """A number in [0, 1) as a whole number in 0..count-1; exact for counts below 2**53."""
    return int(uniform * count)


@rule
def standard_normal(uniform_1: float, uniform_2: float) -> float:
    """One standard normal number from two uniform ones (Box and Muller 1958); 1 - u keeps the logarithm finite."""
    return math.sqrt(-2.0 * log(1.0 - uniform_1)) * cos_turns(uniform_2)


def check_seed(seed: object) -> int:
    """A seed as a plain int, or a :class:`ParameterError` that says what a seed is."""
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or not 0 <= int(seed) < 2**64:
        # Since Mesa 3.4 batch_run passes a seed of its own, None unless it was given some, in place of the caller's.
        hint = "; to mesa.batch_run seeds are given by rng, as in rng=range(5)" if seed is None else ""
        allowed = "a whole number from 0 to 2**64 - 1"
        raise ParameterError(f"seed = {seed!r} must be {allowed}{hint}", parameter="seed", value=seed, allowed=allowed)
    return int(seed)

"""A Dask cluster as a place where the runs of a study are done (the extra ``cluster``)."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from simulation.compiling import code_version
from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.study.run.work import Slots

if TYPE_CHECKING:
    from distributed import Client

TIMEOUT = 10.0
"""Seconds in which a scheduler must answer."""
FRESH = 2.0
"""Seconds for which it is taken as known how many workers there are."""


@contextmanager
def dask_cluster(address: str, timeout: float = TIMEOUT) -> Iterator[tuple[Executor, Slots]]:
    """The executor of a Dask cluster, and how many runs it can do at a time; workers may join and leave.

    Parameters
    ----------
    address
        Of the scheduler, for example "tcp://127.0.0.1:8786".
    timeout
        Seconds in which it must answer.

    Raises
    ------
    ParameterError
        If Dask is not installed, or the address is none.
    FollowerDynamicsError
        If no scheduler answers there, or a worker lacks this package or has another version of it.
    """
    check_address(address)
    try:
        from distributed import Client
    except ImportError:
        raise ParameterError(
            "a cluster needs Dask: install the extra `cluster`, for example pip install -e '.[cluster]'"
        ) from None
    try:
        client = Client(address, timeout=timeout, set_as_default=False)
    except (OSError, ValueError) as error:  # TimeoutError is an OSError
        raise FollowerDynamicsError(
            f"no Dask scheduler answers at {address!r} within {timeout:g} s ({type(error).__name__}): it is started by "
            "`dask scheduler`, which prints its address, tcp://HOST:PORT"
        ) from None
    try:
        _check_workers(client)
        yield client.get_executor(pure=False), _slots(client)
    finally:
        client.close()


def check_address(address: str) -> None:
    """Refuse what can be no scheduler's address.

    Raises
    ------
    ParameterError
        Says how an address is written.
    """
    if not re.fullmatch(r"\w+://\S+:\d{1,5}", address):
        raise ParameterError(
            f"{address!r} is no address of a scheduler: `dask scheduler` prints its own, tcp://HOST:PORT"
        )


def _check_workers(client: Client) -> None:
    """Refuse workers that would do the runs with other code; those who join later are asked with each run."""
    try:
        versions: dict[str, Any] = client.run(code_version)
    except Exception as error:
        raise FollowerDynamicsError(
            f"a worker of the cluster cannot import this package ({type(error).__name__}: {error}): install it there"
        ) from None
    for worker, version in versions.items():
        if version != code_version():
            raise FollowerDynamicsError(
                f"the worker {worker} has version {version} of the code, and here is {code_version()}: install the "
                "same on both"
            )


def _slots(client: Client) -> Slots:
    known: tuple[float, int] = (-FRESH, 0)

    def slots() -> int:
        nonlocal known
        now = time.monotonic()
        if now - known[0] >= FRESH:
            known = now, sum(client.nthreads().values())
        return known[1]

    return slots

"""A real Dask cluster of separate processes: the same numbers, a worker killed in the middle, a scheduler not there."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.social_graph import SocialGraph
from simulation.study import Design, Sweep, full_grid, run_study, run_sweep, spawn_replicates
from simulation.study.run import cluster as module
from simulation.study.run.cluster import dask_cluster
from tests.study import evaluations as these
from tests.study.evaluations import SCRATCH, evaluations
from tests.told import raises

distributed = pytest.importorskip("distributed", reason="needs the extra `cluster`")

DESIGN = Design("small", tuple(full_grid({"feed.popularity_bias": [0, 1, 2]})), spawn_replicates(5, 2, 2), 7)


@pytest.fixture(scope="module")
def traces_of_all(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where evaluations leave traces: known to workers from their start, also to those started anew."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("traces")
        patch.setenv(SCRATCH, str(folder))
        yield folder


@pytest.fixture(scope="module")
def local(traces_of_all: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two workers, each a process of one thread."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        local_directory=str(tmp_path_factory.mktemp("dask")),
        silence_logs=40,
    ) as found:
        yield found


@pytest.fixture
def traces(traces_of_all: Path) -> Path:
    """The folder of traces, with none in it."""
    for path in traces_of_all.iterdir():
        path.unlink()
    return traces_of_all


def test_a_cluster_gives_the_numbers_this_process_gives(tmp_path: Path, local: Any, traces: Path) -> None:
    graph = SocialGraph.from_edges([0, 1], [1, 2], 3, directed=False)
    alone = run_study(DESIGN, these.measure, tmp_path / "a", social_graph=graph, workers=1, progress=False)
    here = {path.read_text() for path in traces.iterdir()}
    for path in traces.iterdir():
        path.unlink()
    with dask_cluster(local.scheduler_address) as (executor, slots):
        there = run_study(
            DESIGN, these.measure, tmp_path / "b", social_graph=graph, executor=executor, slots=slots, progress=False
        )
        assert slots() == 2
    pd.testing.assert_frame_equal(
        alone.store.table().drop(columns="seconds"), there.store.table().drop(columns="seconds")
    )
    assert here == {f"{os.getpid()}\n"}
    assert not here & {path.read_text() for path in traces.iterdir()}, "the runs were done by the workers"


def test_a_sweep_of_real_runs_is_the_same_on_a_cluster(tmp_path: Path, local: Any) -> None:
    sweep = Sweep(
        "real",
        days=4,
        levers={"feed.popularity_bias": [0.0, 1.0]},
        constants={"population.users": 40, "population.creators": 8},
        replicates=2,
    )
    here = run_sweep(sweep, tmp_path / "here", workers=1, progress=False)
    with dask_cluster(local.scheduler_address) as (executor, slots):
        there = run_sweep(sweep, tmp_path / "there", executor=executor, slots=slots, progress=False)
    assert here.new == there.new == 4
    pd.testing.assert_frame_equal(
        here.store.table().drop(columns="seconds"), there.store.table().drop(columns="seconds")
    )


def test_a_worker_killed_in_the_middle_costs_nothing_but_time(tmp_path: Path, local: Any, traces: Path) -> None:
    """The worker is killed from outside while it is in the middle of a run; its runs are done by the other one."""
    killed: list[int] = []

    def kill() -> None:
        while not (written := [text for path in traces.iterdir() if (text := path.read_text())]):
            time.sleep(0.005)
        killed.append(int(written[0]))
        os.kill(killed[0], signal.SIGKILL)

    with dask_cluster(local.scheduler_address) as (executor, slots):
        killer = threading.Thread(target=kill, daemon=True)
        killer.start()
        study = run_study(
            DESIGN, these.slow, tmp_path / "study", executor=executor, slots=slots, progress=False, say=print
        )
        killer.join(10)
    assert study.complete and study.new == 12
    assert killed
    assert sum(evaluations(traces).values()) == 13, "what it was doing was done again, and nothing else"
    undisturbed = run_study(DESIGN, these.measure, tmp_path / "other", workers=1, progress=False)
    pd.testing.assert_frame_equal(
        study.store.table().drop(columns=["seconds", "key"]),
        undisturbed.store.table().drop(columns=["seconds", "key"]),
    )


def test_a_scheduler_that_does_not_answer_is_reported() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        with (
            raises(FollowerDynamicsError, f"Dask '{address}' within 0.5 s"),
            dask_cluster(address, timeout=0.5),
        ):
            pass


@pytest.mark.parametrize("address", ["nonsense", "tcp://", "127.0.0.1:8786", "tcp://127.0.0.1:notaport"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with raises(ParameterError, "scheduler tcp://HOST:PORT"), dask_cluster(address):
        pass


def test_workers_with_other_code_are_refused(local: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "code_version", these.other_version)
    with (
        raises(FollowerDynamicsError, "version"),
        dask_cluster(local.scheduler_address),
    ):
        pass

"""What has to work in every set of versions that is supported: seconds, and nothing beyond the package and pytest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest

from simulation import FollowerModel, load_result
from simulation.engines.creator import Creator
from simulation.errors import FollowerDynamicsError
from simulation.records.compare import same_tables
from simulation.study import Sweep, run_sweep
from tests.told import raises
from tests.worlds import ENGINES, SMALL, small

ROOT = Path(__file__).parents[1]


def test_both_engines_give_one_history_and_a_stored_result_is_the_same(tmp_path: Path) -> None:
    results = []
    for engine in ENGINES:
        model = small(engine=engine)
        model.run_for(8)
        assert model.steps == model.day == 8
        results.append(model.result())
    assert results[0].daily["follows"].sum() > 50
    differing = same_tables(results[0], results[1])
    assert differing == []
    results[0].save(tmp_path / "run")
    assert same_tables(results[0], load_result(tmp_path / "run")) == []


def test_agents_are_numbered_from_one_in_every_model() -> None:
    for _ in range(2):
        model = small(engine="mesa")
        assert [agent.unique_id for agent in model.agents] == list(range(1, 121))
        assert [creator.creator for creator in model.agents_by_type[Creator]] == list(range(20))


def test_a_run_goes_on_from_a_checkpoint(tmp_path: Path) -> None:
    whole, begun = small(), small()
    whole.run_for(6)
    begun.run_for(3)
    resumed = FollowerModel.from_checkpoint(begun.save_checkpoint(tmp_path / "checkpoint"), engine="mesa")
    resumed.run_for(3)
    assert resumed.steps == 6
    assert same_tables(whole.result(), resumed.result()) == []


def test_a_day_that_fails_is_not_passed_over_in_silence() -> None:
    """From Mesa 3.5 on a model whose step has failed steps no more, and says nothing."""

    class Fails(FollowerModel):
        def step(self) -> None:
            raise ArithmeticError("a day that fails")

    model = Fails(SMALL)
    with pytest.raises(ArithmeticError):
        model.run_for(1)
    with raises((ArithmeticError, FollowerDynamicsError), "day"):
        model.run_for(1)


def test_graphs_figures_and_sweeps(tmp_path: Path) -> None:
    from simulation import plots

    model = FollowerModel(social_graph=nx.karate_club_graph(), seed=1)
    model.run_for(5)
    plots.overview(model.result()).savefig(tmp_path / "overview.png")
    assert (tmp_path / "overview.png").stat().st_size > 10_000
    levers = {"feed.popularity_bias": [0.0, 1.0]}
    sweep = Sweep("smoke", days=3, levers=levers, constants={"population.users": 120}, replicates=2)
    rows = run_sweep(sweep, tmp_path / "sweep", workers=1).store.table()
    assert len(rows) == 4
    assert rows["follows_per_user_day"].gt(0).all()


def test_the_command_line(tmp_path: Path) -> None:
    options = ["--preset", "default", "--set", "population.users=200", "--days", "5", "--out", str(tmp_path / "out")]
    command = [sys.executable, "-m", "simulation", "run", *options]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "MPLBACKEND": "agg"}
    )
    assert done.returncode == 0, done.stderr
    assert load_result(tmp_path / "out").days == 5

"""docs/plugins.md: its Python runs, block after block, and its plug-ins in both engines."""

from __future__ import annotations

import linecache
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.platform.feed import SOURCES
from simulation.study.design.sweep_file import read_sweep
from tests.engines.histories import assert_same_history, lived

PAGE = (Path(__file__).parent.parent / "docs" / "plugins.md").read_text()
ENGINES = ("compiled", "mesa")
LONGEST = 25
"""Lines that one example may have."""


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where a reader of the page works: with the plug-in in a file."""
    place = tmp_path_factory.mktemp("page")
    for block in blocks("python"):
        if block.startswith("# contagion.py"):
            (place / "contagion.py").write_text(block)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        patch.syspath_prepend(place)
        patch.delitem(sys.modules, "contagion", raising=False)
        yield place


@pytest.fixture(scope="module")
def cells(folder: Path) -> tuple[dict[str, Any], list[FollowerModel]]:
    """What the page's blocks leave, run one after the other as in a notebook, and the models that they ran."""
    cells: dict[str, Any] = {"__name__": "__main__"}
    models = []
    for block in blocks("python"):
        smaller = block.replace('users": 300', 'users": 60').replace("seed=1", "seed=1, engine='mesa'")
        name = f"<plugins.md {len(linecache.cache)}>"  # as in a notebook, the source of each cell is known
        linecache.cache[name] = (len(smaller), None, smaller.splitlines(keepends=True), name)
        exec(compile(smaller, name, "exec"), cells)
        if isinstance(cells.get("model"), FollowerModel):
            models.append(cells.pop("model"))
    return cells, models


def test_its_python_does_what_it_says(cells: tuple[dict[str, Any], list[FollowerModel]]) -> None:
    models = [model.result() for model in cells[1]]
    assert len(models) == 6
    *_, posts, _ = models
    assert (posts.events["source"] == "talked_about").any() and posts.posts["likes"].sum() > 0
    contagious, crafty, lonely, *_ = models
    assert contagious.parameters["contagion.times"] == 2
    assert crafty.parameters["craft.polish"] == 0.2
    assert "craft" in set(crafty.creator_days["strategy"])
    assert np.ptp(lonely.daily["loneliness"]) > 0.0


def test_all_its_plugins_live_one_history_in_both_engines(cells: tuple[dict[str, Any], list[FollowerModel]]) -> None:
    """All at once: each example alone would be another loop to compile."""
    page, models = cells
    plugins = {plugin.name: plugin for model in models for plugin in model.scenario.plugins}
    factors = {factor.name: factor for model in models for factor in model.scenario.factors}
    sources = {source.name: source for model in models for source in model.scenario.sources}
    given = {
        "plugins": [*plugins.values(), page["VERIFIED"], page["BADGE"]],
        "factors": [*factors.values(), page["TRUST"]],
        "sources": list(sources.values()),
        "interventions": [Intervention(5, "verified_badge", 1, creators=[0, 1]), Intervention(9, "contagion.times", 1)],
    }
    assert {"contagion", "craft", "loneliness", "evening", "side"} <= set(plugins)
    assert len(sources) > len(SOURCES)
    assert {"comfort", "novelty"} <= set(factors)
    compiled, mesa = (lived(20, {"population.users": 60}, seed=1, engine=engine, **given) for engine in ENGINES)
    assert_same_history(compiled, mesa)
    assert compiled.result().daily.equals(mesa.result().daily)


def test_its_file_is_a_sweep(folder: Path) -> None:
    (folder / "sweep.toml").write_text(blocks("toml")[0])
    sweep, _ = read_sweep(folder / "sweep.toml")
    assert list(sweep.levers["contagion.times"]) == [1, 2, 3, 4]


def test_examples_are_short() -> None:
    assert max(len(block.splitlines()) for block in blocks("python")) <= LONGEST

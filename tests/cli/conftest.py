"""The command in this process, and one small stored result that all tests may read."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulation.cli import app
from tests.cli.saying import SMALL, Said
from tests.cli.sweeps import write


@pytest.fixture
def say(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Said]:
    """Run the command with some arguments, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    # Wide enough that no sentence is broken where a test looks for it.
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> Said:
        done = CliRunner().invoke(app, [str(argument) for argument in arguments], prog_name="follower-dynamics")
        return Said(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def small_result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a result of 60 users, 12 creators and 20 days; not to be changed."""
    from simulation import FollowerModel

    model = FollowerModel(SMALL, preset="instagram", seed=4)
    model.run_for(20)
    return model.result().save(tmp_path_factory.mktemp("stored") / "small")


@pytest.fixture
def own_copy(small_result: Path, tmp_path: Path) -> Path:
    """A copy of the small result that a test may damage."""
    return Path(shutil.copytree(small_result, tmp_path / "copy"))


@pytest.fixture
def done(say: Callable[..., Said]) -> Said:
    """What was said of a finished sweep of small.toml, in the folder ``a``."""
    write()
    said = say("sweep", "run", "small.toml", "--out", "a", "--workers", 1)
    assert said.code == 0, said
    return said

"""`sweep` where something is wrong: one sentence, exit code 2, nothing lost; killed and interrupted, it goes on."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulation.naming import load_object
from tests.cli.sweeps import SWEEP, tree, write
from tests.told import tells

ROOT = Path(__file__).parents[2]
FILES = {
    "unknown uncertainty": (SWEEP.replace("feed.prior", "feed.priors"), ("small.toml: ", "feed.priors", "feed.prior")),
    "unknown lever": (
        SWEEP.replace("feed.popularity_bias", "feed.popularty_bias"),
        ("feed.popularty_bias", "feed.popularity_bias"),
    ),
    "empty design": (SWEEP.replace("[0.0, 1.0]", "[]"), ("grid values", "feed.popularity_bias")),
    "no samples": (SWEEP.replace("samples = 2", "samples = 0"), ("samples = 0", "at least 1")),
    "unknown constant": (f"{SWEEP}thresold = 3\n", ("decision.thresold", "mean", "decision.follow_threshold")),
    "unknown outcome": (SWEEP.replace('"views"', '"fame"'), ("outcome 'fame'", "follower_gini")),
    "a run's file": ("[run]\ndays = 3\n", ("table [sweep]",)),
    "no TOML": ("TOML", ("not a TOML file",)),
}


@pytest.mark.parametrize(("text", "words"), FILES.values(), ids=FILES)
def test_a_file_with_something_wrong(say: Any, text: str, words: tuple[str, ...]) -> None:
    write(text)
    before = tree()
    say("sweep", "run", "small.toml", "--out", "a").refused(*words)
    say("sweep", "run", "small.toml", "--out", "a", "--dry-run").refused(*words)
    assert tree() == before


OPTIONS = {
    "file not there": (["nope.toml", "--out", "a"], ("nope.toml",)),
    "no folder": (["small.toml"], ("--out",)),
    "no workers": (["small.toml", "--out", "a", "--workers", "0"], ("--workers", "1")),
    "workers and a cluster": (
        ["small.toml", "--out", "a", "--workers", "2", "--scheduler", "tcp://127.0.0.1:1"],
        ("--workers", "--scheduler", "one both"),
    ),
    "no address": (
        ["small.toml", "--out", "a", "--scheduler", "nowhere"],
        ("'nowhere' address", "tcp://HOST:PORT"),
    ),
    "no port": (["small.toml", "--out", "a", "--scheduler", "tcp://host"], ("'tcp://host' address",)),
    "set what is varied": (
        ["small.toml", "--out", "a", "--set", "feed.prior=1"],
        ("feed.prior varied constant",),
    ),
    "set unknown": (["small.toml", "--out", "a", "--set", "feed.priors=1"], ("feed.priors", "feed.prior")),
    "set nothing": (["small.toml", "--out", "a", "--set", "feed.prior"], ("sets nothing", "NAME=VALUE")),
    "unknown preset": (["small.toml", "--out", "a", "--preset", "tiktk"], ("tiktok",)),
    "no days": (["small.toml", "--out", "a", "--days", "0"], ("--days",)),
    "no replicates": (["small.toml", "--out", "a", "--replicates", "0"], ("--replicates",)),
    "a negative seed": (["small.toml", "--out", "a", "--seed", "-1"], ("seed = -1", "2**64 - 1")),
    "graph not there": (["small.toml", "--out", "a", "--graph", "nope.csv"], ("nope.csv",)),
    "graph of another size": (
        ["small.toml", "--out", "a", "--graph", "two.csv"],
        ("population.users = 40", "has 2 users"),
    ),
    "a file in the way": (["small.toml", "--out", "two.csv"], ("two.csv written",)),
}


@pytest.mark.parametrize(("arguments", "words"), OPTIONS.values(), ids=OPTIONS)
def test_options_with_something_wrong(say: Any, arguments: list[str], words: tuple[str, ...]) -> None:
    write()
    Path("two.csv").write_text("a,b\n")
    before = tree()
    say("sweep", "run", *arguments).refused(*words)
    assert tree() == before


def test_a_graph_that_is_not_there(say: Any) -> None:
    write(SWEEP.replace("days = 4", 'days = 4\ngraph = "missing.csv"'))
    say("sweep", "run", "small.toml", "--out", "a").refused("small.toml sweep.graph", "missing.csv")
    said = say("sweep", "run", "small.toml", "--out", "a", "--graph", "other.csv")
    said.refused("other.csv")
    assert "small.toml" not in said.err


def test_a_varied_number_of_users_on_a_graph(say: Any) -> None:
    write(
        SWEEP.replace("users = 40\n", "")
        .replace("feed.popularity_bias", "population.users")
        .replace("0.0, 1.0", "30, 40")
    )
    Path("two.csv").write_text("a,b\n")
    for more in ([], ["--dry-run"]):
        said = say("sweep", "run", "small.toml", "--out", "a", "--graph", "two.csv", *more)
        said.refused("population.users 30 2 users")
    assert not Path("a").exists()


def test_a_scheduler_that_does_not_answer(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="needs the extra `cluster`")
    monkeypatch.setattr("simulation.study.run.cluster.TIMEOUT", 0.3)
    write()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and nobody listens
        address = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        for command in (["run", "small.toml", "--out", "a"], ["run", "small.toml", "--out", "a", "--dry-run"]):
            said = say("sweep", *command, "--scheduler", address)
            said.refused(f"Dask '{address}' within 0.3 s", "`dask scheduler`")
    assert not Path("a").exists()


class TestFolder:
    """What is in the way there, and what happened to it."""

    @pytest.fixture(autouse=True)
    def done(self, say: Any) -> None:
        write()
        assert say("sweep", "run", "small.toml", "--out", "a", "--workers", 1).code == 0

    def again(self, say: Any, *more: object) -> Any:
        return say("sweep", "run", "small.toml", "--out", "a", "--workers", 1, *more)

    def test_another_study(self, say: Any) -> None:
        before = tree("a")
        self.again(say, "--days", 3).refused("another study days 4 3", "--fresh")
        self.again(say, "--set", "population.users=41").refused("population.users 40 41")
        self.again(say, "--seed", 3).refused("another study")
        assert tree("a") == before

    def test_outcomes_that_have_changed(self, say: Any) -> None:
        Path("mine.py").write_text("SCALE = 1\n\ndef rate(result):\n    return SCALE\n")
        write(SWEEP.replace('["views", ', '["views", "mine.py:rate", '))
        self.again(say).refused("rate new", "8 runs", "--retry", "--fresh")
        assert self.again(say, "--fresh").code == 0
        load_object("mine.py:rate").__globals__["SCALE"] = 2
        before = tree("a")
        for more in ([], ["--dry-run"]):
            said = self.again(say, *more)
            said.refused("rate", "8 runs", "--retry", "--fresh")
            assert "=True" not in said.err
        status = say("sweep", "status", "a").out
        assert "(rate): 8 runs simulated again" in status and "sweep retry a" in status.splitlines()[-1]
        assert "(rate): 8 runs" in json.loads(say("sweep", "status", "a", "--json").out)["stale"]
        assert tree("a") == before
        said = say("sweep", "retry", "a", "--workers", 1)
        assert said.code == 0 and tells(said.err, "8 simulated")
        assert set(pd.read_parquet("a/runs.parquet")["rate"]) == {2}
        assert "again" not in say("sweep", "status", "a").out

    def test_status_where_an_outcome_cannot_be_found_any_more(self, say: Any) -> None:
        Path("gone.py").write_text("def rate(result):\n    return 1.0\n")
        write(SWEEP.replace('["views", ', '["views", "gone.py:rate", '))
        assert self.again(say, "--fresh").code == 0
        Path("gone.py").write_text("")
        for name in [name for name in sys.modules if name.startswith("gone_")]:
            del sys.modules[name]
        status = say("sweep", "status", "a")
        assert status.code == 0 and "8 of 8" in status.out and "unknown" in status.out
        assert "retry" not in status.out
        assert json.loads(say("sweep", "status", "a", "--json").out)["stale"] is None

    def test_another_version_of_the_code(self, say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in ("folder.store", "folder.sweep_folder", "run.evaluation"):
            monkeypatch.setattr(f"simulation.study.{module}.history_version", lambda: "another")
        before = tree("a")
        self.again(say).refused("another study", "rules", "--fresh")
        say("sweep", "retry", "a").refused("rules", "--fresh")
        assert tree("a") == before

    @pytest.mark.parametrize("fresh", [[], ["--fresh"]])
    def test_somebody_elses_folder(self, say: Any, fresh: list[str]) -> None:
        Path("mine").mkdir()
        Path("mine/sweep.toml").write_text(SWEEP)
        say("sweep", "run", "small.toml", "--out", "mine", *fresh).refused("files already", "empty folder")
        assert tree("mine") == {"sweep.toml": SWEEP.encode()}

    @pytest.mark.parametrize("command", ["status", "retry", "table", "plot", "sensitivity"])
    def test_no_sweep(self, say: Any, command: str) -> None:
        Path("empty").mkdir()
        say("sweep", command, "empty").refused("empty sweep", "sweep run FILE --out DIR")
        say("sweep", command, "nope").refused("nope sweep", "exist")
        say("sweep", command, "small.toml").refused("small.toml sweep", "file")

    @pytest.mark.parametrize("command", ["status", "retry", "table", "plot", "sensitivity"])
    def test_a_damaged_declaration(self, say: Any, command: str) -> None:
        declaration = Path("a/sweep.toml")
        declaration.write_text(declaration.read_text()[:-30])
        say("sweep", command, "a").refused("a/sweep.toml: ", "untouched", "anew")
        assert tells(self.again(say).out, "8 there")
        assert say("sweep", "status", "a").code == 0

    def test_a_corrupt_run_file_is_set_aside_and_run_again(self, say: Any) -> None:
        whole = pd.read_parquet("a/runs.parquet").drop(columns="seconds")
        broken = sorted(Path("a/runs").iterdir())[2]
        broken.write_bytes(broken.read_bytes()[:-100])
        said = self.again(say)
        assert said.code == 0, said
        assert tells(said.err, f"{broken.name} a/set_aside")
        assert tells(said.out, "1 runs done 7 there")
        assert [path.name for path in Path("a/set_aside").iterdir()] == [broken.name]
        pd.testing.assert_frame_equal(pd.read_parquet("a/runs.parquet").drop(columns="seconds"), whole)

    def test_its_graph_was_given_in_python(self, say: Any) -> None:
        import networkx as nx

        from simulation.social_graph import SocialGraph
        from simulation.study import run_sweep
        from simulation.study.design.sweep_file import read_sweep

        sweep, _ = read_sweep(write(SWEEP.replace("users = 40\n", "")))
        karate = SocialGraph.from_networkx(nx.karate_club_graph())
        run_sweep(sweep, "b", social_graph=karate, workers=1, progress=False)
        assert say("sweep", "status", "b").code == 0
        say("sweep", "retry", "b").refused("social graph Python", "run_sweep retry=True")

    def test_its_graph_is_gone(self, say: Any) -> None:
        write(SWEEP.replace("users = 40\n", ""))
        Path("friends.csv").write_text("".join(f"{k},{k + 1}\n" for k in range(30)))
        assert say("sweep", "run", "small.toml", "--out", "b", "--graph", "friends.csv", "--workers", 1).code == 0
        Path("friends.csv").unlink()
        say("sweep", "retry", "b").refused("friends.csv")
        assert say("sweep", "table", "b").code == 0

    @pytest.mark.parametrize(
        ("arguments", "words"),
        [
            (["table", "a", "--outcome", "fame"], ("outcome 'fame' views follower_gini",)),
            (["table", "a", "--out", "runs.xlsx"], ("runs.xlsx", ".csv or .parquet")),
            (["table", "a", "--out", "nope/runs.csv"], ("nope/runs.csv written",)),
            (["plot", "a", "--outcome", "fame"], ("outcome 'fame'",)),
            (["plot", "a", "--against", "priors"], ("'priors' prior",)),
            (
                ["plot", "a", "--against", "users.homophily"],
                ("varied", "feed.popularity_bias, feed.prior"),
            ),
            (["plot", "a", "--against", "prior", "--colour", "prior"], ("--colour feed.prior axis",)),
            (["plot", "a", "--out", "small.toml"], ("small.toml", "written")),
            (["sensitivity", "a"], ("sampling 'sobol' 'morris'", "'latin_hypercube'")),
            (["retry", "a", "--workers", "0"], ("--workers",)),
            (["retry", "a", "--workers", "1", "--scheduler", "tcp://x:1"], ("one both",)),
        ],
        ids=str,
    )
    def test_what_cannot_be_looked_at(self, say: Any, arguments: list[str], words: tuple[str, ...]) -> None:
        before = tree("a")
        say("sweep", *arguments).refused(*words)
        assert tree("a") == before


def test_sensitivity_of_a_sweep_with_holes(say: Any) -> None:
    write(SWEEP.replace("samples = 2", 'samples = 2\nsampling = "sobol"'))
    assert say("sweep", "run", "small.toml", "--out", "a", "--workers", 1).code == 0
    next(Path("a/runs").iterdir()).unlink()
    said = say("sweep", "sensitivity", "a")
    said.refused("missing finite 1", "finish retry")
    assert not Path("a/figures").exists()


def test_nothing_is_varied(say: Any) -> None:
    write("[sweep]\ndays = 2\nreplicates = 2\n[population]\nusers = 40\ncreators = 8\n")
    assert say("sweep", "run", "small.toml", "--out", "a", "--workers", 1).code == 0
    say("sweep", "plot", "a").refused("nothing varied")
    assert say("sweep", "table", "a").code == 0


@pytest.mark.parametrize("command", ["table", "plot"])
def test_nothing_is_finished_yet(say: Any, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    write()
    monkeypatch.setattr("simulation.model.FollowerModel.run_for", stop)
    assert say("sweep", "run", "small.toml", "--out", "a", "--workers", 1).code == 130
    say("sweep", command, "a").refused("no finished", "`follower-dynamics sweep status a`")
    assert "0 of 8 runs finished" in say("sweep", "status", "a").out


def test_the_disk_fills_up(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of the sweep: what was finished stays, and with room again the same command goes on."""
    write()
    fsync, calls = os.fsync, []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) > 5:  # the study, its declaration, three runs
            raise OSError(28, "No space left on device")
        fsync(descriptor)

    monkeypatch.setattr("os.fsync", full)
    say("sweep", "run", "small.toml", "--out", "a", "--workers", 1).refused("a/runs/", "space")
    monkeypatch.setattr("os.fsync", fsync)
    assert not [name for name in tree("a") if "draft" in name]
    said = say("sweep", "run", "small.toml", "--out", "a", "--workers", 1)
    assert said.code == 0, said
    assert tells(said.out, "5 runs done 3 there")


def test_no_permission(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    write()
    Path("a").mkdir()
    monkeypatch.setattr(Path, "touch", denied)
    say("sweep", "run", "small.toml", "--out", "a").refused("a Permission denied")
    assert tree("a") == {}


# Processes ----------------------------------------------------------------------------------------------------------


def start(folder: Path) -> subprocess.Popen[str]:
    """The command on two processes, a few runs of which are finished."""
    text = SWEEP.replace("days = 4", "days = 150").replace("samples = 2", "samples = 8")
    (folder / "small.toml").write_text(text)
    process = subprocess.Popen(
        [sys.executable, "-m", "simulation", "sweep", "run", "small.toml", "--out", "a", "--workers", "2"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    deadline = time.monotonic() + 120
    while len(list((folder / "a" / "runs").glob("*.parquet"))) < 3:
        assert process.poll() is None and time.monotonic() < deadline, "the sweep did not get going"
        time.sleep(0.01)
    return process


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX's")
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_ended_in_the_middle_the_same_command_goes_on(say: Any, tmp_path: Path, by: signal.Signals) -> None:
    with start(tmp_path) as process:
        os.kill(process.pid, by) if by == signal.SIGKILL else os.killpg(process.pid, by)
        _, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    if by == signal.SIGINT:
        assert process.returncode == 130
        assert tells(err, "`follower-dynamics sweep status a`")
        assert err.splitlines()[-1].startswith("interrupted: ")
    kept = len(list(Path("a/runs").glob("*.parquet")))
    assert 3 <= kept < 32
    told = say("sweep", "status", "a")
    assert told.code == 0
    assert told.out.startswith(f"small: {kept} of 32 runs finished\n  to do     {32 - kept}\n")
    again = say("sweep", "run", "small.toml", "--out", "a", "--workers", 1)
    assert again.code == 0, again
    assert tells(again.out, f"{32 - kept} runs done {kept} there")
    assert len(pd.read_parquet("a/runs.parquet")) == 32

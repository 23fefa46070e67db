"""`sweep`: run, gone on with, looked at, drawn."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulation.cli import sweep_plan, sweep_status
from simulation.study import Study, run_sweep
from simulation.study.design.sweep_file import read_sweep
from tests.cli.sweeps import FAILING, SWEEP, tree, write
from tests.told import tells

SUBCOMMANDS = ("run", "status", "retry", "measure", "table", "plot", "sensitivity")
EXAMPLE = Path(__file__).parents[2] / "experiments" / "sweep.toml"


def python(text: str, folder: Path) -> Study:
    """The same sweep run in Python."""
    folder.mkdir(exist_ok=True)
    (folder / "small.toml").write_text(text)
    sweep, _ = read_sweep(folder / "small.toml")
    return run_sweep(sweep, folder / "study", workers=1, progress=False)


@pytest.mark.parametrize("command", SUBCOMMANDS)
def test_help_teaches_by_example(say: Any, command: str) -> None:
    said = say("sweep", command, "--help")
    assert said.code == 0, said
    assert f"follower-dynamics sweep {command}" in said.out.partition("Example")[2]


def test_help_names_every_subcommand(say: Any) -> None:
    listed = say("sweep", "-h").out.partition("Commands:")[2].split("\n")
    assert [line.split()[0] for line in listed if line.strip()] == list(SUBCOMMANDS)


def test_the_example_in_the_help_is_a_sweep(say: Any, tmp_path: Path) -> None:
    text = say("sweep", "run", "--help").out.partition("A sweep.toml:")[2].partition("Examples:")[0]
    write("\n".join(line.strip() for line in text.splitlines()), "sweep.toml")
    sweep, _ = read_sweep(Path("sweep.toml"))
    assert len(sweep.design) == 64 * 3 * 4


def test_the_example_file_is_a_sweep_that_takes_less_than_a_minute(say: Any) -> None:
    """Its worlds are small and not many; how long they take is no matter of a test."""
    sweep, graph = read_sweep(EXAMPLE)
    assert graph is None
    users = int(str(sweep.constants["population.users"]))
    assert 60 <= len(sweep.design) <= 150 and users * sweep.days * len(sweep.design) <= 3_000_000
    smaller = ["--days", 2, "--samples", 2, "--set", "population.users=80", "--workers", 1]
    said = say("sweep", "run", EXAMPLE, "--out", "a", *smaller)
    assert said.code == 0, said
    assert "sweep: 16 runs done" in said.out


class TestRun:
    def test_it_leaves_what_python_leaves(self, say: Any, done: Any, tmp_path: Path) -> None:
        assert done.out.splitlines()[0] == "small: 8 runs done; one row per run in a/runs.parquet"
        assert {path.name for path in Path("a").iterdir()} == {
            "failed", "runs", "runs.parquet", "set_aside", "study.json", "sweep.toml"
        }  # fmt: skip
        expected = python(SWEEP, tmp_path / "python").store.table()
        found = pd.read_parquet("a/runs.parquet")
        pd.testing.assert_frame_equal(found.drop(columns="seconds"), expected.drop(columns="seconds"))

    def test_the_same_command_runs_nothing_twice(self, say: Any, done: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("simulation.model.FollowerModel.run_for", None)
        before = tree("a/runs")
        said = say("sweep", "run", "small.toml", "--out", "a", "--workers", 1)
        assert said.code == 0, said
        assert tells(said.out, "0 runs done 8 there")
        assert tree("a/runs") == before

    def test_options_come_on_top_of_the_file(self, say: Any) -> None:
        write()
        said = say(
            "sweep", "run", "small.toml", "--out", "a", "--workers", 1, "--days", 2, "--samples", 1, "--replicates", 1,
            "--seed", 5, "--preset", "tiktok", "--set", "population.users=30", "--set", "feed.mix.random=0.3",
        )  # fmt: skip
        assert said.code == 0, said
        sweep, _ = read_sweep(Path("a/sweep.toml"))
        assert (sweep.days, sweep.samples, sweep.replicates, sweep.seed, sweep.base.preset) == (2, 1, 1, 5, "tiktok")
        assert sweep.constants == {
            "population.users": 30,
            "population.creators": 8,
            "decision.follow_threshold": 0.6,
            "feed.mix.random": 0.3,
        }
        assert len(pd.read_parquet("a/runs.parquet")) == 2

    def test_more_replicates_go_on_from_what_is_there(self, say: Any, done: Any) -> None:
        said = say("sweep", "run", "small.toml", "--out", "a", "--workers", 1, "--replicates", 3)
        assert tells(said.out, "4 runs done 8 there")
        assert say("sweep", "status", "a").out.startswith("small: 12 of 12 runs finished")

    def test_fewer_replicates_say_what_they_leave_out(self, say: Any, done: Any) -> None:
        run = ["sweep", "run", "small.toml", "--out", "a", "--workers", 1, "--replicates", 1]
        for more in (["--dry-run"], []):
            said = say(*run, *more)
            assert (
                said.code == 0 and "4 finished runs" in said.out + said.err and "replicates = 2" in said.out + said.err
            )
        assert "finished runs" not in say(*run).err
        assert len(pd.read_parquet("a/runs.parquet")) == 4 and len(list(Path("a/runs").iterdir())) == 8

    def test_more_samples_and_outcomes_measured_later_go_on_from_what_is_there(self, say: Any) -> None:
        write()
        run = ["sweep", "run", "small.toml", "--out", "a", "--workers", 1]
        assert say(*run, "--keep").code == 0
        assert say("sweep", "measure", "a", "--outcome", "user_mood", "--workers", 1).code == 0
        plan = say(*run, "--samples", 4, "--dry-run")
        assert "8 finished" in plan.out and "to do     8" in plan.out
        assert tells(say(*run, "--samples", 4).out, "8 runs done 8 there")
        assert pd.read_parquet("a/runs.parquet")["user_mood"].notna().all()
        assert read_sweep(Path("a/sweep.toml"))[0].samples == [2, 4]
        assert tells(say("sweep", "run", "a/sweep.toml", "--out", "a", "--samples", 6).out, "8 runs done 16 there")

    def test_a_failed_measurement_leaves_the_folder_as_it_was(self, say: Any) -> None:
        write()
        run = ["sweep", "run", "small.toml", "--out", "a", "--workers", 1]
        assert say(*run, "--keep").code == 0
        Path("boom.py").write_text("def boom(result):\n    raise ValueError('no such thing')\n")
        before = tree("a")
        said = say("sweep", "measure", "a", "--outcome", "views", "--outcome", "boom.py:boom", "--workers", 1)
        assert said.code == 1 and said.out == ""
        assert tells(said.err, "'boom' ValueError no such thing 8 8 point 0 feed.prior population 0")
        assert tree("a") == before
        assert tells(say(*run).out, "0 runs done 8 there") and say("sweep", "table", "a").code == 0
        assert say("sweep", "measure", "a", "--outcome", "user_mood", "--workers", 1).code == 0
        assert "user_mood" in pd.read_parquet("a/runs.parquet")

    def test_an_edited_copy_is_told_the_name_of_the_study(self, say: Any, done: Any) -> None:
        write(name="copy.toml")
        run = ["sweep", "run", "copy.toml", "--out", "a", "--workers", 1, "--samples", 4]
        for more in (["--dry-run"], []):
            say(*run, *more).refused('name "small" "copy"', 'name = "small" in [sweep]', "--fresh")
        assert 'name = "small" in' not in say(*run, "--days", 2).err, "other runs do not go on there"
        write(SWEEP.replace("[sweep]", '[sweep]\nname = "small"'), "copy.toml")
        assert tells(say(*run).out, "8 runs done 8 there")

    def test_fresh_starts_over(self, say: Any, done: Any) -> None:
        say("sweep", "plot", "a", "--outcome", "views")
        other = ["sweep", "run", "small.toml", "--out", "a", "--workers", 1, "--days", 2]
        say(*other).refused("another study days 4 2", "--fresh")
        assert len(pd.read_parquet("a/runs.parquet")) == 8
        said = say(*other, "--fresh")
        assert said.code == 0, said
        assert "8 runs done;" in said.out
        assert set(pd.read_parquet("a/runs.parquet")["days"]) == {2}
        assert not Path("a/figures").exists(), "they would show another sweep"

    def test_its_own_declaration_runs_it_again_from_anywhere(self, say: Any, done: Any) -> None:
        Path("small.toml").unlink()
        said = say("sweep", "run", "a/sweep.toml", "--out", "a", "--workers", 1)
        assert tells(said.out, "8 there")

    def test_a_social_graph_beside_the_file_or_by_an_option(
        self, say: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        edges = "source,target\n" + "".join(f"{k},{k + 1}\n" for k in range(30))
        (tmp_path / "below").mkdir()
        (tmp_path / "below" / "friends.csv").write_text(edges)
        free = SWEEP.replace("users = 40\n", "")
        write(free.replace("days = 4", 'days = 4\ngraph = "friends.csv"'), "below/small.toml")
        said = say("sweep", "run", "below/small.toml", "--out", "a", "--workers", 1)
        assert said.code == 0, said
        assert "friends.csv: 31 users, 30 edges" in said.err
        write(free)
        again = say("sweep", "run", "small.toml", "--graph", "below/friends.csv", "--out", "a", "--workers", 1)
        assert tells(again.out, "8 there")
        monkeypatch.chdir(tmp_path / "below")
        assert tells(say("sweep", "retry", "../a", "--workers", 1).out, "8 there")
        (tmp_path / "below" / "friends.csv").write_text(edges + "31,0\n")
        say("sweep", "retry", "../a").refused("another study graph")

    def test_on_a_cluster(self, say: Any) -> None:
        distributed = pytest.importorskip("distributed", reason="needs the extra `cluster`")
        write()
        with distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, processes=False, protocol="tcp://", dashboard_address=None
        ) as cluster:
            said = say("sweep", "run", "small.toml", "--out", "a", "--scheduler", cluster.scheduler_address)
            plan = say(
                "sweep", "run", "small.toml", "--out", "b", "--dry-run", "--scheduler", cluster.scheduler_address
            )
        assert said.code == 0, said
        assert "8 runs done" in said.out
        assert "on 1 process," in plan.out
        assert say("sweep", "run", "small.toml", "--out", "a", "--workers", 1).out.startswith(
            "small: 0 runs done, 8 were"
        )


class TestDryRun:
    def plan(self, say: Any, *more: object) -> list[str]:
        """Its lines; nothing is written."""
        before = tree()
        said = say("sweep", "run", "small.toml", "--out", "a", "--dry-run", *more)
        assert said.code == 0, said
        assert tree() == before
        lines = list(said.out.splitlines())
        assert tells(lines[-1], "nothing")
        return lines

    def test_says_how_many_and_how_long(self, say: Any) -> None:
        write()
        lines = self.plan(say, "--workers", 2)
        facts = ["small 8 runs 4 days", "points 4 2 1 latin_hypercube 2 1 2 runs", "8", "run s", "together 2 processes"]
        assert all(map(tells, lines, facts)), lines
        assert not Path("a").exists()

    def test_goes_by_the_runs_that_are_there(self, say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        write()
        say("sweep", "run", "small.toml", "--out", "a", "--workers", 1, "--replicates", 1)
        monkeypatch.setattr(sweep_status, "about_seconds", lambda taken: 3600.0 * len(taken))
        monkeypatch.setattr(sweep_plan, "about_seconds", lambda taken: 3600.0 * len(taken))
        lines = self.plan(say, "--workers", 2)
        assert len(lines) == 7
        facts = ["4 finished", "to do 4", "run 4 h", "together 8 h 2 processes", "nothing"]
        assert all(map(tells, lines[2:], facts)), lines

    def test_says_what_failed_and_what_is_damaged(self, say: Any) -> None:
        write(FAILING)
        assert say("sweep", "run", "small.toml", "--out", "a", "--workers", 1).code == 1
        next(Path("a/runs").glob("*.parquet")).write_bytes(b"")
        lines = self.plan(say)
        assert tells(lines[2], "3 finished 4 failed --retry 1 damaged") and tells(lines[3], "to do 1")
        there, todo = self.plan(say, "--retry")[2:4]
        assert tells(there, "3 finished 1 damaged") and "failed" not in there and tells(todo, "to do 5")
        assert tells(self.plan(say, "--fresh")[2], "to do 8")

    def test_of_a_finished_sweep_simulates_nothing(self, say: Any, done: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("simulation.model.FollowerModel.run_for", None)
        assert all(map(tells, self.plan(say)[2:], ["8 finished", "to do 0", "nothing"]))

    def test_rows_that_meet_are_told(self, say: Any) -> None:
        write(
            SWEEP.replace('"feed.prior" = { low = 0.1, high = 10.0, scale = "log" }', '"session.session_cap" = [9, 10]')
        )
        points = self.plan(say, "--samples", 20)[1]
        assert tells(points, "points 4 20 1 latin_hypercube 2 1 36 2 runs")

    def test_refuses_what_running_would(self, say: Any, done: Any) -> None:
        say("sweep", "run", "small.toml", "--out", "a", "--dry-run", "--days", 3).refused("another study")
        Path("mine").mkdir()
        Path("mine/notes.txt").write_text("mine")
        for fresh in ([], ["--fresh"]):
            say("sweep", "run", "small.toml", "--out", "mine", "--dry-run", *fresh).refused("files already")

    def test_the_run_it_lives_lies_in_the_middle(self, tmp_path: Path) -> None:
        (tmp_path / "small.toml").write_text(SWEEP)
        sweep = read_sweep(tmp_path / "small.toml")[0].with_options(
            samples=9, levers={"feed.popularity_bias": [0.0, 1.0, 5.0]}
        )
        run = sweep_plan.middle_run(sweep)
        assert run.values["feed.popularity_bias"] == 1.0
        priors = sorted({float(str(point["feed.prior"])) for point in sweep.design.points})
        assert run.values["feed.prior"] == priors[4]
        assert run.replicate == sweep.design.replicates[0]


class TestFailures:
    @pytest.fixture
    def failed(self, say: Any) -> Any:
        write(FAILING)
        return say("sweep", "run", "small.toml", "--out", "a", "--workers", 1)

    def test_the_others_go_on_and_the_exit_code_tells(self, say: Any, failed: Any) -> None:
        assert failed.code == 1
        assert "small: 4 runs done" in failed.out
        assert len(pd.read_parquet("a/runs.parquet")) == 4
        (sentence,) = [line for line in failed.err.splitlines() if line.startswith("error")]
        assert sentence.startswith("error: 4 of 8 runs failed: ")
        assert "feed.mix" in sentence and "a/failed" in sentence and "`follower-dynamics sweep retry a`" in sentence
        assert "Traceback" not in failed.err and "simulation.errors" not in failed.err

    def test_they_are_not_tried_again_unless_said(self, say: Any, failed: Any) -> None:
        notes = tree("a/failed")
        again = say("sweep", "run", "small.toml", "--out", "a", "--workers", 1)
        assert again.code == 1 and tells(again.out, "0 runs done 4 there")
        assert tree("a/failed") == notes
        for command in (["run", "small.toml", "--out", "a", "--retry"], ["retry", "a"]):
            tried = say("sweep", *command, "--workers", 1)
            assert tried.code == 1 and "error: 4 of 8 runs failed" in tried.err

    def test_retry_mends_what_can_be_mended_and_does_what_is_missing(
        self, say: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        from simulation import FollowerModel

        write()
        run_for, lived = FollowerModel.run_for, []

        def troubled(self: FollowerModel, days: int) -> None:
            lived.append(days)
            if len(lived) in {2, 3}:
                raise MemoryError(f"no room for {len(lived)}")
            if len(lived) == 5:
                raise KeyboardInterrupt
            run_for(self, days)

        monkeypatch.setattr(FollowerModel, "run_for", troubled)
        stopped = say("sweep", "run", "small.toml", "--out", "a", "--workers", 1)
        assert stopped.code == 130
        assert tells(stopped.err, "`follower-dynamics sweep status a`")
        assert say("sweep", "status", "a").out.splitlines()[:3] == [
            "small: 2 of 8 runs finished", "  failed    2", "  to do     4"
        ]  # fmt: skip
        monkeypatch.setattr(FollowerModel, "run_for", run_for)
        said = say("sweep", "retry", "a", "--workers", 1)
        assert said.code == 0, said
        assert tells(said.out, "6 runs done 2 there")
        assert tree("a/failed") == {}
        expected = python(SWEEP, tmp_path / "python").store.table()
        pd.testing.assert_frame_equal(
            pd.read_parquet("a/runs.parquet").drop(columns="seconds"), expected.drop(columns="seconds")
        )

    def test_status_tells_why(self, say: Any, failed: Any) -> None:
        lines = say("sweep", "status", "a").out.splitlines()
        assert lines[:3] == ["small: 4 of 8 runs finished", "  failed    4", "  to do     0"]
        at = lines.index("why runs failed:")
        assert lines[at + 1].startswith("  4 x  ") and "feed.mix" in lines[at + 1]
        assert lines[-1].endswith("follower-dynamics sweep retry a")

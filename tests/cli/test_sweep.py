"""`sweep`: run, gone on with, looked at, drawn."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulation.cli import sweep_plan, sweep_status
from simulation.study import Study, run_sweep
from simulation.study.sweep_file import read_sweep
from tests.cli.sweeps import FAILING, SWEEP, tree, write

SUBCOMMANDS = ("run", "status", "retry", "table", "plot", "sensitivity")
EXAMPLE = Path(__file__).parents[2] / "experiments" / "sweep.toml"


def python(text: str, folder: Path) -> Study:
    """The same sweep run in Python."""
    folder.mkdir(exist_ok=True)
    (folder / "small.toml").write_text(text)
    sweep, _ = read_sweep(folder / "small.toml")
    return run_sweep(sweep, folder / "study", workers=1, progress=False)


@pytest.fixture
def done(say: Any) -> Any:
    """A finished sweep in ``a``, of the file small.toml."""
    write()
    said = say("sweep", "run", "small.toml", "--out", "a", "--workers", 1)
    assert said.code == 0, said
    return said


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
        assert done.out.splitlines()[0] == "small: 8 runs done; a row each in a/runs.parquet"
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
        assert "0 runs done, 8 were there already" in said.out
        assert tree("a/runs") == before

    def test_options_come_on_top_of_the_file(self, say: Any) -> None:
        write()
        said = say(
            "sweep", "run", "small.toml", "--out", "a", "--workers", 1, "--days", 2, "--samples", 1, "--replicates", 1,
            "--seed", 5, "--preset", "tiktok", "--set", "population.users=30", "--set", "feed.mix.random=0.3",
        )  # fmt: skip
        assert said.code == 0, said
        sweep, _ = read_sweep(Path("a/sweep.toml"))
        assert (sweep.days, sweep.samples, sweep.replicates, sweep.seed, sweep.preset) == (2, 1, 1, 5, "tiktok")
        assert sweep.constants == {
            "population.users": 30,
            "population.creators": 8,
            "decision.follow_threshold": 0.6,
            "feed.mix.random": 0.3,
        }
        assert len(pd.read_parquet("a/runs.parquet")) == 2

    def test_more_replicates_go_on_from_what_is_there(self, say: Any, done: Any) -> None:
        said = say("sweep", "run", "small.toml", "--out", "a", "--workers", 1, "--replicates", 3)
        assert "4 runs done, 8 were there already" in said.out
        assert say("sweep", "status", "a").out.startswith("small: 12 of 12 runs finished")

    def test_fresh_starts_over(self, say: Any, done: Any) -> None:
        say("sweep", "plot", "a", "--outcome", "views")
        other = ["sweep", "run", "small.toml", "--out", "a", "--workers", 1, "--days", 2]
        say(*other).refused("belongs to another study (days: 4 there, 2 now)", "--fresh")
        assert len(pd.read_parquet("a/runs.parquet")) == 8
        said = say(*other, "--fresh")
        assert said.code == 0, said
        assert "8 runs done;" in said.out
        assert set(pd.read_parquet("a/runs.parquet")["days"]) == {2}
        assert not Path("a/figures").exists(), "they would show another sweep"

    def test_its_own_declaration_runs_it_again_from_anywhere(self, say: Any, done: Any) -> None:
        Path("small.toml").unlink()
        said = say("sweep", "run", "a/sweep.toml", "--out", "a", "--workers", 1)
        assert "8 were there already" in said.out

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
        assert "8 were there already" in again.out
        monkeypatch.chdir(tmp_path / "below")
        assert "8 were there already" in say("sweep", "retry", "../a", "--workers", 1).out
        (tmp_path / "below" / "friends.csv").write_text(edges + "31,0\n")
        say("sweep", "retry", "../a").refused("belongs to another study (graph: ")

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
        assert lines[-1] == "nothing was written"
        return lines

    def test_says_how_many_and_how_long(self, say: Any) -> None:
        write()
        lines = self.plan(say, "--workers", 2)
        assert lines[:3] == [
            "small: 8 runs of 4 days",
            "  points    4: 2 of 1 uncertainty (latin_hypercube) x 2 combinations of 1 lever; 2 runs of each",
            "  to do     8",
        ]
        assert lines[3].startswith("  a run     ") and lines[3].endswith(" s, as one took that was lived now")
        assert lines[4].startswith("  together  about ") and "on 2 processes" in lines[4]
        assert not Path("a").exists()

    def test_goes_by_the_runs_that_are_there(self, say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        write()
        say("sweep", "run", "small.toml", "--out", "a", "--workers", 1, "--replicates", 1)
        monkeypatch.setattr(sweep_status, "about_seconds", lambda taken: 3600.0 * len(taken))
        monkeypatch.setattr(sweep_plan, "about_seconds", lambda taken: 3600.0 * len(taken))
        lines = self.plan(say, "--workers", 2)
        assert lines[2:] == [
            "  there     4 finished",
            "  to do     4",
            "  a run     4 h, as those that are there took",
            "  together  about 8 h on 2 processes, and some seconds until they are ready",
            "nothing was written",
        ]

    def test_says_what_failed_and_what_is_damaged(self, say: Any) -> None:
        write(FAILING)
        assert say("sweep", "run", "small.toml", "--out", "a", "--workers", 1).code == 1
        next(Path("a/runs").glob("*.parquet")).write_bytes(b"")
        lines = self.plan(say)
        assert lines[2:4] == [
            "  there     3 finished, 4 failed, which --retry runs again, 1 damaged, which are run again",
            "  to do     1",
        ]
        assert self.plan(say, "--retry")[2:4] == [
            "  there     3 finished, 1 damaged, which are run again",
            "  to do     5",
        ]
        assert self.plan(say, "--fresh")[2] == "  to do     8"

    def test_of_a_finished_sweep_lives_nothing(self, say: Any, done: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("simulation.model.FollowerModel.run_for", None)
        assert self.plan(say)[2:] == ["  there     8 finished", "  to do     0", "nothing was written"]

    def test_rows_that_meet_are_told(self, say: Any) -> None:
        write(
            SWEEP.replace('"feed.prior" = { low = 0.1, high = 10.0, scale = "log" }', '"session.session_cap" = [9, 10]')
        )
        points = self.plan(say, "--samples", 20)[1]
        assert points == (
            "  points    4: 20 of 1 uncertainty (latin_hypercube) x 2 combinations of 1 lever; 36 meet in points that "
            "are there already; 2 runs of each"
        )

    def test_refuses_what_running_would(self, say: Any, done: Any) -> None:
        say("sweep", "run", "small.toml", "--out", "a", "--dry-run", "--days", 3).refused("belongs to another study")
        Path("mine").mkdir()
        Path("mine/notes.txt").write_text("mine")
        for fresh in ([], ["--fresh"]):
            say("sweep", "run", "small.toml", "--out", "mine", "--dry-run", *fresh).refused("files here already")

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
        assert again.code == 1 and "0 runs done, 4 were there already" in again.out
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
        assert "the same command goes on from there; how far it is: `follower-dynamics sweep status a`" in stopped.err
        assert say("sweep", "status", "a").out.splitlines()[:3] == [
            "small: 2 of 8 runs finished", "  failed    2", "  to do     4"
        ]  # fmt: skip
        monkeypatch.setattr(FollowerModel, "run_for", run_for)
        said = say("sweep", "retry", "a", "--workers", 1)
        assert said.code == 0, said
        assert "6 runs done, 2 were there already" in said.out
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
        assert lines[-1] == "go on, also with what failed: follower-dynamics sweep retry a"


class TestStatus:
    def test_of_a_finished_sweep(self, say: Any, done: Any) -> None:
        lines = say("sweep", "status", "a").out.splitlines()
        assert lines[0] == "small: 8 of 8 runs finished"
        assert not any("go on" in line or "rest" in line for line in lines)

    def test_for_programs(self, say: Any, done: Any) -> None:
        key = next(Path("a/runs").glob("*.parquet"))
        key.write_bytes(b"")
        before = tree("a")
        told = json.loads(say("sweep", "status", "a", "--json").out)
        assert tree("a") == before, "damaged files stay where they are"
        left = told.pop("seconds_left")
        assert left == told["seconds_a_run"] / told["processes"] > 0
        del told["seconds_a_run"], told["processes"]
        assert told == {
            "name": "small", "folder": "a", "runs": 8, "finished": 7, "failed": 0, "to_do": 1, "damaged": [str(key)],
            "reasons": [], "same_code": True,
        }  # fmt: skip
        assert f"  damaged   1 ({key.name}), which will be set aside and run again" in say("sweep", "status", "a").out

    def test_runs_of_other_code_are_told(self, say: Any, done: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("simulation.study.sweep_folder.code_version", lambda: "another")
        said = say("sweep", "status", "a")
        assert said.code == 0
        assert "made by another version of the code" in said.out and "--fresh" in said.out
        assert say("sweep", "table", "a").code == 0, "what is there can be read"
        say("sweep", "retry", "a").refused("made by another version of the code", "--fresh")

    @pytest.mark.parametrize(
        ("seconds", "says"),
        [(0.0312, "0.031 s"), (2.0, "2 s"), (75.2, "75 s"), (600, "10 min"), (9000, "2.5 h"), (864_000, "10 days")],
    )
    def test_durations_in_the_unit_that_suits_them(self, seconds: float, says: str) -> None:
        assert sweep_status.lasting(seconds) == says

    def test_the_slowest_runs_say_nothing_of_the_rest(self) -> None:
        """Processes load compiled code with their first run."""
        assert sweep_status.about_seconds([]) is None
        assert sweep_status.about_seconds([2.0]) == 2.0
        assert sweep_status.about_seconds([2.0, 0.1]) == 0.1
        assert sweep_status.about_seconds([2.0, 2.0, *[0.1] * 18]) == pytest.approx(0.1)

    @pytest.mark.parametrize(
        ("traceback", "says"),
        [
            (["Traceback (most recent call last):", "  x", "ValueError: odd", "more of it"], "ValueError: odd"),
            (["Traceback (most", "  x", "A: b", "", "During", "Traceback (most", "  y", "m.n.C: d"], "C: d"),
            (["Traceback (most", "  x", "simulation.errors.GraphError: it is so: no"], "it is so: no"),
            (["KilledWorker: 3 times"], "KilledWorker: 3 times"),
            (["Traceback (most", "  x", "numpy.linalg.LinAlgError"], "LinAlgError"),
            (["the process it ran in ended 2 times"], "the process it ran in ended 2 times"),
            ([], "no reason was noted"),
            (None, "the note of the failure cannot be read"),
        ],
    )
    def test_reasons_are_the_line_that_names_the_exception(self, tmp_path: Path, traceback: Any, says: str) -> None:
        note = tmp_path / "note.json"
        note.write_text(json.dumps({"traceback": traceback}))
        assert list(sweep_status.reasons([note, note]).items()) == [(says, 2)]


class TestTable:
    def test_means_and_intervals_of_every_point(self, say: Any, done: Any) -> None:
        said = say("sweep", "table", "a", "--outcome", "views")
        runs = pd.read_parquet("a/runs.parquet")
        rows = [line.split() for line in said.out.splitlines()[4:8]]
        for point, row in enumerate(rows):
            part = runs[runs["point"] == point]
            assert row[0] == str(point)
            assert float(row[1]) == part["feed.popularity_bias"].iloc[0]
            assert float(row[2]) == pytest.approx(part["feed.prior"].iloc[0], rel=1e-3)
            assert float(row[3].replace(",", "")) == pytest.approx(part["views"].mean(), rel=0.02)
        assert said.out.splitlines()[2].split() == ["point", "popularity_bias", "prior", "views"]
        assert "means over 2 replicates (populations)" in said.out
        assert 'pd.read_parquet("a/runs.parquet")' in said.out and "polars" in said.out and "DuckDB" in said.out
        assert "not shown, see --outcome: follower_gini, likes_per_view" in said.out

    def test_one_replicate_and_worlds_of_one_population(self, say: Any) -> None:
        write()
        say("sweep", "run", "small.toml", "--out", "a", "--workers", 1, "--replicates", 1)
        said = say("sweep", "table", "a")
        assert "one replicate of each point, so there are no intervals" in said.out and " to " not in said.out
        write(SWEEP.replace("replicates = 2", "replicates = 1\nworlds = 3"))
        say("sweep", "run", "small.toml", "--out", "b", "--workers", 1)
        assert "over 3 replicates (worlds of one population" in say("sweep", "table", "b").out

    @pytest.mark.parametrize("form", ["csv", "parquet"])
    def test_all_runs_as_a_file(self, say: Any, done: Any, form: str) -> None:
        said = say("sweep", "table", "a", "--out", f"runs.{form}")
        assert said.code == 0, said
        assert f"wrote runs.{form}: 8 runs" in said.out and f'pd.read_{form}("runs.{form}")' in said.out
        written = pd.read_parquet("runs.parquet") if form == "parquet" else pd.read_csv("runs.csv")
        pd.testing.assert_frame_equal(written, pd.read_parquet("a/runs.parquet"), check_dtype=form == "parquet")

    def test_while_it_runs(self, say: Any, done: Any) -> None:
        Path("a/runs.parquet").unlink()
        files = sorted(Path("a/runs").glob("*.parquet"))
        files[0].unlink()
        files[1].write_bytes(b"half")
        said = say("sweep", "table", "a")
        assert said.code == 0, said
        assert "2 of 8 runs are not there (1 damaged): what follows is of those that are" in said.err
        assert "all runs, a row each: --out runs.parquet" in said.out

    def test_outcomes_of_nothing_are_told(self, say: Any) -> None:
        write(SWEEP.replace('"feed.popularity_bias" = [0.0, 1.0]', '"session.slots" = [0.0, 10.0]'))
        assert say("sweep", "run", "small.toml", "--out", "a", "--workers", 1).code == 0
        said = say("sweep", "table", "a", "--outcome", "likes_per_view")
        assert "likes_per_view is one of nothing in 4 of 8 runs: these are left out" in said.out
        assert [line.split()[-1] for line in said.out.splitlines()[4:8]].count("-") == 2

    def test_what_does_not_fit_is_named(self, say: Any) -> None:
        levers = '"feed.popularity_bias" = [0.0, 1.0]'
        more = ["feed.mix.random", "feed.mix.popular", "users.homophily", "factors.talent.weight"]
        write(SWEEP.replace(levers, "\n".join([levers, *(f'"{name}" = [0.1]' for name in more)])))
        say("sweep", "run", "small.toml", "--out", "a", "--workers", 1, "--samples", 31, "--days", 1, "--replicates", 1)
        said = say("sweep", "table", "a")
        assert "2 more points are not shown: write all runs with --out FILE.csv" in said.out
        assert "2 more parameters are varied: factors.talent.weight, feed.prior" in said.out


class TestPlot:
    def drawn(self, say: Any, *arguments: object) -> list[str]:
        said = say("sweep", "plot", "a", *arguments)
        assert said.code == 0, said
        names = said.out.splitlines()
        assert all(Path(name).stat().st_size > 1000 for name in names)
        return [name.removeprefix("a/figures/") for name in names if name.endswith(".pdf")]

    def test_sampled_uncertainties_and_levers(self, say: Any, done: Any) -> None:
        assert self.drawn(say, "--outcome", "views") == ["views-uncertainties.pdf", "views.pdf"]
        assert self.drawn(say) == [
            f"{name}{end}.pdf"
            for name in ("views", "follower_gini", "likes_per_view")
            for end in ("-uncertainties", "")
        ]

    def test_against_what_is_said(self, say: Any, done: Any) -> None:
        only = ["--outcome", "views"]
        assert self.drawn(say, *only, "--against", "popularity_bias") == ["views-popularity_bias.pdf"]
        assert self.drawn(say, *only, "--against", "feed.prior", "--colour", "popularity_bias") == ["views-prior.pdf"]
        names = self.drawn(say, *only, "--against", "prior", "--out", "elsewhere")
        assert names == ["elsewhere/views-prior.pdf"]

    def test_two_levers_make_a_map(self, say: Any) -> None:
        levers = '"feed.popularity_bias" = [0.0, 1.0]'
        both = '"feed.popularity_bias" = [0.0, 0.5, 1.0]\n"session.slots" = [5.0, 10.0, 20.0]'
        write(SWEEP.replace(levers, both))
        options = ["--workers", 1, "--samples", 1, "--days", 2]
        assert say("sweep", "run", "small.toml", "--out", "a", *options).code == 0
        drawn = self.drawn(say, "--outcome", "views")
        assert drawn == ["views-uncertainties.pdf", "views.pdf", "views-map.pdf"]
        assert self.drawn(say, "--outcome", "views", "--colour", "slots") == ["views-uncertainties.pdf", "views.pdf"]

    def test_what_is_one_of_nothing_is_not_drawn(self, say: Any) -> None:
        write(SWEEP + "\n[session]\nslots = 0\n")
        say("sweep", "run", "small.toml", "--out", "a", "--workers", 1)
        said = say("sweep", "plot", "a", "--outcome", "likes_per_view", "--outcome", "views")
        assert said.code == 0, said
        assert "likes_per_view is one of nothing in all runs: not drawn" in said.err
        assert "views.pdf" in said.out and "likes_per_view" not in said.out


class TestSensitivity:
    @pytest.mark.parametrize(("sampling", "column"), [("sobol", "ST"), ("morris", "mu_star")])
    def test_indices_are_those_python_gives(self, say: Any, tmp_path: Path, sampling: str, column: str) -> None:
        from simulation.study.sensitivity import sensitivity_of

        text = SWEEP.replace("samples = 2", f'samples = 4\nsampling = "{sampling}"').replace("days = 4", "days = 2")
        write(text)
        assert say("sweep", "run", "small.toml", "--out", "a", "--workers", 1).code == 0
        said = say("sweep", "sensitivity", "a", "--outcome", "follower_gini")
        assert said.code == 0, said
        assert "`feed.prior`" in said.out
        for end in ("csv", "pdf", "png"):
            assert f"a/figures/sensitivity.{end}" in said.out and Path(f"a/figures/sensitivity.{end}").exists()
        sweep, _ = read_sweep(Path("a/sweep.toml"))
        expected = sensitivity_of(sweep, pd.read_parquet("a/runs.parquet"), "follower_gini")
        found = pd.read_csv("a/figures/sensitivity.csv")
        assert found[column].notna().any(), "without popularity bias the prior does nothing"
        assert found[column].tolist() == pytest.approx(expected[column].tolist(), nan_ok=True)

    def test_outcomes_of_nothing_are_left_out_unless_asked_for(self, say: Any) -> None:
        write(SWEEP.replace("samples = 2", 'samples = 2\nsampling = "sobol"') + "\n[session]\nslots = 0\n")
        say("sweep", "run", "small.toml", "--out", "a", "--workers", 1)
        said = say("sweep", "sensitivity", "a")
        assert said.code == 0, said
        assert "left out, because they are one of nothing in some runs: likes_per_view" in said.err
        say("sweep", "sensitivity", "a", "--outcome", "likes_per_view").refused("likes_per_view", "not finite")

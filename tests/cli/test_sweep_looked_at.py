"""`sweep status`, `table`, `plot` and `sensitivity`: what they print and plot of a folder."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulation.cli import sweep_status
from simulation.study.design.sweep_file import read_sweep
from tests.cli.saying import forget
from tests.cli.sweeps import SWEEP, tree, write
from tests.told import tells


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
            "reasons": [], "same_code": True, "stale": "",
        }  # fmt: skip
        assert tells(say("sweep", "status", "a").out, f"damaged 1 {key.name}")

    def test_runs_of_other_code_are_told(self, say: Any, done: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        for module in ("folder.store", "folder.sweep_folder", "run.evaluation"):
            monkeypatch.setattr(f"simulation.study.{module}.history_version", lambda: "another")
        said = say("sweep", "status", "a")
        assert said.code == 0
        assert tells(said.out, "version") and "--fresh" in said.out
        assert say("sweep", "table", "a").code == 0, "what is there can be read"
        say("sweep", "retry", "a").refused("rules", "--fresh")

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


class TestStale:
    def test_what_shows_numbers_of_before_says_so(self, say: Any) -> None:
        own = Path("own.py").resolve()
        own.write_text("def own(result):\n    return 1.0\n")
        write(SWEEP.replace('"views"', '"views", "own.py:own"').replace("samples", 'sampling = "morris"\nsamples'))
        assert say("sweep", "run", "small.toml", "--out", "a", "--workers", 1).code == 0
        shown = (["table", "a"], ["plot", "a", "--outcome", "views"], ["sensitivity", "a", "--outcome", "views"])
        before = [say("sweep", *words) for words in shown]
        assert not any("stale" in said.err for said in before)
        own.write_text("def own(result):\n    return 2.0\n")
        forget(own)
        assert tells(say("sweep", "status", "a").out, "stale own 16 runs")
        for words, was in zip(shown, before, strict=True):
            said = say("sweep", *words)
            assert (said.code, said.out) == (0, was.out), "what is told elsewhere stays as it is"
            assert tells(said.err, "stale own 16 runs sweep retry a"), said.err
        own.unlink()
        forget(own)
        assert tells(say("sweep", "status", "a").out, "stale unknown")
        assert tells(say("sweep", "table", "a").err, "stale unknown")


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
        assert tells(said.out, "--outcome follower_gini likes_per_view")

    def test_one_replicate_and_worlds_of_one_population(self, say: Any) -> None:
        write()
        say("sweep", "run", "small.toml", "--out", "a", "--workers", 1, "--replicates", 1)
        said = say("sweep", "table", "a")
        assert tells(said.out, "one replicate no intervals") and " to " not in said.out
        write(SWEEP.replace("replicates = 2", "replicates = 1\nworlds = 3"))
        say("sweep", "run", "small.toml", "--out", "b", "--workers", 1)
        assert tells(say("sweep", "table", "b").out, "3 replicates worlds")

    def test_replicates_are_those_of_a_point(self, say: Any, done: Any) -> None:
        def left(kept: Callable[[pd.Series], bool]) -> str:
            for _, row in pd.read_parquet("a/runs.parquet").iterrows():
                if not kept(row):
                    Path(f"a/runs/{row['key']}.parquet").unlink(missing_ok=True)
            return str(say("sweep", "table", "a").out)

        assert tells(left(lambda run: run["point"] > 0 or run["population"] == 0), "1 to 2 replicates")
        assert "one replicate" in left(lambda run: run["point"] % 2 == run["population"]), "two populations, one each"

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
        assert tells(said.err, "2 8 1 damaged")
        assert tells(said.out, "--out runs.parquet")

    def test_outcomes_of_nothing_are_told(self, say: Any) -> None:
        write(SWEEP.replace('"feed.popularity_bias" = [0.0, 1.0]', '"session.slots" = [0.0, 10.0]'))
        assert say("sweep", "run", "small.toml", "--out", "a", "--workers", 1).code == 0
        said = say("sweep", "table", "a", "--outcome", "likes_per_view")
        assert tells(said.out, "likes_per_view undefined 4 8")
        assert [line.split()[-1] for line in said.out.splitlines()[4:8]].count("-") == 2

    def test_what_does_not_fit_is_named(self, say: Any) -> None:
        levers = '"feed.popularity_bias" = [0.0, 1.0]'
        more = ["feed.mix.random", "feed.mix.popular", "users.homophily", "factors.talent.weight"]
        write(SWEEP.replace(levers, "\n".join([levers, *(f'"{name}" = [0.1]' for name in more)])))
        say("sweep", "run", "small.toml", "--out", "a", "--workers", 1, "--samples", 31, "--days", 1, "--replicates", 1)
        said = say("sweep", "table", "a")
        assert tells(said.out, "2 points --out FILE.csv")
        assert tells(said.out, "2 factors.talent.weight feed.prior")


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
        assert tells(said.err, "likes_per_view undefined all")
        assert "views.pdf" in said.out and "likes_per_view" not in said.out


class TestSensitivity:
    @pytest.mark.parametrize(("sampling", "column"), [("sobol", "ST"), ("morris", "mu_star")])
    def test_indices_are_those_python_gives(self, say: Any, tmp_path: Path, sampling: str, column: str) -> None:
        from simulation.study.sensitivity.table import sensitivity_of

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
        assert tells(said.err, "undefined likes_per_view")
        say("sweep", "sensitivity", "a", "--outcome", "likes_per_view").refused("likes_per_view", "not finite")

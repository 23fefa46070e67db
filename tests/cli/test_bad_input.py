"""Bad input: one sentence on standard error, exit code 2, nothing written."""

import math
from pathlib import Path
from typing import Any

import pytest

from tests.cli.saying import SMALL_FILE

FILES = {
    "typo in a key": ("[feed]\npopularitybias = 2\n", ("study.toml", "feed.popularitybias", "feed.popularity_bias")),
    "typo in a table": ("[feeds]\npopularity_bias = 2\n", ("[feeds]", "[feed]")),
    "typo in an empty table": ("[decison]\n", ("[decison]", "[decision]")),
    "typo in run": ("[run]\nsed = 1\n", ("run.sed", "seed")),
    "nothing like it in run": ("[run]\nxyzzy = 1\n", ("run.xyzzy", "preset seed")),
    "run is no table": ("run = 3\n", ("run = 3", "[run]")),
    "run key at the top": ("seed = 3\n", ("seed [run]",)),
    "unknown table": ("[zzz]\nx = 1\n", ("[zzz] [run], [[interventions]], [population]",)),
    "table as value": ("[feed]\nmix = 3\n", ("feed.mix table", "[feed.mix]")),
    "value as table": ("[feed.popularity_bias]\nx = 1\n", ("feed.popularity_bias.x",)),
    "out of bounds": ("[feed]\npopularity_bias = 99\n", ("feed.popularity_bias = 99", "from 0 to 5", "default 1.0")),
    "NaN": ("[feed]\npopularity_bias = nan\n", ("feed.popularity_bias = nan", "finite number")),
    "infinite": ("[feed]\nprior = inf\n", ("feed.prior = inf", "finite number")),
    "wrong type": ("[population]\nusers = 'many'\n", ("population.users = 'many'", "whole number")),
    "broken number": ("[population]\nusers = 10.5\n", ("population.users = 10.5", "whole number")),
    "wrong word": ("[decision]\nfollow_rule = 'x'\n", ("decision.follow_rule = 'x'", "logit always")),
    "two at once": ("[feed]\nprior = -1\n[decision]\nfollow_rule = 'x'\n", ("feed.prior = -1", "follow_rule = 'x'")),
    "seed of the wrong type": ("[run]\nseed = 'a'\n", ("run.seed = 'a'", "whole number")),
    "seed that is a truth value": ("[run]\nseed = true\n", ("run.seed = True", "whole number")),
    "seed out of range": ("[run]\nseed = -1\ndays = 1\n", ("seed = -1", "2**64 - 1")),
    "no days": ("[run]\ndays = 0\n", ("run.days = 0", "at least 1")),
    "unknown engine": ("[run]\nengine = 'mea'\n", ("run.engine = 'mea'", "'compiled' or 'mesa'")),
    "unknown preset": ("[run]\npreset = 'tiktk'\n", ("preset 'tiktk'", "tiktok")),
    "graph not there": ("[run]\ngraph = 'nope.csv'\n", ("nope.csv",)),
    "no TOML": ("TOML", ("study.toml", "not a TOML file")),
    "interventions that are a table": ("[interventions]\nday = 1\n", ("interventions", "[[interventions]]")),
    "interventions that are a number": ("interventions = 3\n", ("interventions list tables",)),
    "interventions in run": ("[run]\n[[run.interventions]]\nday = 1\n", ("table [run]",)),
    "typo in interventions": ("[[intervention]]\nday = 1\n", ("[intervention]", "[[interventions]]")),
    "typo in an intervention": (
        "[[interventions]]\ndays = 1\nlever = 'purge'\nvalue = 1\n",
        ("study.toml intervention 1 'days'", "day"),
    ),
    "unknown lever": (
        "[[interventions]]\nday = 1\nlever = 'popularty_bias'\nvalue = 1\n",
        ("study.toml: intervention 1", "'popularty_bias'", "feed.popularity_bias"),
    ),
    "no lever": (
        "[[interventions]]\nday = 1\nlever = 'users'\nvalue = 1\n",
        ("intervention 1 population.users constant",),
    ),
    "lever out of bounds": (
        "[[interventions]]\nday = 1\nlever = 'popularity_bias'\nvalue = 9\n",
        ("intervention 1: feed.popularity_bias = 9", "from 0 to 5"),
    ),
    "intervention after the run": (
        "[run]\ndays = 30\n[[interventions]]\nday = 30\nlever = 'purge'\nvalue = 1\n",
        ("study.toml: ", "'30 purge=1.0' day 30", "the days 0 to 29"),
    ),
    "intervention after the year": (
        "[[interventions]]\nday = 365\nlever = 'purge'\nvalue = 1\n",
        ("day 365", "the days 0 to 364"),
    ),
    "act on a creator who is not there": (
        "[population]\nusers = 50\ncreators = 5\n"
        "[[interventions]]\nday = 1\nlever = 'bought_likes'\nvalue = 1\ncreators = [5]\n",
        ("intervention 1 creator 5", "from 0 to 4"),
    ),
    "more creators than users": ("[population]\nusers = 50\ncreators = 90\n", ("population.creators = 90",)),
}


@pytest.mark.parametrize(("text", "words"), FILES.values(), ids=FILES)
def test_a_file_with_something_wrong(say: Any, text: str, words: tuple[str, ...]) -> None:
    Path("study.toml").write_text(text)
    say("run", "study.toml", "--out", "out").refused(*words)
    assert sorted(path.name for path in Path().iterdir()) == ["study.toml"]


OPTIONS = {
    "nothing to run": ([], ("what", "--preset")),
    "file not there": (["nope.toml"], ("nope.toml",)),
    "a folder for a file": (["."], ("read",)),
    "unknown preset": (["--preset", "x"], ("preset 'x'", "known are")),
    "set without value": (["study.toml", "--set", "feed.prior"], ("'feed.prior' sets nothing", "NAME=VALUE")),
    "set unknown": (["study.toml", "--set", "feed.populrity_bias=1"], ("feed.populrity_bias", "feed.popularity_bias")),
    "set out of bounds": (["study.toml", "--set", "feed.popularity_bias=9"], ("feed.popularity_bias = 9", "to 5")),
    "set NaN": (["study.toml", "--set", "feed.popularity_bias=nan"], ("nan",)),
    "intervene without a day": (["study.toml", "--intervene", "purge=1"], ("--intervene 'purge=1'", "DAY LEVER=VALUE")),
    "intervene by no lever": (
        ["study.toml", "--intervene", "3 users=9"],
        ("--intervene '3 users=9' population.users constant",),
    ),
    "intervene after the run": (["study.toml", "--intervene", "20 purge=1"], ("on day 20", "the days 0 to 19")),
    "intervene after a shorter run": (
        ["study.toml", "--days", "5", "--intervene", "5 purge=1"],
        ("on day 5", "the days 0 to 4"),
    ),
    "intervene twice and differently": (
        ["study.toml", "--intervene", "3 popularity_bias=1", "--intervene", "3 popularity_bias=2"],
        ("interventions 1 2 day 3 feed.popularity_bias 1.0 2.0",),
    ),
    "intervene for nobody": (
        ["study.toml", "--intervene", "3 bought_likes=5 @ 12"],
        ("creator 12", "from 0 to 11"),
    ),
    "negative seed": (["study.toml", "--seed", "-1"], ("seed = -1", "2**64 - 1")),
    "huge seed": (["study.toml", "--seed", str(2**64)], ("seed", "2**64 - 1")),
    "seed that is no number": (["study.toml", "--seed", "x"], ("--seed",)),
    "no days": (["study.toml", "--days", "0"], ("--days",)),
    "no threads": (["study.toml", "--threads", "0"], ("--threads",)),
    "unknown engine": (["study.toml", "--engine", "cuda"], ("--engine", "compiled", "mesa")),
    "unknown option": (["study.toml", "--sed", "1"], ("--sed",)),
    "graph without a format": (["study.toml", "--graph", "study.toml"], ("study.toml", ".graphml")),
    "graph not there": (["study.toml", "--graph", "nope.csv"], ("nope.csv exist",)),
    "graph that is empty": (["study.toml", "--graph", "empty.csv"], ("empty.csv",)),
    "graph that is no graph": (["study.toml", "--graph", "broken.graphml"], ("broken.graphml",)),
    "graph of another size": (
        ["study.toml", "--graph", "two.csv"],
        ("population.users = 60", "has 2 users", "out"),
    ),
}


@pytest.mark.parametrize(("arguments", "words"), OPTIONS.values(), ids=OPTIONS)
def test_options_with_something_wrong(say: Any, arguments: list[str], words: tuple[str, ...]) -> None:
    Path("study.toml").write_text(SMALL_FILE)
    Path("empty.csv").write_text("")
    Path("broken.graphml").write_text("<graphml>")
    Path("two.csv").write_text("a,b\n")
    before = sorted(Path().iterdir())
    say("run", *arguments, "--out", "out").refused(*words)
    assert sorted(Path().iterdir()) == before


def test_out_must_be_said(say: Any) -> None:
    say("run", "--preset", "default").refused("--out")


@pytest.mark.parametrize("out", ["file.txt", "file.txt/below"])
def test_out_is_in_the_way_of_a_file(say: Any, out: str) -> None:
    Path("file.txt").write_text("mine")
    say("run", "--preset", "default", "--out", out).refused("file.txt file")
    assert Path("file.txt").read_text() == "mine"


def test_out_cannot_be_written(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import tempfile

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", full)
    say("run", "--preset", "default", "--out", "out").refused("out space")


def test_the_disk_is_full_when_the_result_is_stored(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyarrow import parquet

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    Path("study.toml").write_text(SMALL_FILE)
    monkeypatch.setattr(parquet.ParquetWriter, "write_table", full)
    say("run", "study.toml", "--out", "out").refused("out", "space")
    assert sorted(path.name for path in Path().iterdir()) == ["study.toml"]


def test_too_little_memory(say: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from simulation import model

    def exhausted(*_: object) -> None:
        raise MemoryError("Unable to allocate 7 TiB")

    monkeypatch.setattr(model, "build_state", exhausted)
    Path("study.toml").write_text(SMALL_FILE)
    say("run", "study.toml", "--out", "out").refused("memory", "7 TiB")


@pytest.mark.parametrize("command", ["show", "rerun", "export"])
class TestStoredResult:
    """What every command refuses that reads a result."""

    def read(self, say: Any, command: str, folder: Path | str) -> Any:
        return say(command, folder, *(["out.csv"] if command == "export" else []))

    def test_not_there(self, say: Any, command: str) -> None:
        self.read(say, command, "nope").refused("nope exist")

    def test_a_file(self, say: Any, command: str) -> None:
        Path("a.txt").write_text("")
        self.read(say, command, "a.txt").refused("a.txt file", "follower-dynamics run --out")

    def test_another_folder(self, say: Any, command: str) -> None:
        self.read(say, command, ".").refused("not result")

    @pytest.mark.parametrize("table", ["daily", "follows", "creators"])
    def test_cut_short(self, say: Any, command: str, table: str, own_copy: Path) -> None:
        file = own_copy / f"{table}.parquet"
        file.write_bytes(file.read_bytes()[: math.floor(0.6 * file.stat().st_size)])
        self.read(say, command, own_copy).refused(f"{table}.parquet damaged")
        assert not Path("out.csv").exists()

    def test_a_table_gone(self, say: Any, command: str, own_copy: Path) -> None:
        (own_copy / "users.parquet").unlink()
        self.read(say, command, own_copy).refused("users.parquet")

    def test_another_schema(self, say: Any, command: str, own_copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        from simulation.records import schema, storage

        monkeypatch.setattr(storage, "SCHEMA_VERSION", 99)
        self.read(say, command, own_copy).refused(f"version {schema.SCHEMA_VERSION}", "99")

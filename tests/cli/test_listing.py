"""`parameters`, `levers` and `presets`: everything there is, in every form."""

import csv
import io
import tomllib
from typing import Any

import pytest

from simulation.cli.listing import COLUMNS, table
from simulation.creators.acts import ACTS
from simulation.interventions import LEVERS, parse_intervention
from simulation.parameters import KNOWN, Parameters
from simulation.presets import PRESETS, preset


def test_every_parameter_stands_on_a_line_of_its_own(say: Any) -> None:
    said = say("parameters")
    assert said.code == 0, said
    lines = said.out.splitlines()[2:]
    assert [line.split()[0] for line in lines] == list(KNOWN)
    assert all(KNOWN[line.split()[0]].about in line and KNOWN[line.split()[0]].source in line for line in lines)


def test_csv_reads_back(say: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(say("parameters", "--format", "csv").out)))
    assert [row["name"] for row in rows] == list(KNOWN)
    assert list(rows[0]) == list(COLUMNS)
    bias = next(row for row in rows if row["name"] == "feed.popularity_bias")
    assert (bias["default"], bias["bounds"], bias["kind"]) == ("1.0", "0 .. 5", "lever")
    family = next(row for row in rows if row["name"] == "social_graph.family")
    assert family["bounds"].split(" | ") == list(KNOWN["social_graph.family"].choices)
    assert family["default"] == "holme_kim"


def test_markdown_has_as_many_cells_in_every_row(say: Any) -> None:
    lines = say("parameters", "--format", "markdown").out.splitlines()
    assert len(lines) == len(KNOWN) + 2
    assert {line.replace("\\|", "").count("|") for line in lines} == {len(COLUMNS) + 1}


def test_toml_reads_back_to_the_defaults(say: Any) -> None:
    assert Parameters(**tomllib.loads(say("parameters", "--format", "toml").out)) == Parameters()


def test_search_and_kind(say: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(say("parameters", "--format", "csv", "--kind", "lever").out)))
    assert {row["kind"] for row in rows} == {"lever"}
    assert len(rows) == sum(d.kind == "lever" for d in KNOWN.values())
    found = say("parameters", "--format", "csv", "--search", "KUAIRAND").out
    assert {row["name"] for row in csv.DictReader(io.StringIO(found))} == {
        name for name, d in KNOWN.items() if "KuaiRand" in d.source
    }
    say("parameters", "--search", "xyzzy").refused("parameter", "'xyzzy'")
    say("parameters", "--kind", "levers").refused("--kind", "lever")


@pytest.mark.parametrize("width", [60, 80, 100, 140, 200])
def test_a_table_fits_the_terminal(width: int) -> None:
    rows = [("a.name", "1.0", "1", "0 .. 5", "lever", "assumption " * 5, "what it means " * 9)] * 3
    text = table(rows, width)
    assert max(map(len, text.splitlines())) <= width
    assert " ".join(text.split()).count(" ".join(("what it means " * 9).split())) == 3


def test_levers_and_acts_are_listed(say: Any) -> None:
    said = say("levers")
    assert said.code == 0, said
    lines = said.out.splitlines()[2:]
    assert [line.split()[0] for line in lines] == [*LEVERS, *ACTS]
    assert all(item.about in line for item, line in zip([*LEVERS.values(), *ACTS.values()], lines, strict=True))
    assert "[]" not in said.out


def test_levers_have_their_bounds_and_where_they_start_from(say: Any) -> None:
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(say("levers", "--format", "csv").out))}
    assert list(rows) == [*LEVERS, *ACTS]
    bias, purge = rows["feed.popularity_bias"], rows["purge"]
    assert (bias["default"], bias["unit"], bias["bounds"], bias["kind"]) == ("1.0", "1", "0 .. 5", "lever")
    assert (purge["default"], purge["unit"], purge["bounds"], purge["kind"]) == ("", "1", "0 .. 1", "act")
    assert rows["feed.hide_follower_counts"]["bounds"] == "true | false"
    markdown = say("levers", "--format", "markdown").out.splitlines()
    assert [line.split("`")[1] for line in markdown[2:]] == [*LEVERS, *ACTS]
    for name in LEVERS:  # what is listed can be written on the command line
        assert str(parse_intervention(f"3 {name}={rows[name]['default']}")) == f"3 {name}={rows[name]['default']}"


def test_levers_are_searched(say: Any) -> None:
    found = say("levers", "--format", "csv", "--search", "BOUGHT").out
    assert [row["name"] for row in csv.DictReader(io.StringIO(found))] == ["bought_followers", "bought_likes", "purge"]
    say("levers", "--search", "xyzzy").refused("lever act", "'xyzzy'")


def test_presets_are_listed(say: Any) -> None:
    said = say("presets")
    assert said.code == 0, said
    assert [line.split()[0] for line in said.out.splitlines() if not line.startswith(" ")] == list(PRESETS)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_printed_reads_back(say: Any, name: str) -> None:
    assert Parameters(**tomllib.loads(say("presets", name).out)) == preset(name)


def test_an_unknown_preset(say: Any) -> None:
    say("presets", "tiktk").refused("'tiktk'", "tiktok")

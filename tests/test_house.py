"""What is built once stays built once, and the house stays as large as it needs to be."""

from __future__ import annotations

import ast

import pytest

from benchmarks import house

ONCE = {
    "process pools": ["simulation/study/run/pool.py"],
    "picklers": ["simulation/study/run/shared.py"],
    "machines for an expected result": ["simulation/analysis/expectation.py:Expectation"],
    "experiment frameworks": ["simulation/experiment/declare.py:Experiment"],
    "lists of the numbers of a run": ["simulation/analysis/headline.py"],
}


@pytest.mark.parametrize("what", ONCE)
def test_it_is_built_once(what: str) -> None:
    places = house.ROWS[what].count
    assert not isinstance(places, str) and places() == ONCE[what]


def test_patterns_find_what_they_are_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source with one of each, under whatever name it goes."""
    source = (
        "import os, cloudpickle\n"
        "class Order:\n    seed: int\n    days: int\n    values: dict\n    preset: str\n"
        "class Wanted:\n    low: float\n    high: float\n    says: str\n"
        "class Sack(cloudpickle.Pickler): pass\n"
        "def nicely(x: float) -> str:\n    return f'{x:.3g}'\n"
        "def put(a, b):\n    os.replace(a, b)\n    mp.get_context('spawn').Process()\n"
        "HEADS = ['views', 'follower_gini', 'likes_per_view', 'user_mood']\n"
        "RULE = '| --- |'\nmet = Encounter(*values)\n"
    )
    monkeypatch.setattr(house, "trees", lambda *folders: (("simulation/a.py", ast.parse(source)),))
    for what in (
        "descriptions of a world to run",
        "machines for an expected result",
        "atomic writers",
        "process pools",
        "picklers",
        "number formatters",
        "table writers, Markdown or aligned text",
        "lists of the numbers of a run",
        "places that build an Encounter, field by field",
    ):
        places = house.ROWS[what].count
        assert not isinstance(places, str) and len(places()) == 1, what


def test_code_lines_are_those_with_code() -> None:
    source = (
        '"""Words."""\n\n# why\ndef f(x):\n    """Words,\n    more."""\n    return (\n        x  # and so on\n    )\n'
    )
    assert house.code_lines(source) == 4
    assert house.code_lines("x = '''a\n\nb'''\n") == 3
    assert house.code_lines('WIDE = 3\n"""How wide,\nin metres."""\n') == 1


def test_the_report_has_every_row() -> None:
    text = house.report()
    assert all(name in text for name in house.ROWS)
    assert f"{sum(house.lines_by_folder(*house.COUNTED).values()):,}" in text

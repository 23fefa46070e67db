"""What is built once stays built once, and the house stays as large as it needs to be."""

from __future__ import annotations

import pytest

from benchmarks import house

ONCE = {
    "atomic writers (files that replace others)": ["simulation/files.py"],
    "process pools (files that start workers)": ["simulation/study/run/pool.py"],
    "makers of an encounter": ["simulation/factors/meeting.py"],
    "writers of Markdown tables": ["simulation/analysis/wording.py"],
    "experiment frameworks": ["simulation/experiment/declare.py"],
}


@pytest.mark.parametrize("what", ONCE)
def test_it_is_built_once(what: str) -> None:
    assert house.ROWS[what]() == ONCE[what]


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

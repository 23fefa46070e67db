"""What a plug-in costs is measured between models of one population, round by round. Nothing here is timed."""

from typing import Any

import pytest

from benchmarks.plugins import BUILT_IN, rows_of, seconds_by_case


def test_costs_are_multiples_of_the_built_in_rules_paired_by_round() -> None:
    rows = rows_of({BUILT_IN: [1.0, 2.0, 4.0], "dear": [1.4, 3.0, 5.2], "cheap": [1.0, 2.2, 4.0]})
    assert rows == [
        [BUILT_IN, "1.00", "1.00", "1.00", ""],
        ["dear", "1.40", "1.30", "1.50", "missed"],
        ["cheap", "1.00", "1.00", "1.10", "met"],
    ]


def test_every_case_has_its_turn_in_each_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.plugins.BLOCK_USER_DAYS", 600)
    cases: dict[str, dict[str, Any]] = {BUILT_IN: {}, "another seed of luck": {"luck": 5}}
    found = seconds_by_case(200, 2, cases)
    assert list(found) == list(cases)
    assert all(len(seconds) == 2 and min(seconds) > 0.0 for seconds in found.values())

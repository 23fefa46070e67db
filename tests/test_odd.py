"""The model's description says what the code does: it is written from it, and leaves nothing out."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from simulation.compiling import rule
from simulation.creators import mood
from simulation.creators.strategies import Strategy, week
from simulation.errors import OddError
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.odd import code, document, wording
from simulation.parameters import KNOWN
from simulation.randomness import Stream
from simulation.schedule import SCHEDULE
from simulation.state import Creators, Minds, Trends, Users
from tests.told import raises

PAGE = Path(__file__).parents[1] / "docs" / "odd.md"
COMMAND = "follower-dynamics odd --out docs/odd.md --overwrite"
WHOLE = document.TEMPLATE.read_text(encoding="utf-8")
FIXED = dict(re.findall(r"fields\(\"simulation\.state\.(\w+)\",\n   fixed=\"(.*?)\"", WHOLE))


@pytest.fixture(scope="module")
def page() -> str:
    return document.render(WHOLE, links="../")


def rows(page: str, head: str) -> Iterator[list[str]]:
    """Cells of the rows of all tables whose first heading matches."""
    for found in re.finditer(rf"^\| {head} \|.*\n\| ---.*\n((?:\|.*\n)+)", page, re.MULTILINE):
        for line in found[1].splitlines():
            yield [cell.replace(r"\|", "|") for cell in re.split(r"(?<!\\) \| ", line.strip("| "))]


def test_the_page_is_what_the_code_says(page: str) -> None:
    assert PAGE.read_text(encoding="utf-8") == page, f"docs/odd.md is out of date: run `{COMMAND}`"


def test_every_parameter_stands_in_it_once_with_its_default_unit_and_kind(page: str) -> None:
    sections = re.findall(r"^\| `([\w.]+)\.` \| default", page, re.MULTILINE)
    found = {
        f"{section}.{cells[0].strip('`')}": cells[1:]
        for section in sections
        for cells in rows(page, rf"`{re.escape(section)}\.`")
    }
    assert len(sections) == len(set(sections))
    assert list(found) and set(found) == set(KNOWN)
    for name, (default, unit, bounds, kind, meaning) in found.items():
        declared = KNOWN[name]
        assert (unit, kind) == (declared.unit, declared.kind), name
        if isinstance(declared.default, float):
            assert float(default) == declared.default, name
        if declared.low is not None and declared.high is not None:
            assert [float(bound.replace(",", "")) for bound in bounds.split(" to ")] == [declared.low, declared.high]
        assert meaning.endswith(("*Assumption.*", ".*")) and "  " not in meaning, name


def test_every_rule_stands_in_it_once(page: str) -> None:
    found = [
        f"{path.replace('/', '.')}.{name}"
        for name, path in re.findall(r"^- \[`(\w+)\(.*?\)`\]\(\.\./(\S+)\.py\): \S", page, re.MULTILINE)
    ]
    assert len(found) == len(set(found))
    rules = code.public_rules()
    assert len(rules) > 50
    assert set(rules) <= set(found)


def test_every_link_leads_somewhere(page: str) -> None:
    titles = re.findall(r"^#+ (.+)$", page, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
    within = re.findall(r"\]\(#([^)]*)\)", page)
    assert len(within) == sum(line.startswith(("## ", "### ")) for line in page.splitlines())
    assert set(within) <= anchors
    for path in set(re.findall(r"\]\((\.\./[^)]*)\)", page)):
        assert (PAGE.parent / path).is_file(), path


def test_every_row_of_a_table_has_as_many_cells_as_its_head(page: str) -> None:
    lines = page.splitlines()
    for above, line in pairwise(lines):
        if above.startswith("|") and line.startswith("|"):
            assert len(re.findall(r"(?<!\\)\|", above)) == len(re.findall(r"(?<!\\)\|", line)), line


def test_the_seven_elements_and_the_eleven_concepts_stand_in_order(page: str) -> None:
    chapters = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert chapters == [
        "1. Purpose and patterns",
        "2. Entities, state variables, and scales",
        "3. Process overview and scheduling",
        "4. Design concepts",
        "5. Initialization",
        "6. Input data",
        "7. Submodels",
        "References",
    ]
    concepts = page.partition("\n## 4.")[2].partition("\n## 5.")[0]
    assert re.findall(r"^### (.+)$", concepts, re.MULTILINE) == [
        "Basic principles",
        "Emergence",
        "Adaptation",
        "Objectives",
        "Learning",
        "Prediction",
        "Sensing",
        "Interaction",
        "Stochasticity",
        "Collectives",
        "Observation",
    ]


def test_the_schedule_is_the_one_that_is_run(page: str) -> None:
    assert re.findall(r"^\d+\. \*\*(\w+)\*\*: ", page, re.MULTILINE) == [name for name, _ in SCHEDULE]


def test_every_stream_stands_in_it_with_its_number(page: str) -> None:
    found = [
        (name.strip("`"), int(number))
        for numbers, names, _ in rows(page, "number")
        for number, name in zip(numbers.split(", "), names.split(", "), strict=True)
    ]
    assert found == [(stream.name, stream.value) for stream in Stream]


@pytest.mark.parametrize("kind", [Users, Creators, Minds, Trends])
def test_every_state_variable_is_said_to_be_something(kind: type, page: str) -> None:
    described = {cells[0].strip("`"): cells[-1] for cells in rows(page, "variable")}
    for name in kind._fields:  # type: ignore[attr-defined]
        assert described[name], name


def test_what_is_called_fixed_is_fixed_and_the_rest_changes() -> None:
    craft = Strategy("craft", lambda me, p: week(pace=0.5, polish=0.2))
    model = FollowerModel(
        {
            "population.users": 150,
            "population.creators": 80,
            "population.topics": 2,
            "population.departure_rate": 0.01,
            "leaving.unfollow_rule": "reasons",
            "posting.career_sd": 0.1,
            "feed.reputation": 0.5,
            "feed.mix.staged": 0.3,
            "decision.share_probability": 0.5,
            "minds.burnout.strain": 0.5,
            "minds.burnout.breaking_point": 0.3,
        },
        seed=1,
        plugins=[craft],
        interventions=[
            Intervention(5, "bought_followers", 30, (0,)),
            Intervention(6, "bought_likes", 30, (0,)),
            Intervention(7, "purge", 0.5),
            Intervention(8, "keep_strategy", "engage", (5,)),
            Intervention(8, "keep_strategy", "craft", (6,)),
            *(Intervention(day, "sponsored_post", 0.8, (0, 1, 2, 3)) for day in range(5, 40)),
        ],
    )
    groups = {"Users": model.state.users, "Creators": model.state.creators, "Minds": model.state.minds}
    first = {name: [array.copy() for array in group] for name, group in groups.items()}
    changed: dict[str, set[str]] = {name: set() for name in groups}
    for _ in range(60):
        model.step()
        for name, group in groups.items():
            for field, before, now in zip(group._fields, first[name], group, strict=True):
                if not np.array_equal(before, now):
                    changed[name].add(field)
    assert {name: set(group._fields) - changed[name] for name, group in groups.items()} == {
        name: {field.strip() for field in fixed.split(",")} for name, fixed in FIXED.items()
    }


@pytest.mark.parametrize(
    ("placeholder", "facts"),
    [
        ("{{ parametres('minds.mood') }}", "'parametres' parameters"),
        ("{{ parameters('minds.moods') }}", "'minds.moods' minds.mood"),
        ("{{ rule('simulation.creators.mood.feld') }}", "'simulation.creators.mood.feld' mean"),
        ("{{ rule('nowhere') }}", "no 'nowhere'"),
        ("{{ rule() }}", "missing 1 argument"),
        ("{{ streams('today') }}", "0 arguments"),
        ("{{ default('feed.popularity') }}", "parameter 'feed.popularity'"),
        ("{{ fields('simulation.state.Trends', fixed='heet') }}", "'heet' heat"),
        ("{{ fields('simulation.state.Peers') }}", "Peers.start comment"),
        ("{{ 'a' | markdwon }}", "named 'markdwon'"),
    ],
)
def test_a_placeholder_that_asks_for_what_there_is_not_is_refused(placeholder: str, facts: str) -> None:
    with raises(OddError, facts):
        document.render(f"{WHOLE}\n{placeholder}\n")


def test_the_line_of_a_wrong_placeholder_is_named() -> None:
    with raises(OddError, "template.md line 3 'x'"):
        document.render("a\n\n{{ x }}\n")


def test_half_a_placeholder_is_refused() -> None:
    with raises(OddError, f"template.md line {WHOLE.count(chr(10)) + 2}"):
        document.render(f"{WHOLE}\n{{{{ streams()\n")


@pytest.mark.parametrize(
    ("placeholder", "what"),
    [
        ('{{ parameters("minds.mood") }}', "parameters minds.mood"),
        ('{{ rule("simulation.creators.mood.mood_after") }}', "rule simulation.creators.mood.mood_after"),
    ],
)
def test_what_is_left_out_and_what_stands_twice_is_refused(placeholder: str, what: str) -> None:
    assert placeholder in WHOLE
    with raises(OddError, "no", what):
        document.render(WHOLE.replace(placeholder, ""))
    with raises(OddError, what, "once"):
        document.render(f"{WHOLE}\n{placeholder}\n")


def test_a_rule_nobody_has_described_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    @rule
    def brand_new(x: float) -> float:
        """Something."""
        return x

    brand_new.__module__ = mood.__name__
    monkeypatch.setattr(mood, "brand_new", brand_new, raising=False)
    with raises(OddError, "simulation.creators.mood.brand_new"):
        document.render(WHOLE)


def test_two_headings_alike_are_refused() -> None:
    with raises(OddError, "headings"):
        document.render(f"{WHOLE}\n### Trends\n")


def test_docstrings_show_every_character() -> None:
    assert wording.markdown("a *b* c * d _e_ x_i <br> y <- z ``q*r``") == r"a \*b\* c * d \_e\_ x_i \<br> y <- z `q*r`"
    assert (
        wording.markdown("logistic of :func:`~simulation.users.decisions.like_tendency`")
        == "logistic of `like_tendency`"
    )

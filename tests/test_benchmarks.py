"""The yardstick does the same work as the engines, and the benchmark's arithmetic is right. Nothing here is timed."""

import json
import math
import os
import statistics
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import ttest_ind

from benchmarks import __main__ as command
from benchmarks.competitors import FIRST, Counts, Entry, enter
from benchmarks.figure import cost_against_size
from benchmarks.first_result import first_result
from benchmarks.measure import Plan
from benchmarks.minds import summed_up
from benchmarks.report import tables
from benchmarks.student.creators import Creator, Post
from benchmarks.student.model import StudentModel
from benchmarks.student.platform import relevance
from benchmarks.summary import ratios, row, spread, verdicts
from benchmarks.worker import Worker
from simulation.factors.taste import OF_COMMUNITIES, TasteParameters, pair_taste
from simulation.model import FollowerModel
from simulation.state import append_follow
from tests.told import raises, tells

SEEDS = (1, 2, 3)
STAYING = {"population.departure_rate": 0.0, "population.renewal": False}
"""Nobody leaves the platform: a few people who take all their follows with them would drown the rest."""
LUCKS = 3
DAYS = 20
OF_USERS = {
    name: name
    for name in ("interests", "identity", "activity", "escapism", "conformity", "attention", "eagerness", "segment")
} | {"taste": "emotions", "fomo": "fomo"}
"""Arrays of the engine, each with the attribute of the student's that is the same."""
OF_CREATORS = (
    "topics", "identity", "expression", "intensity", "talent", "career", "authenticity", "regularity", "posting_rate",
    "phase", "segment", "known_for",
)  # fmt: skip


def student_world(seed: int, follows: float, **values: object) -> StudentModel:
    """1,000 users, all of whom may create."""
    entry = Entry("student", 1_000, initial_follows=follows, seed=seed)
    return StudentModel(entry.parameters().with_values(values), entry.social_graph().to_networkx(), seed)


def engine_world(seed: int, follows: float, **options: Any) -> FollowerModel:
    entry = Entry("compiled", 1_000, initial_follows=follows, seed=seed)
    return FollowerModel(entry.parameters(), seed=seed, social_graph=entry.social_graph(), threads=1, **options)


def with_the_same_people(student: StudentModel, seed: int, luck: int) -> FollowerModel:
    """The compiled engine on the student's graph, users, creators and first follows."""
    agents = list(student.people.values())
    entry = Entry("compiled", 1_000, seed=seed)
    model = FollowerModel(student.parameters, seed=seed, luck=luck, social_graph=entry.social_graph(), threads=1)
    users, creators, follows = model.state.users, model.state.creators, model.state.follows
    posts = model.state.posts
    follows.rows.length[:], creators.followers[:] = 0, 0
    users.factor_weights[:] = [agent.weights for agent in agents]
    for name, theirs in OF_USERS.items():
        getattr(users, name)[:] = [getattr(agent, theirs) for agent in agents]
    users.usual_interests[:], users.fomo_trait[:] = users.interests, users.fomo
    for name in OF_CREATORS:
        getattr(creators, name)[:] = [getattr(agent, name) for agent in agents]
    creators.rate[:], creators.consistency[:] = creators.posting_rate, creators.regularity
    posts.topics[:] = np.repeat(creators.topics, posts.day.size // len(agents), axis=0)
    number = {agent: place for place, agent in enumerate(agents)}
    follows.reserve_many(np.arange(len(agents)), np.array([len(agent.follows) for agent in agents]))
    for user, agent in enumerate(agents):
        for creator, follow in agent.follows.items():
            append_follow(follows.rows, user, number[creator], follow.since, follow.satisfaction)
            creators.followers[number[creator]] += 1
    creators.momentum[:] = creators.followers
    return model


def rates(views: int, likes: int, follows: int, unfollows: int) -> dict[str, float]:
    user_days = 1_000 * DAYS
    return {
        "exposures per user-day": views / user_days,
        "likes per exposure": likes / views,
        "follows per user-day": follows / user_days,
        "unfollows per user-day": unfollows / user_days,
    }


def lived_by_the_engine(model: FollowerModel) -> dict[str, float]:
    model.run_for(DAYS)
    c = model.state.creators
    return rates(*(int(x.sum()) for x in (c.total_views, c.total_likes, c.total_gained, c.total_lost)))


def lived_by_the_student(model: StudentModel) -> dict[str, float]:
    for _ in range(DAYS):
        model.step()
    return rates(*(sum(model.datacollector.model_vars[name]) for name in ("views", "likes", "follows", "unfollows")))


@pytest.mark.parametrize("follows", [0.0, 20.0])
def test_student_model_has_the_rates_of_the_compiled_engine(follows: float) -> None:
    """With the same people in both, a right student's model has the rates of the engine, in the mean of a few worlds.

    Posts that catch on by chance make likes differ from world to world: standard deviations of the logarithms of the
    four ratios, of one world each on other seeds, are about .005, .3, .17 and .1.
    """
    tolerance = {
        "exposures per user-day": 0.02,
        "likes per exposure": 0.60,
        "follows per user-day": 0.30,
        "unfollows per user-day": 0.30,
    }
    ours, theirs = [], []
    for seed in SEEDS:
        student = student_world(seed, follows, **STAYING)
        ours += [lived_by_the_engine(with_the_same_people(student, seed, luck)) for luck in range(LUCKS)]
        theirs.append(lived_by_the_student(student))
    for name, allowed in tolerance.items():
        a, b = statistics.fmean(r[name] for r in ours), statistics.fmean(r[name] for r in theirs)
        assert b == pytest.approx(a, rel=allowed), name


def sizes(segments: Any) -> list[float]:
    """The shares of the users in each segment, the largest first."""
    return sorted((np.bincount(segments, minlength=12) / len(segments)).tolist(), reverse=True)


def tastes(users: Any, creators: Any) -> list[float]:
    """What everybody makes of the last creator, in the engine."""
    last, p = int(creators.key[-1]), TasteParameters()
    found = []
    for key, community in zip(users.key[:-1].tolist(), users.community[:-1].tolist(), strict=True):
        own, common = pair_taste(key, last), pair_taste(community + OF_COMMUNITIES, last)
        found.append(0.5 + math.sqrt(1 - p.shared) * (own - 0.5) + math.sqrt(p.shared) * (common - 0.5))
    return found


def test_student_model_draws_people_from_the_laws_of_the_engine() -> None:
    """Means and spreads over 10 worlds each; of right laws one of them differs with probability .001 (Bonferroni)."""
    moments: dict[str, tuple[list[float], list[float]]] = {}
    for seed in range(10):
        agents: list[Any] = list(student_world(seed, 20.0).agents)
        state = engine_world(seed, 20.0).state
        people: dict[str, tuple[Any, Any]] = {
            "weights": ([agent.weights for agent in agents], state.users.factor_weights),
            "follows": ([len(agent.follows) for agent in agents], state.follows.rows.length),
            "followers": ([agent.followers for agent in agents], state.creators.followers),
            "segments": (sizes([agent.segment for agent in agents]), sizes(state.users.segment)),
            "tastes": ([agent.taste(agents[-1]) for agent in agents[:-1]], tastes(state.users, state.creators)),
        }
        for name, theirs in (OF_USERS | {name: name for name in OF_CREATORS}).items():
            if name != "segment":  # numbers of no order
                group = state.users if name in OF_USERS else state.creators
                people[name] = [getattr(agent, theirs) for agent in agents], getattr(group, name)
        for name, pair in people.items():
            theirs, ours = (np.reshape(values, (len(values), -1)).astype(float) for values in pair)
            for column in range(theirs.shape[1]):
                for what, of in (("mean", np.mean), ("spread", np.std)):
                    a, b = moments.setdefault(f"{what} of {name} [{column}]", ([], []))
                    a.append(float(of(theirs[:, column])))
                    b.append(float(of(ours[:, column])))
    for name, (a, b) in moments.items():
        assert ttest_ind(a, b, equal_var=False).pvalue > 0.001 / len(moments), name


@pytest.fixture(scope="module")
def student() -> StudentModel:
    """A student's model after 40 days, in which people come and go, follow many and leave for small reasons."""
    entry = Entry("student", 300, initial_follows=8.0)
    values = {
        "population.departure_rate": 0.005,
        "leaving.tidy_probability": 0.2,
        "leaving.reasons.base": 0.02,
        "session.patience": 15,
    }
    model = StudentModel(entry.parameters().with_values(values), entry.social_graph().to_networkx(), 3)
    model.initial = {creator.unique_id: creator.followers for creator in model.creators()}
    for _ in range(40):
        model.step()
    return model


def test_student_ledger_balances(student: StudentModel) -> None:
    changes: Counter[int] = Counter()
    for event in student.events:
        changes[event.creator] += 1 if event.kind == "follow" else -1
    held = Counter(creator for user in student.agents for creator in user.follows)
    for creator in student.creators():
        assert creator.followers == held[creator]
        assert creator.followers == student.initial.get(creator.unique_id, 0) + changes[creator.unique_id]
    assert set(held) <= set(student.creators()), "nobody follows whoever has left"


def test_student_events_are_of_every_kind(student: StudentModel) -> None:
    kinds = Counter((event.kind, event.cause) for event in student.events)
    left = ("absence", "overload", "departure", "alternatives", "whim")
    assert all(kinds["unfollow", cause] > 0 for cause in left), kinds
    assert kinds["follow", "acquaintance"] > 0 and kinds["follow", "taste"] > 0
    assert {event.source for event in student.events} >= {"following", "friends", "popular", "interest", None}
    assert all(0 < event.probability <= 1 and 0 <= event.appeal <= 1 for event in student.events)


def test_nobody_follows_themselves_and_some_bear_grudges(student: StudentModel) -> None:
    assert all(user not in user.follows for user in student.agents)
    assert any(user.left for user in student.agents)


def test_places_are_taken_anew_and_peers_know_who_is_there(student: StudentModel) -> None:
    assert len(student.agents) == 300 and sum(user.joined >= 0 for user in student.agents) > 20
    for node, user in student.people.items():
        assert user.peers == [student.people[neighbour] for neighbour in student.social_graph[node]]


def test_student_posts_live_for_some_days_and_count(student: StudentModel) -> None:
    lives = student.parameters.posting.post_life
    assert all(0 < student.day - post.day <= lives for post in student.everything)
    assert any(post.shares and post.likes and post.views > post.likes for post in student.everything)


def test_student_finds_the_very_post_that_a_friend_shared(student: StudentModel) -> None:
    friend, creator = next((user, c) for c in student.creators() if len(c.posts) > 1 for user in c.peers)
    friend.shared.clear()
    friend.shared.append((creator.posts[1], student.day - 1))
    assert friend.recommend() is creator.posts[1]
    friend.shared[0] = Post(creator, 0, 0.5, creator.topics), student.day - 1
    assert friend.recommend() is creator.posts[0], "the post that was shared lives no more"


def test_student_takes_a_post_for_what_its_creator_is_known_for(student: StudentModel) -> None:
    creator, feed = student.creators()[0], student.parameters.feed
    about = relevance(Post(creator, 0, 0.5, [0.0] * len(creator.topics)), feed)
    assert about == pytest.approx([feed.reputation * x for x in creator.known_for])


def test_student_takes_creators_for_as_consistent_as_before_on_a_quiet_day(student: StudentModel) -> None:
    creator = next(creator for creator in student.creators() if creator.joined < student.day)
    consistency = creator.consistency
    creator.due = creator.posted = False
    creator.take_in()
    assert creator.consistency == consistency
    creator.due = True
    creator.take_in()
    assert creator.consistency < consistency


def test_student_interests_stay_of_unit_length(student: StudentModel) -> None:
    assert all(math.hypot(*user.interests) == pytest.approx(1.0) for user in student.agents)


def test_student_collects_every_creators_day(student: StudentModel) -> None:
    table = student.datacollector.get_agenttype_vars_dataframe(Creator)
    assert len(table) == 40 * 300
    totals = student.datacollector.get_model_vars_dataframe()
    assert table["gained"].sum() == totals["follows"].sum()
    assert table["views"].sum() == totals["views"].sum()


def test_replicas_add_up() -> None:
    entry = Entry("student", 200, replicas=2)
    run = enter(entry)
    run.advance(3)
    views = 0
    for seed in (entry.seed, entry.seed + 1):
        model = StudentModel(entry.parameters(), entry.social_graph().to_networkx(), seed)
        for _ in range(3):
            model.step()
        views += sum(model.datacollector.model_vars["views"])
    assert run.counts().exposures == views


def test_worker_answers_and_dies_with_a_sentence() -> None:
    entry = Entry("student", 200)
    worker = Worker(entry, os.environ)
    try:
        here = enter(entry)
        here.advance(2)
        answer = worker.advance(2)
        assert Counts(**{name: answer[name] for name in Counts._fields}) == here.counts()
        assert answer["seconds"] > 0
        assert answer["peak_bytes"] is None or answer["peak_bytes"] > worker.setup["imported_bytes"] / 2
    finally:
        worker.close()
    with raises(RuntimeError, "student's 2 users code 1"):
        Worker(Entry("student", 2), os.environ)  # two users cannot have ten peers each


def test_first_result_that_fails_is_said() -> None:
    with raises(RuntimeError, "guessed engine"):
        first_result("guessed", 200, 1, os.environ)


def test_first_result_counts_the_whole_process() -> None:
    taken = first_result("mesa", 100, 1, os.environ)
    assert taken["total_s"] > taken["import_s"] > 0


def blocks(entry: Entry, seconds: list[float]) -> list[dict[str, Any]]:
    """What a worker would have answered."""
    counts = {"exposures": 60, "likes": 6, "follows": 2, "unfollows": 1}
    memory = {"state_bytes": None if entry.competitor == "student" else 500 * entry.users, "peak_bytes": 4_000_000}
    return [{"seconds": s, "cpu_seconds": s, **memory, **counts} for s in seconds]


def made_row(entry: Entry, seconds: list[float]) -> dict[str, Any]:
    return row(entry, {"setup_s": 0.1, "imported_bytes": 3_000_000}, blocks(entry, seconds))


def made_result() -> dict[str, Any]:
    runs = [
        made_row(Entry("compiled", 10_000, threads=2), [0.01, 0.02, 0.01]),
        made_row(Entry("student", 10_000), [0.4, 0.4, 0.2]),
        made_row(Entry("compiled", 1_000_000, threads=2), [2.0, 4.0, 2.0]),
        made_row(Entry("compiled", 100_000), [0.2, 0.2, 0.3]),
        made_row(Entry("compiled", 100_000, world=FIRST), [0.1, 0.2, 0.2]),
    ]
    first = spread([4.0, 5.0])
    blocks = {"off": [{"seconds": 0.5, "views": 1000}], "on": [{"seconds": 0.6, "views": 960}]}
    return {
        "machine": {"processor": "p", "cores": 2, "memory_gb": 8.0, "python": "3.11"},
        "runs": runs,
        "memory": {
            "users": 1_000_000,
            "mean_follows": 100.0,
            "peak_bytes": 3_000_000_000,
            "state_bytes": 2_000_000_000,
        },
        "start": {
            "users": 1_000,
            "days": 100,
            "compile_s": 10.0,
            "first_result_s": first,
            "import_s": first,
            "mesa_days": 1,
            "mesa_first_result_s": 3.0,
        },
        "minds": [summed_up(10_000, 1_600, 1, blocks)],
        **ratios(runs),
    }


def test_row_counts_users_replicas_and_days() -> None:
    made = made_row(Entry("compiled", 1_000, replicas=10), [0.5, 0.25, 0.5])
    assert made["user_days_per_s"]["values"] == [100_000, 200_000, 100_000]
    assert made["us_per_user_day"]["median"] == pytest.approx(10.0)
    assert made["decisions_per_s"]["median"] == 120
    assert made["state_bytes_per_user"] == 50
    assert made["resident_bytes_per_user"] == 100
    assert made["follows_per_user_day"] == pytest.approx(6 / (10_000 * 15))
    assert (made["first_day"], made["last_day"]) == (5, 19)


def test_ratios_are_paired_by_round_and_name_the_stand_in() -> None:
    result = made_result()
    same, stand_in, _ = result["speed_up"]
    # The student's block is one day, the engine's five: 40, 40, 20 us against .2, .4, .2 us a user-day.
    assert same["times"]["values"] == pytest.approx([200, 100, 100])
    assert (stand_in["users"], stand_in["student_users"]) == (1_000_000, 10_000)
    [growth] = result["growth"]
    assert growth["times"]["median"] == pytest.approx(2.0)
    [living] = result["living"]
    assert living["users"] == 100_000
    assert living["times"]["values"] == pytest.approx([2.0, 1.0, 1.5])
    assert living["times_bytes"] == 1.0


def test_verdicts_compare_with_targets() -> None:
    result = made_result()
    met = {verdict["name"]: verdict["met"] for verdict in verdicts(result)}
    assert len(met) == 7
    assert all(met.values())
    result["minds"][0]["times"] = spread([1.6])
    result["memory"]["peak_bytes"] = 5e9
    result["start"]["first_result_s"] = spread([7.0])
    result["living"][0]["times_bytes"] = 1.6
    assert sum(verdict["met"] for verdict in verdicts(result)) == 3


def test_entries_respect_the_limits() -> None:
    plan = Plan(sizes=(1_000, 10_000, 100_000), student_up_to=10_000, mesa_up_to=1_000, threads=2)
    entries = plan.entries()
    assert {e.users for e in entries if e.competitor == "student"} == {1_000, 10_000}
    assert {e.users for e in entries if e.competitor == "mesa"} == {1_000}
    assert {(e.users, e.threads) for e in entries if e.competitor == "compiled"} == {
        (users, threads) for users in (1_000, 10_000, 100_000) for threads in (1, 2)
    }
    assert Entry("compiled", 1_000_000).creators == 1_000_000
    assert Entry("compiled", 1_000_000, world=FIRST).creators == 10_000
    assert Entry("compiled", 1_000, world=FIRST).creators == 100


def test_command_writes_json_and_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    result = made_result()
    result["targets"] = verdicts(result)
    monkeypatch.setattr("benchmarks.measure.measure", lambda plan, report: report("one part") or result)
    assert command.main(["--quick", "--out", str(tmp_path / "new")]) == 0
    written = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert written == ["benchmark.json", "benchmark.pdf", "benchmark.png"]
    assert json.loads((tmp_path / "new" / "benchmark.json").read_text()) == result
    printed = capsys.readouterr().out
    assert tables(result) in printed
    assert "100 times" in printed


def test_figure_labels_every_line() -> None:
    [axes] = cost_against_size(made_result()).axes
    texts = [text.get_text() for text in axes.texts]
    assert set(texts) == {
        "compiled, 2 threads",
        "compiled, 1 thread",
        "compiled, 1 thread, first edition",
        "student's Mesa model",
        "100\N{MULTIPLICATION SIGN}",
    }


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        (["--sizes", "10,many"], "list whole numbers"),
        (["--sizes", "20,1000"], "smallest 100"),
        (["--threads", "0"], "whole number 1"),
        (["--initial-follows", "nan"], "number 0"),
    ],
)
def test_bad_arguments_are_refused(arguments: list[str], facts: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        command.main(arguments)
    assert stop.value.code == 2
    assert tells(capsys.readouterr().err, facts)


def test_unwritable_output_is_refused_before_measuring(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(SystemExit) as stop:
        command.main(["--quick", "--out", str(tmp_path / "file" / "folder")])
    assert stop.value.code == 2
    assert tells(capsys.readouterr().err, "written")

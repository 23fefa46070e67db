"""A run of the model, read from every table: they all tell the same story."""

from __future__ import annotations

import numpy as np
import pytest

from simulation.analysis.churn import tie_days, tie_spells, unfollow_hazard
from simulation.model import FollowerModel
from simulation.records import Result
from simulation.vectors import mean
from tests.worlds import ENGINES, SMALL

DAYS = 20
PLAN = (
    {"day": 4, "lever": "bought_followers", "value": 40, "creators": [2, 5]},
    {"day": 9, "lever": "purge", "value": 0.5},
    {"day": 11, "lever": "bought_followers", "value": 3, "creators": [5]},
)
"""Interventions by which followers come and go who are nobody."""


@pytest.fixture(scope="module", params=ENGINES)
def lived(request: pytest.FixtureRequest) -> Result:
    values = {**SMALL, "population.departure_rate": 0.01, "minds.strategy.temperature": 5.0}
    model = FollowerModel(values, seed=4, threads=1, engine=request.param, interventions=PLAN)
    model.run_for(DAYS)
    return model.result()


def test_everything_that_can_happen_happened(lived: Result) -> None:
    causes = lived.causes()
    for cause, word in (("reciprocity", "gained"), ("departure", "lost"), ("bought", "gained"), ("purge", "lost")):
        assert causes.loc[cause, word] > 0
    assert lived.creator_days["strategy"].nunique() == 5
    assert lived.creator_days["topic"].nunique() > 1


def test_creators_account_for_every_event_and_for_those_that_are_none(lived: Result) -> None:
    events, rows = lived.events, lived.creator_days.set_index(["day", "creator"])
    for kind, word, nobody in (("follow", "gained", "bought"), ("unfollow", "lost", "purge")):
        counted = events[events["kind"] == kind].groupby(["day", "creator"]).size().reindex(rows.index, fill_value=0)
        assert (rows[word] - rows[f"{word}_{nobody}"] == counted).all()
        split = rows[[f"{word}_{cause}" for cause in lived.cause_names]].sum(axis=1)
        assert (split == rows[word]).all()
    assert not set(events["cause"]) & {"bought", "purge"}
    change = rows["followers"].unstack().diff().iloc[1:]
    assert (change == (rows["gained"] - rows["lost"]).unstack().iloc[1:]).all(axis=None)


def test_days_sum_up_creators_topics_and_events(lived: Result) -> None:
    daily, rows = lived.daily, lived.creator_days.groupby("day").sum(numeric_only=True)
    topics = lived.topic_days.groupby("day").sum()
    for name, found in (
        ("follows", rows["gained"] - rows["gained_bought"]),
        ("unfollows", rows["lost"] - rows["lost_purge"]),
        ("unfollows_by_departure", rows["lost_departure"]),
        ("follow_edges", rows["followers"] - rows["bought"]),
        ("bought", rows["gained_bought"]),
        ("purged", rows["lost_purge"]),
        ("posts", rows["posted"]),
        ("follows", topics["gained"]),
        ("unfollows", topics["lost"]),
        ("follow_edges", topics["followers"]),
        ("posts", topics["posts"]),
    ):
        assert daily[name].tolist() == found.tolist(), name
    assert daily["departures"].sum() == (lived.users["left"] >= 0).sum()
    assert daily["users"].iloc[-1] == (lived.users["left"] < 0).sum()


def test_follower_counts_are_the_follow_graphs_and_bought_followers(lived: Result) -> None:
    rows = lived.creator_days
    for day in range(DAYS):
        today = rows[rows["day"] == day]
        held = np.bincount(lived.follows_at(day)["creator"], minlength=len(today))
        assert (today["followers"] - today["bought"]).tolist() == held.tolist()
    final = lived.creators
    assert (final["followers"] - final["bought"]).tolist() == held.tolist()
    assert final["followers"].tolist() == (final["gained"] - final["lost"]).tolist()
    assert not set(lived.follows["user"]) & set(lived.users.loc[lived.users["left"] >= 0, "user"])


def test_the_last_day_is_the_state_at_the_end(lived: Result) -> None:
    last, final = lived.creator_days.tail(len(lived.creators)).reset_index(), lived.creators
    for name in ("followers", "bought"):
        assert last[name].tolist() == final[name].tolist()
    for name in ("mood", "obsession", "burnout", "authenticity"):
        assert last[name].tolist() == final[name].astype(np.float32).tolist()
    assert last["strategy"].astype(str).tolist() == final["strategy"].tolist()
    assert last["away"].tolist() == (final["status"] != "active").tolist()
    assert lived.daily["quit"].iloc[-1] == (final["status"] == "quit").sum()
    here = lived.users["left"] < 0
    for name in ("mood", "fomo", "use"):
        assert lived.daily[name].iloc[-1] == mean(lived.users.loc[here, name])


def test_spells_of_following_have_the_days_exposure_and_hazard(lived: Result) -> None:
    spells = tie_spells(lived.events, lived.follows, lived.days)
    assert spells.duration.sum() == tie_days(lived.daily)
    assert spells.unfollowed.sum() / spells.duration.sum() == pytest.approx(unfollow_hazard(lived.daily))
    assert lived.summary()["unfollows_per_tie_day"] == pytest.approx(unfollow_hazard(lived.daily))


def test_every_kind_of_tie_can_be_told(lived: Result) -> None:
    for cause, words in (("reciprocity", "followed back"), ("departure", "left the platform")):
        event = lived.events[lived.events["cause"] == cause].iloc[0]
        assert words in lived.explain(int(event["user"]), int(event["creator"]))

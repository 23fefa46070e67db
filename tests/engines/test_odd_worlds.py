"""One history also where hardly anything is there, and on the days on which the rarest things happen."""

from collections.abc import Callable
from typing import Any

import pytest

from simulation.interventions import Intervention
from simulation.ledger import STRUCTURAL_CAUSES
from simulation.state import NEVER
from tests.engines.eventful import DAYS, EVENTFUL, PLAN, SEED
from tests.engines.happenings import HAPPENINGS, Watched, watched
from tests.engines.histories import assert_same_history, lived

SMALL: dict[str, object] = {
    "population.users": 40,
    "population.creators": 25,
    "population.topics": 2,
    "population.initial_follows": 3.0,
    "social_graph.mean_degree": 4.0,
    "session.slots": 8.0,
    "decision.follow_threshold": 0.6,
    "creators.posting_rate_median": 0.8,
}
SOURCES = ("following", "friends", "popular", "interest", "random", "staged")
ONLY: dict[str, object] = {f"feed.mix.{source}": 0.0 for source in SOURCES}
EVERYBODY = tuple(range(25))
EACH_ALONE: dict[str, object] = {
    "users.segments": 40,
    "users.segment_exponent": 0.0,
    "users.community_size": 1,
    "feed.by_segment": True,
}
MARKET = (
    Intervention(1, "bought_followers", 50, EVERYBODY[::4]),
    Intervention(2, "sponsored_post", 1.0, EVERYBODY[::3]),
    Intervention(9, "purge", 1.0),
)


@pytest.fixture(scope="module")
def eventful() -> Watched:
    """The world in which everything happens, simulated by one thread."""
    return watched(DAYS, EVENTFUL, seed=SEED, threads=1, interventions=PLAN)


def test_everything_happens_in_the_eventful_world(eventful: Watched) -> None:
    # Something always trends there; bought and purged followers are no events; and appeal decides, not a rule.
    # Posts live for a day there, and nobody follows peers merely for knowing them.
    elsewhere = {"a trend chased where nothing trends", "bought", "purge", "rule", "acquaintance"}
    elsewhere |= {"an earlier post liked more than the newest"}
    assert eventful.happened == (set(HAPPENINGS) | set(STRUCTURAL_CAUSES)) - elsewhere
    assert {source for events in eventful.days for source in events.source.tolist()} == {-1, 0, 1, 2, 3, 4, 5}
    assert {cause for events in eventful.days for cause in events.cause.tolist()} >= set(range(6))


@pytest.mark.parametrize("options", [{"engine": "mesa"}, {"threads": 3}], ids=["mesa", "three threads"])
def test_everything_that_happens_has_one_history(
    eventful: Watched, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulation.engines.compiled.SMALLEST_CHUNK", 8)
    assert_same_history(eventful, watched(DAYS, EVENTFUL, seed=SEED, interventions=PLAN, **options))


# --- worlds of which something is missing -------------------------------------------------------------------------


def unseen(model: Watched) -> bool:
    """Nobody was shown anything, though sessions were held."""
    return model.state.creators.total_views.sum() == 0 and sum(day.sessions for day in model.counts) > 0


def deserted(model: Watched) -> bool:
    """Everybody has left, with all follows, and only bought followers stay."""
    c = model.state.creators
    return bool((model.state.users.left == 0).all() and (c.followers == c.bought).all() and c.total_lost.sum() > 0)


def silent(model: Watched) -> bool:
    """Nobody ever posted, and follows ended all the same."""
    return model.state.creators.total_views.sum() == 0 and "absence" in model.happened


def untrendy(model: Watched) -> bool:
    """Trends were chased where there were none, so every post stayed in their own voice."""
    c = model.state.creators
    chased = "a trend chased where nothing trends" in model.happened and "a trend chased" not in model.happened
    return chased and bool((model.state.posts.topics == c.topics).all())


def paired(model: Watched) -> bool:
    """All but the odd one out of each topic collaborate."""
    return int((model.state.creators.partner >= 0).sum()) >= 22 and "a partner's post followed" in model.happened


def resigned(model: Watched) -> bool:
    """Every creator has quit by now."""
    return bool((model.state.creators.away_until == NEVER).all()) and "quitting" in model.happened


def views_only_by(*sources: int) -> Callable[[Watched], bool]:
    """Somebody saw something, and follows came by these sources alone (-1: in return, or an unfollow)."""
    allowed = {-1, *sources}
    return lambda model: (
        model.state.creators.total_views.sum() > 0
        and {source for events in model.days for source in events.source.tolist()} <= allowed
    )


def posted(model: Watched) -> Any:
    """Who posted on the last day, (M,)."""
    return model.state.creators.posted


def all_at(model: Watched) -> bool:
    """Something happened."""
    return sum(events.user.size for events in model.days) > 20


keep = "keep_strategy"
WORLDS: dict[str, tuple[dict[str, object], tuple[Intervention, ...], Callable[[Watched], bool]]] = {
    "sessions capped at nothing": ({"session.session_cap": 0}, (), unseen),
    "sessions of no slots": ({"session.slots": 0.0}, (), unseen),
    "a nudge at once": ({"session.break_nudge": 1.0, "session.nudge_after": 0}, (), unseen),
    "sessions capped and opened again": (
        {},
        (Intervention(2, "session_cap", 0), Intervention(5, "session_cap", 300)),
        all_at,
    ),
    "everybody leaves at once": ({"population.departure_rate": 1.0}, (), deserted),
    "nobody posts": ({"creators.posting_rate_median": 0.0, "leaving.base_hazard": 0.5}, (), silent),
    "nothing trends": ({"trends.moves": False}, (Intervention(0, keep, "chase_trends"),), untrendy),
    "a single topic": (
        {"population.topics": 1},
        (Intervention(0, keep, "chase_trends"), Intervention(8, keep, "analytics")),
        lambda model: untrendy(model) and "analytics of somebody" in model.happened,
    ),
    "everybody collaborates": (
        {"feed.mix.following": 0.6, "minds.strategy.shared": 1.0},
        (Intervention(0, keep, "collaborate"),),
        paired,
    ),
    "everybody reads analytics of nobody": (
        {"decision.like_threshold": 3.0, "decision.like_sharpness": 100.0},
        (Intervention(0, keep, "analytics"),),
        lambda model: "analytics of nobody" in model.happened and "analytics of somebody" not in model.happened,
    ),
    "everybody quits at the first plan": (
        {"minds.burnout.breaking_point": 0.0, "minds.burnout.quitting": 1.0, "feed.mix.staged": 0.5},
        (),
        lambda model: resigned(model) and "a post of one who quit seen" in model.happened,
    ),
    "a hiatus of no days": (
        {"minds.burnout.breaking_point": 0.0, "minds.burnout.quitting": 0.0, "minds.burnout.hiatus": 0},
        (),
        lambda model: bool((model.state.creators.away_until == 0).all()),
    ),
    "a feed of those followed": (ONLY | {"feed.mix.following": 1.0}, (), views_only_by(0)),
    "a feed of what friends follow": (ONLY | {"feed.mix.friends": 1.0}, (), views_only_by(1)),
    "a feed of nothing but pools": (ONLY | {"feed.mix.staged": 1.0, "feed.pools.bar": 0.0}, (), views_only_by(5)),
    "pools opened late": (
        {},
        (Intervention(5, "feed.mix.staged", 0.5),),
        lambda model: "an older post seen" in model.happened,
    ),
    "pools closed with posts inside": (
        {"feed.mix.staged": 1.0, "feed.pools.least_views": 1000, "creators.posting_rate_median": 0.1},
        (Intervention(6, "feed.mix.staged", 0.0),),
        lambda model: (
            "an older post seen" in model.happened and not (model.state.creators.visible & ~posted(model)).any()
        ),
    ),
    "posts live for days": (
        {"posting.post_life": 3, "feed.mix.staged": 0.3, "feed.response": 2.0},
        (Intervention(4, "bought_likes", 30, EVERYBODY[::2]), Intervention(8, "hide_like_counts", True)),
        lambda model: "an earlier post liked more than the newest" in model.happened,
    ),
    "posts live for days that nobody likes": (
        {"posting.post_life": 60, "decision.like_threshold": 3.0, "decision.like_sharpness": 100.0},
        (),
        lambda model: not model.state.posts.likes.any() and bool((model.state.posts.views > 0).sum() > 100),
    ),
    "a segment each": (
        EACH_ALONE,
        (),
        views_only_by(0, 1),
    ),
    "segments that see nothing but others": (
        EACH_ALONE | {"feed.crossing": 1.0},
        (Intervention(9, "feed.by_segment", False),),
        all_at,
    ),
    "nobody knows anybody": ({"social_graph.family": "none"}, (), all_at),
    "creative joy is all": ({"creators.validation_mean": 0.0, "creators.influence_mean": 0.0}, (), all_at),
    "validation is all": ({"creators.validation_mean": 1.0, "creators.influence_mean": 0.0}, (), all_at),
    "a world of minds off that wants to be liked": ({"creators.minds": "off", "follow_back.moves": True}, (), all_at),
}


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_that_lacks_something_has_one_history(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulation.engines.compiled.SMALLEST_CHUNK", 8)
    values, plan, shows = WORLDS[name]
    options: dict[str, Any] = {"seed": 5, "interventions": MARKET + plan}
    one = watched(15, SMALL | values, threads=1, **options)
    assert shows(one)
    assert_same_history(one, watched(15, SMALL | values, threads=3, **options))
    assert_same_history(one, watched(15, SMALL | values, engine="mesa", **options))


@pytest.mark.parametrize(
    ("users", "creators"),
    [(users, creators) for users in range(1, 6) for creators in sorted({1, 2, users}) if creators <= users],
)
def test_a_handful_of_users_have_one_history(users: int, creators: int) -> None:
    sizes = {"population.users": users, "population.creators": creators, "social_graph.family": "none"}
    whom = tuple(range(creators))
    plan = [Intervention(1, "bought_followers", 7, whom), Intervention(3, "sponsored_post", 0.5, whom)]
    plan += [Intervention(4, "keep_strategy", "collaborate"), Intervention(12, "purge", 0.5)]
    values = EVENTFUL | sizes | {"population.arrivals_per_day": 0, "population.departure_rate": 0.02}
    one = lived(20, values, seed=2, threads=1, interventions=plan)
    assert_same_history(one, lived(20, values, seed=2, threads=2, interventions=plan))
    assert_same_history(one, lived(20, values, seed=2, engine="mesa", interventions=plan))
    assert (one.state.creators.total_views.sum() > 0) == (users > 1), "nobody is shown the own posts"

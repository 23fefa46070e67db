"""A small world in which, within a few weeks, everything happens that can."""

from simulation.interventions import Intervention

CREATORS = 70
DAYS = 32
EVENTFUL: dict[str, object] = {
    "population.users": 160,
    "population.creators": CREATORS,
    "population.topics": 3,
    "population.arrivals_per_day": 2,
    "population.present_at_start": 120,
    "population.creators_from": "anyone",
    "population.initial_follows": 6.0,
    "population.departure_rate": 0.012,
    "users.attention_median": 12.0,
    "session.slots": 12.0,
    "feed.mix.following": 0.3,
    "feed.mix.staged": 0.3,
    "feed.pools.bar": 0.03,
    "feed.pools.least_views": 2,
    "decision.follow_threshold": 0.65,
    "decision.like_threshold": 0.7,
    "decision.like_herding": 0.05,
    "leaving.base_hazard": 0.2,
    "minds.burnout.strain": 0.6,
    "minds.burnout.breaking_point": 0.2,
    "minds.burnout.hiatus": 6,
    "minds.burnout.quitting": 0.3,
    "minds.strategy.temperature": 1.0,
    "minds.mood.envy": 0.2,
    "trends.births": 0.1,
}
PLAN = (
    Intervention(0, "bought_followers", 300, (1, 2, CREATORS - 1)),
    Intervention(2, "bought_likes", 40, tuple(range(CREATORS))),
    Intervention(3, "sponsored_post", 0.8, tuple(range(0, CREATORS, 3))),
    Intervention(4, "hide_like_counts", True),
    Intervention(5, "keep_strategy", "engage", (8, 9)),
    Intervention(8, "purge", 0.5, (1,)),
    Intervention(10, "hide_follower_counts", True),
    Intervention(12, "small_creator_boost", 4.0),
    Intervention(14, "hide_like_counts", False),
    Intervention(15, "session_cap", 6),
    Intervention(18, "break_nudge", 0.5),
    Intervention(20, "session_cap", 40),
    Intervention(21, "keep_strategy", "free"),
    Intervention(22, "feed.mix.following", 0.5),
    Intervention(24, "minds.strategy.engage", False),
    Intervention(26, "feed.mix.staged", 0.0),
    Intervention(28, "purge", 1.0),
)
"""Levers moved and acts done while it lasts."""
SEED = 93
"""A seed with which the rarest things that chance decides happen on five days at least."""

"""Measures of a run: pure functions of arrays and tables, which know nothing of engines.

- ``inequality``: Gini coefficient, Lorenz curve, top share, effective number of creators
- ``market``: success in parallel worlds, its unpredictability and rank correlation with quality
- ``churn``: spells of following, hazard of unfollowing, churn
- ``engagement``: likes and follows per exposure, per user-day, per each other
- ``network``: followees per user, reciprocity
- ``growth``: burstiness, peak and decline
- ``growth_rates``, ``bursts``: the law and spread of growth rates, waiting times between followers
- ``safer_ties``: hazards of ties of one kind against those of others
- ``tail_comparison``: likelihood ratios of a power law against its rivals
- ``tails``: power-law exponents by maximum likelihood
- ``trends``: onsets of unusual net followers by topic, and their lead over the heat; called as ``trends.detect``
- ``intervals``: Student's t, bootstrap, Poisson rates
- ``targets``: measures of a run beside the bands that data and studies give
"""

from simulation.analysis import trends
from simulation.analysis.churn import (
    TieSpells,
    age_edges,
    churn,
    hazard_by_age,
    new_to_old_hazard,
    tie_days,
    tie_spells,
    unfollow_hazard,
)
from simulation.analysis.engagement import (
    follows_per_user_day,
    likes_per_exposure,
    likes_per_follow,
    unfollows_per_user_day,
    views_per_session,
)
from simulation.analysis.growth import burstiness, by_creator, creator_burstiness, peak_and_decline
from simulation.analysis.inequality import effective_number, gini, lorenz_curve, top_share
from simulation.analysis.intervals import Interval, bootstrap_interval, rate_intervals, t_interval
from simulation.analysis.market import (
    item_unpredictability,
    market_shares,
    rank_correlation,
    rank_correlation_interval,
    unpredictability,
    world_gini,
)
from simulation.analysis.network import FolloweeSummary, followee_summary, reciprocity
from simulation.analysis.tables import GraphTables, Tables
from simulation.analysis.tails import PowerLawFit, ccdf, fit_power_law, fit_tail
from simulation.analysis.targets import TARGETS, Target, check, format_check

__all__ = [
    "TARGETS",
    "FolloweeSummary",
    "GraphTables",
    "Interval",
    "PowerLawFit",
    "Tables",
    "Target",
    "TieSpells",
    "age_edges",
    "bootstrap_interval",
    "burstiness",
    "by_creator",
    "ccdf",
    "check",
    "churn",
    "creator_burstiness",
    "effective_number",
    "fit_power_law",
    "fit_tail",
    "followee_summary",
    "follows_per_user_day",
    "format_check",
    "gini",
    "hazard_by_age",
    "item_unpredictability",
    "likes_per_exposure",
    "likes_per_follow",
    "lorenz_curve",
    "market_shares",
    "new_to_old_hazard",
    "peak_and_decline",
    "rank_correlation",
    "rank_correlation_interval",
    "rate_intervals",
    "reciprocity",
    "t_interval",
    "tie_days",
    "tie_spells",
    "top_share",
    "trends",
    "unfollow_hazard",
    "unfollows_per_user_day",
    "unpredictability",
    "views_per_session",
    "world_gini",
]

"""Targets that the field gives: what others counted on platforms, beside worlds of the presets."""

from benchmarks.validation.engagement import ENGAGEMENT
from benchmarks.validation.followees import FOLLOWEES
from benchmarks.validation.followers import FOLLOWERS
from benchmarks.validation.growth import GROWTH
from benchmarks.validation.tails import TAILS
from benchmarks.validation.target import Target
from benchmarks.validation.twitch import TWITCH
from benchmarks.validation.unfollowing import UNFOLLOWING

FIELD: tuple[Target, ...] = (*FOLLOWERS, *TAILS, *FOLLOWEES, *TWITCH, *GROWTH, *UNFOLLOWING, *ENGAGEMENT)
"""All of them, in the order of the page."""

"""Targets that the field gives: what others counted on platforms, beside worlds of the presets."""

from simulation.validation.engagement import ENGAGEMENT
from simulation.validation.followees import FOLLOWEES
from simulation.validation.followers import FOLLOWERS
from simulation.validation.growth import GROWTH
from simulation.validation.tails import TAILS
from simulation.validation.target import Target
from simulation.validation.twitch import TWITCH
from simulation.validation.unfollowing import UNFOLLOWING

FIELD: tuple[Target, ...] = (*FOLLOWERS, *TAILS, *FOLLOWEES, *TWITCH, *GROWTH, *UNFOLLOWING, *ENGAGEMENT)
"""All of them, in the order of the page."""

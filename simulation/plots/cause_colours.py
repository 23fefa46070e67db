"""Colours of the causes of follows and unfollows, and what can be read on them."""

from collections.abc import Sequence
from itertools import cycle

from simulation.factors import FACTORS
from simulation.plots.style import BLACK, BLUE, GREEN, ORANGE, PURPLE, SKY, VERMILLION, YELLOW

COLOURS = {
    **dict(zip((factor.name for factor in FACTORS), (BLUE, ORANGE, GREEN, VERMILLION, SKY, PURPLE), strict=False)),
    "absence": "#4A4A4A",
    "overload": "#757575",
    "aspiration": "#A3A3A3",
    "rule": "#D2D2D2",
    "reciprocity": "#7A2FC4",
    "departure": "#5C2E00",
    "bought": "#B5EA8C",
    "purge": "#3A0057",
    "acquaintance": "#5500FF",
    "creator_changed": "#C3223D",
    "user_changed": "#E052C9",
    "peers_changed": "#82174D",
    "alternatives": "#298217",
    "satiation": "#52E0E0",
    "smallness": "#8A6BC7",
    "sponsored": "#828217",
    "whim": "#22C322",
}
"""Factors in colour; of structural causes, greys for what users decide about a creator, far hues for the others;
for causes of leaving for reasons, colours unlike those."""
OTHERS = (YELLOW, "#7B5B1E", "#9A86C9", "#1E5B53", BLACK)
"""For causes added by a plug-in, in order."""


def cause_colours(causes: Sequence[str]) -> dict[str, str]:
    """A colour for each cause: always the same for those of the model, then those for plug-ins in turn."""
    added = dict(zip((cause for cause in causes if cause not in COLOURS), cycle(OTHERS), strict=False))
    return {cause: {**COLOURS, **added}[cause] for cause in causes}


def text_colour(fill: str) -> str:
    """Black or white, whichever is read more easily on ``fill`` (a hex colour)."""
    red, green, blue = (int(fill[k : k + 2], 16) / 255 for k in (1, 3, 5))
    return "#FFFFFF" if 0.299 * red + 0.587 * green + 0.114 * blue < 0.5 else BLACK

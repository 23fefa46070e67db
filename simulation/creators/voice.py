"""A creator's voice: what the chase for numbers does to it, and how it comes back."""

import math
from typing import Any

from simulation.arithmetic import running_mean
from simulation.compiling import rule
from simulation.declare import Section, parameter


class VoiceParameters(Section):
    """Authenticity, lost and regained."""

    moves: bool = parameter(True, about="Whether authenticity moves; false freezes it as it starts")
    erosion: float = parameter(
        0.02,
        about="Share of authenticity that a post wholly off-voice costs a creator who seeks numbers alone",
        unit="1/post",
        bounds=(0.0, 1.0),
    )
    recovery: float = parameter(
        0.04, about="Share of what was lost that an on-voice post brings back", unit="1/post", bounds=(0.0, 1.0)
    )
    least_pursuit: float = parameter(
        0.2, about="Pursuit of numbers in an off-voice post of one who is not obsessed", bounds=(0.0, 1.0)
    )
    selling_out: float = parameter(
        0.2,
        about="Share of authenticity that a wholly sponsored post costs a creator whom everybody follows",
        bounds=(0.0, 1.0),
        source="fitted to -.19% followers a sponsored post, more for large ones: Cheng and Zhang, Manage. Sci. 2025",
    )
    exposure: float = parameter(
        0.5,
        about="Share of authenticity lost by one whose followers all turn out to have been bought",
        bounds=(0.0, 1.0),
    )
    own: float = parameter(
        0.05, about="Distance from the creator's voice up to which a post counts as on-voice", bounds=(0.0, 2.0)
    )


@rule
def off_voice(topics: Any, creator: int, posts: Any, post: int) -> float:
    """Distance of row ``post`` of (P, K) topics of posts from a creator's voice, row ``creator`` of (M, K).

    Both have unit length, so it lies from 0 to sqrt(2).
    """
    square = 0.0
    for k in range(topics.shape[1]):
        difference = topics[creator, k] - posts[post, k]
        square += difference * difference
    return math.sqrt(square)


@rule
def pursuit(obsession: float, p: VoiceParameters) -> float:
    """How much an off-voice post is made for the numbers: l + (1 - l) obsession."""
    return p.least_pursuit + (1.0 - p.least_pursuit) * obsession


@rule
def authenticity_after(
    authenticity: float, baseline: float, distance: float, pursued: float, p: VoiceParameters
) -> float:
    """After a post: off-voice a (1 - erosion * distance * pursuit); on-voice, a + recovery (baseline - a).

    Source: selling out is punished and felt as such, Cheng and Zhang 2025 (sponsored posts); Audrezet, de Kerviler
    and Moulard, J. Bus. Res. 2020. The form and the values are assumptions.
    """
    if not p.moves:
        return authenticity
    if distance <= p.own:
        return running_mean(authenticity, baseline, p.recovery)
    return authenticity * (1.0 - min(1.0, p.erosion * distance * pursued))


@rule
def authenticity_sold(authenticity: float, sponsored: float, followed_by: float, p: VoiceParameters) -> float:
    """As a sponsored post comes out: a (1 - selling out * share sponsored * share of users who follow).

    The better known, the more are disappointed. Source: Cheng and Zhang, Management Science 2025 (direction).
    """
    return authenticity * (1.0 - p.selling_out * sponsored * min(1.0, followed_by)) if p.moves else authenticity


@rule
def authenticity_exposed(authenticity: float, purged: int, followers: int, p: VoiceParameters) -> float:
    """After a purge: a (1 - exposure * purged / (followers + purged)); everybody sees the count fall.

    ``followers`` are those left. Source: none for the size (an assumption); bought followers cost credibility once
    known, De Veirman and Hudders 2020 (direction, for undisclosed payment).
    """
    return authenticity * (1.0 - p.exposure * purged / (followers + purged)) if p.moves and purged > 0 else authenticity

"""What watching does to a viewer: fear of missing out, comparison, escape, mood."""

from simulation.arithmetic import running_mean
from simulation.compiling import rule
from simulation.declare import Section, parameter


class WellbeingParameters(Section):
    """Viewers' fear of missing out, and well-being."""

    moves: bool = parameter(
        True,
        about="Whether viewers' moods and fears move and act; where not set, as creators.minds",
    )
    usual_fomo: float = parameter(
        0.45,
        about="Fear of missing out at which activity and escapism alone say how much is watched",
        bounds=(0.0, 1.0),
    )
    checking: float = parameter(
        0.4,
        about="How much fear of missing out, above the usual, raises the probability of a session, as a share",
        bounds=(0.0, 10.0),
        source="fitted to the correlation of about .5 between fear of missing out and use (meta-analyses)",
    )
    staying: float = parameter(
        0.8,
        about="How much fear of missing out, above the usual, lengthens a session, as a share",
        bounds=(0.0, 10.0),
        source="fitted to the correlation of about .5 between fear of missing out and use (meta-analyses)",
    )
    fomo_rate: float = parameter(
        0.05, about="Weight of the newest session in fear of missing out", unit="1/session", bounds=(0.0, 1.0)
    )
    missing_out: float = parameter(
        0.25,
        about="How much a session full of creators whom peers follow, and the viewer does not, adds to it",
        bounds=(0.0, 2.0),
    )
    mood_rate: float = parameter(0.1, about="Weight of the newest day in mood", unit="1/day", bounds=(0.0, 1.0))
    joy: float = parameter(
        0.2, about="What a long session of wholly appealing posts adds to the mood of a day", bounds=(0.0, 5.0)
    )
    relief: float = parameter(
        0.1, about="What a long session adds to the mood of a wholly escapist viewer", bounds=(0.0, 5.0)
    )
    half_session: float = parameter(
        10.0, about="Posts after which joy and relief reach half of their most", unit="posts", bounds=(0.01, 1000.0)
    )
    envy: float = parameter(
        0.2,
        about="What comparison with the most followed takes from the mood of one wholly afraid to miss out, in a "
        "session of usual length",
        bounds=(0.0, 5.0),
        source="direction from Vogel et al. 2014; the value is an assumption",
    )
    displacement: float = parameter(
        0.05,
        about="What a session of usual length takes from mood by displacing the rest of life; grows with its square",
        bounds=(0.0, 5.0),
        source="fitted to small gains (0-.3 sd) where use is limited: Hunt et al. 2018; Allcott et al. 2020",
    )
    use_memory: float = parameter(
        0.95,
        about="Share of the running mean of posts seen kept from one day to the next",
        unit="1/day",
        bounds=(0.0, 1.0),
    )


@rule
def opening_probability(activity: float, fomo: float, p: WellbeingParameters) -> float:
    """Probability of a session: activity (1 + checking (fomo - usual)), within [0, 1].

    Source: fear of missing out goes with use, Przybylski et al., Comput. Hum. Behav. 2013.
    """
    if not p.moves:
        return activity
    return min(1.0, max(0.0, activity * (1.0 + p.checking * (fomo - p.usual_fomo))))


@rule
def longing(fomo: float, p: WellbeingParameters) -> float:
    """How much longer a session gets by fear of missing out, as a share: staying (fomo - usual)."""
    return p.staying * (fomo - p.usual_fomo) if p.moves else 0.0


@rule
def misses_out(peers_following: int, following: bool) -> bool:
    """Whether a post is one that others do not miss: a peer follows its creator, and the viewer does not."""
    return peers_following > 0 and not following


@rule
def share_missed(missed: int, seen: int) -> float:
    """Share of the posts seen that :func:`misses_out` counts; 0 where nothing was seen."""
    return missed / max(seen, 1)


@rule
def fomo_after(fomo: float, trait: float, missed: float, p: WellbeingParameters) -> float:
    """After a session: f + rate (trait + missing out * missed - f), in [0, 1].

    ``missed`` is the share of the posts seen that came from creators whom a peer follows and the viewer does not.
    """
    target = min(1.0, trait + p.missing_out * missed)
    return running_mean(fomo, target, p.fomo_rate) if p.moves else fomo


@rule
def comparison_dose(crowd: float, fomo: float, usual_posts: float) -> float:
    """Comparison with the conspicuously successful: summed crowd of the creators seen, times fomo, in usual sessions.

    ``crowd`` is the sum of log(1 + shown followers) / log(1 + N) over the posts seen: nothing where counts are hidden.
    """
    return crowd * fomo / usual_posts if usual_posts > 0.0 else 0.0


@rule
def mood_by_watching(
    enjoyment: float, escapism: float, posts: int, usual_posts: float, comparison: float, p: WellbeingParameters
) -> float:
    """What a session does to the mood of its day: s (joy * enjoyment + relief * escapism) - envy * comparison - d n^2.

    s = posts / (posts + half) saturates; n = posts / usual posts; d = displacement. Gains saturate and costs grow,
    as in the digital Goldilocks hypothesis (Przybylski and Weinstein, Psychol. Sci. 2017).
    """
    saturated = posts / (posts + p.half_session)
    length = posts / usual_posts if usual_posts > 0.0 else 0.0
    gains = saturated * (p.joy * enjoyment + p.relief * escapism)
    return gains - p.envy * comparison - p.displacement * length * length


@rule
def mood_after(mood: float, set_point: float, effect: float, p: WellbeingParameters) -> float:
    """After a day: m + rate (set point + effect of the day - m). Source: Diener et al., Am. Psychol. 2006."""
    return running_mean(mood, set_point + effect, p.mood_rate) if p.moves else mood


@rule
def use_after(use: float, posts: int, p: WellbeingParameters) -> float:
    """Running mean of posts seen a day."""
    return p.use_memory * use + (1.0 - p.use_memory) * posts if p.moves else use

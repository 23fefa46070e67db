"""Parameters of the population and its social graph: how many there are, and how their traits are spread."""

from typing import Literal

from simulation.declare import Section, parameter

KUAIRAND = "KuaiRand, Gao et al., CIKM 2022"


class PopulationParameters(Section):
    """Sizes, arrivals, and the follows there are before the first day."""

    users: int = parameter(5000, about="Users N", unit="users", bounds=(1, 100_000_000), kind="constant")
    creators: int = parameter(
        800,
        about="Users who also create, M; 0: all of them; where not set, the default's share (16%) of the users",
        unit="creators",
        bounds=(0, 100_000_000),
        kind="constant",
    )
    topics: int = parameter(8, about="Topics K", unit="topics", bounds=(1, 256), kind="constant")
    arrivals_per_day: int = parameter(
        0,
        about="Users who join each day until all N have; 0: everybody is there from the start",
        unit="users/day",
        bounds=(0, 100_000_000),
        kind="constant",
    )
    departure_rate: float = parameter(
        0.0,
        about="Probability that a user leaves the platform on a day, and ends all follows with it",
        unit="1/day",
        bounds=(0.0, 1.0),
    )
    renewal: bool = parameter(
        False,
        about="Whether the place of a user who left is taken by somebody new on the next day, so that the world can "
        "come to rest; accounts of creators who left are closed, and nobody follows them any more",
    )
    burn_in: int = parameter(
        0,
        about="Days that are simulated before day 0, and not recorded, so that the run begins in a world at rest",
        unit="days",
        bounds=(0, 100_000),
        kind="constant",
    )
    creators_from: Literal["present", "anyone"] = parameter(
        "present",
        about="Where users arrive over time: whether creators are among those there from the start, if these are "
        "enough, or among all, so that creators arrive too",
        kind="constant",
    )
    present_at_start: int = parameter(
        0,
        about="Users there from the start, where others arrive",
        unit="users",
        bounds=(0, 100_000_000),
        kind="constant",
    )
    initial_follows: float = parameter(
        0.0, about="Mean number of creators a user follows before the first day", unit="follows", bounds=(0.0, 1e6)
    )
    initial_follows_sigma: float = parameter(
        1.0, about="Spread (of the logarithm) of initial follows between users", bounds=(0.0, 5.0)
    )
    fame_sigma: float = parameter(
        1.5, about="Spread (of the logarithm) of how known creators are before the first day", bounds=(0.0, 5.0)
    )
    acquaintance: float = parameter(
        0.0,
        about="Probability that a user follows a peer who creates as the later of the two joins, or before the first "
        "day; 0: nobody follows anybody merely for knowing them",
        bounds=(0.0, 1.0),
        kind="constant",
        source="direction from reciprocity and the correlation of followers with friends: Kwak et al., WWW 2010; "
        "Rozemberczki et al. 2021 (Twitch); the form is an assumption",
    )


class GraphParameters(Section):
    """The generated social graph; a graph that is given replaces it."""

    family: Literal[
        "holme_kim", "watts_strogatz", "barabasi_albert", "erdos_renyi", "stochastic_block", "lfr", "none"
    ] = parameter(
        "holme_kim",
        about="Random graph family; holme_kim has both hubs and triangles, as friendship graphs do",
        kind="constant",
        source="Holme and Kim, Phys. Rev. E 2002",
    )
    mean_degree: float = parameter(
        10.0, about="Mean number of peers", unit="peers", bounds=(0.0, 10_000.0), kind="constant"
    )
    rewiring: float = parameter(
        0.1, about="Share of ties rewired at random (watts_strogatz)", bounds=(0.0, 1.0), kind="constant"
    )
    triangle: float = parameter(
        0.5, about="Probability that a new tie closes a triangle (holme_kim)", bounds=(0.0, 1.0), kind="constant"
    )
    communities: int = parameter(
        10,
        about="Number of communities (stochastic_block)",
        unit="communities",
        bounds=(1, 1_000_000),
        kind="constant",
    )
    mixing: float = parameter(
        0.2, about="Share of ties that leave the community (stochastic_block, lfr)", bounds=(0.0, 1.0), kind="constant"
    )
    directed: bool = parameter(False, about="Whether ties run one way: from a user to its peers", kind="constant")


class UserTraits(Section):
    """How traits are spread over users."""

    interest_concentration: float = parameter(
        0.3, about="Dirichlet parameter of interests: small means few interests each", bounds=(0.01, 100.0)
    )
    homophily: float = parameter(
        0.3,
        about="Weight of peers' mean in interests and identity, against a user's own draw",
        bounds=(0.0, 1.0),
        source="direction from McPherson, Smith-Lovin and Cook 2001; the value is an assumption",
    )
    homophily_rounds: int = parameter(
        2, about="How often traits are smoothed over the social graph", unit="rounds", bounds=(0, 100), kind="constant"
    )
    shared_interests: float = parameter(
        0.0,
        about="Share of users whose interests are those of their community, and of the variance of everybody's values "
        "that the community accounts for: peers are alike, and strangers as unlike as without it",
        bounds=(0.0, 1.0),
        source="direction from McPherson, Smith-Lovin and Cook 2001; the form, which keeps the spread, is assumed",
    )
    community_size: int = parameter(
        25,
        about="Largest community that is found in a social graph whose nodes say nothing of theirs; 1: none",
        unit="users",
        bounds=(1, 100_000_000),
        kind="constant",
    )
    segments: int = parameter(
        1,
        about="Segments, such as languages, into which users fall; their sizes fall as rank to the power of "
        "- segment_exponent",
        unit="segments",
        bounds=(1, 1000),
        kind="constant",
    )
    segment_exponent: float = parameter(
        1.0,
        about="How fast the sizes of segments fall with their rank",
        bounds=(0.0, 5.0),
        source="Zipf 1949: sizes of languages and other groups fall as about one over rank",
    )
    identity_scale: float = parameter(
        1.0,
        about="Distance s in value space over which similarity fades; positions are standard normal",
        bounds=(0.01, 100),
    )
    emotional_concentration: float = parameter(
        1.0, about="Dirichlet parameter of emotional taste and of expression", bounds=(0.01, 100.0)
    )
    weight_sigma: float = parameter(
        0.3, about="Spread (of the logarithm) of factor weights between users", bounds=(0.0, 3.0)
    )
    activity_mean: float = parameter(
        0.65, about="Mean probability of a session on a day", unit="1/day", bounds=(0.0, 1.0)
    )
    activity_concentration: float = parameter(
        4.0,
        about="Beta concentration (a + b) of activity: small means some always, some hardly ever",
        bounds=(0.1, 1e6),
    )
    escapism_mean: float = parameter(0.3, about="Mean escapism (Beta with concentration 4)", bounds=(0.0, 1.0))
    conformity_mean: float = parameter(0.6, about="Mean conformity (Beta with concentration 4)", bounds=(0.0, 1.0))
    fomo_mean: float = parameter(
        0.35, about="Mean fear of missing out when nothing is missed (Beta with concentration 4)", bounds=(0.0, 1.0)
    )
    set_point_sigma: float = parameter(
        0.3, about="Spread of the mood to which users return (normal, mean 0)", bounds=(0.0, 10.0)
    )
    attention_median: float = parameter(
        155.0, about="Median of the follows a user can care for", unit="follows", bounds=(0.1, 1e6), source=KUAIRAND
    )
    attention_sigma: float = parameter(
        1.6, about="Spread (of the logarithm) of attention", bounds=(0.0, 5.0), source=KUAIRAND
    )
    attention_cap: float = parameter(
        5000.0, about="Most follows anybody can care for", unit="follows", bounds=(1.0, 1e6), source=KUAIRAND
    )
    attention_users: int = parameter(
        0,
        about="Users of the platform on which attention was measured: where there are fewer, all attend to fewer "
        "creators in proportion, so that shares of users stay as they are; 0: no matter how many there are",
        unit="users",
        bounds=(0, 10_000_000_000),
        kind="constant",
    )
    eagerness_sigma: float = parameter(
        0.0,
        about="Spread (of the logarithm) of how readily users follow: the odds of every follow from the feed are "
        "multiplied by a lognormal number of mean 1, the larger the larger a user's attention; 0: all alike",
        bounds=(0.0, 5.0),
        source="KuaiRand: the spread of ln followees is 1.5-1.7 among accounts of any age; the form is an assumption",
    )


class CreatorTraits(Section):
    """How traits are spread over creators."""

    voice_concentration: float = parameter(
        0.2, about="Dirichlet parameter of a creator's own topics", bounds=(0.01, 100.0)
    )
    talent_mean: float = parameter(0.5, about="Mean talent (Beta)", bounds=(0.0, 1.0))
    talent_concentration: float = parameter(
        5.0, about="Beta concentration (a + b) of talent: large means all alike", bounds=(0.1, 1e9)
    )
    authenticity_mean: float = parameter(0.6, about="Mean authenticity (Beta)", bounds=(0.0, 1.0))
    authenticity_concentration: float = parameter(
        6.0, about="Beta concentration (a + b) of authenticity", bounds=(0.1, 1e9)
    )
    intensity_mean: float = parameter(0.6, about="Mean intensity of expression (Beta)", bounds=(0.0, 1.0))
    intensity_concentration: float = parameter(5.0, about="Beta concentration (a + b) of intensity", bounds=(0.1, 1e9))
    never_post: float = parameter(
        0.0,
        about="Share of creators who never post, and are followed by those who know them, if at all",
        bounds=(0.0, 1.0),
        source="52% of users have ever posted: Pew Research Center, How U.S. Adults Use TikTok, February 2024",
    )
    posting_rate_median: float = parameter(
        0.5, about="Median posting rate (lognormal, at most 1)", unit="posts/day", bounds=(0.0, 1.0)
    )
    posting_rate_sigma: float = parameter(0.8, about="Spread (of the logarithm) of posting rates", bounds=(0.0, 5.0))
    regularity_mean: float = parameter(0.6, about="Mean regularity (Beta)", bounds=(0.0, 1.0))
    regularity_concentration: float = parameter(
        3.0, about="Beta concentration (a + b) of regularity", bounds=(0.1, 1e9)
    )
    minds: Literal["on", "off"] = parameter(
        "on",
        about="Whether creators have minds (rewards, moods, strategies). off stands also for follow_back.moves, "
        "trends.moves and wellbeing.moves = false, where these are not set",
        kind="constant",
    )
    validation_mean: float = parameter(
        0.4, about="Mean share of validation among a creator's motives", bounds=(0.0, 1.0)
    )
    influence_mean: float = parameter(
        0.3, about="Mean share of influence among a creator's motives; creative joy has the rest", bounds=(0.0, 1.0)
    )
    motive_concentration: float = parameter(
        5.0, about="Dirichlet concentration of motives: large means all alike", bounds=(0.1, 1e9)
    )

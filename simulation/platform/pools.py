"""Traffic pools: a post is shown to a few, and to ten times as many while they like it."""

from simulation.compiling import rule
from simulation.declare import Section, parameter


class PoolsParameters(Section):
    """The staged source."""

    growth: float = parameter(
        10.0,
        about="How many times larger each pool is than the one before",
        bounds=(1.0, 1000.0),
        source="creators' reports of pools growing by about ten (weak)",
    )
    pools: int = parameter(4, about="How many pools there are", unit="pools", bounds=(1, 12))
    bar: float = parameter(
        0.06,
        about="Likes per view that a post must beat to move on",
        unit="likes/view",
        bounds=(0.0, 1.0),
        kind="lever",
    )
    least_views: int = parameter(
        3, about="Views without which a post is not judged yet and stays", unit="views", bounds=(0, 1_000_000)
    )


@rule
def stage_today(stage: int, posted: bool, share: float) -> int:
    """Pool as the day begins: the first for a new post, the same for one on its way; -1 where the feed has no pools."""
    if share <= 0.0:
        return -1
    return 0 if posted else stage


@rule
def stage_after(stage: int, views: int, likes: int, p: PoolsParameters) -> int:
    """Pool of tomorrow: the next while likes / views exceeds the threshold, the same while too few have seen it, else
    none.

    A post that has been through the last pool leaves; -1 means that it makes its way no more.
    """
    if stage < 0 or views < p.least_views:
        return stage
    if likes <= p.bar * views or stage + 1 >= p.pools:
        return -1
    return stage + 1

"""What a user meets in a creator's post: the one place where an encounter is made, for both engines."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from simulation.columns import Column, own_reader
from simulation.compiling import rule
from simulation.factors.base import Encounter
from simulation.factors.similarity import cosine, emotional_resonance, identity_similarity
from simulation.factors.taste import OF_COMMUNITIES, pair_taste
from simulation.recall import days_unseen, recalled, times_seen
from simulation.state import NO_DAY


@lru_cache(maxsize=32)
def meeting(columns: tuple[Column, ...]) -> Callable[..., Encounter]:
    """How user i meets a post of creator j, in a world with these columns of one's own: the one place for it.

    Gives a rule ``encounter_of(i, j, post, day, entry, peers_following, world, identity_scale, lately)``.

    - ``post``: where in :class:`simulation.state.Posts` it stands
    - ``day``: days since the start
    - ``entry``: where in the follow rows the tie stands, -1 for none
    - ``peers_following``: how many of the user's peers follow the creator
    - ``world``: has ``users``, ``creators``, ``posts``, ``rows``, ``memory`` and ``peers``, arrays by name as in
      :mod:`simulation.state`
    - ``identity_scale``: distance of identities over which similarity falls
    - ``lately``: days before this one of which the user counts sightings
    """
    own = own_reader(columns)

    @rule
    def encounter_of(
        i: int,
        j: int,
        post: int,
        day: int,
        entry: int,
        peers_following: int,
        world: Any,
        identity_scale: float,
        lately: int,
    ) -> Encounter:
        users, creators, posts, rows = world.users, world.creators, world.posts, world.rows
        u: Any = np.uint64(i)  # an index that cannot be negative saves a comparison at every access
        c: Any = np.uint64(j)
        p: Any = np.uint64(post)
        followed = entry >= 0
        place = recalled(world.memory, i, j)
        engagement = creators.engagement[c] if followed else 0.0
        tie_age = day - rows.day[entry] if followed else -1
        post_age = day - posts.day[p] if posts.day[p] > NO_DAY else -1
        return Encounter(
            user=i,
            creator=j,
            day=day,
            post_age=post_age,
            interest_similarity=cosine(users.interests, u, posts.topics, p),
            identity_similarity=identity_similarity(users.identity, u, creators.identity, c, identity_scale),
            own_taste=pair_taste(users.key[u], creators.key[c]),
            community_taste=pair_taste(OF_COMMUNITIES + users.community[u], creators.key[c]),
            same_segment=int(users.segment[u] == creators.segment[c]),
            emotional_resonance=emotional_resonance(users.taste, u, creators.expression, c),
            intensity=creators.intensity[c],
            engagement=engagement,
            quality=posts.quality[p],
            sponsored=posts.sponsored[p],
            applause=posts.applause[p],
            talent=creators.talent[c],
            authenticity=creators.authenticity[c],
            consistency=creators.consistency[c],
            conformity=users.conformity[u],
            peers_following=peers_following,
            crowd=creators.crowd[c],
            followers=creators.followers[c],
            following=int(followed),
            account_age=day - users.joined[u],
            creator_age=day - creators.joined[c],
            tie_age=tie_age,
            seen_lately=times_seen(world.memory, i, place, day, lately),
            unseen_days=days_unseen(world.memory, i, place, day),
            peers=world.peers.start[i + 1] - world.peers.start[i],
            own=own(users.own, u, creators.own, c, rows.own, entry),
        )

    return encounter_of


@rule
def as_before(met: Encounter, interest_similarity: float, peers_following: int) -> Encounter:
    """An encounter as it would have been with other interests of the user, or other peers who follow the creator."""
    return Encounter(
        user=met.user,
        creator=met.creator,
        day=met.day,
        post_age=met.post_age,
        interest_similarity=interest_similarity,
        identity_similarity=met.identity_similarity,
        emotional_resonance=met.emotional_resonance,
        intensity=met.intensity,
        engagement=met.engagement,
        quality=met.quality,
        sponsored=met.sponsored,
        applause=met.applause,
        talent=met.talent,
        authenticity=met.authenticity,
        consistency=met.consistency,
        conformity=met.conformity,
        peers_following=peers_following,
        crowd=met.crowd,
        followers=met.followers,
        following=met.following,
        account_age=met.account_age,
        creator_age=met.creator_age,
        tie_age=met.tie_age,
        seen_lately=met.seen_lately,
        unseen_days=met.unseen_days,
        own_taste=met.own_taste,
        community_taste=met.community_taste,
        same_segment=met.same_segment,
        peers=met.peers,
        own=met.own,
    )

"""The compiled loop over users: a session each, in passes that a compiler can keep in registers and caches.

A session is worked off over its distinct creators rather than slot by slot: draw them all, look all of them up in
the own row and in the peers' rows while those lie in the cache (``feeding``), then meet them one after the other.
"""

from typing import Any

import numpy as np

from simulation.by_reference import by_reference
from simulation.compiling import compiled, rule
from simulation.engines.chunk import FOLLOWED, SAMPLES, SESSIONS, WRITTEN, Chunk
from simulation.engines.deciding import make_deciding
from simulation.engines.feeding import (
    count_peers,
    fetch_ahead,
    fill_feed,
    is_shown,
    least_satisfying,
    look_up,
    post_of,
    row_holds,
)
from simulation.engines.foreign import version_of
from simulation.engines.ties import (
    NOW,
    RECALLED,
    USER_AND_PEERS_BEFORE,
    USER_BEFORE,
    channels,
    end_session,
    enjoy,
    keep_in_mind,
    set_against,
)
from simulation.events import Events
from simulation.factors.base import Encounter
from simulation.ledger import (
    CHANGES,
    DEPARTURE,
    FOLLOW,
    NO_SOURCE,
    OVERLOAD,
    RECIPROCITY,
    UNFOLLOW,
    account_for_change,
    began_values,
    cause_by_reasons,
    contribute,
    follow_cause,
    in_fixed_point,
    unfollow_cause,
    weighted_sum,
)
from simulation.platform.ranking import FOLLOWING
from simulation.plugins import Rules
from simulation.randomness import Stream, uniforms_within
from simulation.recall import remember
from simulation.state import find_follow, write_beginning
from simulation.users.change import aspiration_after, drift_toward, grow_curious, scale_to_unit_length
from simulation.users.checking import is_usual
from simulation.users.follow_back import follow_back_probability
from simulation.users.grudges import grudge_against
from simulation.users.leaving import (
    ALL,
    REASONS,
    load_of,
    satisfaction_after_absence,
    tidies_up,
)
from simulation.users.session import is_here, session_slots, watches_today
from simulation.users.sharing import share
from simulation.users.wellbeing import (
    comparison_dose,
    fomo_after,
    longing,
    misses_out,
    mood_after,
    mood_by_watching,
    share_missed,
    use_after,
)

_SESSION = int(Stream.SESSION)
_DECISION = int(Stream.DECISION)
_SHARING = int(Stream.SHARING)

OPEN, MISSED = -1, -2
"""What stands for the cause of an event until it is accounted for; MISSED: the creator was looked for in vain."""


@rule
def _note(i: int, j: int, kind: int, source: int, cause: int, probability: float, satisfaction: float, w: Chunk) -> int:
    """Begin the row of an event with what its decision was made of; return its number."""
    row = w.counters[WRITTEN]
    events = w.events
    events.user[row] = i
    events.creator[row] = j
    events.kind[row] = kind
    events.source[row] = source
    events.cause[row] = cause
    events.probability[row] = probability
    events.satisfaction[row] = satisfaction
    for k in range(events.began.shape[1]):
        events.began[row, k] = 0
    for k in range(events.reasons.shape[1]):
        events.reasons[row, k] = 0.0
    w.counters[WRITTEN] = row + 1
    return int(row)


@rule
def _account(i: int, row: int, appeal: float, w: Chunk) -> None:
    """Complete the row of an event with the appeal and its parts, factors being in ``values``."""
    against = w.scratch.against
    set_against(w.users, i, w.events.kind[row], w.reference, against)
    w.events.appeal[row] = appeal
    w.events.reference[row] = weighted_sum(w.users.factor_weights, i, against)
    contribute(w.users.factor_weights, i, w.scratch.values, against, w.events.contributions, row)


@rule
def _hear(i: int, j: int, w: Chunk) -> None:
    """Let a creator who reads analytics know the interests of a follower who liked."""
    for k in range(w.audience.shape[1]):
        w.audience[j, k] += in_fixed_point(w.users.interests[i, k])


@rule
def _share(i: int, j: int, post: int, w: Chunk) -> None:
    """Share a post that is liked, or not."""
    if uniforms_within(w.luck, _SHARING, i, j, w.day, 0)[0] < w.p.decision.share_probability:
        share(w.memory, i, post)
        w.shares[post] += 1


@rule
def _sample(w: Chunk) -> None:
    """Count the session's first usual post toward tomorrow's reference."""
    w.counters[SAMPLES] += 1
    for f in range(w.factor_sums.size):
        w.factor_sums[f] += in_fixed_point(w.scratch.values[f])


@rule
def _satisfied(entry: int, appeal: float, seen: bool, peers_following: int, w: Chunk) -> None:
    """Take what was felt, or the creator's absence, into the tie, factors being in ``values``."""
    if seen:
        enjoy(w.rows, entry, appeal, w.p.leaving)
        keep_in_mind(w.rows, entry, w.scratch.values, peers_following, w.day, w.p.leaving)
        w.counters[FOLLOWED] += 1
        for f in range(w.scratch.followed.size):
            w.scratch.followed[f] += w.scratch.values[f]
    else:
        before = np.float64(w.rows.satisfaction[entry])
        w.rows.satisfaction[entry] = satisfaction_after_absence(before, w.p.leaving)


@rule
def _rest(i: int, w: Chunk) -> None:
    """A day without a session: mood returns to its set point."""
    users, p = w.users, w.p.wellbeing
    if p.moves:
        users.mood[i] = mood_after(users.mood[i], users.set_point[i], 0.0, p)
        users.use[i] = use_after(users.use[i], 0, p)


@rule
def _feel(i: int, seen: int, missed: int, crowd: float, w: Chunk) -> None:
    """What a session does to mood and fear of missing out, enjoyment being up to date."""
    users, p, slots = w.users, w.p.wellbeing, w.p.session.slots
    if p.moves:
        comparison = comparison_dose(crowd, users.fomo[i], slots)
        effect = mood_by_watching(users.enjoyment[i], users.escapism[i], seen, slots, comparison, p)
        users.mood[i] = mood_after(users.mood[i], users.set_point[i], effect, p)
        users.fomo[i] = fomo_after(users.fomo[i], users.fomo_trait[i], share_missed(missed, seen), p)
        users.use[i] = use_after(users.use[i], seen, p)


@rule
def _remember(i: int, count: int, w: Chunk) -> None:
    """Note whose posts the session showed."""
    if w.memory.creator.shape[1] > 0:
        for place in range(count):
            if w.creators.visible[w.scratch.shown[place]]:
                remember(w.memory, i, w.scratch.shown[place], w.day)


@rule
def _change(i: int, count: int, seen: int, enjoyed: float, uniform_1: float, uniform_2: float, w: Chunk) -> None:
    """What a session does to the user: enjoyment, aspiration and interests."""
    if seen > 0:
        w.users.enjoyment[i] = enjoyed / seen
        w.users.aspiration[i] = aspiration_after(w.users.aspiration[i], w.users.enjoyment[i], w.p.change)
    end_session(w.users, i, w.scratch.followed, w.counters[FOLLOWED], w.p.leaving)
    drifted = False
    for place in range(count):
        if w.scratch.liked[place]:
            drift_toward(w.users.interests, i, w.posts.topics, w.scratch.posts[place], w.p.change)
            drifted = True
    if drifted or uniform_1 < w.p.change.curiosity:
        grow_curious(w.users.interests, i, uniform_1, uniform_2, w.p.change)
        scale_to_unit_length(w.users.interests, i)


@rule
def _tidy(i: int, before: int, uniform: float, w: Chunk) -> None:
    """With more follows than can be cared for, sometimes drop the least satisfying, unless somebody was left."""
    stayed = True
    for row in range(before, w.counters[WRITTEN]):
        stayed = stayed and w.events.kind[row] == FOLLOW
    if stayed and tidies_up(w.rows.length[i], w.users.attention[i], uniform, w.p.leaving):
        entry = least_satisfying(i, w.rows)
        satisfaction = np.float64(w.rows.satisfaction[entry])
        cause = w.reference.size + OVERLOAD
        _note(i, int(w.rows.creator[entry]), UNFOLLOW, NO_SOURCE, cause, w.p.leaving.tidy_probability, satisfaction, w)


@rule
def _account_for_reasons(i: int, row: int, post: int, entry: int, w: Chunk) -> None:
    """Complete the row of an unfollow with what changed since the tie began, and the channels that made its hazard."""
    s, events, parts = w.scratch, w.events, w.scratch.parts
    began_values(w.rows.began, entry, s.values, s.against)
    former_user, former_peers = s.recalled[USER_BEFORE], s.recalled[USER_AND_PEERS_BEFORE]
    weights = w.users.factor_weights
    account_for_change(weights, i, s.values, s.against, former_user, former_peers, events.reasons, row)
    cause = events.cause[row]
    if cause < 0:
        channels(w, i, int(events.creator[row]), post, entry, w.day, w.p.leaving, parts)
        for channel in range(parts.size):
            events.reasons[row, CHANGES + s.values.size + channel] = parts[channel]
        events.cause[row] = cause_by_reasons(events.reasons, row, s.values.size, cause == MISSED)


@rule
def _depart(i: int, w: Chunk) -> None:
    """Leave the platform, and with it every creator followed."""
    w.users.left[i] = w.day
    for entry in range(w.rows.start[i], w.rows.start[i] + w.rows.length[i]):
        satisfaction = np.float64(w.rows.satisfaction[entry])
        cause = w.reference.size + DEPARTURE
        _note(i, int(w.rows.creator[entry]), UNFOLLOW, NO_SOURCE, cause, w.p.departure_rate, satisfaction, w)


def make_loops(rules: Rules) -> tuple[Any, Any]:
    """Compile the loops in which users meet creators, for what a model has of its own.

    The first is ``watch(user, last, chunk) -> next user``: it works through users up to ``last``, or stops early
    when the room left for events might not do for the next one. The second is ``follow_back(events, chunk)``: creators
    who were followed by creators in these events answer.
    """
    meet, recall, opening_chance, likes, follows, leaves = make_deciding(rules)

    @rule
    def follow(met: Encounter, source: int, appeal: float, uniform: float, w: Chunk) -> None:
        """Decide whether to follow a creator who is not followed yet."""
        chance = follows(met, appeal, uniform, w)
        if uniform < chance:
            row = _note(met.user, met.creator, FOLLOW, source, OPEN, chance, appeal, w)
            _account(met.user, row, appeal, w)
            write_beginning(w.events.began, row, w.scratch.values, met.peers_following)
            weights, contributions = w.users.factor_weights, w.events.contributions
            w.events.cause[row] = follow_cause(weights, met.user, contributions, row, w.p.decision.follow_rule)

    @rule
    def reconsider(i: int, j: int, post: int, entry: int, source: int, missing: bool, uniform: float, w: Chunk) -> None:
        """Stay with a followed creator or leave, satisfaction being up to date."""
        hazard = leaves(i, j, post, entry, uniform, w)
        if uniform < hazard:
            satisfaction = np.float64(w.rows.satisfaction[entry])
            _note(i, j, UNFOLLOW, source, MISSED if missing else OPEN, hazard, satisfaction, w)

    @rule
    def reconsider_unseen(i: int, count: int, w: Chunk) -> None:
        """Reconsider every follow that the session did not show."""
        for entry in range(w.rows.start[i], w.rows.start[i] + w.rows.length[i]):
            j = int(w.rows.creator[entry])
            if not is_shown(j, count, w):
                missing = not w.creators.visible[j]
                if missing:
                    _satisfied(entry, 0.0, False, 0, w)
                luck = uniforms_within(w.luck, _DECISION, i, j, w.day, 0)
                reconsider(i, j, j * w.p.lives, entry, NO_SOURCE, missing, luck[2], w)

    @rule
    def account_for_leaving(i: int, before: int, count: int, w: Chunk) -> None:
        """Complete this user's unfollows of today: what the creator's post was worth, and why it was left.

        In one place after all decisions, since evaluating appeal is most of what there is to compile.
        """
        for row in range(before, w.counters[WRITTEN]):
            if w.events.kind[row] == UNFOLLOW:
                j = w.events.creator[row]
                entry, peers = find_follow(w.rows, i, j), count_peers(i, j, w)
                post = post_of(j, count, w)
                recalled = w.scratch.recalled
                for before_then in range(RECALLED - 1, -1, -1):
                    if before_then == NOW or w.p.leaving.unfollow_rule == REASONS:
                        recalled[before_then] = recall(i, j, post, entry, peers, before_then, w)
                _account(i, row, recalled[NOW], w)
                if w.p.leaving.unfollow_rule == REASONS:
                    _account_for_reasons(i, row, post, entry, w)
                cause = w.events.cause[row]
                if cause < 0:
                    missing, unfollow_rule = cause == MISSED, w.p.leaving.unfollow_rule
                    w.events.cause[row] = unfollow_cause(w.events.contributions, row, missing, unfollow_rule)

    @rule
    def meet_all(i: int, count: int, w: Chunk) -> tuple[int, float, int, float]:
        """Meet every creator the session shows.

        Returns the posts seen, the sum of their appeals, how many came from creators whom peers follow and this user
        does not, and the summed crowds of those creators.
        """
        s = w.scratch
        seen = 0
        unsampled = True
        enjoyed = 0.0
        missed = 0
        crowd = 0.0
        for place in range(count):
            j, post, entry, source = s.shown[place], s.posts[place], s.entries[place], s.sources[place]
            followed = entry >= 0
            luck = uniforms_within(w.luck, _DECISION, i, j, w.day, 0)
            s.liked[place] = False
            if not w.creators.visible[j]:
                _satisfied(entry, 0.0, False, 0, w)
                reconsider(i, j, post, entry, source, True, luck[2], w)
                continue
            w.views[post] += s.times[place]
            met, appeal = meet(i, j, post, entry, s.following[place], w)
            if unsampled and is_usual(source == FOLLOWING, w.p.session):
                _sample(w)
                unsampled = False
            seen += 1
            enjoyed += appeal
            missed += int(misses_out(s.following[place], followed))
            crowd += w.creators.crowd[j]
            if luck[0] < likes(met, appeal, luck[0], w):
                s.liked[place] = True
                w.likes[post] += 1
                if w.memory.sharing.shape[1] > 0:
                    _share(i, j, post, w)
                if followed and w.creators.listening[j]:
                    _hear(i, j, w)
            if followed:
                _satisfied(entry, appeal, True, s.following[place], w)
                reconsider(i, j, post, entry, source, False, luck[2], w)
            else:
                follow(met, source, appeal, luck[1], w)
        return seen, enjoyed, missed, crowd

    @rule
    def session(i: int, opens: Any, w: Chunk) -> tuple[int, int, float, int, float]:
        """One session: feed and meetings. Returns how many creators were shown, and what :func:`meet_all` returns."""
        w.counters[SESSIONS] += 1
        w.counters[FOLLOWED] = 0
        for f in range(w.scratch.followed.size):
            w.scratch.followed[f] = 0.0
        longs = longing(w.users.fomo[i], w.p.wellbeing)
        count = fill_feed(i, session_slots(w.users.escapism[i], longs, opens[1], opens[2], w.p.session), w)
        look_up(i, count, w)
        seen, enjoyed, missed, crowd = meet_all(i, count, w)
        if w.p.leaving.reconsider == ALL:
            reconsider_unseen(i, count, w)
        return count, seen, enjoyed, missed, crowd

    def watch(user: int, last: int, chunk: Chunk) -> int:
        w = by_reference(chunk)
        for i in range(user, last):
            if w.counters[WRITTEN] + w.rows.length[i] + w.p.session.session_cap + 1 > w.events.user.size:
                return i
            fetch_ahead(i, last, w)
            if not is_here(w.users.joined[i], w.users.left[i], w.day):
                continue
            opens = uniforms_within(w.luck, _SESSION, i, 0, w.day, 0)
            opening = opening_chance(i, w)
            departs = opens[3] < w.p.departure_rate
            if not departs and not watches_today(opening, w.users.joined[i], w.day, opens[0], w.p.session):
                _rest(i, w)
                continue
            before = w.counters[WRITTEN]
            count, seen, enjoyed, missed, crowd = 0, 0, 0.0, 0, 0.0
            closes = uniforms_within(w.luck, _SESSION, i, 0, w.day, 1)
            if departs:
                _depart(i, w)
            else:
                count, seen, enjoyed, missed, crowd = session(i, opens, w)
                _tidy(i, before, closes[0], w)
            account_for_leaving(i, before, count, w)
            if not departs:
                _change(i, count, seen, enjoyed, closes[1], closes[2], w)
                _feel(i, seen, missed, crowd, w)
                _remember(i, count, w)
        return last

    def follow_back(events: Events, chunk: Chunk) -> None:
        w = by_reference(chunk)
        for e in range(events.user.size):
            fan = w.users.creator[events.user[e]]
            if events.kind[e] != FOLLOW or fan < 0:
                continue
            i = w.creators.user[events.creator[e]]
            gone = w.users.left[i] <= w.day or w.creators.away_until[events.creator[e]] > w.day
            if gone or row_holds(w.rows, i, fan):
                continue
            luck = uniforms_within(w.luck, _DECISION, i, fan, w.day, 0)
            appeal = meet(i, fan, fan * w.p.lives, -1, count_peers(i, fan, w), w)[1]
            load = load_of(w.rows.length[i], w.users.attention[i])
            grudge = grudge_against(w.memory, i, fan, w.p.decision.grudge)
            chance = follow_back_probability(
                appeal, load, w.p.decision.follow_sharpness, w.p.decision.follow_threshold, w.p.courtesy, grudge
            )
            if luck[3] < chance:
                row = _note(i, fan, FOLLOW, NO_SOURCE, w.reference.size + RECIPROCITY, chance, appeal, w)
                _account(i, row, appeal, w)
                write_beginning(w.events.began, row, w.scratch.values, count_peers(i, fan, w))

    made_of = version_of(rules.columns, rules.functions)
    return compiled(watch, made_of=made_of), compiled(follow_back, made_of=made_of)

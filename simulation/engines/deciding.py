"""Meeting and deciding, as compiled loops take them: made of the factors and rules that a model has.

Where a rule of one's own decides, it gets the chance of the model's own; else a decision that certainly goes one way is
settled at a fraction of the work. Both ways, a chance is compared with the same addressed number.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from simulation.columns import Column, own_reader
from simulation.compiling import is_ours, rule
from simulation.engines.chunk import Chunk, factor_number
from simulation.engines.feeding import count_peers, is_mutual
from simulation.engines.ties import NOW, USER_AND_PEERS_BEFORE, channels, former_similarity, peers_then
from simulation.factors.appeal import compose
from simulation.factors.base import Encounter
from simulation.factors.meeting import as_before, meeting
from simulation.plugins import Choice, Opening, Rules
from simulation.randomness import stream_of, uniforms_within
from simulation.users.decisions import (
    LOGIT,
    cannot_happen,
    follow_probability,
    follow_tendency,
    like_probability,
    like_tendency,
    readiness,
)
from simulation.users.grudges import grudge_against
from simulation.users.leaving import REASONS, hazard_bound, load_of, unfollow_hazard
from simulation.users.reasons import hazard_for_reasons
from simulation.users.wellbeing import opening_probability


class Deciding(NamedTuple):
    """Rules of compiled loops, each of them given the chunk ``w`` last.

    A chance that ``uniform`` certainly does not lie below may be given as 0.
    """

    meet: Callable[..., tuple[Encounter, float]]
    """``(i, j, post, entry, peers_following, w)``: the encounter and its appeal; factor values go into the scratch."""
    recall: Callable[..., float]
    """``(i, j, post, entry, peers_following, since, w)``: appeal as :func:`meet` gives it, or would have given it."""
    opens: Callable[..., float]  # (i, w): chance to open the app
    likes: Callable[..., float]  # (met, appeal, uniform, w)
    follows: Callable[..., float]  # (met, appeal, uniform, w)
    leaves: Callable[..., float]  # (i, j, post, entry, uniform, w)


def make_deciding(rules: Rules) -> Deciding:
    """What of meeting and deciding depends on a model's factors, columns and rules."""
    evaluate, encounter_of = compose(rules.factors), meeting(rules.columns)
    begin, check = _guards([place for place, factor in enumerate(rules.factors) if not is_ours(factor)])

    @rule
    def meet(i: int, j: int, post: int, entry: int, peers_following: int, w: Chunk) -> tuple[Encounter, float]:
        met = encounter_of(i, j, post, w.day, entry, peers_following, w, w.p.identity_scale, w.p.session.lately)
        begin(i, j, w)
        appeal = evaluate(met, w.p.factors, w.users.factor_weights, i, w.scratch.values)
        check(i, j, w)
        return met, appeal

    @rule
    def recall(i: int, j: int, post: int, entry: int, peers_following: int, before: int, w: Chunk) -> float:
        met = encounter_of(i, j, post, w.day, entry, peers_following, w, w.p.identity_scale, w.p.session.lately)
        if before != NOW:
            similarity = former_similarity(w.users, i, w.posts.topics, post)
            peers = peers_then(w.rows, entry, peers_following) if before == USER_AND_PEERS_BEFORE else peers_following
            met = as_before(met, similarity, peers)
        begin(i, j, w)
        appeal = evaluate(met, w.p.factors, w.users.factor_weights, i, w.scratch.values)
        check(i, j, w)
        return appeal

    return Deciding(
        meet,
        recall,
        _opens(rules.decisions.watch, rules.columns),
        _likes(rules.decisions.like),
        _follows(rules.decisions.follow),
        _leaves(rules.decisions.unfollow, meet),
    )


def _guards(places: Sequence[int], first: bool = True) -> tuple[Callable[..., None], Callable[..., None]]:
    """``begin(i, j, w)`` and ``check(i, j, w)``, before and after the factors: for those at ``places``, of one's own.

    As they begin their values are not numbers: where one raises, its value, and none before it, still is none.
    """
    if not places:

        @rule
        def begin(i: int, j: int, w: Chunk) -> None:
            return

        @rule
        def check(i: int, j: int, w: Chunk) -> None:
            return
    else:
        place, (begin_others, check_others) = places[0], _guards(places[1:], first=False)

        @rule
        def begin(i: int, j: int, w: Chunk) -> None:
            if first:
                _note(w.scratch.asked, 0, i, j)
            w.scratch.values[place] = np.nan
            begin_others(i, j, w)

        @rule
        def check(i: int, j: int, w: Chunk) -> None:
            _checked(w.scratch.values[place], factor_number(place), i, j, w)
            check_others(i, j, w)

    return begin, check


@rule
def _note(asked: Any, number: int, user: int, creator: int) -> None:
    """Note what is asked about whom, which is all that is known of it where it raises."""
    asked[0], asked[1], asked[2] = number, user, creator


@rule
def _own_opening(i: int, w: Chunk) -> float:
    return opening_probability(w.users.activity[i], w.users.fomo[i], w.p.wellbeing)


@rule
def _own_like(met: Encounter, appeal: float, w: Chunk) -> float:
    hidden = int(w.p.hide_like_counts)
    return like_probability(appeal, met.following, hidden, met.applause, w.p.decision)


@rule
def _load(i: int, w: Chunk) -> float:
    return load_of(w.rows.length[i], w.users.attention[i])


@rule
def _readiness(i: int, w: Chunk) -> float:
    return readiness(w.users.eagerness[i], _load(i, w), w.p.decision)


@rule
def _own_follow(met: Encounter, appeal: float, w: Chunk) -> float:
    grudge = grudge_against(w.memory, met.user, met.creator, w.p.decision.grudge)
    best, ready = w.users.best_followed[met.user], _readiness(met.user, w) - grudge
    return follow_probability(appeal, met.talent, best, ready, w.p.decision)


@rule
def _own_leaving(i: int, j: int, post: int, entry: int, w: Chunk) -> float:
    age, satisfaction = w.day - w.rows.day[entry], np.float64(w.rows.satisfaction[entry])
    if w.p.leaving.unfollow_rule == REASONS:
        ratio = channels(w, i, j, post, entry, w.day, w.p.leaving, w.scratch.parts)
        return hazard_for_reasons(ratio, age, is_mutual(i, j, w), w.p.leaving)
    return unfollow_hazard(satisfaction, w.users.aspiration[i], age, _load(i, w), is_mutual(i, j, w), w.p.leaving)


@rule
def _choice(met: Encounter, appeal: float, satisfaction: float, mutual: int, chance: float, w: Chunk) -> Choice:
    i, users = met.user, w.users
    return Choice(
        chance=chance,
        luck=0.0,
        appeal=appeal,
        satisfaction=satisfaction,
        aspiration=users.aspiration[i],
        load=_load(i, w),
        mutual=mutual,
        eagerness=users.eagerness[i],
        mood=users.mood[i],
        fomo=users.fomo[i],
    )


Named = tuple[str, Callable[..., float]]
"""The name of a plug-in, and its rule."""


@rule
def _checked(chance: float, number: int, user: int, creator: int, w: Chunk) -> float:
    """A chance if it is a probability; else 0, and a note for the engine, since loops cannot raise what names it."""
    if 0.0 <= chance <= 1.0:
        return chance
    broken = w.scratch.broken
    if broken[0] == 0.0:
        broken[0], broken[1], broken[2], broken[3] = number, chance, user, creator
    return 0.0


@rule
def _with_chance(choice: Choice, chance: float, luck: float) -> Choice:
    return Choice(
        chance, luck, choice.appeal, choice.satisfaction, choice.aspiration, choice.load, choice.mutual,
        choice.eagerness, choice.mood, choice.fomo,
    )  # fmt: skip


@rule
def _opening_with(opening: Opening, chance: float, luck: float) -> Opening:
    return Opening(
        opening.user, opening.day, chance, luck, opening.activity, opening.load, opening.mood, opening.fomo,
        opening.use, opening.account_age, opening.own,
    )  # fmt: skip


class _Alone(NamedTuple):
    """Stands for the encounter where a user decides on the app alone."""

    user: int
    creator: int  # -1


def _chain(rules: Sequence[Named], renewed: Callable[..., Any] = _with_chance, place: int = 0) -> Callable[..., float]:
    """``decide(met, told, parameters, w)``: each rule in turn, given the chance that those before it left.

    ``told`` is a :class:`Choice` or an :class:`Opening`, and ``renewed(told, chance, luck)`` the same with another
    chance.
    """
    if place == len(rules):

        @rule
        def decide(met: Any, told: Any, parameters: Any, w: Chunk) -> float:
            return told.chance
    else:
        name, first = rules[place]
        stream, rest = stream_of(name), _chain(rules, renewed, place + 1)

        @rule
        def decide(met: Any, told: Any, parameters: Any, w: Chunk) -> float:
            luck = uniforms_within(w.luck, stream, met.user, max(met.creator, 0), w.day, 0)[0]
            _note(w.scratch.asked, stream, met.user, met.creator)
            given = first(met, renewed(told, told.chance, luck), parameters[place])
            w.scratch.asked[0] = 0
            chance = _checked(given, stream, met.user, met.creator, w)
            return rest(met, renewed(told, chance, 0.0), parameters, w)

    return decide


def _of_opening(name: str, opens: Callable[..., float]) -> Named:
    """A rule about opening the app as a chain calls it."""
    return name, rule(lambda alone, opening, p: opens(opening, p))


def _opens(rules: Sequence[Named], columns: Sequence[Column]) -> Callable[..., float]:
    if not rules:
        return _own_opening
    decide = _chain([_of_opening(*named) for named in rules], _opening_with)
    own = own_reader(tuple(column for column in columns if column.of == "users"))

    @rule
    def opens(i: int, w: Chunk) -> float:
        users = w.users
        opening = Opening(
            user=i,
            day=w.day,
            chance=_own_opening(i, w),
            luck=0.0,
            activity=users.activity[i],
            load=_load(i, w),
            mood=users.mood[i],
            fomo=users.fomo[i],
            use=users.use[i],
            account_age=w.day - users.joined[i],
            own=own(users.own, i, w.creators.own, 0, w.rows.own, -1),
        )
        return decide(_Alone(i, -1), opening, w.p.rules.watch, w)

    return opens


def _likes(rules: Sequence[Named]) -> Callable[..., float]:
    if rules:
        decide = _chain(rules)

        @rule
        def likes(met: Encounter, appeal: float, uniform: float, w: Chunk) -> float:
            choice = _choice(met, appeal, appeal, 0, _own_like(met, appeal, w), w)
            return decide(met, choice, w.p.rules.like, w)
    else:

        @rule
        def likes(met: Encounter, appeal: float, uniform: float, w: Chunk) -> float:
            hidden = int(w.p.hide_like_counts)
            if cannot_happen(uniform, like_tendency(appeal, met.following, hidden, met.applause, w.p.decision)):
                return 0.0
            return _own_like(met, appeal, w)

    return likes


def _follows(rules: Sequence[Named]) -> Callable[..., float]:
    if rules:
        decide = _chain(rules)

        @rule
        def follows(met: Encounter, appeal: float, uniform: float, w: Chunk) -> float:
            choice = _choice(met, appeal, appeal, 0, _own_follow(met, appeal, w), w)
            return decide(met, choice, w.p.rules.follow, w)
    else:

        @rule
        def follows(met: Encounter, appeal: float, uniform: float, w: Chunk) -> float:
            ready = _readiness(met.user, w)
            if w.p.decision.follow_rule == LOGIT and cannot_happen(
                uniform, follow_tendency(appeal, ready, w.p.decision)
            ):
                return 0.0
            return _own_follow(met, appeal, w)

    return follows


def _leaves(rules: Sequence[Named], meet: Callable[..., tuple[Encounter, float]]) -> Callable[..., float]:
    if rules:
        decide = _chain(rules)

        @rule
        def leaves(i: int, j: int, post: int, entry: int, uniform: float, w: Chunk) -> float:
            met, appeal = meet(i, j, post, entry, count_peers(i, j, w), w)
            satisfaction, mutual = np.float64(w.rows.satisfaction[entry]), int(is_mutual(i, j, w))
            choice = _choice(met, appeal, satisfaction, mutual, _own_leaving(i, j, post, entry, w), w)
            return decide(met, choice, w.p.rules.unfollow, w)
    else:

        @rule
        def leaves(i: int, j: int, post: int, entry: int, uniform: float, w: Chunk) -> float:
            return _own_leaving(i, j, post, entry, w) if uniform < hazard_bound(_load(i, w), w.p.leaving) else 0.0

    return leaves

"""Weekly plans, as a compiled loop takes them: made of the strategies that a model has."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from simulation.by_reference import by_reference
from simulation.columns import Column, creator_columns
from simulation.compiling import compiled, is_ours, rule
from simulation.creators.burnout import back_on, days_away, rate_under
from simulation.creators.effort import effort
from simulation.creators.posting import can_post, phase_after
from simulation.creators.strategies import Standing, Strategy, Week, is_open, planned
from simulation.creators.strategy import OWN_VOICE, choose_strategy, plans_today, value_learnt
from simulation.engines.creating import CreatorParameters
from simulation.engines.foreign import version_of
from simulation.randomness import Stream, stream_of, uniforms, uniforms_within
from simulation.state import NEVER, Creators, Minds, Users

_PLAN = int(Stream.PLAN)


@lru_cache(maxsize=8)
def make_planning(strategies: tuple[Strategy, ...], columns: tuple[Column, ...]) -> Any:
    """The loop over the plans of all creators whose weekday it is; compiled when first called.

    ``plan_all(seed, day, users, creators, minds, opened, p)``, where ``opened`` is room for a yes or no about each
    strategy.
    """
    opens, begins = _each(strategies, creator_columns(columns))

    def plan_all(
        seed: np.uint64, day: int, users: Users, creators: Creators, minds: Minds, opened: Any, p: CreatorParameters
    ) -> None:
        users, creators = by_reference(users), by_reference(creators)
        minds, p = by_reference(minds), by_reference(p)
        for j in range(creators.user.size):
            at_work = can_post(creators.joined[j], creators.away_until[j], day) and users.left[creators.user[j]] > day
            if at_work and plans_today(j, day):
                luck = uniforms_within(seed, _PLAN, j, 0, day, 0)
                _learn(j, minds, p)
                begins(OWN_VOICE, seed, j, day, creators, minds, p)
                away = days_away(minds.burnout[j], luck[1], NEVER, p.minds.burnout)
                if away > 0:
                    creators.away_until[j] = back_on(day, away, NEVER)
                    continue
                opens(opened, seed, j, day, creators, minds, p)
                strategy = choose_strategy(minds.values, j, opened, minds.obsession[j], luck[0], p.minds.strategy)
                begins(minds.kept[j] if minds.kept[j] >= 0 else strategy, seed, j, day, creators, minds, p)
                _pace(j, day, creators, minds, p)

    functions = [(f"{s.name}.{said}", getattr(s, said)) for s in strategies for said in ("plan", "may")]
    return compiled(plan_all, made_of=version_of(columns, functions))


def ask_again(
    seed: np.uint64,
    day: int,
    creators: Creators,
    minds: Minds,
    strategies: Sequence[Strategy],
    columns: tuple[Column, ...],
    p: CreatorParameters,
) -> None:
    """Ask one's own strategies in Python about all who plan today: the compiled loop raised, not saying whose.

    Raises
    ------
    PluginError
        Names the first that raises, and the creator.
    """
    own = creator_columns(columns)
    for j in (j for j in range(creators.user.size) if plans_today(j, day)):
        for strategy, values in zip(strategies, p.strategies, strict=True):
            if not is_ours(strategy.plan):
                luck = uniforms(seed, stream_of(strategy.name), j, 0, day, 0)[0]
                me = standing(j, day, luck, own(creators.own, j), creators, minds)
                if is_open(strategy, me, values):
                    planned(strategy, me, values)


def _each(
    strategies: Sequence[Strategy], own: Callable[..., Any], place: int = 0
) -> tuple[Callable[..., None], Callable[..., None]]:
    """From strategy ``place`` on: which are open to a creator, and a week under one of them."""
    if place == len(strategies):

        @rule
        def opens(opened: Any, seed: int, j: int, day: int, creators: Creators, minds: Minds, p: Any) -> None:
            return

        @rule
        def begins(strategy: int, seed: int, j: int, day: int, creators: Creators, minds: Minds, p: Any) -> None:
            return
    else:
        plan, may = strategies[place].plan, strategies[place].may
        stream = -1 if is_ours(plan) else stream_of(strategies[place].name)
        other_opens, other_begins = _each(strategies, own, place + 1)

        @rule
        def stands(seed: int, j: int, day: int, creators: Creators, minds: Minds) -> Any:
            luck = uniforms_within(seed, stream, j, 0, day, 0)[0] if stream >= 0 else 0.0
            return standing(j, day, luck, own(creators.own, j), creators, minds)

        @rule
        def opens(opened: Any, seed: int, j: int, day: int, creators: Creators, minds: Minds, p: Any) -> None:
            opened[place] = may(stands(seed, j, day, creators, minds), p.strategies[place])
            other_opens(opened, seed, j, day, creators, minds, p)

        @rule
        def begins(strategy: int, seed: int, j: int, day: int, creators: Creators, minds: Minds, p: Any) -> None:
            if strategy == place:
                take_up(place, plan(stands(seed, j, day, creators, minds), p.strategies[place]), j, creators, minds)
            else:
                other_begins(strategy, seed, j, day, creators, minds, p)

    return opens, begins


@rule
def _learn(j: int, minds: Minds, p: CreatorParameters) -> None:
    """Take what the week earned into the value of its strategy."""
    strategy = minds.strategy[j]
    minds.values[j, strategy] = value_learnt(
        minds.values[j, strategy], minds.earned[j], minds.trials[j], minds.accustomed[j], p.minds.strategy
    )
    minds.earned[j] = 0.0
    minds.trials[j] = 0


@rule
def _pace(j: int, day: int, creators: Creators, minds: Minds, p: CreatorParameters) -> None:
    """Set this week's posting rate by effort, burnout and the strategy."""
    natural, before = creators.posting_rate[j], creators.rate[j]
    minds.effort[j] = effort(natural, minds.average_reward[j], minds.accustomed[j], p.minds.effort)
    creators.rate[j] = rate_under(natural * minds.pace[j], minds.effort[j], minds.burnout[j], p.minds.burnout)
    creators.phase[j] = phase_after(creators.phase[j], before, creators.rate[j], day)


@rule
def standing(j: int, day: int, luck: float, own: Any, creators: Creators, minds: Minds) -> Standing:
    """What creator ``j`` knows as a week begins."""
    return Standing(
        creator=j,
        day=day,
        account_age=day - creators.joined[j],
        followers=creators.followers[j],
        posting_rate=creators.posting_rate[j],
        talent=creators.talent[j],
        authenticity=creators.authenticity[j],
        consistency=creators.consistency[j],
        validation=minds.motives[j, 0],
        influence=minds.motives[j, 1],
        joy=minds.motives[j, 2],
        mood=minds.mood[j],
        obsession=minds.obsession[j],
        burnout=minds.burnout[j],
        comparison=minds.comparison[j],
        luck=luck,
        own=own,
    )


@rule
def take_up(strategy: int, plan: Week, creator: int, creators: Creators, minds: Minds) -> None:
    """Begin a week under a strategy; who collaborates has yet to find a partner."""
    minds.strategy[creator] = strategy
    minds.pace[creator] = plan.pace
    minds.polish[creator] = plan.polish
    minds.trend_share[creator] = plan.trend
    minds.audience_share[creator] = plan.audience
    minds.drift[creator] = plan.drift
    minds.strain[creator] = plan.strain
    minds.collaborates[creator] = plan.collaborates
    creators.engagement[creator] = plan.warmth
    creators.listening[creator] = plan.audience > 0.0 or plan.drift > 0.0
    if creators.partner[creator] >= 0:
        creators.partner[creators.partner[creator]] = -1
    creators.partner[creator] = -1

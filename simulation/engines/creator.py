"""Creators as Mesa agents: users who also post, and what the chase for numbers does to them.

A creator's week begins with :meth:`Creator.plan`, which chooses a strategy; a day has :meth:`Creator.post` and, when
everybody has watched, :meth:`Creator.take_in`. Every step calls a rule of ``simulation.creators``, where its equation
and its source stand.
"""

import numpy as np

from simulation.columns import creator_columns
from simulation.compiling import is_ours
from simulation.creators.burnout import burnout_after, days_away, rate_under
from simulation.creators.comparison import comparison
from simulation.creators.effort import effort
from simulation.creators.habituation import (
    accustomed_after,
    average_after,
    expected_after,
    prediction_error,
    usual_after,
)
from simulation.creators.mood import felt, mood_after, taken
from simulation.creators.obsession import obsession_after
from simulation.creators.posting import (
    consistency_after,
    delivered,
    due_today,
    phase_after,
    posts_today,
    realised_quality,
)
from simulation.creators.reward import impression, impression_made, joy_reward, metrics_reward
from simulation.creators.strategies import Standing, Strategy, is_open, planned
from simulation.creators.strategy import OWN_VOICE, blend, choose_strategy, judged, plans_today, value_after
from simulation.creators.voice import authenticity_after, authenticity_exposed, authenticity_sold, off_voice, pursuit
from simulation.engines.agents import User
from simulation.engines.planning import standing, take_up
from simulation.factors.similarity import cosine
from simulation.ledger import FOLLOW, NO_SOURCE, RECIPROCITY
from simulation.platform.pools import stage_after, stage_today
from simulation.platform.trends import hottest
from simulation.randomness import Stream, standard_normal, stream_of
from simulation.state import NEVER
from simulation.users.follow_back import follow_back_probability


class Creator(User):
    """A user who also posts."""

    # What a creator is, read from the state ----------------------------------------------------------------------

    @property
    def creator(self) -> int:
        """Index among creators."""
        return self.own_creator

    @property
    def followers(self) -> int:
        """Followers as the platform counts them."""
        return int(self.model.state.creators.followers[self.creator])

    @property
    def authenticity(self) -> float:
        """How genuine this creator comes across, in [0, 1]."""
        return float(self.model.state.creators.authenticity[self.creator])

    @property
    def spirits(self) -> float:
        """Mood as a creator, from -1 to 1; :attr:`mood` is that of the viewer."""
        return float(self.model.state.minds.mood[self.creator])

    @property
    def obsession(self) -> float:
        """Craving for numbers, in [0, 1]."""
        return float(self.model.state.minds.obsession[self.creator])

    @property
    def strategy(self) -> str:
        """What this creator does this week."""
        return self.model.strategy_names[self.model.state.minds.strategy[self.creator]]

    @property
    def is_new(self) -> bool:
        """Whether this creator joined today; posting begins tomorrow."""
        return bool(self.model.state.creators.joined[self.creator] >= self.model.state.day)

    @property
    def is_away(self) -> bool:
        """Whether this creator pauses, or has quit."""
        return bool(self.model.state.creators.away_until[self.creator] > self.model.state.day)

    # A week -----------------------------------------------------------------------------------------------------

    def plan(self) -> None:
        """Once a week: learn from the last one, pause where burnt out, else choose a strategy and a pace."""
        today = self.model.today
        if not self.is_here or self.is_new or self.is_away or not plans_today(self.creator, today.day):
            return
        choice, quits, _, _ = today.uniforms(Stream.PLAN, self.creator, 0, 0)
        minds, j, p = today.state.minds, self.creator, today.p.minds
        self.learn()
        self.set_out(OWN_VOICE)
        away = days_away(float(minds.burnout[j]), quits, NEVER, p.burnout)
        if away > 0:
            today.state.creators.away_until[j] = NEVER if away == NEVER else today.day + away
            return
        kept = int(minds.kept[j])
        self.set_out(kept if kept >= 0 else self.choose_strategy(choice))
        self.set_pace()

    def learn(self) -> None:
        """Take what the week earned into the value of its strategy."""
        minds, j, p = self.model.state.minds, self.creator, self.model.today.p.minds.strategy
        if minds.trials[j] > 0:
            earned, strategy = float(minds.earned[j]) / int(minds.trials[j]), int(minds.strategy[j])
            value = float(minds.values[j, strategy])
            minds.values[j, strategy] = value_after(value, earned, float(minds.accustomed[j]), p)
        minds.earned[j] = 0.0
        minds.trials[j] = 0

    def choose_strategy(self, uniform: float) -> int:
        """Number of the strategy for this week: those that have paid are likelier."""
        today = self.model.today
        known = zip(today.behaviour.strategies, today.p.strategies, strict=True)
        opened = [is_open(strategy, self.standing(strategy), p) for strategy, p in known]
        values, p = today.state.minds.values, today.p.minds.strategy
        return choose_strategy(values, self.creator, opened, self.obsession, uniform, p)

    def standing(self, strategy: Strategy) -> Standing:
        """What this creator knows as a week begins, and the chance that belongs to a strategy."""
        today, j = self.model.today, self.creator
        luck = 0.0 if is_ours(strategy.plan) else today.uniforms(stream_of(strategy.name), j, 0, 0)[0]
        own = creator_columns(today.behaviour.columns)(today.state.creators.own, j)
        return standing(j, today.day, luck, own, today.state.creators, today.state.minds)

    def set_out(self, strategy: int) -> None:
        """Take up a strategy; who collaborates has yet to find a partner."""
        today = self.model.today
        chosen = today.behaviour.strategies[strategy]
        plan = planned(chosen, self.standing(chosen), today.p.strategies[strategy])
        take_up(strategy, plan, self.creator, today.state.creators, today.state.minds)

    def set_pace(self) -> None:
        """Set this week's posting rate by effort and burnout."""
        today = self.model.today
        creators, minds, j, p = today.state.creators, today.state.minds, self.creator, today.p.minds
        natural, before = float(creators.posting_rate[j]), float(creators.rate[j])
        minds.effort[j] = effort(natural, float(minds.average_reward[j]), float(minds.accustomed[j]), p.effort)
        creators.rate[j] = rate_under(
            natural * float(minds.pace[j]), float(minds.effort[j]), float(minds.burnout[j]), p.burnout
        )
        creators.phase[j] = phase_after(float(creators.phase[j]), before, float(creators.rate[j]), today.day)

    # A day ------------------------------------------------------------------------------------------------------

    def post(self) -> None:
        """Post today, or not; how good it is depends on talent and, for the irregular, on the day."""
        today = self.model.today
        creators, j, p = today.state.creators, self.creator, today.p
        keeps, chance, u_1, u_2 = today.uniforms(Stream.POST, j, 0, 0)
        if today.state.users.left[self.index] <= today.day:
            creators.away_until[j] = NEVER
            creators.stage[j] = -1
        rate, regularity = float(creators.rate[j]), float(creators.regularity[j])
        due = due_today(rate, float(creators.phase[j]), today.day)
        posts = posts_today(due, rate, regularity, keeps, chance) and not self.is_new and not self.is_away
        creators.posted[j] = posts
        if posts:
            noise = standard_normal(u_1, u_2)
            creators.quality[j] = realised_quality(
                float(creators.talent[j] + today.state.minds.polish[j]), regularity, noise, p.posting
            )
            self.choose_topics()
        creators.stage[j] = stage_today(int(creators.stage[j]), posts, p.feed.mix.staged)
        creators.visible[j] = posts or creators.stage[j] >= 0

    def choose_topics(self) -> None:
        """Post in their own voice, bent by the strategy and by who pays for it."""
        today = self.model.today
        creators, minds, j = today.state.creators, today.state.minds, self.creator
        topics, post = creators.topics, creators.post_topics
        pure = np.eye(topics.shape[1])
        trending = hottest(today.state.trends)
        blend(topics, j, pure, trending, float(minds.trend_share[j]) if trending >= 0 else 0.0, post)
        if minds.audience_share[j] > 0.0:
            blend(post, j, minds.audience, j, float(minds.audience_share[j]), post)
        if creators.sponsored[j] > 0.0:
            share = float(creators.sponsored[j])
            blend(post, j, pure, int(topics[j].argmin()), share, post)
            if today.p.minds_move:
                known = self.followers / self.model.state.users.activity.size
                creators.authenticity[j] = authenticity_sold(self.authenticity, share, known, today.p.minds.voice)
            creators.sponsored[j] = 0.0

    def follow_back(self, fan: User) -> None:
        """Decide whether to follow back a creator who has followed today."""
        today = self.model.today
        if not self.is_here or self.is_away or today.follows(self.index, fan.own_creator):
            return
        _, _, _, u_follow_back = today.uniforms(Stream.DECISION, self.index, fan.own_creator, 0)
        appeal, factors = self.appeal(self.meet(fan.own_creator))
        load = len(self.following) / self.attention
        p = today.p.decision
        chance = follow_back_probability(
            appeal, load, p.follow_sharpness, p.follow_threshold, today.p.follow_back.courtesy
        )
        if u_follow_back < chance:
            contributions = self.contributions(factors)
            cause = len(factors) + RECIPROCITY
            self.decide(fan.own_creator, FOLLOW, NO_SOURCE, cause, appeal, chance, appeal, contributions)

    def take_in(self) -> None:
        """Take in the day's numbers: what they do to the mind, to trust, and to momentum on the platform."""
        today = self.model.today
        creators, j, p = today.state.creators, self.creator, today.p
        if p.minds_move and not self.is_new:
            self.feel_numbers()
        due = due_today(float(creators.rate[j]), float(creators.phase[j]), today.day)
        as_expected = delivered(
            due, bool(creators.posted[j]), float(creators.quality[j]), float(creators.talent[j]), p.posting
        )
        if not self.is_new:
            creators.consistency[j] = consistency_after(float(creators.consistency[j]), as_expected, p.posting)
        likes = int(creators.likes[j]) + (int(creators.bought_likes[j]) if creators.visible[j] else 0)
        news = int(creators.gained[j]) - int(creators.bought_today[j]) + p.feed.like_weight * likes
        creators.momentum[j] = p.feed.momentum_memory * float(creators.momentum[j]) + news
        if creators.visible[j]:
            creators.stage[j] = stage_after(int(creators.stage[j]), int(creators.views[j]), likes, p.feed.pools)
        creators.total_gained[j] += creators.gained[j]
        creators.total_lost[j] += creators.lost[j]
        creators.total_views[j] += creators.views[j]
        creators.total_likes[j] += creators.likes[j]

    # Feelings ---------------------------------------------------------------------------------------------------

    def feel_numbers(self) -> None:
        """Be rewarded or let down; compare; crave, tire, and drift from their own voice or back to it."""
        today = self.model.today
        creators, minds, j, p = today.state.creators, today.state.minds, self.creator, today.p.minds
        gained, lost = creators.gained[j] - creators.bought_today[j], creators.lost[j] - creators.purged_today[j]
        minds.net_since[j] += gained - lost
        error = self.read_numbers() if creators.visible[j] else 0.0
        minds.comparison[j] = self.compare()
        before = self.spirits
        minds.mood[j] = mood_after(before, error, float(minds.comparison[j]), p.mood)
        validation, fall = float(minds.motives[j, 0]), taken(before, self.spirits, p.mood)
        minds.obsession[j] = obsession_after(self.obsession, validation, felt(error, p.mood), fall, p.obsession)
        load = float(minds.effort[j]) * float(minds.strain[j])
        minds.burnout[j] = burnout_after(float(minds.burnout[j]), self.spirits, load, self.is_away, p.burnout)
        purged = int(creators.purged_today[j])
        creators.authenticity[j] = authenticity_exposed(self.authenticity, purged, self.followers, p.voice)
        if creators.posted[j]:
            self.hear_own_voice()

    def read_numbers(self) -> float:
        """Take a post's numbers for its reward, get used to it, and return the prediction error."""
        today = self.model.today
        creators, minds, j, p = today.state.creators, today.state.minds, self.creator, today.p.minds
        feed, habits = today.p.feed, p.habituation
        likes = impression_made(int(creators.likes[j]), float(minds.usual_likes[j]), feed.hide_like_counts)
        net = impression_made(int(minds.net_since[j]), float(minds.usual_net[j]), feed.hide_follower_counts)
        minds.usual_likes[j] = usual_after(float(minds.usual_likes[j]), likes, habits)
        minds.usual_net[j] = usual_after(float(minds.usual_net[j]), net, habits)
        fit = cosine(creators.topics, j, creators.post_topics, j)
        validation, influence, joy = minds.motives[j].tolist()
        metrics = metrics_reward(validation, influence, likes, net, impression(int(creators.views[j])))
        reward = metrics + joy_reward(joy, self.authenticity, fit, p.reward)
        error = prediction_error(reward, float(minds.expected_reward[j]))
        worth = judged(reward, metrics, self.obsession, p.strategy)
        minds.reward[j] = reward
        minds.expected_reward[j] = expected_after(float(minds.expected_reward[j]), error, habits)
        minds.average_reward[j] = average_after(float(minds.average_reward[j]), worth, habits)
        minds.accustomed[j] = accustomed_after(float(minds.accustomed[j]), worth, habits)
        minds.earned[j] += worth
        minds.trials[j] += 1
        minds.net_since[j] = 0
        return error

    def compare(self) -> float:
        """Look up to similar creators who have more followers."""
        today, creators = self.model.today, self.model.state.creators
        followers = 0 if today.p.feed.hide_follower_counts else self.followers
        usual = float(today.usual[int(creators.topics[self.creator].argmax())])
        return comparison(followers, usual, self.model.state.users.activity.size)

    def hear_own_voice(self) -> None:
        """After a post: lose authenticity by what was done for the numbers, or regain it."""
        today = self.model.today
        creators, minds, j, p = today.state.creators, today.state.minds, self.creator, today.p.minds
        distance = off_voice(creators.topics, creators.post_topics, j)
        creators.authenticity[j] = authenticity_after(
            self.authenticity, float(minds.baseline[j]), distance, pursuit(self.obsession, p.voice), p.voice
        )
        if minds.drift[j] > 0.0:
            blend(creators.topics, j, minds.audience, j, float(minds.drift[j]), creators.topics)

"""Creators as Mesa agents: users who also post, and what the chase for numbers does to them.

A creator's week begins with :meth:`Creator.plan`, which chooses a strategy; a day has :meth:`Creator.post` and, when
everybody has watched, :meth:`Creator.take_in`. Every step calls a rule of ``simulation.creators``, where its equation
and its source stand.
"""

from typing import Any

import numpy as np

from simulation.columns import creator_columns
from simulation.compiling import is_ours
from simulation.creators.burnout import back_on, burnout_after, days_away, rate_under
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
    career_after,
    consistency_after,
    counts_for_consistency,
    delivered,
    due_today,
    phase_after,
    posts_today,
    realised_quality,
)
from simulation.creators.reward import impression, impression_made, joy_reward, metrics_reward, net_by_people
from simulation.creators.strategies import Standing, Strategy, is_open, planned
from simulation.creators.strategy import (
    OWN_VOICE,
    blend,
    choose_strategy,
    furthest_topic,
    judged,
    plans_today,
    value_learnt,
)
from simulation.creators.voice import authenticity_after, authenticity_exposed, authenticity_sold, off_voice, pursuit
from simulation.engines.agents import User
from simulation.engines.person import Row
from simulation.engines.planning import standing, take_up
from simulation.engines.today import PlanLuck, PostLuck
from simulation.factors.similarity import cosine
from simulation.ledger import FOLLOW, NO_SOURCE, RECIPROCITY
from simulation.platform.momentum import become_known, likes_counted, momentum_after
from simulation.platform.pools import stage_after, stage_today
from simulation.platform.trends import hottest
from simulation.posts import begin_post, lives_on
from simulation.randomness import Stream, standard_normal, stream_of
from simulation.state import NEVER, locked
from simulation.users.follow_back import follow_back_probability

VALIDATION, INFLUENCE, JOY = range(3)
"""Places of the motives."""


class Creator(User):
    """A user who also posts."""

    # What a creator is, read from the state ----------------------------------------------------------------------

    @property
    def creator(self) -> int:
        """Index among creators."""
        return self.own_creator

    @property
    def channel(self) -> Any:
        """This creator's numbers in :class:`~simulation.state.Creators`, by name: ``creator.channel.talent``."""
        return Row(self.model.state.creators, self.creator)

    @property
    def mind(self) -> Any:
        """This creator's numbers in :class:`~simulation.state.Minds`, by name: ``creator.mind.burnout``."""
        return Row(self.model.state.minds, self.creator)

    @property
    def newest_place(self) -> int:
        """Where in :class:`~simulation.state.Posts` this creator's newest post stands."""
        return self.creator * self.lives

    @property
    def newest(self) -> Any:
        """The numbers of this creator's newest post, by name: ``creator.newest.quality``."""
        return Row(self.posts, self.newest_place)

    @property
    def followers(self) -> int:
        """Followers as the platform counts them."""
        return int(self.channel.followers)

    @property
    def authenticity(self) -> float:
        """How genuine this creator comes across, in [0, 1]."""
        return float(self.channel.authenticity)

    @property
    def spirits(self) -> float:
        """Mood as a creator, from -1 to 1; :attr:`mood` is that of the viewer."""
        return float(self.mind.mood)

    @property
    def obsession(self) -> float:
        """Craving for numbers, in [0, 1]."""
        return float(self.mind.obsession)

    @property
    def strategy(self) -> str:
        """What this creator does this week."""
        return self.model.strategy_names[self.mind.strategy]

    @property
    def is_new(self) -> bool:
        """Whether this creator joined today; posting begins tomorrow."""
        return bool(self.channel.joined >= self.model.state.day)

    @property
    def is_away(self) -> bool:
        """Whether this creator pauses, or has quit."""
        return bool(self.channel.away_until > self.model.state.day)

    # A week -----------------------------------------------------------------------------------------------------

    def plan(self) -> None:
        """Once a week: learn from the last one, pause where burnt out, else choose a strategy and a pace."""
        if not self.is_here or self.is_new or self.is_away or not plans_today(self.creator, self.today.day):
            return
        luck = PlanLuck(*self.today.uniforms(Stream.PLAN, self.creator, 0, 0))
        self.learn()
        self.set_out(OWN_VOICE)
        away = days_away(self.mind.burnout, luck.u_quit, NEVER, self.p.minds.burnout)
        if away > 0:
            self.channel.away_until = back_on(self.today.day, away, NEVER)
            return
        self.set_out(self.mind.kept if self.mind.kept >= 0 else self.choose_strategy(luck.u_strategy))
        self.set_pace()

    def learn(self) -> None:
        """Take what the week earned into the value of its strategy."""
        mind, strategy = self.mind, self.mind.strategy
        mind.values[strategy] = value_learnt(
            mind.values[strategy].item(), mind.earned, mind.trials, mind.accustomed, self.p.minds.strategy
        )
        mind.earned = 0.0
        mind.trials = 0

    def choose_strategy(self, uniform: float) -> int:
        """Number of the strategy for this week: those that have paid are likelier."""
        known = zip(self.today.behaviour.strategies, self.p.strategies, strict=True)
        opened = [is_open(strategy, self.standing(strategy), p) for strategy, p in known]
        values = self.model.state.minds.values
        return choose_strategy(values, self.creator, opened, self.obsession, uniform, self.p.minds.strategy)

    def standing(self, strategy: Strategy) -> Standing:
        """What this creator knows as a week begins, and the chance that belongs to a strategy."""
        j, state, day = self.creator, self.model.state, self.today.day
        luck = 0.0 if is_ours(strategy.plan) else self.today.uniforms(stream_of(strategy.name), j, 0, 0)[0]
        own = creator_columns(self.today.behaviour.columns)(locked(state.creators.own), j)
        return standing(j, day, luck, own, state.creators, state.minds)

    def set_out(self, strategy: int) -> None:
        """Take up a strategy; who collaborates has yet to find a partner."""
        chosen = self.today.behaviour.strategies[strategy]
        plan = planned(chosen, self.standing(chosen), self.p.strategies[strategy])
        take_up(strategy, plan, self.creator, self.creators, self.model.state.minds)

    def set_pace(self) -> None:
        """Set this week's posting rate by effort, burnout and the strategy."""
        channel, mind, p = self.channel, self.mind, self.p.minds
        before = channel.rate
        mind.effort = effort(channel.posting_rate, mind.average_reward, mind.accustomed, p.effort)
        channel.rate = rate_under(channel.posting_rate * mind.pace, mind.effort, mind.burnout, p.burnout)
        channel.phase = phase_after(channel.phase, before, channel.rate, self.today.day)

    # A day ------------------------------------------------------------------------------------------------------

    def post(self) -> None:
        """Post today, or not; who has left the platform never does again."""
        channel, luck = self.channel, PostLuck(*self.today.uniforms(Stream.POST, self.creator, 0, 0))
        if self.viewer.left <= self.today.day:
            channel.away_until = NEVER
            channel.stage = -1
        posts = posts_today(self.is_due, channel.rate, channel.regularity, luck.u_keep, luck.u_post)
        channel.posted = posts and not self.is_new and not self.is_away
        self.go_through_a_career()
        if channel.posted:
            self.make_post(standard_normal(luck.u_noise_1, luck.u_noise_2))
        channel.stage = stage_today(channel.stage, channel.posted, self.p.feed.mix.staged)
        channel.visible = lives_on(int(self.newest.day), self.today.day, self.lives) or channel.stage >= 0

    def go_through_a_career(self) -> None:
        """Get a little better or worse for a while."""
        if self.p.posting.career_sd > 0.0:
            luck = PostLuck(*self.today.uniforms(Stream.POST, self.creator, 0, 1))
            normal = standard_normal(luck.u_keep, luck.u_post)
            self.channel.career = career_after(self.channel.career, normal, self.p.posting)

    @property
    def level(self) -> float:
        """How good this creator's posts are at this time."""
        return float(self.channel.talent + self.channel.career)

    @property
    def is_due(self) -> bool:
        """Whether this creator's schedule has a post today."""
        return due_today(self.channel.rate, self.channel.phase, self.today.day)

    def make_post(self, noise: float) -> None:
        """Make a post: how good it is depends on talent, on the strategy and, for the irregular, on the day."""
        begin_post(self.posts, self.creator, self.lives, self.today.day)
        self.newest.quality = realised_quality(
            self.level + self.mind.polish, self.channel.regularity, noise, self.p.posting
        )
        self.choose_topics()

    def choose_topics(self) -> None:
        """Post in their own voice, bent by the strategy and by who pays for it."""
        state, j, mind, newest = self.model.state, self.creator, self.mind, self.newest_place
        topics, made, pure = self.creators.topics, state.posts.topics, np.eye(self.creators.topics.shape[1])
        trending = hottest(state.trends)
        blend(topics, j, pure, trending, mind.trend_share if trending >= 0 else 0.0, made, newest)
        if mind.audience_share > 0.0:
            blend(made, newest, state.minds.audience, j, mind.audience_share, made, newest)
        if self.channel.sponsored > 0.0:
            self.newest.sponsored = self.channel.sponsored
            blend(made, newest, pure, furthest_topic(topics, j), self.channel.sponsored, made, newest)
            self.sell_out()
        become_known(self.creators.known_for, j, made, newest, self.p.feed)

    def sell_out(self) -> None:
        """Lose authenticity by a sponsored post; the next one is free again."""
        channel = self.channel
        if self.p.minds_move:
            known = self.followers / self.model.state.users.activity.size
            channel.authenticity = authenticity_sold(self.authenticity, channel.sponsored, known, self.p.minds.voice)
        channel.sponsored = 0.0

    def follow_back(self, fan: User) -> None:
        """Decide whether to follow back a creator who has followed today."""
        if not self.is_here or self.is_away or self.today.follows(self.index, fan.own_creator):
            return
        u_follow_back = self.luck_with(fan.own_creator).u_follow_back
        appeal, factors = self.appeal(self.meet(fan.own_creator, fan.own_creator * self.lives))
        p, courtesy, grudge = self.p.decision, self.p.follow_back.courtesy, self.grudge_against(fan.own_creator)
        chance = follow_back_probability(appeal, self.load, p.follow_sharpness, p.follow_threshold, courtesy, grudge)
        if u_follow_back < chance:
            self.decide(FOLLOW, fan.own_creator, NO_SOURCE, len(factors) + RECIPROCITY, chance, appeal, factors)

    def take_in(self) -> None:
        """Take in the day's numbers: what they do to the mind, to trust, and to momentum on the platform."""
        if not self.is_new:
            if self.p.minds_move:
                self.feel_numbers()
            self.earn_trust()
        self.gain_momentum()
        self.count_up()

    def earn_trust(self) -> None:
        """Come to seem consistent by posting when due, and as well as ever; or less so."""
        channel, p = self.channel, self.p.posting
        if counts_for_consistency(self.is_due, channel.posted, p):
            as_expected = delivered(self.is_due, channel.posted, self.newest.quality, self.level, p)
            channel.consistency = consistency_after(channel.consistency, as_expected, p)

    def gain_momentum(self) -> None:
        """Be recommended by what today brought; a post makes its way up the traffic pools, or no more."""
        channel, feed = self.channel, self.p.feed
        likes = likes_counted(channel.likes, channel.bought_likes, channel.visible)
        channel.momentum = momentum_after(channel.momentum, channel.gained, channel.bought_today, likes, feed)
        if channel.visible:
            channel.stage = stage_after(channel.stage, channel.views, likes, feed.pools)

    def count_up(self) -> None:
        """Add today's counts to those since the start."""
        channel = self.channel
        channel.total_gained += channel.gained
        channel.total_lost += channel.lost
        channel.total_views += channel.views
        channel.total_likes += channel.likes
        channel.total_shares += channel.shares

    # Feelings ---------------------------------------------------------------------------------------------------

    def feel_numbers(self) -> None:
        """Be rewarded or let down; compare; crave, tire, and drift from their own voice or back to it."""
        channel, mind = self.channel, self.mind
        mind.net_since += net_by_people(channel.gained, channel.bought_today, channel.lost, channel.purged_today)
        error = self.read_numbers() if channel.visible else 0.0
        mind.comparison = self.compare()
        self.be_moved(error)
        purged, voice = channel.purged_today, self.p.minds.voice
        channel.authenticity = authenticity_exposed(self.authenticity, purged, self.followers, voice)
        if channel.posted:
            self.hear_own_voice()

    def be_moved(self, error: float) -> None:
        """Change in mood, obsession and burnout by a prediction error and by comparison."""
        mind, p, before = self.mind, self.p.minds, self.spirits
        mind.mood = mood_after(before, error, mind.comparison, p.mood)
        surprise, fall = felt(error, p.mood), taken(before, mind.mood, p.mood)
        mind.obsession = obsession_after(self.obsession, self.motive(VALIDATION), surprise, fall, p.obsession)
        load = mind.effort * mind.strain
        mind.burnout = burnout_after(mind.burnout, mind.mood, load, self.is_away, p.burnout)

    def motive(self, which: int) -> float:
        """How much this creator lives by validation, influence or joy: shares that sum to 1."""
        return float(self.mind.motives[which])

    def read_numbers(self) -> float:
        """Take a post's numbers for its reward, get used to it, and return the prediction error."""
        mind = self.mind
        metrics = self.reward_by_numbers()
        reward = metrics + self.reward_by_making()
        error = prediction_error(reward, mind.expected_reward)
        mind.reward = reward
        mind.expected_reward = expected_after(mind.expected_reward, error, self.p.minds.habituation)
        self.credit(judged(reward, metrics, self.obsession, self.p.minds.strategy))
        return error

    def reward_by_numbers(self) -> float:
        """What likes, net followers and views are worth; what is seen of them becomes the usual."""
        mind, feed, habits = self.mind, self.p.feed, self.p.minds.habituation
        likes = impression_made(self.channel.likes, mind.usual_likes, feed.hide_like_counts)
        net = impression_made(mind.net_since, mind.usual_net, feed.hide_follower_counts)
        mind.usual_likes = usual_after(mind.usual_likes, likes, habits)
        mind.usual_net = usual_after(mind.usual_net, net, habits)
        mind.net_since = 0
        views = impression(self.channel.views)
        return metrics_reward(self.motive(VALIDATION), self.motive(INFLUENCE), likes, net, views)

    def reward_by_making(self) -> float:
        """What the joy of making it is worth: more for the authentic, and for posts in their own voice."""
        fit = cosine(self.creators.topics, self.creator, self.posts.topics, self.newest_place)
        return joy_reward(self.motive(JOY), self.authenticity, fit, self.p.minds.reward)

    def credit(self, worth: float) -> None:
        """Put what a post is judged to have earned to the week, and to what this creator is used to."""
        mind, habits = self.mind, self.p.minds.habituation
        mind.average_reward = average_after(mind.average_reward, worth, habits)
        mind.accustomed = accustomed_after(mind.accustomed, worth, habits)
        mind.earned += worth
        mind.trials += 1

    def compare(self) -> float:
        """Look up to similar creators who have more followers."""
        usual = float(self.today.usual[self.channel.topics.argmax()])
        return comparison(self.followers, usual, self.model.state.users.activity.size)

    def hear_own_voice(self) -> None:
        """After a post: lose authenticity by what was done for the numbers, or regain it."""
        channel, mind, voice, j = self.channel, self.mind, self.p.minds.voice, self.creator
        topics, pursued = self.creators.topics, pursuit(self.obsession, voice)
        distance = off_voice(topics, j, self.posts.topics, self.newest_place)
        channel.authenticity = authenticity_after(self.authenticity, mind.baseline, distance, pursued, voice)
        if mind.drift > 0.0:
            blend(topics, j, self.model.state.minds.audience, j, mind.drift, topics, j)

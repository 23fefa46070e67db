"""Users as Mesa agents: the model as one would tell it. Those of them who create are in ``creator``.

An agent holds no numbers of its own. It is a view of one row of the state (``person``), which the compiled engine
shares, and calls the same rules; what it adds is the order in which a person does things. How the feed is filled stands
in ``watcher``. Subclass freely: ``FollowerModel(engine="mesa", user_type=MyUser)``.
"""

from typing import NamedTuple

import numpy as np

from simulation.engines.diary import moment
from simulation.engines.ties import channels, end_session, enjoy, former_similarity, keep_in_mind, peers_then
from simulation.engines.watcher import Showing, Watcher
from simulation.errors import FollowerDynamicsError, PluginError
from simulation.factors.base import Encounter
from simulation.factors.meeting import as_before
from simulation.ledger import (
    CHANGES,
    DEPARTURE,
    FOLLOW,
    NO_SOURCE,
    OVERLOAD,
    UNFOLLOW,
    account_for_change,
    began_values,
    cause_by_reasons,
    in_fixed_point,
    room_for_events,
    weighted_sum,
)
from simulation.ledger import follow_cause as cause_of_follow
from simulation.ledger import unfollow_cause as cause_of_unfollow
from simulation.platform.ranking import FOLLOWING
from simulation.plugins import Choice, decided
from simulation.randomness import Stream
from simulation.recall import remember
from simulation.users.change import aspiration_after, drift_toward, grow_curious, scale_to_unit_length
from simulation.users.checking import is_usual
from simulation.users.decisions import follow_probability, like_probability, readiness
from simulation.users.grudges import grudge_against
from simulation.users.leaving import (
    ALL,
    REASONS,
    satisfaction_after_absence,
    tidies_up,
    unfollow_hazard,
)
from simulation.users.reasons import CHANNELS, hazard_for_reasons
from simulation.users.sharing import share
from simulation.users.wellbeing import (
    comparison_dose,
    fomo_after,
    misses_out,
    mood_after,
    mood_by_watching,
    share_missed,
    use_after,
)

HOOKS = {"like": "liking_chance", "follow": "following_chance", "unfollow": "leaving_chance"}
"""Methods that a subclass overrides to decide otherwise, by what they decide."""
TOLERANCE = 1e-9
"""How far an appeal may be from the weighted sum of its factors: rounding."""


class Seen(NamedTuple):
    """A post as a user saw it."""

    post: int
    encounter: Encounter
    appeal: float
    factors: list[float]
    liked: bool


class User(Watcher):
    """Somebody who watches, likes, follows and leaves.

    A subclass given as ``user_type`` changes users who create as well, unless it says ``creators_too = False`` or a
    ``creator_type`` of one's own is given.
    """

    creators_too = True

    # A day ------------------------------------------------------------------------------------------------------

    def watch(self) -> None:
        """Open the app and watch, or not; or leave the platform for good."""
        if not self.is_here:
            return
        if self.today.tables is None:
            raise FollowerDynamicsError("users watch within a day, once the feed is ranked: call model.step()")
        if self.session_luck.u_depart < self.p.departure_rate:
            self.depart()
        elif self.opens():
            self.watch_feed()
        else:
            self.rest()

    def watch_feed(self) -> None:
        """Meet every creator the feed shows; tidy up; be changed by it."""
        self.today.sessions += 1
        shown = self.fill_feed(self.slots())
        seen = self.meet_all(shown)
        if self.p.leaving.reconsider == ALL:
            self.reconsider_unseen(shown)
        self.tidy()
        self.end_session([post.factors for post in seen if post.encounter.following])
        self.change([post.appeal for post in seen], [post.post for post in seen if post.liked])
        self.feel([post.encounter for post in seen])
        self.remember(seen)

    # What the feed shows ----------------------------------------------------------------------------------------

    def meet_all(self, shown: dict[int, Showing]) -> list[Seen]:
        """See the posts of the creators shown, and miss the followed ones who have none."""
        seen: list[Seen] = []
        usual: list[Seen] = []
        for creator, showing in shown.items():
            if not self.creators.visible[creator]:
                self.miss(creator, showing.source)
                continue
            seen.append(self.see(creator, showing))
            usual += seen[-1:] if is_usual(showing.source == FOLLOWING, self.p.session) else []
        if usual:
            self.sample(usual[0].factors)
        return seen

    def see(self, creator: int, showing: Showing) -> Seen:
        """See a post: like it, or not; leave a creator who is followed, or not; follow one who is not, or not."""
        self.count("views", showing.post, showing.times)
        self.today.shown[self.index, creator] = showing.post
        encounter = self.meet(creator)
        appeal, factors = self.judge(encounter)
        liked = self.like(encounter, appeal)
        if liked:
            self.count("likes", showing.post)
            self.share(showing.post)
        if encounter.following:
            self.enjoy(creator, appeal)
            self.keep_in_mind(encounter, factors)
            decided = self.reconsider(creator, showing.source)
        else:
            decided = self.follow(encounter, appeal, factors, showing.source)
        if self.diary is not None:
            self.diary.append(moment(self, encounter, showing.source, showing.times, liked, decided))
        return Seen(showing.post, encounter, appeal, factors, liked)

    def count(self, what: str, post: int, times: int = 1) -> None:
        """Count views or likes of a post, and of its creator."""
        creator = post // self.lives
        for group, place in ((self.posts, post), (self.creators, creator)):
            getattr(group, what)[place] += times

    def post_of(self, creator: int) -> int:
        """The post of a creator that today's session showed, or else the newest."""
        return self.today.shown.get((self.index, creator), creator * self.lives)

    def meet(self, creator: int, post: int | None = None) -> Encounter:
        """Everything about this user and a creator's post, by default the one seen today, that a factor may read."""
        entry = self.entry(creator) if self.today.follows(self.index, creator) else -1
        post = self.post_of(creator) if post is None else post
        return self.today.meet(self.index, creator, post, entry, self.peers_following(creator))

    def appeal(self, encounter: Encounter) -> tuple[float, list[float]]:
        """How much a post appeals to this user, and the value of every factor."""
        factors = [0.0] * self.model.state.reference.size
        weights = self.model.state.users.factor_weights
        return float(self.today.evaluate(encounter, self.p.factors, weights, self.index, factors)), factors

    def judge(self, encounter: Encounter) -> tuple[float, list[float]]:
        """The appeal of a post and its factors, which must make it: a ledger that did not add up would be worthless."""
        appeal, factors = self.appeal(encounter)
        if type(self).appeal is not User.appeal:
            made = float(weighted_sum(self.model.state.users.factor_weights, self.index, factors))
            if not abs(made - appeal) <= TOLERANCE:
                kind = type(self).__name__
                raise PluginError(
                    f"{kind}.appeal gave {appeal!r} {self.place(encounter.creator)}, but its factors make {made!r}: "
                    "change the factors, and give their weighted sum",
                    plugin=kind,
                )
        return appeal, factors

    def sample(self, factors: list[float]) -> None:
        """Count the session's first usual post toward tomorrow's reference."""
        self.today.samples += 1
        for f, value in enumerate(factors):
            self.today.factor_sums[f] += in_fixed_point(value)

    # Liking and following ---------------------------------------------------------------------------------------

    def like(self, encounter: Encounter, appeal: float) -> bool:
        """Like the post, or not."""
        creator = encounter.creator
        u_like = self.luck_with(creator).u_like
        chance = self.by_own_rules("like", self.liking_chance(encounter, appeal), encounter, appeal)
        if not u_like < chance:
            return False
        if encounter.following and self.creators.listening[creator]:
            self.today.heard[creator] += [in_fixed_point(interest) for interest in self.interests.tolist()]
        return True

    def share(self, post: int) -> None:
        """Share a post that is liked with peers, or not."""
        creator, memory, chance = post // self.lives, self.model.state.memory, self.p.decision.share_probability
        u_share = self.today.uniforms(Stream.SHARING, self.index, creator, 0)[0]
        if memory.sharing.shape[1] and u_share < chance:
            share(memory, self.index, post)
            self.count("shares", post)

    def liking_chance(self, encounter: Encounter, appeal: float) -> float:
        """Probability of liking this post."""
        hidden = int(self.p.feed.hide_like_counts)
        return like_probability(appeal, encounter.following, hidden, encounter.applause, self.p.decision)

    def follow(self, encounter: Encounter, appeal: float, factors: list[float], source: int) -> bool:
        """Decide whether to follow a creator who is not followed yet."""
        u_follow = self.luck_with(encounter.creator).u_follow
        chance = self.by_own_rules("follow", self.following_chance(encounter, appeal), encounter, appeal)
        if not u_follow < chance:
            return False
        weights, contributions = self.model.state.users.factor_weights, self.contributions(factors)
        cause = cause_of_follow(weights, self.index, contributions, 0, self.p.decision.follow_rule)
        self.decide(FOLLOW, encounter.creator, source, cause, chance, appeal, factors)
        return True

    def following_chance(self, encounter: Encounter, appeal: float) -> float:
        """Probability of following a creator who is not followed yet, on seeing this post."""
        me = self.viewer
        ready = readiness(me.eagerness, self.load, self.p.decision) - self.grudge_against(encounter.creator)
        return follow_probability(appeal, encounter.talent, me.best_followed, ready, self.p.decision)

    def grudge_against(self, creator: int) -> float:
        """Log-odds that this user takes off following a creator, for having left them before."""
        return float(grudge_against(self.model.state.memory, self.index, creator, self.p.decision.grudge))

    def by_own_rules(self, kind: str, chance: float, encounter: Encounter, appeal: float) -> float:
        """A chance after rules of one's own that decide on a like, a follow or an unfollow."""
        creator = encounter.creator
        chance = self.checked(chance, HOOKS[kind], self.place(creator))
        for rule, values in self.today.rules(kind):
            choice = Choice(
                chance=chance,
                luck=self.today.uniforms(rule.stream, self.index, creator, 0)[0],
                appeal=appeal,
                satisfaction=self.satisfaction(creator) if kind == "unfollow" else appeal,
                aspiration=self.aspiration,
                load=self.load,
                mutual=int(kind == "unfollow" and self.is_mutual(creator)),
                eagerness=self.viewer.eagerness,
                mood=self.mood,
                fomo=self.fomo,
            )
            chance = decided(rule, (encounter, choice, values), self.place(creator))
        return chance

    # Leaving ----------------------------------------------------------------------------------------------------

    def enjoy(self, creator: int, appeal: float) -> None:
        """Take what was felt into satisfaction with a creator who is followed."""
        enjoy(self.model.state.rows, self.entry(creator), appeal, self.p.leaving)

    def keep_in_mind(self, encounter: Encounter, factors: list[float]) -> None:
        """Keep in mind what users who leave for reasons go by."""
        rows, entry, peers = self.model.state.rows, self.entry(encounter.creator), encounter.peers_following
        keep_in_mind(rows, entry, factors, peers, self.today.day, self.p.leaving)

    def miss(self, creator: int, source: int) -> None:
        """Notice that a followed creator did not post."""
        self.set_satisfaction(creator, satisfaction_after_absence(self.satisfaction(creator), self.p.leaving))
        self.reconsider(creator, source, missing=True)

    def reconsider(self, creator: int, source: int, *, missing: bool = False) -> bool:
        """Stay with a followed creator, or leave."""
        u_unfollow = self.luck_with(creator).u_unfollow
        hazard = self.checked(self.leaving_chance(creator), "leaving_chance", self.place(creator))
        if self.today.has_rules("unfollow"):
            met = self.meet(creator)
            hazard = self.by_own_rules("unfollow", hazard, met, self.judge(met)[0])
        if not u_unfollow < hazard:
            return False
        appeal, factors = self.judge(self.meet(creator))
        reasons: list[float] = []
        if self.p.leaving.unfollow_rule == REASONS:
            reasons = self.reasons(creator, factors, decided=True)
            cause = cause_by_reasons(np.array([reasons]), 0, len(factors), missing)
        else:
            cause = cause_of_unfollow(self.contributions(factors), 0, missing, self.p.leaving.unfollow_rule)
        self.decide(UNFOLLOW, creator, source, cause, hazard, appeal, factors, reasons)
        return True

    def reasons(self, creator: int, factors: list[float], *, decided: bool) -> list[float]:
        """What changed since the tie began, and, where the hazard ``decided``, the channels that made it."""
        state, entry, met = self.model.state, self.entry(creator), self.meet(creator)
        post = self.post_of(creator)
        former = former_similarity(state.users, self.index, self.posts.topics, post)
        peers = peers_then(state.rows, entry, met.peers_following)
        then = [0.0] * len(factors)
        began_values(state.rows.began, entry, factors, then)
        former_user = self.appeal(as_before(met, former, met.peers_following))[0]
        former_peers = self.appeal(as_before(met, former, peers))[0]
        found = room_for_events(state, 1).reasons
        found[:] = 0.0
        weights = state.users.factor_weights
        account_for_change(weights, self.index, factors, then, former_user, former_peers, found, 0)
        if decided:
            parts = found[0, CHANGES + len(then) :]
            channels(state, self.index, creator, post, entry, self.today.day, self.p.leaving, parts)
        return found[0].tolist()

    def leaving_chance(self, creator: int) -> float:
        """Probability of leaving a followed creator when reconsidering it now."""
        age = self.today.day - int(self.model.state.rows.day[self.entry(creator)])
        mutual = int(self.is_mutual(creator))
        if self.p.leaving.unfollow_rule == REASONS:
            state, parts = self.model.state, [0.0] * len(CHANNELS)
            day, entry = self.today.day, self.entry(creator)
            ratio = channels(state, self.index, creator, self.post_of(creator), entry, day, self.p.leaving, parts)
            return hazard_for_reasons(ratio, age, mutual, self.p.leaving)
        return unfollow_hazard(self.satisfaction(creator), self.aspiration, age, self.load, mutual, self.p.leaving)

    def reconsider_unseen(self, shown: dict[int, Showing]) -> None:
        """Reconsider every follow that today's feed did not show."""
        for creator in self.following:
            if creator in shown:
                continue
            if self.creators.visible[creator]:
                self.reconsider(creator, NO_SOURCE)
            else:
                self.miss(creator, NO_SOURCE)

    def tidy(self) -> bool:
        """With more follows than can be cared for, sometimes drop the least satisfying one."""
        following, u_tidy = self.following, self.closing_luck.u_tidy
        if self.left_somebody or not tidies_up(len(following), self.attention, u_tidy, self.p.leaving):
            return False
        least = min(following, key=lambda creator: (self.satisfaction(creator), creator))
        self.drop(least, OVERLOAD, self.p.leaving.tidy_probability)
        return True

    @property
    def left_somebody(self) -> bool:
        """Whether this user has decided today to leave a creator."""
        return any(decision.kind == UNFOLLOW for decision in self.today.decisions.get(self.index, []))

    def depart(self) -> None:
        """Leave the platform for good, and with it every creator followed."""
        self.viewer.left = self.today.day
        for creator in self.following:
            self.drop(creator, DEPARTURE, self.p.departure_rate)

    def drop(self, creator: int, cause: int, chance: float) -> None:
        """Leave a followed creator for a structural cause: one that lies in no post."""
        appeal, factors = self.judge(self.meet(creator))
        leaves_for_reasons = self.p.leaving.unfollow_rule == REASONS
        reasons = self.reasons(creator, factors, decided=False) if leaves_for_reasons else []
        self.decide(UNFOLLOW, creator, NO_SOURCE, len(factors) + cause, chance, appeal, factors, reasons)

    # What a day does to a user ----------------------------------------------------------------------------------

    def end_session(self, followed: list[list[float]]) -> None:
        """Get used to what followed creators give, and slowly to new interests."""
        sums = [sum_in_order(list(values)) for values in zip(*followed, strict=True)]
        end_session(self.model.state.users, self.index, sums, len(followed), self.p.leaving)

    def change(self, appeals: list[float], liked: list[int]) -> None:
        """Come to expect what the feed offered; be drawn toward what was liked; now and then find a new interest."""
        if appeals:
            self.viewer.enjoyment = sum_in_order(appeals) / len(appeals)
            self.aspiration = aspiration_after(self.aspiration, self.viewer.enjoyment, self.p.change)
        interests, luck = self.model.state.users.interests, self.closing_luck
        for post in liked:
            drift_toward(interests, self.index, self.posts.topics, post, self.p.change)
        if liked or luck.u_curious < self.p.change.curiosity:
            grow_curious(interests, self.index, luck.u_curious, luck.u_topic, self.p.change)
            scale_to_unit_length(interests, self.index)

    def feel(self, seen: list[Encounter]) -> None:
        """Be cheered by what was enjoyed and by getting away; compare; fear to miss what peers follow."""
        me, p, slots = self.viewer, self.p.wellbeing, self.p.session.slots
        if not p.moves:
            return
        comparison = comparison_dose(sum_in_order([met.crowd for met in seen]), self.fomo, slots)
        effect = mood_by_watching(me.enjoyment, self.escapism, len(seen), slots, comparison, p)
        missed = sum(int(misses_out(met.peers_following, bool(met.following))) for met in seen)
        self.mood = mood_after(self.mood, me.set_point, effect, p)
        self.fomo = fomo_after(self.fomo, me.fomo_trait, share_missed(missed, len(seen)), p)
        me.use = use_after(me.use, len(seen), p)

    def remember(self, seen: list[Seen]) -> None:
        """Remember whose posts were seen today."""
        for post in seen:
            remember(self.model.state.memory, self.index, post.encounter.creator, self.today.day)

    def rest(self) -> None:
        """A day without the app: mood returns to its set point."""
        me, p = self.viewer, self.p.wellbeing
        if p.moves:
            self.mood = mood_after(self.mood, me.set_point, 0.0, p)
            me.use = use_after(me.use, 0, p)


def sum_in_order(numbers: list[float]) -> float:
    """Sum from left to right; Python's own ``sum`` may compensate rounding, which a compiled loop does not."""
    total = 0.0
    for number in numbers:
        total += number
    return total

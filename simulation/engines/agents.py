"""Users as Mesa agents: the model as one would tell it. Those of them who create are in ``creator``.

An agent holds no numbers of its own. It is a view of one row of the state (``person``), which the compiled engine
shares, and calls the same rules; what it adds is the order in which a person does things. Subclass freely:
``FollowerModel(engine="mesa", user_type=MyUser)``.
"""

import numpy as np

from simulation.engines.diary import moment
from simulation.engines.person import Person
from simulation.errors import FollowerDynamicsError, PluginError
from simulation.factors.base import Encounter
from simulation.ledger import DEPARTURE, FIXED_POINT, FOLLOW, NO_SOURCE, OVERLOAD, UNFOLLOW, weighted_sum
from simulation.ledger import follow_cause as cause_of_follow
from simulation.ledger import unfollow_cause as cause_of_unfollow
from simulation.platform.feed import MAX_ATTEMPTS
from simulation.platform.ranking import FOLLOWING, FRIENDS, choose_source, draw_weighted, left_over
from simulation.plugins import Choice, DecisionRule, Opening, place_of, probability
from simulation.randomness import Stream, below
from simulation.recall import remember
from simulation.users.change import aspiration_after, drift_toward, grow_curious, scale_to_unit_length
from simulation.users.decisions import follow_probability, like_probability
from simulation.users.leaving import ALL, satisfaction_after_absence, satisfaction_after_seeing, unfollow_hazard
from simulation.users.session import session_slots, watches_today
from simulation.users.wellbeing import (
    comparison_dose,
    fomo_after,
    longing,
    mood_after,
    mood_by_watching,
    opening_probability,
    use_after,
)

HOOKS = {"like": "liking_chance", "follow": "following_chance", "unfollow": "leaving_chance"}
"""Methods that a subclass overrides to decide otherwise, by what they decide."""
TOLERANCE = 1e-9
"""How far an appeal may be from the weighted sum of its factors: rounding."""


class User(Person):
    """Somebody who watches, likes, follows and leaves.

    A subclass given as ``user_type`` changes users who create as well, unless it says ``creators_too = False`` or a
    ``creator_type`` of one's own is given.
    """

    creators_too = True

    # A day ------------------------------------------------------------------------------------------------------

    def watch(self) -> None:
        """Open the app, or not; meet every creator the feed shows; tidy up; be changed by it."""
        if not self.is_here:
            return
        today = self.model.today
        if today.tables is None:
            raise FollowerDynamicsError("users watch within a day, once the feed is ranked: call model.step()")
        users, p = today.state.users, today.p
        opens, length, u_nudge, stays = today.uniforms(Stream.SESSION, self.index, 0, 0)
        if stays < p.departure_rate:
            self.depart()
            return
        opening = self.checked(self.opening_chance(), "opening_chance", place_of(self.index, -1, today.day))
        for rule, values in today.rules("watch"):
            chance = rule.rule(self.opening(opening, rule), values)
            opening = probability(rule, chance, place_of(self.index, -1, today.day))
        if not watches_today(opening, int(users.joined[self.index]), today.day, opens, p.session):
            self.rest()
            return
        today.sessions += 1
        slots = session_slots(self.escapism, longing(self.fomo, p.wellbeing), length, u_nudge, p.session)
        shown = self.fill_feed(slots)
        seen: list[tuple[Encounter, float]] = []
        liked: list[int] = []
        for creator, (source, times) in shown.items():
            if not today.state.creators.visible[creator]:
                self.miss(creator, source)
                continue
            today.state.creators.views[creator] += times
            encounter = self.meet(creator)
            appeal, factors = self.judge(encounter)
            if not seen:
                self.sample(factors)
            seen.append((encounter, appeal))
            if self.like(encounter, appeal):
                liked.append(creator)
            if encounter.following:
                self.enjoy(creator, appeal)
                decided = self.reconsider(creator, source)
            else:
                decided = self.follow(encounter, appeal, factors, source)
            if self.diary is not None:
                self.diary.append(moment(self, encounter, source, times, creator in liked, decided))
        if p.leaving.reconsider == ALL:
            self.reconsider_unseen(shown)
        self.tidy()
        self.change([appeal for _, appeal in seen], liked)
        self.feel([encounter for encounter, _ in seen])
        for encounter, _ in seen:
            remember(today.state.memory, self.index, encounter.creator, today.day)

    def opening_chance(self) -> float:
        """Probability of opening the app today."""
        activity = float(self.model.state.users.activity[self.index])
        return float(opening_probability(activity, self.fomo, self.model.today.p.wellbeing))

    def opening(self, chance: float, rule: DecisionRule) -> Opening:
        """What a rule of one's own about opening the app may read."""
        today = self.model.today
        users, i = today.state.users, self.index
        return Opening(
            user=i,
            day=today.day,
            chance=chance,
            luck=today.uniforms(rule.stream, i, 0, 0)[0],
            activity=float(users.activity[i]),
            load=self.load,
            mood=self.mood,
            fomo=self.fomo,
            use=float(users.use[i]),
            account_age=today.day - int(users.joined[i]),
            own=self.own,
        )

    def fill_feed(self, slots: int) -> dict[int, tuple[int, int]]:
        """Creators the session shows, in order: the source that first showed each, and the number of slots it got."""
        today = self.model.today
        cumulative = today.tables.cumulative  # type: ignore[union-attr]
        shown: dict[int, tuple[int, int]] = {}
        for slot in range(slots):
            for attempt in range(MAX_ATTEMPTS):
                # A block of four numbers serves two slots.
                u_source, u_creator = today.uniforms(Stream.FEED, self.index, slot // 2, attempt)[2 * (slot % 2) :][:2]
                source = choose_source(cumulative, u_source)
                creator = self.draw(source, u_source, u_creator)
                if creator is None or creator == self.own_creator:
                    continue
                if creator not in shown:
                    shown[creator] = (source, 1)
                    break
                if not today.p.feed.distinct:
                    first_source, times = shown[creator]
                    shown[creator] = (first_source, times + 1)
                    break
        return shown

    def draw(self, source: int, which: float, pick: float) -> int | None:
        """A creator from one source of the feed, or None where it has nobody to show.

        ``which`` is the number in [0, 1) that chose the source; ``pick`` is a fresh one.
        """
        today = self.model.today
        follows = today.state.follows
        if source == FOLLOWING:
            own = follows.of(self.index)
            return self.or_partner(int(own[below(pick, own.size)]), which) if own.size else None
        if source == FRIENDS:
            peers = self.peers
            peer = below(left_over(today.tables.cumulative, source, which), len(peers))  # type: ignore[union-attr]
            theirs = follows.of(peers[peer]) if peers else ()
            creator = int(theirs[below(pick, len(theirs))]) if len(theirs) else None
            return creator if creator is not None and today.state.creators.visible[creator] else None
        creator = draw_weighted(today.tables, source, today.state.users.interests, self.index, which, pick)  # type: ignore[arg-type]
        return creator if creator >= 0 else None

    def or_partner(self, creator: int, which: float) -> int:
        """A followed creator, or whom that creator collaborates with."""
        today = self.model.today
        partner = int(today.state.creators.partner[creator])
        if partner < 0 or not today.state.creators.visible[partner]:
            return creator
        u_partner = left_over(today.tables.cumulative, FOLLOWING, which)  # type: ignore[union-attr]
        return partner if u_partner < today.p.minds.strategy.shared else creator

    def meet(self, creator: int) -> Encounter:
        """Everything about this user and the creator's latest post that a factor may read."""
        today = self.model.today
        peers_following = sum(int(today.follows(peer, creator)) for peer in self.peers)
        entry = self.entry(creator) if today.follows(self.index, creator) else -1
        scale, lately = today.p.identity_scale, today.p.session.lately
        met = today.encounter_of(self.index, creator, today.day, entry, peers_following, today.state, scale, lately)
        return Encounter._make(value.item() if isinstance(value, np.generic) else value for value in met)

    def appeal(self, encounter: Encounter) -> tuple[float, list[float]]:
        """How much a post appeals to this user, and the value of every factor."""
        today = self.model.today
        factors = [0.0] * today.state.reference.size
        weights = today.state.users.factor_weights
        return float(today.evaluate(encounter, today.p.factors, weights, self.index, factors)), factors

    def judge(self, encounter: Encounter) -> tuple[float, list[float]]:
        """The appeal of a post and its factors, which must make it: a ledger that did not add up would be worthless."""
        appeal, factors = self.appeal(encounter)
        if type(self).appeal is not User.appeal:
            made = float(weighted_sum(self.model.state.users.factor_weights, self.index, factors))
            if not abs(made - appeal) <= TOLERANCE:
                kind, place = type(self).__name__, place_of(self.index, encounter.creator, encounter.day)
                raise PluginError(
                    f"{kind}.appeal gave {appeal!r} {place}, but its factors make {made!r}: change the factors, and "
                    "give their weighted sum",
                    plugin=kind,
                )
        return appeal, factors

    def by_own_rules(self, kind: str, chance: float, encounter: Encounter, appeal: float) -> float:
        """A chance after rules of one's own that decide on a like, a follow or an unfollow."""
        today = self.model.today
        place = place_of(self.index, encounter.creator, today.day)
        chance, leaving = self.checked(chance, HOOKS[kind], place), kind == "unfollow"
        for rule, values in today.rules(kind):
            choice = Choice(
                chance=chance,
                luck=today.uniforms(rule.stream, self.index, encounter.creator, 0)[0],
                appeal=appeal,
                satisfaction=self.satisfaction(encounter.creator) if leaving else appeal,
                aspiration=self.aspiration,
                load=self.load,
                mutual=int(leaving and self.is_mutual(encounter.creator)),
                eagerness=float(today.state.users.eagerness[self.index]),
                mood=self.mood,
                fomo=self.fomo,
            )
            chance = probability(rule, rule.rule(encounter, choice, values), place)
        return chance

    def sample(self, factors: list[float]) -> None:
        """Count the session's first post toward tomorrow's reference."""
        today = self.model.today
        today.samples += 1
        for f, value in enumerate(factors):
            today.factor_sums[f] += int(value * FIXED_POINT)

    def like(self, encounter: Encounter, appeal: float) -> bool:
        """Like the post, or not."""
        today = self.model.today
        u_like, _, _, _ = today.uniforms(Stream.DECISION, self.index, encounter.creator, 0)
        likes = u_like < self.by_own_rules("like", self.liking_chance(encounter, appeal), encounter, appeal)
        if likes:
            today.state.creators.likes[encounter.creator] += 1
            if encounter.following and today.state.creators.listening[encounter.creator]:
                today.heard[encounter.creator] += (self.interests * FIXED_POINT).astype(np.int64)
        return likes

    def liking_chance(self, encounter: Encounter, appeal: float) -> float:
        """Probability of liking this post."""
        today = self.model.today
        hidden, applause = int(today.p.feed.hide_like_counts), float(today.state.creators.applause[encounter.creator])
        return like_probability(appeal, encounter.following, hidden, applause, today.p.decision)

    def following_chance(self, encounter: Encounter, appeal: float) -> float:
        """Probability of following a creator who is not followed yet, on seeing this post."""
        users, decision = self.model.today.state.users, self.model.today.p.decision
        best, eager = float(users.best_followed[self.index]), float(users.eagerness[self.index])
        return float(follow_probability(appeal, encounter.talent, best, eager, decision))

    def follow(self, encounter: Encounter, appeal: float, factors: list[float], source: int) -> bool:
        """Decide whether to follow a creator who is not followed yet."""
        today = self.model.today
        _, u_follow, _, _ = today.uniforms(Stream.DECISION, self.index, encounter.creator, 0)
        chance = self.by_own_rules("follow", self.following_chance(encounter, appeal), encounter, appeal)
        if not u_follow < chance:
            return False
        contributions = self.contributions(factors)
        cause = cause_of_follow(contributions, 0, today.p.decision.follow_rule)
        self.decide(encounter.creator, FOLLOW, source, cause, appeal, chance, appeal, contributions)
        return True

    def enjoy(self, creator: int, appeal: float) -> None:
        """Take what was felt into satisfaction with a creator who is followed."""
        self.set_satisfaction(
            creator, satisfaction_after_seeing(self.satisfaction(creator), appeal, self.model.today.p.leaving)
        )

    def miss(self, creator: int, source: int) -> None:
        """Notice that a followed creator did not post."""
        self.set_satisfaction(
            creator, satisfaction_after_absence(self.satisfaction(creator), self.model.today.p.leaving)
        )
        self.reconsider(creator, source, missing=True)

    def leaving_chance(self, creator: int) -> float:
        """Probability of leaving a followed creator when reconsidering it now."""
        today = self.model.today
        age = today.day - int(today.state.rows.day[self.entry(creator)])
        mutual = int(self.is_mutual(creator))
        return unfollow_hazard(self.satisfaction(creator), self.aspiration, age, self.load, mutual, today.p.leaving)

    def reconsider(self, creator: int, source: int, *, missing: bool = False) -> bool:
        """Stay with a followed creator, or leave."""
        today = self.model.today
        _, _, u_unfollow, _ = today.uniforms(Stream.DECISION, self.index, creator, 0)
        satisfaction = self.satisfaction(creator)
        hazard, met = self.leaving_chance(creator), None
        if today.has_rules("unfollow"):
            met = self.meet(creator)
            hazard = self.by_own_rules("unfollow", hazard, met, self.judge(met)[0])
        hazard = self.checked(hazard, "leaving_chance", place_of(self.index, creator, today.day))
        if not u_unfollow < hazard:
            return False
        appeal, factors = self.judge(met or self.meet(creator))
        contributions = self.contributions(factors)
        cause = cause_of_unfollow(contributions, 0, missing, today.p.leaving.unfollow_rule)
        self.decide(creator, UNFOLLOW, source, cause, appeal, hazard, satisfaction, contributions)
        return True

    def reconsider_unseen(self, shown: dict[int, tuple[int, int]]) -> None:
        """Reconsider every follow that today's feed did not show."""
        for creator in self.following:
            if creator in shown:
                continue
            if self.model.today.state.creators.visible[creator]:
                self.reconsider(creator, NO_SOURCE)
            else:
                self.miss(creator, NO_SOURCE)

    def tidy(self) -> bool:
        """With more follows than can be cared for, sometimes drop the least satisfying one."""
        today = self.model.today
        u_tidy, _, _, _ = today.uniforms(Stream.SESSION, self.index, 0, 1)
        left_somebody = any(decision.kind == UNFOLLOW for decision in today.decisions.get(self.index, []))
        following = self.following
        if left_somebody or len(following) <= self.attention or not u_tidy < today.p.leaving.tidy_probability:
            return False
        creator = min(following, key=lambda j: (self.satisfaction(j), j))
        appeal, factors = self.judge(self.meet(creator))
        self.decide(
            creator,
            UNFOLLOW,
            NO_SOURCE,
            len(factors) + OVERLOAD,
            appeal,
            float(today.p.leaving.tidy_probability),
            self.satisfaction(creator),
            self.contributions(factors),
        )
        return True

    def change(self, appeals: list[float], liked: list[int]) -> None:
        """Come to expect what the feed offered; be drawn toward what was liked; now and then find a new interest."""
        today = self.model.today
        users, p = today.state.users, today.p
        _, u_curious, u_topic, _ = today.uniforms(Stream.SESSION, self.index, 0, 1)
        if appeals:
            users.enjoyment[self.index] = sum_in_order(appeals) / len(appeals)
            enjoyment = float(users.enjoyment[self.index])
            users.aspiration[self.index] = aspiration_after(self.aspiration, enjoyment, p.change)
        for creator in liked:
            drift_toward(users.interests, self.index, today.state.creators.post_topics, creator, p.change)
        if liked or u_curious < p.change.curiosity:
            grow_curious(users.interests, self.index, u_curious, u_topic, p.change)
            scale_to_unit_length(users.interests, self.index)

    def feel(self, seen: list[Encounter]) -> None:
        """Be cheered by what was enjoyed and by getting away; compare; fear to miss what peers follow."""
        today = self.model.today
        users, p, slots = today.state.users, today.p.wellbeing, float(today.p.session.slots)
        if not p.moves:
            return
        comparison = comparison_dose(sum_in_order([encounter.crowd for encounter in seen]), self.fomo, slots)
        missed = sum(encounter.peers_following > 0 and not encounter.following for encounter in seen)
        enjoyment = float(users.enjoyment[self.index])
        effect = mood_by_watching(enjoyment, self.escapism, len(seen), slots, comparison, p)
        users.mood[self.index] = mood_after(self.mood, float(users.set_point[self.index]), effect, p)
        trait = float(users.fomo_trait[self.index])
        users.fomo[self.index] = fomo_after(self.fomo, trait, missed / max(len(seen), 1), p)
        users.use[self.index] = use_after(float(users.use[self.index]), len(seen), p)

    def rest(self) -> None:
        """A day without the app: mood returns to its set point."""
        users, p = self.model.state.users, self.model.today.p.wellbeing
        if p.moves:
            users.mood[self.index] = mood_after(self.mood, float(users.set_point[self.index]), 0.0, p)
            users.use[self.index] = use_after(float(users.use[self.index]), 0, p)

    def depart(self) -> None:
        """Leave the platform for good, and with it every creator followed."""
        today = self.model.today
        today.state.users.left[self.index] = today.day
        for creator in self.following:
            appeal, factors = self.judge(self.meet(creator))
            self.decide(
                creator,
                UNFOLLOW,
                NO_SOURCE,
                len(factors) + DEPARTURE,
                appeal,
                today.p.departure_rate,
                self.satisfaction(creator),
                self.contributions(factors),
            )


def sum_in_order(numbers: list[float]) -> float:
    """Sum from left to right; Python's own ``sum`` may compensate rounding, which a compiled loop does not."""
    total = 0.0
    for number in numbers:
        total += number
    return total

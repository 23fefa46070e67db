"""Users and creators of the student's model, as Mesa agents with plain Python attributes."""

import math
from operator import mul
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import mesa

if TYPE_CHECKING:
    from benchmarks.student_model import StudentModel

FACTORS = ("shared_interest", "talent", "authenticity", "emotional_connection", "consistency", "peer_influence")
SOURCES = ("following", "friends", "popular", "interest", "random")
MAX_ATTEMPTS = 64  # as often is an empty slot drawn again before it is left empty


class Event(NamedTuple):
    """One follow or unfollow, and why."""

    day: int
    user: int
    creator: int
    kind: str  # "follow" or "unfollow"
    source: str | None
    cause: str
    appeal: float
    probability: float
    satisfaction: float
    contributions: list[float]


class Follow:
    """A tie from a user to a creator."""

    __slots__ = ("satisfaction", "since")

    def __init__(self, since: int, satisfaction: float) -> None:
        self.since = since
        self.satisfaction = satisfaction


def logistic(x: float) -> float:
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + math.exp(-x))


def dot(a: list[float], b: list[float]) -> float:
    """Inner product."""
    total: float = sum(map(mul, a, b))
    return total


def unit(vector: list[float]) -> list[float]:
    """The vector scaled to unit length."""
    length = math.sqrt(dot(vector, vector))
    return [x / length for x in vector]


class User(mesa.Agent):  # type: ignore[misc]
    """Somebody who watches, likes, follows and leaves."""

    model: "StudentModel"
    random: Random

    def __init__(self, model: "StudentModel") -> None:
        super().__init__(model)
        traits = model.parameters.users
        self.interests = unit(model.gammas(traits.interest_concentration, model.parameters.population.topics))
        self.identity = [self.random.gauss(0, 1), self.random.gauss(0, 1)]
        self.taste = unit(model.gammas(traits.emotional_concentration, 4))
        weights = [mean * self.random.lognormvariate(0, traits.weight_sigma) for mean in model.factor_means]
        total = sum(weights)
        self.weights = [weight / total for weight in weights]
        self.activity = model.beta(traits.activity_mean, traits.activity_concentration)
        self.escapism = model.beta(traits.escapism_mean, 4)
        self.conformity = model.beta(traits.conformity_mean, 4)
        attention = self.random.lognormvariate(math.log(traits.attention_median), traits.attention_sigma)
        self.attention = min(attention, traits.attention_cap)
        self.aspiration = model.parameters.change.aspiration_start
        self.peers: list[User] = []
        self.follows: dict[int, Follow] = {}  # by the creator's unique_id

    def watch(self) -> None:
        """Open the app, or not; look at what the feed shows; tidy up; be changed by it."""
        if self.random.random() >= self.activity:
            return
        self.model.sessions += 1
        follows_before = len(self.follows)
        session = self.model.parameters.session
        length = session.slots * (1 + session.escapism_effect * self.escapism)
        appeals: list[float] = []
        liked: list[Creator] = []
        left = False
        for creator, (source, times) in self.feed(min(int(length + self.random.random()), session.session_cap)).items():
            if not creator.posted:
                left |= self.miss(creator, source)
                continue
            creator.views += times
            values, appeal = self.judge(creator)
            if not appeals:
                self.model.samples.append(values)
            appeals.append(appeal)
            if self.enjoys(creator, appeal):
                creator.likes += 1
                liked.append(creator)
            if creator.unique_id in self.follows:
                left |= self.reconsider(creator, source, values, appeal)
            else:
                self.consider(creator, source, values, appeal)
        if not left and follows_before > self.attention:
            self.tidy()
        if appeals:
            change = self.model.parameters.change
            self.aspiration += change.aspiration_rate * (sum(appeals) / len(appeals) - self.aspiration)
        self.drift(liked)

    def feed(self, slots: int) -> dict["Creator", tuple[str, int]]:
        """Creators shown, each with the source of its first slot and its number of slots."""
        shown: dict[Creator, tuple[str, int]] = {}
        for _ in range(MAX_ATTEMPTS):
            if slots == 0:
                break
            for source in self.random.choices(SOURCES, cum_weights=self.model.mix, k=slots):
                creator = self.pick(source)
                if creator is None or creator is self:
                    continue
                first, times = shown.get(creator, (source, 0))
                shown[creator] = (first, times + 1)
                slots -= 1
        return shown

    def pick(self, source: str) -> "Creator | None":
        """A creator from one source, or None where there is nobody."""
        model = self.model
        if source == "following":
            return model.creators[self.random.choice(list(self.follows))] if self.follows else None
        if source == "friends":
            peer = self.random.choice(self.peers) if self.peers else None
            if peer is None or not peer.follows:
                return None
            creator = model.creators[self.random.choice(list(peer.follows))]
            return creator if creator.posted else None
        if not model.posting:
            return None
        if source == "popular":
            return self.random.choices(model.posting, cum_weights=model.popularity)[0]
        if source == "interest":
            [topic] = self.random.choices(model.topics, weights=[x * x for x in self.interests])
            return self.random.choices(model.posting, cum_weights=model.relevance[topic])[0]
        return self.random.choice(model.posting)

    def judge(self, creator: "Creator") -> tuple[list[float], float]:
        """The six factors of a creator's post for this user, and its appeal."""
        model = self.model
        dx, dy = self.identity[0] - creator.identity[0], self.identity[1] - creator.identity[1]
        alike = math.exp(-(dx * dx + dy * dy) / model.identity_spread)
        peers = sum(creator.unique_id in peer.follows for peer in self.peers)
        others = (1 - model.crowd_weight) * peers / (peers + model.half_saturation) + model.crowd_weight * creator.crowd
        values = [
            (1 - model.identity_weight) * dot(self.interests, creator.topics) + model.identity_weight * alike,
            creator.quality,
            creator.authenticity * (model.genuine_share + (1 - model.genuine_share) * alike),
            creator.intensity * dot(self.taste, creator.expression),
            creator.consistency,
            self.conformity * others,
        ]
        return values, dot(self.weights, values)

    def enjoys(self, creator: "Creator", appeal: float) -> bool:
        """Whether this user likes the post."""
        decision = self.model.parameters.decision
        bonus = decision.follower_bonus if creator.unique_id in self.follows else 0.0
        return self.random.random() < logistic(decision.like_sharpness * (appeal + bonus - decision.like_threshold))

    def consider(self, creator: "Creator", source: str, values: list[float], appeal: float) -> None:
        """Follow, or not."""
        decision = self.model.parameters.decision
        probability = logistic(decision.follow_sharpness * (appeal - decision.follow_threshold))
        if self.random.random() < probability:
            self.follows[creator.unique_id] = Follow(self.model.day, appeal)
            creator.followers += 1
            creator.gained += 1
            contributions = self.contributions(values)
            cause = FACTORS[contributions.index(max(contributions))]
            self.model.events.append(
                Event(
                    self.model.day, self.unique_id, creator.unique_id, "follow", source, cause, appeal, probability,
                    appeal, contributions,
                )
            )  # fmt: skip

    def reconsider(self, creator: "Creator", source: str, values: list[float], appeal: float) -> bool:
        """Having seen a followed creator, stay or leave; True on leaving."""
        follow = self.follows[creator.unique_id]
        follow.satisfaction += self.model.parameters.leaving.satisfaction_rate * (appeal - follow.satisfaction)
        hazard = self.hazard(creator, follow)
        if self.random.random() >= hazard:
            return False
        contributions = self.contributions(values)
        short = sum(contributions) < 0
        cause = FACTORS[contributions.index(min(contributions))] if short else "aspiration"
        self.unfollow(creator, source, cause, appeal, hazard, contributions)
        return True

    def miss(self, creator: "Creator", source: str) -> bool:
        """Notice that a followed creator has not posted; True on leaving."""
        follow = self.follows[creator.unique_id]
        follow.satisfaction *= 1 - self.model.parameters.leaving.absence_rate
        hazard = self.hazard(creator, follow)
        if self.random.random() >= hazard:
            return False
        values, appeal = self.judge(creator)
        self.unfollow(creator, source, "absence", appeal, hazard, self.contributions(values))
        return True

    def hazard(self, creator: "Creator", follow: Follow) -> float:
        """Probability to end a follow that is being reconsidered."""
        p = self.model.parameters.leaving
        fragile = 1 + p.new_tie_fragility * math.exp(-(self.model.day - follow.since) / p.settling_time)
        dissatisfied = logistic(p.sharpness * (self.aspiration - p.margin - follow.satisfaction))
        overloaded = 1 + p.overload * max(0.0, len(self.follows) / self.attention - 1)
        bond = 1 - p.reciprocity_bond if self.unique_id in creator.follows else 1.0
        return min(1.0, p.base_hazard * fragile * dissatisfied * overloaded * bond)

    def tidy(self) -> None:
        """Sometimes drop the least satisfying follow, when there are more than can be cared for."""
        probability = self.model.parameters.leaving.tidy_probability
        if self.random.random() < probability:
            worst = min(self.follows, key=lambda creator: self.follows[creator].satisfaction)
            creator = self.model.creators[worst]
            values, appeal = self.judge(creator)
            self.unfollow(creator, None, "overload", appeal, probability, self.contributions(values))

    def unfollow(
        self, creator: "Creator", source: str | None, cause: str, appeal: float, probability: float, why: list[float]
    ) -> None:
        """End a follow."""
        follow = self.follows.pop(creator.unique_id)
        creator.followers -= 1
        creator.lost += 1
        self.model.events.append(
            Event(
                self.model.day, self.unique_id, creator.unique_id, "unfollow", source, cause, appeal, probability,
                follow.satisfaction, why,
            )
        )  # fmt: skip

    def contributions(self, values: list[float]) -> list[float]:
        """What each factor adds to the appeal, compared with yesterday's mean post."""
        return [w * (x - mean) for w, x, mean in zip(self.weights, values, self.model.reference, strict=True)]

    def drift(self, liked: list["Creator"]) -> None:
        """Interests move toward what was liked, and now and then to something new."""
        change = self.model.parameters.change
        for creator in liked:
            self.interests = [
                x + change.interest_drift * (c - x) for x, c in zip(self.interests, creator.topics, strict=True)
            ]
        curious = self.random.random() < change.curiosity
        if curious:
            self.interests[self.random.choice(self.model.topics)] += change.curiosity_step
        if liked or curious:
            self.interests = unit(self.interests)


class Creator(User):
    """A user who posts as well."""

    def __init__(self, model: "StudentModel") -> None:
        super().__init__(model)
        traits = model.parameters.creators
        self.topics = unit(model.gammas(traits.voice_concentration, model.parameters.population.topics))
        self.expression = unit(model.gammas(model.parameters.users.emotional_concentration, 4))
        self.intensity = model.beta(traits.intensity_mean, traits.intensity_concentration)
        self.talent = model.beta(traits.talent_mean, traits.talent_concentration)
        self.authenticity = model.beta(traits.authenticity_mean, traits.authenticity_concentration)
        self.regularity = model.beta(traits.regularity_mean, traits.regularity_concentration)
        rate = self.random.lognormvariate(math.log(traits.posting_rate_median), traits.posting_rate_sigma)
        self.posting_rate = min(rate, 1.0)
        self.phase = self.random.random()
        self.consistency = self.regularity
        self.quality = self.talent
        self.posted = self.due = False
        self.momentum = self.crowd = 0.0
        self.followers = self.gained = self.lost = self.views = self.likes = 0

    def post(self) -> None:
        """Post today, or not; how good it is varies more for the irregular."""
        day, rate = self.model.day, self.posting_rate
        self.gained = self.lost = self.views = self.likes = 0
        self.due = math.floor(rate * (day + 1) + self.phase) > math.floor(rate * day + self.phase)
        self.posted = self.due if self.random.random() < self.regularity else self.random.random() < rate
        if self.posted:
            noise = self.random.gauss(0, self.model.parameters.posting.quality_noise)
            self.quality = min(1.0, max(0.0, self.talent + (1 - self.regularity) * noise))

    def take_in(self) -> None:
        """Take in the day's numbers."""
        posting, feed = self.model.parameters.posting, self.model.parameters.feed
        good = not self.posted or self.quality >= self.talent - posting.quality_tolerance
        delivered = self.posted == self.due and good
        self.consistency += posting.consistency_rate * (delivered - self.consistency)
        self.momentum = feed.momentum_memory * self.momentum + self.gained + feed.like_weight * self.likes

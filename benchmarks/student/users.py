"""Users of the student's model: Mesa agents with plain Python attributes."""

import math
from collections import deque
from random import Random
from typing import TYPE_CHECKING

import mesa

from benchmarks.student.numbers import Vector, dot, logistic, mean, toward, unit
from benchmarks.student.platform import SOURCES
from benchmarks.student.ties import KEPT_IN_MIND, Event, Follow, cause_of_leaving

if TYPE_CHECKING:
    from benchmarks.student.creators import Creator, Post
    from benchmarks.student.model import StudentModel

FACTORS = (
    "shared_interest",
    "talent",
    "authenticity",
    "emotional_connection",
    "consistency",
    "peer_influence",
    "taste",
    "common_ground",
)
MAX_ATTEMPTS = 64  # as often is a slot drawn, in vain, before it is left empty
SHARES = 4  # as many posts that a user has shared, each of another creator, can be found by peers

Shown = dict["Creator", tuple[str, "Post | None"]]
"""Creators in a session, each with the source that brought them, and the post; None for one who is missing."""


class User(mesa.Agent):  # type: ignore[misc]
    """Somebody who watches, likes, shares, follows and leaves."""

    model: "StudentModel"
    random: Random

    def __init__(self, model: "StudentModel", place: int) -> None:
        super().__init__(model)
        self.place = place  # in the social graph
        self.joined = model.day
        self.community, self.segment = model.community[place], model.segment[place]
        traits, change = model.parameters.users, model.parameters.change
        alike = self.random.random() < traits.shared_interests
        common, position = model.culture(self.community)
        self.interests = common if alike else model.draw_interests()
        own, shared = math.sqrt(1 - traits.shared_interests), math.sqrt(traits.shared_interests)
        self.identity = [own * self.random.gauss(0, 1) + shared * x for x in position]
        self.emotions = unit(model.gammas(traits.emotional_concentration, 4))
        weights = [weight * self.random.lognormvariate(0, traits.weight_sigma) for weight in model.factor_means]
        self.weights = [weight / sum(weights) for weight in weights]
        self.activity = model.beta(traits.activity_mean, traits.activity_concentration)
        self.escapism = model.beta(traits.escapism_mean, 4)
        self.conformity = model.beta(traits.conformity_mean, 4)
        self.fomo = model.beta(traits.fomo_mean, 4)
        spread = self.random.gauss(0, 1)
        attention = traits.attention_median * math.exp(traits.attention_sigma * spread)
        self.attention = model.attention_share * min(attention, traits.attention_cap)
        self.eagerness = traits.eagerness_sigma * spread - traits.eagerness_sigma**2 / 2
        self.aspiration = change.aspiration_start
        self.usual_interests = self.interests
        self.usual_values: Vector | None = None  # what followed creators usually give, by factor
        self.peers: list[User] = []
        self.follows: dict[Creator, Follow] = {}
        self.tastes: dict[Creator, float] = {}
        self.shared: deque[tuple[Post, int]] = deque(maxlen=SHARES)  # and the day, the latest first
        self.left: deque[Creator] = deque(maxlen=model.parameters.decision.grudges)

    # A day ------------------------------------------------------------------------------------------------------

    def watch(self) -> None:
        """Open the app, or not; look at what the feed shows; tidy up; be changed by it. Or leave for good."""
        if self.random.random() < self.model.parameters.population.departure_rate:
            self.depart()
        elif self.random.random() < self.activity:
            self.model.sessions += 1
            self.watch_feed()

    def watch_feed(self) -> None:
        """A session."""
        too_many = len(self.follows) > self.attention
        appeals: list[float] = []
        liked: list[Post] = []
        followed: list[Vector] = []
        left = sampled = False
        for creator, (source, post) in self.feed(self.slots()).items():
            if post is None:
                left |= self.miss(creator)
                continue
            values, appeal = self.judge(creator, post)
            if not sampled and source != "following":  # nobody looked for it
                self.model.samples.append(values)
                sampled = True
            appeals.append(appeal)
            post.views += 1
            creator.views += 1
            if self.enjoys(creator, post, appeal):
                post.likes += 1
                creator.likes += 1
                liked.append(post)
                self.share(post)
            if creator in self.follows:
                followed.append(values)
                left |= self.see_again(creator, post, source, values, appeal)
            else:
                self.consider(creator, source, values, appeal)
        if too_many and not left:
            self.tidy()
        self.change(appeals, liked, followed)

    def slots(self) -> int:
        """Posts that today's session has room for."""
        session = self.model.parameters.session
        length = session.slots * (1 + session.escapism_effect * self.escapism)
        return min(int(length + self.random.random()), session.session_cap)

    # The feed ---------------------------------------------------------------------------------------------------

    def feed(self, slots: int) -> Shown:
        """Creators shown, each once: news of those followed, then what the platform and friends have."""
        shown = self.look_up(slots)
        for _ in range(slots - len(shown)):
            for _ in range(MAX_ATTEMPTS):
                [source] = self.random.choices(SOURCES, cum_weights=self.model.mix)
                post = self.pick(source)
                if post is not None and post.creator is not self and post.creator not in shown:
                    shown[post.creator] = (source, post)
                    break
        return shown

    def look_up(self, slots: int) -> Shown:
        """Look at some of the creators followed, for news or a long silence."""
        session, shown = self.model.parameters.session, Shown()
        for creator in self.random.sample(list(self.follows), min(session.checks, len(self.follows))):
            if len(shown) >= slots:
                break
            seen = self.follows[creator].seen
            if creator.posts:
                if creator.posts[0].day > seen:
                    shown[creator] = ("following", creator.posts[0])
            elif self.model.day - seen >= session.patience:
                shown[creator] = ("following", None)
        return shown

    def pick(self, source: str) -> "Post | None":
        """A post from one source, or None where there is none."""
        model = self.model
        if source == "friends":
            return self.random.choice(self.peers).recommend() if self.peers else None
        if source == "following":
            creator = self.random.choice(list(self.follows)) if self.follows else None
            return creator.posts[0] if creator is not None and creator.posts else None
        if not model.everything:
            return None
        feed, segment = model.parameters.feed, self.segment
        if self.random.random() < feed.crossing:
            segment = self.random.choice(model.everything).creator.segment
        ranking = model.rankings[segment]
        return ranking.draw(source, self.interests, self.random) if ranking.posts else None

    def recommend(self) -> "Post | None":
        """What a friend finds here: a post shared on the days before, or else the newest of a creator followed.

        Of a creator whose post was shared and lives no more, it is the newest.
        """
        life, today = self.model.parameters.decision.share_life, self.model.day
        shared = [post for post, day in self.shared if post.creator.posts and 0 < today - day <= life]
        if shared:
            post = self.random.choice(shared)
            return post if post in post.creator.posts else post.creator.posts[0]
        creator = self.random.choice(list(self.follows)) if self.follows else None
        return creator.posts[0] if creator is not None and creator.posts else None

    # What a post is worth ---------------------------------------------------------------------------------------

    def judge(
        self, creator: "Creator", post: "Post", likeness: float | None = None, peers: int | None = None
    ) -> tuple[Vector, float]:
        """The factors of a post for this user, and its appeal; as if likeness of interests or peers were others."""
        model = self.model
        dx, dy = self.identity[0] - creator.identity[0], self.identity[1] - creator.identity[1]
        alike = math.exp(-(dx * dx + dy * dy) / model.identity_spread)
        likeness = dot(self.interests, post.topics) if likeness is None else likeness
        peers = self.peers_following(creator) if peers is None else peers
        friends = (peers / max(1, len(self.peers))) ** model.share_exponent
        values = [
            (1 - model.identity_weight) * likeness + model.identity_weight * alike,
            post.quality,
            creator.authenticity * (model.genuine_share + (1 - model.genuine_share) * alike),
            creator.intensity * dot(self.emotions, creator.expression),
            creator.consistency,
            self.conformity * ((1 - model.crowd_weight) * friends + model.crowd_weight * creator.crowd),
            self.taste(creator),
            1.0 if creator.segment == self.segment else 0.0,
        ]
        return values, dot(self.weights, values)

    def peers_following(self, creator: "Creator") -> int:
        """How many peers follow a creator."""
        return sum(creator in peer.follows for peer in self.peers)

    def taste(self, creator: "Creator") -> float:
        """A lasting taste for a creator, in part that of the community."""
        if creator not in self.tastes:
            self.tastes[creator] = self.model.draw_taste(self.community, creator)
        return self.tastes[creator]

    def enjoys(self, creator: "Creator", post: "Post", appeal: float) -> bool:
        """Whether this user likes the post."""
        decision = self.model.parameters.decision
        swayed = appeal + decision.like_herding * post.applause
        if creator in self.follows:
            swayed += decision.follower_bonus
        return self.random.random() < logistic(decision.like_sharpness * (swayed - decision.like_threshold))

    def share(self, post: "Post") -> None:
        """Pass on a post that was liked, or not."""
        if self.random.random() < self.model.parameters.decision.share_probability:
            post.shares += 1
            for earlier in [one for one in self.shared if one[0].creator is post.creator]:
                self.shared.remove(earlier)
            self.shared.appendleft((post, self.model.day))

    # Following --------------------------------------------------------------------------------------------------

    @property
    def load(self) -> float:
        """Creators followed, as a share of those that can be cared for."""
        return len(self.follows) / self.attention

    def consider(self, creator: "Creator", source: str, values: Vector, appeal: float) -> None:
        """Follow, or not; less readily with too many already, or whom this user has left before."""
        decision = self.model.parameters.decision
        ready = self.eagerness - decision.overload * max(0.0, self.load - 1)
        if creator in self.left:
            ready -= decision.grudge
        probability = logistic(decision.follow_sharpness * (appeal - decision.follow_threshold) + ready)
        if self.random.random() < probability:
            contributions = self.contributions(values, self.model.reference)
            cause = FACTORS[contributions.index(max(contributions))]
            self.follow(creator, Follow(self.model.day, appeal, values, self.peers_following(creator)))
            self.tell("follow", creator, source, cause, appeal, probability, appeal, contributions)

    def follow(self, creator: "Creator", tie: Follow) -> None:
        """Begin a tie."""
        self.follows[creator] = tie
        creator.fans[self] = None
        creator.gained += 1

    def get_to_know(self, creator: "Creator", probability: float) -> None:
        """Follow a peer without having seen a post."""
        self.follow(creator, Follow(self.model.day, self.aspiration))
        if self.model.day >= 0:
            nothing = [0.0] * len(FACTORS)
            self.tell("follow", creator, None, "acquaintance", 0.0, probability, self.aspiration, nothing)

    def contributions(self, values: Vector, against: Vector) -> Vector:
        """What each factor adds to the appeal, compared with other posts."""
        return [w * (x - mean) for w, x, mean in zip(self.weights, values, against, strict=True)]

    # Leaving ----------------------------------------------------------------------------------------------------

    def see_again(self, creator: "Creator", post: "Post", source: str, values: Vector, appeal: float) -> bool:
        """See a post of a followed creator, and stay or leave; True on leaving."""
        tie = self.follows[creator]
        tie.enjoy(appeal, values, self.peers_following(creator), self.model.day, self.model.parameters.leaving)
        return self.reconsider(creator, post, source)

    def miss(self, creator: "Creator") -> bool:
        """Notice that a followed creator has been silent for long; True on leaving."""
        self.follows[creator].satisfaction *= 1 - self.model.parameters.leaving.absence_rate
        return self.reconsider(creator, None, "following")

    def reconsider(self, creator: "Creator", post: "Post | None", source: str) -> bool:
        """Stay with a followed creator, or leave; True on leaving."""
        tie = self.follows[creator]
        parts = self.reasons_to_leave(creator, post, tie)
        mutual = self in creator.follows
        hazard = tie.hazard(parts, self.model.day, mutual, self.model.parameters.leaving)
        if self.random.random() >= hazard:
            return False
        changed = self.what_changed(creator, tie)
        cause = cause_of_leaving(parts, changed, missing=post is None)
        self.unfollow(creator, source, cause, hazard, parts | changed)
        if cause in KEPT_IN_MIND:
            if creator in self.left:
                self.left.remove(creator)
            self.left.appendleft(creator)
        return True

    def reasons_to_leave(self, creator: "Creator", post: "Post | None", tie: Follow) -> dict[str, float]:
        """What adds to the log of the hazard of leaving, by reason."""
        p = self.model.parameters.leaving
        reasons = p.reasons
        parts = {
            "change": reasons.change * p.sharpness * (tie.usual - tie.satisfaction),
            "overload": math.log1p(p.overload * max(0.0, self.load - 1)),
        }
        if self.usual_values is not None:
            others = dot(self.weights, self.usual_values)
            parts["alternatives"] = reasons.alternatives * p.sharpness * (others - tie.satisfaction)
        if post is not None:
            parts["satiation"] = reasons.satiation * max(0.0, tie.dose - reasons.tolerated)
            parts["smallness"] = reasons.smallness * creator.crowd * self.fomo
            parts["drift"] = reasons.drift * (self.former_likeness(post) - dot(self.interests, post.topics))
        return parts

    def former_likeness(self, post: "Post") -> float:
        """How near a post lies to former interests."""
        usual = self.usual_interests
        return dot(usual, post.topics) / math.sqrt(dot(usual, usual))

    def what_changed(self, creator: "Creator", tie: Follow) -> dict[str, float]:
        """By whom the appeal of a creator has changed since the tie began."""
        post = creator.newest
        if post is None or tie.began is None:
            return {"changed by the creator": 0.0, "changed by the user": 0.0, "changed by peers": 0.0}
        _, now = self.judge(creator, post)
        _, as_before = self.judge(creator, post, self.former_likeness(post))
        _, with_peers = self.judge(creator, post, self.former_likeness(post), tie.peers_began)
        return {
            "changed by the creator": with_peers - dot(self.weights, tie.began),
            "changed by the user": now - as_before,
            "changed by peers": as_before - with_peers,
        }

    def tidy(self) -> None:
        """Sometimes drop the least satisfying follow, when there are more than can be cared for."""
        probability = self.model.parameters.leaving.tidy_probability
        if self.random.random() < probability:
            worst = min(self.follows, key=lambda creator: self.follows[creator].satisfaction)
            self.unfollow(worst, None, "overload", probability)

    def depart(self) -> None:
        """Leave the platform for good, and with it every creator followed."""
        for creator in list(self.follows):
            self.unfollow(creator, None, "departure", self.model.parameters.population.departure_rate)
        self.model.departed.append(self)

    def unfollow(
        self,
        creator: "Creator",
        source: str | None,
        cause: str,
        probability: float,
        reasons: dict[str, float] | None = None,
    ) -> None:
        """End a tie."""
        tie = self.follows.pop(creator)
        del creator.fans[self]
        creator.lost += 1
        appeal, contributions = 0.0, [0.0] * len(FACTORS)
        if creator.newest is not None:
            values, appeal = self.judge(creator, creator.newest)
            contributions = self.contributions(values, self.usual_values or self.model.reference)
        self.tell(
            "unfollow", creator, source, cause, appeal, probability, tie.satisfaction, contributions, reasons or {}
        )

    def tell(
        self,
        kind: str,
        creator: "Creator",
        source: str | None,
        cause: str,
        appeal: float,
        probability: float,
        satisfaction: float,
        contributions: Vector,
        reasons: dict[str, float] | None = None,
    ) -> None:
        """Write an event down."""
        self.model.events.append(
            Event(
                self.model.day, self.unique_id, creator.unique_id, kind, source, cause, appeal, probability,
                satisfaction, contributions, reasons or {},
            )
        )  # fmt: skip

    # What a day does to a user ----------------------------------------------------------------------------------

    def change(self, appeals: list[float], liked: "list[Post]", followed: list[Vector]) -> None:
        """Get used to what the feed and followed creators give; be drawn to what was liked; now and then be curious."""
        change, reasons = self.model.parameters.change, self.model.parameters.leaving.reasons
        if followed:
            today = mean(followed)
            usual = self.usual_values
            self.usual_values = today if usual is None else toward(usual, today, reasons.reference_rate)
        self.usual_interests = toward(self.usual_interests, self.interests, 1 / reasons.interest_memory)
        if appeals:
            self.aspiration += change.aspiration_rate * (sum(appeals) / len(appeals) - self.aspiration)
        for post in liked:
            self.interests = toward(self.interests, post.topics, change.interest_drift)
        if curious := self.random.random() < change.curiosity:
            self.interests = list(self.interests)
            self.interests[self.random.choice(self.model.topics)] += change.curiosity_step
        if liked or curious:
            self.interests = unit(self.interests)

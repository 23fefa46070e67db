"""Users who also post: their posts, how good these are, and what it earns them."""

import math
from typing import TYPE_CHECKING

from benchmarks.student.numbers import Vector, clip, toward, unit
from benchmarks.student.users import User

if TYPE_CHECKING:
    from benchmarks.student.model import StudentModel


class Post:
    """One post."""

    __slots__ = ("applause", "creator", "day", "likes", "quality", "shares", "topics", "views")

    def __init__(self, creator: "Creator", day: int, quality: float, topics: Vector) -> None:
        self.creator = creator
        self.day = day
        self.quality = quality
        self.topics = topics
        self.views = self.likes = self.shares = 0
        self.applause = 0.0  # what the likes that it shows today count


class Creator(User):
    """A user who posts as well, now and then or never."""

    def __init__(self, model: "StudentModel", place: int) -> None:
        super().__init__(model, place)
        traits = model.parameters.creators
        self.topics = unit(model.gammas(traits.voice_concentration, model.parameters.population.topics))
        self.known_for = self.topics  # to the platform: the mean topics of posts
        self.expression = unit(model.gammas(model.parameters.users.emotional_concentration, 4))
        self.intensity = model.beta(traits.intensity_mean, traits.intensity_concentration)
        self.talent = model.beta(traits.talent_mean, traits.talent_concentration)
        self.career = self.random.gauss(0, model.parameters.posting.career_sd)
        self.authenticity = model.beta(traits.authenticity_mean, traits.authenticity_concentration)
        self.regularity = model.beta(traits.regularity_mean, traits.regularity_concentration)
        rate = min(self.random.lognormvariate(math.log(traits.posting_rate_median), traits.posting_rate_sigma), 1.0)
        self.posting_rate = 0.0 if self.random.random() < traits.never_post else rate
        self.phase = self.random.random()
        self.consistency = self.regularity
        self.posts: list[Post] = []  # those that live, the newest first
        self.newest: Post | None = None  # also where it lives no more
        self.posted = self.due = False
        self.momentum = self.crowd = 0.0
        self.fans: dict[User, None] = {}  # in the order in which they came
        self.gained = self.lost = self.views = self.likes = 0

    @property
    def followers(self) -> int:
        """How many follow."""
        return len(self.fans)

    @property
    def level(self) -> float:
        """How good posts are at this time."""
        return self.talent + self.career

    def post(self) -> None:
        """Post today, or not; from the day after joining on."""
        day, rate, p = self.model.day, self.posting_rate, self.model.parameters.posting
        self.gained = self.lost = self.views = self.likes = 0
        if p.career_sd > 0:
            pull = p.career_sd * math.sqrt(2 * p.career_time) * self.random.gauss(0, 1)
            self.career += (pull - self.career) / p.career_time
        self.due = math.floor(rate * (day + 1) + self.phase) > math.floor(rate * day + self.phase)
        posts = self.due if self.random.random() < self.regularity else self.random.random() < rate
        self.posted = posts and self.joined < day
        while self.posts and day - self.posts[-1].day >= p.post_life:
            self.posts.pop()
        if self.posted:
            self.newest = Post(self, day, self.quality_today(), self.topics)
            self.posts.insert(0, self.newest)
            self.known_for = toward(self.known_for, self.newest.topics, 1 / self.model.parameters.feed.reputation_posts)

    def quality_today(self) -> float:
        """How good today's post is: it varies more for the irregular, and now and then far."""
        p, normal = self.model.parameters.posting, self.random.gauss(0, 1)
        noise = normal * math.exp(p.quality_tail * normal * normal / 2)
        return clip(self.level + (1 - self.regularity) * p.quality_noise * noise)

    def take_in(self) -> None:
        """Take in the day's numbers."""
        posting, feed = self.model.parameters.posting, self.model.parameters.feed
        if self.joined < self.model.day and (self.due or self.posted):  # posts tell, not quiet days
            post = self.newest if self.posted else None
            good = post is None or post.quality >= self.level - posting.quality_tolerance
            delivered = self.posted == self.due and good
            self.consistency += posting.consistency_rate * (delivered - self.consistency)
        self.momentum = feed.momentum_memory * self.momentum + self.gained + feed.like_weight * self.likes

"""The student's model: people on a social graph, who come and go, and a platform; see :mod:`benchmarks.student`."""

import math
from collections.abc import Iterable
from itertools import accumulate
from random import Random

import mesa
import networkx as nx

from benchmarks.student.creators import Creator, Post
from benchmarks.student.numbers import Vector, clip, mean, unit
from benchmarks.student.platform import SOURCES, Ranking
from benchmarks.student.ties import Event, Follow
from benchmarks.student.users import FACTORS, User
from simulation.parameters import Parameters


class StudentModel(mesa.Model):  # type: ignore[misc]
    """Follower dynamics in a living world.

    Parameters
    ----------
    parameters
        Sizes, traits and rates; the rules by name, such as ``unfollow_rule``, are always those of the living world.
    social_graph
        networkx graph on nodes 0..N-1: who knows whom, and ``community`` of each node.
    seed
        Seed of ``self.random``.
    """

    random: Random

    def __init__(self, parameters: Parameters, social_graph: "nx.Graph[int]", seed: int) -> None:
        super().__init__(seed=seed)
        self.parameters = parameters
        self.social_graph = social_graph
        factors, traits = parameters.factors, parameters.users
        self.factor_means = [getattr(factors, name).weight for name in FACTORS]
        self.identity_weight = factors.shared_interest.identity_weight
        self.identity_spread = 2 * traits.identity_scale**2
        self.genuine_share = factors.authenticity.genuine_share
        self.crowd_weight = factors.peer_influence.crowd_weight
        self.share_exponent = factors.peer_influence.share_exponent
        part = len(social_graph) / traits.attention_users if traits.attention_users else 1.0
        self.attention_share = min(1.0, part)
        self.topics = range(parameters.population.topics)
        self.mix = list(accumulate(getattr(parameters.feed.mix, source) for source in SOURCES))
        self.day = -1
        self.sessions = 0
        self.events: list[Event] = []
        self.samples: list[Vector] = []
        self.reference = [0.5] * len(FACTORS)
        self.departed: list[User] = []
        self.everything: list[Post] = []
        self.rankings: dict[int, Ranking] = {}
        self.cultures: dict[int, tuple[Vector, Vector]] = {}
        self.common_tastes: dict[tuple[int, Creator], float] = {}
        self.community = {node: data.get("community", node) for node, data in social_graph.nodes(data=True)}
        self.segment = self.segments()
        self.people: dict[int, User] = {}  # by node of the graph
        self.create_people()
        self.follow_at_first()
        self.day = 0
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "sessions": "sessions",
                "views": lambda model: sum(creator.views for creator in model.creators()),
                "likes": lambda model: sum(creator.likes for creator in model.creators()),
                "follows": lambda model: sum(creator.gained for creator in model.creators()),
                "unfollows": lambda model: sum(creator.lost for creator in model.creators()),
            },
            agenttype_reporters={
                Creator: {name: name for name in ("followers", "gained", "lost", "views", "likes", "consistency")}
            },
        )

    # Drawing ----------------------------------------------------------------------------------------------------

    def gammas(self, concentration: float, count: int) -> Vector:
        """Dirichlet shares but for their sum."""
        return [self.random.gammavariate(concentration, 1) for _ in range(count)]

    def beta(self, mean: float, concentration: float) -> float:
        """A beta number by mean and concentration."""
        return self.random.betavariate(mean * concentration, (1 - mean) * concentration)

    def draw_interests(self) -> Vector:
        """Interests of somebody, or of a community."""
        return unit(self.gammas(self.parameters.users.interest_concentration, self.parameters.population.topics))

    def culture(self, community: int) -> tuple[Vector, Vector]:
        """What the people of a community have in common: interests, and a position in value space."""
        if community not in self.cultures:
            position = [self.random.gauss(0, 1), self.random.gauss(0, 1)]
            self.cultures[community] = self.draw_interests(), position
        return self.cultures[community]

    def draw_taste(self, community: int, creator: Creator) -> float:
        """A new taste for a creator, in part that of the community."""
        share, pair = self.parameters.factors.taste.shared, (community, creator)
        if pair not in self.common_tastes:
            self.common_tastes[pair] = self.some_taste()
        own, common = self.some_taste(), self.common_tastes[pair]
        return clip(0.5 + math.sqrt(1 - share) * own + math.sqrt(share) * common)

    def some_taste(self) -> float:
        """A number about 0, nearly normal, and never beyond 1/2."""
        return sum(self.random.random() for _ in range(4)) / 4 - 0.5

    # Setting up -------------------------------------------------------------------------------------------------

    def segments(self) -> dict[int, int]:
        """The segment of every node: whole communities, in sizes that fall with the rank of the segment."""
        traits = self.parameters.users
        shares = [(rank + 1) ** -traits.segment_exponent for rank in range(traits.segments)]
        ends = [end / sum(shares) * len(self.community) for end in accumulate(shares)]
        members: dict[int, list[int]] = {}
        for node, community in self.community.items():
            members.setdefault(community, []).append(node)
        order = list(members)
        self.random.shuffle(order)
        found, segment, held = dict[int, int](), 0, 0
        for community in order:
            while segment < traits.segments - 1 and held + len(members[community]) / 2 > ends[segment]:
                segment += 1
            found |= dict.fromkeys(members[community], segment)
            held += len(members[community])
        return found

    def create_people(self) -> None:
        """Everybody, some or all of them creators, and who knows whom."""
        creating = set(self.random.sample(list(self.social_graph), self.parameters.population.creators))
        for node in self.social_graph:
            self.people[node] = Creator(self, node) if node in creating else User(self, node)
        for node, user in self.people.items():
            user.peers = [self.people[neighbour] for neighbour in self.social_graph[node]]

    def creators(self) -> list[Creator]:
        """All of them."""
        return [user for user in self.people.values() if isinstance(user, Creator)]

    def follow_at_first(self) -> None:
        """Follows there are before the first day: of creators drawn by fame, and of peers."""
        population = self.parameters.population
        creators = self.creators()
        fame = list(accumulate(self.random.lognormvariate(0, population.fame_sigma) for _ in creators))
        sigma, start = population.initial_follows_sigma, self.parameters.change.aspiration_start
        for user in self.people.values() if population.initial_follows else ():
            wanted = round(population.initial_follows * self.random.lognormvariate(-(sigma**2) / 2, sigma))
            wanted = min(wanted, len(creators) // 2)
            while len(user.follows) < wanted:
                for creator in self.random.choices(creators, cum_weights=fame, k=wanted - len(user.follows)):
                    if creator is not user and creator not in user.follows:
                        user.follow(creator, Follow(self.day, start))
        self.get_acquainted(self.people.values())
        for creator in creators:
            creator.momentum = float(creator.followers)

    # A day ------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Simulate one day."""
        self.sessions = 0
        self.samples = []
        self.agents_by_type[Creator].do("post")
        self.renew()
        self.rank()
        self.agents.shuffle_do("watch")
        self.agents_by_type[Creator].do("take_in")
        if self.samples:
            self.reference = mean(self.samples)
        self.datacollector.collect(self)
        self.day += 1

    def renew(self) -> None:
        """Newcomers take the places of those who left yesterday, and come to know whom these knew."""
        newcomers = []
        for gone in self.departed:
            if isinstance(gone, Creator):
                for fan in list(gone.fans):
                    fan.unfollow(gone, None, "departure", 1.0)
                gone.posts.clear()  # nor can one that was shared be found
            newcomer = type(gone)(self, gone.place)
            if isinstance(newcomer, Creator):
                newcomer.lost = gone.lost  # the books of the day go on
            newcomer.peers = gone.peers
            for peer in gone.peers:
                peer.peers[peer.peers.index(gone)] = newcomer
            self.people[gone.place] = newcomer
            newcomers.append(newcomer)
            gone.remove()
        self.departed = []
        self.get_acquainted(newcomers)

    def get_acquainted(self, newcomers: Iterable[User]) -> None:
        """Peers follow each other, or not, as the later of two joins."""
        probability = self.parameters.population.acquaintance
        new = dict.fromkeys(newcomers)
        for user in new:
            for peer in user.peers:
                pairs = [(user, peer)] if peer in new else [(user, peer), (peer, user)]
                for one, other in pairs:
                    if isinstance(other, Creator) and self.random.random() < probability:
                        one.get_to_know(other, probability)

    def rank(self) -> None:
        """What counts are shown today, and by which weights the feed draws posts of each segment."""
        feed, everybody = self.parameters.feed, math.log1p(len(self.people))
        self.everything = []
        by_segment: dict[int, list[Post]] = {segment: [] for segment in self.segment.values()}
        for creator in self.creators():
            creator.crowd = math.log1p(creator.followers) / everybody
            for post in creator.posts:
                post.applause = post.likes / (1 + post.likes)
            self.everything += creator.posts
            by_segment[creator.segment] += creator.posts
        self.rankings = {
            segment: Ranking(posts, self.day, len(self.topics), feed) for segment, posts in by_segment.items()
        }

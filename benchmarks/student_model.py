"""The same model as a good student of Mesa would write it: the yardstick of the benchmark.

Clean object-oriented Mesa 3: agents with plain attributes, a dictionary of follows each, peers as neighbours in a
networkx graph, ``self.random`` for draws, ``shuffle_do`` for activation, a ``DataCollector`` and an event log. It has
every mechanism of the preset ``first_model`` with the same parameters, so that a user-day is the same work, and shares
no rule, loop or array with ``simulation``. One thing differs on purpose: agents act one after the other, each on what
those before it did, as is usual in Mesa; the engines decide everything on the state as the day began.
"""

import math
from itertools import accumulate
from random import Random
from statistics import fmean

import mesa
import networkx as nx
import numpy as np

from benchmarks.student_agents import FACTORS, SOURCES, Creator, Event, Follow, User, unit
from simulation.parameters import Parameters


class StudentModel(mesa.Model):  # type: ignore[misc]
    """Follower dynamics with the default rules.

    Parameters
    ----------
    parameters
        Sizes, traits and rates. The rules by name (``follow_rule`` and the like) are always the default ones.
    social_graph
        networkx graph on nodes 0..N-1: who knows whom.
    seed
        Seed of ``self.random``.
    """

    random: Random

    def __init__(self, parameters: Parameters, social_graph: "nx.Graph[int]", seed: int) -> None:
        super().__init__(seed=seed)
        self.parameters = parameters
        self.social_graph = social_graph
        factors = parameters.factors
        self.factor_means = [getattr(factors, name).weight for name in FACTORS]
        self.identity_weight = factors.shared_interest.identity_weight
        self.identity_spread = 2 * parameters.users.identity_scale**2
        self.genuine_share = factors.authenticity.genuine_share
        self.crowd_weight = factors.peer_influence.crowd_weight
        self.half_saturation = factors.peer_influence.half_saturation
        self.topics = range(parameters.population.topics)
        self.mix = list(accumulate(getattr(parameters.feed.mix, source) for source in SOURCES))
        self.day = 0
        self.sessions = 0
        self.events: list[Event] = []
        self.samples: list[list[float]] = []
        self.reference = [0.5] * len(FACTORS)
        self.creators: dict[int, Creator] = {}
        self.posting: list[Creator] = []
        self.popularity: list[float] = []
        self.relevance: list[list[float]] = []
        self.create_users()
        self.become_alike()
        self.follow_at_first()
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "sessions": "sessions",
                "views": lambda model: sum(creator.views for creator in model.creators.values()),
                "likes": lambda model: sum(creator.likes for creator in model.creators.values()),
                "follows": lambda model: sum(creator.gained for creator in model.creators.values()),
                "unfollows": lambda model: sum(creator.lost for creator in model.creators.values()),
            },
            agenttype_reporters={
                Creator: {name: name for name in ("followers", "gained", "lost", "views", "likes", "consistency")}
            },
        )

    # Setting up -------------------------------------------------------------------------------------------------

    def gammas(self, concentration: float, count: int) -> list[float]:
        """Dirichlet shares but for their sum."""
        return [self.random.gammavariate(concentration, 1) for _ in range(count)]

    def beta(self, mean: float, concentration: float) -> float:
        """A beta number by mean and concentration."""
        return self.random.betavariate(mean * concentration, (1 - mean) * concentration)

    def create_users(self) -> None:
        """Everybody, some of them creators, and who knows whom."""
        creating = set(self.random.sample(list(self.social_graph), self.parameters.population.creators))
        users = {node: Creator(self) if node in creating else User(self) for node in self.social_graph}
        for node, user in users.items():
            user.peers = [users[neighbour] for neighbour in self.social_graph[node]]
            if isinstance(user, Creator):
                self.creators[user.unique_id] = user

    def become_alike(self) -> None:
        """Homophily: interests and identity mix with those of peers."""
        traits = self.parameters.users
        users = list(self.agents)
        rows = np.array([user.interests + user.identity for user in users])
        adjacency = nx.to_scipy_sparse_array(self.social_graph, format="csr")
        degree = adjacency.sum(axis=1)[:, None]
        for _ in range(traits.homophily_rounds):
            mean = adjacency @ rows / np.maximum(degree, 1)
            rows = np.where(degree > 0, (1 - traits.homophily) * rows + traits.homophily * mean, rows)
        for user, row in zip(users, rows.tolist(), strict=True):
            user.interests = unit(row[:-2])
            user.identity = row[-2:]

    def follow_at_first(self) -> None:
        """Follows there are before the first day, of creators drawn by fame."""
        population = self.parameters.population
        if population.initial_follows == 0:
            return
        creators = list(self.creators.values())
        fame = list(accumulate(self.random.lognormvariate(0, population.fame_sigma) for _ in creators))
        sigma = population.initial_follows_sigma
        location = math.log(population.initial_follows) - sigma**2 / 2
        for user in self.agents:
            wanted = min(round(self.random.lognormvariate(location, sigma)), len(creators) // 2)
            while len(user.follows) < wanted:
                for creator in self.random.choices(creators, cum_weights=fame, k=wanted - len(user.follows)):
                    if creator is not user and creator.unique_id not in user.follows:
                        user.follows[creator.unique_id] = Follow(-1, self.parameters.change.aspiration_start)
                        creator.followers += 1
        for creator in creators:
            creator.momentum = float(creator.followers)

    # A day ------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Simulate one day."""
        creators = self.agents_by_type[Creator]
        self.sessions = 0
        self.samples = []
        creators.do("post")
        self.rank()
        self.agents.shuffle_do("watch")
        creators.do("take_in")
        if self.samples:
            self.reference = [fmean(values) for values in zip(*self.samples, strict=True)]
        self.datacollector.collect(self)
        self.day += 1

    def rank(self) -> None:
        """Weights by which the feed draws creators today, cumulated."""
        feed = self.parameters.feed
        everybody = math.log1p(len(self.agents))
        for creator in self.creators.values():
            creator.crowd = 0.0 if feed.hide_follower_counts else math.log1p(creator.followers) / everybody
        self.posting = [creator for creator in self.creators.values() if creator.posted]
        noted = [creator.momentum + feed.prior for creator in self.posting]
        self.popularity = list(accumulate(momentum**feed.popularity_bias for momentum in noted))
        heard = [momentum ** (feed.popularity_bias / 2) for momentum in noted]
        self.relevance = [
            list(accumulate(c.topics[topic] * weight for c, weight in zip(self.posting, heard, strict=True)))
            for topic in self.topics
        ]

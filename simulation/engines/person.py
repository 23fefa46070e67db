"""What an agent is and holds: a view of one row of the state, and the small things that its days are made of."""

from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from simulation.columns import own_reader
from simulation.engines.diary import Moment
from simulation.engines.today import Decision
from simulation.errors import FollowerDynamicsError, PluginError
from simulation.ledger import contribute, weighted_sum
from simulation.randomness import stream_of

if TYPE_CHECKING:
    from simulation.model import FollowerModel


class Person(mesa.Agent):
    """Somebody on the platform. What they do there is told by :class:`~simulation.engines.agents.User`."""

    model: "FollowerModel"

    def __init__(self, model: "FollowerModel", index: int) -> None:
        if hasattr(model, "agent_id_counter"):  # since Mesa 3.4 a model numbers its own agents, from 1
            super().__init__(model)
        else:
            # Mesa 3.3 numbers agents by a table that keeps every model for ever: this is its constructor without it.
            self.model, self.unique_id, self.pos = model, index + 1, None
            model.register_agent(self)
        self.index = index
        self.diary: list[Moment] | None = None
        """Set to ``[]`` to have every post of the sessions to come noted, see :class:`Moment`; changes no history."""

    def remove(self) -> None:
        """Refuse: users stay on the platform, so that either engine can carry on; they may stop watching."""
        raise FollowerDynamicsError("users cannot be removed; to keep one from watching set its activity to 0")

    # What a user is, read from the state -----------------------------------------------------------------------

    @property
    def following(self) -> list[int]:
        """Creators this user follows."""
        return [int(creator) for creator in self.model.state.follows.of(self.index)]

    @property
    def peers(self) -> list[int]:
        """Users this user knows: neighbours in the social graph."""
        peers = self.model.state.peers
        return [int(peer) for peer in peers.peer[peers.start[self.index] : peers.start[self.index + 1]]]

    @property
    def interests(self) -> Any:
        """Interests over topics, a vector of unit length."""
        return self.model.state.users.interests[self.index]

    @interests.setter
    def interests(self, value: Any) -> None:
        self.model.state.users.interests[self.index] = value

    @property
    def aspiration(self) -> float:
        """Appeal this user has come to expect of the feed."""
        return float(self.model.state.users.aspiration[self.index])

    @aspiration.setter
    def aspiration(self, value: float) -> None:
        self.model.state.users.aspiration[self.index] = value

    @property
    def attention(self) -> float:
        """Follows this user can care for."""
        return float(self.model.state.users.attention[self.index])

    @attention.setter
    def attention(self, value: float) -> None:
        self.model.state.users.attention[self.index] = value

    @property
    def load(self) -> float:
        """Creators followed, as a share of those this user can care for."""
        return int(self.model.state.rows.length[self.index]) / self.attention

    @property
    def own(self) -> Any:
        """Columns of one's own of this user, by name."""
        state = self.model.state
        columns = tuple(column for column in self.model.today.behaviour.columns if column.of == "users")
        return own_reader(columns)(state.users.own, self.index, state.creators.own, 0, state.rows.own, -1)

    @property
    def mood(self) -> float:
        """Well-being, about a set point of this user's own."""
        return float(self.model.state.users.mood[self.index])

    @mood.setter
    def mood(self, value: float) -> None:
        self.model.state.users.mood[self.index] = value

    @property
    def fomo(self) -> float:
        """Fear of missing out, in [0, 1]."""
        return float(self.model.state.users.fomo[self.index])

    @fomo.setter
    def fomo(self, value: float) -> None:
        self.model.state.users.fomo[self.index] = value

    @property
    def escapism(self) -> float:
        """How much this user watches to get away from things, in [0, 1]."""
        return float(self.model.state.users.escapism[self.index])

    @escapism.setter
    def escapism(self, value: float) -> None:
        self.model.state.users.escapism[self.index] = value

    @property
    def is_here(self) -> bool:
        """Whether this user has joined the platform and not left it."""
        users, day = self.model.state.users, self.model.state.day
        return bool(users.joined[self.index] <= day < users.left[self.index])

    @property
    def own_creator(self) -> int:
        """This user's index among creators, -1 for one who does not post."""
        return int(self.model.state.users.creator[self.index])

    def uniform(self, name: str, creator: int = 0) -> float:
        """A number in [0, 1) of a name, this user, a creator and today: the same whatever else is drawn."""
        return self.model.today.uniforms(stream_of(name), self.index, creator, 0)[0]

    def checked(self, chance: Any, hook: str, place: str) -> float:
        """A chance that a method of this class gave, if it is a probability.

        Raises
        ------
        PluginError
            If it is not; names the method and the place.
        """
        if isinstance(chance, int | float | np.floating) and 0.0 <= chance <= 1.0:
            return float(chance)
        kind = next(part.__name__ for part in type(self).__mro__ if hook in vars(part))
        raise PluginError(f"{kind}.{hook} gave {chance!r} {place}: a probability lies in [0, 1]", plugin=kind)

    # Small things the above are made of -------------------------------------------------------------------------

    def entry(self, creator: int) -> int:
        """Where in the follow rows this user's tie to a creator stands."""
        row = self.model.state.follows.of(self.index)
        return int(self.model.state.follows.rows.start[self.index] + np.flatnonzero(row == creator)[0])

    def satisfaction(self, creator: int) -> float:
        """Running mean of what a followed creator's posts were worth to this user."""
        return float(self.model.state.follows.rows.satisfaction[self.entry(creator)])

    def set_satisfaction(self, creator: int, value: float) -> None:
        """Change satisfaction with a followed creator."""
        self.model.state.follows.rows.satisfaction[self.entry(creator)] = value

    def is_mutual(self, creator: int) -> bool:
        """Whether this user creates too and the creator follows back."""
        own = self.own_creator
        return own >= 0 and self.model.today.follows(int(self.model.state.creators.user[creator]), own)

    def contributions(self, factors: list[float]) -> Any:
        """What each factor adds to appeal, against the reference: a (1, F) array."""
        today = self.model.today
        row = np.empty((1, len(factors)))
        contribute(today.state.users.factor_weights, self.index, factors, today.state.reference, row, 0)
        return row

    def decide(
        self,
        creator: int,
        kind: int,
        source: int,
        cause: int,
        appeal: float,
        probability: float,
        satisfaction: float,
        contributions: Any,
    ) -> None:
        """Put a decision on today's list."""
        today = self.model.today
        reference = float(weighted_sum(today.state.users.factor_weights, self.index, today.state.reference))
        decision = Decision(
            self.index, creator, kind, source, cause, appeal, reference, probability, satisfaction,
            contributions[0].tolist(),
        )  # fmt: skip
        today.decisions.setdefault(self.index, []).append(decision)

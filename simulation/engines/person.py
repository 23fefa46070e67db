"""What an agent is and holds: a view of one row of the state, and the small things that its days are made of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np

from simulation.columns import own_reader
from simulation.engines.base import RuleParameters
from simulation.engines.diary import Moment
from simulation.engines.ties import set_against
from simulation.engines.today import Decision, Today
from simulation.errors import FollowerDynamicsError, PluginError
from simulation.factors.base import decision_place
from simulation.ledger import FOLLOW, contribute, room_for_events, weighted_sum
from simulation.randomness import stream_of
from simulation.state import Creators, Posts, write_beginning
from simulation.users.leaving import load_of
from simulation.users.session import is_here

if TYPE_CHECKING:
    from simulation.model import FollowerModel


class Row:
    """One agent's row of a group of arrays: read, a plain number (of a matrix, a vector); set, written to the array."""

    __slots__ = ("_arrays", "_place")

    def __init__(self, arrays: Any, place: int) -> None:
        object.__setattr__(self, "_arrays", arrays)
        object.__setattr__(self, "_place", place)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._arrays, name)[self._place]
        return value.item() if isinstance(value, np.generic) else value

    def __setattr__(self, name: str, value: Any) -> None:
        getattr(self._arrays, name)[self._place] = value


def _of_viewer(name: str, about: str) -> Any:
    """A number of a user as an attribute."""
    return property(
        lambda user: getattr(user.viewer, name), lambda user, value: setattr(user.viewer, name, value), doc=about
    )


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
    def today(self) -> Today:
        """What all agents share today."""
        return self.model.today

    @property
    def p(self) -> RuleParameters:
        """The parameters in force today, by section: ``self.p.leaving.tidy_probability``."""
        return self.model.today.p

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
    def viewer(self) -> Any:
        """This user's numbers in :class:`~simulation.state.Users`, by name: ``user.viewer.activity``."""
        return Row(self.model.state.users, self.index)

    @property
    def creators(self) -> Creators:
        """What the platform has on all creators, by number of the creator."""
        return self.model.state.creators

    @property
    def posts(self) -> Posts:
        """The latest posts of all creators, by place."""
        return self.model.state.posts

    @property
    def lives(self) -> int:
        """Days for which a post may be shown; as many latest posts of each creator are kept."""
        return int(self.p.posting.post_life)

    @property
    def interests(self) -> Any:
        """Interests over topics, a vector of unit length."""
        return self.viewer.interests

    @interests.setter
    def interests(self, value: Any) -> None:
        self.viewer.interests = value

    aspiration: float = _of_viewer("aspiration", "Appeal this user has come to expect of the feed.")
    attention: float = _of_viewer("attention", "Follows this user can care for.")
    mood: float = _of_viewer("mood", "Well-being, about a set point of this user's own.")
    fomo: float = _of_viewer("fomo", "Fear of missing out, in [0, 1].")
    escapism: float = _of_viewer("escapism", "How much this user watches to get away from things, in [0, 1].")

    @property
    def load(self) -> float:
        """Creators followed, as a share of those this user can care for."""
        return load_of(int(self.model.state.rows.length[self.index]), self.attention)

    @property
    def own(self) -> Any:
        """Columns of one's own of this user, by name."""
        state = self.model.state
        columns = tuple(column for column in self.today.behaviour.columns if column.of == "users")
        return own_reader(columns)(state.users.own, self.index, state.creators.own, 0, state.rows.own, -1)

    @property
    def is_here(self) -> bool:
        """Whether this user has joined the platform and not left it."""
        return is_here(self.viewer.joined, self.viewer.left, self.model.state.day)

    @property
    def own_creator(self) -> int:
        """This user's index among creators, -1 for one who does not post."""
        return int(self.model.state.users.creator[self.index])

    def uniform(self, name: str, creator: int = 0) -> float:
        """A number in [0, 1) of a name, this user, a creator and today: the same whatever else is drawn."""
        return self.today.uniforms(stream_of(name), self.index, creator, 0)[0]

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

    def peers_following(self, creator: int) -> int:
        """How many peers follow a creator."""
        return sum(int(self.today.follows(peer, creator)) for peer in self.peers)

    def place(self, creator: int = -1) -> str:
        """Who decides what on which day, in words, for messages."""
        return decision_place(self.index, creator, self.today.day)

    def is_mutual(self, creator: int) -> bool:
        """Whether this user creates too and the creator follows back."""
        own = self.own_creator
        return own >= 0 and self.today.follows(int(self.creators.user[creator]), own)

    def contributions(self, factors: list[float], kind: int = FOLLOW) -> Any:
        """What each factor adds to appeal, against the reference: a (1, F) array."""
        row = np.empty((1, len(factors)))
        contribute(self.model.state.users.factor_weights, self.index, factors, self.against(kind), row, 0)
        return row

    def against(self, kind: int) -> Any:
        """Factor values of what a follow, or an unfollow, is compared with, (F,)."""
        state, against = self.model.state, np.empty(self.model.state.reference.size)
        set_against(state.users, self.index, kind, state.reference, against)
        return against

    def decide(
        self,
        kind: int,
        creator: int,
        source: int,
        cause: int,
        chance: float,
        appeal: float,
        factors: list[float],
        reasons: Sequence[float] = (),
    ) -> None:
        """Put a decision on today's list: FOLLOW or UNFOLLOW, whom, what the feed showed them by, and why."""
        state = self.model.state
        began = np.zeros((1, state.rows.began.shape[1]), dtype=np.uint8)
        if kind == FOLLOW:
            write_beginning(began, 0, factors, self.peers_following(creator))
        columns = room_for_events(state, 0).reasons.shape[1]
        decision = Decision(
            user=self.index,
            creator=creator,
            kind=kind,
            source=source,
            cause=cause,
            appeal=appeal,
            reference=weighted_sum(state.users.factor_weights, self.index, self.against(kind)),
            probability=chance,
            satisfaction=appeal if kind == FOLLOW else self.satisfaction(creator),
            contributions=self.contributions(factors, kind)[0].tolist(),
            began=began[0].tolist(),
            reasons=list(reasons) or [0.0] * columns,
        )
        self.today.decisions.setdefault(self.index, []).append(decision)

"""What a user does before meeting anybody: open the app, and have it fill a feed."""

from collections.abc import Sequence
from dataclasses import dataclass

from simulation.engines.person import Person
from simulation.engines.today import ClosingLuck, DecisionLuck, SessionLuck
from simulation.platform.feed import MAX_ATTEMPTS
from simulation.platform.ranking import FOLLOWING, FRIENDS, choose_source, draw_weighted, left_over, or_partner
from simulation.plugins import DecisionRule, Opening, decided
from simulation.randomness import Stream, below
from simulation.users.checking import falls_silent, is_news, next_checked
from simulation.users.session import session_slots, watches_today
from simulation.users.sharing import shared_by, shared_post
from simulation.users.wellbeing import longing, opening_probability


@dataclass
class Showing:
    """A creator's part in a session: the post shown, the source that showed it first, and slots filled."""

    post: int
    source: int
    times: int = 1


class Watcher(Person):
    """Somebody who has the app, and a feed in it."""

    @property
    def session_luck(self) -> SessionLuck:
        """Today's random numbers of this user."""
        return SessionLuck(*self.today.uniforms(Stream.SESSION, self.index, 0, 0))

    @property
    def closing_luck(self) -> ClosingLuck:
        """Random numbers of this user for the end of today's session."""
        return ClosingLuck(*self.today.uniforms(Stream.SESSION, self.index, 0, 1))

    def luck_with(self, creator: int) -> DecisionLuck:
        """Today's random numbers of this user and a creator."""
        return DecisionLuck(*self.today.uniforms(Stream.DECISION, self.index, creator, 0))

    # Opening the app --------------------------------------------------------------------------------------------

    def opens(self) -> bool:
        """Open the app today, or not."""
        chance = self.checked(self.opening_chance(), "opening_chance", self.place())
        for rule, values in self.today.rules("watch"):
            chance = decided(rule, (self.opening(chance, rule), values), self.place())
        return watches_today(chance, self.viewer.joined, self.today.day, self.session_luck.u_open, self.p.session)

    def opening_chance(self) -> float:
        """Probability of opening the app today."""
        return opening_probability(self.viewer.activity, self.fomo, self.p.wellbeing)

    def opening(self, chance: float, rule: DecisionRule) -> Opening:
        """What a rule of one's own about opening the app may read."""
        return Opening(
            user=self.index,
            day=self.today.day,
            chance=chance,
            luck=self.today.uniforms(rule.stream, self.index, 0, 0)[0],
            activity=self.viewer.activity,
            load=self.load,
            mood=self.mood,
            fomo=self.fomo,
            use=self.viewer.use,
            account_age=self.today.day - self.viewer.joined,
            own=self.own,
        )

    def slots(self) -> int:
        """Posts that today's session has room for."""
        luck, longs = self.session_luck, longing(self.fomo, self.p.wellbeing)
        return session_slots(self.escapism, longs, luck.u_length, luck.u_nudge, self.p.session)

    # The feed ---------------------------------------------------------------------------------------------------

    def fill_feed(self, slots: int) -> dict[int, Showing]:
        """Creators the session shows, in order."""
        shown = self.check_followed(slots)
        for slot in range(slots - len(shown)):
            self.fill_slot(slot, shown)
        return shown

    def check_followed(self, slots: int) -> dict[int, Showing]:
        """Look at some of the creators followed, for news or a long silence, until the slots are full."""
        following, rows = self.following, self.model.state.rows
        shown: dict[int, Showing] = {}
        start, most = int(rows.start[self.index]), min(self.p.session.checks, len(following))
        checked: list[int] = []
        while len(checked) < most and len(shown) < slots:
            count = len(checked)
            u_check = self.today.uniforms(Stream.CHECKS, self.index, count // 4, 0)[count % 4]
            place = next_checked(checked, count, len(following), most, u_check)
            checked.append(place)
            creator, seen, day = following[place], int(rows.seen[start + place, 0]), self.today.day
            visible, newest = bool(self.creators.visible[creator]), creator * self.lives
            if is_news(visible, int(self.posts.day[newest]), seen) or falls_silent(visible, day, seen, self.p.session):
                shown[creator] = Showing(newest, FOLLOWING)
        return shown

    def fill_slot(self, slot: int, shown: dict[int, Showing]) -> None:
        """Draw for one slot until there is somebody to show in it; after many attempts it stays empty."""
        for attempt in range(MAX_ATTEMPTS):
            u_source, u_creator = self.luck_of_slot(slot, attempt)
            source = choose_source(self.today.feed.cumulative, u_source)
            post = self.draw(source, u_source, u_creator)
            if post is None or post // self.lives == self.own_creator:
                continue
            creator = post // self.lives
            if creator not in shown:
                shown[creator] = Showing(post, source)
                return
            if not self.p.feed.distinct:
                shown[creator].times += 1
                return

    def luck_of_slot(self, slot: int, attempt: int) -> tuple[float, ...]:
        """Two random numbers for a slot: a block of four serves two of them."""
        block = self.today.uniforms(Stream.FEED, self.index, slot // 2, attempt)
        return block[:2] if slot % 2 == 0 else block[2:]

    def draw(self, source: int, u_source: float, u_creator: float) -> int | None:
        """The place of a post from one source of the feed, or None where it has none to show.

        Of a creator who is followed, by this user or by a peer, it is the newest; of one whom a peer shared, what was
        shared. ``u_source`` is the number in [0, 1) that chose the source; ``u_creator`` is a fresh one.
        """
        if source == FRIENDS:
            return self.draw_from_friend(u_source, u_creator)
        if source == FOLLOWING:
            creator = self.draw_followed(u_source, u_creator)
            return None if creator is None else creator * self.lives
        users, crossing = self.model.state.users, self.p.feed.crossing
        post = draw_weighted(self.today.feed, source, users, self.index, u_source, u_creator, crossing)
        return post if post >= 0 else None

    def draw_followed(self, u_source: float, u_creator: float) -> int | None:
        """A creator whom this user follows, or the partner of one."""
        creator = pick(self.following, u_creator)
        return None if creator is None else self.or_partner(creator, u_source)

    def draw_from_friend(self, u_source: float, u_creator: float) -> int | None:
        """The place of a post that some peer has shared, or else of the newest of a creator whom the peer follows."""
        peer = pick(self.peers, left_over(self.today.feed.cumulative, FRIENDS, u_source))
        if peer is None:
            return None
        memory, day, visible = self.model.state.memory, self.today.day, self.creators.visible
        place = shared_by(memory, peer, visible, day, self.p.decision.share_life, u_creator)
        if place >= 0:
            return int(shared_post(memory, peer, place, self.posts.day, self.lives, day))
        creator = pick(self.model.state.follows.of(peer).tolist(), u_creator)
        return int(creator) * self.lives if creator is not None and visible[creator] else None

    def or_partner(self, creator: int, u_source: float) -> int:
        """A followed creator, or whom that creator collaborates with."""
        u_partner, shared = left_over(self.today.feed.cumulative, FOLLOWING, u_source), self.p.minds.strategy.shared
        return or_partner(creator, self.creators.partner, self.creators.visible, u_partner, shared)


def pick(numbers: Sequence[int], uniform: float) -> int | None:
    """One of some numbers, chosen by a number in [0, 1); None where there are none."""
    return numbers[below(uniform, len(numbers))] if numbers else None

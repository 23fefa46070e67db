"""The phases of a day, in order."""

SCHEDULE: tuple[tuple[str, str], ...] = (
    ("intervene", "interventions fall due: levers move, followers are bought, the platform purges"),
    (
        "renew",
        "newcomers take the places of those who left the day before; accounts of creators who left are closed; those "
        "who join, and their peers, follow each other or not",
    ),
    ("trends", "topics heat and cool, memes are born"),
    ("post", "creators plan (each once a week) and post: whether, how good, on what"),
    ("rank", "the platform ranks: tables to draw from, for every feed source"),
    (
        "watch",
        "users watch: feed, like, decide to follow or unfollow, on the state as it stood when the phase began; each is "
        "changed by it (aspiration, interests, mood), which nobody else reads; some leave the platform",
    ),
    ("settle", "decisions take effect: follow rows, follower counts; peers can find what was shared"),
    ("follow_back", "creators whom creators have followed today follow back or not, and that takes effect"),
    (
        "take_in",
        "creators take in their numbers: consistency, momentum; reward, mood, obsession, burnout, authenticity",
    ),
    ("record", "the day is recorded: ledger, event log, tomorrow's reference"),
)
"""One day, in order: the method that simulates each phase, and what happens in it. Users who join today are there from
the first phase on; creators who join today post from tomorrow."""

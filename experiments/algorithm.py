"""Algorithm: what does the recommender do to what people see, whom they follow, and whom they leave?

The claim has three parts. That the feed *curates by preference* shows in how well posts fit their viewers' interests,
with recommendations and with creators drawn at random in their place. That it *favours the popular* shows in who is
watched and followed, with and without its popularity bias. That it *prompts people to reconsider whom they follow*
needs more care: a better feed also finds people better creators to follow, and these they keep. So recommendations are
switched on at half time in one of two worlds that are identical until then: the follows held at that moment are the
same in both. Holding the aspiration level fixed shows whether it, and not how often one sees whom one follows, is what
makes people leave.

*Strangers* replaces recommendations by creators drawn at random; the shares of the feed from those one follows and from
friends are the same in all arms. *No interests* gives the share of recommendations by interest to the popular; *no
popularity* keeps both and ignores popularity. To see whether better curation makes people reconsider, recommendations
replace strangers at half time, and unfollows of the follows held at that time are counted: these follows are the same
as in the world where strangers go on. Recommendations also change how often one sees whom one follows. Therefore the
same pair is simulated with a *fixed* aspiration level, at which people go on expecting of the feed what they expected
on the first day: what the switch does less there is the effect of the raised aspiration level.
"""

from simulation.analysis import tie_spells
from simulation.analysis.headline import RECENT, Measure
from simulation.analysis.tables import Tables
from simulation.cli.experiment import main
from simulation.experiment import Arm, Expectation, Experiment, Findings, Scale, around, headline
from simulation.experiment.groups import merit, share_of
from simulation.interventions import Intervention
from simulation.model import FollowerModel
from simulation.parameters import KNOWN

RECOMMENDED = ("feed.mix.popular", "feed.mix.interest", "feed.mix.random")
"""Parts of the feed that a platform chooses; what one follows and what friends follow stay as they are."""
USUAL_MIX = {name: float(str(KNOWN[name].default)) for name in RECOMMENDED}
STRANGERS = {name: sum(USUAL_MIX.values()) if name == "feed.mix.random" else 0.0 for name in RECOMMENDED}
POPULAR_ONLY = {
    "feed.mix.popular": USUAL_MIX["feed.mix.popular"] + USUAL_MIX["feed.mix.interest"],
    "feed.mix.interest": 0.0,
}
ASPIRATION = "change.aspiration_rate"
FIXED = {ASPIRATION: 0.0}
"""What people expect of a feed stays what it was on their first day."""


def half_time(days: int) -> int:
    """First day of the second half."""
    return days // 2


def switched_on(size: Scale) -> list[Intervention]:
    """Recommendations as usual from half time on."""
    return [Intervention(half_time(size.days), name, share) for name, share in USUAL_MIX.items()]


def interest_shown(model: FollowerModel) -> float:
    """Fit of posts with their viewers' interests: the factor's mean over the first posts of the last day's sessions."""
    names = [factor.name for factor in model.factors]
    return float(model.state.reference[names.index("shared_interest")])


def popular_views(result: Tables) -> float:
    """Share of views, over the last four weeks, of the tenth of creators with most followers before them."""
    table = result.creator_days
    start = max(1, result.days - RECENT)
    followers = table.loc[table["day"] == start - 1].set_index("creator")["followers"]
    views = table[table["day"] >= start].groupby("creator")["views"].sum()
    top = followers.sort_values(ascending=False, kind="stable").index[: max(1, round(len(followers) / 10))]
    return share_of(views[top].sum(), views.sum())


def aspiration(result: Tables) -> float:
    """Appeal that users expect of a feed, at the end."""
    users = result.users
    return float(users.loc[users["left"] < 0, "aspiration"].mean())


def old_ties_left(result: Tables) -> float:
    """Unfollows, from half time on, of follows held at half time, per day that these were still held."""
    half = half_time(result.days)
    spells = tie_spells(result.events, result.follows, result.days)
    old = (spells.start < half) & (spells.end >= half)
    return share_of(spells.unfollowed[old].sum(), (spells.end[old] - half + 1).sum())


def measure_model(model: FollowerModel) -> dict[str, float]:
    """The fit of posts with interests."""
    return {"interest_shown": interest_shown(model)}


def remarks(found: Findings) -> list[str]:
    """What else the arms say: where the fit comes from, the switch with a fixed aspiration level, and merit."""
    said = found.said
    return [
        "**Curation.** The usual feed's fit with interests differs from that of random creators by "
        f"{said('interest_shown', 'usual', 'strangers')}; from that of a feed without recommendations by interest by "
        f"{said('interest_shown', 'usual', 'no interests')}, and from that of one without popularity bias by "
        f"{said('interest_shown', 'usual', 'no popularity')}.",
        "**Reconsidering.** Switching recommendations on changes how often old follows are ended by "
        f"{said('old_ties_left', 'switched on', 'strangers', relative=True)} where the aspiration level adapts, and by "
        f"{said('old_ties_left', 'switched on (fixed)', 'strangers (fixed)', relative=True)} where it is fixed.",
        f"**Side effects.** The rank correlation of followers with talent is {said('merit', 'usual')} with the usual "
        f"feed. It differs from that with random creators by {said('merit', 'usual', 'strangers')}, and from that "
        f"without popularity bias by {said('merit', 'usual', 'no popularity')}. Follows held at the end differ from "
        f"those with random creators by {said('follows_held', 'usual', 'strangers', relative=True)}.",
    ]


EXPERIMENT = Experiment(
    name="algorithm",
    question="What does the recommender do to what people see, whom they follow, and whom they leave?",
    claim="8. The algorithm curates by preference, favours the popular, and prompts people to reconsider whom they "
    "follow",
    about=__doc__,
    arms=(
        Arm("usual", "the feed as it is by default"),
        Arm("strangers", "creators drawn at random in place of recommendations", STRANGERS),
        Arm("no interests", "nothing is recommended by interest, more of what is popular instead", POPULAR_ONLY),
        Arm("no popularity", "recommendations ignore how popular a creator is", {"feed.popularity_bias": 0.0}),
        Arm("switched on", "strangers, and from half time on recommendations as usual", STRANGERS, switched_on),
        Arm("strangers (fixed)", "strangers, with a fixed aspiration level", {**STRANGERS, **FIXED}),
        Arm("switched on (fixed)", "switched on, with a fixed aspiration level", {**STRANGERS, **FIXED}, switched_on),
    ),
    outcomes={
        "interest_shown": ("1", "Fit of the posts of the last day with their viewers' interests and values, 0 to 1"),
        "popular_views": Measure(
            popular_views, "1", "Share of views, over the last four weeks, of the most followed tenth of creators"
        ),
        **headline("follower_gini", "follows_held"),
        "merit": Measure(merit, "1", "Rank correlation of followers with talent"),
        "aspiration": Measure(
            aspiration, "1", "Appeal that people have come to expect of the feed (aspiration level), 0 to 1"
        ),
        "old_ties_left": Measure(
            old_ties_left, "unfollows/tie-day", "Unfollows, from half time on, of follows held at half time"
        ),
    },
    measure_model=measure_model,
    record="events",
    expectations=(
        Expectation(
            "recommendations fit interests better than strangers do",
            "interest_shown",
            "usual",
            "strangers",
            headline=True,
        ),
        Expectation("recommending by interest contributes to that", "interest_shown", "usual", "no interests"),
        Expectation("popularity bias brings views to the popular", "popular_views", "usual", "no popularity"),
        Expectation(
            "popularity bias makes followers more unequal", "follower_gini", "usual", "no popularity", headline=True
        ),
        Expectation("better recommendations raise the aspiration level", "aspiration", "switched on", "strangers"),
        Expectation(
            "better recommendations make people leave more of those they followed before",
            "old_ties_left",
            "switched on",
            "strangers",
            relative=True,
            headline=True,
        ),
        Expectation(
            "it is the raised aspiration level that makes them leave",
            "old_ties_left",
            "switched on",
            "strangers",
            relative=True,
            beyond=("switched on (fixed)", "strangers (fixed)"),
        ),
    ),
    usual=Scale(users=1000, days=120, replicates=24, samples=64),
    remarks=remarks,
    caveats=(
        "that people come to expect what they are shown, and leave creators who fall short of it, is a rule of the "
        "model (an aspiration level, Simon 1955); the result is how much it changes, beside all else the feed changes",
    ),
    uncertain=around(ASPIRATION),
)

if __name__ == "__main__":
    main(__file__)

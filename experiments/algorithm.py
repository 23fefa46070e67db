"""Algorithm: what does the recommender do to what people see, whom they follow, and whom they leave?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.arms import Arm, ArmsExperiment, Expectation
from simulation.analysis.headline import HEADLINE
from simulation.presets import PRESETS
from simulation.study import Outcome, Run

if TYPE_CHECKING:
    from simulation.social_graph import SocialGraph


def live(run: Run, social_graph: SocialGraph | None) -> Outcome:
    """One world, lived and measured."""
    return EXPERIMENT.live(run, social_graph)


EXPERIMENT = ArmsExperiment(
    name="algorithm",
    question="What does the recommender do to what people see, whom they follow, and whom they leave?",
    claim="8. The algorithm curates by preference, favours the popular, and prompts people to reconsider whom they "
    "follow",
    about="The feed as it is, against feeds that lack one of its parts.",
    arms=(
        Arm("usual", "the feed as it is"),
        Arm("no popularity", "recommendations ignore how popular a creator is", {"feed.popularity_bias": 0.0}),
        Arm("random", "every slot shows a creator drawn uniformly", PRESETS["random"].values),
    ),
    outcomes=HEADLINE,
    expectations=(
        Expectation("popularity bias makes followers more unequal", "follower_gini", "usual", "no popularity"),
        Expectation("so does the recommender as a whole", "follower_gini", "usual", "random"),
        Expectation("and people like more of what they see", "likes_per_view", "usual", "random", relative=True),
    ),
    evaluate=live,
)

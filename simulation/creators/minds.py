"""Parameters of creators' minds, gathered from the rules that read them."""

from simulation.creators.burnout import BurnoutParameters
from simulation.creators.effort import EffortParameters
from simulation.creators.habituation import HabituationParameters
from simulation.creators.mood import MoodParameters
from simulation.creators.obsession import ObsessionParameters
from simulation.creators.reward import RewardParameters
from simulation.creators.strategy import StrategyParameters
from simulation.creators.voice import VoiceParameters
from simulation.declare import Section


class MindsParameters(Section):
    """The loop from likes to reward, mood, strategy, authenticity and back; ``creators.minds`` switches all of it."""

    reward: RewardParameters = RewardParameters()
    habituation: HabituationParameters = HabituationParameters()
    mood: MoodParameters = MoodParameters()
    obsession: ObsessionParameters = ObsessionParameters()
    effort: EffortParameters = EffortParameters()
    burnout: BurnoutParameters = BurnoutParameters()
    voice: VoiceParameters = VoiceParameters()
    strategy: StrategyParameters = StrategyParameters()

"""Experiments in arms: the same people and the same luck in worlds that differ in one thing, and what must come out.

An experiment of this kind is declared, not programmed: its arms, its outcomes, and what the claim leads one to expect
of them. Everything else (the runs, tidy tables, tests, figures, the summary, and how robust all of it is where all
uncertain parameters vary) is the same for all of them and done by `ArmsExperiment.run`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from simulation.analysis.headline import HEADLINE, Measure
from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.experiment.options import Options, Scale, Setting, scale_setting
from simulation.experiment.uncertain import PLAUSIBLE
from simulation.interventions import Intervention
from simulation.parameters import KNOWN, unknown
from simulation.study import Design, Evaluate, Outcome, Run, Study

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from simulation.experiment.judge import Findings
    from simulation.model import FollowerModel
    from simulation.records import Result
    from simulation.social_graph import SocialGraph
    from simulation.study import Uncertainty

Further = Callable[[Setting, Options, Callable[[Design, Evaluate], Study]], "pd.DataFrame | None"]
"""See `ArmsExperiment.further`."""
VOLUME = ("follows_per_user_day", "likes_per_view", "unfollows_per_tie_day")
"""Headline outcomes that every run is measured by, whatever else: is this a world like ours at all?"""
USUAL = Scale(users=1000, days=120, replicates=24, samples=96)
"""Two minutes on two cores with four arms."""
QUICK = Scale(users=120, days=21, replicates=3, samples=12)
"""Seconds; too small to show anything but what comes out."""


@dataclass(frozen=True)
class Arm:
    """One world of the comparison; all arms of a replicate share people and luck."""

    name: str
    """One or two words: it stands in tables and figures."""
    about: str
    """What is different here, one sentence without a full stop."""
    values: Mapping[str, object] = field(default_factory=dict)
    """Parameters that hold from the start, by dotted name."""
    interventions: Sequence[Intervention] | Callable[[Scale], Sequence[Intervention]] = ()
    """What happens on a day; a function of the size where days or creators depend on how large the experiment is."""

    def interventions_at(self, size: Scale) -> tuple[Intervention, ...]:
        """The interventions in worlds of this size."""
        return tuple(self.interventions(size) if callable(self.interventions) else self.interventions)


@dataclass(frozen=True)
class ModelMeasure:
    """An outcome that needs the model itself as it stands after the last day, not just its tables."""

    function: Callable[[FollowerModel], float]
    unit: str
    about: str
    ratio: bool = True
    """Whether 0 means none, so that a share of it says something."""


@dataclass(frozen=True)
class Expectation:
    """A sentence of the claim: the mean of a paired difference lies within bounds; above 0 where none are given.

    Attributes
    ----------
    says
        The sentence, in words a reader of the summary understands; without a full stop.
    outcome
        Name of an outcome of the experiment.
    arm, than
        The number is outcome in ``arm`` less outcome in ``than``, within one replicate; where ``than`` is None, the
        outcome in ``arm`` itself.
    low, high
        The bounds, both excluded; ``high=0`` says it falls; both together say it hardly changes (equivalence).
    relative
        Whether the difference, and the bounds, are in % of the outcome in ``than``.
    beyond
        Two other arms, whose difference (the first less the second) is taken off: what is left is how much more the
        change does here than there (an interaction).
    """

    says: str
    outcome: str
    arm: str
    than: str | None = None
    low: float | None = None
    high: float | None = None
    relative: bool = False
    beyond: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        low, high = self.bounds
        if not low < high:
            raise ParameterError(f"{self.says!r}: the low bound {low:g} must be below the high one {high:g}")
        if self.than is None and (self.relative or self.beyond):
            raise ParameterError(f"{self.says!r}: a relative difference, or one beyond another, needs the arm `than`")

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms it is about."""
        return (self.arm, *([] if self.than is None else [self.than]), *(self.beyond or ()))

    @property
    def compared(self) -> str:
        """What is compared, in words."""
        if self.than is None:
            return self.arm
        beyond = "" if self.beyond is None else f", beyond {self.beyond[0]} less {self.beyond[1]}"
        return f"{self.arm} less {self.than}{beyond}"

    @property
    def bounds(self) -> tuple[float, float]:
        """Low and high bound, infinite where there is none."""
        if self.low is None and self.high is None:
            return 0.0, math.inf
        return (-math.inf if self.low is None else self.low), (math.inf if self.high is None else self.high)


@dataclass(frozen=True)
class ArmsExperiment:
    """An experiment in arms, declared.

    Attributes
    ----------
    name, question, claim
        As for every experiment; the name is that of its module. The claim is the one of docs/odd.md, section 1, with
        its number: "8. The algorithm curates by preference ...".
    about
        How the claim is put to the test, in words: why these arms, why these outcomes. A paragraph of Markdown.
    arms
        The worlds that are compared; the first is the base, and worlds of sampled parameters must be plausible in it.
    outcomes
        What is measured at the end of a run, by name: `Measure` of a result, or `ModelMeasure`.
    expectations
        What the claim leads one to expect. They are one family: verdicts hold at 5% over all of them.
    evaluate
        The function ``live`` of the experiment's own module, three lines that hand a run to `live`: processes find
        functions by their module, and its text tells which stored runs are out of date.
    usual, quick
        How large it is, and with ``--quick``.
    constants
        Parameters that hold in every arm.
    record
        "events" where an outcome reads the event log.
    details
        Columns of one length, of a result, kept for every run of the main study (`Findings.details`).
    further
        A further study: of setting and options it makes a design, has it run by the function it is handed (with a
        function at the top level of its own module), and gives a table, which is kept as ``further.parquet`` for
        figures and remarks to read; None where runs failed.
    figures
        Further figures, by file name.
    remarks
        Further paragraphs of Markdown for the summary, every number in them taken from the findings.
    caveats
        What to keep in mind, sentences in words.
    uncertain
        Ranges of parameters that differ from the common rule of `simulation.experiment.uncertain`, or that only some
        arms set: what an arm sets is as it says there, and varied in the other arms only where it is named here.
    plausible
        Bands of outcomes in which the base world of a sampled point must lie; by default those of platforms.
    certain
        Names, or beginnings of names, of uncertain parameters that are held at their values because they mean nothing
        here.
    """

    name: str
    question: str
    claim: str
    about: str
    arms: tuple[Arm, ...]
    outcomes: Mapping[str, Measure | ModelMeasure]
    expectations: tuple[Expectation, ...]
    evaluate: Evaluate
    usual: Scale = USUAL
    quick: Scale = QUICK
    constants: Mapping[str, object] = field(default_factory=dict)
    record: Literal["events", "daily"] = "daily"
    details: Callable[[Result], Mapping[str, Any]] | None = None
    further: Further | None = None
    figures: Callable[[Findings], Iterator[tuple[str, Figure]]] | None = None
    remarks: Callable[[Findings], Sequence[str]] | None = None
    caveats: Sequence[str] = ()
    uncertain: Sequence[Uncertainty] = ()
    plausible: Mapping[str, tuple[float, float]] = field(default_factory=lambda: PLAUSIBLE)
    certain: Sequence[str] = ()

    def __post_init__(self) -> None:
        names = [arm.name for arm in self.arms]
        if len(set(names)) < len(names) or len(names) < 1:
            raise ParameterError(f"the experiment {self.name!r} needs arms with names of their own, not {names}")
        if not self.expectations:
            raise ParameterError(f"the experiment {self.name!r} expects nothing: name at least one expectation")
        for expected in self.expectations:
            for arm in set(expected.arms) - set(names):
                raise ParameterError(f"{expected.says!r}: there is no arm {arm!r} in {', '.join(names)}")
            if expected.outcome not in self.outcomes:
                raise ParameterError(f"{expected.says!r}: there is no outcome {expected.outcome!r}")
        for name in {name for arm in self.arms for name in arm.values} | set(self.constants):
            if name not in KNOWN:
                raise unknown(name)

    @property
    def base(self) -> Arm:
        """The first arm."""
        return self.arms[0]

    @property
    def title(self) -> str:
        """The name as a heading has it."""
        return self.name.replace("_", " ").capitalize()

    def arm(self, name: str) -> Arm:
        """An arm by its name."""
        return next(arm for arm in self.arms if arm.name == name)

    def live(self, run: Run, social_graph: SocialGraph | None) -> Outcome:
        """Live one run to its end and measure it.

        Raises
        ------
        FollowerDynamicsError
            If a measure fails: says which.
        """
        from simulation.model import FollowerModel

        model = FollowerModel(
            run.parameters(),
            seed=run.replicate.seed,
            luck=run.replicate.luck,
            social_graph=social_graph,
            interventions=run.interventions,
            threads=1,
            record=self.record,
        )
        model.run_for(run.days)
        result = model.result()
        volume = {name: HEADLINE[name] for name in VOLUME}
        values = {
            name: _measured(name, measure, model, result) for name, measure in {**volume, **self.outcomes}.items()
        }
        return Outcome(values, {} if self.details is None else self.details(result))

    def run(self, options: Options) -> bool:
        """Run it and leave everything in ``options.out``; False where runs failed and it could not be finished."""
        from simulation.experiment.run import run_arms

        return run_arms(self, options, scale_setting(options, self.usual, self.quick))


def _measured(name: str, measure: Measure | ModelMeasure, model: FollowerModel, result: Result) -> float:
    try:
        return float(measure.function(model) if isinstance(measure, ModelMeasure) else measure(result))
    except Exception as error:
        raise FollowerDynamicsError(f"outcome {name!r} fails: {type(error).__name__}: {error}") from error

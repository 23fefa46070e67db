"""What an experiment is declared of: arms, outcomes, expected results.

Arms are compared under common random numbers: the same populations and the same random draws in worlds that differ in
one thing. Everything else (runs, tidy tables, tests, figures, the summary, robustness to uncertain parameters) is the
same for all experiments, and done by `Experiment.run`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from simulation.analysis import expectation
from simulation.analysis.headline import HEADLINE, Measure
from simulation.analysis.wording import MINUS
from simulation.errors import FollowerDynamicsError, ParameterError
from simulation.experiment.options import Options, Scale, Setting, Study, setting
from simulation.experiment.uncertain import PLAUSIBLE
from simulation.experiment.world import World
from simulation.factors import FACTORS
from simulation.parameters import Parameters, unknown
from simulation.records.schema import Record
from simulation.scenario_parts import type_with

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from simulation.declare import Declaration
    from simulation.experiment.judge import Findings
    from simulation.interventions import Intervention
    from simulation.model import FollowerModel
    from simulation.records import Result
    from simulation.study import Outcome, Uncertainty

VOLUME = ("follows_per_user_day", "likes_per_view", "unfollows_per_tie_day")
"""Headline outcomes that every run is measured by: is this world plausible at all?"""
USUAL = Scale(users=1000, days=120, replicates=24, samples=96)
"""Two minutes on two cores with four arms."""
QUICK = Scale(users=120, days=21, replicates=3, samples=6)
"""Seconds; too small to decide anything."""


Figures: TypeAlias = "Iterable[tuple[str, Figure]]"
"""Figures by file name, one after the other."""


class Quantity(NamedTuple):
    """What an outcome counts; a plain pair will do."""

    unit: str
    """"1" for a pure number."""
    about: str
    """What it is, without a full stop."""


@dataclass(frozen=True)
class Arm:
    """One world of the comparison; all arms of a replicate share population and random draws."""

    name: str
    """One or two words: it stands in tables and figures."""
    about: str
    """What is different here, one sentence without a full stop."""
    values: Mapping[str, object] = field(default_factory=dict)
    """Parameters that hold from the start, by dotted name."""
    interventions: Sequence[Intervention] | Callable[[Scale], Sequence[Intervention]] = ()
    """What happens on a day; a function of the size where days or creators depend on how large the experiment is."""
    scenario: Mapping[str, Any] = field(default_factory=dict)
    """Further arguments of `Scenario`: ``preset``, ``creators``, ``factors``, ``sources``, ``plugins``, ``user_type``,
    ``creator_type``, ``model_type``."""

    @property
    def known(self) -> Mapping[str, Declaration]:
        """Every parameter that its world has, those of its plug-ins too, by dotted name."""
        return self.parameters_type.known()

    @property
    def parameters_type(self) -> type[Parameters]:
        """The type of its world's parameters."""
        return type_with(self.scenario.get("factors", FACTORS), self.scenario.get("plugins", ()))

    def interventions_at(self, size: Scale) -> tuple[Intervention, ...]:
        """The interventions in worlds of this size."""
        return tuple(self.interventions(size) if callable(self.interventions) else self.interventions)


@dataclass(frozen=True)
class Expectation(expectation.Expectation):
    """An expected result: the mean of a paired difference lies within bounds; above 0 where none are given.

    Attributes
    ----------
    outcome
        Name of an outcome of the experiment.
    arm, than
        The number is outcome in ``arm`` minus outcome in ``than``, within one replicate; where ``than`` is None, the
        outcome in ``arm`` itself.
    relative
        Whether the difference, and the bounds, are in % of the outcome in ``than``.
    beyond
        Two other arms, whose difference is subtracted: a difference in differences.
    headline
        Whether it answers the experiment's question: the summary begins with it. The first one does if none says so.
    """

    outcome: str
    arm: str
    than: str | None = None
    _: KW_ONLY
    relative: bool = False
    beyond: tuple[str, str] | None = None
    headline: bool = False

    def __post_init__(self) -> None:
        if math.isinf(self.low) and math.isinf(self.high):
            object.__setattr__(self, "low", 0.0)
        super().__post_init__()
        if self.than is None and (self.relative or self.beyond):
            raise ParameterError(f"{self.says!r}: a relative difference, or one beyond another, needs the arm `than`")

    @property
    def arms(self) -> tuple[str, ...]:
        """Names of the arms it is about."""
        return (self.arm, *([] if self.than is None else [self.than]), *(self.beyond or ()))

    @property
    def compared(self) -> str:
        """What is compared, as a formula."""
        if self.than is None:
            return self.arm
        own = f"{self.arm} {MINUS} {self.than}"
        return own if self.beyond is None else f"({own}) {MINUS} ({self.beyond[0]} {MINUS} {self.beyond[1]})"


def less(says: str, outcome: str, arm: str, than: str | None = None, **more: Any) -> Expectation:
    """An `Expectation` below 0."""
    return Expectation(says, outcome, arm, than, high=0.0, **more)


def headline(*names: str) -> dict[str, Measure]:
    """Headline outcomes (`simulation.analysis.headline`) by name, to be put among the outcomes of an experiment."""
    return {name: HEADLINE[name] for name in names}


@dataclass(frozen=True)
class Experiment:
    """An experiment, declared.

    Attributes
    ----------
    name, question, claim
        What it is called, what it asks, and the claim it tests; claims that are shipped have the number of docs/odd.md,
        section 1.
    about
        How the claim is tested: why these arms, why these outcomes, in Markdown. ``__doc__``, the docstring of its
        file, will do: its first line is left out.
    arms
        The worlds that are compared; the first is the base, and worlds of sampled parameters must be plausible in it.
    outcomes
        Unit and meaning of everything that is measured, by name; a `Measure` (see `headline`) also says how.
    expectations
        Expected results. They are one family: verdicts hold at 5% over all of them.
    measure
        ``measure(result)`` gives every outcome that is no `Measure` its number, NaN where it is undefined.
    measure_model
        The same of the model itself after its last day, for outcomes that its tables do not tell.
    live
        Instead of these: simulates a `World` and measures it, for experiments in which one replicate is several worlds.
    checks
        Expected results that are true by construction (accounting identities, manipulations): shown, and no findings.
    points
        Further arms, such as those along an axis, that figures draw and expectations may name; they are left out of the
        robustness study.
    thin
        Points are simulated in one of so many replicates.
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
        function of a `World`), and gives a table (`Findings.further`); None where runs failed.
    figures
        Further figures, by file name.
    remarks
        Further paragraphs of Markdown for the summary, every number in them taken from the findings.
    caveats
        What to keep in mind, sentences without a full stop.
    uncertain
        Ranges of parameters that differ from the common rule of `simulation.experiment.uncertain`, or that only some
        arms set (see `around`): what an arm sets is as it says there, and varied in the other arms only if named here.
    plausible
        Bands of outcomes in which the base world of a sampled point must lie; by default those of platforms.
    certain
        Names, or beginnings of names, of uncertain parameters that are not varied because they mean nothing here.

    Raises
    ------
    ParameterError
        If a declaration contradicts itself: names the arm, outcome or parameter.
    """

    name: str
    question: str
    claim: str
    about: str | None
    arms: tuple[Arm, ...]
    outcomes: Mapping[str, tuple[str, str] | Measure]
    expectations: tuple[Expectation, ...]
    measure: Callable[[Result], Mapping[str, float]] | None = None
    measure_model: Callable[[FollowerModel], Mapping[str, float]] | None = None
    live: Callable[[World], Outcome] | None = None
    checks: tuple[Expectation, ...] = ()
    points: tuple[Arm, ...] = ()
    thin: int = 1
    usual: Scale = USUAL
    quick: Scale = QUICK
    constants: Mapping[str, object] = field(default_factory=dict)
    record: Record = "daily"
    details: Callable[[Result], Mapping[str, Any]] | None = None
    further: Callable[[Setting, Options, Study], pd.DataFrame | None] | None = None
    figures: Callable[[Findings], Figures] | None = None
    remarks: Callable[[Findings], Sequence[str]] | None = None
    caveats: Sequence[str] = ()
    uncertain: Sequence[Uncertainty] = ()
    plausible: Mapping[str, tuple[float, float]] = field(default_factory=lambda: PLAUSIBLE)
    certain: Sequence[str] = ()

    def __post_init__(self) -> None:
        names = [arm.name for arm in self.every_arm]
        if len(set(names)) < len(names) or not self.arms:
            raise ParameterError(f"the experiment {self.name!r} needs arms with names of their own, not {names}")
        if not self.expectations:
            raise ParameterError(f"the experiment {self.name!r} expects nothing: name at least one expectation")
        for expected in (*self.expectations, *self.checks):
            for arm in set(expected.arms) - set(names):
                raise ParameterError(f"{expected.says!r}: there is no arm {arm!r} in {', '.join(names)}")
            if expected.outcome not in self.outcomes:
                raise ParameterError(f"{expected.says!r}: there is no outcome {expected.outcome!r}")
        for one in self.every_arm:
            for name in (*self.constants, *one.values):
                if name not in one.known:
                    error = unknown(name, one.known)
                    raise error.said(f"{self.name}: arm {one.name!r}: {error}")

    @property
    def every_arm(self) -> tuple[Arm, ...]:
        """Arms and points."""
        return (*self.arms, *self.points)

    @property
    def base(self) -> Arm:
        """The first arm."""
        return self.arms[0]

    @property
    def claims(self) -> str:
        """The claim with its number as a sentence begins: "Claim 8. The algorithm ..."."""
        number, _, _ = self.claim.partition(".")
        return f"Claim{'s' if ' and ' in number else ''} {self.claim}" if number[:1].isdigit() else self.claim

    @property
    def title(self) -> str:
        """The name as a heading has it."""
        return self.name.replace("_", " ").capitalize()

    @property
    def headlines(self) -> list[int]:
        """Places of the expectations that answer the question."""
        return [place for place, expected in enumerate(self.expectations) if expected.headline] or [0]

    def quantity(self, outcome: str) -> Quantity:
        """Unit and meaning of an outcome."""
        declared = self.outcomes[outcome]
        return Quantity(declared.unit, declared.about) if isinstance(declared, Measure) else Quantity(*declared)

    def evaluate(self, world: World) -> Outcome:
        """Simulate one world to its end and measure it.

        Raises
        ------
        FollowerDynamicsError
            If a measure fails, or gives no number for an outcome.
        """
        from simulation.study import Outcome

        if self.live is not None:
            return self.live(world)
        model = world.simulated()
        result = model.result()
        declared = {name: one for name, one in self.outcomes.items() if isinstance(one, Measure)}
        values = {name: float(one(result)) for name, one in {**headline(*VOLUME), **declared}.items()}
        for measure, of in ((self.measure, result), (self.measure_model, model)):
            if measure is not None:
                try:
                    values |= {name: float(value) for name, value in measure(of).items()}  # type: ignore[arg-type]
                except Exception as error:
                    where = f"{self.name}: {getattr(measure, '__name__', 'measure')}"
                    raise FollowerDynamicsError(f"{where} fails: {type(error).__name__}: {error}") from error
        if missing := [name for name in self.outcomes if name not in values]:
            raise FollowerDynamicsError(f"{self.name}: nothing measures {', '.join(missing)}")
        return Outcome(values, {} if self.details is None else self.details(result))

    def run(self, options: Options) -> bool:
        """Run it and leave everything in ``options.out``; False where runs failed and it could not be finished."""
        from simulation.experiment.run import run_experiment

        return run_experiment(self, options, setting(options, self.usual, self.quick))

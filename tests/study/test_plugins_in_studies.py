"""Plug-ins and agent classes in counterfactuals, calibration and experiments, also where only some arms have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from simulation.declare import Section, parameter
from simulation.engines.agents import User
from simulation.errors import ParameterError
from simulation.experiment import Arm, Expectation, Experiment, Options, Scale
from simulation.experiment.run import SAMPLES
from simulation.interventions import Intervention
from simulation.plugins import FollowRule
from simulation.records import Result
from simulation.scenario import Scenario
from simulation.study import Observation, Uncertainty, calibrate, counterfactual


class Pushy(Section):
    push: float = parameter(0.5, about="Chance to follow", bounds=(0.0, 1.0), kind="lever")
    doubt: float = parameter(0.1, about="What is taken off", bounds=(0.0, 1.0))


class Fan(User):
    """As others, but of an agent class of one's own, so that nothing is compiled."""


PUSHY = FollowRule("eager", lambda encounter, choice, p: p.push * (1.0 - p.doubt), Pushy())
VALUES = {"population.users": 40, "population.creators": 5}
BASE = Scenario({**VALUES, "eager.push": 0.2}, plugins=[PUSHY], user_type=Fan, days=4)
ALONE: dict[str, Any] = {"workers": 1, "progress": False}


def held(result: Result) -> float:
    return float(result.daily["follow_edges"].iloc[-1])


def test_a_counterfactual_changes_a_parameter_of_a_plugin() -> None:
    for change in ({"eager.push": 1.0}, Intervention(1, "eager.push", 1.0)):
        found = counterfactual(BASE, change, replicates=2, outcomes={"held": held}, **ALONE)
        assert found.base["eager.push"] == 0.2
        assert found.table()["difference"].iloc[0] > 0.0


def test_a_parameter_of_a_plugin_is_fitted() -> None:
    seen = held(_lived(0.1))
    found = calibrate(
        [Uncertainty("eager.doubt", 0.0, 1.0)],
        [Observation("held", held, seen, 5.0)],
        scenario=BASE,
        budget=40,
        **ALONE,
    )
    assert "eager.doubt" in str(found)


def _lived(doubt: float) -> Result:
    model = BASE.with_values({"eager.doubt": doubt}).model()
    assert model.engine == "mesa"
    model.run_for(4)
    return model.result()


def experiment(*arms: Arm) -> Experiment:
    return Experiment(
        name="mine",
        question="Does pushing help?",
        claim="It does",
        about="As it is.",
        arms=arms,
        outcomes={"held": ("follows", "follows held")},
        measure=lambda result: {"held": held(result)},
        expectations=(Expectation("more are held", "held", arms[0].name, arms[-1].name),),
        usual=Scale(40, 4, 2, 2),
        quick=Scale(40, 4, 2, 2),
        plausible={},
    )


def test_arms_differ_in_plugins_their_parameters_and_agent_classes(tmp_path: Path) -> None:
    pushed = {"plugins": [PUSHY], "user_type": Fan}
    arms = (
        Arm("pushed", "everybody follows", {"eager.push": 1.0}, scenario=pushed),
        Arm("half", "some follow", {"eager.push": 0.5}, scenario=pushed),
        Arm("plain", "the rule of the model", scenario={"user_type": Fan}),
    )
    assert experiment(*arms).run(Options(out=tmp_path / "out", workers=1, progress=False))
    told = (tmp_path / "out" / "summary.md").read_text()
    assert "`plugins`: eager" in told and "`eager.push = 1`" in told
    samples = pd.read_parquet(tmp_path / "out" / SAMPLES)
    assert samples["eager.doubt"].nunique() == 2
    assert samples[samples["arm"] == "plain"]["eager.doubt"].isna().all()
    with pytest.raises(ParameterError) as error:
        experiment(Arm("lost", "its plug-in is missing", {"eager.push": 1.0}), arms[2])
    assert all(fact in str(error.value) for fact in ("lost", "eager.push", "plug-in 'eager'"))

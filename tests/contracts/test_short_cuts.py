"""The compiled loop's short cuts: bounds that spare exponentials and never change a decision."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from simulation.users.decisions import cannot_happen, logistic
from simulation.users.leaving import LeavingParameters, hazard_bound, unfollow_hazard


@settings(max_examples=500, deadline=None)
@given(st.floats(0.0, 1.0, exclude_max=True), st.floats(-800.0, 800.0))
def test_what_cannot_happen_does_not(uniform: float, tendency: float) -> None:
    """The short cut of the compiled loop never rules out what the probability allows."""
    if cannot_happen(uniform, tendency):
        assert not uniform < logistic(tendency)


@settings(max_examples=300, deadline=None)
@given(
    st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.integers(0, 5000), st.floats(0.0, 50.0), st.integers(0, 1),
    st.sampled_from(["satisfaction", "constant", "never"]), st.floats(0.0, 1.0), st.floats(0.0, 100.0),
)  # fmt: skip
def test_the_bound_of_the_hazard_is_one(
    satisfaction: float,
    aspiration: float,
    age: int,
    load: float,
    mutual: int,
    word: str,
    base: float,
    fragile: float,
) -> None:
    section = LeavingParameters(unfollow_rule=word, base_hazard=base, new_tie_fragility=fragile, margin=-1.0)
    p = section.values()
    assert unfollow_hazard(satisfaction, aspiration, age, load, mutual, p) <= hazard_bound(load, p)


def test_the_short_cut_settles_most_rare_decisions() -> None:
    uniforms = np.random.default_rng(0).random(1000).tolist()
    assert sum(cannot_happen(u, -4.0) for u in uniforms) > 900

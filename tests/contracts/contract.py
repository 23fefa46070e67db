"""The contract that every rule keeps, whatever it is a rule of, in one class to inherit from.

A rule under contract is given by ``call(inputs, k, p)``, which calls it on row ``k`` of an (n, columns) array; the
same few lines run in Python and in a compiled loop, so both can be compared bit for bit.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np
import pytest
from numpy.typing import NDArray

from simulation import compiling
from simulation.declare import Section, declarations
from simulation.parameters import nested

Inputs = NDArray[np.float64]
Call = Callable[[Any, int, Any], Any]

ROWS = 400
"""Random rows per setting of the parameters."""
CORNERS = 4096
"""Most combinations of extreme values."""
ROUNDING = 2.0**-52
"""How much a rule with values in [0, 1] that never falls may fall by rounding."""

Ranges = Mapping[str, tuple[float, float]]

UNIT = (0.0, 1.0)


def ranges(**ends: tuple[float, float]) -> Ranges:
    """Ranges of inputs by name: ``ranges(appeal=UNIT, age=(0.0, 1000.0))``."""
    return ends


def compiled_loop(call: Call) -> Any:
    """A compiled loop that calls a rule on every row; not cached, for a cache knows nothing of edits to tests."""

    def loop(inputs: Inputs, p: Any, out: Inputs) -> None:
        for k in range(inputs.shape[0]):
            out[k] = call(inputs, k, p)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compiling, "cache_folder", lambda: None)
        return compiling.compiled(loop)


def sections(start: Section, seed: int = 5) -> tuple[Any, ...]:
    """The parameters as they are, all at their lowest, all at their highest, and two random settings."""
    luck = np.random.default_rng(seed)
    numbers = [d for d in declarations(type(start)) if d.low is not None and d.high is not None]
    shares = [np.zeros(len(numbers)), np.ones(len(numbers)), *luck.random((2, len(numbers)))]
    made = [start]
    for share in shares:
        changes: dict[str, Any] = {}
        for declared, part in zip(numbers, share.tolist(), strict=True):
            low, high = float(declared.low or 0.0), float(declared.high or 0.0)
            changes[declared.name] = type(declared.default)(low + part * (high - low))  # type: ignore[call-arg]
        made.append(type(start)(**nested(changes, start.model_dump())))
    return tuple(section.values() for section in made)


class RuleContract:
    """Finite, within bounds, pure, monotone as claimed, and the same bits compiled as in Python."""

    call: ClassVar[Any]
    """Set as ``call = staticmethod(function)``."""
    columns: ClassVar[Ranges]
    """Range of every input by name, both ends included."""
    whole: ClassVar[frozenset[str]] = frozenset()
    """Inputs that are whole numbers."""
    settings: ClassVar[tuple[Any, ...]] = (None,)
    """Values of the parameters to try, as compiled code sees them; None stands where a rule has no parameters."""
    bounds: ClassVar[tuple[float, float]] = UNIT
    """Smallest and largest value of the rule."""
    rounding: ClassVar[float] = ROUNDING
    """How much it may fall by rounding where it is claimed to rise; more where its values are larger than 1."""
    rises_with: ClassVar[tuple[str, ...]] = ()
    falls_with: ClassVar[tuple[str, ...]] = ()

    def random_rows(self, seed: int = 1) -> Inputs:
        """Rows all over the ranges, (ROWS, columns); where ranges are wide, spread over the orders of magnitude."""
        luck = np.random.default_rng(seed)
        rows = np.empty((ROWS, len(self.columns)))
        for place, (name, (low, high)) in enumerate(self.columns.items()):
            rows[:, place] = low + luck.random(ROWS) * (high - low)
            if high - low > 1e3:
                rows[::2, place] = np.clip(10.0 ** luck.uniform(0.0, np.log10(high), rows[::2].shape[0]), low, high)
            if name in self.whole:
                rows[:, place] = np.rint(rows[:, place])
        return rows

    def extreme_rows(self) -> Inputs:
        """All combinations of the ends of the ranges, or some of them where there are too many."""
        count = 2 ** len(self.columns)
        chosen = range(count) if count <= CORNERS else random.Random(2).sample(range(count), CORNERS)
        ends = list(self.columns.values())
        return np.array([[end[(k >> place) & 1] for place, end in enumerate(ends)] for k in chosen])

    def rows(self) -> Inputs:
        """Random rows and extreme ones."""
        return np.concatenate([self.random_rows(), self.extreme_rows()])

    def python(self, rows: Inputs, p: Any) -> Inputs:
        """The rule as Python calls it, row by row."""
        call = type(self).call
        return np.array([float(call(rows, k, p)) for k in range(len(rows))])

    def test_it_is_finite_and_within_bounds(self) -> None:
        rows = self.rows()
        for p in self.settings:
            values = self.python(rows, p)
            assert np.isfinite(values).all()
            assert values.min() >= self.bounds[0]
            assert values.max() <= self.bounds[1]

    def test_it_is_pure(self) -> None:
        """The same input gives the same output in any order, and nothing else is touched or drawn from."""
        rows = self.random_rows()
        before = rows.copy()
        luck = (random.getstate(), repr(np.random.get_state(legacy=False)))
        for p in self.settings:
            forward = self.python(rows, p)
            backward = self.python(rows[::-1], p)[::-1]
            assert forward.tobytes() == np.ascontiguousarray(backward).tobytes()
        assert rows.tobytes() == before.tobytes()
        assert luck == (random.getstate(), repr(np.random.get_state(legacy=False)))

    def test_compiled_code_gives_the_same_bits(self) -> None:
        loop, rows = compiled_loop(type(self).call), self.rows()
        for p in self.settings:
            out = np.empty(len(rows))
            loop(rows, p, out)
            different = np.flatnonzero(out.view(np.uint64) != self.python(rows, p).view(np.uint64))
            assert not different.size, f"{different.size} of {len(rows)} rows differ, first {rows[different[0]]}"

    def test_it_is_monotone_as_claimed(self) -> None:
        names = list(self.columns)
        for name, sign in itertools.chain(((n, 1) for n in self.rises_with), ((n, -1) for n in self.falls_with)):
            place, moved = names.index(name), 0
            for p in self.settings:
                low, high = self.random_rows(), self.random_rows()
                other = self.random_rows(seed=3)[:, place]
                low[:, place], high[:, place] = np.minimum(low[:, place], other), np.maximum(low[:, place], other)
                gain = sign * (self.python(high, p) - self.python(low, p))
                assert gain.min() >= -self.rounding, f"{name}: falls by {-gain.min()}"
                moved += int((gain > self.rounding).sum())
            assert moved, f"{name}: nothing ever changes with it"

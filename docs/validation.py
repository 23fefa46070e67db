"""The page of `python -m benchmarks.validation`: what theory, experiments and data say, and what the model gives.

Nothing in the page is typed in. Evidence is kept in a folder, so that a stopped command goes on.

Usage::

    python -m docs.validation                   writes docs/validation.md and its figures
    python -m docs.validation --out out/world   the same; evidence that is there already is not measured again
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.validation.data import data_folder
from benchmarks.validation.report import draw, render
from benchmarks.validation.run import Outcome, validate
from benchmarks.validation.target import Effort
from benchmarks.validation.targets import TARGETS
from simulation.errors import FollowerDynamicsError, ResultError

HERE = Path(__file__).parent
PAGE = HERE / "validation.md"
FIGURES = "figures/validation"
COMMAND = "python -m docs.validation"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all targets and write the page; returns the exit code."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Measure all targets and write docs/validation.md.")
    parser.add_argument(
        "--out", type=Path, default=Path("out/validation"), metavar="DIR", help="folder of the evidence"
    )
    parser.add_argument("--workers", type=int, metavar="N", help="processes [default: all cores]")
    options = parser.parse_args(arguments)
    try:
        outcomes = validate(TARGETS, Effort(data=data_folder()), options.out, workers=options.workers, tell=_tell)
        if lacking := [outcome.target.name for outcome in outcomes if outcome.evidence is None]:
            raise ResultError(f"the page needs evidence of every target, and there is none of {', '.join(lacking)}")
        draw(outcomes, HERE / FIGURES)
        for vector in (HERE / FIGURES).glob("*.pdf"):  # the page shows the other form
            vector.unlink()
        PAGE.write_text(render(outcomes, command=COMMAND, figures=FIGURES), encoding="utf-8")
    except FollowerDynamicsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _tell(outcome: Outcome) -> None:
    """What a target took, and its error where it has one."""
    print(f"{outcome.target.name}: {outcome.seconds:.0f} s\n{outcome.error}".rstrip(), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

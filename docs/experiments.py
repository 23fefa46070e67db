"""Results of the experiments, claim by claim: each run at its default size, and its own answer.

The page is made of the heads of the summaries that the experiments leave, and nothing in it is typed in.

Usage::

    python -m docs.experiments                  writes docs/experiments.md (some forty minutes on two cores)
    python -m docs.experiments --out out        the same; runs that are in out/NAME already are not done again
    python -m docs.experiments --quick          prints the page from small designs (a minute or two)
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from simulation.errors import FollowerDynamicsError, ResultError
from simulation.experiment import Experiment, Options
from simulation.experiment.library import load, shipped

PAGE = Path(__file__).parent / "experiments.md"
COMMAND = "python -m docs.experiments"
DESIGN = "\n## Design\n"
"""Heading with which the answer of a summary ends."""


class Found(NamedTuple):
    """What the summary of one experiment says first."""

    name: str
    claim: str
    question: str
    verdict: str
    answer: str


def read(experiment: Experiment, folder: Path) -> Found:
    """The head of a summary.

    Raises
    ------
    ResultError
        If it is not a summary of that experiment.
    """
    path = folder / "summary.md"
    try:
        head, design, _ = path.read_text(encoding="utf-8").partition(DESIGN)
    except OSError as error:
        raise ResultError(f"{path}: cannot be read: {error.strerror or error}") from None
    title, _, answer = head.strip().partition("\n")
    verdict = re.search(r"\d+ expectations?: (?:\*\*(.+?)\*\*|(no verdicts))\.", answer)
    if not design or not title.startswith("# ") or verdict is None:
        raise ResultError(f"{path}: is not the summary of an experiment: it must begin with a title and verdicts")
    return Found(experiment.name, experiment.claim, experiment.question, verdict[1] or verdict[2], answer.strip())


def render(found: Sequence[Found]) -> str:
    """The page as Markdown."""
    rows = [f"| {one.claim} | [`{one.name}`](#{one.name}) | {one.verdict} |" for one in sorted(found, key=_number)]
    parts = [f"## {one.name}\n\n**{one.question}**\n\n{one.answer}" for one in found]
    return "\n".join(
        [
            f"<!-- Written by `{COMMAND}`. -->",
            "",
            "# What the experiments found",
            "",
            "One experiment for each claim (section 1 of [odd.md](odd.md)), each run at its default size. A supported",
            "expectation is supported in the model: the mechanism can produce the effect, which does not show that it",
            "does so on a platform. Design, robustness and caveats are in the `summary.md` that each experiment leaves",
            "beside its data and figures ([how to write one](writing-an-experiment.md)):",
            "",
            "```sh",
            "follower-dynamics experiment NAME --out out/NAME",
            "```",
            "",
            "| claim | experiment | expectations |",
            "| --- | --- | --- |",
            *rows,
            "",
            "\n\n".join(parts),
            "",
        ]
    )


def _number(one: Found) -> tuple[int, str]:
    number = re.match(r"\d+", one.claim)
    return (int(number[0]) if number else 0), one.name


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the experiments and write the page, or print it; returns the exit code."""
    parser = argparse.ArgumentParser(prog=COMMAND, description="Run all experiments and write docs/experiments.md.")
    parser.add_argument("--quick", action="store_true", help="small designs; prints the page and writes nothing")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder of their folders [default: out, or out/quick]")
    parser.add_argument("--workers", type=int, metavar="N", help="processes [default: all cores]")
    options = parser.parse_args(arguments)
    out = options.out or (Path("out/quick") if options.quick else Path("out"))
    found = []
    try:
        for name, path in shipped().items():
            experiment = load(path)
            said = Options(out=out / name, quick=options.quick, workers=options.workers, say=_say)
            if not experiment.run(said):
                return 1
            found.append(read(experiment, out / name))
    except FollowerDynamicsError as error:
        _say(f"error: {error}")
        return 2
    page = render(found)
    if options.quick:
        print(page)
    else:
        PAGE.write_text(page, encoding="utf-8")
    return 0


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

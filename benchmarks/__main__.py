"""The command ``python -m benchmarks``."""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.machine import cores

DESCRIPTION = """\
Measure, side by side in one run, how fast a day of follower dynamics is simulated by

  compiled   the engine for experiments: loops over arrays, on 1 and on --threads threads
  mesa       the engine for reading and prototyping: agents that act on the same arrays
  student    an idiomatic Mesa 3 model with the same mechanisms and parameters, as a good student
             would write it (benchmarks/student): the yardstick

in the living world: on the same social graph (mean degree 10), everybody a possible creator, and
without creators' minds, which the student's model lacks. Beside it stands the first edition of the
model, compiled (a tenth of the users, at most 10,000, as creators). Every competitor runs in a
process of its own. After warming up they take turns, a block of days each, so that a disturbance of
the machine hits them all alike; numbers are medians over rounds, with the lowest and the highest.

A user-day is one user on one day, sessions or none; a decision is one post shown and judged
(like? follow? stay?). The student's model and the mesa engine are timed on days with few follows
yet, which favours them; --initial-follows 100 starts everybody with mature follow lists.

What minds cost is measured apart: the defaults beside the same with creators.minds = "off", in one
process, block by block, on one thread and on all cores.
"""
EPILOG = """\
examples
  python -m benchmarks --quick                        a first impression, in well under a minute
  python -m benchmarks                                the whole table, in some minutes; wants 5 GB of memory
  python -m benchmarks --sizes 1000,10000 --rounds 9  fewer sizes, more rounds

It leaves benchmark.json (every number, the machine and the versions) and benchmark.pdf / .png (cost
of a user-day against the number of users) in --out.
"""


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; returns the exit code."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
        (options.out / ".probe").touch()
        (options.out / ".probe").unlink()
    except OSError as error:
        parser.error(f"--out {options.out}: cannot be written: {error.strerror}")
    try:
        _run(options)
    except KeyboardInterrupt:
        print("stopped; nothing was written", file=sys.stderr)
        return 130
    except RuntimeError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m benchmarks",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="1,000 and 10,000 users, few rounds")
    parser.add_argument(
        "--sizes", type=_sizes, metavar="N,N,...", help="numbers of users (default 1000,10000,100000,1000000)"
    )
    parser.add_argument(
        "--threads",
        type=_positive,
        default=min(2, cores()),
        metavar="T",
        help="threads of the compiled engine besides 1 (default %(default)s)",
    )
    parser.add_argument("--rounds", type=_positive, metavar="R", help="timed blocks each (default 5)")
    parser.add_argument(
        "--student-up-to", type=_positive, metavar="N", help="largest size of the student's model (default 100000)"
    )
    parser.add_argument(
        "--mesa-up-to", type=_positive, metavar="N", help="largest size of the mesa engine (default 10000)"
    )
    parser.add_argument(
        "--initial-follows", type=_mean_follows, default=0.0, metavar="F", help="mean follows at the start (default 0)"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("out/benchmarks"), metavar="DIR", help="where results go (default %(default)s)"
    )
    return parser


def _sizes(text: str) -> tuple[int, ...]:
    try:
        sizes = sorted({int(part.replace("_", "")) for part in text.split(",")})
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no list of whole numbers such as 1000,10000") from None
    if sizes[0] < 100:
        raise argparse.ArgumentTypeError(f"{sizes[0]} users are too few to measure: the smallest size is 100")
    return tuple(sizes)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number of at least 1")
    return int(text)


def _mean_follows(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 1e6")
    return value


def _run(options: argparse.Namespace) -> None:
    from tqdm import tqdm

    from benchmarks.figure import cost_against_size
    from benchmarks.measure import Plan, measure
    from benchmarks.report import tables
    from simulation.plots.style import save

    chosen: dict[str, Any] = {"threads": options.threads, "initial_follows": options.initial_follows}
    if options.quick:
        chosen |= {
            "sizes": (1_000, 10_000),
            "rounds": 3,
            "mesa_up_to": 1_000,
            "memory_users": 100_000,
            "first_results": 1,
            "minds_users": (10_000,),
        }
    for name in ("sizes", "rounds", "student_up_to", "mesa_up_to"):
        if getattr(options, name) is not None:
            chosen[name] = getattr(options, name)
    plan = Plan(**chosen)
    with tqdm(total=plan.steps(), bar_format="{percentage:3.0f}%|{bar:20}| {elapsed} {desc}") as bar:

        def report(what: str) -> None:
            bar.update(bool(bar.desc))
            bar.set_description_str(what)

        result = measure(plan, report)
        bar.n = plan.steps()
        bar.set_description_str("done")
    print(tables(result))
    draft = options.out / "benchmark.json.part"
    draft.write_text(json.dumps(result, indent=1) + "\n")
    os.replace(draft, options.out / "benchmark.json")
    drawn = save(cost_against_size(result), options.out / "benchmark")
    print("\nwrote " + ", ".join(str(path) for path in (options.out / "benchmark.json", *drawn)))


if __name__ == "__main__":
    sys.exit(main())

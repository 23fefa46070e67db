"""What pairing is worth: how many times the replicates an unpaired comparison needs, for some changes.

    python -m benchmarks.pairing --replicates 30 --users 1000 --days 90

For every change and headline outcome, the variance of the difference of two unpaired worlds over that of two paired
ones: once for worlds that share people and random draws, as `counterfactual` pairs them, and once for worlds that share
people only. What the second lacks of the first is what addressed draws are worth.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from simulation.analysis.headline import HEADLINE
from simulation.analysis.pairing import replicates_saved
from simulation.interventions import Intervention
from simulation.scenario import Scenario
from simulation.study.compare.worlds import BASE, CHANGED, Values, Worlds, live_all
from simulation.study.design.designs import Replicate, Run, spawn_replicates


@dataclass(frozen=True)
class Trial:
    """A change to be tried."""

    name: str
    values: Mapping[str, object]
    interventions: tuple[Intervention, ...] = ()


def trials(days: int) -> list[Trial]:
    """The changes: three from the start, and the same after a third of the days."""
    later = days // 3
    changes: dict[str, object] = {
        "feed.popularity_bias": 0.8,
        "feed.hide_follower_counts": True,
        "session.session_cap": 20,
    }
    started = [Trial(f"{name}={value}", {name: value}) for name, value in changes.items()]
    return started + [
        Trial(str(item), {}, (item,)) for item in (Intervention(later, *change) for change in changes.items())
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the comparison and print it as Markdown."""
    parser = argparse.ArgumentParser("python -m benchmarks.pairing", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--replicates", type=int, default=30, metavar="N", help="pairs (default %(default)s)")
    parser.add_argument("--users", type=int, default=1000, metavar="N", help="of each world (default %(default)s)")
    parser.add_argument("--days", type=int, default=90, metavar="N", help="of each world (default %(default)s)")
    parser.add_argument("--workers", type=int, metavar="N", help="processes (default: one a core)")
    options = parser.parse_args(arguments)
    replicates = spawn_replicates(0, 2, options.replicates)
    table = saved(replicates, {"population.users": options.users}, options.days, options.workers)
    print(markdown(table, f"{options.replicates} replicates, {options.users:,} users, {options.days} days"))
    return 0


def saved(
    replicates: Sequence[Replicate], constants: Mapping[str, object], days: int, workers: int | None
) -> pd.DataFrame:
    """One row per change and outcome: what is saved by sharing people and random draws, with its interval, and by
    people only.

    ``replicates`` has two worlds of each population: same population, other random draws.
    """
    first, second = ([one for one in replicates if one.world == world] for world in (0, 1))
    tried = trials(days)
    arms: list[tuple[str, Sequence[Replicate], int, Trial]] = [("base", first, BASE, Trial("base", {}))]
    for trial in tried:
        arms += [(f"{trial.name} draws", first, CHANGED, trial), (f"{trial.name} people", second, CHANGED, trial)]
    runs = [
        Run(place, trial.values, constants, replicate, days, trial.interventions)
        for _, shared, place, trial in arms
        for replicate in shared
    ]
    worlds = Worlds(HEADLINE, Scenario())
    lived = live_all(worlds, runs, None, workers, progress=True)
    by_arm = {name: lived[k * len(first) : (k + 1) * len(first)] for k, (name, *_) in enumerate(arms)}
    rows = []
    for trial in tried:
        for outcome in HEADLINE:
            base = _column(by_arm["base"], outcome)
            paired = replicates_saved(base, _column(by_arm[f"{trial.name} draws"], outcome))
            people = replicates_saved(base, _column(by_arm[f"{trial.name} people"], outcome))
            rows.append((trial.name, outcome, paired.estimate, paired.low, paired.high, people.estimate))
    return pd.DataFrame(rows, columns=["change", "outcome", "saved", "low", "high", "people_only"])


def _column(lived: Sequence[Values], outcome: str) -> list[float]:
    return [values[outcome] for values in lived]


def markdown(table: pd.DataFrame, title: str) -> str:
    """Outcomes by changes; in brackets what sharing people alone saves."""
    changes = list(table["change"].unique())
    lines = [title, "", f"| outcome | {' | '.join(changes)} |", f"| --- | {' | '.join('---:' for _ in changes)} |"]
    for outcome, rows in table.groupby("outcome", sort=False):
        cells = [f"{row.saved:,.0f} ({row.people_only:,.1f})" for row in rows.itertuples()]
        lines.append(f"| {str(outcome).replace('_', ' ')} | {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    raise SystemExit(main())

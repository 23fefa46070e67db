"""The summary of the experiment ``bandwagon`` in words; every number in it comes from the tables."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from experiments.bandwagon import BIAS, CROWD, CROWD_SWEPT_AT, EXPERIMENT, THRESHOLD, WEIGHT, early_day
from experiments.bandwagon_robustness import SIGNS as EXPECTED
from experiments.bandwagon_robustness import WORLDS
from experiments.worlds import CONFIDENCE, MEASURES, effect, point_where, trend
from simulation.analysis import Interval
from simulation.experiment.judge import Findings
from simulation.experiment.options import Options, Setting, claims
from simulation.experiment.report import robustness
from simulation.experiment.volume import VOLUME
from simulation.parameters import KNOWN

NAMES = {
    "inequality": "inequality (Gini)",
    "unpredictability": "unpredictability U (10⁻³)",
    "rank_correlation": "rank correlation with talent",
    "early_lead": "return on early luck",
}
SHOWN = {"inequality": (1.0, 3), "unpredictability": (1e3, 3), "rank_correlation": (1.0, 3), "early_lead": (1.0, 2)}
"""What a measure is multiplied by to be shown, and its decimals."""
MUSIC_LAB = {"inequality": ((0.244, 0.340), (0.187, 0.498)), "unpredictability": ((0.0049, 0.0082), (0.0038, 0.0126))}
"""From independent choice to a weak and to a strong social signal: Salganik, Dodds and Watts, Science 2006."""

Effects = dict[float, dict[str, Interval]]
"""For each popularity bias and measure, what sweeping a lever from its least to its most changes."""


def extremes(points: pd.DataFrame) -> tuple[int, int]:
    """Points without and with the heaviest peer influence, at the popularity bias nearest to the usual one."""
    usual_bias, usual_crowd = (float(str(KNOWN[name].default)) for name in (BIAS, CROWD))
    bias = min(points[BIAS].unique(), key=lambda value: abs(value - usual_bias))
    none, heavy = (
        point_where(points, **{BIAS: bias, CROWD: usual_crowd, WEIGHT: weight})
        for weight in (points[WEIGHT].min(), points[WEIGHT].max())
    )
    return none, heavy


def corners(points: pd.DataFrame) -> tuple[int, int]:
    """Points with the least and with the most of both peer influence and popularity bias."""
    crowd = float(str(KNOWN[CROWD].default))
    least, most = (
        point_where(points, **{BIAS: bias, WEIGHT: weight, CROWD: crowd})
        for bias, weight in zip(_ends(points, BIAS), _ends(points, WEIGHT), strict=True)
    )
    return least, most


def sweep_effects(measured: pd.DataFrame, points: pd.DataFrame, lever: str) -> Effects:
    """Change of every measure from the least to the most of one lever, the other held, at every popularity bias."""
    held = {CROWD: float(str(KNOWN[CROWD].default))} if lever == WEIGHT else {WEIGHT: CROWD_SWEPT_AT}
    ends = _ends(points, lever)
    found: Effects = {}
    for bias in sorted(points[BIAS].unique()):
        start, end = (point_where(points, **{BIAS: bias, lever: value, **held}) for value in ends)
        found[float(bias)] = {name: effect(measured, name, start, end) for name in MEASURES}
    return found


def summary(
    options: Options,
    found: Setting,
    points: pd.DataFrame,
    measured: pd.DataFrame,
    table: pd.DataFrame,
    runs: pd.DataFrame,
    thresholds: pd.DataFrame,
    ends: Findings,
) -> str:
    """The summary as Markdown; ``ends``: the ends of the sweeps as arms, with what sampled points say of them."""
    by_weight, by_crowd = (sweep_effects(measured, points, lever) for lever in (WEIGHT, CROWD))
    parts = [
        f"# {EXPERIMENT.name.capitalize()}: {EXPERIMENT.question[0].lower()}{EXPERIMENT.question[1:]}",
        _answer(points, table, by_weight, by_crowd),
        "## Design",
        _design(options, found, points, runs),
        "## What was found",
        _finding(points, by_weight, WEIGHT),
        _table(points, table, by_weight, WEIGHT),
        _finding(points, by_crowd, CROWD),
        _table(points, table, by_crowd, CROWD),
        _recommender(points, measured),
        "## Does the claim hold in the model?",
        _verdict(points, table, by_weight, by_crowd),
        "## How robust it is",
        _robust(ends),
        "## What to keep in mind",
        _caveats(points, runs, thresholds, by_weight, table),
        "## Files",
        _files(),
    ]
    return "\n\n".join(parts) + "\n"


def _answer(points: pd.DataFrame, table: pd.DataFrame, by_weight: Effects, by_crowd: Effects) -> str:
    signs = [trend(effects["early_lead"]) for sweep in (by_weight, by_crowd) for effects in sweep.values()]
    none, heavy = extremes(points)
    level = table.set_index(["point", "measure"])["estimate"]
    changes = "; ".join(
        f"{NAMES[name]} {_number(float(level[none, name]), name)} and {_number(float(level[heavy, name]), name)}"
        for name in MEASURES
    )
    counts = [
        f"at {sum(sign == kind for sign in signs)} {text}"
        for kind, text in ((1, "influence raises it"), (-1, "influence lowers it"), (0, "neither is shown"))
        if kind in signs
    ]
    return (
        f"{claims(EXPERIMENT.claim)} (docs/odd.md). In the model it **{_holds(signs, 1)}**. What an early lead "
        f"brings later, where luck alone gave it, was compared at {len(signs)} pairs of design points: "
        f"{', '.join(counts)}. Without peer influence and at weight {points[WEIGHT][heavy]:g}, at popularity bias "
        f"{points[BIAS][heavy]:g}: {changes}."
    )


def _holds(signs: Iterable[int], expected: int) -> str:
    signs = list(signs)
    if all(sign == expected for sign in signs):
        return "holds"
    if any(sign == expected for sign in signs):
        return "holds in part"
    return "is contradicted" if all(sign == -expected for sign in signs) else "is not shown"


def _design(options: Options, found: Setting, points: pd.DataFrame, runs: pd.DataFrame) -> str:
    size, creators = found.size, found.constants["population.creators"]
    family = KNOWN["social_graph.family"].default
    where = (
        f"a generated social graph ({family}) for each population"
        if found.graph is None
        else f"the social graph of {found.graph_name} ({found.graph.users:,} nodes, {found.graph.edges:,} edges)"
    )
    levers = "; ".join(
        f"{text} {', '.join(f'{value:g}' for value in sorted(points[name].unique()))}"
        for name, text in (
            (BIAS, f"popularity bias of the recommender (`{BIAS}`)"),
            (WEIGHT, f"weight of peer influence (`{WEIGHT}`; every other motive weighs 1)"),
            (CROWD, f"share of the crowd in it (`{CROWD}`, swept at weight {CROWD_SWEPT_AT:g})"),
        )
    )
    return "\n".join(
        [
            f"- {size.users:,} users, {creators:,} of them creators, on {where}; {size.days} days from a start at "
            "which nobody follows anybody. All other parameters at their defaults.",
            f"- {len(points)} design points: {levers}.",
            f"- {size.populations} populations of {size.worlds} worlds each, {len(runs):,} runs. Worlds of one "
            "population have the same users, creators, talents and social graph, and different luck. All design points "
            "meet the same populations and the same luck.",
            f"- The follow threshold (`{THRESHOLD}`) is set at every point so that users follow {VOLUME:g} creators a "
            f"day: from {points[THRESHOLD].min():.3f} to {points[THRESHOLD].max():.3f}. Follows in the worlds: "
            f"{_span(runs.groupby('point')['follows_per_user_day'].mean(), 3)} a user and day, by point.",
            "- Every measure is taken within a population and averaged over populations; brackets are "
            f"{CONFIDENCE:.0%} intervals of Student's t over the {size.populations} populations, for changes over the "
            "differences within each population. They are not corrected for the number of comparisons. In the figures "
            "thin lines are the intervals of the means; thick ones leave out what populations differ by at every point "
            "(Cousineau 2005, Morey 2008), and are those to compare points by.",
            "- Unpredictability U: mean absolute difference of a creator's market share between two worlds (Salganik, "
            f"Dodds and Watts, Science 2006). Return on early luck: how many per cent more followers a creator gains "
            f"after day {early_day(size.days)} in a world where it held 1% more by then; since the same creators are "
            "compared across worlds, talent plays no part in it.",
        ]
    )


def _finding(points: pd.DataFrame, effects: Effects, lever: str) -> str:
    start, end = _ends(points, lever)
    what = (
        f"**Weight of peer influence from {start:g} to {end:g}.**"
        if lever == WEIGHT
        else f"**Share of the crowd from {start:g} (only peers) to {end:g} (only crowd), weight {CROWD_SWEPT_AT:g}.**"
    )
    sentences = []
    for name in MEASURES:
        moves = {bias: trend(by_measure[name]) for bias, by_measure in effects.items()}
        changes = "; ".join(f"{_signed(found[name], name)} at bias {bias:g}" for bias, found in effects.items())
        sentences.append(f"{NAMES[name][0].upper()}{NAMES[name][1:]} {_moves(moves)}: {changes}.")
    return " ".join([what, *sentences])


def _moves(moves: dict[float, int]) -> str:
    words = {1: "rises", -1: "falls", 0: "is not shown to change"}
    if len(set(moves.values())) == 1:
        return f"{words[next(iter(moves.values()))]} at every popularity bias"
    return ", ".join(f"{words[sign]} at {bias:g}" for bias, sign in moves.items()).replace(" at ", " at bias ")


def _table(points: pd.DataFrame, table: pd.DataFrame, effects: Effects, lever: str) -> str:
    held = {CROWD: float(str(KNOWN[CROWD].default))} if lever == WEIGHT else {WEIGHT: CROWD_SWEPT_AT}
    label = "weight" if lever == WEIGHT else "crowd share"
    rows = [f"| popularity bias | {label} | " + " | ".join(NAMES[name] for name in MEASURES) + " |"]
    rows.append("|" + " ---: |" * (2 + len(MEASURES)))
    by_point = table.set_index(["point", "measure"])
    for bias in effects:
        for value in _ends(points, lever):
            point = point_where(points, **{BIAS: bias, lever: value, **held})
            cells = []
            for name in MEASURES:
                estimate, low, high = (float(by_point[column][point, name]) for column in ("estimate", "low", "high"))
                cells.append(_interval(Interval(estimate, low, high, CONFIDENCE), name))
            rows.append(f"| {bias:g} | {value:g} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _recommender(points: pd.DataFrame, measured: pd.DataFrame) -> str:
    crowd = float(str(KNOWN[CROWD].default))
    low, high = _ends(points, BIAS)
    sentences = [f"**Popularity bias of the recommender from {low:g} to {high:g}.**"]
    for weight in _ends(points, WEIGHT):
        start, end = (point_where(points, **{BIAS: bias, WEIGHT: weight, CROWD: crowd}) for bias in (low, high))
        changes = [f"{NAMES[name]} {_signed(effect(measured, name, start, end), name)}" for name in MEASURES]
        sentences.append(f"At weight {weight:g}: {'; '.join(changes)}.")
    return " ".join(sentences)


def _verdict(points: pd.DataFrame, table: pd.DataFrame, by_weight: Effects, by_crowd: Effects) -> str:
    lines, failing = [], []
    for cause, effects in (
        ("a heavier weight of peer influence", by_weight),
        ("a larger share of the crowd", by_crowd),
    ):
        for name, sign in EXPECTED.items():
            signs = {bias: trend(found[name]) for bias, found in effects.items()}
            direction = "raises" if sign > 0 else "lowers"
            lines.append(f"- That {cause} {direction} {NAMES[name]} {_holds(signs.values(), sign)}.")
            failing += [
                f"- {cause}, {NAMES[name]}, popularity bias {bias:g}: "
                f"{'the opposite' if found == -sign else 'undecided'}, {_signed(effects[bias][name], name)}"
                for bias, found in signs.items()
                if found != sign
            ]
    talent = table[table["measure"] == "rank_correlation"]
    above = int((talent["low"] > 0).sum())
    lines.append(
        f"- Success still follows talent: its rank correlation is above zero at {above} of {len(talent)} points, "
        f"{_span(talent['estimate'], 3)}."
    )
    lines.append("")
    lines.append("Where it fails or is undecided:" if failing else "It fails at no popularity bias of this design.")
    return "\n".join([*lines, *([""] if failing else []), *failing])


def _caveats(
    points: pd.DataFrame, runs: pd.DataFrame, thresholds: pd.DataFrame, by_weight: Effects, table: pd.DataFrame
) -> str:
    crowd = thresholds[(thresholds[CROWD] - float(str(KNOWN[CROWD].default))).abs() < 1e-9]
    lines = []
    none, heavy = extremes(points)
    usual = crowd.set_index("point")["follows_per_user_day_at_usual"]
    lines.append(
        f"- Volume is held on purpose. With the follow threshold left at its default ({KNOWN[THRESHOLD].default:g}), "
        f"follows a user and day go from {usual[none]:.3g} at weight {points[WEIGHT][none]:g} to {usual[heavy]:.3g} at "
        f"weight {points[WEIGHT][heavy]:g} (popularity bias {points[BIAS][none]:g}): weights are shares of one appeal, "
        "so in a young world, where nobody is followed yet, what peer influence gains the other motives lose."
    )
    ratios = ", ".join(
        f"{_ratio(table, points, 'unpredictability', bias):.2f} at popularity bias {bias:g}" for bias in by_weight
    )
    weak, strong = (after / before for before, after in MUSIC_LAB["unpredictability"])
    lines.append(
        f"- The heaviest weight multiplies U by {ratios}. In the Music Lab a weak social signal multiplied it by "
        f"{weak:.2f} and a strong one by {strong:.2f} (48 songs; U itself depends on the number of items, so only "
        "ratios compare), with inequality rising as well."
    )
    return "\n".join(lines)


def _robust(ends: Findings) -> str:
    none, heavy, peers, _ = ends.experiment.arms
    how = (
        f"The ends of both sweeps at the usual popularity bias: weight {none.values[WEIGHT]:g} and "
        f"{heavy.values[WEIGHT]:g}, and only peers and only crowd at weight {peers.values[WEIGHT]:g}. A population is "
        f"lived in {WORLDS} worlds of each, with its follow threshold set anew, so that users follow as much as "
        "before; measures are those of the main study."
    )
    return f"{how}\n\n{robustness(ends)}"


def _ratio(table: pd.DataFrame, points: pd.DataFrame, measure: str, bias: float) -> float:
    crowd = float(str(KNOWN[CROWD].default))
    by_point = table[table["measure"] == measure].set_index("point")["estimate"]
    start, end = (point_where(points, **{BIAS: bias, WEIGHT: w, CROWD: crowd}) for w in _ends(points, WEIGHT))
    return float(by_point[end] / by_point[start])


def _files() -> str:
    return "\n".join(
        [
            "- `figures/bandwagon`: inequality, unpredictability and rank correlation against weight and share of the "
            "crowd, a line for each popularity bias; `figures/inequality`, `unpredictability`, `rank_correlation`, "
            "`early_lead`: each alone; "
            "`figures/two_worlds`: followers of every creator in two worlds of one population, with the least and the "
            "most of both influences; on the dashed line luck plays no part. PDF and PNG.",
            "- `runs.parquet`: one row a run. `creators.parquet`: one row a creator and run. `estimates.parquet`: the "
            "numbers in the figures. `thresholds.parquet`: how the thresholds were found. `samples.parquet`, "
            "`robustness.parquet`, `dependence.parquet`, `figures/robustness`: sampled parameters.",
        ]
    )


def _ends(points: pd.DataFrame, lever: str) -> tuple[float, float]:
    return float(points[lever].min()), float(points[lever].max())


def _span(values: pd.Series, digits: int) -> str:
    return f"{values.min():.{digits}f} to {values.max():.{digits}f}"


def _number(value: float, name: str) -> str:
    scale, digits = SHOWN[name]
    return f"{scale * value:.{digits}f}"


def _interval(found: Interval, name: str, sign: str = "") -> str:
    scale, digits = SHOWN[name]
    estimate, low, high = (scale * value for value in found[:3])
    return f"{estimate:{sign}.{digits}f} [{low:{sign}.{digits}f}, {high:{sign}.{digits}f}]"


def _signed(found: Interval, name: str) -> str:
    return _interval(found, name, "+")

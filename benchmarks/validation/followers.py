"""How many follow and are followed: inequality and tail of followers, spread of followees, beside KuaiRand."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from benchmarks.validation import field
from benchmarks.validation.figures import panels
from benchmarks.validation.tail_comparison import RIVALS, TailComparison, compare_tail
from benchmarks.validation.target import Band, Effort, Evidence, Target, band
from simulation.analysis.inequality import gini, top_share
from simulation.analysis.network import followee_summary
from simulation.analysis.tables import FloatArray
from simulation.analysis.tails import PowerLawFit
from simulation.analysis.wording import words
from simulation.plots.style import BLACK, BLUE, GREEN, GREY, VERMILLION, label_key, plain_log_ticks, styled

OURS, REAL = "model", "KuaiRand"
COLOURS = {OURS: BLUE, REAL: BLACK}

# Inequality ---------------------------------------------------------------------------------------------------------

SETTINGS = ("default", field.SHORT_VIDEO, "random")
"""Presets; the last is the default world without a recommender."""


def _curve(whose: str, held: FloatArray, unit: float = 1.0) -> pd.DataFrame:
    followers, share = field.falling_curve(held)
    return pd.DataFrame({"whose": whose, "followers": followers / unit, "share": share})


def _measure_inequality(effort: Effort) -> Evidence:
    """Worlds of the defaults, of the preset `short_video`, and of the defaults with a feed of pure chance: the Gini
    coefficient of followers and the share of the most followed tenth of creators, beside KuaiRand's. Curves are
    relative to the mean, since the levels of a year and of a platform's lifetime differ.
    """
    rows, curves = [], []
    for setting in SETTINGS:
        for seed, model in field.worlds(field.QUICK if effort.quick else field.FULL, setting):
            held = model.state.creators.followers.astype(np.float64)
            rows.append((setting, seed, gini(held), top_share(held)))
            if seed == 0:
                curves.append(_curve(setting, held, held.mean()))
    notes: tuple[str, ...] = ()
    real = field.kuairand(effort.data)
    if real is not None:
        held = real["fans_user_num"].to_numpy(np.float64)
        curves.append(_curve(REAL, held, held.mean()))
        notes = (f"KuaiRand itself has a Gini of {gini(held):.3f} and a top tenth of {top_share(held):.3f}.",)
    table = pd.DataFrame(rows, columns=["setting", "seed", "gini", "top"])
    of = {name: part.set_index("seed") for name, part in table.groupby("setting")}
    bands = [
        one
        for setting in SETTINGS[:2]
        for one in field.measured(
            of[setting],
            {
                "gini": band(f"Gini, {setting}", *field.GINI, given=0.903),
                "top": band(f"top tenth, {setting}", *field.TOP, "of followers", given=0.845),
            },
        )
    ]
    said = {"gini": "Gini", "top": "top tenth"}
    change = of["default"][list(said)] - of["random"][list(said)]
    bands += field.measured(
        change, {key: Band(f"{name}, default - random feed", low=0.0) for key, name in said.items()}
    )
    return Evidence(tuple(bands), {"curves": pd.concat(curves, ignore_index=True), "inequality": table}, notes)


@styled
def _draw_inequality(evidence: Evidence) -> Figure:
    figure, (axes,) = panels(evidence, height=2.8)
    curves = evidence.tables["curves"]
    colours = {"default": BLUE, field.SHORT_VIDEO: VERMILLION, "random": GREEN, REAL: BLACK}
    for setting, part in curves[curves["followers"] > 0].groupby("whose"):
        style = "o" if setting == REAL else "-"
        axes.plot(part["followers"], part["share"], style, ms=1.8, mew=0, color=colours[str(setting)])
    label_key(axes, [(name, colour) for name, colour in colours.items() if name in set(curves["whose"])])
    axes.set(xscale="log", yscale="log", ylabel="share of creators with at least as many")
    axes.set_xlabel("followers, as a multiple of the mean")
    axes.set_xlim(1e-3, None)
    plain_log_ticks(axes.xaxis)
    plain_log_ticks(axes.yaxis)
    axes.axvline(1.0, color=GREY, lw=0.5)
    return figure


INEQUALITY = Target(
    name="follower_inequality",
    title="Inequality of followers",
    kind="field",
    source=field.KUAIRAND_SOURCE,
    measure=_measure_inequality,
    figure=_draw_inequality,
)

# The tail -----------------------------------------------------------------------------------------------------------

LARGE, SMALLER = field.Size(80_000, 4_000, 90, 5), field.Size(20_000, 4_000, 90, 2)
"""Tails need creators more than days, and users enough for the followers of most creators to be more than a few."""
Found = tuple[PowerLawFit, tuple[TailComparison, ...]]


def _measure_tail(effort: Effort) -> Evidence:
    """A power law is fitted to the tail of followers and compared with a lognormal, an exponential, a stretched
    exponential and a truncated power law (likelihood ratios by Vuong; package `powerlaw`, but for the lognormal
    and the stretched exponential, which it does not fit well near their limit, a power law), in worlds of the
    preset `short_video` and in samples of KuaiRand of as many users, by the same code. What is compared are
    verdicts and the exponent: at these sizes fits are biased, and none of them is a law.
    """
    size, rivals = (field.QUICK, RIVALS[:2]) if effort.quick else (LARGE, RIVALS)
    counts = field.kuairand(effort.data)
    assert counts is not None  # the target is skipped without it
    fans, luck = counts["fans_user_num"].to_numpy(np.float64), np.random.default_rng(1)
    held = [model.state.creators.followers.astype(np.float64) for _, model in field.worlds(size)]
    samples = [luck.choice(fans, size.creators, replace=False) for _ in held]
    ours, theirs = ([compare_tail(one, rivals=rivals) for one in of] for of in (held, samples))
    usual = {rival: _majority(theirs, k) for k, rival in enumerate(rivals)}
    # Exponents of most heavy-tailed counts lie between 2 and 3 (Clauset, Shalizi and Newman 2009).
    bands = [Band("exponent alpha", low=2.0, high=3.0, given=2.2).measured([fit.exponent for fit, _ in ours])]
    for k, rival in enumerate(rivals):
        name = f"same verdict as KuaiRand: power law or {words(rival)}"
        same = [float(found[k].verdict == usual[rival]) if found else 0.0 for _, found in ours]
        bands.append(Band(name, low=0.5, high=1.0, unit="of seeds").measured(same))
    told = "; ".join(
        f"{words(rival)}: {words(usual[rival])} in KuaiRand, {words(_majority(ours, k))} here"
        for k, rival in enumerate(rivals)
    )
    reach = np.mean([one.max() for one in held]) / size.users
    notes = [
        f"Verdicts of most samples, a power law against each rival. {told}.",
        f"Tails hold {_mean(ours, 'count'):.0f} creators here and {_mean(theirs, 'count'):.0f} users of KuaiRand in "
        f"samples of the same size, where alpha is {_mean(theirs, 'exponent'):.2f}. At such sizes fits are biased, and "
        "verdicts open.",
        f"The most followed creator has {100 * reach:.0f}% of all users here: the figure's end, which bends down.",
    ]
    if not effort.quick:
        smaller = [model.state.creators.followers.astype(np.float64) for _, model in field.worlds(SMALLER)]
        few = [compare_tail(one, rivals=RIVALS[:1]) for one in smaller]
        notes.append(
            f"The number of users matters: with {SMALLER.users:,} of them and as many creators the tail seems to begin "
            f"at {_mean(few, 'minimum'):.0f} followers, and alpha is {_mean(few, 'exponent'):.2f}."
        )
    tables = {
        "curves": pd.concat([_curve(OURS, held[0]), _curve(REAL, samples[0])], ignore_index=True),
        "comparisons": pd.concat([_table(OURS, ours), _table(REAL, theirs)], ignore_index=True),
    }
    return Evidence(tuple(bands), tables, tuple(notes))


def _mean(found: list[Found], name: str) -> float:
    return float(np.mean([getattr(fit, name) for fit, _ in found]))


def _majority(found: list[Found], k: int) -> str:
    verdicts = [comparisons[k].verdict for _, comparisons in found if comparisons]
    return Counter(verdicts).most_common(1)[0][0] if verdicts else "no tail"


def _table(whose: str, found: list[Found]) -> pd.DataFrame:
    rows = [
        (whose, seed, fit.exponent, fit.minimum, fit.count, one.rival, one.ratio, one.p, one.verdict)
        for seed, (fit, comparisons) in enumerate(found)
        for one in comparisons
    ]
    names = ["whose", "seed", "alpha", "minimum", "count", "rival", "ratio", "p", "verdict"]
    return pd.DataFrame(rows, columns=names)


@styled
def _draw_tail(evidence: Evidence) -> Figure:
    figure, (left, right) = panels(evidence, 2)
    curves, compared = evidence.tables["curves"], evidence.tables["comparisons"]
    rivals = list(dict.fromkeys(compared["rival"]))
    for (whose, colour), shift in zip(COLOURS.items(), (-0.12, 0.12), strict=True):
        part = curves[(curves["whose"] == whose) & (curves["followers"] > 0)]
        left.plot(part["followers"], part["share"], "o", ms=1.8, mew=0, color=colour)
        part = compared[compared["whose"] == whose]
        rows = [rivals.index(rival) + shift for rival in part["rival"]]
        right.plot(part["ratio"], rows, "o", ms=3, mew=0, alpha=0.7, color=colour)
    label_key(left, list(COLOURS.items()))
    left.set(xscale="log", yscale="log", xlabel="followers", ylabel="share with at least as many")
    right.axvline(0.0, color=GREY, lw=0.6)
    right.set_xscale("symlog", linthresh=1.0)
    right.set_yticks(range(len(rivals)), [words(rival.replace("_", "\n", 1)) for rival in rivals])
    right.set_ylim(len(rivals) - 0.5, -0.5)
    right.set_xlabel("likelihood ratio, standard deviations\n(right: power law nearer; left: its rival)")
    return figure


TAIL = Target(
    name="follower_tail",
    title="The tail of followers",
    kind="field",
    source=f"{field.KUAIRAND_SOURCE}; exponents of 2 to 3: Clauset, Shalizi and Newman, SIAM Review 2009",
    measure=_measure_tail,
    figure=_draw_tail,
    needs=(field.KUAIRAND,),
)

# Followees ----------------------------------------------------------------------------------------------------------

AGES = (0, 60, 120, 365, 1000, 10_000)
"""Edges of age classes of accounts, days."""
FULL_DAYS, QUICK_DAYS = (30, 60, 120, 240), (15, 30, 60)
CAP = 5000
WHY_NARROW = (
    "with some hundred creators there is less to follow than on a platform: the eager follow all that is worth it and "
    "stop, so that the upper end is cut off"
)


def _measure_followees(effort: Effort) -> Evidence:
    """Worlds of the preset `short_video`. The levels of one year and of a platform's lifetime differ, so the shape is
    compared (spread of the logarithm, Gini) and how it grows with the age of an account. KuaiRand's spread is the
    same at all ages, so it is not age that makes users differ: they differ in how readily they follow
    (`users.eagerness_sigma`).
    """
    size, days = (field.QUICK, QUICK_DAYS) if effort.quick else (field.FULL, FULL_DAYS)
    counts = field.kuairand(effort.data)
    assert counts is not None  # the target is skipped without it
    rows, shown = [], []
    for seed in range(size.seeds):
        model = field.world(size, seed)
        for day in days:
            model.run_for(day - model.day)
            held = model.state.follows.rows.length.copy()
            rows.append((OURS, seed, float(day), *_shape(held)))
        if seed == 0:
            shown.append(_histogram(OURS, held))
    for old, older in pairwise(AGES):
        part = counts[(counts["register_days"] > old) & (counts["register_days"] <= older)]
        age = float(np.exp(np.log(np.maximum(part["register_days"], 1)).mean()))
        rows.append((REAL, -1, age, *_shape(part["follow_user_num"].to_numpy())))
    shown.append(_histogram(REAL, counts["follow_user_num"].to_numpy()))
    table = pd.DataFrame(rows, columns=["whose", "seed", "age", "median", "sigma", "gini", "most"])
    real, ours = table[table["whose"] == REAL], table[table["whose"] == OURS]
    by_age = "range over ages of KuaiRand's accounts"
    ends = {column: (real[column].min(), real[column].max()) for column in ("sigma", "gini")}
    says, why = "growth of the median ~ age to the power", "sign: it grows, and slower than age"
    growth = band(says, 0.0, 1.0, given=_exponent(real), source=why)
    spread = "spread (sd) of ln followees"
    bands = (
        *field.measured(
            ours[ours["age"] == days[-1]],
            {
                "sigma": band(spread, *ends["sigma"], given=1.6, source=by_age, missed=WHY_NARROW),
                "gini": band("Gini of followees", *ends["gini"], given=0.675, source=by_age, missed=WHY_NARROW),
                "most": band("most followees", 1.0, CAP, "follows", source="the platform's cap"),
            },
        ),
        growth.measured([_exponent(part) for _, part in ours.groupby("seed")]),
    )
    return Evidence(bands, {"shape": table, "histogram": pd.concat(shown, ignore_index=True)})


def _shape(held: np.ndarray) -> tuple[float, float, float, float]:
    summary = followee_summary(held)
    return summary.median, summary.sigma, gini(held), float(summary.maximum)


def _exponent(part: pd.DataFrame) -> float:
    """Slope of ln median followees on ln age."""
    return float(np.polyfit(np.log(part["age"]), np.log(np.maximum(part["median"], 0.5)), 1)[0])


def _histogram(whose: str, held: np.ndarray) -> pd.DataFrame:
    """Density of ln followees about their mean."""
    logs = np.log(held[held > 0])
    density, edges = np.histogram(logs - logs.mean(), bins=np.arange(-6.0, 6.01, 0.4), density=True)
    return pd.DataFrame({"whose": whose, "middle": (edges[1:] + edges[:-1]) / 2, "density": density})


@styled
def _draw_followees(evidence: Evidence) -> Figure:
    figure, (first, second, third) = panels(evidence, 3, height=2.2)
    shape, density = evidence.tables["shape"], evidence.tables["histogram"]
    for whose, colour in COLOURS.items():
        part = density[density["whose"] == whose]
        first.plot(part["middle"], part["density"], "-" if whose == OURS else "o", ms=2.5, mew=0, color=colour)
        by_age = shape[shape["whose"] == whose].groupby("age")[["median", "sigma"]].mean()
        second.plot(by_age.index, by_age["sigma"], "o-", ms=3, mew=0, color=colour)
        third.plot(by_age.index, by_age["median"], "o-", ms=3, mew=0, color=colour)
    label_key(first, list(COLOURS.items()))
    first.set(xlabel="ln followees, minus their mean", ylabel="density of users")
    second.set(xscale="log", xlabel="age of accounts, days", ylabel="spread (sd) of ln followees", ylim=(0, 2))
    third.set(xscale="log", yscale="log", xlabel="age of accounts, days", ylabel="median followees")
    for axis in (second.xaxis, third.xaxis, third.yaxis):
        plain_log_ticks(axis)
    return figure


FOLLOWEES = Target(
    name="followees",
    title="How many creators users follow",
    kind="field",
    source=field.KUAIRAND_SOURCE,
    measure=_measure_followees,
    figure=_draw_followees,
    needs=(field.KUAIRAND,),
)

"""The tail of followers: which law it looks most like, in the model and in KuaiRand, by the same code."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.validation.field_worlds import KUAIRAND, KUAIRAND_SOURCE, QUICK, Size, Wanted, kuairand, thinned, world
from benchmarks.validation.target import Effort, Evidence, Target
from simulation.analysis.tail_comparison import RIVALS, TailComparison, compare_tail
from simulation.analysis.tails import PowerLawFit, ccdf

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from simulation.analysis.tables import FloatArray

LARGE, SMALLER = Size(80_000, 4_000, 90, 5), Size(20_000, 4_000, 90, 2)
"""Tails need creators more than days, and users enough for the followers of most creators to be more than a few."""
ALPHA = (2.0, 3.0)
"""Exponents of most heavy-tailed counts (Clauset, Shalizi and Newman 2009)."""
Found = tuple[PowerLawFit, tuple[TailComparison, ...]]


def _measure(effort: Effort) -> Evidence:
    import pandas as pd

    size, smaller = (QUICK, None) if effort.quick else (LARGE, SMALLER)
    rivals = RIVALS[:2] if effort.quick else RIVALS
    counts = kuairand(effort.data)
    assert counts is not None  # the target is skipped without it
    fans = counts["fans_user_num"].to_numpy(np.float64)
    luck = np.random.default_rng(1)
    worlds = [_held(size, seed) for seed in range(size.seeds)]
    curves, ours, theirs = [], [], []
    for seed, held in enumerate(worlds):
        sample = luck.choice(fans, size.creators, replace=False)
        ours.append(compare_tail(held, rivals=rivals))
        theirs.append(compare_tail(sample, rivals=rivals))
        if seed == 0:
            curves = [_curve("model", held), _curve("KuaiRand", sample)]
    table: pd.DataFrame = pd.concat([_table("model", ours), _table("KuaiRand", theirs)], ignore_index=True)
    usual = {rival: _majority(theirs, k) for k, rival in enumerate(rivals)}
    bands = [Wanted("exponent alpha", *ALPHA, given=2.2).found([fit.exponent for fit, _ in ours])]
    for k, rival in enumerate(rivals):
        name = f"same verdict as KuaiRand: power law or {rival.replace('_', ' ')}"
        same = [float(found[k].verdict == usual[rival]) if found else 0.0 for _, found in ours]
        bands.append(Wanted(name, 0.5, 1.0, "of seeds").found(same))
    told = "; ".join(
        f"{rival.replace('_', ' ')}: {usual[rival].replace('_', ' ')} in KuaiRand, "
        f"{_majority(ours, k).replace('_', ' ')} here"
        for k, rival in enumerate(rivals)
    )
    reach = np.mean([held.max() for held in worlds]) / size.users
    notes = [
        f"Verdicts of most samples, a power law against each rival. {told}.",
        f"Tails hold {np.mean([fit.count for fit, _ in ours]):.0f} creators here and "
        f"{np.mean([fit.count for fit, _ in theirs]):.0f} users of KuaiRand in samples of the same size, where alpha "
        f"is {np.mean([fit.exponent for fit, _ in theirs]):.2f}. At such sizes fits are biased, and verdicts open.",
        f"The most followed creator has {100 * reach:.0f}% of all users here: the figure's end, which bends down.",
    ]
    if smaller is not None:
        notes.append(_in_smaller_worlds(smaller))
    return Evidence(tuple(bands), {"curves": pd.concat(curves, ignore_index=True), "comparisons": table}, tuple(notes))


def _held(size: Size, seed: int) -> FloatArray:
    """Followers of every creator at the end of a world."""
    model = world(size, seed)
    model.run_for(size.days)
    return model.state.creators.followers.astype(np.float64)


def _in_smaller_worlds(size: Size) -> str:
    """What the same creators show where fewer users follow them: counts too small to tell a tail by."""
    fits = [compare_tail(_held(size, seed), rivals=RIVALS[:1])[0] for seed in range(size.seeds)]
    minimum, exponent = (np.mean([getattr(fit, name) for fit in fits]) for name in ("minimum", "exponent"))
    return (
        f"The number of users matters: with {size.users:,} of them and as many creators the tail seems to begin at "
        f"{minimum:.0f} followers, and alpha is {exponent:.2f}."
    )


def _majority(found: list[Found], k: int) -> str:
    verdicts = [comparisons[k].verdict for _, comparisons in found if comparisons]
    return Counter(verdicts).most_common(1)[0][0] if verdicts else "no tail"


def _table(whose: str, found: list[Found]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        (whose, seed, fit.exponent, fit.minimum, fit.count, one.rival, one.ratio, one.p, one.verdict)
        for seed, (fit, comparisons) in enumerate(found)
        for one in comparisons
    ]
    names = ["whose", "seed", "alpha", "minimum", "count", "rival", "ratio", "p", "verdict"]
    return pd.DataFrame(rows, columns=names)


def _curve(whose: str, held: np.ndarray) -> pd.DataFrame:
    import pandas as pd

    value, share = ccdf(held)
    shown = thinned(share)
    return pd.DataFrame({"whose": whose, "followers": value[shown], "share": share[shown]})


def _figure(evidence: Evidence) -> Figure:
    from benchmarks.validation.field_figures import table_of_bands
    from simulation.plots.style import BLACK, BLUE, DOUBLE, GREY, new_figure, styled

    @styled
    def draw() -> Figure:
        figure = new_figure(DOUBLE, 3.8)
        grid = figure.add_gridspec(2, 2, height_ratios=(1.6, 1))
        left, right = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])
        colours = {"model": BLUE, "KuaiRand": BLACK}
        for k, (whose, colour) in enumerate(colours.items()):
            part = evidence.tables["curves"]
            part = part[(part["whose"] == whose) & (part["followers"] > 0)]
            left.plot(part["followers"], part["share"], "o", ms=1.8, mew=0, color=colour)
            left.text(0.04, 0.16 - 0.09 * k, whose, color=colour, transform=left.transAxes, fontsize=7)
        left.set(xscale="log", yscale="log", xlabel="followers", ylabel="share with at least as many")
        compared = evidence.tables["comparisons"]
        rivals = list(dict.fromkeys(compared["rival"]))
        for whose, colour, shift in (("model", BLUE, -0.12), ("KuaiRand", BLACK, 0.12)):
            part = compared[compared["whose"] == whose]
            rows = [rivals.index(rival) + shift for rival in part["rival"]]
            right.plot(part["ratio"], rows, "o", ms=3, mew=0, alpha=0.7, color=colour)
        right.axvline(0.0, color=GREY, lw=0.6)
        right.set_xscale("symlog", linthresh=1.0)
        right.set_yticks(range(len(rivals)), [rival.replace("_", "\n", 1).replace("_", " ") for rival in rivals])
        right.set_ylim(len(rivals) - 0.5, -0.5)
        right.set_xlabel("likelihood ratio, standard deviations\n(right: power law nearer; left: its rival)")
        table_of_bands(figure.add_subplot(grid[1, :]), evidence.bands)
        return figure

    return draw()


TAILS = (
    Target(
        name="follower_tail",
        title="The tail of followers",
        kind="field",
        about="A power law is fitted to the tail of followers and compared with a lognormal, an exponential, a "
        "stretched exponential and a truncated power law (likelihood ratios by Vuong; package `powerlaw`, but for the "
        "lognormal and the stretched exponential, which it does not fit well near their limit, a power law), in "
        "worlds of the preset `short_video` and in samples of KuaiRand of as many users, by the same code. What is "
        "compared are verdicts and the exponent: at these sizes fits are biased, and none of them is a law.",
        source=f"{KUAIRAND_SOURCE}; exponents of 2 to 3: Clauset, Shalizi and Newman, SIAM Review 2009",
        measure=_measure,
        figure=_figure,
        needs=(KUAIRAND,),
    ),
)

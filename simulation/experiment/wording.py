"""Numbers and sentences of summaries and figures."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from simulation.analysis import Interval

MINUS = "\N{MINUS SIGN}"


def decimals(low: float, high: float) -> int:
    """Decimals at which an interval's half width has two significant digits: more would be noise."""
    half = abs(high - low) / 2
    if not math.isfinite(half) or half == 0:
        return 3
    return min(8, max(0, 1 - math.floor(math.log10(half))))


def number(value: float, digits: int, *, signed: bool = False) -> str:
    """A number with so many decimals and, from a thousand on, separators; a true minus sign; - where there is none."""
    if not math.isfinite(value):
        return "-"
    text = f"{value:{'+' if signed else ''},.{digits}f}"
    return text.replace("-", MINUS)


def interval(found: Interval, unit: str = "", *, signed: bool = False) -> str:
    """``+0.12 [+0.08, +0.16] unit``, with decimals as the interval deserves."""
    digits = decimals(found.low, found.high)
    estimate, low, high = (number(value, digits, signed=signed) for value in found[:3])
    return f"{estimate} [{low}, {high}]" + (f" {unit}" if unit not in ("", "1") else "")


def brief(value: float) -> str:
    """A number in three significant digits, large ones with separators; ``-`` where there is none."""
    if not math.isfinite(value):
        return "-"
    if abs(value) >= 1000:
        return f"{value:,.0f}".replace("-", MINUS)
    return f"{value:.3g}".replace("-", MINUS)


def p_value(p: float) -> str:
    """A p-value as papers write it."""
    if not math.isfinite(p):
        return "-"
    return "< .001" if p < 0.001 else f"{p:.3f}".lstrip("0") if p < 1 else "1"


def percent(share: float) -> str:
    """A share as %."""
    return f"{100 * share:.0f}%" if math.isfinite(share) else "-"


def listed(words: Iterable[str]) -> str:
    """Words with commas and an ``and``."""
    found = list(words)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else "none"


def bounds(low: float, high: float, unit: str = "") -> str:
    """What an expectation asks of a number, in words."""
    after = f" {unit}" if unit else ""
    if math.isinf(high):
        return f"above {brief(low)}{after}"
    if math.isinf(low):
        return f"below {brief(high)}{after}"
    return f"from {brief(low)} to {brief(high)}{after}"


def sentence(text: str) -> str:
    """A sentence: first letter large, a full stop."""
    return f"{text[0].upper()}{text[1:]}" + ("" if text.endswith((".", "?", "!")) else ".")


def claims(claim: str) -> str:
    """A claim, or several, as a sentence begins: "Claim 8. The algorithm ..."; one without a number as it is."""
    number, _, _ = claim.partition(".")
    if not number[:1].isdigit():
        return claim
    return f"Claim{'s' if ' and ' in number else ''} {claim}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], *, left: int = 1) -> str:
    """A table in Markdown: so many columns to the left, the others to the right."""
    sides = ["---" if place < left else "---:" for place in range(len(heads))]
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, sides, *rows))

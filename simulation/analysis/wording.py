"""How numbers, sentences and tables are written, wherever a person reads them."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import SupportsFloat

MINUS = "\N{MINUS SIGN}"
NONE = "-"
"""Stands for a number that is not defined."""


def number(value: float, decimals: int | None = None, *, digits: int = 3, signed: bool = False) -> str:
    """A number as a person reads it: separators from a thousand on, a true minus sign, no sign before zero.

    Parameters
    ----------
    value
        NaN and infinity are written ``-``.
    decimals
        Digits after the point, all of them written, for numbers that stand in one column.
    digits
        Significant digits where ``decimals`` is not given: trailing zeros are dropped, whole numbers kept whole.
    signed
        Whether a positive number gets a plus sign.
    """
    if not math.isfinite(value):
        return NONE
    if decimals is None and abs(value) >= 10**digits - 0.5:
        decimals = 0
    text = f"{value:+.{digits}g}" if decimals is None else f"{value:+,.{decimals}f}"
    if text[0] == "-" or signed:
        nothing = not any(digit in text for digit in "123456789")
        return text[1:] if nothing else text.replace("-", MINUS)
    return text[1:]


def percent(share: float, decimals: int = 0, *, signed: bool = False) -> str:
    """A share as %."""
    return f"{number(100 * share, decimals, signed=signed)}%" if math.isfinite(share) else NONE


def decimals(low: float, high: float) -> int:
    """Decimals at which an interval's half width has two significant digits: more would be noise."""
    half = abs(high - low) / 2
    if not math.isfinite(half) or half <= 1e-12 * abs(high):  # rounding
        return 3
    return min(8, max(0, 1 - math.floor(math.log10(half))))


def interval(found: Sequence[float], unit: str = "", *, signed: bool = False) -> str:
    """``+0.12 [+0.08, +0.16] unit``, with decimals as the interval deserves; the estimate alone where it has none.

    ``found`` begins with estimate, low and high, as an `Interval` does.
    """
    after = f" {unit}" if unit not in ("", "1") else ""
    estimate, low, high = found[:3]
    if not math.isfinite(low) or not math.isfinite(high):
        return number(estimate, signed=signed) + after
    digits = decimals(low, high)
    texts = [number(value, digits, signed=signed) for value in (estimate, low, high)]
    return f"{texts[0]} [{texts[1]}, {texts[2]}]{after}"


def span(low: float, high: float, *, digits: int = 3, signed: bool = False) -> str:
    """``low .. high``, as a cell of a table."""
    ends = (number(end, digits=digits, signed=signed) for end in (low, high))
    return " .. ".join(ends) if math.isfinite(low) or math.isfinite(high) else NONE


def bounds(low: float, high: float, unit: str = "") -> str:
    """What an expectation asks of a number, in words."""
    after = f" {unit}" if unit else ""
    if math.isinf(high):
        return f"above {number(low)}{after}"
    if math.isinf(low):
        return f"below {number(high)}{after}"
    return f"from {number(low)} to {number(high)}{after}"


def times(value: float) -> str:
    """A factor: ``1.4 x``, ``23 x``; ``all`` where nothing is left to divide by."""
    if math.isinf(value):
        return "all"
    return NONE if math.isnan(value) else f"{number(value, 0 if value >= 10 else 1)} x"


def p_value(p: float) -> str:
    """A p-value as papers write it."""
    if not math.isfinite(p):
        return NONE
    return "< .001" if p < 0.001 else f"{p:.3f}".lstrip("0") if p < 1 else "1"


def value_text(given: object) -> str:
    """A parameter's value, beside a tick, in a table or a legend."""
    if isinstance(given, str):
        return words(given)
    if type(given).__name__ == "bool":  # NumPy's too
        return "yes" if given else "no"
    return number(float(given), digits=6) if isinstance(given, SupportsFloat) else str(given)


def word(value: object) -> str:
    """A value as it is written in TOML and on the command line."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def counted(count: int, noun: str, plural: str = "") -> str:
    """``1 run``, ``2,000 runs``."""
    return f"{count:,} {noun if count == 1 else plural or _plural(noun)}"


def _plural(noun: str) -> str:
    if noun[-1] == "y" and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}{'es' if noun.endswith('s') else 's'}"


def words(name: str) -> str:
    """The name of a cause, factor or outcome in words."""
    return name.replace("_", " ")


def listed(items: Iterable[str]) -> str:
    """Words with commas and an ``and``."""
    found = list(items)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} and {found[-1]}" if found else "none"


def sentence(text: str) -> str:
    """A sentence: first letter large, a full stop."""
    return f"{text[0].upper()}{text[1:]}" + ("" if text.endswith((".", "?", "!")) else ".")


def aligned(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as text: a ruled head, numbers to the right, the first column and all else to the left."""
    lines = [head, *rows]
    sides = _numeric(lines)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    text = [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(line, widths, sides, strict=True)
        ).rstrip()
        for line in lines
    ]
    return "\n".join([text[0], "-" * max(map(len, text)), *text[1:]])


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The same as Markdown."""
    lines = [[cell.replace("|", "\\|") for cell in line] for line in (head, *rows)]
    lines.insert(1, ["---:" if right else "---" for right in _numeric(lines)])
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def table_of(rows: Sequence[Mapping[str, str]]) -> str:
    """The same of rows that name their columns, at least one."""
    return markdown_table(list(rows[0]), [list(row.values()) for row in rows])


def _numeric(lines: Sequence[Sequence[str]]) -> list[bool]:
    """Which columns hold numbers, and nothing else, below their heads."""
    begins = tuple(f"0123456789+.<{NONE}{MINUS}")
    columns = [[cell for cell in column if cell] for column in zip(*lines[1:], strict=True)] or [[] for _ in lines[0]]
    return [k > 0 and bool(cells) and all(c.startswith(begins) for c in cells) for k, cells in enumerate(columns)]

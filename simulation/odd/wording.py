"""How the document writes what code says: plain text as Markdown, values, tables."""

import re
from typing import Any

from simulation.analysis.wording import word


def markdown(text: str) -> str:
    """Plain text with reStructuredText's code and links as Markdown that shows every other character as it is."""
    text = re.sub(r":\w+:`~?(?:[\w.]+\.)?(\w+)`", r"`\1`", text).replace("``", "`")
    parts = text.split("`")
    for k in range(0, len(parts), 2):  # the odd ones are code
        parts[k] = re.sub(r"\*(?=\S)|(?<=\S)\*", r"\\*", parts[k])
        parts[k] = re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", parts[k])
        parts[k] = re.sub(r"<(?=[A-Za-z/!?])", r"\\<", parts[k])
    return "`".join(parts)


def cell(text: str) -> str:
    """The same for a cell of a table."""
    return markdown(" ".join(text.split())).replace("|", "\\|")


def sentence(text: str) -> str:
    """Text that ends with a full stop."""
    return text if text.endswith((".", "?")) else f"{text}."


def value(given: object) -> str:
    """A value of a parameter, or several."""
    if isinstance(given, list | tuple):
        return ", ".join(map(value, given))
    return f"{given:g}" if isinstance(given, float) else word(given)


def span(declared: Any) -> str:
    """What a parameter or an act may be."""
    if declared.choices:
        return ", ".join(declared.choices)
    if declared.low is None or declared.high is None:
        return "true, false"
    return f"{declared.low:,.10g} to {declared.high:,.10g}"


def fenced(code: str) -> str:
    """Source text as a block of Python."""
    fence = "`" * (1 + max(map(len, re.findall("`+", code)), default=0))
    fence = fence if len(fence) > 3 else "```"
    return f"{fence}python\n{code.strip(chr(10))}\n{fence}"

"""What an error or a page must tell: names, values and numbers, in their order, in whatever words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest


def tells(text: str, *facts: object) -> bool:
    """Whether a text tells some facts one after the other; facts with a space between them are several.

    A word or number counts as a whole: 5 is not told by 15, 5.5 or 0.5.
    """
    words = " ".join(map(str, facts)).split()
    return re.search(".*?".join(map(_whole, words)), text, re.DOTALL) is not None


@contextmanager
def raises(
    kind: type[Exception] | tuple[type[Exception], ...], *facts: object, **fields: object
) -> Iterator[pytest.ExceptionInfo[Exception]]:
    """Within it such an error is raised, whose message tells some facts, and whose fields have some values."""
    with pytest.raises(kind) as caught:
        yield caught
    assert tells(str(caught.value), *facts), (facts, str(caught.value))
    assert {name: getattr(caught.value, name) for name in fields} == fields


def _whole(word: str) -> str:
    """A pattern of a word or number that is not part of another."""
    before = r"(?<!\w)(?<!\d\.)" if word[0].isalnum() else ""
    after = r"(?!\w|\.\d)" if word[-1].isalnum() else ""
    return f"{before}{re.escape(word)}{after}"

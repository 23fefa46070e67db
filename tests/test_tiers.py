"""What the tiers are made of is there."""

from tests.conftest import MEASURED, REPEATING, SLOW, TESTS


def test_what_is_listed_is_there() -> None:
    """A test that was renamed must not slip into the other tier unseen."""
    for place in (*SLOW, *MEASURED, *REPEATING):
        file, _, test = place.partition("::")
        assert (TESTS / file).exists(), place
        assert not test or f"def {test}(" in (TESTS / file).read_text(encoding="utf-8"), place

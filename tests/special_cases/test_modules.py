"""Reward and effort alone: another learning rate or exponent, by the least bit, is out of its band."""

from benchmarks.validation.modules import (
    ALPHA,
    LIKES,
    effort_bands,
    errors,
    paced,
    reward_bands,
)


def test_another_learning_rate_is_noticed() -> None:
    found = errors("compiled", 15, 30)
    assert all(band.met for band in reward_bands("compiled", 15, found))
    assert not any(band.met for band in reward_bands("compiled", 15, found, alpha=ALPHA + 1e-9))


def test_another_exponent_is_noticed() -> None:
    found = [paced("compiled", likes, 400) for likes in LIKES["compiled"]]
    assert all(band.met for band in effort_bands("compiled", LIKES["compiled"], found))
    missed = [band.name for band in effort_bands("compiled", LIKES["compiled"], found, exponent=0.53) if not band.met]
    assert missed == ["time between posts, compiled", "posts simulated, compiled"]

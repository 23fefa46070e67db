"""A creator's voice: what off-voice posts, sponsors and purges cost authenticity, and how it comes back."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from simulation.creators.strategy import blend
from simulation.creators.voice import (
    VoiceParameters,
    authenticity_after,
    authenticity_exposed,
    authenticity_sold,
    off_voice,
    pursuit,
)


def test_distance_from_the_own_voice_runs_from_nothing_to_a_right_angle() -> None:
    own = np.array([[0.6, 0.8, 0.0]] * 3)
    posts = np.array([[0.6, 0.8, 0.0], [0.0, 0.0, 1.0], [0.8, 0.6, 0.0]])
    found = [off_voice(own, j, posts, j) for j in range(3)]
    assert found[0] == 0.0
    assert found[1] == pytest.approx(math.sqrt(2.0), rel=1e-15)
    assert found[2] == pytest.approx(float(np.linalg.norm(own[2] - posts[2])), rel=1e-14)


def test_a_post_bent_further_is_further_off() -> None:
    own, pure, post = np.array([[0.6, 0.8]]), np.eye(2), np.zeros((1, 2))
    distances = []
    for share in (0.0, 0.2, 0.5, 0.9, 1.0):
        blend(own, 0, pure, 0, share, post, 0)
        distances.append(off_voice(own, 0, post, 0))
    assert distances == sorted(set(distances))


def test_the_obsessed_pursue_numbers_wholly_and_the_calm_a_little() -> None:
    p = VoiceParameters(least_pursuit=0.2)
    assert [pursuit(o, p) for o in (0.0, 0.5, 1.0)] == pytest.approx([0.2, 0.6, 1.0], abs=1e-15)


def test_an_off_voice_post_costs_a_share_by_distance_and_pursuit() -> None:
    p = VoiceParameters(erosion=0.1, own=0.05)
    assert authenticity_after(0.7, 0.9, 1.2, 0.5, p) == pytest.approx(0.7 * (1.0 - 0.1 * 1.2 * 0.5), rel=1e-15)
    lost = [0.7 - authenticity_after(0.7, 0.9, d, q, p) for d, q in ((0.2, 0.5), (0.4, 0.5), (0.4, 1.0))]
    assert 0.0 < lost[0] < lost[1] < lost[2]
    assert authenticity_after(0.7, 0.9, math.sqrt(2.0), 1.0, VoiceParameters(erosion=1.0)) == 0.0


def test_posts_in_the_own_voice_bring_back_what_was_lost() -> None:
    p = VoiceParameters(recovery=0.1, own=0.05)
    assert authenticity_after(0.3, 0.8, 0.05, 1.0, p) == pytest.approx(0.3 + 0.1 * 0.5, rel=1e-15)
    authenticity = 0.3
    for post in range(1, 60):
        authenticity = authenticity_after(authenticity, 0.8, 0.0, 1.0, p)
        assert 0.8 - authenticity == pytest.approx(0.5 * 0.9**post, rel=1e-9)


def test_a_sponsored_post_disappoints_by_its_share_and_by_how_many_follow() -> None:
    p = VoiceParameters(selling_out=0.3)
    assert authenticity_sold(0.7, 0.5, 0.2, p) == pytest.approx(0.7 * (1.0 - 0.3 * 0.5 * 0.2), rel=1e-15)
    assert authenticity_sold(0.7, 0.5, 0.0, p) == authenticity_sold(0.7, 0.0, 0.9, p) == 0.7
    assert authenticity_sold(0.7, 1.0, 1.0, p) == authenticity_sold(0.7, 1.0, 40.0, p) == pytest.approx(0.49)


def test_a_purge_costs_by_the_share_that_turns_out_to_be_nobody() -> None:
    p = VoiceParameters(exposure=0.5)
    assert authenticity_exposed(0.6, 0, 100, p) == authenticity_exposed(0.6, 0, 0, p) == 0.6
    assert authenticity_exposed(0.6, 25, 75, p) == pytest.approx(0.6 * (1.0 - 0.5 * 0.25), rel=1e-15)
    assert authenticity_exposed(0.6, 25, 0, p) == pytest.approx(0.3, rel=1e-15)


def test_authenticity_that_does_not_move_stays_exactly() -> None:
    p = VoiceParameters(moves=False, erosion=1.0, recovery=1.0, selling_out=1.0, exposure=1.0)
    for authenticity, distance in itertools.product((0.0, 0.1 + 0.2, 1.0), (0.0, 1.0)):
        assert authenticity_after(authenticity, 0.5, distance, 1.0, p) == authenticity
        assert authenticity_sold(authenticity, 1.0, 1.0, p) == authenticity
        assert authenticity_exposed(authenticity, 10, 0, p) == authenticity

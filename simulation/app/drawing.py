"""The ground of the social graph, which never changes: ties and ordinary users, painted once as a grey picture.

Ten thousand lines that a browser would draw anew for every day would take most of its time.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.app.layout import Layout

SIDE = 1100
"""Pixels of the picture, which is shown about half as large."""
REACH = 1.06
"""It shows positions from -REACH to REACH, both ways."""
POINTS, FEWEST = 2_500_000, 240
"""Points painted in all, and at least for each tie: of many ties, long ones become rows of faint dots."""
AT_ONCE = 500_000
"""About so many points are painted at a time."""
LINES, DOT = 150, 235
"""Levels of grey of the densest ties, and of a user."""

GREYS = [f"#5F6B76{round(255 * level / 255):02X}" for level in range(256)]
"""Level to colour: from nothing to opaque."""


def ground(drawn: Layout, dots: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Levels of grey, shape (SIDE, SIDE), the first row at the bottom.

    Parameters
    ----------
    drawn
        The layout; its n nodes.
    dots
        Which nodes get a dot, (n,).
    """
    picture = np.zeros((SIDE, SIDE), np.uint8)
    if len(drawn.edges):
        picture = _ties(drawn)
    column, row = _pixels(drawn.at[dots]).T
    size = 5 if len(drawn.at) < 500 else 2
    across, up = np.mgrid[-size : size + 1, -size : size + 1].reshape(2, -1)
    inside = across**2 + up**2 <= size**2 + 1
    for dx, dy in zip(across[inside], up[inside], strict=True):
        picture[np.clip(row + dy, 0, SIDE - 1), np.clip(column + dx, 0, SIDE - 1)] = DOT
    return picture


def _ties(drawn: Layout) -> NDArray[np.uint8]:
    """Ties by how many pass through each pixel, faint where there are many ties."""
    start, end = drawn.at[drawn.edges[:, 0]], drawn.at[drawn.edges[:, 1]]
    passed = np.zeros(SIDE * SIDE)
    shares = np.linspace(0, 1, int(np.clip(POINTS // len(drawn.edges), FEWEST, SIDE)))
    for some in np.array_split(shares, 1 + shares.size * len(drawn.edges) // AT_ONCE):
        column, row = _pixels((start + some[:, None, None] * (end - start)).reshape(-1, 2)).T
        passed += np.bincount(row * SIDE + column, minlength=SIDE * SIDE)
    most = max(2.0, float(np.quantile(passed[passed > 0], 0.995)))
    level = LINES * np.minimum(passed / most, 1.0) ** 0.75
    return level.reshape(SIDE, SIDE).astype(np.uint8)


def _pixels(at: NDArray[np.float64]) -> NDArray[np.int64]:
    """Column and row of positions, (n, 2)."""
    return np.clip((at + REACH) / (2 * REACH) * SIDE, 0, SIDE - 1).astype(np.int64)

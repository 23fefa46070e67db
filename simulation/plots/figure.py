"""A figure that shows itself in a notebook although pyplot, which usually sees to that, is never used."""

from __future__ import annotations

from io import BytesIO

from matplotlib.figure import Figure


class PaperFigure(Figure):
    """A Matplotlib figure with the representation notebooks ask for."""

    def _repr_png_(self) -> bytes:
        """The figure as PNG at 150 dots an inch."""
        buffer = BytesIO()
        self.savefig(buffer, format="png", dpi=150)
        return buffer.getvalue()

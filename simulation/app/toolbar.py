"""The row of buttons and choices at the top: time, run, comparison, downloads."""

import io
from collections.abc import Callable, Mapping
from typing import Any

import panel as pn

from simulation.app.player import SPEEDS
from simulation.presets import PRESETS

_WRAPS: dict[str, Any] = {"align_items": "end", "gap": "2px", "styles": {"flex": "0 1 auto", "width": "auto"}}


def _select(name: str, options: Any, width: int, value: Any = None) -> Any:
    return pn.widgets.Select(label=name, options=options, value=value or next(iter(options)), width=width)


class Toolbar:
    """Widgets only; what they do is wired up by the page."""

    def __init__(self, *, seed: int, engine: str, preset: str) -> None:
        self.play = pn.widgets.Button(label="▶ Play", color="primary", width=104)
        self.step = pn.widgets.Button(label="Step 1 day", width=104)
        self.reset = pn.widgets.Button(label="Reset", width=190)
        self.speed = _select("Speed", list(SPEEDS), 210, "every day, as fast as drawn")
        self.preset = _select("Preset (starts over)", list(PRESETS), 150, preset)
        self.seed = pn.widgets.IntInput(label="Seed (starts over)", value=seed, step=1, width=130)
        self.engine = _select("Engine", {"compiled": "compiled", "mesa (agents, slow)": "mesa"}, 160, engine)
        self.compare = pn.widgets.Toggle(label="Compare: add run B", width=160)
        self.lane = pn.widgets.RadioButtonGroup(options=["A", "B"], value="A", width=104, disabled=True)
        file = {"embed": False, "auto": True, "width": 150}
        self.save = pn.widgets.FileDownload(label="Download run", filename="follower-dynamics.zip", **file)
        self.toml = pn.widgets.FileDownload(label="Download TOML", filename="run.toml", **file)
        self.lane_label = pn.pane.HTML("<span class='label'>Look at and change</span>", margin=(4, 10, 0, 10))

    @property
    def roots(self) -> dict[str, Any]:
        """What is put on the page, by place."""
        return {
            "time": pn.FlexBox(self.play, self.step, self.reset, **_WRAPS),
            "run": pn.FlexBox(self.speed, self.preset, self.seed, self.engine, **_WRAPS),
            "both": pn.FlexBox(
                self.compare,
                pn.Column(self.lane_label, self.lane, margin=0),
                self.save,
                self.toml,
                align_items="end",
                gap="4px",
            ),
        }

    def show_playing(self, playing: bool) -> None:
        """Say what the first button does now."""
        self.play.label = "⏸ Pause" if playing else "▶ Play"

    def show_waiting(self, waiting: Mapping[str, object]) -> None:
        """Say on the reset button how many values wait for it."""
        self.reset.label = f"Reset ({len(waiting)} change{'s' * (len(waiting) > 1)} pending)" if waiting else "Reset"
        self.reset.color = "warning" if waiting else "default"

    def downloads(self, run: Callable[[], bytes], toml: Callable[[], str]) -> None:
        """Where the two files come from, when they are asked for."""
        self.save.callback = lambda: io.BytesIO(run())
        self.toml.callback = lambda: io.StringIO(toml())

"""What can be done to creators as the next day begins: a small form."""

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

import panel as pn

from simulation.creators.acts import Act


class ActForm:
    """An act, how much of it, and to whom.

    Parameters
    ----------
    acts
        Those that can be done.
    do
        Called with an act, a value as it was written, and creators as they were written.
    """

    def __init__(self, acts: Iterable[Act], do: Callable[[str, str, str], object]) -> None:
        self._acts = {act.name: act for act in acts}
        self.act = pn.widgets.Select(label="Act", options=list(self._acts), sizing_mode="stretch_width")
        self.value = pn.widgets.TextInput(label="Value", value="500", sizing_mode="stretch_width")
        self.creators = pn.widgets.TextInput(
            label="Creators, by number", value="0", placeholder="for example 3, 17", sizing_mode="stretch_width"
        )
        self.button = pn.widgets.Button(label="Do it tomorrow", sizing_mode="stretch_width")
        self._help = pn.pane.HTML("", css_classes=["help"], sizing_mode="stretch_width")
        self.act.param.watch(self._explain, "value")
        self.button.on_click(lambda _: do(self.act.value, self.value.value, self.creators.value))
        self._explain()
        self.root = pn.Column(self.act, self._help, self.value, self.creators, self.button, sizing_mode="stretch_width")

    def _explain(self, *_: Any) -> None:
        act = self._acts[self.act.value]
        allowed = (
            ", ".join(act.words) if act.words else f"{act.low:,.0f} to {act.high:,.0f} {act.unit}".removesuffix(" 1")
        )
        self._help.object = f"{escape(act.about)}. Value: {escape(allowed)}."

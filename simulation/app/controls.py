"""Parameters on screen: sliders in groups, with units and help, made from their declarations."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import panel as pn

from simulation.analysis.wording import span
from simulation.app.sliders import FIRST, groups, reach, title
from simulation.declare import Declaration
from simulation.parameters import KNOWN

Read = Callable[[str], object]
Write = Callable[[str, object], object]
Wait = Callable[[Callable[..., object]], Callable[..., None]]
"""Makes a function that does the same, but later."""


class Control:
    """One parameter: a slider with a number beside it, a box to tick, or a list of words.

    Parameters
    ----------
    declared
        The parameter.
    read, write
        How its value is had, and what is called with the name and the value that was chosen. Who writes says what was
        refused, and lets controls :meth:`refresh` afterwards.
    wait
        What to write waits for.
    """

    def __init__(self, declared: Declaration, read: Read, write: Write, wait: Wait) -> None:
        self.name, self._declared = declared.name, declared
        self._read, self._write = read, write
        self.widget = _widget(declared, read(declared.name))
        self._quiet = False
        slider = isinstance(self.widget, pn.widgets.base.CompositeWidget)
        self._told = "value_throttled" if slider else "value"
        self._put_back = False
        self._write_later = wait(self._write_chosen)
        self.widget.param.watch(self._changed, self._told)
        if slider:
            self.widget.param.watch(self._moved, "value")
        self.root = pn.Column(self.widget, _help(declared), css_classes=["control"], sizing_mode="stretch_width")

    def _changed(self, event: Any) -> None:
        """Something was chosen: a slider let go of, a number written and left."""
        if self._quiet or event.new is None or event.new == self._read(self.name):
            return
        self._put_back = False
        self._write_later(event.new)

    def _moved(self, event: Any) -> None:
        """A slider is on its way, which is no choice yet, with two exceptions that the browser tells in no other way.

        A box that was emptied shows the value that holds. And a slider that was put back, by Reset or because its value
        was refused, may be let go of where it was let go of before: for the browser, that is no change.
        """
        if event.new is None:
            self.refresh()
        elif self._put_back and not self._quiet and event.new in self._let_go():
            self._write_later(event.new)

    def _let_go(self) -> set[object]:
        """Where the slider, and the number in the box beside it, were let go of the last time."""
        parts = self.widget.select(lambda part: "value_throttled" in part.param)
        return {part.value_throttled for part in parts}

    def _write_chosen(self, chosen: Any) -> None:
        """Write what was chosen, unless something else was meanwhile: then that is about to be written."""
        if self.widget.value != chosen or chosen == self._read(self.name):
            return
        default = self._declared.default
        value = int(chosen) if isinstance(default, int) and chosen == int(chosen) else chosen
        self._write(self.name, bool(value) if isinstance(default, bool) else value)

    def refresh(self) -> None:
        """Show the value that holds."""
        value: Any = self._read(self.name)
        if self.widget.value == value:
            return
        self._quiet = self._put_back = True
        try:
            if hasattr(self.widget, "start"):
                self.widget.param.update(**_ends(self._declared, value), value=value)
            else:
                self.widget.value = value
        finally:
            self._quiet = False


def _widget(declared: Declaration, value: Any) -> Any:
    name = title(declared.name)
    if isinstance(declared.default, bool):
        return pn.widgets.Checkbox(label=name, value=value, sizing_mode="stretch_width")
    if declared.choices:
        return pn.widgets.Select(label=name, options=list(declared.choices), value=value, sizing_mode="stretch_width")
    look = {"label": _titled(declared), "value": value, "sizing_mode": "stretch_width", **_ends(declared, value)}
    step = reach(declared).step
    if isinstance(declared.default, int):
        return pn.widgets.EditableIntSlider(step=int(step), format="0,0", **look)
    return pn.widgets.EditableFloatSlider(step=step, format="0[.]0[0000]", **look)


def _ends(declared: Declaration, value: Any) -> dict[str, Any]:
    """From where to where a slider goes, a value beyond its reach included; whole numbers for a whole number."""
    low, high, _ = reach(declared)
    kind = int if isinstance(declared.default, int) else float
    return {"start": kind(min(low, value)), "end": kind(max(high, value))}


def _titled(declared: Declaration) -> str:
    """Name and unit."""
    name = title(declared.name)
    return name if declared.unit == "1" else f"{name} ({declared.unit})"


def _help(declared: Declaration) -> Any:
    kind, when = ("lever", "any day") if declared.kind == "lever" else ("reset", "from the start")
    low, high = declared.low, declared.high
    bounds = "" if low is None or high is None else f" Allowed: {span(low, high, digits=6)}."
    name = escape(_titled(declared), quote=True)
    badge = f"<span class='when {kind}' data-title='{name}'>{when}</span>"
    text = f"{badge} {escape(declared.about)}.{bounds} <code>{declared.name}</code>"
    return pn.pane.HTML(text, css_classes=["help"], sizing_mode="stretch_width", margin=(0, 10, 12, 10))


class Controls:
    """All parameters: the most asked for first, the others in groups that are made when they are opened.

    ``known`` are the parameters by dotted name; the others are as those of a :class:`Control`.
    """

    def __init__(self, known: Mapping[str, Declaration], read: Read, write: Write, wait: Wait) -> None:
        self._known, self._read, self._write, self._wait = known, read, write, wait
        self.shown: dict[str, list[Control]] = {}
        brought = [name for name in known if name not in KNOWN]
        first = pn.Column(*(self._make(name, "first").root for name in (*FIRST, *brought)), sizing_mode="stretch_width")
        self.search = pn.widgets.AutocompleteInput(
            label="Find a parameter",
            options=sorted(known),
            placeholder="part of its name, e.g. bias",
            case_sensitive=False,
            search_strategy="includes",
            min_characters=2,
            restrict=True,
            sizing_mode="stretch_width",
        )
        self.search.param.watch(self._find, "value")
        self._found = pn.Column(sizing_mode="stretch_width")
        cards = [self._group(name, declared) for name, declared in groups(known.values()).items()]
        self.root = pn.Column(
            self.search,
            self._found,
            first,
            pn.pane.HTML("<h3>All parameters</h3>", margin=(8, 5, 0, 5)),
            *cards,
            sizing_mode="stretch_width",
        )

    def _make(self, name: str, place: str) -> Control:
        made = Control(self._known[name], self._read, self._write, self._wait)
        self.shown.setdefault(place, []).append(made)
        return made

    def _find(self, event: Any) -> None:
        self.shown.pop("found", None)
        self._found.objects = [self._make(event.new, "found").root] if event.new in self._known else []

    def _group(self, name: str, declared: list[Declaration]) -> Any:
        card = pn.Card(
            title=f"{name} ({len(declared)})",
            collapsed=True,
            sizing_mode="stretch_width",
            margin=(2, 5),
            css_classes=["group"],
        )

        def fill(event: Any) -> None:
            if not event.new and not card.objects:
                card.objects = [self._make(one.name, name).root for one in declared]

        card.param.watch(fill, "collapsed")
        return card

    def refresh(self) -> None:
        """Show the values that hold, in every control there is."""
        for controls in self.shown.values():
            for control in controls:
                control.refresh()

"""The page of one browser window: a session, its views and controls, and what happens when something is touched."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import panel as pn
from bokeh.models import ColumnDataSource, CustomJS, Spinner

from simulation.analysis.wording import word
from simulation.app.acts import ActForm
from simulation.app.controls import Controls
from simulation.app.player import SPEEDS, Player
from simulation.app.session import LaneName, Session
from simulation.app.toolbar import Toolbar
from simulation.app.views.causes import CausesView
from simulation.app.views.close import CreatorView, UserView
from simulation.app.views.curves import CurvesView
from simulation.app.views.distribution import DistributionView
from simulation.app.views.frame import View
from simulation.app.views.graph import GraphView
from simulation.app.views.versus import VersusView
from simulation.creators.acts import ACTS
from simulation.errors import FollowerDynamicsError
from simulation.interventions import parse_intervention
from simulation.scenario import Scenario

HERE = Path(__file__).parent
TICK = 20
"""Milliseconds after which it is looked whether the next day is due."""

SHOW = """
const data = source.data
for (let k = 0; k < data.place.length; k++) {
  const at = document.getElementById("say-" + data.place[k])
  if (at !== null && at.innerHTML !== data.html[k]) at.innerHTML = data.html[k]
}
requestAnimationFrame(() => requestAnimationFrame(() => { ack.value = data.number[0] }))
"""
"""Texts go into the page itself, not into parts of it that programs for the blind may not find. The number goes back
once the browser has drawn."""


class Page:
    """Everything that one browser window shows.

    Parameters
    ----------
    scenario, threads
        What the window begins with.
    """

    def __init__(self, scenario: Scenario | None = None, *, threads: int | None = None) -> None:
        self.session = Session(scenario, threads=threads)
        self.player = Player(self.session, self.draw)
        begun = self.session.a.scenario
        self.toolbar = Toolbar(seed=begun.seed, engine=self.session.engine, preset=begun.preset or "default")
        self.controls = Controls(begun.parameters.known(), self._value, self.set, self._in_turn)
        self.acts = ActForm([*ACTS.values(), *begun.behaviour.acts], self._in_turn(self.act))
        self.graph, self.curves = GraphView(self._in_turn(self.pick)), CurvesView()
        self.user, self.creator = UserView(), CreatorView()
        others = (DistributionView(), CausesView(), VersusView())
        self.views: list[View] = [self.graph, self.curves, self.creator, self.user, *others]
        self._message = "Press <b>Play</b>, then move a slider: levers act on the next day."
        self._texts = ColumnDataSource({"place": [], "html": [], "number": []})
        self._clock: Any = None
        self._document: Any = None
        self._choices()
        self._wire()
        self.begin()

    # What is seen -----------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """Show runs that were started, or started over."""
        for view in self.views:
            view.begin(self.session)
        self.controls.refresh()
        self.draw()

    def draw(self) -> None:
        """Show everything as it is now."""
        said = {place: html for view in self.views for place, html in view.draw(self.session).items()}
        said["day"] = f"{self.session.day:,}"
        said["message"] = self._message
        said["interventions"] = self._interventions()
        number = self.player.drew()
        self._texts.data = {"place": list(said), "html": list(said.values()), "number": [number] * len(said)}

    def say(self, text: str, *, wrong: bool = False) -> None:
        """Put a message on screen, in plain text."""
        self._message = f"<span class='{'wrong' if wrong else 'right'}'>{escape(text)}</span>"
        self.draw()

    def _interventions(self) -> str:
        rows = [
            f"<li>run {name}: day {item}{' (next day)' if item.day == lane.day else ''}</li>"
            for name, lane in self.session.lanes.items()
            for item in lane.scenario.interventions
        ]
        return f"<ul>{''.join(rows[-8:])}</ul>" if rows else "<p class='empty'>None yet.</p>"

    # What is touched --------------------------------------------------------------------------------------------

    def _in_turn(self, act: Callable[..., object]) -> Callable[..., None]:
        """The same, done as soon as nothing else is being done to this window.

        While a day is simulated, beside the server's loop, Panel calls back all the same. To change a run then would
        mix two states, and Bokeh refuses to change a figure; both wait for the document's lock, which a day holds while
        it is simulated and drawn.
        """

        def wait(*arguments: object) -> None:
            if self._document is None:
                act(*arguments)
            else:
                self._document.add_next_tick_callback(partial(act, *arguments))

        return wait

    @property
    def lane(self) -> LaneName:
        """The run that is looked at and changed."""
        return "B" if self.toolbar.lane.value == "B" and self.session.b is not None else "A"

    def _value(self, name: str) -> object:
        return self.session.value_of(name, self.lane)

    @contextmanager
    def _change(self) -> Iterator[Callable[[str], None]]:
        """A change is made within the block, which tells what came of it; one that is refused leaves all as it was.

        It is said last, when the controls show what is so now.
        """
        said: list[str] = []
        wrong = False
        try:
            yield said.append
        except FollowerDynamicsError as error:
            said, wrong = [f"Not changed: {error}."], True
        finally:
            self.controls.refresh()
        self.toolbar.show_waiting(self.session.waiting(self.lane))
        for text in said:
            self.say(text, wrong=wrong)

    def set(self, name: str, value: object) -> None:
        """A slider was moved."""
        with self._change() as told:
            outcome, new = self.session.set(name, value, self.lane), f"{name} = {word(value)}"
            if outcome == "set":
                self.begin()
                told(f"Run {self.lane} starts with {new}.")
            elif outcome == "lever moved":
                told(f"From day {self.session.day} on, run {self.lane} has {new}.")
            else:
                told(f"{new} takes effect after Reset: only levers change during a run.")

    def act(self, act: str, value: str, creators: str) -> None:
        """Something is to be done to creators."""
        with self._change() as told:
            whom = f" @ {creators.replace(' ', '')}" if creators.strip() else ""
            item = parse_intervention(f"{self.session.day} {act}={value.strip()}{whom}")
            done = self.session.intervene(item.lever, item.value, item.creators, self.lane)
            told(f"As day {done.day} begins, in run {self.lane}: {str(done).partition(' ')[2]}.")

    def pick(self, user: int) -> None:
        """A node was clicked: show that user, and the creator if it is one."""
        creator = int(self.session.lanes[self.lane].model.state.users.creator[user])
        self.pick_user.value = user
        if creator >= 0:
            self.pick_creator.value = creator

    def _choices(self) -> None:
        self.pick_user = pn.widgets.IntInput(label="User, by number", value=0, width=130)
        self.pick_creator = pn.widgets.IntInput(label="Creator, by number", value=0, width=150)
        self.colour = pn.widgets.Select(label="Colour of creators", options=["mood", "authenticity"], width=160)
        self.pick_user.param.watch(self._in_turn(self._user_picked), "value")
        self.pick_creator.param.watch(self._in_turn(self._creator_picked), "value")
        self.colour.param.watch(self._in_turn(self._coloured), "value")

    def _user_picked(self, event: Any) -> None:
        if event.new is not None:  # None: the box was emptied
            with self._change():
                self.user.user = self.session.lanes[self.lane].check_user(event.new)
                self.draw()
        self.pick_user.value = self.user.user

    def _creator_picked(self, event: Any) -> None:
        if event.new is not None:
            with self._change():
                self.creator.creator = self.graph.chosen = self.session.lanes[self.lane].check_creator(event.new)
                self.acts.creators.value = str(event.new)
                self.draw()
        self.pick_creator.value = self.creator.creator

    def _coloured(self, event: Any) -> None:
        self.graph.set_colour(event.new)
        self.draw()

    def _wire(self) -> None:
        bar = self.toolbar
        bar.play.on_click(self._in_turn(lambda _: self.play(not self.player.playing)))
        bar.step.on_click(self._in_turn(lambda _: self._stepped()))
        bar.reset.on_click(self._in_turn(lambda _: self._started_over(bar.seed.value)))
        bar.speed.param.watch(lambda event: setattr(self.player, "speed", SPEEDS[event.new]), "value")
        bar.preset.param.watch(self._preset, "value")
        bar.seed.param.watch(self._seed, "value")
        bar.engine.param.watch(self._in_turn(self._engine), "value")
        bar.compare.param.watch(self._in_turn(self._compare), "value")
        bar.lane.param.watch(self._in_turn(lambda _: self._look()), "value")
        bar.downloads(self.session.download, lambda: self.session.to_toml(self.lane))

    def play(self, playing: bool) -> None:
        """Play or pause."""
        self.player.playing = playing
        self.toolbar.show_playing(playing)
        if self._clock is not None and playing != self._clock.running:
            (self._clock.start if playing else self._clock.stop)()

    def _stepped(self) -> None:
        self.play(False)
        self.session.step(1)
        self.draw()

    def _started_over(self, seed: int) -> None:
        self.play(False)
        with self._change() as told:
            self.session.reset(seed=seed)
            self.begin()
            told(f"Started over with seed {seed}, without interventions.")
        self.toolbar.seed.value = self.session.seed

    def _seed(self, event: Any) -> None:
        if event.new is None:  # the box was emptied
            self.toolbar.seed.value = self.session.seed
        elif event.new != self.session.seed:
            self._in_turn(self._started_over)(event.new)

    def _preset(self, event: Any) -> None:
        # Looked at before it waits: the choice also changes with the run looked at, where nothing is to start over.
        if event.new != self.session.lanes[self.lane].scenario.preset:
            self._in_turn(self._use_preset)(event.new)

    def _use_preset(self, name: str) -> None:
        self.play(False)
        with self._change() as told:
            self.session.use_preset(name, self.lane)
            self.begin()
            told(f"Run {self.lane} starts over with the preset {name}.")
        self.toolbar.preset.value = self.session.lanes[self.lane].scenario.preset

    def _engine(self, event: Any) -> None:
        if event.new != self.session.engine:
            with self._change() as told:
                self.session.engine = event.new
                told(f"From now on days are simulated by the engine {event.new}; the history is the same.")
        self.toolbar.engine.value = self.session.engine

    def _compare(self, event: Any) -> None:
        if event.new:
            self.session.compare()
            said = "Run B equals A so far, with the same population and random draws. What you change now changes B."
        else:
            self.session.stop_comparing()
            said = "Run B is gone."
        bar = self.toolbar
        bar.compare.label = "Comparing A and B" if event.new else "Compare: add run B"
        bar.lane.disabled = not event.new
        bar.lane.value = "B" if event.new else "A"
        self._message = said
        self._look()

    def _look(self) -> None:
        """Look at the run that is chosen in the row of buttons."""
        self.graph.lane = self.curves.lane = self.creator.lane = self.user.lane = self.lane
        self.toolbar.preset.value = self.session.lanes[self.lane].scenario.preset
        self.toolbar.show_waiting(self.session.waiting(self.lane))
        self.begin()

    # On the page ------------------------------------------------------------------------------------------------

    def template(self) -> Any:
        """The page for the browser of this window."""
        made = pn.Template((HERE / "page.html").read_text(encoding="utf-8"))
        for name, file in (("style", "page.css"), ("names", "names.js")):
            made.add_variable(name, (HERE / file).read_text(encoding="utf-8"))
        panels = {
            **self.toolbar.roots,
            "controls": self.controls.root,
            "acts": self.acts.root,
            "colour": self.colour,
            "pick_user": self.pick_user,
            "pick_creator": self.pick_creator,
            "ack": pn.pane.Bokeh(self._ack()),
        }
        for view in self.views:
            panels |= {name: pn.pane.Bokeh(root, sizing_mode="stretch_width") for name, root in view.roots.items()}
        for name, root in panels.items():
            made.add_panel(name, root)
        self._document = pn.state.curdoc
        pn.state.onload(self._in_turn(self.begin))
        if pn.state.curdoc is not None:
            pn.state.curdoc.on_session_destroyed(lambda _: self.play(False))
        self._clock = pn.state.add_periodic_callback(self.player.tick, period=TICK, start=False)
        return made

    def _ack(self) -> Any:
        ack = Spinner(value=0, visible=False, low=None, high=None)
        ack.on_change("value", lambda _attr, _old, new: self.player.seen(int(new)))
        self._texts.js_on_change("data", CustomJS(args={"source": self._texts, "ack": ack}, code=SHOW))
        # A source that no figure draws is sent to the browser with what refers to it.
        ack.tags = [self._texts]
        return ack

"""Serving in a thread, so that what the server does counts as covered and can be looked into."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import panel as pn

from simulation.app import serve
from simulation.app.page import Page
from simulation.scenario import Scenario


@dataclass
class Served:
    """Where it is, and the pages made so far: one for each window."""

    address: str = ""
    pages: list[Page] = field(default_factory=list)


@contextmanager
def serving(scenario: Scenario) -> Iterator[Served]:
    """A server in a thread of its own, stopped at the end."""
    found = Served()
    running = threading.Event()
    stop: list[object] = []

    class Kept(Page):
        def __init__(self, *arguments: object, **named: object) -> None:
            super().__init__(*arguments, **named)  # type: ignore[arg-type]
            found.pages.append(self)

    def run() -> None:
        asyncio.set_event_loop(asyncio.new_event_loop())
        before, serve.Page = serve.Page, Kept  # type: ignore[misc]
        server = serve.start(scenario, threads=1, wait=False, said=lambda address: setattr(found, "address", address))
        stop.extend([server, before])
        server.start()
        server.io_loop.add_callback(running.set)
        server.io_loop.start()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert running.wait(60), "the server did not start"
    try:
        yield found
    finally:
        server, serve.Page = stop  # type: ignore[assignment, misc]
        server.io_loop.add_callback(server.stop)  # type: ignore[attr-defined]
        server.io_loop.add_callback(server.io_loop.stop)  # type: ignore[attr-defined]
        thread.join(20)
        pn.state.kill_all_servers()

"""Serving the dashboard to browsers on this machine, and to nobody else."""

import logging
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import panel as pn

from simulation.app.page import Page
from simulation.errors import OutputError
from simulation.scenario import Scenario

ADDRESS = "127.0.0.1"
PARTS = Path(__file__).parent / "parts.css"


def free_port(port: int) -> int:
    """The port itself if it is free; for 0, one that is.

    Raises
    ------
    OutputError
        If it is taken, or not allowed.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((ADDRESS, port))
        except OSError as error:
            raise OutputError(
                f"port {port} of {ADDRESS} cannot be used: {error.strerror or error}; choose another --port, or 0 for "
                "any that is free"
            ) from None
        found: int = tried.getsockname()[1]
        return found


def start(
    scenario: Scenario | None = None,
    *,
    port: int = 0,
    threads: int | None = None,
    show: bool = False,
    wait: bool = True,
    said: Callable[[str], object] = lambda address: None,
) -> Any:
    """Serve until stopped.

    Parameters
    ----------
    scenario, threads
        What every window begins with.
    port
        Of this machine; 0 takes a free one.
    show
        Whether to open a browser.
    wait
        Whether to return only when it is stopped; otherwise a server is returned that still has to be started.
    said
        Called with the address before waiting.

    Raises
    ------
    OutputError
        If the port cannot be used.
    """
    pn.extension(raw_css=[PARTS.read_text(encoding="utf-8")], notifications=False)
    # A window that is closed while it plays is no fault: messages on their way to it are lost, and that is all.
    logging.getLogger("bokeh.server.views.ws").setLevel(logging.ERROR)
    found = free_port(port)
    server = pn.serve(
        lambda: Page(scenario, threads=threads).template(),  # with a session of its own for every window
        address=ADDRESS,
        port=found,
        websocket_origin=[f"{ADDRESS}:{found}", f"localhost:{found}"],
        title="follower-dynamics",
        show=False,
        start=False,
        verbose=False,
        autoreload=False,
    )
    said(f"http://{ADDRESS}:{found}")  # it listens from here on
    if show:
        server.io_loop.add_callback(server.show, "/")
    if wait:
        server.start()
        try:
            server.io_loop.start()
        except KeyboardInterrupt:
            pass
        finally:
            server.stop()
    return server

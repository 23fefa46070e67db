"""The dashboard in a real browser: what a student would do, and pictures of it."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from simulation.app.lane import Lane
from tests.app.serving import Served


class Window:
    """A window of the dashboard; it notes every request and every fault."""

    def __init__(self, browser: Any, address: str, width: int) -> None:
        self.page = browser.new_page(viewport={"width": width, "height": 900}, accept_downloads=True)
        self.page.set_default_timeout(60_000)
        self.requests: list[str] = []
        self.faults: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("websocket", lambda socket: self.requests.append(socket.url))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.goto(address)
        self.wait("document.getElementById('say-graph').textContent.startsWith('Run A')")

    def wait(self, what: str) -> None:
        self.page.wait_for_function(what)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    @property
    def day(self) -> int:
        return int(self.page.inner_text("#say-day").replace(",", ""))

    def play_until(self, day: int) -> None:
        self.press("Play")
        self.wait(f"Number(document.getElementById('say-day').textContent.replace(',', '')) >= {day}")
        self.press("Pause")
        self.page.get_by_role("button", name="Play").wait_for()

    def wait_message(self, words: str) -> None:
        self.wait(f"document.getElementById('say-message').textContent.includes({words!r})")

    def close(self, address: str) -> None:
        """Close it, and check that nothing was fetched from elsewhere and nothing broke."""
        host = address.removeprefix("http://")
        own = (f"http://{host}", f"ws://{host}", "data:", "blob:")
        assert [url for url in self.requests if not url.startswith(own)] == []
        assert self.faults == []
        self.page.close()


@pytest.fixture
def window(served: Served, browser: Any) -> Any:
    found = Window(browser, served.address, 1280)
    yield found
    found.close(served.address)


def test_start_play_change_intervene_compare_download(window: Window, served: Served, pictures: Path) -> None:
    session = served.pages[-1].session
    window.play_until(5)
    assert session.day >= window.day >= 5
    # A lever, with the keyboard.
    slider = window.page.get_by_role("slider", name="popularity bias")
    slider.wait_for()
    slider.focus()
    window.page.keyboard.press("ArrowRight")
    window.wait_message("run A has feed.popularity_bias = 1.05")
    assert session.a.scenario.interventions[0].value == 1.05
    # An act on creators.
    window.press("Do it tomorrow")
    window.wait_message("bought_followers=500 @ 0")
    window.press("Step 1 day")
    window.wait("document.getElementById('say-causes').textContent.includes('by bought (500)')")
    # A second run, and one thing changed in it.
    window.press("Compare")
    window.wait_message("Run B equals A so far")
    window.page.get_by_role("checkbox", name="hide follower counts").check()
    window.wait_message("run B has feed.hide_follower_counts = true")
    window.play_until(session.day + 4)
    assert "run B, day" in window.page.inner_text("#say-versus")
    window.page.screenshot(path=pictures / "compare-1280.png", full_page=True)
    with window.page.expect_download() as waiting:
        window.press("Download run")
    with zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes())) as packed:
        assert {"run-a.toml", "run-b.toml", "run-a/events.parquet", "run-b/daily.parquet"} <= set(packed.namelist())
        assert packed.read("run-b.toml").decode() == session.b.to_toml()  # type: ignore[union-attr]
    with window.page.expect_download() as waiting:
        window.press("Download TOML")
    assert "hide_follower_counts" in Path(waiting.value.path()).read_text()


def test_an_invalid_value_is_said_and_changes_nothing(window: Window, served: Served, pictures: Path) -> None:
    session = served.pages[-1].session
    window.press("Step 1 day")
    window.wait("document.getElementById('say-day').textContent === '1'")
    field = window.page.get_by_role("textbox", name="popularity bias")
    field.fill("7")
    field.press("Enter")
    window.wait_message("Not changed: feed.popularity_bias = 7")
    assert session.a.scenario.interventions == ()
    window.page.screenshot(path=pictures / "invalid-1280.png")


def test_a_value_can_be_chosen_again_after_it_was_put_back(window: Window, served: Served) -> None:
    """For the browser, a slider let go of where it was let go of before has not changed."""
    session = served.pages[-1].session
    field = window.page.get_by_role("textbox", name="popularity bias")
    for _ in range(2):
        window.press("Step 1 day")
        window.wait("document.getElementById('say-day').textContent === '1'")
        field.fill("7")
        field.press("Enter")
        window.wait_message("feed.popularity_bias = 7")
        window.page.get_by_role("slider", name="popularity bias").press("ArrowRight")
        window.wait_message("From day 1 on, run A has feed.popularity_bias = 1.05")
        assert [item.value for item in session.a.scenario.interventions] == [1.05]
        window.press("Reset")
        window.wait_message("Started over")
        assert field.input_value() == "1"


def test_time_is_kept_by_keyboard_alone(window: Window, pictures: Path) -> None:
    """A button that is given another label keeps the focus, which is seen."""
    focused = """() => {
      let at = document.activeElement
      while (at.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
      return [at.innerText, getComputedStyle(at).outlineStyle]
    }"""
    keys = window.page.keyboard
    keys.press("Tab")
    keys.press("Tab")
    for shown in ("⏸ Pause", "▶ Play"):
        keys.press("Space")
        window.page.wait_for_function(f"({focused})()[0] === {shown!r}")
    assert window.page.evaluate(focused) == ["▶ Play", "solid"]
    window.page.screenshot(path=pictures / "focus-1280.png")
    day = window.day
    keys.press("Tab")
    keys.press("Enter")
    window.wait(f"document.getElementById('say-day').textContent === '{day + 1}'")
    keys.press("Tab")
    assert window.page.evaluate(focused) == ["Reset", "solid"]
    keys.press("Enter")
    window.wait("document.getElementById('say-day').textContent === '0'")


def test_an_emptied_box_shows_the_value_that_holds(window: Window, served: Served) -> None:
    for name, holds in (("popularity bias", "1"), ("session cap", "60")):
        field = window.page.get_by_role("textbox", name=name)
        field.fill("")
        field.press("Enter")
        field.evaluate(
            "(box, holds) => new Promise(done => setInterval(() => box.value === holds && done(), 20))", holds
        )
    seed = window.page.get_by_label("Seed")
    seed.fill("")
    seed.press("Enter")
    seed.evaluate("box => new Promise(done => setInterval(() => box.value === '0' && done(), 20))")
    assert served.pages[-1].session.day == 0
    assert window.page.inner_text("#say-message").startswith("Press Play")


def test_changes_while_it_plays_are_made_between_days(
    window: Window, served: Served, caplog: pytest.LogCaptureFixture
) -> None:
    """Days run outside the server's loop: nothing may be changed, drawn or taken away in the middle of one."""
    session = served.pages[-1].session
    window.press("Play")
    for k in range(4):
        window.page.get_by_label("Value").fill(str(10 + k))
        window.press("Do it tomorrow")
        window.wait_message(f"bought_followers={10 + k} @ 0")
        window.press("Compar")
        window.wait_message("Run B is gone" if k % 2 else "Run B equals A")
        window.page.get_by_label("Colour of creators").select_option("authenticity" if k % 2 else "mood")
    window.press("Compare")
    window.wait_message("Run B equals A")
    with window.page.expect_download() as waiting:
        window.press("Download run")
    with zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes())) as packed:
        tables = [pq.read_table(io.BytesIO(packed.read(f"run-{name}/daily.parquet"))) for name in "ab"]
    window.press("Pause")
    window.page.get_by_role("button", name="Play").wait_for()
    assert tables[0].equals(tables[1])
    assert session.b is not None
    assert session.b.scenario.interventions == session.a.scenario.interventions
    assert [item.value for item in session.a.scenario.interventions] == [10, 12]  # the others went to a B that is gone
    again = Lane(session.a.scenario, engine="compiled", threads=1)
    again.step(session.day)
    for lane in session.lanes.values():
        assert np.array_equal(lane.history.total("follows"), again.history.total("follows"))
    assert [record.getMessage() for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}] == []


def test_windows_are_independent(window: Window, served: Served, browser: Any) -> None:
    other = Window(browser, served.address, 1280)
    other.press("Step 1 day")
    other.wait("document.getElementById('say-day').textContent === '1'")
    assert window.day == 0
    assert [page.session.day for page in served.pages[-2:]] == [0, 1]
    other.close(served.address)


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_sticks_out(served: Served, browser: Any, pictures: Path, width: int) -> None:
    window = Window(browser, served.address, width)
    window.play_until(3)
    window.page.screenshot(path=pictures / f"page-{width}.png", full_page=True)
    assert window.page.evaluate("document.documentElement.scrollWidth") == width
    headings = [heading.inner_text() for heading in window.page.get_by_role("heading", level=2).all()]
    assert headings[:2] == ["Parameters", "Social graph"]
    # Every figure has words that say what it shows, for who cannot see it.
    for card in window.page.locator("section[aria-describedby]").all():
        assert len(window.page.inner_text(f"#{card.get_attribute('aria-describedby')}")) > 20
    window.close(served.address)

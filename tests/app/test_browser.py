"""The dashboard in a real browser: what a student would do, and pictures of it."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

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
    assert session.a.inputs.interventions[0].value == 1.05
    # An act on creators.
    window.press("Do it tomorrow")
    window.wait_message("bought_followers=500 @ 0")
    window.press("Step 1 day")
    window.wait("document.getElementById('say-causes').textContent.includes('by bought (500)')")
    # A second run, and one thing changed in it.
    window.press("Compare")
    window.wait_message("Run B is the same as A so far")
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
    assert session.a.inputs.interventions == ()
    window.page.screenshot(path=pictures / "invalid-1280.png")


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

"""One person at one device: a browser context of their own, whose complaints are remembered.

Scripts reach the page over DevTools, because the page's own policy lets in nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, Response, expect

from tests.e2e.desk import CA_PASSWORD, PASSWORD, Desk

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 820, "height": 1180}
LANDSCAPE = {"width": 1180, "height": 820}
DEVICES: Mapping[str, Mapping[str, int]] = {"phone": PHONE, "tablet": TABLET, "landscape": LANDSCAPE}

DEAF_MS = 550

_WORKER_AT_ONCE = (
    "addEventListener('load', () => void navigator.serviceWorker?.register('/sw.js').catch(() => undefined))"
)
"""The app waits five seconds, as test_the_app_keeps_its_word.py sees. A worker that starts in the midst of a test's
steps has kept the browser's driver waiting without end, once in a whole run."""

_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("CSP", event.violatedDirective, event.blockedURI, event.sample));
"""


class Visitor:
    """Opens the app as a person does: addresses, taps, words on the screen."""

    def __init__(self, browser: Browser, base_url: str, device: Mapping[str, int], **options: Any) -> None:
        self.base_url = base_url
        self.complaints: list[str] = []
        self.requests: list[Request] = []
        self.answers: list[Response] = []
        self.taps = 0
        self.context: BrowserContext = browser.new_context(
            viewport={"width": device["width"], "height": device["height"]},
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            has_touch=True,
            base_url=base_url,
            **options,
        )
        self.context.set_default_timeout(15_000)
        self.context.add_init_script(_TELL_VIOLATIONS)
        self.context.add_init_script(_WORKER_AT_ONCE)
        self.page = self.opens_a_page()

    def opens_a_page(self) -> Page:
        page = self.context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("request", lambda request: self.requests.append(request))
        page.on("response", lambda answer: self.answers.append(answer))
        self.page = page
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        # An answer of 4xx is the server's "no", which the screen puts into words; the browser logs it in any case.
        # What the network itself refuses while there is none is no complaint either.
        expected = message.text.startswith(("Failed to load resource", "WebSocket connection to"))
        if message.type == "error" and not expected:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def is_logged_in_as(self, desk: Desk) -> Visitor:
        """With the session of that desk, as if they had logged in on this device before."""
        self.context.add_cookies(desk.cookies)  # type: ignore[arg-type]
        return self

    def logs_in(self, username: str, password: str = PASSWORD) -> None:
        self.goes("/")
        self.page.get_by_label("Tên đăng nhập").fill(username)
        self.tap(self.button("Tiếp tục"))
        self.page.get_by_label("Mật khẩu", exact=True).fill(password)
        self.tap(self.button("Đăng nhập"))

    def goes(self, path: str) -> None:
        self.page.goto(path, wait_until="load")

    def button(self, name: Any) -> Locator:
        return self.page.get_by_role("button", name=name)

    def link(self, name: Any) -> Locator:
        return self.page.get_by_role("link", name=name)

    def tap(self, target: Locator) -> None:
        """One tap, counted."""
        self.taps += 1
        expect(target).to_be_enabled()
        target.click()

    def taps_once_awake(self, target: Locator) -> None:
        """A commit button in a sheet is deaf for its first half second, so that no tap meant for the screen
        below counts.
        """
        expect(target).to_be_visible()
        self.page.wait_for_timeout(DEAF_MS)
        self.tap(target)

    def opens(self, words: str) -> None:
        """Tap the line of a list in which these words stand."""
        self.tap(self.row(words).get_by_role("link").first)

    def sees(self, words: Any, timeout_ms: float = 15_000) -> None:
        expect(self.page.get_by_text(words).first).to_be_visible(timeout=timeout_ms)

    def sees_title(self, words: Any, timeout_ms: float = 15_000) -> Locator:
        title = self.page.get_by_role("heading", level=1, name=words)
        expect(title).to_be_visible(timeout=timeout_ms)
        return title

    def row(self, words: str) -> Locator:
        """A line of a list, by something written in it."""
        return self.page.locator("[data-active-pane] li, .pane-list li").filter(has_text=words).first

    def types_ca_password(self, password: str = CA_PASSWORD) -> None:
        self.page.get_by_label("Mật khẩu CTS", exact=True).fill(password)

    def offline(self) -> None:
        """In a cellar, some time after the screen came: what follows the first paint is there."""
        self.page.wait_for_load_state("networkidle")
        self.context.set_offline(True)

    def online_again(self) -> None:
        self.context.set_offline(False)

    def leaves(self) -> None:
        self.context.close()

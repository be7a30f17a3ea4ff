"""The phone beside the device: the sandbox's page in a browser context of its own, as the CA's app in another
pocket.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, expect

from tests.support.servers import Sandbox, eventually


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One person as the CA knows them."""

    username: str
    """In the app."""
    name: str
    provider: str
    login: str
    """At the CA."""


CHIEF = Subscriber("1990001.02", "Phạm Quốc Đỉnh", "vnpt", "031085000012")
DEPUTY = Subscriber("1990001.03", "Đỗ Thu Hường", "vnpt", "031188000013")
HOLDER = Subscriber("1990001.04", "Nguyễn Hữu Khải", "vnpt", "031075000014")
DELEGATE = Subscriber("1990001.05", "Vũ Thị Ánh Tuyết", "viettel", "CMT_031178000015")
MAKER, OFFICER = "1990001.01", "0064.01"


class PhoneApp:
    """What people do on the phone's own screen."""

    def __init__(self, browser: Browser, sandbox: Sandbox, person: Subscriber) -> None:
        self._context = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
        self._page = self._context.new_page()
        self._url = f"{sandbox.url}/phone/{person.provider}/{person.login}"
        self._sandbox, self._login = sandbox, person.login

    @property
    def text(self) -> str:
        """What the app shows about the newest request that waits."""
        eventually(lambda: self._sandbox.waiting(self._login), what=f"a prompt for {self._login}")
        self._page.goto(self._url)
        return self._page.locator(".card").last.inner_text()

    def approves(self) -> None:
        self._answers("Xác nhận ký")

    def refuses(self) -> None:
        self._answers("Từ chối")

    def _answers(self, button: str) -> None:
        _ = self.text
        self._page.get_by_role("button", name=button).last.click()
        expect(self._page.get_by_text("Gần đây")).to_be_visible()

    def shows(self, look: Callable[[Page], None]) -> None:
        """Hands over the page with the request on it."""
        _ = self.text
        look(self._page)

    def close(self) -> None:
        self._context.close()

"""One installation and one Chromium for all browser tests of this session. Everything is real: server, worker,
CA, phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.conftest import FoundedOn
from tests.e2e.desk import Desk
from tests.e2e.phones import PhoneApp, Subscriber
from tests.e2e.visitor import PHONE, Visitor
from tests.support.servers import ROOT, Instance, Redis, Sandbox, closing, program

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
    # The first two draw the address bar's suggestions anew for every device that a test opens: half a second of a
    # processor for what nobody sees. The others Playwright switches off itself, and only the last such list counts.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,AvoidUnnecessaryBeforeUnloadCheckSync,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,DestroyProfileOnBrowserClose,LensOverlay,MediaRouter,PaintHolding,"
    "OptimizationHints,ThirdPartyStoragePartitioning,NetworkTimeServiceQuerying,PreconnectToSearch",
)


# Two test processes share two cores: patience costs nothing when all is well.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not (ROOT / "pwa/dist/index.html").exists():
        pytest.fail("the app is not built: make setup")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="package")
def installation(founded_on: FoundedOn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """Web and worker over SQLite with the demo world."""
    with closing(founded_on("sqlite", tmp_path_factory.mktemp("e2e"))) as made:
        made.web()
        made.worker()
        yield made


@pytest.fixture(scope="package")
def grown(founded_on: FoundedOn, redis_server: Redis, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """The same world over PostgreSQL, knocks carried by Redis."""
    with closing(founded_on("postgresql", tmp_path_factory.mktemp("grown"), redis_server.url)) as made:
        made.web()
        made.worker()
        yield made


@pytest.fixture(scope="package")
def desk(installation: Instance) -> Callable[[str], Desk]:
    """The desk of a demo person by user name; one log-in for the whole session."""
    return cache(lambda username: Desk(installation.base_url, username))


@pytest.fixture
def visit(browser: Browser, installation: Instance) -> Iterator[Callable[..., Visitor]]:
    """Opens a device; what any of them complained about fails the test at its end."""
    opened: list[Visitor] = []

    def visit(device: Mapping[str, int] = PHONE, base_url: str | None = None, **options: Any) -> Visitor:
        opened.append(Visitor(browser, base_url or installation.base_url, device, **options))
        return opened[-1]

    yield visit
    for visitor in opened:
        visitor.leaves()
    assert [complaint for visitor in opened for complaint in visitor.complaints] == []


@pytest.fixture(autouse=True)
def no_request_is_left_for_the_next(sandbox_ca: Sandbox) -> Iterator[None]:
    """A phone shows its newest request; one that an earlier test left waiting must not be taken for it."""
    yield
    sandbox_ca.forgets()


@pytest.fixture
def phone_of(browser: Browser, sandbox_ca: Sandbox) -> Iterator[Callable[[Subscriber], PhoneApp]]:
    """The phone of a subscriber, in a context of its own."""
    opened: list[PhoneApp] = []

    def phone_of(person: Subscriber) -> PhoneApp:
        opened.append(PhoneApp(browser, sandbox_ca, person))
        return opened[-1]

    yield phone_of
    for phone in opened:
        phone.close()


@pytest.fixture(scope="session")
def pictures() -> Path:
    return ROOT / "docs" / "pictures"

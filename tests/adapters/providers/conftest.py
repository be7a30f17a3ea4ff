"""The sandbox CA, the house that speaks to it, and a server that lies."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256

import pytest

from backend.adapters import providers
from backend.domain.providers import ProviderSession, Secret, SigningItem
from backend.services.ports import SigningProvider
from tests.adapters.providers.house import House, Sandbox, StoppedClock, a_sandbox
from tests.adapters.providers.liar import Key, Liar
from tests.adapters.providers.profile import PROFILES, Profile


@pytest.fixture(autouse=True)
def nothing_is_swept_inside_a_deep_answer() -> Iterator[None]:
    """Brackets within brackets end where no call goes deeper: what is swept away there cannot say goodbye, and pytest
    takes that for a fault of the test.
    """
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with a_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def house_of(sandbox: Sandbox, clock: StoppedClock) -> Iterator[Callable[[Profile | str], House]]:
    """The house at one CA, by profile or by its name."""
    by_name = {profile.name: profile for profile in PROFILES}
    yield lambda wanted: House(wanted if isinstance(wanted, Profile) else by_name[wanted], sandbox, clock)
    sandbox.forgets_its_faults()


@pytest.fixture
def house(request: pytest.FixtureRequest, house_of: Callable[[Profile], House]) -> House:
    """The house at the CA that the test's case names."""
    return house_of(request.param)


@pytest.fixture
def viettel(house_of: Callable[[str], House]) -> House:
    return house_of("viettel")


@pytest.fixture
def vnpt(house_of: Callable[[str], House]) -> House:
    return house_of("vnpt")


@pytest.fixture
def liar() -> Iterator[Liar]:
    server = Liar()
    yield server
    server.close()


@pytest.fixture(scope="session")
def key() -> Key:
    return Key()


@pytest.fixture
def speaks(liar: Liar, clock: StoppedClock) -> Callable[..., SigningProvider]:
    """The adapter of a provider with the liar behind it."""

    def speak(slug: str, **settings: str) -> SigningProvider:
        return providers.load_all({"PROVIDERS": slug, f"{slug.upper()}_BASE_URL": liar.url, **settings}, clock)[slug]

    return speak


@pytest.fixture
def session(clock: StoppedClock) -> ProviderSession:
    return ProviderSession("CMT_001190012345", Secret("a-token"), clock.now() + timedelta(hours=1))


@pytest.fixture
def pair() -> tuple[SigningItem, SigningItem]:
    return two_items()


def two_items() -> tuple[SigningItem, SigningItem]:
    return (
        SigningItem("PC0001", sha256(b"KBNN voucher 0001").digest(), "Giấy rút dự toán PC0001"),
        SigningItem("PC0002", sha256(b"KBNN voucher 0002").digest(), "Ủy nhiệm chi PC0002 – 5.000.000 đ"),
    )

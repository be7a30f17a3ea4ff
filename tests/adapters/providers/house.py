"""The house whose vouchers are signed: a provider's real adapter, the sandbox CA behind it over TCP, its people."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
import time
import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests

from backend.adapters import providers
from backend.domain.providers import (
    Concluded,
    OpenTransaction,
    Outcome,
    Pending,
    PollResult,
    ProviderSession,
    RemoteCertificate,
    Secret,
    SignatureRequest,
    SigningItem,
    Submission,
    Submitted,
)
from backend.services.ports import SigningProvider
from tests.adapters.providers.profile import PASSWORD, PROFILES, Profile
from tests.support import foundations
from tests.support.keys import next_key
from tests.support.servers import free_port

ROOT = Path(__file__).parents[3]
DEADLINE_S = 60.0
SHORT_S = "0.25"
"""A total deadline that a fault of ``LONG_S`` always exceeds."""
LONG_S = 5.0


class StoppedClock:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


def eventually(question: Callable[[], Any]) -> Any:
    """The first true answer; asked again and again until the deadline."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        threading.Event().wait(0.02)
    raise AssertionError("it never happened")


@dataclass(frozen=True)
class Person:
    login: str
    password: Secret
    certificate: bytes


class Sandbox:
    """The sandbox CA's process and the levers beside it."""

    def __init__(self, port: int, door: int = 0) -> None:
        self.port = port
        self.door = door
        """Port at which every CA may knock; nobody listens there unless a test opens the door."""
        self.url = f"http://127.0.0.1:{port}"
        self.numbers = itertools.count(1)
        self.regulars: dict[str, Person] = {}
        self._http = requests.Session()

    def tell(self, path: str, **body: object) -> Any:
        answer = self._http.post(f"{self.url}/_control/{path}", json=body, timeout=DEADLINE_S)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, path: str, **question: str) -> Any:
        return self._http.get(f"{self.url}/{path}", params=question, timeout=DEADLINE_S).json()

    def forgets_its_faults(self) -> None:
        assert self._http.delete(f"{self.url}/_control/faults", timeout=DEADLINE_S).status_code == 200


@contextmanager
def a_sandbox(folder: Path, **env: str) -> Iterator[Sandbox]:
    """A sandbox process of our own on a free port; without random faults unless ``env`` asks for them."""
    port, door = free_port(), free_port()
    webhooks = {profile.webhook: f"http://127.0.0.1:{door}/knock" for profile in PROFILES if profile.webhook}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    clean |= {"SANDBOX_FAULT_RATE": "0", "SANDBOX_LATENCY": "0"}
    clean |= {"SANDBOX_PORT": str(port), "DATA_DIR": str(folder), **webhooks, **env}
    foundations.lay(folder)
    with subprocess.Popen([sys.executable, "-m", "backend.sandbox"], cwd=ROOT, env=clean) as process:
        try:
            eventually(lambda: process.poll() is None and _answers(port))
            foundations.keep(folder)
            yield Sandbox(port, door)
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/_control/health", timeout=5).status_code == 200
    except requests.RequestException:
        return False


@dataclass
class House:
    """One provider profile as our house uses it, with the sandbox behind it."""

    profile: Profile
    sandbox: Sandbox
    clock: StoppedClock
    total_s: str = "20"
    settings: dict[str, str] = field(default_factory=dict)
    _made: dict[str, SigningProvider] = field(default_factory=dict)
    _met: dict[str, str] = field(default_factory=dict)
    """When by login, by the CA's clock."""

    @property
    def slug(self) -> str:
        return self.profile.slug

    @property
    def provider(self) -> SigningProvider:
        """The adapter under the present settings."""
        total = {f"{self.slug.upper()}_TOTAL_TIMEOUT_S": self.total_s}
        wanted = {**self.profile.settings_at(self.sandbox.url), **total, **self.settings}
        key = repr(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = providers.load_all(wanted, self.clock)[self.slug]
        return self._made[key]

    def person(self) -> Person:
        """A person this CA has known for long. Nothing that happens to them may outlive the test."""
        known = self._regular(self.profile.name)
        self._met.setdefault(known.login, self.sandbox.ask("_control/health")["now"])
        return known

    def neighbour(self) -> Person:
        """Somebody else this CA has known for long, with another key."""
        return self._regular(f"neighbour at {self.profile.name}")

    def _regular(self, name: str) -> Person:
        if name not in self.sandbox.regulars:
            self.sandbox.regulars[name] = self.newcomer(key_pem=None)
        return self.sandbox.regulars[name]

    def newcomer(self, **facts: object) -> Person:
        """Somebody enrolled for this test alone, who may be locked, revoked or suspended."""
        number = next(self.sandbox.numbers)
        login = self.profile.login(number)
        told = self.sandbox.tell(
            "subscribers",
            **{
                "provider": self.profile.sandbox_provider,
                "uid": login,
                "password": PASSWORD,
                "full_name": "Nguyễn Thị Ánh",
                "id_number": f"{number:012d}",
                "key_pem": next_key(),
                **self.profile.enrolment,
                **facts,
            },
        )
        return Person(login, Secret(PASSWORD), b64decode(told["certificate_der_b64"]))

    def about(self, person: Person, what: str, **facts: object) -> Any:
        """A lever for one person: ``revoke``, ``credentials`` …"""
        return self.sandbox.tell(f"subscribers/{self.profile.sandbox_provider}/{person.login}/{what}", **facts)

    def breaks(self, person: Person, at: str, kind: str, **more: object) -> None:
        """Stage one fault for this person."""
        wish = {"times": 1, "seconds": LONG_S, **more}
        self.sandbox.tell("faults", provider=self.profile.sandbox_provider, uid=person.login, at=at, kind=kind, **wish)

    def decides(self, person: Person, decide: str, after_ms: int = 0) -> None:
        """What the person does with the next requests without being told again."""
        self.sandbox.tell(
            "policy", provider=self.profile.sandbox_provider, uid=person.login, decide=decide, after_ms=after_ms
        )

    def signs_in(self, person: Person) -> ProviderSession:
        session = self.opens(person)
        assert isinstance(session, ProviderSession), session
        return session

    def opens(self, person: Person) -> object:
        """What the sign-in comes to."""
        password = person.password if self.provider.descriptor.needs_password else None
        return self.provider.open_session(person.login, password)

    def certificate(self, person: Person, session: ProviderSession) -> RemoteCertificate:
        found = self.provider.list_certificates(session)
        assert not hasattr(found, "kind"), found
        return next(each for each in found if each.der == person.certificate)

    def a_request(
        self, person: Person, session: ProviderSession, *items: SigningItem, summary: str = "Ký", **more: Any
    ) -> SignatureRequest:
        chosen = self.certificate(person, session)
        request = SignatureRequest(str(uuid.uuid4()), person.login, chosen, items or some_items(2), summary, None)
        return replace(request, **more)

    def asks(self, person: Person, session: ProviderSession, *items: SigningItem, summary: str = "Ký") -> Submission:
        return self.provider.request_signature(session, self.a_request(person, session, *items, summary=summary))

    def waits_for_the_phone(
        self, person: Person, session: ProviderSession, *items: SigningItem, **more: Any
    ) -> OpenTransaction:
        """A request that has reached the phone. Not where the CA answers only after the person decided."""
        request = self.a_request(person, session, *items, **more)
        submitted = self.provider.request_signature(session, request)
        assert isinstance(submitted, Submitted), submitted
        return opened(request, submitted.vendor_id)

    def phone(self, transaction: OpenTransaction, move: str, **more: object) -> None:
        """The person's thumb, or the CA's clock; ``revoke-then-approve`` ends the certificate first."""
        self._move(transaction.login, self.prompt(transaction)["id"], move, **more)

    def _move(self, login: str, id_: str, move: str, **more: object) -> None:
        if move == "revoke-then-approve":
            self.sandbox.tell(f"subscribers/{self.profile.sandbox_provider}/{login}/revoke")
            move = "approve"
        self.sandbox.tell(f"transactions/{id_}/{move}", **more)

    def prompt(self, transaction: OpenTransaction) -> dict[str, Any]:
        """What the CA knows of this transaction, by its digests."""
        return self.prompt_for(transaction.login, transaction.digests)

    def prompt_for(self, login: str, digests: tuple[bytes, ...]) -> dict[str, Any]:
        wanted = [b64encode(each).decode() for each in digests]
        found = [each for each in self.on_the_phone(login) if each["digests"] == wanted]
        assert found, "the CA knows of no such request"
        return found[-1]

    def on_the_phone(self, login: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.sandbox.ask("_control/transactions", uid=login)
        return found

    def result(self, session: ProviderSession, transaction: OpenTransaction) -> PollResult:
        """The first answer that is not "still waiting"."""

        def settled() -> PollResult | None:
            answer = self.provider.poll(session, transaction)
            return None if isinstance(answer, Pending) else answer

        return eventually(settled)  # type: ignore[no-any-return]

    def ends(
        self, person: Person, session: ProviderSession, move: str, *items: SigningItem, **more: object
    ) -> tuple[PollResult | Outcome, OpenTransaction]:
        """Ask, let the person or the CA do ``move``, and learn the result, whichever way this CA tells it."""
        if self.provider.descriptor.asks_while_sending:
            return self._ends_while_sending(person, session, move, *items, **more)
        transaction = self.waits_for_the_phone(person, session, *items)
        self.phone(transaction, move, **more)
        return self.result(session, transaction), transaction

    def _ends_while_sending(
        self, person: Person, session: ProviderSession, move: str, *items: SigningItem, **more: object
    ) -> tuple[Outcome, OpenTransaction]:
        request = self.a_request(person, session, *items)
        with self._thumb(request, move, **more):
            submission = self.provider.request_signature(session, request)
        assert isinstance(submission, Concluded), submission
        return submission.outcome, opened(request, "")

    @contextmanager
    def _thumb(self, request: SignatureRequest, move: str, **more: object) -> Iterator[None]:
        """Moves on the phone as soon as it rings, while the call that rang it still waits."""
        digests = tuple(item.digest for item in request.items)

        def press() -> None:
            wanted = [b64encode(each).decode() for each in digests]
            rung = eventually(lambda: [each for each in self.on_the_phone(request.login) if each["digests"] == wanted])
            self._move(request.login, rung[-1]["id"], move, **more)

        thumb = threading.Thread(target=press)
        thumb.start()
        yield
        thumb.join()

    def ledger(self, digests: tuple[bytes, ...]) -> tuple[int, int]:
        """Prompts shown and signatures made for the first of these digests."""
        told = self.sandbox.ask("_ledger", digest=b64encode(digests[0]).decode())
        return len(told["prompts"]), len(told["signatures"])

    def times_asked(self, person: Person, step: str) -> int:
        """How often the CA heard this call for this person since the test met them."""
        told = self.sandbox.ask("_ledger", uid=person.login, after=self._met.get(person.login, ""), kind="requests")
        return [entry["step"] for entry in told["requests"]].count(step)


def opened(request: SignatureRequest, vendor_id: str) -> OpenTransaction:
    """What our database would keep of a request."""
    digests = tuple(item.digest for item in request.items)
    return OpenTransaction(request.reference, vendor_id, request.login, request.certificate.der, digests)


def some_items(count: int) -> tuple[SigningItem, ...]:
    """Documents nobody has seen before."""
    return tuple(
        SigningItem(f"PC{number:04d}", os.urandom(32), f"Giấy rút dự toán PC{number:04d}")
        for number in range(1, count + 1)
    )

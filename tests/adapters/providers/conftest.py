"""People with certificates at the sandbox CA, the real adapters that speak to it over TCP, and a server that lies."""

from __future__ import annotations

import itertools
import os
import socket
import socketserver
import subprocess
import sys
import threading
import time
import uuid
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.x509.oid import NameOID

from backend.adapters import providers
from backend.domain.providers import (
    OpenTransaction,
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

ROOT = Path(__file__).parents[3]
PASSWORD = "Mật-khẩu&=đúng 1"
DEADLINE_S = 30.0


class StoppedClock:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


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

    def __init__(self, port: int) -> None:
        self.port = port
        self._numbers = itertools.count(1)

    def tell(self, path: str, **body: object) -> Any:
        answer = requests.post(f"http://127.0.0.1:{self.port}/_control/{path}", json=body, timeout=DEADLINE_S)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def ask(self, path: str) -> Any:
        return requests.get(f"http://127.0.0.1:{self.port}/{path}", timeout=DEADLINE_S).json()

    def enrols(self, provider: str) -> Person:
        login = f"CMT_{next(self._numbers):012d}"
        told = self.tell(
            "subscribers",
            provider=provider,
            uid=login,
            password=PASSWORD,
            full_name="Nguyễn Thị Ánh",
            id_number=login[4:],
        )
        return Person(login, Secret(PASSWORD), b64decode(told["certificate_der_b64"]))

    def fails(self, person: Person, provider: str, at: str, kind: str, seconds: float = 3.0) -> None:
        self.tell("faults", provider=provider, uid=person.login, at=at, kind=kind, times=1, seconds=seconds)

    def phone(self, vendor_id: str, move: str, **more: object) -> None:
        self.tell(f"transactions/{vendor_id}/{move}", **more)

    def on_the_phone(self, person: Person) -> list[dict[str, Any]]:
        return [each for each in self.ask("_control/transactions") if each["uid"] == person.login]

    def ledger(self, person: Person) -> Any:
        return requests.get(
            f"http://127.0.0.1:{self.port}/_ledger", params={"uid": person.login}, timeout=DEADLINE_S
        ).json()

    def times_asked(self, person: Person, step: str) -> int:
        return sum(entry["step"] == step for entry in self.ledger(person)["requests"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    port = free_port()
    env = {name: value for name, value in os.environ.items() if not name.startswith("SANDBOX_")}
    env |= {"SANDBOX_PORT": str(port), "DATA_DIR": str(tmp_path_factory.mktemp("sandbox"))}
    with subprocess.Popen([sys.executable, "-m", "backend.sandbox"], cwd=ROOT, env=env) as process:
        running = Sandbox(port)
        try:
            eventually(lambda: process.poll() is None and _answers(port))
            yield running
        finally:
            process.terminate()


def _answers(port: int) -> bool:
    try:
        return requests.get(f"http://127.0.0.1:{port}/_control/health", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


@dataclass
class House:
    """One provider as our house uses it, with the sandbox behind it."""

    slug: str
    sandbox: Sandbox
    clock: StoppedClock
    total_s: str = "20"
    settings: dict[str, str] = field(default_factory=dict)

    @property
    def provider(self) -> SigningProvider:
        prefix = self.slug.upper()
        settings = {
            "PROVIDERS": self.slug,
            f"{prefix}_BASE_URL": f"http://127.0.0.1:{self.sandbox.port}/{self.slug}",
            f"{prefix}_TOTAL_TIMEOUT_S": self.total_s,
            **self.settings,
        }
        return providers.load_all(settings, self.clock)[self.slug]

    def person(self) -> Person:
        return self.sandbox.enrols(self.slug)

    def breaks(self, person: Person, at: str, kind: str, seconds: float = 3.0) -> None:
        self.sandbox.fails(person, self.slug, at, kind, seconds)

    def signs_in(self, person: Person) -> ProviderSession:
        password = person.password if self.provider.descriptor.needs_password else None
        session = self.provider.open_session(person.login, password)
        assert isinstance(session, ProviderSession), session
        return session

    def asks(self, person: Person, session: ProviderSession, *items: SigningItem, summary: str = "Ký") -> Submission:
        return self.provider.request_signature(session, a_request(self, person, session, items, summary))

    def waits_for_the_phone(self, person: Person, session: ProviderSession, *items: SigningItem) -> OpenTransaction:
        request = a_request(self, person, session, items or two_items(), "Ký 2 chứng từ")
        submitted = self.provider.request_signature(session, request)
        assert isinstance(submitted, Submitted), submitted
        return OpenTransaction(
            request.reference,
            submitted.vendor_id,
            person.login,
            person.certificate,
            tuple(item.digest for item in request.items),
        )

    def result(self, session: ProviderSession, transaction: OpenTransaction) -> PollResult:
        def settled() -> PollResult | None:
            answer = self.provider.poll(session, transaction)
            return None if isinstance(answer, Pending) else answer

        return eventually(settled)  # type: ignore[no-any-return]


def a_request(
    house: House, person: Person, session: ProviderSession, items: tuple[SigningItem, ...], summary: str
) -> SignatureRequest:
    found = house.provider.list_certificates(session)
    assert not hasattr(found, "kind"), found
    chosen: RemoteCertificate = next(each for each in found if each.der == person.certificate)
    return SignatureRequest(str(uuid.uuid4()), person.login, chosen, items, summary, None)


def two_items() -> tuple[SigningItem, SigningItem]:
    return (
        SigningItem("PC0001", sha256(b"KBNN voucher 0001").digest(), "Giấy rút dự toán PC0001"),
        SigningItem("PC0002", sha256(b"KBNN voucher 0002").digest(), "Ủy nhiệm chi PC0002 – 5.000.000 đ"),
    )


@pytest.fixture(params=["viettel", "vnpt"])
def house(request: pytest.FixtureRequest, sandbox: Sandbox, clock: StoppedClock) -> House:
    return House(request.param, sandbox, clock)


@pytest.fixture
def viettel(sandbox: Sandbox, clock: StoppedClock) -> House:
    return House("viettel", sandbox, clock)


@pytest.fixture
def vnpt(sandbox: Sandbox, clock: StoppedClock) -> House:
    return House("vnpt", sandbox, clock)


class Liar:
    """A server that answers each request with the next prepared bytes, then hangs up. Remembers what it was sent."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self._script: list[Callable[[socket.socket], None]] = []
        liar = self

        class _Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                liar.heard.append(_whole_request(self.request))
                liar._script.pop(0)(self.request)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def will_say(self, body: str | bytes, status: int = 200, headers: str = "") -> None:
        content = body.encode() if isinstance(body, str) else body
        head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\nConnection: close\r\n{headers}\r\n"
        self.will_send(head.encode() + content)

    def will_send(self, raw: bytes) -> None:
        self._script.append(lambda connection: connection.sendall(raw))

    def will_drip(self, raw: bytes, pause_s: float) -> None:
        self._script.append(lambda connection: _drip(connection, raw, pause_s))

    def will_say_late(self, raw: bytes, after_s: float) -> None:
        self._script.append(lambda connection: _late(connection, raw, after_s))

    def forget(self) -> None:
        self._script.clear()
        self.heard.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _drip(connection: socket.socket, raw: bytes, pause_s: float) -> None:
    try:
        for sign in raw:
            connection.sendall(bytes([sign]))
            threading.Event().wait(pause_s)
    except OSError:
        return  # The other side had enough, which is the point.


def _late(connection: socket.socket, raw: bytes, after_s: float) -> None:
    threading.Event().wait(after_s)
    try:
        connection.sendall(raw)
    except OSError:
        return  # The other side had enough, which is the point.


def _whole_request(connection: socket.socket) -> bytes:
    heard = b""
    while b"\r\n\r\n" not in heard:
        heard += connection.recv(65536)
    head, _, body = heard.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def liar() -> Iterator[Liar]:
    server = Liar()
    yield server
    server.close()


class Key:
    """A person's key and certificate, made here, for answers the sandbox would never give."""

    def __init__(self, bits: int = 2048, address: str = "192.0.2.1") -> None:
        self.private = rsa.generate_private_key(65537, bits)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
        moment = datetime.now(UTC)
        self.certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.private.public_key())
            .serial_number(7)
            .not_valid_before(moment - timedelta(days=1))
            .not_valid_after(moment + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
            .sign(self.private, hashes.SHA256())
        )
        self.der = self.certificate.public_bytes(serialization.Encoding.DER)

    def signs(self, digest: bytes) -> bytes:
        return self.private.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))


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

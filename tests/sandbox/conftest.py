"""The real sandbox process on a free port, and people and relying parties who talk to it over TCP."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from tests.support.keys import next_key
from tests.support.nursery import Nursery
from tests.support.servers import Process, free_port

NUMBERS = itertools.count(1)


@dataclass
class SandboxProcess:
    """A sandbox of its own process, with its own folder."""

    data_dir: Path
    nursery: Nursery
    port: int = field(default_factory=free_port)
    env: dict[str, str] = field(default_factory=dict)
    process: Process = field(init=False)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> SandboxProcess:
        env = {k: v for k, v in os.environ.items() if not k.startswith("SANDBOX_") and k != "APP_ENV"}
        env |= {"SANDBOX_FAULT_RATE": "0", "SANDBOX_LATENCY": "0"}
        env |= {"DATA_DIR": str(self.data_dir), "SANDBOX_PORT": str(self.port), "SANDBOX_URL": self.url, **self.env}
        command = [sys.executable, "-m", "backend.sandbox"]
        self.process = self.nursery.process("sandbox", command, self.data_dir / "sandbox.log", env)
        self.process.start().ready(self._answers)
        return self

    def stop(self) -> int | None:
        self.process.stop()
        return self.process.status

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/_control/health", timeout=5).ok
        except requests.RequestException:
            return False

    def control(self, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
        answer = requests.request(method, f"{self.url}{path}", json=body, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def ledger(self, **question: str) -> dict[str, list[dict[str, Any]]]:
        answer: dict[str, list[dict[str, Any]]] = requests.get(
            f"{self.url}/_ledger", params=question, timeout=30
        ).json()
        return answer

    def enrol(self, provider: str, **facts: Any) -> dict[str, Any]:
        number = f"{next(NUMBERS):012d}"
        uid = f"CMT_{number}" if provider == "viettel" else number
        order = {"provider": provider, "uid": uid, "full_name": "Nguyễn Thị Ánh Tuyết", "id_number": number}
        order |= {"key_pem": next_key(), **facts}
        person: dict[str, Any] = self.control("/_control/subscribers", order)
        return person | {"id_number": order["id_number"], "password": order.get("password")}

    def waiting(self, uid: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.control(f"/_control/transactions?uid={uid}&status=waiting", method="GET")
        return found

    def phone(self, transaction: str, move: str, **more: Any) -> dict[str, Any]:
        moved: dict[str, Any] = self.control(f"/_control/transactions/{transaction}/{move}", more)
        return moved

    def will(self, provider: str, at: str, kind: str, uid: str | None = None, **more: Any) -> None:
        self.control("/_control/faults", {"provider": provider, "uid": uid, "at": at, "kind": kind, **more})

    def later(self, seconds: float) -> None:
        self.control("/_control/clock", {"advance_s": seconds})


def eventually(claim: Callable[[], Any], deadline_s: float = 15) -> Any:
    """The first true value of ``claim``, asked again and again until the deadline."""
    end = time.monotonic() + deadline_s
    while True:
        value = claim()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"never became true: {claim}")
        time.sleep(0.02)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory, nursery: Nursery) -> Iterator[SandboxProcess]:
    process = SandboxProcess(tmp_path_factory.mktemp("sandbox"), nursery).start()
    yield process
    process.stop()


@pytest.fixture
def own_sandbox(sandbox: SandboxProcess, nursery: Nursery, tmp_path: Path) -> Iterator[Callable[..., SandboxProcess]]:
    """Start a further sandbox: same folder each time, so that it can be restarted.

    It has the hierarchy of the shared one and its own people: twenty fresh RSA keys would be most of its start.
    """
    started: list[SandboxProcess] = []
    for plan in (sandbox.data_dir / "sandbox").glob("*/plan.json"):
        found = tmp_path / "sandbox" / plan.parent.name
        shutil.copytree(plan.parent, found, ignore=shutil.ignore_patterns("subscribers"))

    def start(**env: str) -> SandboxProcess:
        started.append(SandboxProcess(tmp_path, nursery, env=env).start())
        return started[-1]

    yield start
    for process in started:
        process.stop()


@dataclass
class Viettel:
    """A relying party of Viettel MySign, speaking for one person."""

    url: str
    uid: str
    keys: dict[str, str] = field(
        default_factory=lambda: {
            "client_id": "kbnn_dvctt_sandbox",
            "client_secret": "00112233445566778899aabbccddeeff00112233",
            "profile_id": "adss:ras:profile:001",
        }
    )
    token: str = ""

    def post(self, path: str, body: Any, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return requests.post(f"{self.url}/viettel/vtss/service/{path}", json=body, headers=headers, timeout=30, **more)

    def login(self) -> requests.Response:
        answer = self.post("ras/v1/login", {**self.keys, "user_id": self.uid})
        if answer.ok:
            self.token = answer.json()["access_token"]
        return answer

    def certificates(self, kind: str = "chain") -> requests.Response:
        asked = {**self.keys, "user_id": self.uid, "certificates": kind, "certInfo": True, "authInfo": True}
        return self.post("certificates/info", asked)

    def order(self, digests: list[str], **changes: Any) -> dict[str, Any]:
        keys = {k: self.keys[k] for k in ("client_id", "client_secret")}
        documents = [
            {"document_id": f"PC{i:04d}", "document_name": base64_text(f"Phieu chi PC{i:04d}")}
            for i in range(1, len(digests) + 1)
        ]
        return (
            keys
            | {
                "credentialID": self.certificates().json()[0]["credential_id"],
                "numSignatures": len(digests),
                "description": base64_text("Ky chung tu"),
                "documents": documents,
                "hash": digests,
                "hashAlgo": "2.16.840.1.101.3.4.2.1",
                "signAlgo": "1.2.840.113549.1.1.1",
                "async": 1,
            }
            | changes
        )

    def sign(self, digests: list[str], **changes: Any) -> requests.Response:
        return self.post("signHash", self.order(digests, **changes))

    def status(self, transaction: str) -> requests.Response:
        return self.post("requests/status", {"transactionId": transaction})


@dataclass
class Vnpt:
    """A relying party of VNPT SmartCA, speaking for one person."""

    url: str
    uid: str
    password: str
    client: dict[str, str] = field(
        default_factory=lambda: {
            "client_id": "kbnn-000.apps.sandbox",
            "client_secret": "c2FuZGJveA",
        }
    )
    token: str = ""
    refresh_token: str = ""

    def ask_token(self, **form: str) -> requests.Response:
        answer = requests.post(f"{self.url}/vnpt/auth/token", data={**self.client, **form}, timeout=30)
        if answer.ok:
            self.token, self.refresh_token = answer.json()["access_token"], answer.json()["refresh_token"]
        return answer

    def login(self, password: str | None = None) -> requests.Response:
        return self.ask_token(grant_type="password", username=self.uid, password=password or self.password)

    def refresh(self, token: str) -> requests.Response:
        return self.ask_token(grant_type="refresh_token", refresh_token=token, scope="sign offline_access")

    def post(self, path: str, body: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return requests.post(f"{self.url}/vnpt/{path}", json=body, headers=headers, timeout=30)

    def credential(self) -> str:
        return str(self.post("csc/credentials/list", {}).json()["content"][0])

    def info(self, credential: str, kind: str = "chain") -> requests.Response:
        asked = {"credentialId": credential, "certificates": kind, "certInfo": True, "authInfo": True}
        return self.post("csc/credentials/info", asked)

    def sign(self, digests: list[str], **changes: Any) -> requests.Response:
        order = {
            "credentialId": self.credential(),
            "refTranId": "e442f592-0000-4000-8000-d6339679f27f",
            "description": "Ký chứng từ chi",
            "datas": [{"name": f"PC{i:04d}.pdf", "hash": digest} for i, digest in enumerate(digests, 1)],
        }
        return self.post("csc/signature/signhash", {k: v for k, v in (order | changes).items() if v is not None})

    def status(self, transaction: str) -> requests.Response:
        return self.post("csc/credentials/gettraninfo", {"tranId": transaction})


@pytest.fixture
def viettel(sandbox: SandboxProcess) -> Viettel:
    """Somebody freshly enrolled at Viettel, logged in."""
    party = Viettel(sandbox.url, sandbox.enrol("viettel")["uid"])
    party.login()
    return party


@pytest.fixture
def vnpt(sandbox: SandboxProcess) -> Vnpt:
    """Somebody freshly enrolled at VNPT, logged in."""
    party = Vnpt(sandbox.url, sandbox.enrol("vnpt", password="Mật khẩu @123")["uid"], "Mật khẩu @123")
    party.login()
    return party


def base64_text(text: str) -> str:
    return b64encode(text.encode()).decode()


def digest_of(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode()


def verifies(certificate_b64: str, digest: str, signature: str) -> bool:
    """Whether the signature is RSA PKCS#1 v1.5 over the digest with the key of the certificate."""
    key: Any = x509.load_der_x509_certificate(b64decode(certificate_b64)).public_key()
    try:
        key.verify(b64decode(signature), b64decode(digest), padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    except Exception as error:
        if type(error).__name__ == "InvalidSignature":
            return False
        raise
    return True

"""The real application on a real SQLite database, people of two units and an office, a build of the PWA in small."""

from __future__ import annotations

import gzip
import itertools
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from backend.adapters import providers
from backend.adapters.blobs.disk import DiskBlobs
from backend.adapters.certificates.reader import GovernmentCipher, X509Reader
from backend.adapters.certificates.revocation import RevocationDesk
from backend.adapters.clock import SystemChance
from backend.adapters.mail.folder import MailFolder
from backend.adapters.passkeys import WebAuthnPasskeys
from backend.adapters.passwords import Argon2Passwords
from backend.adapters.pdf.attached import AttachedFiles
from backend.adapters.pdf.forms import TypstForms
from backend.adapters.pdf.pades import PadesSigner
from backend.adapters.pdf.pages import WebpPages
from backend.adapters.pdf.trust import FolderTrustStore
from backend.adapters.pdf.verify import StrictChecker
from backend.adapters.realtime.rooms import RoomKnocker
from backend.adapters.seal.file_key import FileKeySeal
from backend.adapters.sealer import AesSealer
from backend.adapters.treasury.intake_folder import IntakeFolder
from backend.api import create_api
from backend.domain.people import ServiceTitle
from backend.domain.workdays import vietnam_date
from backend.models import Account, AccountGrant, Bank, Base, Certificate, TreasuryOffice, Unit, User
from backend.services.house import House, Policy
from backend.services.outbox import OutboxDispatch
from tests.support.engines import engine_at

ORIGIN = "https://kkb.test"
PASSWORD = "Mật khẩu đúng 1"
DEADLINE_S = 20.0
_OFFICE = "0061"


class MovingClock:
    """Real time, moved ahead by the test."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def passes(self, **span: float) -> None:
        """``clock.passes(minutes=5)``."""
        self.ahead += timedelta(**span)


def eventually(question: Callable[[], Any]) -> Any:
    """The first true answer, asked until the deadline."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        threading.Event().wait(0.02)
    raise AssertionError("it never happened")


@pytest.fixture
def dist(tmp_path: Path) -> Path:
    """What the front-end build leaves behind, in small."""
    folder = tmp_path / "dist"
    files = {
        "index.html": "<!doctype html><title>Ký Kho bạc</title>",
        "sw.js": "self.addEventListener('fetch', () => {});",
        "manifest.webmanifest": "{}",
        "assets/app-4f2a.js": "export const words = 'chứng từ';" * 50,
        "csp.json": '{"script-src": ["\'sha256-AAAA\'"], "style-src": ["\'sha256-BBBB\'"]}',
        "ahead.json": json.dumps(
            {
                "always": ["/assets/app-4f2a.js"],
                "login": ["/assets/login-77aa.js"],
                "screens": [
                    {"path": "/", "call": "/api/inbox", "files": []},
                    {"path": "/chung-tu/:id", "call": "/api/dossiers/:id", "files": ["/assets/review-01cd.js"]},
                ],
            }
        ),
        "api-docs/index.html": "<!doctype html><title>API</title>",
        "api-docs/start.js": "start();",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        if name not in {"csp.json", "ahead.json"}:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(text.encode()))
    return folder


@pytest.fixture
def clock() -> MovingClock:
    return MovingClock()


@pytest.fixture
def house(tmp_path: Path, clock: MovingClock) -> Iterator[House]:
    engine = engine_at(f"sqlite:///{tmp_path / 'kkb.db'}")
    Base.metadata.create_all(engine)
    yield _house(engine, tmp_path, clock)
    engine.dispose()


def _house(engine: Engine, tmp_path: Path, clock: MovingClock) -> House:
    trust = FolderTrustStore(tmp_path / "trust")
    chance = SystemChance()
    return House(
        sessions=sessionmaker(engine),
        clock=clock,
        chance=chance,
        forms=TypstForms(),
        pages=WebpPages(tmp_path / "pages"),
        attached=AttachedFiles(),
        signer=PadesSigner(),
        checker=StrictChecker(FolderTrustStore(tmp_path / "trust", tmp_path / "seal")),
        trust=trust,
        certificates=X509Reader(trust, GovernmentCipher(("Ban Cơ yếu Chính phủ",)), RevocationDesk(1)),
        blobs=DiskBlobs(tmp_path / "blobs"),
        providers=providers.load_all({}, clock),
        treasury=IntakeFolder(tmp_path / "intake"),
        mailer=MailFolder(tmp_path / "mailbox", "dvctt@kkb.test", clock),
        seal=FileKeySeal(tmp_path / "seal"),
        sealer=AesSealer("s" * 40, lambda size: b"\1" * size),
        passwords=Argon2Passwords(),
        passkeys=WebAuthnPasskeys(ORIGIN),
        knocker=RoomKnocker(),
        dispatch=OutboxDispatch(clock, chance),
        policy=Policy(),
        hmac_key=b"k" * 32,
        failpoint=lambda name: None,
    )


def settings_for(dist: Path, **changed: object) -> SimpleNamespace:
    """What the API asks of the settings."""
    values = {
        "production": False,
        "https": True,
        "public_url": ORIGIN,
        "secret": b"k" * 32,
        "dist": dist,
        "version": "1.0.0-test",
        "allowed_origins": (ORIGIN,),
        "async_mode": "threading",
        "most_sockets": 100,
        "redis_url": None,
    }
    return SimpleNamespace(**{**values, **changed})


def make_app(house: House, dist: Path, **changed: object) -> Flask:
    app = Flask("backend", static_folder=None)
    socketio = create_api(app, house, settings_for(dist, **changed))  # type: ignore[arg-type]
    house.knocker.connect(socketio)  # type: ignore[attr-defined]
    return app


@pytest.fixture
def app(house: House, dist: Path) -> Flask:
    return make_app(house, dist)


@dataclass
class Somebody:
    """A person at a browser, speaking verbs."""

    client: FlaskClient
    user_id: str
    username: str
    full_name: str
    token: str = ""
    comes_in: bool = False
    """True: logs in before the first request."""

    @property
    def csrf(self) -> str:
        self._come_in()
        return self.token

    def _come_in(self) -> None:
        if self.comes_in and not self.token:
            assert self.logs_in().status_code == 200

    def logs_in(self, password: str = PASSWORD) -> TestResponse:
        words = {"username": self.username, "password": password, "shared_device": False}
        response = self.client.post("/api/session", json=words, headers={"Origin": ORIGIN}, base_url=ORIGIN)
        if response.status_code == 200:
            self.token = response.json["csrf_token"]
        return response

    def gets(self, path: str, **rest: Any) -> TestResponse:
        self._come_in()
        return self.client.get(path, base_url=ORIGIN, **rest)

    def sends(
        self, path: str, words: Any, *, method: str = "POST", key: str | None = None, **headers: str
    ) -> TestResponse:
        wanted = {"Origin": ORIGIN, "X-CSRF-Token": self.csrf, "Idempotency-Key": key or str(uuid4()), **headers}
        return self.client.open(path, method=method, json=words, headers=wanted, base_url=ORIGIN)

    def begins(self, **changed: Any) -> dict[str, Any]:
        response = self.sends("/api/dossiers", {"vouchers": [a_voucher(**changed)]})
        assert response.status_code == 201, response.text
        return response.json  # type: ignore[no-any-return]


_numbers = itertools.count(1)


def a_voucher(**changed: Any) -> dict[str, Any]:
    """A complete payment order of the first unit."""
    return {
        "form_code": "c4_02a_kb",
        "unit_voucher_number": f"UNC-{next(_numbers)}",
        "voucher_date": vietnam_date(datetime.now(UTC)).isoformat(),
        "payment_method": "transfer",
        "debit_account": "3713.0.1990001",
        "program_code": None,
        "lines": [
            {
                "content": "Thanh toán tiền điện tháng 10",
                "amount": 18_690_000,
                "economic_item_code": None,
                "chapter_code": None,
                "sector_code": None,
                "fund_source_code": None,
            }
        ],
        "amount_in_words": None,
        "payee": {
            "payee_kind": "bank_account",
            "payee_name": "Công ty Điện lực Ba Đình",
            "payee_relation_code": None,
            "payee_address": "Số 1 phố Điện Biên Phủ, Hà Nội",
            "payee_account": "0011001234567",
            "payee_bank_code": "01201001",
            "payee_treasury_code": None,
            "payee_program_code": None,
            "receiver_name": None,
            "receiver_id_number": None,
            "receiver_id_date": None,
            "receiver_id_place": None,
        },
        **changed,
    }


@dataclass
class People:
    """Everybody of the story."""

    maker: Somebody
    chief: Somebody
    holder: Somebody
    officer: Somebody
    head: Somebody
    """Of the officer's office: approves registrations."""
    stranger: Somebody
    """An accountant of another unit."""

    def everybody(self) -> list[Somebody]:
        return [self.maker, self.chief, self.holder, self.officer, self.head, self.stranger]


@pytest.fixture(scope="session")
def hashed() -> str:
    """A real hash with small parameters: they travel inside it."""
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)


@pytest.fixture
def people(app: Flask, house: House, hashed: str) -> People:
    """Two units with their people, stored."""
    with house.begin() as session:
        session.add(
            TreasuryOffice(
                code=_OFFICE,
                name="Kho bạc Nhà nước Ba Đình",
                serves_customers=True,
                valid_from=date(2009, 10, 1),
                search_text="ba dinh",
            )
        )
        session.add(
            Bank(code="01201001", name="Ngân hàng Công thương", short_name="VietinBank", search_text="cong thuong")
        )
        units = [_unit("1990001", "Trường Tiểu học Ba Đình"), _unit("1990002", "Trường Tiểu học Hoàn Kiếm")]
        session.add_all(units)
        session.flush()
        rows = {
            "maker": _user("ketoan1", "Nguyễn Thị Lan", ServiceTitle.ACCOUNTANT, hashed, units[0]),
            "chief": _user("ktt1", "Trần Văn Minh", ServiceTitle.CHIEF_ACCOUNTANT, hashed, units[0]),
            "holder": _user("ctk1", "Lê Thu Hà", ServiceTitle.ACCOUNT_HOLDER, hashed, units[0]),
            "stranger": _user("ketoan2", "Phạm Quốc Anh", ServiceTitle.ACCOUNTANT, hashed, units[1]),
            "officer": _user("gdv1", "Đỗ Mai Chi", ServiceTitle.TREASURY_OFFICER, hashed, None),
            "head": _user("ldkb1", "Phan Thị Mỹ", ServiceTitle.TREASURY_APPROVER, hashed, None),
        }
        session.add_all(rows.values())
        account = Account(
            id=str(uuid4()),
            unit_id=units[0].id,
            account_number="3713.0.1990001",
            name="Tiền gửi",
            valid_from=date(2020, 1, 1),
        )
        session.add(account)
        session.flush()
        for name in ("maker", "chief", "holder"):
            session.add(_grant(rows[name], account))
        for name in ("chief", "holder"):
            session.add(_certificate(rows[name], next(iter(house.providers))))
        told = {name: (row.id, row.username, row.full_name) for name, row in rows.items()}
    return People(**{name: Somebody(app.test_client(), *facts) for name, facts in told.items()})


@pytest.fixture
def signed_in(people: People) -> People:
    """Everybody is logged in, as soon as somebody looks."""
    for somebody in people.everybody():
        somebody.comes_in = True
    return people


def _unit(code: str, name: str) -> Unit:
    return Unit(
        id=str(uuid4()),
        budget_relation_code=code,
        name=name,
        address="Hà Nội",
        treasury_code=_OFFICE,
        signing_form="remote",
        single_accountant_unit=False,
    )


def _user(username: str, full_name: str, title: ServiceTitle, hashed: str, unit: Unit | None) -> User:
    return User(
        id=str(uuid4()),
        username=username,
        password_hash=hashed,
        full_name=full_name,
        title=title.value,
        unit_id=unit.id if unit else None,
        treasury_code=None if unit else _OFFICE,
        identity_key=sha256(username.encode()).hexdigest(),
    )


def _grant(user: User, account: Account) -> AccountGrant:
    return AccountGrant(
        id=str(uuid4()),
        user_id=user.id,
        account_id=account.id,
        title=user.title,
        valid_from=date(2020, 1, 1),
        valid_to=None,
    )


def _certificate(user: User, provider: str) -> Certificate:
    return Certificate(
        id=str(uuid4()),
        user_id=user.id,
        provider=provider,
        provider_login=f"0310850000{user.username[-1]}{user.title[:1]}",
        der=user.username.encode(),
        chain=[],
        fingerprint=sha256(user.username.encode()).hexdigest(),
        serial_number=sha256(user.username.encode()).hexdigest()[:32],
        subject_name=user.full_name,
        valid_from=datetime(2026, 1, 1, tzinfo=UTC),
        valid_to=datetime(2030, 1, 1, tzinfo=UTC),
    )


@pytest.fixture
def most_sockets() -> int:
    """How many live screens the served process carries."""
    return 100


@pytest.fixture
def served(app: Flask, house: House, dist: Path, most_sockets: int) -> Iterator[str]:
    """The application behind a real socket on loopback; yields its address. Knocks go here, no longer to ``app``."""
    server = make_server("127.0.0.1", 0, Flask("nobody"), threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    words = {"https": False, "public_url": address, "allowed_origins": (address,), "most_sockets": most_sockets}
    server.app = make_app(house, dist, **words)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield address
    server.shutdown()
    server.server_close()
    thread.join()

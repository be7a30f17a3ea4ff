"""People of the measured installation: units with maker, chief accountant and account holder, enrolled at the CA."""

from __future__ import annotations

import base64
import hmac
import http.client
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import uuid4

import requests
from sqlalchemy.orm import Session

from backend.adapters.realtime.rooms import RoomKnocker
from backend.config import Settings, from_env
from backend.demo.seed import pinned
from backend.domain.people import ServiceTitle
from backend.domain.providers import Secret
from backend.domain.workdays import vietnam_date
from backend.factory import build_house
from backend.models import Account, AccountGrant, Unit, User
from backend.reference import load as load_reference
from backend.services.caller import Caller
from backend.services.draft_dossier import create_dossier
from backend.services.house import House
from tests.benchmarks.running.ground import Ground

PASSWORD = "Kho-bac-2026"  # of nobody outside this folder
OFFICE, BANK, PROVIDER = "0064", "31203001", "viettel"
TITLES = (ServiceTitle.ACCOUNTANT, ServiceTitle.CHIEF_ACCOUNTANT, ServiceTitle.ACCOUNT_HOLDER)


@dataclass(frozen=True, slots=True)
class Team:
    """The three people of one unit who take a dossier from draft to Treasury, and their drafts."""

    unit_id: str
    account: str
    ids: tuple[str, str, str]
    names: tuple[str, str, str]
    """Log-in names of maker, chief accountant and account holder."""


def settings_of(here: Ground) -> Settings:
    """The settings the measured processes read."""
    return from_env(here.env)


def house_of(here: Ground) -> House:
    """A house of our own on the same database and folders, whose knocks go nowhere."""
    return build_house(settings_of(here), RoomKnocker())


def teams(here: Ground, house: House, count: int) -> list[Team]:
    """``count`` units, their people enrolled at the sandbox and pinned here. The CA approves at once."""
    policy = {"provider": PROVIDER, "decide": "approve", "after_ms": 0}
    requests.post(f"{here.sandbox}/_control/policy", json=policy, timeout=10).raise_for_status()
    numbers = [(unit, member) for unit in range(count) for member in (2, 3)]
    with ThreadPoolExecutor(4) as pool:
        enrolled = dict(zip(numbers, pool.map(lambda each: _enrol(here, *each), numbers), strict=True))
    trust = settings_of(here).trust_dir
    trust.mkdir(parents=True, exist_ok=True)
    (trust / "sandbox.pem").write_text(next(iter(enrolled.values()))["root_pem"])
    password_hash = house.passwords.hash(Secret(PASSWORD))
    with house.begin() as session:
        load_reference(session)
        return [_team(session, house, number, password_hash, enrolled) for number in range(count)]


def login_of(unit: int, member: int) -> str:
    """Name at the CA of a unit's chief accountant (member 2) or account holder (3)."""
    return f"CMT_0310{unit:05d}{member:03d}"


def _enrol(here: Ground, unit: int, member: int) -> dict[str, Any]:
    words = {
        "provider": PROVIDER,
        "uid": login_of(unit, member),
        "full_name": f"Nguyễn Văn Ký {unit}",
        "id_number": f"0310{unit:05d}{member:03d}",
    }
    answer = requests.post(f"{here.sandbox}/_control/subscribers", json=words, timeout=60)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def _team(
    session: Session, house: House, number: int, password_hash: str, enrolled: Mapping[tuple[int, int], dict[str, Any]]
) -> Team:
    code = f"1{number:06d}"
    unit = Unit(
        id=house.chance.uuid(),
        budget_relation_code=code,
        name=f"Trường Tiểu học số {number}",
        address="12 phố Hoa Phượng, thành phố Hải Phòng",
        treasury_code=OFFICE,
        signing_form="remote",
        single_accountant_unit=False,
    )
    account = Account(
        id=house.chance.uuid(),
        unit_id=unit.id,
        account_number=f"3713.0.{code}",
        name="Tiền gửi khác",
        program_code="00000",
        valid_from=date(2026, 1, 1),
    )
    session.add(unit)
    session.flush()
    session.add(account)
    session.flush()
    ids = tuple(
        _member(session, house, unit, account, number, member, title, password_hash, enrolled.get((number, member)))
        for member, title in enumerate(TITLES, 1)
    )
    names = tuple(f"{code}.{member:02d}" for member in (1, 2, 3))
    return Team(unit.id, account.account_number, ids, names)  # type: ignore[arg-type]


def _member(
    session: Session,
    house: House,
    unit: Unit,
    account: Account,
    number: int,
    member: int,
    title: ServiceTitle,
    password_hash: str,
    enrolled: Mapping[str, Any] | None,
) -> str:
    identity = f"identity:0310{number:05d}{member:03d}"
    user = User(
        id=house.chance.uuid(),
        username=f"{unit.budget_relation_code}.{member:02d}",
        password_hash=password_hash,
        full_name=f"Nguyễn Văn Ký {number}",
        title=title.value,
        unit_id=unit.id,
        identity_key=hmac.new(house.hmac_key, identity.encode(), sha256).hexdigest(),
    )
    session.add(user)
    session.flush()
    grant = AccountGrant(
        id=house.chance.uuid(),
        user_id=user.id,
        account_id=account.id,
        title=title.value,
        valid_from=date(2026, 1, 1),
        valid_to=None,
    )
    session.add(grant)
    if enrolled is not None:
        chain = tuple(base64.b64decode(each) for each in enrolled["chain_der_b64"])
        der = base64.b64decode(enrolled["certificate_der_b64"])
        session.add(pinned(house, user, PROVIDER, login_of(number, member), der, chain))
    session.flush()
    return user.id


def drafts(house: House, team: Team, count: int, *, first: int = 0, lines: int = 1) -> list[str]:
    """``count`` complete drafts of the team's maker, made by the use case; nothing of this is measured. Their numbers
    begin with ``first``.
    """
    caller = Caller(team.ids[0], "", "Nguyễn Văn Ký", ServiceTitle.ACCOUNTANT, team.unit_id, None)
    made = []
    for number in range(first, first + count):
        with house.begin() as session:
            made.append(str(create_dossier(session, house, caller, [_voucher(house, team, number, lines)])["id"]))
    return made


def _voucher(house: House, team: Team, number: int, lines: int) -> dict[str, Any]:
    content = f"Thanh toán tiền điện theo hóa đơn {number:08d}"
    return {
        "form_code": "c4_02a_kb",
        "unit_voucher_number": f"UNC-{number}",
        "voucher_date": vietnam_date(house.clock.now()),
        "payment_method": "transfer",
        "debit_account": team.account,
        "program_code": None,
        "lines": [{"content": content, "amount": 18_690_000 + number} for _ in range(lines)],
        "amount_in_words": None,
        "payee": {
            "payee_kind": "bank_account",
            "payee_name": f"Công ty TNHH Điện nước Mẫu {number}",
            "payee_address": "88 đường Mẫu, thành phố Hải Phòng",
            "payee_account": f"00110{number:08d}",
            "payee_bank_code": BANK,
        },
    }


class Refused(RuntimeError):
    """The house said no where it should have said yes."""


class Person:
    """Somebody logged in, over one kept connection."""

    def __init__(self, port: int, username: str) -> None:
        self._line = http.client.HTTPConnection("localhost", port, timeout=120)
        self._headers = {"Origin": f"http://localhost:{port}", "Content-Type": "application/json"}
        words = {"username": username, "password": PASSWORD, "shared_device": False}
        me = self._ask("POST", "/api/session", words)
        self._headers["X-CSRF-Token"] = me["csrf_token"]
        self.user_id = str(me["user"]["id"])

    @property
    def cookie(self) -> str:
        return self._headers["Cookie"]

    def get(self, path: str) -> dict[str, Any]:
        return self._ask("GET", path, None)

    def post(self, path: str, words: Mapping[str, object]) -> dict[str, Any]:
        return self._ask("POST", path, words)

    def _ask(self, method: str, path: str, words: Mapping[str, object] | None) -> dict[str, Any]:
        headers = {**self._headers, "Idempotency-Key": str(uuid4())} if method == "POST" else self._headers
        answer, body = self._exchange(method, path, None if words is None else json.dumps(words), headers)
        if answer.status >= 300:
            raise Refused(f"{method} {path}: {answer.status} {body[:500].decode()}")
        cookies = answer.headers.get_all("Set-Cookie") or []
        if cookies:
            self._headers["Cookie"] = "; ".join(each.partition(";")[0] for each in cookies)
        found: dict[str, Any] = json.loads(body)
        return found

    def _exchange(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Once more, under the same key, when the server had closed the idle line: as a browser does."""
        for last in (False, True):
            try:
                self._line.request(method, path, body, dict(headers))
                answer = self._line.getresponse()
                return answer, answer.read()
            except ConnectionError:
                self._line.close()
                if last:
                    raise
        raise AssertionError("unreachable")

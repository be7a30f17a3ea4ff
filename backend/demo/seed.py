"""Filling an empty database with the demo world, and writing down who may log in.

Certificates are fetched the way a unit would: sign in at the (sandbox) CA through the real adapter, choose, pin.
Refuses to run in production. Does not: touch a database that holds units already.
"""

from __future__ import annotations

import base64
import json
import os
import tomllib
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.config import Settings
from backend.domain.people import ServiceTitle, is_delegated
from backend.domain.providers import Failure, ProviderSession, SecondFactorRequired, Secret
from backend.domain.workdays import vietnam_date
from backend.models import Account, AccountGrant, Certificate, Unit, User
from backend.reference import load as load_reference
from backend.services.caller import Caller
from backend.services.draft_dossier import create_dossier
from backend.services.house import House
from backend.services.paper import PAYEE_FIELDS
from backend.services.people import identity_key
from backend.services.submit_dossier import submit

WORLD = Path(__file__).parent / "world.toml"
SANDBOX_TIMEOUT_S = 20
NO_CODES = dict.fromkeys(("economic_item_code", "chapter_code", "sector_code", "fund_source_code"))


class NotForProduction(RuntimeError):
    """The demo world never enters a production database."""


class EnrolmentFailed(RuntimeError):
    """The sandbox CA or its adapter did not give the certificate that was just made."""


def seed(settings: Settings, house: House) -> bool:
    """Make the demo world. False when the database already holds units; nothing is changed then."""
    if settings.production:
        raise NotForProduction
    with house.read() as session:
        if session.scalar(select(func.count()).select_from(Unit)):
            return False
    world = tomllib.loads(WORLD.read_text(encoding="utf-8"))
    # The demo password is everybody's and public: one hash serves all.
    world["password_hash"] = house.passwords.hash(Secret(world["password"]))
    with house.begin() as session:
        load_reference(session)
        people = [each for unit in world["units"] for each in _unit(session, settings, house, world, unit)]
        people += [_officer(session, house, world, number, row) for number, row in enumerate(world["officers"], 1)]
    for row in world["dossiers"]:
        _dossier(house, people, row)
    write_people(settings, people, _applicant(settings, house, world))
    return True


def write_people(settings: Settings, people: list[dict[str, Any]], applicant: Mapping[str, Any]) -> None:
    """``demo.json`` beside the database, for people and for scripts: who may log in, and a unit that could register."""
    path = settings.data_dir / "demo.json"
    shown = [{key: value for key, value in person.items() if key != "id"} for person in people]
    told = {"people": shown, "applicant": applicant}
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    os.chmod(path, 0o600)


def _applicant(settings: Settings, house: House, world: Mapping[str, Any]) -> dict[str, Any]:
    """Enrols the people of a unit at their CAs and nowhere else."""
    unit: dict[str, Any] = world["applicant"]
    members = []
    for row in unit["members"]:
        password = world["provider_password"] if _needs_password(house, row) else None
        if "provider" in row:
            _enrol(settings, row, password)
        members.append({"provider": None, "login": None, **row, "provider_password": password})
    return {**unit, "members": members}


def _unit(
    session: Session, settings: Settings, house: House, world: Mapping[str, Any], row: Mapping[str, Any]
) -> list[dict[str, Any]]:
    unit = Unit(
        id=house.chance.uuid(),
        budget_relation_code=row["code"],
        name=row["name"],
        address=row["address"],
        treasury_code=row["treasury_code"],
        signing_form="remote",
        single_accountant_unit=False,
    )
    session.add(unit)
    session.flush()
    accounts = [_account(session, house, unit, each) for each in row["accounts"]]
    return [
        _member(session, settings, house, world, unit, accounts, number, member)
        for number, member in enumerate(row["members"], 1)
    ]


def _account(session: Session, house: House, unit: Unit, row: Mapping[str, Any]) -> Account:
    account = Account(
        id=house.chance.uuid(),
        unit_id=unit.id,
        account_number=row["number"],
        name=row["name"],
        program_code="00000",
        valid_from=date(2026, 1, 1),
    )
    session.add(account)
    session.flush()
    return account


def _member(
    session: Session,
    settings: Settings,
    house: House,
    world: Mapping[str, Any],
    unit: Unit,
    accounts: list[Account],
    number: int,
    row: Mapping[str, Any],
) -> dict[str, Any]:
    title = ServiceTitle(row["title"])
    user = _user(session, house, world, f"{unit.budget_relation_code}.{number:02d}", row, title, unit=unit)
    for account in accounts:
        session.add(_grant(house, user, account, title))
    if "provider" in row:
        session.add(_certificate(settings, house, world, user, row))
    session.flush()
    return {
        "id": user.id,
        "unit": unit.name,
        "unit_code": unit.budget_relation_code,
        "username": user.username,
        "password": world["password"],
        "full_name": user.full_name,
        "role": title.value,
        "provider": row.get("provider"),
        "provider_login": row.get("login"),
        "provider_password": world["provider_password"] if _needs_password(house, row) else None,
    }


def _user(
    session: Session,
    house: House,
    world: Mapping[str, Any],
    username: str,
    row: Mapping[str, Any],
    title: ServiceTitle,
    *,
    unit: Unit | None = None,
) -> User:
    user = User(
        id=house.chance.uuid(),
        username=username,
        password_hash=world["password_hash"],
        email=f"{username}@donvi.example",
        full_name=row["name"],
        title=title.value,
        unit_id=unit.id if unit else None,
        treasury_code=row.get("treasury_code"),
        identity_key=identity_key(house, row["identity"]),
    )
    session.add(user)
    session.flush()
    return user


def _grant(house: House, user: User, account: Account, title: ServiceTitle) -> AccountGrant:
    """Delegates get a last day, the end of next year: a delegation without one gives no right."""
    last = date(vietnam_date(house.clock.now()).year + 1, 12, 31) if is_delegated(title) else None
    return AccountGrant(
        id=house.chance.uuid(),
        user_id=user.id,
        account_id=account.id,
        title=title.value,
        valid_from=date(2026, 1, 1),
        valid_to=last,
    )


def _officer(
    session: Session, house: House, world: Mapping[str, Any], number: int, row: Mapping[str, Any]
) -> dict[str, Any]:
    username = f"{row['treasury_code']}.{number:02d}"
    user = _user(session, house, world, username, row, ServiceTitle(row["title"]))
    return {
        "id": user.id,
        "unit": f"KBNN {row['treasury_code']}",
        "unit_code": row["treasury_code"],
        "username": user.username,
        "password": world["password"],
        "full_name": user.full_name,
        "role": user.title,
        "provider": None,
        "provider_login": None,
        "provider_password": None,
    }


def _certificate(
    settings: Settings, house: House, world: Mapping[str, Any], user: User, row: Mapping[str, Any]
) -> Certificate:
    provider = house.providers[row["provider"]]
    needs_password = _needs_password(house, row)
    enrolled = _enrol(settings, row, world["provider_password"] if needs_password else None)
    password = Secret(world["provider_password"]) if needs_password else None
    session = provider.open_session(row["login"], password)
    if not isinstance(session, ProviderSession):
        raise EnrolmentFailed(f"{row['provider']}: {session}")
    offered = provider.list_certificates(session)
    if isinstance(offered, Failure | SecondFactorRequired):
        raise EnrolmentFailed(f"{row['provider']}: {offered}")
    _trust(settings, row["provider"], enrolled)
    chosen = next(each for each in offered if each.usable)
    return pinned(house, user, row["provider"], row["login"], chosen.der, chosen.chain)


def _needs_password(house: House, row: Mapping[str, Any]) -> bool:
    return "provider" in row and house.providers[row["provider"]].descriptor.needs_password


def _enrol(settings: Settings, row: Mapping[str, Any], password: str | None) -> dict[str, Any]:
    port = settings.environment.get("SANDBOX_PORT") or "8001"
    answer = requests.post(
        f"http://localhost:{port}/_control/subscribers",
        json={
            "provider": row["provider"],
            "uid": row["login"],
            "password": password,
            "full_name": row["name"],
            "id_number": row["identity"],
            # Filling the demo world is no exercise in patience.
            "spare_s": 60,
        },
        timeout=SANDBOX_TIMEOUT_S,
    )
    answer.raise_for_status()
    body: dict[str, Any] = answer.json()
    return body


def _trust(settings: Settings, provider: str, enrolled: Mapping[str, Any]) -> None:
    """The root, and beside it the issuing CA: a token's certificate is often saved without it."""
    intermediates = settings.trust_dir / "intermediates"
    intermediates.mkdir(parents=True, exist_ok=True)
    (settings.trust_dir / f"sandbox-{provider}.pem").write_text(enrolled["root_pem"])
    issuing = x509.load_der_x509_certificate(base64.b64decode(enrolled["chain_der_b64"][0]))
    (intermediates / f"sandbox-{provider}.pem").write_bytes(issuing.public_bytes(Encoding.PEM))


def pinned(house: House, user: User, provider: str, login: str, der: bytes, chain: tuple[bytes, ...]) -> Certificate:
    """The certificate row of a member, from the bytes the CA gave."""
    certificate = x509.load_der_x509_certificate(der)
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return Certificate(
        id=house.chance.uuid(),
        user_id=user.id,
        provider=provider,
        provider_login=login,
        der=der,
        chain=[base64.b64encode(each).decode() for each in chain],
        fingerprint=sha256(der).hexdigest(),
        serial_number=f"{certificate.serial_number:x}",
        subject_name=str(names[0].value) if names else "",
        valid_from=certificate.not_valid_before_utc,
        valid_to=certificate.not_valid_after_utc,
    )


def _dossier(house: House, people: list[dict[str, Any]], row: Mapping[str, Any]) -> None:
    """Made and sent through the same use cases as any other."""
    maker, chief = (_one(people, row["unit"], role) for role in ("accountant", "chief_accountant"))
    voucher = {
        "form_code": "c4_02a_kb",
        "unit_voucher_number": row["unit_voucher_number"],
        "voucher_date": vietnam_date(house.clock.now()),
        "payment_method": "transfer",
        "debit_account": row["debit_account"],
        "program_code": None,
        "lines": [{**NO_CODES, **line} for line in row["lines"]],
        "amount_in_words": None,
        "payee": {**dict.fromkeys(PAYEE_FIELDS), **row["payee"]},
    }
    with house.begin() as session:
        user = session.get_one(User, maker["id"])
        caller = Caller(user.id, "", user.full_name, ServiceTitle(user.title), user.unit_id, None)
        dossier = create_dossier(session, house, caller, [voucher])
        if row["submit"]:
            submit(session, house, caller, str(dossier["id"]), 1, chief["id"])


def _one(people: list[dict[str, Any]], unit_code: str, role: str) -> dict[str, Any]:
    return next(person for person in people if person["unit_code"] == unit_code and person["role"] == role)

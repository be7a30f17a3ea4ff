"""Rows of members, rights and certificates as the rules of ``domain/people.py`` see them."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from backend.domain.contacts import plain_number
from backend.domain.people import (
    TITLE_LABEL,
    Grant,
    Ineligible,
    Person,
    ServiceTitle,
    Side,
    shown_title,
    why_not_eligible,
)
from backend.domain.units import UnitKind, has_second_signature
from backend.models import Account, AccountGrant, Certificate, Dossier, Unit, User, Voucher
from backend.services.house import House


def identity_key(house: House, number: str) -> str:
    """Tells two rows of one person apart from two persons without keeping the number, written in any form."""
    return hmac.new(house.hmac_key, f"identity:{plain_number(number)}".encode(), sha256).hexdigest()


def title_label(user: User) -> str:
    """The title as people see it."""
    return TITLE_LABEL[shown_title(ServiceTitle(user.title), acting=user.acting)]


def person_of(session: Session, user_id: str) -> Person:
    """A member with the active certificate."""
    user, certificate = session.execute(_with_certificate().where(User.id == user_id)).one()
    return _person(user, certificate)


def _with_certificate() -> Select[User, Certificate]:
    """Members, each with the one certificate bound now; None for who has none."""
    return select(User, Certificate).outerjoin(Certificate, (Certificate.user_id == User.id) & Certificate.active)


def active_certificate(session: Session, user_id: str) -> Certificate | None:
    """The one certificate bound to the member now."""
    return session.scalars(select(Certificate).where(Certificate.user_id == user_id, Certificate.active)).one_or_none()


def _person(user: User, certificate: Certificate | None) -> Person:
    return Person(
        id=user.id,
        unit_id=user.unit_id,
        full_name=user.full_name,
        identity_key=user.identity_key,
        title=ServiceTitle(user.title),
        acting=user.acting,
        active=user.active,
        certificate_serial=certificate.serial_number if certificate else None,
        certificate_valid_from=certificate.valid_from if certificate else None,
        certificate_valid_to=certificate.valid_to if certificate else None,
        provider=certificate.provider if certificate else None,
        provider_login=certificate.provider_login if certificate else None,
    )


def members_of(session: Session, unit_id: str, titles: Sequence[ServiceTitle]) -> list[Person]:
    """Members of a unit who carry one of ``titles``, by name."""
    rows = session.execute(
        _with_certificate()
        .where(User.unit_id == unit_id, User.title.in_([title.value for title in titles]))
        .order_by(User.full_name)
    ).all()
    return [_person(user, certificate) for user, certificate in rows]


def grants_of(session: Session, user_ids: Sequence[str]) -> list[Grant]:
    """All rights of these members, past and future ones included: the rules look at the dates."""
    rows = session.execute(_GRANTS, {"ids": list(user_ids)}).all()
    return [
        Grant(row.user_id, account_number, ServiceTitle(row.title), row.valid_from, row.valid_to)
        for row, account_number in rows
    ]


def debit_accounts(session: Session, dossier_id: str) -> set[str]:
    """Every account the dossier takes money from."""
    contents = session.scalars(_CONTENTS, {"dossier_id": dossier_id}).all()
    return {str(content.get("debit_account") or "") for content in contents} - {""}


# Built once: they are asked for every file of a list.
_POLICIES = select(Unit.single_accountant_unit, Unit.unit_kind).where(Unit.id == bindparam("unit_id"))
_THESE = _with_certificate().where(User.id.in_(bindparam("ids", expanding=True)))
_GRANTS = (
    select(AccountGrant, Account.account_number)
    .join(Account, Account.id == AccountGrant.account_id)
    .where(AccountGrant.user_id.in_(bindparam("ids", expanding=True)))
)
_CONTENTS = select(Voucher.content).where(Voucher.dossier_id == bindparam("dossier_id"), Voucher.removed.is_(False))


def why_not(session: Session, dossier: Dossier, user_id: str, step: Side, at: datetime) -> Ineligible | None:
    """The one check of authority, asked when a person is picked, when signing starts and when it settles."""
    single, kind = session.execute(_POLICIES, {"unit_id": dossier.unit_id}).one()
    before = _acted_before(dossier, step)
    rows = session.execute(_THESE, {"ids": [user_id, *before.values()]}).all()
    people = {user.id: _person(user, certificate) for user, certificate in rows}
    return why_not_eligible(
        people[user_id],
        step,
        accounts=debit_accounts(session, dossier.id),
        grants=grants_of(session, [user_id]),
        at=at,
        earlier={side: people[id_] for side, id_ in before.items()},
        single_accountant_unit=single,
        second_signature=has_second_signature(UnitKind(kind)),
    )


def _acted_before(dossier: Dossier, step: Side) -> dict[Side, str]:
    """Who has acted or was chosen before ``step``."""
    ids = {} if step is Side.MAKER else {Side.MAKER: dossier.maker_id}
    if step is Side.FIRST_SIGNATURE and dossier.chief_id is not None:
        ids[Side.SECOND_SIGNATURE] = dossier.chief_id
    return ids

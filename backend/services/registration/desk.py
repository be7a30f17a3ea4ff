"""The desk where a unit declares itself: begin, save a part, make the account numbers, "Lưu" twice (edges R1–R4, R13).

What is typed is always kept, right or wrong: the answer tells what to mend, step by step. A certificate is never
written from outside; it comes from ``bind.py`` and goes as soon as the person behind it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.domain.errors import FieldProblem, Invalid, NotAllowedNow
from backend.domain.letters import RegistrationLetter
from backend.domain.registration import Move, Stage
from backend.domain.registration_check import (
    account_problems,
    completeness_problems,
    member_problems,
    unit_problems,
)
from backend.domain.registration_content import RegistrationContent, account_product
from backend.domain.voucher import dossier_code
from backend.models import Registration, RegistrationDocument
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.mail import enqueue_letters
from backend.services.registration.change_rules import is_registered, problems_of_change
from backend.services.registration.links import link_end, new_link
from backend.services.registration.registry import registry_of, services_on, without_projects
from backend.services.registration.route import move

PARTS = ("unit", "services", "ledgers", "relations", "members")
CODE_TRIES = 60


def begin(session: Session, house: House) -> tuple[Registration, str]:
    """A new draft and the secret of its link; all services ticked."""
    now = house.clock.now()
    row = Registration(
        id=house.chance.uuid(),
        kind="new",
        stage=Stage.DRAFT.value,
        version=1,
        content_version=1,
        content={"services": [service.code for service in services_on(session, house)]},
        check_list={},
        created_at=now,
        updated_at=now,
    )
    secret = new_link(house, row)
    session.add(row)
    session.flush()
    return row, secret


def save_parts(
    session: Session,
    house: House,
    row: Registration,
    expected_version: int,
    parts: Mapping[str, Any],
    *,
    by: Caller | None = None,
) -> None:
    """Keep what was typed, right or wrong. Raises Invalid for what has no place in a declaration, StaleVersion.

    A declaration that was complete goes back to be completed (R4): its files and signatures are void.
    """
    content = {**row.content, **{name: parts[name] for name in PARTS}}
    content["members"] = _kept_people(session, house, row, parts["members"])
    read = RegistrationContent.from_mapping(content)
    edit(session, house, row, expected_version, {"content": content, **_head(read)}, by)


def make_accounts(
    session: Session,
    house: House,
    row: Registration,
    expected_version: int,
    *,
    drop_granted: bool = False,
    by: Caller | None = None,
) -> None:
    """Every ledger row with every code that goes with it. Raises Invalid when a number that somebody may use would go,
    unless told to.
    """
    content = RegistrationContent.from_mapping(row.content)
    made = account_product(content, without_projects(session, house))
    kept = {account.key for account in made}
    granted = {(g.account_number, g.program_code or "00000") for member in content.members for g in member.grants}
    lost = sorted(number for number, program in granted - kept)
    if lost and not drop_granted:
        numbers = ", ".join(lost)
        sentence = f"Số tài khoản {numbers} đang gán cho thành viên sẽ bị bỏ. Xác nhận để tạo lại danh sách."
        raise Invalid([FieldProblem("accounts", sentence)])
    accounts = [
        {
            "account_number": account.account_number,
            "account_name": account.account_name,
            "program_code": account.program_code,
            "valid_from": account.valid_from.isoformat() if account.valid_from else None,
            "valid_to": account.valid_to.isoformat() if account.valid_to else None,
        }
        for account in made
    ]
    members = [_without_grants(member, kept) for member in row.content.get("members") or []]
    content_now = {**row.content, "accounts": accounts, "members": members}
    edit(session, house, row, expected_version, {"content": content_now}, by)


def edit(
    session: Session,
    house: House,
    row: Registration,
    expected_version: int,
    changes: Mapping[str, object],
    by: Caller | None,
) -> None:
    """Change columns of a declaration that is being made; one that was complete goes back (R4).

    Raises NotAllowedNow, StaleVersion.
    """
    was_complete = Stage(row.stage) is Stage.AWAITING_APPROVAL
    version = {"content_version": row.content_version + 1} if was_complete else {}
    move(session, house, row, Move.EDIT, expected_version=expected_version, by=by, changes={**version, **changes})
    row.link_expires_at = link_end(house)
    if was_complete:
        void_documents(session, row)


def void_documents(session: Session, row: Registration) -> None:
    """Files and signatures of an earlier content: kept for reading, never continued."""
    documents = select(RegistrationDocument).where(
        RegistrationDocument.registration_id == row.id, RegistrationDocument.content_version < row.content_version
    )
    for document in session.scalars(documents):
        document.void = True


def _head(content: RegistrationContent) -> dict[str, object]:
    return {
        "treasury_code": content.unit.treasury_code[:4] or None,
        "budget_relation_code": content.unit.budget_relation_code[:7] or None,
    }


def _kept_people(
    session: Session, house: House, row: Registration, members: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Nobody stands twice under one id: the second is somebody new."""
    found: dict[str, dict[str, Any]] = {}
    for member in members:
        person = _kept_person(session, house, row, {**member, "id": None} if member["id"] in found else member)
        found[person["id"]] = person
    return list(found.values())


def _kept_person(session: Session, house: House, row: Registration, member: Mapping[str, Any]) -> dict[str, Any]:
    """A member as typed, with the id and the certificate of the same person in the dossier or in what is in force."""
    parts = [row.content, row.before or {}]
    known = [old for part in parts for old in part.get("members") or [] if old.get("id") == member.get("id")]
    marks = [old["certificate"] for old in known if old.get("certificate") and _same(session, house, old, member)]
    return {
        **member,
        "id": known[0]["id"] if known else house.chance.uuid(),
        "certificate": marks[0] if marks else None,
    }


def _same(session: Session, house: House, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """The certificate was accepted for this person and this form of signing."""
    if any(old.get(name) != new.get(name) for name in ("full_name", "signing_form")):
        return False
    if old.get("id_number"):
        return bool(old.get("id_number") == new.get("id_number"))
    # Registered without the wizard: only the keyed hash of the number is known.
    return not new.get("id_number") or is_registered(session, house, str(old.get("id")), str(new.get("id_number")))


def _without_grants(member: Mapping[str, Any], kept: set[tuple[str, str]]) -> dict[str, Any]:
    grants = member.get("grants") or []
    still = [g for g in grants if (g.get("account_number"), g.get("program_code") or "00000") in kept]
    return {**member, "grants": still}


def problems_by_step(session: Session, house: House, row: Registration) -> dict[int, list[FieldProblem]]:
    """What is to be mended in each of the four steps; the fourth is what must hold before signing."""
    content = RegistrationContent.from_mapping(row.content)
    changing = row.kind == "change"
    registry = registry_of(session, house, content.unit.budget_relation_code, changing=changing)
    found = {
        1: list(unit_problems(content, registry)),
        2: list(account_problems(content, registry)),
        3: list(member_problems(content, registry)),
        4: list(completeness_problems(content, registry, house.clock.now())),
    }
    return problems_of_change(session, house, row, content, found) if changing else found


def save(session: Session, house: House, row: Registration, expected_version: int, *, by: Caller | None = None) -> None:
    """The first "Lưu" (R1): the code, from the same clock reading as the first row of the log."""
    problems = problems_by_step(session, house, row)
    wrong = [problem for step in (1, 2, 3) for problem in problems[step]]
    if wrong:
        raise Invalid(wrong)
    assert row.budget_relation_code is not None
    at, code = _free_code(session, house, row.budget_relation_code)
    try:
        with session.begin_nested():
            version, changes = expected_version, {"code": code}
            move(session, house, row, Move.SAVE, expected_version=version, by=by, at=at, changes=changes)
    except IntegrityError as error:
        # The unit's other dossier holds the place, or just took the code of this very second.
        sentence = "Đơn vị này đang có một hồ sơ đăng ký chưa xong. Mở hồ sơ đó bằng đường dẫn đã gửi tới email đơn vị."
        raise Invalid([FieldProblem("unit.budget_relation_code", sentence)]) from error
    enqueue_letters(session, house, row, RegistrationLetter.CONTINUE)
    enqueue_letters(session, house, row, RegistrationLetter.CHECK)


def _free_code(session: Session, house: House, relation_code: str) -> tuple[datetime, str]:
    """Two saves in one second may not share a code: the later one takes the next free second."""
    now = house.clock.now()
    for second in range(CODE_TRIES):
        at = now + timedelta(seconds=second)
        code = dossier_code(relation_code, at)
        if session.scalar(select(Registration.id).where(Registration.code == code)) is None:
            return at, code
    raise Invalid([FieldProblem("", "Đang có quá nhiều hồ sơ cùng lúc. Chờ một phút rồi lưu lại.")])


def cancel(
    session: Session, house: House, row: Registration, expected_version: int, *, by: Caller | None = None
) -> None:
    """The unit gives the dossier up (R13)."""
    if Stage(row.stage) is Stage.DRAFT:
        raise NotAllowedNow(row.id)
    move(session, house, row, Move.CANCEL, expected_version=expected_version, by=by, reason="Đơn vị hủy")
    enqueue_letters(session, house, row, RegistrationLetter.CANCELLED)

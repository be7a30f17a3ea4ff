"""Quyết định bổ nhiệm: the decision that appoints a new account holder, attached to a change (NĐ 11 art. 12.4.d).

A file of others: looked at before it is kept, frozen with the content, named by its hash in the log and on the
declaration, so that whoever signs that vouches for it. It is not signed itself, and what is in force has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from backend.domain.attachments import FLAW_SENTENCE, Flaw
from backend.domain.errors import FieldProblem, Invalid, NotAllowedNow, NotFound
from backend.domain.registration import Move, Stage, next_stage
from backend.domain.registration_change import new_holders
from backend.domain.registration_content import AttachedFile, MemberPart, RegistrationContent
from backend.domain.workdays import VIETNAM
from backend.models import Registration
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.limits import Limit, count_of, one_more
from backend.services.registration.desk import edit
from backend.services.registration.uploads import decoded

FILENAME = "quyetdinhbonhiem.pdf"
KEPT_FOR_UNIT = Limit(20, timedelta(hours=1))
"""A file that is replaced stays in the blob store: nobody fills it by attaching again and again."""
TOO_OFTEN = "Đơn vị vừa đính kèm quá nhiều lần. Chọn lại tệp sau"


def keep_file(house: House, registration_id: str, file_base64: str) -> AttachedFile:
    """Look at the file and keep it, outside of any commit. Raises Invalid, NotAllowedNow."""
    with house.read() as session:
        row = session.get_one(Registration, registration_id)
        next_stage(Stage(row.stage), Move.EDIT)
        if not _holders_of(row):
            raise NotAllowedNow(row.id)
        unit_id = row.unit_id or row.id
    pdf = decoded(file_base64)
    pages = house.attached.look(pdf)
    if isinstance(pages, Flaw):
        raise Invalid([FieldProblem("file_base64", FLAW_SENTENCE[pages])])
    with house.begin() as session:
        count = count_of(house, "appointment:unit", unit_id, KEPT_FOR_UNIT.window)
        if one_more(session, house, count) > KEPT_FOR_UNIT.most:
            raise Invalid([FieldProblem("file_base64", f"{TOO_OFTEN} {count.ends_at.astimezone(VIETNAM):%H:%M}.")])
    return AttachedFile(house.blobs.put(pdf), len(pdf), pages)


def attach(
    session: Session,
    house: House,
    row: Registration,
    expected_version: int,
    file: AttachedFile | None,
    *,
    by: Caller | None = None,
) -> None:
    """The change has this file from now on, or none. An edit like any other. Raises NotAllowedNow, StaleVersion."""
    content = {**row.content, "appointment": asdict(file) if file else None}
    edit(session, house, row, expected_version, {"content": content}, by)


def _holders_of(row: Registration) -> frozenset[str]:
    """New account holders of a change, by id; nobody of a new registration."""
    if row.kind != "change":
        return frozenset()
    return new_holders(*(RegistrationContent.from_mapping(each or {}) for each in (row.before, row.content)))


def why_not_of_change(row: Registration, member: MemberPart) -> str | None:
    """A change that replaces the account holder is signed by the new one, whoever else may sign declarations."""
    holders = _holders_of(row)
    if not holders or member.id in holders:
        return None
    return "Hồ sơ này thay Chủ tài khoản nên Chủ tài khoản mới ký tờ khai. Chọn Chủ tài khoản mới."


def appointment_pdf(house: House, row: Registration) -> tuple[bytes, str, str]:
    """Bytes, file name and SHA-256. Raises NotFound where nothing is attached."""
    file = RegistrationContent.from_mapping(row.content).appointment
    if file is None:
        raise NotFound()
    return house.blobs.get(file.sha256), FILENAME, file.sha256


def appointment_view(row: Registration) -> dict[str, object]:
    """The wire shape."""
    file: Mapping[str, Any] | None = row.content.get("appointment")
    return {"needed": bool(_holders_of(row)), "filename": FILENAME, "file": dict(file) if file else None}


def named_in_log(row: Registration) -> str:
    """What the log says of the attached file when the content is frozen; empty of none."""
    file = RegistrationContent.from_mapping(row.content).appointment
    return f"Kèm quyết định bổ nhiệm Chủ tài khoản, SHA-256 {file.sha256}" if file else ""

"""Đăng ký thay đổi sử dụng DVC: a unit that uses the service declares anew, while what was approved stays in force.

Any active member of the unit goes on with it, whoever began it: who typed binds nobody, the signature of the account
holder's side and the Treasury's approval do. The log names who did what.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.domain.errors import NotAllowedNow, NotFound
from backend.domain.registration import FINAL, Stage
from backend.models import Registration, Unit
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.registration.desk import edit
from backend.services.registration.in_force import content_in_force
from backend.services.registration.registry import services_on
from backend.services.registration.view import registration_view


def change_of(session: Session, caller: Caller) -> Registration:
    """The unit's change: the open one, or the last that ended. Raises NotFound."""
    changes = select(Registration).where(Registration.unit_id == caller.unit_id, Registration.kind == "change")
    newest = changes.order_by(Registration.created_at.desc(), Registration.id.desc()).limit(1)
    row = session.scalars(newest).one_or_none() if caller.unit_id else None
    if row is None:
        raise NotFound()
    return row


def begin_change(session: Session, house: House, caller: Caller) -> dict[str, object]:
    """The unit's open change, begun now where there is none. Raises NotFound."""
    row = _open_change(session, caller)
    if row is None:
        try:
            with session.begin_nested():
                row = _new_change(session, house, caller)
        except IntegrityError:
            # Another member of the unit was faster; theirs is the unit's.
            row = _open_change(session, caller)
    if row is None:
        raise NotFound()
    return registration_view(session, house, row)


def _open_change(session: Session, caller: Caller) -> Registration | None:
    return session.scalars(
        select(Registration).where(
            Registration.unit_id == caller.unit_id,
            Registration.kind == "change",
            Registration.stage.not_in([stage.value for stage in FINAL]),
        )
    ).one_or_none()


def _new_change(session: Session, house: House, caller: Caller) -> Registration:
    unit, now = session.get_one(Unit, caller.unit_id), house.clock.now()
    before = content_in_force(session, house, unit)
    row = Registration(
        id=house.chance.uuid(),
        kind="change",
        stage=Stage.DRAFT.value,
        version=1,
        content_version=1,
        treasury_code=unit.treasury_code,
        budget_relation_code=unit.budget_relation_code,
        unit_id=unit.id,
        content=_filled_in(session, house, before),
        before=dict(before),
        started_by=caller.user_id,
        check_list={},
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return row


def _filled_in(session: Session, house: House, before: Mapping[str, Any]) -> dict[str, Any]:
    """What is in force; where nobody ever said which services, all of them, as in a new declaration."""
    return {**before, "services": before.get("services") or [service.code for service in services_on(session, house)]}


def terminate(
    session: Session, house: House, row: Registration, expected_version: int, *, terminate: bool, by: Caller | None
) -> None:
    """Declare that the unit stops using the service, or take that back. Other changes typed so far are dropped.

    Raises NotAllowedNow for a new registration, StaleVersion.
    """
    if row.kind != "change":
        raise NotAllowedNow(row.id)
    before = row.before or {}
    content = {**before, "terminate": True} if terminate else _filled_in(session, house, before)
    edit(session, house, row, expected_version, {"content": content}, by)

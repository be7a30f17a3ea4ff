"""Moving a registration dossier: one edge, one compare-and-swap, one log row, in the caller's commit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend.domain.errors import Invalid, StaleVersion
from backend.domain.registration import Move, Stage, Step, next_stage
from backend.domain.text import clean_text
from backend.domain.voucher import reason_problem
from backend.models import Registration, RegistrationLog
from backend.services.caller import Caller
from backend.services.house import House

REGISTRANT = "Đơn vị đăng ký"
"""Name in the log of whoever holds the link."""


def move(
    session: Session,
    house: House,
    row: Registration,
    action: Move,
    *,
    expected_version: int | None = None,
    by: Caller | None = None,
    actor_name: str = REGISTRANT,
    name: str = "",
    reason: str = "",
    at: datetime | None = None,
    changes: Mapping[str, object] | None = None,
) -> Step:
    """Take one edge. ``changes`` are further columns; ``at`` is the one clock reading when the caller took it already.

    ``by`` is whoever is logged in; without a log-in the log says ``actor_name``.

    Raises NotAllowedNow, Invalid (reason), StaleVersion.
    """
    if expected_version is not None and row.version != expected_version:
        raise StaleVersion(row.id)
    before = Stage(row.stage)
    step = next_stage(before, action, returns=row.returns)
    reason = clean_text(reason)
    problem = reason_problem(reason) if step.needs_reason else None
    if problem is not None:
        raise Invalid([problem])
    now = at or house.clock.now()
    swap(session, row, now, {"stage": step.to.value, **(changes or {})})
    if step.note is not None:
        note = step.note.format(name=name, reason=reason)
        add_log(session, house, row, action, before, step, now, by, actor_name, note)
    return step


def swap(session: Session, row: Registration, now: datetime, values: Mapping[str, object]) -> None:
    """Write ``values`` if nobody else wrote since ``row`` was read. Raises StaleVersion."""
    changed = session.execute(
        update(Registration)
        .where(Registration.id == row.id, Registration.version == row.version, Registration.stage == row.stage)
        .values(version=row.version + 1, updated_at=now, **values)
        .execution_options(synchronize_session=False)
        .returning(Registration.id)
    ).all()
    if len(changed) != 1:
        raise StaleVersion(row.id)
    session.refresh(row)


def add_log(
    session: Session,
    house: House,
    row: Registration,
    action: Move,
    before: Stage | None,
    step: Step,
    at: datetime,
    by: Caller | None,
    actor_name: str,
    note: str,
) -> None:
    """Append one row; times never run backwards within a dossier."""
    last_seq, last_at = session.execute(
        select(func.max(RegistrationLog.seq), func.max(RegistrationLog.at)).where(
            RegistrationLog.registration_id == row.id
        )
    ).one()
    session.add(
        RegistrationLog(
            id=house.chance.uuid(),
            registration_id=row.id,
            seq=(last_seq or 0) + 1,
            at=max(at, last_at) if last_at else at,
            actor_id=by.user_id if by else None,
            actor_name=by.full_name if by else actor_name,
            move=action.value,
            from_stage=before.value if before else None,
            to_stage=step.to.value,
            note=note[:600],
        )
    )
    session.flush()

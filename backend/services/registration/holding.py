"""Who has a dossier in hand at the Treasury office: one officer from R8 on, so that nobody works on it twice.

Whoever left the office holds nothing, whatever the row still says: a dossier must not wait for somebody who does not
come back. Does not: move anything (``in_hand.py`` does).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.domain.registration import Move, Stage
from backend.models import Registration, RegistrationLog, User
from backend.services.caller import Caller
from backend.services.house import House

TAKING = (Move.OPEN.value, Move.HAND_OVER.value)


def holder_of(session: Session, row: Registration) -> User | None:
    """The officer who goes on with it; None while it waits for one."""
    officer = _officer(session, row)
    return officer if officer is not None and officer.active else None


def officer_name(session: Session, row: Registration) -> str | None:
    """Who has it in hand, or who checked it."""
    officer = _officer(session, row)
    return officer.full_name if officer is not None else None


def _officer(session: Session, row: Registration) -> User | None:
    """A dossier that came back to the office waits for anybody, whoever checked it before."""
    if row.officer_id is None or Stage(row.stage) is Stage.SUBMITTED:
        return None
    return session.get_one(User, row.officer_id)


def held_since(session: Session, row: Registration) -> datetime | None:
    """Since when the officer has had it; None while nobody has."""
    if row.officer_id is None or Stage(row.stage) not in (Stage.UNDER_REVIEW, Stage.CHECKED):
        return None
    taken = select(func.max(RegistrationLog.at)).where(
        RegistrationLog.registration_id == row.id, RegistrationLog.move.in_(TAKING)
    )
    return session.scalar(taken)


def is_late(house: House, row: Registration) -> bool:
    """The unit should have had its answer."""
    return row.due_at is not None and row.due_at < house.clock.now()


def may_officer(session: Session, house: House, caller: Caller, row: Registration, action: Move) -> bool:
    """Whoever took it goes on with it. A colleague may take over what is late or has nobody, so that no absence holds a
    unit up.
    """
    if action is not Move.OPEN:
        return row.officer_id == caller.user_id
    holder = holder_of(session, row)
    return holder is None or (holder.id != caller.user_id and is_late(house, row))

"""Đăng ký thay đổi sử dụng DVC: a unit that uses the service declares anew, while what was approved stays in force.

Any active member of the unit goes on with it, whoever began it: who typed binds nobody, the signature of the account
holder's side and the Treasury's approval do. The log names who did what.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.errors import NotFound
from backend.models import Registration
from backend.services.caller import Caller


def change_of(session: Session, caller: Caller) -> Registration:
    """The unit's change: the open one, or the last that ended. Raises NotFound."""
    changes = select(Registration).where(Registration.unit_id == caller.unit_id, Registration.kind == "change")
    newest = changes.order_by(Registration.created_at.desc(), Registration.id.desc()).limit(1)
    row = session.scalars(newest).one_or_none() if caller.unit_id else None
    if row is None:
        raise NotFound()
    return row

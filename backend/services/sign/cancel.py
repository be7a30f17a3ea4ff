"""The person takes the request back. No CA knows a cancel call: the phone may still show it, and a yes there comes too
late.
"""

from __future__ import annotations

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.domain.errors import NotAllowedNow, NotYourTurn
from backend.domain.signing import SignStatus, check_move
from backend.models import SigningTransaction
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.scope import signing_for
from backend.services.sign.end import closing
from backend.services.sign.subjects import SUBJECTS
from backend.services.signing_view import view_of

log = structlog.get_logger(__name__)


def cancel_signing(session: Session, house: House, caller: Caller, signing_id: str) -> dict[str, object]:
    """Close the request and give the pen back. Raises NotYourTurn, NotAllowedNow when it is too late."""
    row = signing_for(session, caller, signing_id)
    if row.user_id != caller.user_id:
        raise NotYourTurn(signing_id)
    status = SignStatus(row.status)
    check_move(status, SignStatus.CANCELLED)
    # The new epoch fences the worker off: whatever it is about to write will change no row.
    changed = session.execute(
        update(SigningTransaction)
        .where(SigningTransaction.id == row.id, SigningTransaction.status == status.value)
        .values(
            status=SignStatus.CANCELLED.value,
            epoch=SigningTransaction.epoch + 1,
            **closing(house, row, SignStatus.CANCELLED),
        )
        .execution_options(synchronize_session=False)
        .returning(SigningTransaction.id)
    ).all()
    if len(changed) != 1:
        raise NotAllowedNow(signing_id)
    session.refresh(row)
    SUBJECTS[row.subject_kind].release(session, house, row, SignStatus.CANCELLED.value)
    SUBJECTS[row.subject_kind].changed(session, house, row)
    return view_of(session, house, row)


def not_mine(session: Session, house: House, caller: Caller, signing_id: str) -> dict[str, object]:
    """'Tôi không yêu cầu ký': cancel and raise the alarm; somebody else used this person's log-in."""
    view = cancel_signing(session, house, caller, signing_id)
    log.error("signing.not_requested_by_holder", signing_id=signing_id, user_id=caller.user_id)
    return view

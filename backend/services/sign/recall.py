"""What a unit has in the air when its registration changes: every request is closed and the pen given back, because
certificates and rights are no longer those it was made with. Vouchers that are signed already stay signed.

A signature that comes afterwards is watched for and kept as an orphan. The one exception is a request whose call to the
CA is under way at that very moment: its answer is lost to us, and seen again only where the CA knocks or can be asked
by our reference; used it is never.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from backend.domain.signing import LIVE, SignStatus, check_move
from backend.models import Dossier, SigningTransaction
from backend.services.house import House
from backend.services.sign.end import closing, closing_follower
from backend.services.sign.subject import Subjects

log = structlog.get_logger(__name__)

NOTE = "đăng ký sử dụng dịch vụ của đơn vị vừa thay đổi"

_CLOSED_AS: Mapping[SignStatus, SignStatus] = {
    SignStatus.PREPARED: SignStatus.CANCELLED,
    SignStatus.SENDING: SignStatus.EXPIRED,
    SignStatus.WAITING: SignStatus.CANCELLED,
    SignStatus.UNKNOWN: SignStatus.CANCELLED,
    SignStatus.COLLECTED: SignStatus.ORPHAN,
    SignStatus.EMBEDDED: SignStatus.ORPHAN,
}


def recall(session: Session, house: House, subjects: Subjects, unit_id: str) -> int:
    """Close every live request over the unit's dossiers, in the caller's commit; how many there were.

    The rows stay locked until then, and a new epoch fences the workers off.
    """
    rows = _live(session, unit_id)
    if not rows:
        return 0
    for row in rows:
        _close(house, row)
    session.flush()
    subjects[rows[0].subject_kind].hold(session, rows)
    for row in rows:
        subject = subjects[row.subject_kind]
        subject.release(session, house, row, NOTE)
        if row.status == SignStatus.ORPHAN.value:
            subject.late(session, house, row)
        if row.leader_id is None:
            subject.changed(session, house, row)
    log.info("signing.recalled", unit_id=unit_id, signings=len(rows))
    return len(rows)


def _live(session: Session, unit_id: str) -> Sequence[SigningTransaction]:
    return session.scalars(
        select(SigningTransaction)
        .join(Dossier, Dossier.id == SigningTransaction.subject_id)
        .where(Dossier.unit_id == unit_id, SigningTransaction.status.in_([status.value for status in LIVE]))
        .order_by(SigningTransaction.id)
        .options(selectinload(SigningTransaction.documents))
        .with_for_update(of=SigningTransaction)
        .execution_options(populate_existing=True)
    ).all()


def _close(house: House, row: SigningTransaction) -> None:
    now = SignStatus(row.status)
    to = _CLOSED_AS[now]
    check_move(now, to)
    columns = closing(house, row, to) if row.leader_id is None else closing_follower(house, row, to)
    row.status, row.epoch = to.value, row.epoch + 1
    for name, value in columns.items():
        setattr(row, name, value)

"""'Tôi không yêu cầu ký': somebody else used this person's log-in, so no further prompt leaves under their name.

The request is taken back if it still can be, its signature is never used, the unit is told, and new requests are
refused until the person proves with the password that it is them, or an operator lifts the block.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from backend.domain.errors import NotYourTurn, SigningBlocked
from backend.domain.providers import Secret
from backend.models import SigningBlock, SigningTransaction, User
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.scope import signing_for
from backend.services.sessions import prove
from backend.services.sign.batch_view import batch_for, batch_view_of
from backend.services.sign.cancel import asked_leader, take_back_open
from backend.services.sign.subjects import SUBJECTS
from backend.services.signing_view import view_of

log = structlog.get_logger(__name__)


def not_mine(session: Session, house: House, caller: Caller, signing_id: str) -> dict[str, object]:
    """Block, take back, tell the unit; may be said of a request in any state. Raises NotYourTurn of another's."""
    row = signing_for(session, caller, signing_id)
    if row.user_id != caller.user_id:
        raise NotYourTurn(signing_id)
    if session.scalars(select(SigningBlock).where(SigningBlock.signing_id == row.id)).first() is None:
        _block(session, house, caller, row)
    take_back_open(session, house, row)
    session.refresh(row)
    return view_of(session, house, row)


def batch_not_mine(session: Session, house: House, caller: Caller, batch_id: str) -> dict[str, object]:
    """The same for a batch: the prompt on the phone was not asked for."""
    batch = batch_for(session, caller, batch_id)
    not_mine(session, house, caller, asked_leader(session, batch.id).id)
    return batch_view_of(session, house, batch)


def _block(session: Session, house: House, caller: Caller, row: SigningTransaction) -> None:
    session.add(SigningBlock(id=house.chance.uuid(), user_id=caller.user_id, signing_id=row.id, at=house.clock.now()))
    session.flush()
    SUBJECTS[row.subject_kind].alarm(session, house, row, caller)
    log.error("signing.not_requested_by_holder", signing_id=row.id, user_id=caller.user_id)


def refuse_blocked(session: Session, user_id: str) -> None:
    """Raises SigningBlocked while the person's own alarm stands."""
    since = _since(session, user_id)
    if since is not None:
        raise SigningBlocked(since=since)


def block_view(session: Session, house: House, caller: Caller) -> dict[str, object]:
    """Whether the caller's requests are blocked, and since when."""
    since = _since(session, caller.user_id)
    return {"blocked": since is not None, "since": since}


def _since(session: Session, user_id: str) -> datetime | None:
    active = (SigningBlock.user_id == user_id, SigningBlock.lifted_at.is_(None))
    return session.execute(select(func.min(SigningBlock.at)).where(*active)).scalar_one()


def lift(house: House, caller: Caller, password: Secret, address: str) -> dict[str, object]:
    """The person is back in charge. Raises LoginRefused, LoginLocked. Harmless to repeat."""
    prove(house, caller, password, address)
    with house.begin() as session:
        _lifted(session, house, caller.user_id, caller.user_id)
        return block_view(session, house, caller)


def lift_for(house: House, username: str, operator: str) -> bool:
    """An operator lifts it after speaking with the person; False when there is nothing to lift."""
    with house.begin() as session:
        user_id = session.scalars(select(User.id).where(User.username == username)).one_or_none()
        return user_id is not None and bool(_lifted(session, house, user_id, operator))


def _lifted(session: Session, house: House, user_id: str, by: str) -> Sequence[str]:
    log.warning("signing.block_lifted", user_id=user_id, by=by)
    return session.scalars(
        update(SigningBlock)
        .where(SigningBlock.user_id == user_id, SigningBlock.lifted_at.is_(None))
        .values(lifted_at=house.clock.now(), lifted_by=by[:100])
        .execution_options(synchronize_session=False)
        .returning(SigningBlock.id)
    ).all()

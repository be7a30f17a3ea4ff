"""What waits for me, and what has been: the two hot lists, read as plain rows.

The ORM is left out on purpose: a row of the list costs a third of its price that way, and these lists are most of the
traffic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from backend.domain.people import ServiceTitle
from backend.domain.signing import LIVE
from backend.domain.voucher import RETURNED, STATUS_LABEL, Actor, Status, pen_of
from backend.domain.workdays import VIETNAM
from backend.models import Dossier, DossierLog, Opened, SigningTransaction, Unit, User
from backend.services.caller import Caller
from backend.services.cursor import cursor_after, position
from backend.services.forms import all_rules
from backend.services.house import House
from backend.services.scope import visible
from backend.services.search import has_words

PAGE = 20

_Maker, _Chief = aliased(User), aliased(User)
_Return = aliased(DossierLog)

_COLUMNS = (
    Dossier.id,
    Dossier.code,
    Dossier.status,
    Dossier.version,
    Dossier.content_version,
    Dossier.form_code,
    Dossier.payee_name,
    Dossier.content,
    Dossier.total_amount,
    Dossier.voucher_no,
    Dossier.waiting_since,
    Dossier.updated_at,
    Dossier.due_at,
    _Maker.full_name.label("maker_name"),
    _Chief.full_name.label("chief_name"),
    Unit.name.label("unit_name"),
    Opened.content_version.label("opened_version"),
    _Return.note.label("returned_note"),
    _Return.actor_name.label("returned_by"),
    _Return.at.label("returned_at"),
)


def _rows(caller: Caller) -> Select[*tuple[Any, ...]]:
    live = (
        select(SigningTransaction.id)
        .where(
            SigningTransaction.subject_id == Dossier.id,
            SigningTransaction.status.in_([status.value for status in LIVE]),
        )
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(*_COLUMNS, live.label("signing_id"))
        .join(_Maker, _Maker.id == Dossier.maker_id)
        .join(Unit, Unit.id == Dossier.unit_id)
        .outerjoin(_Chief, _Chief.id == Dossier.chief_id)
        .outerjoin(Opened, and_(Opened.dossier_id == Dossier.id, Opened.user_id == caller.user_id))
        .outerjoin(_Return, and_(_Return.dossier_id == Dossier.id, _Return.seq == _last_return()))
    )


def _last_return() -> ScalarSelect[int | None]:
    """The log row by which a returned dossier came back; null for every other dossier."""
    return (
        select(func.max(DossierLog.seq))
        .where(
            DossierLog.dossier_id == Dossier.id,
            DossierLog.to_status == Dossier.status,
            Dossier.status.in_([status.value for status in RETURNED]),
        )
        .correlate(Dossier)
        .scalar_subquery()
    )


def waiting_for(caller: Caller) -> ColumnElement[bool]:
    """SQL condition: the pen of the dossier is in this person's hand (or their own signing is under way)."""
    if caller.title is ServiceTitle.TREASURY_APPROVER:
        return false()  # what waits for approval is on the desk for registrations
    if caller.treasury_code is not None:
        mine = Dossier.treasury_code == caller.treasury_code
        return and_(mine, Dossier.status == Status.SUBMITTED.value, Dossier.receipt_no.is_not(None))
    if caller.unit_id is None:
        return false()
    return or_(
        and_(Dossier.maker_id == caller.user_id, Dossier.status.in_(_held_by(Actor.MAKER))),
        and_(
            Dossier.chief_id == caller.user_id,
            Dossier.status.in_([Status.AWAITING_CHIEF_ACCOUNTANT.value, Status.SIGNING_CHIEF_ACCOUNTANT.value]),
        ),
        and_(
            Dossier.holder_id == caller.user_id,
            Dossier.status.in_([Status.AWAITING_ACCOUNT_HOLDER.value, Status.SIGNING_ACCOUNT_HOLDER.value]),
        ),
    )


def _held_by(actor: Actor) -> list[str]:
    return [status.value for status in Status if pen_of(status) is actor]


def inbox(
    session: Session, house: House, caller: Caller, *, filter: str = "all", q: str = "", cursor: str | None = None
) -> dict[str, object]:
    """What waits for the caller, oldest first, with count and total over the whole list."""
    now = house.clock.now()
    mine = waiting_for(caller)
    urgent = _urgent(house, now)
    wanted = and_(mine, urgent) if filter == "urgent" else mine
    if q:
        wanted = and_(wanted, has_words(Dossier.search_text, q))
    found = session.execute(
        _after(_rows(caller).where(wanted), cursor).order_by(Dossier.waiting_since, Dossier.id).limit(PAGE + 1)
    ).all()
    count, total = session.execute(
        select(func.count(), func.coalesce(func.sum(Dossier.total_amount), 0)).where(mine)
    ).one()
    urgent_count = session.execute(select(func.count()).select_from(Dossier).where(mine, urgent)).scalar_one()
    return {
        "items": _views(found[:PAGE], house, now),
        "next_cursor": cursor_after(found[PAGE - 1].waiting_since, found[PAGE - 1].id) if len(found) > PAGE else None,
        "count": count,
        "total_amount": int(total),
        "urgent_count": urgent_count,
    }


def _urgent(house: House, now: datetime) -> ColumnElement[bool]:
    return and_(Dossier.due_at.is_not(None), Dossier.due_at < now + house.policy.urgent_after)


def history(
    session: Session,
    house: House,
    caller: Caller,
    *,
    status: list[str] | None = None,
    from_: date | None = None,
    to: date | None = None,
    q: str = "",
    min_amount: int | None = None,
    max_amount: int | None = None,
    cursor: str | None = None,
) -> dict[str, object]:
    """Every dossier the caller may see, newest first."""
    wanted = [visible(caller)]
    if status:
        wanted.append(Dossier.status.in_(status))
    if from_:
        wanted.append(Dossier.updated_at >= datetime.combine(from_, time(), VIETNAM))
    if to:
        wanted.append(Dossier.updated_at < datetime.combine(to + timedelta(days=1), time(), VIETNAM))
    if q:
        wanted.append(has_words(Dossier.search_text, q))
    if min_amount is not None:
        wanted.append(Dossier.total_amount >= min_amount)
    if max_amount is not None:
        wanted.append(Dossier.total_amount <= max_amount)
    query = _before(_rows(caller).where(*wanted), cursor)
    found = session.execute(query.order_by(Dossier.updated_at.desc(), Dossier.id.desc()).limit(PAGE + 1)).all()
    now = house.clock.now()
    return {
        "items": _views(found[:PAGE], house, now),
        "next_cursor": cursor_after(found[PAGE - 1].updated_at, found[PAGE - 1].id) if len(found) > PAGE else None,
    }


def row_view(session: Session, house: House, caller: Caller, dossier_id: str) -> dict[str, object]:
    """One row, as the lists show it."""
    row = session.execute(_rows(caller).where(Dossier.id == dossier_id)).one()
    return _views([row], house, house.clock.now())[0]


def _views(rows: Sequence[Any], house: House, now: datetime) -> list[dict[str, object]]:
    names = {rules.form_code: rules.name for rules in all_rules(house.forms)}
    return [_view(row, names, house, now) for row in rows]


def _view(row: Any, names: Mapping[str, str], house: House, now: datetime) -> dict[str, object]:
    opened = row.opened_version
    return {
        "id": row.id,
        "code": row.code,
        "status": row.status,
        "status_label": STATUS_LABEL[Status(row.status)],
        "version": row.version,
        "form_name": names.get(row.form_code, row.form_code),
        "payee_name": row.payee_name,
        "content": row.content,
        "amount": row.total_amount,
        "voucher_no": row.voucher_no,
        "waiting_since": row.waiting_since,
        "sender_name": _sender(row),
        "urgent": row.due_at is not None and row.due_at < now + house.policy.urgent_after,
        "due_at": row.due_at,
        "signing_id": row.signing_id,
        "changed_since_seen": opened is not None and opened < row.content_version,
        "unit_name": row.unit_name,
        "returned": _returned(row),
    }


def _returned(row: Any) -> dict[str, object] | None:
    if row.returned_at is None:
        return None
    return {"note": row.returned_note, "by": row.returned_by, "at": row.returned_at}


def _sender(row: Any) -> str:
    by_chief = pen_of(Status(row.status)) is Actor.CHOSEN_ACCOUNT_HOLDER or row.status == Status.SIGNING_ACCOUNT_HOLDER
    return str(row.chief_name if by_chief and row.chief_name else row.maker_name)


def _after(query: Select[*tuple[Any, ...]], cursor: str | None) -> Select[Any]:
    if cursor is None:
        return query
    at, id_ = position(cursor)
    return query.where(or_(Dossier.waiting_since > at, and_(Dossier.waiting_since == at, Dossier.id > id_)))


def _before(query: Select[*tuple[Any, ...]], cursor: str | None) -> Select[Any]:
    if cursor is None:
        return query
    at, id_ = position(cursor)
    return query.where(or_(Dossier.updated_at < at, and_(Dossier.updated_at == at, Dossier.id < id_)))

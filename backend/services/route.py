"""Moving a dossier: one edge, one compare-and-swap, one log row, one round of knocks, in the caller's commit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from backend.domain.errors import Invalid, NotYourTurn, StaleVersion
from backend.domain.events import EventType
from backend.domain.people import TITLE_LABEL, ServiceTitle
from backend.domain.text import clean_text
from backend.domain.voucher import (
    MACHINES,
    Action,
    Actor,
    Edge,
    Route,
    Status,
    log_note,
    next_status,
    reason_problem,
    route_of,
)
from backend.models import Dossier, DossierLog, Unit, User
from backend.services.caller import Caller
from backend.services.events import notify
from backend.services.house import House


def route_for(dossier: Dossier) -> Route:
    """The route of the dossier: that of its unit's kind as it is now."""
    return route_of(second_signature=dossier.unit.has_second_signature)


def hold_unit(session: Session, unit_id: str) -> None:
    """Read the unit anew; a change of its registration comes into force only after the caller's commit."""
    session.get_one(Unit, unit_id, with_for_update={"read": True}, populate_existing=True)


def move(
    session: Session,
    house: House,
    dossier: Dossier,
    action: Action,
    by: Caller | None,
    *,
    expected_version: int | None = None,
    name: str = "",
    reason: str = "",
    number: str = "",
    signing_id: str | None = None,
    **changes: object,
) -> Edge:
    """Take one edge. ``by`` is None when a machine moves (a signature settled or failed, a change came into force).

    Raises NotAllowedNow, NotYourTurn, Invalid (reason), StaleVersion. ``changes`` are further columns of the dossier.
    """
    if expected_version is not None and dossier.version != expected_version:
        raise StaleVersion(dossier.id)
    before = Status(dossier.status)
    edge = next_status(route_for(dossier), before, action)
    _check_actor(edge, dossier, by)
    reason = _checked_reason(edge, reason)
    now = house.clock.now()
    _swap(session, dossier, edge, now, changes)
    if edge.note:
        note = log_note(edge, name=name, reason=reason, number=number)
        add_log(session, house, dossier, action, by, before, edge.to, note, signing_id, now)
    tell_everybody(session, now, dossier)
    return edge


def _check_actor(edge: Edge, dossier: Dossier, by: Caller | None) -> None:
    allowed = edge.by in MACHINES if by is None else _is(edge.by, dossier, by)
    if not allowed:
        raise NotYourTurn(dossier.id)


def actor_is(route: Route, dossier: Dossier, status: Status, action: Action, caller: Caller) -> bool:
    """True when this person is the one who may take the edge."""
    return _is(next_status(route, status, action).by, dossier, caller)


def _is(actor: Actor, dossier: Dossier, caller: Caller) -> bool:
    if actor is Actor.TREASURY_OFFICER:
        return caller.title is ServiceTitle.TREASURY_OFFICER and caller.treasury_code == dossier.treasury_code
    holders = {
        Actor.MAKER: dossier.maker_id,
        Actor.CHOSEN_CHIEF_ACCOUNTANT: dossier.chief_id,
        Actor.CHOSEN_ACCOUNT_HOLDER: dossier.holder_id,
    }
    return holders.get(actor) == caller.user_id


def _checked_reason(edge: Edge, reason: str) -> str:
    if not edge.needs_reason:
        return clean_text(reason)
    problem = reason_problem(reason)
    if problem is not None:
        raise Invalid([problem])
    return clean_text(reason)


def _swap(session: Session, dossier: Dossier, edge: Edge, now: datetime, changes: dict[str, object]) -> None:
    """Compare-and-swap: the loser of a race is told so."""
    moved = edge.to.value != dossier.status
    values: dict[str, object] = {"status": edge.to.value, "version": dossier.version + 1, "updated_at": now, **changes}
    if moved:
        values["waiting_since"] = now
    changed = session.scalars(
        update(Dossier)
        .where(Dossier.id == dossier.id, Dossier.version == dossier.version, Dossier.status == dossier.status)
        .values(**values)
        .execution_options(synchronize_session=False, populate_existing=True)
        .returning(Dossier)
    ).all()
    if changed != [dossier]:
        raise StaleVersion(dossier.id)


def add_log(
    session: Session,
    house: House,
    dossier: Dossier,
    action: Action,
    by: Caller | None,
    before: Status | None,
    to: Status,
    note: str,
    signing_id: str | None,
    at: datetime,
) -> None:
    """Append one row to the log; times never run backwards within a dossier."""
    of_dossier = DossierLog.dossier_id == dossier.id
    last_seq = select(func.coalesce(func.max(DossierLog.seq), 0)).where(of_dossier).scalar_subquery()
    later = select(func.max(DossierLog.at)).where(of_dossier, DossierLog.at > at).scalar_subquery()
    session.execute(
        insert(DossierLog).values(
            id=house.chance.uuid(),
            dossier_id=dossier.id,
            seq=last_seq + 1,
            at=func.coalesce(later, at),
            actor_id=by.user_id if by else None,
            actor_name=by.full_name if by else "Hệ thống",
            actor_title=TITLE_LABEL[by.shown_title] if by else "",
            action=action.value,
            from_status=before.value if before else None,
            to_status=to.value,
            note=note[:600],
            signing_id=signing_id,
        )
    )


def tell_everybody(session: Session, now: datetime, dossier: Dossier) -> None:
    """Knock for everyone who may be looking at the dossier or its list."""
    people = {dossier.maker_id, dossier.chief_id, dossier.holder_id}
    if dossier.receipt_no is not None:
        people |= set(
            session.scalars(select(User.id).where(User.treasury_code == dossier.treasury_code, User.active)).all()
        )
    notify(session, now, people, EventType.DOSSIER_CHANGED, dossier.id)


def tell_former(session: Session, now: datetime, dossier: Dossier, user_ids: Iterable[str | None]) -> None:
    """Those who no longer have the dossier must see it leave the list."""
    notify(session, now, user_ids, EventType.INBOX_CHANGED, dossier.id)

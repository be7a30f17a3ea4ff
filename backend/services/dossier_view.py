"""One dossier as the screens see it: data, files, log, warnings, and what this person can do now."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.money import MAX_AMOUNT, amount_in_words
from backend.domain.people import TREASURY_TITLES, ServiceTitle, Side
from backend.domain.signing import LIVE
from backend.domain.voucher import STATUS_LABEL, Action, Actor, Status, actions_of, pen_of
from backend.domain.workdays import VIETNAM
from backend.models import Document, Dossier, DossierLog, Opened, SigningTransaction, Unit, User, Voucher
from backend.models.upsert import insert_on
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.inbox import row_view
from backend.services.paper import payee_place
from backend.services.people import title_label, why_not
from backend.services.route import actor_is, route_for
from backend.services.scope import dossier_for
from backend.services.sessions import treasury_view, unit_view
from backend.services.signing_view import view_of
from backend.services.warnings import warnings_of

_OFFERED = {
    Action.SAVE: "edit",
    Action.SUBMIT: "submit",
    Action.WITHDRAW: "withdraw",
    Action.RETURN: "return",
    Action.APPROVE: "sign",
    Action.REOPEN: "reopen",
    Action.CANCEL: "cancel",
    Action.REPICK: "reassign",
    Action.RECEIVE: "receive",
}
"""Edges of the route and the names the screens know them by."""

_REVISIONS = ("form", "second_signature", "both_signatures", "first_signature")
"""Each file of a content version carries more signatures than those before it."""


def dossier_view(session: Session, house: House, caller: Caller, dossier_id: str) -> dict[str, object]:
    """The wire shape of one dossier for this person. Raises NotFound."""
    dossier = dossier_for(session, caller, dossier_id)
    unit = session.get_one(Unit, dossier.unit_id)
    return {
        **row_view(session, house, caller, dossier_id),
        "unit": unit_view(unit),
        "treasury": treasury_view(session, dossier.treasury_code),
        "maker": _person(session, dossier.maker_id),
        "chief_accountant": _person(session, dossier.chief_id),
        "account_holder": _person(session, dossier.holder_id),
        "vouchers": [_voucher(session, voucher) for voucher in dossier.vouchers],
        "documents": [document_view(row) for row in current_documents(session, dossier)],
        "warnings": warnings_of(session, house, dossier),
        "log": _log(session, dossier),
        "actions": _actions(session, house, caller, dossier),
        "signing": _signing(session, house, dossier),
        "receipt_no": dossier.receipt_no,
        "received_at": dossier.received_at,
        "received_by": _person(session, dossier.received_by),
    }


def open_dossier(house: House, caller: Caller, dossier_id: str) -> dict[str, object]:
    """The dossier as it stands, and remember that this person has this content before their eyes.

    What they read still says whether it changed since they looked last; the next look does not.
    """
    with house.read() as session:
        view = dossier_view(session, house, caller, dossier_id)
        version = session.get_one(Dossier, dossier_id).content_version
        seen = session.get(Opened, (caller.user_id, dossier_id))
        known = seen is not None and seen.content_version == version
    if not known:
        with house.begin() as session:
            # Two devices of one person may come at once.
            session.execute(
                insert_on(session, Opened)
                .values(user_id=caller.user_id, dossier_id=dossier_id, content_version=version)
                .on_conflict_do_update(
                    index_elements=[Opened.user_id, Opened.dossier_id], set_={"content_version": version}
                )
            )
    return view


def _person(session: Session, user_id: str | None) -> dict[str, object] | None:
    if user_id is None:
        return None
    user = session.get_one(User, user_id)
    return {"id": user.id, "full_name": user.full_name, "title_label": title_label(user)}


def _voucher(session: Session, voucher: Voucher) -> dict[str, object]:
    words = amount_in_words(voucher.amount) if 0 < voucher.amount <= MAX_AMOUNT else ""
    return {
        "id": voucher.id,
        "position": voucher.position,
        "form_code": voucher.form_code,
        "form_edition": voucher.form_edition,
        "service_voucher_number": voucher.service_voucher_number,
        "content": voucher.content,
        "amount": voucher.amount,
        "amount_in_words": words,
        "payee_place": payee_place(session, voucher.content.get("payee") or {}),
    }


def current_documents(session: Session, dossier: Dossier) -> list[Document]:
    """The newest revision of each voucher's file in this content version, in voucher order."""
    rows = session.scalars(
        select(Document)
        .join(Voucher, Voucher.id == Document.voucher_id)
        .where(
            Document.dossier_id == dossier.id,
            Document.content_version == dossier.content_version,
            Document.void.is_(False),
        )
        .order_by(Voucher.position)
    ).all()
    newest: dict[str, Document] = {}
    for row in sorted(rows, key=lambda row: _REVISIONS.index(row.revision)):
        newest[row.voucher_id] = row
    order = {row.voucher_id: index for index, row in enumerate(rows)}
    return sorted(newest.values(), key=lambda row: order[row.voucher_id])


def document_view(row: Document) -> dict[str, object]:
    """One file with the addresses of its pages."""
    base = f"/api/documents/{row.id}"
    return {
        "id": row.id,
        "voucher_id": row.voucher_id,
        "filename": row.filename,
        "sha256": row.sha256,
        "short_digest": row.sha256[:8],
        "pages": row.pages,
        "page_urls": [f"{base}/pages/{number}.webp" for number in range(1, row.pages + 1)],
        "pdf_url": f"{base}.pdf",
        "revision": row.revision,
        "signatures_url": f"{base}/signatures",
    }


def _log(session: Session, dossier: Dossier) -> list[dict[str, object]]:
    rows = session.scalars(select(DossierLog).where(DossierLog.dossier_id == dossier.id).order_by(DossierLog.seq)).all()
    return [
        {
            "seq": row.seq,
            "at": row.at,
            "actor_name": row.actor_name,
            "actor_title": row.actor_title,
            "action": row.action,
            "from_status": row.from_status,
            "to_status": row.to_status,
            "status_label": STATUS_LABEL[Status(row.to_status)],
            "note": row.note,
        }
        for row in rows
    ]


def _actions(session: Session, house: House, caller: Caller, dossier: Dossier) -> list[dict[str, object]]:
    status = Status(dossier.status)
    route = route_for(dossier)
    possible = [
        action
        for action in actions_of(route, status)
        if action in _OFFERED and actor_is(route, dossier, status, action, caller)
    ]
    offered = [_action(session, house, caller, dossier, action) for action in possible]
    if not any(item["action"] == "sign" for item in offered):
        reason = _why_no_signing(session, caller, dossier, status)
        if reason is not None:
            offered.append({"action": "sign", "allowed": False, "reason": reason})
    return offered


def _action(session: Session, house: House, caller: Caller, dossier: Dossier, action: Action) -> dict[str, object]:
    reason = None
    if action is Action.APPROVE:
        step = step_of(Status(dossier.status))
        refused = why_not(session, dossier, caller.user_id, step, house.clock.now())
        reason = refused.sentence if refused else None
    return {"action": _OFFERED[action], "allowed": reason is None, "reason": reason}


def step_of(status: Status) -> Side:
    """Which side signs in this state."""
    chief = {Status.AWAITING_CHIEF_ACCOUNTANT, Status.SIGNING_CHIEF_ACCOUNTANT}
    return Side.SECOND_SIGNATURE if status in chief else Side.FIRST_SIGNATURE


_WAIT_REASON: Mapping[Actor, str] = {
    Actor.CHOSEN_CHIEF_ACCOUNTANT: "Chờ Kế toán trưởng ký trước.",
    Actor.CHOSEN_ACCOUNT_HOLDER: "Bạn chỉ có quyền xem chứng từ này.",
}


def _why_no_signing(session: Session, caller: Caller, dossier: Dossier, status: Status) -> str | None:
    """Why a signer sees no sign button, in words."""
    if caller.title in TREASURY_TITLES | {ServiceTitle.ACCOUNTANT}:
        return None
    if pen_of(status) is Actor.PROVIDER:
        return _who_signs(session, dossier)
    if pen_of(status) is Actor.CHOSEN_CHIEF_ACCOUNTANT and dossier.chief_id != caller.user_id:
        return _WAIT_REASON[Actor.CHOSEN_CHIEF_ACCOUNTANT]
    return _WAIT_REASON[Actor.CHOSEN_ACCOUNT_HOLDER] if pen_of(status) is Actor.CHOSEN_ACCOUNT_HOLDER else None


def _who_signs(session: Session, dossier: Dossier) -> str | None:
    row = _live(session, dossier)
    if row is None:
        return None
    name = session.get_one(User, row.user_id).full_name
    return f"{name} đang ký chứng từ này từ {row.created_at.astimezone(VIETNAM):%H:%M}."


def _live(session: Session, dossier: Dossier) -> SigningTransaction | None:
    return session.scalars(
        select(SigningTransaction).where(
            SigningTransaction.subject_id == dossier.id,
            SigningTransaction.status.in_([status.value for status in LIVE]),
        )
    ).first()


def _signing(session: Session, house: House, dossier: Dossier) -> dict[str, object] | None:
    """The live transaction, else the last one of the present content."""
    last = session.scalars(
        select(SigningTransaction)
        .where(
            SigningTransaction.subject_id == dossier.id,
            SigningTransaction.subject_version == dossier.content_version,
        )
        .order_by(SigningTransaction.created_at.desc())
        .limit(1)
    ).first()
    row = _live(session, dossier) or last
    return view_of(session, house, row) if row is not None else None

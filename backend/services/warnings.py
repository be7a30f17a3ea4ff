"""What deserves a second look before money moves: another account than last time, a payment that may be a repeat."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.domain.voucher import Status
from backend.domain.workdays import vietnam_date
from backend.models import Dossier, Voucher
from backend.services.house import House

REPEAT_WINDOW = timedelta(days=30)
_SENT = [Status.SUBMITTED.value, Status.RECEIVED.value, Status.CONTROLLING.value, Status.PAID.value]


def warnings_of(session: Session, house: House, dossier: Dossier) -> list[dict[str, object]]:
    """Code and sentence of each warning."""
    found = [_other_account(session, dossier), _repeat(session, dossier)]
    return [warning for warning in found if warning is not None]


def _other_account(session: Session, dossier: Dossier) -> dict[str, object] | None:
    now = _account(session, dossier.id)
    before = session.scalars(
        select(Dossier.id)
        .where(
            Dossier.unit_id == dossier.unit_id,
            Dossier.payee_name == dossier.payee_name,
            Dossier.payee_name != "",
            Dossier.id != dossier.id,
            Dossier.status.in_(_SENT),
        )
        .order_by(Dossier.updated_at.desc())
        .limit(1)
    ).first()
    if before is None or now is None or _account(session, before) == now:
        return None
    return {"code": "payee.account_changed", "sentence": "Tài khoản nhận tiền khác với lần thanh toán trước."}


def _account(session: Session, dossier_id: str) -> str | None:
    content = session.scalars(
        select(Voucher.content)
        .where(Voucher.dossier_id == dossier_id, Voucher.removed.is_(False))
        .order_by(Voucher.position)
        .limit(1)
    ).first()
    return ((content or {}).get("payee") or {}).get("payee_account") or None


def _repeat(session: Session, dossier: Dossier) -> dict[str, object] | None:
    twin = session.execute(
        select(Dossier.voucher_no, Dossier.created_at)
        .where(
            Dossier.unit_id == dossier.unit_id,
            Dossier.payee_name == dossier.payee_name,
            Dossier.payee_name != "",
            Dossier.total_amount == dossier.total_amount,
            Dossier.id != dossier.id,
            Dossier.status != Status.CANCELLED.value,
            Dossier.created_at > dossier.created_at - REPEAT_WINDOW,
            Dossier.created_at <= dossier.created_at,
        )
        .order_by(Dossier.created_at.desc())
        .limit(1)
    ).first()
    if twin is None:
        return None
    day = vietnam_date(twin.created_at)
    sentence = f"Có thể trùng với chứng từ {twin.voucher_no} ngày {day:%d/%m/%Y} (cùng đơn vị nhận, cùng số tiền)."
    return {"code": "voucher.possible_duplicate", "sentence": sentence}

"""A signing transaction as the screens see it: phase, deadline, code to compare, and after an ending what to do."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from backend.domain.providers import Descriptor, FailureKind
from backend.domain.signing import SignStatus
from backend.models import Certificate, Dossier, SigningTransaction, User
from backend.services.breakers import health_of
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.people import title_label
from backend.services.scope import signing_for
from backend.services.sessions import treasury_view

PHASE = {
    SignStatus.PREPARED: "sending",
    SignStatus.SENDING: "sending",
    SignStatus.WAITING: "waiting",
    SignStatus.COLLECTED: "checking",
    SignStatus.EMBEDDED: "checking",
    SignStatus.SETTLED: "signed",
    SignStatus.REJECTED: "rejected",
    SignStatus.EXPIRED: "expired",
    SignStatus.FAILED: "failed",
    SignStatus.CANCELLED: "cancelled",
    SignStatus.UNKNOWN: "unknown",
    SignStatus.ORPHAN: "orphan",
}

_CODE_OF_STATUS = {
    SignStatus.REJECTED: "sign.rejected",
    SignStatus.EXPIRED: "sign.expired",
    SignStatus.UNKNOWN: "sign.unknown",
    SignStatus.ORPHAN: "sign.late",
    SignStatus.CANCELLED: "sign.cancelled",
}

CODE_OF_FAILURE = {
    FailureKind.BAD_CREDENTIALS: "prov.login",
    FailureKind.LOCKED: "prov.locked",
    FailureKind.SECOND_FACTOR_REQUIRED: "prov.second_factor",
    FailureKind.SECOND_FACTOR_WRONG: "prov.code_wrong",
    FailureKind.SECOND_FACTOR_EXPIRED: "prov.code_expired",
    FailureKind.SECOND_FACTOR_EXHAUSTED: "prov.code_exhausted",
    FailureKind.KEY_AUTHORISATION: "prov.login",
    FailureKind.UNKNOWN_USER: "prov.unknown_user",
    FailureKind.NOT_ENROLLED: "prov.device",
    FailureKind.NO_CERTIFICATE: "cert.not_registered",
    FailureKind.CERTIFICATE_INVALID: "cert.revoked",
    FailureKind.QUOTA_EXHAUSTED: "prov.quota",
    FailureKind.SIGNATURE_DOES_NOT_VERIFY: "sign.invalid",
}
"""A CA's failure by the code of its sentence; whatever is not here is ``prov.down``."""

PROBLEM_CODES = frozenset({*_CODE_OF_STATUS.values(), *CODE_OF_FAILURE.values(), "prov.down", "sign.wrong_cert"})
"""Every code this view can put on a screen; ``api/problems.py`` must have a sentence for each."""


def signing_view(session: Session, house: House, caller: Caller, signing_id: str) -> dict[str, object]:
    """The transaction, for a person who may see its dossier."""
    return view_of(session, house, signing_for(session, caller, signing_id))


def view_of(session: Session, house: House, row: SigningTransaction) -> dict[str, object]:
    """The wire shape of one transaction."""
    dossier = session.get_one(Dossier, row.subject_id)
    certificate = session.get_one(Certificate, row.certificate_id)
    descriptor = house.providers[row.provider].descriptor
    status = SignStatus(row.status)
    return {
        "id": row.id,
        "batch_id": row.batch_id,
        "dossier_id": dossier.id,
        "dossier_code": dossier.code,
        "step": row.step,
        "status": row.status,
        "phase": phase_of(row, descriptor),
        "provider": row.provider,
        "provider_name": descriptor.name,
        "provider_health": health_of(session, row.provider, house.clock.now()),
        "app_name": descriptor.app_name,
        "deep_link": descriptor.deep_link,
        "comparison_code": row.comparison_code if descriptor.shows_description else None,
        "created_at": row.created_at,
        "expires_at": expires_at(row, descriptor),
        "server_time": house.clock.now(),
        "amount": row.total_amount,
        "payee_name": dossier.payee_name,
        "voucher_no": dossier.voucher_no,
        "problem": problem_of(row),
        "certificate": {"subject": certificate.subject_name, "serial_tail": certificate.serial_number[-8:]},
        "next_approver": _approver(session, row),
        "treasury": treasury_view(session, dossier.treasury_code),
        "signed_at": row.ended_at if status is SignStatus.SETTLED else None,
        "receipt_no": dossier.receipt_no,
    }


def phase_of(row: SigningTransaction, descriptor: Descriptor) -> str:
    """A CA that answers only when the person has decided is waited for while the request is still on its way."""
    status = SignStatus(row.status)
    return "waiting" if status is SignStatus.SENDING and descriptor.asks_while_sending else PHASE[status]


def expires_at(row: SigningTransaction, descriptor: Descriptor) -> datetime | None:
    """The CA's deadline; None until it is known."""
    if row.expires_at is not None or row.sent_at is None or not descriptor.asks_while_sending:
        return row.expires_at
    return row.sent_at + timedelta(seconds=descriptor.life_s)


def problem_of(row: SigningTransaction) -> dict[str, object] | None:
    """What went wrong, by code; the sentences live at the edge."""
    status = SignStatus(row.status)
    code = _problem_code(row, status)
    if code is None:
        return None
    return {
        "code": code,
        "sign_state": "unknown" if status is SignStatus.UNKNOWN else "none_created",
        "can_retry": status not in {SignStatus.UNKNOWN},
        "support_code": row.id[:8],
    }


def _problem_code(row: SigningTransaction, status: SignStatus) -> str | None:
    if status is not SignStatus.FAILED:
        return _CODE_OF_STATUS.get(status)
    if row.vendor_code == "verdict:wrong_signer":
        return "sign.wrong_cert"
    kind = FailureKind(row.failure_kind) if row.failure_kind else FailureKind.PROVIDER_UNAVAILABLE
    return CODE_OF_FAILURE.get(kind, "prov.down")


def _approver(session: Session, row: SigningTransaction) -> dict[str, object] | None:
    if row.next_approver_id is None:
        return None
    user = session.get_one(User, row.next_approver_id)
    return {"full_name": user.full_name, "title_label": title_label(user)}

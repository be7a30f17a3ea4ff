"""Duyệt và ký: from the tap to a frozen transaction (recovery points S1 and S2) for a payment dossier.

``prepare_sign`` checks everything, signs in at the CA and prepares the bytes; it writes nothing. ``start_sign`` writes
it all in one commit, or nothing when somebody was faster.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from backend.domain.errors import (
    AlreadySigning,
    ApproverNotEligible,
    CertificateMissing,
    ContentChanged,
    NotYourTurn,
    StaleVersion,
    TooManyRequests,
)
from backend.domain.money import format_vnd
from backend.domain.people import Side, printed_title
from backend.domain.signing import LIVE, SignStatus, Stamp
from backend.domain.voucher import Action, Status, next_status
from backend.models import Certificate, Document, Dossier, SigningTransaction, Unit, Voucher
from backend.services.approvers import check_pick
from backend.services.caller import Caller
from backend.services.documents import expected_on
from backend.services.dossier_view import current_documents, step_of
from backend.services.forms import rules_of
from backend.services.house import House
from backend.services.people import active_certificate, why_not
from backend.services.provider_login import Proof
from backend.services.route import actor_is, move, route_for
from backend.services.scope import dossier_for
from backend.services.sign.block import refuse_blocked
from backend.services.sign.comparison import comparison_code, prompt_text
from backend.services.sign.payment import money_of
from backend.services.sign.prepare import (
    AtProvider,
    Frozen,
    ToSign,
    check_certificate,
    freeze,
    lost_before,
    open_at_provider,
    prepare_documents,
)
from backend.services.signing_view import view_of

STEP_NAME = {Side.SECOND_SIGNATURE: "chief_accountant", Side.FIRST_SIGNATURE: "account_holder"}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was true when the person tapped, read in one go."""

    dossier_id: str
    dossier_code: str
    version: int
    content_version: int
    step: Side
    amount: int
    payee_name: str
    voucher_no: str
    next_approver_id: str | None
    certificate: Certificate
    sources: tuple[ToSign, ...]
    again: SigningTransaction | None


@dataclass(frozen=True, slots=True)
class PreparedSign:
    """Everything ``start_sign`` writes."""

    checked: Checked
    at_provider: AtProvider
    documents: tuple[Frozen, ...]


def prepare_sign(
    house: House,
    caller: Caller,
    dossier_id: str,
    expected_version: int,
    seen_digests: Sequence[str],
    next_approver_id: str | None,
    proof: Proof,
) -> PreparedSign:
    """Check, sign in at the CA, prepare. Raises any RuleError; nothing was written and nobody asked."""
    with house.read() as session:
        checked = check_to_sign(session, house, caller, dossier_id, expected_version, seen_digests, next_approver_id)
        refuse_flood(session, house, caller.user_id)
        session.expunge_all()
    now = house.clock.now()
    check_certificate(house, checked.certificate, now)
    at_provider = open_at_provider(house, checked.certificate, proof)
    return prepared_at(house, caller, checked, at_provider, now)


def prepared_at(house: House, caller: Caller, checked: Checked, at_provider: AtProvider, now: datetime) -> PreparedSign:
    """Room for the signatures in the files of one dossier, stamped ``now``."""
    stamp = Stamp(caller.full_name, printed_title(caller.shown_title), now, checked.certificate.serial_number[-8:])
    documents = prepare_documents(house, checked.sources, stamp, checked.certificate, checked.again)
    return PreparedSign(checked, at_provider, tuple(documents))


def check_to_sign(
    session: Session,
    house: House,
    caller: Caller,
    dossier_id: str,
    expected_version: int,
    seen_digests: Sequence[str],
    next_approver_id: str | None,
) -> Checked:
    """Everything that may be wrong with one dossier. Raises NotFound, NotYours, StaleVersion, SignatureRefused …"""
    dossier = dossier_for(session, caller, dossier_id)
    _refuse_twice(session, caller, dossier)
    if dossier.version != expected_version:
        raise StaleVersion(dossier.id)
    status = Status(dossier.status)
    route = route_for(dossier)
    next_status(route, status, Action.APPROVE)
    if not actor_is(route, dossier, status, Action.APPROVE, caller):
        raise NotYourTurn(dossier.id)
    step = step_of(status)
    check_authority(session, house, caller.user_id, dossier, step)
    documents = current_documents(session, dossier)
    seen = [document.sha256 for document in documents]
    if sorted(seen) != sorted(seen_digests):
        raise ContentChanged(dossier.id)
    if step is Side.SECOND_SIGNATURE:
        check_pick(session, house, dossier, next_approver_id or "", Side.FIRST_SIGNATURE)
    certificate = active_certificate(session, caller.user_id)
    if certificate is None or certificate.provider not in house.providers:
        raise CertificateMissing(caller.user_id)
    sources = [_to_sign(session, house, dossier, document, certificate, step) for document in documents]
    since = house.clock.now() - house.policy.lost_prompt_life
    again = lost_before(session, dossier.id, dossier.content_version, STEP_NAME[step], certificate.id, seen, since)
    return Checked(
        dossier_id=dossier.id,
        dossier_code=dossier.code,
        version=dossier.version,
        content_version=dossier.content_version,
        step=step,
        amount=dossier.total_amount,
        payee_name=dossier.payee_name,
        voucher_no=dossier.voucher_no,
        next_approver_id=next_approver_id if step is Side.SECOND_SIGNATURE else None,
        certificate=certificate,
        sources=tuple(sources),
        again=again,
    )


def _refuse_twice(session: Session, caller: Caller, dossier: Dossier) -> None:
    live = session.scalars(
        select(SigningTransaction.id).where(
            SigningTransaction.subject_id == dossier.id,
            SigningTransaction.user_id == caller.user_id,
            SigningTransaction.status.in_([status.value for status in LIVE]),
        )
    ).first()
    if live is not None:
        raise AlreadySigning(signing_id=live)


def check_authority(session: Session, house: House, user_id: str, dossier: Dossier, step: Side) -> None:
    """Raises ApproverNotEligible unless the person may sign this dossier at this moment."""
    refused = why_not(session, dossier, user_id, step, house.clock.now())
    if refused is not None:
        raise ApproverNotEligible(reason=refused.sentence)


def refuse_flood(session: Session, house: House, user_id: str) -> None:
    """A tired person says yes in the end: no more than so many prompts in so much time.

    The rows of a chunk are one prompt, and a chunk that was never asked is none.
    """
    refuse_blocked(session, user_id)
    refuse_many(session, house, SigningTransaction.user_id == user_id)


def refuse_many(session: Session, house: House, *whose: ColumnElement[bool]) -> None:
    """Raises TooManyRequests when the requests that ``whose`` tells of were too many lately."""
    since = house.clock.now() - house.policy.prompt_window
    asked = session.execute(
        select(func.count(), func.min(SigningTransaction.created_at)).where(
            *whose,
            SigningTransaction.created_at > since,
            SigningTransaction.status != SignStatus.SETTLED.value,
            SigningTransaction.leader_id.is_(None),
            or_(SigningTransaction.chunk == 0, SigningTransaction.sent_at.is_not(None)),
        )
    ).one()
    if asked[0] >= house.policy.prompts_per_window:
        wait = asked[1] + house.policy.prompt_window - house.clock.now()
        raise TooManyRequests(minutes=max(1, -(-int(wait.total_seconds()) // 60)))


def _to_sign(
    session: Session, house: House, dossier: Dossier, document: Document, certificate: Certificate, step: Side
) -> ToSign:
    voucher = session.get_one(Voucher, document.voucher_id)
    rules = rules_of(house.forms, voucher.form_code)
    field_name = rules.field_names[STEP_NAME[step]]
    pdf = house.blobs.get(document.sha256)
    cell = next(cell for cell in house.forms.cells(voucher.form_code, pdf) if cell.field_name == field_name)
    earlier = [(item.field_name, item.fingerprint.hex()) for item in expected_on(session, document)]
    return ToSign(
        document_id=document.id,
        sha256=document.sha256,
        doc_id=voucher.service_voucher_number,
        title=f"{rules.name} {voucher.unit_voucher_number} {format_vnd(voucher.amount)} đồng",
        money=money_of(voucher),
        cell=cell,
        expected=(*earlier, (field_name, certificate.fingerprint)),
        first=not earlier,
        last=step is Side.FIRST_SIGNATURE,
    )


def start_sign(session: Session, house: House, caller: Caller, prepared: PreparedSign) -> dict[str, object]:
    """S2: move the dossier and freeze the transaction, in the caller's commit. Raises StaleVersion, AlreadySigning."""
    code = comparison_code(compared([prepared]))
    row = transaction_row(house, caller, prepared, code, prompt_text(prepared.checked.amount, code))
    write_sign(session, house, caller, prepared, row)
    house.failpoint("S2.before_commit")
    return view_of(session, house, row)


def compared(prepared: Sequence[PreparedSign]) -> Iterator[tuple[bytes, str]]:
    """What the comparison code of one prompt covers, in the order in which the CA is asked."""
    return ((item.prepared.digest, item.source.money) for each in prepared for item in each.documents)


def write_sign(session: Session, house: House, caller: Caller, prepared: PreparedSign, row: SigningTransaction) -> None:
    """Move one dossier and freeze its transaction. Raises StaleVersion, AlreadySigning."""
    checked = prepared.checked
    dossier = dossier_for(session, caller, checked.dossier_id)
    _refuse_switched(session, dossier, checked.certificate)
    move(
        session,
        house,
        dossier,
        Action.APPROVE,
        caller,
        expected_version=checked.version,
        signing_id=row.id,
        **({"holder_id": checked.next_approver_id} if checked.next_approver_id else {}),
    )
    freeze(session, house, row, prepared.documents)


def _refuse_switched(session: Session, dossier: Dossier, certificate: Certificate) -> None:
    """While a change of the unit's registration comes into force nothing begins, and afterwards not with a certificate
    that went with it. Raises StaleVersion.
    """
    session.execute(select(Unit.id).where(Unit.id == dossier.unit_id).with_for_update(read=True))
    if not session.scalars(select(Certificate.active).where(Certificate.id == certificate.id)).one():
        raise StaleVersion(dossier.id)


def transaction_row(
    house: House, caller: Caller, prepared: PreparedSign, code: str, summary: str
) -> SigningTransaction:
    """The transaction of one dossier; the worker may send it at once."""
    checked, now = prepared.checked, house.clock.now()
    opened = prepared.at_provider.session
    return SigningTransaction(
        id=house.chance.uuid(),
        subject_kind="payment",
        subject_id=checked.dossier_id,
        subject_version=checked.content_version,
        step=STEP_NAME[checked.step],
        user_id=caller.user_id,
        certificate_id=checked.certificate.id,
        next_approver_id=checked.next_approver_id,
        provider=checked.certificate.provider,
        provider_login=checked.certificate.provider_login,
        key_ref=prepared.at_provider.key_ref,
        status=SignStatus.PREPARED.value,
        reference=house.chance.uuid(),
        summary=summary,
        comparison_code=code,
        total_amount=checked.amount,
        sealed_session=house.sealer.seal(opened.token),
        session_expires_at=opened.expires_at,
        created_at=now,
        raw_answers=[],
        next_at=now,
    )

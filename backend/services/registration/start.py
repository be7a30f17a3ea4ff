"""Ký số of the declarations (R5): from the tap to a frozen transaction, as ``sign/start.py`` does for payments.

``prepare_sign`` checks everything, signs in at the CA and prepares the bytes of both files; it writes nothing.
``start_sign`` writes it all in one commit, or nothing when somebody was faster.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.domain.errors import ApproverNotEligible, ContentChanged, ProviderRefusal, StaleVersion
from backend.domain.people import printed_title
from backend.domain.registration import Move, Stage, next_stage
from backend.domain.registration_content import MemberPart
from backend.domain.signing import SignStatus, Stamp
from backend.models import Certificate, Registration, RegistrationDocument, SigningTransaction
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.provider_login import Proof
from backend.services.registration.change_rules import refuse_open_signings
from backend.services.registration.declaration_signers import (
    certificate_row,
    member_of_content,
    member_row,
    title_of_signer,
    why_not_remote,
)
from backend.services.registration.declarations import UNIT_ROLE, form_of
from backend.services.registration.route import move
from backend.services.registration.signing_subject import KIND, STEP, money_of
from backend.services.registration.signing_view import signing_view
from backend.services.registration.view import documents_of
from backend.services.sign.comparison import comparison_code
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
from backend.services.sign.start import refuse_flood, refuse_many


@dataclass(frozen=True, slots=True)
class Checked:
    """What was true when the person tapped, read in one go."""

    registration_id: str
    version: int
    content_version: int
    signer: MemberPart
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
    registration_id: str,
    expected_version: int,
    member_id: str,
    seen_digests: Sequence[str],
    proof: Proof,
) -> PreparedSign:
    """Check, sign in at the CA, prepare. Raises any RuleError; nothing was written and nobody asked."""
    with house.read() as session:
        row = session.get_one(Registration, registration_id)
        checked = _checked(session, house, row, expected_version, member_id, seen_digests)
        _refuse_flood(session, house, checked.certificate)
        session.expunge_all()
    now = house.clock.now()
    check_certificate(house, checked.certificate, now)
    try:
        at_provider = open_at_provider(house, checked.certificate, proof)
    except ProviderRefusal as refused:
        # Whoever reads this need not be the signer.
        refused.facts["signer_name"] = checked.signer.full_name
        raise
    stamp = Stamp(checked.signer.full_name, _title(checked.signer), now, checked.certificate.serial_number[-8:])
    documents = prepare_documents(house, checked.sources, stamp, checked.certificate, checked.again)
    return PreparedSign(checked, at_provider, tuple(documents))


def _title(signer: MemberPart) -> str:
    title = title_of_signer(signer)
    assert title is not None  # nobody else gets past the check
    return printed_title(title)


def _checked(
    session: Session,
    house: House,
    row: Registration,
    expected_version: int,
    member_id: str,
    seen_digests: Sequence[str],
) -> Checked:
    if row.version != expected_version:
        raise StaleVersion(row.id)
    next_stage(Stage(row.stage), Move.SIGN)
    refuse_open_signings(session, row)
    documents = documents_of(session, row)
    seen = [document.sha256 for document in documents]
    if sorted(seen) != sorted(seen_digests):
        raise ContentChanged(row.id)
    signer = member_of_content(row, member_id)
    if signer is None:
        raise ApproverNotEligible(reason="Người được chọn không có trong hồ sơ. Chọn người duyệt trong danh sách.")
    refused = why_not_remote(house, row, signer, len(documents))
    if refused is not None:
        raise ApproverNotEligible(reason=refused)
    certificate = certificate_row(session, house, signer)
    since = house.clock.now() - house.policy.lost_prompt_life
    return Checked(
        registration_id=row.id,
        version=row.version,
        content_version=row.content_version,
        signer=signer,
        certificate=certificate,
        sources=tuple(to_sign(house, row, document, certificate.fingerprint) for document in documents),
        again=lost_before(session, row.id, row.content_version, STEP, certificate.id, seen, since),
    )


def _refuse_flood(session: Session, house: House, certificate: Certificate) -> None:
    """Whoever makes up dossiers by the dozen still cannot make one phone ring by the dozen."""
    refuse_flood(session, house, certificate.user_id)
    refuse_many(
        session,
        house,
        SigningTransaction.subject_kind == KIND,
        SigningTransaction.provider == certificate.provider,
        SigningTransaction.provider_login == certificate.provider_login,
    )


def to_sign(house: House, row: Registration, document: RegistrationDocument, fingerprint: str) -> ToSign:
    """One declaration before the unit's signature: it certifies, and leaves room for the Treasury's."""
    form, pdf = form_of(house, document.form_code), house.blobs.get(document.sha256)
    field_name = form.field_names[UNIT_ROLE]
    return ToSign(
        document_id=document.id,
        sha256=document.sha256,
        doc_id=f"{row.code}-{form.mark}",
        title=form.name,
        money=money_of(row),
        cell=next(cell for cell in house.forms.cells(form.code, pdf) if cell.field_name == field_name),
        expected=((field_name, fingerprint),),
        first=True,
        last=False,
    )


def start_sign(
    session: Session, house: House, prepared: PreparedSign, *, by: Caller | None = None
) -> dict[str, object]:
    """Move the dossier and freeze the transaction, in the caller's commit. Raises StaleVersion, AlreadySigning."""
    checked = prepared.checked
    row = session.get_one(Registration, checked.registration_id)
    name, changes = checked.signer.full_name, {"signer_id": checked.signer.id}
    move(session, house, row, Move.SIGN, expected_version=checked.version, by=by, name=name, changes=changes)
    member_row(session, house, checked.signer)
    if session.get(Certificate, checked.certificate.id) is None:
        session.add(checked.certificate)
        session.flush()
    transaction = _transaction(house, prepared)
    freeze(session, house, transaction, prepared.documents)
    house.failpoint("S2.before_commit")
    return signing_view(session, house, transaction)


def _transaction(house: House, prepared: PreparedSign) -> SigningTransaction:
    checked, now, opened = prepared.checked, house.clock.now(), prepared.at_provider.session
    code = comparison_code((item.prepared.digest, item.source.money) for item in prepared.documents)
    return SigningTransaction(
        id=house.chance.uuid(),
        subject_kind=KIND,
        subject_id=checked.registration_id,
        subject_version=checked.content_version,
        step=STEP,
        user_id=checked.signer.id,
        certificate_id=checked.certificate.id,
        provider=checked.certificate.provider,
        provider_login=checked.certificate.provider_login,
        key_ref=prepared.at_provider.key_ref,
        status=SignStatus.PREPARED.value,
        reference=house.chance.uuid(),
        # Below 72 characters, so that no CA cuts it.
        summary=f"Ký tờ khai đăng ký DVC Kho bạc - mã đối chiếu {code[:4]} {code[4:]}",
        comparison_code=code,
        total_amount=0,
        sealed_session=house.sealer.seal(opened.token),
        session_expires_at=opened.expires_at,
        created_at=now,
        raw_answers=[],
        next_at=now,
    )

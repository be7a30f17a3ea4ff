"""The approval (R11): every signature and certificate of the unit judged again, the declarations countersigned, all in
force at once.

CAs may answer slowly and the Treasury's key may sit in a slow token, so they are asked and it signs between a reading
and a writing session: nothing is held and nothing is written meanwhile. Then one commit moves the dossier, keeps the
countersigned files, brings unit, members, rights and certificates into force, and hands the letters over. Of two
approvals at once, the version lets one through; of two that bring one certificate into force for two persons, the first
commit. The other's files are named by nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import structlog
from sqlalchemy.orm import Session

from backend.domain.errors import SealUnavailable, SignatureRefused, StaleVersion
from backend.domain.letters import RegistrationLetter
from backend.domain.people import TITLE_LABEL, ServiceTitle
from backend.domain.registration import Move
from backend.domain.signing import ExpectedSignature, Stamp, Verdict
from backend.models import Registration, RegistrationDocument, TreasuryOffice, User
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.mail import enqueue_letters
from backend.services.registration.activate import activate
from backend.services.registration.apply_change import apply_change
from backend.services.registration.certificates_now import ask_again, require_one_holder, unanswered
from backend.services.registration.complete import BY_TREASURY
from backend.services.registration.declaration_signers import signer_of
from backend.services.registration.route import move
from backend.services.registration.signatures import expected_of_treasury, expected_on, judge
from backend.services.registration.treasury_desk import (
    check_mover,
    detail_of,
    dossier_of_office,
    require_valid,
    tell_office,
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class ToCountersign:
    """One declaration with the unit's signature."""

    document: RegistrationDocument
    by_unit: Sequence[ExpectedSignature]


@dataclass(frozen=True, slots=True)
class Countersigned:
    """One declaration with both signatures, in the blob store."""

    source: RegistrationDocument
    sha256: str
    seal_fingerprint: str


@dataclass(frozen=True, slots=True)
class Approval:
    """What ``approve`` writes down."""

    registration_id: str
    version: int
    files: Sequence[Countersigned]
    unanswered: Sequence[str]
    """Members about whose certificate's revocation nobody could be asked."""


def prepare_approval(house: House, caller: Caller, registration_id: str, expected_version: int) -> Approval:
    """Judge and countersign. Raises NotFound, NotAllowedNow, NotYours, CheckedByYou, StaleVersion, DeclarationNotValid,
    CertificateNoMore, SealUnavailable.
    """
    with house.read() as session:
        row = dossier_of_office(session, caller, registration_id)
        check_mover(session, house, caller, row, Move.APPROVE)
        if row.version != expected_version:
            raise StaleVersion(row.id)
        judged = judge(session, house, row)
        require_valid(judged)
        signer = signer_of(row)
        sources = [ToCountersign(each.document, expected_on(house, signer, each.document)) for each in judged]
        stamp = _stamp(session, house, caller, row)
        session.expunge_all()
    silent = ask_again(house, row.id)
    return Approval(row.id, expected_version, [_countersign(house, each, stamp) for each in sources], silent)


def _stamp(session: Session, house: House, caller: Caller, row: Registration) -> Stamp:
    """Whose signature it is, and which two persons stand behind it."""
    office = session.get_one(TreasuryOffice, row.treasury_code)
    officer = session.get_one(User, row.officer_id)
    checked, approved = TITLE_LABEL[ServiceTitle.TREASURY_OFFICER], TITLE_LABEL[ServiceTitle.TREASURY_APPROVER]
    return Stamp(
        name=office.name,
        title=f"{approved} {caller.full_name} (phê duyệt); {checked} {officer.full_name} (kiểm soát)",
        at=house.clock.now(),
        serial_tail=house.seal.serial_number[-8:],
    )


def _countersign(house: House, source: ToCountersign, stamp: Stamp) -> Countersigned:
    """All or nothing: a file that our own check does not find whole is no approval."""
    document, certificate = source.document, house.seal.certificate
    pdf = house.blobs.get(document.sha256)
    expected = expected_of_treasury(house, document.form_code, sha256(certificate).digest())
    cells = house.forms.cells(document.form_code, pdf)
    cell = next(cell for cell in cells if cell.field_name == expected.field_name)
    try:
        prepared = house.signer.prepare(pdf, cell, stamp, certificate, first=False, last=True)
        signature = house.seal.sign(prepared.signed_attributes)
        signed = house.signer.embed(prepared, signature, certificate, house.seal.chain)
    except SignatureRefused as error:
        raise SealUnavailable(error.code) from error
    checked = house.checker.check(signed, [*source.by_unit, expected])
    if checked.verdict is not Verdict.VALID:
        log.error("registration.seal_not_valid", document_id=document.id, verdict=checked.verdict.value)
        raise SealUnavailable(checked.verdict.value)
    return Countersigned(document, house.blobs.put(signed), expected.fingerprint.hex())


def approve(session: Session, house: House, caller: Caller, prepared: Approval) -> dict[str, object]:
    """Everything at once, in the caller's commit. Raises StaleVersion, UnitAlreadyActive, CertificateNoMore."""
    row = dossier_of_office(session, caller, prepared.registration_id)
    check_mover(session, house, caller, row, Move.APPROVE)
    version, changes, also = prepared.version, {"approver_id": caller.user_id}, unanswered(prepared.unanswered)
    move(session, house, row, Move.APPROVE, expected_version=version, by=caller, reason=also, changes=changes)
    now = house.clock.now()
    for file in prepared.files:
        session.add(_revision(house, file, now))
    admitted = IN_FORCE[row.kind](session, house, row)
    session.flush()
    require_one_holder(session, row)
    enqueue_letters(session, house, row, RegistrationLetter.APPROVED)
    enqueue_letters(session, house, row, RegistrationLetter.FIRST_PASSWORD, admitted)
    tell_office(session, house, row)
    log.info("registration.approved", registration_id=row.id, officer_id=row.officer_id, approver_id=caller.user_id)
    return detail_of(session, house, caller, row)


IN_FORCE: Mapping[str, Callable[[Session, House, Registration], Sequence[str]]] = {
    "new": activate,
    "change": apply_change,
}
"""By kind of dossier: brings it into force and says whose log-in is new."""


def _revision(house: House, file: Countersigned, now: datetime) -> RegistrationDocument:
    source = file.source
    return RegistrationDocument(
        id=house.chance.uuid(),
        registration_id=source.registration_id,
        content_version=source.content_version,
        position=source.position,
        form_code=source.form_code,
        filename=source.filename,
        revision=BY_TREASURY,
        sha256=file.sha256,
        pages=source.pages,
        created_at=now,
        seal_fingerprint=file.seal_fingerprint,
    )

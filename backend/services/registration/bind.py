"""Binding a certificate to a member of a registration: one that was looked up at a CA, or the file of a USB token; and
taking it away. Each is an edit of the declaration (R0, R2, R4).

Whatever was said before, the seven checks are made again in the commit that binds; where the house only warns of
another name or number, the difference is kept with the certificate. Does not: ask a network inside it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from backend.domain.certificates import CertificateFacts, mismatch
from backend.domain.errors import FieldProblem, Invalid, StaleVersion
from backend.domain.registration_content import SigningForm
from backend.models import Registration
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.registration.candidates import opened
from backend.services.registration.desk import edit
from backend.services.registration.signers import Signer, judged, member_of, signer_for


@dataclass(frozen=True, slots=True)
class ReadCertificate:
    """A certificate out of a file, revocation asked."""

    der: bytes
    facts: CertificateFacts


def bind(
    session: Session,
    house: House,
    row: Registration,
    expected_version: int,
    member_id: str,
    sealed: str,
    *,
    by: Caller | None = None,
) -> None:
    """Bind what ``look_up`` gave. Raises CandidateOver, NotFound, NotAllowedNow, StaleVersion, Invalid when it is not
    accepted.
    """
    _check_version(row, expected_version)
    signer = signer_for(row, member_id, SigningForm.REMOTE)
    found = opened(house, sealed, row.id, member_id)
    account = {"provider": found.provider, "provider_login": found.login}
    _bind(session, house, row, signer, ReadCertificate(found.der, found.facts), account, by)


def read_upload(house: House, registration_id: str, member_id: str, file_base64: str) -> ReadCertificate:
    """Read the file and ask about revocation, outside any commit. Raises NotFound, NotAllowedNow, Invalid."""
    with house.read() as session:
        signer = signer_for(session.get_one(Registration, registration_id), member_id, SigningForm.USB_TOKEN)
    now = house.clock.now()
    try:
        file = house.certificates.read_file(base64.b64decode(file_base64, validate=True))
        facts = house.certificates.facts(file.der, file.issuers, now)
    except ValueError as error:
        sentence = (
            "Không đọc được tệp này. Chọn tệp chứng thư số của một người, dạng .cer, .crt, .pem, .der hoặc .p7b "
            "(không phải tệp có khóa bí mật .pfx, .p12)."
        )
        raise Invalid([FieldProblem("file_base64", sentence)]) from error
    with house.read() as session:
        spoken_against = judged(session, house, signer, facts) is not None
    if not spoken_against:
        # Only a licensed issuer's addresses are asked: a file from anywhere must not send us anywhere.
        (answer,) = house.certificates.revocation([(file.der, facts.chain)], now)
        facts = replace(facts, revocation=answer)
    return ReadCertificate(file.der, facts)


def bind_upload(
    session: Session,
    house: House,
    row: Registration,
    expected_version: int,
    member_id: str,
    *,
    read: ReadCertificate,
    by: Caller | None = None,
) -> None:
    """Bind what ``read_upload`` read. Raises NotFound, NotAllowedNow, StaleVersion, Invalid (not accepted)."""
    _check_version(row, expected_version)
    signer = signer_for(row, member_id, SigningForm.USB_TOKEN)
    _bind(session, house, row, signer, read, {"provider": "", "provider_login": ""}, by)


def unbind(
    session: Session,
    house: House,
    row: Registration,
    expected_version: int,
    member_id: str,
    *,
    by: Caller | None = None,
) -> None:
    """Take the certificate away. Harmless when there is none. Raises NotFound, NotAllowedNow, StaleVersion."""
    _check_version(row, expected_version)
    _write(session, house, row, member_of(row, member_id), None, by)


def _check_version(row: Registration, expected_version: int) -> None:
    """First, because what else is refused may be of a content that the person has not seen."""
    if row.version != expected_version:
        raise StaleVersion(row.id)


def _bind(
    session: Session,
    house: House,
    row: Registration,
    signer: Signer,
    read: ReadCertificate,
    account: Mapping[str, str],
    by: Caller | None,
) -> None:
    refused = judged(session, house, signer, read.facts)
    if refused is not None:
        raise Invalid([FieldProblem(f"{signer.path}.certificate", refused.sentence)])
    facts, member = read.facts, signer.member
    certificate = {
        **account,
        "der": base64.b64encode(read.der).decode(),
        "chain": [base64.b64encode(each).decode() for each in facts.chain],
        "fingerprint": facts.fingerprint,
        "serial_number": facts.serial_number,
        "subject_name": facts.holder_name,
        "issuer_name": facts.issuer_name,
        "valid_from": facts.valid_from.isoformat(),
        "valid_to": facts.valid_to.isoformat(),
        "mismatch": mismatch(facts, full_name=member.full_name, id_number=member.id_number),
    }
    _write(session, house, row, signer, certificate, by)


def _write(
    session: Session,
    house: House,
    row: Registration,
    signer: Signer,
    certificate: Mapping[str, Any] | None,
    by: Caller | None,
) -> None:
    members = [
        {**member, "certificate": certificate} if index == signer.index else member
        for index, member in enumerate(row.content["members"])
    ]
    edit(session, house, row, row.version, {"content": {**row.content, "members": members}}, by)

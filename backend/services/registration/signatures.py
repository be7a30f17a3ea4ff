"""Our judgement of the signed declarations of a registration: the same strict check as on vouchers, and three questions
that no PDF tool can answer: was it the person declared, with the right to sign, over the very files that were made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backend.domain.people import ServiceTitle, printed_title
from backend.domain.registration_content import MemberPart
from backend.domain.signing import CheckedDocument, ExpectedSignature, SignatureFinding, Verdict
from backend.models import Registration, RegistrationDocument
from backend.services.documents import VERDICT_LABEL
from backend.services.house import House
from backend.services.registration.complete import BY_TREASURY, UNSIGNED
from backend.services.registration.declaration_signers import signer_of, title_of_signer
from backend.services.registration.declarations import TREASURY_ROLE, expected_of_unit, form_of
from backend.services.registration.view import revisions_of

TREASURY_LABEL = "Kho bạc Nhà nước"
_OTHER_FILE = "Không hợp lệ – tệp đã ký không phải tờ khai của hồ sơ này."
_NO_RIGHT = "Không hợp lệ – người ký không phải Chủ tài khoản hoặc người được ủy quyền."
_NOTHING = "Hồ sơ không có tờ khai đã ký."


@dataclass(frozen=True, slots=True)
class Judged:
    """One declaration, as far as it is signed."""

    document: RegistrationDocument
    checked: CheckedDocument


def expected_on(house: House, signer: MemberPart | None, document: RegistrationDocument) -> list[ExpectedSignature]:
    """Who must have signed this revision, of which ``signer`` signed the first part."""
    expected = expected_of_unit(house, signer, document.form_code)
    if document.revision == BY_TREASURY and document.seal_fingerprint:
        expected.append(expected_of_treasury(house, document.form_code, bytes.fromhex(document.seal_fingerprint)))
    return expected


def expected_of_treasury(house: House, form_code: str, fingerprint: bytes) -> ExpectedSignature:
    """The Treasury's signature on a declaration, by a certificate with this SHA-256."""
    return ExpectedSignature(form_of(house, form_code).field_names[TREASURY_ROLE], fingerprint)


def judge(session: Session, house: House, row: Registration) -> list[Judged]:
    """Every declaration of the present content, the mobile one first. One question to the database: lists ask this of
    each of their rows.
    """
    signer, revisions = signer_of(row), revisions_of(session, row)
    made = {each.filename: each.sha256 for each in revisions if each.revision == UNSIGNED}
    newest = {each.filename: each for each in revisions}
    return [Judged(each, _judge(house, signer, each, made[name])) for name, each in newest.items()]


def _judge(
    house: House, signer: MemberPart | None, document: RegistrationDocument, made_sha256: str
) -> CheckedDocument:
    """``made_sha256``: of the file as it was made from this content, before anybody signed."""
    pdf = house.blobs.get(document.sha256)
    checked = house.checker.check(pdf, expected_on(house, signer, document))
    if checked.verdict is not Verdict.VALID:
        return checked
    if not pdf.startswith(house.blobs.get(made_sha256)):
        return CheckedDocument(Verdict.ALTERED, _OTHER_FILE, checked.signatures)
    if _signer_title(signer) is None:
        return CheckedDocument(Verdict.WRONG_SIGNER, _NO_RIGHT, checked.signatures)
    return checked


def _signer_title(signer: MemberPart | None) -> ServiceTitle | None:
    return title_of_signer(signer) if signer else None


def worst(judged: Sequence[Judged]) -> CheckedDocument:
    """The first verdict that is not green, or a green one; without files a signature is missing."""
    bad = (each.checked for each in judged if each.checked.verdict is not Verdict.VALID)
    found = next(bad, judged[0].checked if judged else None)
    return found or CheckedDocument(Verdict.MISSING_SIGNATURE, _NOTHING)


def signatures_view(house: House, row: Registration, judged: Sequence[Judged]) -> list[dict[str, object]]:
    """The panel: one line for each signature, and one for a file that has none."""
    title = _signer_title(signer_of(row))
    return [_line(house, title, each, finding) for each in judged for finding in each.checked.signatures or (None,)]


def _line(
    house: House, title: ServiceTitle | None, judged: Judged, finding: SignatureFinding | None
) -> dict[str, object]:
    document, verdict = judged.document, judged.checked.verdict
    treasury = form_of(house, document.form_code).field_names[TREASURY_ROLE]
    by_treasury = finding is not None and finding.field_name == treasury
    unit_label = printed_title(title) if title else ""
    return {
        "filename": document.filename,
        "verdict": verdict.value,
        "verdict_label": VERDICT_LABEL[verdict],
        "signer": finding.signer if finding else "",
        "title_label": TREASURY_LABEL if by_treasury else unit_label,
        "right_person": finding is not None and finding.expected,
        "right_role": by_treasury or title is not None,
        "valid_at_signing": finding is not None and finding.trusted,
        "signed_at": finding.signed_at if finding else None,
    }

"""Declarations signed with a USB token, by the unit's own software on a computer: R5 and R7 in one commit.

What comes back must be the very bytes that were given out and one signature after them, in the unit's field, by the
certificate that is registered for the person. All files together, or none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from backend.domain.errors import ApproverNotEligible, FieldProblem, Invalid, StaleVersion
from backend.domain.registration import Move, Stage, next_stage
from backend.domain.registration_content import MemberPart
from backend.domain.signing import Verdict
from backend.models import Registration, RegistrationDocument
from backend.services.caller import Caller
from backend.services.house import House
from backend.services.registration.change_rules import refuse_open_signings
from backend.services.registration.declaration_signers import certificate_row, member_of_content, why_not_signer
from backend.services.registration.declarations import expected_by
from backend.services.registration.route import move
from backend.services.registration.signing_subject import codes_on_paper, submit_signed
from backend.services.registration.uploads import decoded
from backend.services.registration.view import documents_of
from backend.services.sign.prepare import check_certificate
from backend.services.sign.subject import difference

CLOCK_SLACK = timedelta(minutes=10)
"""How wrong the clock of the computer may be that signed."""

NOT_CONCLUDED = (
    "{}: chưa xác nhận được chữ ký. Trong phần mềm của USB token, chọn thuật toán SHA-256 và kèm chứng thư số của nhà "
    "cung cấp (CA) vào chữ ký, rồi tải lại tờ khai và ký lại."
)
"""The certificate was good when it was bound, so the software left out its issuers, or signs in an old way."""


@dataclass(frozen=True, slots=True)
class CheckedFiles:
    """What ``take_signed`` writes down."""

    version: int
    signer: MemberPart
    signed: Sequence[tuple[str, str]]
    """Id of the document that was given out, SHA-256 of its signed file."""


def check_signed(
    house: House, registration_id: str, expected_version: int, member_id: str, files: Sequence[Mapping[str, str]]
) -> CheckedFiles:
    """Judge every file, then keep them. Raises Invalid naming each bad file, ApproverNotEligible, StaleVersion."""
    with house.read() as session:
        row = session.get_one(Registration, registration_id)
        if row.version != expected_version:
            raise StaleVersion(row.id)
        next_stage(Stage(row.stage), Move.SIGN)
        refuse_open_signings(session, row)
        signer = _signer(house, row, member_id)
        certificate = certificate_row(session, house, signer)
        documents = {document.id: document for document in documents_of(session, row)}
        session.expunge_all()
    if sorted(documents) != sorted(file["document_id"] for file in files):
        raise Invalid([FieldProblem("files", "Tải lên đủ các tờ khai của hồ sơ này, mỗi tờ khai một lần.")])
    check_certificate(house, certificate, house.clock.now())
    read = [(documents[file["document_id"]], decoded(file["file_base64"])) for file in files]
    why = [_problem(house, row, signer, document, pdf) for document, pdf in read]
    wrong = [FieldProblem(f"files.{index}", sentence) for index, sentence in enumerate(why) if sentence]
    if wrong:
        raise Invalid(wrong)
    return CheckedFiles(expected_version, signer, [(document.id, house.blobs.put(pdf)) for document, pdf in read])


def _signer(house: House, row: Registration, member_id: str) -> MemberPart:
    signer = member_of_content(row, member_id)
    if signer is None:
        raise ApproverNotEligible(reason="Người được chọn không có trong hồ sơ. Chọn người ký trong danh sách.")
    refused = why_not_signer(house, row, signer)
    if refused is not None:
        raise ApproverNotEligible(reason=refused)
    if signer.certificate and signer.certificate.provider:
        raise ApproverNotEligible(reason="Người này đăng ký ký số từ xa. Chọn Ký số để gửi yêu cầu ký tới điện thoại.")
    return signer


def _problem(
    house: House, row: Registration, signer: MemberPart, document: RegistrationDocument, pdf: bytes
) -> str | None:
    """What is wrong with one file, and what to do; None when it is accepted."""
    assert signer.certificate is not None
    given_out = house.blobs.get(document.sha256)
    if pdf == given_out:
        return f"Tệp {document.filename} chưa được ký. Ký bằng phần mềm của USB token rồi tải lên lại."
    if not pdf.startswith(given_out):
        return (
            f"Tệp này không phải {document.filename} đã tải về từ hồ sơ này, hoặc đã bị một chương trình ghi lại. "
            "Tải lại tờ khai, không in hay lưu lại bằng chương trình khác, và chọn trong phần mềm ký cách giữ nguyên "
            "tệp gốc (ký nối thêm)."
        )
    checked = house.checker.check(pdf, [expected_by(house, signer.certificate, document.form_code)])
    if checked.verdict is Verdict.ALTERED:
        return (
            f"{document.filename}: tệp không chỉ thêm chữ ký vào ô Chủ tài khoản của tờ khai. Tải lại tờ khai, ký "
            "vào đúng ô có sẵn, không chọn khóa tệp, để ô của Kho bạc còn ký được."
        )
    if checked.verdict is Verdict.VALID and difference(house, pdf, codes_on_paper(row)) is not None:
        return f"Nội dung {document.filename} không còn như khi tải về. Tải lại tờ khai rồi ký."
    if checked.verdict in (Verdict.VALID, Verdict.INDETERMINATE) and checked.signatures:
        # Validity is judged at the time that is claimed: a wrong clock may be why nothing could be concluded.
        wrong_clock = _clock_problem(house, document, checked.signatures[0].signed_at)
        return wrong_clock or (None if checked.verdict is Verdict.VALID else NOT_CONCLUDED.format(document.filename))
    return f"{document.filename}: {checked.reason}"


def _clock_problem(house: House, document: RegistrationDocument, signed_at: datetime | None) -> str | None:
    """The time is the signer's claim, and validity is judged at it: it must lie where the signature can have been."""
    if signed_at is None or not document.created_at - CLOCK_SLACK <= signed_at <= house.clock.now() + CLOCK_SLACK:
        return "Thời gian ký trong tệp không đúng. Chỉnh giờ của máy tính, tải lại tờ khai rồi ký lại."
    return None


def take_signed(
    session: Session, house: House, row: Registration, checked: CheckedFiles, *, by: Caller | None = None
) -> None:
    """Send the dossier to the Treasury with its signed files, in the caller's commit. Raises StaleVersion."""
    name, changes = f"{checked.signer.full_name} (USB token)", {"signer_id": checked.signer.id}
    move(session, house, row, Move.SIGN, expected_version=checked.version, by=by, name=name, changes=changes)
    submit_signed(session, house, row, checked.signed, checked.signer.full_name)

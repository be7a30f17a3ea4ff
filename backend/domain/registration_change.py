"""Whether a change of registration may go on, beyond what every declaration must be.

Follows the Treasury's guide of December 2023, part II (from USB token to remote signing: every signer has a remote
certificate before anything is switched), and Nghị định 11/2020/NĐ-CP art. 12.4.d (the appointment decision of a new
account holder). Does not: judge the content as such (``registration_check.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from backend.domain.errors import FieldProblem
from backend.domain.people import TITLE_LABEL, ServiceTitle
from backend.domain.registration_content import MemberPart, RegistrationContent, SigningForm
from backend.domain.registration_difference import ChangeKind, difference, form_of, kinds_of, switches_form
from backend.domain.text import folded

APPOINTMENT = "appointment"
"""Path of the attached decision."""


@dataclass(frozen=True, slots=True)
class InForce:
    """What the change starts from."""

    content: RegistrationContent
    other_numbers: Collection[str]
    """Members of the change, by id, whose identity number is not the registered one any more."""
    open_signings: int
    """Payment dossiers of the unit that somebody is signing right now."""
    on_official_duty: Collection[str] = ()
    """Members, by id, who sign by a token of the Government Cipher Committee."""


def unit_change_problems(now: InForce, content: RegistrationContent) -> Iterator[FieldProblem]:
    """Step 1: the code is the unit's identity."""
    if content.unit.budget_relation_code != now.content.unit.budget_relation_code:
        sentence = f"Mã ĐVQHNS không đổi được. Nhập lại {now.content.unit.budget_relation_code}."
        yield FieldProblem("unit.budget_relation_code", sentence)


def member_change_problems(now: InForce, content: RegistrationContent) -> Iterator[FieldProblem]:
    """Step 3: a log-in never passes to another human being."""
    names = {member.id: folded(member.full_name) for member in now.content.members}
    for index, member in enumerate(content.members):
        if member.id in now.other_numbers and folded(member.full_name) != names.get(member.id):
            sentence = "Đây là người khác. Xóa thành viên cũ rồi thêm thành viên mới."
            yield FieldProblem(f"members.{index}.full_name", sentence)


def completion_problems(now: InForce, content: RegistrationContent) -> Iterator[FieldProblem]:
    """Step 4: there is a change; a termination is nothing else; a switch is whole and leaves no request behind; a new
    account holder has been appointed.
    """
    kinds = kinds_of(difference(now.content, replace(content, appointment=None), {}))
    if not kinds:
        yield FieldProblem("", "Hồ sơ chưa có thay đổi nào. Sửa thông tin cần đổi rồi lưu.")
    if content.terminate and kinds != {ChangeKind.TERMINATION}:
        sentence = "Hồ sơ ngừng sử dụng không kèm thay đổi khác. Bỏ các thay đổi khác hoặc bỏ chọn ngừng sử dụng."
        yield FieldProblem("terminate", sentence)
    if switches_form(now.content, content):
        yield from _switch_problems(now, content)
    if content.appointment is None and new_holders(now.content, content):
        sentence = "Hồ sơ thay Chủ tài khoản. Đính kèm quyết định bổ nhiệm Chủ tài khoản mới (tệp PDF, tối đa 5 MB)."
        yield FieldProblem(APPOINTMENT, sentence)
    signing = open_signings_problem(now.content, content, now.open_signings)
    if signing is not None:
        yield signing


def new_holders(now: RegistrationContent, content: RegistrationContent) -> frozenset[str]:
    """Members, by id, who are account holders from now on and were not before."""
    before, after = (
        {each.id for each in part.members if ServiceTitle.ACCOUNT_HOLDER in each.permissions} for part in (now, content)
    )
    return frozenset(after - before)


def _switch_problems(now: InForce, content: RegistrationContent) -> Iterator[FieldProblem]:
    then = SigningForm.USB_TOKEN if form_of(now.content) is SigningForm.REMOTE else SigningForm.REMOTE
    missing = [member for member in content.members if member.signs and not _has(member, then)]
    if missing:
        names = ", ".join(f"{member.full_name} ({_title(member)})" for member in missing)
        form = "từ xa" if then is SigningForm.REMOTE else "token"
        sentence = f"Để đổi hình thức ký, mọi người ký cần có chứng thư số {form}. Còn thiếu: {names}."
        yield FieldProblem("members", sentence + _kept_on_tokens(now, missing))


def open_signings_problem(now: RegistrationContent, content: RegistrationContent, count: int) -> FieldProblem | None:
    """The form of signing does not change under somebody's hand."""
    if not count or not switches_form(now, content):
        return None
    return FieldProblem("", f"Còn {count} chứng từ đang chờ ký. Hãy hoàn tất hoặc hủy trước khi đổi hình thức ký.")


def _has(member: MemberPart, form: SigningForm) -> bool:
    remote = member.certificate is not None and bool(member.certificate.provider)
    return member.certificate is not None and member.signing_form is form and remote is (form is SigningForm.REMOTE)


def _title(member: MemberPart) -> str:
    return TITLE_LABEL[member.service_title] if member.service_title else "chưa có chức danh"


def _kept_on_tokens(now: InForce, missing: Collection[MemberPart]) -> str:
    """A certificate of the Government Cipher Committee cannot sign remotely: with its holder stays the whole unit."""
    of_committee = [each.full_name for each in missing if each.id in now.on_official_duty]
    if not of_committee:
        return ""
    return (
        f" {', '.join(of_committee)} dùng chứng thư số do Ban Cơ yếu Chính phủ cấp, không ký từ xa được: "
        "khi chưa có chứng thư số khác, cả đơn vị giữ hình thức USB token."
    )

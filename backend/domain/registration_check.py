"""Whether a declaration may go on: step by step while it is filled in, and as a whole before it is signed.

Follows Thông tư 157/2025/TT-BTC art. 7 (how many signatures of each kind, who may never hold both), Thông tư
77/2017/TT-BTC art. 23.2 and 35, and the Treasury's letter of December 2023 (one signing form for a unit). Limits,
ledger accounts and offices are dated data, handed in. Does not: judge certificates (``certificates.py``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from backend.domain.accounts import RELATION_CODE, AccountNumber, serves_customers, why_not_served
from backend.domain.classification import program_problem
from backend.domain.contacts import (
    identity_of,
    is_fax,
    is_mailbox,
    is_mobile,
    is_telephone,
    issue_date_problem,
    mailbox,
    telephone,
)
from backend.domain.errors import FieldProblem, Invalid
from backend.domain.people import PERMISSIONS, TITLE_LABEL, TREASURY_TITLES, ServiceTitle, is_delegated, permission_of
from backend.domain.registration_content import (
    DeclaredAccount,
    MemberPart,
    RegistrationContent,
    SigningForm,
    account_product,
    left_out,
)
from backend.domain.text import has_refused_characters
from backend.domain.units import UNIT_KIND_LABEL, has_second_signature

_NAME = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)+")
_T = ServiceTitle
_SECOND = frozenset({_T.CHIEF_ACCOUNTANT, _T.DELEGATED_CHIEF_ACCOUNTANT})
_FIRST = frozenset({_T.ACCOUNT_HOLDER, _T.DELEGATED_ACCOUNT_HOLDER})

_MISSING = "Chưa nhập. Nhập thông tin này."


@dataclass(frozen=True, slots=True)
class LedgerAccount:
    """A kind of account that may be registered."""

    code: str
    name: str
    takes_projects: bool
    """Codes of projects go with it."""


@dataclass(frozen=True, slots=True)
class ServiceKind:
    """Something a unit may subscribe to."""

    code: str
    label: str
    at_least_one: bool
    """Belongs to the group of which one must be ticked."""
    needs: str
    """Code of the service without which this one cannot be; empty when none."""


@dataclass(frozen=True, slots=True)
class RoleLimit:
    """How many persons of a unit (or of one project) may hold a permission."""

    fewest: int
    most: int


@dataclass(frozen=True, slots=True)
class Registry:
    """What the rules must know of the world today."""

    today: date
    offices: frozenset[str]
    """Codes of offices in service."""
    services: Mapping[str, ServiceKind]
    ledger_accounts: Mapping[str, LedgerAccount]
    role_limits: Mapping[ServiceTitle, RoleLimit]
    known_unit: bool = False
    """The relation code belongs to a unit that already uses the service."""

    @property
    def without_projects(self) -> frozenset[str]:
        """Ledger accounts that codes of projects do not go with."""
        return frozenset(code for code, ledger in self.ledger_accounts.items() if not ledger.takes_projects)


def unit_problems(content: RegistrationContent, registry: Registry) -> Iterator[FieldProblem]:
    """Step 1."""
    unit = content.unit
    if unit.treasury_code not in registry.offices or not serves_customers(unit.treasury_code):
        yield FieldProblem("unit.treasury_code", "Chọn Kho bạc Nhà nước nơi đơn vị giao dịch trong danh sách.")
    if not RELATION_CODE.fullmatch(unit.budget_relation_code):
        sentence = "Mã ĐVQHNS gồm 7 chữ số, bắt đầu bằng 1, 2, 3, 7, 8 hoặc 9. Kiểm tra lại mã."
        yield FieldProblem("unit.budget_relation_code", sentence)
    elif registry.known_unit:
        sentence = "Đơn vị này đã sử dụng dịch vụ. Đăng nhập rồi chọn Đăng ký thay đổi sử dụng DVC."
        yield FieldProblem("unit.budget_relation_code", sentence)
    yield from _text_problem("unit.unit_name", unit.unit_name, 2, 255)
    if not is_telephone(telephone(unit.phone)):
        yield FieldProblem("unit.phone", "Nhập số điện thoại gồm 10 hoặc 11 chữ số, bắt đầu bằng 0.")
    if not is_mailbox(mailbox(unit.email)):
        yield FieldProblem("unit.email", "Nhập địa chỉ email, ví dụ ketoan@donvi.vn. Kết quả được gửi tới đây.")
    if unit.fax and not is_fax(telephone(unit.fax)):
        yield FieldProblem("unit.fax", "Số fax gồm 6 đến 15 chữ số. Nhập lại hoặc để trống.")
    if unit.address:
        yield from _text_problem("unit.address", unit.address, 1, 255)
    if unit.superior_body:
        yield from _text_problem("unit.superior_body", unit.superior_body, 2, 255)
    yield from _service_problems(content.services, registry.services)


def _service_problems(ticked: Collection[str], known: Mapping[str, ServiceKind]) -> Iterator[FieldProblem]:
    if any(code not in known for code in ticked):
        yield FieldProblem("services", "Có dịch vụ không còn được cung cấp. Tải lại trang rồi chọn lại.")
    if not any(known[code].at_least_one for code in ticked if code in known):
        yield FieldProblem("services", "Chọn ít nhất một loại dịch vụ.")
    for code in ticked:
        needed = known[code].needs if code in known else ""
        if needed and needed not in ticked:
            yield FieldProblem("services", f"{known[code].label}: cần chọn cả {known[needed].label}.")


def account_problems(content: RegistrationContent, registry: Registry) -> Iterator[FieldProblem]:
    """Step 2."""
    for index, ledger in enumerate(content.ledgers):
        path = f"ledgers.{index}"
        if ledger.ledger_account not in registry.ledger_accounts:
            yield FieldProblem(f"{path}.ledger_account", "Chọn mã tài khoản kế toán trong danh sách.")
        yield from _text_problem(f"{path}.account_name", ledger.account_name, 2, 200)
        if ledger.budget_level not in range(5):
            yield FieldProblem(f"{path}.budget_level", "Mã cấp ngân sách là một chữ số từ 0 đến 4.")
        if ledger.program_code and (sentence := program_problem(ledger.program_code)):
            yield FieldProblem(f"{path}.program_code", sentence)
        yield from _span_problem(f"{path}.valid_to", ledger.valid_from, ledger.valid_to)
    yield from _relation_problems(content)
    yield from _useless_rows(content, registry.without_projects)
    made = {account.key for account in account_product(content, registry.without_projects)}
    for index, account in enumerate(content.accounts):
        path = f"accounts.{index}"
        yield from _account_problem(path, account, registry.without_projects)
        if account.key not in made:
            sentence = f"Số tài khoản {account.account_number} không còn theo hai bảng trên. Tạo lại số tài khoản."
            yield FieldProblem(f"{path}.account_number", sentence)
    if not content.accounts:
        sentence = "Cần ít nhất một số tài khoản. Nhập hai bảng trên rồi chọn Tạo số tài khoản của đơn vị."
        yield FieldProblem("accounts", sentence)
    elif _has_row_without_number(content, registry.without_projects):
        yield FieldProblem("accounts", "Hai bảng trên có dòng chưa có số tài khoản. Tạo lại số tài khoản.")


def _useless_rows(content: RegistrationContent, without_projects: Collection[str]) -> Iterator[FieldProblem]:
    """A whole row of either table that no row of the other goes with: nothing can ever come of it."""
    for index, ledger in enumerate(content.ledgers):
        alone = replace(content, ledgers=(ledger,))
        if left_out(alone, without_projects) and not account_product(alone, without_projects):
            sentence = (
                f"Tài khoản {ledger.ledger_account} không dùng được với mã nào đã nhập. Thêm mã khác hoặc xóa dòng."
            )
            yield FieldProblem(f"ledgers.{index}.ledger_account", sentence)
    for index, relation in enumerate(content.relations):
        alone, code = replace(content, relations=(relation,)), relation.relation_or_project_code
        if left_out(alone, without_projects) and not account_product(alone, without_projects):
            sentence = f"Mã {code} không dùng được với tài khoản nào đã nhập. Thêm loại tài khoản khác hoặc xóa dòng."
            yield FieldProblem(f"relations.{index}.relation_or_project_code", sentence)


def _has_row_without_number(content: RegistrationContent, without_projects: Collection[str]) -> bool:
    """A whole row of either table, typed after the numbers were made. Not every pair is asked for: what is in force of
    a unit that came without the wizard may be fewer.
    """
    declared = {account.key for account in content.accounts}
    alone = [replace(content, ledgers=(row,)) for row in content.ledgers]
    alone += [replace(content, relations=(row,)) for row in content.relations]
    products = [{account.key for account in account_product(part, without_projects)} for part in alone]
    return any(made and made.isdisjoint(declared) for made in products)


def _relation_problems(content: RegistrationContent) -> Iterator[FieldProblem]:
    seen: set[str] = set()
    for index, relation in enumerate(content.relations):
        path, code = f"relations.{index}", relation.relation_or_project_code
        if not RELATION_CODE.fullmatch(code):
            yield FieldProblem(f"{path}.relation_or_project_code", "Mã gồm 7 chữ số. Kiểm tra lại mã.")
        elif code in seen:
            yield FieldProblem(f"{path}.relation_or_project_code", "Mã này đã có trong bảng. Xóa dòng trùng.")
        seen.add(code)
        yield from _text_problem(f"{path}.name", relation.name, 2, 255)


def _account_problem(path: str, account: DeclaredAccount, without_projects: Collection[str]) -> Iterator[FieldProblem]:
    try:
        number = AccountNumber.parse(account.account_number, f"{path}.account_number")
    except Invalid as error:
        yield from error.problems
        return
    sentence = why_not_served(number, takes_projects=number.ledger_account not in without_projects)
    if sentence is not None:
        yield FieldProblem(f"{path}.account_number", sentence)
    yield from _span_problem(f"{path}.valid_to", account.valid_from, account.valid_to)


def member_problems(content: RegistrationContent, registry: Registry) -> Iterator[FieldProblem]:
    """Step 3, as it may be saved the first time: every entry has its shape, a certificate may still be missing."""
    projects = {relation.relation_or_project_code for relation in content.relations}
    for index, member in enumerate(content.members):
        path = f"members.{index}"
        yield from _person_problems(path, member, registry.today)
        yield from _permission_problems(path, member, content.unit.single_accountant_unit)
        yield from _grant_problems(path, member, content)
        if member.project_code and member.project_code not in projects:
            sentence = f"Dự án {member.project_code} không còn trong bảng của bước 2. Chọn lại dự án của thành viên."
            yield FieldProblem(f"{path}.project_code", sentence)
    yield from _twins(content, "id_number", "Số giấy tờ này đã dùng cho thành viên khác. Kiểm tra lại.")
    yield from _twins(content, "email", "Email này đã dùng cho thành viên khác. Mỗi người cần một email riêng.")


def _person_problems(path: str, member: MemberPart, today: date) -> Iterator[FieldProblem]:
    if not _NAME.fullmatch(member.full_name) or len(member.full_name) > 100:
        yield FieldProblem(f"{path}.full_name", "Nhập họ và tên đầy đủ, chỉ gồm chữ, ví dụ Nguyễn Văn An.")
    identity = identity_of(member.id_number)
    if identity is None:
        sentence = "Nhập 12 số của thẻ căn cước, 9 số của chứng minh nhân dân, hoặc số hộ chiếu."
        yield FieldProblem(f"{path}.id_number", sentence)
    if member.id_issue_date is None:
        yield FieldProblem(f"{path}.id_issue_date", _MISSING)
    elif identity is not None and (problem := issue_date_problem(identity, member.id_issue_date, today)):
        yield FieldProblem(f"{path}.id_issue_date", problem)
    yield from _text_problem(f"{path}.id_issue_place", member.id_issue_place, 2, 150)
    if not is_mailbox(mailbox(member.email)):
        yield FieldProblem(f"{path}.email", "Nhập địa chỉ email. Tên đăng nhập và mật khẩu được gửi tới đây.")
    if not is_mobile(telephone(member.mobile_phone)):
        yield FieldProblem(f"{path}.mobile_phone", "Nhập số điện thoại di động gồm 10 chữ số.")
    if member.service_title is None or member.service_title in TREASURY_TITLES:
        yield FieldProblem(f"{path}.service_title", "Chọn chức danh tham gia DVC.")


def _permission_problems(path: str, member: MemberPart, single: bool) -> Iterator[FieldProblem]:
    held = frozenset(member.permissions)
    if not held or held - PERMISSIONS:
        yield FieldProblem(f"{path}.permissions", "Chọn ít nhất một quyền sử dụng.")
    elif held & _SECOND and held & _FIRST:
        sentence = "Một người không được vừa ký Kế toán trưởng vừa ký Chủ tài khoản. Bỏ một quyền."
        yield FieldProblem(f"{path}.permissions", sentence)
    elif held >= _SECOND or held >= _FIRST:
        yield FieldProblem(f"{path}.permissions", "Người giữ quyền chính không cần thêm quyền ủy quyền. Bỏ một quyền.")
    elif _T.ACCOUNTANT in held and held & _FIRST:
        yield FieldProblem(f"{path}.permissions", "Người lập chứng từ không được ký Chủ tài khoản. Bỏ một quyền.")
    elif _T.ACCOUNTANT in held and held & _SECOND and not single:
        sentence = "Người lập chứng từ không được ký Kế toán trưởng, trừ đơn vị chỉ có một kế toán. Bỏ một quyền."
        yield FieldProblem(f"{path}.permissions", sentence)
    elif member.service_title is not None and permission_of(member.service_title) not in held:
        sentence = "Chức danh phải là một trong các quyền đã chọn. Sửa chức danh hoặc quyền."
        yield FieldProblem(f"{path}.service_title", sentence)


def _grant_problems(path: str, member: MemberPart, content: RegistrationContent) -> Iterator[FieldProblem]:
    declared = {account.key: account for account in content.accounts}
    for index, grant in enumerate(member.grants):
        where = f"{path}.grants.{index}"
        account = declared.get((grant.account_number, grant.program_code or "00000"))
        if account is None:
            yield FieldProblem(f"{where}.account_number", "Tài khoản này không còn trong bước 2. Bỏ chọn tài khoản.")
            continue
        if grant.end_date is None and any(is_delegated(title) for title in member.permissions):
            yield FieldProblem(f"{where}.end_date", "Ủy quyền phải có ngày kết thúc.")
        yield from _span_problem(f"{where}.end_date", grant.start_date, grant.end_date)
        if account.valid_to is not None and (grant.end_date or date.max) > account.valid_to:
            sentence = f"Tài khoản có hiệu lực đến {account.valid_to:%d/%m/%Y}. Chọn ngày không sau ngày đó."
            yield FieldProblem(f"{where}.end_date", sentence)
        if account.valid_from is not None and grant.start_date is not None and grant.start_date < account.valid_from:
            sentence = f"Tài khoản có hiệu lực từ {account.valid_from:%d/%m/%Y}. Chọn ngày không trước ngày đó."
            yield FieldProblem(f"{where}.start_date", sentence)


def _twins(content: RegistrationContent, field: str, sentence: str) -> Iterator[FieldProblem]:
    forms = [_one_form(member, field) for member in content.members]
    times = Counter(form for form in forms if form)
    for index, form in enumerate(forms):
        if times[form] > 1:
            yield FieldProblem(f"members.{index}.{field}", sentence)


def _one_form(member: MemberPart, field: str) -> str:
    if field == "email":
        return mailbox(member.email).casefold()
    identity = identity_of(member.id_number)
    return identity.number if identity else ""


def completeness_problems(content: RegistrationContent, registry: Registry, at: datetime) -> Iterator[FieldProblem]:
    """What must hold beyond the three steps before the declarations are made and signed."""
    for index, member in enumerate(content.members):
        path = f"members.{index}"
        if not member.grants:
            yield FieldProblem(f"{path}.grants", "Chọn ít nhất một số tài khoản cho thành viên này.")
        if member.signs:
            yield from _signer_problems(path, member, at)
    yield from _signing_form_problems(content)
    for project in sorted({member.project_code for member in content.members}):
        yield from _count_problems(content, project, registry.role_limits)
    if not content.members:
        yield from _count_problems(content, "", registry.role_limits)
    yield from _second_signature_problems(content)


def _signer_problems(path: str, member: MemberPart, at: datetime) -> Iterator[FieldProblem]:
    if member.signing_form is None:
        yield FieldProblem(f"{path}.signing_form", "Chọn hình thức chữ ký số.")
    certificate = member.certificate
    by_token = member.signing_form is SigningForm.USB_TOKEN
    way = "Tải tệp chứng thư số của token." if by_token else "Lấy thông tin chứng thư số của thành viên."
    if certificate is None:
        yield FieldProblem(f"{path}.certificate", f"Chưa có chứng thư số. {way}")
    elif bool(certificate.provider) is not (member.signing_form is SigningForm.REMOTE):
        yield FieldProblem(f"{path}.certificate", f"Chứng thư số không khớp hình thức ký đã chọn. {way}")
    elif not datetime.fromisoformat(certificate.valid_from) <= at < datetime.fromisoformat(certificate.valid_to):
        yield FieldProblem(f"{path}.certificate", "Chứng thư số hết hiệu lực. Gia hạn rồi lấy lại thông tin.")


def _signing_form_problems(content: RegistrationContent) -> Iterator[FieldProblem]:
    forms = {member.signing_form for member in content.members if member.signs and member.signing_form is not None}
    if len(forms) > 1:
        sentence = "Cả đơn vị chỉ dùng một hình thức chữ ký số. Chọn cùng một hình thức cho mọi người ký."
        yield FieldProblem("members", sentence)


def _count_problems(
    content: RegistrationContent, project: str, limits: Mapping[ServiceTitle, RoleLimit]
) -> Iterator[FieldProblem]:
    held = Counter(
        title for member in content.members if member.project_code == project for title in member.permissions
    )
    of = f" của dự án {project}" if project else ""
    for title, limit in limits.items():
        if title in _SECOND and not has_second_signature(content.unit.unit_kind):
            continue
        if held[title] < limit.fewest:
            yield FieldProblem("members", f"Cần ít nhất {limit.fewest} {TITLE_LABEL[title]}{of}.")
        if held[title] > limit.most:
            yield FieldProblem("members", f"Chỉ được có nhiều nhất {limit.most} {TITLE_LABEL[title]}{of}.")


def _second_signature_problems(content: RegistrationContent) -> Iterator[FieldProblem]:
    """Whatever the limits of the day say: where there is no second signature nobody holds it."""
    if has_second_signature(content.unit.unit_kind):
        return
    for title in sorted(_SECOND & {title for member in content.members for title in member.permissions}):
        sentence = (
            f"{UNIT_KIND_LABEL[content.unit.unit_kind]} không có chữ ký thứ hai (Thông tư 157/2025/TT-BTC), "
            f"nên không có {TITLE_LABEL[title]}. Bỏ quyền này của thành viên, hoặc chọn lại loại đơn vị."
        )
        yield FieldProblem("members", sentence)


def _span_problem(path: str, start: date | None, end: date | None) -> Iterator[FieldProblem]:
    if start is not None and end is not None and end < start:
        yield FieldProblem(path, "Ngày kết thúc không được trước ngày bắt đầu.")


def _text_problem(path: str, text: str, fewest: int, most: int) -> Iterator[FieldProblem]:
    if not text:
        yield FieldProblem(path, _MISSING)
    elif not fewest <= len(text) <= most:
        yield FieldProblem(path, f"Nhập từ {fewest} đến {most} ký tự.")
    elif has_refused_characters(text):
        yield FieldProblem(path, "Có ký tự không hiển thị được. Xóa ký tự đó và nhập lại.")

"""Registering a unit: what is declared, what is to be mended, the declarations, the log."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared_schemas.fields import (
    Body,
    Choice,
    Flag,
    Part,
    Reference,
    Several,
    Text,
    Version,
    WrittenDay,
    a,
    many,
    may,
    must,
)

UNIT_TITLES = (
    "accountant",
    "chief_accountant",
    "delegated_chief_accountant",
    "account_holder",
    "delegated_account_holder",
)
"""Permissions."""
SERVICE_TITLES = (*UNIT_TITLES, "acting_chief_accountant")
"""Titles: that of a permission, or Phụ trách kế toán, who holds the chief accountant's permission where none is
appointed."""
SIGNING_FORMS = ("usb_token", "remote")
UNIT_KINDS = ("budget_unit", "finance_agency", "revenue_agency", "inspection", "enterprise", "individual")
STAGES = (
    "draft",
    "awaiting_completion",
    "awaiting_approval",
    "signing",
    "submitted",
    "under_review",
    "checked",
    "returned",
    "approved",
    "rejected",
    "cancelled",
)
LONGEST_ATTACHED = 6_700_000
"""Characters of base64: five megabytes."""
MOST_ROWS, MOST_MEMBERS, MOST_ACCOUNTS = 50, 60, 300


class UnitIn(Body):
    """Step 1: who registers."""

    treasury_code = Text("Kính gửi KBNN.", 4)
    budget_relation_code = Text("Mã ĐVQHNS.", 7)
    unit_name = Text("Tên đơn vị.", 255)
    phone = Text("Số điện thoại.", 20)
    email = Text("Email.", 254)
    fax = Text("Fax.", 20)
    address = Text("Địa chỉ.", 255)
    superior_body = Text("Cơ quan cấp trên, nếu có; empty when there is none.", 255)
    single_accountant_unit = Flag("The unit has one accountant, who also signs as chief accountant.")
    unit_kind = Choice("Loại đơn vị; ``revenue_agency`` and ``individual`` have no second signature.", UNIT_KINDS)


class LedgerIn(Body):
    """Step 2: a kind of account opened at the Treasury."""

    ledger_account = Text("Mã TKKT.", 4)
    account_name = Text("Tên tài khoản.", 200)
    budget_level = fields.Integer(
        required=True,
        strict=True,
        allow_none=True,
        validate=validate.Range(0, 4, error="Mã cấp ngân sách là một chữ số từ 0 đến 4."),
        metadata={"description": "Mã Cấp NS."},
    )
    program_code = Text("Mã CTMT.", 5)
    valid_from = WrittenDay("Ngày hiệu lực.", nullable=True)
    valid_to = WrittenDay("Ngày kết thúc.", nullable=True)


class RelationIn(Body):
    """Step 2: a code under which the unit has accounts."""

    relation_or_project_code = Text("Mã ĐVQHNS/Dự án.", 7)
    name = Text("Tên ĐVQHNS/Dự án.", 255)


class AccountIn(Body):
    """Step 2: one account number."""

    account_number = Text("Số tài khoản.", 16)
    account_name = Text("Tên tài khoản.", 200)
    program_code = Text("Mã CTMT.", 5)
    valid_from = WrittenDay("Ngày hiệu lực.", nullable=True)
    valid_to = WrittenDay("Ngày kết thúc.", nullable=True)


class GrantIn(Body):
    """Step 3: a right on one account."""

    account_number = Text("Số tài khoản.", 16)
    program_code = Text("Mã CTMT.", 5)
    start_date = WrittenDay("Ngày bắt đầu hoạt động.", nullable=True)
    end_date = WrittenDay("Có giá trị đến ngày.", nullable=True)


class MemberIn(Body):
    """Step 3: one person. The certificate is bound by its own call."""

    id = Reference("Of a person saved before; null for a new one.", nullable=True)
    project_code = Text("Empty: Không tham gia dự án.", 7)
    full_name = Text("Họ tên.", 100)
    id_number = Text("Số CMND/ thẻ căn cước/ hộ chiếu.", 20)
    id_issue_date = WrittenDay("Ngày cấp.", nullable=True)
    id_issue_place = Text("Nơi cấp.", 150)
    email = Text("Email.", 254)
    mobile_phone = Text("Điện thoại.", 20)
    service_title = Choice("Chức danh tham gia DVC.", SERVICE_TITLES, nullable=True)
    permissions = Several(Choice("Quyền.", UNIT_TITLES), "Gán quyền sử dụng.", most=5)
    signing_form = Choice("Hình thức đăng ký chữ ký số.", SIGNING_FORMS, nullable=True)
    grants = Several(fields.Nested(GrantIn), "Sử dụng (các) số tài khoản sau.", most=MOST_ACCOUNTS)


class SaveRegistration(Body):
    """The declaration as typed, right or wrong. Account numbers and certificates have calls of their own."""

    expected_version = Version()
    unit = Part(UnitIn, required=True, metadata={"description": "Step 1."})
    services = Several(Text("Code.", 40), "Ticked services.", most=50)
    ledgers = Several(fields.Nested(LedgerIn), "Step 2, first table.", most=MOST_ROWS)
    relations = Several(fields.Nested(RelationIn), "Step 2, second table.", most=MOST_ROWS)
    members = Several(fields.Nested(MemberIn), "Step 3.", most=MOST_MEMBERS)


class MakeAccounts(Body):
    """Tạo số tài khoản của đơn vị."""

    expected_version = Version()
    drop_granted = Flag("True after the person confirmed that numbers in use by members go.")


class Terminate(Body):
    """Ngừng sử dụng dịch vụ công trực tuyến."""

    expected_version = Version()
    terminate = Flag("True to stop using the service, false to take that back. Other changes typed so far are dropped.")


class AttachAppointment(Body):
    """Attach the decision that appoints the new account holder, in place of the one before. At most 5 MB and 50 pages;
    a PDF that is not locked and holds neither programs nor other files.
    """

    expected_version = Version()
    file_base64 = Text("The PDF, base64.", LONGEST_ATTACHED, shortest=1)


class OpenRegistration(Body):
    """The secret of a link."""

    secret = Text("What stands after # in the link.", 100, shortest=20)


class ServiceOut(Schema):
    """A service that can be ticked."""

    code = must(fields.String, "Its code.")
    label = must(fields.String, "Vietnamese.")
    at_least_one = must(fields.Boolean, "One of these must be ticked.")
    needs = may(fields.String, "Code of the service it stands on.")


class LedgerAccountOut(Schema):
    """A kind of account that may be registered."""

    code = must(fields.String, "Mã TKKT.")
    name = must(fields.String, "Tên.")


class RegistrationChoices(Schema):
    """What the wizard offers today."""

    services = many(ServiceOut, "In order.")
    ledger_accounts = many(LedgerAccountOut, "By code.")


class CertificateOut(Schema):
    """A bound certificate, without its bytes."""

    provider = must(fields.String, "Slug; empty for a USB token.")
    provider_login = must(fields.String, "User name at the provider.")
    fingerprint = must(fields.String, "SHA-256 of the DER.")
    serial_number = must(fields.String, "Serial chứng thư số.")
    subject_name = must(fields.String, "Whose.")
    issuer_name = must(fields.String, "Tổ chức cấp.")
    valid_from = must(fields.AwareDateTime, "Ngày hiệu lực.")
    valid_to = must(fields.AwareDateTime, "Ngày hết hạn.")
    mismatch = must(fields.String, "How the holder differs from the member, Vietnamese; empty when they agree.")


class MemberOut(Schema):
    """A person as declared."""

    id = must(fields.UUID, "Ours.")
    project_code = must(fields.String, "Empty: Không tham gia dự án.")
    full_name = must(fields.String, "Họ tên.")
    id_number = must(fields.String, "Số giấy tờ.")
    id_issue_date = may(fields.Date, "Ngày cấp.")
    id_issue_place = must(fields.String, "Nơi cấp.")
    email = must(fields.String, "Email.")
    mobile_phone = must(fields.String, "Điện thoại.")
    service_title = may(fields.String, "Chức danh.", validate=validate.OneOf([*SERVICE_TITLES, None]))
    permissions = many(fields.String(validate=validate.OneOf(UNIT_TITLES)), "Quyền.")
    signing_form = may(fields.String, "Hình thức.", validate=validate.OneOf([*SIGNING_FORMS, None]))
    certificate = a(CertificateOut, "Bound; null while there is none.", nullable=True)
    grants = many(GrantIn, "Rights.")


class ContentOut(Schema):
    """Everything declared."""

    unit = a(UnitIn, "Step 1.")
    services = many(fields.String(), "Ticked services.")
    ledgers = many(LedgerIn, "Step 2.")
    relations = many(RelationIn, "Step 2.")
    accounts = many(AccountIn, "Step 2, made by the server.")
    members = many(MemberOut, "Step 3.")
    terminate = must(fields.Boolean, "The unit stops using the service; of a change only.")


class DifferenceRow(Schema):
    """One line of Hiện tại → Thay đổi."""

    group = must(fields.String, "Vietnamese heading; of a member, with the name.")
    label = must(fields.String, "Vietnamese.")
    before = must(fields.String, "Hiện tại; empty when there was nothing.")
    after = must(fields.String, "Thay đổi; empty when it is no more.")


class StepProblem(Schema):
    """Something to mend."""

    step = must(fields.Integer, "1 to 4.")
    path = must(fields.String, "For example ``members.0.email``.")
    sentence = must(fields.String, "What to do.")


class DeclarationOut(Schema):
    """A generated declaration."""

    id = must(fields.UUID, "Ours.")
    filename = must(fields.String, "Tên tài liệu.")
    revision = must(
        fields.String,
        "How far it is signed.",
        validate=validate.OneOf(["declaration", "unit_signature", "treasury_signature"]),
    )
    sha256 = must(fields.String, "Of the file.")
    pages = must(fields.Integer, "Pages.")


class RegistrationLogEntry(Schema):
    """A line of Nhật ký hồ sơ."""

    seq = must(fields.Integer, "From 1.")
    at = must(fields.AwareDateTime, "Ngày cập nhật.")
    stage_label = must(fields.String, "Trạng thái.")
    note = must(fields.String, "Ghi chú.")
    actor_name = must(fields.String, "Who.")


class OfficeOut(Schema):
    """A Treasury office."""

    code = must(fields.String, "Four digits.")
    name = must(fields.String, "Its name.")


class AttachedFile(Schema):
    """A PDF the unit attached."""

    sha256 = must(fields.String, "Of the file.")
    size = must(fields.Integer, "Bytes.")
    pages = must(fields.Integer, "Pages.")


class Appointment(Schema):
    """Quyết định bổ nhiệm of a new account holder; only a change has one."""

    needed = must(fields.Boolean, "True when the change replaces the account holder: it is not completed without.")
    filename = must(fields.String, "Tên tài liệu.")
    file = a(AttachedFile, "Null while none is attached.", nullable=True)


class Registration(Schema):
    """A registration dossier for its registrant."""

    id = must(fields.UUID, "Ours.")
    kind = must(fields.String, "``new`` or ``change``.", validate=validate.OneOf(["new", "change"]))
    code = may(fields.String, "Mã hồ sơ; null before the first Lưu.")
    stage = must(fields.String, "Where it stands.", validate=validate.OneOf(STAGES))
    stage_label = must(fields.String, "Vietnamese.")
    version = must(fields.Integer, "To be sent back as ``expected_version``.")
    content = a(ContentOut, "As typed.")
    problems = many(StepProblem, "By step; empty once the content is closed.")
    difference = many(DifferenceRow, "Of a change: every field that differs from what is in force. Else empty.")
    appointment = a(Appointment, "The attached appointment decision.")
    open_signings = must(fields.Integer, "Of a change: the unit's payment dossiers that are being signed now.")
    left_out = many(
        fields.String(), "Numbers of the two tables that are not made: code and account do not go together."
    )
    treasury = a(OfficeOut, "The addressed office.", nullable=True)
    documents = many(DeclarationOut, "The mobile one first.")
    log = many(RegistrationLogEntry, "Newest first.")
    actions = many(fields.String(), "Moves the registrant has now.")
    signer_id = may(fields.UUID, "Member who signs.")
    due_at = may(fields.AwareDateTime, "When the Treasury should have answered.")
    updated_at = must(fields.AwareDateTime, "Last change.")
    link_expires_at = may(fields.AwareDateTime, "Until when the link opens it.")


class Begun(Schema):
    """A new registration dossier and the secret of its link."""

    registration = a(Registration, "The dossier.")
    secret = must(fields.String, "Stands after # in the link; shown once.")

"""Payment dossiers: rows of lists, the whole dossier, and every action on it."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared_schemas.documents import DocumentOut
from shared_schemas.fields import (
    AMOUNT_MAX,
    Body,
    Choice,
    Day,
    Number,
    Reference,
    Several,
    Text,
    Version,
    a,
    many,
    may,
    must,
)
from shared_schemas.forms import VoucherField
from shared_schemas.problems import WarningOut
from shared_schemas.session import TreasuryBrief, UnitBrief
from shared_schemas.signing import Signing

ACTIONS = ("edit", "submit", "withdraw", "return", "sign", "reopen", "cancel", "reassign", "receive")
MOST_VOUCHERS = 20

STATUSES = (
    "draft",
    "awaiting_chief_accountant",
    "signing_chief_accountant",
    "awaiting_account_holder",
    "signing_account_holder",
    "submitted",
    "received",
    "controlling",
    "awaiting_treasury_approval",
    "paid",
    "returned_by_chief_accountant",
    "returned_by_account_holder",
    "returned_by_treasury",
    "rejected_by_treasury",
    "withdrawn",
    "cancelled",
)


class _Page(Schema):
    q = Text("Search words; diacritics do not matter.", 100, required=False, load_default="")
    cursor = Text("``next_cursor`` of the page before.", 200, required=False, load_default=None)


class InboxQuery(_Page):
    """What to show of the inbox."""

    filter = Choice("All that waits, or only what is urgent.", ("all", "urgent"), required=False, load_default="all")


class HistoryQuery(_Page):
    """What to show of the history. The scope is the caller's own."""

    status = fields.List(
        Choice("A state.", STATUSES, required=False),
        load_default=list,
        metadata={"description": "Only these states; repeated for several."},
    )
    from_ = Day("First day, Vietnam time.", required=False, data_key="from", load_default=None)
    to = Day("Last day, Vietnam time, inclusive.", required=False, load_default=None)
    min_amount = Number("VND, inclusive.", 0, AMOUNT_MAX, default=None)
    max_amount = Number("VND, inclusive.", 0, AMOUNT_MAX, default=None)


class CreateDossier(Body):
    """A new draft; may be incomplete."""

    vouchers = Several(VoucherField(required=True), "In order.", fewest=1, most=MOST_VOUCHERS)


class SaveDossier(Body):
    """The whole content of a draft, again."""

    expected_version = Version()
    vouchers = Several(VoucherField(required=True), "In order; replaces what was there.", fewest=1, most=MOST_VOUCHERS)


class ChooseApprover(Body):
    """Send it to this person."""

    expected_version = Version()
    approver_id = Reference("One of the eligible people of ``/approvers``.")


class Act(Body):
    """An action that needs no words."""

    expected_version = Version()


class Withdraw(Body):
    """Take it back. From the Treasury only with a reason."""

    expected_version = Version()
    reason = Text("Why, 10–500 characters where one is needed.", 500, nullable=True)


class ActWithReason(Body):
    """An action that must say why."""

    expected_version = Version()
    reason = Text("Lý do, 10–500 characters.", 500, shortest=10)


class PersonOut(Schema):
    """A member of the unit."""

    id = must(fields.UUID, "Ours.")
    full_name = must(fields.String, "As registered.")
    title_label = must(fields.String, "Vietnamese title.")


class VoucherOut(Schema):
    """One voucher of a dossier."""

    id = must(fields.UUID, "Ours.")
    position = must(fields.Integer, "From 1.")
    form_code = must(fields.String, "Which form.")
    form_edition = must(fields.String, "Which edition of the form.")
    service_voucher_number = must(fields.String, "Số chứng từ DVC; never changes.")
    content = VoucherField(
        required=True, metadata={"description": "What the person filled in, as the form's schema says."}
    )
    amount = must(fields.Integer, "VND, sum of the lines; 0 in an empty draft.")
    amount_in_words = must(fields.String, "The server's words, as printed.")
    payee_place = must(fields.String, "Name of the bank or Treasury office paid to; empty while none is chosen.")


class Returned(Schema):
    """How a dossier came back to its maker."""

    note = must(fields.String, "The reason.")
    by = must(fields.String, "Name of who sent it back.")
    at = must(fields.AwareDateTime, "When.")


class DossierRow(Schema):
    """A dossier in a list."""

    id = must(fields.UUID, "Ours.")
    code = must(fields.String, "Mã hồ sơ.")
    status = must(fields.String, "The state.", validate=validate.OneOf(STATUSES))
    status_label = must(fields.String, "Vietnamese state.")
    version = must(fields.Integer, "To be sent back as ``expected_version``.")
    form_name = must(fields.String, "Name of the first voucher's form.")
    payee_name = must(fields.String, "Đơn vị nhận tiền of the first voucher.")
    content = must(fields.String, "Nội dung of the first line.")
    amount = must(fields.Integer, "VND, total.")
    voucher_no = must(fields.String, "The unit's number of the first voucher.")
    waiting_since = must(fields.AwareDateTime, "Since when the pen lies where it lies.")
    sender_name = may(fields.String, "Who passed the pen; null for one's own draft.")
    urgent = must(fields.Boolean, "True when the deadline is near.")
    due_at = may(fields.AwareDateTime, "Last moment to submit; null when there is none.")
    signing_id = may(fields.UUID, "The live signing request; null when there is none.")
    changed_since_seen = must(fields.Boolean, "True when the content changed after the caller last opened it.")
    unit_name = must(fields.String, "Whose dossier.")
    returned = a(Returned, "How it came back; null unless it is returned.", nullable=True)


class Inbox(Schema):
    """What waits for the caller."""

    items = many(DossierRow, "Oldest first.")
    next_cursor = may(fields.String, "Null on the last page.")
    count = must(fields.Integer, "All that waits, not only this page.")
    total_amount = must(fields.Integer, "VND, of all that waits.")
    urgent_count = must(fields.Integer, "How many are urgent.")


class DossierList(Schema):
    """A page of the history."""

    items = many(DossierRow, "Newest first.")
    next_cursor = may(fields.String, "Null on the last page.")


class LogEntry(Schema):
    """One line of the timeline; never changed, never removed."""

    seq = must(fields.Integer, "From 1.")
    at = must(fields.AwareDateTime, "When.")
    actor_name = must(fields.String, "Who.")
    actor_title = must(fields.String, "With which title.")
    action = must(fields.String, "Machine word of the action.")
    from_status = may(fields.String, "Null for the first line.")
    to_status = must(fields.String, "The state after it.")
    status_label = must(fields.String, "The state after it, Vietnamese.")
    note = must(fields.String, "Vietnamese; a reason, a receipt number, or empty.")


class ActionOut(Schema):
    """Whether the caller may do this now."""

    action = must(fields.String, "Which action.", validate=validate.OneOf(ACTIONS))
    allowed = must(fields.Boolean, "True when the server would take it now.")
    reason = may(fields.String, "Vietnamese; why not.")


class Dossier(DossierRow):
    """Everything about one dossier."""

    unit = a(UnitBrief, "Whose dossier.")
    treasury = a(TreasuryBrief, "Where it goes.")
    maker = a(PersonOut, "Kế toán viên.")
    chief_accountant = a(PersonOut, "Null until chosen.", nullable=True)
    account_holder = a(PersonOut, "Null until chosen.", nullable=True)
    vouchers = many(VoucherOut, "In order.")
    documents = many(DocumentOut, "The newest revision of every voucher's file; empty while the draft has none.")
    warnings = many(WarningOut, "Shown before everything else.")
    log = many(LogEntry, "Oldest first.")
    actions = many(ActionOut, "All actions, each with its answer for the caller.")
    signing = a(Signing, "Live, or the last one of the current step.", nullable=True)
    receipt_no = may(fields.String, "The Treasury's receipt number.")
    received_at = may(fields.AwareDateTime, "When the Treasury took it.")
    received_by = a(PersonOut, "The officer who took it.", nullable=True)


class Approver(Schema):
    """A person who could approve next."""

    id = must(fields.UUID, "Ours.")
    full_name = must(fields.String, "As registered.")
    title = must(fields.String, "Machine word of the title.")
    title_label = must(fields.String, "Vietnamese title.")
    delegated_until = may(fields.Date, "Last day of the delegation; null for none.")
    certificate_valid_to = may(fields.AwareDateTime, "End of the certificate; null while none is registered.")
    eligible = must(fields.Boolean, "False when the server would refuse this person.")
    reason = may(fields.String, "Vietnamese; why not.")


class ApproverList(Schema):
    """Who could approve next."""

    step = must(fields.String, "Which approval comes next.")
    items = many(Approver, "Eligible people first.")
    preselected_id = may(fields.UUID, "The likely choice; null for none.")

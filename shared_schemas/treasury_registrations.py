"""Registrations at the Treasury office: the work list, one dossier with its check list and signatures, the moves."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared_schemas.documents import VERDICTS
from shared_schemas.fields import Body, Choice, Part, Reference, Several, Text, Version, a, many, may, must
from shared_schemas.registration import STAGES, DifferenceRow, Registration

KINDS = ("new", "change")
MOVES = ("open", "hand_over", "return", "propose", "send_back", "approve", "reject")
MOST_CHECKS = 20
MOST_AT_ONCE = 50
"""Dossiers taken in hand with one tap."""


class WorkListQuery(Schema):
    """Which part of the list."""

    tab = Choice("New registrations, or changes.", KINDS, required=False, load_default="new")
    cursor = Text("``next_cursor`` of the page before.", 200, required=False, load_default=None)


class TreasuryRegistrationRow(Schema):
    """A dossier that waits for the office."""

    id = must(fields.UUID, "Ours.")
    version = must(fields.Integer, "Sent back as ``expected_version``.")
    code = must(fields.String, "Mã hồ sơ.")
    kind = must(fields.String, "New or a change.", validate=validate.OneOf(KINDS))
    stage = must(fields.String, "Where it stands.", validate=validate.OneOf(STAGES))
    stage_label = must(fields.String, "Vietnamese.")
    unit_name = must(fields.String, "As declared.")
    budget_relation_code = must(fields.String, "Mã ĐVQHNS.")
    submitted_at = may(fields.AwareDateTime, "When the unit signed.")
    due_at = may(fields.AwareDateTime, "Until when the unit should have an answer.")
    late = must(fields.Boolean, "True when that moment has passed.")
    verdict = must(fields.String, "Our judgement of the unit's signatures.", validate=validate.OneOf(VERDICTS))
    officer_name = may(fields.String, "Who took it; null while nobody has.")
    barred = may(fields.String, "Vietnamese: why the caller cannot take it with others at once; null when they can.")


class TreasuryRegistrations(Schema):
    """The office's work list."""

    items = many(TreasuryRegistrationRow, "The earliest due first.")
    next_cursor = may(fields.String, "Null on the last page.")


class TreasuryRegistrationCounts(Schema):
    """How many wait for the office."""

    new_count = must(fields.Integer, "New registrations.")
    change_count = must(fields.Integer, "Changes.")


class CheckListItem(Schema):
    """Something the officer confirms with own eyes."""

    name = must(fields.String, "Its name.")
    label = must(fields.String, "Vietnamese.")
    ticked = must(fields.Boolean, "Confirmed.")


class DeclarationSignature(Schema):
    """A line of the signature panel: one signature on one declaration, or a declaration without any."""

    filename = must(fields.String, "Tên tài liệu.")
    verdict = must(fields.String, "Of the file.", validate=validate.OneOf(VERDICTS))
    verdict_label = must(fields.String, "Vietnamese.")
    signer = must(fields.String, "Name in the certificate; empty when there is none.")
    title_label = must(fields.String, "In which title.")
    right_person = must(fields.Boolean, "Đúng người: by the certificate declared for this person.")
    right_role = must(fields.Boolean, "Đúng vai trò: the person may sign for the unit.")
    valid_at_signing = must(fields.Boolean, "Còn hiệu lực lúc ký: the certificate chains to a licensed CA then.")
    signed_at = may(fields.AwareDateTime, "What the signature says.")


class CertificateNote(Schema):
    """Something to know of a member's certificate before deciding, or after the approval."""

    full_name = must(fields.String, "The member.")
    sentence = must(
        fields.String, "How its holder differs, why it is of no use now, what outlasts it, or that its CA was silent."
    )


class TreasuryRegistration(Schema):
    """A dossier as the office sees it."""

    registration = a(Registration, "What the unit sees.")
    check_list = many(CheckListItem, "In order.")
    signatures = many(DeclarationSignature, "In the order of the files.")
    certificate_notes = many(CertificateNote, "In the order of the members; mostly none.")
    officer_name = may(fields.String, "Who took it.")
    approver_name = may(fields.String, "Who decided.")
    held_since = may(fields.AwareDateTime, "Since when the officer has it.")
    actions = many(fields.String(validate=validate.OneOf(MOVES)), "Moves the caller has now.")
    difference = many(DifferenceRow, "Of a change: what differs from what is in force.")


class TickChecks(Body):
    """The whole check list again."""

    expected_version = Version()
    ticked = Several(Text("Name.", 40), "Names of the ticked items.", most=MOST_CHECKS)


class TreasuryColleague(Schema):
    """An officer of the same office."""

    id = must(fields.UUID, "Ours.")
    full_name = must(fields.String, "As the office knows them.")
    held = must(fields.Integer, "How many dossiers they have in hand.")


class TreasuryColleagues(Schema):
    """To whom a dossier can be handed over."""

    items = many(TreasuryColleague, "By name.")


class HandOver(Body):
    """Give it to a colleague."""

    expected_version = Version()
    officer_id = Reference("Who goes on with it: one of the colleagues listed.")


class TakeOne(Body):
    """One dossier as it stood in the list."""

    id = Reference("Which.")
    expected_version = Version()


class TakeSeveral(Body):
    """Several dossiers of the list."""

    items = Several(Part(TakeOne), "In any order.", fewest=1, most=MOST_AT_ONCE)


class Taken(Schema):
    """What became of one of them."""

    id = must(fields.UUID, "Which.")
    taken = must(fields.Boolean, "True: the caller has it in hand.")
    reason = may(fields.String, "Vietnamese: why not.")


class TakenSeveral(Schema):
    """What became of each."""

    items = many(Taken, "In the order asked for.")

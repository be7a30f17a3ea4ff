"""Ký theo lô: many dossiers in one confirmation. First the list is shown, then exactly that list is confirmed."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared_schemas.fields import Body, Part, Password, Reference, Several, Text, Version, a, many, may, must
from shared_schemas.providers import SecondFactorAnswer
from shared_schemas.signing import PHASES, SigningProblem

BATCH_MOST = 200
"""Dossiers in one list."""

ITEM_PHASES = ("queued", *PHASES)
"""``queued``: its prompt comes after another one."""

BATCH_PHASES = ("sending", "waiting", "unknown", "checking", "done")


class BatchWanted(Body):
    """One dossier as the person saw it."""

    dossier_id = Reference("Which dossier.")
    expected_version = Version()
    seen_digests = Several(
        Text("SHA-256 of one file as shown, hexadecimal.", 64, shortest=64),
        "One for every file of the dossier, any order.",
        fewest=1,
        most=100,
    )
    next_approver_id = Reference("Who approves this one next; null: the one named for all.", nullable=True)


class CheckBatch(Body):
    """A list to be looked at before it is confirmed."""

    items = Several(fields.Nested(BatchWanted), "In the order to be signed.", fewest=1, most=BATCH_MOST)
    next_approver_id = Reference("Who approves next, for all; null on the last step.", nullable=True)


class ConfirmBatch(CheckBatch):
    """The list as it was shown, without what was refused, and the digest that came with it."""

    list_digest = Text("``list_digest`` of the list that was shown.", 64, shortest=64)
    provider_password = Password(
        "The person's password at the CA, where it is needed; used once, never stored.", nullable=True
    )
    second_factor = Part(
        SecondFactorAnswer,
        required=True,
        allow_none=True,
        metadata={"description": "Instead of the password, after the CA asked for a code (``prov.second_factor``)."},
    )


class BatchLine(Schema):
    """One dossier of a list that can be confirmed."""

    dossier_id = must(fields.UUID, "Which dossier.")
    dossier_code = must(fields.String, "As printed.")
    voucher_no = must(fields.String, "The unit's number.")
    payee_name = must(fields.String, "Đơn vị nhận tiền.")
    amount = must(fields.Integer, "VND, total of the dossier.")
    documents = must(fields.Integer, "Files that will be signed.")
    next_approver_id = may(fields.UUID, "Who approves next; null on the last step.")


class BatchRefused(Schema):
    """One dossier that cannot be in the list. The problem ``batch.changed`` carries the same in ``facts.refused``."""

    dossier_id = must(fields.UUID, "Which dossier.")
    dossier_code = may(fields.String, "Null when there is no such dossier for the caller.")
    code = must(fields.String, "Stable machine code, as of a problem.")
    title = must(fields.String, "One Vietnamese sentence.")
    facts = must(fields.Dict, "Values the sentence was filled with.", keys=fields.String())


class BatchList(Schema):
    """What would be confirmed: count, total and largest item. Nothing was changed and nobody asked."""

    list_digest = may(fields.String, "To be sent back with exactly ``items``; null when none is left.")
    count = must(fields.Integer, "Dossiers in ``items``.")
    documents = must(fields.Integer, "Files that will be signed.")
    total_amount = must(fields.Integer, "VND, over ``items``.")
    largest = a(BatchLine, "The dossier with the largest amount; null when none is left.", nullable=True)
    prompts = must(fields.Integer, "How often the phone will ask: the CA's limit divides the list.")
    provider_name = must(fields.String, "The CA's name.")
    app_name = must(fields.String, "The CA's phone app.")
    needs_password = must(fields.Boolean, "True when the CA wants the password.")
    items = many(BatchLine, "In the order asked for, without what was refused.")
    refused = many(BatchRefused, "What cannot be signed now, and why.")


class BatchItem(Schema):
    """One dossier of a confirmed batch, with an outcome of its own."""

    signing_id = must(fields.UUID, "Its signing request.")
    dossier_id = must(fields.UUID, "Which dossier.")
    dossier_code = must(fields.String, "As printed.")
    voucher_no = must(fields.String, "The unit's number.")
    payee_name = must(fields.String, "Đơn vị nhận tiền.")
    amount = must(fields.Integer, "VND, total of the dossier.")
    prompt = must(fields.Integer, "Which prompt asks for it, from 1.")
    phase = must(fields.String, "Its state as the screen draws it.", validate=validate.OneOf(ITEM_PHASES))
    problem = a(SigningProblem, "Null unless it ended badly.", nullable=True)


class Batch(Schema):
    """A confirmed batch and everything its waiting screen shows."""

    id = must(fields.UUID, "Ours.")
    list_digest = must(fields.String, "Of the list that was confirmed.")
    provider = must(fields.String, "Slug of the CA.")
    provider_name = must(fields.String, "The CA's name.")
    app_name = must(fields.String, "The CA's phone app.")
    deep_link = may(fields.String, "Opens the app; null hides the button.")
    created_at = must(fields.AwareDateTime, "When the person confirmed.")
    server_time = must(fields.AwareDateTime, "The server's clock, to count down by.")
    total_amount = must(fields.Integer, "VND, over all dossiers.")
    largest_amount = must(fields.Integer, "VND, of the largest dossier.")
    count = must(fields.Integer, "Dossiers.")
    signed = must(fields.Integer, "Dossiers that are signed.")
    open = must(fields.Integer, "Dossiers whose outcome is not known yet.")
    unsigned = must(fields.Integer, "Dossiers that ended without a signature.")
    phase = must(fields.String, "``done`` when nothing is open.", validate=validate.OneOf(BATCH_PHASES))
    prompts = must(fields.Integer, "How often the phone asks in all.")
    prompt = may(fields.Integer, "Which prompt is asked now, from 1; null when none is.")
    prompt_count = may(fields.Integer, "Dossiers of this prompt, as the phone shows.")
    prompt_amount = may(fields.Integer, "VND of this prompt, as the phone shows.")
    comparison_code = may(fields.String, "Of this prompt, eight digits; null when this CA cannot show it.")
    expires_at = may(fields.AwareDateTime, "The CA's deadline for this prompt; null until known.")
    items = many(BatchItem, "In the order of the list.")

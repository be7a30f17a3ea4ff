"""Remote signing: the request that goes to a person's CA, and where it stands."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared_schemas.fields import Body, Part, Password, Reference, Several, Text, Version, a, may, must
from shared_schemas.problems import SIGN_STATES
from shared_schemas.providers import ProviderHealth, SecondFactorAnswer
from shared_schemas.session import TreasuryBrief

PHASES = (
    "sending",
    "waiting",
    "checking",
    "signed",
    "rejected",
    "expired",
    "failed",
    "cancelled",
    "unknown",
    "orphan",
)

SIGN_STATUSES = (
    "prepared",
    "sending",
    "waiting",
    "collected",
    "embedded",
    "settled",
    "rejected",
    "expired",
    "failed",
    "cancelled",
    "unknown",
    "orphan",
)


class Sign(Body):
    """Approve and sign the dossier whose bytes were seen."""

    expected_version = Version()
    seen_digests = Several(
        Text("SHA-256 of one file as shown, hexadecimal.", 64, shortest=64),
        "One for every file of the dossier, any order.",
        fewest=1,
        most=100,
    )
    next_approver_id = Reference("Who approves next; null on the last step.", nullable=True)
    provider_password = Password(
        "The person's password at the CA, where it is needed; used once, never stored.", nullable=True
    )
    second_factor = Part(
        SecondFactorAnswer,
        required=True,
        allow_none=True,
        metadata={"description": "Instead of the password, after the CA asked for a code (``prov.second_factor``)."},
    )


class LiftBlock(Body):
    """Back in charge of one's own log-in."""

    password = Password("Of the log-in here.")


class Block(Schema):
    """Whether a person's own alarm keeps new requests back."""

    blocked = must(fields.Boolean, "True: nothing is sent to this person's phone.")
    since = may(fields.AwareDateTime, "When the alarm was raised; null when nothing is blocked.")


class Nothing(Body):
    """An empty object: the action needs no words."""


class SigningProblem(Schema):
    """Why a request ended without a signature."""

    code = must(fields.String, "Stable machine code.")
    title = must(fields.String, "One Vietnamese sentence.")
    sign_state = may(fields.String, "Whether a signature exists.", validate=validate.OneOf(SIGN_STATES))
    can_retry = must(fields.Boolean, "True when a new request makes sense; the button is absent otherwise.")
    support_code = may(fields.String, "To quote to support.")


class SigningCertificate(Schema):
    """The pinned certificate."""

    subject = must(fields.String, "Name in the certificate.")
    serial_tail = must(fields.String, "Last eight hexadecimal digits of the serial number.")


class NextApprover(Schema):
    """Who approves after this signature."""

    full_name = must(fields.String, "As registered.")
    title_label = must(fields.String, "Vietnamese title.")


class Signing(Schema):
    """One signing request and everything its waiting screen shows."""

    id = must(fields.UUID, "Ours.")
    batch_id = may(fields.UUID, "The batch it was confirmed with; null when it was signed alone.")
    dossier_id = must(fields.UUID, "Whose files are signed.")
    dossier_code = must(fields.String, "As printed.")
    step = must(fields.String, "Which signature of the unit this is.")
    status = must(fields.String, "State of the transaction.", validate=validate.OneOf(SIGN_STATUSES))
    phase = must(fields.String, "The state as the screen draws it.", validate=validate.OneOf(PHASES))
    provider = must(fields.String, "Slug of the CA.")
    provider_name = must(fields.String, "The CA's name.")
    provider_health = a(ProviderHealth, "Whether this CA answers.")
    app_name = must(fields.String, "The CA's phone app.")
    deep_link = may(fields.String, "Opens the app; null hides the button.")
    comparison_code = may(fields.String, "Eight digits, null when this CA cannot show it on the phone.")
    created_at = must(fields.AwareDateTime, "When the person approved.")
    expires_at = may(fields.AwareDateTime, "The CA's deadline; null until known.")
    server_time = must(fields.AwareDateTime, "The server's clock, to count down by.")
    amount = must(fields.Integer, "VND, total of the dossier.")
    payee_name = must(fields.String, "Đơn vị nhận tiền.")
    voucher_no = must(fields.String, "The unit's number.")
    problem = a(SigningProblem, "Null unless it ended badly.", nullable=True)
    certificate = a(SigningCertificate, "What signs.")
    next_approver = a(NextApprover, "Null on the last step.", nullable=True)
    treasury = a(TreasuryBrief, "Where the dossier goes in the end.")
    signed_at = may(fields.AwareDateTime, "Null until signed.")
    receipt_no = may(fields.String, "The Treasury's receipt number; null until delivered.")

"""What every refusal looks like: application/problem+json after RFC 9457, with members of our own."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared_schemas.fields import many, may, must

SIGN_STATES = ("none_created", "signed", "unknown")


class FieldProblem(Schema):
    """One field that must be mended."""

    path = must(fields.String, "Dotted path into the body, for example ``vouchers.0.payee.payee_account``.")
    sentence = must(fields.String, "Vietnamese; says what to change.")


class Problem(Schema):
    """A refusal. ``title`` may be shown to a person as it is; nothing else is meant for them."""

    type = must(fields.String, "``urn:ky-kho-bac:problem:`` and the code.")
    title = must(fields.String, "One Vietnamese sentence.")
    status = must(fields.Integer, "The HTTP status again.")
    code = must(fields.String, "Stable machine code, for example ``voucher.stale``.")
    detail = may(fields.String, "A second Vietnamese sentence: what to do now.")
    fields_ = fields.List(
        fields.Nested(FieldProblem),
        data_key="fields",
        attribute="fields",
        required=True,
        allow_none=True,
        metadata={"description": "The fields at fault, when there are such."},
    )
    support_code = may(fields.String, "To quote to support; also in our log.")
    sign_state = may(fields.String, "Whether a signature exists after this.", validate=validate.OneOf(SIGN_STATES))
    facts = must(fields.Dict, "Values the sentence was filled with.", keys=fields.String())


class WarningOut(Schema):
    """Something worth a look that stops nobody."""

    code = must(fields.String, "Stable machine code.")
    sentence = must(fields.String, "Vietnamese.")


class Check(Schema):
    """What stands between a draft and its submission."""

    fields_ = fields.List(
        fields.Nested(FieldProblem),
        data_key="fields",
        attribute="fields",
        required=True,
        metadata={"description": "Empty when the dossier may be submitted."},
    )
    warnings = many(WarningOut, "Shown, but stop nobody.")

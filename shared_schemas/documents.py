"""The files of a dossier: pages, bytes and the judgement of their signatures."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared_schemas.fields import many, may, must

REVISIONS = ("form", "second_signature", "both_signatures", "first_signature")
VERDICTS = ("valid", "altered", "wrong_signer", "missing_signature", "indeterminate")
PAGE_WIDTHS = (720, 1080, 1440)


class PageQuery(Schema):
    """How wide the picture is."""

    w = fields.Integer(
        load_default=PAGE_WIDTHS[0],
        validate=validate.OneOf(PAGE_WIDTHS, error="Chiều rộng không nằm trong danh sách."),
        error_messages={"invalid": "Cần một số nguyên.", "too_large": "Số quá lớn."},
        metadata={"description": "Pixels."},
    )


class DocumentOut(Schema):
    """One revision of one voucher's file."""

    id = must(fields.UUID, "Ours.")
    voucher_id = must(fields.UUID, "Whose file.")
    filename = must(fields.String, "For saving.")
    sha256 = must(fields.String, "Of the bytes, hexadecimal; sent back as ``seen_digests`` when signing.")
    short_digest = must(fields.String, "First eight digits of it, for people.")
    pages = must(fields.Integer, "How many.")
    page_urls = many(fields.String(), "Pictures of exactly these bytes, in order; ``w`` chooses the width.")
    pdf_url = must(fields.String, "The bytes.")
    revision = must(fields.String, "How many signatures it carries.", validate=validate.OneOf(REVISIONS))
    signatures_url = must(fields.String, "Our judgement of its signatures.")


class SignatureOut(Schema):
    """What was found in one signature field."""

    field_name = must(fields.String, "The PDF field.")
    signer = must(fields.String, "Name in the certificate; empty when there is none.")
    serial_tail = must(fields.String, "Last eight hexadecimal digits of the serial number.")
    signed_at = may(fields.AwareDateTime, "What the signature says; null for none.")
    intact = must(fields.Boolean, "True when the bytes it covers are unchanged.")
    trusted = must(fields.Boolean, "True when the certificate chains to a licensed CA.")
    expected = must(fields.Boolean, "True when it is the certificate registered for this field.")


class DocumentSignatures(Schema):
    """The verdict over one file. Only ``valid`` is ever green."""

    verdict = must(fields.String, "The judgement.", validate=validate.OneOf(VERDICTS))
    verdict_label = must(fields.String, "Vietnamese.")
    reason = must(fields.String, "One Vietnamese sentence.")
    signatures = many(SignatureOut, "In the order of the form.")

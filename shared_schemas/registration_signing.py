"""Signing the declarations of a registration: who may, the request at a CA, and files signed with a USB token."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared_schemas.fields import Body, Part, Password, Reference, Several, Text, Version, a, many, may, must
from shared_schemas.providers import ResendCode, SecondFactorAnswer
from shared_schemas.signing import PHASES, SigningProblem

LONGEST_FILE = 2_800_000
"""Characters of base64: two megabytes."""


def _member() -> Reference:
    return Reference("Who signs; one of the signers.")


def _seen() -> Several:
    return Several(
        Text("SHA-256 of one declaration as shown, hexadecimal.", 64, shortest=64),
        "One for every declaration, any order.",
        fewest=1,
        most=10,
    )


class SignDeclarations(Body):
    """Ký số: ask the signer's CA to sign all declarations in one request."""

    expected_version = Version()
    member_id = _member()
    seen_digests = _seen()
    provider_password = Password("Mật khẩu cts, where this CA wants it; used once, never stored.", nullable=True)


class SignDeclarationsWithCode(Body):
    """The same once more, with the code the CA wanted besides (``prov.second_factor``); no password."""

    expected_version = Version()
    member_id = _member()
    seen_digests = _seen()
    second_factor = Part(SecondFactorAnswer, required=True, metadata={"description": "The answer."})


class ResendSignCode(ResendCode):
    """Ask the CA for a new code."""

    member_id = _member()


class SignedFileIn(Body):
    """One declaration, signed outside."""

    document_id = Reference("The declaration that was downloaded.")
    file_base64 = Text("The signed PDF, base64.", LONGEST_FILE, shortest=1)


class UploadSigned(Body):
    """For units on USB tokens: the declarations as downloaded, each with one signature by the token of ``member_id``.

    Download every declaration, sign it on a computer in its field ChuTaiKhoan with the certificate that is registered
    (the file may only grow: the first bytes stay those of the download), send all of them together. Nothing is kept
    unless every file is accepted; a refused file is named by ``files.{index}`` in the problems.
    """

    expected_version = Version()
    member_id = _member()
    files = Several(fields.Nested(SignedFileIn), "Every declaration of the dossier, once.", fewest=1, most=10)


class SignerOut(Schema):
    """Somebody who holds the account holder's side."""

    member_id = must(fields.UUID, "Of the content.")
    full_name = must(fields.String, "Họ tên.")
    title_label = must(fields.String, "Vietnamese title.")
    provider = must(fields.String, "Slug of the CA; empty for a USB token.")
    provider_name = must(fields.String, "The CA's name, or USB token.")
    app_name = must(fields.String, "The CA's phone app; empty for a USB token.")
    needs_password = must(fields.Boolean, "True when the CA wants the person's password to ask.")
    provider_login_masked = must(fields.String, "User name at the CA, its middle hidden.")
    subject_name = must(fields.String, "Name in the certificate; empty without one.")
    serial_tail = must(fields.String, "Last eight digits of the serial number; empty without a certificate.")
    valid_to = may(fields.AwareDateTime, "Ngày hết hạn; null without a certificate.")
    reason = may(fields.String, "Why this person cannot sign remotely now, and what to do; null when it works.")


class Signers(Schema):
    """Chọn thông tin người duyệt ký số từ xa."""

    items = many(SignerOut, "In the order of the members.")


class RegistrationSigning(Schema):
    """One request over the declarations; the waiting screen asks again every two seconds."""

    id = must(fields.UUID, "Ours.")
    phase = must(fields.String, "The state as the screen draws it.", validate=validate.OneOf(PHASES))
    provider_name = must(fields.String, "The CA's name.")
    app_name = must(fields.String, "The CA's phone app.")
    deep_link = may(fields.String, "Opens the app; null hides the button.")
    comparison_code = may(fields.String, "Eight digits, null when this CA cannot show it on the phone.")
    expires_at = may(fields.AwareDateTime, "The CA's deadline; null until known.")
    server_time = must(fields.AwareDateTime, "The server's clock, to count down by.")
    problem = a(SigningProblem, "Null unless it ended badly.", nullable=True)
    signer_name = must(fields.String, "Who was asked.")


class CurrentSigning(Schema):
    """The last request over the present declarations."""

    signing = a(RegistrationSigning, "Null before the first.", nullable=True)

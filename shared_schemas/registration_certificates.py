"""Certificates in a registration: looked up at a person's CA, or read from the file of a USB token."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared_schemas.fields import Body, Part, Password, Reference, Text, Version, many, may, must
from shared_schemas.providers import SecondFactorAnswer

LONGEST_SEALED = 60_000
LONGEST_FILE = 100_000
"""Characters of base64; a file with a whole chain is a tenth of it."""


def _member() -> Reference:
    return Reference("A person saved before.")


def _provider() -> Text:
    return Text("Slug of the CA.", 40, shortest=1)


def _login() -> Text:
    return Text("Tên đăng nhập cts.", 64, shortest=1)


class LookUpCertificates(Body):
    """Lấy thông tin chứng thư số từ nhà cung cấp."""

    member_id = _member()
    provider = _provider()
    provider_login = _login()
    provider_password = Password("Mật khẩu cts, where this CA wants it; used once, never stored.", nullable=True)


class LookUpWithCode(Body):
    """The same once more, with the code the CA wanted besides (``prov.second_factor``); no password."""

    member_id = _member()
    provider = _provider()
    provider_login = _login()
    second_factor = Part(SecondFactorAnswer, required=True, metadata={"description": "The answer."})


class CandidateOut(Schema):
    """A certificate the CA holds for this member."""

    sealed = must(fields.String, "To be sent back to bind exactly this one; letters and digits without meaning.")
    provider = must(fields.String, "Slug of the CA.")
    serial_number = must(fields.String, "Serial chứng thư số.")
    subject_name = must(fields.String, "Whose.")
    issuer_name = must(fields.String, "Tổ chức cấp.")
    valid_from = must(fields.AwareDateTime, "Ngày hiệu lực.")
    valid_to = must(fields.AwareDateTime, "Ngày hết hạn.")
    mismatch = must(fields.String, "How the holder differs from the member, to be decided by people; empty: not.")
    refused = may(fields.String, "Why it cannot be bound, and what to do; null when it can.")


class Candidates(Schema):
    """What the CA holds for this member; never empty: none is the refusal ``cert.none_there``."""

    candidates = many(CandidateOut, "Those that can be bound first, then the longest valid.")


class BindCertificate(Body):
    """Bind one of the candidates."""

    expected_version = Version()
    member_id = _member()
    sealed = Text("As given with the candidate.", LONGEST_SEALED, shortest=1)


class UploadCertificate(Body):
    """Bind the certificate of a USB token."""

    expected_version = Version()
    member_id = _member()
    file_base64 = Text("A .cer, .crt, .pem, .der or .p7b file, base64.", LONGEST_FILE, shortest=1)


class UnbindCertificate(Body):
    """Take a bound certificate away."""

    expected_version = Version()
    member_id = _member()

"""Passkeys on the wire; bytes are base64url without padding, as in the JSON of W3C Web Authentication Level 3."""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode
from typing import Any

from marshmallow import Schema, fields, validate

from shared_schemas.fields import Body, Flag, Messages, Part, Several, Text, many, may, must

TRANSPORTS = ("ble", "hybrid", "internal", "nfc", "smart-card", "usb", "cable")


class Octets(fields.String):
    """Bytes a client sends, loaded as ``bytes``."""

    default_error_messages: Messages = {
        "required": "Thiếu trường này.",
        "null": "Trường này không được để trống.",
        "invalid": "Cần một đoạn mã base64url.",
    }

    def __init__(self, description: str, longest: int, *, nullable: bool = False) -> None:
        super().__init__(
            required=True,
            allow_none=nullable,
            metadata={"description": f"{description} Base64url.", "pattern": "^[A-Za-z0-9_-]+$"},
            validate=validate.Length(min=1, max=longest, error="Đoạn mã quá ngắn hoặc quá dài."),
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not text.isascii() or set("+/=") & set(text):
            raise self.make_error("invalid")
        try:
            return urlsafe_b64decode(text + "=" * (-len(text) % 4))
        except binascii.Error as error:
            raise self.make_error("invalid") from error


class Assertion(Body):
    """One use of a passkey: AuthenticatorAssertionResponse."""

    credential_id = Octets("``rawId``.", 1023)
    client_data = Octets("``clientDataJSON``.", 4096)
    authenticator_data = Octets("``authenticatorData``.", 4096)
    signature = Octets("``signature``.", 1024)
    user_handle = Octets("``userHandle``; null when the authenticator gives none.", 64, nullable=True)


class Attestation(Body):
    """A new passkey: AuthenticatorAttestationResponse."""

    credential_id = Octets("``rawId``.", 1023)
    client_data = Octets("``clientDataJSON``.", 4096)
    attestation = Octets("``attestationObject``.", 16384)


class LogInByPasskey(Body):
    """The answer to a log-in question."""

    challenge = Octets("Of the question.", 200)
    assertion = Part(Assertion, required=True)
    shared_device = Flag("As in ``LogIn``.")


class ProveByPasskey(Body):
    """The answer to a proof question."""

    challenge = Octets("Of the question.", 200)
    assertion = Part(Assertion, required=True)


class EnrolPasskey(Body):
    """The answer to an offer."""

    challenge = Octets("Of the offer.", 200)
    attestation = Part(Attestation, required=True)
    transports = Several(
        fields.String(validate=validate.OneOf(TRANSPORTS, error="Giá trị không nằm trong danh sách.")),
        "``getTransports()``, the known ones.",
        most=len(TRANSPORTS),
    )


class NamePasskey(Body):
    """Another name for a passkey."""

    label = Text("What its owner calls it.", 60, shortest=1)


class KnownCredential(Schema):
    """A credential the browser may look for, or must not make twice."""

    id = must(fields.String, "Base64url.")
    transports = many(fields.String(), "How it was reached when it was made.")


class PasskeyQuestion(Schema):
    """What to ask an authenticator; user verification is required."""

    challenge = must(fields.String, "Base64url; good for five minutes and one answer.")
    rp_id = must(fields.String, "The host name passkeys are bound to; elsewhere there is no passkey.")
    credentials = many(KnownCredential, "The person's own; empty for a log-in, where the device knows whose it is.")


class PasskeyOffer(PasskeyQuestion):
    """What to enrol by; resident key and user verification are required, attestation is not asked for."""

    user_handle = must(fields.String, "Base64url.")
    username = must(fields.String, "Log-in name.")
    full_name = must(fields.String, "As registered.")
    algorithms = many(fields.Integer(), "COSE numbers, the best first.")


class OwnPasskey(Schema):
    """One passkey of the caller."""

    id = must(fields.UUID, "Ours.")
    label = must(fields.String, "What its owner calls it; at first the device it was made on.")
    created_at = must(fields.AwareDateTime, "When it was enrolled.")
    used_at = may(fields.AwareDateTime, "Last use; null before the first.")


class OwnPasskeys(Schema):
    """The caller's passkeys."""

    items = many(OwnPasskey, "Oldest first.")

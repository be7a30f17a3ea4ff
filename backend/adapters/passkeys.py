"""Verifies what authenticators say, by py_webauthn (W3C Web Authentication Level 2, §7.1 and §7.2).

User verification is demanded each time, origin and relying party are this installation's own, and a counter that does
not grow is refused as a copied key. Attestation is not asked for: which make of phone a person has is nobody's matter.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from webauthn import verify_authentication_response, verify_registration_response
from webauthn.helpers import bytes_to_base64url, decode_credential_public_key, decoded_public_key_to_cryptography
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    RegistrationCredential,
)

from backend.domain.errors import PasskeyRefused
from backend.domain.passkeys import Assertion, Attestation, VerifiedPasskey

ALGORITHMS = (-8, -7, -257)
"""COSE: EdDSA, ES256, RS256."""

_UNREADABLE = (WebAuthnException, KeyError, TypeError, ValueError)
"""What the library raises over bytes of a client; a COSE key with parts missing or of an odd kind escapes its own."""


class WebAuthnPasskeys:
    """For one installation, named by the address people reach it under."""

    algorithms: Sequence[int] = ALGORITHMS

    def __init__(self, public_url: str) -> None:
        parts = urlsplit(public_url)
        self.rp_id = parts.hostname or ""
        self._origin = f"{parts.scheme}://{parts.netloc}"

    def verify_new(self, attestation: Attestation, challenge: bytes) -> VerifiedPasskey:
        """What to keep of a new credential. Raises PasskeyRefused."""
        id_ = attestation.credential_id
        said = AuthenticatorAttestationResponse(attestation.client_data, attestation.attestation)
        try:
            found = verify_registration_response(
                credential=RegistrationCredential(bytes_to_base64url(id_), id_, said),
                expected_challenge=challenge,
                expected_rp_id=self.rp_id,
                expected_origin=self._origin,
                require_user_verification=True,
                supported_pub_key_algs=[COSEAlgorithmIdentifier(number) for number in ALGORITHMS],
            )
            # The library reads the parts only; a key that verifies nothing must not become the one way in.
            decoded_public_key_to_cryptography(decode_credential_public_key(found.credential_public_key))
        except _UNREADABLE as error:
            raise PasskeyRefused(str(error)) from error
        if found.credential_id != id_:
            raise PasskeyRefused("another credential was attested")
        return VerifiedPasskey(found.credential_public_key, found.sign_count)

    def verify_use(self, assertion: Assertion, challenge: bytes, passkey: VerifiedPasskey) -> int:
        """The authenticator's counter after this use. Raises PasskeyRefused."""
        id_ = assertion.credential_id
        said = AuthenticatorAssertionResponse(
            assertion.client_data, assertion.authenticator_data, assertion.signature, assertion.user_handle
        )
        try:
            found = verify_authentication_response(
                credential=AuthenticationCredential(bytes_to_base64url(id_), id_, said),
                expected_challenge=challenge,
                expected_rp_id=self.rp_id,
                expected_origin=self._origin,
                credential_public_key=passkey.public_key,
                credential_current_sign_count=passkey.sign_count,
                require_user_verification=True,
            )
        except _UNREADABLE as error:
            raise PasskeyRefused(str(error)) from error
        return found.new_sign_count

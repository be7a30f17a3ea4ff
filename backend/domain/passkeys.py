"""Passkeys as values: what an authenticator hands over when it is enrolled and when it is used.

Follows W3C Web Authentication Level 2. Does not: verify (an adapter does), or know whose they are.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attestation:
    """A new credential (§5.2.1 AuthenticatorAttestationResponse)."""

    credential_id: bytes
    client_data: bytes
    """clientDataJSON, letter for letter."""
    attestation: bytes
    """attestationObject, CBOR."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """One use of a credential (§5.2.2 AuthenticatorAssertionResponse)."""

    credential_id: bytes
    client_data: bytes
    """clientDataJSON, letter for letter."""
    authenticator_data: bytes
    signature: bytes
    user_handle: bytes | None
    """Whom the authenticator holds the credential for; None when it does not say."""


@dataclass(frozen=True, slots=True)
class VerifiedPasskey:
    """What is kept of an enrolled credential."""

    public_key: bytes
    """COSE_Key."""
    sign_count: int
    """0 for authenticators that do not count."""

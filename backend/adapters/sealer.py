"""Encrypts short-lived tokens at rest: AES-256-GCM (NIST SP 800-38D) under a key derived by HKDF-SHA-256 (RFC 5869).

The application secret may be replaced: what was sealed under the former ones still opens. Passwords are never sealed;
they do not outlive one request.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from backend.domain.providers import Secret

_VERSION = b"\x01"
_NONCE = 12
_SECRET_MIN = 32


class SealBroken(ValueError):
    """Damaged, or sealed under a secret we no longer have. Recover: the person signs in at the provider again."""


class AesSealer:
    """Fulfils ``services.ports.Sealer``. Sealed form: version byte, 12-byte nonce, ciphertext with tag."""

    def __init__(
        self, app_secret: str, random_bytes: Callable[[int], bytes], former_secrets: Sequence[str] = ()
    ) -> None:
        """``random_bytes`` must be fit for cryptography (``secrets.token_bytes``): a repeated nonce breaks the seal."""
        self._ciphers = [AESGCM(_derive(secret)) for secret in (app_secret, *former_secrets)]
        self._random_bytes = random_bytes

    def seal(self, secret: Secret) -> bytes:
        nonce = self._random_bytes(_NONCE)
        return _VERSION + nonce + self._ciphers[0].encrypt(nonce, secret.reveal().encode(), _VERSION)

    def open(self, sealed: bytes) -> Secret:
        """The secret. Raises ``SealBroken``."""
        if sealed[:1] != _VERSION or len(sealed) < 1 + _NONCE + 16:
            raise SealBroken("not a sealed secret")
        nonce, text = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        for cipher in self._ciphers:
            try:
                return Secret(cipher.decrypt(nonce, text, _VERSION).decode())
            except InvalidTag:
                continue
        raise SealBroken("damaged, or sealed under another secret")

    def __repr__(self) -> str:
        return "AesSealer(…)"


def _derive(app_secret: str) -> bytes:
    if len(app_secret) < _SECRET_MIN:
        raise ValueError(f"the application secret needs at least {_SECRET_MIN} characters")
    return HKDF(hashes.SHA256(), 32, None, b"ky-kho-bac/sealer/1").derive(app_secret.encode())

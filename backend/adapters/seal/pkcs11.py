"""The Treasury's seal in a PKCS#11 token (OASIS PKCS #11 v2.40): an HSM, a smart card, SoftHSM. The key stays in it.

The certificate lies in a file, because tokens differ in whether they carry one. The token makes hash and signature
itself (CKM_SHA256_RSA_PKCS), which every one offers. Does not: make keys, or judge the certificate (the check of the
finished file does).
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pkcs11
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from backend.adapters.seal.file_key import PRESENT
from backend.domain.errors import SealUnavailable
from backend.domain.providers import Secret


@dataclass(frozen=True, slots=True)
class TokenKey:
    """Where the key is."""

    module: Path
    """The vendor's library, for example ``libsofthsm2.so``."""
    token: str
    """Label of the token."""
    key: str
    """Label of the private key in it."""
    pin: Secret


class TokenSeal:
    """``TreasurySeal`` over a token; the certificate is the first of ``folder/seal.pem``, its chain the others."""

    def __init__(self, folder: Path, key: TokenKey) -> None:
        self._path, self._key = folder / PRESENT, key
        # A log-in is one for the whole process: the next one waits until this one has ended.
        self._one_at_a_time = threading.Lock()

    @property
    def certificate(self) -> bytes:
        """DER. Raises SealUnavailable."""
        return self._certificates()[0].public_bytes(Encoding.DER)

    @property
    def serial_number(self) -> str:
        """Hexadecimal. Raises SealUnavailable."""
        return f"{self._certificates()[0].serial_number:x}"

    @property
    def chain(self) -> Sequence[bytes]:
        """DER, from the issuer on. Raises SealUnavailable."""
        return [each.public_bytes(Encoding.DER) for each in self._certificates()[1:]]

    def _certificates(self) -> Sequence[x509.Certificate]:
        try:
            return x509.load_pem_x509_certificates(self._path.read_bytes())
        except (OSError, ValueError) as error:
            raise SealUnavailable(f"{PRESENT}: {type(error).__name__}") from error

    def sign(self, signed_attributes: bytes) -> bytes:
        """RSA PKCS#1 v1.5 with SHA-256, by the token. Raises SealUnavailable."""
        where = self._key
        try:
            with self._one_at_a_time:
                token = pkcs11.lib(str(where.module)).get_token(token_label=where.token)
                with token.open(user_pin=where.pin.reveal()) as session:
                    key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label=where.key)
                    assert isinstance(key, pkcs11.SignMixin)
                    return key.sign(signed_attributes, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS)
        except RuntimeError as error:  # of the library and, where its module cannot be loaded, of the binding
            # The text of a token's error may repeat what it was given; its kind says enough.
            raise SealUnavailable(f"token: {type(error).__name__}") from None

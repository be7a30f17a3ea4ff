"""The Treasury's seal for demonstrations: a key and a certificate of its own making, in one file.

Made at the first need, once, whoever asks first. Anybody who can read the file can approve registrations: production
refuses it (``config.py``) and wants a token (``pkcs11.py``). Does not: protect the key.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

PRESENT = "seal.pem"
"""File name of the certificate in use, within the folder of all certificates that are to be believed."""
_LIFE = timedelta(days=5 * 365)
_NAME = "Kho bạc Nhà nước (khóa thử nghiệm)"


class FileKeySeal:
    """``TreasurySeal`` over ``folder/seal.pem``, which holds key and certificate. May be shared by threads."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / PRESENT

    @property
    def certificate(self) -> bytes:
        """DER."""
        return self._certificate().public_bytes(Encoding.DER)

    @property
    def serial_number(self) -> str:
        """Hexadecimal."""
        return f"{self._certificate().serial_number:x}"

    def _certificate(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self._pem())

    @property
    def chain(self) -> Sequence[bytes]:
        """Nobody issued it."""
        return ()

    def sign(self, signed_attributes: bytes) -> bytes:
        """RSA PKCS#1 v1.5 with SHA-256."""
        return _key(self._pem()).sign(signed_attributes, padding.PKCS1v15(), SHA256())

    def _pem(self) -> bytes:
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            _make(self._path)
            return self._path.read_bytes()


@lru_cache(maxsize=1)
def _key(pem: bytes) -> rsa.RSAPrivateKey:
    """Reading proves the primes again, which takes a tenth of a second."""
    key = load_pem_private_key(pem, None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def _make(path: Path) -> None:
    """Whole or not at all, and never over another's: web and worker may ask at the same moment."""
    key = rsa.generate_private_key(65537, 2048)
    whole = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + _certify(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{id(key)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(whole)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # somebody was faster, and theirs counts
    finally:
        draft.unlink()


def _certify(key: rsa.RSAPrivateKey) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _NAME)])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _LIFE)
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.PEM)

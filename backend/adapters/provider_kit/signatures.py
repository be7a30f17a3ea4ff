"""What every provider's request and result come down to: digests out, RSA signatures back, words for a small screen.

Follows RFC 8017 §8.2 (RSASSA-PKCS1-v1_5, SHA-256) and RFC 4648 §4. A signature counts only when it verifies with the
pinned certificate; the order and the ids of an answer are hints. Does not: judge the certificate itself.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Sequence

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from backend.domain.providers import Failure, FailureKind, SignatureRequest, SigningItem

_MIN_KEY_BITS = 2048
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_-]+")
_BLANK = re.compile(r"\s+")
_FOLDED = str.maketrans({"đ": "d", "Đ": "D", "–": "-", "—": "-"})


class BadSignatures(Exception):
    """What was delivered as signatures is not a signature of every digest by the pinned certificate."""


def request_problem(request: SignatureRequest, max_batch: int, doc_id_max: int) -> Failure | None:
    """Why this request must not leave the house; None when it is fit to be sent."""
    ids = {item.doc_id for item in request.items}
    if not 0 < len(request.items) <= max_batch or len(ids) != len(request.items):
        return Failure(FailureKind.BAD_REQUEST, vendor_code="batch")
    if not all(_item_is_fit(item, doc_id_max) for item in request.items):
        return Failure(FailureKind.BAD_REQUEST, vendor_code="item")
    return None


def _item_is_fit(item: SigningItem, doc_id_max: int) -> bool:
    return len(item.digest) == 32 and 0 < len(item.doc_id) <= doc_id_max and item.doc_id.isascii()


def digest_text(digest: bytes) -> str:
    """Base64 of the 32 raw bytes, never of their hexadecimal text."""
    return base64.b64encode(digest).decode("ascii")


def unwrap(value: object) -> bytes:
    """Bytes of base64 text that may be broken into lines. Raises ``ValueError``."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("no text")
    try:
        return base64.b64decode(_BLANK.sub("", value), validate=True)
    except ValueError as error:
        raise ValueError("not base64") from error


def match(texts: Sequence[object], digests: Sequence[bytes], certificate: bytes) -> tuple[bytes, ...]:
    """The signatures in ``texts`` in the order of ``digests``. Raises ``BadSignatures`` unless every one verifies."""
    if len(texts) != len(digests) or not digests:
        raise BadSignatures(f"{len(texts)} signatures for {len(digests)} digests")
    key = _public_key(certificate)
    try:
        signatures = [unwrap(text) for text in texts]
    except ValueError as error:
        raise BadSignatures(str(error)) from error
    return tuple(_find(key, digest, signatures, hint) for hint, digest in enumerate(digests))


def match_some(
    texts: Sequence[object | None], digests: Sequence[bytes], certificate: bytes
) -> tuple[bytes | None, ...]:
    """As ``match``, where the provider signed only some: None stands for the others, in ``texts`` and in the result.

    Raises ``BadSignatures`` unless every text is the signature of a digest of its own.
    """
    key = _public_key(certificate)
    try:
        signatures = [unwrap(text) for text in texts if text is not None]
    except ValueError as error:
        raise BadSignatures(str(error)) from error
    found = tuple(next((each for each in signatures if _verifies(key, digest, each)), None) for digest in digests)
    if not signatures or sum(each is not None for each in found) != len(signatures):
        raise BadSignatures("a signature of none of the digests")
    return found


def _public_key(certificate: bytes) -> rsa.RSAPublicKey:
    try:
        key = x509.load_der_x509_certificate(certificate).public_key()
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadSignatures("certificate") from error
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < _MIN_KEY_BITS:
        raise BadSignatures("key")
    return key


def _find(key: rsa.RSAPublicKey, digest: bytes, signatures: Sequence[bytes], hint: int) -> bytes:
    for signature in [signatures[hint], *signatures]:
        if _verifies(key, digest, signature):
            return signature
    raise BadSignatures(f"none for digest {hint}")


def _verifies(key: rsa.RSAPublicKey, digest: bytes, signature: bytes) -> bool:
    if len(signature) != (key.key_size + 7) // 8:
        return False
    try:
        key.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    except InvalidSignature:
        return False
    return True


def plain(text: str, most: int) -> str:
    """``text`` in letters, digits, ``_``, ``-`` and single spaces, at most ``most`` characters, cut at a word."""
    decomposed = unicodedata.normalize("NFD", text.translate(_FOLDED))
    bare = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return _cut(_NOT_PLAIN.sub(" ", bare).strip(), most)


def shown(text: str, most: int) -> str:
    """``text`` in NFC on one line, at most ``most`` characters, cut at a word."""
    line = "".join(sign if sign.isprintable() else " " for sign in unicodedata.normalize("NFC", text))
    return _cut(_BLANK.sub(" ", line).strip(), most)


def _cut(line: str, most: int) -> str:
    if len(line) <= most:
        return line
    head = line[: most + 1]
    return (head.rsplit(" ", 1)[0] if " " in head else line[:most]).strip()

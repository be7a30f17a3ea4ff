"""Ways to spoil a signature so that it still looks like one: what a correct verifier must refuse, each for a reason.

Follows RFC 8017 (RSASSA-PKCS1-v1_5 and -PSS). Every way keeps or nearly keeps the length; none is random, so a refused
or an accepted one can be repeated. ``truncated`` and longer ones are here too: a length check alone is no check.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
SHA512_INFO = bytes.fromhex("3051300d060960864801650304020305000440")


def spoilt(how: str, key: rsa.RSAPrivateKey, digest: bytes) -> bytes:
    """The signature of ``digest`` under ``key``, spoilt. Raises KeyError for an unknown way."""
    return HOW[how](key, digest)


def genuine(key: rsa.RSAPrivateKey, digest: bytes) -> bytes:
    return key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))


def _bytes(change: Callable[[bytes], bytes]) -> Callable[[rsa.RSAPrivateKey, bytes], bytes]:
    return lambda key, digest: change(genuine(key, digest))


def _block(payload: Callable[[bytes], bytes]) -> Callable[[rsa.RSAPrivateKey, bytes], bytes]:
    """The private key applied to a padded block of our choosing, as a careless or hostile HSM would."""
    return lambda key, digest: _power(key, payload(digest))


def _power(key: rsa.RSAPrivateKey, block: bytes) -> bytes:
    numbers = key.private_numbers()
    modulus, size = numbers.public_numbers.n, key.key_size // 8
    return pow(int.from_bytes(block), numbers.d, modulus).to_bytes(size)


def _padded(payload: bytes, size: int = 256) -> bytes:
    return b"\x00\x01" + b"\xff" * (size - 3 - len(payload)) + b"\x00" + payload


def _flip(at: int) -> Callable[[bytes], bytes]:
    return lambda s: s[:at] + bytes([s[at] ^ 1]) + s[at + 1 :]


def _complement(key: rsa.RSAPrivateKey, digest: bytes) -> bytes:
    modulus = key.public_key().public_numbers().n
    return (modulus - int.from_bytes(genuine(key, digest))).to_bytes(256)


def _pss(key: rsa.RSAPrivateKey, digest: bytes) -> bytes:
    scheme = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    return key.sign(digest, scheme, Prehashed(hashes.SHA256()))


HOW: dict[str, Callable[[rsa.RSAPrivateKey, bytes], bytes]] = {
    "first_bit": _bytes(_flip(0)),
    "middle_bit": _bytes(_flip(128)),
    "last_bit": _bytes(_flip(255)),
    "one_byte_short": _bytes(lambda s: s[:-1]),
    "first_byte_lost": _bytes(lambda s: s[1:]),
    "one_byte_long": _bytes(lambda s: s + b"\x00"),
    "zero_in_front": _bytes(lambda s: b"\x00" + s),
    "twice_over": _bytes(lambda s: s + s),
    "first_half_only": _bytes(lambda s: s[:128]),
    "backwards": _bytes(lambda s: s[::-1]),
    "halves_swapped": _bytes(lambda s: s[128:] + s[:128]),
    "all_zero": _bytes(lambda s: bytes(256)),
    "all_ones": _bytes(lambda s: b"\xff" * 256),
    "the_number_one": _bytes(lambda s: bytes(255) + b"\x01"),
    "complement": _complement,
    "as_hex_text": _bytes(lambda s: s.hex().encode()),
    "pss_padding": _pss,
    "digest_of_the_digest": lambda key, digest: genuine(key, sha256(digest).digest()),
    "without_digest_info": _block(_padded),
    "sha512_named": _block(lambda d: _padded(SHA512_INFO + d + d)),
    "encryption_padding": _block(lambda d: b"\x00\x02" + _padded(SHA256_INFO + d)[2:]),
    "short_padding": _block(lambda d: (b"\x00\x01" + b"\xff" * 8 + b"\x00" + SHA256_INFO + d).ljust(256, b"\x00")),
    "unpadded": _block(lambda d: d.rjust(256, b"\x00")),
    "digest_last_bit": lambda key, digest: genuine(key, digest[:-1] + bytes([digest[-1] ^ 1])),
}

"""The few DER forms a CMS signature needs, written straight.

Follows ITU-T X.690. A general ASN.1 library dumps nested structures again and again; here every part is written once.
Does not: read anything.
"""

from __future__ import annotations

from typing import Final

NULL: Final = b"\x05\x00"


def tagged(tag: int, *parts: bytes) -> bytes:
    """One value with a definite length."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def sequence(*parts: bytes) -> bytes:
    return tagged(0x30, *parts)


def set_of(*parts: bytes) -> bytes:
    """DER sorts the members of a SET OF by their bytes."""
    return tagged(0x31, *sorted(parts))


def octets(value: bytes) -> bytes:
    return tagged(0x04, value)


def integer(value: int) -> bytes:
    return tagged(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    return tagged(0x06, b"".join(_base128(number) for number in (first * 40 + second, *rest)))


def _base128(number: int) -> bytes:
    out = [number & 0x7F]
    while number := number >> 7:
        out.append(0x80 | (number & 0x7F))
    return bytes(reversed(out))

"""Lets pyHanko read a hexadecimal string in one piece (ISO 32000-1 §7.3.4.3).

pyHanko looks at such a string sign by sign, and the room of one signature has sixteen thousand: a third to a half of
what judging a file cost. A string of the plain form, whole pairs of digits with nothing between them, is taken at one
glance; every other goes to pyHanko's own reader, errors too. Does not: read anything differently.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import BinaryIO

from pyhanko.pdf_utils import generic

_PLAIN = re.compile(rb"<((?:[0-9A-Fa-f]{2})*)>")
_sign_by_sign = generic.read_hex_string_from_stream


def read_hex_string(stream: BinaryIO) -> generic.ByteStringObject | generic.TextStringObject:
    """The string that starts where ``stream`` stands, which then stands behind it."""
    found = _PLAIN.match(stream.getbuffer(), stream.tell()) if isinstance(stream, BytesIO) else None
    if found is None:
        return _sign_by_sign(stream)
    stream.seek(found.end())
    return generic.pdf_string(bytes.fromhex(found[1].decode("ascii")))


def install() -> None:
    """From now on, in this process."""
    generic.read_hex_string_from_stream = read_hex_string

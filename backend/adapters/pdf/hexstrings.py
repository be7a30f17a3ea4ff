"""Reads the hexadecimal strings of a PDF in one go for pyHanko 0.38, which reads them digit by digit.

A signature is one such string of 16,384 digits, and judging a file reads every one several times: half of the time of
a check. Only plain digits between ``<`` and ``>`` are read here; anything else (white space, comments, damage) is left
to pyHanko's own reader from the same place, so every file means exactly what it meant before.
"""

from __future__ import annotations

import binascii
import re
from typing import Any

from pyhanko.pdf_utils import generic

_PLAIN = re.compile(rb"<((?:[0-9A-Fa-f]{2})*)>")
_LONGEST = 64 * 1024
_theirs = generic.read_hex_string_from_stream


def read_hex_string(stream: Any) -> Any:
    """The string at the stream's place; the stream then stands behind it."""
    start = stream.tell()
    found = _PLAIN.match(stream.read(_LONGEST))
    if found is None:
        stream.seek(start)
        return _theirs(stream)
    stream.seek(start + found.end())
    return generic.pdf_string(binascii.unhexlify(found[1]))


def install() -> None:
    """From now on in this process."""
    generic.read_hex_string_from_stream = read_hex_string

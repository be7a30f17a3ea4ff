"""Lets pyHanko read names, rows of numbers and hexadecimal strings in one piece (ISO 32000-1 §7.3.3 to §7.3.6).

pyHanko reads sign by sign. The room of one signature has sixteen thousand signs and the widths of a font are a thousand
numbers: more than half of what judging a file cost. What is written in the plainest form, as our own files write it, is
taken at one glance; everything else goes to pyHanko's own readers, errors too. Does not: read anything differently.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import ContentOpReading

_HEX = re.compile(rb"<((?:[0-9A-Fa-f]{2})*)>")
_NAME = re.compile(rb"/[^\x00-\x20\x7f-\xff#()<>\[\]{}/%]+(?=[\x00\t\n\f\r ()<>\[\]{}/%])")
"""Without escapes, and something stands behind it."""
_NUMBERS = re.compile(rb"\[(-?\d{1,15}(?:\.\d{1,15})?(?: -?\d{1,15}(?:\.\d{1,15})?)*)\]")
_hex_by_sign = generic.read_hex_string_from_stream
_name_by_sign = generic.NameObject.read_from_stream
_array_by_sign = generic.ArrayObject.read_from_stream


def _found(pattern: re.Pattern[bytes], stream: BinaryIO) -> re.Match[bytes] | None:
    """What stands at ``stream``, which then stands behind it."""
    found = pattern.match(stream.getvalue(), stream.tell()) if isinstance(stream, BytesIO) else None
    if found is not None:
        stream.seek(found.end())
    return found


def read_hex_string(stream: BinaryIO) -> generic.ByteStringObject | generic.TextStringObject:
    """The string that starts where ``stream`` stands, which then stands behind it."""
    found = _found(_HEX, stream)
    return _hex_by_sign(stream) if found is None else generic.pdf_string(bytes.fromhex(found[1].decode("ascii")))


def read_name(stream: BinaryIO) -> generic.NameObject:
    """The same for a name."""
    found = _found(_NAME, stream)
    if found is None:
        return _name_by_sign(stream)  # type: ignore[no-untyped-call, no-any-return]
    return generic.NameObject(found[0].decode("ascii"))


def read_array(
    stream: BinaryIO,
    container_ref: generic.Dereferenceable,
    in_content_stream: ContentOpReading = ContentOpReading.NO,
) -> generic.ArrayObject:
    """The same for an array."""
    found = _found(_NUMBERS, stream)
    if found is None:
        return _array_by_sign(stream, container_ref, in_content_stream)  # type: ignore[no-any-return]
    return generic.ArrayObject(_number(text, container_ref) for text in found[1].decode("ascii").split(" "))


def _number(text: str, container_ref: generic.Dereferenceable) -> generic.NumberObject | generic.FloatObject:
    kind = generic.FloatObject if "." in text else generic.NumberObject
    number: generic.NumberObject | generic.FloatObject = kind(text)
    number.container_ref = container_ref
    return number


def install() -> None:
    """From now on, in this process."""
    generic.read_hex_string_from_stream = read_hex_string
    generic.NameObject.read_from_stream = staticmethod(read_name)  # type: ignore[method-assign]
    generic.ArrayObject.read_from_stream = staticmethod(read_array)  # type: ignore[method-assign]

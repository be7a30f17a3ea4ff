"""Hexadecimal strings mean what pyHanko says they mean, read faster or not."""

from __future__ import annotations

from io import BytesIO

import pytest
from pyhanko.pdf_utils.misc import PdfReadError

from backend.adapters.pdf import hexstrings

STRINGS = [b"<>", b"<00>", b"<FEFF1EA1>", b"<" + b"0" * 16384 + b">", b"<4 1 4\n2>", b"<414>", b"<41%comment\n42>"]


@pytest.mark.parametrize("text", STRINGS, ids=lambda text: repr(text[:20]))
def test_a_hexadecimal_string_means_what_pyhanko_says_and_the_stream_stands_behind_it(text: bytes) -> None:
    ours, theirs = BytesIO(text + b"/Next"), BytesIO(text + b"/Next")

    assert hexstrings.read_hex_string(ours) == hexstrings._theirs(theirs)
    assert ours.read() == theirs.read() == b"/Next"


@pytest.mark.parametrize("damaged", [b"<41", b"<4G>", b"<41)>", b"<" + b"0" * 70000])
def test_a_damaged_hexadecimal_string_is_refused_as_by_pyhanko(damaged: bytes) -> None:
    with pytest.raises(PdfReadError):
        hexstrings._theirs(BytesIO(damaged))
    with pytest.raises(PdfReadError):
        hexstrings.read_hex_string(BytesIO(damaged))

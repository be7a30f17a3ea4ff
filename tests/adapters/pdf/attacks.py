"""Attacks on a signed form. Nothing here uses our signing code: raw bytes, pyHanko's writer, and openssl."""

from __future__ import annotations

import re
import subprocess
import zlib
from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields

RANGE = re.compile(rb"/ByteRange\[([0-9 ]+)\]")
CONTENTS = re.compile(rb"/Contents<([0-9a-f]+)>")


def signed_bytes(pdf: bytes, index: int) -> tuple[bytes, bytes]:
    """What signature ``index`` covers, and its CMS."""
    a, b, c, d = (int(number) for number in RANGE.findall(pdf)[index].split())
    contents = bytes.fromhex(pdf[b + 1 : c - 1].decode("ascii")) if pdf[b + 1 : c - 1].strip() else b""
    return pdf[a:b] + pdf[c : c + d], contents


def content_appended(pdf: bytes) -> bytes:
    """Incremental saving: new words over the page."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    stream = writer.add_object(generic.StreamObject(stream_data=b"1 0 0 rg 300 300 200 40 re f"))
    page = writer.find_page_for_modification(0)[0].get_object()
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), stream])
    writer.update_container(page)
    return _written(writer)


def annotation_added(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.register_annotation(
        writer.find_page_for_modification(0)[0],
        writer.add_object(
            generic.DictionaryObject(
                {
                    pdf_name("/Type"): pdf_name("/Annot"),
                    pdf_name("/Subtype"): pdf_name("/FreeText"),
                    pdf_name("/Contents"): generic.pdf_string("999.000.000"),
                    pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (400, 500, 560, 540))),
                }
            )
        ),
    )
    return _written(writer)


def field_sneaked_in(pdf: bytes) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    fields.append_signature_field(writer, fields.SigFieldSpec("ThuKho", box=(200, 200, 300, 300)))
    return _written(writer)


def digit_of_the_date_changed(pdf: bytes) -> bytes:
    return pdf.replace(b"D:20261122", b"D:20261123", 1)


def amount_on_the_page_changed(pdf: bytes) -> bytes:
    """One glyph of a shown text changed, the stream's length kept by dropping the page's last strokes."""
    for found in re.finditer(rb"/Length (\d+)/Filter/FlateDecode>>\nstream\n", pdf):
        start, length = found.end(), int(found[1])
        text = zlib.decompress(pdf[start : start + length])
        if b" Tf" in text and b"ET" in text:
            glyphs = re.search(rb"\[\((.)", text, re.DOTALL) or re.search(rb"[(<](.)", text, re.DOTALL)
            assert glyphs
            at = glyphs.start(1)
            changed = text[:at] + bytes((text[at] ^ 1,)) + text[at + 1 : -400]
            packed = zlib.compress(changed, 9)
            assert len(packed) <= length
            return pdf[:start] + packed.ljust(length, b"\0") + pdf[start + length :]
    raise AssertionError("the page's content was not found")


def byte_range_zeroed(pdf: bytes) -> bytes:
    last = list(RANGE.finditer(pdf))[-1]
    return pdf[: last.start(1)] + b"0 0 0 0".ljust(len(last[1])) + pdf[last.end(1) :]


def contents_zeroed(pdf: bytes) -> bytes:
    last = list(CONTENTS.finditer(pdf))[-1]
    return pdf[: last.start(1)] + b"0" * len(last[1]) + pdf[last.end(1) :]


def bytes_after_the_end(pdf: bytes) -> bytes:
    return pdf + b"% nothing to see here\n"


def newline_after_the_end(pdf: bytes) -> bytes:
    return pdf + b"\n"


def truncated(pdf: bytes) -> bytes:
    return pdf[:-300]


def first_cms_pasted_in_the_second_field(pdf: bytes) -> bytes:
    first, second = list(CONTENTS.finditer(pdf))
    return pdf[: second.start(1)] + first[1] + pdf[second.end(1) :]


def contents_moved_out_of_the_range(pdf: bytes) -> bytes:
    """Wrapping: the last range claims to leave out more than its signature."""
    last = list(RANGE.finditer(pdf))[-1]
    a, b, c, d = (int(number) for number in last[1].split())
    moved = b"%d %d %d %d" % (a, b - 16, c, d)
    return pdf[: last.start(1)] + moved.ljust(len(last[1])) + pdf[last.end(1) :]


def header_replaced(pdf: bytes) -> bytes:
    return b"%PDF-1.4" + pdf[8:]


def signed_by_another(pdf: bytes, key: Path, certificate: Path, folder: Path) -> bytes:
    """The last signature replaced by one that openssl makes with another person's key over the same bytes."""
    content, _ = signed_bytes(pdf, -1)
    (folder / "content").write_bytes(content)
    command = ["openssl", "cms", "-sign", "-binary", "-cades", "-nosmimecap", "-md", "sha256", "-outform", "DER"]
    files = ["-signer", str(certificate), "-inkey", str(key), "-certfile", str(folder / "chain.pem")]
    made = subprocess.run(
        [*command, *files, "-in", str(folder / "content")], check=True, capture_output=True, timeout=30
    ).stdout
    last = list(CONTENTS.finditer(pdf))[-1]
    return pdf[: last.start(1)] + made.hex().encode("ascii").ljust(len(last[1]), b"0") + pdf[last.end(1) :]


def _written(writer: IncrementalPdfFileWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()

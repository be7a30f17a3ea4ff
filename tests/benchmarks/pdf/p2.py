"""P2: a visible second signature on 20 pages of 5 MB, against SHA-256 of the file and writing it."""

from __future__ import annotations

import hashlib
import random
import sys
import tempfile
import zlib
from pathlib import Path

from backend.adapters.pdf.fields import with_fields
from backend.adapters.pdf.fonts import stamp_font
from tests.benchmarks.bench import Goal, median_ms, report, rounds
from tests.benchmarks.pdf.ground import Ground

PAGES, PICTURE = 20, 250_000


def large_blank() -> bytes:
    """Twenty pages of noise with our two cells on the last one, in the shape the typesetter writes."""
    chance = random.Random(5)
    kids = b" ".join(b"%d 0 R" % (10 + 3 * page) for page in range(PAGES))
    bodies = {1: b"<</Type/Pages/Count %d/Kids[%b]>>" % (PAGES, kids)}
    bodies[2] = b"<</Type/Catalog/Pages 1 0 R/Lang(vi)>>"
    for index, name in enumerate((b"KeToanTruong", b"ChuTaiKhoan")):
        rect = b"%d 300 %d 430" % (40 + 90 * index, 125 + 90 * index)
        bodies[3 + index] = (
            b"<</Type/Annot/Subtype/Link/Rect[%b]/Border[0 0 0]/A<</Type/Action/S/URI/URI(kb-cell:%b)>>/F 4>>"
        ) % (rect, name)
    for page in range(PAGES):
        number = 10 + 3 * page
        annots = b"/Annots[3 0 R 4 0 R]" if page == PAGES - 1 else b""
        bodies[number] = (
            b"<</Type/Page/Parent 1 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I %d 0 R>>>>/Contents %d 0 R%b>>"
            % (number + 1, number + 2, annots)
        )
        noise = zlib.compress(chance.randbytes(PICTURE), 1)
        head = b"<</Type/XObject/Subtype/Image/Width 500/Height 500/ColorSpace/DeviceGray/BitsPerComponent 8"
        bodies[number + 1] = head + b"/Length %d/Filter/FlateDecode>>\nstream\n%b\nendstream" % (len(noise), noise)
        bodies[number + 2] = b"<</Length 30>>\nstream\nq 595 0 0 842 0 0 cm /I Do Q  \n\nendstream"
    return with_fields(_file(bodies), ["KeToanTruong", "ChuTaiKhoan"], stamp_font(), "D:20261122000000Z")


def _file(bodies: dict[int, bytes]) -> bytes:
    out, offsets = bytearray(b"%PDF-1.7\n%\x80\x80\x80\x80\n\n"), {}
    for number, body in sorted(bodies.items()):
        offsets[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start, size = len(out), max(bodies) + 1
    rows = [b"%010d 00000 n \n" % offsets[n] if n in offsets else b"0000000000 65535 f \n" for n in range(size)]
    out += b"xref\n0 %d\n%b" % (size, b"".join(rows))
    out += b"trailer\n<</Size %d/Root 2 0 R/ID[(a)(b)]>>\nstartxref\n%d\n%%%%EOF" % (size, start)
    return bytes(out)


def main() -> bool:
    ground = Ground()
    once = ground.once(large_blank())
    with tempfile.TemporaryDirectory() as name:
        ours, limit = Path(name) / "ours.pdf", Path(name) / "limit.pdf"

        def least(_: int) -> None:
            hashlib.sha256(once).digest()
            limit.write_bytes(once)

        def sign(_: int) -> None:
            ours.write_bytes(ground.twice(once))

        measured = rounds({"ours": sign, "SHA-256 + file write": least}, count=31)
    own, floor = (median_ms(seconds) for seconds in measured.values())
    return report("p2", measured, [Goal("ours / (SHA-256 + file write)", own / floor, 2)], file=f"{len(once)} bytes")


if __name__ == "__main__":
    sys.exit(not main())

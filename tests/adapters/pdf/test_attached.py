"""Files of others: a plain PDF is kept, whatever runs, starts, unpacks or hides something is not."""

from __future__ import annotations

import zlib
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from backend.adapters.pdf.attached import AttachedFiles, look_at
from backend.domain.attachments import FLAW_SENTENCE, MOST_BYTES, MOST_PAGES, Flaw

LOOK = look_at
SCRIPT = "/S/JavaScript/JS(app.alert(1))"


def a_pdf(catalog: str = "", page: str = "", *more: str, pages: int = 1) -> bytes:
    """A file by hand: objects 1 (catalog), 2 (pages), 3 (the page), then ``more``."""
    kids = " ".join(["3 0 R"] * pages)
    objects = [f"<</Type/Catalog/Pages 2 0 R{catalog}>>", f"<</Type/Pages/Count {pages}/Kids[{kids}]>>"]
    objects += [f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]{page}>>", *more]
    out, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return out + f"{head}trailer\n<</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(out)}\n%%EOF\n".encode()


def locked(pdf: bytes) -> bytes:
    """Opens without a password, and says that it is locked."""
    writer, out = copy_into_new_writer(PdfFileReader(BytesIO(pdf))), BytesIO()
    writer.encrypt("owner", "")  # type: ignore[attr-defined]
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "pdf",
    [
        a_pdf(),
        a_pdf("/OpenAction[3 0 R/XYZ null null null]/PageMode/UseNone"),
        a_pdf("", "/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://kbnn.example)>>>>]"),
        a_pdf("", "/Contents 4 0 R", "<</Length 15>>\nstream\n/JS /Launch /AA\nendstream"),
    ],
)
def test_what_only_shows_pages_is_kept(pdf: bytes) -> None:
    assert LOOK(pdf) == 1


@pytest.mark.parametrize(
    "pdf",
    [
        a_pdf(f"/OpenAction<<{SCRIPT}>>"),
        a_pdf("/OpenAction 4 0 R", "", f"<<{SCRIPT}>>"),
        a_pdf("/OpenAction 4 0 R", "", "<</S 5 0 R/F(cmd.exe)>>", "/Launch"),
        a_pdf("/OpenAction<</S/J#61vaScript/#4A#53(1)>>"),
        a_pdf("", "/AA<</O<</S/Named/N/NextPage>>>>"),
        a_pdf("/Names<</EmbeddedFiles<</Names[(a) 4 0 R]>>>>", "", "<</Type/Filespec/F(a.exe)>>"),
        a_pdf("/AcroForm<</Fields[]/XFA(x)>>"),
        a_pdf("", "/Annots[<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]>>]"),
        a_pdf("", "/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/GoToR/F(b.pdf)/D[0/Fit]>>>>]"),
        a_pdf("", "", f"<<{SCRIPT}>>"),
    ],
)
def test_what_runs_starts_or_carries_something_is_not_kept_wherever_it_lies(pdf: bytes) -> None:
    assert LOOK(pdf) is Flaw.ACTIVE
    # Also where an update has taken it out of sight.
    update = b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    at, table = len(pdf), pdf.rindex(b"xref\n0 ")
    tail = b"xref\n1 1\n%010d 00000 n \ntrailer\n<</Size 9/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    assert LOOK(pdf + update + tail % (at, table, at + len(update))) is Flaw.ACTIVE


@pytest.mark.parametrize(
    ("pdf", "flaw"),
    [
        (b"", Flaw.NOT_READABLE),
        (b"\xff\xd8\xff\xe0 a photograph", Flaw.NOT_READABLE),
        (b"MZ" + a_pdf(), Flaw.NOT_READABLE),
        (a_pdf()[:200], Flaw.NOT_READABLE),
        (b"%PDF-1.7\n" + zlib.compress(b"x" * 999), Flaw.NOT_READABLE),
        (a_pdf(pages=0), Flaw.NOT_READABLE),
        (a_pdf("", "/Deep" + "[" * 3000 + "]" * 3000), Flaw.NOT_READABLE),
        (locked(a_pdf()), Flaw.LOCKED),
        (a_pdf(pages=MOST_PAGES + 1), Flaw.TOO_MANY_PAGES),
    ],
)
def test_what_cannot_be_read_or_is_too_much_is_not_kept(pdf: bytes, flaw: Flaw) -> None:
    assert LOOK(pdf) is flaw


def _bomb() -> bytes:
    """A stream of objects that would unpack to two gigabytes."""
    packer = zlib.compressobj(9)
    first, block = (packer.compress(b" " * 2**24) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    stream = first + block * 120
    out = b"%PDF-1.7\n"
    holder = len(out)
    head = b"<</Type/ObjStm/N 2/First 10/Filter/FlateDecode/Length %d>>" % len(stream)
    out += b"3 0 obj\n%s\nstream\n%s\nendstream\nendobj\n" % (head, stream)
    at = len(out)
    rows = [(0, 0, 0), (2, 3, 0), (2, 3, 1), (1, holder, 0), (1, at, 0)]
    table = b"".join(bytes([kind]) + where.to_bytes(4, "big") + bytes([last]) for kind, where, last in rows)
    words = b"<</Type/XRef/Size 5/W[1 4 1]/Root 1 0 R/Length %d>>" % len(table)
    return out + b"4 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (words, table, at)


def test_it_is_looked_at_in_a_process_of_its_own_that_a_file_cannot_fill() -> None:
    look = AttachedFiles().look
    assert (look(a_pdf(pages=2)), look(a_pdf(f"/OpenAction<<{SCRIPT}>>"))) == (2, Flaw.ACTIVE)
    assert look(a_pdf() + b"\0" * MOST_BYTES) is Flaw.TOO_LONG
    bomb = _bomb()
    assert len(bomb) < MOST_BYTES
    assert look(bomb) is Flaw.NOT_READABLE


def test_every_flaw_says_what_to_do() -> None:
    assert set(FLAW_SENTENCE) == set(Flaw)
    assert all(sentence.endswith(".") for sentence in FLAW_SENTENCE.values())

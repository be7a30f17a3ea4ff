"""Files of others: a plain PDF is kept, whatever runs, starts, unpacks or hides something is not."""

from __future__ import annotations

import zlib
from io import BytesIO

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import copy_into_new_writer

from backend.adapters.pdf.attached import AttachedFiles
from backend.domain.attachments import FLAW_SENTENCE, MOST_BYTES, MOST_PAGES, Flaw

LOOK = AttachedFiles().look
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
        (a_pdf() + b"\0" * MOST_BYTES, Flaw.TOO_LONG),
    ],
)
def test_what_cannot_be_read_or_is_too_much_is_not_kept(pdf: bytes, flaw: Flaw) -> None:
    assert LOOK(pdf) is flaw


def test_every_flaw_says_what_to_do() -> None:
    assert set(FLAW_SENTENCE) == set(Flaw)
    assert all(sentence.endswith(".") for sentence in FLAW_SENTENCE.values())

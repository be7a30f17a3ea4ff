"""Files of others that are kept and given out again: is it a PDF, and does opening it do nothing but show pages?

Every object the file's tables name is read and searched for what readers run, start or unpack (ISO 32000-1 §7.11.4,
§12.5, §12.6), however its name is written. Nothing is drawn here: pdfium only opens the file and counts. All
of it happens in a process of its own with bounded memory and time: a file made to fill either ends nothing else.
Does not: judge signatures, pictures or words in it, or promise that a reader with a fault of its own is safe.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pypdfium2
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from backend.adapters.pdf.pages import opened
from backend.domain.attachments import MOST_BYTES, MOST_PAGES, Flaw

_HEAD = b"%PDF-"
_KEYS = frozenset({"/JS", "/JavaScript", "/XFA", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/AA"})
"""Members that no plain document has."""
_KINDS = frozenset(
    {
        *("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE"),
        *("/RichMediaExecute", "/Rendition", "/Movie", "/Sound"),
    }
)
"""Kinds of action (``/S``). Places in this file and addresses (``/GoTo``, ``/URI``) start nothing by themselves."""
_SHOWN = frozenset({"/RichMedia", "/FileAttachment", "/Screen", "/Movie", "/3D", "/Sound"})
"""Kinds of annotation (``/Subtype``)."""
_DEEPEST = 60
_ROOT = Path(__file__).parents[3]
_PATIENCE_S = 20
_MOST_MEMORY = 768 * 1024 * 1024
"""Bytes of address space; an ordinary file needs a third of it."""


class AttachedFiles:
    """Fulfils ``services.ports.AttachedPdf``. May be shared by threads."""

    def look(self, pdf: bytes) -> int | Flaw:
        if len(pdf) > MOST_BYTES:
            return Flaw.TOO_LONG
        command = [sys.executable, "-m", "backend.adapters.pdf.attached"]
        try:
            looked = subprocess.run(  # noqa: S603  our own interpreter and module
                command, input=pdf, cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_PATIENCE_S
            )
        except subprocess.TimeoutExpired:
            return Flaw.NOT_READABLE
        if looked.returncode:
            return Flaw.NOT_READABLE
        said = looked.stdout.decode()
        return int(said) if said.isdigit() else Flaw(said)


def look_at(pdf: bytes) -> int | Flaw:
    """Pages, or the flaw; here, without bounds."""
    if not pdf.startswith(_HEAD):
        return Flaw.NOT_READABLE
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        if reader.encrypted:
            return Flaw.LOCKED
        if any(_does_something(each) for each in _objects(reader)):
            return Flaw.ACTIVE
        with opened(pdf) as document:
            pages = len(document)
    except (PdfError, pypdfium2.PdfiumError, ValueError, TypeError, KeyError, IndexError, RecursionError, OSError):
        return Flaw.NOT_READABLE
    if not pages:
        return Flaw.NOT_READABLE
    return pages if pages <= MOST_PAGES else Flaw.TOO_MANY_PAGES


def _objects(reader: PdfFileReader) -> Iterator[generic.PdfObject]:
    """Everything that any revision of the file names."""
    for revision in range(reader.xrefs.total_revisions):
        view = reader.get_historical_resolver(revision)
        for reference in reader.xrefs.explicit_refs_in_revision(revision):
            yield view.get_object(reference)
    yield reader.trailer.flatten()


def _name(one: generic.DictionaryObject, key: str) -> str:
    """The name under ``key``, wherever it lies; empty where there is none."""
    if key not in one:
        return ""
    value = one[key]  # follows a reference, as dict.get does not
    return str(value) if isinstance(value, generic.NameObject) else ""


def _does_something(one: generic.PdfObject, depth: int = 0) -> bool:
    """True of a dictionary, or of one directly inside it, that is more than something to look at."""
    if depth > _DEEPEST:
        raise RecursionError
    if isinstance(one, generic.DictionaryObject):
        if _KEYS & one.keys() or _name(one, "/S") in _KINDS or _name(one, "/Subtype") in _SHOWN:
            return True
        return any(_does_something(one.raw_get(key), depth + 1) for key in one)
    if isinstance(one, generic.ArrayObject):
        return any(_does_something(one.raw_get(at), depth + 1) for at in range(len(one)))
    return False


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    sys.stdout.write(str(look_at(sys.stdin.buffer.read())))

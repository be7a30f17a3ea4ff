"""A form of ours with one signature by other software: the programs that come with USB tokens.

Such software writes PDF in its own way, so its part cannot be compared letter by letter as ours is (``structure.py``).
Instead it is judged by what it changed: the file begins with our own bytes, and in the one update behind them nothing
differs but the signature field that was meant to be signed, what signing must touch beside it, and objects that only
the signature can show. Pages, their contents, the other fields and the catalog's actions stay as they were, and the
signature leaves room for the one to come. A signature of ours may follow and is read strictly.

One reader's word is not enough: a table that one reader follows another finds damaged, and gathers the objects itself.
So the update holds no object but those its table names, and pdfium, which draws what people look at, must draw the same
pages as of our own part, but for the places of the signatures.

Follows ISO 32000-1 §7.5, §12.7.4.5 and §12.8. Does not: check digests, certificates or persons (``verify.py``).
"""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import ObjStreamRef
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

from backend.adapters.pdf.fields import Field, fields
from backend.adapters.pdf.pages import outlines
from backend.adapters.pdf.revisions import NotOurFile, PaperFile, Section, reference, section_at

_BASE_END = re.compile(rb"startxref\n\d{1,10}\n%%EOF\n")
_OBJECT = re.compile(rb"\d+[\0\t\n\f\r ]+\d+[\0\t\n\f\r ]+obj")
_LOOKS_LIKE_OBJECT = re.compile(rb"[\0\t\n\f\r 0-9]obj(?![A-Za-z])")
_NEVER: frozenset[str] = frozenset()
_OF_CATALOG = frozenset({"/Perms", "/Extensions", "/Version", "/DSS"})
_OF_FORM = frozenset({"/SigFlags", "/DR", "/DA"})
_OF_FIELD = frozenset({"/V", "/AP", "/AS", "/MK", "/DA", "/M", "/Rect"})
_NOWHERE = [0, 0, 0, 0]
"""The place of a signature that is not shown (ISO 32000-1 §12.7.4.5)."""
_ROOM_LEFT = (None, MDPPerm.FILL_FORMS, MDPPerm.ANNOTATE)


class SignedOutside(PaperFile):
    """What ``PaperFile`` is to our own files. Objects are read as we wrote them: those that matter cannot differ."""

    def __init__(self, pdf: bytes) -> None:
        """Raises ``NotOurFile`` for anything but our form, one signature of others, and perhaps one of ours."""
        end = _BASE_END.search(pdf)
        if end is None:
            raise NotOurFile("no end of our own part")
        self.base = PaperFile(pdf[: end.end()])
        try:
            self._read(pdf)
        except (PdfError, SigningError, SignatureValidationError, KeyError, TypeError, ValueError) as error:
            raise NotOurFile(f"not readable: {error}") from error

    def _read(self, pdf: bytes) -> None:
        first = next(iter(PdfFileReader(BytesIO(pdf)).embedded_signatures), None)
        if first is None:
            raise NotOurFile("no signature")
        self.signed_name = str(first.field_name)
        self.covered = int(first.byte_range[2]) + int(first.byte_range[3])
        self._check_first(first)
        seen = PdfFileReader(BytesIO(pdf[: self.covered]))
        _check_update(self.base, seen, pdf[: self.covered])
        self.signed_body = _check_changes(self.base, PdfFileReader(BytesIO(self.base.pdf)), seen, self.signed_name)
        self.pdf, self.root, self.offsets = pdf[: self.covered], self.base.root, dict(self.base.offsets)
        self.size = int(seen.trailer["/Size"])
        # Our own update begins on a line of its own.
        end = self.covered + (not self.pdf.endswith(b"\n"))
        self.sections = [Section(int(seen.last_startxref or 0), end, {}, self.base.trailer)]
        if self.covered != len(pdf):
            self._take_in_ours(pdf)

    def _check_first(self, one: EmbeddedPdfSignature) -> None:
        if [int(one.byte_range[0]), len(one.byte_range)] != [0, 4] or self.covered <= len(self.base.pdf):
            raise NotOurFile("the byte range does not fit")
        if one.docmdp_level not in _ROOM_LEFT or one.fieldmdp is not None:
            raise NotOurFile("the signature leaves no room for the next one")

    def _take_in_ours(self, pdf: bytes) -> None:
        """The update behind the foreign one is ours: table, objects and trailer as we write them."""
        before = self.sections[0]
        tail = re.search(rb"startxref\n(\d{1,10})\n%%EOF\n\Z", pdf)
        if tail is None:
            raise NotOurFile("the last update is not ours")
        section = section_at(pdf, int(tail[1]))
        if section.previous != before.start or section.end != len(pdf):
            raise NotOurFile("the last update does not follow the one before")
        self.pdf, self.sections = pdf, [section, before]
        self.offsets |= section.offsets
        self.size = max(self.size, max(section.offsets) + 1)

    def fields(self) -> list[Field]:
        """As ``fields.fields``: places are those of our own form, the foreign signature stands in its field."""
        return [
            replace(
                field, body=self.signed_body if field.cell.field_name == self.signed_name else self.body(field.number)
            )
            for field in fields(self.base)
        ]

    def check_pictures(self) -> None:
        """Raises ``NotOurFile`` unless every page is drawn as we made it."""
        places = [(cell.page, cell.box) for cell in (field.cell for field in fields(self.base))]
        if outlines(self.base.pdf, places) != outlines(self.pdf, places):
            raise NotOurFile("a page looks different")


def opened_paper(pdf: bytes) -> tuple[PaperFile, list[Field]]:
    """A form of ours, signed by us or by others, with its fields in signing order. Raises ``NotOurFile``."""
    try:
        return _written_as_ours(pdf)
    except NotOurFile:
        outside = SignedOutside(pdf)
        return outside, outside.fields()


def _written_as_ours(pdf: bytes) -> tuple[PaperFile, list[Field]]:
    """Other software may come near to how we write: what we need for the next signature must be there."""
    paper = PaperFile(pdf)
    found = fields(paper)
    if not found or not all(paper.identity):
        raise NotOurFile("no fields")
    return paper, found


def _check_update(base: PaperFile, seen: PdfFileReader, pdf: bytes) -> None:
    """One update, and whatever looks like an object in it is one that the table names. Raises ``NotOurFile``."""
    table, first = seen.xrefs, len(base.pdf)
    follows = table.total_revisions == 2 and table.get_startxref_for_revision(0) == base.sections[0].start
    if not follows or table.hybrid_xrefs_present:
        raise NotOurFile("more than one update, or one told in two ways")
    if pdf.count(b"startxref", first) != 1 or pdf.count(b"trailer", first) > 1:
        raise NotOurFile("more than one end")
    where = {one.idnum: table[one] for one in table.explicit_refs_in_revision(1)}
    # A table that is a stream is an object, too.
    starts = {at for at in where.values() if isinstance(at, int)} | {int(seen.last_startxref or 0)}
    ends = {found.end() for found in (_OBJECT.match(pdf, at) for at in starts) if found is not None}
    if {found.end() for found in _LOOKS_LIKE_OBJECT.finditer(pdf, first)} - ends:
        raise NotOurFile("an object that no table names")
    inside: dict[int, set[int]] = {}
    for number, at in where.items():
        if isinstance(at, ObjStreamRef):
            inside.setdefault(at.obj_stream_id, set()).add(number)
    for number in where:
        stream = _object(seen, number)
        if isinstance(stream, generic.StreamObject) and stream.get("/Type") == "/ObjStm":
            _check_packed(stream, inside.get(number, set()))


def _check_packed(stream: generic.StreamObject, named: set[int]) -> None:
    """An object stream begins with pairs of number and place (ISO 32000-1 §7.5.7)."""
    pairs = stream.data[: int(stream["/First"])].split()
    if {int(number) for number in pairs[::2]} != named:
        raise NotOurFile("an object that no table names, in a stream")


def _check_changes(base: PaperFile, old: PdfFileReader, new: PdfFileReader, field_name: str) -> bytes:
    """Compare every object of ours; returns the text of the signed field. Raises ``NotOurFile``."""
    if (new.root_ref.idnum, new.root_ref.generation) != (base.root, 0):
        raise NotOurFile("another catalog")
    allowed = {base.root: _OF_CATALOG, reference(base.body(base.root), b"AcroForm"): _OF_FORM}
    signed = next((field for field in fields(base) if field.cell.field_name == field_name), None)
    if signed is None or signed.locks:
        raise NotOurFile("a signature in another field than the unit's")
    allowed[signed.number] = _OF_FIELD
    # Who wrote the file and when is told in two places, and shown on no page.
    told = {reference(base.trailer, b"Info"), reference(base.body(base.root), b"Metadata")}
    for number in base.offsets.keys() - told:
        _check_object(number, old, new, allowed.get(number, _NEVER))
    return _text(_object(new, signed.number))


def _object(reader: PdfFileReader, number: int) -> generic.PdfObject:
    found: generic.PdfObject = reader.get_object(generic.Reference(number, 0, reader))  # type: ignore[no-untyped-call]
    return found


def _check_object(number: int, old: PdfFileReader, new: PdfFileReader, may_change: frozenset[str]) -> None:
    before, after = _object(old, number), _object(new, number)
    if not isinstance(before, generic.DictionaryObject) or not isinstance(after, generic.DictionaryObject):
        if _text(before) != _text(after):
            raise NotOurFile(f"object {number} was changed")
        return
    differing = {key for key in before.keys() | after.keys() if _value(before, key) != _value(after, key)}
    if "/Rect" in differing and [float(each) for each in after["/Rect"]] != _NOWHERE:
        raise NotOurFile("the signature stands in another place")
    if not differing <= may_change or _data(before) != _data(after):
        raise NotOurFile(f"object {number} was changed")


def _value(found: generic.DictionaryObject, key: str) -> bytes:
    return _text(found.raw_get(key)) if key in found else b""


def _data(found: generic.DictionaryObject) -> bytes | None:
    return found.encoded_data if isinstance(found, generic.StreamObject) else None


def _text(found: generic.PdfObject) -> bytes:
    out = BytesIO()
    found.write_to_stream(out, None)
    return out.getvalue()

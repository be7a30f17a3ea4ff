"""Turns the marks of a typeset page into empty signature fields.

The typesetter knows where a cell or a value stands; it says so with a link whose address is ``kb-cell:<field>`` or
``kb-value:<name>``. Here the links become signature fields (with an empty appearance, as PDF/A wants) and a private
table of places (``/PieceInfo``) from which values can be read back. All fields exist before the first signature:
a certified file takes no new ones. The last field carries the lock that lets nothing follow.

Follows ISO 32000-1 §12.7.4.5 (signature fields), ISO 32000-2 table 236 (``/P`` of the lock), ISO 19005-2 §6.3 and §6.4.
Does not: sign, or draw.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from backend.adapters.pdf.fonts import StampFont
from backend.adapters.pdf.revisions import NotOurFile, PaperFile, reference, references
from backend.domain.signing import SignatureCell

Box = tuple[float, float, float, float]

_NUMBERS = rb"(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+)"
_LINK = re.compile(
    rb"<</Type/Annot/Subtype/Link/Rect\[" + _NUMBERS + rb"\]/Border\[0 0 0\]"
    rb"/A<</Type/Action/S/URI/URI\(kb-(cell|value):([A-Za-z_]{1,64})\)>>/F 4>>"
)
_FIELD = re.compile(rb"<</Type/Annot/Subtype/Widget/FT/Sig/T\(([A-Za-z_]{1,64})\)")
_RECT = re.compile(rb"/Rect\[" + _NUMBERS + rb"\]")
_PLACE = re.compile(rb"/([A-Za-z_]{1,64})\[((?:\[\d+ " + _NUMBERS + rb"\])+)\]")
_ONE_PLACE = re.compile(rb"\[(\d+) " + _NUMBERS + rb"\]")


@dataclass(frozen=True, slots=True)
class Field:
    """A signature field as it stands in a file."""

    number: int
    """Its object number."""
    body: bytes
    """Its dictionary as written."""
    cell: SignatureCell

    @property
    def is_signed(self) -> bool:
        return b"/V " in self.body

    @property
    def locks(self) -> bool:
        return b"/Lock " in self.body


def with_fields(pdf: bytes, names: Sequence[str], font: StampFont, modified: str) -> bytes:
    """``pdf`` of the typesetter with one signature field for each of ``names``, the last one locking.

    ``modified`` is a PDF date. Raises ``NotOurFile`` when a cell is missing, doubled or unknown.
    """
    paper = PaperFile(pdf)
    objects = _objects(paper)
    links = {number: found for number, body in objects.items() if (found := _LINK.fullmatch(body))}
    cells = [(number, link) for number, link in links.items() if link[5] == b"cell"]
    if sorted(link[6].decode() for _, link in cells) != sorted(names):
        raise NotOurFile("the page does not hold the form's cells once each")
    return _Builder(paper, objects, links, names, font, modified).build()


def fields(paper: PaperFile) -> list[Field]:
    """The signature fields of ``paper`` in signing order."""
    form = paper.body(reference(paper.body(paper.root), b"AcroForm"))
    pages = references(paper.body(reference(paper.body(paper.root), b"Pages")), b"Kids")
    return [_read_field(paper, number, pages) for number in references(form, b"Fields")]


def places(paper: PaperFile) -> dict[str, list[tuple[int, Box]]]:
    """Where each readable value stands: name to (page from 0, box)."""
    found = paper.body(reference(paper.body(paper.root), b"KyKhoBac"))
    return {
        name.decode(): [(int(page), _box(*box)) for page, *box in _ONE_PLACE.findall(spots)]
        for name, spots, *_ in _PLACE.findall(found)
    }


def _read_field(paper: PaperFile, number: int, pages: list[int]) -> Field:
    body = paper.body(number)
    name, rect = _FIELD.match(body), _RECT.search(body)
    page = reference(body, b"P")
    if not name or not rect or page not in pages:
        raise NotOurFile(f"object {number} is not a signature field of ours")
    return Field(number, body, SignatureCell(name[1].decode(), pages.index(page), _box(*rect.groups())))


def _box(*numbers: bytes) -> Box:
    left, bottom, right, top = (float(number) for number in numbers)
    return left, bottom, right, top


def _objects(paper: PaperFile) -> dict[int, bytes]:
    """Every object's bytes between its head and ``endobj``; streams included, cut by the table's own offsets."""
    order = sorted(paper.offsets.items(), key=lambda pair: pair[1])
    ends = [offset for _, offset in order[1:]] + [paper.sections[0].start]
    out = {}
    for (number, start), end in zip(order, ends, strict=True):
        head, tail = b"%d 0 obj\n" % number, b"\nendobj"
        chunk = paper.pdf[start:end].rstrip(b"\n")
        if not chunk.startswith(head) or not chunk.endswith(tail):
            raise NotOurFile(f"object {number} is not where the table says")
        out[number] = chunk[len(head) : -len(tail)]
    return out


class _Builder:
    """One rewriting of one file; lives for one call."""

    def __init__(
        self,
        paper: PaperFile,
        objects: dict[int, bytes],
        links: dict[int, re.Match[bytes]],
        names: Sequence[str],
        font: StampFont,
        modified: str,
    ) -> None:
        self.paper, self.objects, self.links, self.names = paper, objects, links, names
        self.font, self.modified = font, modified
        self.pages = references(objects[reference(objects[paper.root], b"Pages")], b"Kids")
        self.page_of = {annotation: page for page in self.pages for annotation in references(objects[page], b"Annots")}
        self.free = self._free_numbers()

    def _free_numbers(self) -> Iterator[int]:
        """Numbers of the value links, which go away, then new ones: no object is left that nothing names."""
        yield from sorted(number for number, link in self.links.items() if link[5] == b"value")
        yield from count(self.paper.size)

    def build(self) -> bytes:
        values = [number for number, link in self.links.items() if link[5] == b"value"]
        places_of_values = self._places()
        for number in values:
            del self.objects[number]
        self._thin_annotations()
        numbers = self._widgets()
        form, where = next(self.free), next(self.free)
        self.objects[form] = b"<</Fields[%b]/SigFlags 3/DR<</Font<</Stamp %d 0 R>>>>>>" % (
            b" ".join(b"%d 0 R" % number for number in numbers),
            self._font(),
        )
        self.objects[where] = places_of_values
        self._extend_catalog(form, where)
        return self._file()

    def _widgets(self) -> list[int]:
        empty, lock = next(self.free), next(self.free)
        self.objects[empty] = b"<</Type/XObject/Subtype/Form/BBox[0 0 1 1]/Length 0>>\nstream\n\nendstream"
        self.objects[lock] = b"<</Type/SigFieldLock/Action/All/P 1>>"
        by_name = {link[6].decode(): number for number, link in self.links.items() if link[5] == b"cell"}
        for name in self.names:
            number = by_name[name]
            rect = b" ".join(self.links[number].groups()[:4])
            self.objects[number] = (
                b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%b)/F 132/Rect[%b]/P %d 0 R%b/AP<</N %d 0 R>>>>"
            ) % (
                name.encode("ascii"),
                rect,
                self.page_of[number],
                b"/Lock %d 0 R" % lock if name == self.names[-1] else b"",
                empty,
            )
        return [by_name[name] for name in self.names]

    def _thin_annotations(self) -> None:
        for page in self.pages:
            kept = [number for number in references(self.objects[page], b"Annots") if number in self.objects]
            array = b"/Annots[%b]" % b" ".join(b"%d 0 R" % number for number in kept) if kept else b""
            self.objects[page] = re.sub(rb"/Annots\[[0-9 R]*\]", array, self.objects[page])

    def _places(self) -> bytes:
        spots: dict[bytes, list[bytes]] = {}
        for number, link in self.links.items():
            if link[5] == b"value":
                page = self.pages.index(self.page_of[number])
                spots.setdefault(link[6], []).append(b"[%d %b]" % (page, b" ".join(link.groups()[:4])))
        inner = b"".join(b"/%b[%b]" % (name, b"".join(places)) for name, places in sorted(spots.items()))
        return b"<</LastModified(%b)/Private<<%b>>>>" % (self.modified.encode("ascii"), inner)

    def _extend_catalog(self, form: int, where: int) -> None:
        root = self.objects[self.paper.root]
        more = b"/AcroForm %d 0 R/PieceInfo<</KyKhoBac %d 0 R>>>>" % (form, where)
        self.objects[self.paper.root] = root[: -len(b">>")] + more

    def _font(self) -> int:
        font, numbers = self.font, [next(self.free) for _ in range(5)]
        top, child, descriptor, program, cmap = numbers
        name = b"KKBSTP+Tinos-Regular"
        self.objects[top] = (
            b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>"
            % (name, child, cmap)
        )
        self.objects[child] = (
            b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%b/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
            b"/Supplement 0>>/FontDescriptor %d 0 R/CIDToGIDMap/Identity/W%b>>"
            % (name, descriptor, font.widths.encode("ascii"))
        )
        self.objects[descriptor] = b"<</Type/FontDescriptor/FontName/%b%b/FontFile2 %d 0 R>>" % (
            name,
            font.descriptor.encode("ascii"),
            program,
        )
        self.objects[program] = _stream(font.program, b"/Length1 %d" % font.program_length)
        self.objects[cmap] = _stream(font.to_unicode, b"")
        return top

    def _file(self) -> bytes:
        parts = [self.paper.pdf[: min(self.paper.offsets.values())]]
        at, offsets = len(parts[0]), {}
        for number, body in sorted(self.objects.items()):
            offsets[number] = at
            part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
            parts.append(part)
            at += len(part)
        size = max(self.objects) + 1
        parts.append(_full_table(offsets, size))
        digest = hashlib.sha256(b"".join(parts)).digest()
        trailer = re.sub(rb"/Size \d+", b"/Size %d" % size, self.paper.trailer)
        first, _ = self.paper.identity
        trailer = re.sub(rb"/ID ?\[.*\]", b"/ID[%b<%b>]" % (first, digest[:16].hex().encode()), trailer)
        parts.append(b"trailer\n<<%b>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, at))
        return b"".join(parts)


def _full_table(offsets: dict[int, int], size: int) -> bytes:
    """One table from 0; numbers left over by more value links than new objects stay on the free list."""
    spare = [0, *(number for number in range(1, size) if number not in offsets)]
    following = dict(zip(spare, [*spare[1:], 0], strict=True))
    rows = [
        b"%010d 00000 n \n" % offsets[number]
        if number in offsets
        else b"%010d %05d f \n" % (following[number], 65535 if number == 0 else 1)
        for number in range(size)
    ]
    return b"xref\n0 %d\n" % size + b"".join(rows)


def _stream(deflated: bytes, more: bytes) -> bytes:
    return b"<</Length %d/Filter/FlateDecode%b>>\nstream\n%b\nendstream" % (len(deflated), more, deflated)

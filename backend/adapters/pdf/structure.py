"""Strict reading of a signed file's raw bytes: is every byte one that this house would have written?

A PDF tool reads generously and so can be shown one thing and told another. Here the file must be our own base plus, for
each signature, exactly the update that ``pades.py`` appends: the bytes are tiled by known objects without a gap, each
``/ByteRange`` runs from the first byte around its own ``/Contents`` to the end of its own revision, the first signature
certifies with P=2, the last field is signed when all others are, the last revision ends the file. Whatever else is
there makes the file odd.

Follows ISO 32000-1 §7.5 and §12.8. Does not: check digests, certificates or persons (``verify.py``).
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from itertools import pairwise

from backend.adapters.pdf.fields import Field, fields
from backend.adapters.pdf.outside import SignedOutside
from backend.adapters.pdf.pades import certified_root, signed_field
from backend.adapters.pdf.revisions import NotOurFile, PaperFile, Section

_OBJECT_END = b"\nendobj\n"
_HEAD = re.compile(rb"%PDF-1\.7\n%[\x80-\xff]{4}\n+\Z")
_ACTIVE = re.compile(
    rb"/(?:JS|JavaScript|Launch|OpenAction|AA|EmbeddedFiles?|Filespec|RichMedia|OCProperties|OCG|OC|XFA|SubmitForm"
    rb"|ImportData|GoTo[ER]?|URI|Link|ObjStm|XRef|Encrypt|Movie|Sound|3D|Screen|Popup|FreeText|NeedAppearances"
    rb"|ByteRange)(?![A-Za-z0-9])|/Type/Sig(?![A-Za-z0-9])|/[A-Za-z0-9]*#"
)
_SIGNATURE = re.compile(
    rb"<</Type/Sig/Filter/Adobe\.PPKLite/SubFilter/ETSI\.CAdES\.detached/M\(D:\d{14}\+07'00'\)/Name<[0-9a-f]*>"
    rb"(/Reference\[(?P<rules>.*?)\])?/ByteRange\[(?P<range>[0-9 ]+)\]/Contents(?P<contents><[0-9a-f]*>)>>",
    re.DOTALL,
)
_CERTIFIES = b"<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 2/V/1.2>>>>"
_PICTURE = re.compile(
    rb"<</Type/XObject/Subtype/Form/BBox\[0 0 [\d.]+ [\d.]+\]/Resources<</Font<</Stamp \d+ 0 R>>>>"
    rb"/Filter/FlateDecode/Length (\d+)>>\nstream\n(.*)\nendstream",
    re.DOTALL,
)
_NUMBER = rb"\d+(?:\.\d+)?"
_DRAWN = re.compile(
    rb"(?:q|BT|ET|Q|(?:N ){3}RG N w (?:N ){4}re S|(?:N ){3}rg|/Stamp N Tf N TL|(?:N ){6}Tm|2 Tr N w"
    rb"|<(?:[0-9A-F]{4})*> Tj(?: T\*)?)".replace(b"N", _NUMBER)
)


@dataclass(frozen=True, slots=True)
class SignedRevision:
    """One signature and the revision it covers."""

    field_name: str
    end: int
    """Length of the file as this signer saw it."""


def signed_revisions(pdf: bytes) -> list[SignedRevision]:
    """The signatures of ``pdf`` in the order they were made; empty for an unsigned form.

    Raises ``NotOurFile`` for anything this house would not have written.
    """
    newest = PaperFile(pdf)
    sections = list(reversed(newest.sections))
    if sections[-1].end != len(pdf):
        raise NotOurFile("bytes behind the end")
    _check_base(PaperFile(pdf[: sections[0].end]), sections[0])
    found: list[SignedRevision] = []
    for before, section in pairwise(sections):
        found.append(_signed_revision(PaperFile(pdf[: before.end]), PaperFile(pdf[: section.end]), first=not found))
    return found


def outside_revisions(paper: SignedOutside) -> list[SignedRevision]:
    """The same where other software made the first signature. Raises ``NotOurFile``."""
    _check_base(paper.base, paper.base.sections[0])
    found = [SignedRevision(paper.signed_name, paper.covered)]
    if paper.covered != len(paper.pdf):
        found.append(_signed_revision(SignedOutside(paper.pdf[: paper.covered]), paper, first=False))
    return found


def _check_base(base: PaperFile, section: Section) -> None:
    objects = _tiles(base, section, 0)
    bodies = {number: body.partition(b"\nstream\n")[0] for number, body in objects.items()}
    for number, body in bodies.items():
        if _ACTIVE.search(body):
            raise NotOurFile(f"active or hidden content in object {number}")
    allowed = {field.number for field in fields(base)}
    if any(b"/Type/Annot" in body for number, body in bodies.items() if number not in allowed):
        raise NotOurFile("an annotation that is no signature field")
    if _reachable(base, bodies) != set(bodies):
        raise NotOurFile("an object that nothing names")


def _tiles(paper: PaperFile, section: Section, start: int) -> dict[int, bytes]:
    """The objects of one revision, which must fill it without a gap."""
    order = sorted(section.offsets.items(), key=lambda pair: pair[1])
    if not order or (start == 0 and not _HEAD.match(paper.pdf[: order[0][1]])) or (start and order[0][1] != start):
        raise NotOurFile("bytes in front of the first object")
    ends = [offset for _, offset in order[1:]] + [section.start]
    out = {}
    for (number, at), end in zip(order, ends, strict=True):
        chunk, head = paper.pdf[at:end], b"%d 0 obj\n" % number
        if not chunk.startswith(head) or not chunk.endswith(_OBJECT_END) or at + len(head) > end:
            raise NotOurFile(f"bytes around object {number}")
        out[number] = chunk[len(head) : -len(_OBJECT_END)]
        if b"\nendobj" in out[number].partition(b"\nstream\n")[0]:
            raise NotOurFile(f"something hides behind object {number}")
    return out


def _reachable(paper: PaperFile, bodies: dict[int, bytes]) -> set[int]:
    seen: set[int] = set()
    ahead = {int(number) for number in re.findall(rb"(\d+) 0 R", paper.trailer)}
    while ahead:
        number = ahead.pop()
        seen.add(number)
        ahead |= {int(other) for other in re.findall(rb"(\d+) 0 R", bodies.get(number, b""))} - seen
    return seen


def _signed_revision(before: PaperFile, after: PaperFile, *, first: bool) -> SignedRevision:
    objects = _tiles(after, after.sections[0], before.sections[0].end)
    picture, signature = before.size, before.size + 1
    old = next((field for field in _fields(before) if field.number in objects), None)
    expected = {picture, signature} | ({before.root} if first else set()) | ({old.number} if old else set())
    if old is None or old.is_signed or set(objects) != expected or after.root != before.root:
        raise NotOurFile("an update that is no signature")
    if old.locks and not all(field.is_signed for field in _fields(before) if field.number != old.number):
        raise NotOurFile("the last signature came before another")
    if objects[old.number] != signed_field(old, picture, signature):
        raise NotOurFile("the field says more than its signature")
    if first and objects[before.root] != certified_root(before, signature):
        raise NotOurFile("the catalog says more than the certification")
    _check_picture(objects[picture])
    _check_signature(after, objects[signature], signature, old, first=first)
    return SignedRevision(old.cell.field_name, len(after.pdf))


def _fields(paper: PaperFile) -> list[Field]:
    return paper.fields() if isinstance(paper, SignedOutside) else fields(paper)


def _check_picture(body: bytes) -> None:
    found = _PICTURE.fullmatch(body)
    if not found or int(found[1]) != len(found[2]):
        raise NotOurFile("the stamp is not one of ours")
    drawn = zlib.decompressobj().decompress(found[2], 100_000)
    if not all(_DRAWN.fullmatch(line) for line in drawn.splitlines()):
        raise NotOurFile("the stamp draws more than words")


def _check_signature(after: PaperFile, body: bytes, number: int, field: Field, *, first: bool) -> None:
    found = _SIGNATURE.fullmatch(body)
    if not found:
        raise NotOurFile("the signature is not one of ours")
    start = after.offsets[number] + len(b"%d 0 obj\n" % number) + found.start("contents")
    end = start + len(found["contents"])
    if [int(part) for part in found["range"].split()] != [0, start, end, len(after.pdf) - end]:
        raise NotOurFile("the byte range does not fit")
    rules = found["rules"] or b""
    if rules.startswith(_CERTIFIES) is not first or (b"/FieldMDP" in rules) is not field.locks:
        raise NotOurFile("the signature's rules are not those of its place")

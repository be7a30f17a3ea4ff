"""PAdES in two halves: room for a signature now, the signature itself when the person has approved.

Follows ISO 32000-1 §12.8 and ETSI EN 319 142-1, level B-B (``ETSI.CAdES.detached``, SHA-256 with RSA PKCS#1 v1.5).
Both halves only append to or fill in bytes; what was reviewed and what an earlier person signed stays as it is. The
first signature certifies the file with P=2 (signing and filling stay allowed); the last field's lock says P=1.

Level B-T: ``embed(..., timestamp=token)`` takes an RFC 3161 token over the raw signature. The token is asked for and
stored by the caller, because a function that asks a network cannot be repeated with the same result after a crash.

Does not: create fields (the form has them all), hold keys, check certificates, or judge the result (``verify.py``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import StrEnum

from backend.adapters.pdf.cms import container, signed_attributes
from backend.adapters.pdf.fields import Field
from backend.adapters.pdf.fonts import stamp_font
from backend.adapters.pdf.outside import opened_paper
from backend.adapters.pdf.revisions import NotOurFile, PaperFile, reference, update
from backend.adapters.pdf.stamp import VIETNAM, appearance
from backend.domain.errors import SignatureRefused
from backend.domain.signing import PreparedDocument, SignatureCell, Stamp


class Level(StrEnum):
    """How much room is kept for a signature."""

    B_B = "B-B"
    B_T = "B-T"


RESERVED = {Level.B_B: 8 * 1024, Level.B_T: 24 * 1024}
"""Bytes of CMS. Three certificates of an RSA-4096 chain need about 7 KiB. Zeros cost the writer nothing, but pyHanko
reads them one by one: 12 KiB instead of 8 made a check of two signatures 20 ms slower. A longer chain loses
certificates from its root end, never the signature."""

_RANGE_WIDTH = 48
"""Characters kept for the four numbers of ``/ByteRange``, enough for files of a gigabyte."""


class SignatureTooLong(SignatureRefused):
    """The CMS does not fit even without its chain. Recover: none by the person; raise ``RESERVED``."""

    code = "sign.too_long"


class PadesSigner:
    """``PdfSigner``. Holds no state between calls; may be shared by threads."""

    def __init__(self, level: Level = Level.B_B) -> None:
        self._reserved = RESERVED[level]

    def prepare(
        self, pdf: bytes, cell: SignatureCell, stamp: Stamp, certificate: bytes, *, first: bool, last: bool
    ) -> PreparedDocument:
        """``pdf`` with one incremental update that holds the visible stamp and an empty signature.

        Raises ``SignatureRefused`` when the file has no such free cell or stands at another point of the route.
        """
        paper, all_fields = _read(pdf)
        field = _cell_of(all_fields, cell, first=first, last=last)
        added, start, end = self._update(paper, field, stamp, first=first, last=last)
        pieces = (memoryview(pdf), memoryview(added)[: start - len(pdf)], memoryview(added)[end - len(pdf) :])
        digest = hashlib.sha256()
        for piece in pieces:
            digest.update(piece)
        attributes = signed_attributes(digest.digest(), certificate)
        return PreparedDocument(
            pdf=pdf + added,
            byte_range=(start, end),
            document_digest=digest.digest(),
            signed_attributes=attributes,
            digest=hashlib.sha256(attributes).digest(),
        )

    def embed(
        self,
        prepared: PreparedDocument,
        signature: bytes,
        certificate: bytes,
        chain: Sequence[bytes],
        *,
        timestamp: bytes | None = None,
    ) -> bytes:
        """The signed file. ``chain`` runs from the issuer to the root; what does not fit is left out from the root.

        Raises ``SignatureTooLong``.
        """
        start, end = prepared.byte_range
        room = end - start - 2
        for kept in range(len(chain), -1, -1):
            cms = container(prepared.signed_attributes, signature, certificate, chain[:kept], timestamp)
            if 2 * len(cms) <= room:
                filled = b"<%b>" % cms.hex().encode("ascii").ljust(room, b"0")
                return b"".join((memoryview(prepared.pdf)[:start], filled, memoryview(prepared.pdf)[end:]))
        raise SignatureTooLong

    def _update(
        self, paper: PaperFile, field: Field, stamp: Stamp, *, first: bool, last: bool
    ) -> tuple[bytes, int, int]:
        """The bytes to append, and where ``/Contents`` starts and ends in the whole file."""
        picture, signature = paper.size, paper.size + 1
        left, bottom, right, top = field.cell.box
        objects = {
            field.number: signed_field(field, picture, signature),
            picture: appearance(stamp, right - left, top - bottom, stamp_font(), _font_number(paper)),
            signature: self._signature(stamp, paper.root, first=first, last=last),
        }
        if first:
            objects[paper.root] = certified_root(paper, signature)
        identity = hashlib.sha256(paper.identity[1] + objects[signature]).hexdigest()[:32]
        added, offsets = update(paper, objects, b"<%b>" % identity.encode("ascii"))
        return _fill_range(added, len(paper.pdf), offsets[signature])

    def _signature(self, stamp: Stamp, root: int, *, first: bool, last: bool) -> bytes:
        rules = (_CERTIFIES if first else b"") + (_LOCKS_ALL % root if last else b"")
        at = stamp.at.astimezone(VIETNAM)
        name = b"\xfe\xff" + stamp.name.encode("utf-16-be", "replace")
        return (
            b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(%b)/Name<%b>%b/ByteRange[%b]/Contents<%b>>>"
        ) % (
            f"D:{at:%Y%m%d%H%M%S}+07'00'".encode("ascii"),
            name.hex().encode("ascii"),
            b"/Reference[%b]" % rules if rules else b"",
            b" " * _RANGE_WIDTH,
            b"0" * (2 * self._reserved),
        )


_CERTIFIES = b"<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P 2/V/1.2>>>>"
_LOCKS_ALL = (
    b"<</Type/SigRef/TransformMethod/FieldMDP/Data %d 0 R/TransformParams<</Type/TransformParams/Action/All/V/1.2>>>>"
)


def _read(pdf: bytes) -> tuple[PaperFile, list[Field]]:
    try:
        return opened_paper(pdf)
    except NotOurFile as error:
        raise SignatureRefused(f"not a form of ours: {error}") from error


def _cell_of(all_fields: list[Field], cell: SignatureCell, *, first: bool, last: bool) -> Field:
    """The free field of ``cell``. A field of another name, place or point of the route is refused, never bent."""
    field = next((field for field in all_fields if field.cell == cell), None)
    if field is None or field.is_signed:
        raise SignatureRefused(f"no free cell {cell.field_name}")
    if first is any(other.is_signed for other in all_fields):
        raise SignatureRefused("the first signature certifies, and only the first")
    if last is not field.locks:
        raise SignatureRefused("the last cell locks, and only the last")
    if last and not all(other.is_signed for other in all_fields if other is not field):
        raise SignatureRefused("the last cell is signed when all others are")
    return field


def _font_number(paper: PaperFile) -> int:
    return reference(paper.body(reference(paper.body(paper.root), b"AcroForm")), b"Stamp")


def signed_field(field: Field, picture: int, signature: int) -> bytes:
    """The field once it holds ``signature``. The strict reader compares with this very text."""
    head, _, _ = field.body.rpartition(b"/AP<<")
    return b"%b/AP<</N %d 0 R>>/V %d 0 R>>" % (head, picture, signature)


def certified_root(paper: PaperFile, signature: int) -> bytes:
    """The catalog once ``signature`` certifies the file."""
    return b"%b/Perms<</DocMDP %d 0 R>>>>" % (paper.body(paper.root)[: -len(b">>")], signature)


def _fill_range(added: bytes, before: int, signature: int) -> tuple[bytes, int, int]:
    """Write the four numbers of ``/ByteRange`` into their room."""
    start = added.index(b"/Contents<", signature - before) + len(b"/Contents") + before
    end = added.index(b">", start - before) + 1 + before
    numbers = b"0 %d %d %d" % (start, end, before + len(added) - end)
    at = added.index(b"/ByteRange[", signature - before) + len(b"/ByteRange[")
    return added[:at] + numbers.ljust(_RANGE_WIDTH) + added[at + _RANGE_WIDTH :], start, end

"""Reading and extending the PDF files this house writes: classic cross-reference tables, plain objects.

Follows ISO 32000-1 §7.5 (file structure) as far as our own files use it. A file of another shape is refused, never
repaired. Does not: interpret pages, fonts or content.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

_TAIL = re.compile(rb"startxref\n(\d{1,10})\n%%EOF\n?\Z")
_HEAD = re.compile(rb"(\d+) (\d+)\n")
_TRAILER = re.compile(rb"trailer\n<<(.*?)>>\nstartxref\n(\d{1,10})\n%%EOF\n?", re.DOTALL)
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \n|\r\n| \r)")
_REFERENCE = rb"/%s (\d+) 0 R"


class NotOurFile(ValueError):
    """The bytes are not a file this house wrote. Recover: render the form again."""


@dataclass(frozen=True, slots=True)
class Section:
    """One cross-reference section: the end of one revision."""

    start: int
    """Offset of the word ``xref``."""
    end: int
    """Offset just behind ``%%EOF`` and its line end."""
    offsets: Mapping[int, int]
    """Objects in use that this revision wrote."""
    trailer: bytes
    """Inside of the trailer dictionary."""

    @property
    def previous(self) -> int | None:
        found = re.search(rb"/Prev (\d+)", self.trailer)
        return int(found[1]) if found else None


class PaperFile:
    """A parsed file: its revisions, newest first, and the newest body of each object."""

    def __init__(self, pdf: bytes) -> None:
        self.pdf = pdf
        self.sections = _sections(pdf)
        self.offsets: dict[int, int] = {}
        for section in reversed(self.sections):
            self.offsets.update(section.offsets)
        self.size = _integer(self.sections[0].trailer, b"Size")
        self.root = reference(self.sections[0].trailer, b"Root")

    def body(self, number: int) -> bytes:
        """The text of object ``number`` between ``obj`` and ``endobj``. Not for streams of any length."""
        start = self.offsets.get(number)
        head = b"%d 0 obj\n" % number
        if start is None or not self.pdf.startswith(head, start):
            raise NotOurFile(f"object {number} is not where the table says")
        end = self.pdf.find(b"\nendobj", start)
        if end < 0:
            raise NotOurFile(f"object {number} has no end")
        return self.pdf[start + len(head) : end]

    @property
    def identity(self) -> tuple[bytes, bytes]:
        """The two parts of ``/ID`` as they are written."""
        found = re.search(rb"/ID\s?\[(\([^()\\]*\)|<[0-9A-Fa-f]*>) ?(\([^()\\]*\)|<[0-9A-Fa-f]*>)\]", self.trailer)
        if not found:
            raise NotOurFile("no /ID")
        return found[1], found[2]

    @property
    def trailer(self) -> bytes:
        return self.sections[0].trailer


def reference(text: bytes, key: bytes) -> int:
    """Object number behind ``/key``. Raises ``NotOurFile`` when there is none."""
    found = re.search(_REFERENCE % key, text)
    if not found:
        raise NotOurFile(f"no /{key.decode()}")
    return int(found[1])


def references(text: bytes, key: bytes) -> list[int]:
    """Object numbers in the array ``/key``; empty when there is none."""
    found = re.search(rb"/%s\[([0-9 R]*)\]" % key, text)
    return [int(number) for number in re.findall(rb"(\d+) 0 R", found[1])] if found else []


def update(paper: PaperFile, objects: Mapping[int, bytes], identity: bytes) -> tuple[bytes, dict[int, int]]:
    """The bytes to append so that ``objects`` replace or join those of ``paper``, and where each object starts.

    ``identity`` is the new second half of ``/ID``, as written.
    """
    lead = b"" if paper.pdf.endswith(b"\n") else b"\n"
    return _write(lead, len(paper.pdf), objects, paper, identity, previous=paper.sections[0].start)


def _write(
    lead: bytes, at: int, objects: Mapping[int, bytes], paper: PaperFile, identity: bytes, previous: int
) -> tuple[bytes, dict[int, int]]:
    parts, offsets = [lead], {}
    at += len(lead)
    for number, body in sorted(objects.items()):
        offsets[number] = at
        part = b"%d 0 obj\n%b\nendobj\n" % (number, body)
        parts.append(part)
        at += len(part)
    size = max(paper.size, max(objects) + 1)
    parts.append(table(offsets))
    parts.append(_trailer(paper, size, identity, at, previous))
    return b"".join(parts), offsets


def table(offsets: Mapping[int, int]) -> bytes:
    """A cross-reference table of objects in use, in runs of neighbouring numbers."""
    out = [b"xref\n"]
    for _, run in groupby(enumerate(sorted(offsets)), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in run]
        out.append(b"%d %d\n" % (numbers[0], len(numbers)))
        out.extend(b"%010d 00000 n \n" % offsets[number] for number in numbers)
    return b"".join(out)


def _trailer(paper: PaperFile, size: int, identity: bytes, start: int, previous: int) -> bytes:
    info = re.search(rb"/Info \d+ 0 R", paper.trailer)
    return b"trailer\n<</Size %d/Root %d 0 R%b/ID[%b%b]/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        paper.root,
        info[0] if info else b"",
        paper.identity[0],
        identity,
        previous,
        start,
    )


def _integer(text: bytes, key: bytes) -> int:
    found = re.search(rb"/%s (\d+)" % key, text)
    if not found:
        raise NotOurFile(f"no /{key.decode()}")
    return int(found[1])


def _sections(pdf: bytes) -> list[Section]:
    tail = _TAIL.search(pdf, max(0, len(pdf) - 64))
    if not pdf.startswith(b"%PDF-1.7\n") or not tail:
        raise NotOurFile("no PDF head or no end")
    sections = [section_at(pdf, int(tail[1]))]
    while (previous := sections[-1].previous) is not None:
        if previous >= sections[-1].start:
            raise NotOurFile("revisions run in a circle")
        sections.append(section_at(pdf, previous))
    return sections


def section_at(pdf: bytes, start: int) -> Section:
    """The cross-reference section that begins at ``start``. Raises ``NotOurFile`` unless we could have written it."""
    if not pdf.startswith(b"xref\n", start):
        raise NotOurFile("no cross-reference table")
    at, offsets = start + 5, {}
    while head := _HEAD.match(pdf, at):
        at = head.end()
        for number in range(int(head[1]), int(head[1]) + int(head[2])):
            entry = _ENTRY.match(pdf, at)
            if not entry:
                raise NotOurFile("damaged cross-reference table")
            if entry[3] == b"n":
                offsets[number] = int(entry[1])
            at = entry.end()
    trailer = _TRAILER.match(pdf, at)
    if not trailer or int(trailer[2]) != start:
        raise NotOurFile("damaged trailer")
    return Section(start, trailer.end(), offsets, trailer[1])

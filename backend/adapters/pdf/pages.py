"""Pictures of the very bytes to be signed: pdfium draws, Pillow writes WebP, a small folder remembers.

The name of a picture is the SHA-256 of its file, so a picture can never be of other bytes. pdfium is not safe for
threads; one lock guards it. Does not: decide who may see a page.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pypdfium2

from backend.adapters.pdf.fields import Box

_PDFIUM = threading.Lock()
_LEVELS = 12
"""Of red, green and blue each. A form is black, grey and a few inks: so many levels kept without loss are sharper and
smaller than a lossy picture, no point is more than 12 of 255 from what was drawn, and no palette has to be searched."""
_NEAREST = [round(round(value * (_LEVELS - 1) / 255) * 255 / (_LEVELS - 1)) for value in range(256)]
WIDTHS = range(64, 4097)
_OUTLINE_SCALE = 1
"""Pixels for a point: fine enough that another digit is another picture."""


class PageNotThere(LookupError):
    """No such page or width. Recover: ask ``count`` first."""


@contextmanager
def opened(pdf: bytes) -> Iterator[pypdfium2.PdfDocument]:
    """The document with its form fields, for the time of the block."""
    with _PDFIUM:
        document = pypdfium2.PdfDocument(pdf)
        try:
            document.init_forms()
            yield document
        finally:
            document.close()


def outlines(pdf: bytes, without: Sequence[tuple[int, Box]]) -> list[tuple[float, ...] | bytes]:
    """Of each page its size and a small grey drawing; ``without`` places on it, each page from 0 and box in points."""
    with opened(pdf) as document:
        return [part for number, sheet in enumerate(document) for part in _outline(sheet, number, without)]


def _outline(
    sheet: pypdfium2.PdfPage, number: int, without: Sequence[tuple[int, Box]]
) -> tuple[tuple[float, ...], bytes]:
    picture = sheet.render(scale=_OUTLINE_SCALE, may_draw_forms=True).to_pil().convert("L")
    for left, bottom, right, top in (box for page, box in without if page == number):
        # One point more on every side: the edge of a drawing is smooth.
        edges = (left - 1, sheet.get_height() - top - 1, right + 1, sheet.get_height() - bottom + 1)
        picture.paste(255, tuple(round(edge * _OUTLINE_SCALE) for edge in edges))
    return (*sheet.get_size(), sheet.get_rotation()), picture.tobytes()


class WebpPages:
    """``PageImages`` with at most ``kept`` pictures in ``folder``. May be shared by threads and processes."""

    def __init__(self, folder: Path, kept: int = 5000) -> None:
        self._folder = folder
        self._kept = kept
        folder.mkdir(parents=True, exist_ok=True)

    def count(self, pdf: bytes) -> int:
        """Number of pages."""
        with opened(pdf) as document:
            return len(document)

    def webp(self, pdf: bytes, page: int, width: int) -> bytes:
        """Page ``page`` from 0, ``width`` pixels wide. Raises ``PageNotThere``."""
        if width not in WIDTHS or page < 0:
            raise PageNotThere(f"page {page} at width {width}")
        path = self._folder / f"{hashlib.sha256(pdf).hexdigest()}-{page}-{width}.webp"
        try:
            return path.read_bytes()
        except FileNotFoundError:
            picture = _draw(pdf, page, width)
            self._keep(path, picture)
            return picture

    def _keep(self, path: Path, picture: bytes) -> None:
        """Under its name only when whole; another process may be writing the same bytes."""
        handle, name = tempfile.mkstemp(dir=self._folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(picture)
        os.replace(name, path)
        self._forget_oldest()

    def _forget_oldest(self) -> None:
        pictures = list(self._folder.glob("*.webp"))
        if len(pictures) <= self._kept:
            return
        # a tenth more than needed, so that a full folder is not sorted at every picture
        for old in sorted(pictures, key=_age)[: len(pictures) - self._kept + self._kept // 10]:
            old.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another process was faster
        return 0.0


def _draw(pdf: bytes, page: int, width: int) -> bytes:
    with opened(pdf) as document:
        if page >= len(document):
            raise PageNotThere(f"page {page}")
        sheet = document[page]
        image = sheet.render(scale=width / sheet.get_width(), may_draw_forms=True).to_pil()
    out = BytesIO()
    flat = image.convert("RGB").point(_NEAREST * 3)
    # Without loss, "quality" is effort: a little more of it saves a fiftieth of the bytes, a little less costs a sixth.
    flat.save(out, "WEBP", lossless=True, quality=25, method=1)
    return out.getvalue()

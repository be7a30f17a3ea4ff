"""Reads money fields back from the finished page: the text that stands where the form put the value.

The places come from the file's own private table, the text from pdfium, so a sum that somebody typed into a description
cannot pass for the total. Does not: say whether the file is unaltered (``verify.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pypdfium2

from backend.adapters.pdf.fields import Box, places
from backend.adapters.pdf.outside import opened_paper
from backend.adapters.pdf.pages import opened

_SLACK = 1.5
"""Points above and below: the typesetter's box ends at the capitals and the base line."""


def values(pdf: bytes) -> Mapping[str, str]:
    """Name to text; for a value printed on every page, its only text. Raises ``NotOurFile``, or ``ValueError``."""
    spots = places(opened_paper(pdf)[0])
    with opened(pdf) as document:
        pages = [page.get_textpage() for page in document]
        return {name: _text(name, pages, where) for name, where in spots.items()}


def _text(name: str, pages: Sequence[pypdfium2.PdfTextPage], where: Sequence[tuple[int, Box]]) -> str:
    by_page: dict[int, str] = {}
    for page, (left, bottom, right, top) in where:
        found = pages[page].get_text_bounded(left - 0.5, bottom - _SLACK, right + 0.5, top + _SLACK)
        by_page[page] = by_page.get(page, "") + found.strip()
    if len(set(by_page.values())) != 1:
        raise ValueError(f"{name} differs between pages")
    return next(iter(by_page.values()))

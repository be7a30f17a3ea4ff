"""QR symbols as runs of dark squares, taken from the matrix of the ``qrcode`` library.

Follows ISO/IEC 18004. The mask is fixed, because weighing all eight costs ten times the drawing and a reader does not
care. Squares and not SVG: the typesetter spends eleven milliseconds on any SVG. Does not: choose what the code says,
or paint.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

_MASK = 3

Run = tuple[int, int, int]
Squares = tuple[int, tuple[Run, ...]]


@lru_cache(maxsize=256)
def squares(content: str) -> Squares:
    """Side in modules and the dark runs ``(x, y, length)`` of ``content``; equal content gives equal runs."""
    rows = _matrix(content)
    return len(rows), tuple(run for y, row in enumerate(rows) for run in _runs(y, row))


def _matrix(content: str) -> list[list[bool]]:
    code = QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=_MASK, border=0)
    code.add_data(content)
    code.make(fit=True)
    return [[bool(module) for module in row] for row in code.modules]


def _runs(y: int, row: list[bool]) -> list[Run]:
    """Dark runs of one row: far fewer shapes than one square for each module."""
    out: list[Run] = []
    x = 0
    for is_dark, group in groupby(row):
        length = len(list(group))
        if is_dark:
            out.append((x, y, length))
        x += length
    return out

"""The visible words of a signature, drawn into its cell.

Four entries (Ký bởi, Chức danh, Thời gian ký, Serial), wrapped to the cell's width, and the name once more at its foot
where a pen would have left it. The size steps down from 9 pt until all fits; nothing is cut off or laid over
something else. Uses the prepared stamp font only. Does not: decide what is said.
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from datetime import timedelta, timezone

from backend.adapters.pdf.fonts import StampFont
from backend.domain.signing import Stamp

VIETNAM = timezone(timedelta(hours=7))

_SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5, 5.0, 4.5, 4.0)
_LEADING = 1.16
_MARGIN = 2.5
_UNKNOWN = "?"
_INK = b"0.05 0.16 0.45"


def appearance(stamp: Stamp, width: float, height: float, font: StampFont, font_number: int) -> bytes:
    """A form XObject, ``width`` by ``height`` points, showing ``stamp``."""
    drawn = zlib.compress(_content(stamp, width, height, font), 6)
    return (
        b"<</Type/XObject/Subtype/Form/BBox[0 0 %.2f %.2f]/Resources<</Font<</Stamp %d 0 R>>>>"
        b"/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream"
    ) % (width, height, font_number, len(drawn), drawn)


def words(stamp: Stamp) -> tuple[str, str, str, str]:
    """The four entries of the stamp, in Vietnam time."""
    at = stamp.at.astimezone(VIETNAM)
    return (
        f"Ký bởi: {stamp.name}",
        f"Chức danh: {stamp.title}",
        f"Thời gian ký: {at:%d/%m/%Y} {at:%H:%M:%S} +07:00",
        f"Serial: {stamp.serial_tail}",
    )


def _content(stamp: Stamp, width: float, height: float, font: StampFont) -> bytes:
    size, lines, foot = _fit(stamp, width - 2 * _MARGIN, height - 2 * _MARGIN, font)
    step = size * _LEADING
    out = [b"q\n%b RG 0.6 w 0.8 0.8 %.2f %.2f re S\n%b rg\nBT\n" % (_INK, width - 1.6, height - 1.6, _INK)]
    out.append(b"/Stamp %.1f Tf %.2f TL\n1 0 0 1 %.2f %.2f Tm\n" % (size, step, _MARGIN, height - _MARGIN - size * 0.9))
    out.extend(b"<%b> Tj T*\n" % _glyphs(line, font) for line in lines)
    for index, line in enumerate(reversed(foot)):
        left = (width - _width(line, font, size)) / 2
        out.append(b"2 Tr 0.12 w\n1 0 0 1 %.2f %.2f Tm\n" % (left, _MARGIN + size * 0.3 + index * step))
        out.append(b"<%b> Tj\n" % _glyphs(line, font))
    out.append(b"ET\nQ")
    return b"".join(out)


def _fit(stamp: Stamp, width: float, height: float, font: StampFont) -> tuple[float, list[str], list[str]]:
    """The largest size at which every word has its place; the smallest one when none does."""
    for size in _SIZES:
        lines = [line for entry in words(stamp) for line in _wrap(entry, width, size, font)]
        foot = list(_wrap(stamp.name, width, size, font))
        gap = 0.5
        if (len(lines) + len(foot) + gap) * size * _LEADING <= height:
            break
    return size, lines, foot


def _wrap(text: str, width: float, size: float, font: StampFont) -> Iterator[str]:
    line = ""
    for word in _pieces(text.split(), width, size, font):
        longer = f"{line} {word}" if line else word
        if line and _width(longer, font, size) > width:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line


def _pieces(parts: Sequence[str], width: float, size: float, font: StampFont) -> Iterator[str]:
    """Words, a word longer than a line cut into pieces that fit."""
    for part in parts:
        while _width(part, font, size) > width and len(part) > 1:
            cut = next(n for n in range(len(part) - 1, 0, -1) if n == 1 or _width(part[:n], font, size) <= width)
            yield part[:cut]
            part = part[cut:]
        yield part


def _glyph(character: str, font: StampFont) -> tuple[int, int]:
    return font.glyphs.get(character) or font.glyphs[_UNKNOWN]


def _width(text: str, font: StampFont, size: float) -> float:
    return sum(_glyph(character, font)[1] for character in unicodedata.normalize("NFC", text)) * size / 1000


def _glyphs(text: str, font: StampFont) -> bytes:
    return b"".join(b"%04X" % _glyph(character, font)[0] for character in unicodedata.normalize("NFC", text))

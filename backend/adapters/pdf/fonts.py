"""The fonts of the paper: Tinos for the pages, and a small Vietnamese cut of it, prepared once, for the stamps.

Tinos is metric-compatible with Times New Roman and complete in Vietnamese. The files come from the front end's npm
package and are never committed: run ``python -m backend.adapters.pdf.fonts`` after ``npm ci``.

A stamp font that is cut and described beforehand is what makes signing fast: at signing time a name is looked up in a
table of glyph numbers, and no font is opened. Does not: draw anything.
"""

from __future__ import annotations

import json
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from pathlib import Path

FOLDER = Path(__file__).parent / "fonts"
SOURCE = Path(__file__).parents[3] / "pwa" / "node_modules" / "@expo-google-fonts" / "tinos"
PAGE_FONTS = ("Tinos_400Regular.ttf", "Tinos_400Regular_Italic.ttf", "Tinos_700Bold.ttf", "Tinos_700Bold_Italic.ttf")
STAMP_FONT = "stamp.json"
PRINTABLE = "printable.json"

_PAGE_RANGES = (
    (0x20, 0x24F),
    (0x300, 0x3FF),
    (0x1E00, 0x1EFF),
    (0x2000, 0x206F),
    (0x20A0, 0x20BF),
    (0x2100, 0x214F),
    (0x2190, 0x22FF),
)
_STAMP_RANGES = (
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x1A0, 0x1A1),
    (0x1AF, 0x1B0),
    (0x1EA0, 0x1EF9),
    (0x2013, 0x2014),
    (0x2018, 0x201D),
    (0x2026, 0x2026),
)


class FontsMissing(RuntimeError):
    """The fonts were not copied. Recover: ``npm ci`` in pwa/, then ``python -m backend.adapters.pdf.fonts``."""


@dataclass(frozen=True, slots=True)
class StampFont:
    """A font cut to Vietnamese with everything a PDF needs to say about it."""

    program: bytes
    """TrueType file, deflated."""
    program_length: int
    """Length of the TrueType file before deflating."""
    glyphs: Mapping[str, tuple[int, int]]
    """Character to (glyph number, width in thousandths of the size)."""
    descriptor: str
    """Inside of the PDF font descriptor, without the reference to the program."""
    widths: str
    """PDF ``/W`` array."""
    to_unicode: bytes
    """The CMap that lets the stamp's words be searched, deflated."""


def page_font_folder() -> Path:
    """Where the page fonts are. Raises ``FontsMissing``."""
    for name in (*PAGE_FONTS, STAMP_FONT, PRINTABLE):
        if not (FOLDER / name).is_file():
            raise FontsMissing(f"font {name} is missing: run npm ci in pwa/, then python -m backend.adapters.pdf.fonts")
    return FOLDER


@lru_cache(maxsize=1)
def stamp_font() -> StampFont:
    """The prepared stamp font. Raises ``FontsMissing``."""
    facts = json.loads((page_font_folder() / STAMP_FONT).read_text(encoding="utf-8"))
    return StampFont(
        program=bytes.fromhex(facts["program"]),
        program_length=facts["program_length"],
        glyphs={character: (glyph, width) for character, (glyph, width) in facts["glyphs"].items()},
        descriptor=facts["descriptor"],
        widths=facts["widths"],
        to_unicode=bytes.fromhex(facts["to_unicode"]),
    )


@lru_cache(maxsize=1)
def printable() -> frozenset[int]:
    """Code points that every page font can draw. Raises ``FontsMissing``."""
    return frozenset(json.loads((page_font_folder() / PRINTABLE).read_text(encoding="utf-8")))


def install(source: Path = SOURCE, folder: Path = FOLDER) -> None:
    """Cut the page fonts and the stamp font. Raises ``FontsMissing``."""
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    for name in PAGE_FONTS:
        (folder / name).write_bytes(_page_cut(_find(source, name)))
    (folder / PRINTABLE).write_text(json.dumps(_shared_characters(folder)), encoding="utf-8")
    (folder / STAMP_FONT).write_text(json.dumps(_cut(folder / PAGE_FONTS[0])), encoding="utf-8")


def _find(source: Path, name: str) -> Path:
    found = sorted(source.rglob(name))
    if not found:
        raise FontsMissing(f"{name} is not under {source}: run npm ci in pwa/ first")
    return found[0]


def _shared_characters(folder: Path) -> list[int]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # slow, and only this command needs it

    fonts = [TTFont(folder / name) for name in PAGE_FONTS]
    return sorted(set.intersection(*(set(font.getBestCmap()) for font in fonts)))


def _page_cut(path: Path) -> bytes:
    """All Latin, Greek and signs without screen hinting: every form's file is a quarter smaller for it."""
    _, program = _subset(path, _PAGE_RANGES, ["kern", "mark", "mkmk"])
    return program


def _cut(path: Path) -> dict[str, object]:
    font, program = _subset(path, _STAMP_RANGES, [], by_width=True)
    return _describe(font, program)


def _subset(
    path: Path, ranges: Sequence[tuple[int, int]], features: list[str], *, by_width: bool = False
) -> tuple[object, bytes]:
    """The font and its bytes. ``by_width``: glyphs of one width stand together, so that a file says it once."""
    from fontTools import subset  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.reorderGlyphs import reorderGlyphs  # type: ignore[import-untyped]

    font = TTFont(path)
    options = subset.Options(hinting=False, layout_features=features, notdef_outline=True, name_IDs=[1, 2, 6])
    options.drop_tables += ["DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=[code for first, last in ranges for code in range(first, last + 1)])
    cutter.subset(font)
    if by_width:
        for name in font.getGlyphOrder():
            # Those made of others know them by number until they are read wholly.
            font["glyf"][name].expand(font["glyf"])
        # What a character without a glyph is drawn as stays the first.
        first, *others = font.getGlyphOrder()
        reorderGlyphs(font, [first, *sorted(others, key=lambda name: (font["hmtx"][name][0], name))])
    font["head"].modified = font["head"].created  # the same font must give the same bytes on every machine
    font.recalcTimestamp = False
    file = BytesIO()
    font.save(file)
    return font, file.getvalue()


def _describe(font: object, program: bytes) -> dict[str, object]:
    per_em = font["head"].unitsPerEm  # type: ignore[index]

    def thousandths(value: int) -> int:
        return int(value * 1000 / per_em + 0.5)

    metrics = font["hmtx"].metrics  # type: ignore[index]
    order = font.getGlyphOrder()  # type: ignore[attr-defined]
    number = {name: index for index, name in enumerate(order)}
    cmap = font.getBestCmap()  # type: ignore[attr-defined]
    widths = [thousandths(metrics[name][0]) for name in order]
    box = " ".join(str(thousandths(getattr(font["head"], key))) for key in ("xMin", "yMin", "xMax", "yMax"))  # type: ignore[index]
    line = font["hhea"]  # type: ignore[index]
    return {
        "program": zlib.compress(program, 9).hex(),
        "program_length": len(program),
        "glyphs": {chr(code): [number[name], widths[number[name]]] for code, name in cmap.items()},
        "descriptor": (
            f"/Flags 4/FontBBox[{box}]/ItalicAngle 0/Ascent {thousandths(line.ascent)}"
            f"/Descent {thousandths(line.descent)}/CapHeight 655/StemV 95"
        ),
        "widths": "[" + " ".join(_runs(widths)) + "]",
        "to_unicode": zlib.compress(_to_unicode({number[name]: code for code, name in sorted(cmap.items())}), 9).hex(),
    }


def _runs(widths: Sequence[int]) -> Iterator[str]:
    """First and last glyph of every run of one width, and the width (ISO 32000-1 §9.7.4.3)."""
    for width, run in groupby(enumerate(widths), key=lambda each: each[1]):
        numbers = [number for number, _ in run]
        yield f"{numbers[0]} {numbers[-1]} {width}"


def _to_unicode(codes: Mapping[int, int]) -> bytes:
    rows = [f"<{glyph:04X}><{code:04X}>" for glyph, code in sorted(codes.items())]
    blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]  # the CMap format allows a hundred in a block
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n/CMapName/Adobe-Identity-UCS def\n"
        "/CMapType 2 def\n1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict/CMap defineresource pop\nend\nend"
    ).encode("ascii")


if __name__ == "__main__":
    try:
        install()
    except FontsMissing as error:
        sys.exit(f"error: {error}")

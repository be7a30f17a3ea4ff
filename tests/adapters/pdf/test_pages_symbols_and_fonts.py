"""Pictures of pages, the QR symbol, and the fonts they all need."""

from __future__ import annotations

import unicodedata
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from qrcode.main import QRCode

from backend.adapters.pdf import fonts
from backend.adapters.pdf.forms import TypstForms
from backend.adapters.pdf.pages import PageNotThere, WebpPages
from backend.adapters.pdf.qr import squares
from tests.adapters.pdf.conftest import FORM, SignedForm
from tests.adapters.pdf.papers import payment_order


def test_a_page_is_a_webp_of_the_asked_width(signed: SignedForm, tmp_path: Path) -> None:
    picture = Image.open(BytesIO(WebpPages(tmp_path).webp(signed.twice, 0, 720)))

    assert (picture.format, picture.width) == ("WEBP", 720)
    assert abs(picture.height - 1018) <= 1


def test_pictures_of_signed_files_show_the_stamps_and_nothing_else_new(
    signed: SignedForm, tmp_path: Path, forms: TypstForms
) -> None:
    pages = WebpPages(tmp_path)
    before, after = (Image.open(BytesIO(pages.webp(pdf, 0, 1190))).convert("L") for pdf in (signed.blank, signed.once))

    # each picture has its own palette, so a grey may shift a little everywhere
    changed = ImageChops.difference(before, after).point(lambda value: 255 * (value > 90)).getbbox()

    left, bottom, right, top = forms.cells(FORM, signed.blank)[0].box
    scale = 1190 / 595.2756
    assert changed is not None
    assert left * scale - 2 <= changed[0] < changed[2] <= right * scale + 2
    assert (841.8898 - top) * scale - 2 <= changed[1] < changed[3] <= (841.8898 - bottom) * scale + 2


def test_a_long_form_has_all_its_pages(forms: TypstForms, tmp_path: Path) -> None:
    pages = WebpPages(tmp_path)
    pdf = forms.render(FORM, payment_order(200))

    assert pages.count(pdf) == 5
    assert len({pages.webp(pdf, page, 360) for page in range(5)}) == 5


def test_a_picture_drawn_once_is_remembered_by_content(signed: SignedForm, tmp_path: Path) -> None:
    drawn = WebpPages(tmp_path).webp(signed.twice, 0, 360)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"the kept one")

    assert WebpPages(tmp_path).webp(signed.twice, 0, 360) == b"the kept one"
    assert WebpPages(tmp_path).webp(signed.once, 0, 360) != drawn


def test_the_folder_of_pictures_stays_small(signed: SignedForm, tmp_path: Path) -> None:
    pages = WebpPages(tmp_path, kept=10)

    for width in range(64, 84):
        pages.webp(signed.blank, 0, width)

    assert len(list(tmp_path.iterdir())) <= 10


@pytest.mark.parametrize(("page", "width"), [(1, 720), (-1, 720), (0, 0), (0, 10**6)])
def test_a_page_that_is_not_there_is_refused(page: int, width: int, signed: SignedForm, tmp_path: Path) -> None:
    with pytest.raises(PageNotThere):
        WebpPages(tmp_path).webp(signed.blank, page, width)


@pytest.mark.parametrize("content", ["26110100237", "https://kykhobac.vn/kiem-tra/26110100237", "Ủy nhiệm chi"])
def test_the_symbol_is_that_of_the_qr_library(content: str) -> None:
    code = QRCode(error_correction=0, mask_pattern=3, border=0)  # type: ignore[var-annotated]
    code.add_data(content)
    code.make(fit=True)

    side, runs = squares(content)

    dark = {(x + step, y) for x, y, length in runs for step in range(length)}
    assert dark == {(x, y) for y, row in enumerate(code.modules) for x, module in enumerate(row) if module}
    assert side == len(code.modules)


def test_missing_fonts_are_told_in_one_line_with_the_cure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)

    with pytest.raises(fonts.FontsMissing) as refusal:
        TypstForms()

    assert "python -m backend.adapters.pdf.fonts" in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_fonts_are_prepared_alike_on_every_machine(tmp_path: Path) -> None:
    fonts.install(folder=tmp_path)

    for name in (fonts.STAMP_FONT, fonts.PRINTABLE, *fonts.PAGE_FONTS):
        assert (tmp_path / name).read_bytes() == (fonts.FOLDER / name).read_bytes()


def test_every_vietnamese_letter_is_in_the_stamp_font() -> None:
    letters = "aăâeêioôơuưyđ"
    marked = {letter + mark for letter in letters for mark in "\u0300\u0301\u0303\u0309\u0323"} | set(letters)
    composed = {unicodedata.normalize("NFC", one) for one in marked}

    known = fonts.stamp_font().glyphs

    assert {one for one in composed | {one.upper() for one in composed} if len(one) == 1} <= set(known)

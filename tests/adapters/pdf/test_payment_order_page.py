"""The printed Ủy nhiệm chi: what stands on it, whatever people type, and that equal data give equal bytes."""

from __future__ import annotations

import re
import subprocess
import threading
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from backend.adapters.pdf.forms import FORMS, OddForm, TypstForms
from backend.adapters.pdf.pages import opened
from backend.adapters.pdf.verify import StrictChecker
from backend.domain.errors import Invalid, NotFound
from backend.domain.signing import SignatureCell
from tests.adapters.pdf.papers import payment_order

FORM = "c4_02a_kb"

LABELS = [
    "Không ghi vào",
    "khu vực này",
    "ỦY NHIỆM CHI",
    "CHUYỂN KHOẢN, CHUYỂN TIỀN ĐIỆN TỬ",
    "Lập ngày 22 tháng 11 năm 2026",
    "Mẫu số 16c1",
    "Ký hiệu: C4-02a/KB",
    "Số: 152/UNC",
    "Chuyển khoản",
    "Tiền mặt tại KB",
    "Tiền mặt tại NH",
    "Đơn vị trả tiền: Trường Trung học phổ thông Nguyễn Thị Minh Khai",
    "Địa chỉ: 275 Điện Biên Phủ, phường Xuân Hòa, Thành phố Hồ Chí Minh",
    "Tại Kho bạc Nhà nước (NH): Kho bạc Nhà nước Khu vực II – Phòng Giao dịch số 3 (0114)",
    "Mã TKKT: 3713.0.1091378",
    "Mã ĐVQHNS: 1091378",
    "Mã CTMT, DA và HTCT:",
    "Nội dung thanh toán",
    "Tổng số tiền",
    "(1)",
    "(2)",
    "Tổng cộng",
    "18.690.000",
    "Số tiền ghi bằng chữ: Mười tám triệu sáu trăm chín mươi nghìn đồng",
    "THANH TOÁN CHO ĐƠN VỊ HƯỞNG",
    "Đơn vị nhận tiền: Công ty TNHH Thương mại và Dịch vụ Hưng Thịnh Phát",
    "Tài khoản: 0071001234567",
    "Tại KBNN (NH):",
    "Hoặc người nhận tiền:",
    "Số CMND/CCCD:",
    "Cấp ngày:",
    "Nơi cấp:",
    "KBNN A GHI",
    "Nợ TK:",
    "Có TK:",
    "Mã ĐBHC:",
    "ĐƠN VỊ TRẢ TIỀN",
    "Chủ tài khoản",
    "Bộ phận kiểm soát chi",
    "Kiểm soát",
    "Phụ trách",
    "Bộ phận kế toán ghi sổ",
    "Giám đốc",
    "NGÂN HÀNG A ghi sổ ngày",
    "KBNN B, NGÂN HÀNG B ghi sổ ngày",
    "Mã hồ sơ: 26110100237",
    "Số chứng từ DVC: 26110100237-C402AKB-0001",
    "Trang 1/1",
]


def _text(pdf: bytes) -> str:
    made = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True, timeout=30)
    return re.sub(r"\s+", " ", made.stdout.decode("utf-8"))


@pytest.mark.parametrize("label", LABELS)
def test_the_form_shows(label: str, form_text: str) -> None:
    assert label in form_text


@pytest.fixture(scope="module")
def form_text(forms: TypstForms) -> str:
    return _text(forms.render(FORM, payment_order()))


def test_edition_of_decree_347_changes_the_number_only(forms: TypstForms, form_text: str) -> None:
    newer = _text(forms.render(FORM, payment_order(form_edition="ND347")))

    assert newer == form_text.replace("Mẫu số 16c1", "Mẫu số 17")


def test_an_unknown_edition_is_refused(forms: TypstForms) -> None:
    with pytest.raises(Invalid) as refusal:
        forms.render(FORM, payment_order(form_edition="ND999"))

    assert refusal.value.problems[0].path == "form_edition"


def test_an_unknown_form_is_not_found(forms: TypstForms) -> None:
    with pytest.raises(NotFound):
        forms.render("c9_99", payment_order())


def test_the_file_says_it_is_pdf_a_2b_in_vietnamese(forms: TypstForms) -> None:
    pdf = forms.render(FORM, payment_order())

    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert b"/GTS_PDFA1" in pdf
    assert b"/Lang(vi" in pdf
    assert b"Tinos" in pdf


def test_equal_data_give_equal_bytes_in_any_thread_and_catalog(forms: TypstForms) -> None:
    made: list[bytes] = []

    def render() -> None:
        made.append(forms.render(FORM, payment_order(4)))

    threads = [threading.Thread(target=render) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert {*made, TypstForms().render(FORM, payment_order(4))} == {made[0]}
    assert len(made) == 3


@pytest.mark.parametrize(("lines", "pages"), [(1, 1), (5, 1), (30, 2), (200, 5)])
def test_a_long_table_goes_on_over_pages_with_its_head(forms: TypstForms, lines: int, pages: int) -> None:
    pdf = forms.render(FORM, payment_order(lines))
    text = _text(pdf)

    with opened(pdf) as document:
        assert len(document) == pages
    assert text.count("6.230.000") == lines + (1 if lines == 1 else 0)
    assert f"Trang {pages}/{pages}" in text
    assert text.count("Mã hồ sơ: 26110100237") == pages


@pytest.mark.parametrize("lines", [1, 3, 7, 9, 12, 30, 33, 36, 40, 200])
def test_cells_are_on_the_page_apart_and_over_no_text(forms: TypstForms, lines: int) -> None:
    pdf = forms.render(FORM, payment_order(lines))
    left, right = forms.cells(FORM, pdf)

    assert [left.field_name, right.field_name] == ["KeToanTruong", "ChuTaiKhoan"]
    assert left.page == right.page
    assert left.box[2] <= right.box[0]
    with opened(pdf) as document:
        for cell in (left, right):
            assert 0 < cell.box[0] < cell.box[2] < 595
            assert 0 < cell.box[1] < cell.box[3] < 842
            assert _words_in(document, cell) == ""


def test_each_cell_stands_under_its_title(forms: TypstForms) -> None:
    pdf = forms.render(FORM, payment_order(17))
    with opened(pdf) as document:
        for cell, title in zip(forms.cells(FORM, pdf), ("Kế toán trưởng", "Chủ tài khoản"), strict=True):
            left, _, right, top = cell.box
            above = document[cell.page].get_textpage().get_text_bounded(left, top, right, top + 16)
            assert title in above


def test_where_a_unit_has_no_second_signature_the_chiefs_cell_says_so_and_takes_none(forms: TypstForms) -> None:
    both = forms.render(FORM, payment_order(absent=[]))
    pdf = forms.render(FORM, payment_order(absent=["chief_accountant"]))

    (cell,) = forms.cells(FORM, pdf)
    assert cell == forms.cells(FORM, both)[1]
    assert both == forms.render(FORM, payment_order())
    assert "Kế toán trưởng Không có" in _text(pdf)
    assert "Không có" not in _text(both)


@pytest.mark.parametrize("absent", [["account_holder"], ["chief_accountant", "account_holder"], ["king"], "none"])
def test_a_form_is_not_without_a_signature_that_it_needs(forms: TypstForms, absent: object) -> None:
    with pytest.raises(ValueError):
        forms.render(FORM, payment_order(absent=absent))


HOSTILE = (
    r"""#panic("x") ] $ \ } { */ // <lab> @ref `raw` *đậm* _nghiêng_ = đề "ngoặc" \u{41} #(1+1) \") %s %%EOF endobj"""
)


def test_text_that_looks_like_markup_is_printed_as_it_is(forms: TypstForms) -> None:
    paper = payment_order(1)
    paper["lines"][0]["content"] = HOSTILE
    paper["payee"]["payee_name"] = HOSTILE
    paper["unit_voucher_number"] = '"]#$\\'
    paper["dossier_code"] = '#"\\'

    text = _text(forms.render(FORM, paper)).replace(" ", "")

    assert text.count(HOSTILE.replace(" ", "")) == 2
    assert '"]#$\\' in text


@pytest.mark.parametrize("odd", ["漢", "🙂", "\x00", "\u202e", "\u200b", "\u2028"])
def test_a_character_that_no_font_draws_is_refused_with_its_place(forms: TypstForms, odd: str) -> None:
    paper = payment_order(2)
    paper["lines"][1]["content"] = f"Thanh toán {odd}"

    with pytest.raises(Invalid) as refusal:
        forms.render(FORM, paper)

    assert [problem.path for problem in refusal.value.problems] == ["lines.1.content"]


def test_long_names_wrap_and_stay_inside_their_boxes(forms: TypstForms) -> None:
    paper = payment_order(2)
    paper["payer"]["unit_name"] = "Ban Quản lý dự án đầu tư xây dựng các công trình giao thông " * 3
    paper["payee"]["payee_name"] = "Tổng công ty Đầu tư Phát triển Hạ tầng Đô thị và Khu công nghiệp " * 3
    paper["payee"]["payee_address"] = "thôn Thượng, xã Nguyễn Trãi, huyện Thường Tín, thành phố Hà Nội " * 4
    paper["lines"][0]["content"] = "Thanh toán khối lượng xây lắp hoàn thành đợt 12 gói thầu số 05 " * 8
    paper["unit_voucher_number"] = "W" * 20

    pdf = forms.render(FORM, paper)

    text = _text(pdf)
    assert text.count("gói thầu số 05") == 8
    with opened(pdf) as document:
        for page in document:
            for index in range(page.get_textpage().count_chars()):
                left, _, right, _ = page.get_textpage().get_charbox(index)
                assert 39 <= left <= right <= 562  # 14 mm from the left edge and 12 from the right


def test_codes_of_a_line_are_printed_under_its_content(forms: TypstForms) -> None:
    paper = payment_order(1)
    paper["lines"][0] |= {"economic_item_code": "6552", "chapter_code": "422", "sector_code": "074"}

    assert "Mã NDKT: 6552; Mã chương: 422; Mã ngành KT: 074" in _text(forms.render(FORM, paper))


def test_cash_names_the_receiver_and_leaves_the_payee_line_empty(forms: TypstForms) -> None:
    paper = payment_order(1, payment_method="cash_at_treasury")
    paper["payee"] |= {
        "payee_kind": "cash_person",
        "payee_name": "Lê Thị Hoa",
        "payee_account": None,
        "payee_bank_code": None,
        "payee_bank_name": None,
        "receiver_name": "Lê Thị Hoa",
        "receiver_id_number": "079185001234",
        "receiver_id_date": "2021-06-09",
        "receiver_id_place": "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
    }

    text = _text(forms.render(FORM, paper))

    assert "Hoặc người nhận tiền: Lê Thị Hoa" in text
    assert "Số CMND/CCCD: 079185001234 Cấp ngày: 09/06/2021" in text
    assert "Đơn vị nhận tiền: Địa chỉ:" in text


def test_money_is_read_back_from_the_page_and_not_from_a_description(forms: TypstForms, checker: StrictChecker) -> None:
    paper = payment_order(40)
    paper["lines"][0]["content"] = "Tổng cộng 999.999.999 Tài khoản: 111 Mã hồ sơ: 222"

    read = checker.amounts(forms.render(FORM, paper))

    assert read == {
        "amount": "249.200.000",
        "debit_account": "3713.0.1091378",
        "dossier_code": "26110100237",
        "payee_account": "0071001234567",
    }


def test_rules_are_the_facts_of_the_form(forms: TypstForms) -> None:
    rules: Any = forms.rules(FORM)

    assert rules["symbol"] == "C4-02a/KB"
    assert rules["debit_prefixes"] == ["35", "37", "39"]
    assert [(cell["role"], cell["title"]) for cell in rules["cells"]] == [
        ("chief_accountant", "Kế toán trưởng"),
        ("account_holder", "Chủ tài khoản"),
    ]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("form.toml", None),
        ("form.typ", None),
        ("form.toml", "form_code = 'other'"),
        ("form.toml", "form_code = ["),
        ("form.toml", (FORMS / FORM / "form.toml").read_text("utf-8") + 'absent = "Không có"'),
    ],
)
def test_a_folder_that_is_not_a_whole_form_stops_the_start(tmp_path: Path, file: str, words: str | None) -> None:
    folder = tmp_path / FORM
    folder.mkdir()
    for name in ("form.toml", "form.typ"):
        (folder / name).write_bytes((FORMS / FORM / name).read_bytes())
    if words is None:
        (folder / file).unlink()
    else:
        (folder / file).write_text(words, encoding="utf-8")

    with pytest.raises(OddForm, match=FORM):
        TypstForms(tmp_path)


def test_a_new_form_is_one_new_folder(tmp_path: Path) -> None:
    (tmp_path / "parts.typ").write_bytes((FORMS / "parts.typ").read_bytes())
    folder = tmp_path / "c4_99"
    folder.mkdir()
    toml = (FORMS / FORM / "form.toml").read_text(encoding="utf-8")
    (folder / "form.toml").write_text(toml.replace('"c4_02a_kb"', '"c4_99"'), encoding="utf-8")
    (folder / "form.typ").write_bytes((FORMS / FORM / "form.typ").read_bytes())

    forms = TypstForms(tmp_path)

    assert forms.codes() == ("c4_99",)
    assert len(forms.cells("c4_99", forms.render("c4_99", payment_order()))) == 2


def _words_in(document: pypdfium2.PdfDocument, cell: SignatureCell) -> str:
    left, bottom, right, top = cell.box
    return str(document[cell.page].get_textpage().get_text_bounded(left, bottom, right, top)).strip()

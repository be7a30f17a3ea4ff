"""The two declarations of a registration: what stands on them for a few and for many, and who may sign them when."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from backend.adapters.pdf.fields import fields
from backend.adapters.pdf.forms import TypstForms
from backend.adapters.pdf.pades import PadesSigner
from backend.adapters.pdf.pages import opened
from backend.adapters.pdf.readback import values
from backend.adapters.pdf.revisions import PaperFile
from backend.adapters.pdf.verify import StrictChecker
from backend.domain.errors import Invalid, SignatureRefused
from backend.domain.signing import ExpectedSignature, Stamp, Verdict
from backend.services.ports import DECLARATION
from tests.adapters.pdf.conftest import LATER, MORNING, People
from tests.adapters.pdf.papers import NAMES, declaration

ONLINE, MOBILE = "to_khai_dvc", "to_khai_di_dong"


def _text(pdf: bytes, *options: str) -> str:
    made = subprocess.run(["pdftotext", *options, "-", "-"], input=pdf, capture_output=True, check=True, timeout=30)
    return made.stdout.decode("utf-8")


def _words(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", _text(pdf, "-raw"))


def test_a_voucher_is_no_declaration(forms: TypstForms) -> None:
    assert forms.codes() == ("c4_02a_kb",)
    assert forms.codes(DECLARATION) == (MOBILE, ONLINE)


def test_the_online_declaration_says_everything_in_searchable_vietnamese(forms: TypstForms) -> None:
    words = _words(forms.render(ONLINE, declaration()))

    for said in (
        "TRƯỜNG MẦM NON SAO MAI",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Hải Phòng, ngày 22 tháng 11 năm 2026",
        "ĐĂNG KÝ SỬ DỤNG DỊCH VỤ CÔNG TRỰC TUYẾN",
        "Kính gửi: Kho bạc Nhà nước Lê Chân - Hải Phòng (mã 0064)",
        "Mã hồ sơ: 1990009261122104512",
        "7. Loại đơn vị: Cơ quan thu",
        "1. Nguyễn Thị Hà",
        "Số tài khoản",
        "031175000001, cấp ngày 01/05/2021",
        "5404ffe1a2b3c4d5e6f7081900000001",
        "hiệu lực từ 01/01/2026 đến 01/01/2029",
        "3713.0.1990000, 3713.0.1990001 (đến 31/12/2027)",
        "một hình thức chữ ký số cho tất cả thành viên ký: chữ ký số từ xa",
        "CHỦ TÀI KHOẢN",
        "KHO BẠC NHÀ NƯỚC",
    ):
        assert said in words
    assert "THAY ĐỔI" not in words
    changed = _words(forms.render(ONLINE, declaration(change="THAY ĐỔI", request="Đơn vị đề nghị chấm dứt.")))
    assert "TRỰC TUYẾN THAY ĐỔI" in changed
    assert "Đơn vị đề nghị chấm dứt. I. THÔNG TIN ĐƠN VỊ" in changed


def test_the_mobile_declaration_names_signers_only(forms: TypstForms) -> None:
    words = _words(forms.render(MOBILE, declaration(2)))

    assert f"1. {NAMES[1]}" in words
    assert NAMES[0] not in words
    assert "Đối chiếu số dư" not in words


@pytest.mark.parametrize("code", [ONLINE, MOBILE])
def test_the_superior_body_stands_in_capitals_above_the_units_name_and_leaves_no_gap_where_there_is_none(
    forms: TypstForms, code: str
) -> None:
    without, paper = forms.render(code, declaration()), declaration()
    paper["unit"] = {**paper["unit"], "superior_body": "Phòng Giáo dục và Đào tạo quận Lê Chân"}
    with_it = forms.render(code, paper)

    assert "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO QUẬN LÊ CHÂN TRƯỜNG MẦM NON SAO MAI" in _words(with_it)
    assert [_top(without, "TRƯỜNG"), _top(with_it, "PHÒNG")] == [_top(without, "CỘNG")] * 2


def _top(pdf: bytes, word: str) -> float:
    """Distance of the first such word from the upper edge of its page, in points."""
    found = re.search(rf'yMin="([0-9.]+)"[^>]*>{word}<', _text(pdf, "-bbox"))
    assert found is not None, word
    return round(float(found[1]), 2)


@pytest.mark.parametrize(("code", "members"), [(ONLINE, 1), (ONLINE, 12), (MOBILE, 12)])
def test_everybody_stands_on_the_page_and_every_page_after_the_first_has_its_number(
    forms: TypstForms, code: str, members: int
) -> None:
    pdf = forms.render(code, declaration(members, 14))

    sheets = _text(pdf, "-layout").split("\f")[:-1]
    assert len(re.findall(r"nguoithu\d+@saomai\.example", _text(pdf))) == (members if code == ONLINE else members - 1)
    for number, sheet in enumerate(sheets, 1):
        first_line = sheet.strip("\n").splitlines()[0].strip()
        assert (first_line == str(number)) == (number > 1)
    with opened(pdf) as document:
        assert len(document) == len(sheets)
        width, height = document[0].get_size()
    assert (round(width), round(height)) == (595, 842)


@pytest.mark.parametrize("code", [ONLINE, MOBILE])
def test_a_declaration_is_pdf_a_with_equal_bytes_and_its_codes_read_back(forms: TypstForms, code: str) -> None:
    pdf = forms.render(code, declaration(12, 60))

    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in pdf
    assert TypstForms().render(code, declaration(12, 60)) == pdf
    assert values(pdf) == {"dossier_code": "1990009261122104512", "budget_relation_code": "1990009"}


def test_a_name_that_cannot_be_printed_is_named_by_its_field(forms: TypstForms) -> None:
    paper = declaration()
    paper["members"][1]["full_name"] = "Nguyễn 漢"

    with pytest.raises(Invalid) as refused:
        forms.render(ONLINE, paper)

    assert "members.1.full_name" in {problem.path for problem in refused.value.problems}


@pytest.mark.parametrize("code", [ONLINE, MOBILE])
def test_the_units_signature_holds_after_the_treasurys_and_nothing_follows(
    forms: TypstForms, signer: PadesSigner, people: People, checker: StrictChecker, tmp_path: Path, code: str
) -> None:
    blank = forms.render(code, declaration(12))
    unit, treasury = forms.cells(code, blank)
    stamp = Stamp("Trần Văn Bình", "TUQ. Chủ tài khoản", MORNING, "1A2B3C4D")
    first = signer.prepare(blank, unit, stamp, people.holder.der, first=True, last=False)
    once = signer.embed(first, people.holder.signs(first.digest), people.holder.der, people.chain)
    seal = Stamp("Kho bạc Nhà nước Lê Chân", "Kiểm soát: Vũ Thị Mai; phê duyệt: Đỗ Văn Sơn", LATER, "0A0B0C0D")
    second = signer.prepare(once, treasury, seal, people.chief.der, first=False, last=True)
    twice = signer.embed(second, people.chief.signs(second.digest), people.chief.der, people.chain)

    expected = [
        ExpectedSignature("ChuTaiKhoan", people.holder.fingerprint),
        ExpectedSignature("KhoBacNhaNuoc", people.chief.fingerprint),
    ]
    assert checker.check(once, expected[:1]).verdict is Verdict.VALID
    assert checker.check(once, expected).verdict is Verdict.MISSING_SIGNATURE
    assert checker.check(twice, expected).verdict is Verdict.VALID
    assert all(field.is_signed for field in fields(PaperFile(twice)))
    with pytest.raises(SignatureRefused):
        signer.prepare(blank, treasury, seal, people.chief.der, first=True, last=False)
    (tmp_path / "twice.pdf").write_bytes(twice)
    said = subprocess.run(["pdfsig", "-nocert", tmp_path / "twice.pdf"], capture_output=True, text=True, check=True)
    assert said.stdout.count("Signature is Valid.") == 2

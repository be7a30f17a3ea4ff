"""A form signed twice is accepted by three readers that are not ours, and stays what the persons saw."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from asn1crypto import cms, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from backend.adapters.pdf import pades
from backend.adapters.pdf.fields import Field
from backend.adapters.pdf.forms import TypstForms
from backend.adapters.pdf.pades import Level, PadesSigner
from backend.adapters.pdf.pages import opened
from backend.adapters.pdf.verify import StrictChecker
from backend.domain.errors import SignatureRefused
from backend.domain.signing import ExpectedSignature, SignatureCell, Stamp, Verdict
from tests.adapters.pdf.attacks import signed_bytes
from tests.adapters.pdf.conftest import FORM, LATER, People, SignedForm, chief_stamp, holder_stamp
from tests.adapters.pdf.papers import payment_order
from tests.adapters.pdf.pki import issue

Cells = tuple[SignatureCell, SignatureCell]


def test_our_own_check_calls_it_valid(
    signed: SignedForm, checker: StrictChecker, expected: list[ExpectedSignature]
) -> None:
    checked = checker.check(signed.twice, expected)

    assert (checked.verdict, checked.reason) == (Verdict.VALID, "Hợp lệ – văn bản nguyên vẹn, đủ chữ ký.")
    assert [one.signer for one in checked.signatures] == ["Nguyễn Thị Minh Phương", "Trần Văn Bình"]
    assert checked.signatures[1].signed_at == LATER
    assert checker.check(signed.once, expected[:1]).verdict is Verdict.VALID


def test_pyhanko_accepts_both_and_sees_certification_and_lock(signed: SignedForm, people: People) -> None:
    roots = [x509.Certificate.load(people.root.der)]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=LATER)
    first, second = PdfFileReader(BytesIO(signed.twice)).embedded_signatures

    for one in (first, second):
        status = validate_pdf_signature(one, context)
        assert status.bottom_line
        assert status.pkcs7_signature_mechanism == "sha256_rsa"
    assert first.docmdp_level is MDPPerm.FILL_FORMS
    assert second.docmdp_level is MDPPerm.NO_CHANGES
    assert first.evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_REVISION
    assert second.evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE


def test_pdfsig_accepts_both(signed: SignedForm, tmp_path: Path) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed.twice)

    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=True, timeout=60).stdout

    assert said.count("Signature is Valid.") == 2
    assert said.count("ETSI.CAdES.detached") == 2
    assert "Total document signed" in said.split("Signature #2")[1]


@pytest.mark.parametrize("index", [0, 1])
def test_openssl_accepts_the_extracted_cms(signed: SignedForm, people: People, tmp_path: Path, index: int) -> None:
    content, container = signed_bytes(signed.twice, index)
    (tmp_path / "content").write_bytes(content)
    (tmp_path / "cms.der").write_bytes(cms.ContentInfo.load(container).dump())
    (tmp_path / "root.pem").write_bytes(people.root.pem)

    said = subprocess.run(
        [
            "openssl",
            "cms",
            "-verify",
            "-binary",
            "-cades",
            "-inform",
            "DER",
            "-purpose",
            "any",
            "-out",
            "/dev/null",
            "-in",
            tmp_path / "cms.der",
            "-content",
            tmp_path / "content",
            "-CAfile",
            tmp_path / "root.pem",
        ],
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert said.returncode == 0, said.stderr


def test_cms_follows_the_pades_baseline(signed: SignedForm, people: People) -> None:
    _, container = signed_bytes(signed.twice, 0)
    read = cms.ContentInfo.load(container)
    signer = read["content"]["signer_infos"][0]

    assert read.dump(force=True) == container[: len(read.dump())]
    assert {attribute["type"].native for attribute in signer["signed_attrs"]} == {
        "content_type",
        "message_digest",
        "signing_certificate_v2",
        "cms_algorithm_protection",
    }
    assert {one.chosen.dump() for one in read["content"]["certificates"]} == {people.chief.der, *people.chain}


def test_each_signature_only_appends(signed: SignedForm) -> None:
    assert signed.once.startswith(signed.blank)
    assert signed.twice.startswith(signed.once)


def test_the_digest_to_sign_is_that_of_the_stored_attributes(signed: SignedForm) -> None:
    start, end = signed.second.byte_range
    outside = signed.second.pdf[:start] + signed.second.pdf[end:]

    assert signed.second.document_digest == hashlib.sha256(outside).digest()
    assert signed.second.digest == hashlib.sha256(signed.second.signed_attributes).digest()
    _, container = signed_bytes(signed.twice, 1)
    assert b"\xa0" + signed.second.signed_attributes[1:] in container


def test_both_halves_give_the_same_bytes_again(
    signed: SignedForm, signer: PadesSigner, people: People, forms: TypstForms
) -> None:
    cell = forms.cells(FORM, signed.once)[1]

    again = signer.prepare(signed.once, cell, holder_stamp(), people.holder.der, first=False, last=True)

    assert again == signed.second
    signature = people.holder.signs(again.digest)
    assert signer.embed(again, signature, people.holder.der, people.chain) == signed.twice


def test_stamps_are_on_the_page_with_the_four_entries(signed: SignedForm, forms: TypstForms) -> None:
    said = subprocess.run(["pdftotext", "-raw", "-", "-"], input=signed.twice, capture_output=True, check=True).stdout
    text = " ".join(said.decode("utf-8").split())

    assert "Ký bởi: Nguyễn Thị Minh Phương Chức danh: Kế toán trưởng" in text
    assert "Thời gian ký: 22/11/2026 09:15:30 +07:00 Serial: 7F2A91C0" in text
    assert "Ký bởi: Trần Văn Bình Chức danh: TUQ. Chủ tài khoản" in text
    assert "Thời gian ký: 22/11/2026 10:20:01 +07:00 Serial: 1A2B3C4D" in text


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Lý An", "Kế toán trưởng"),
        ("Công Tằng Tôn Nữ Nguyễn Thị Hoàng Phương Quỳnh Như Trâm Anh", "KT. Kế toán trưởng"),
        ("Nguyễn" * 12, "TUQ. Chủ tài khoản, Phó Giám đốc phụ trách tài chính và đầu tư xây dựng cơ bản"),
        ("Ňame 漢字", "Kế toán trưởng"),
    ],
)
def test_a_stamp_of_any_length_stays_in_its_cell(
    name: str, title: str, signer: PadesSigner, people: People, forms: TypstForms
) -> None:
    blank = forms.render(FORM, payment_order())
    cell = forms.cells(FORM, blank)[0]
    stamp = Stamp(name, title, LATER, "0A0B0C0D")

    prepared = signer.prepare(blank, cell, stamp, people.chief.der, first=True, last=False)

    left, bottom, right, top = cell.box
    drawn = _flattened_characters(prepared.pdf, cell.page)
    fresh = drawn - _flattened_characters(blank, cell.page)
    assert len(fresh) > 60
    assert all(left <= x0 and x1 <= right and bottom <= y0 and y1 <= top for x0, y0, x1, y1 in fresh)


def test_stamp_lines_do_not_lie_over_one_another(signed: SignedForm, forms: TypstForms) -> None:
    fresh = _flattened_characters(signed.once, 0) - _flattened_characters(signed.blank, 0)
    boxes = sorted(fresh)

    for index, (left, bottom, right, top) in enumerate(boxes):
        for other_left, other_bottom, other_right, other_top in boxes[index + 1 :]:
            wide = min(right, other_right) - max(left, other_left)
            high = min(top, other_top) - max(bottom, other_bottom)
            assert wide < 1.2 or high < 1.2


@pytest.mark.fault("F25")
def test_a_chain_too_long_for_its_room_loses_its_root_end_only(
    signer: PadesSigner, people: People, signed: SignedForm, checker: StrictChecker, expected: list[ExpectedSignature]
) -> None:
    extra = [issue(f"Cross {number}", authority=True, bits=4096).der for number in range(8)]
    signature = people.holder.signs(signed.second.digest)

    file = signer.embed(signed.second, signature, people.holder.der, [*people.chain, *extra])

    assert checker.check(file, expected).verdict is Verdict.VALID
    kept = cms.ContentInfo.load(signed_bytes(file, 1)[1])["content"]["certificates"]
    assert {people.holder.der, *people.chain} <= {one.chosen.dump() for one in kept}
    assert len(kept) < 11


def test_level_b_t_keeps_room_for_a_timestamp_and_embeds_it_unsigned(
    people: People, signed: SignedForm, forms: TypstForms
) -> None:
    signer = PadesSigner(Level.B_T)
    token = cms.ContentInfo({"content_type": "data", "content": b"a token of a time stamping authority"}).dump()
    cell = forms.cells(FORM, signed.once)[1]
    prepared = signer.prepare(signed.once, cell, holder_stamp(), people.holder.der, first=False, last=True)

    file = signer.embed(
        prepared, people.holder.signs(prepared.digest), people.holder.der, people.chain, timestamp=token
    )

    signer_info = cms.ContentInfo.load(signed_bytes(file, 1)[1])["content"]["signer_infos"][0]
    assert signer_info["unsigned_attrs"][0]["type"].native == "signature_time_stamp_token"
    assert signer_info["signed_attrs"].untag().dump() == prepared.signed_attributes
    assert prepared.byte_range[1] - prepared.byte_range[0] == 2 * 24 * 1024 + 2


@pytest.mark.parametrize(
    ("step", "index", "first", "last"),
    [
        ("blank", 0, False, False),
        ("once", 1, True, True),
        ("once", 1, False, False),
        ("blank", 0, True, True),
        ("once", 0, False, False),
        ("twice", 1, False, True),
    ],
    ids=["not certified", "certified twice", "left open", "locked early", "cell taken", "after the lock"],
)
def test_a_signature_at_the_wrong_point_of_the_route_is_refused(
    step: str,
    index: int,
    first: bool,
    last: bool,
    signed: SignedForm,
    signer: PadesSigner,
    people: People,
    cells: Cells,
) -> None:
    with pytest.raises(SignatureRefused):
        signer.prepare(getattr(signed, step), cells[index], chief_stamp(), people.chief.der, first=first, last=last)


def test_a_cell_of_another_place_is_refused(
    signed: SignedForm, signer: PadesSigner, people: People, cells: Cells
) -> None:
    moved = replace(cells[0], box=(0.0, 0.0, 100.0, 100.0))

    with pytest.raises(SignatureRefused):
        signer.prepare(signed.blank, moved, chief_stamp(), people.chief.der, first=True, last=False)


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n%%EOF", b"hello"])
def test_a_file_that_is_no_form_of_ours_is_refused(
    junk: bytes, signer: PadesSigner, people: People, cells: Cells
) -> None:
    with pytest.raises(SignatureRefused):
        signer.prepare(junk, cells[0], chief_stamp(), people.chief.der, first=True, last=False)


def test_long_forms_sign_as_well(
    forms: TypstForms, sign_both: Callable[..., SignedForm], checker: StrictChecker, expected: list[ExpectedSignature]
) -> None:
    signed = sign_both(forms.render(FORM, payment_order(200)))

    assert checker.check(signed.twice, expected).verdict is Verdict.VALID


def test_pages_of_a_signed_file_show_its_stamps(signed: SignedForm) -> None:
    with opened(signed.blank) as before:
        blank = before[0].render(may_draw_forms=True).to_pil().tobytes()
    with opened(signed.once) as after:
        assert after[0].render(may_draw_forms=True).to_pil().tobytes() != blank


def test_stamp_times_are_vietnamese_whatever_the_zone(
    signer: PadesSigner, people: People, signed: SignedForm, cells: Cells
) -> None:
    midnight = replace(chief_stamp(), at=datetime(2026, 12, 31, 17, 0, 0, tzinfo=UTC))

    prepared = signer.prepare(signed.blank, cells[0], midnight, people.chief.der, first=True, last=False)

    assert b"/M(D:20270101000000+07'00')" in prepared.pdf


@pytest.fixture(scope="module")
def cells(forms: TypstForms, signed: SignedForm) -> Cells:
    left, right = forms.cells(FORM, signed.blank)
    return left, right


def _flattened_characters(pdf: bytes, page: int) -> set[tuple[float, float, float, float]]:
    """Boxes of all characters, those of annotations included, as pdfium's own flattening shows them."""
    with opened(pdf) as document:
        document[page].flatten()
        text = document[page].get_textpage()
        return {
            tuple(round(number, 1) for number in text.get_charbox(index))  # type: ignore[misc]
            for index in range(text.count_chars())
            if text.get_text_range(index, 1).strip()
        }


def test_where_nobody_gives_the_second_signature_the_one_certifies_and_locks(
    forms: TypstForms, signer: PadesSigner, people: People, checker: StrictChecker, expected: list[ExpectedSignature]
) -> None:
    blank = forms.render(FORM, payment_order(absent=["chief_accountant"]))
    (cell,) = forms.cells(FORM, blank)
    prepared = signer.prepare(blank, cell, holder_stamp(), people.holder.der, first=True, last=True)
    signed = signer.embed(prepared, people.holder.signs(prepared.digest), people.holder.der, people.chain)

    (only,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(people.root.der)], allow_fetching=False, moment=LATER
    )
    assert validate_pdf_signature(only, context).bottom_line
    assert only.docmdp_level is MDPPerm.FILL_FORMS
    assert only.fieldmdp is not None
    assert only.evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE
    assert checker.check(signed, expected[1:]).verdict is Verdict.VALID
    assert checker.check(blank, expected[1:]).verdict is Verdict.MISSING_SIGNATURE
    assert checker.check(signed, expected).verdict is Verdict.MISSING_SIGNATURE
    other = [ExpectedSignature("ChuTaiKhoan", people.mallory.fingerprint)]
    assert checker.check(signed, other).verdict is Verdict.WRONG_SIGNER


def test_the_account_holder_does_not_sign_alone_where_the_form_waits_for_two(
    forms: TypstForms,
    signer: PadesSigner,
    people: People,
    checker: StrictChecker,
    expected: list[ExpectedSignature],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    blank = forms.render(FORM, payment_order())
    cell = forms.cells(FORM, blank)[1]

    with pytest.raises(SignatureRefused):
        signer.prepare(blank, cell, holder_stamp(), people.holder.der, first=True, last=True)

    def whatever_is_asked(fields: list[Field], wanted: SignatureCell, **_: bool) -> Field:
        return next(field for field in fields if field.cell == wanted)

    # The same by a signer that was told to look away.
    monkeypatch.setattr(pades, "_cell_of", whatever_is_asked)
    prepared = signer.prepare(blank, cell, holder_stamp(), people.holder.der, first=True, last=True)
    alone = signer.embed(prepared, people.holder.signs(prepared.digest), people.holder.der, people.chain)
    assert checker.check(alone, expected[1:]).verdict is Verdict.ALTERED

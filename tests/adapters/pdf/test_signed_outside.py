"""A declaration signed by other software: accepted when nothing but its signature was added, in its own place."""

from __future__ import annotations

import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, append_signature_field

from backend.adapters.pdf.fields import fields
from backend.adapters.pdf.forms import TypstForms
from backend.adapters.pdf.pades import PadesSigner
from backend.adapters.pdf.pages import outlines
from backend.adapters.pdf.readback import values
from backend.adapters.pdf.revisions import PaperFile, reference, references
from backend.adapters.pdf.verify import StrictChecker
from backend.domain.errors import SignatureRefused
from backend.domain.signing import ExpectedSignature, Stamp, Verdict
from tests.adapters.pdf.conftest import People
from tests.adapters.pdf.papers import declaration, payment_order
from tests.support.token import IN_ITS_PLACE, Change, signs_by_hand, signs_with_a_token, signs_with_pdfsig

FORM = "to_khai_dvc"


@pytest.fixture(scope="module")
def blank(forms: TypstForms) -> bytes:
    return forms.render(FORM, declaration())


@pytest.fixture
def by_holder(people: People) -> list[ExpectedSignature]:
    return [ExpectedSignature("ChuTaiKhoan", people.holder.fingerprint, outside=True)]


@pytest.fixture(
    params=[
        "pyHanko",
        "pyHanko, certifying",
        "pyHanko, packed",
        "pdfsig",
        "pdfsig, CAdES",
        "by hand",
        "by hand, unseen",
    ]
)
def once(request: pytest.FixtureRequest, blank: bytes, people: People) -> bytes:
    """The declaration as different software signs it."""
    software, _, way = request.param.partition(", ")
    if software == "pdfsig":
        options = [*IN_ITS_PLACE, "-etsi"] if way else []
        return signs_with_pdfsig(blank, people.holder, [people.ca, people.root], *options)
    if software == "by hand":
        return signs_by_hand(blank, people.holder, people.chain, more=_unseen(blank) if way else {})
    certifying = {"certify": True, "docmdp_permissions": MDPPerm.FILL_FORMS} if way == "certifying" else {}
    change = _packed if way == "packed" else None
    return signs_with_a_token(blank, people.holder, people.chain, change=change, **certifying)  # type: ignore[arg-type]


def test_it_is_valid_and_stays_so_under_the_treasurys_signature(
    once: bytes,
    blank: bytes,
    forms: TypstForms,
    signer: PadesSigner,
    people: People,
    checker: StrictChecker,
    by_holder: list[ExpectedSignature],
    tmp_path: Path,
) -> None:
    assert checker.check(once, by_holder).verdict is Verdict.VALID
    assert values(once)["dossier_code"] == "1990009261122104512"
    assert forms.cells(FORM, once) == forms.cells(FORM, blank)

    _, treasury = forms.cells(FORM, once)
    seal = Stamp("Kho bạc Nhà nước Lê Chân", "Phê duyệt: Đỗ Văn Sơn", datetime.now(UTC), "0A0B0C0D")
    prepared = signer.prepare(once, treasury, seal, people.chief.der, first=False, last=True)
    twice = signer.embed(prepared, people.chief.signs(prepared.digest), people.chief.der, people.chain)
    both = [*by_holder, ExpectedSignature("KhoBacNhaNuoc", people.chief.fingerprint)]
    assert checker.check(twice, both).verdict is Verdict.VALID
    assert checker.check(once, both).verdict is Verdict.MISSING_SIGNATURE
    (tmp_path / "twice.pdf").write_bytes(twice)
    said = subprocess.run(["pdfsig", "-nocert", tmp_path / "twice.pdf"], capture_output=True, text=True, check=True)
    assert said.stdout.count("Signature is Valid.") == 2

    assert checker.check(twice + b"%more\n", both).verdict is Verdict.ALTERED
    later = signs_with_a_token(once, people.holder, people.chain, "KhoBacNhaNuoc")
    assert checker.check(later, both).verdict is Verdict.ALTERED


def test_it_is_accepted_only_where_other_software_is_expected(
    blank: bytes, forms: TypstForms, people: People, checker: StrictChecker
) -> None:
    once = signs_with_a_token(blank, people.holder, people.chain)
    assert checker.check(once, [ExpectedSignature("ChuTaiKhoan", people.holder.fingerprint)]).verdict is Verdict.ALTERED
    voucher = signs_with_a_token(forms.render("c4_02a_kb", payment_order()), people.chief, people.chain, "KeToanTruong")
    assert checker.check(voucher, [ExpectedSignature("KeToanTruong", people.chief.fingerprint)]).verdict is (
        Verdict.ALTERED
    )


def test_another_person_is_the_wrong_signer(
    blank: bytes, people: People, checker: StrictChecker, by_holder: list[ExpectedSignature]
) -> None:
    assert (
        checker.check(signs_with_a_token(blank, people.mallory, people.chain), by_holder).verdict
        is Verdict.WRONG_SIGNER
    )


def _unseen(blank: bytes) -> dict[int, bytes]:
    """The first field without a place on the page, as some leave it when nothing is to be drawn."""
    paper = PaperFile(blank)
    field = fields(paper)[0]
    return {field.number: re.sub(rb"/Rect\[.*?\]", b"/Rect[0 0 0 0]/V %d 0 R" % paper.size, field.body)}


def _packed(writer: IncrementalPdfFileWriter) -> None:
    """The table of the update is a stream, and so is an object of it."""
    writer.stream_xrefs = True
    writer.add_object(generic.DictionaryObject(), obj_stream=writer.prepare_object_stream())


def _page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    """The last one, where people sign."""
    return writer.root["/Pages"]["/Kids"][-1].get_object()  # type: ignore[no-any-return]


def _other_words(writer: IncrementalPdfFileWriter) -> None:
    stream = generic.StreamObject(stream_data=b"0 0 500 500 re f")
    page = _page(writer)
    page[generic.pdf_name("/Contents")] = writer.add_object(stream)
    writer.update_container(page)


def _other_words_in_place(writer: IncrementalPdfFileWriter) -> None:
    stream = _page(writer)["/Contents"]
    stream._data = b"0 0 500 500 re f"
    stream._encoded_data = None
    writer.update_container(stream)


def _turned(writer: IncrementalPdfFileWriter) -> None:
    page = _page(writer)
    page[generic.pdf_name("/Rotate")] = generic.NumberObject(180)
    writer.update_container(page)


def _note(writer: IncrementalPdfFileWriter) -> None:
    note = {"/Type": "/Annot", "/Subtype": "/FreeText"}
    made = generic.DictionaryObject({generic.pdf_name(k): generic.pdf_name(v) for k, v in note.items()})
    made[generic.pdf_name("/Rect")] = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 500, 500)])
    page = _page(writer)
    page["/Annots"].append(writer.add_object(made))
    writer.update_container(page)


def _script(writer: IncrementalPdfFileWriter) -> None:
    script = {generic.pdf_name("/S"): generic.pdf_name("/JavaScript"), generic.pdf_name("/JS"): generic.pdf_string("1")}
    writer.root[generic.pdf_name("/OpenAction")] = generic.DictionaryObject(script)
    writer.update_root()


def _another_field(writer: IncrementalPdfFileWriter) -> None:
    append_signature_field(writer, SigFieldSpec("KhacNua", box=(0, 0, 500, 500)))


def _wider_cell(writer: IncrementalPdfFileWriter) -> None:
    cell = writer.root["/AcroForm"]["/Fields"][0].get_object()
    cell[generic.pdf_name("/Rect")] = generic.ArrayObject([generic.NumberObject(n) for n in (0, 0, 500, 800)])
    writer.update_container(cell)


@pytest.mark.parametrize(
    "change",
    [_other_words, _other_words_in_place, _turned, _note, _script, _another_field, _wider_cell],
    ids=lambda change: change.__name__.strip("_"),
)
def test_whatever_else_is_changed_with_the_signature_is_seen(
    change: Change, blank: bytes, people: People, checker: StrictChecker, by_holder: list[ExpectedSignature]
) -> None:
    file = signs_with_a_token(blank, people.holder, people.chain, change=change)

    assert file.startswith(blank)
    assert checker.check(file, by_holder).verdict is Verdict.ALTERED


def _short_rows(table: bytes) -> bytes:
    """One reader goes on; another does not believe the table and looks for objects itself."""
    return table.replace(b" n \n", b" n\n")


def _of_last_page(blank: bytes) -> tuple[int, bytes]:
    """Its number, and what it would be without anything on it."""
    paper = PaperFile(blank)
    number = references(paper.body(reference(paper.body(paper.root), b"Pages")), b"Kids")[-1]
    empty = re.sub(rb"/Contents \d+ 0 R", b"", paper.body(number))
    return number, empty


@pytest.mark.parametrize("place", ["between objects", "in a stream", "in an object stream", "behind another trailer"])
def test_no_object_hides_where_only_some_readers_look(
    place: str, blank: bytes, people: People, checker: StrictChecker, by_holder: list[ExpectedSignature]
) -> None:
    number, empty = _of_last_page(blank)
    hidden, free = b"%d 0 obj\n%b\nendobj\n" % (number, empty), PaperFile(blank).size + 1
    if place == "between objects":
        words: dict[str, Any] = {"hidden": hidden}
    elif place == "in a stream":
        words = {"more": {free: b"<</Length %d>>\nstream\n%b\nendstream" % (len(hidden), hidden)}}
    elif place == "behind another trailer":
        words = {"hidden": b"trailer\n<</Size %d/Root %d 0 R>>\n" % (free, free), "more": {free: b"<</Type/Catalog>>"}}
    else:
        first = b"%d 0 " % number
        packed = b"<</Type/ObjStm/N 1/First %d/Length %d>>\nstream\n%b%b\nendstream"
        words = {"more": {free: packed % (len(first), len(first + empty), first, empty)}}

    file = signs_by_hand(blank, people.holder, people.chain, damage=_short_rows, **words)

    assert checker.check(file, by_holder).verdict is Verdict.ALTERED
    if place == "between objects":
        # What people look at is drawn by a reader that found it.
        assert outlines(file, []) != outlines(blank, [])


def test_the_picture_of_a_signature_paints_nothing_beyond_its_place(
    blank: bytes, people: People, checker: StrictChecker, by_holder: list[ExpectedSignature]
) -> None:
    """What has no bounds is drawn over the whole page by some."""
    field, size = fields(PaperFile(blank))[0], PaperFile(blank).size
    signed = re.sub(rb"/AP<<.*?>>", b"/AP<</N %d 0 R>>/V %d 0 R" % (size + 1, size), field.body)
    ink = b"0 0 0 rg -999 -999 9999 9999 re f"

    def painting(bounds: bytes) -> bytes:
        picture = b"<</Type/XObject/Subtype/Form%b/Length %d>>\nstream\n%b\nendstream" % (bounds, len(ink), ink)
        return signs_by_hand(blank, people.holder, people.chain, more={field.number: signed, size + 1: picture})

    assert checker.check(painting(b"/BBox[0 0 1 1]"), by_holder).verdict is Verdict.VALID
    assert checker.check(painting(b""), by_holder).verdict is Verdict.ALTERED


def test_pages_are_looked_at_once_more_by_who_draws_them(blank: bytes, forms: TypstForms, people: People) -> None:
    places = [(cell.page, cell.box) for cell in forms.cells(FORM, blank)]
    signed = signs_with_a_token(blank, people.holder, people.chain)
    paper = declaration()
    other = forms.render(FORM, paper | {"unit": paper["unit"] | {"phone": "02253888998"}})

    assert outlines(signed, places) == outlines(blank, places)
    assert outlines(signed, []) != outlines(blank, [])
    assert outlines(other, places) != outlines(blank, places)


def test_software_that_makes_a_field_of_its_own_or_leaves_out_its_ca_is_not_accepted(
    blank: bytes, people: People, checker: StrictChecker, by_holder: list[ExpectedSignature]
) -> None:
    own = signs_with_pdfsig(blank, people.holder, [people.ca, people.root], "-add-signature")
    assert own.startswith(blank)
    assert checker.check(own, by_holder).verdict is Verdict.ALTERED
    alone = signs_with_a_token(blank, people.holder)
    assert checker.check(alone, by_holder).verdict is Verdict.INDETERMINATE


@pytest.mark.parametrize(
    ("field", "meta"),
    [
        ("KhoBacNhaNuoc", {}),
        ("CuaToi", {}),
        ("ChuTaiKhoan", {"certify": True, "docmdp_permissions": MDPPerm.NO_CHANGES}),
    ],
    ids=["the Treasury's field", "a field of its own", "no room for the Treasury"],
)
def test_a_signature_in_another_place_or_without_room_for_the_next_is_refused(
    field: str,
    meta: dict[str, object],
    blank: bytes,
    people: People,
    signer: PadesSigner,
    forms: TypstForms,
    checker: StrictChecker,
) -> None:
    file = signs_with_a_token(blank, people.holder, people.chain, field, **meta)

    expected = ExpectedSignature(field, people.holder.fingerprint, outside=True)
    assert checker.check(file, [expected]).verdict is Verdict.ALTERED
    seal = Stamp("Kho bạc", "Phê duyệt", datetime.now(UTC), "0A0B0C0D")
    with pytest.raises(SignatureRefused):
        signer.prepare(file, forms.cells(FORM, blank)[1], seal, people.chief.der, first=False, last=True)


def test_a_lock_over_every_field_leaves_no_room_for_the_treasury(
    blank: bytes, people: People, checker: StrictChecker, by_holder: list[ExpectedSignature]
) -> None:
    def lock(writer: IncrementalPdfFileWriter) -> None:
        cell = writer.root["/AcroForm"]["/Fields"][0].get_object()
        cell[generic.pdf_name("/Lock")] = FieldMDPSpec(FieldMDPAction.ALL).as_sig_field_lock()
        writer.update_container(cell)

    file = signs_with_a_token(blank, people.holder, people.chain, change=lock)

    assert checker.check(file, by_holder).verdict is Verdict.ALTERED

"""Every known way to make a signed file lie gets a verdict that is not green, and never an exception."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization

from backend.adapters.pdf.verify import StrictChecker
from backend.domain.signing import ExpectedSignature, Verdict
from tests.adapters.pdf import attacks
from tests.adapters.pdf.conftest import People, SignedForm

Expected = list[ExpectedSignature]

ALTERING = [
    attacks.content_appended,
    attacks.annotation_added,
    attacks.field_sneaked_in,
    attacks.digit_of_the_date_changed,
    attacks.amount_on_the_page_changed,
    attacks.byte_range_zeroed,
    attacks.contents_zeroed,
    attacks.bytes_after_the_end,
    attacks.newline_after_the_end,
    attacks.truncated,
    attacks.first_cms_pasted_in_the_second_field,
    attacks.contents_moved_out_of_the_range,
    attacks.header_replaced,
]


@pytest.mark.parametrize("attack", ALTERING, ids=lambda attack: attack.__name__)
def test_an_altered_file_is_called_altered(
    attack: Callable[[bytes], bytes], signed: SignedForm, checker: StrictChecker, expected: Expected
) -> None:
    attacked = attack(signed.twice)

    checked = checker.check(attacked, expected)

    assert attacked != signed.twice
    assert checked.verdict is Verdict.ALTERED
    assert checked.reason


@pytest.mark.parametrize("attack", ALTERING[:4], ids=lambda attack: attack.__name__)
def test_a_half_signed_file_is_not_open_to_other_changes(
    attack: Callable[[bytes], bytes], signed: SignedForm, checker: StrictChecker, expected: Expected
) -> None:
    assert checker.check(attack(signed.once), expected[:1]).verdict is Verdict.ALTERED


def test_another_person_of_the_same_ca_is_the_wrong_signer(
    signed: SignedForm, checker: StrictChecker, expected: Expected, people: People, tmp_path: Path
) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    key.write_bytes(
        people.mallory.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    certificate.write_bytes(people.mallory.pem)
    (tmp_path / "chain.pem").write_bytes(people.ca.pem + people.root.pem)

    checked = checker.check(attacks.signed_by_another(signed.twice, key, certificate, tmp_path), expected)

    assert checked.verdict is Verdict.WRONG_SIGNER
    assert checked.reason == "Không hợp lệ – người ký không phải người được đăng ký."
    assert [finding.intact for finding in checked.signatures] == [True, True]
    assert [finding.expected for finding in checked.signatures] == [True, False]


def test_cut_back_to_the_first_signature_lacks_the_second(
    signed: SignedForm, checker: StrictChecker, expected: Expected
) -> None:
    cut = signed.twice[: len(signed.once)]

    checked = checker.check(cut, expected)

    assert checked.verdict is Verdict.MISSING_SIGNATURE
    assert checked.reason == "Thiếu chữ ký – bản này chưa có chữ ký Chủ tài khoản."


def test_cut_back_to_the_blank_form_has_no_signature(
    signed: SignedForm, checker: StrictChecker, expected: Expected
) -> None:
    checked = checker.check(signed.twice[: len(signed.blank)], expected)

    assert (checked.verdict, checked.reason) == (Verdict.MISSING_SIGNATURE, "Tệp không có chữ ký số.")


def test_a_signature_that_nobody_expected_is_refused(
    signed: SignedForm, checker: StrictChecker, expected: Expected
) -> None:
    assert checker.check(signed.twice, expected[:1]).verdict is Verdict.WRONG_SIGNER
    assert checker.check(signed.twice, []).verdict is Verdict.WRONG_SIGNER


@pytest.mark.parametrize(
    "planted",
    [
        b"<</S/JavaScript/JS(app.alert\\(1\\))>>",
        b"<</Type/Annot/Subtype/FreeText/Rect[0 0 9 9]>>",
        b"<</Type/OCG/Name(hidden)>>",
        b"<</Type/Page>>",
    ],
    ids=["script", "annotation", "layer", "orphan"],
)
def test_a_form_with_something_planted_before_signing_is_refused(
    planted: bytes,
    signed: SignedForm,
    sign_both: Callable[..., SignedForm],
    checker: StrictChecker,
    expected: Expected,
) -> None:
    shadow = _with_object(signed.blank, planted)

    assert checker.check(sign_both(shadow).twice, expected).verdict is Verdict.ALTERED


def test_no_single_changed_byte_is_ever_green(signed: SignedForm, checker: StrictChecker, expected: Expected) -> None:
    chance = random.Random(20261122)
    padding = _padding(signed.twice)
    places = [at for at in chance.sample(range(len(signed.twice)), 60) if at not in padding]

    for at in places:
        changed = bytearray(signed.twice)
        changed[at] ^= 1 << chance.randrange(8)
        assert checker.check(bytes(changed), expected).verdict is not Verdict.VALID, at


@pytest.mark.parametrize("junk", [b"", b"%PDF-1.7\n", b"\0" * 5000, "Ủy nhiệm chi".encode(), b"%PDF-1.7\n%%EOF\n"])
def test_junk_is_refused_without_an_exception(junk: bytes, checker: StrictChecker, expected: Expected) -> None:
    assert checker.check(junk, expected).verdict is Verdict.ALTERED


def _with_object(pdf: bytes, body: bytes) -> bytes:
    """A blank form of ours with one more object, its table mended: what a bad typesetter could hand us."""
    start = int(pdf[pdf.rindex(b"startxref\n") + 10 :].split(b"\n")[0])
    size = int(re.search(rb"xref\n0 (\d+)\n", pdf[start:])[1])  # type: ignore[index]
    head, tail = pdf[:start], pdf[start:]
    planted = b"%d 0 obj\n%b\nendobj\n" % (size, body)
    tail = tail.replace(b"xref\n0 %d\n" % size, b"xref\n0 %d\n" % (size + 1))
    tail = tail.replace(b"trailer\n", b"%010d 00000 n \ntrailer\n" % start)
    tail = tail.replace(b"/Size %d" % size, b"/Size %d" % (size + 1))
    tail = tail.replace(b"startxref\n%d" % start, b"startxref\n%d" % (start + len(planted)))
    return head + planted + tail


def _padding(pdf: bytes) -> set[int]:
    """Zeros behind each CMS: they are outside every digest of their own signature, and mean nothing."""
    out: set[int] = set()
    for found in list(attacks.CONTENTS.finditer(pdf))[-1:]:
        used = len(found[1].rstrip(b"0"))
        out.update(range(found.start(1) + used, found.end(1)))
    return out

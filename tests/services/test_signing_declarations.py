"""From the second Lưu to the Treasury: complete or not at all, both declarations or none, by the registered hand."""

from __future__ import annotations

import base64
import dataclasses
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from backend.adapters.providers import load_all
from backend.domain.errors import (
    ApproverNotEligible,
    ContentChanged,
    Invalid,
    NotAllowedNow,
    StaleVersion,
    TooManyRequests,
)
from backend.domain.registration import Move
from backend.domain.signing import ExpectedSignature, Verdict
from backend.domain.workdays import CUT_OFF, VIETNAM, is_working_day
from backend.models import Certificate, OutboxItem, User
from backend.services.content import holidays
from backend.services.registration.declaration_signers import member_of_content, signer_of, why_not_remote
from backend.services.registration.declarations import expected_of_unit
from backend.services.registration.route import move
from backend.services.registration.start import start_sign
from tests.support.declarations import Declarer
from tests.support.registrations import LicensedCa
from tests.support.world import World

MOBILE, ONLINE = "tkhaidangkysudungdidong.pdf", "tkhaidangkysudungdvc.pdf"


@pytest.fixture
def declarer(world: World) -> Callable[..., Declarer]:
    """A unit with everything but the second Lưu."""

    def make(code: str = "1990009", provider: str = "vnpt", **rest: Any) -> Declarer:
        made = Declarer(world)
        made.fills_in(code, **rest)
        made.enrols(provider)
        return made

    return make


def _pdfsig(pdf: bytes, folder: Path) -> str:
    path = folder / "declaration.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=True, timeout=60).stdout


def _letters(world: World, code: str) -> list[str]:
    with world.house.read() as session:
        keys = session.scalars(select(OutboxItem.key).where(OutboxItem.key.startswith(f"{code}:"))).all()
        return sorted(keys)


def test_both_declarations_are_signed_in_one_request_and_go_to_the_treasury(
    world: World, declarer: Callable[..., Declarer], tmp_path: Path
) -> None:
    mine = declarer()
    holder, asked_before = mine.member(), len(world.sandbox.ledger()["prompts"])

    seen = mine.completes()

    assert (seen["stage"], seen["problems"], seen["signer_id"]) == ("awaiting_approval", [], None)
    assert [document["filename"] for document in seen["documents"]] == [MOBILE, ONLINE]
    assert [document["revision"] for document in seen["documents"]] == ["declaration"] * 2
    assert _letters(world, "E3") == [f"E3:{mine.id}:1:{holder['id']}"]

    started = mine.asks()
    assert (started["phase"], started["signer_name"]) == ("sending", holder["full_name"])
    assert mine.sees()["stage"] == "signing"
    world.hands.work()
    assert mine.watches()["phase"] == "waiting"
    prompt = world.phone.approves(mine.hand())
    assert started["comparison_code"][:4] in str(prompt)
    world.hands.work()

    seen = mine.sees()
    assert (seen["stage"], seen["signer_id"], mine.watches()["phase"]) == ("submitted", holder["id"], "signed")
    assert [entry["note"] for entry in seen["log"]][:2] == [
        "Đã ký số và gửi KBNN",
        f"Gửi yêu cầu ký số tới {holder['full_name']}",
    ]
    assert len(world.sandbox.ledger()["prompts"]) == asked_before + 1
    assert _letters(world, "E4") == [f"E4:{mine.id}:1"]
    with world.house.read() as session:
        assert is_working_day(seen["due_at"].astimezone(VIETNAM).date(), holidays(session))
    assert seen["due_at"].astimezone(VIETNAM).time() == CUT_OFF
    assert seen["due_at"] > world.clock.now()

    row, stranger = mine.stored(), bytes.fromhex("00" * 32)
    for document in seen["documents"]:
        signed, form = mine.downloads(document), mine.row_of(document).form_code
        expected = expected_of_unit(world.house, signer_of(row), form)
        assert document["revision"] == "unit_signature"
        assert world.house.checker.check(signed, expected).verdict is Verdict.VALID
        swapped = [ExpectedSignature(each.field_name, stranger) for each in expected]
        assert world.house.checker.check(signed, swapped).verdict is Verdict.WRONG_SIGNER
        said = _pdfsig(signed, tmp_path)
        assert said.count("Signature is Valid.") == 1
        assert "Total document signed" in said
    with world.house.read() as session:
        user = session.get_one(User, holder["id"])
        assert (user.active, user.unit_id, user.username) == (False, None, f"pending:{holder['id'].replace('-', '')}")
        (certificate,) = session.scalars(select(Certificate).where(Certificate.user_id == user.id))
        assert not certificate.active
    assert world.breaches() == []


def test_a_request_that_ends_without_signature_gives_the_dossier_back_with_the_reason(
    world: World, declarer: Callable[..., Declarer]
) -> None:
    mine = declarer()
    files = mine.completes()["documents"]

    for move_, phase, reason in (
        (world.phone.refuses, "rejected", "người ký từ chối trên ứng dụng"),
        (world.phone.expires, "expired", "hết thời gian xác nhận"),
        (None, "cancelled", "yêu cầu ký bị hủy"),
    ):
        mine.asks()
        world.hands.work()
        if move_ is None:
            mine.cancels_signing()
        else:
            move_(mine.hand())
        world.hands.work()

        seen = mine.sees()
        assert (seen["stage"], mine.watches()["phase"]) == ("awaiting_approval", phase)
        assert seen["log"][0]["note"] == f"Ký số không thành công: {reason}"
        assert mine.watches()["problem"]["sign_state"] == "none_created"
        assert seen["documents"] == files

    world.phone.approves(mine.hand())
    world.hands.work()
    assert (mine.sees()["stage"], mine.watches()["phase"]) == ("awaiting_approval", "orphan")
    assert mine.sees()["log"][0]["note"] == "Chữ ký đến sau khi yêu cầu đã đóng và không được dùng."
    assert mine.sees()["documents"] == files

    twice = [mine.prepares(), mine.prepares()]
    _commits(world, twice[0])
    with pytest.raises(StaleVersion):
        _commits(world, twice[1])
    mine.cancels_signing()
    assert mine.signs_on_the_phone()["stage"] == "submitted"
    assert world.breaches() == []

    with mine.row() as (_, row):
        row.stage = "signing"
    assert [breach.rule for breach in world.breaches()] == ["I6"]


def _mixed_forms(content: dict[str, Any]) -> None:
    content["members"][1]["signing_form"] = "usb_token"


def _no_holder(content: dict[str, Any]) -> None:
    content["members"] = content["members"][:2]


def _two_holders(content: dict[str, Any]) -> None:
    twin = {**content["members"][2], "id": "0" * 8 + "-0000-4000-8000-" + "0" * 12}
    content["members"].append({**twin, "id_number": "031175000094", "email": "khac@saomai.example"})


def _no_grant(content: dict[str, Any]) -> None:
    content["members"][0]["grants"] = []


def _no_certificate(content: dict[str, Any]) -> None:
    content["members"][2]["certificate"] = None


def _expired(content: dict[str, Any]) -> None:
    certificate = content["members"][2]["certificate"]
    content["members"][2]["certificate"] = {**certificate, "valid_to": "2026-01-02T00:00:00+00:00"}


def test_no_dossier_awaits_approval_before_it_is_complete(world: World, declarer: Callable[..., Declarer]) -> None:
    mine = declarer()
    whole = mine.stored().content
    for spoil, path in (
        (_mixed_forms, "members"),
        (_no_holder, "members"),
        (_two_holders, "members"),
        (_no_grant, "members.0.grants"),
        (_no_certificate, "members.2.certificate"),
        (_expired, "members.2.certificate"),
    ):
        with mine.row() as (_, row):
            content = {**whole, "members": [dict(member) for member in whole["members"]]}
            spoil(content)
            row.content = content
        with pytest.raises(Invalid) as refused:
            mine.completes()
        assert path in {problem.path for problem in refused.value.problems}, spoil
        assert (mine.sees()["stage"], mine.sees()["documents"]) == ("awaiting_completion", [])
    with mine.row() as (_, row):
        row.content = whole
    assert mine.completes()["stage"] == "awaiting_approval"


def test_any_edit_after_the_second_save_voids_files_and_signatures(
    world: World, declarer: Callable[..., Declarer]
) -> None:
    mine = declarer()
    first = mine.completes()
    prepared = mine.prepares()

    mine.types(mine.parts())

    assert (mine.sees()["stage"], mine.sees()["documents"]) == ("awaiting_completion", [])
    assert all(mine.row_of(document).void for document in first["documents"])
    assert mine.downloads(first["documents"][0]).startswith(b"%PDF")
    with pytest.raises(StaleVersion):
        _commits(world, prepared)

    mine.enrols()
    again = mine.completes()
    assert {document["id"] for document in again["documents"]}.isdisjoint(each["id"] for each in first["documents"])
    mine.signs_on_the_phone()
    with mine.row() as (session, row):
        move(session, world.house, row, Move.OPEN)
        reason = "Bổ sung quyết định bổ nhiệm Chủ tài khoản"
        move(session, world.house, row, Move.RETURN, reason=reason, changes={"returns": 1})
    signed = mine.sees()["documents"]
    reopened = mine.reopens()
    assert (reopened["stage"], reopened["documents"], reopened["due_at"]) == ("awaiting_completion", [], None)
    assert all(mine.row_of(document).void for document in signed)


def _commits(world: World, prepared: Any) -> None:
    with world.house.begin() as session:
        start_sign(session, world.house, prepared)


@pytest.mark.parametrize("database", ["sqlite"])
def test_only_the_account_holders_side_signs_and_only_what_was_seen(
    world: World, declarer: Callable[..., Declarer]
) -> None:
    mine = declarer()
    with pytest.raises(NotAllowedNow):
        mine.prepares()
    mine.completes()

    for refused, words in (
        (ApproverNotEligible, {"title": "chief_accountant"}),
        (ApproverNotEligible, {"member_id": "00000000-0000-4000-8000-000000000000"}),
        (StaleVersion, {"expected_version": 1}),
        (ContentChanged, {"seen_digests": ["0" * 64]}),
    ):
        with pytest.raises(refused):
            mine.asks(**words)
    assert mine.sees()["stage"] == "awaiting_approval"
    (signer,) = mine.signers()
    assert (signer["reason"], signer["provider_login_masked"]) == (None, "03…093")

    world.clock.passes(days=5 * 365)
    (signer,) = mine.signers()
    assert "không còn hiệu lực" in signer["reason"]
    with pytest.raises(ApproverNotEligible):
        mine.asks()


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_ca_that_takes_one_file_in_a_request_is_not_asked_for_two(
    world: World, declarer: Callable[..., Declarer]
) -> None:
    mine = declarer()
    settings = {"SANDBOX_PORT": str(world.sandbox.port), "VNPT_MAX_BATCH": "1"}
    narrow = dataclasses.replace(world.house, providers=load_all(settings, world.clock))
    row = mine.stored()
    holder = member_of_content(row, mine.member()["id"])

    assert holder is not None
    assert "chỉ nhận 1 tệp trong một lần ký" in str(why_not_remote(narrow, row, holder, 2))
    assert why_not_remote(narrow, row, holder, 1) is None


@pytest.mark.parametrize("database", ["sqlite"])
def test_dossiers_made_up_by_the_dozen_do_not_make_one_phone_ring_by_the_dozen(
    world: World, declarer: Callable[..., Declarer]
) -> None:
    made = [declarer(f"199001{number}") for number in range(2)]
    for each in made:
        each.completes()
    for turn in range(world.house.policy.prompts_per_window):
        each = made[turn % 2]
        each.asks()
        each.cancels_signing()

    with pytest.raises(TooManyRequests):
        made[0].asks()


@pytest.mark.parametrize("database", ["sqlite"])
def test_signers_of_all_cas_sign_alike(world: World, declarer: Callable[..., Declarer]) -> None:
    for number, provider in enumerate(("viettel", "misa", "nacencomm")):
        mine = declarer(f"199002{number}", provider)
        mine.completes()
        assert mine.signs_on_the_phone()["stage"] == "submitted", provider


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_unit_without_mobile_use_declares_once(declarer: Callable[..., Declarer]) -> None:
    mine = declarer(services=("balance_reconciliation",))

    assert [document["filename"] for document in mine.completes()["documents"]] == [ONLINE]
    assert mine.signs_on_the_phone()["stage"] == "submitted"


def test_a_unit_on_tokens_hands_in_what_it_signed_on_a_computer(world: World) -> None:
    ca, mine = LicensedCa(world), Declarer(world)
    seen = mine.declares_by_token(ca)
    holder, chief = mine.member()["id"], mine.member("chief_accountant")["id"]
    good = mine.signed_by(ca.of[holder])
    long_ago = world.clock.now() - timedelta(days=3)
    turned = [{**one, "document_id": other["document_id"]} for one, other in zip(good, reversed(good), strict=True)]
    tampered = [good[0], {**good[1], "file_base64": good[1]["file_base64"][:-8] + "AAAAAAA="}]
    unsigned = [good[0], {**good[1], "file_base64": "JVBERi0xLjcK"}]
    blank = base64.b64encode(mine.downloads(seen["documents"][1])).decode()
    as_given_out = [good[0], {**good[1], "file_base64": blank}]

    assert "USB token" in mine.signers()[0]["reason"]
    with pytest.raises(ApproverNotEligible):
        mine.asks()
    for files, what_to_do in (
        (mine.signed_by(ca.of[chief]), "người ký không phải người được đăng ký"),
        (mine.signed_by(ca.of[holder], long_ago), "Chỉnh giờ của máy tính"),
        (mine.signed_by(ca.of[holder], md_algorithm="sha1"), "chọn thuật toán SHA-256"),
        (as_given_out, "Ký bằng phần mềm của USB token"),
        (turned, "giữ nguyên tệp gốc"),
        (tampered, "ký vào đúng ô có sẵn"),
        (unsigned, "giữ nguyên tệp gốc"),
        (good[:1], "Tải lên đủ các tờ khai"),
        ([good[0], good[0]], "Tải lên đủ các tờ khai"),
    ):
        with pytest.raises(Invalid) as refused:
            mine.uploads(files)
        assert what_to_do in refused.value.problems[0].sentence
    with pytest.raises(ApproverNotEligible):
        mine.uploads(mine.signed_by(ca.of[chief]), "chief_accountant")
    assert mine.sees()["documents"] == seen["documents"]

    done = mine.uploads(good)

    assert (done["stage"], done["signer_id"]) == ("submitted", holder)
    assert [document["revision"] for document in done["documents"]] == ["unit_signature"] * 2
    assert [entry["note"] for entry in done["log"]][:2] == [
        "Đã ký số và gửi KBNN",
        "Gửi yêu cầu ký số tới Nguyễn Thị Hà (USB token)",
    ]
    row = mine.stored()
    for document in done["documents"]:
        expected = expected_of_unit(world.house, signer_of(row), mine.row_of(document).form_code)
        assert world.house.checker.check(mine.downloads(document), expected).verdict is Verdict.VALID

"""Viettel MySign as the sandbox speaks it: names, types, codes, and what strict mode refuses."""

from __future__ import annotations

from base64 import b64decode
from datetime import datetime
from typing import Any

import pytest
import requests

from .conftest import SandboxProcess, Viettel, base64_text, digest_of, eventually, verifies

ONE, TWO = digest_of("KBNN voucher 0001"), digest_of("KBNN voucher 0002")


def test_the_vector_of_the_documents_is_what_is_sent() -> None:
    assert ONE == "ZyBX8GyHsThVPvBv6ETRc/kJVAml8gB/WdmNMz3iqcA="


def test_login_answers_strings_and_never_a_refresh_token(viettel: Viettel) -> None:
    answer = viettel.login().json()

    assert answer == {
        "access_token": answer["access_token"],
        "refresh_token": "",
        "token_type": "Bearer",
        "expires_in": "3600",
    }


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "another"}, 58007),
        ({"client_secret": "00"}, 86024),
        ({"profile_id": "adss:ras:profile:999"}, 58007),
        ({"user_id": "CMT_nobody"}, 58008),
        ({"user_id": None}, 58008),
    ],
)
def test_login_is_refused_with_the_documented_code(viettel: Viettel, change: dict[str, Any], error: int) -> None:
    answer = viettel.post("ras/v1/login", {**viettel.keys, "user_id": viettel.uid, **change})

    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert isinstance(answer.json()["error_description"], str)


def test_a_person_who_is_not_activated_does_not_exist(sandbox: SandboxProcess) -> None:
    person = sandbox.enrol("viettel", status="inactive")

    assert Viettel(sandbox.url, person["uid"]).login().json()["error"] == 58008


def test_certificates_are_a_bare_array_with_string_numbers(viettel: Viettel) -> None:
    found = viettel.certificates().json()

    assert isinstance(found, list) and len(found) == 1
    assert set(found[0]) == {"description", "key", "cert", "authMode", "multisign", "credential_id", "scal"}
    assert found[0]["key"] == {"status": "enabled", "algo": ["1.2.840.113549.1.1.1"], "len": "2048", "curve": None}
    assert (found[0]["authMode"], found[0]["multisign"], found[0]["scal"]) == ("implicit", "2147483647", "2")
    assert found[0]["cert"]["status"] == "valid"
    assert found[0]["cert"]["serialNumber"].isdigit()
    assert len(found[0]["cert"]["certificates"]) == 3
    assert datetime.strptime(found[0]["cert"]["validTo"], "%Y%m%d%H%M%S%z").utcoffset() is not None
    assert found[0]["cert"]["validTo"].endswith("+0000")


def test_single_asks_for_the_leaf_only(viettel: Viettel) -> None:
    assert len(viettel.certificates("single").json()[0]["cert"]["certificates"]) == 1


def test_a_failure_at_the_certificates_is_a_bare_object(viettel: Viettel) -> None:
    viettel.keys = {**viettel.keys, "client_secret": "wrong"}

    assert viettel.certificates().json()["error"] == 86024


def test_a_person_without_certificate_has_an_empty_array(sandbox: SandboxProcess) -> None:
    party = Viettel(sandbox.url, sandbox.enrol("viettel", status="no_certificate")["uid"])
    party.login()

    assert party.certificates().json() == []


def test_a_renewed_person_has_two_credentials(sandbox: SandboxProcess, viettel: Viettel) -> None:
    sandbox.control(f"/_control/subscribers/viettel/{viettel.uid}/revoke", {})
    sandbox.control(f"/_control/subscribers/viettel/{viettel.uid}/credentials", {"valid_days": 365})

    states = [credential["cert"]["status"] for credential in viettel.certificates().json()]

    assert states == ["revoked", "valid"]


@pytest.mark.parametrize("mode", [1, 2])
def test_an_approved_batch_comes_back_in_order_with_wrapped_base64(
    sandbox: SandboxProcess, viettel: Viettel, mode: int
) -> None:
    transaction = viettel.sign([ONE, TWO], **{"async": mode}).json()["transactionId"]
    assert viettel.status(transaction).json() == {
        "status": "4000",
        "description": "Cho nguoi dung xac nhan",
        "signatures": None,
    }

    sandbox.phone(transaction, "approve")
    signed = viettel.status(transaction).json()

    leaf = viettel.certificates().json()[0]["cert"]["certificates"][0]
    assert signed["status"] == "1"
    assert all("\r\n" in signature for signature in signed["signatures"])
    assert [verifies(leaf, d, s) for d, s in zip((ONE, TWO), signed["signatures"], strict=True)] == [True, True]
    assert len(b64decode(signed["signatures"][0])) == 256


def test_while_the_hsm_signs_the_status_is_6000(sandbox: SandboxProcess, viettel: Viettel) -> None:
    transaction = viettel.sign([ONE]).json()["transactionId"]

    sandbox.phone(transaction, "approve", signing_ms=60_000)
    assert viettel.status(transaction).json()["status"] == "6000"

    sandbox.later(60)
    assert viettel.status(transaction).json()["status"] == "1"


@pytest.mark.parametrize(
    ("move", "more", "status"),
    [
        ("refuse", {}, "4002"),
        ("expire", {}, "4001"),
        ("fail", {"reason": "signing"}, "4004"),
        ("fail", {"reason": "quota"}, "4005"),
        ("fail", {"reason": "certificate"}, "13004"),
        ("fail", {"reason": "internal"}, "50000"),
    ],
)
def test_each_ending_has_its_documented_status(
    sandbox: SandboxProcess, viettel: Viettel, move: str, more: dict[str, str], status: str
) -> None:
    transaction = viettel.sign([ONE]).json()["transactionId"]

    sandbox.phone(transaction, move, **more)

    answer = viettel.status(transaction).json()
    assert (answer["status"], answer["signatures"]) == (status, None)


def test_a_request_runs_out_after_two_minutes(sandbox: SandboxProcess, viettel: Viettel) -> None:
    transaction = viettel.sign([ONE]).json()["transactionId"]

    sandbox.later(119)
    viettel.login()
    assert viettel.status(transaction).json()["status"] == "4000"

    sandbox.later(2)
    assert viettel.status(transaction).json()["status"] == "4001"


def test_an_approval_after_the_end_still_makes_a_signature(sandbox: SandboxProcess, viettel: Viettel) -> None:
    transaction = viettel.sign([ONE]).json()["transactionId"]
    sandbox.phone(transaction, "expire")
    assert viettel.status(transaction).json()["status"] == "4001"

    sandbox.phone(transaction, "approve-late")

    assert viettel.status(transaction).json()["status"] == "1"


def test_a_revoked_certificate_fails_without_a_prompt(sandbox: SandboxProcess, viettel: Viettel) -> None:
    sandbox.control(f"/_control/subscribers/viettel/{viettel.uid}/revoke", {})

    transaction = viettel.sign([ONE]).json()["transactionId"]

    assert viettel.status(transaction).json()["status"] == "13004"
    assert sandbox.ledger(uid=viettel.uid)["prompts"] == []


def test_async_0_blocks_until_the_person_acts(sandbox: SandboxProcess, viettel: Viettel) -> None:
    sandbox.control(
        "/_control/policy", {"provider": "viettel", "uid": viettel.uid, "decide": "approve", "after_ms": 300}
    )

    answer = viettel.sign([ONE], **{"async": 0}).json()

    leaf = viettel.certificates().json()[0]["cert"]["certificates"][0]
    assert set(answer) == {"signatures"}
    assert verifies(leaf, ONE, answer["signatures"][0])


def test_async_0_reports_a_refusal_as_an_error(sandbox: SandboxProcess, viettel: Viettel) -> None:
    sandbox.control("/_control/policy", {"provider": "viettel", "uid": viettel.uid, "decide": "refuse", "after_ms": 0})

    assert viettel.sign([ONE], **{"async": 0}).json()["error"] == 4002


WRECKS: list[tuple[str, dict[str, Any]]] = [
    ("base64 of hex text", {"hash": [base64_text("672057f06c87b138553ef06fe844d173f9095409a5f2007f59d98d333de2a9c0")]}),
    ("bare hex", {"hash": ["672057f06c87b138553ef06fe844d173f9095409a5f2007f59d98d333de2a9c0"]}),
    ("SHA-1", {"hash": ["2jmj7l5rSw0yVb/vlWAYkK/YBwk="]}),
    ("no base64", {"hash": ["ZyBX8GyHsThVPvBv6ETRc_kJVAml8gB-WdmNMz3iqcA="]}),
    ("line break inside", {"hash": ["ZyBX8GyHsThVPvBv6ETR\r\nc/kJVAml8gB/WdmNMz3iqcA="]}),
    ("not a string", {"hash": [7]}),
    ("no hashes", {"hash": [], "documents": [], "numSignatures": 0}),
    ("count too high", {"numSignatures": 2}),
    ("count as text", {"numSignatures": "1"}),
    ("documents missing", {"documents": []}),
    ("document without id", {"documents": [{"document_name": base64_text("PC1")}]}),
    ("title with diacritics", {"description": base64_text("Ký chứng từ")}),
    ("title with punctuation", {"description": base64_text("PC1/2026")}),
    ("title of 100 characters of base64", {"description": base64_text("a" * 73)}),
    ("plain title", {"description": "Ky so"}),
    ("name with diacritics", {"documents": [{"document_id": "1", "document_name": base64_text("Phiếu chi")}]}),
    ("SHA-512 announced", {"hashAlgo": "2.16.840.1.101.3.4.2.3"}),
    ("another signature algorithm", {"signAlgo": "1.2.840.113549.1.1.11"}),
    ("a callback that was not agreed", {"async": 3}),
    ("a key of nobody", {"credentialID": "001_1_20260101000000"}),
]


@pytest.mark.parametrize("change", [change for _, change in WRECKS], ids=[name for name, _ in WRECKS])
def test_strict_mode_refuses_and_prompts_nobody(
    sandbox: SandboxProcess, viettel: Viettel, change: dict[str, Any]
) -> None:
    answer = viettel.sign([ONE], **change)

    assert (answer.status_code, answer.json()["error"]) == (400, 40000)
    assert sandbox.ledger(uid=viettel.uid)["prompts"] == []


def test_a_title_of_72_letters_an_integer_id_and_a_repeated_id_are_fine(
    sandbox: SandboxProcess, viettel: Viettel
) -> None:
    documents = [{"document_id": 7, "document_name": base64_text("a" * 72)}] * 2

    answer = viettel.sign([ONE, TWO], documents=documents, description="")

    assert answer.json()["transactionId"] == sandbox.waiting(viettel.uid)[0]["id"]


def test_the_phone_shows_the_decoded_text(sandbox: SandboxProcess, viettel: Viettel) -> None:
    viettel.sign([ONE, TWO])

    shown = sandbox.waiting(viettel.uid)[0]

    assert shown["title"] == "Ky chung tu"
    assert [d["name"] for d in shown["documents"]] == ["Phieu chi PC0001", "Phieu chi PC0002"]


def test_every_later_call_needs_a_living_token(sandbox: SandboxProcess, viettel: Viettel) -> None:
    transaction = viettel.sign([ONE]).json()["transactionId"]
    order = viettel.order([ONE])

    sandbox.later(3601)

    assert viettel.certificates().status_code == 401
    assert viettel.post("signHash", order).status_code == 401
    assert viettel.status(transaction).status_code == 401


def test_a_token_speaks_for_its_own_person_only(sandbox: SandboxProcess, viettel: Viettel) -> None:
    other = Viettel(sandbox.url, sandbox.enrol("viettel")["uid"])
    other.login()
    transaction = viettel.sign([ONE]).json()["transactionId"]

    assert other.status(transaction).json()["error"] == 40400
    assert other.post("signHash", viettel.order([ONE])).json()["error"] == 40000
    other.uid = viettel.uid
    assert other.certificates().status_code == 401


def test_a_token_of_another_provider_is_no_token(sandbox: SandboxProcess, viettel: Viettel) -> None:
    answer = requests.post(
        f"{sandbox.url}/vnpt/csc/credentials/list",
        json={},
        headers={"Authorization": f"Bearer {viettel.token}"},
        timeout=30,
    )

    assert answer.status_code == 401


def test_out_of_turns_is_told_by_the_status(sandbox: SandboxProcess, viettel: Viettel) -> None:
    sandbox.will("viettel", "sign", "quota", viettel.uid)

    transaction = viettel.sign([ONE]).json()["transactionId"]

    assert viettel.status(transaction).json()["status"] == "4005"


def test_lenient_mode_takes_hex_text_for_the_bytes_it_names(own_sandbox: Any) -> None:
    lenient = own_sandbox(SANDBOX_STRICT="0")
    party = Viettel(lenient.url, lenient.enrol("viettel")["uid"])
    party.login()
    hex_text = b64decode(ONE).hex()

    for sloppy in (hex_text, base64_text(hex_text)):
        party.sign([sloppy])

    assert [shown["digests"] for shown in lenient.waiting(party.uid)] == [[ONE], [ONE]]


def test_the_life_of_a_request_can_be_set(own_sandbox: Any) -> None:
    hasty = own_sandbox(SANDBOX_VIETTEL_LIFE_S="0.3")
    party = Viettel(hasty.url, hasty.enrol("viettel")["uid"])
    party.login()
    transaction = party.sign([ONE]).json()["transactionId"]

    eventually(lambda: party.status(transaction).json()["status"] == "4001")

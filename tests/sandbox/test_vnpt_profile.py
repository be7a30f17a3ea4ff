"""VNPT SmartCA (profile csc) as the sandbox speaks it: OAuth2, envelopes, codes, lock-out, rotation, callback."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from .conftest import SandboxProcess, Vnpt, base64_text, digest_of, eventually, verifies

ONE, TWO = digest_of("KBNN voucher 0001"), digest_of("KBNN voucher 0002")


def sentence(left: int) -> str:
    return (
        f"Incorrect password, you have {left} attempts left. If you enter incorrectly more than 5 times, "
        "your account will be locked for 5 minutes."
    )


def test_the_password_grant_answers_a_pair_of_tokens(vnpt: Vnpt) -> None:
    answer = vnpt.login().json()

    assert set(answer) == {"access_token", "refresh_token", "token_type", "expires_in", "scope"}
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 3600)
    assert "offline_access" in answer["scope"] and "sign" in answer["scope"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": "another"}, "invalid_client"),
        ({"client_secret": "another"}, "invalid_client"),
        ({"scope": "sign everything"}, "invalid_scope"),
        ({"grant_type": "client_credentials"}, "unsupported_grant_type"),
        ({"username": "nobody"}, "invalid_grant"),
    ],
)
def test_the_token_endpoint_refuses_with_oauth_errors(vnpt: Vnpt, change: dict[str, str], error: str) -> None:
    form = {"grant_type": "password", "username": vnpt.uid, "password": vnpt.password, **change}

    answer = vnpt.ask_token(**form)

    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_five_wrong_passwords_lock_the_account_for_five_minutes(sandbox: SandboxProcess, vnpt: Vnpt) -> None:
    told = [vnpt.login("wrong").json()["error_description"] for _ in range(5)]
    assert told == [sentence(left) for left in (4, 3, 2, 1, 0)]

    locked = vnpt.login()
    assert (locked.status_code, locked.json()["error"]) == (400, "invalid_grant")

    sandbox.later(299)
    assert not vnpt.login().ok
    sandbox.later(2)
    assert vnpt.login().ok


def test_a_right_password_starts_the_count_anew(vnpt: Vnpt) -> None:
    for _ in range(4):
        vnpt.login("wrong")
    assert vnpt.login().ok

    assert vnpt.login("wrong").json()["error_description"] == sentence(4)


def test_a_lock_shuts_out_one_person_only(sandbox: SandboxProcess, vnpt: Vnpt) -> None:
    for _ in range(5):
        vnpt.login("wrong")
    other = Vnpt(sandbox.url, sandbox.enrol("vnpt", password="khác")["uid"], "khác")

    assert other.login().ok


def test_a_refresh_token_is_rotated_and_good_once(vnpt: Vnpt) -> None:
    first = vnpt.refresh_token

    assert vnpt.refresh(first).ok
    assert vnpt.refresh_token != first
    assert vnpt.refresh(first).json()["error"] == "invalid_grant"
    assert vnpt.refresh(vnpt.refresh_token).ok
    assert vnpt.post("csc/credentials/list", {}).ok


def test_of_two_simultaneous_uses_of_a_refresh_token_one_wins(vnpt: Vnpt) -> None:
    token, answers, gate = vnpt.refresh_token, [], threading.Barrier(8)

    def use() -> None:
        gate.wait()
        answers.append(Vnpt(vnpt.url, vnpt.uid, vnpt.password).refresh(token).ok)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [False] * 7 + [True]


def test_a_refresh_token_lives_three_months_and_an_access_token_an_hour(own_sandbox: Any) -> None:
    sandbox = own_sandbox()
    party = Vnpt(sandbox.url, sandbox.enrol("vnpt", password="x")["uid"], "x")
    party.login()

    sandbox.later(3601)
    dead = party.post("csc/credentials/list", {})
    assert (dead.status_code, dead.json()["error"]) == (401, "invalid_token")
    assert party.refresh(party.refresh_token).ok

    sandbox.later(91 * 86_400)
    assert not party.refresh(party.refresh_token).ok


def test_the_list_has_an_envelope_and_the_info_has_none(vnpt: Vnpt) -> None:
    listed = vnpt.post("csc/credentials/list", {}).json()
    assert listed == {"code": 0, "codeDesc": None, "message": None, "content": listed["content"]}

    info = vnpt.info(listed["content"][0]).json()

    assert "code" not in info
    assert info["key"] == {"status": "ENABLED", "alg": ["1.2.840.113549.1.1.1"], "len": 2048}
    assert (info["authMode"], info["scal"], info["multisign"]) == ("oauth2code", "SCAL2", 1)
    assert info["cert"]["status"] == info["status"] == "VALID"
    assert len(info["cert"]["certificates"]) == 3
    assert all(certificate.endswith("\r\n") for certificate in info["cert"]["certificates"])
    assert int(info["cert"]["serialNumber"], 16) > 0 and len(info["cert"]["serialNumber"]) == 32
    assert datetime.strptime(info["cert"]["validTo"], "%Y%m%d%H%M%SZ")


@pytest.mark.parametrize(("kind", "count"), [("none", 0), ("single", 1), ("chain", 3)])
def test_the_info_gives_as_many_certificates_as_asked(vnpt: Vnpt, kind: str, count: int) -> None:
    assert len(vnpt.info(vnpt.credential(), kind).json()["cert"]["certificates"]) == count


def test_an_approved_batch_carries_its_signatures(sandbox: SandboxProcess, vnpt: Vnpt) -> None:
    answer = vnpt.sign([ONE, TWO]).json()
    assert (answer["code"], answer["codeDesc"], answer["message"]) == (0, "SUCCESS", "Chờ người dùng xác nhận")
    transaction = answer["content"]["tranId"]
    waiting = vnpt.status(transaction).json()["content"]
    assert (waiting["tranStatus"], waiting["tranStatusDesc"]) == (4000, "WAITING_FOR_SIGNER_CONFIRM")
    assert (waiting["tranType"], waiting["tranTypeDesc"]) == (3, "SIGNHASH")
    assert waiting["refTranId"] == "e442f592-0000-4000-8000-d6339679f27f"
    assert [document["sig"] for document in waiting["documents"]] == [None, None]
    assert datetime.strptime(waiting["reqTime"], "%Y-%m-%dT%H:%M:%S.%fZ")

    sandbox.phone(transaction, "approve")
    signed = vnpt.status(transaction).json()["content"]

    leaf = vnpt.info(vnpt.credential()).json()["cert"]["certificates"][0]
    assert (signed["tranStatus"], signed["tranStatusDesc"]) == (1, "SUCCESS")
    assert [document["hash"] for document in signed["documents"]] == [ONE, TWO]
    assert all(verifies(leaf, document["hash"], document["sig"]) for document in signed["documents"])
    assert all("\r\n" in document["sig"] for document in signed["documents"])


@pytest.mark.parametrize(
    ("move", "more", "status", "name"),
    [
        ("refuse", {}, 4002, "SIGNER_REJECTED"),
        ("expire", {}, 4001, "EXPIRED"),
        ("fail", {"reason": "key_authorisation"}, 4003, "AUTHORIZE_KEY_FAILED"),
        ("fail", {"reason": "signing"}, 4004, "SIGN_FAILED"),
    ],
)
def test_each_ending_has_its_documented_status(
    sandbox: SandboxProcess, vnpt: Vnpt, move: str, more: dict[str, str], status: int, name: str
) -> None:
    transaction = vnpt.sign([ONE]).json()["content"]["tranId"]

    sandbox.phone(transaction, move, **more)

    content = vnpt.status(transaction).json()["content"]
    assert (content["tranStatus"], content["tranStatusDesc"], content["documents"][0]["sig"]) == (status, name, None)


def test_a_request_runs_out_after_five_minutes(sandbox: SandboxProcess, vnpt: Vnpt) -> None:
    transaction = vnpt.sign([ONE]).json()["content"]["tranId"]

    sandbox.later(298)
    assert vnpt.status(transaction).json()["content"]["tranStatus"] == 4000
    sandbox.later(3)
    assert vnpt.status(transaction).json()["content"]["tranStatus"] == 4001


def test_fifty_hashes_are_fine_and_fifty_one_are_not(vnpt: Vnpt) -> None:
    digests = [digest_of(f"voucher {i}") for i in range(51)]

    assert vnpt.sign(digests[:50]).json()["code"] == 0
    refused = vnpt.sign(digests)
    assert (refused.status_code, refused.json()["code"], refused.json()["codeDesc"]) == (
        400,
        30000,
        "CLIENT_INPUT_INVALID",
    )
    assert refused.json()["content"] is None


HEX = "672057f06c87b138553ef06fe844d173f9095409a5f2007f59d98d333de2a9c0"
WRECKS: list[tuple[str, dict[str, Any], int]] = [
    ("no refTranId", {"refTranId": None}, 30000),
    ("no datas", {"datas": []}, 30000),
    ("base64 of hex text", {"datas": [{"name": "PC1", "hash": base64_text(HEX)}]}, 62010),
    ("bare hex", {"datas": [{"name": "PC1", "hash": HEX}]}, 62010),
    ("no hash", {"datas": [{"name": "PC1"}]}, 62010),
    ("no name", {"datas": [{"hash": ONE}]}, 62010),
    ("a key of nobody", {"credentialId": "5d5c0a0f-0000-4000-8000-c3e9b8f1e718"}, 60000),
]


@pytest.mark.parametrize(("change", "code"), [w[1:] for w in WRECKS], ids=[w[0] for w in WRECKS])
def test_strict_mode_refuses_and_prompts_nobody(
    sandbox: SandboxProcess, vnpt: Vnpt, change: dict[str, Any], code: int
) -> None:
    answer = vnpt.sign([ONE], **change)

    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert sandbox.ledger(uid=vnpt.uid)["prompts"] == []


def test_what_belongs_to_another_person_is_told_apart_from_what_is_not_there(
    sandbox: SandboxProcess, vnpt: Vnpt
) -> None:
    other = Vnpt(sandbox.url, sandbox.enrol("vnpt", password="x")["uid"], "x")
    other.login()
    transaction = vnpt.sign([ONE]).json()["content"]["tranId"]

    assert other.info(vnpt.credential()).json()["code"] == 60001
    assert other.info("nothing").json()["code"] == 60000
    assert other.status(transaction).json()["code"] == 62001
    assert other.status("nothing").json()["code"] == 62000


def test_no_turns_left_is_refused_before_the_phone_rings(sandbox: SandboxProcess, vnpt: Vnpt) -> None:
    sandbox.will("vnpt", "sign", "quota", vnpt.uid)

    answer = vnpt.sign([ONE])

    assert (answer.status_code, answer.json()["code"], answer.json()["codeDesc"]) == (
        400,
        65000,
        "SERVICE_PACK_EXEED_OR_INVALID",
    )
    assert sandbox.ledger(uid=vnpt.uid)["prompts"] == []


def test_a_suspended_certificate_is_shown_as_such_and_does_not_sign(sandbox: SandboxProcess) -> None:
    person = sandbox.enrol("vnpt", password="x", status="suspended")
    party = Vnpt(sandbox.url, person["uid"], "x")
    party.login()

    assert party.info(party.credential()).json()["status"] == "SUSPENDED"
    transaction = party.sign([ONE]).json()["content"]["tranId"]
    assert party.status(transaction).json()["content"]["tranStatus"] == 4003


def test_an_expired_certificate_is_shown_as_such(sandbox: SandboxProcess) -> None:
    person = sandbox.enrol("vnpt", password="x", valid_from="2022-01-01T00:00:00Z", valid_to="2024-01-01T00:00:00Z")
    party = Vnpt(sandbox.url, person["uid"], "x")
    party.login()

    info = party.info(party.credential()).json()

    assert (info["status"], info["cert"]["validTo"]) == ("EXPIRED", "20240101000000Z")


@pytest.fixture
def listener() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A relying party's callback address, and what arrived there."""
    arrived: list[dict[str, Any]] = []

    class Listens(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrived.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(500)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listens)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/callbacks/vnpt", arrived
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_callback_comes_once_even_when_it_is_answered_with_an_error(
    sandbox: SandboxProcess, vnpt: Vnpt, listener: tuple[str, list[dict[str, Any]]]
) -> None:
    url, arrived = listener
    transaction = vnpt.sign([ONE], notifyUrl=url).json()["content"]["tranId"]

    sandbox.phone(transaction, "approve")
    noted = eventually(lambda: sandbox.ledger(uid=vnpt.uid)["notifies"])

    assert arrived == [{"tranId": transaction, "refTranId": "e442f592-0000-4000-8000-d6339679f27f", "status": 1}]
    assert [(n["transaction"], n["answer"]) for n in noted] == [(transaction, "500")]


def test_a_staged_second_delivery_of_the_callback_is_the_same_callback(
    sandbox: SandboxProcess, vnpt: Vnpt, listener: tuple[str, list[dict[str, Any]]]
) -> None:
    url, arrived = listener
    sandbox.will("vnpt", "any", "notify_twice", vnpt.uid)
    transaction = vnpt.sign([ONE], notifyUrl=url).json()["content"]["tranId"]

    sandbox.phone(transaction, "approve")

    eventually(lambda: len(sandbox.ledger(uid=vnpt.uid)["notifies"]) == 2)
    assert [notice["tranId"] for notice in arrived] == [transaction] * 2


def test_a_signature_that_comes_late_is_not_announced_again(
    sandbox: SandboxProcess, vnpt: Vnpt, listener: tuple[str, list[dict[str, Any]]]
) -> None:
    url, arrived = listener
    late = vnpt.sign([ONE], notifyUrl=url).json()["content"]["tranId"]
    sandbox.phone(late, "approve-late")
    assert vnpt.status(late).json()["content"]["tranStatus"] == 1
    other = vnpt.sign([TWO], notifyUrl=url).json()["content"]["tranId"]
    sandbox.phone(other, "refuse")

    eventually(lambda: {notice["tranId"] for notice in arrived} == {late, other})
    assert sorted(notice["status"] for notice in arrived) == [0, 0]


def test_the_callback_can_be_made_to_overtake_the_answer(
    sandbox: SandboxProcess, vnpt: Vnpt, listener: tuple[str, list[dict[str, Any]]]
) -> None:
    url, arrived = listener
    credential = vnpt.credential()
    sandbox.control("/_control/policy", {"provider": "vnpt", "uid": vnpt.uid, "decide": "approve", "after_ms": 0})
    sandbox.will("vnpt", "sign", "delay", vnpt.uid, seconds=3)

    with ThreadPoolExecutor(1) as caller:
        answer = caller.submit(vnpt.sign, [ONE], credentialId=credential, notifyUrl=url)
        eventually(lambda: [notice["status"] for notice in arrived] == [1])
        assert not answer.done()


def test_the_callback_for_a_request_that_runs_out_comes_without_anybody_polling(
    sandbox: SandboxProcess, vnpt: Vnpt, listener: tuple[str, list[dict[str, Any]]]
) -> None:
    url, arrived = listener
    vnpt.sign([ONE], notifyUrl=url)

    sandbox.later(301)

    eventually(lambda: [notice["status"] for notice in arrived] == [0])


def test_the_signature_is_256_raw_bytes(sandbox: SandboxProcess, vnpt: Vnpt) -> None:
    transaction = vnpt.sign([ONE]).json()["content"]["tranId"]
    sandbox.phone(transaction, "approve")

    signature = vnpt.status(transaction).json()["content"]["documents"][0]["sig"]

    assert len(b64decode(signature)) == 256

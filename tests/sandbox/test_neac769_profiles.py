"""The national profile as the sandbox speaks it at VNPT (``sp769``) and at Nacencomm, by plain HTTP."""

from __future__ import annotations

import json
import threading
import uuid
from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from .conftest import SandboxProcess, base64_text, digest_of, eventually, free_port, verifies

ONE, TWO = digest_of("KBNN voucher 0001"), digest_of("KBNN voucher 0002")
HEX_ONE = "672057f06c87b138553ef06fe844d173f9095409a5f2007f59d98d333de2a9c0"
VNPT, BASE64, HEX = "vnpt_sp769", "nacencomm", "nacencomm_hex"


@dataclass(frozen=True)
class Dialect:
    """How a relying party writes at one CA."""

    provider: str
    root: str
    certificates: str
    sign: str
    status: str
    party: dict[str, str]
    is_hex: bool
    time_stamp: str


NACENCOMM = Dialect(
    "nacencomm",
    "/nacencomm",
    "/api/data/get_certificate",
    "/api/data/sign",
    "/api/data/status",
    {"sp_id": "0100000000CA2", "sp_password": "c2FuZGJveC1jYTI"},
    is_hex=False,
    time_stamp="20260101083000",
)
DIALECTS = {
    VNPT: Dialect(
        "vnpt",
        "/vnpt/sca/sp769",
        "/v1/credentials/get_certificate",
        "/v1/signatures/sign",
        "/v1/signatures/sign/{}/status",
        {"sp_id": "kbnn-000.apps.signservice.sandbox", "sp_password": "c2FuZGJveC1zcDc2OQ"},
        is_hex=True,
        time_stamp="20260101083000Z",
    ),
    BASE64: NACENCOMM,
    HEX: Dialect(**{**vars(NACENCOMM), "root": "/nacencomm-hex", "is_hex": True}),
}


@dataclass
class Party:
    """A relying party speaking for one person."""

    sandbox: SandboxProcess
    name: str
    uid: str
    last: str = field(default="")

    @property
    def speaks(self) -> Dialect:
        return DIALECTS[self.name]

    def post(self, path: str, body: Any) -> requests.Response:
        return requests.post(f"{self.sandbox.url}{self.speaks.root}{path}", json=body, timeout=30)

    def certificates(self, path: str = "", **changes: Any) -> requests.Response:
        asked = {**self.speaks.party, "user_id": self.uid, "serial_number": "", "transaction_id": ""}
        return self.post(path or self.speaks.certificates, asked | changes)

    def serial(self) -> str:
        return str(self.certificates().json()["data"]["user_certificates"][0]["serial_number"])

    def files(self, digests: list[str]) -> list[dict[str, Any]]:
        wire = [b64decode(each).hex() if self.speaks.is_hex else each for each in digests]
        return [
            {"doc_id": f"PC{i:04d}", "file_type": "pdf", "sign_type": "hash", "data_to_be_signed": each}
            for i, each in enumerate(wire, 1)
        ]

    def sign(self, digests: list[str], **changes: Any) -> requests.Response:
        self.last = str(uuid.uuid4())
        order = {
            **self.speaks.party,
            "user_id": self.uid,
            "transaction_id": self.last,
            "transaction_desc": "Ký 2 chứng từ chi",
            "serial_number": self.serial(),
            "time_stamp": self.speaks.time_stamp,
            "sign_files": self.files(digests),
        }
        return self.post(self.speaks.sign, {k: v for k, v in (order | changes).items() if v is not None})

    def status(self, transaction: str = "", **changes: Any) -> requests.Response:
        asked = {**self.speaks.party, "user_id": self.uid, "transaction_id": transaction or self.last}
        return self.post(self.speaks.status.format(transaction or self.last), asked | changes)

    def prompts(self) -> list[dict[str, Any]]:
        return self.sandbox.ledger(uid=self.uid)["prompts"]

    def on_the_phone(self) -> str:
        (waiting,) = self.sandbox.waiting(self.uid)
        return str(waiting["id"])


@pytest.fixture(params=list(DIALECTS))
def party(request: pytest.FixtureRequest, sandbox: SandboxProcess) -> Party:
    return Party(sandbox, request.param, sandbox.enrol(DIALECTS[request.param].provider)["uid"])


@pytest.fixture
def vnpt(sandbox: SandboxProcess) -> Party:
    return Party(sandbox, VNPT, sandbox.enrol("vnpt")["uid"])


@pytest.fixture
def nacencomm(sandbox: SandboxProcess) -> Party:
    return Party(sandbox, BASE64, sandbox.enrol("nacencomm")["uid"])


def values_of(answer: requests.Response) -> list[str]:
    return [each["signature_value"] for each in answer.json()["data"]["signatures"]]


def test_an_approved_batch_carries_its_signatures_by_document_id(sandbox: SandboxProcess, party: Party) -> None:
    answer = party.sign([ONE, TWO])
    assert (answer.status_code, answer.json()["status_code"]) == (200, 200)
    assert answer.json()["data"]["transaction_id"] == party.last

    sandbox.phone(party.on_the_phone(), "approve")
    signed = party.status().json()

    leaf = party.certificates().json()["data"]["user_certificates"][0]["cert_data"]
    assert signed["data"]["transaction_id"] == party.last
    assert [each["doc_id"] for each in signed["data"]["signatures"]] == ["PC0001", "PC0002"]
    for digest, each in zip([ONE, TWO], signed["data"]["signatures"], strict=True):
        assert verifies(leaf, digest, each["signature_value"])
    assert len(party.prompts()) == 1


def test_the_two_encodings_of_one_digest_are_the_same_prompt(party: Party) -> None:
    party.sign([ONE])

    (prompt,) = party.prompts()
    assert prompt["digests"] == [ONE] == [b64encode(bytes.fromhex(HEX_ONE)).decode()]


def test_vnpt_waits_with_null_and_says_how_many_seconds_are_left(vnpt: Party) -> None:
    answer = vnpt.sign([ONE]).json()
    assert answer["message"] == "sig_wait_for_user_confirm"
    assert answer["data"]["tran_code"] != vnpt.last

    waiting = vnpt.status().json()

    assert (waiting["status_code"], waiting["message"]) == (200, "sig_wait_for_user_confirm")
    assert waiting["data"]["signatures"] is None
    assert 0 < waiting["data"]["expired_in"] <= 300


def test_nacencomm_waits_with_success_and_an_empty_string(nacencomm: Party) -> None:
    nacencomm.sign([ONE, TWO])

    waiting = nacencomm.status().json()

    assert (waiting["status_code"], waiting["message"]) == (200, "Success")
    assert [each["signature_value"] for each in waiting["data"]["signatures"]] == ["", ""]
    assert waiting["sp_id"] == "0100000000CA2"


@pytest.mark.parametrize(
    ("move", "more", "told"),
    [
        ("refuse", {}, (200, "SIGNER_REJECTED")),
        ("expire", {}, (200, "EXPIRED")),
        ("fail", {"reason": "signing"}, (200, "SIGN_FAILED")),
        ("fail", {"reason": "key_authorisation"}, (200, "AUTHORIZE_KEY_FAILED")),
        ("fail", {"reason": "certificate"}, (403, "CREDENTIAL_STATUS_INVALID")),
        ("fail", {"reason": "internal"}, (500, "SERVAR_INTERNAL_ERROR")),
    ],
)
def test_vnpt_tells_each_ending_by_its_message(
    sandbox: SandboxProcess, vnpt: Party, move: str, more: dict[str, str], told: tuple[int, str]
) -> None:
    vnpt.sign([ONE])

    sandbox.phone(vnpt.on_the_phone(), move, **more)

    answer = vnpt.status().json()
    assert (answer["status_code"], answer["message"], answer["data"]["signatures"]) == (*told, None)


@pytest.mark.parametrize(
    ("move", "message", "value"),
    [
        ("refuse", "Người dùng từ chối ký", ""),
        ("expire", "Yêu cầu đã hết hạn", ""),
        ("fail", "Success", "-2"),
    ],
)
def test_nacencomm_tells_each_ending_by_sentence_or_by_minus_two(
    sandbox: SandboxProcess, nacencomm: Party, move: str, message: str, value: str
) -> None:
    nacencomm.sign([ONE, TWO])

    sandbox.phone(nacencomm.on_the_phone(), move)

    answer = nacencomm.status()
    assert (answer.status_code, answer.json()["message"]) == (200, message)
    assert values_of(answer) == [value, value]


def test_nacencomm_says_102_while_the_key_is_at_work(sandbox: SandboxProcess, nacencomm: Party) -> None:
    nacencomm.sign([ONE])

    sandbox.phone(nacencomm.on_the_phone(), "approve", signing_ms=60_000)

    assert nacencomm.status().json()["status_code"] == 102


def test_one_item_of_a_batch_may_fail_alone(sandbox: SandboxProcess, nacencomm: Party) -> None:
    sandbox.will("nacencomm", "sign", "item_failed", nacencomm.uid)
    nacencomm.sign([ONE, TWO])
    sandbox.phone(nacencomm.on_the_phone(), "approve")

    signed, failed = values_of(nacencomm.status())

    leaf = nacencomm.certificates().json()["data"]["user_certificates"][0]["cert_data"]
    assert verifies(leaf, ONE, signed)
    assert failed == "-2"
    assert len(sandbox.ledger(uid=nacencomm.uid)["signatures"]) == 1


def test_whoever_decides_before_the_answer_has_signed_in_it(sandbox: SandboxProcess, nacencomm: Party) -> None:
    sandbox.control("/_control/policy", {"provider": "nacencomm", "uid": nacencomm.uid, "decide": "approve"})

    answer = nacencomm.sign([ONE])

    assert len(b64decode(values_of(answer)[0])) == 256


@pytest.mark.parametrize("path", ["/api/data/get_certificate", "/rssp/v2/neac/get_certificate"])
def test_both_variants_of_the_path_are_alive(nacencomm: Party, path: str) -> None:
    (found,) = nacencomm.certificates(path).json()["data"]["user_certificates"]

    assert set(found) == {"cert_id", "serial_number", "cert_data", "chain_data"}
    assert found["serial_number"] == found["serial_number"].upper()


@pytest.mark.parametrize("path", ["/v1/credentials/get_certificate", "/v2/credentials/get_certificate"])
def test_vnpt_lists_certificates_with_their_state_under_both_versions(vnpt: Party, path: str) -> None:
    (found,) = vnpt.certificates(path).json()["data"]["user_certificates"]

    assert (found["service_type"], found["cert_status"], found["cert_status_code"]) == (
        "SMARTCA",
        "Đang hoạt động",
        "VALID",
    )
    assert set(found["chain_data"]) == {"ca_cert", "root_cert"}


def test_two_certificates_of_one_person_are_listed_and_one_can_be_asked_for(
    sandbox: SandboxProcess, party: Party
) -> None:
    first = party.serial()
    sandbox.control(f"/_control/subscribers/{party.speaks.provider}/{party.uid}/credentials", {})

    assert len(party.certificates().json()["data"]["user_certificates"]) == 2
    (found,) = party.certificates(serial_number=first).json()["data"]["user_certificates"]
    assert found["serial_number"] == first


def test_vnpt_answers_the_status_to_anybody_who_knows_either_id_and_to_any_kind_of_nothing(vnpt: Party) -> None:
    tran_code = vnpt.sign([ONE]).json()["data"]["tran_code"]
    url = f"{vnpt.sandbox.url}/vnpt/sca/sp769/v1/signatures/sign"

    answers = [
        requests.post(f"{url}/{vnpt.last}/status", json={}, timeout=30),
        requests.post(f"{url}/{vnpt.last}/status", timeout=30),
        requests.post(
            f"{url}/{tran_code}/status", headers={"Content-Type": "application/x-www-form-urlencoded"}, timeout=30
        ),
    ]

    assert [each.json()["data"]["transaction_id"] for each in answers] == [vnpt.last] * 3


def test_nacencomm_answers_the_status_to_the_relying_party_and_for_its_person_only(nacencomm: Party) -> None:
    nacencomm.sign([ONE])

    assert nacencomm.status(sp_password="x").status_code == 401
    assert nacencomm.status(user_id="another").status_code == 404
    assert nacencomm.status().status_code == 200


def test_a_transaction_nobody_opened_is_not_found(party: Party) -> None:
    answer = party.status(str(uuid.uuid4()))

    assert (answer.status_code, answer.json()["status_code"]) == (404, 404)


WRECKS: dict[str, dict[str, Any]] = {
    "no transaction_id": {"transaction_id": None},
    "no files": {"sign_files": []},
    "a time of another form": {"time_stamp": "2026-01-01 08:30"},
    "no serial": {"serial_number": ""},
    "a serial of nobody": {"serial_number": "00"},
    "an unknown person": {"user_id": "nobody"},
    "a wrong sp_id": {"sp_id": "another"},
    "a wrong sp_password": {"sp_password": "another"},
}
ITEM_WRECKS: dict[str, dict[str, Any]] = {
    "no doc_id": {"doc_id": ""},
    "a file instead of a hash": {"sign_type": "file"},
    "an unknown kind of file": {"file_type": "exe"},
    "base64 of hex text": {"data_to_be_signed": base64_text(HEX_ONE)},
    "upper-case hex": {"data_to_be_signed": HEX_ONE.upper()},
    "a short digest": {"data_to_be_signed": "ab"},
    "no digest": {"data_to_be_signed": None},
}


def must_be_refused(party: Party, answer: requests.Response) -> None:
    assert answer.json()["status_code"] in (400, 401, 404)
    assert answer.json()["data"] is None
    assert party.prompts() == []


@pytest.mark.parametrize("change", WRECKS.values(), ids=WRECKS)
def test_strict_mode_refuses_a_damaged_request_and_prompts_nobody(party: Party, change: dict[str, Any]) -> None:
    must_be_refused(party, party.sign([ONE], **change))


@pytest.mark.parametrize("change", ITEM_WRECKS.values(), ids=ITEM_WRECKS)
def test_strict_mode_refuses_a_damaged_item_and_prompts_nobody(party: Party, change: dict[str, Any]) -> None:
    (item,) = party.files([ONE])

    must_be_refused(party, party.sign([ONE], sign_files=[item | change]))


def test_the_other_ca_s_encoding_is_refused(party: Party) -> None:
    (item,) = party.files([ONE])
    other = ONE if party.speaks.is_hex else HEX_ONE

    must_be_refused(party, party.sign([ONE], sign_files=[item | {"data_to_be_signed": other}]))


def test_one_document_id_twice_is_refused(party: Party) -> None:
    (item,) = party.files([ONE])

    must_be_refused(party, party.sign([ONE], sign_files=[item, item]))


def test_more_documents_than_fit_are_refused(party: Party) -> None:
    most = 50 if party.name == VNPT else 20

    must_be_refused(party, party.sign([digest_of(str(i)) for i in range(most + 1)]))


def test_a_number_of_ours_is_good_for_one_request(party: Party) -> None:
    party.sign([ONE])
    first = party.last

    again = party.sign([TWO], transaction_id=first)

    assert again.json()["status_code"] == 400
    assert len(party.prompts()) == 1


def test_vnpt_wants_a_description_and_a_serial_as_it_gave_it(vnpt: Party) -> None:
    must_be_refused(vnpt, vnpt.sign([ONE], transaction_desc=None))
    must_be_refused(vnpt, vnpt.sign([ONE], serial_number=vnpt.serial().upper() + "F"))


def test_nacencomm_wants_the_serial_in_upper_case(nacencomm: Party) -> None:
    must_be_refused(nacencomm, nacencomm.sign([ONE], serial_number=nacencomm.serial().lower() + "f"))


@pytest.mark.parametrize("name", [VNPT, BASE64])
def test_no_turns_left_is_refused_before_the_phone_rings(sandbox: SandboxProcess, name: str) -> None:
    party = Party(sandbox, name, sandbox.enrol(DIALECTS[name].provider)["uid"])
    sandbox.will(party.speaks.provider, "sign", "quota", party.uid)

    must_be_refused(party, party.sign([ONE]))


def test_a_certificate_that_ended_is_refused_at_vnpt_and_fails_at_nacencomm(
    sandbox: SandboxProcess, vnpt: Party, nacencomm: Party
) -> None:
    for each in (vnpt, nacencomm):
        sandbox.control(f"/_control/subscribers/{each.speaks.provider}/{each.uid}/revoke", {})

    assert vnpt.sign([ONE]).json()["status_code"] == 403
    assert nacencomm.sign([ONE]).json()["status_code"] == 200

    assert values_of(nacencomm.status()) == ["-2"]
    assert vnpt.prompts() == nacencomm.prompts() == []


@pytest.mark.parametrize("path", ["/v2/signatures/sign", "/v2/signatures/confirm"])
def test_the_profile_that_signs_without_the_phone_is_refused(vnpt: Party, path: str) -> None:
    order = {**vnpt.speaks.party, "user_id": vnpt.uid, "password": "x", "otp": "123456"}

    answer = vnpt.post(path, order).json()

    assert answer["status_code"] == 403
    assert "sp769-th" in answer["message"]
    assert vnpt.prompts() == []


def test_a_person_known_under_a_tax_code_is_not_known_under_the_citizen_number(sandbox: SandboxProcess) -> None:
    sandbox.enrol("nacencomm", uid="0100000001-001")
    by_tax_code = Party(sandbox, BASE64, "0100000001-001")

    assert Party(sandbox, BASE64, "001190012345").certificates().json()["status_code"] == 404
    assert by_tax_code.certificates().ok


@pytest.mark.parametrize(("name", "life_s"), [(VNPT, 300), (BASE64, 180)])
def test_a_request_runs_out(sandbox: SandboxProcess, name: str, life_s: int) -> None:
    party = Party(sandbox, name, sandbox.enrol(DIALECTS[name].provider)["uid"])
    party.sign([ONE])

    sandbox.later(life_s + 1)

    assert "EXPIRED" in party.status().json()["message"] or "hết hạn" in party.status().json()["message"]


def test_a_fault_staged_for_a_person_meets_the_status_call_that_names_nobody(
    sandbox: SandboxProcess, vnpt: Party
) -> None:
    vnpt.sign([ONE])
    sandbox.will("vnpt", "status", "http_503", vnpt.uid)

    assert vnpt.status().status_code == 503
    assert vnpt.status().status_code == 200


@pytest.fixture
def listener() -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """A relying party's callback port, and what arrived there."""
    arrived: list[dict[str, Any]] = []

    class Listens(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrived.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", free_port()), Listens)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server.server_port, arrived
    server.shutdown()
    server.server_close()
    thread.join()


def test_nacencomm_calls_the_address_of_the_request_with_the_signatures(
    sandbox: SandboxProcess, nacencomm: Party, listener: tuple[int, list[dict[str, Any]]]
) -> None:
    port, arrived = listener
    nacencomm.sign([ONE], urlWebhook=f"http://127.0.0.1:{port}/callbacks/nacencomm")

    sandbox.phone(nacencomm.on_the_phone(), "approve")
    eventually(lambda: arrived)

    (told,) = arrived
    assert (told["transaction_id"], told["status_code"]) == (nacencomm.last, 200)
    assert [each["doc_id"] for each in told["signed_files"]] == ["PC0001"]
    assert len(b64decode(told["signed_files"][0]["signature_value"])) == 256


def test_vnpt_calls_the_registered_address_and_a_lenient_ca_takes_sloppy_clients(
    own_sandbox: Any, listener: tuple[int, list[dict[str, Any]]]
) -> None:
    port, arrived = listener
    lax = own_sandbox(SANDBOX_STRICT="0", SANDBOX_VNPT_SP769_WEBHOOK=f"http://127.0.0.1:{port}/callbacks/vnpt")
    party = Party(lax, VNPT, lax.enrol("vnpt")["uid"])
    (item,) = party.files([ONE])

    party.sign(
        [ONE], sign_files=[item | {"data_to_be_signed": ONE}], time_stamp="", serial_number=party.serial().upper()
    )
    lax.phone(party.on_the_phone(), "refuse")
    eventually(lambda: arrived)

    assert [prompt["digests"] for prompt in party.prompts()] == [[ONE]]
    assert arrived == [
        {
            "sp_id": "kbnn-000.apps.signservice.sandbox",
            "status_code": 200,
            "message": "SIGNER_REJECTED",
            "transaction_id": party.last,
            "signed_files": None,
        }
    ]


def test_a_restart_keeps_what_waits_under_both_ids(own_sandbox: Any) -> None:
    first = own_sandbox()
    party = Party(first, VNPT, first.enrol("vnpt")["uid"])
    tran_code = party.sign([ONE]).json()["data"]["tran_code"]
    first.stop()

    again = Party(own_sandbox(), VNPT, party.uid)

    assert again.status(party.last).ok
    assert again.status(tran_code).json()["data"]["transaction_id"] == party.last

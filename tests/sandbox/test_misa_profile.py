"""MISA eSign as the sandbox speaks it: two path roots, two tokens, a second factor, one word for every bad ending."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests

from .conftest import SandboxProcess, digest_of, eventually, verifies

ONE, TWO = digest_of("KBNN voucher 0001"), digest_of("KBNN voucher 0002")
AUTH, ESRM = "api/auth/api/v1/auth", "external/esrm/service"
PASSWORD = "Mật khẩu @123"
CLIENT = {"x-clientId": "kbnn-sandbox", "x-clientKey": "c2FuZGJveC1taXNh"}


@dataclass
class Misa:
    """A relying party of MISA eSign, speaking for one person."""

    sandbox: SandboxProcess
    uid: str
    client: dict[str, str] = field(default_factory=lambda: dict(CLIENT))
    tokens: dict[str, Any] = field(default_factory=dict)

    def post(self, path: str, body: Any, **headers: str) -> requests.Response:
        sent = {**self.client, **headers}
        return requests.post(f"{self.sandbox.url}/misa/{path}", json=body, headers=sent, timeout=30)

    def login(self, password: str = PASSWORD, root: str = "webdev/") -> requests.Response:
        return self._signed_in(self.post(f"{root}{AUTH}/login-api", {"userName": self.uid, "password": password}))

    def answers(self, code: str | None, otp_type: int = 1) -> requests.Response:
        words = {"userName": self.uid, "code": code, "otpType": otp_type, "remember": False}
        return self._signed_in(self.post(f"webdev/{AUTH}/two-factor-auth", words))

    def _signed_in(self, answer: requests.Response) -> requests.Response:
        if "json" in answer.headers["Content-Type"] and answer.ok:
            self.tokens = answer.json()["data"]
        return answer

    def refresh(self, token: str) -> requests.Response:
        return self.post(f"webdev/{AUTH}/refreshtoken", {"refreshToken": token})

    def resend(self) -> requests.Response:
        return self.post(f"webdev/{AUTH}/resend-otp-auth", {"userName": self.uid, "language": "vi-VN"})

    @property
    def code(self) -> str | None:
        path = f"/_control/subscribers/misa/{self.uid}/code"
        return self.sandbox.control(path, method="GET")["code"]  # type: ignore[no-any-return]

    def esrm(self, method: str, path: str, body: Any = None, token: str | None = None) -> requests.Response:
        bearer = self.tokens.get("remoteSigningAccessToken", "") if token is None else token
        headers = {**self.client, "AuthorizationRM": f"Bearer {bearer}"}
        url = f"{self.sandbox.url}/misa/{ESRM}/{path}"
        return requests.request(method, url, json=body, headers=headers, timeout=30)

    def certificates(self) -> list[dict[str, Any]]:
        answer = self.esrm("GET", "general/api/v1/Certificates/by-userId")
        assert answer.ok, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def sign(self, digests: list[str], **changes: Any) -> requests.Response:
        order = {
            "DataToBeDisplayed": "Ký 2 chứng từ &lt;chi&gt;",
            "UserId": self.tokens["user"]["id"],
            "CertAlias": self.certificates()[0]["keyAlias"],
            "Documents": [document(number, digest) for number, digest in enumerate(digests, 1)],
        }
        return self.esrm("POST", "signing/api/v1/Signing/hash", order | changes)

    def asks(self, *digests: str) -> str:
        answer = self.sign(list(digests or (ONE,)))
        assert answer.ok, answer.text
        return answer.json()["transactionId"]  # type: ignore[no-any-return]

    def status(self, transaction: str) -> requests.Response:
        return self.esrm("GET", f"signing/api/v1/Signing/status/{transaction}")

    def told(self, transaction: str) -> dict[str, Any]:
        return self.status(transaction).json()  # type: ignore[no-any-return]


def document(number: int, digest: str, **changes: Any) -> dict[str, Any]:
    whole = {"DocumentId": f"PC{number:04d}", "FileToSign": digest, "DocumentName": f"Phiếu chi PC{number:04d}"}
    return whole | changes


def newcomer(sandbox: SandboxProcess, **facts: Any) -> Misa:
    return Misa(sandbox, sandbox.enrol("misa", password=PASSWORD, **facts)["uid"])


@pytest.fixture
def misa(sandbox: SandboxProcess) -> Misa:
    """Somebody freshly enrolled at MISA, signed in."""
    party = newcomer(sandbox)
    party.login()
    return party


def test_a_sign_in_gives_two_tokens_in_an_envelope(misa: Misa) -> None:
    answer = misa.login().json()

    assert answer["status"] | {"type": "success", "code": 200, "error": False, "errorCode": 0} == answer["status"]
    assert {"accessToken", "remoteSigningAccessToken", "refreshToken", "user", "default"} <= answer["data"].keys()
    assert answer["data"]["expiresIn"] == 3600


def test_a_wrong_password_is_refused_in_the_envelope_and_five_lock(misa: Misa) -> None:
    told = [misa.login("sai") for _ in range(5)]

    assert {(answer.status_code, answer.json()["status"]["errorCode"]) for answer in told} == {(400, 110)}
    assert "khóa" in misa.login().json()["status"]["userMsg"]


def test_strict_asks_for_the_two_headers_at_the_sign_in_and_lenient_does_not(
    sandbox: SandboxProcess, own_sandbox: Any
) -> None:
    strict = newcomer(sandbox)
    strict.client = {}
    lenient = newcomer(own_sandbox(SANDBOX_STRICT="0"))
    lenient.client = {}

    assert strict.login().status_code == 401
    assert lenient.login().ok


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("GET", f"webdev/{ESRM}/general/api/v1/Certificates/by-userId"),
        ("POST", f"webdev/{ESRM}/signing/api/v1/Signing/hash"),
        ("POST", f"{AUTH}/refreshtoken"),
        ("GET", f"api/{ESRM}/general/api/v1/Certificates/by-userId"),
    ],
)
def test_a_wrong_prefix_answers_a_page_with_200(misa: Misa, method: str, path: str) -> None:
    answer = requests.request(method, f"{misa.sandbox.url}/misa/{path}", headers=CLIENT, timeout=30)

    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (200, "text/html")


def test_the_test_host_has_no_sign_in_at_its_root_and_production_has_it_at_both(misa: Misa, own_sandbox: Any) -> None:
    assert misa.login(root="").status_code == 405

    production = newcomer(own_sandbox(SANDBOX_MISA_HOST="production"))
    assert production.login(root="").ok and production.login().ok


def test_a_refresh_token_is_rotated_is_good_once_and_answers_without_an_envelope(misa: Misa) -> None:
    first = misa.tokens["refreshToken"]

    fresh = misa.refresh(first).json()

    assert set(fresh) == {"remoteSigningAccessToken", "accessToken", "refreshToken", "expiresIn"}
    assert misa.refresh(first).status_code == 401
    assert misa.refresh(fresh["refreshToken"]).ok


def test_the_ordinary_token_is_no_token_for_signing(misa: Misa) -> None:
    answer = misa.esrm("GET", "general/api/v1/Certificates/by-userId", token=misa.tokens["accessToken"])

    assert (answer.status_code, answer.json()["errorCode"]) == (401, "e2001")


def test_a_second_factor_is_wanted_of_those_who_have_one(sandbox: SandboxProcess) -> None:
    party = newcomer(sandbox, second_factor="authenticator")

    wanted = party.login()
    assert (wanted.status_code, wanted.json()["status"]["errorCode"]) == (400, 122)
    assert "remoteSigningAccessToken" not in wanted.text
    assert party.answers(party.code).ok
    assert party.certificates()


def test_the_second_factor_is_switched_off_again(sandbox: SandboxProcess) -> None:
    party = newcomer(sandbox, second_factor="message")
    assert not party.login().ok

    again = {"provider": "misa", "uid": party.uid, "full_name": "A", "id_number": "0" * 12, "second_factor": ""}
    sandbox.control("/_control/subscribers", again)

    assert party.login().ok


def test_three_wrong_codes_end_the_sign_in(sandbox: SandboxProcess) -> None:
    party = newcomer(sandbox, second_factor="message")
    party.login()
    right = party.code

    told = [party.answers("no", otp_type=0).json()["status"]["errorCode"] for _ in range(3)]

    assert told == [1001, 1001, 1003]
    assert party.answers(right, otp_type=0).json()["status"]["errorCode"] == 1003


def test_a_code_of_the_other_kind_is_wrong(sandbox: SandboxProcess) -> None:
    party = newcomer(sandbox, second_factor="message")
    party.login()

    assert party.answers(party.code, otp_type=1).json()["status"]["errorCode"] == 1001
    assert party.answers(party.code, otp_type=0).ok


def test_a_code_runs_out_and_another_is_sent(own_sandbox: Any) -> None:
    sandbox = own_sandbox()
    party = newcomer(sandbox, second_factor="message")
    party.login()
    old = party.code
    sandbox.later(181)

    assert party.answers(old, otp_type=0).json()["status"]["errorCode"] == 1002
    assert party.resend().ok
    assert party.answers(party.code, otp_type=0).ok


def test_the_phone_page_shows_the_code(sandbox: SandboxProcess) -> None:
    party = newcomer(sandbox, second_factor="authenticator")
    party.login()

    page = requests.get(f"{sandbox.url}/phone/misa/{party.uid}", timeout=30).text

    assert str(party.code) in page


def test_the_certificates_are_a_bare_array_with_the_misspelt_chain(misa: Misa) -> None:
    (entry,) = misa.certificates()

    assert entry["certiticateChain"][0] == entry["certificate"]
    assert (entry["keyStatus"], entry["isAutoSign"], len(entry["certiticateChain"])) == ("ACTIVE", False, 3)
    one = misa.esrm("GET", f"general/api/v1/Certificates/by-certId?certAlias={entry['keyAlias']}")
    assert one.json() == entry


def test_a_revoked_key_is_inactive_and_signs_nothing(misa: Misa) -> None:
    misa.sandbox.control(f"/_control/subscribers/misa/{misa.uid}/revoke", {})

    assert misa.certificates()[0]["keyStatus"] == "INACTIVE"
    assert misa.sign([ONE]).json()["errorCode"] == "e400"


def test_two_active_keys_are_both_listed(misa: Misa) -> None:
    misa.sandbox.control(f"/_control/subscribers/misa/{misa.uid}/credentials", {})

    assert [entry["keyStatus"] for entry in misa.certificates()] == ["ACTIVE", "ACTIVE"]


def test_a_key_that_signs_by_itself_asks_nobody(misa: Misa) -> None:
    misa.sandbox.control(f"/_control/subscribers/misa/{misa.uid}/credentials", {"auto_sign": True})
    automatic = next(entry for entry in misa.certificates() if entry["isAutoSign"])

    transaction = misa.sign([ONE], CertAlias=automatic["keyAlias"]).json()["transactionId"]

    assert misa.told(transaction)["status"] == "SUCCESS"
    assert misa.sandbox.waiting(misa.uid) == []


def test_all_documents_are_signed_with_one_prompt_in_the_order_of_the_request(misa: Misa) -> None:
    transaction = misa.asks(ONE, TWO)
    assert misa.told(transaction) | {"status": "PENDING", "signatures": None} == misa.told(transaction)

    misa.sandbox.phone(transaction, "approve")
    told = eventually(lambda: (now := misa.told(transaction))["status"] == "SUCCESS" and now)

    certificate = misa.certificates()[0]["certificate"]
    assert [each["documentId"] for each in told["signatures"]] == ["PC0001", "PC0002"]
    assert all(
        verifies(certificate, digest, each["signature"])
        for digest, each in zip((ONE, TWO), told["signatures"], strict=True)
    )
    assert len(misa.sandbox.ledger(digest=ONE)["prompts"]) >= 1


def test_the_phone_shows_the_text_as_the_app_renders_it(misa: Misa) -> None:
    misa.asks(ONE)

    assert misa.sandbox.waiting(misa.uid)[0]["title"] == "Ký 2 chứng từ <chi>"


@pytest.mark.parametrize(
    ("move", "more", "status", "code"),
    [
        ("refuse", {}, "FAILED", "E_SANDBOX_REJECT"),
        ("expire", {}, "FAILED", "E_SANDBOX_LATE"),
        ("fail", {}, "FAILED", "E_SANDBOX_FAILED"),
        ("fail", {"code": "E777", "text": "Một lỗi khác"}, "FAILED", "E777"),
        ("fail", {"state": "CANCELLED", "code": ""}, "CANCELLED", ""),
    ],
)
def test_every_bad_end_is_told_with_200_and_one_batch_ends_as_a_whole(
    misa: Misa, move: str, more: dict[str, str], status: str, code: str
) -> None:
    transaction = misa.asks(ONE, TWO)
    misa.sandbox.phone(transaction, move, **more)

    answer = misa.status(transaction)

    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["errorCode"], answer.json()["signatures"]) == (status, code, None)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"Documents": []}, "Documents"),
        ({"Documents": [document(1, ONE, DocumentId="x" * 37)]}, "DocumentId"),
        ({"Documents": [document(1, ONE, DocumentName="x" * 101)]}, "DocumentName"),
        ({"Documents": [document(1, ONE), document(1, TWO)]}, "DocumentId"),
        ({"Documents": [document(1, "not base64")]}, "FileToSign"),
        ({"Documents": [document(1, ONE)] * 51}, "Documents"),
        ({"CertAlias": "none"}, "CertAlias"),
        ({"UserId": "another"}, "UserId"),
    ],
)
def test_a_malformed_request_is_e400_and_rings_no_phone(misa: Misa, changes: dict[str, Any], name: str) -> None:
    answer = misa.sign([ONE], **changes)

    assert (answer.status_code, answer.json()["errorCode"]) == (400, "e400")
    assert answer.json()["validationFailures"][0]["property"] == name
    assert misa.sandbox.waiting(misa.uid) == []


def test_another_persons_transaction_does_not_exist(misa: Misa) -> None:
    transaction = misa.asks(ONE)
    other = newcomer(misa.sandbox)
    other.login()

    assert other.status(transaction).status_code == 404


def test_signing_without_the_relying_partys_headers_is_forbidden(misa: Misa) -> None:
    misa.client = {"x-clientId": "another", "x-clientKey": "key"}

    assert misa.esrm("GET", "general/api/v1/Certificates/by-userId").status_code == 403


@pytest.fixture
def listener() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """A relying party's address for the webhook, and what it heard."""
    heard: list[dict[str, Any]] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/knock", heard
    server.shutdown()
    server.server_close()


def test_the_webhook_carries_the_signatures_and_one_message_id_however_often_it_comes(
    own_sandbox: Any, listener: tuple[str, list[dict[str, Any]]]
) -> None:
    url, heard = listener
    sandbox = own_sandbox(SANDBOX_MISA_WEBHOOK=url)
    party = newcomer(sandbox)
    party.login()
    sandbox.will("misa", "any", "notify_twice", party.uid)
    transaction = party.asks(ONE)

    sandbox.phone(transaction, "approve")
    eventually(lambda: len(heard) == 2)

    assert heard[0] == heard[1]
    assert (heard[0]["clientId"], heard[0]["transactionId"]) == (CLIENT["x-clientId"], transaction)
    assert verifies(party.certificates()[0]["certificate"], ONE, heard[0]["signatures"][0]["signature"])


def test_a_quick_thumb_lets_the_webhook_overtake_the_answer(
    own_sandbox: Any, listener: tuple[str, list[dict[str, Any]]]
) -> None:
    url, heard = listener
    sandbox = own_sandbox(SANDBOX_MISA_WEBHOOK=url)
    party = newcomer(sandbox)
    party.login()
    sandbox.control("/_control/policy", {"provider": "misa", "uid": party.uid, "decide": "approve", "after_ms": 0})
    sandbox.will("misa", "sign", "delay", party.uid, seconds=1)
    answered: list[str] = []
    asking = threading.Thread(target=lambda: answered.append(party.asks(ONE)))
    asking.start()

    eventually(lambda: heard)

    assert answered == []
    asking.join()
    assert heard[0]["transactionId"] == answered[0]

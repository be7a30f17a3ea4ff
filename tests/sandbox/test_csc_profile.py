"""CSC v1 and v2 as the sandbox speaks them: names, pages, waiting, activation data, and what strict mode refuses."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
import requests

from .conftest import SandboxProcess, base64_text, digest_of, eventually, verifies

ONE, TWO = digest_of("KBNN voucher 0001"), digest_of("KBNN voucher 0002")
SHA256, RSA, SHA256_RSA = "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11"
CLIENT = ("kbnn-sandbox", "Y3NjLXNhbmRib3g")
PASSWORD = "Mật khẩu @123"


@dataclass
class Csc:
    """A relying party of a CSC service, speaking for one person."""

    url: str
    uid: str
    version: str = "v1"
    token: str = ""

    def asks_token(self, path: str = "oauth2/token", client: Any = CLIENT, **form: str) -> requests.Response:
        answer = requests.post(f"{self.url}/csc/{path}", data=form, auth=client, timeout=30)
        if answer.ok:
            self.token = answer.json()["access_token"]
        return answer

    def signs_in(self) -> Csc:
        assert self.asks_token(grant_type="password", username=self.uid, password=PASSWORD).ok
        return self

    def post(self, path: str, body: Any, bearer: str = "") -> requests.Response:
        token = bearer or self.token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.post(f"{self.url}/csc/csc/{self.version}/{path}", json=body, headers=headers, timeout=60)

    def credential(self) -> str:
        return str(self.post("credentials/list", {}).json()["credentialIDs"][0])

    def info(self, **more: Any) -> dict[str, Any]:
        asked = {"credentialID": self.credential(), "certificates": "chain", **more}
        answer: dict[str, Any] = self.post("credentials/info", asked).json()
        return answer

    def leaf(self) -> str:
        return str(self.info()["cert"]["certificates"][0])

    def order(self, digests: list[str], **changes: Any) -> dict[str, Any]:
        hashes = "hash" if self.version == "v1" else "hashes"
        order = {"credentialID": self.credential(), "numSignatures": len(digests), hashes: digests}
        return {k: v for k, v in (order | {"description": "Ký 2 chứng từ chi"} | changes).items() if v is not None}

    def authorizes(self, digests: list[str], **changes: Any) -> requests.Response:
        return self.post("credentials/authorize", self.order(digests, **changes))

    def signs(self, digests: list[str], sad: str | None, bearer: str = "", **changes: Any) -> requests.Response:
        hashes, algo = ("hash", "hashAlgo") if self.version == "v1" else ("hashes", "hashAlgorithmOID")
        order = {"credentialID": self.credential(), "SAD": sad, hashes: digests, algo: SHA256, "signAlgo": RSA}
        wanted = {k: v for k, v in (order | changes).items() if v is not None}
        return self.post("signatures/signHash", wanted, bearer)


@pytest.fixture
def v1(sandbox: SandboxProcess) -> Csc:
    return Csc(sandbox.url, sandbox.enrol("csc", password=PASSWORD)["uid"]).signs_in()


@pytest.fixture
def v2(v1: Csc) -> Csc:
    v1.version = "v2"
    return v1


def approves(sandbox: SandboxProcess, party: Csc) -> None:
    sandbox.control("/_control/policy", {"provider": "csc", "uid": party.uid, "decide": "approve", "after_ms": 0})


def sad_of(sandbox: SandboxProcess, party: Csc, digests: list[str]) -> str:
    """Activation data for these digests, by whichever way the version gives it."""
    approves(sandbox, party)
    answer = party.authorizes(digests).json()
    if party.version == "v2":
        answer = party.post("credentials/authorizeCheck", {"handle": answer["handle"]}).json()
    return str(answer["SAD"])


# Coming in


@pytest.mark.parametrize("path", ["oauth2/token", "csc/v1/oauth2/token", "csc/v2/oauth2/token"])
@pytest.mark.parametrize("basic", [True, False], ids=["basic", "form"])
def test_the_token_endpoint_knows_the_client_by_basic_and_by_form(v1: Csc, path: str, basic: bool) -> None:
    form = {} if basic else {"client_id": CLIENT[0], "client_secret": CLIENT[1]}

    answer = v1.asks_token(path, CLIENT if basic else None, grant_type="client_credentials", **form).json()

    assert (answer["token_type"], answer["expires_in"], "refresh_token" in answer) == ("Bearer", 3600, False)


@pytest.mark.parametrize(
    ("form", "client", "status", "error"),
    [
        ({"grant_type": "client_credentials"}, (CLIENT[0], "wrong"), 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, None, 400, "invalid_client"),
        ({"grant_type": "password", "username": "nobody", "password": PASSWORD}, CLIENT, 400, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "none"}, CLIENT, 400, "invalid_grant"),
        ({"grant_type": "authorization_code"}, CLIENT, 400, "unsupported_grant_type"),
    ],
)
def test_a_refused_token_has_oauths_word(v1: Csc, form: Any, client: Any, status: int, error: str) -> None:
    answer = v1.asks_token(client=client, **form)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_refresh_token_is_good_once(v1: Csc) -> None:
    refresh = v1.asks_token(grant_type="password", username=v1.uid, password=PASSWORD).json()["refresh_token"]

    assert v1.asks_token(grant_type="refresh_token", refresh_token=refresh).ok
    assert v1.asks_token(grant_type="refresh_token", refresh_token=refresh).json()["error"] == "invalid_grant"


def test_v1_also_lets_a_person_in_by_http_basic(sandbox: SandboxProcess, v1: Csc) -> None:
    door = f"{sandbox.url}/csc/csc/v1/auth/login"
    right = (v1.uid, PASSWORD.encode())

    answer = requests.post(door, json={"rememberMe": True}, auth=right, timeout=30).json()
    wrong = requests.post(door, json={}, auth=(v1.uid, "x"), timeout=30)

    v1.token = answer["access_token"]
    assert v1.credential()
    assert v1.post("auth/revoke", {"token": answer["refresh_token"]}).status_code == 204
    assert (wrong.status_code, wrong.json()["error"]) == (401, "authentication_error")


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_info_names_the_methods_of_its_version(v1: Csc, version: str) -> None:
    v1.version = version

    told = v1.post("info", {"lang": "vi"}).json()

    assert told["specs"].startswith(version[1])
    assert ("signatures/signPolling" in told["methods"]) is (version == "v2")
    assert {"credentials/list", "credentials/authorize", "signatures/signHash"} <= set(told["methods"])


@pytest.mark.parametrize("path", ["credentials/list", "credentials/authorize", "signatures/signHash"])
def test_every_call_needs_a_living_token(v1: Csc, path: str) -> None:
    answer = v1.post(path, v1.order([ONE]), bearer="sandbox.dead.token")

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")


# Credentials


def test_credentials_come_page_by_page(sandbox: SandboxProcess, v1: Csc) -> None:
    for _ in range(2):
        sandbox.control(f"/_control/subscribers/csc/{v1.uid}/credentials", {})

    first = v1.post("credentials/list", {"maxResults": 2}).json()
    second = v1.post("credentials/list", {"maxResults": 2, "pageToken": first["nextPageToken"]}).json()

    assert (len(first["credentialIDs"]), len(second["credentialIDs"]), "nextPageToken" in second) == (2, 1, False)


def test_our_own_token_has_to_name_the_person_and_a_persons_token_names_nobody_else(
    sandbox: SandboxProcess, v1: Csc
) -> None:
    other = sandbox.enrol("csc", password=PASSWORD)["uid"]
    assert v1.post("credentials/list", {"userID": other}).json()["error"] == "invalid_request"
    v1.asks_token(grant_type="client_credentials")

    assert v1.post("credentials/list", {}).json()["error"] == "invalid_request"
    assert v1.post("credentials/list", {"userID": "nobody"}).json()["error"] == "invalid_request"
    assert len(v1.post("credentials/list", {"userID": v1.uid}).json()["credentialIDs"]) == 1


def test_info_lists_both_algorithms_and_shows_names_only_when_asked(v1: Csc) -> None:
    bare, full = v1.info(certInfo=False), v1.info(certInfo=True, authInfo=True)

    assert bare["key"] == {"status": "enabled", "algo": [RSA, SHA256_RSA], "len": 2048}
    assert set(bare["cert"]) == {"status", "certificates"}
    assert len(bare["cert"]["certificates"]) == 3
    assert full["cert"]["validTo"].endswith("Z") and "CCCD:" in full["cert"]["subjectDN"]
    assert (full["authMode"], full["SCAL"], full["multisign"]) == ("implicit", "2", 50)


def test_v2_lists_details_and_leaves_dead_certificates_out_when_asked(sandbox: SandboxProcess, v2: Csc) -> None:
    sandbox.control(f"/_control/subscribers/csc/{v2.uid}/revoke", {})
    sandbox.control(f"/_control/subscribers/csc/{v2.uid}/credentials", {})

    every = v2.post("credentials/list", {"credentialInfo": True, "certificates": "single"}).json()
    valid = v2.post("credentials/list", {"onlyValid": True}).json()

    assert [each["cert"]["status"] for each in every["credentialInfos"]] == ["revoked", "valid"]
    assert every["credentialInfos"][0]["auth"] == {"mode": "implicit"}
    assert valid["credentialIDs"] == every["credentialIDs"][1:]


# Approving


def test_v1_waits_for_the_person_and_then_hands_the_activation_out(sandbox: SandboxProcess, v1: Csc) -> None:
    answers: list[requests.Response] = []
    asking = threading.Thread(target=lambda: answers.append(v1.authorizes([ONE, TWO])))
    asking.start()
    (prompt,) = eventually(lambda: sandbox.waiting(v1.uid))
    assert (prompt["title"], prompt["digests"], answers) == ("Ký 2 chứng từ chi", [ONE, TWO], [])

    sandbox.phone(prompt["id"], "approve")

    asking.join(30)
    sad = answers[0].json()["SAD"]
    signatures = v1.signs([ONE, TWO], sad).json()["signatures"]
    assert [verifies(v1.leaf(), d, s) for d, s in zip([ONE, TWO], signatures, strict=True)] == [True, True]


def test_v2_hands_out_a_handle_that_is_redeemed_when_the_person_agreed(sandbox: SandboxProcess, v2: Csc) -> None:
    handle = v2.authorizes([ONE]).json()["handle"]
    early = v2.post("credentials/authorizeCheck", {"handle": handle})
    (prompt,) = sandbox.waiting(v2.uid)
    sandbox.phone(prompt["id"], "approve")

    sad = v2.post("credentials/authorizeCheck", {"handle": handle}).json()["SAD"]

    assert (early.status_code, early.json()["error"]) == (400, "authorization_pending")
    assert verifies(v2.leaf(), ONE, v2.signs([ONE], sad).json()["signatures"][0])


@pytest.mark.parametrize(
    ("move", "error"),
    [("refuse", "access_denied"), ("expire", "expired_token")],
)
def test_an_approval_that_does_not_come_has_a_word(sandbox: SandboxProcess, v2: Csc, move: str, error: str) -> None:
    handle = v2.authorizes([ONE]).json()["handle"]
    sandbox.phone(sandbox.waiting(v2.uid)[0]["id"], move)

    assert v2.post("credentials/authorizeCheck", {"handle": handle}).json()["error"] == error


def test_a_key_that_breaks_shows_when_it_is_used(sandbox: SandboxProcess, v2: Csc) -> None:
    handle = v2.authorizes([ONE]).json()["handle"]
    sandbox.phone(sandbox.waiting(v2.uid)[0]["id"], "fail", reason="signing")
    sad = v2.post("credentials/authorizeCheck", {"handle": handle}).json()["SAD"]

    answer = v2.signs([ONE], sad)

    assert (answer.status_code, answer.json()["error"]) == (500, "server_error")


def test_v1_says_it_in_the_answer_that_waited(sandbox: SandboxProcess, v1: Csc) -> None:
    sandbox.control("/_control/policy", {"provider": "csc", "uid": v1.uid, "decide": "refuse", "after_ms": 0})

    assert v1.authorizes([ONE]).json()["error"] == "access_denied"


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("state", ["revoked", "quota"])
def test_a_credential_that_cannot_sign_rings_nobody(sandbox: SandboxProcess, v1: Csc, state: str, version: str) -> None:
    v1.version = version
    if state == "quota":
        sandbox.will("csc", "sign", "quota", v1.uid)
    else:
        sandbox.control(f"/_control/subscribers/csc/{v1.uid}/revoke", {})

    assert v1.authorizes([ONE]).json()["error"] == "invalid_request"
    assert sandbox.ledger(uid=v1.uid)["prompts"] == []


HEX = "672057f06c87b138553ef06fe844d173f9095409a5f2007f59d98d333de2a9c0"
WRECKS: list[tuple[str, dict[str, Any]]] = [
    ("base64 of hex text", {"hash": [base64_text(HEX)]}),
    ("bare hex", {"hash": [HEX]}),
    ("SHA-1", {"hash": ["2jmj7l5rSw0yVb/vlWAYkK/YBwk="]}),
    ("base64url", {"hash": [ONE.replace("/", "_").replace("+", "-")]}),
    ("percent", {"hash": [quote(ONE, safe="")]}),
    ("no hashes", {"hash": [], "numSignatures": 0}),
    ("hashes missing", {"hash": None}),
    ("v2's name", {"hash": None, "hashes": [ONE]}),
    ("count too high", {"numSignatures": 2}),
    ("count beyond multisign", {"numSignatures": 51}),
    ("count as text", {"numSignatures": "1"}),
    ("a key of nobody", {"credentialID": "GX0112348"}),
    ("another digest", {"hashAlgo": "2.16.840.1.101.3.4.2.3"}),
    ("description is no text", {"description": 7}),
]


@pytest.mark.parametrize("change", [change for _, change in WRECKS], ids=[name for name, _ in WRECKS])
def test_strict_mode_refuses_and_prompts_nobody(sandbox: SandboxProcess, v1: Csc, change: dict[str, Any]) -> None:
    answer = v1.authorizes([ONE], **change)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    assert sandbox.ledger(uid=v1.uid)["prompts"] == []


# Signing


def test_activation_data_is_good_once(sandbox: SandboxProcess, v1: Csc) -> None:
    sad = sad_of(sandbox, v1, [ONE])

    assert v1.signs([ONE], sad).ok
    assert v1.signs([ONE], sad).json()["error_description"] == "SAD has been used"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"hash": [TWO]}, "Hash is not authorized by the SAD"),
        ({"SAD": "_nobody"}, "Invalid parameter SAD"),
        ({"SAD": None}, "Invalid parameter SAD"),
        ({"credentialID": "GX"}, "Invalid parameter credentialID"),
        ({"signAlgo": "1.2.840.113549.1.1.10"}, "Invalid parameter signAlgo"),
        ({"hashAlgo": None}, "Missing parameter hashAlgo"),
        ({"hashAlgo": "2.16.840.1.101.3.4.2.2"}, "Invalid parameter hashAlgo"),
    ],
)
def test_a_signature_the_person_did_not_approve_is_not_made(
    sandbox: SandboxProcess, v1: Csc, change: dict[str, Any], word: str
) -> None:
    sad = sad_of(sandbox, v1, [ONE])

    assert v1.signs([ONE], sad, **change).json()["error_description"] == word
    assert v1.signs([ONE], sad, signAlgo=SHA256_RSA, hashAlgo=None).ok


def test_activation_data_grows_old(sandbox: SandboxProcess, v1: Csc) -> None:
    sad = sad_of(sandbox, v1, [ONE])

    sandbox.later(3601)

    assert v1.signs_in().signs([ONE], sad).json()["error_description"] == "Invalid parameter SAD"


def test_v2_takes_the_activation_as_bearer(sandbox: SandboxProcess, v2: Csc) -> None:
    sad = sad_of(sandbox, v2, [ONE])

    assert verifies(v2.leaf(), ONE, v2.signs([ONE], None, bearer=sad).json()["signatures"][0])


@pytest.mark.parametrize("name", ["requestID", "responseID"])
def test_an_asynchronous_signature_is_400_until_it_is_there(sandbox: SandboxProcess, v2: Csc, name: str) -> None:
    handle = v2.authorizes([ONE, TWO]).json()["handle"]
    (prompt,) = sandbox.waiting(v2.uid)
    sandbox.phone(prompt["id"], "approve", signing_ms=3_000_000)
    sad = v2.post("credentials/authorizeCheck", {"handle": handle}).json()["SAD"]
    response = v2.signs([ONE, TWO], sad, operationMode="A").json()["responseID"]
    early = v2.post("signatures/signPolling", {name: response})

    sandbox.later(3_000)

    done = v2.post("signatures/signPolling", {name: response}).json()
    assert early.status_code == 400
    assert "previous asynchronous signature request" in early.json()["error_description"]
    assert [verifies(v2.leaf(), d, s) for d, s in zip([ONE, TWO], done["signatures"], strict=True)] == [True, True]


# By switch


def test_an_explicit_credential_wants_pin_and_otp_and_an_otp_is_good_once(own_sandbox: Any) -> None:
    explicit = own_sandbox(SANDBOX_CSC_AUTH_MODE="explicit")
    party = Csc(explicit.url, explicit.enrol("csc", password=PASSWORD)["uid"]).signs_in()
    both = {"PIN": "123456", "OTP": "738496"}

    unsent = party.authorizes([ONE], **both)
    party.post("credentials/sendOTP", {"credentialID": party.credential()})
    wrong = party.authorizes([ONE], PIN="000000", OTP="738496")
    right = party.authorizes([ONE], **both)
    again = party.authorizes([ONE], **both)

    assert [each.json().get("error") for each in (unsent, wrong, right, again)] == [
        "invalid_otp",
        "invalid_pin",
        None,
        "invalid_otp",
    ]
    assert verifies(party.leaf(), ONE, party.signs([ONE], right.json()["SAD"]).json()["signatures"][0])
    info = party.info(authInfo=True)
    assert (info["authMode"], info["PIN"]["presence"], info["OTP"]["type"]) == ("explicit", "true", "online")
    party.version = "v2"
    assert party.info(authInfo=True)["auth"]["expression"] == "PIN AND OTP"
    party.post("credentials/getChallenge", {"credentialID": party.credential()})
    data = [{"id": "PIN", "value": "123456"}, {"id": "OTP", "value": "738496"}]
    assert "SAD" in party.authorizes([ONE], authData=data).json()


def test_a_picky_server_wants_percent_encoded_hashes_and_a_lenient_one_takes_hex(own_sandbox: Any) -> None:
    picky = own_sandbox(SANDBOX_CSC_HASH_WIRE="percent", SANDBOX_STRICT="0")
    party = Csc(picky.url, picky.enrol("csc", password=PASSWORD)["uid"], "v2").signs_in()

    assert party.authorizes([ONE]).json()["error"] == "invalid_request"
    assert party.authorizes([quote(ONE, safe="")]).ok
    assert party.authorizes([HEX]).ok
    assert [shown["digests"] for shown in picky.waiting(party.uid)] == [[ONE], [ONE]]

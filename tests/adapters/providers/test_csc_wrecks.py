"""CSC answers that are damaged, odd or hostile: what each must come to, and what exactly is sent."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from backend.adapters import providers
from backend.adapters.provider_kit.settings import BadSetting
from backend.domain.providers import (
    Concluded,
    Failure,
    FailureKind,
    NotSubmitted,
    OpenTransaction,
    Pending,
    Rejected,
    RemoteCertificate,
    Secret,
    SignatureRequest,
    SubmissionUnknown,
    Submitted,
)
from tests.adapters.providers.liar import Key
from tests.adapters.providers.profile import PASSWORD

RSA, SHA256_RSA, SHA256 = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.11", "2.16.840.1.101.3.4.2.1"
V2 = {"CSC_VERSION": "v2", "CSC_POLL_INTERVAL_S": "0.01", "CSC_LIFE_S": "1", "CSC_TOTAL_TIMEOUT_S": "0.5"}
OPEN = {"CSC_GRANT": "password"}


@pytest.fixture
def request_to_sign(key: Key, pair: Any) -> SignatureRequest:
    return SignatureRequest("our-reference", "CMT_1", RemoteCertificate("c1", key.der, (), True), pair, "Ký", None)


def sent(liar: Any, number: int) -> Any:
    """What the adapter sent with its call, from 0."""
    return json.loads(liar.heard[number].partition(b"\r\n\r\n")[2])


def said(answer: object) -> str:
    """A word for whatever came back."""
    answer = answer.outcome if isinstance(answer, Concluded) else answer
    failure = answer if isinstance(answer, Failure) else getattr(answer, "failure", None)
    return failure.kind.value if failure else type(answer).__name__


# Signing in

TOKENS = [
    ("", 200, "protocol_violation"),
    ("[]", 200, "protocol_violation"),
    ("{}", 200, "protocol_violation"),
    ('{"access_token":7}', 200, "protocol_violation"),
    ('{"access_token":"a b"}', 200, "protocol_violation"),
    ('{"access_token":"a","expires_in":"soon"}', 200, "protocol_violation"),
    ('{"access_token":"a","expires_in":0}', 200, "protocol_violation"),
    ('{"access_token":"a","access_token":"b"}', 200, "protocol_violation"),
    ('{"error":"invalid_client"}', 401, "relying_party_credentials"),
    ("no", 401, "relying_party_credentials"),
    ('{"error":"invalid_grant"}', 400, "bad_credentials"),
    ('{"error":"authentication_error"}', 401, "bad_credentials"),
    ('{"error":"unsupported_grant_type"}', 400, "relying_party_credentials"),
    ('{"error":"server_error"}', 500, "provider_unavailable"),
    ("<html>", 503, "provider_unavailable"),
    ('{"error":"sesame"}', 400, "protocol_violation"),
    ('{"access_token":"a"}', 200, "ProviderSession"),
    ('{"access_token":"a","expires_in":"60"}', 200, "ProviderSession"),
]


@pytest.mark.parametrize(("body", "status", "word"), TOKENS)
def test_what_comes_of_an_answer_to_a_sign_in(speaks, liar, body, status, word):
    liar.will_say(body, status)

    assert said(speaks("csc", **OPEN).open_session("001190012345", Secret(PASSWORD))) == word


def test_our_secret_is_form_encoded_before_it_becomes_basic(speaks, liar):
    liar.will_say('{"access_token":"a"}')

    speaks("csc", **OPEN, CSC_CLIENT_ID="kbnn:1", CSC_CLIENT_SECRET="a b+c%").open_session("1", Secret("p&=đ"))

    head, _, form = liar.heard[0].partition(b"\r\n\r\n")
    basic = next(line for line in head.split(b"\r\n") if line.startswith(b"Authorization: Basic "))
    assert b64decode(basic.removeprefix(b"Authorization: Basic ")) == b"kbnn%3A1:a+b%2Bc%25"
    assert form == b"grant_type=password&username=1&password=p%26%3D%C4%91&scope=service"


@pytest.mark.parametrize("login", ["", "x" * 101, "a\nb"])
def test_a_user_name_that_cannot_be_one_is_not_sent(speaks, liar, login):
    assert said(speaks("csc", **OPEN).open_session(login, Secret("x"))) == "bad_request"
    assert said(speaks("csc", **OPEN).open_session("a", None)) == "bad_credentials"
    assert liar.heard == []


# Credentials


def info(key: Key, /, **changes: Any) -> dict[str, Any]:
    told = {
        "key": {"status": "enabled", "algo": [RSA], "len": 2048},
        "cert": {"status": "valid", "certificates": [b64encode(key.der).decode()]},
        "authMode": "implicit",
        "SCAL": "2",
    }
    return {name: value for name, value in {**told, **changes}.items() if value is not None}


INFOS: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"key": {"status": "enabled", "algo": [SHA256_RSA]}}, ""),
    ({"key": {"status": "ENABLED", "algo": [SHA256_RSA, RSA]}, "SCAL": 2}, ""),
    ({"authMode": None, "auth": {"mode": "implicit"}}, ""),
    ({"key": {"status": "disabled", "algo": [RSA]}}, "key disabled"),
    ({"key": {"status": "enabled", "algo": ["1.2.840.10045.4.3.2"]}}, "key not RSA"),
    ({"authMode": "explicit"}, "authMode explicit"),
    ({"authMode": "oauth2code"}, "authMode oauth2code"),
    ({"authMode": None, "auth": {"mode": "explicit"}}, "authMode explicit"),
    ({"authMode": None}, "authMode None"),
    ({"SCAL": "1"}, "SCAL 1"),
    ({"SCAL": None}, "SCAL 1"),
]


@pytest.mark.parametrize(("changes", "why_not"), INFOS)
def test_only_a_credential_that_asks_on_the_phone_for_these_hashes_is_usable(
    speaks, liar, session, key, changes, why_not
):
    liar.will_say('{"credentialIDs":["c1"]}')
    liar.will_say(json.dumps(info(key, **changes)))

    (found,) = speaks("csc").list_certificates(session)

    assert (found.key_ref, found.der, found.usable, found.why_not) == ("c1", key.der, not why_not, why_not)


@pytest.mark.parametrize("state", ["expired", "revoked", "suspended"])
def test_a_dead_certificate_is_listed_and_not_usable(speaks, liar, session, key, state):
    liar.will_say('{"credentialIDs":["c1"]}')
    liar.will_say(json.dumps(info(key, cert={"status": state, "certificates": [b64encode(key.der).decode()]})))

    (found,) = speaks("csc").list_certificates(session)

    assert (found.usable, found.why_not) == (False, f"cert {state}")


BAD_INFOS: list[Any] = [
    "",
    "[]",
    {"cert": None},
    {"cert": "valid"},
    {"cert": {"status": "valid", "certificates": "MIIE"}},
    {"cert": {"status": "valid", "certificates": ["%%%"]}},
    {"cert": {"status": "valid", "certificates": [7]}},
    {"cert": {"status": "valid", "certificates": ["MIIE"] * 11}},
    {"key": None},
    {"key": "enabled"},
    {"key": {"status": "enabled"}},
    {"key": {"status": "enabled", "algo": RSA}},
]


@pytest.mark.parametrize("wreck", BAD_INFOS)
def test_a_damaged_description_of_a_credential_is_refused(speaks, liar, session, key, wreck):
    liar.will_say('{"credentialIDs":["c1"]}')
    liar.will_say(wreck if isinstance(wreck, str) else json.dumps(info(key, **wreck)))

    assert speaks("csc").list_certificates(session).kind is FailureKind.PROTOCOL_VIOLATION


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        '{"credentialIDs":"c1"}',
        '{"credentialIDs":[7]}',
        '{"credentialIDs":["a b"]}',
        '{"credentialIDs":null}',
    ],
)
def test_a_damaged_list_is_refused(speaks, liar, session, body):
    liar.will_say(body)

    assert speaks("csc").list_certificates(session).kind is FailureKind.PROTOCOL_VIOLATION


def test_an_empty_list_and_a_credential_without_a_certificate_are_no_certificate(speaks, liar, session, key):
    liar.will_say('{"credentialIDs":[]}')
    assert speaks("csc").list_certificates(session).kind is FailureKind.NO_CERTIFICATE

    liar.will_say('{"credentialIDs":["c1"]}')
    liar.will_say(json.dumps(info(key, cert={"certificates": []})))
    assert speaks("csc").list_certificates(session).kind is FailureKind.NO_CERTIFICATE


def test_pages_that_never_end_are_left(speaks, liar, session, key):
    liar.will_say('{"credentialIDs":["c1"],"nextPageToken":"2"}')
    liar.will_say('{"credentialIDs":["c2"],"nextPageToken":"2"}')
    liar.will_say(json.dumps(info(key)))
    liar.will_say(json.dumps(info(key)))

    assert len(speaks("csc").list_certificates(session)) == 2
    assert sent(liar, 0) == {"userID": session.login, "maxResults": 20}
    assert sent(liar, 1) == {"userID": session.login, "maxResults": 20, "pageToken": "2"}
    assert sent(liar, 2) == {"credentialID": "c1", "certificates": "chain", "certInfo": False, "authInfo": True}


# The approval

REFUSED = [
    ("invalid_request", 400, Concluded, "bad_request"),
    ("invalid_client", 400, NotSubmitted, "relying_party_credentials"),
    ("invalid_token", 401, NotSubmitted, "session_expired"),
    ("sesame", 401, NotSubmitted, "session_expired"),
    ("invalid_pin", 400, Concluded, "second_factor_required"),
    ("too_many_requests", 429, NotSubmitted, "provider_unavailable"),
    ("access_denied", 400, Concluded, "Rejected"),
    ("access_denied", 403, Concluded, "Rejected"),
    ("expired_token", 400, Concluded, "Expired"),
    ("server_error", 500, Concluded, "provider_unavailable"),
    ("temporarily_unavailable", 503, Concluded, "provider_unavailable"),
    ("sesame", 400, Concluded, "protocol_violation"),
    (4711, 400, Concluded, "protocol_violation"),
    ("sesame", 500, SubmissionUnknown, "SubmissionUnknown"),
    ("authorization_pending", 400, SubmissionUnknown, "SubmissionUnknown"),
]


@pytest.mark.parametrize(("error", "status", "kind", "word"), REFUSED)
def test_what_an_error_at_the_approval_means(speaks, liar, session, request_to_sign, error, status, kind, word):
    liar.will_say(json.dumps({"error": error, "error_description": "…"}), status)

    answer = speaks("csc").request_signature(session, request_to_sign)

    assert (type(answer), said(answer)) == (kind, word)
    assert len(liar.heard) == 1


@pytest.mark.parametrize("status", [400, 403, 404, 413, 429])
def test_a_web_server_that_refuses_did_not_ring(speaks, liar, session, request_to_sign, status):
    liar.will_say("<html>no</html>", status)

    assert isinstance(speaks("csc").request_signature(session, request_to_sign), NotSubmitted)


UNREADABLE = [
    "",
    "null",
    "[]",
    "{}",
    "<html>",
    '{"SAD":null}',
    '{"SAD":7}',
    '{"SAD":"a b"}',
    '{"SAD":"a","SAD":"b"}',
    '{"SAD":NaN}',
]


@pytest.mark.parametrize("body", UNREADABLE)
@pytest.mark.parametrize("version", ["v1", "v2"])
def test_an_approval_that_cannot_be_read_may_have_rung(speaks, liar, session, request_to_sign, body, version):
    liar.will_say(body)

    assert isinstance(speaks("csc", CSC_VERSION=version).request_signature(session, request_to_sign), SubmissionUnknown)
    assert len(liar.heard) == 1


@pytest.mark.parametrize("raw", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", b"garbage\r\n\r\n"])
def test_a_broken_line_at_the_approval_may_have_rung(speaks, liar, session, request_to_sign, raw):
    liar.will_send(raw)

    assert isinstance(speaks("csc").request_signature(session, request_to_sign), SubmissionUnknown)
    assert len(liar.heard) == 1


def test_a_handle_is_asked_about_until_there_is_an_answer(speaks, liar, session, request_to_sign, key, pair):
    liar.will_say('{"handle":"h1"}')
    for body, status in (
        ('{"error":"authorization_pending"}', 400),
        ('{"error":"slow_down"}', 400),
        ('{"error":"invalid_request"}', 400),
        ('{"error":"sesame"}', 400),
        ("<html>", 502),
        ("{}", 200),
        ("no", 429),
        ('{"SAD":"_s1","expiresIn":300}', 200),
    ):
        liar.will_say(body, status)
    liar.will_say(json.dumps({"signatures": signatures(key, pair)}))

    answer = speaks("csc", **{**V2, "CSC_LIFE_S": "60"}).request_signature(session, request_to_sign)

    assert said(answer) == "Signed"
    assert {json.dumps(sent(liar, number)) for number in range(1, 9)} == {'{"handle": "h1"}'}


@pytest.mark.parametrize(("error", "word"), [("access_denied", "Rejected"), ("expired_token", "Expired")])
def test_a_handle_can_end_without_a_signature(speaks, liar, session, request_to_sign, error, word):
    liar.will_say('{"handle":"h1"}')
    liar.will_say(json.dumps({"error": error}), 400)

    assert said(speaks("csc", **V2).request_signature(session, request_to_sign)) == word


# The signature


def signatures(key: Key, items: Any) -> list[str]:
    return [b64encode(key.signs(item.digest)).decode() for item in items]


def signed_by(
    speaks: Any, liar: Any, session: Any, request: Any, told: object, status: int = 200, **settings: str
) -> Any:
    liar.will_say('{"SAD":"_s1"}')
    liar.will_say(told if isinstance(told, str) else json.dumps(told), status)
    return speaks("csc", **settings).request_signature(session, request)


def test_v1_is_sent_exactly_these_fields(speaks, liar, session, request_to_sign, key, pair):
    answer = signed_by(speaks, liar, session, request_to_sign, {"signatures": signatures(key, pair)})

    hashed = [b64encode(item.digest).decode() for item in pair]
    assert said(answer) == "Signed"
    assert liar.heard[0].startswith(b"POST /csc/v1/credentials/authorize ")
    assert sent(liar, 0) == {
        "credentialID": "c1",
        "numSignatures": 2,
        "hash": hashed,
        "description": "Ký",
        "clientData": "our-reference",
    }
    assert liar.heard[1].startswith(b"POST /csc/v1/signatures/signHash ")
    assert sent(liar, 1) == {"credentialID": "c1", "hash": hashed, "hashAlgo": SHA256, "signAlgo": RSA, "SAD": "_s1"}
    assert all(b"Authorization: Bearer a-token" in heard for heard in liar.heard)


def test_v2_is_sent_exactly_these_fields(speaks, liar, session, request_to_sign, key, pair):
    changes = {"CSC_SAD": "bearer", "CSC_HASH_WIRE": "percent", "CSC_SIGN_ALGO": SHA256_RSA}
    signed_by(speaks, liar, session, request_to_sign, {"signatures": signatures(key, pair)}, **V2, **changes)

    hashed = ["ZyBX8GyHsThVPvBv6ETRc%2FkJVAml8gB%2FWdmNMz3iqcA%3D", "GYiGKcGbScuByKkDhb4JJKBpjjq4Lptx23Caqph%2FZd0%3D"]
    assert sent(liar, 0)["hashes"] == hashed
    assert sent(liar, 0)["hashAlgorithmOID"] == SHA256
    assert sent(liar, 1) == {
        "credentialID": "c1",
        "hashes": hashed,
        "hashAlgorithmOID": SHA256,
        "signAlgo": SHA256_RSA,
        "operationMode": "S",
    }
    assert b"Authorization: Bearer a-token" in liar.heard[0]
    assert b"Authorization: Bearer _s1" in liar.heard[1]


def test_signatures_in_another_order_and_broken_into_lines_are_put_in_ours(
    speaks, liar, session, request_to_sign, key, pair
):
    told = [text[:76] + "\r\n" + text[76:] for text in reversed(signatures(key, pair))]

    answer = signed_by(speaks, liar, session, request_to_sign, {"signatures": told})

    assert answer.outcome.signatures == tuple(key.signs(item.digest) for item in pair)


def test_a_signature_that_does_not_verify_is_never_believed(speaks, liar, session, request_to_sign, key, pair):
    good, other = signatures(key, pair), Key()
    pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
    as_pss = b64encode(key.private.sign(pair[1].digest, pss, Prehashed(hashes.SHA256()))).decode()
    tables: list[Any] = [
        None,
        [],
        "x",
        good[:1],
        [*good, good[0]],
        [good[0], good[0]],
        [good[0], None],
        [good[0], 7],
        [good[0], ""],
        [good[0], b64decode(good[1]).hex()],
        [good[0], good[1][:-8]],
        [good[0], signatures(other, pair)[1]],
        [good[0], as_pss],
        {"0": good[0], "1": good[1]},
    ]
    for told in tables:
        answer = signed_by(speaks, liar, session, request_to_sign, {"signatures": told})
        assert said(answer) == "signature_does_not_verify", told


AT_THE_SIGNATURE = [
    ("", 200, "SubmissionUnknown"),
    ("[]", 200, "SubmissionUnknown"),
    ("<html>", 200, "SubmissionUnknown"),
    ("<html>", 502, "SubmissionUnknown"),
    ('{"error":"sesame"}', 500, "SubmissionUnknown"),
    ('{"error":"server_error"}', 500, "provider_unavailable"),
    ('{"error":"invalid_request"}', 400, "bad_request"),
    ('{"error":"sesame"}', 400, "protocol_violation"),
    ('{"error":"invalid_token"}', 401, "session_expired"),
    ("<html>", 403, "protocol_violation"),
    ("<html>", 429, "provider_unavailable"),
]


@pytest.mark.parametrize(("body", "status", "word"), AT_THE_SIGNATURE)
def test_once_the_person_agreed_nothing_is_said_not_to_have_rung(
    speaks, liar, session, request_to_sign, body, status, word
):
    answer = signed_by(speaks, liar, session, request_to_sign, body, status)

    assert said(answer) == word
    assert not isinstance(answer, NotSubmitted)


@pytest.mark.parametrize("body", ["{}", '{"responseID":7}', '{"responseID":"a b"}', "[]"])
def test_an_asynchronous_answer_without_an_id_may_be_at_work(speaks, liar, session, request_to_sign, body):
    answer = signed_by(speaks, liar, session, request_to_sign, body, **V2, CSC_OPERATION_MODE="A")

    assert isinstance(answer, SubmissionUnknown)


def test_an_asynchronous_answer_brings_the_id_we_poll_by(speaks, liar, session, request_to_sign, clock):
    answer = signed_by(speaks, liar, session, request_to_sign, {"responseID": "r1"}, **V2, CSC_OPERATION_MODE="A")

    assert isinstance(answer, Submitted)
    assert (answer.vendor_id, (answer.expires_at - clock.now()).total_seconds()) == ("r1", 1)
    assert sent(liar, 1)["operationMode"] == "A"


POLLED = [
    ("", 200, "Unreachable"),
    ("[]", 200, "Unreachable"),
    ("<html>", 400, "Unreachable"),
    ("{}", 500, "Unreachable"),
    ("{}", 404, "Unreachable"),
    ('{"error":"server_error"}', 500, "Unreachable"),
    ('{"error":"server_error"}', 400, "Unreachable"),
    ('{"error":"invalid_client"}', 400, "Unreachable"),
    ('{"error":"invalid_token"}', 401, "Unreachable"),
    ('{"error":"authorization_pending"}', 400, "Pending"),
    ('{"error":"x","error_description":"A PREVIOUS asynchronous signature request is running"}', 400, "Pending"),
    ('{"error":"too_many_requests"}', 429, "Pending"),
    ('{"error":"invalid_request"}', 400, "Pending"),
    ('{"error":"sesame"}', 400, "Pending"),
    ('{"error":"access_denied"}', 400, "Rejected"),
    ('{"error":"expired_token"}', 400, "Expired"),
    ("{}", 200, "signature_does_not_verify"),
    ('{"signatures":["x","y"]}', 200, "signature_does_not_verify"),
]


@pytest.mark.parametrize(("body", "status", "word"), POLLED)
def test_what_an_answer_to_a_question_means(speaks, liar, session, key, pair, body, status, word):
    liar.will_say(body, status)
    digests = tuple(item.digest for item in pair)
    transaction = OpenTransaction("ours", "r1", session.login, key.der, digests)

    settings = {**V2, **OPEN, "CSC_POLL_PARAMETER": "responseID"}
    answer = speaks("csc", **settings).poll(session, transaction)

    assert said(answer) == word
    assert sent(liar, 0) == {"responseID": "r1"}


def test_an_unknown_state_is_named_for_the_log(speaks, liar, session, key, pair):
    liar.will_say('{"error":"<b>sesame</b> 0912345678"}', 400)
    transaction = OpenTransaction("ours", "r1", session.login, key.der, (pair[0].digest,))

    assert speaks("csc", **V2).poll(session, transaction) == Pending(vendor_state="bsesameb0912345678")


def test_what_is_kept_holds_no_secret_and_no_person(speaks, liar, session, request_to_sign):
    told = {
        "error": "access_denied",
        "error_description": "user 001190012345 said no",
        "SAD": "_s9",
        "handle": "h9",
        "name": "A",
    }
    liar.will_say(json.dumps(told), 400)

    answer = speaks("csc").request_signature(session, request_to_sign)

    assert isinstance(answer.outcome, Rejected)
    assert json.loads(answer.outcome.raw) == {
        "error": "access_denied",
        "error_description": "user … said no",
        "SAD": "…",
        "handle": "…",
        "name": "…",
    }


def test_a_request_that_is_not_fit_is_not_sent(speaks, liar, session, request_to_sign):
    short = replace(request_to_sign, items=(replace(request_to_sign.items[0], digest=b"x"),))
    twice = replace(request_to_sign, items=(request_to_sign.items[0],) * 2)

    for request in (short, twice, replace(request_to_sign, items=())):
        assert said(speaks("csc").request_signature(session, request)) == "bad_request"
    assert liar.heard == []


def test_polling_is_no_thing_of_v1(clock):
    with pytest.raises(BadSetting, match="CSC_OPERATION_MODE"):
        providers.load_all({"PROVIDERS": "csc", "CSC_OPERATION_MODE": "A"}, clock)

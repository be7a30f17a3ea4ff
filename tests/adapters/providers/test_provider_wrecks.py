"""Damaged and dishonest replies, and the outcome each must produce. Written by hand, sent over TCP."""

from __future__ import annotations

import base64
import json
import logging
import uuid
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.domain.providers import (
    CallbackHint,
    Expired,
    Failed,
    Failure,
    FailureKind,
    NotSubmitted,
    OpenTransaction,
    Pending,
    ProviderSession,
    Rejected,
    RemoteCertificate,
    Secret,
    SignatureRequest,
    Signed,
    SubmissionUnknown,
    Submitted,
    Unreachable,
)

HTML = "<!DOCTYPE html><html><body>Hệ thống đang bảo trì</body></html>"
VIOLATION, DOWN = FailureKind.PROTOCOL_VIOLATION, FailureKind.PROVIDER_UNAVAILABLE
NEVER_JSON = [
    HTML,
    "",
    "\ufeff{}",
    b"\xff\xfe{}",
    '{"access_token": "a", "access_token": "b", "expires_in": "3600"}',
    '{"expires_in": NaN}',
    "[" * 100_000,
    '{"a":' * 500 + "1" + "}" * 500,
    "9" * 5000,
]
LOGIN = '{"access_token": %s, "expires_in": %s}'


@pytest.mark.parametrize("slug", ["viettel", "vnpt"])
@pytest.mark.parametrize("body", [*NEVER_JSON, "[]", "null", "1", '"x"', "{}"])
def test_a_sign_in_answer_of_another_shape_is_a_violation(speaks, liar, slug, body):
    liar.will_say(body)
    answer = speaks(slug).open_session("CMT_1", Secret("x"))
    assert answer.kind is VIOLATION


@pytest.mark.parametrize("slug", ["viettel", "vnpt"])
@pytest.mark.parametrize(
    ("token", "life"),
    [
        ('""', "3600"),
        ("null", "3600"),
        ("7", "3600"),
        ('"a b"', "3600"),
        ('"a\\r\\nX-Evil: 1"', "3600"),
        ('"á"', "3600"),
        ('"a"', "0"),
        ('"a"', "-5"),
        ('"a"', "true"),
        ('"a"', "null"),
        ('"a"', '"soon"'),
        ('"a"', "1.5"),
    ],
)
def test_a_token_that_cannot_be_one_is_a_violation(speaks, liar, slug, token, life):
    liar.will_say(LOGIN % (token, life))
    assert speaks(slug).open_session("CMT_1", Secret("x")).kind is VIOLATION


@pytest.mark.parametrize("slug", ["viettel", "vnpt"])
@pytest.mark.parametrize("life", ["3600", '"3600"'])
def test_a_life_is_read_as_a_number_and_as_text(speaks, liar, slug, life):
    liar.will_say(LOGIN % ('"a"', life))
    assert isinstance(speaks(slug).open_session("CMT_1", Secret("x")), ProviderSession)


@pytest.mark.parametrize(
    ("status", "body", "kind", "code"),
    [
        (400, {"error": 58007, "error_description": "x"}, FailureKind.RELYING_PARTY_CREDENTIALS, "58007"),
        (400, {"error": "58008"}, FailureKind.UNKNOWN_USER, "58008"),
        (200, {"error": 58008}, FailureKind.UNKNOWN_USER, "58008"),
        (401, {"error": 59033}, FailureKind.BAD_CREDENTIALS, "59033"),
        (400, {"error": 86002}, FailureKind.RELYING_PARTY_CREDENTIALS, "86002"),
        (400, {"error": 86024}, FailureKind.RELYING_PARTY_CREDENTIALS, "86024"),
        (500, {"error": 50000}, DOWN, "50000"),
        (400, {"error": 77777}, VIOLATION, "77777"),
        (500, {"status": 500, "error": "Internal Server Error"}, DOWN, "http_500"),
        (302, {}, VIOLATION, "http_302"),
        (404, {}, VIOLATION, "http_404"),
        (429, {}, DOWN, "http_429"),
    ],
)
def test_each_viettel_code_at_sign_in_has_our_word(speaks, liar, status, body, kind, code):
    liar.will_say(json.dumps(body), status)
    answer = speaks("viettel").open_session("CMT_1", None)
    assert (answer.kind, answer.vendor_code) == (kind, code)


@pytest.mark.parametrize(
    ("body", "kind", "attempts"),
    [
        ({"error": "invalid_client"}, FailureKind.RELYING_PARTY_CREDENTIALS, None),
        ({"error": "invalid_scope"}, FailureKind.BAD_REQUEST, None),
        ({"error": "invalid_grant"}, FailureKind.UNKNOWN_USER, None),
        ({"error": "invalid_grant", "error_description": None}, FailureKind.UNKNOWN_USER, None),
        (
            {
                "error": "invalid_grant",
                "error_description": "Incorrect password, you have 3 attempts left. If you enter incorrectly more "
                "than 5 times, your account will be locked for 5 minutes.",
            },
            FailureKind.BAD_CREDENTIALS,
            3,
        ),
        (
            {"error": "invalid_grant", "error_description": "Sai mật khẩu, bạn còn 2 lần thử."},
            FailureKind.BAD_CREDENTIALS,
            2,
        ),
        ({"error": "invalid_grant", "error_description": "Incorrect password."}, FailureKind.BAD_CREDENTIALS, None),
        ({"error": "invalid_grant", "error_description": "You have 0 attempts left."}, FailureKind.LOCKED, 0),
        ({"error": "invalid_grant", "error_description": "Your account is locked."}, FailureKind.LOCKED, 0),
        ({"error": "invalid_grant", "error_description": "Tài khoản bị khóa 5 phút."}, FailureKind.LOCKED, 0),
        ({"error": "something_new"}, VIOLATION, None),
        ({"error": "x" * 500}, VIOLATION, None),
    ],
)
def test_each_vnpt_refusal_to_sign_in_has_our_word(speaks, liar, body, kind, attempts):
    liar.will_say(json.dumps(body), 400)
    answer = speaks("vnpt").open_session("001190012345", Secret("x"))
    assert (answer.kind, answer.attempts_left) == (kind, attempts)
    assert len(answer.vendor_code) <= 40


def test_the_meaning_of_a_bare_refusal_can_be_set(speaks, liar):
    liar.will_say('{"error": "invalid_grant"}', 400)
    provider = speaks("vnpt", VNPT_BARE_INVALID_GRANT="bad_credentials")
    assert provider.open_session("001190012345", Secret("x")).kind is FailureKind.BAD_CREDENTIALS


def test_a_lock_lasts_as_long_as_the_words_say_or_else_the_setting(speaks, liar, clock):
    for text, minutes in (("Your account is locked for 12 minutes.", 12), ("Account locked", 5)):
        liar.will_say(json.dumps({"error": "invalid_grant", "error_description": text}), 400)
        answer = speaks("vnpt").open_session("001190012345", Secret("x"))
        assert (answer.locked_until - clock.now()).total_seconds() == minutes * 60


def viettel_credential(key, /, **changes):
    cert = {"status": "valid", "certificates": [base64.encodebytes(key.der).decode()]}
    return {"key": {"status": "enabled"}, "cert": cert, "credential_id": "c1", "len": "2048"} | changes


def vnpt_details(key, /, **changes):
    cert = {"status": "VALID", "certificates": [base64.b64encode(key.der).decode() + "\r\n"]}
    return {"key": {"status": "ENABLED"}, "cert": cert} | changes


VIETTEL_WRECKS = [
    (lambda k: {}, VIOLATION),
    (lambda k: {"error": 58008}, FailureKind.UNKNOWN_USER),
    (lambda k: [], FailureKind.NO_CERTIFICATE),
    (lambda k: [1], VIOLATION),
    (lambda k: [viettel_credential(k)] * 51, VIOLATION),
    (lambda k: [viettel_credential(k, cert=None)], VIOLATION),
    (lambda k: [viettel_credential(k, key="enabled")], VIOLATION),
    (lambda k: [viettel_credential(k, credential_id=7)], VIOLATION),
    (lambda k: [viettel_credential(k, credential_id="a\nb")], VIOLATION),
    (lambda k: [viettel_credential(k, cert={"status": "valid", "certificates": []})], VIOLATION),
    (lambda k: [viettel_credential(k, cert={"status": "valid", "certificates": "MIIE"})], VIOLATION),
    (lambda k: [viettel_credential(k, cert={"status": "valid", "certificates": ["%%%"]})], VIOLATION),
    (lambda k: [viettel_credential(k, cert={"status": "valid", "certificates": [""]})], VIOLATION),
    (lambda k: [viettel_credential(k, cert={"status": "pending"})], FailureKind.NO_CERTIFICATE),
]


@pytest.mark.parametrize(("wreck", "kind"), VIETTEL_WRECKS)
def test_a_damaged_viettel_certificate_list_is_refused(speaks, liar, session, key, wreck, kind):
    liar.will_say(json.dumps(wreck(key)))
    assert speaks("viettel").list_certificates(session).kind is kind


@pytest.mark.parametrize("states", [("expired", "enabled"), ("valid", "disabled"), ("VALID", "Enabled")])
def test_the_states_of_a_viettel_credential_decide_whether_it_is_usable(speaks, liar, session, key, states):
    entry = viettel_credential(key, key={"status": states[1]})
    entry["cert"]["status"] = states[0]
    liar.will_say(json.dumps([entry]))

    (found,) = speaks("viettel").list_certificates(session)

    assert (found.der, found.key_ref) == (key.der, "c1")
    assert found.usable is (states == ("VALID", "Enabled"))
    assert bool(found.why_not) is not found.usable


@pytest.mark.parametrize("listed", ["[]", '{"code": 0, "content": []}'])
def test_an_empty_vnpt_list_means_no_certificate(speaks, liar, session, listed):
    liar.will_say(listed)
    assert speaks("vnpt").list_certificates(session).kind is FailureKind.NO_CERTIFICATE


@pytest.mark.parametrize("envelope", [True, False])
def test_vnpt_details_are_read_bare_and_in_the_envelope(speaks, liar, session, key, envelope):
    liar.will_say('{"code": 0, "content": ["h1"]}')
    details = vnpt_details(key)
    liar.will_say(json.dumps({"code": "0", "content": details} if envelope else details))

    (found,) = speaks("vnpt").list_certificates(session)

    assert (found.key_ref, found.der, found.usable) == ("h1", key.der, True)


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"code": 60000, "content": None}, FailureKind.NO_CERTIFICATE),
        (400, {"code": 60001, "content": None}, FailureKind.NO_CERTIFICATE),
        (400, {"code": 30000, "content": None}, FailureKind.BAD_REQUEST),
        (400, {"code": 50000, "content": None}, DOWN),
        (400, {"code": 99999, "content": None}, VIOLATION),
        (401, {"error": "invalid_token"}, FailureKind.SESSION_EXPIRED),
        (200, {"code": 0, "content": None}, VIOLATION),
        (200, {"cert": {}}, VIOLATION),
        (200, [], VIOLATION),
        (500, HTML, DOWN),
        (200, HTML, VIOLATION),
    ],
)
def test_damaged_vnpt_details_have_their_kind(speaks, liar, session, status, body, kind):
    liar.will_say('{"code": 0, "content": ["h1"]}')
    liar.will_say(body if isinstance(body, str) else json.dumps(body), status)
    assert speaks("vnpt").list_certificates(session).kind is kind


@pytest.mark.parametrize("body", ['{"content": "h1"}', '{"content": [7]}', '{"content": [""]}', "7", "null"])
def test_a_vnpt_list_of_another_shape_is_a_violation(speaks, liar, session, body):
    liar.will_say(body)
    assert speaks("vnpt").list_certificates(session).kind is VIOLATION


@pytest.fixture
def request_to_sign(key, pair):
    return SignatureRequest(
        str(uuid.uuid4()), "CMT_1", RemoteCertificate("c1", key.der, (), True), pair, "Ký", "https://a.vn/cb"
    )


TRANSACTION_ID = {"viettel": {"transactionId": "t1"}, "vnpt": {"code": 0, "content": {"tranId": "t1"}}}
BOTH = pytest.mark.parametrize("slug", ["viettel", "vnpt"])


@BOTH
@pytest.mark.parametrize(
    ("status", "body"),
    [
        *[(200, body) for body in NEVER_JSON],
        (200, "{}"),
        (200, "[]"),
        (200, '{"transactionId": 7, "code": 0, "content": {"tranId": 7}}'),
        (200, '{"transactionId": "a b", "code": 0, "content": {"tranId": "a b"}}'),
        (200, '{"transactionId": "", "code": 0, "content": {"tranId": ""}}'),
        (200, '{"code": 0, "content": null, "signatures": ["x"]}'),
        (201, '{"transactionId": "t1", "code": 0, "content": {"tranId": "t1"}}'),
        (302, ""),
        (408, ""),
        (409, "{}"),
        (500, ""),
        (500, HTML),
        (500, '{"status": 500, "error": "Internal Server Error"}'),
        (502, '{"error": 77777, "code": 77777}'),
        (503, HTML),
        (504, "{}"),
    ],
)
def test_an_unclear_answer_to_a_request_may_have_rung_the_phone(
    speaks, liar, session, request_to_sign, slug, status, body
):
    liar.will_say(body, status)
    assert isinstance(speaks(slug).request_signature(session, request_to_sign), SubmissionUnknown)
    assert len(liar.heard) == 1


@BOTH
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, '{"error": 50000, "code": 50000}', DOWN),
        (500, '{"error": 50000, "code": 50000}', DOWN),
        (200, '{"error": 77777, "code": 77777}', VIOLATION),
        (400, '{"error": 77777, "code": 77777}', VIOLATION),
        (400, HTML, VIOLATION),
        (403, HTML, VIOLATION),
        (404, "{}", VIOLATION),
        (429, "", DOWN),
        (401, '{"error": "invalid_token"}', FailureKind.SESSION_EXPIRED),
    ],
)
def test_a_clear_refusal_did_not_ring_the_phone(speaks, liar, session, request_to_sign, slug, status, body, kind):
    liar.will_say(body, status)
    answer = speaks(slug).request_signature(session, request_to_sign)
    assert isinstance(answer, NotSubmitted)
    assert answer.failure.kind is kind
    assert len(liar.heard) == 1


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (30000, FailureKind.BAD_REQUEST),
        (60000, FailureKind.NO_CERTIFICATE),
        (60001, FailureKind.NO_CERTIFICATE),
        (62010, FailureKind.BAD_REQUEST),
        (63002, DOWN),
        (64000, FailureKind.BAD_REQUEST),
        (65000, FailureKind.QUOTA_EXHAUSTED),
    ],
)
def test_each_vnpt_code_has_our_word(speaks, liar, session, request_to_sign, code, kind):
    liar.will_say(json.dumps({"code": code, "content": None}), 400)
    assert speaks("vnpt").request_signature(session, request_to_sign).failure.kind is kind


@pytest.mark.parametrize("code", [0, 1, "0"])
def test_both_success_codes_of_the_vnpt_document_mean_the_phone_rings(speaks, liar, session, request_to_sign, code):
    liar.will_say(json.dumps({"code": code, "content": {"tranId": "t1"}}))
    assert speaks("vnpt").request_signature(session, request_to_sign).vendor_id == "t1"


@BOTH
@pytest.mark.parametrize(
    "raw", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{", b"garbage\r\n\r\n", b"HTTP/1."]
)
def test_a_connection_that_breaks_after_sending_leaves_the_outcome_open(
    speaks, liar, session, request_to_sign, slug, raw
):
    liar.will_send(raw)
    assert isinstance(speaks(slug).request_signature(session, request_to_sign), SubmissionUnknown)
    assert len(liar.heard) == 1


@BOTH
def test_a_server_that_is_not_there_certainly_got_nothing(speaks, liar, session, request_to_sign, slug):
    liar.close()
    answer = speaks(slug).request_signature(session, request_to_sign)
    assert isinstance(answer, NotSubmitted)
    assert (answer.failure.kind, answer.failure.retryable) == (DOWN, True)


@BOTH
@pytest.mark.parametrize(
    "spoil",
    [
        lambda r: replace(r, items=()),
        lambda r: replace(r, items=(r.items[0], r.items[0])),
        lambda r: replace(r, items=(replace(r.items[0], digest=b"ab" * 32),)),
        lambda r: replace(r, items=(replace(r.items[0], doc_id="Đ1"),)),
        lambda r: replace(r, items=(replace(r.items[0], doc_id="P" * 37),)),
        lambda r: replace(r, items=(replace(r.items[0], doc_id=""),)),
    ],
)
def test_a_request_that_is_not_fit_does_not_leave_the_house(speaks, liar, session, request_to_sign, slug, spoil):
    answer = speaks(slug).request_signature(session, spoil(request_to_sign))
    assert answer.failure.kind is FailureKind.BAD_REQUEST
    assert liar.heard == []


def sent(liar):
    return json.loads(liar.heard[-1].partition(b"\r\n\r\n")[2])


def test_viettel_is_sent_exactly_these_fields(speaks, liar, session, request_to_sign):
    liar.will_say('{"transactionId": "t1"}')
    assert isinstance(speaks("viettel").request_signature(session, request_to_sign), Submitted)
    head = liar.heard[0].partition(b"\r\n\r\n")[0]
    assert head.startswith(b"POST /vtss/service/signHash HTTP/1.1")
    assert b"Authorization: Bearer a-token" in head
    assert sent(liar) == {
        "client_id": "kbnn_dvctt_sandbox",
        "client_secret": "00112233445566778899aabbccddeeff00112233",
        "credentialID": "c1",
        "numSignatures": 2,
        "description": base64.b64encode(b"Ky").decode(),
        "documents": [
            {"document_id": "PC0001", "document_name": base64.b64encode(b"Giay rut du toan PC0001").decode()},
            {"document_id": "PC0002", "document_name": base64.b64encode(b"Uy nhiem chi PC0002 - 5 000 000 d").decode()},
        ],
        "hash": ["ZyBX8GyHsThVPvBv6ETRc/kJVAml8gB/WdmNMz3iqcA=", "GYiGKcGbScuByKkDhb4JJKBpjjq4Lptx23Caqph/Zd0="],
        "hashAlgo": "2.16.840.1.101.3.4.2.1",
        "signAlgo": "1.2.840.113549.1.1.1",
        "async": 1,
    }


def test_vnpt_is_sent_exactly_these_fields(speaks, liar, session, request_to_sign):
    liar.will_say(json.dumps(TRANSACTION_ID["vnpt"]))
    assert isinstance(speaks("vnpt").request_signature(session, request_to_sign), Submitted)
    assert liar.heard[0].startswith(b"POST /csc/signature/signhash HTTP/1.1")
    assert sent(liar) == {
        "credentialId": "c1",
        "refTranId": request_to_sign.reference,
        "notifyUrl": "https://a.vn/cb",
        "description": "Ký",
        "datas": [
            {"name": "Giấy rút dự toán PC0001", "hash": "ZyBX8GyHsThVPvBv6ETRc/kJVAml8gB/WdmNMz3iqcA="},
            {"name": "Ủy nhiệm chi PC0002 – 5.000.000 đ", "hash": "GYiGKcGbScuByKkDhb4JJKBpjjq4Lptx23Caqph/Zd0="},
        ],
    }


def test_a_title_with_nothing_ascii_in_it_becomes_the_document_id(speaks, liar, session, request_to_sign):
    liar.will_say('{"transactionId": "t1"}')
    item = replace(request_to_sign.items[0], title="★ ✓")
    speaks("viettel").request_signature(session, replace(request_to_sign, items=(item,), summary="…"))
    assert sent(liar)["documents"][0]["document_name"] == base64.b64encode(b"PC0001").decode()
    assert sent(liar)["description"] == base64.b64encode(b"PC0001").decode()


@pytest.fixture
def transaction(key, pair):
    return OpenTransaction("r1", "t1", "CMT_1", key.der, tuple(item.digest for item in pair))


def result(slug, state, signatures=None, **more):
    if slug == "viettel":
        return json.dumps({"status": str(state), "signatures": signatures} | more)
    documents = [{"hash": "?", "sig": text} for text in signatures or []]
    content = {"tranId": "t1", "refTranId": "r1", "tranStatus": state, "documents": documents}
    return json.dumps({"code": 0, "content": content | more})


@BOTH
@pytest.mark.parametrize(
    ("status", "body"),
    [
        *[(200, body) for body in NEVER_JSON],
        (200, "{}"),
        (200, "[]"),
        (200, '{"status": null, "content": {"tranStatus": null}}'),
        (200, '{"status": true, "content": {"tranStatus": true}}'),
        (200, '{"status": "signed", "content": {"tranStatus": "signed"}}'),
        (200, '{"status": ["1"], "content": {"tranStatus": ["1"]}}'),
        (200, '{"content": [1]}'),
        (302, ""),
        (403, HTML),
        (404, "{}"),
        (500, HTML),
        (500, '{"error": 50000, "code": 50000}'),
        (400, '{"error": 50000, "code": 50000}'),
        (502, '{"status": "4002", "content": {"tranStatus": 4002}}'),
    ],
)
def test_no_damaged_answer_is_ever_an_outcome(speaks, liar, session, transaction, slug, status, body):
    liar.will_say(body, status)
    assert isinstance(speaks(slug).poll(session, transaction), Unreachable)


@BOTH
@pytest.mark.parametrize("state", [5, 7777, 4009])
def test_an_unknown_state_leaves_the_transaction_open_and_is_named(speaks, liar, session, transaction, slug, state):
    liar.will_say(result(slug, state))
    assert speaks(slug).poll(session, transaction) == Pending(vendor_state=str(state))


@BOTH
def test_an_unknown_error_code_leaves_the_transaction_open_and_is_named(speaks, liar, session, transaction, slug):
    liar.will_say('{"error": 88888, "code": 88888}', 400)
    assert speaks(slug).poll(session, transaction) == Pending(vendor_state="88888")


@pytest.mark.parametrize(
    ("slug", "state", "outcome"),
    [
        ("viettel", 0, Pending()),
        ("viettel", 4000, Pending()),
        ("viettel", 6000, Pending(person_has_confirmed=True)),
        ("viettel", 4004, FailureKind.SIGNING_FAILED),
        ("viettel", 4005, FailureKind.QUOTA_EXHAUSTED),
        ("viettel", 13004, FailureKind.CERTIFICATE_INVALID),
        ("viettel", 50000, Unreachable("50000")),
        ("vnpt", 4000, Pending()),
        ("vnpt", 4003, FailureKind.KEY_AUTHORISATION),
        ("vnpt", 4004, FailureKind.SIGNING_FAILED),
    ],
)
def test_each_state_has_our_word(speaks, liar, session, transaction, slug, state, outcome):
    liar.will_say(result(slug, state))
    answer = speaks(slug).poll(session, transaction)
    assert (answer.failure.kind if isinstance(answer, Failed) else answer) == outcome


@BOTH
@pytest.mark.parametrize(("state", "ending"), [(4001, Expired), (4002, Rejected)])
def test_the_two_human_endings(speaks, liar, session, transaction, slug, state, ending):
    liar.will_say(result(slug, state))
    assert isinstance(speaks(slug).poll(session, transaction), ending)


@pytest.mark.parametrize("other", [{"tranId": "t2"}, {"refTranId": "r2"}])
def test_the_refusal_of_another_transaction_does_not_end_this_one(speaks, liar, session, transaction, other):
    liar.will_say(result("vnpt", 4002, **other))
    assert isinstance(speaks("vnpt").poll(session, transaction), Unreachable)


@pytest.mark.parametrize("code", [62000, 62001])
def test_a_lost_vnpt_transaction_is_over(speaks, liar, session, transaction, code):
    liar.will_say(json.dumps({"code": code, "content": None}), 400)
    failure = Failure(FailureKind.TRANSACTION_NOT_FOUND, vendor_code=str(code))
    assert speaks("vnpt").poll(session, transaction).failure == failure


def in_lines(signature):
    return base64.encodebytes(signature).decode().replace("\n", "\r\n")


@BOTH
def test_base64_in_lines_is_read_and_order_does_not_matter(speaks, liar, session, transaction, key, slug):
    good = [key.signs(digest) for digest in transaction.digests]
    liar.will_say(result(slug, 1, [in_lines(each) for each in reversed(good)]))
    answer = speaks(slug).poll(session, transaction)
    assert isinstance(answer, Signed)
    assert answer.signatures == tuple(good)


def flipped(signature):
    return signature[:-1] + bytes([signature[-1] ^ 1])


def raw_modular(key, digest):
    """A signature over the digest of the digest: what comes out when a provider hashes what was a hash already."""
    return key.signs(sha256(digest).digest())


@BOTH
@pytest.mark.parametrize(
    "spoil",
    [
        lambda good, k, d: [],
        lambda good, k, d: good[:1],
        lambda good, k, d: [*good, good[0]],
        lambda good, k, d: [good[0], good[0]],
        lambda good, k, d: [good[0], flipped(good[1])],
        lambda good, k, d: [good[0], good[1][:-1]],
        lambda good, k, d: [good[0], good[1] + b"\x00"],
        lambda good, k, d: [good[0], b"\x00" + good[1][1:]],
        lambda good, k, d: [good[0], raw_modular(k, d[1])],
        lambda good, k, d: [good[0], b""],
        lambda good, k, d: [good[0], b"\xff" * 256],
    ],
)
def test_signed_with_anything_but_a_signature_of_every_digest_is_refused(
    speaks, liar, session, transaction, key, slug, spoil
):
    good = [key.signs(digest) for digest in transaction.digests]
    spoiled = spoil(good, key, transaction.digests)
    liar.will_say(result(slug, 1, [base64.b64encode(each).decode() for each in spoiled]))
    answer = speaks(slug).poll(session, transaction)
    assert isinstance(answer, Failed)
    assert answer.failure == Failure(FailureKind.SIGNATURE_DOES_NOT_VERIFY, vendor_code="1")


@BOTH
@pytest.mark.parametrize("text", [None, 7, {}, "", "not base64!", "zz"])
def test_signed_with_what_is_not_even_base64_is_refused(speaks, liar, session, transaction, key, slug, text):
    good = base64.b64encode(key.signs(transaction.digests[0])).decode()
    liar.will_say(result(slug, 1, [good, text]))
    answer = speaks(slug).poll(session, transaction)
    assert answer.failure.kind is FailureKind.SIGNATURE_DOES_NOT_VERIFY


@BOTH
def test_a_key_shorter_than_2048_bits_is_refused(speaks, liar, session, transaction, key, slug):
    weak = type(key)(bits=1024)
    texts = [base64.b64encode(weak.signs(digest)).decode() for digest in transaction.digests]
    liar.will_say(result(slug, 1, texts))
    answer = speaks(slug).poll(session, replace(transaction, certificate_der=weak.der))
    assert answer.failure.kind is FailureKind.SIGNATURE_DOES_NOT_VERIFY


@BOTH
def test_a_pinned_certificate_that_cannot_be_read_verifies_nothing(speaks, liar, session, transaction, key, slug):
    texts = [base64.b64encode(key.signs(digest)).decode() for digest in transaction.digests]
    liar.will_say(result(slug, 1, texts))
    answer = speaks(slug).poll(session, replace(transaction, certificate_der=b"\x30\x00"))
    assert answer.failure.kind is FailureKind.SIGNATURE_DOES_NOT_VERIFY


def test_viettel_gives_up_for_now_when_signing_in_again_fails(speaks, liar, session, transaction):
    liar.will_say("{}", 401)
    liar.will_say('{"error": 58008}', 400)
    assert speaks("viettel").poll(session, transaction) == Unreachable("session_expired 58008")
    assert len(liar.heard) == 2


def test_viettel_signs_in_again_only_once(speaks, liar, session, transaction):
    liar.will_say("{}", 401)
    liar.will_say('{"access_token": "b", "expires_in": "3600"}')
    liar.will_say("{}", 401)
    assert speaks("viettel").poll(session, transaction) == Unreachable("session_expired")
    assert b"Authorization: Bearer b" in liar.heard[2]


def test_raw_answers_are_kept_without_secrets_and_persons(speaks, liar, session, transaction):
    liar.will_say(
        result(
            "vnpt",
            4002,
            sub="879f198d",
            fullName="Nguyễn Văn A",
            email="a@example.vn",
            phone=84900000000,
            access_token="tok-secret",
            tranStatusDesc="SIGNER_REJECTED by 001190012345",
        )
    )
    raw = speaks("vnpt").poll(session, transaction).raw
    assert "SIGNER_REJECTED" in raw
    assert '"tranStatus":4002' in raw
    for private in ("879f198d", "Nguy", "example", "84900000000", "tok-secret", "001190012345"):
        assert private not in raw


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (b'{"tranId": "t1", "refTranId": "r1", "status": 1}', CallbackHint("r1", "t1")),
        (b'{"tranId": "t1", "refTranId": "r1", "status": "forged", "sig": "x"}', CallbackHint("r1", "t1")),
        (b'{"tranId": "t1"}', None),
        (b'{"tranId": 1, "refTranId": "r1"}', None),
        (b'{"tranId": "t 1", "refTranId": "r1"}', None),
        (b'{"tranId": "t1", "tranId": "t2", "refTranId": "r1"}', None),
        (b'{"tranId": "t1", "refTranId": "r1", "x": "' + b"x" * 20_000 + b'"}', None),
        (b"[]", None),
        (b"", None),
        (b"\xff", None),
    ],
)
def test_a_vnpt_notification_is_only_a_knock(speaks, liar, body, hint):
    answer = speaks("vnpt").read_callback(body, {})
    assert (answer.hint, answer.status) == (hint, 200 if hint else 400)
    assert liar.heard == []


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (b'{"meta_data": {"transaction_id": "t1", "status": "1"}}', CallbackHint(vendor_id="t1")),
        (b'{"meta_data": {"transaction_id": null}}', None),
        (b'{"grant_type": "client_credentials"}', None),
        (b"<html>", None),
    ],
)
def test_a_viettel_callback_is_only_a_knock(speaks, body, hint):
    answer = speaks("viettel").read_callback(body, {})
    assert (answer.hint, answer.status) == (hint, 200 if hint else 400)


FIELDS = ["status", "signatures", "error", "code", "content", "tranStatus", "tranId", "refTranId", "documents", "sig"]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from(["0", "1", "4000", "t1", "r1", "\x00", "\ud800", "a" * 200]),
    st.sampled_from([0, 1, 4000, 4001, 4002, 6000, 50000]),
    st.text(max_size=20),
)
ANSWERS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=20,
)


@BOTH
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(answer=ANSWERS, status=st.sampled_from([200, 200, 400, 401, 500]))
def test_no_invented_answer_is_believed_or_breaks_the_adapter(
    speaks, liar, session, transaction, request_to_sign, slug, answer, status
):
    provider = speaks(slug)
    for _ in range(3):
        liar.will_say(json.dumps(answer), status)

    polled = provider.poll(replace(session, login=""), transaction)
    submitted = provider.request_signature(session, request_to_sign)

    assert not isinstance(polled, Signed)
    assert isinstance(submitted, Submitted | NotSubmitted | SubmissionUnknown)
    liar.forget()


@pytest.mark.parametrize("slug", ["viettel", "vnpt"])
def test_no_secret_reaches_the_log_even_at_its_noisiest(speaks, liar, session, transaction, caplog, slug):
    caplog.set_level(logging.DEBUG)
    liar.will_say(LOGIN % ('"canary-token"', "3600"))
    liar.will_say(result(slug, 4000, canary="canary-field"))
    provider = speaks(slug, **{f"{slug.upper()}_CLIENT_SECRET": "canary-secret"})

    opened = provider.open_session("CMT_1", Secret("canary-password"))
    provider.poll(opened, transaction)

    assert b"canary-token" in liar.heard[1]
    assert caplog.records
    assert "canary" not in caplog.text
    assert "canary" not in repr(opened)

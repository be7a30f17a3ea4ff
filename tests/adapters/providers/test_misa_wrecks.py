"""MISA's answers, damaged, odd and dishonest; what exactly is sent; the webhook."""

from __future__ import annotations

import base64
import json
import uuid
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.domain.providers import (
    CallbackHint,
    Failed,
    Failure,
    FailureKind,
    NotSubmitted,
    OpenTransaction,
    Pending,
    ProviderSession,
    RemoteCertificate,
    SecondFactorRequired,
    Secret,
    SignatureRequest,
    Signed,
    SubmissionUnknown,
    Submitted,
    Unreachable,
)

VIOLATION, DOWN = FailureKind.PROTOCOL_VIOLATION, FailureKind.PROVIDER_UNAVAILABLE
JSON_TYPE = "Content-Type: application/json; charset=utf-8\r\n"
NEVER_JSON = ["", "﻿{}", b"\xff\xfe{}", '{"a": 1, "a": 2}', '{"a": NaN}', "[" * 100_000]
PAGE = "<!doctype html><title>MISA eSign</title>"
TOKENS = {"remoteSigningAccessToken": "esrm-1", "accessToken": "id-1", "refreshToken": "refresh-1", "expiresIn": 3600}
USER = {"id": "3a7f0000-0000-4000-8000-6c8f1a40b7e2", "email": "ketoan.a@example.vn", "phoneNumber": ""}
LOGIN, PASSWORD = "ketoan.a@example.vn", Secret("mật khẩu")


@pytest.fixture
def misa(speaks):
    return speaks("misa")


@pytest.fixture
def says(liar):
    """The next answer of the server, as JSON."""
    return lambda body, status=200: liar.will_say(json.dumps(body), status, JSON_TYPE)


@pytest.fixture
def session(clock):
    token = json.dumps(["esrm-1", "refresh-1", USER["id"]])
    return ProviderSession(LOGIN, Secret(token), clock.now() + timedelta(hours=1))


@pytest.fixture
def request_to_sign(key, pair):
    certificate = RemoteCertificate("b1e9", key.der, (), True)
    return SignatureRequest(str(uuid.UUID(int=7)), LOGIN, certificate, pair, "Ký 2 chứng từ: 5 < 7 & 'a'", None)


@pytest.fixture
def transaction(key, pair):
    return OpenTransaction("r1", "t/1", LOGIN, key.der, tuple(item.digest for item in pair))


def head_of(heard):
    return heard.partition(b"\r\n\r\n")[0].decode()


def body_of(heard):
    return json.loads(heard.partition(b"\r\n\r\n")[2])


def signed_in(**changes):
    return {"status": {"error": False, "errorCode": 0}, "data": {**TOKENS, "user": USER, **changes}}


def refused(code, words="", **data):
    return {"status": {"error": True, "errorCode": code, "userMsg": words}, **({"data": data} if data else {})}


def result(status="SUCCESS", signatures=None, **more):
    return {"status": status, "errorCode": "", "transactionId": "t/1", "signatures": signatures, **more}


def test_the_sign_in_is_one_call_with_the_partys_headers_and_nothing_more(misa, liar, says):
    says(signed_in())

    opened = misa.open_session(LOGIN, PASSWORD)

    (heard,) = liar.heard
    assert head_of(heard).startswith("POST /webdev/api/auth/api/v1/auth/login-api HTTP/1.1")
    assert "x-clientId: kbnn-sandbox" in head_of(heard)
    assert "x-clientKey: " in head_of(heard)
    assert body_of(heard) == {"userName": LOGIN, "password": "mật khẩu"}
    assert "id-1" not in opened.token.reveal()


def test_both_prefixes_are_settings_and_resending_stays_under_webdev(speaks, liar, says, session):
    misa = speaks("misa", MISA_AUTH_PREFIX="/", MISA_ROOT_PREFIX="/app/")
    says(signed_in())
    says([])
    says({"status": {"error": False, "errorCode": 0}})

    misa.open_session(LOGIN, PASSWORD)
    misa.list_certificates(session)
    misa.resend_second_factor(LOGIN, Secret("0"))

    assert [head_of(heard).split(" ")[1] for heard in liar.heard] == [
        "/api/auth/api/v1/auth/login-api",
        "/app/external/esrm/service/general/api/v1/Certificates/by-userId",
        "/webdev/api/auth/api/v1/auth/resend-otp-auth",
    ]


def test_the_code_goes_out_without_the_password_and_no_device_is_trusted(misa, liar, says):
    says(signed_in())

    assert isinstance(misa.answer_second_factor(LOGIN, Secret("1"), Secret(" 123 456 ")), ProviderSession)

    assert body_of(liar.heard[0]) == {"userName": LOGIN, "code": "123456", "otpType": 1, "remember": False}
    assert "clientId: kbnn-sandbox" in head_of(liar.heard[0])


@pytest.mark.parametrize("status", [200, 400, 401])
@pytest.mark.parametrize("at", ["login", "certificates"])
def test_122_is_a_question_whatever_the_status_and_wherever_it_comes(misa, says, session, status, at):
    for _ in range(2 if status == 401 and at == "certificates" else 1):
        says(refused(122, "Cần xác thực hai lớp", user={"username": LOGIN}), status)

    answer = misa.open_session(LOGIN, PASSWORD) if at == "login" else misa.list_certificates(session)

    assert isinstance(answer, SecondFactorRequired)
    assert (answer.channel, answer.sent_to) == ("authenticator", "")


@pytest.mark.parametrize(
    ("default", "channel", "sent_to"),
    [
        ({"appAuthenticator": True, "email": True}, "authenticator", ""),
        ({"email": True}, "message", "k•••@example.vn"),
        ({"phoneNumber": True}, "message", "k•••@example.vn"),
        ({}, "message", "k•••@example.vn"),
        (None, "message", "k•••@example.vn"),
        ("x", "message", "k•••@example.vn"),
    ],
)
def test_where_the_code_is_comes_from_the_answer_or_else_from_a_setting(speaks, says, default, channel, sent_to):
    misa = speaks("misa", MISA_SECOND_FACTOR="message")
    says(refused(122, user=USER, default=default), 400)

    answer = misa.open_session(LOGIN, PASSWORD)

    assert (answer.channel, answer.sent_to) == (channel, sent_to)


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        (refused(110, "Sai mật khẩu"), 400, FailureKind.BAD_CREDENTIALS),
        (refused(110, "Sai mật khẩu"), 200, FailureKind.BAD_CREDENTIALS),
        (refused(0, "Sai mật khẩu"), 400, FailureKind.BAD_CREDENTIALS),
        (refused(0), 200, FailureKind.BAD_CREDENTIALS),
        (refused(7, "Tài khoản đã BỊ KHÓA"), 400, FailureKind.LOCKED),
        (refused(7, "User does not exist"), 404, FailureKind.UNKNOWN_USER),
        (refused(7, "x"), 401, FailureKind.RELYING_PARTY_CREDENTIALS),
        (refused(7, "x"), 403, FailureKind.RELYING_PARTY_CREDENTIALS),
        (refused(7, "x"), 429, DOWN),
        (refused(7, "x"), 500, DOWN),
        ({}, 200, VIOLATION),
        ([], 200, VIOLATION),
        (7, 200, VIOLATION),
        (signed_in(remoteSigningAccessToken=None), 200, VIOLATION),
        (signed_in(remoteSigningAccessToken="a\nb"), 200, VIOLATION),
        (signed_in(refreshToken=7), 200, VIOLATION),
        (signed_in(expiresIn=-1), 200, VIOLATION),
        (signed_in(expiresIn=10**9), 200, VIOLATION),
        (signed_in(user=None), 200, VIOLATION),
        (signed_in(user={"id": "a b"}), 200, VIOLATION),
        ({"status": "fine", "data": "fine"}, 200, VIOLATION),
    ],
)
def test_a_sign_in_that_is_refused_or_odd_opens_nothing(misa, says, body, status, kind):
    says(body, status)

    answer = misa.open_session(LOGIN, PASSWORD)

    assert isinstance(answer, Failure)
    assert answer.kind is kind


@pytest.mark.parametrize(
    ("code", "words", "status", "kind"),
    [
        (1001, "", 400, FailureKind.SECOND_FACTOR_WRONG),
        (1002, "", 400, FailureKind.SECOND_FACTOR_EXPIRED),
        (1003, "", 400, FailureKind.SECOND_FACTOR_EXHAUSTED),
        (1001, "Mã đã hết hạn", 200, FailureKind.SECOND_FACTOR_WRONG),
        (9, "Mã OTP đã hết hạn", 400, FailureKind.SECOND_FACTOR_EXPIRED),
        (9, "Too many attempts", 400, FailureKind.SECOND_FACTOR_EXHAUSTED),
        (9, "Mã không đúng", 400, FailureKind.SECOND_FACTOR_WRONG),
        (122, "", 400, FailureKind.SECOND_FACTOR_WRONG),
        (9, "", 500, DOWN),
    ],
)
def test_a_refused_code_is_told_by_its_code_before_its_words(misa, says, code, words, status, kind):
    says(refused(code, words), status)

    assert misa.answer_second_factor(LOGIN, Secret("1"), Secret("123456")).kind is kind


def test_an_operators_own_words_for_a_refused_code_win(speaks, says):
    misa = speaks("misa", MISA_CODE_OUTCOMES="code 9=second_factor_expired")
    says(refused(9), 400)

    assert misa.answer_second_factor(LOGIN, Secret("1"), Secret("123456")).kind is FailureKind.SECOND_FACTOR_EXPIRED


@pytest.mark.parametrize("body", [*NEVER_JSON, PAGE])
@pytest.mark.parametrize("content_type", [JSON_TYPE, "Content-Type: text/html\r\n", ""])
def test_200_that_is_not_json_is_never_anything(misa, liar, session, request_to_sign, transaction, body, content_type):
    for _ in range(4):
        liar.will_say(body, 200, content_type)

    assert misa.open_session(LOGIN, PASSWORD).kind is VIOLATION
    assert misa.list_certificates(session).kind is VIOLATION
    assert isinstance(misa.request_signature(session, request_to_sign), SubmissionUnknown)
    assert isinstance(misa.poll(session, transaction), Unreachable)


def test_good_json_that_calls_itself_a_page_is_refused(misa, liar, session):
    liar.will_say("[]", 200, "Content-Type: text/html\r\n")

    assert misa.list_certificates(session).kind is VIOLATION


def a_key(key, **changes):
    whole = {"userId": USER["id"], "keyAlias": "b1e9", "keyStatus": "ACTIVE"}
    return {**whole, "certificate": base64.b64encode(key.der).decode(), **changes}


def test_the_five_fields_of_the_live_answer_are_enough(misa, says, session, key):
    says([a_key(key, appName="")])

    assert misa.list_certificates(session) == [RemoteCertificate("b1e9", key.der, (), True)]


def test_the_misspelt_chain_is_read_without_the_leaf(misa, says, session, key):
    leaf, issuer = base64.b64encode(key.der).decode(), base64.b64encode(b"issuer").decode()
    says([a_key(key, certiticateChain=[leaf, issuer])])

    assert misa.list_certificates(session)[0].chain == (b"issuer",)


@pytest.mark.parametrize(
    "changes",
    [
        {"keyStatus": "INACTIVE"},
        {"keyStatus": None},
        {"keyStatus": "active "},
        {"certStatus": "REVOKED"},
        {"isAutoSign": True},
        {"isAutoSign": "true"},
        {"isAutoSign": 1},
    ],
)
def test_a_key_in_any_doubt_is_unusable(misa, says, session, key, changes):
    says([a_key(key, **changes)])

    (found,) = misa.list_certificates(session)

    assert not found.usable
    assert found.why_not


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ([], FailureKind.NO_CERTIFICATE),
        ([{"keyAlias": "a", "certificate": ""}], FailureKind.NO_CERTIFICATE),
        ({}, VIOLATION),
        ([7], VIOLATION),
        ([{"keyAlias": "a", "certificate": "!"}], VIOLATION),
        ([{"keyAlias": "a b", "certificate": "AAAA"}], VIOLATION),
        ([{"keyAlias": "a", "certificate": "AAAA", "certiticateChain": "AAAA"}], VIOLATION),
        ([{}] * 21, VIOLATION),
        ({"errorCode": "e500"}, VIOLATION),
    ],
)
def test_odd_certificates_are_not_believed(misa, says, session, body, kind):
    says(body)

    assert misa.list_certificates(session).kind is kind


def test_the_request_is_pascal_case_with_escaped_text(misa, liar, says, session, request_to_sign):
    says({"transactionId": "77aa"})

    assert isinstance(misa.request_signature(session, request_to_sign), Submitted)

    assert "AuthorizationRM: Bearer esrm-1" in head_of(liar.heard[0])
    assert "\nAuthorization:" not in head_of(liar.heard[0])
    assert body_of(liar.heard[0]) == {
        "DataToBeDisplayed": "Ký 2 chứng từ: 5 &lt; 7 &amp; &#x27;a&#x27;",
        "UserId": USER["id"],
        "CertAlias": "b1e9",
        "Documents": [
            {
                "DocumentId": "PC0001",
                "FileToSign": "ZyBX8GyHsThVPvBv6ETRc/kJVAml8gB/WdmNMz3iqcA=",
                "DocumentName": "Giấy rút dự toán PC0001",
            },
            {
                "DocumentId": "PC0002",
                "FileToSign": "GYiGKcGbScuByKkDhb4JJKBpjjq4Lptx23Caqph/Zd0=",
                "DocumentName": "Ủy nhiệm chi PC0002 – 5.000.000 đ",
            },
        ],
    }


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"errorCode": "e400"}, 400, FailureKind.BAD_REQUEST),
        ({"errorCode": "e400"}, 200, FailureKind.BAD_REQUEST),
        ({"errorCode": "e1", "userMsg": "Bạn chưa liên kết tài khoản ký số"}, 400, FailureKind.NOT_ENROLLED),
        ({"errorCode": "e1", "userMsg": "Đã hết lượt ký"}, 400, FailureKind.QUOTA_EXHAUSTED),
        ({"errorCode": "e1", "userMsg": "?"}, 422, VIOLATION),
        ({"errorCode": "e1"}, 403, FailureKind.RELYING_PARTY_CREDENTIALS),
        ({"errorCode": "122"}, 400, FailureKind.SECOND_FACTOR_REQUIRED),
    ],
)
def test_misas_own_word_means_the_phone_did_not_ring(misa, says, session, request_to_sign, body, status, kind):
    says(body, status)

    answer = misa.request_signature(session, request_to_sign)

    assert isinstance(answer, NotSubmitted)
    assert answer.failure.kind is kind


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"errorCode": "e9", "userMsg": "?"}, 200),
        ({"errorCode": "e400"}, 500),
        ({}, 200),
        ({"transactionId": None}, 200),
        ({"transactionId": "a b"}, 200),
        ([], 200),
        ({"transactionId": "t"}, 302),
        ({}, 409),
    ],
)
def test_anything_else_may_have_rung_it(misa, says, session, request_to_sign, liar, body, status):
    says(body, status)

    assert isinstance(misa.request_signature(session, request_to_sign), SubmissionUnknown)
    assert len(liar.heard) == 1


def test_after_a_401_the_request_is_not_repeated(misa, liar, says, session, request_to_sign):
    says({"errorCode": "e2001"}, 401)

    assert misa.request_signature(session, request_to_sign).failure.kind is FailureKind.SESSION_EXPIRED
    assert len(liar.heard) == 1


def test_after_a_401_a_question_is_asked_once_more_with_renewed_tokens(misa, liar, says, session, transaction):
    says({"errorCode": "e2001"}, 401)
    says({**TOKENS, "remoteSigningAccessToken": "esrm-2", "refreshToken": "refresh-2"})
    says({"errorCode": "e2001"}, 401)

    answer = misa.poll(session, transaction)

    assert answer.detail == "session_expired"
    assert answer.renewed is not None
    assert body_of(liar.heard[1]) == {"refreshToken": "refresh-1"}
    assert "AuthorizationRM: Bearer esrm-2" in head_of(liar.heard[2])
    assert len(liar.heard) == 3


@pytest.mark.parametrize("fresh", [{}, {"data": {}}, [], {**TOKENS, "expiresIn": "soon"}, {"errorCode": "e2001"}])
def test_a_refresh_that_fails_leaves_the_question_for_later(misa, liar, says, session, transaction, fresh):
    says({"errorCode": "e2001"}, 401)
    says(fresh)

    assert misa.poll(session, transaction) == Unreachable("session_expired")
    assert len(liar.heard) == 2


def test_a_refresh_in_an_envelope_counts_too(misa, says, session, transaction):
    says({"errorCode": "e2001"}, 401)
    says({"status": {"errorCode": 0}, "data": TOKENS})
    says(result("PENDING"))

    answer = misa.poll(session, transaction)

    assert isinstance(answer, Pending)
    assert answer.renewed is not None


def test_the_transactions_id_is_quoted_in_the_address(misa, liar, says, session, transaction):
    says(result("PENDING"))

    assert misa.poll(session, transaction) == Pending()
    assert "GET /external/esrm/service/signing/api/v1/Signing/status/t%2F1 HTTP/1.1" in head_of(liar.heard[0])


@pytest.mark.parametrize("named", [True, False])
def test_signatures_are_matched_by_verifying_with_or_without_ids(misa, says, session, transaction, key, named):
    good = [key.signs(digest) for digest in transaction.digests]
    texts = [base64.b64encode(each).decode() for each in reversed(good)]
    says(result(signatures=[{"documentId": "PC0001", "signature": text} if named else text for text in texts]))

    answer = misa.poll(session, transaction)

    assert isinstance(answer, Signed)
    assert answer.signatures == tuple(good)


@pytest.mark.parametrize("signatures", [None, [], {}, "x", [None, None], [{"signature": "AAAA"}] * 2, [{}] * 3])
def test_success_without_a_signature_of_every_digest_is_refused(misa, says, session, transaction, signatures):
    says(result(signatures=signatures))

    answer = misa.poll(session, transaction)

    assert isinstance(answer, Failed)
    assert answer.failure.kind is FailureKind.SIGNATURE_DOES_NOT_VERIFY


@pytest.mark.parametrize(
    ("body", "status", "answer"),
    [
        (result("FAILED", transactionId="another"), 200, Unreachable),
        (result("SIGNING"), 200, Pending),
        (result(None), 200, Pending),
        (result("FAILED"), 500, Unreachable),
        ({"errorCode": "e404"}, 404, Failed),
        ({}, 404, Unreachable),
        ({"errorCode": "e1"}, 400, Unreachable),
        ([], 200, Unreachable),
    ],
)
def test_only_a_plain_word_about_this_transaction_ends_it(misa, says, session, transaction, body, status, answer):
    says(body, status)

    assert isinstance(misa.poll(session, transaction), answer)


def test_the_raw_answer_keeps_the_reason_and_no_person(misa, says, session, transaction):
    says(
        result(
            "FAILED",
            errorCode="E9",
            errorDescription="Lỗi của 001190012345",
            userName=LOGIN,
            accessToken="tok-secret",
        )
    )

    raw = misa.poll(session, transaction).raw

    assert "E9" in raw
    assert not any(private in raw for private in ("001190012345", "ketoan", "tok-secret"))


def a_knock(**changes):
    body = {"messageId": "m-1", "clientId": "kbnn-sandbox", "extraData": {}, "status": "SUCCESS", "errorCode": None}
    return json.dumps({**body, "transactionId": "77aa", "signatures": [], **changes}).encode()


def test_the_webhook_is_answered_as_misa_expects_and_only_a_knock(misa, liar):
    answer = misa.read_callback(a_knock(), {})

    assert answer.hint == CallbackHint(vendor_id="77aa")
    assert (answer.status, answer.body) == (200, {"errorCode": "0", "devMsg": "", "userMsg": ""})
    assert liar.heard == []


@pytest.mark.parametrize(
    "body",
    [
        a_knock(clientId="another"),
        a_knock(clientId=None),
        a_knock(clientId="không phải"),
        a_knock(messageId=None),
        a_knock(transactionId=7),
        a_knock(transactionId="a b"),
        a_knock(extraData="x" * 70_000),
        b"[]",
        b"",
        b"\xff",
        b'{"messageId": "m", "messageId": "n"}',
    ],
)
def test_a_knock_that_is_not_misas_wakes_nobody(misa, body):
    answer = misa.read_callback(body, {})

    assert (answer.hint, answer.status) == (None, 400)


FIELDS = ["status", "signatures", "errorCode", "data", "transactionId", "signature", "user", "id", "userMsg"]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from(["SUCCESS", "FAILED", "PENDING", "t/1", "\x00", "\ud800", "a" * 200, "122", "từ chối"]),
    st.text(max_size=20),
)
ANSWERS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(answer=ANSWERS, status=st.sampled_from([200, 200, 400, 401, 500]))
def test_no_invented_answer_is_believed_or_breaks_the_adapter(
    misa, liar, says, session, transaction, request_to_sign, answer, status
):
    for _ in range(10):
        says(answer, status)

    polled = misa.poll(session, transaction)
    submitted = misa.request_signature(session, request_to_sign)
    opened = misa.open_session(LOGIN, PASSWORD)
    listed = misa.list_certificates(session)

    assert not isinstance(polled, Signed)
    assert isinstance(submitted, Submitted | NotSubmitted | SubmissionUnknown)
    assert isinstance(opened, Failure | SecondFactorRequired)
    assert isinstance(listed, Failure | SecondFactorRequired)
    liar.forget()


def test_no_secret_reaches_the_log(misa, says, session, caplog):
    caplog.set_level("DEBUG")
    says(signed_in(remoteSigningAccessToken="canary-token"))
    says(refused(1001, "canary-words"), 400)

    opened = misa.open_session(LOGIN, Secret("canary-password"))
    misa.answer_second_factor(LOGIN, Secret("1"), Secret("737373"))

    assert "canary" not in caplog.text + repr(opened)
    assert "737373" not in caplog.text

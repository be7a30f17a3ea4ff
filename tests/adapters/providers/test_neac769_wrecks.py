"""The national profile's codec against damaged, odd and dishonest answers; each CA's words; what exactly is sent."""

from __future__ import annotations

import base64
import json
import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.adapters.provider_kit.outcome_table import OutcomeTable, Verdict, problem_of
from backend.domain.providers import (
    CallbackHint,
    Concluded,
    Expired,
    Failed,
    Failure,
    FailureKind,
    NotSubmitted,
    OpenTransaction,
    PartlySigned,
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

VIOLATION, DOWN = FailureKind.PROTOCOL_VIOLATION, FailureKind.PROVIDER_UNAVAILABLE
HTML = "<!DOCTYPE html><html><body>Hệ thống đang bảo trì</body></html>"
NEVER_JSON = [HTML, "", "﻿{}", b"\xff\xfe{}", '{"a": 1, "a": 2}', '{"a": NaN}', "[" * 100_000, "[]", "null", "7"]
SP769 = {"VNPT_PROFILE": "sp769"}
BOTH = pytest.mark.parametrize("slug", ["vnpt", "nacencomm"])


@pytest.fixture
def codec(speaks):
    """The adapter of a CA that speaks the profile, with the liar behind it."""
    return lambda slug, **more: speaks(slug, **(SP769 if slug == "vnpt" else {}), **more)


@pytest.fixture
def session(clock):
    return ProviderSession("001190012345", Secret(""), clock.now() + timedelta(hours=1))


@pytest.fixture
def request_to_sign(key, pair):
    certificate = RemoteCertificate("54ab01", key.der, (), True)
    return SignatureRequest(
        str(uuid.UUID(int=7)), "001190012345", certificate, pair, "Ký 2 chứng từ", "https://a.vn/cb"
    )


@pytest.fixture
def transaction(key, pair):
    return OpenTransaction("r1", "r1", "001190012345", key.der, tuple(item.digest for item in pair))


def sent(liar):
    return json.loads(liar.heard[-1].partition(b"\r\n\r\n")[2])


def path_of(liar):
    return liar.heard[-1].split(b" ")[1].decode()


def told(code=200, message="Success", data=None):
    return json.dumps({"status_code": code, "message": message, "data": data})


def result(values, message="Success", code=200, reference="r1"):
    entries = [{"doc_id": f"PC000{n}", "signature_value": value} for n, value in enumerate(values, 1)]
    return told(code, message, {"transaction_id": reference, "signatures": entries})


def in_base64(signature):
    return base64.b64encode(signature).decode()


@pytest.fixture
def good(key, transaction):
    return [in_base64(key.signs(digest)) for digest in transaction.digests]


# What is sent


def test_vnpt_is_sent_hexadecimal_digests_and_a_description(codec, liar, session, request_to_sign):
    liar.will_say(told(data={"transaction_id": request_to_sign.reference, "tran_code": "t1"}))

    answer = codec("vnpt").request_signature(session, request_to_sign)

    assert isinstance(answer, Submitted)
    assert (answer.vendor_id, path_of(liar)) == (request_to_sign.reference, "/sca/sp769/v1/signatures/sign")
    assert sent(liar) == {
        "sp_id": "kbnn-000.apps.signservice.sandbox",
        "sp_password": "c2FuZGJveC1zcDc2OQ",
        "user_id": "001190012345",
        "transaction_id": "00000000-0000-0000-0000-000000000007",
        "transaction_desc": "Ký 2 chứng từ",
        "serial_number": "54ab01",
        "time_stamp": "20261122080000Z",
        "sign_files": [
            {
                "doc_id": "PC0001",
                "file_type": "pdf",
                "sign_type": "hash",
                "data_to_be_signed": "672057f06c87b138553ef06fe844d173f9095409a5f2007f59d98d333de2a9c0",
            },
            {
                "doc_id": "PC0002",
                "file_type": "pdf",
                "sign_type": "hash",
                "data_to_be_signed": "19888629c19b49cb81c8a90385be0924a0698e3ab82e9b71db709aaa987f65dd",
            },
        ],
    }


def test_nacencomm_is_sent_base64_digests_local_time_and_the_callback(codec, liar, session, request_to_sign):
    liar.will_say(told(data={"transaction_id": request_to_sign.reference, "sign_files": ["PC0001", "PC0002"]}))

    assert isinstance(codec("nacencomm").request_signature(session, request_to_sign), Submitted)

    assert path_of(liar) == "/api/data/sign"
    assert sent(liar) == {
        "sp_id": "0100000000CA2",
        "sp_password": "c2FuZGJveC1jYTI",
        "user_id": "001190012345",
        "transaction_id": "00000000-0000-0000-0000-000000000007",
        "serial_number": "54AB01",
        "time_stamp": "20261122150000",
        "sign_files": [
            {
                "doc_id": "PC0001",
                "file_type": "pdf",
                "sign_type": "hash",
                "data_to_be_signed": "ZyBX8GyHsThVPvBv6ETRc/kJVAml8gB/WdmNMz3iqcA=",
            },
            {
                "doc_id": "PC0002",
                "file_type": "pdf",
                "sign_type": "hash",
                "data_to_be_signed": "GYiGKcGbScuByKkDhb4JJKBpjjq4Lptx23Caqph/Zd0=",
            },
        ],
        "urlWebhook": "https://a.vn/cb",
    }


def test_each_assumption_about_the_request_is_a_setting(codec, liar, session, request_to_sign):
    liar.will_say(told(data={"transaction_id": request_to_sign.reference}))
    changed = {
        "NACENCOMM_PROFILE": "neac-769-hex",
        "NACENCOMM_SERIAL_CASE": "as_given",
        "NACENCOMM_TIME_STAMP": "empty",
        "NACENCOMM_SEND_DESCRIPTION": "yes",
        "NACENCOMM_SIGN_PATH": "/sign",
    }
    provider = codec("nacencomm", **changed)

    provider.request_signature(session, request_to_sign)

    order = sent(liar)
    assert (path_of(liar), order["serial_number"], order["time_stamp"]) == ("/sign", "54ab01", "")
    assert order["transaction_desc"] == "Ký 2 chứng từ"
    assert order["sign_files"][0]["data_to_be_signed"].startswith("672057f0")
    assert provider.descriptor.shows_description


def test_the_status_is_asked_by_path_without_credentials_or_by_body_with_them(codec, liar, session, transaction):
    liar.will_say(told(data={"transaction_id": "r1"}))
    codec("vnpt").poll(session, replace(transaction, vendor_id=""))
    assert (path_of(liar), sent(liar)) == ("/sca/sp769/v1/signatures/sign/r1/status", {})

    liar.will_say(told(data={"transaction_id": "r1"}))
    codec("nacencomm").poll(session, replace(transaction, vendor_id=""))
    assert path_of(liar) == "/api/data/status"
    assert sent(liar) == {
        "sp_id": "0100000000CA2",
        "sp_password": "c2FuZGJveC1jYTI",
        "user_id": "001190012345",
        "transaction_id": "r1",
    }


def test_vnpt_s_own_number_may_be_the_one_asked_by_and_cannot_lead_elsewhere(
    codec, liar, session, request_to_sign, transaction
):
    provider = codec("vnpt", VNPT_SP769_STATUS_ID="tran_code")
    liar.will_say(told(data={"transaction_id": request_to_sign.reference, "tran_code": "../t?1"}))
    submitted = provider.request_signature(session, request_to_sign)
    liar.will_say(told(data={"transaction_id": "r1"}))
    provider.poll(session, replace(transaction, vendor_id=submitted.vendor_id))

    assert path_of(liar) == "/sca/sp769/v1/signatures/sign/..%2Ft%3F1/status"
    assert not provider.descriptor.looks_up_by_our_reference


# Certificates


def entry(key, **changes):
    return {
        "cert_id": "c1",
        "serial_number": "54AB01",
        "cert_data": base64.encodebytes(key.der).decode().replace("\n", "\r\n"),
        "chain_data": {"ca_cert": in_base64(key.der), "root_cert": None},
    } | changes


def listed(*entries):
    return told(data={"user_certificates": list(entries)})


@BOTH
def test_a_certificate_is_read_with_its_chain_and_serial(codec, liar, session, key, slug):
    liar.will_say(listed(entry(key)))

    (found,) = codec(slug).list_certificates(session)

    assert found == RemoteCertificate("54AB01", key.der, (key.der,), True)


@BOTH
@pytest.mark.parametrize(
    ("states", "usable"),
    [
        ({}, True),
        ({"cert_status": None, "cert_status_code": None}, True),
        ({"cert_status": "Đang hoạt động"}, True),
        ({"cert_status": "ĐANG HOẠT ĐỘNG", "cert_status_code": "VALID"}, True),
        ({"cert_status": 1}, True),
        ({"cert_status": "Tạm dừng"}, False),
        ({"cert_status": "Đang hoạt động", "cert_status_code": "REVOKED"}, False),
        ({"cert_data": base64.b64encode(b"no certificate").decode()}, False),
    ],
)
def test_words_about_a_certificate_only_exclude_it(codec, liar, session, key, slug, states, usable):
    liar.will_say(listed(entry(key, **states)))

    (found,) = codec(slug).list_certificates(session)

    assert (found.usable, bool(found.why_not)) == (usable, not usable)


@BOTH
def test_a_certificate_whose_time_is_over_is_not_usable(codec, liar, session, key, clock, slug):
    clock.moment = datetime(2100, 1, 1, tzinfo=UTC)
    liar.will_say(listed(entry(key)))

    (found,) = codec(slug).list_certificates(session)

    assert (found.usable, found.why_not) == (False, "expired")


def test_a_seal_that_signs_by_itself_is_never_listed_at_vnpt(codec, liar, session, key):
    liar.will_say(listed(entry(key, service_type="ESeal"), entry(key, service_type="SMARTCA")))
    assert len(codec("vnpt").list_certificates(session)) == 1

    liar.will_say(listed(entry(key, service_type="ESEAL")))
    assert codec("vnpt").list_certificates(session).kind is FailureKind.NO_CERTIFICATE


@BOTH
@pytest.mark.parametrize(
    "spoil",
    [
        {"cert_data": None},
        {"cert_data": ""},
        {"cert_data": "%%%"},
        {"cert_data": ["MIIE"]},
        {"chain_data": "MIIE"},
        {"chain_data": {"ca_cert": "%%%"}},
        {"serial_number": None},
        {"serial_number": "54 ab"},
        {"serial_number": 54},
    ],
)
def test_a_damaged_certificate_is_a_violation(codec, liar, session, key, slug, spoil):
    liar.will_say(listed(entry(key, **spoil)))
    assert codec(slug).list_certificates(session).kind is VIOLATION


@pytest.mark.parametrize(
    ("slug", "status", "body", "kind"),
    [
        ("vnpt", 200, told(401, "SP_CREDENTIAL_INVALID"), FailureKind.RELYING_PARTY_CREDENTIALS),
        ("vnpt", 200, told(401, "user_id không tồn tại"), FailureKind.UNKNOWN_USER),
        ("vnpt", 200, told(403, "CREDENTIAL_STATUS_INVALID"), FailureKind.CERTIFICATE_INVALID),
        ("vnpt", 400, told(400, "BAD_REQUEST"), FailureKind.BAD_REQUEST),
        ("vnpt", 200, told(500, "SERVAR_INTERNAL_ERROR"), DOWN),
        ("vnpt", 200, told(data={"user_certificates": []}), FailureKind.NO_CERTIFICATE),
        ("vnpt", 200, told(data=None), FailureKind.NO_CERTIFICATE),
        ("nacencomm", 404, told(404, "Không có dữ liệu trong hệ thống"), FailureKind.NO_CERTIFICATE),
        ("nacencomm", 401, told(401, "Sai mật khẩu"), FailureKind.RELYING_PARTY_CREDENTIALS),
        ("nacencomm", 500, told(500, "Lỗi"), DOWN),
        ("nacencomm", 200, told(777, "?"), VIOLATION),
        ("nacencomm", 200, told(404, "?"), VIOLATION),
        ("nacencomm", 200, told(data={"user_certificates": [{}] * 51}), VIOLATION),
        ("nacencomm", 200, told(data={"user_certificates": "x"}), VIOLATION),
        ("nacencomm", 200, told(data=[1]), VIOLATION),
        ("nacencomm", 200, told("soon"), VIOLATION),
        ("nacencomm", 200, HTML, VIOLATION),
        ("nacencomm", 503, HTML, DOWN),
        ("nacencomm", 404, "{}", VIOLATION),
    ],
)
def test_each_refusal_to_list_certificates_has_our_word(codec, liar, session, slug, status, body, kind):
    liar.will_say(body, status)
    assert codec(slug).list_certificates(session).kind is kind


# The request


@BOTH
@pytest.mark.parametrize(
    ("status", "body"),
    [
        *[(200, body) for body in NEVER_JSON],
        (200, "{}"),
        (200, told(data=None)),
        (200, told(data={"transaction_id": "another"})),
        (200, told(data={"transaction_id": 7})),
        (200, told(500, "SERVAR_INTERNAL_ERROR")),
        (500, told(500, "SERVAR_INTERNAL_ERROR")),
        (201, told(data={"transaction_id": str(uuid.UUID(int=7))})),
        (302, ""),
        (408, ""),
        (409, "{}"),
        (500, HTML),
        (502, told(777, "?")),
        (503, "{}"),
    ],
)
def test_an_unclear_answer_to_a_request_may_have_rung_the_phone(
    codec, liar, session, request_to_sign, slug, status, body
):
    liar.will_say(body, status)
    assert isinstance(codec(slug).request_signature(session, request_to_sign), SubmissionUnknown)
    assert len(liar.heard) == 1


@BOTH
@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (200, told(400, "BAD_REQUEST"), FailureKind.BAD_REQUEST),
        (400, told(400, "transaction_id was used before"), FailureKind.BAD_REQUEST),
        (200, told(401, "SP"), FailureKind.RELYING_PARTY_CREDENTIALS),
        (200, told(403, "CREDENTIAL_STATUS_INVALID"), FailureKind.CERTIFICATE_INVALID),
        (200, told(777, "?"), VIOLATION),
        (400, told("777", "?"), VIOLATION),
        (400, HTML, VIOLATION),
        (403, HTML, VIOLATION),
        (404, "{}", VIOLATION),
        (429, "", DOWN),
    ],
)
def test_a_clear_refusal_did_not_ring_the_phone(codec, liar, session, request_to_sign, slug, status, body, kind):
    liar.will_say(body, status)
    answer = codec(slug).request_signature(session, request_to_sign)
    assert isinstance(answer, NotSubmitted)
    assert answer.failure.kind is kind
    assert len(liar.heard) == 1


@pytest.mark.parametrize("code", [102, 1001, 1002, "102", 0, None])
def test_a_request_nacencomm_is_still_busy_with_was_taken(codec, liar, session, request_to_sign, code):
    liar.will_say(told(code, "Đang xử lý", {"transaction_id": request_to_sign.reference}))
    assert isinstance(codec("nacencomm").request_signature(session, request_to_sign), Submitted)


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        (lambda good: good, Signed),
        (lambda good: [good[1], good[0]], Signed),
        (lambda good: [good[0], "-2"], PartlySigned),
        (lambda good: ["-2", "-2"], Failed),
        (lambda good: [good[0], good[0]], Failed),
    ],
)
def test_signatures_in_the_answer_to_the_request_conclude_it(
    codec, liar, session, request_to_sign, good, values, outcome
):
    liar.will_say(result(values(good), reference=request_to_sign.reference))

    answer = codec("nacencomm").request_signature(session, request_to_sign)

    assert isinstance(answer, Concluded)
    assert isinstance(answer.outcome, outcome)


@pytest.mark.parametrize("values", [["", ""], [None, None], [""], ["x", "y"]])
def test_empty_places_for_signatures_in_the_answer_conclude_nothing(codec, liar, session, request_to_sign, values):
    liar.will_say(result(values, reference=request_to_sign.reference))
    assert isinstance(codec("nacencomm").request_signature(session, request_to_sign), Submitted)


# The result


@BOTH
@pytest.mark.parametrize(
    ("status", "body"),
    [
        *[(200, body) for body in NEVER_JSON],
        (200, "{}"),
        (200, '{"message": "Token expired"}'),
        (200, told("soon")),
        (200, told(True)),
        (200, told(data="x")),
        (200, told(data={"signatures": "x"})),
        (200, told(data={"signatures": [1]})),
        (200, told(data={"signatures": [{}] * 201})),
        (200, told(data={"transaction_id": "another"}, message="SIGNER_REJECTED")),
        (200, told(500, "EXPIRED")),
        (200, told(401, "sp_id expired")),
        (400, told(400, "?")),
        (302, ""),
        (403, HTML),
        (404, "{}"),
        (404, HTML),
        (500, HTML),
        (502, told(200, "SIGNER_REJECTED")),
    ],
)
def test_no_damaged_answer_is_ever_an_outcome(codec, liar, session, transaction, slug, status, body):
    liar.will_say(body, status)
    assert isinstance(codec(slug).poll(session, transaction), Unreachable)


@pytest.mark.parametrize(
    ("slug", "code", "message", "outcome"),
    [
        ("vnpt", 200, "sig_wait_for_user_confirm", Pending()),
        ("vnpt", 200, "Chờ người dùng xác nhận", Pending()),
        ("vnpt", 409, "CONFLICT", Pending()),
        ("vnpt", 200, "EXPIRED", Expired),
        ("vnpt", 200, "TIMEOUT", Expired),
        ("vnpt", 200, "SIGNER_REJECTED", Rejected),
        ("vnpt", 200, "rejected by user", Rejected),
        ("vnpt", 200, "USER_DENIED", Rejected),
        ("vnpt", 200, "CANCELLED", Rejected),
        ("vnpt", 200, "SIGN_FAILED", FailureKind.SIGNING_FAILED),
        ("vnpt", 200, "AUTHORIZE_KEY_FAILED", FailureKind.KEY_AUTHORISATION),
        ("vnpt", 200, "TRANSACTION_NOT_EXIST", FailureKind.TRANSACTION_NOT_FOUND),
        ("vnpt", 404, "?", FailureKind.TRANSACTION_NOT_FOUND),
        ("vnpt", 403, "CREDENTIAL_STATUS_INVALID", FailureKind.CERTIFICATE_INVALID),
        ("vnpt", 200, "Yêu cầu đã gửi đến thiết bị", Pending(vendor_state="yeu_cau_da_gui_den_thiet_bi")),
        ("vnpt", 777, "?", Pending(vendor_state="777")),
        ("nacencomm", 200, "Success", Pending()),
        ("nacencomm", None, "Success", Pending()),
        ("nacencomm", 0, "", Pending(vendor_state="")),
        ("nacencomm", 102, "?", Pending()),
        ("nacencomm", 1001, "?", Pending()),
        ("nacencomm", "1002", "?", Pending()),
        ("nacencomm", 200, "Chờ xác nhận", Pending()),
        ("nacencomm", 200, "đang xử lý", Pending()),
        ("nacencomm", 200, "Người dùng từ chối", Rejected),
        ("nacencomm", 200, "nguoi dung TU CHOI ky", Rejected),
        ("nacencomm", 400, "Từ chối", Rejected),
        ("nacencomm", 1002, "request rejected", Rejected),
        ("nacencomm", 200, "Đã hết hạn", Expired),
        ("nacencomm", 200, "Expired", Expired),
        ("nacencomm", 404, "Không có dữ liệu", FailureKind.TRANSACTION_NOT_FOUND),
        ("nacencomm", 1234, "?", Pending(vendor_state="1234")),
        ("nacencomm", 200, "mã 001190012345 lạ", Pending(vendor_state="ma__la")),
    ],
)
def test_each_code_and_message_has_our_word(codec, liar, session, transaction, slug, code, message, outcome):
    liar.will_say(told(code, message, {"transaction_id": "r1", "signatures": None}))

    answer = codec(slug).poll(session, transaction)

    if isinstance(outcome, FailureKind):
        assert answer.failure.kind is outcome
    elif isinstance(outcome, type):
        assert isinstance(answer, outcome)
    else:
        assert answer == outcome


def test_a_404_with_the_word_for_not_found_and_no_code_is_not_found(codec, liar, session, transaction):
    liar.will_say('{"message": "TRANSACTION_NOT_FOUND"}', 404)
    assert codec("vnpt").poll(session, transaction).failure.kind is FailureKind.TRANSACTION_NOT_FOUND


@BOTH
def test_base64_in_lines_is_read_and_order_and_ids_do_not_matter(codec, liar, session, transaction, key, slug):
    signed = [key.signs(digest) for digest in transaction.digests]
    in_lines = [base64.encodebytes(each).decode().replace("\n", "\r\n") for each in reversed(signed)]
    liar.will_say(result(in_lines, "anything at all"))

    answer = codec(slug).poll(session, transaction)

    assert isinstance(answer, Signed)
    assert answer.signatures == tuple(signed)


@BOTH
def test_a_message_of_refusal_beside_every_signature_does_not_undo_them(codec, liar, session, transaction, good, slug):
    liar.will_say(result(good, "SIGNER_REJECTED"))
    assert isinstance(codec(slug).poll(session, transaction), Signed)


@BOTH
@pytest.mark.parametrize("empty", ["", None, "  "])
def test_one_empty_value_means_the_batch_is_not_done(codec, liar, session, transaction, good, slug, empty):
    liar.will_say(result([good[0], empty]))
    assert isinstance(codec(slug).poll(session, transaction), Pending)


@BOTH
def test_fewer_values_than_documents_are_not_the_end(codec, liar, session, transaction, good, slug):
    liar.will_say(result(good[:1]))
    assert isinstance(codec(slug).poll(session, transaction), Pending)


@BOTH
@pytest.mark.parametrize("value", ["not base64!", "-9", "pending", "7"])
def test_a_short_value_nobody_knows_leaves_the_request_open_and_is_named(
    codec, liar, session, transaction, good, slug, value
):
    liar.will_say(result([good[0], value]))
    state = value.replace(" ", "").replace("!", "")
    assert codec(slug).poll(session, transaction) == Pending(vendor_state=state)


@pytest.mark.parametrize("value", ["-2", "-1", "-3", "-4", "0", -2])
def test_an_odd_value_in_every_place_is_a_failure_that_keeps_the_digit(codec, liar, session, transaction, value):
    liar.will_say(result([value, value]))
    answer = codec("nacencomm").poll(session, transaction)
    assert answer.failure == Failure(FailureKind.SIGNING_FAILED, vendor_code=str(value))


@pytest.mark.parametrize("failed_first", [True, False])
def test_a_batch_of_one_signed_and_one_failed_keeps_the_signature(
    codec, liar, session, transaction, key, good, failed_first
):
    liar.will_say(result(["-2", good[0]] if failed_first else [good[0], "-2"]))

    answer = codec("nacencomm").poll(session, transaction)

    assert isinstance(answer, PartlySigned)
    assert answer.signatures == (key.signs(transaction.digests[0]), None)


def test_what_was_signed_before_the_rest_ran_out_is_kept(codec, liar, session, transaction, key, good):
    liar.will_say(result([good[1], ""], "Đã hết hạn"))

    answer = codec("nacencomm").poll(session, transaction)

    assert isinstance(answer, PartlySigned)
    assert answer.signatures == (None, key.signs(transaction.digests[1]))


@BOTH
@pytest.mark.parametrize(
    "spoil",
    [
        lambda good: [good[0], good[0]],
        lambda good: [*good, good[0]],
        lambda good: [good[0], good[1][:-8]],
        lambda good: [good[0], in_base64(b"\xff" * 256)],
        lambda good: [good[0], "x" * 344],
        lambda good: [good[0], ["x" * 344]],
    ],
)
def test_what_claims_to_be_a_signature_and_is_none_ends_the_request(
    codec, liar, session, transaction, good, slug, spoil
):
    liar.will_say(result(spoil(good)))
    answer = codec(slug).poll(session, transaction)
    assert answer.failure == Failure(FailureKind.SIGNATURE_DOES_NOT_VERIFY, vendor_code="signature_value")


def test_a_false_signature_beside_a_failure_is_not_a_part(codec, liar, session, transaction):
    liar.will_say(result([in_base64(b"\x01" * 256), "-2"]))
    answer = codec("nacencomm").poll(session, transaction)
    assert answer.failure.kind is FailureKind.SIGNATURE_DOES_NOT_VERIFY


@BOTH
def test_a_good_signature_of_another_certificate_is_refused(codec, liar, session, transaction, good, key, slug):
    liar.will_say(result(good))
    answer = codec(slug).poll(session, replace(transaction, certificate_der=type(key)().der))
    assert answer.failure.kind is FailureKind.SIGNATURE_DOES_NOT_VERIFY


@BOTH
def test_raw_answers_are_kept_without_secrets_and_persons(codec, liar, session, transaction, slug):
    body = json.loads(
        told(200, "SIGNER_REJECTED tu choi 001190012345", {"transaction_id": "r1", "cccd": "001190012345"})
    )
    liar.will_say(json.dumps(body | {"sp_password": "canary", "full_name": "Nguyễn Văn A"}))

    raw = codec(slug).poll(session, transaction).raw

    assert "SIGNER_REJECTED" in raw
    assert '"status_code":200' in raw
    for private in ("canary", "Nguy", "001190012345"):
        assert private not in raw


# Words of the operator


def test_a_setting_adds_words_before_the_known_ones(codec, liar, session, transaction):
    extended = codec(
        "nacencomm",
        NACENCOMM_OUTCOMES="code 1003=rejected; message ĐÃ HỦY=rejected; value -7=quota_exhausted; message chờ=expired",
    )
    for body, outcome in (
        (told(1003, "?", {"transaction_id": "r1"}), Rejected),
        (told(200, "Yêu cầu đã huỷ".replace("uỷ", "ủy"), {"transaction_id": "r1"}), Rejected),
        (told(200, "Chờ", {"transaction_id": "r1"}), Expired),
        (result(["-7", "-7"]), Failed),
    ):
        liar.will_say(body)
        assert isinstance(extended.poll(session, transaction), outcome)


@pytest.mark.parametrize(
    "text",
    ["code 1003", "1003=rejected", "code =rejected", "state 1=rejected", "code 1003=maybe", "code 1=rejected; x"],
)
def test_words_that_cannot_be_read_stop_the_start(codec, text):
    assert problem_of(text) is not None
    with pytest.raises(ValueError, match="NACENCOMM_OUTCOMES"):
        codec("nacencomm", NACENCOMM_OUTCOMES=text)


def test_a_table_answers_for_folded_words_only_where_they_stand():
    table = OutcomeTable(messages=(("tu choi", Verdict.REJECTED),)).extended("refusal Hết  lượt=quota_exhausted;")

    assert table.of_message("Người dùng TỪ CHỐI") is Verdict.REJECTED
    assert table.of_refusal("đã hết lượt ký") is FailureKind.QUOTA_EXHAUSTED
    assert table.of_message("đã hết lượt ký") is table.of_code("1") is table.of_value("1") is None


# Callbacks


@BOTH
@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (b'{"transaction_id": "r1", "status_code": 200, "signed_files": [{"signature_value": "forged"}]}', "r1"),
        (b'{"transaction_id": "r1", "sp_id": "another", "message": "SUCCESS"}', "r1"),
        (b'{"transaction_id": null}', None),
        (b'{"transaction_id": "r 1"}', None),
        (b'{"transaction_id": "r1", "transaction_id": "r2"}', None),
        (b'{"transaction_id": "r1", "x": "' + b"x" * 300_000 + b'"}', None),
        (b"[]", None),
        (b"", None),
        (b"\xff", None),
    ],
)
def test_a_callback_with_signatures_is_still_only_a_knock(codec, liar, slug, body, hint):
    answer = codec(slug).read_callback(body, {})

    assert answer.hint == (CallbackHint(hint, hint) if hint else None)
    assert answer.status == (200 if hint else 400)
    assert liar.heard == []


def test_a_knock_does_not_bring_vnpt_s_own_number(codec):
    answer = codec("vnpt", VNPT_SP769_STATUS_ID="tran_code").read_callback(b'{"transaction_id": "r1"}', {})
    assert answer.hint == CallbackHint("r1", "")


# Start


def test_the_profile_that_signs_without_the_phone_is_refused_with_the_reason(speaks):
    with pytest.raises(ValueError, match="sp769-th is refused: it signs without asking the phone"):
        speaks("vnpt", VNPT_PROFILE="sp769-th")


@BOTH
def test_nothing_is_asked_to_open_a_session(codec, liar, slug):
    opened = codec(slug).open_session("001190012345", None)
    assert isinstance(opened, ProviderSession)
    assert liar.heard == []


FIELDS = ["status_code", "message", "data", "transaction_id", "signatures", "signature_value", "user_certificates"]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, 102, 200, 401, 404, 500, "-2", "", "r1", "\x00", "\ud800", "a" * 400, "EXPIRED", "từ chối"]),
    st.text(max_size=20),
)
ANSWERS = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=6),
    max_leaves=20,
)


@BOTH
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(answer=ANSWERS, status=st.sampled_from([200, 200, 400, 401, 500]))
def test_no_invented_answer_is_believed_or_breaks_the_codec(
    codec, liar, session, transaction, request_to_sign, slug, answer, status
):
    provider = codec(slug)
    for _ in range(3):
        liar.will_say(json.dumps(answer), status)

    polled = provider.poll(session, transaction)
    submitted = provider.request_signature(session, request_to_sign)
    found = provider.list_certificates(session)

    assert not isinstance(polled, Signed | PartlySigned)
    assert isinstance(submitted, NotSubmitted | SubmissionUnknown | Submitted)
    assert isinstance(found, Failure)
    liar.forget()

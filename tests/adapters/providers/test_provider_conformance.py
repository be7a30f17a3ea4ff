"""What every provider keeps, shown against the sandbox CA over TCP; the sandbox's own ledger is the witness."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from backend.domain.providers import (
    Expired,
    Failed,
    Failure,
    FailureKind,
    NotSubmitted,
    OpenTransaction,
    Pending,
    ProviderSession,
    Rejected,
    Secret,
    SignatureRequest,
    Signed,
    SigningItem,
    SubmissionUnknown,
    Submitted,
    Unreachable,
)


def verifies(certificate: bytes, digest: bytes, signature: bytes) -> bool:
    public_key: Any = x509.load_der_x509_certificate(certificate).public_key()
    public_key.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    return True


def test_two_documents_are_signed_with_one_prompt_and_every_signature_verifies(house, pair):
    person = house.person()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session, *pair)
    assert house.provider.poll(session, transaction) == Pending()
    house.sandbox.phone(transaction.vendor_id, "approve")

    result = house.result(session, transaction)

    assert isinstance(result, Signed)
    assert all(verifies(person.certificate, i.digest, s) for i, s in zip(pair, result.signatures, strict=True))
    ledger = house.sandbox.ledger(person)
    assert (len(ledger["prompts"]), len(ledger["signatures"]), house.sandbox.times_asked(person, "sign")) == (1, 2, 1)


def test_the_provider_receives_base64_of_the_raw_digest(house, pair):
    person = house.person()
    house.waits_for_the_phone(person, house.signs_in(person), *pair)

    (request,) = house.sandbox.on_the_phone(person)

    assert request["digests"] == [
        "ZyBX8GyHsThVPvBv6ETRc/kJVAml8gB/WdmNMz3iqcA=",
        "GYiGKcGbScuByKkDhb4JJKBpjjq4Lptx23Caqph/Zd0=",
    ]


def test_our_reference_and_the_end_of_its_life_travel_with_a_request(house, pair):
    person = house.person()
    submitted = house.asks(person, house.signs_in(person), *pair)

    assert isinstance(submitted, Submitted)
    life_s = (submitted.expires_at - house.clock.now()).total_seconds()
    assert life_s == house.provider.descriptor.life_s == {"viettel": 120, "vnpt": 300}[house.slug]
    assert submitted.vendor_id in submitted.raw


def test_viettel_shows_what_vietnamese_words_look_like_in_ascii(viettel, pair):
    person = viettel.person()
    viettel.asks(person, viettel.signs_in(person), *pair, summary="Đơn vị ký 2 chứng từ: 1.250.000 đ, mã 7F3K")

    (request,) = viettel.sandbox.on_the_phone(person)

    assert request["title"] == "Don vi ky 2 chung tu 1 250 000 d ma 7F3K"
    assert [d["name"] for d in request["documents"]] == ["Giay rut du toan PC0001", "Uy nhiem chi PC0002 - 5 000 000 d"]
    assert [d["id"] for d in request["documents"]] == ["PC0001", "PC0002"]


def test_viettel_cuts_a_long_title_at_a_word_within_what_the_phone_takes(viettel, pair):
    person = viettel.person()
    submitted = viettel.asks(person, viettel.signs_in(person), *pair, summary="Chuyển khoản tiền lương " * 9)

    assert isinstance(submitted, Submitted)
    (request,) = viettel.sandbox.on_the_phone(person)
    assert request["title"] == "Chuyen khoan tien luong Chuyen khoan tien luong Chuyen khoan tien luong"


def test_vnpt_shows_vietnamese_words_as_they_are_with_the_document_id(vnpt, pair):
    person = vnpt.person()
    first = replace(pair[0], title="Giấy rút dự toán ngân sách")
    vnpt.asks(person, vnpt.signs_in(person), first, pair[1], summary="Ký 2 chứng từ: 1.250.000 đ, mã 7F3K")

    (request,) = vnpt.sandbox.on_the_phone(person)

    assert request["title"] == "Ký 2 chứng từ: 1.250.000 đ, mã 7F3K"
    assert [d["name"] for d in request["documents"]] == [
        "PC0001 Giấy rút dự toán ngân sách",
        "Ủy nhiệm chi PC0002 – 5.000.000 đ",
    ]


@pytest.mark.parametrize(("move", "ending"), [("refuse", Rejected), ("expire", Expired)])
def test_what_the_person_does_on_the_phone_ends_the_transaction(house, move, ending):
    person = house.person()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session)

    house.sandbox.phone(transaction.vendor_id, move)

    assert isinstance(house.result(session, transaction), ending)
    assert house.sandbox.ledger(person)["signatures"] == []


@pytest.mark.parametrize(
    ("slug", "reason", "kind"),
    [
        ("viettel", "signing", FailureKind.SIGNING_FAILED),
        ("viettel", "quota", FailureKind.QUOTA_EXHAUSTED),
        ("viettel", "certificate", FailureKind.CERTIFICATE_INVALID),
        ("vnpt", "signing", FailureKind.SIGNING_FAILED),
        ("vnpt", "key_authorisation", FailureKind.KEY_AUTHORISATION),
    ],
)
def test_a_failure_at_the_provider_has_our_word(request, slug, reason, kind):
    house = request.getfixturevalue(slug)
    person = house.person()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session)

    house.sandbox.phone(transaction.vendor_id, "fail", reason=reason)

    result = house.result(session, transaction)
    assert isinstance(result, Failed)
    assert result.failure.kind is kind


def test_an_internal_error_told_as_a_state_is_not_the_end(viettel):
    person = viettel.person()
    session = viettel.signs_in(person)
    transaction = viettel.waits_for_the_phone(person, session)

    viettel.sandbox.phone(transaction.vendor_id, "fail", reason="internal")

    assert viettel.result(session, transaction) == Unreachable("50000")


def test_a_person_who_confirmed_while_the_key_is_at_work_is_past_the_point_of_no_return(viettel):
    person = viettel.person()
    session = viettel.signs_in(person)
    transaction = viettel.waits_for_the_phone(person, session)

    viettel.sandbox.phone(transaction.vendor_id, "approve", signing_ms=60_000)

    assert viettel.provider.poll(session, transaction) == Pending(person_has_confirmed=True)


def test_wrong_passwords_tell_how_many_are_left_and_then_lock_the_account(vnpt):
    person = vnpt.person()

    answers = [vnpt.provider.open_session(person.login, Secret("sai")) for _ in range(6)]

    assert [(a.kind, a.attempts_left) for a in answers[:4]] == [
        (FailureKind.BAD_CREDENTIALS, left) for left in (4, 3, 2, 1)
    ]
    assert {a.kind for a in answers[4:]} == {FailureKind.LOCKED}
    assert (answers[5].locked_until - vnpt.clock.now()).total_seconds() == 300
    assert vnpt.sandbox.times_asked(person, "login") == 6


def test_the_right_password_does_not_open_a_locked_account(vnpt):
    person = vnpt.person()
    for _ in range(5):
        vnpt.provider.open_session(person.login, Secret("sai"))

    assert vnpt.provider.open_session(person.login, person.password).kind is FailureKind.LOCKED


def test_a_missing_password_is_refused_before_anything_is_sent(vnpt):
    person = vnpt.person()

    assert vnpt.provider.open_session(person.login, None).kind is FailureKind.BAD_CREDENTIALS
    assert vnpt.sandbox.times_asked(person, "login") == 0


def test_a_user_nobody_knows_is_an_unknown_user(house):
    answer = house.provider.open_session("CMT_nobody", Secret("x"))

    assert isinstance(answer, Failure)
    assert answer.kind is FailureKind.UNKNOWN_USER


@pytest.mark.parametrize("name", ["CLIENT_ID", "CLIENT_SECRET"])
def test_our_own_wrong_credentials_are_not_blamed_on_the_person(house, name):
    person = house.person()
    house.settings = {f"{house.slug.upper()}_{name}": "0000"}

    answer = house.provider.open_session(person.login, person.password)

    assert isinstance(answer, Failure)
    assert answer.kind is FailureKind.RELYING_PARTY_CREDENTIALS


def test_every_certificate_is_listed_and_a_revoked_one_is_not_usable(house):
    person = house.person()
    house.sandbox.tell(f"subscribers/{house.slug}/{person.login}/credentials")
    house.sandbox.tell(
        f"subscribers/{house.slug}/{person.login}/revoke",
        serial_hex=f"{x509.load_der_x509_certificate(person.certificate).serial_number:032x}",
    )

    found = house.provider.list_certificates(house.signs_in(person))

    assert sorted((each.der == person.certificate, each.usable) for each in found) == [(False, True), (True, False)]
    assert "revoked" in next(each for each in found if not each.usable).why_not.lower()
    assert all(len(each.chain) == 2 for each in found)


@pytest.mark.parametrize("kind", ["http_500", "http_503", "internal_error", "lose_answer"])
def test_a_broken_sign_in_is_the_providers_fault_and_may_be_tried_again(house, kind):
    person = house.person()
    house.breaks(person, "login", kind)

    answer = house.provider.open_session(person.login, person.password)

    assert isinstance(answer, Failure)
    assert (answer.kind, answer.retryable) == (FailureKind.PROVIDER_UNAVAILABLE, True)
    assert house.sandbox.times_asked(person, "login") == 1


def test_a_maintenance_page_instead_of_a_token_is_a_protocol_violation(house):
    person = house.person()
    house.breaks(person, "login", "html_200")

    assert house.provider.open_session(person.login, person.password) == Failure(
        FailureKind.PROTOCOL_VIOLATION, vendor_code="not_json"
    )


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("http_500", FailureKind.PROVIDER_UNAVAILABLE),
        ("http_503", FailureKind.PROVIDER_UNAVAILABLE),
        ("internal_error", FailureKind.PROVIDER_UNAVAILABLE),
        ("lose_answer", FailureKind.PROVIDER_UNAVAILABLE),
        ("html_200", FailureKind.PROTOCOL_VIOLATION),
    ],
)
def test_a_broken_certificate_call_is_a_failure_with_its_kind(house, kind, expected):
    person = house.person()
    session = house.signs_in(person)
    house.breaks(person, "certificates", kind)

    assert house.provider.list_certificates(session).kind is expected


@pytest.mark.parametrize(("kind", "prompts"), [("lose_answer", 1), ("http_500", 0), ("http_503", 0), ("html_200", 0)])
def test_a_request_whose_answer_is_no_answer_may_have_arrived_and_is_sent_once(house, pair, kind, prompts):
    person = house.person()
    session = house.signs_in(person)
    house.breaks(person, "sign", kind)

    assert isinstance(house.asks(person, session, *pair), SubmissionUnknown)
    assert house.sandbox.times_asked(person, "sign") == 1
    assert len(house.sandbox.ledger(person)["prompts"]) == prompts


@pytest.mark.parametrize("kind", ["delay", "slow_drip"])
def test_a_request_answered_too_late_may_have_arrived_and_is_sent_once(house, pair, kind):
    person = house.person()
    session = house.signs_in(person)
    house.breaks(person, "sign", kind, seconds=5)
    house.total_s = "1"

    assert isinstance(house.asks(person, session, *pair), SubmissionUnknown)
    assert len(house.sandbox.ledger(person)["prompts"]) == 1


def test_the_providers_own_internal_error_means_the_phone_did_not_ring(house, pair):
    person = house.person()
    session = house.signs_in(person)
    house.breaks(person, "sign", "internal_error")

    answer = house.asks(person, session, *pair)

    assert isinstance(answer, NotSubmitted)
    assert (answer.failure.kind, answer.failure.retryable) == (FailureKind.PROVIDER_UNAVAILABLE, True)
    assert answer.failure.vendor_code == "50000"
    assert house.sandbox.ledger(person)["prompts"] == []


def test_a_person_out_of_signing_turns_is_told_so(house, pair):
    person = house.person()
    session = house.signs_in(person)
    house.breaks(person, "sign", "quota")

    answer = house.asks(person, session, *pair)
    if isinstance(answer, Submitted):  # Viettel tells it with the result.
        digests = tuple(item.digest for item in pair)
        transaction = OpenTransaction("ours", answer.vendor_id, person.login, person.certificate, digests)
        answer = house.result(session, transaction)

    assert answer.failure.kind is FailureKind.QUOTA_EXHAUSTED
    assert house.sandbox.ledger(person)["prompts"] == []


@pytest.mark.parametrize("kind", ["lose_answer", "http_500", "http_503", "html_200", "internal_error"])
def test_trouble_while_asking_for_the_result_is_never_the_result(house, kind):
    person = house.person()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session)
    house.sandbox.phone(transaction.vendor_id, "approve")
    house.breaks(person, "status", kind)

    assert isinstance(house.provider.poll(session, transaction), Unreachable)
    assert isinstance(house.result(session, transaction), Signed)


@pytest.mark.parametrize("kind", ["delay", "slow_drip"])
def test_a_slow_result_is_asked_for_again(house, kind):
    person = house.person()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session)
    house.breaks(person, "status", kind, seconds=5)
    house.total_s = "1"

    assert isinstance(house.provider.poll(session, transaction), Unreachable)
    house.total_s = "20"
    assert house.provider.poll(session, transaction) == Pending()


@pytest.mark.parametrize("kind", ["wrong_key", "wrong_digest", "garbage_signature", "empty_signature"])
def test_a_signature_that_does_not_verify_is_never_believed(house, kind):
    person, _stranger = house.person(), house.person()
    session = house.signs_in(person)
    house.breaks(person, "any", kind)
    transaction = house.waits_for_the_phone(person, session)
    house.sandbox.phone(transaction.vendor_id, "approve")

    result = house.result(session, transaction)

    assert isinstance(result, Failed)
    assert (result.failure.kind, result.failure.retryable) == (FailureKind.SIGNATURE_DOES_NOT_VERIFY, False)


def test_signatures_in_another_order_are_put_in_ours(house, pair):
    person = house.person()
    session = house.signs_in(person)
    house.breaks(person, "any", "swapped_order")
    transaction = house.waits_for_the_phone(person, session, *pair)
    house.sandbox.phone(transaction.vendor_id, "approve")

    result = house.result(session, transaction)

    assert isinstance(result, Signed)
    assert all(verifies(person.certificate, i.digest, s) for i, s in zip(pair, result.signatures, strict=True))


def test_a_good_signature_by_another_certificate_of_the_same_ca_is_refused(house):
    person, other = house.person(), house.person()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session)
    house.sandbox.phone(transaction.vendor_id, "approve")

    result = house.result(session, replace(transaction, certificate_der=other.certificate))

    assert isinstance(result, Failed)
    assert result.failure.kind is FailureKind.SIGNATURE_DOES_NOT_VERIFY


def test_fifty_documents_fit_in_one_approval_and_fifty_one_are_not_even_sent(house):
    person = house.person()
    session = house.signs_in(person)
    items = [SigningItem(f"PC{n:04d}", sha256(str(n).encode()).digest(), f"Chứng từ PC{n:04d}") for n in range(51)]

    refused = house.asks(person, session, *items)
    transaction = house.waits_for_the_phone(person, session, *items[:50])
    house.sandbox.phone(transaction.vendor_id, "approve")
    result = house.result(session, transaction)

    assert refused == NotSubmitted(Failure(FailureKind.BAD_REQUEST, vendor_code="batch"))
    assert isinstance(result, Signed)
    assert len(result.raw) <= 16 * 1024
    assert house.sandbox.times_asked(person, "sign") == 1


def ended(session: ProviderSession) -> ProviderSession:
    return replace(session, token=Secret("sandbox.ended.token"))


@pytest.mark.parametrize("token", ["sandbox.ended.token", ""])
def test_viettel_signs_in_again_when_a_token_has_ended_or_is_lost_while_asking(viettel, token):
    person = viettel.person()
    session = viettel.signs_in(person)
    transaction = viettel.waits_for_the_phone(person, session)
    without = replace(session, token=Secret(token))

    assert viettel.provider.poll(without, transaction) == Pending()
    assert len(viettel.provider.list_certificates(without)) == 1


def test_vnpt_cannot_sign_in_again_without_the_person_so_an_ended_token_only_waits(vnpt):
    person = vnpt.person()
    session = vnpt.signs_in(person)
    transaction = vnpt.waits_for_the_phone(person, session)

    assert vnpt.provider.poll(ended(session), transaction) == Unreachable("session_expired")
    assert vnpt.provider.list_certificates(ended(session)).kind is FailureKind.SESSION_EXPIRED
    assert vnpt.sandbox.times_asked(person, "login") == 1


def test_a_request_with_an_ended_token_did_not_ring_the_phone_and_is_not_repeated_by_itself(house, pair):
    person = house.person()
    session = house.signs_in(person)
    (certificate,) = house.provider.list_certificates(session)
    request = SignatureRequest("ours", person.login, certificate, pair, "Ký", None)

    answer = house.provider.request_signature(ended(session), request)

    assert answer == NotSubmitted(Failure(FailureKind.SESSION_EXPIRED, retryable=True, vendor_code="http_401"))
    assert house.sandbox.ledger(person)["prompts"] == []


def test_a_transaction_the_provider_does_not_know_is_not_found(vnpt):
    person = vnpt.person()
    session = vnpt.signs_in(person)
    transaction = vnpt.waits_for_the_phone(person, session)

    result = vnpt.provider.poll(session, replace(transaction, vendor_id="00000000-0000-4000-8000-000000000000"))

    assert result.failure.kind is FailureKind.TRANSACTION_NOT_FOUND


def test_a_session_lasts_as_long_as_the_provider_and_our_caution_say(house):
    session = house.signs_in(house.person())

    lasts_s = (session.expires_at - house.clock.now()).total_seconds()

    assert lasts_s == {"viettel": 3000, "vnpt": 3600}[house.slug]
    assert session.token.reveal() not in repr(session)

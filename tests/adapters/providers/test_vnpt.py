"""What only VNPT's profile ``csc`` does: Vietnamese titles, tries left and the lock, a token that ends for good."""

from __future__ import annotations

from dataclasses import replace

from backend.domain.providers import FailureKind, Pending, ProviderSession, Secret, Signed, Unreachable


def test_vnpt_shows_vietnamese_words_as_they_are_with_the_document_id(vnpt, pair):
    person = vnpt.newcomer()
    first = replace(pair[0], title="Giấy rút dự toán ngân sách")
    vnpt.asks(person, vnpt.signs_in(person), first, pair[1], summary="Ký 2 chứng từ: 1.250.000 đ, mã 7F3K")

    (request,) = vnpt.on_the_phone(person.login)

    assert request["title"] == "Ký 2 chứng từ: 1.250.000 đ, mã 7F3K"
    assert [d["name"] for d in request["documents"]] == [
        "PC0001 Giấy rút dự toán ngân sách",
        "Ủy nhiệm chi PC0002 – 5.000.000 đ",
    ]


def test_wrong_passwords_tell_how_many_are_left_and_then_lock_the_account(vnpt):
    person = vnpt.newcomer()

    answers = [vnpt.provider.open_session(person.login, Secret("sai")) for _ in range(6)]

    assert [(a.kind, a.attempts_left) for a in answers[:4]] == [
        (FailureKind.BAD_CREDENTIALS, left) for left in (4, 3, 2, 1)
    ]
    assert {a.kind for a in answers[4:]} == {FailureKind.LOCKED}
    assert (answers[5].locked_until - vnpt.clock.now()).total_seconds() == 300
    assert vnpt.times_asked(person, "login") == 6


def test_the_right_password_does_not_open_a_locked_account(vnpt):
    person = vnpt.newcomer()
    for _ in range(5):
        vnpt.provider.open_session(person.login, Secret("sai"))

    assert vnpt.provider.open_session(person.login, person.password).kind is FailureKind.LOCKED


def ended(session: ProviderSession) -> ProviderSession:
    return replace(session, token=Secret("sandbox.ended.token"))


def test_vnpt_cannot_sign_in_again_without_the_person_so_an_ended_token_only_waits(vnpt):
    person = vnpt.newcomer()
    session = vnpt.signs_in(person)
    transaction = vnpt.waits_for_the_phone(person, session)

    assert vnpt.provider.poll(ended(session), transaction) == Unreachable("session_expired")
    assert vnpt.provider.list_certificates(ended(session)).kind is FailureKind.SESSION_EXPIRED
    assert vnpt.times_asked(person, "login") == 1


def test_a_token_that_ends_while_the_person_thinks_is_exchanged_once_and_goes_on(vnpt):
    person = vnpt.newcomer()
    session = vnpt.signs_in(person)
    transaction = vnpt.waits_for_the_phone(person, session)
    vnpt.about(person, "log-out")

    waiting = vnpt.provider.poll(session, transaction)
    vnpt.phone(transaction, "approve")

    assert waiting.renewed is not None
    assert isinstance(vnpt.provider.poll(waiting.renewed, transaction), Signed)
    assert vnpt.times_asked(person, "login") == 2


def test_a_refresh_token_is_good_once_so_only_the_new_pair_can_be_exchanged_again(vnpt):
    person = vnpt.newcomer()
    session = vnpt.signs_in(person)
    transaction = vnpt.waits_for_the_phone(person, session)
    vnpt.about(person, "log-out")
    first = vnpt.provider.poll(session, transaction)
    vnpt.about(person, "log-out")

    assert vnpt.provider.poll(session, transaction) == Unreachable("session_expired invalid_grant")
    second = vnpt.provider.poll(first.renewed, transaction)
    assert isinstance(second, Pending)
    assert second.renewed not in (None, session, first.renewed)


def test_a_question_that_breaks_after_the_exchange_still_hands_over_the_new_pair(vnpt):
    person = vnpt.newcomer()
    session = vnpt.signs_in(person)
    transaction = vnpt.waits_for_the_phone(person, session)
    vnpt.about(person, "log-out")
    # The CA knows whom a question is about only once the new token is shown: the first one meets no fault.
    vnpt.breaks(person, "status", "http_503")

    broken = vnpt.provider.poll(session, transaction)

    assert isinstance(broken, Unreachable)
    assert isinstance(vnpt.provider.poll(broken.renewed, transaction), Pending)


def test_neither_token_of_the_pair_is_told(vnpt):
    session = vnpt.signs_in(vnpt.person())

    access, _, refresh = session.token.reveal().partition(" ")
    assert access and refresh
    assert access not in repr(session) and refresh not in repr(session)


def test_a_transaction_the_provider_does_not_know_is_not_found(vnpt):
    person = vnpt.newcomer()
    session = vnpt.signs_in(person)
    transaction = vnpt.waits_for_the_phone(person, session)

    result = vnpt.provider.poll(session, replace(transaction, vendor_id="00000000-0000-4000-8000-000000000000"))

    assert result.failure.kind is FailureKind.TRANSACTION_NOT_FOUND


def test_a_session_lasts_as_long_as_the_provider_and_our_caution_say(vnpt):
    session = vnpt.signs_in(vnpt.person())

    assert (session.expires_at - vnpt.clock.now()).total_seconds() == 3600

"""Every profile × what can be the matter with a person, a certificate, a session or with ourselves."""

from __future__ import annotations

import pytest
from cryptography import x509

from backend.domain.providers import Concluded, Failed, Failure, FailureKind, NotSubmitted, Pending, Secret, Unreachable
from tests.adapters.providers.cases import every, said
from tests.adapters.providers.house import House, Person, opened
from tests.adapters.providers.profile import LOGIN, STATUS, Profile


def serial_of(person: Person) -> str:
    return f"{x509.load_der_x509_certificate(person.certificate).serial_number:032x}"


def has_token(profile: Profile) -> bool:
    return profile.renews is not None


def first_refusal(house: House, login: str, password: Secret) -> object:
    """What the CA says to a sign-in, or to the first question where signing in asks it nothing."""
    opened = house.provider.open_session(login, password if house.provider.descriptor.needs_password else None)
    return opened if isinstance(opened, Failure) else house.provider.list_certificates(opened)


@every()
def test_a_user_name_nobody_has_is_told_from_a_broken_ca(house: House) -> None:
    answer = first_refusal(house, house.profile.login(999_999), Secret("x"))

    assert isinstance(answer, Failure)
    assert answer.kind is house.profile.unknown_user


@every()
def test_a_person_who_was_switched_off_cannot_ask(house: House) -> None:
    person = house.newcomer(status="inactive")

    answer = first_refusal(house, person.login, person.password)

    assert isinstance(answer, Failure)
    assert answer.kind is house.profile.unknown_user


@every()
def test_a_person_without_a_certificate_is_told_so(house: House) -> None:
    person = house.newcomer(status="no_certificate")

    answer = house.provider.list_certificates(house.signs_in(person))

    assert isinstance(answer, Failure)
    assert answer.kind is FailureKind.NO_CERTIFICATE


@every("setting", of=lambda p: p.wrong_client)
def test_our_own_wrong_credentials_are_not_blamed_on_the_person(house: House, setting: str) -> None:
    person = house.person()
    house.settings = {setting: "0000"}

    answer = first_refusal(house, person.login, person.password)

    assert isinstance(answer, Failure)
    assert answer.kind is FailureKind.RELYING_PARTY_CREDENTIALS


@every(of=lambda p: [()] if p.descriptor.needs_password else [])
def test_a_missing_password_is_refused_before_anything_is_sent(house: House) -> None:
    person = house.person()

    answer = house.provider.open_session(person.login, None)

    assert said(answer) == FailureKind.BAD_CREDENTIALS.value
    assert house.times_asked(person, LOGIN) == 0


@every(of=lambda p: [()] if p.descriptor.needs_password else [])
def test_a_wrong_password_is_tried_once_and_opens_nothing(house: House) -> None:
    person = house.newcomer()

    answer = house.provider.open_session(person.login, Secret("sai"))

    assert said(answer) == FailureKind.BAD_CREDENTIALS.value
    assert house.times_asked(person, LOGIN) == 1


@every("login", of=lambda p: ("", "x" * 400, "a\nb"))
def test_a_user_name_that_cannot_be_one_does_not_leave_the_house(house: House, login: str) -> None:
    assert said(house.provider.open_session(login, Secret("x"))) == FailureKind.BAD_REQUEST.value


@every()
def test_a_certificate_is_offered_with_its_chain_and_only_once(house: House) -> None:
    person = house.person()

    found = house.provider.list_certificates(house.signs_in(person))

    assert not isinstance(found, Failure)
    assert [each.der for each in found] == [person.certificate]
    assert all(each.usable and each.key_ref for each in found)


@every()
def test_every_certificate_of_a_person_is_offered(house: House) -> None:
    person = house.newcomer()
    house.about(person, "credentials")

    found = house.provider.list_certificates(house.signs_in(person))

    assert not isinstance(found, Failure)
    assert len({each.der for each in found}) == len({each.key_ref for each in found}) == 2
    assert person.certificate in [each.der for each in found]


@every(of=lambda p: [()] if p.tells_states else [])
def test_a_revoked_certificate_is_offered_as_unusable(house: House) -> None:
    person = house.newcomer()
    house.about(person, "credentials")
    house.about(person, "revoke", serial_hex=serial_of(person))

    found = house.provider.list_certificates(house.signs_in(person))

    assert not isinstance(found, Failure)
    assert sorted((each.der == person.certificate, each.usable) for each in found) == [(False, True), (True, False)]
    assert "revoked" in next(each for each in found if not each.usable).why_not.lower()


@every()
def test_a_certificate_that_ended_between_the_look_and_the_request_signs_nothing(house: House) -> None:
    person = house.newcomer()
    session = house.signs_in(person)
    request = house.a_request(person, session)
    house.about(person, "revoke")

    answer = house.provider.request_signature(session, request)
    if isinstance(answer, Concluded):
        answer = answer.outcome
    elif not isinstance(answer, NotSubmitted):
        answer = house.result(session, opened(request, answer.vendor_id))

    assert isinstance(answer, NotSubmitted | Failed)
    assert house.ledger(tuple(item.digest for item in request.items)) == (0, 0)


@pytest.mark.fault("F29")
@every()
def test_a_certificate_revoked_while_the_phone_rings_signs_nothing(house: House) -> None:
    person = house.newcomer()
    session = house.signs_in(person)

    result, transaction = house.ends(person, session, "revoke-then-approve")

    assert said(result) == house.profile.says("fail", "certificate")
    assert house.ledger(transaction.digests) == (1, 0)


@every(of=lambda p: [()] if has_token(p) else [])
def test_an_ended_token_at_the_request_did_not_ring_the_phone_and_nothing_is_repeated(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)
    request = house.a_request(person, session)
    house.about(person, "log-out")

    answer = house.provider.request_signature(session, request)

    assert answer == NotSubmitted(Failure(FailureKind.SESSION_EXPIRED, retryable=True, vendor_code="http_401"))
    assert house.ledger(tuple(item.digest for item in request.items)) == (0, 0)


@every(of=lambda p: [()] if has_token(p) else [])
def test_an_ended_token_at_the_look_for_certificates_is_renewed_or_named(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)
    house.about(person, "log-out")

    found = house.provider.list_certificates(session)

    if house.profile.renews:
        assert not isinstance(found, Failure)
    else:
        assert said(found) == FailureKind.SESSION_EXPIRED.value


@every(of=lambda p: [()] if has_token(p) and STATUS in p.calls and not p.descriptor.asks_while_sending else [])
def test_an_ended_token_while_waiting_is_renewed_or_waited_out(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session)
    house.about(person, "log-out")

    answer = house.provider.poll(session, transaction)

    goes_on = house.profile.renews or house.profile.exchanges
    assert isinstance(answer, Pending if goes_on else Unreachable)


@every()
def test_a_session_tells_neither_its_token_nor_the_password(house: House) -> None:
    person = house.person()

    session = house.signs_in(person)

    assert session.expires_at > house.clock.now()
    for secret in (session.token.reveal(), person.password.reveal()):
        assert not secret or secret not in repr(session)

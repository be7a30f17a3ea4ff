"""What only CSC does: an approval that waits, two calls for a signature, asynchronous signing, refused credentials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from backend.domain.providers import (
    Concluded,
    Expired,
    Failed,
    Failure,
    FailureKind,
    NotSubmitted,
    Pending,
    ProviderSession,
    Rejected,
    Secret,
    Signed,
    SubmissionUnknown,
    Submitted,
)
from tests.adapters.providers.house import House, StoppedClock, a_sandbox, opened, some_items
from tests.adapters.providers.profile import PROFILES, Profile

BY_NAME = {each.name: each for each in PROFILES}


@pytest.fixture
def v1(house_of: Callable[[Profile | str], House]) -> House:
    return house_of("csc-v1")


@pytest.fixture
def v2(house_of: Callable[[Profile | str], House]) -> House:
    return house_of("csc-v2")


def settings(house: House, **changes: str) -> House:
    """The same house with other settings."""
    house.settings = {**house.settings, **changes}
    return house


# Who comes in


def test_with_a_token_of_our_own_the_person_gives_a_user_name_only_and_it_must_be_known(v1):
    settings(v1, CSC_GRANT="client_credentials")
    person = v1.newcomer()

    session = v1.signs_in(person)

    assert v1.provider.descriptor.needs_password is False
    assert v1.certificate(person, session).usable
    assert v1.provider.open_session("nobody", None).kind is FailureKind.UNKNOWN_USER


def test_a_token_of_our_own_that_ended_is_replaced_without_the_person(v1):
    settings(v1, CSC_GRANT="client_credentials")
    person = v1.newcomer()
    session = replace(v1.signs_in(person), token=Secret("sandbox.ended.token"))

    assert v1.certificate(person, session).usable


def test_our_secret_may_travel_in_the_form(v1):
    settings(v1, CSC_CLIENT_AUTH="body", CSC_SCOPE="")

    assert isinstance(v1.opens(v1.newcomer()), ProviderSession)


# The two calls


@pytest.mark.parametrize("name", ["csc-v1", "viettel-adss"])
@pytest.mark.parametrize("fault", ["lose_answer", "http_500", "http_503", "html_200"])
def test_once_the_person_agreed_a_lost_signature_is_unknown_and_not_fetched_again(house_of, name, fault):
    house = house_of(name)
    person = house.newcomer()
    session = house.signs_in(person)
    house.decides(person, "approve")
    house.breaks(person, "status", fault)
    request = house.a_request(person, session)

    answer = house.provider.request_signature(session, request)

    assert isinstance(answer, SubmissionUnknown), answer
    assert house.ledger(tuple(item.digest for item in request.items))[0] == 1
    assert house.times_asked(person, "sign") == 1


def test_a_signature_the_ca_says_it_could_not_make_is_the_end(v1):
    person = v1.newcomer()
    session = v1.signs_in(person)
    v1.decides(person, "approve")
    v1.breaks(person, "status", "internal_error")

    answer = v1.asks(person, session)

    assert isinstance(answer, Concluded) and isinstance(answer.outcome, Failed)
    assert (answer.outcome.failure.kind, answer.outcome.failure.retryable) == (FailureKind.PROVIDER_UNAVAILABLE, False)


@pytest.mark.parametrize("fault", ["lose_answer", "http_503", "html_200", "internal_error", "http_429"])
def test_trouble_while_the_handle_is_redeemed_hides_no_approval(v2, fault):
    person = v2.newcomer()
    session = v2.signs_in(person)
    v2.decides(person, "approve")
    v2.breaks(person, "status", fault)

    answer = v2.asks(person, session)

    assert isinstance(answer, Concluded) and isinstance(answer.outcome, Signed)
    assert v2.times_asked(person, "sign") == 1


def test_a_handle_nobody_answers_is_given_up_with_the_life_of_the_request(v2):
    person = v2.newcomer()
    session = v2.signs_in(person)
    request = v2.a_request(person, session)
    v2.total_s = "0.4"

    answer = v2.provider.request_signature(session, request)

    assert isinstance(answer, Concluded) and isinstance(answer.outcome, Expired)


# Asynchronous


@pytest.mark.parametrize("name", ["requestID", "responseID"])
def test_an_asynchronous_signature_is_polled_until_it_is_there(v2, name):
    settings(v2, CSC_OPERATION_MODE="A", CSC_POLL_PARAMETER=name)
    person = v2.newcomer()
    session = v2.signs_in(person)
    v2.decides(person, "approve")
    request = v2.a_request(person, session)

    submitted = v2.provider.request_signature(session, request)

    assert isinstance(submitted, Submitted), submitted
    assert isinstance(v2.result(session, opened(request, submitted.vendor_id)), Signed)


def test_pending_is_an_http_400_and_a_response_nobody_knows_stays_pending(v2):
    settings(v2, CSC_OPERATION_MODE="A")
    person = v2.newcomer()
    session = v2.signs_in(person)
    request = v2.a_request(person, session)
    with v2._thumb(request, "approve", signing_ms=3_000_000):
        submitted = v2.provider.request_signature(session, request)

    assert isinstance(submitted, Submitted), submitted
    transaction = opened(request, submitted.vendor_id)
    assert v2.provider.poll(session, transaction) == Pending()
    unknown = v2.provider.poll(session, replace(transaction, vendor_id="nobody"))
    assert unknown == Pending(vendor_state="invalid_request")


@pytest.mark.parametrize("fault", ["lose_answer", "http_500", "html_200", "internal_error", "http_429"])
def test_trouble_while_polling_is_never_the_result(v2, fault):
    settings(v2, CSC_OPERATION_MODE="A")
    person = v2.newcomer()
    session = v2.signs_in(person)
    v2.decides(person, "approve")
    request = v2.a_request(person, session)
    submitted = v2.provider.request_signature(session, request)
    transaction = opened(request, submitted.vendor_id)
    v2.breaks(person, "status", fault)

    troubled = v2.provider.poll(session, transaction)

    assert type(troubled).__name__ == "Unreachable", troubled
    assert isinstance(v2.result(session, transaction), Signed)


# Dialects


@pytest.mark.parametrize(
    "change",
    [
        {"CSC_SAD": "bearer"},
        {"CSC_SIGN_ALGO": "1.2.840.113549.1.1.11"},
        {"CSC_TOKEN_PATH": "/csc/v2/oauth2/token"},
        {"CSC_POLL_INTERVAL_S": "0.01"},
    ],
)
def test_a_server_with_other_habits_is_a_setting(v2, change):
    settings(v2, **change)
    person = v2.newcomer()
    session = v2.signs_in(person)
    v2.decides(person, "approve")

    answer = v2.asks(person, session)

    assert isinstance(answer, Concluded) and isinstance(answer.outcome, Signed), answer


def test_a_server_that_wants_its_hashes_percent_encoded_gets_them_so(tmp_path: Path):
    with a_sandbox(tmp_path, SANDBOX_CSC_HASH_WIRE="percent") as picky:
        house = House(BY_NAME["csc-v2"], picky, StoppedClock())
        person = house.newcomer()
        session = house.signs_in(person)
        house.decides(person, "approve")
        items = [replace(item, digest=b"\xfb\xff" * 16) for item in some_items(1)]

        refused = house.asks(person, session, *items)
        answer = settings(house, CSC_HASH_WIRE="percent").asks(person, session, *items)

    assert isinstance(refused, Concluded) and refused.outcome.failure.kind is FailureKind.BAD_REQUEST
    assert isinstance(answer, Concluded) and isinstance(answer.outcome, Signed), answer


@pytest.mark.parametrize("mode", ["explicit", "oauth2code"])
def test_a_credential_that_wants_a_pin_or_a_browser_is_listed_and_not_usable(tmp_path: Path, mode: str):
    with a_sandbox(tmp_path, SANDBOX_CSC_AUTH_MODE=mode) as other:
        houses = [House(BY_NAME[name], other, StoppedClock()) for name in ("csc-v1", "csc-v2")]
        person = houses[0].newcomer()
        found = [house.certificate(person, house.signs_in(person)) for house in houses]

    assert [(each.usable, each.why_not) for each in found] == [(False, f"authMode {mode}")] * 2


def test_credentials_are_found_on_every_page(v1):
    person = v1.newcomer()
    for _ in range(21):
        v1.about(person, "credentials")

    found = v1.provider.list_certificates(v1.signs_in(person))

    assert len(found) == 22


def test_a_person_who_refuses_is_not_a_failure(v1):
    person = v1.newcomer()
    v1.decides(person, "refuse")

    answer = v1.asks(person, v1.signs_in(person))

    assert isinstance(answer, Concluded) and isinstance(answer.outcome, Rejected)
    assert "SAD" not in answer.outcome.raw


def test_our_activation_data_is_in_nothing_we_keep(v1):
    person = v1.newcomer()
    v1.decides(person, "approve")

    answer = v1.asks(person, v1.signs_in(person))

    assert isinstance(answer, Concluded) and isinstance(answer.outcome, Signed)
    assert set(answer.outcome.raw[:14]) <= set('{"signatures":')


def test_nobody_knocks_for_csc(v1):
    answer = v1.provider.read_callback(b'{"responseID":"x"}', {})

    assert (answer.hint, answer.status, answer.keep) == (None, 404, False)


def test_a_request_with_an_ended_token_of_the_person_did_not_ring(v1):
    person = v1.newcomer()
    session = v1.signs_in(person)
    request = v1.a_request(person, session)

    answer = v1.provider.request_signature(replace(session, token=Secret("sandbox.ended.token")), request)

    assert answer == NotSubmitted(Failure(FailureKind.SESSION_EXPIRED, retryable=True, vendor_code="http_401"))

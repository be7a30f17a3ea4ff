"""Every profile × every fault of the way × every call, and × every ending that follows.

What the adapter tells the service is compared with ``cases.COMMON``; the sandbox's own ledger is the witness for what
reached the phone.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle, product

import pytest

from backend.domain.providers import Concluded, Failed, Failure, NotSubmitted, Outcome, Pending, ProviderSession, Signed
from tests.adapters.providers.cases import ARRIVES, SLOW, TRANSPORT, every, expected, must_be, said
from tests.adapters.providers.house import SHORT_S, House, eventually, opened, some_items
from tests.adapters.providers.profile import CERTIFICATES, LOGIN, SIGN, STATUS, Profile

ENDINGS = ("approve", "refuse", "expire", "fail")


def at(call: str, faults: tuple[str, ...] = TRANSPORT):  # type: ignore[no-untyped-def]
    return lambda profile: faults if call in profile.calls else ()


def waits(profile: Profile) -> bool:
    """Whether the CA answers the request before the person decided, so that there is something to poll."""
    return not profile.descriptor.asks_while_sending


@every("fault", of=at(LOGIN))
def test_a_sign_in_that_breaks_is_the_ca_s_fault_and_made_once(house: House, fault: str) -> None:
    person = house.person()
    house.breaks(person, LOGIN, fault)
    house.total_s = SHORT_S if fault in SLOW else "20"

    must_be(house.opens(person), expected(house.profile, LOGIN, fault))

    eventually(lambda: house.times_asked(person, LOGIN) == 1)
    house.total_s = "20"
    assert isinstance(house.opens(person), ProviderSession)


@every("fault", of=at(CERTIFICATES))
def test_a_broken_look_for_certificates_says_why_and_the_next_one_finds_them(house: House, fault: str) -> None:
    person = house.person()
    session = house.signs_in(person)
    house.breaks(person, CERTIFICATES, fault)
    house.total_s = SHORT_S if fault in SLOW else "20"

    must_be(house.provider.list_certificates(session), expected(house.profile, CERTIFICATES, fault))

    house.total_s = "20"
    assert house.certificate(person, session).usable


@pytest.mark.fault("F13", "F15")
@every("fault", "count", of=lambda p: [(fault, count) for fault in TRANSPORT for count in (1, 3)])
def test_a_request_is_sent_once_and_its_fate_is_never_guessed(house: House, fault: str, count: int) -> None:
    person = house.newcomer() if not waits(house.profile) else house.person()
    session = house.signs_in(person)
    request = house.a_request(person, session, *some_items(count))
    house.breaks(person, SIGN, fault)
    house.total_s = SHORT_S if fault in SLOW else "20"
    if not waits(house.profile):
        house.decides(person, "approve")
    wanted = expected(house.profile, SIGN, fault)

    must_be(house.provider.request_signature(session, request), wanted)

    digests = tuple(item.digest for item in request.items)
    eventually(lambda: house.ledger(digests)[0] == int(wanted.rings))
    assert house.times_asked(person, SIGN) == 1


@every("fault", of=lambda p: ARRIVES if p.descriptor.looks_up_by_our_reference and waits(p) else ())
def test_a_request_whose_answer_was_lost_is_found_again_by_our_reference(house: House, fault: str) -> None:
    person = house.person()
    session = house.signs_in(person)
    request = house.a_request(person, session)
    house.breaks(person, SIGN, fault)
    house.total_s = SHORT_S if fault in SLOW else "20"
    house.provider.request_signature(session, request)
    house.total_s = "20"
    transaction = opened(request, "")
    eventually(lambda: house.ledger(transaction.digests)[0] == 1)

    house.phone(transaction, "approve")

    assert isinstance(house.result(session, transaction), Signed)


def troubles(profile: Profile) -> Iterable[tuple[str, str]]:
    """Every fault × every ending; each of both at least once where another profile has tried the pairs."""
    if STATUS not in profile.calls or not waits(profile):
        return ()
    return zip(TRANSPORT, cycle(ENDINGS), strict=False) if profile.repeats else product(TRANSPORT, ENDINGS)


@pytest.mark.fault("F15")
@every("fault", "ending", of=troubles)
def test_trouble_while_asking_is_never_the_outcome_and_hides_none(house: House, fault: str, ending: str) -> None:
    person = house.person()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session)
    house.phone(transaction, ending)
    house.breaks(person, STATUS, fault)
    house.total_s = SHORT_S if fault in SLOW else "20"

    troubled = house.provider.poll(session, transaction)

    must_be(troubled, expected(house.profile, STATUS, fault))
    house.total_s = "20"
    assert said(house.result(session, transaction)) == house.profile.says(ending)


@every("fault", of=lambda p: TRANSPORT if STATUS in p.calls and waits(p) else ())
def test_a_request_that_still_waits_outlives_a_broken_question(house: House, fault: str) -> None:
    person = house.person()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session)
    house.breaks(person, STATUS, fault)
    house.total_s = SHORT_S if fault in SLOW else "20"
    assert not isinstance(house.provider.poll(session, transaction), Outcome)

    house.total_s = "20"

    assert house.provider.poll(session, transaction) == Pending()
    assert house.ledger(transaction.digests) == (1, 0)


@every()
def test_a_person_out_of_signing_turns_is_told_so_and_the_phone_stays_silent(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)
    request = house.a_request(person, session)
    house.breaks(person, SIGN, "quota")

    answer = house.provider.request_signature(session, request)
    if isinstance(answer, Concluded):
        answer = answer.outcome
    elif not isinstance(answer, NotSubmitted):  # Some CAs tell it with the result.
        answer = house.result(session, opened(request, answer.vendor_id))

    assert isinstance(answer, NotSubmitted | Failed)
    assert answer.failure.kind is house.profile.quota
    assert house.ledger(tuple(item.digest for item in request.items)) == (0, 0)


@pytest.mark.fault("F12")
@every()
def test_a_ca_that_is_not_there_certainly_got_nothing(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)
    request = house.a_request(person, session)
    nowhere = House(house.profile, type(house.sandbox)(1), house.clock)

    answer = nowhere.provider.request_signature(session, request)

    must_be(answer, expected(house.profile, SIGN, "http_429"))
    if LOGIN in house.profile.calls:
        assert isinstance(nowhere.opens(person), Failure)

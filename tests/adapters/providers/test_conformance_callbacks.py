"""Every profile with a callback × how it comes × how the request ends: a knock wakes, and never decides."""

from __future__ import annotations

import itertools
import json
from random import Random

from backend.domain.providers import Concluded, OpenTransaction, Pending, ProviderSession, Submitted
from tests.adapters.providers.cases import every, said
from tests.adapters.providers.door import Door, a_door
from tests.adapters.providers.house import House, Person, eventually, opened
from tests.adapters.providers.profile import Profile

ENDINGS = ("approve", "refuse", "expire", "fail")
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "a_list": b"[]",
    "a_number": b"9" * 5000,
    "a_page": "<html>Hệ thống đang bảo trì</html>".encode(),
    "not_utf8": b"\xff\xfe{}",
    "half_an_object": b'{"tranId": "t1"',
    "deep": b'{"a":' * 500 + b"1" + b"}" * 500,
    "very_deep": b"[" * 60_000,
    "not_a_number": b'{"tranId": NaN}',
    "the_same_key_twice": b'{"tranId": "t1", "tranId": "t2", "transaction_id": "a", "transaction_id": "b"}',
    "numbers_for_names": b'{"tranId": 1, "refTranId": 2, "transaction_id": 3, "TransactionId": 4, "meta_data": 5}',
    "a_form": b"tranId=t1&refTranId=r1&transaction_id=t1",
}


def knocks(profile: Profile) -> bool:
    return profile.descriptor.has_callback and not profile.descriptor.asks_while_sending


def asked_for(house: House, door: Door, person: Person, session: ProviderSession) -> OpenTransaction:
    """A request on the phone that names the door."""
    return house.waits_for_the_phone(person, session, callback_url=door.url)


@every("ending", of=lambda p: ENDINGS if knocks(p) else ())
def test_a_knock_names_the_request_and_the_answer_is_what_the_ca_expects(house: House, ending: str) -> None:
    person = house.person()
    session = house.signs_in(person)
    with a_door(house.provider, house.sandbox.door) as door:
        transaction = asked_for(house, door, person, session)
        house.phone(transaction, ending)

        eventually(lambda: len(door.named(transaction.reference, transaction.vendor_id)) == 1)

    assert door.statuses == {200}
    assert said(house.result(session, transaction)) == house.profile.says(ending)


@every("ending", of=lambda p: ENDINGS if knocks(p) else ())
def test_a_knock_that_comes_twice_says_nothing_new(house: House, ending: str) -> None:
    person = house.person()
    session = house.signs_in(person)
    house.breaks(person, "any", "notify_twice")
    with a_door(house.provider, house.sandbox.door) as door:
        transaction = asked_for(house, door, person, session)
        house.phone(transaction, ending)

        eventually(lambda: len(door.named(transaction.reference, transaction.vendor_id)) == 2)

    first, second = door.named(transaction.reference, transaction.vendor_id)
    assert first == second
    assert door.statuses == {200}
    assert said(house.result(session, transaction)) == house.profile.says(ending)


@every("ending", of=lambda p: ENDINGS if knocks(p) else ())
def test_a_knock_that_never_comes_hides_no_ending(house: House, ending: str) -> None:
    person = house.person()
    session = house.signs_in(person)
    house.breaks(person, "any", "notify_lost")
    with a_door(house.provider, house.sandbox.door) as door:
        transaction = asked_for(house, door, person, session)
        house.phone(transaction, ending)

        assert said(house.result(session, transaction)) == house.profile.says(ending)

    assert door.named(transaction.reference, transaction.vendor_id) == []


@every("ending", of=lambda p: ENDINGS if knocks(p) else ())
def test_a_knock_that_comes_after_we_knew_changes_nothing(house: House, ending: str) -> None:
    person = house.person()
    session = house.signs_in(person)
    house.breaks(person, "any", "notify_late", seconds=0.3)
    with a_door(house.provider, house.sandbox.door) as door:
        transaction = asked_for(house, door, person, session)
        house.phone(transaction, ending)
        first = house.result(session, transaction)

        eventually(lambda: len(door.named(transaction.reference, transaction.vendor_id)) == 1)

    assert said(first) == said(house.result(session, transaction)) == house.profile.says(ending)


@every(of=lambda p: [()] if knocks(p) else [])
def test_a_knock_may_overtake_the_answer_to_the_request(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)
    house.breaks(person, "any", "notify_early")
    with a_door(house.provider, house.sandbox.door) as door:
        request = house.a_request(person, session, callback_url=door.url)

        answer = house.provider.request_signature(session, request)

        vendor_id = answer.vendor_id if isinstance(answer, Submitted) else ""
        assert len(door.named(request.reference, vendor_id)) == 1
    # Some CAs hand the signature out with the answer when there is one already.
    ended = answer.outcome if isinstance(answer, Concluded) else house.result(session, opened(request, vendor_id))
    assert said(ended) == "Signed"


@every("ending", of=lambda p: ENDINGS if knocks(p) else ())
def test_a_forged_yes_is_a_knock_like_any_other(house: House, ending: str) -> None:
    person = house.person()
    session = house.signs_in(person)
    house.breaks(person, "any", "notify_forged")
    with a_door(house.provider, house.sandbox.door) as door:
        transaction = asked_for(house, door, person, session)
        eventually(lambda: door.named(transaction.reference, transaction.vendor_id))

        assert house.provider.poll(session, transaction) == Pending()
        assert house.ledger(transaction.digests) == (1, 0)

        house.phone(transaction, ending)
        eventually(lambda: len(door.named(transaction.reference, transaction.vendor_id)) == 2)
    assert said(house.result(session, transaction)) == house.profile.says(ending)


@every("body", of=lambda p: HOSTILE)
def test_what_cannot_be_a_knock_is_answered_and_points_at_nothing(house: House, body: str) -> None:
    answer = house.provider.read_callback(HOSTILE[body], {})

    assert answer.hint is None
    assert 200 <= answer.status < 500
    json.dumps(answer.body)


@every(of=lambda p: [()] if knocks(p) else [])
def test_a_damaged_knock_breaks_nothing_and_is_never_more_than_a_hint(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)
    with a_door(house.provider, house.sandbox.door) as door:
        transaction = asked_for(house, door, person, session)
        house.phone(transaction, "approve")
        (body,) = eventually(lambda: door.named(transaction.reference, transaction.vendor_id))
    chance = Random(house.profile.name)

    for _ in range(300):
        answer = house.provider.read_callback(damaged(body, chance), {})

        assert 200 <= answer.status < 500


def damaged(body: bytes, chance: Random) -> bytes:
    """``body`` with some bytes lost, doubled or replaced."""
    spoilt = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(spoilt))
        spoilt[at : at + chance.randint(0, 3)] = bytes(chance.randrange(256) for _ in range(chance.randint(0, 3)))
    return bytes(itertools.islice(spoilt, chance.choice([len(spoilt), chance.randrange(1, len(spoilt) + 1)])))

"""Every profile × every way a delivered signature can be wrong: none is believed, and all of them end the request."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backend.domain.providers import Failed, FailureKind, Pending, Signed, Unreachable
from backend.sandbox.mutations import HOW
from tests.adapters.providers.cases import every
from tests.adapters.providers.house import House, some_items
from tests.adapters.providers.test_conformance_endings import verifies

LIES = ("wrong_key", "wrong_digest", "garbage_signature", "empty_signature", "truncated_signature")


def must_not_be_believed(result: object) -> None:
    """Failed, for that reason and for good."""
    assert isinstance(result, Failed), result
    assert (result.failure.kind, result.failure.retryable) == (FailureKind.SIGNATURE_DOES_NOT_VERIFY, False)


@pytest.mark.fault("F22", "F23")
@every("lie", "count", of=lambda p: [(lie, count) for lie in LIES for count in (1, 3) if lie not in p.waits_for])
def test_a_signature_that_does_not_verify_is_never_believed(house: House, lie: str, count: int) -> None:
    person, _whose_key_it_may_be = house.person(), house.neighbour()
    house.breaks(person, "any", lie)

    result, _ = house.ends(person, house.signs_in(person), "approve", *some_items(count))

    must_not_be_believed(result)


@every("lie", of=lambda p: p.waits_for)
def test_a_value_that_means_not_yet_at_this_ca_leaves_the_request_open(house: House, lie: str) -> None:
    person = house.person()
    session = house.signs_in(person)
    house.breaks(person, "any", lie)
    transaction = house.waits_for_the_phone(person, session)

    house.phone(transaction, "approve")

    assert isinstance(house.provider.poll(session, transaction), Pending | Unreachable)


@pytest.mark.fault("F22", "F24")
@every("how", of=lambda p: HOW)
def test_a_spoilt_signature_is_never_believed(house: House, how: str) -> None:
    person = house.person()
    house.breaks(person, "any", "mutated_signature", how=how)

    result, _ = house.ends(person, house.signs_in(person), "approve", *some_items(1))

    must_not_be_believed(result)


@pytest.mark.fault("F23")
@every("count", of=lambda p: (2, 5))
def test_signatures_in_another_order_are_put_in_ours(house: House, count: int) -> None:
    person = house.person()
    items = some_items(count)
    house.breaks(person, "any", "swapped_order")

    result, _ = house.ends(person, house.signs_in(person), "approve", *items)

    assert isinstance(result, Signed)
    pairs = zip(items, result.signatures, strict=True)
    assert all(verifies(person.certificate, item.digest, signature) for item, signature in pairs)


@pytest.mark.fault("F23")
@every(of=lambda p: [()] if not p.descriptor.asks_while_sending else [])
def test_a_good_signature_by_another_certificate_of_the_same_ca_is_refused(house: House) -> None:
    person, other = house.person(), house.neighbour()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session)
    house.phone(transaction, "approve")

    result = house.result(session, replace(transaction, certificate_der=other.certificate))

    must_not_be_believed(result)


@every(of=lambda p: [()] if not p.descriptor.asks_while_sending else [])
def test_good_signatures_of_fewer_documents_than_asked_are_not_the_batch(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session, *some_items(2))
    house.phone(transaction, "approve")
    more = (*transaction.digests, bytes(32))

    result = house.provider.poll(session, replace(transaction, digests=more))

    assert not isinstance(result, Signed)

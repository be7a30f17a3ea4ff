"""Every profile × every way a request can end, by the person's thumb or by the CA."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from backend.domain.providers import (
    Failed,
    Failure,
    FailureKind,
    NotSubmitted,
    Pending,
    Signed,
    SigningItem,
    Submitted,
    Unreachable,
)
from tests.adapters.providers.cases import every, said
from tests.adapters.providers.house import House, some_items
from tests.adapters.providers.profile import STATUS, Profile

REASONS = ("signing", "key_authorisation", "certificate", "quota", "internal")


def waits(profile: Profile) -> bool:
    return not profile.descriptor.asks_while_sending


def verifies(certificate: bytes, digest: bytes, signature: bytes) -> bool:
    """Raises when it does not: RFC 8017 §8.2.2, computed here and not by the code under test."""
    public_key: Any = x509.load_der_x509_certificate(certificate).public_key()
    public_key.verify(signature, digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    return True


@pytest.mark.fault("F24")
@every("count", of=lambda p: (1, 2, 7, p.descriptor.max_batch))
def test_one_prompt_signs_the_whole_batch_and_every_signature_verifies(house: House, count: int) -> None:
    person = house.person()
    items = some_items(count)

    result, transaction = house.ends(person, house.signs_in(person), "approve", *items)

    assert isinstance(result, Signed)
    pairs = zip(items, result.signatures, strict=True)
    assert all(verifies(person.certificate, item.digest, signature) for item, signature in pairs)
    assert house.ledger(transaction.digests) == (1, 1)
    assert house.times_asked(person, "sign") == 1
    assert len(result.raw) <= 16 * 1024


@every()
def test_a_batch_beyond_the_limit_is_not_even_sent(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)

    answer = house.asks(person, session, *some_items(house.provider.descriptor.max_batch + 1))

    assert answer == NotSubmitted(Failure(FailureKind.BAD_REQUEST, vendor_code="batch"))
    assert house.times_asked(person, "sign") == 0


@every("move", "count", of=lambda p: [(move, count) for move in ("refuse", "expire", "fail") for count in (1, 3)])
def test_what_becomes_of_a_request_has_our_word_and_leaves_no_signature(house: House, move: str, count: int) -> None:
    person = house.person()

    result, transaction = house.ends(person, house.signs_in(person), move, *some_items(count))

    assert said(result) == house.profile.says(move)
    assert house.ledger(transaction.digests) == (1, 0)


@every("reason", of=lambda p: REASONS)
def test_a_failure_at_the_ca_has_our_word(house: House, reason: str) -> None:
    person = house.person()

    result, _ = house.ends(person, house.signs_in(person), "fail", reason=reason)

    assert said(result) == house.profile.says("fail", reason)
    assert not isinstance(result, Failed) or not result.failure.retryable


@every("move", of=lambda p: ("approve", "refuse") if waits(p) and STATUS in p.calls else ())
def test_an_ending_asked_for_twice_is_told_twice(house: House, move: str) -> None:
    person = house.person()
    session = house.signs_in(person)
    first, transaction = house.ends(person, session, move)

    again = house.provider.poll(session, transaction)

    assert said(first) == said(again) == house.profile.says(move)


@every(of=lambda p: [()] if waits(p) else [])
def test_a_request_waits_until_the_person_acts(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session)

    answers = [house.provider.poll(session, transaction) for _ in range(3)]

    assert answers == [Pending()] * 3
    assert house.ledger(transaction.digests) == (1, 0)


@every(of=lambda p: [()] if waits(p) else [])
def test_a_person_who_confirmed_still_waits_while_the_key_is_at_work(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session)

    house.phone(transaction, "approve", signing_ms=600_000)

    answer = house.provider.poll(session, transaction)
    assert isinstance(answer, Pending)
    assert answer.vendor_state == ""


@every(of=lambda p: [()] if waits(p) else [])
def test_our_reference_and_the_end_of_its_life_travel_with_a_request(house: House) -> None:
    person = house.person()

    submitted = house.asks(person, house.signs_in(person))

    assert isinstance(submitted, Submitted)
    life_s = (submitted.expires_at - house.clock.now()).total_seconds()
    assert life_s == house.provider.descriptor.life_s
    assert submitted.vendor_id


@every(of=lambda p: [()] if waits(p) else [])
def test_two_requests_of_one_person_do_not_end_each_other(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)
    first, second = (house.waits_for_the_phone(person, session, *some_items(1)) for _ in range(2))

    house.phone(second, "refuse")

    assert said(house.result(session, second)) == house.profile.says("refuse")
    assert house.provider.poll(session, first) == Pending()
    house.phone(first, "approve")
    assert isinstance(house.result(session, first), Signed)


@every(of=lambda p: [()] if waits(p) else [])
def test_one_s_signatures_never_end_another_s_request(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)
    signed, waiting = (house.waits_for_the_phone(person, session, *some_items(1)) for _ in range(2))
    house.phone(signed, "approve")

    answer = house.provider.poll(session, replace(waiting, vendor_id=signed.vendor_id, reference=signed.reference))

    assert isinstance(answer, Failed)
    assert answer.failure.kind is FailureKind.SIGNATURE_DOES_NOT_VERIFY


@every(of=lambda p: [()] if waits(p) else [])
def test_a_transaction_nobody_knows_is_never_signed(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session)
    house.phone(transaction, "approve")
    nobody_s = replace(transaction, vendor_id="00000000-0000-4000-8000-000000000000", reference="0" * 32)

    answer = house.provider.poll(session, nobody_s)

    assert isinstance(answer, Failed | Pending | Unreachable)
    assert not isinstance(answer, Failed) or answer.failure.kind is FailureKind.TRANSACTION_NOT_FOUND


@every(of=lambda p: [()] if waits(p) else [])
def test_a_signature_that_comes_after_the_end_is_told_when_asked_for(house: House) -> None:
    person = house.person()
    session = house.signs_in(person)
    transaction = house.waits_for_the_phone(person, session)
    house.phone(transaction, "expire")
    house.provider.poll(session, transaction)

    house.phone(transaction, "approve-late")

    assert isinstance(house.result(session, transaction), Signed)


UNFIT = {
    "no_documents": lambda items: (),
    "the_same_id_twice": lambda items: (items[0], items[0]),
    "a_hexadecimal_digest": lambda items: (replace(items[0], digest=items[0].digest.hex().encode()),),
    "a_short_digest": lambda items: (replace(items[0], digest=items[0].digest[:20]),),
    "an_id_beyond_ascii": lambda items: (replace(items[0], doc_id="Đ1"),),
    "a_long_id": lambda items: (replace(items[0], doc_id="P" * 37),),
    "an_empty_id": lambda items: (replace(items[0], doc_id=""),),
}


@every("flaw", of=lambda p: UNFIT)
def test_a_request_that_is_not_fit_does_not_leave_the_house(house: House, flaw: str) -> None:
    person = house.person()
    session = house.signs_in(person)
    items: tuple[SigningItem, ...] = UNFIT[flaw](some_items(2))
    request = house.a_request(person, session)

    answer = house.provider.request_signature(session, replace(request, items=items))

    assert said(answer) == FailureKind.BAD_REQUEST.value
    assert house.times_asked(person, "sign") == 0

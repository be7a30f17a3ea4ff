"""When the answer to a request was lost: nobody asks twice, the CA is asked by our reference where it can be, knocks
help in whatever order they come, and what comes too late is kept (F4, F13, F17–F20, F28).
"""

from __future__ import annotations

import dataclasses
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select

from backend.domain.errors import AlreadySigning
from backend.domain.providers import (
    Failed,
    Failure,
    FailureKind,
    OpenTransaction,
    PollResult,
    ProviderSession,
    SignatureRequest,
    Submission,
    SubmissionUnknown,
)
from backend.models import ProviderInbox
from backend.services.callbacks import take_callback
from backend.services.ports import SigningProvider
from tests.support.world import World

PAST_THE_DEADLINE = {"minutes": 6}


class AskedByReference:
    """VNPT as it would be if it could be asked by our reference: the sandbox's own list says which request that is."""

    def __init__(self, provider: SigningProvider, world: World) -> None:
        self.descriptor = dataclasses.replace(provider.descriptor, looks_up_by_our_reference=True)
        self._provider = provider
        self._world = world
        self.swallows = False
        """Nothing of what is sent arrives."""

    def request_signature(self, session: ProviderSession, request: SignatureRequest) -> Submission:
        if self.swallows:
            return SubmissionUnknown("swallowed")
        return self._provider.request_signature(session, request)

    def poll(self, session: ProviderSession, transaction: OpenTransaction) -> PollResult:
        path = f"/_control/transactions?uid={transaction.login}"
        known = self._world.sandbox.control(path, method="GET")
        found = [each["id"] for each in known if each["client_ref"] == transaction.reference]
        if not found:
            return Failed(Failure(FailureKind.TRANSACTION_NOT_FOUND))
        return self._provider.poll(session, dataclasses.replace(transaction, vendor_id=found[0]))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)


@pytest.fixture
def asked_by_reference(world: World) -> World:
    ca: Any = AskedByReference(world.house.providers["vnpt"], world)
    providers = {**world.house.providers, "vnpt": ca}
    return World(dataclasses.replace(world.house, providers=providers), world.clock, world.sandbox, world.folder)


def _loses_the_answer(world: World) -> dict[str, Any]:
    dossier = world.submitted()
    world.sandbox.fault("vnpt", world.chief.login, "sign", "lose_answer")
    return world.chief.signs(dossier, world.holder)


def _knocks(world: World, provider: str = "vnpt", **words: Any) -> int:
    with world.rows() as session:
        status, _ = take_callback(session, world.house, provider, json.dumps(words).encode(), {})
    return status


def _inbox(world: World) -> list[ProviderInbox]:
    with world.house.read() as session:
        return list(session.scalars(select(ProviderInbox)))


def _bytes_to_sign(world: World, signing: Any) -> list[bytes]:
    return [document.digest for document in world.transaction(signing).documents]


def test_while_the_outcome_is_unknown_the_same_dossier_cannot_be_signed_again(world: World) -> None:
    signing = _loses_the_answer(world)
    world.hands.work()
    seen = world.chief.watches(signing)
    assert (seen["phase"], seen["problem"]["can_retry"]) == ("unknown", False)  # type: ignore[index]

    with pytest.raises(AlreadySigning):
        world.chief.signs(world.chief.sees({"id": signing["dossier_id"]}), world.holder)


def test_a_ca_that_can_be_asked_by_our_reference_is_asked_instead_of_the_clock(asked_by_reference: World) -> None:
    world = asked_by_reference
    signing = _loses_the_answer(world)
    world.hands.work()
    world.hands.work()
    assert world.chief.watches(signing)["phase"] == "waiting"

    world.phone.approves(world.chief)
    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "signed"
    assert len(world.prompted_at_ca(signing)) == 1


def test_a_no_on_the_phone_is_found_by_our_reference(asked_by_reference: World) -> None:
    world = asked_by_reference
    signing = _loses_the_answer(world)
    world.hands.take()
    for fence in list(world.hands._mine):
        world.hands.once(fence)
    world.phone.refuses(world.chief)

    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "rejected"


def test_a_request_the_ca_never_heard_of_is_given_up_after_a_minute_and_repeated_with_the_same_bytes(
    asked_by_reference: World,
) -> None:
    world = asked_by_reference
    world.house.providers["vnpt"].swallows = True  # type: ignore[attr-defined]
    signing = world.chief.signs(world.submitted(), world.holder)
    world.hands.work()
    world.hands.work()
    assert world.chief.watches(signing)["phase"] == "unknown"
    world.clock.passes(seconds=61)

    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "expired"
    again = world.chief.signs(world.chief.sees({"id": signing["dossier_id"]}), world.holder)
    assert _bytes_to_sign(world, again) == _bytes_to_sign(world, signing)


@pytest.mark.fault("F18", "F28")
def test_a_knock_after_a_lost_request_ran_out_brings_the_late_signature_as_an_orphan(world: World) -> None:
    signing = _loses_the_answer(world)
    world.hands.work()
    prompt = world.phone.approves(world.chief)
    world.clock.passes(**PAST_THE_DEADLINE)
    world.hands.work()
    assert world.chief.watches(signing)["phase"] == "expired"

    _knocks(world, tranId=prompt["id"], refTranId=prompt["client_ref"])
    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "orphan"
    assert world.transaction(signing).documents[0].signed_sha256 is None


def test_a_prompt_that_a_knock_brings_back_after_its_end_is_asked_for_with_the_same_bytes(world: World) -> None:
    signing = _loses_the_answer(world)
    world.hands.work()
    prompt = world.phone.prompt(world.chief)
    world.clock.passes(**PAST_THE_DEADLINE)
    world.hands.work()
    _knocks(world, tranId=prompt["id"], refTranId=prompt["client_ref"])

    again = world.chief.signs(world.chief.sees({"id": signing["dossier_id"]}), world.holder)

    assert _bytes_to_sign(world, again) == _bytes_to_sign(world, signing)


def test_the_token_of_a_lost_request_is_kept_for_the_late_watch_and_no_longer(world: World) -> None:
    signing = _loses_the_answer(world)
    world.hands.work()
    world.clock.passes(**PAST_THE_DEADLINE)
    world.hands.work()
    assert world.transaction(signing).sealed_session is not None
    world.clock.passes(minutes=11)

    world.hands.work()

    row = world.transaction(signing)
    assert (row.sealed_session, row.next_at, row.owner) == (None, None, None)


def test_a_request_that_never_left_keeps_nothing_when_it_is_cancelled(world: World) -> None:
    signing = world.chief.signs(world.submitted(), world.holder)

    world.chief.cancels_signing(signing)

    assert world.transaction(signing).sealed_session is None


@pytest.mark.fault("F19")
@pytest.mark.parametrize("answer_is_lost", [False, True], ids=["the answer follows", "the answer is lost"])
def test_a_knock_before_the_answer_to_our_request_is_matched_when_it_comes(world: World, answer_is_lost: bool) -> None:
    """The CA knocks between accepting our request and answering it."""
    signing = world.chief.signs(world.submitted(), world.holder)
    inner = world.house.providers["vnpt"]

    class KnocksFirst:
        descriptor = inner.descriptor

        def request_signature(self, session: ProviderSession, request: SignatureRequest) -> Submission:
            submission = inner.request_signature(session, request)
            _knocks(world, tranId=submission.vendor_id, refTranId=request.reference)  # type: ignore[union-attr]
            return SubmissionUnknown("lost") if answer_is_lost else submission

        def __getattr__(self, name: str) -> Any:
            return getattr(inner, name)

    ca: Any = KnocksFirst()
    house = dataclasses.replace(world.house, providers={**world.house.providers, "vnpt": ca})
    there = World(house, world.clock, world.sandbox, world.folder)
    there.hands.work()

    row = world.transaction(signing)
    assert (row.status, row.vendor_id is not None, row.hurry_at is not None) == ("waiting", True, True)
    assert [knock.signing_id for knock in _inbox(world)] == [signing["id"]]
    world.phone.approves(world.chief)
    there.hands.work()
    assert world.chief.watches(signing)["phase"] == "signed"


def test_a_knock_that_names_only_the_cas_id_is_matched_when_the_answer_tells_it(world: World) -> None:
    dossier = world.submitted()
    world.signs(world.chief, dossier, world.deputy_holder)
    signing = world.deputy_holder.signs(world.deputy_holder.sees(dossier))
    inner = world.house.providers["viettel"]

    class KnocksFirst:
        descriptor = inner.descriptor

        def request_signature(self, session: ProviderSession, request: SignatureRequest) -> Submission:
            submission = inner.request_signature(session, request)
            notice = {"transaction_id": submission.vendor_id}  # type: ignore[union-attr]
            _knocks(world, "viettel", meta_data=notice)
            return submission

        def __getattr__(self, name: str) -> Any:
            return getattr(inner, name)

    ca: Any = KnocksFirst()
    house = dataclasses.replace(world.house, providers={**world.house.providers, "viettel": ca})
    World(house, world.clock, world.sandbox, world.folder).hands.work()

    assert world.transaction(signing).hurry_at is not None
    assert [knock.signing_id for knock in _inbox(world)] == [signing["id"]]


@pytest.mark.fault("F17")
def test_a_hundred_knocks_at_once_are_one_row_and_all_are_answered(world: World) -> None:
    signing = world.chief.signs(world.submitted(), world.holder)
    world.hands.work()
    row = world.transaction(signing)

    with ThreadPoolExecutor(8) as doors:
        answers = list(doors.map(lambda _: _knocks(world, tranId=row.vendor_id, refTranId=row.reference), range(100)))

    assert set(answers) == {200}
    assert [knock.times for knock in _inbox(world)] == [100]


def test_a_huge_knock_is_not_kept_whole(world: World) -> None:
    body = json.dumps({"tranId": "x" * 60_000}).encode()
    with world.rows() as session:
        take_callback(session, world.house, "vnpt", body, {})

    assert all(len(knock.body) <= 16_384 for knock in _inbox(world))

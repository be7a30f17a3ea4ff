"""Choosing many dossiers and confirming exactly the list that was shown: what is refused before any phone rings."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import func, select, update

from backend.domain.errors import (
    BatchChanged,
    BatchUnderWay,
    CertificateMissing,
    Invalid,
    StaleVersion,
    TooManyRequests,
)
from backend.models import Certificate, SigningBatch, SigningTransaction
from backend.services.sign.batch_start import start_batch
from tests.support.world import Member, World, a_voucher


def _nothing_was_written(world: World) -> bool:
    with world.house.read() as session:
        rows = session.execute(select(func.count()).select_from(SigningTransaction)).scalar_one()
        return rows == 0 == session.execute(select(func.count()).select_from(SigningBatch)).scalar_one()


def _waiting(world: World, *amounts: int) -> list[dict[str, object]]:
    """Dossiers before the chief accountant's eyes, opened once."""
    lines = [{"content": "Thanh toán tiền điện tháng 10/2026"}]
    made = [world.submitted(lines=[{**lines[0], "amount": amount}]) for amount in amounts]
    return [world.chief.opens(each) for each in made]


def _limit(world: World, person: Member, documents: int) -> None:
    """The person's CA takes so many documents in one approval."""
    provider = world.house.providers[person.provider]
    provider.descriptor = dataclasses.replace(provider.descriptor, max_batch=documents)


def test_the_list_says_count_total_largest_and_how_often_the_phone_will_ask(world: World) -> None:
    _limit(world, world.chief, 2)
    dossiers = _waiting(world, 1_000_000, 9_000_000, 2_500_000)

    shown = world.chief.lists(dossiers, world.holder)

    assert (shown["count"], shown["documents"], shown["total_amount"]) == (3, 3, 12_500_000)
    assert shown["largest"]["dossier_id"] == dossiers[1]["id"]
    assert shown["prompts"] == 2
    assert shown["refused"] == []
    assert _nothing_was_written(world)


def test_a_confirmed_list_freezes_every_dossier_in_one_commit_and_keeps_what_was_shown(world: World) -> None:
    dossiers = _waiting(world, 1_000_000, 2_000_000)
    shown = world.chief.lists(dossiers, world.holder)

    batch = world.chief.confirms(dossiers, shown, world.holder)

    assert [item["dossier_id"] for item in batch["items"]] == [each["id"] for each in dossiers]
    assert (batch["count"], batch["total_amount"], batch["largest_amount"]) == (2, 3_000_000, 2_000_000)
    assert batch["list_digest"] == shown["list_digest"]
    assert {world.chief.sees(each)["status"] for each in dossiers} == {"signing_chief_accountant"}
    assert world.prompted_at_ca({"id": batch["items"][0]["signing_id"]}) == []
    assert world.breaches() == []


def test_what_cannot_be_signed_is_named_with_its_reason_and_the_rest_may_be_confirmed(world: World) -> None:
    good, stale, unopened, foreign, gone = (
        *_waiting(world, 1_000_000, 2_000_000),
        world.submitted(),
        world.maker.submits(world.maker.drafts(), to=world.deputy_chief),
        world.submitted(),
    )
    world.maker.reassigns(stale, to=world.chief)
    gone = world.chief.opens(gone)
    world.maker.withdraws(gone)
    seen_otherwise = _waiting(world, 3_000_000)[0]
    seen_otherwise["documents"][0]["sha256"] = "0" * 64

    shown = world.chief.lists([good, stale, unopened, foreign, gone, seen_otherwise], world.holder)

    assert [item["dossier_id"] for item in shown["items"]] == [good["id"]]
    assert {each["dossier_id"]: each["code"] for each in shown["refused"]} == {
        stale["id"]: "voucher.stale",
        unopened["id"]: "batch.not_opened",
        foreign["id"]: "perm.not_found",
        gone["id"]: "voucher.stale",
        seen_otherwise["id"]: "voucher.changed",
    }
    assert world.chief.confirms([good], shown, world.holder)["count"] == 1


def test_a_list_with_a_refused_dossier_does_not_start_by_itself(world: World) -> None:
    good, stale = _waiting(world, 1_000_000, 2_000_000)
    world.maker.reassigns(stale, to=world.chief)
    shown = world.chief.lists([good, stale], world.holder)

    with pytest.raises(BatchChanged) as refused:
        world.chief.confirms([good, stale], shown, world.holder)

    assert [each["code"] for each in refused.value.facts["refused"]] == ["voucher.stale"]
    assert _nothing_was_written(world)


def test_a_version_that_moved_between_showing_and_confirming_stops_the_whole_list(world: World) -> None:
    dossiers = _waiting(world, 1_000_000, 2_000_000)
    shown = world.chief.lists(dossiers, world.holder)
    world.maker.reassigns(dossiers[1], to=world.chief)

    with pytest.raises(BatchChanged) as refused:
        world.chief.confirms(dossiers, shown, world.holder)

    assert [each["dossier_id"] for each in refused.value.facts["refused"]] == [dossiers[1]["id"]]
    assert _nothing_was_written(world)


def test_an_item_slipped_in_left_out_turned_round_or_sent_to_another_approver_is_not_the_list_that_was_shown(
    world: World,
) -> None:
    dossiers = _waiting(world, 1_000_000, 2_000_000, 3_000_000)
    shown = world.chief.lists(dossiers[:2], world.holder)

    for others, next_ in (
        (dossiers, world.holder),
        (dossiers[:1], world.holder),
        ([dossiers[1], dossiers[0]], world.holder),
        (dossiers[:2], world.deputy_holder),
    ):
        with pytest.raises(BatchChanged):
            world.chief.confirms(others, shown, next_)
    assert _nothing_was_written(world)


def test_a_dossier_that_moves_while_the_ca_checks_the_password_stops_the_whole_list(world: World) -> None:
    dossiers = _waiting(world, 1_000_000, 2_000_000)
    prepared = world.chief.prepares_batch(dossiers, world.chief.lists(dossiers, world.holder), world.holder)
    world.maker.reassigns(dossiers[1], to=world.chief)

    with pytest.raises(StaleVersion):
        world.chief._does(start_batch, prepared)
    assert _nothing_was_written(world)
    assert world.chief.sees(dossiers[0])["status"] == "awaiting_chief_accountant"


def test_one_dossier_stands_in_a_list_once(world: World) -> None:
    dossier = _waiting(world, 1_000_000)[0]

    with pytest.raises(Invalid) as refused:
        world.chief.lists([dossier, dossier], world.holder)

    assert [each.path for each in refused.value.problems] == ["items.1.dossier_id"]


def test_a_dossier_with_more_files_than_the_ca_takes_at_once_is_left_out(world: World) -> None:
    _limit(world, world.chief, 1)
    draft = world.maker.drafts_with([a_voucher(), a_voucher()])
    large = world.chief.opens(world.maker.submits(draft, to=world.chief))

    shown = world.chief.lists([large], world.holder)

    assert [each["code"] for each in shown["refused"]] == ["batch.too_many_documents"]
    assert shown["list_digest"] is None


def test_content_that_changed_since_it_was_opened_must_be_opened_again(world: World) -> None:
    dossier = _waiting(world, 1_000_000)[0]
    world.chief.returns(dossier)
    reopened = world.maker.reopens(world.maker.sees(dossier))
    again = world.maker.submits(world.maker.saves(reopened), to=world.chief)

    assert [each["code"] for each in world.chief.lists([again], world.holder)["refused"]] == ["batch.not_opened"]
    assert world.chief.lists([world.chief.opens(again)], world.holder)["refused"] == []


def test_without_a_certificate_there_is_no_list(world: World) -> None:
    dossiers = _waiting(world, 1_000_000)
    with world.rows() as session:
        session.execute(update(Certificate).where(Certificate.user_id == world.chief.id).values(active=False))

    with pytest.raises(CertificateMissing):
        world.chief.lists(dossiers, world.holder)


def test_a_second_list_waits_for_the_first(world: World) -> None:
    first, second = _waiting(world, 1_000_000), _waiting(world, 2_000_000)
    batch = world.chief.confirms(first, world.chief.lists(first, world.holder), world.holder)

    with pytest.raises(BatchUnderWay) as refused:
        world.chief.confirms(second, world.chief.lists(second, world.holder), world.holder)

    assert refused.value.facts["batch_id"] == batch["id"]


def test_a_list_counts_as_one_prompt_for_a_tired_person(world: World) -> None:
    dossiers = _waiting(world, 1_000_000, 2_000_000)
    for _ in range(world.house.policy.prompts_per_window):
        seen = [world.chief.opens(each) for each in dossiers]
        world.chief.cancels_batch(world.chief.confirms(seen, world.chief.lists(seen, world.holder), world.holder))

    with pytest.raises(TooManyRequests):
        world.chief.lists([world.chief.opens(each) for each in dossiers], world.holder)

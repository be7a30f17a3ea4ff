"""Trình KTT (P1–P4) and picking an approver: what freezes, who may be picked, what one second or one number may
not share.
"""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from backend.domain.errors import ApproverNotEligible, Invalid, NotAllowedNow, NotFound, NotYours, StaleVersion
from backend.domain.workdays import vietnam_date
from tests.support.world import World, a_voucher


def test_submitting_freezes_one_form_per_voucher_and_hands_the_pen_to_the_picked_chief(world: World) -> None:
    dossier = world.submitted()

    assert dossier["status"] == "awaiting_chief_accountant"
    assert [document["revision"] for document in dossier["documents"]] == ["form"]
    assert dossier["id"] in {row["id"] for row in world.chief.waits_for()}


def test_the_frozen_form_is_the_same_bytes_however_often_it_is_rendered(world: World) -> None:
    dossier = world.submitted()
    first = dossier["documents"][0]["sha256"]

    again = world.maker.submits(world.maker.withdraws(dossier), to=world.chief)

    assert again["documents"][0]["sha256"] == first


def test_an_incomplete_draft_is_kept_but_not_submitted(world: World) -> None:
    draft = world.maker.drafts(lines=[{"content": "", "amount": 0}])

    with pytest.raises(Invalid) as refused:
        world.maker.submits(draft, to=world.chief)

    assert {problem.path for problem in refused.value.problems} >= {"vouchers.0.lines.0.amount"}


def test_a_voucher_of_long_ago_is_not_submitted(world: World) -> None:
    old = vietnam_date(world.clock.now()) - timedelta(days=30)
    draft = world.maker.drafts(voucher_date=old)

    with pytest.raises(Invalid) as refused:
        world.maker.submits(draft, to=world.chief)

    assert "vouchers.0.voucher_date" in {problem.path for problem in refused.value.problems}


def test_a_maker_without_a_right_on_the_account_today_cannot_submit(world: World) -> None:
    draft = world.maker.drafts()
    world.grant_missing(world.maker)

    with pytest.raises(ApproverNotEligible):
        world.maker.submits(draft, to=world.chief)


def test_a_chief_whose_right_ended_yesterday_cannot_be_picked(world: World) -> None:
    draft = world.maker.drafts()
    world.grant_ends(world.chief)

    with pytest.raises(ApproverNotEligible):
        world.maker.submits(draft, to=world.chief)


def test_nobody_of_another_unit_can_be_picked(world: World) -> None:
    with pytest.raises(ApproverNotEligible):
        world.maker.submits(world.maker.drafts(), to=world.other_chief)


def test_an_account_holder_cannot_be_picked_for_the_second_signature(world: World) -> None:
    with pytest.raises(ApproverNotEligible):
        world.maker.submits(world.maker.drafts(), to=world.holder)


def test_the_maker_may_not_sign_as_chief_under_a_second_name(world: World) -> None:
    world.same_person(world.maker, world.chief)

    with pytest.raises(ApproverNotEligible):
        world.maker.submits(world.maker.drafts(), to=world.chief)


def test_only_a_maker_begins_a_dossier(world: World) -> None:
    with pytest.raises(NotYours):
        world.holder.drafts()


def test_a_dossier_of_another_unit_does_not_exist(world: World) -> None:
    dossier = world.submitted()

    for stranger in (world.other_maker, world.other_chief):
        with pytest.raises(NotFound):
            stranger.sees(dossier)


def test_a_signer_who_was_not_asked_does_not_see_the_dossier(world: World) -> None:
    dossier = world.submitted()

    for not_asked in (world.deputy_chief, world.holder):
        with pytest.raises(NotFound):
            not_asked.sees(dossier)


def test_saving_over_a_newer_version_is_refused(world: World) -> None:
    draft = world.maker.drafts()
    world.maker.saves(draft)

    with pytest.raises(StaleVersion):
        world.maker.saves(draft)


def test_a_submitted_dossier_is_not_saved_over(world: World) -> None:
    dossier = world.submitted()

    with pytest.raises(NotAllowedNow):
        world.maker.saves(dossier)


def test_reassigning_moves_the_pen_and_the_first_one_no_longer_has_it(world: World) -> None:
    dossier = world.submitted()

    world.maker.reassigns(dossier, to=world.deputy_chief)

    assert dossier["id"] in {row["id"] for row in world.deputy_chief.waits_for()}
    assert dossier["id"] not in {row["id"] for row in world.chief.waits_for()}


def test_dossiers_begun_at_the_same_moment_get_codes_of_their_own(world: World) -> None:
    codes = _at_once(5, lambda: world.maker.drafts()["code"])

    assert len(set(codes)) == 5


def test_one_voucher_number_saved_by_many_at_once_belongs_to_one(world: World) -> None:
    def saves() -> Any:
        try:
            return world.maker.drafts(unit_voucher_number="UNC-777")["id"]
        except Invalid as refused:
            return refused.problems[0].path

    outcomes = _at_once(4, saves)

    assert outcomes.count("vouchers.0.unit_voucher_number") == 3


def test_a_cancelled_dossier_gives_its_voucher_number_back(world: World) -> None:
    world.maker.cancels(world.maker.drafts(unit_voucher_number="UNC-778"))

    assert world.maker.drafts(unit_voucher_number="UNC-778")["status"] == "draft"


def test_a_line_without_money_tells_its_place(world: World) -> None:
    voucher = a_voucher()
    lines = [*voucher["lines"], {"content": "Dòng thứ hai", "amount": 0}]

    with pytest.raises(Invalid) as refused:
        world.maker.submits(world.maker.drafts(lines=lines), to=world.chief)

    assert "vouchers.0.lines.1.amount" in {problem.path for problem in refused.value.problems}


def _at_once(number: int, act: Any) -> list[Any]:
    """Real threads, one start."""
    together, outcomes = Barrier(number), []

    def run() -> None:
        together.wait()
        outcomes.append(act())

    threads = [Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == number, "a thread fell over"
    return outcomes

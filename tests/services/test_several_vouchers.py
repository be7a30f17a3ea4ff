"""A dossier of several vouchers: their numbers, taking one out, and signing them all or none."""

from __future__ import annotations

from typing import Any

import pytest

from backend.domain.errors import Invalid
from tests.support.world import World, a_voucher


def _two(world: World) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    first, second = a_voucher(unit_voucher_number="UNC-1"), a_voucher(unit_voucher_number="UNC-2")
    return world.maker.drafts_with([first, second]), first, second


def test_two_vouchers_of_a_draft_may_swap_their_numbers(world: World) -> None:
    draft, first, second = _two(world)

    saved = world.maker.saves_with(draft, [second, first])

    assert [each["content"]["unit_voucher_number"] for each in saved["vouchers"]] == ["UNC-2", "UNC-1"]


def test_taking_the_first_voucher_out_leaves_the_second_with_its_number(world: World) -> None:
    draft, _, second = _two(world)

    saved = world.maker.saves_with(draft, [second])

    assert [each["content"]["unit_voucher_number"] for each in saved["vouchers"]] == ["UNC-2"]


def test_a_taken_number_is_told_beside_the_voucher_that_has_it(world: World) -> None:
    world.maker.drafts(unit_voucher_number="UNC-9")
    draft, first, _ = _two(world)

    with pytest.raises(Invalid) as refused:
        world.maker.saves_with(draft, [first, a_voucher(unit_voucher_number="UNC-9")])

    assert [problem.path for problem in refused.value.problems] == ["vouchers.1.unit_voucher_number"]


def test_a_voucher_that_was_sent_once_may_be_taken_out_and_its_old_file_stays(world: World) -> None:
    draft, first, _ = _two(world)
    sent = world.maker.submits(draft, to=world.chief)
    reopened = world.maker.reopens(world.chief.returns(sent))

    saved = world.maker.saves_with(reopened, [first])

    again = world.maker.submits(saved, to=world.chief)
    assert len(again["documents"]) == 1
    assert {each["id"] for each in again["documents"]}.isdisjoint(each["id"] for each in sent["documents"])


def test_a_voucher_taken_out_may_come_back_in_its_place(world: World) -> None:
    draft, first, second = _two(world)

    back = world.maker.saves_with(world.maker.saves_with(draft, [first]), [first, second])

    assert [each["position"] for each in back["vouchers"]] == [1, 2]


def test_both_files_of_a_dossier_are_signed_in_one_request(world: World) -> None:
    draft, _, _ = _two(world)
    sent = world.maker.submits(draft, to=world.chief)

    world.signs(world.chief, sent, world.holder)

    assert [each["revision"] for each in world.holder.sees(sent)["documents"]] == ["second_signature"] * 2

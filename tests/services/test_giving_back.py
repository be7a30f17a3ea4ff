"""Taking back and giving back: withdraw (P4, P9, P14), return (P5, P10), reopen (P22), cancel (P23)."""

from __future__ import annotations

import pytest

from backend.domain.errors import Invalid, NotAllowedNow, NotFound, NotYours, StaleVersion
from backend.models import Document
from tests.support.world import Member, World


def test_the_maker_takes_a_submitted_dossier_back_into_draft(world: World) -> None:
    dossier = world.submitted()

    draft = world.maker.withdraws(dossier)

    assert draft["status"] == "draft"
    assert dossier["id"] not in {row["id"] for row in world.chief.waits_for()}


def test_the_maker_cannot_take_it_back_while_the_chief_is_signing(world: World) -> None:
    dossier = world.submitted()
    world.chief.signs(dossier, world.holder)

    with pytest.raises(NotAllowedNow):
        world.maker.withdraws(world.maker.sees(dossier))


def test_returning_needs_a_reason_that_says_something(world: World) -> None:
    with pytest.raises(Invalid):
        world.chief.returns(world.submitted(), reason="sai")


def test_a_returned_dossier_carries_the_reason_to_its_maker(world: World) -> None:
    dossier = world.submitted()

    world.chief.returns(dossier, reason="Số hóa đơn không khớp chứng từ gốc")

    seen = world.maker.sees(dossier)
    assert seen["status"] == "returned_by_chief_accountant"
    assert seen["log"][-1]["note"] == "Số hóa đơn không khớp chứng từ gốc"


def test_the_list_says_who_gave_a_dossier_back_and_why_and_only_then(world: World) -> None:
    dossier = world.submitted()
    world.chief.returns(dossier, reason="Thiếu chữ ký người đề nghị")
    world.maker.submits(world.maker.reopens(world.maker.sees(dossier)), world.chief)
    (waiting,) = (row for row in world.chief.waits_for() if row["id"] == dossier["id"])

    world.clock.passes(minutes=1)
    world.chief.returns(world.chief.sees(dossier), reason="Số hóa đơn không khớp chứng từ gốc")

    (row,) = (row for row in world.maker.waits_for() if row["id"] == dossier["id"])
    assert waiting["returned"] is None
    assert (row["returned"]["note"], row["returned"]["by"]) == (
        "Số hóa đơn không khớp chứng từ gốc",
        world.chief.caller.full_name,
    )
    assert row["returned"]["at"] == world.maker.sees(dossier)["log"][-1]["at"]


def test_only_the_one_who_holds_the_pen_returns(world: World) -> None:
    dossier = world.submitted()

    with pytest.raises((NotYours, NotFound)):
        world.deputy_chief.returns(dossier)


def test_the_chief_recalls_before_the_holder_begins_and_signs_the_form_anew(world: World) -> None:
    dossier = world.second_signed()

    recalled = world.chief.withdraws(world.chief.sees(dossier))

    assert recalled["status"] == "awaiting_chief_accountant"
    assert [document["revision"] for document in recalled["documents"]] == ["form"]
    assert world.signs(world.chief, recalled, world.holder)["phase"] == "signed"


def test_a_recalled_signature_stays_readable_and_is_never_continued(world: World) -> None:
    dossier = world.second_signed()
    signed = dossier["documents"][0]

    recalled = world.chief.withdraws(world.chief.sees(dossier))

    with world.house.read() as session:
        assert session.get_one(Document, signed["id"]).void
        assert world.house.blobs.get(signed["sha256"])
    assert signed["id"] not in {document["id"] for document in recalled["documents"]}


def test_the_holder_returns_and_reopening_voids_the_second_signature(world: World) -> None:
    dossier = world.second_signed()
    world.holder.returns(dossier)

    draft = world.maker.reopens(world.maker.sees(dossier))

    assert draft["status"] == "draft"
    assert draft["documents"] == []
    with world.house.read() as session:
        assert session.get_one(Document, dossier["documents"][0]["id"]).void


def test_after_a_change_both_sign_again(world: World) -> None:
    dossier = world.second_signed()
    world.holder.returns(dossier)
    draft = world.maker.saves(world.maker.reopens(world.maker.sees(dossier)))
    again = world.maker.submits(draft, to=world.chief)

    assert world.signs(world.chief, again, world.holder)["phase"] == "signed"
    assert world.signs(world.holder, world.holder.sees(again))["phase"] == "signed"
    assert world.holder.sees(again)["documents"][0]["revision"] == "both_signatures"


def test_the_holder_withdraws_from_the_treasury_with_a_reason(world: World) -> None:
    dossier = world.both_signed()
    world.hands.deliver()

    withdrawn = world.holder.withdraws(world.holder.sees(dossier), reason="Chuyển nhầm tài khoản thụ hưởng")

    assert withdrawn["status"] == "withdrawn"
    assert dossier["id"] not in {row["id"] for row in world.officer.waits_for()}


def test_a_received_dossier_is_not_withdrawn(world: World) -> None:
    dossier = world.both_signed()
    world.hands.deliver()
    world.officer.receives(world.officer.sees(dossier))

    with pytest.raises(NotAllowedNow):
        world.holder.withdraws(world.holder.sees(dossier), reason="Chuyển nhầm tài khoản thụ hưởng")


def test_a_dossier_withdrawn_before_delivery_is_never_delivered(world: World) -> None:
    dossier = world.both_signed()
    world.holder.withdraws(dossier, reason="Chuyển nhầm tài khoản thụ hưởng")

    world.hands.deliver()

    assert world.holder.sees(dossier)["receipt_no"] is None


def test_a_cancelled_dossier_stays_cancelled(world: World) -> None:
    cancelled = world.maker.cancels(world.maker.drafts())

    with pytest.raises(NotAllowedNow):
        world.maker.submits(cancelled, to=world.chief)


@pytest.mark.parametrize("act", ["returns", "withdraws", "cancels"])
def test_an_action_over_an_old_version_changes_nothing(world: World, act: str) -> None:
    old = world.submitted()
    world.maker.reassigns(old, to=world.chief)
    person: Member = world.chief if act == "returns" else world.maker

    with pytest.raises((StaleVersion, NotAllowedNow)):
        getattr(person, act)(old)

    assert world.maker.sees(old)["status"] == "awaiting_chief_accountant"

"""'Tôi không yêu cầu ký': taken back, never used, blocked until the person is in charge again, the unit told (T45)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.domain.errors import LoginLocked, LoginRefused, NotFound, SigningBlocked
from backend.domain.providers import Secret
from backend.models import Event
from backend.services.sign.block import block_view, lift, lift_for, not_mine
from tests.support.world import Member, World

PASSWORD = "Kho-bac-2026"


def _denies(person: Member, signing: dict[str, object]) -> dict[str, object]:
    return person._does(not_mine, signing["id"])


def _lifts(world: World, person: Member, password: str = PASSWORD) -> dict[str, object]:
    return lift(world.house, person.caller, Secret(password), "203.0.113.9")


def _is_blocked(world: World, person: Member) -> object:
    with world.house.read() as session:
        return block_view(session, world.house, person.caller)["blocked"]


def _alarmed(world: World) -> set[str]:
    with world.house.read() as session:
        return set(session.scalars(select(Event.user_id).where(Event.type == "signing.alarm")))


def test_a_prompt_nobody_asked_for_is_taken_back_and_no_further_one_leaves(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()

    assert _denies(world.chief, signing)["phase"] == "cancelled"

    with pytest.raises(SigningBlocked):
        world.chief.signs(world.chief.sees(dossier), world.holder)
    assert len(world.prompted_at_ca(signing)) == 1


def test_everybody_of_the_unit_is_told_and_nobody_else_and_it_stands_in_the_log(world: World) -> None:
    dossier = world.submitted()
    _denies(world.chief, world.chief.signs(dossier, world.holder))

    assert {world.maker.id, world.chief.id, world.holder.id} <= _alarmed(world)
    assert not {world.other_chief.id, world.officer.id} & _alarmed(world)
    notes = [row["note"] for row in world.maker.sees(dossier)["log"]]
    assert any("không yêu cầu ký" in note for note in notes)


def test_the_person_lifts_the_block_with_the_password_of_the_log_in(world: World) -> None:
    dossier = world.submitted()
    _denies(world.chief, world.chief.signs(dossier, world.holder))

    assert _lifts(world, world.chief) == {"blocked": False, "since": None}

    assert world.signs(world.chief, world.chief.sees(dossier), world.holder)["phase"] == "signed"


def test_whoever_only_has_the_screen_lifts_nothing_and_is_locked_out_like_at_the_log_in(world: World) -> None:
    _denies(world.chief, world.chief.signs(world.submitted(), world.holder))

    for _ in range(4):
        with pytest.raises(LoginRefused):
            _lifts(world, world.chief, "khong-phai")
    with pytest.raises(LoginLocked):
        _lifts(world, world.chief, "khong-phai")
    with pytest.raises(LoginLocked):
        _lifts(world, world.chief)
    assert _is_blocked(world, world.chief)


def test_an_operator_lifts_it_by_user_name(world: World) -> None:
    _denies(world.chief, world.chief.signs(world.submitted(), world.holder))

    assert lift_for(world.house, "1990001.02", "truc-ban")
    assert not lift_for(world.house, "1990001.02", "truc-ban")
    assert not _is_blocked(world, world.chief)


def test_others_go_on_signing(world: World) -> None:
    _denies(world.chief, world.chief.signs(world.submitted(), world.holder))
    dossier = world.maker.submits(world.maker.drafts(), to=world.deputy_chief)

    assert world.signs(world.deputy_chief, dossier, world.holder)["phase"] == "signed"


def test_a_yes_that_came_before_the_alarm_is_kept_and_never_used(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    world.phone.approves(world.chief)
    fence = next(iter(world.hands._mine))
    world.hands.once(fence)
    assert world.transaction(signing).status == "collected"

    _denies(world.chief, signing)
    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "orphan"
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"


@pytest.mark.parametrize("move", ["refuses", "expires", "approves"])
def test_it_can_be_said_after_the_end_too(world: World, move: str) -> None:
    signing = world.chief.signs(world.submitted(), world.holder)
    world.hands.work()
    getattr(world.phone, move)(world.chief)
    world.hands.work()
    phase = world.chief.watches(signing)["phase"]

    assert _denies(world.chief, signing)["phase"] == phase

    assert _is_blocked(world, world.chief)


def test_saying_it_twice_is_one_alarm(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)

    _denies(world.chief, signing)
    _denies(world.chief, signing)

    notes = [row["note"] for row in world.maker.sees(dossier)["log"]]
    assert sum("báo không yêu cầu ký" in note for note in notes) == 1


def test_nobody_says_it_for_another(world: World) -> None:
    signing = world.chief.signs(world.submitted(), world.holder)

    with pytest.raises(NotFound):
        _denies(world.other_chief, signing)


def test_the_audit_finds_nothing_broken_by_an_alarm(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    _denies(world.chief, signing)

    assert world.breaches() == []

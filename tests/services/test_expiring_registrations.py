"""What nobody finishes is given up by the clock, told once, and forgotten where nobody ever saved it."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta

from sqlalchemy import select

from backend.models import OutboxItem, Registration
from backend.services.registration.expire import expire_registrations
from tests.support.registrations import Clerk, LicensedCa, Registrant
from tests.support.world import World

DAYS = 30


def _stage(world: World, unit: Registrant) -> str:
    with world.house.read() as session:
        return session.get_one(Registration, unit.id).stage


def test_a_registration_left_alone_is_given_up_by_the_clock_and_one_that_is_not_the_units_waits(world: World) -> None:
    ca = LicensedCa(world)
    units = [Registrant(world) for _ in range(5)]
    saved, complete, returned, submitted, draft = units
    saved.declares("1990010")
    saved.saves()
    complete.registers(ca, "1990011")
    complete.completes()
    officer = Clerk(world, world.officer)
    for unit, code in ((returned, "1990012"), (submitted, "1990013")):
        unit.submits(ca, code)
    officer.opens(returned.id)
    officer.returns(returned.id)
    officer.opens(submitted.id)

    world.clock.passes(days=DAYS, minutes=-10)
    assert expire_registrations(world.house) == 0
    saved.types_again()
    world.clock.passes(minutes=20)
    assert expire_registrations(world.house) == 2
    assert expire_registrations(world.house) == 0

    stages = [_stage(world, unit) for unit in (saved, complete, returned, submitted)]
    assert stages == ["awaiting_completion", "cancelled", "cancelled", "under_review"]
    entry = complete.sees()["log"][0]
    assert (entry["note"], entry["actor_name"]) == ("Hết hạn hoàn thiện", "Hệ thống")
    with world.house.read() as session:
        assert session.get(Registration, draft.id) is None
        told = session.scalars(select(OutboxItem.key).where(OutboxItem.key.startswith("E9"))).all()
    assert {key.split(":")[1] for key in told} == {complete.id, returned.id}


def test_several_workers_at_once_give_it_up_once_and_the_span_is_a_setting(world: World) -> None:
    unit = Registrant(world)
    unit.declares()
    unit.saves()
    policy = dataclasses.replace(world.house.policy, registration_life=timedelta(days=2))
    house = dataclasses.replace(world.house, policy=policy)
    world.clock.passes(days=2)
    ended: list[int] = []
    threads = [threading.Thread(target=lambda: ended.append(expire_registrations(house))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ended) == [0, 0, 0, 1]
    assert [entry["note"] for entry in unit.sees()["log"]] == ["Hết hạn hoàn thiện", ""]

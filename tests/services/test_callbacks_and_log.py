"""What a CA's knock may do (wake the worker) and may not (anything else); what the log allows (growing) and
nothing else.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from backend.domain.errors import NotFound
from backend.models import OutboxItem, ProviderInbox
from backend.services.callbacks import take_callback
from backend.services.house import House
from backend.services.outbox import MAX_ATTEMPTS, SideEffectFailed, dead_items, perform, revive
from tests.support.world import World


def _knocks(world: World, provider: str = "vnpt", **words: Any) -> int:
    with world.rows() as session:
        status, _ = take_callback(session, world.house, provider, json.dumps(words).encode(), {})
    return status


def _inbox(world: World) -> list[tuple[int, str | None]]:
    with world.house.read() as session:
        return [(row.times, row.signing_id) for row in session.scalars(select(ProviderInbox))]


@pytest.mark.fault("F17")
def test_a_knock_is_kept_once_and_wakes_the_worker(world: World) -> None:
    signing = world.chief.signs(world.submitted(), world.holder)
    world.hands.work()
    row = world.transaction(signing)

    for _ in range(3):
        assert _knocks(world, tranId=row.vendor_id, refTranId=row.reference, status=1) == 200

    assert _inbox(world) == [(3, row.id)]
    assert world.transaction(signing).hurry_at is not None


@pytest.mark.fault("F18")
def test_a_forged_yes_changes_nothing_because_the_ca_is_asked(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    row = world.transaction(signing)

    forged = {"tranId": row.vendor_id, "refTranId": row.reference, "status": 1, "signature": "AAAA"}
    _knocks(world, **forged)
    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "waiting"
    assert world.chief.sees(dossier)["status"] == "signing_chief_accountant"


@pytest.mark.fault("F20")
def test_a_knock_for_a_request_nobody_knows_is_kept_and_has_no_effect(world: World) -> None:
    assert _knocks(world, tranId="00000000-0000-4000-8000-000000000000", refTranId="unknown") == 200

    assert _inbox(world) == [(1, None)]


def test_a_knock_at_another_providers_door_finds_no_request(world: World) -> None:
    signing = world.chief.signs(world.submitted(), world.holder)
    world.hands.work()
    row = world.transaction(signing)

    _knocks(world, "viettel", meta_data={"transaction_id": row.vendor_id})

    assert world.transaction(signing).hurry_at is None


def test_a_provider_that_is_none_has_no_door(world: World) -> None:
    with pytest.raises(NotFound):
        _knocks(world, "nobody")


@pytest.mark.fault("F18")
def test_a_knock_after_the_end_changes_nothing(world: World) -> None:
    dossier = world.submitted()
    signing = world.signs(world.chief, dossier, world.holder)
    before = world.transaction(signing)

    _knocks(world, tranId=before.vendor_id, refTranId=before.reference)
    world.hands.work()

    after = world.transaction(signing)
    assert (after.status, after.epoch, after.hurry_at) == ("settled", before.epoch, None)


def test_a_knock_brings_the_id_that_a_lost_answer_took_away(world: World) -> None:
    dossier = world.submitted()
    world.sandbox.fault("vnpt", world.chief.login, "sign", "lose_answer")
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    prompt = world.phone.approves(world.chief)

    _knocks(world, tranId=prompt["id"], refTranId=prompt["client_ref"])
    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "signed"
    assert len(world.prompted_at_ca(signing)) == 1


@pytest.mark.parametrize("statement", ["UPDATE dossier_log SET note = ''", "DELETE FROM dossier_log"])
def test_the_log_only_grows_even_for_somebody_with_sql(world: World, statement: str) -> None:
    with pytest.raises(DBAPIError), world.house.sessions() as session:
        session.execute(text(statement))


def test_times_in_a_log_never_run_backwards_when_the_clock_does(world: World) -> None:
    world.clock.passes(minutes=10)
    dossier = world.submitted()
    world.clock.passes(minutes=-10)

    world.chief.returns(dossier)

    times = [row["at"] for row in world.maker.sees(dossier)["log"]]
    assert times == sorted(times)


def test_a_side_effect_is_enqueued_once_per_kind_and_key(world: World) -> None:
    for _ in range(2):
        with world.rows() as session:
            world.house.dispatch.enqueue(session, "treasury.deliver", "one-key", {"dossier_id": "x", "version": 1})

    with world.house.read() as session:
        found = session.execute(text("SELECT count(*) FROM outbox WHERE key = 'one-key'")).scalar_one()
    assert found == 1


def test_a_side_effect_that_never_works_ends_where_people_can_see_it(world: World) -> None:
    def broken(house: House, payload: object) -> None:
        raise RuntimeError("the Treasury is away")

    with world.rows() as session:
        world.house.dispatch.enqueue(session, "treasury.deliver", "dead-key", {"dossier_id": "x", "version": 1})
    with world.house.read() as session:
        id_ = session.execute(text("SELECT id FROM outbox WHERE key = 'dead-key'")).scalar_one()
    for _ in range(MAX_ATTEMPTS - 1):
        with pytest.raises(SideEffectFailed):
            perform(world.house, {"treasury.deliver": broken}, id_)
    perform(world.house, {"treasury.deliver": broken}, id_)

    with world.house.read() as session:
        row = session.execute(text("SELECT attempts, dead_at, last_error FROM outbox WHERE key = 'dead-key'")).one()
    assert (row.attempts, row.last_error) == (MAX_ATTEMPTS, "RuntimeError")
    assert row.dead_at is not None


def test_a_dead_side_effect_that_somebody_revives_is_done(world: World) -> None:
    done: list[object] = []
    with world.rows() as session:
        world.house.dispatch.enqueue(session, "treasury.deliver", "again-key", {"dossier_id": "x", "version": 1})
        id_ = session.execute(text("SELECT id FROM outbox WHERE key = 'again-key'")).scalar_one()
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("DELETE FROM procrastinate_jobs"))
        session.execute(
            update(OutboxItem).where(OutboxItem.id == id_).values(dead_at=world.clock.now(), attempts=MAX_ATTEMPTS)
        )
    with world.rows() as session:
        assert [each.id for each in dead_items(session)] == [id_]

    with world.rows() as session:
        assert revive(session, world.house, id_)
        assert not revive(session, world.house, id_)

    perform(world.house, {"treasury.deliver": lambda house, payload: done.append(payload)}, id_)
    assert done == [{"dossier_id": "x", "version": 1}]
    with world.rows() as session:
        assert dead_items(session) == []

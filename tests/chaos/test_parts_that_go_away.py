"""A paused worker, a stopped Redis, a restarted PostgreSQL, a locked database: late, never wrong."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from sqlalchemy import text

from backend.smoke import Screen
from tests.chaos.conftest import Town, TownOn
from tests.support.servers import PostgreSQL, Redis, eventually


@pytest.mark.fault("F47")
def test_a_worker_paused_past_its_lease_is_fenced_when_it_wakes(town_on: TownOn) -> None:
    town = town_on("postgresql")
    town.instance.web()
    signing = town.chief.sign(town.submitted(), town.holder.id)
    sleeper = town.instance.worker()
    town.wait(town.chief, signing, "waiting")
    owner = town.row(signing).owner
    sleeper.send(signal.SIGSTOP)
    town.lease_runs_out()

    town.instance.worker()
    eventually(lambda: town.row(signing).owner not in (owner, None), what="the second worker takes over")
    town.phone.approves(town.chief.login)
    town.wait(town.chief, signing, "signed")
    settled = town.row(signing)
    sleeper.send(signal.SIGCONT)

    # It beats again under its old id, so it has had its chance to write.
    eventually(lambda: town.is_at_work(owner), what=town.logs())
    assert town.row(signing).epoch == settled.epoch
    assert town.told_by_ca(signing, "signatures") == 1


@pytest.mark.fault("F40")
def test_a_redis_that_stops_costs_latency_and_is_found_again(town_on: TownOn, redis_server: Redis) -> None:
    town = town_on("postgresql", redis_server.url)
    town.instance.web()
    town.instance.worker()
    dossier = town.submitted()
    screen = Screen(town.chief)
    try:
        redis_server.stop()
        signing = town.chief.sign(dossier, town.holder.id)
        town.phone.approves(town.chief.login)
        town.wait(town.chief, signing, "signed")
        redis_server.start()

        def heard() -> bool:
            other = town.submitted()
            return screen.heard("dossier.changed", other["id"], 0) is not None

        eventually(heard, deadline_s=90, what=town.logs())
    finally:
        screen.close()
        if not redis_server.process.running:
            redis_server.start()


@pytest.mark.fault("F37")
def test_a_postgresql_restarted_at_once_loses_nothing_while_the_phone_decides(town_on: TownOn) -> None:
    server = PostgreSQL(durable=True)
    try:
        town = town_on("postgresql", server=server)
        town.instance.web()
        town.instance.worker()
        signing = town.chief.sign(town.submitted(), town.holder.id)
        town.wait(town.chief, signing, "waiting")

        server.restart_at_once()
        town.phone.approves(town.chief.login)

        town.wait(town.chief, signing, "signed")
        assert town.told_by_ca(signing, "signatures") == 1
        town.engine.dispose()
        town.instance.close()
        assert town.breaches() == []
        town.breaches = lambda: []  # type: ignore[method-assign]
    finally:
        server.close()


@contextmanager
def _held(town: Town, dossier_id: str) -> Iterator[None]:
    """Somebody else keeps the database (SQLite) or the row (PostgreSQL) for as long as this lasts."""
    if town.kind == "sqlite":
        other = sqlite3.connect(town.instance.database_url.removeprefix("sqlite:///"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
        return
    with town.engine.connect() as connection:
        connection.execute(text("SELECT id FROM dossier WHERE id = :id FOR UPDATE"), {"id": dossier_id})
        yield
        connection.rollback()


@pytest.mark.fault("F35")
def test_a_database_locked_for_longer_than_we_wait_answers_503_and_the_same_key_works_later(town: Town) -> None:
    dossier, key = town.submitted(), str(uuid4())
    words = {"expected_version": dossier["version"], "reason": None}
    path = f"/api/dossiers/{dossier['id']}/withdraw"

    with _held(town, dossier["id"]):
        busy = town.maker.send(path, words, key=key)

    assert (busy.status_code, busy.json()["code"]) == (503, "sys.busy")
    assert int(busy.headers["Retry-After"]) > 0
    assert town.maker.post(path, words, key=key)["status"] == "draft"

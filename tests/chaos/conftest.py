"""A town under bombardment: a real installation whose processes are killed, paused and cut off, and people who
go on working.

The processes are forked from one that has imported the code already (``tests.support.nursery``), and the
installation is a copy of a seeded one: what is saved is waiting, not reality.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from backend.audit.check import audit
from backend.models import SigningTransaction, Worker
from backend.models.engine import WRITING, make_engine
from backend.smoke import Phones, Visitor, a_voucher
from tests.conftest import FoundedOn
from tests.support.nursery import Nursery
from tests.support.servers import Instance, PostgreSQL, Process, Sandbox, eventually

ACCOUNT = "3713.0.1990001"
SECRETS = ("Ky-so-2026", "Kho-bac-2026")
"""What the people of the demo world type, and nothing may keep."""


class Town:
    """One installation, its people at their browsers, and the witnesses."""

    def __init__(self, instance: Instance, kind: str) -> None:
        self.instance = instance
        self.kind = kind
        self.sandbox = instance.sandbox
        self.phone = Phones(instance.sandbox.url)
        self.engine = make_engine(instance.database_url, pool_size=2)
        self._people = json.loads((instance.folder / "demo.json").read_text())["people"]
        self._visitors: dict[str, Visitor] = {}
        # It tells people their passwords; the audit looks for these in every other file.
        (instance.folder / "demo.json").unlink()

    def person(self, username: str) -> Visitor:
        """Logged in at first use."""
        if username not in self._visitors:
            facts = next(each for each in self._people if each["username"] == username)
            self._visitors[username] = Visitor(self.instance.base_url, facts)
        return self._visitors[username]

    @property
    def maker(self) -> Visitor:
        return self.person("1990001.01")

    @property
    def chief(self) -> Visitor:
        return self.person("1990001.02")

    @property
    def holder(self) -> Visitor:
        return self.person("1990001.04")

    def submitted(self) -> dict[str, Any]:
        dossier = self.maker.post("/api/dossiers", {"vouchers": [a_voucher(ACCOUNT)]})
        words = {"expected_version": dossier["version"], "approver_id": self.chief.id}
        return self.maker.post(f"/api/dossiers/{dossier['id']}/submit", words)

    def wait(self, person: Visitor, signing: dict[str, Any], phase: str) -> None:
        """Until the waiting screen says so."""

        def look() -> bool:
            try:
                return bool(person.get(f"/api/signings/{signing['id']}")["phase"] == phase)
            except requests.ConnectionError:
                return False

        eventually(look, what=f"{phase}; logs:\n{self.logs()}")

    def row(self, signing: dict[str, Any]) -> SigningTransaction:
        with Session(self.engine) as session:
            row = session.scalars(select(SigningTransaction).where(SigningTransaction.id == signing["id"])).one()
            _ = row.documents
            session.expunge_all()
            return row

    def told_by_ca(self, signing: dict[str, Any], kind: str) -> int:
        """Prompts or signatures over the first digest of this request, by the CA's own ledger."""
        digest = b64encode(self.row(signing).documents[0].digest).decode()
        return len(self.sandbox.ledger(digest=digest)[kind])

    def signed_once(self, signing: dict[str, Any]) -> None:
        """By the CA's own account."""
        assert self.told_by_ca(signing, "prompts") == 1
        assert self.told_by_ca(signing, "signatures") == 1

    def administrator(self, statement: str, **values: Any) -> None:
        """What somebody with SQL does."""
        with self.engine.connect().execution_options(**WRITING) as connection:
            connection.execute(text(statement), values)
            connection.commit()

    def lease_runs_out(self) -> None:
        """As if the dead had been silent for an hour: nobody waits fifteen seconds in a test."""
        if self.kind == "sqlite":
            return
        self.administrator("UPDATE worker SET heartbeat_at = now() - interval '1 hour'")
        self.administrator("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")

    def falls(self) -> None:
        """Everything dies at once."""
        for process in self.instance.processes:
            process.kill()

    def is_at_work(self, worker_id: str | None) -> bool:
        """Whether the worker has a heartbeat row."""
        with Session(self.engine) as session:
            return session.scalars(select(Worker.id).where(Worker.id == worker_id)).first() is not None

    def dies(self, process: Process) -> None:
        """Wait for the sudden death that its CRASH_AT promised."""
        eventually(lambda: not process.running, what=f"{process.name} dies; its log:\n{process.tail()}")
        assert process.status == -9, process.tail()
        self.lease_runs_out()

    def worker_dies_at(self, point: str) -> None:
        """A worker that dies at its first arrival there."""
        self.dies(self.instance.worker(CRASH_AT=point))

    def breaches(self) -> list[Any]:
        """Every invariant; no password in any row, log or page of the database."""
        folder = self.instance.folder
        return audit(
            self.instance.database_url,
            folder / "blobs",
            folder / "treasury",
            self.sandbox.ledger(),
            secrets=SECRETS,
            folders=[folder],
        )

    def logs(self) -> str:
        return "\n".join(f"== {each.name}\n{each.tail(12)}" for each in self.instance.processes)


TownOn = Callable[..., Town]


@pytest.fixture
def town_on(sandbox_ca: Sandbox, founded_on: FoundedOn, nursery: Nursery, tmp_path: Path) -> Iterator[TownOn]:
    """Found a town over a kind of database; whatever happened there, every promise must hold in the end."""
    towns: list[Town] = []

    def found(kind: str, redis_url: str | None = None, server: PostgreSQL | None = None) -> Town:
        if server is None:
            instance = founded_on(kind, tmp_path, redis_url)
        else:
            instance = Instance(tmp_path, sandbox_ca, server.create(), redis_url, nursery.process).prepare()
        towns.append(Town(instance, kind))
        return towns[-1]

    yield found
    sandbox_ca.control("/_control/faults", method="DELETE")
    for town in towns:
        town.falls()
        broken = town.breaches()
        town.engine.dispose()
        assert broken == []


@pytest.fixture
def town(database: str, town_on: TownOn) -> Town:
    """A town with a web process, on both databases."""
    made = town_on(database)
    made.instance.web()
    return made

"""A town under bombardment: a real installation whose processes are killed, paused and cut off, and people who
go on working.
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
from tests.support.servers import Instance, PostgreSQL, Process, Sandbox, eventually

ACCOUNT = "3713.0.1990001"


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

    def lease_runs_out(self) -> None:
        """As if the dead had been silent for an hour: nobody waits fifteen seconds in a test."""
        if self.kind == "sqlite":
            return
        with self.engine.connect().execution_options(**WRITING) as connection:
            connection.execute(text("UPDATE worker SET heartbeat_at = now() - interval '1 hour'"))
            connection.execute(text("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'"))
            connection.commit()

    def is_at_work(self, worker_id: str | None) -> bool:
        """Whether the worker has a heartbeat row."""
        with Session(self.engine) as session:
            return session.scalars(select(Worker.id).where(Worker.id == worker_id)).first() is not None

    def dies(self, process: Process) -> None:
        """Wait for the sudden death that its CRASH_AT promised."""
        eventually(lambda: not process.running, what=f"{process.name} dies; its log:\n{process.tail()}")
        assert process.status == -9, process.tail()
        self.lease_runs_out()

    def breaches(self) -> list[Any]:
        folder = self.instance.folder
        return audit(self.instance.database_url, folder / "blobs", folder / "treasury", self.sandbox.ledger())

    def logs(self) -> str:
        return "\n".join(f"== {each.name}\n{each.tail(12)}" for each in self.instance.processes)


@pytest.fixture
def town_on(sandbox_ca: Sandbox, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., Town]]:
    """Found a town over a kind of database; whatever happened there, every promise must hold in the end."""
    towns: list[Town] = []

    def found(kind: str, redis_url: str | None = None, server: PostgreSQL | None = None) -> Town:
        if kind == "postgresql" and server is None:
            server = request.getfixturevalue("postgresql")
        url = server.create() if server is not None else None
        towns.append(Town(Instance(tmp_path, sandbox_ca, url, redis_url).prepare(), kind))
        return towns[-1]

    yield found
    for town in towns:
        town.instance.close()
        broken = town.breaches()
        town.engine.dispose()
        assert broken == []


@pytest.fixture
def town(database: str, town_on: Callable[..., Town]) -> Town:
    """A town with a web process, on both databases."""
    made = town_on(database)
    made.instance.web()
    return made

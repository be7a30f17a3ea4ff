"""Random kills while everybody works at every CA, and every CA misbehaves in a tenth of its calls.

A short run, on PostgreSQL, belongs to the ordinary tests; ``make chaos`` makes 200 kills on each database. The seed is
in the name of the test, so that a run that failed can be had again (threads and processes still meet in their own
order).
"""

from __future__ import annotations

import random
import threading
import time
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from sqlalchemy import Engine, func, select, text
from sqlalchemy.orm import Session

from backend.audit.check import report
from backend.domain.signing import LIVE
from backend.models import Dossier, DossierLog, SigningDocument, SigningTransaction
from backend.models.engine import WRITING, make_engine
from tests.chaos.bombardment import Desk, Gunman, Telephones, Witness, people_of
from tests.chaos.conftest import SECRETS
from tests.support.nursery import Nursery
from tests.support.servers import Instance, PostgreSQL, Sandbox, eventually

FAULT_RATE = "0.1"
DESKS_PER_UNIT = 2


class Run:
    """One town with a CA of its own, bombarded."""

    def __init__(self, folder: Path, kind: str, server: PostgreSQL | None, nursery: Nursery, seed: int) -> None:
        self.kind = kind
        self.seed = seed
        self.sandbox = Sandbox(folder / "ca", SANDBOX_SEED=str(seed))
        home = folder / "town"
        home.mkdir()
        self.instance = Instance(
            home, self.sandbox, server.create() if server else None, None, nursery.process
        ).prepare()
        self.people = people_of(home)
        (home / "demo.json").unlink()
        # Enrolment was honest; from here on a tenth of all calls to the CAs goes wrong.
        self.sandbox.process.kill()
        self.sandbox.process.start(SANDBOX_FAULT_RATE=FAULT_RATE).ready(self._ca_answers)
        self.engine = make_engine(self.instance.database_url, pool_size=2)
        self.witness = Witness()

    def _ca_answers(self) -> bool:
        try:
            return bool(self.sandbox.ledger())
        except requests.ConnectionError:
            return False

    def _chance(self, name: str) -> random.Random:
        return random.Random(f"{self.seed}/{name}")

    def works(self, kills: int, mean_pause_s: float) -> Counter[str]:
        """Everybody at work, ``kills`` deaths, then everybody finishes what was begun."""
        instance = self.instance
        web = instance.web()
        workers = [instance.worker() for _ in range(1 if self.kind == "sqlite" else 2)]
        phones = Telephones(self.sandbox, self._chance("phones"), self.witness)
        phones.start()
        desks = [
            Desk(instance.base_url, people, self.sandbox, self._chance(f"{code}/{number}"), self.witness)
            for code, people in sorted(self.people.items())
            for number in range(DESKS_PER_UNIT)
        ]
        threads = [threading.Thread(target=desk.run, daemon=True) for desk in desks]
        for thread in threads:
            thread.start()
        gunman = Gunman(self._chance("gunman"), [web, *workers], self._later)
        gunman.shoots(kills, mean_pause_s)
        for desk in desks:
            desk.closing.set()
        self._everybody_finishes(threads)
        for desk in desks:
            desk.stop.set()
        phones.stop.set()
        self._nothing_is_open()
        return gunman.kills

    def _later(self) -> None:
        """As if time had passed for those who count it: dead workers' leases, and a tired person's prompts."""
        ten_minutes_ago = "UPDATE signing_transaction SET created_at = '2026-01-01 00:00:00' WHERE ended_at IS NOT NULL"
        statements = [ten_minutes_ago]
        if self.kind != "sqlite":
            statements.append("UPDATE worker SET heartbeat_at = now() - interval '1 hour'")
            statements.append("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        for statement in statements:
            administrator(self.engine, statement)

    def _everybody_finishes(self, threads: list[threading.Thread]) -> None:
        def home() -> bool:
            self._later()
            time.sleep(1)
            return not any(thread.is_alive() for thread in threads)

        self._comes_to(home, "everybody finishes")

    def _comes_to(self, question: Callable[[], bool], what: str) -> None:
        """With the logs of that moment when it never does."""
        try:
            eventually(question, deadline_s=300, what=what)
        except AssertionError as never:
            raise AssertionError(f"{never}; {self.witness.counts}\n{self.logs()}") from never

    def _nothing_is_open(self) -> None:
        def closed() -> bool:
            with Session(self.engine) as session:
                live = [str(status) for status in LIVE]
                open_ = select(func.count()).select_from(SigningTransaction).where(SigningTransaction.status.in_(live))
                return session.scalar(open_) == 0

        self._comes_to(closed, "every request ends")

    def logs(self) -> str:
        return "\n".join(f"== {each.name} {each.status}\n{each.tail(15)}" for each in self.instance.processes)

    def close(self) -> None:
        for process in self.instance.processes:
            process.kill()
        self.engine.dispose()
        self.sandbox.close()


def administrator(engine: Engine, statement: str) -> None:
    with engine.connect().execution_options(**WRITING) as connection:
        connection.execute(text(statement))
        connection.commit()


@pytest.fixture
def run_on(nursery: Nursery, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[[str, int], Run]]:
    made: list[Run] = []

    def found(kind: str, seed: int) -> Run:
        (tmp_path / "ca").mkdir()
        server = request.getfixturevalue("postgresql") if kind == "postgresql" else None
        made.append(Run(tmp_path, kind, server, nursery, seed))
        return made[-1]

    yield found
    for run in made:
        run.close()


def _reconciled(run: Run) -> None:
    """The people, the CA and the rows tell one story."""
    folder, ledger = run.instance.folder, run.sandbox.ledger()
    found = report(
        run.instance.database_url,
        folder / "blobs",
        folder / "treasury",
        ledger,
        ledger_is_ours=True,
        secrets=SECRETS,
        folders=[folder],
    )
    assert found.breaches == []
    with Session(run.engine) as session:
        status = {
            id_: state for id_, state in session.execute(select(SigningTransaction.id, SigningTransaction.status))
        }
        of_digest: dict[bytes, set[str]] = {}
        for digest, id_ in session.execute(select(SigningDocument.digest, SigningDocument.transaction_id)):
            of_digest.setdefault(digest, set()).add(id_)
        told = set(
            session.scalars(select(DossierLog.signing_id).where(DossierLog.action.in_(("signed", "sign_failed"))))
        )
        used = session.scalar(
            select(func.count()).select_from(SigningTransaction).where(SigningTransaction.status == "settled")
        )
        undelivered = session.scalars(
            select(Dossier.id).where(Dossier.status == "submitted", Dossier.receipt_no.is_(None))
        )
        assert undelivered.all() == []
    assert set(run.witness.accepted) <= set(status), "a request that was accepted is gone"
    assert {status[id_] for id_ in run.witness.signed} <= {"settled"}, "a screen said signed"
    for entry in ledger["signatures"]:
        ours = of_digest[b64decode(entry["digest"])]
        assert ours & told, "a person said yes, and no log tells what became of it"
    prompted = sum(len(entry["digests"]) for entry in ledger["prompts"])
    assert used <= len(ledger["signatures"]) <= prompted


def _bombarded(run: Run, kills: int, mean_pause_s: float) -> None:
    begun = time.monotonic()
    dead = run.works(kills, mean_pause_s)
    _reconciled(run)
    with Session(run.engine) as session:
        count = select(SigningTransaction.status, func.count()).group_by(SigningTransaction.status)
        endings = {state: number for state, number in session.execute(count)}
    print(
        f"\n{run.kind} seed {run.seed}: {dead.total()} kills {dict(dead)} in {time.monotonic() - begun:.0f} s; "
        f"requests {endings}; told {dict(run.witness.counts)}; 0 breaches"
    )
    assert endings.get("settled", 0) > 0, "nobody signed anything"


@pytest.mark.parametrize("database", ["postgresql"])
@pytest.mark.parametrize("seed", [3])
def test_ten_random_kills_break_no_promise(run_on: Callable[[str, int], Run], database: str, seed: int) -> None:
    _bombarded(run_on(database, seed), kills=10, mean_pause_s=1.0)


@pytest.mark.long
@pytest.mark.parametrize("seed", [20261122])
def test_two_hundred_random_kills_break_no_promise(run_on: Callable[[str, int], Run], database: str, seed: int) -> None:
    _bombarded(run_on(database, seed), kills=200, mean_pause_s=1.5)

"""P8: whole dossiers through HTTP, from submission over two remote signatures to the Treasury's receipt.

The sandbox CA approves at once. Drafts are made beforehand; the people who drive the dossiers, the sandbox, the
database and the house share the machine. A unit has one dossier on the way at a time, ``UNITS`` units work side by
side. Afterwards every dossier is looked for in the database, in the CA's ledger and in the Treasury's folder.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select

from backend.models import Dossier, SigningDocument, SigningTransaction
from tests.benchmarks.bench import Goal, report
from tests.benchmarks.running.ground import Ground, ground, spent, start_house
from tests.benchmarks.running.line import Line
from tests.benchmarks.running.people import Person, Team, drafts, house_of, settings_of, teams

UNITS = int(os.environ.get("P8_UNITS", "24"))
EACH = int(os.environ.get("P8_EACH", "12"))
PATIENCE_S = 60.0
CALM_S = 0.1
GOALS = {"sqlite": 15, "postgresql": 25}


@dataclass(frozen=True, slots=True)
class Run:
    """What one installation did."""

    seconds: float
    latencies: list[float]
    """Submission to receipt, one for each dossier."""
    cpu_ms: dict[str, float]
    """Processor time of each process for one dossier."""
    faults: list[str]
    """Everything lost or doubled."""


class Chain:
    """The three people of a unit pushing dossiers through, one after the other."""

    def __init__(self, here: Ground, team: Team, dossiers: list[str]) -> None:
        self._dossiers = dossiers
        self._chief_id, self._holder_id = team.ids[1], team.ids[2]
        self._maker, self._chief, self._holder = (Person(here.port, name) for name in team.names)
        self._lines = {person: Line(here.port, person) for person in (self._chief, self._holder)}

    def work(self) -> list[float]:
        latencies = []
        for dossier_id in self._dossiers:
            start = time.perf_counter()
            self._whole(dossier_id)
            latencies.append(time.perf_counter() - start)
        return latencies

    def _whole(self, dossier_id: str) -> None:
        path = f"/api/dossiers/{dossier_id}"
        self._maker.post(f"{path}/submit", {"expected_version": 1, "approver_id": self._chief_id})
        self._sign(self._chief, path, self._holder_id)
        self._sign(self._holder, path, None)
        self._until(self._holder, path, "dossier.changed", lambda seen: seen["receipt_no"] is not None)

    def _sign(self, person: Person, path: str, then: str | None) -> None:
        seen = person.get(path)
        signing = person.post(
            f"{path}/sign",
            {
                "expected_version": seen["version"],
                "seen_digests": [each["sha256"] for each in seen["documents"]],
                "next_approver_id": then,
                "provider_password": None,
                "second_factor": None,
            },
        )
        self._until(person, f"/api/signings/{signing['id']}", "signing.changed", _is_signed)

    def _until(self, person: Person, path: str, kind: str, holds: Callable[[dict[str, Any]], bool]) -> None:
        """The person's screen re-reads what it shows when it has heard of it, knocks within ``CALM_S`` together."""
        deadline = time.monotonic() + PATIENCE_S
        id_ = path.rpartition("/")[2]
        while not holds(seen := person.get(path)):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{path} {seen['status']}")
            self._hear(person, kind, id_, 5.0)
            while self._hear(person, kind, id_, CALM_S):
                pass

    def _hear(self, person: Person, kind: str, id_: str, timeout_s: float) -> bool:
        deadline = time.monotonic() + timeout_s
        while (left := deadline - time.monotonic()) > 0:
            try:
                heard = self._lines[person].next(left)
            except TimeoutError:
                return False
            if (heard["type"], heard["id"]) == (kind, id_):
                return True
        return False


def _is_signed(seen: dict[str, Any]) -> bool:
    if seen["problem"] is not None:
        raise AssertionError(seen["problem"])
    return bool(seen["phase"] == "signed")


def run(database: str, *, workers: int = 1) -> Run:
    """One installation, ``UNITS`` × ``EACH`` dossiers after a warm-up of one each."""
    with ground(database, VIETTEL_POLL_INTERVAL_S="0.2", VIETTEL_POOL_SIZE="32") as here:
        house = house_of(here)
        people = teams(here, house, UNITS)
        made = [drafts(house, team, EACH + 1) for team in people]
        start_house(here, workers=workers)
        chains = [Chain(here, team, each[:1]) for team, each in zip(people, made, strict=True)]
        with ThreadPoolExecutor(UNITS) as pool:
            list(pool.map(Chain.work, chains))
            for chain, each in zip(chains, made, strict=True):
                chain._dossiers = each[1:]
            before, own, start = here.cpu_s(), time.process_time(), time.perf_counter()
            latencies = [each for some in pool.map(Chain.work, chains) for each in some]
            seconds = time.perf_counter() - start
        used = {**spent(before, here.cpu_s()), "people": time.process_time() - own}
        count = len(latencies)
        cpu_ms = {name: value / count * 1000 for name, value in used.items()}
        return Run(seconds, latencies, cpu_ms, _faults(here, house, [each for some in made for each in some]))


def _faults(here: Ground, house: Any, dossiers: list[str]) -> list[str]:
    """Rows, the CA's ledger and the Treasury's folder must tell the same story."""
    with house.read() as session:
        statuses = Counter(session.scalars(select(Dossier.status).where(Dossier.receipt_no.is_not(None))).all())
        receipts = session.scalars(select(Dossier.receipt_no).where(Dossier.receipt_no.is_not(None))).all()
        signings = session.scalar(select(func.count()).select_from(SigningTransaction))
        digests = Counter(session.scalars(select(SigningDocument.digest)).all())
    ledger = requests.get(f"{here.sandbox}/_ledger", timeout=60).json()
    signed = Counter(each["digest"] for each in ledger["signatures"])
    folder = Path(settings_of(here).intake_dir)
    taken = Counter(json.loads(path.read_text())["dossier_code"] for path in folder.glob("*/*/receipt.json"))
    wanted = len(dossiers)
    facts = {
        "dossiers at the Treasury by our rows": statuses["submitted"],
        "different receipts": len(set(receipts)),
        "deliveries in the Treasury's folder": sum(taken.values()),
        "different dossiers in the Treasury's folder": len(taken),
        "signings / 2": (signings or 0) / 2,
        "different digests / 2": len(digests) / 2,
        "signatures by the CA / 2": sum(signed.values()) / 2,
        "different digests signed by the CA / 2": len(signed) / 2,
        "prompts on phones / 2": len(ledger["prompts"]) / 2,
    }
    return [f"{what}: {value}, not {wanted}" for what, value in facts.items() if value != wanted]


def main(databases: tuple[str, ...] = ("sqlite", "postgresql")) -> bool:
    goals, facts, measured = [], {}, {}
    for database in databases:
        done = run(database)
        count = len(done.latencies)
        speed, cpu = count / done.seconds, sum(done.cpu_ms.values())
        measured[f"{database}: submission to receipt"] = done.latencies
        goals.append(Goal(f"dossiers a second, {database}", speed, GOALS[database], at_least=True))
        goals.append(Goal(f"lost or doubled, {database}", len(done.faults), 0))
        shares = ", ".join(f"{name} {value:.0f}" for name, value in done.cpu_ms.items())
        facts[database] = (
            f"{count} dossiers in {done.seconds:.1f} s; processor ms each: {shares}, together {cpu:.0f}, "
            f"so {2000 / cpu:.1f} a second if two cores had nothing else to do; "
            f"{done.faults or 'none lost, none doubled'}"
        )
    return report("p8", measured, goals, **facts)


if __name__ == "__main__":
    sys.exit(not main(tuple(sys.argv[1:]) or ("sqlite", "postgresql")))

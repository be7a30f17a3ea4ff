"""P9: 200 two-page vouchers after one confirmation, from the CA's last signature to the last finished file.

The moment the CA has signed is its ledger's, the moment a dossier is finished (embedded, checked by us, stored, and its
dossier moved) is its row's; one machine, one clock. The CA's own poll interval is in it. The limit of documents in one
approval is raised to 200 by setting (VIETTEL_MAX_BATCH), because no CA promises more than 50; the same list is measured
in four prompts of 50 as well, from the first signature on. Each round signs its list twice: the chief accountant's
signature and then, over files that carry one already, the account holder's.
"""

from __future__ import annotations

import os
import sys
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from sqlalchemy import func, select

from backend.models import Document, SigningTransaction
from tests.benchmarks.bench import Goal, report
from tests.benchmarks.running.ground import Ground, ground, spent, start_house
from tests.benchmarks.running.people import Person, Team, drafts, house_of, teams

COUNT = int(os.environ.get("P9_COUNT", "200"))
ROUNDS = int(os.environ.get("P9_ROUNDS", "3"))
LINES = 16
"""Enough for a second page."""
LIMIT_S = 10.0
PATIENCE_S = 300.0


@dataclass(frozen=True, slots=True)
class Run:
    """One confirmed list."""

    start_s: float
    """The confirmation itself: list checked, files prepared, everything frozen in one commit."""
    first_s: float
    """From the CA's first signature to the last finished dossier."""
    last_s: float
    """From the CA's last signature to the last finished dossier."""
    worker_s: float
    """Processor time of the worker."""


class Earlier:
    """An hour ago and a second later at each look: a dossier's code is its second, and a unit writes no 200 in one."""

    def __init__(self) -> None:
        self._now = datetime.now(UTC) - timedelta(hours=1)

    def now(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


class Unit:
    """The three people of one unit, who sign everything by lists."""

    def __init__(self, here: Ground, house: Any, team: Team) -> None:
        self._here, self._house, self._team = here, house, team
        self._maker, self._chief, self._holder = (Person(here.port, name) for name in team.names)

    def round(self, number: int) -> list[Run]:
        house = replace(self._house, clock=Earlier())
        ids = drafts(house, self._team, COUNT, first=number * COUNT, lines=LINES)
        for id_ in ids:
            words = {"expected_version": 1, "approver_id": self._team.ids[1]}
            self._maker.post(f"/api/dossiers/{id_}/submit", words)
        return [self._sign(self._chief, ids, self._team.ids[2]), self._sign(self._holder, ids, None)]

    def _sign(self, person: Person, ids: list[str], next_: str | None) -> Run:
        seen = [person.get(f"/api/dossiers/{id_}") for id_ in ids]
        items = [
            {
                "dossier_id": each["id"],
                "expected_version": each["version"],
                "seen_digests": [document["sha256"] for document in each["documents"]],
                "next_approver_id": None,
            }
            for each in seen
        ]
        words: dict[str, object] = {"items": items, "next_approver_id": next_}
        shown = person.post("/api/batches/check", words)
        if (shown["count"], shown["refused"]) != (len(ids), []):
            raise AssertionError(shown["refused"][:3])
        before, start = self._here.cpu_s(), time.perf_counter()
        proof = {"list_digest": shown["list_digest"], "provider_password": None, "second_factor": None}
        batch = person.post("/api/batches", words | proof)
        started = time.perf_counter() - start
        self._until_done(person, str(batch["id"]))
        used = spent(before, self._here.cpu_s())["worker"]
        first, last, finished = self._moments(str(batch["id"]))
        return Run(started, finished - first, finished - last, used)

    def _until_done(self, person: Person, batch_id: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while (seen := person.get(f"/api/batches/{batch_id}"))["phase"] != "done":
            if time.monotonic() > deadline:
                raise TimeoutError(f"{seen['phase']}, {seen['signed']} of {seen['count']} signed")
            time.sleep(0.5)
        if seen["signed"] != seen["count"]:
            raise AssertionError([item["problem"] for item in seen["items"] if item["problem"]][:3])

    def _moments(self, batch_id: str) -> tuple[float, float, float]:
        """First and last signature by the CA's ledger, and the last finished dossier, in seconds since the epoch."""
        with self._house.read() as session:
            found = session.execute(
                select(SigningTransaction.vendor_id, SigningTransaction.ended_at).where(
                    SigningTransaction.batch_id == batch_id
                )
            ).all()
            pages = session.scalars(select(func.min(Document.pages))).one()
        if pages < 2:
            raise AssertionError("the vouchers have one page only")
        ledger = requests.get(f"{self._here.sandbox}/_ledger", timeout=60).json()
        vendor_ids = {row.vendor_id for row in found}
        signed = [_moment(each["at"]) for each in ledger["signatures"] if each["transaction"] in vendor_ids]
        if len(signed) != len(found):
            raise AssertionError(f"{len(signed)} signatures by the CA for {len(found)} vouchers")
        return min(signed), max(signed), max(row.ended_at.timestamp() for row in found)


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def run(database: str, limit: int) -> list[Run]:
    """Every list of one installation whose CA takes ``limit`` documents in one approval, after one that warms up."""
    with ground(database, VIETTEL_MAX_BATCH=str(limit)) as here:
        house = house_of(here)
        (team,) = teams(here, house, 1)
        start_house(here)
        unit = Unit(here, house, team)
        return [each for number in range(ROUNDS) for each in unit.round(number)]


def main(databases: tuple[str, ...] = ("sqlite", "postgresql")) -> bool:
    measured: dict[str, list[float]] = {}
    goals, facts = [], {}
    for database in databases:
        for limit in (COUNT, 50):
            runs = run(database, limit)
            prompts = -(-COUNT // limit)
            name = f"{database}, {prompts} × {min(limit, COUNT)}"
            measured[f"{name}: last signature to last file"] = [each.last_s for each in runs]
            measured[f"{name}: first signature to last file"] = [each.first_s for each in runs]
            measured[f"{name}: confirming"] = [each.start_s for each in runs]
            # With so few lists the slowest stands for the 95th percentile.
            slowest = max(each.last_s for each in runs)
            goals.append(Goal(f"slowest s to the last of {COUNT} files, {name}", slowest, LIMIT_S))
            facts[name] = f"worker {sum(each.worker_s for each in runs) / len(runs):.1f} s of processor time a list"
    return report("p9", measured, goals, **facts)


if __name__ == "__main__":
    sys.exit(not main(tuple(sys.argv[1:]) or ("sqlite", "postgresql")))

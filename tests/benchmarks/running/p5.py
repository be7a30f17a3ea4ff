"""P5: from the moment the CA knows the answer to the moment a screen shows it, the CA's own poll interval subtracted.

The moment the CA knows is the signature's entry in the sandbox's ledger, a file written by another process of the same
machine (one clock). A screen with a socket re-reads the signing when it is knocked for; one without asks every
``POLL_S`` seconds. The interval the CA prescribes between two questions is not ours to shorten, so its share is taken
off: the time from the CA's answer to our next question, at most one interval with its jitter.
"""

from __future__ import annotations

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import requests

from backend.models import SigningTransaction
from tests.benchmarks.bench import Goal, report
from tests.benchmarks.running.ground import Ground, ground, start_house
from tests.benchmarks.running.line import Line
from tests.benchmarks.running.people import PROVIDER, Person, drafts, house_of, login_of, teams

EACH = 10
INTERVAL_S = 2.0
POLL_S = 3.0
"""How often a screen asks whose socket does not work."""
AFTER_MS = (1500, 2300, 3100, 3900)
"""How long the person of each unit needs: spread over the questions of the CA's interval and of the polling screen."""
PATIENCE_S = 60.0


class Watched:
    """A chief accountant whose screen shows a signing until it is signed."""

    def __init__(self, here: Ground, names: tuple[str, ...], ids: tuple[str, ...], *, socket: bool) -> None:
        self._ids = ids
        self._maker, self._chief = Person(here.port, names[0]), Person(here.port, names[1])
        self._line = Line(here.port, self._chief) if socket else None

    def signs(self, dossier_id: str) -> tuple[str, float]:
        """Digest-bearing reference of the signing and the moment the screen showed it, in seconds since the epoch."""
        path = f"/api/dossiers/{dossier_id}"
        self._maker.post(f"{path}/submit", {"expected_version": 1, "approver_id": self._ids[1]})
        seen = self._chief.get(path)
        words = {
            "expected_version": seen["version"],
            "seen_digests": [each["sha256"] for each in seen["documents"]],
            "next_approver_id": self._ids[2],
            "provider_password": None,
            "second_factor": None,
        }
        id_ = str(self._chief.post(f"{path}/sign", words)["id"])
        deadline = time.monotonic() + PATIENCE_S
        while (shown := self._chief.get(f"/api/signings/{id_}"))["phase"] != "signed":
            if shown["problem"] is not None or time.monotonic() > deadline:
                raise AssertionError(shown["problem"] or shown["phase"])
            self._wait(id_)
        return id_, time.time()

    def _wait(self, id_: str) -> None:
        if self._line is None:
            time.sleep(POLL_S)
            return
        try:
            while self._line.next(POLL_S)["id"] != id_:
                pass
        except TimeoutError:
            return


def run(*, socket: bool) -> list[float]:
    """Seconds from the CA's knowledge, its interval taken off, to the screen."""
    with ground("sqlite", VIETTEL_POLL_INTERVAL_S=str(INTERVAL_S)) as here:
        house = house_of(here)
        people = teams(here, house, len(AFTER_MS))
        for number, after_ms in enumerate(AFTER_MS):
            policy = {"provider": PROVIDER, "uid": login_of(number, 2), "decide": "approve", "after_ms": after_ms}
            requests.post(f"{here.sandbox}/_control/policy", json=policy, timeout=10).raise_for_status()
        made = [drafts(house, team, EACH) for team in people]
        start_house(here)
        watched = [Watched(here, team.names, team.ids, socket=socket) for team in people]
        with ThreadPoolExecutor(len(AFTER_MS)) as pool:
            some = pool.map(lambda pair: [pair[0].signs(id_) for id_ in pair[1]], zip(watched, made, strict=True))
            shown = dict(each for part in some for each in part)
        return _latencies(here, house, shown)


def _latencies(here: Ground, house: Any, shown: dict[str, float]) -> list[float]:
    """The CA knows at the signature; our next question is the request of that person that follows it."""
    ledger = requests.get(f"{here.sandbox}/_ledger", timeout=60).json()
    vendor_ids = {}
    with house.read() as session:
        for id_ in shown:
            row = session.get_one(SigningTransaction, id_)
            vendor_ids[row.vendor_id] = (id_, row.provider_login)
    found = []
    for signature in ledger["signatures"]:
        id_, login = vendor_ids[signature["transaction"]]
        knows = _moment(signature["at"])
        asked = [_moment(each["at"]) for each in ledger["requests"] if each.get("uid") == login]
        theirs = min((at - knows for at in asked if at >= knows), default=0.0)
        found.append(shown[id_] - knows - min(theirs, INTERVAL_S * 1.2))
    return found


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def main() -> bool:
    measured = {
        f"with the socket, CA interval {INTERVAL_S:g} s off": run(socket=True),
        f"polling every {POLL_S:g} s, CA interval off": run(socket=False),
    }
    goals = []
    for (what, seconds), limit in zip(measured.items(), (1.0, 5.0), strict=True):
        goals.append(Goal(f"p95 s {what}", statistics.quantiles(seconds, n=20)[18], limit))
    return report("p5", measured, goals)


if __name__ == "__main__":
    sys.exit(not main())

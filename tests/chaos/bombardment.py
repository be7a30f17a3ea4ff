"""People at work while their processes are shot: makers, signers, phones and a gunman, all seeded.

The people speak HTTP only and do what people do: repeat with the same key when nobody answered, look again when told
that something changed, give up waiting after a while. They write down what they were told, as a witness of their own.
"""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests

from backend.smoke import Failed, Visitor, a_voucher
from tests.support.nursery import Child
from tests.support.servers import Process, Sandbox

PATIENCE_S = 12.0
"""A person who has waited so long for a phone that never rang takes the request back."""
SAME_KEY_S = 8.0
"""How long an unanswered request is repeated with its key before the page is loaded anew."""
CHIEFS = ("chief_accountant", "delegated_chief_accountant")
HOLDERS = ("account_holder", "delegated_account_holder")


@dataclass
class Witness:
    """What the people were told, outside of the database."""

    accepted: dict[str, str] = field(default_factory=dict)
    """Signing requests that were answered with *accepted*, by dossier."""
    signed: set[str] = field(default_factory=set)
    """Signing requests that the screen called signed."""
    counts: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def hears(self, what: str) -> None:
        with self.lock:
            self.counts[what] += 1


class Stopped(Exception):
    """The day is over."""


class Desk:
    """Carries one dossier after the other from the maker to the receipt."""

    def __init__(
        self,
        base_url: str,
        people: Iterable[Mapping[str, Any]],
        sandbox: Sandbox,
        chance: random.Random,
        witness: Witness,
    ) -> None:
        self._base_url = base_url
        self._sandbox = sandbox
        self._people = list(people)
        self._chance = chance
        self._witness = witness
        self._visitors: dict[str, Visitor] = {}
        self.closing = threading.Event()
        """No new dossier from now on."""
        self.stop = threading.Event()
        """Home, whatever is unfinished."""

    def run(self) -> None:
        with suppress(Stopped):
            while not self.closing.is_set():
                self._carry()

    def _one(self, *roles: str) -> Mapping[str, Any]:
        return self._chance.choice([each for each in self._people if each["role"] in roles])

    def _visitor(self, person: Mapping[str, Any]) -> Visitor:
        name = person["username"]
        while name not in self._visitors:
            with suppress(requests.RequestException, Failed):
                self._visitors[name] = Visitor(self._base_url, person)
            self._rest(0.2)
        return self._visitors[name]

    def _rest(self, seconds: float) -> None:
        if self.stop.wait(seconds):
            raise Stopped

    def _insist(self, act: Callable[[], requests.Response]) -> requests.Response | None:
        """Repeat until somebody answers; None when nobody did, or the key is still held by a process that died."""
        end = time.monotonic() + SAME_KEY_S
        while time.monotonic() < end:
            try:
                answer = act()
            except requests.RequestException:
                self._witness.hears("unanswered")
                self._rest(0.15)
                continue
            if answer.status_code < 500 and answer.json().get("code") != "request.in_flight":
                return answer
            self._rest(0.3)
        return None

    def _does(self, person: Visitor, path: str, words: Mapping[str, Any]) -> dict[str, Any] | None:
        """One action under one key, however often it has to be said; None when it was refused."""
        key = str(uuid4())
        answer = self._insist(lambda: person.send(path, words, key=key))
        if answer is None:
            self._witness.hears("given up")
            return None
        found: dict[str, Any] = answer.json()
        if found.get("code") == "prov.second_factor" and words.get("second_factor") is None:
            return self._does(person, path, self._with_code(person, words, found["facts"]["challenge"]))
        if not answer.ok:
            self._witness.hears(f"refused: {found.get('code')}")
            return None
        return found

    def _with_code(self, person: Visitor, words: Mapping[str, Any], challenge: str) -> dict[str, Any]:
        """The same again with the code from the person's phone instead of the password."""
        path = f"/_control/subscribers/{person.person['provider']}/{person.login}/code"
        code = self._sandbox.control(path, method="GET")["code"]
        return {**words, "provider_password": None, "second_factor": {"challenge": challenge, "code": code}}

    def _sees(self, person: Visitor, path: str) -> dict[str, Any]:
        while True:
            with suppress(requests.RequestException, Failed):
                return person.get(path)
            self._rest(0.2)

    def _carry(self) -> None:
        """One dossier, or three that are signed in one confirmation where that works out."""
        maker = self._visitor(self._one("accountant"))
        chief, holder = self._visitor(self._one(*CHIEFS)), self._visitor(self._one(*HOLDERS))
        account = self._sees(maker, "/api/accounts")["items"][0]["account_number"]
        ids = [id_ for _ in range(self._chance.choice((1, 1, 3))) if (id_ := self._makes(maker, account))]
        confirmed: set[str] = set()
        while ids:
            self._confirms_all(ids, confirmed, maker, chief, holder)
            ids = [id_ for id_ in ids if not self._step(id_, maker, chief, holder)]
            self._rest(self._chance.uniform(0.05, 0.3))

    def _makes(self, maker: Visitor, account: str) -> str | None:
        voucher = a_voucher(account)
        voucher["unit_voucher_number"] = f"B-{uuid4().hex[:12]}"
        made = self._does(maker, "/api/dossiers", {"vouchers": [voucher]})
        return str(made["id"]) if made else None

    def _confirms_all(
        self, ids: list[str], confirmed: set[str], maker: Visitor, chief: Visitor, holder: Visitor
    ) -> None:
        """Ký theo lô, tried once at each step when all dossiers stand before the same person."""
        if len(ids) < 2:
            return
        seen = [self._sees(maker, f"/api/dossiers/{id_}") for id_ in ids]
        waiting = {each["status"] for each in seen}
        who, next_id = {
            "awaiting_chief_accountant": (chief, holder.id),
            "awaiting_account_holder": (holder, None),
        }.get(waiting.pop() if len(waiting) == 1 else "", (None, None))
        if who is None or who.id in confirmed:
            return
        confirmed.add(who.id)
        wanted = [
            {
                "dossier_id": each["id"],
                "expected_version": each["version"],
                "seen_digests": [document["sha256"] for document in each["documents"]],
                "next_approver_id": next_id,
            }
            for each in (self._sees(who, f"/api/dossiers/{id_}") for id_ in ids)
        ]
        words = {"items": wanted, "next_approver_id": None}
        found = self._does(who, "/api/batches/check", words)
        if found is None or found["refused"]:
            return
        proof = {"provider_password": who.password, "second_factor": None}
        told = self._does(who, "/api/batches", {**words, **proof, "list_digest": found["list_digest"]})
        if told is not None:
            with self._witness.lock:
                self._witness.accepted |= {each["signing_id"]: each["dossier_id"] for each in told["items"]}
            self._witness.hears("batches accepted")

    def _step(self, id_: str, maker: Visitor, chief: Visitor, holder: Visitor) -> bool:
        """Whatever the dossier needs next; True when the Treasury has it."""
        dossier = self._sees(maker, f"/api/dossiers/{id_}")
        match dossier["status"]:
            case "draft":
                words = {"expected_version": dossier["version"], "approver_id": chief.id}
                self._does(maker, f"/api/dossiers/{id_}/submit", words)
            case "awaiting_chief_accountant":
                self._signs(chief, id_, holder.id)
            case "awaiting_account_holder":
                self._signs(holder, id_, None)
            case "signing_chief_accountant":
                self._waits(chief, id_)
            case "signing_account_holder":
                self._waits(holder, id_)
            case "submitted" if dossier["receipt_no"]:
                self._witness.hears("delivered")
                return True
        return False

    def _signs(self, person: Visitor, id_: str, next_id: str | None) -> None:
        dossier = self._sees(person, f"/api/dossiers/{id_}")
        told = self._does(person, f"/api/dossiers/{id_}/sign", person.sign_words(dossier, next_id))
        if told is not None:
            with self._witness.lock:
                self._witness.accepted[told["id"]] = id_
            self._witness.hears("accepted")

    def _waits(self, person: Visitor, id_: str) -> None:
        """Look at the waiting screen until it says something, or take the request back."""
        end = time.monotonic() + PATIENCE_S
        signing = self._sees(person, f"/api/dossiers/{id_}")["signing"]
        while signing is not None and time.monotonic() < end:
            seen = self._sees(person, f"/api/signings/{signing['id']}")
            if seen["phase"] not in {"sending", "waiting", "checking", "unknown"}:
                self._witness.hears(seen["phase"])
                if seen["phase"] == "signed":
                    with self._witness.lock:
                        self._witness.signed.add(seen["id"])
                return
            self._rest(0.3)
        if signing is not None:
            self._does(person, f"/api/signings/{signing['id']}/cancel", {})
            self._witness.hears("taken back")


class Telephones(threading.Thread):
    """The apps of all CAs: most people say yes after a while, some no, some nothing, some too late."""

    def __init__(self, sandbox: Sandbox, chance: random.Random, witness: Witness) -> None:
        super().__init__(daemon=True)
        self._sandbox = sandbox
        self._chance = chance
        self._witness = witness
        self._decided: dict[str, float] = {}
        self.stop = threading.Event()

    def run(self) -> None:
        while not self.stop.wait(0.2):
            with suppress(requests.RequestException):
                self._look()

    def _look(self) -> None:
        url = f"{self._sandbox.url}/_control/transactions"
        for prompt in requests.get(url, params={"status": "waiting"}, timeout=10).json():
            due = self._decided.setdefault(prompt["id"], time.monotonic() + self._chance.expovariate(1.0))
            if time.monotonic() < due:
                continue
            move = self._chance.choices(("approve", "refuse", "expire", None), (88, 5, 3, 4))[0]
            self._decided[prompt["id"]] = float("inf")
            if move is not None:
                requests.post(f"{url}/{prompt['id']}/{move}", json={}, timeout=10)
                self._witness.hears(f"phone: {move}")


class Gunman:
    """Kills a random process at random moments, and has it started again after a while, as a service manager does."""

    def __init__(self, chance: random.Random, targets: list[Process], aftermath: Callable[[], None]) -> None:
        self._chance = chance
        self._targets = targets
        self._aftermath = aftermath
        self.kills: Counter[str] = Counter()

    def shoots(self, times: int, mean_pause_s: float) -> None:
        """``times`` deaths by SIGKILL."""
        while self.kills.total() < times:
            time.sleep(self._chance.uniform(0.2, 2 * mean_pause_s - 0.2))
            target = self._chance.choice(self._targets)
            kind = target.name.partition("-")[0]
            if kind == "web" and self._chance.random() < 0.5:
                self._only_the_child(target)
            else:
                target.kill()
                time.sleep(self._chance.uniform(0, 0.5))
                target.start()
            self.kills[kind] += 1
            if self._chance.random() < 0.5:
                self._aftermath()

    def _only_the_child(self, web: Process) -> None:
        """The process that serves; its master starts another."""
        assert isinstance(web, Child)
        children = Path(f"/proc/{web.pid}/task/{web.pid}/children").read_text().split()
        for pid in children:
            with suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)


def people_of(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Units whose people can carry a dossier through, by code: whoever ``demo.json`` lists."""
    units: dict[str, list[dict[str, Any]]] = {}
    for person in json.loads((folder / "demo.json").read_text(encoding="utf-8"))["people"]:
        units.setdefault(person["unit_code"], []).append(person)
    complete = {"accountant", "chief_accountant", "account_holder"}
    return {code: each for code, each in units.items() if complete <= {person["role"] for person in each}}

"""Signing requests waiting for a person, and what became of them.

    waiting → confirmed → signed            the person agreed; the HSM may need a moment (SANDBOX_SIGNING_MS)
    waiting → refused | expired | failed
    expired → signed                        only by ``approve_late``: a signature that arrives after everybody gave up

Each move is made once, under one lock; a second decision is AlreadyDecided. Transactions are kept as files, so a
restart of this process forgets none of the newest KEPT younger than a day.
"""

from __future__ import annotations

import heapq
import json
import os
import threading
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from .clock import Clock
from .faults import CERTIFICATE, CLOCK, EARLY, SIGNING, Fault, Faults
from .ledger import Ledger
from .mutations import spoilt
from .notify import Callbacks
from .people import Credential
from .policy import Policies
from .subscribers import Register
from .transaction import Item, Stage, Transaction, from_json

KEPT_S = 86_400
KEPT = 2_000
OVERTAKEN_S = 5


class NoSuchTransaction(LookupError):
    """No transaction with this id. Recover: none; the id is wrong or older than a day."""


class AlreadyDecided(Exception):
    """The transaction has left the state this move starts from. Recover: read its stage."""


class Transactions:
    """The desk where requests wait."""

    def __init__(
        self,
        clock: Clock,
        ledger: Ledger,
        faults: Faults,
        policies: Policies,
        registers: dict[str, Register],
        folder: Path,
        signing_ms: int,
        callbacks: Callbacks,
    ) -> None:
        self._clock, self._ledger, self._faults, self._policies = clock, ledger, faults, policies
        self._registers, self._folder, self._signing_s, self._callbacks = (
            registers,
            folder,
            signing_ms / 1000,
            callbacks,
        )
        self._all: dict[str, Transaction] = {}
        self._due: list[tuple[float, str]] = []
        self._wake = threading.Condition(threading.RLock())
        folder.mkdir(parents=True, exist_ok=True)
        self._read_back()
        threading.Thread(target=self._watch, name="sandbox-transactions", daemon=True).start()

    def open(self, transaction: Transaction, failure: str | None = None) -> Transaction:
        """Put a request on the person's phone; with ``failure`` it ends at once and the phone stays silent."""
        self._put_on_the_phone(transaction, failure)
        if failure is None:
            self._callbacks.opened(transaction)
            self._may_be_overtaken(transaction)
        return transaction

    def _may_be_overtaken(self, transaction: Transaction) -> None:
        """The person's thumb, the HSM and the callback may all be quicker than the answer to the request."""
        if not transaction.notify_url or self._takes(transaction, EARLY) is None:
            return
        with self._wake:
            if transaction.stage is Stage.WAITING:
                self._sign(transaction)
        # Not under the lock: the listener may ask for the status before it answers the callback.
        transaction.told.wait(OVERTAKEN_S)

    def _put_on_the_phone(self, transaction: Transaction, failure: str | None) -> None:
        with self._wake:
            self._all[transaction.id] = transaction
            skew = self._takes(transaction, CLOCK)
            if skew is not None:
                transaction.created += skew.seconds
                transaction.expires -= skew.seconds
            if failure is not None:
                self._end(transaction, Stage.FAILED, failure)
                return
            self._ledger.write(
                "prompts",
                transaction=transaction.id,
                provider=transaction.provider,
                uid=transaction.uid,
                digests=[item.digest for item in transaction.items],
            )
            self._save(transaction)
            self._schedule(transaction.expires, transaction)
            self._apply_policy(transaction)

    def find(self, transaction_id: str) -> Transaction | None:
        with self._wake:
            transaction = self._all.get(transaction_id)
            if transaction is not None:
                self._touch(transaction)
            return transaction

    def get(self, transaction_id: str) -> Transaction:
        transaction = self.find(transaction_id)
        if transaction is None:
            raise NoSuchTransaction(transaction_id)
        return transaction

    def matching(self, provider: str | None, uid: str | None, stage: str | None) -> list[Transaction]:
        with self._wake:
            found = list(self._all.values())
            for transaction in found:
                self._touch(transaction)
        return [
            t
            for t in found
            if provider in (None, t.provider) and uid in (None, t.uid) and stage in (None, "", t.stage.value)
        ]

    def approve(self, transaction_id: str, signing_ms: int | None = None) -> Transaction:
        signing_s = self._signing_s if signing_ms is None else signing_ms / 1000
        with self._must_be(transaction_id, Stage.WAITING) as transaction:
            self._confirm(transaction, signing_s)
            return transaction

    def refuse(self, transaction_id: str) -> Transaction:
        with self._must_be(transaction_id, Stage.WAITING) as transaction:
            return self._end(transaction, Stage.REFUSED)

    def expire(self, transaction_id: str) -> Transaction:
        with self._must_be(transaction_id, Stage.WAITING) as transaction:
            return self._end(transaction, Stage.EXPIRED)

    def expire_all(self) -> int:
        """Let every waiting request run out; how many there were."""
        with self._wake:
            open_ones = [each for each in self._all.values() if each.stage is Stage.WAITING]
            for transaction in open_ones:
                self._end(transaction, Stage.EXPIRED)
        return len(open_ones)

    def fail(self, transaction_id: str, reason: str, words: dict[str, str] | None = None) -> Transaction:
        """End it as failed; ``words`` are what the vendor shall say, where its protocol has room for it."""
        with self._must_be(transaction_id, Stage.WAITING) as transaction:
            transaction.vendor |= words or {}
            return self._end(transaction, Stage.FAILED, reason)

    def approve_late(self, transaction_id: str) -> Transaction:
        """Sign although the request ran out. A waiting request is let run out first."""
        with self._wake:
            transaction = self.get(transaction_id)
            if transaction.stage is Stage.WAITING:
                self._end(transaction, Stage.EXPIRED)
        with self._must_be(transaction_id, Stage.EXPIRED) as transaction:
            transaction.late = True
            return self._sign(transaction)

    def clock_moved(self) -> None:
        with self._wake:
            self._wake.notify_all()

    def _must_be(self, transaction_id: str, stage: Stage) -> _Held:
        return _Held(self._wake, lambda: self.get(transaction_id), stage)

    def _apply_policy(self, transaction: Transaction) -> None:
        policy = self._policies.of(transaction.provider, transaction.uid)
        if policy.decide == "ask":
            return
        if policy.after_ms <= 0:
            self._decide(transaction)
        else:
            self._schedule(transaction.created + policy.after_ms / 1000, transaction)

    def _decide(self, transaction: Transaction) -> None:
        policy = self._policies.of(transaction.provider, transaction.uid)
        if policy.decide == "approve":
            self._confirm(transaction, self._signing_s)
        elif policy.decide == "refuse":
            self._end(transaction, Stage.REFUSED)

    def _confirm(self, transaction: Transaction, signing_s: float) -> None:
        if signing_s <= 0:
            self._sign(transaction)
            return
        transaction.stage = Stage.CONFIRMED
        transaction.finish_at = self._clock.now() + signing_s
        self._save(transaction)
        self._schedule(transaction.finish_at, transaction)

    def _touch(self, transaction: Transaction) -> None:
        now = self._clock.now()
        if transaction.stage is Stage.WAITING and now >= transaction.expires:
            self._end(transaction, Stage.EXPIRED)
        elif transaction.stage is Stage.CONFIRMED and now >= (transaction.finish_at or 0):
            self._sign(transaction)
        elif transaction.stage is Stage.WAITING:
            policy = self._policies.of(transaction.provider, transaction.uid)
            if policy.decide != "ask" and now >= transaction.created + policy.after_ms / 1000:
                self._decide(transaction)

    def _sign(self, transaction: Transaction) -> Transaction:
        register = self._registers[transaction.provider]
        person = register.get(transaction.uid)
        credential = next(c for c in person.credentials if c.handle == transaction.handle)
        ended = self._takes(transaction, CERTIFICATE)
        if credential.state() != "valid" or (ended is not None and ended.kind == "certificate_expired"):
            return self._end(transaction, Stage.FAILED, "certificate")
        fault = self._takes(transaction, SIGNING)
        own = credential
        if fault is not None and fault.kind == "wrong_key":
            credential = register.stranger(transaction.uid)
        for item in transaction.items:
            item.signature = self._signature(transaction, credential, item, fault)
        if fault is not None and fault.kind == "swapped_order":
            _swap(transaction.items)
        if ended is not None:
            register.revoke(transaction.uid, own.serial)
        return self._end(transaction, Stage.SIGNED)

    def _takes(self, transaction: Transaction, kinds: frozenset[str]) -> Fault | None:
        return self._faults.take(transaction.provider, transaction.uid, "sign", kinds)

    def _signature(
        self, transaction: Transaction, credential: Credential, item: Item, fault: Fault | None
    ) -> str | None:
        kind = fault.kind if fault is not None else None
        if kind == "item_failed" and item is transaction.items[-1]:
            return None
        if kind == "empty_signature":
            return ""
        if kind == "garbage_signature":
            return b64encode(os.urandom(256)).decode()
        digest = b64decode(item.digest)
        if kind == "wrong_digest":
            digest = sha256(b"other bytes" + digest).digest()
        self._ledger.write(
            "signatures",
            digest=b64encode(digest).decode(),
            transaction=transaction.id,
            provider=transaction.provider,
            uid=transaction.uid,
            serial=f"{credential.serial:032x}",
            fault=kind,
        )
        if fault is not None and kind == "mutated_signature":
            return b64encode(spoilt(fault.how, credential.key(), digest)).decode()
        signature = credential.sign(digest)
        return b64encode(signature[:-7] if kind == "truncated_signature" else signature).decode()

    def _end(self, transaction: Transaction, stage: Stage, failure: str | None = None) -> Transaction:
        transaction.stage, transaction.failure = stage, failure
        self._save(transaction)
        transaction.over.set()
        self._callbacks.ended(transaction)
        return transaction

    def _schedule(self, due: float, transaction: Transaction) -> None:
        heapq.heappush(self._due, (due, transaction.id))
        self._wake.notify_all()

    def _watch(self) -> None:
        """Ends what runs out while nobody asks, so that callbacks and the phone page are on time."""
        with self._wake:
            while True:
                now = self._clock.now()
                while self._due and self._due[0][0] <= now:
                    self._touch(self._all[heapq.heappop(self._due)[1]])
                self._wake.wait(min(self._due[0][0] - now, 60) if self._due else 60)

    def _save(self, transaction: Transaction) -> None:
        path = self._folder / f"{transaction.id}.json"
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(transaction.to_json()), encoding="utf-8")
        fresh.replace(path)

    def _read_back(self) -> None:
        newest_first = sorted(self._folder.glob("*.json"), key=lambda path: -path.stat().st_mtime)
        for place, path in enumerate(newest_first):
            if place >= KEPT or time.time() - path.stat().st_mtime > KEPT_S:
                path.unlink()
                continue
            transaction = from_json(json.loads(path.read_text(encoding="utf-8")))
            register = self._registers.get(transaction.provider)
            if register is None or register.find(transaction.uid) is None:
                continue  # Somebody removed the person by hand; nobody is left to ask.
            self._all[transaction.id] = transaction
            for due in (transaction.finish_at, transaction.expires):
                if due is not None:
                    heapq.heappush(self._due, (due, transaction.id))


class _Held:
    """The desk's lock, a transaction, and the proof that it still is in the stage the move starts from."""

    def __init__(self, lock: threading.Condition, look_up: Callable[[], Transaction], stage: Stage) -> None:
        self._lock, self._look_up, self._stage = lock, look_up, stage

    def __enter__(self) -> Transaction:
        self._lock.acquire()
        try:
            transaction = self._look_up()
            if transaction.stage is not self._stage:
                raise AlreadyDecided(transaction.stage.value)
        except Exception:
            self._lock.release()
            raise
        return transaction

    def __exit__(self, *_: object) -> None:
        self._lock.release()


def _swap(items: list[Item]) -> None:
    values = [item.signature for item in reversed(items)]
    for item, value in zip(items, values, strict=True):
        item.signature = value

"""Callbacks to the relying party: one POST per transaction, when it first ends; never repeated, never signed.

A profile whose callback is more than one POST (a sign-in before it, say) brings its own ``deliver``.
"""

from __future__ import annotations

import json
import threading
from base64 import b64decode, b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from .faults import FORGED, NOTIFY, Faults
from .ledger import Ledger
from .subscribers import Register
from .transaction import Item, Stage, Transaction

if TYPE_CHECKING:
    from .bench import Profile

TIMEOUT_S = 5


class Callbacks:
    """Posts in the background; a slow listener delays nobody's signature."""

    def __init__(
        self, profiles: Mapping[str, Profile], registers: Mapping[str, Register], ledger: Ledger, faults: Faults
    ) -> None:
        self._profiles, self._registers, self._ledger, self._faults = profiles, registers, ledger, faults
        self._postmen = ThreadPoolExecutor(4, thread_name_prefix="sandbox-notify")

    def opened(self, transaction: Transaction) -> None:
        """A request reached the phone: the moment for whoever wants to be believed in the CA's name."""
        if self._wants(transaction) and self._takes(transaction, FORGED) is not None:
            self._postmen.submit(self._post, *self._letter(self._forged(transaction)), "forged")

    def ended(self, transaction: Transaction) -> None:
        """Tell the relying party, once."""
        if not self._wants(transaction) or transaction.late:
            return
        fault = self._takes(transaction, NOTIFY)
        kind = fault.kind if fault is not None else "once"
        # Written once: what is delivered twice is the same letter.
        letter = self._letter(replace(transaction, items=[replace(item) for item in transaction.items]))
        if fault is not None and kind == "notify_late":
            timer = threading.Timer(fault.seconds, self._post, (*letter, kind))
            timer.daemon = True
            timer.start()
            return
        for _ in range({"notify_twice": 2, "notify_lost": 0}.get(kind, 1)):
            self._postmen.submit(self._post, *letter, kind)

    def _wants(self, transaction: Transaction) -> bool:
        return bool(self._profiles[transaction.profile].notice and transaction.notify_url)

    def _takes(self, transaction: Transaction, kinds: frozenset[str]) -> Any:
        return self._faults.take(transaction.provider, transaction.uid, "any", kinds)

    def _forged(self, transaction: Transaction) -> Transaction:
        """The same ids, the word "signed", and signatures of a key that is not the person's."""
        stranger = self._registers[transaction.provider].stranger(transaction.uid)
        items = [_signed_by(stranger.sign, item) for item in transaction.items]
        return replace(transaction, stage=Stage.SIGNED, items=items)

    def _letter(self, transaction: Transaction) -> tuple[Transaction, dict[str, Any]]:
        notice = self._profiles[transaction.profile].notice
        assert notice is not None
        return transaction, notice(transaction)

    def _post(self, transaction: Transaction, body: dict[str, Any], kind: str) -> None:
        deliver = self._profiles[transaction.profile].deliver or _one_post
        answer = deliver(transaction, body)
        transaction.told.set()
        self._ledger.write(
            "notifies",
            transaction=transaction.id,
            provider=transaction.provider,
            uid=transaction.uid,
            url=str(transaction.notify_url),
            body=body,
            kind_of=kind,
            answer=answer,
        )


def _signed_by(sign: Any, item: Item) -> Item:
    return replace(item, signature=b64encode(sign(b64decode(item.digest))).decode())


def _one_post(transaction: Transaction, body: dict[str, Any]) -> str:
    return send(str(transaction.notify_url), body)[0]


def send(url: str, body: object, headers: Mapping[str, str] | None = None) -> tuple[str, bytes]:
    """POST JSON: the listener's status code, or why there was none, and what it said."""
    if not url.startswith(("http://", "https://")):
        return "not an http address", b""
    told = {"Content-Type": "application/json", **(headers or {})}
    request = Request(url, data=json.dumps(body).encode(), headers=told, method="POST")
    try:
        with urlopen(request, timeout=TIMEOUT_S) as answer:
            return str(answer.status), answer.read()
    except HTTPError as error:
        return str(error.code), error.read()
    except OSError as error:
        return type(error).__name__, b""

"""Callbacks to the relying party: one POST per transaction, when it first ends; never repeated, never signed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from .faults import NOTIFY, Faults
from .ledger import Ledger
from .transaction import Transaction

if TYPE_CHECKING:
    from .bench import Profile

TIMEOUT_S = 5


class Callbacks:
    """Posts in the background; a slow listener delays nobody's signature."""

    def __init__(self, profiles: Mapping[str, Profile], ledger: Ledger, faults: Faults) -> None:
        self._profiles = profiles
        self._faults = faults
        self._ledger = ledger
        self._postmen = ThreadPoolExecutor(4, thread_name_prefix="sandbox-notify")

    def ended(self, transaction: Transaction) -> None:
        notice = self._profiles[transaction.profile].notice
        if notice is None or not transaction.notify_url or transaction.late:
            return
        body = json.dumps(notice(transaction)).encode()
        for _ in range(self._times(transaction)):
            self._postmen.submit(self._post, transaction, body)

    def _times(self, transaction: Transaction) -> int:
        fault = self._faults.take(transaction.provider, transaction.uid, "any", NOTIFY)
        return 1 if fault is None else {"notify_twice": 2, "notify_lost": 0}[fault.kind]

    def _post(self, transaction: Transaction, body: bytes) -> None:
        url = str(transaction.notify_url)
        self._ledger.write(
            "notifies",
            transaction=transaction.id,
            provider=transaction.provider,
            uid=transaction.uid,
            url=url,
            body=json.loads(body),
            answer=_send(url, body),
        )


def _send(url: str, body: bytes) -> str:
    """The listener's status code, or why there was none."""
    if not url.startswith(("http://", "https://")):
        return "not an http address"
    request = Request(url, data=body, headers={"Content-Type": "application/json"}, method="POST")
    try:
        with urlopen(request, timeout=TIMEOUT_S) as answer:
            return str(answer.status)
    except HTTPError as error:
        return str(error.code)
    except OSError as error:
        return type(error).__name__

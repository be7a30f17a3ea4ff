"""One signing request to one person: the value, its stages and its form on disk. The moves are in ``transactions``."""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Stage(StrEnum):
    WAITING = "waiting"  # the person has the pen
    CONFIRMED = "confirmed"  # the HSM has the pen
    SIGNED = "signed"
    REFUSED = "refused"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass
class Item:
    """One document of a request."""

    doc_id: str
    name: str
    """As the vendor's app shows it."""
    digest: str
    """base64 of 32 bytes."""
    signature: str | None = None
    """base64 on one line; empty when an empty answer was staged."""


@dataclass
class Transaction:
    """One request to one person: one prompt, one decision, one or more documents."""

    id: str
    provider: str
    profile: str
    uid: str
    handle: str
    """Handle of the credential asked for."""
    title: str
    """As the vendor's app shows it; may be empty."""
    items: list[Item]
    created: float
    expires: float
    client_ref: str | None = None
    notify_url: str | None = None
    stage: Stage = Stage.WAITING
    failure: str | None = None
    """signing, key_authorisation, certificate, quota or internal; only when failed."""
    vendor: dict[str, str] = field(default_factory=dict)
    """What the vendor adds: its words for a staged failure (``state``, ``code``, ``text``), or facts of a profile."""
    late: bool = False
    finish_at: float | None = None
    """When the HSM is done; only while confirmed."""
    over: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)
    told: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)
    """Set when a callback about it was delivered, or could not be."""

    def to_json(self) -> dict[str, Any]:
        kept = {name: value for name, value in vars(self).items() if name not in ("over", "told")}
        return {**kept, "items": [asdict(item) for item in self.items]}


def from_json(kept: dict[str, Any]) -> Transaction:
    items = [Item(**item) for item in kept.pop("items")]
    transaction = Transaction(**{**kept, "stage": Stage(kept["stage"])}, items=items)
    if transaction.stage not in (Stage.WAITING, Stage.CONFIRMED):
        transaction.over.set()
    return transaction

"""A letter before it is written: to whom, and how to write it once somebody takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from backend.domain.letters import Letter


@dataclass(frozen=True, slots=True)
class Draft:
    """What can be said about a letter before the mail server is there."""

    to: str
    """Mailbox."""
    write: Callable[[], Letter]
    """May be called once; raises Moot when the letter has become pointless meanwhile."""


class Moot(Exception):
    """The letter has become pointless, for the reason given: nobody is to get it any more. Not an error."""


def message_key(payload: Mapping[str, object]) -> str:
    """Marks the letter of one queue row in its Message-ID; tells nothing."""
    return sha256(str(payload["letter"]).encode()).hexdigest()[:32]

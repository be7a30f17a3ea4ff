"""The kinds of knocks a screen can hear. They carry an id; the screen re-reads."""

from __future__ import annotations

from enum import StrEnum


class EventType(StrEnum):
    """The whole list."""

    DOSSIER_CHANGED = "dossier.changed"
    SIGNING_CHANGED = "signing.changed"
    INBOX_CHANGED = "inbox.changed"
    SESSION_ENDED = "session.ended"

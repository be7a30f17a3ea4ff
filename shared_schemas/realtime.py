"""Every event a screen can hear: a knock, never a letter. The same shape over the socket and from the catch-up list."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared_schemas.fields import Number, many, must

SOCKET_EVENT = "event"
"""The one Socket.IO event name; a client sends none."""

DOSSIER_CHANGED = "dossier.changed"
"""``id`` is the dossier: read it again."""
SIGNING_CHANGED = "signing.changed"
"""``id`` is the signing request: read it again."""
BATCH_CHANGED = "batch.changed"
"""``id`` is the batch: read it again."""
INBOX_CHANGED = "inbox.changed"
"""``id`` is the dossier that came into or left the list: read the inbox again."""
SIGNING_ALARM = "signing.alarm"
"""``id`` is the dossier for which a member of the unit says they asked for no signature."""
SESSION_ENDED = "session.ended"
"""``id`` is the session: show the log-in."""

EVENT_TYPES = (DOSSIER_CHANGED, SIGNING_CHANGED, BATCH_CHANGED, INBOX_CHANGED, SIGNING_ALARM, SESSION_ENDED)


class Knock(Schema):
    """What travels over the socket."""

    type = must(fields.String, "What happened.", validate=validate.OneOf(EVENT_TYPES))
    id = must(fields.UUID, "To what.")
    seq = must(fields.Integer, "The person's events are numbered without gaps.")


class EventOut(Knock):
    """A stored event."""

    at = must(fields.AwareDateTime, "When.")


class EventsQuery(Schema):
    """Where the client stopped."""

    after = Number("The last ``seq`` the client has seen.", 0, 2**31 - 1, default=0)


class EventList(Schema):
    """What was missed."""

    items = many(EventOut, "Oldest first; when many are missing, only the newest: read everything again.")
    seq = must(fields.Integer, "The newest number; ask after it next time.")

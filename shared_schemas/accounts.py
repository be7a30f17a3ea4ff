"""A person's own account: passwords, proofs, sessions."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared_schemas.fields import Body, Password, Text, many, must


class ChangePassword(Body):
    """A password of one's own."""

    new_password = Password("At least twelve characters; see the sentences of the refusal.")


class ProveByPassword(Body):
    """It is still me."""

    password = Password("The log-in's.")


class AskForReset(Body):
    """I have forgotten my password."""

    username = Text("Log-in name.", 40, shortest=1)


class ResetPassword(Body):
    """The link of the letter, and a new password."""

    token = Password("What stands behind ``#`` in the link.")
    new_password = Password("As when changing it.")


class OwnSession(Schema):
    """One log-in of the caller."""

    id = must(fields.UUID, "Ours.")
    device = must(fields.String, "Browser and system, as the browser says.")
    shared_device = must(fields.Boolean, "True when others use the device too.")
    created_at = must(fields.AwareDateTime, "When this log-in was.")
    seen_at = must(fields.AwareDateTime, "Last use, to the minute.")
    current = must(fields.Boolean, "True for the session that asks.")


class OwnSessions(Schema):
    """Where the caller is logged in."""

    items = many(OwnSession, "This session first, then by last use.")

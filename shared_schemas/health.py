"""Whether this process answers, and which release it is."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared_schemas.fields import must


class Health(Schema):
    """Alive."""

    status = must(fields.String, "``ok``.")
    version = must(fields.String, "Release.")

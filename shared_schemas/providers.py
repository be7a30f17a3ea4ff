"""The certificate authorities people sign with, as data the phone draws its form from."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared_schemas.fields import many, may, must


class Provider(Schema):
    """One CA."""

    slug = must(fields.String, "Stable name in URLs and rows.")
    name = must(fields.String, "The CA's name as people know it.")
    app_name = must(fields.String, "Its phone app.")
    deep_link = may(fields.String, "Opens the app; null hides the button.")
    needs_password = must(fields.Boolean, "True when a request needs the person's password at the CA.")
    may_need_second_factor = must(fields.Boolean, "True when the CA may ask for one more factor.")
    shows_description = must(fields.Boolean, "True when the app shows our text, so that a code can be compared there.")
    life_s = must(fields.Integer, "Seconds a request lives when the CA does not say.")
    max_batch = must(fields.Integer, "Documents in one approval.")


class ProviderList(Schema):
    """Every CA of this house."""

    items = many(Provider, "In the order to show.")

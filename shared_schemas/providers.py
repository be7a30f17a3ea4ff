"""The certificate authorities people sign with, as data the phone draws its form from."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared_schemas.fields import Body, Password, Text, a, many, may, must


class ProviderHealth(Schema):
    """Whether a CA answers, as every process of the house has seen it."""

    state = must(
        fields.String,
        "``slow`` keeps nobody from trying; while ``down`` nothing is sent.",
        validate=validate.OneOf(("ok", "slow", "down")),
    )
    retry_at = may(fields.AwareDateTime, "When a CA that is down is tried next; null while a try is under way.")


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
    health = a(ProviderHealth, "Whether it answers now.")


CHANNELS = ("authenticator", "message")


def _challenge() -> Text:
    return Text("As given with the question for a code; letters and digits without meaning.", 4000, shortest=1)


class SecondFactorAnswer(Body):
    """The code a CA wanted besides the password."""

    challenge = _challenge()
    code = Password("The code, as typed; used once, never stored.")


class ResendCode(Body):
    """Ask the CA for a new code."""

    challenge = _challenge()


class SecondFactor(Schema):
    """A CA's question for a code. The facts of the problem ``prov.second_factor`` have the same members."""

    challenge = must(fields.String, "To be sent back with the code, instead of the password.")
    channel = must(fields.String, "Where the person finds the code.", validate=validate.OneOf(CHANNELS))
    sent_to = may(fields.String, "Masked address the code went to, when the CA says.")
    ends_at = must(fields.AwareDateTime, "After this the password is needed again.")
    resend_at = may(fields.AwareDateTime, "From when a code may be sent again; null where an app makes it.")


class ProviderList(Schema):
    """Every CA of this house."""

    items = many(Provider, "In the order to show.")

"""Logging in, and who is logged in."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared_schemas.fields import Body, Flag, Password, Text, a, many, must

TITLES = (
    "accountant",
    "chief_accountant",
    "delegated_chief_accountant",
    "account_holder",
    "delegated_account_holder",
    "treasury_officer",
    "treasury_approver",
)


class LogIn(Body):
    """A user name and its password."""

    username = Text("As given by the unit's manager.", 40, shortest=1)
    password = Password("Taken letter for letter; never stored, never logged.")
    shared_device = Flag("True on a device others use: shorter sessions, everything wiped at log-out.")


class UnitBrief(Schema):
    """A budget unit, named."""

    id = must(fields.UUID, "Ours.")
    code = must(fields.String, "Mã ĐVQHNS, seven digits.")
    name = must(fields.String, "Full name.")
    second_signature = must(fields.Boolean, "False where the account holder's side signs vouchers alone.")


class TreasuryBrief(Schema):
    """A Treasury office, named."""

    code = must(fields.String, "Four digits.")
    name = must(fields.String, "Full name.")


class OwnCertificate(Schema):
    """The caller's registered signing certificate."""

    provider = must(fields.String, "Slug of the CA.")
    provider_name = must(fields.String, "The CA's name as people know it.")
    login_masked = must(fields.String, "User name at the CA, middle hidden.")
    subject = must(fields.String, "Name in the certificate.")
    serial_tail = must(fields.String, "Last eight hexadecimal digits of the serial number.")
    valid_to = must(fields.AwareDateTime, "End of validity.")
    needs_password = must(fields.Boolean, "True when signing asks for the password at the CA.")


class OwnUser(Schema):
    """The person who is logged in."""

    id = must(fields.UUID, "Ours.")
    username = must(fields.String, "Log-in name.")
    full_name = must(fields.String, "As registered.")
    title = must(fields.String, "The one title of the person.", validate=validate.OneOf(TITLES))
    title_label = must(fields.String, "Vietnamese title.")
    unit = a(UnitBrief, "Null for an officer of the Treasury.", nullable=True)
    treasury = a(TreasuryBrief, "The officer's own office, or the office that serves the unit.", nullable=True)
    certificate = a(OwnCertificate, "Null while none is registered.", nullable=True)


class Session(Schema):
    """One log-in on one device."""

    user = a(OwnUser, "Who this is.")
    csrf_token = must(fields.String, "To be sent as ``X-CSRF-Token`` with every unsafe call.")
    event_seq = must(
        fields.Integer, "The newest event that a list read beside this answer cannot lack; ask for events after it."
    )
    server_time = must(fields.AwareDateTime, "The server's clock, to count down by.")
    expires_at = must(fields.AwareDateTime, "When this log-in ends without use.")
    navigation = many(fields.String(), "The screens this person has, in order: ``inbox``, ``dossiers``, ``intake`` …")
    must_change_password = must(fields.Boolean, "True with a one-time password: nothing but the change of it is open.")

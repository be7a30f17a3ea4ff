"""Letters to units and members: which there are, and one that is written and ready to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RegistrationLetter(StrEnum):
    """Letters of a registration dossier, by their numbers in the route."""

    CONTINUE = "E1"
    """To the unit at R1: the code and the link to go on with."""
    CHECK = "E2"
    """To each member at R1: who declared them, and the link to their own data."""
    SIGN = "E3"
    """To the account holder and the delegates at R3: the declarations wait for a signature."""
    SENT = "E4"
    """To the unit at R7: the Treasury has it, and until when it answers."""
    RETURNED = "E5"
    """To the unit at R9, with the reason."""
    APPROVED = "E6"
    """To the unit at R11: members, roles, and the signed declarations."""
    FIRST_PASSWORD = "E7"  # noqa: S105 - the letter's number
    """To each new member at R11: user name and one-time password."""
    REJECTED = "E8"
    """To the unit at R12, with the reason."""
    CANCELLED = "E9"
    """To the unit at R13."""


TO_EACH_MEMBER = frozenset({RegistrationLetter.CHECK, RegistrationLetter.FIRST_PASSWORD})
TO_ACCOUNT_HOLDERS = frozenset({RegistrationLetter.SIGN})
"""All other letters go to the unit's mailbox."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A PDF that goes with a letter."""

    filename: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one mailbox. Every text is ready to be read; none may hold a line break but ``text``."""

    message_key: str
    """Equal keys mark the same letter sent again: the left side of the Message-ID (RFC 5322)."""
    subject: str
    text: str
    html: str
    """The same words for programs that show HTML."""
    attachments: Sequence[Attachment] = ()


@dataclass(frozen=True, slots=True)
class ReceivedLetter:
    """One letter in a mailbox of the demo."""

    name: str
    """Ours; letters, digits, dots and hyphens."""
    to: str
    subject: str
    at: datetime
    text: str
    attachments: Sequence[Attachment] = ()


class MailAway(RuntimeError):
    """The mail server cannot be reached, or takes nothing now. Recover: the letter is sent later by itself.

    The message is a word of ours or a number, never what the server said: that may hold addresses.
    """


class MailRefused(RuntimeError):
    """The mail server will never take this letter. Recover: an operator looks at the address.

    The message is the number the server gave (RFC 5321), or a word of ours.
    """

"""Sends one letter of the queue: what it says is put together now, from ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import structlog

from backend.domain.letters import MailAway, MailRefused, RegistrationLetter
from backend.services.house import House
from backend.services.mails.accounts import (
    first_password,
    password_by_passkey,
    password_reset,
    staff_first_password,
)
from backend.services.mails.draft import Draft, Moot
from backend.services.mails.registration import registration_letter
from backend.services.outbox import Hopeless, TryLater

log = structlog.get_logger(__name__)

Writer = Callable[[House, Mapping[str, object]], Draft]

WRITERS: Mapping[str, Writer] = {
    **dict.fromkeys((letter.value for letter in RegistrationLetter), registration_letter),
    RegistrationLetter.FIRST_PASSWORD.value: first_password,
    "staff_first_password": staff_first_password,
    "password_reset": password_reset,
    "password_by_passkey": password_by_passkey,
}
"""Template → how it is written."""


def send_mail(house: House, payload: Mapping[str, object]) -> None:
    """Once in normal running; after a crash at the wrong moment again, recognisable by the same Message-ID.

    Raises TryLater while the mail server is away, Hopeless when it refuses the letter for good.
    """
    letter = str(payload["letter"])
    try:
        draft = WRITERS[str(payload["template"])](house, payload)
        house.mailer.send(draft.to, draft.write)
    except Moot as reason:
        log.info("mail.moot", letter=letter, reason=str(reason))
        return
    except MailAway as error:
        raise TryLater(str(error)) from None
    except MailRefused as error:
        log.error("mail.refused", letter=letter, code=str(error))
        raise Hopeless(str(error)) from None
    house.failpoint("S13.letter_handed_over")
    log.info("mail.sent", letter=letter)

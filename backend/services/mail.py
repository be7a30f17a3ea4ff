"""Letters: handed over inside the business commit, sent afterwards, each once.

The row says which letter and to whom, never an address and never a secret: whoever sends it looks the address up and
makes what is secret at that moment (``accounts.give_one_time_password``, ``accounts_reset.new_reset_token``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from backend.domain.letters import RegistrationLetter
from backend.models import Registration
from backend.services.house import House
from backend.services.mails.addressees import addressees_of

MAIL = "mail.send"
"""The kind of side effect."""


def enqueue_mail(session: Session, house: House, template: str, key: str, facts: Mapping[str, object]) -> None:
    """Once per template and ``key``. ``facts`` are ids and plain words, such as ``user_id``."""
    letter = f"{template}:{key}"
    house.dispatch.enqueue(session, MAIL, letter, {"template": template, "letter": letter, **facts})


def enqueue_letters(
    session: Session,
    house: House,
    row: Registration,
    letter: RegistrationLetter,
    member_ids: Collection[str] | None = None,
) -> None:
    """Hand over one letter for each person it is for, in the caller's commit; repeating it changes nothing.

    Call it after ``move``, in the same session: ``enqueue_letters(session, house, row, RegistrationLetter.SIGN)``.
    It finds out by itself who gets the letter: E3 the account holder and the delegates, E2 and E7 each member of the
    content (E7 of a change: pass the ids of the new members), all others the unit. In a change the mailbox that was
    approved before is told as well. E7 needs the active member row, whose id is the member's id in the content, with
    an empty password hash or a one-time password: a password somebody chose is never replaced.
    Each key is ``{letter}:{registration id}:{content version}[:{member id}][:former]``, so that a letter goes out again
    for another content only. Reasons, addresses, files and passwords are looked up or made when it is sent.
    """
    for to in addressees_of(row, letter, member_ids):
        parts = [row.id, str(row.content_version), to.member_id or "", "former" if to.former else ""]
        facts = {
            "registration_id": row.id,
            "content_version": row.content_version,
            "member_id": to.member_id,
            "former": to.former,
        }
        enqueue_mail(session, house, letter.value, ":".join(part for part in parts if part), facts)

"""Letters to members: handed over inside the business commit, sent afterwards, each once.

The row says which letter and to whom, never an address and never a secret: whoever sends it looks the address up and
makes what is secret at that moment (``accounts.give_one_time_password``, ``accounts_reset.new_reset_token``).
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from backend.services.house import House

MAIL = "mail.send"
"""The kind of side effect."""


def enqueue_mail(session: Session, house: House, template: str, key: str, facts: Mapping[str, object]) -> None:
    """Once per template and ``key``. ``facts`` are ids and plain words, such as ``user_id``."""
    house.dispatch.enqueue(session, MAIL, f"{template}:{key}", {"template": template, **facts})

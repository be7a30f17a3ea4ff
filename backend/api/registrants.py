"""The two doors to a registration dossier: the secret link of a new registration, the log-in of a member for a change.

Behind both doors are the same views: each is written once, and hung under both addresses with the policy of the door.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from flask import Response, g
from sqlalchemy.orm import Session

from backend.api.access import link_holders, members_of_change, registration_id
from backend.api.body import Subject
from backend.api.calls import ONCE, answer, answered, asked_by, house, kept
from backend.models import Registration as Row
from backend.services.caller import Caller
from backend.services.idempotency import Act, answer_once, reserved
from backend.services.registration.view import registration_view

View = Callable[..., Response]


class RegistrantsSubject(Subject):
    """A blueprint under ``/api`` with views for whoever declares."""

    def both(self, method: str, path: str, operation: str, *, once: bool = False) -> Callable[[View], View]:
        """Hang the view at ``path`` of the current dossier behind both doors. ``once``: it wants an Idempotency-Key.

        ``operation`` is the name in the description; behind the door for members, Registration in it becomes
        RegistrationChange. Goes on top of ``arguments`` and ``response``.
        """
        described = {"parameters": ONCE} if once else {}

        def hang(view: View) -> View:
            by_link = self.doc(operationId=operation, security=[], **described)(link_holders(_own(view)))
            changed = operation.replace("Registration", "RegistrationChange")
            by_session = self.doc(operationId=changed, **described)(members_of_change(_own(view)))
            self.route(f"/registrations/current{path}", methods=[method])(by_link)
            self.route(f"/registration-changes/current{path}", methods=[method], endpoint=f"{view.__name__}_of_change")(
                by_session
            )
            return view

        return hang


def _own(view: View) -> View:
    """The same view as a function of its own, because a policy is a mark on the function."""

    @wraps(view)
    def same(*args: Any, **words: Any) -> Response:
        return view(*args, **words)

    return same


def registrant() -> Caller | None:
    """The member who calls; None for whoever holds the link."""
    found: Caller | None = g.get("caller")
    return found


def read_current() -> Response:
    """The dossier as it stands."""
    with house().read() as session:
        return answer(registration_view(session, house(), session.get_one(Row, registration_id())))


def change_current(act: Callable[[Session, Row], None]) -> Response:
    """Let the registrant change something, once per key; answers the whole dossier."""
    return answered(answer_once(house(), asked_by(_who()), partial(_changed, act), 200))


def change_current_after(prepare: Callable[[], Callable[[Session, Row], None]]) -> Response:
    """The same for what needs work before the commit, such as a typesetter: ``prepare`` runs outside of any session,
    and not at all when the answer was given before.
    """
    with reserved(house(), asked_by(_who())) as place:
        return answered(place.given or place.fill(partial(_changed, prepare()), 200))


def ask_current_after(prepare: Callable[[], Act]) -> Response:
    """The same for what is accepted only (202), with an answer of its own."""
    with reserved(house(), asked_by(_who())) as place:
        return answered(place.given or place.fill(prepare(), 202))


def tell_current(act: Callable[[Session, Row], dict[str, object]]) -> Response:
    """Let the registrant do something that has an answer of its own, once per key."""

    def do(session: Session) -> dict[str, object]:
        return kept(act(session, session.get_one(Row, registration_id())))

    return answered(answer_once(house(), asked_by(_who()), do, 200))


def _who() -> str:
    by = registrant()
    return by.user_id if by else registration_id()


def _changed(act: Callable[[Session, Row], None], session: Session) -> dict[str, object]:
    row = session.get_one(Row, registration_id())
    act(session, row)
    return kept(registration_view(session, house(), row))

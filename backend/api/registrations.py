"""Registering a unit, for whoever holds the dossier's secret link; no log-in exists yet. What is under ``/current``
serves a change of registration as well, see ``registrants.py``.
"""

from __future__ import annotations

from typing import Any

from flask import Response, request
from sqlalchemy.orm import Session

from backend.api import cookies
from backend.api.access import link_holders, public, registration_id
from backend.api.calls import answer, house
from backend.api.registrants import RegistrantsSubject, change_current, read_current, registrant
from backend.models import Registration as Row
from backend.services.registration import desk
from backend.services.registration.links import held_by, new_link
from backend.services.registration.public_limits import count_beginning, count_saving
from backend.services.registration.registry import choices
from backend.services.registration.view import registration_view
from shared_schemas.dossiers import Act
from shared_schemas.registration import (
    Begun,
    MakeAccounts,
    OpenRegistration,
    Registration,
    RegistrationChoices,
    SaveRegistration,
)
from shared_schemas.signing import Nothing

blueprint = RegistrantsSubject(
    "registrations", __name__, url_prefix="/api", description="Registering a unit for the service, and changing that."
)


@blueprint.route("/registrations", methods=["POST"])
@blueprint.doc(operationId="beginRegistration", security=[])
@public
@blueprint.arguments(Nothing)
@blueprint.response(201, Begun)
def begin(words: dict[str, Any]) -> Response:
    """Begin a declaration; sets the cookie that goes on with it here."""
    count_beginning(house(), request.remote_addr or "")
    with house().begin() as session:
        row, secret = desk.begin(session, house())
        body = {"registration": registration_view(session, house(), row), "secret": secret}
    return cookies.give_link(answer(body, 201), secret)


@blueprint.route("/registrations/open", methods=["POST"])
@blueprint.doc(operationId="openRegistration", security=[])
@public
@blueprint.arguments(OpenRegistration)
@blueprint.response(200, Registration)
def open_link(words: dict[str, Any]) -> Response:
    """Go on with a declaration on this device."""
    with house().read() as session:
        body = registration_view(session, house(), held_by(session, house(), words["secret"]))
    return cookies.give_link(answer(body), words["secret"])


@blueprint.route("/registrations/choices", methods=["GET"])
@blueprint.doc(operationId="getRegistrationChoices", security=[])
@public
@blueprint.response(200, RegistrationChoices)
def get_choices() -> Response:
    """What can be chosen today."""
    with house().read() as session:
        return answer(choices(session, house()))


@blueprint.both("GET", "", "getRegistration")
@blueprint.response(200, Registration)
def get_current() -> Response:
    """The declaration as it stands."""
    return read_current()


@blueprint.both("PUT", "", "saveRegistrationParts", once=True)
@blueprint.arguments(SaveRegistration)
@blueprint.response(200, Registration)
def put_current(words: dict[str, Any]) -> Response:
    """Keep what was typed, right or wrong; the answer says what to mend."""
    version, by = words.pop("expected_version"), registrant()
    return change_current(lambda session, row: desk.save_parts(session, house(), row, version, words, by=by))


@blueprint.both("POST", "/accounts", "makeRegistrationAccounts", once=True)
@blueprint.arguments(MakeAccounts)
@blueprint.response(200, Registration)
def post_accounts(words: dict[str, Any]) -> Response:
    """Tạo số tài khoản của đơn vị."""
    by = registrant()
    return change_current(lambda session, row: desk.make_accounts(session, house(), row, **words, by=by))


@blueprint.both("POST", "/save", "saveRegistration", once=True)
@blueprint.arguments(Act)
@blueprint.response(200, Registration)
def post_save(words: dict[str, Any]) -> Response:
    """The first Lưu: the dossier gets its code."""
    by = registrant()

    def save(session: Session, row: Row) -> None:
        if row.kind == "new":
            count_saving(session, house(), row, request.remote_addr or "")
        desk.save(session, house(), row, **words, by=by)

    return change_current(save)


@blueprint.both("POST", "/cancel", "cancelRegistration", once=True)
@blueprint.arguments(Act)
@blueprint.response(200, Registration)
def post_cancel(words: dict[str, Any]) -> Response:
    """Give the dossier up."""
    by = registrant()
    return change_current(lambda session, row: desk.cancel(session, house(), row, **words, by=by))


@blueprint.route("/registrations/current/link", methods=["POST"])
@blueprint.doc(operationId="renewRegistrationLink", security=[])
@link_holders
@blueprint.arguments(Nothing)
@blueprint.response(200, Begun)
def post_link(words: dict[str, Any]) -> Response:
    """A new link; the former one opens nothing any more."""
    with house().begin() as session:
        row = session.get_one(Row, registration_id())
        secret = new_link(house(), row)
        session.flush()
        body = {"registration": registration_view(session, house(), row), "secret": secret}
    return cookies.give_link(answer(body), secret)

"""Registering a unit, for whoever holds the dossier's secret link; no log-in exists yet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from backend.api import cookies
from backend.api.access import link_holders, public, registration_id
from backend.api.body import Subject
from backend.api.calls import ONCE, answer, answered, asked_by, house, kept
from backend.models import Registration as Row
from backend.services.idempotency import answer_once
from backend.services.registration import desk
from backend.services.registration.links import held_by, new_link
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

blueprint = Subject(
    "registrations", __name__, url_prefix="/api/registrations", description="Registering a unit for the service."
)


@blueprint.route("", methods=["POST"])
@blueprint.doc(operationId="beginRegistration", security=[])
@public
@blueprint.arguments(Nothing)
@blueprint.response(201, Begun)
def begin(words: dict[str, Any]) -> Response:
    """Begin a declaration; sets the cookie that goes on with it here."""
    with house().begin() as session:
        row, secret = desk.begin(session, house())
        body = {"registration": registration_view(session, house(), row), "secret": secret}
    return cookies.give_link(answer(body, 201), secret)


@blueprint.route("/open", methods=["POST"])
@blueprint.doc(operationId="openRegistration", security=[])
@public
@blueprint.arguments(OpenRegistration)
@blueprint.response(200, Registration)
def open_link(words: dict[str, Any]) -> Response:
    """Go on with a declaration on this device."""
    with house().read() as session:
        body = registration_view(session, house(), held_by(session, house(), words["secret"]))
    return cookies.give_link(answer(body), words["secret"])


@blueprint.route("/choices", methods=["GET"])
@blueprint.doc(operationId="getRegistrationChoices", security=[])
@public
@blueprint.response(200, RegistrationChoices)
def get_choices() -> Response:
    """What can be chosen today."""
    with house().read() as session:
        return answer(choices(session, house()))


@blueprint.route("/current", methods=["GET"])
@blueprint.doc(operationId="getRegistration", security=[])
@link_holders
@blueprint.response(200, Registration)
def get_current() -> Response:
    """The declaration as it stands."""
    with house().read() as session:
        return answer(registration_view(session, house(), session.get_one(Row, registration_id())))


@blueprint.route("/current", methods=["PUT"])
@blueprint.doc(operationId="saveRegistrationParts", security=[], parameters=ONCE)
@link_holders
@blueprint.arguments(SaveRegistration)
@blueprint.response(200, Registration)
def put_current(words: dict[str, Any]) -> Response:
    """Keep what was typed, right or wrong; the answer says what to mend."""
    version = words.pop("expected_version")
    return _once(lambda session, row: desk.save_parts(session, house(), row, version, words))


@blueprint.route("/current/accounts", methods=["POST"])
@blueprint.doc(operationId="makeRegistrationAccounts", security=[], parameters=ONCE)
@link_holders
@blueprint.arguments(MakeAccounts)
@blueprint.response(200, Registration)
def post_accounts(words: dict[str, Any]) -> Response:
    """Tạo số tài khoản của đơn vị."""
    return _once(lambda session, row: desk.make_accounts(session, house(), row, **words))


@blueprint.route("/current/save", methods=["POST"])
@blueprint.doc(operationId="saveRegistration", security=[], parameters=ONCE)
@link_holders
@blueprint.arguments(Act)
@blueprint.response(200, Registration)
def post_save(words: dict[str, Any]) -> Response:
    """The first Lưu: the dossier gets its code."""
    return _once(lambda session, row: desk.save(session, house(), row, **words))


@blueprint.route("/current/cancel", methods=["POST"])
@blueprint.doc(operationId="cancelRegistration", security=[], parameters=ONCE)
@link_holders
@blueprint.arguments(Act)
@blueprint.response(200, Registration)
def post_cancel(words: dict[str, Any]) -> Response:
    """Give the dossier up."""
    return _once(lambda session, row: desk.cancel(session, house(), row, **words))


@blueprint.route("/current/link", methods=["POST"])
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


def _once(act: Callable[[Session, Row], None]) -> Response:
    """Let the holder of the link change something, once per key; answers the whole dossier."""

    def do(session: Session) -> dict[str, object]:
        row = session.get_one(Row, registration_id())
        act(session, row)
        return kept(registration_view(session, house(), row))

    return answered(answer_once(house(), asked_by(registration_id()), do, 200))

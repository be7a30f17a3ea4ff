"""Logging in, saying who is logged in, logging out."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from backend.api import cookies
from backend.api.access import ANYONE, access, caller, public
from backend.api.body import Subject
from backend.api.calls import answer, house, read
from backend.domain.passkeys import Assertion
from backend.domain.providers import Secret
from backend.services import passkeys, sessions
from backend.services.passkeys_challenge import Purpose
from shared_schemas.passkeys import LogInByPasskey, PasskeyQuestion
from shared_schemas.session import LogIn, Session

blueprint = Subject("session", __name__, url_prefix="/api/session", description="One log-in on one device.")


@blueprint.route("", methods=["POST"])
@blueprint.doc(operationId="logIn", security=[])
@public
@blueprint.arguments(LogIn)
@blueprint.response(200, Session)
def log_in(words: dict[str, Any]) -> Response:
    """Log in.

    Sets the session cookie. A wrong user name and a wrong password give the same answer. An account with a passkey is
    refused (``auth.passkey_needed``); with ``must_change_password`` the session can do nothing but change it.
    """
    found = sessions.log_in(
        house(),
        username=words["username"],
        password=Secret(words["password"]),
        shared_device=words["shared_device"],
        agent=request.headers.get("User-Agent", "")[:200],
        address=request.remote_addr or "",
    )
    return cookies.give(answer(found.view), found.token.reveal())


@blueprint.route("/passkey", methods=["GET"])
@blueprint.doc(operationId="getLogInQuestion", security=[])
@public
@blueprint.response(200, PasskeyQuestion)
def get_question() -> Response:
    """What to ask an authenticator to log in; good for five minutes and one answer."""
    with house().read() as session:
        return answer(passkeys.question(session, house(), Purpose.LOG_IN))


@blueprint.route("/passkey", methods=["POST"])
@blueprint.doc(operationId="logInByPasskey", security=[])
@public
@blueprint.arguments(LogInByPasskey)
@blueprint.response(200, Session)
def log_in_by_passkey(words: dict[str, Any]) -> Response:
    """Log in by passkey alone. Sets the session cookie."""
    found = passkeys.log_in(
        house(),
        words["challenge"],
        Assertion(**words["assertion"]),
        shared_device=words["shared_device"],
        agent=request.headers.get("User-Agent", ""),
        address=request.remote_addr or "",
    )
    return cookies.give(answer(found.view), found.token.reveal())


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="getSession")
@access(ANYONE)
@blueprint.response(200, Session)
def get_session() -> Response:
    """Who is logged in."""
    return answer(read(sessions.session_view))


@blueprint.route("", methods=["DELETE"])
@blueprint.doc(operationId="logOut")
@access(ANYONE, limited=True)
@blueprint.response(204)
def log_out() -> Response:
    """Log out here: the session ends, its sockets close, the browser forgets this site."""
    with house().begin() as session:
        sessions.log_out(session, house(), caller())
    return cookies.take(Response(status=204))

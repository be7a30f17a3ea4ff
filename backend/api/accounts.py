"""A person's own account: the password, proving it is still them, where they are logged in, a forgotten password."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request

from backend.api import cookies
from backend.api.access import ANYONE, access, caller, public
from backend.api.body import Subject
from backend.api.calls import answer, house, read
from backend.domain.passkeys import Assertion
from backend.domain.providers import Secret
from backend.services import accounts, accounts_reset, passkeys, sessions_devices
from backend.services.passkeys_challenge import Purpose
from backend.services.sessions import LoginResult
from shared_schemas.accounts import AskForReset, ChangePassword, OwnSessions, ProveByPassword, ResetPassword
from shared_schemas.passkeys import PasskeyQuestion, ProveByPasskey
from shared_schemas.session import Session

blueprint = Subject("accounts", __name__, url_prefix="/api/account", description="A person's own account.")


@blueprint.route("/password", methods=["PUT"])
@blueprint.doc(operationId="changePassword")
@access(ANYONE, limited=True)
@blueprint.arguments(ChangePassword)
@blueprint.response(200, Session)
def put_password(words: dict[str, Any]) -> Response:
    """Choose a password.

    Every other session ends. Refused with ``auth.stepup`` when the log-in or the last proof is older than five minutes.
    """
    return _renewed(accounts.change_password(house(), caller(), Secret(words["new_password"])))


@blueprint.route("/proof/password", methods=["POST"])
@blueprint.doc(operationId="proveByPassword")
@access(ANYONE)
@blueprint.arguments(ProveByPassword)
@blueprint.response(200, Session)
def post_password_proof(words: dict[str, Any]) -> Response:
    """Prove by the password that it is still you; refused where there is a passkey."""
    address = request.remote_addr or ""
    return _renewed(accounts.prove_by_password(house(), caller(), Secret(words["password"]), address))


@blueprint.route("/proof/passkey", methods=["GET"])
@blueprint.doc(operationId="getProofQuestion")
@access(ANYONE)
@blueprint.response(200, PasskeyQuestion)
def get_proof_question() -> Response:
    """What to ask the caller's authenticator; without ``credentials`` there is no passkey to prove by."""
    with house().read() as session:
        return answer(passkeys.question(session, house(), Purpose.PROOF, caller()))


@blueprint.route("/proof/passkey", methods=["POST"])
@blueprint.doc(operationId="proveByPasskey")
@access(ANYONE)
@blueprint.arguments(ProveByPasskey)
@blueprint.response(200, Session)
def post_passkey_proof(words: dict[str, Any]) -> Response:
    """Prove by a passkey that it is still you."""
    assertion, address = Assertion(**words["assertion"]), request.remote_addr or ""
    return _renewed(passkeys.prove(house(), caller(), words["challenge"], assertion, address))


@blueprint.route("/sessions", methods=["GET"])
@blueprint.doc(operationId="getOwnSessions")
@access(ANYONE)
@blueprint.response(200, OwnSessions)
def get_sessions() -> Response:
    """Where the caller is logged in."""
    return answer(read(sessions_devices.own_sessions))


@blueprint.route("/sessions/<uuid:session_id>", methods=["DELETE"])
@blueprint.doc(operationId="endSession")
@access(ANYONE)
@blueprint.response(204)
def delete_session(session_id: UUID) -> Response:
    """End one session of the caller; its sockets close within five seconds. Harmless to repeat."""
    with house().begin() as session:
        sessions_devices.end_session(session, house(), caller(), str(session_id))
    return Response(status=204)


@blueprint.route("/sessions", methods=["DELETE"])
@blueprint.doc(operationId="endEverySession")
@access(ANYONE)
@blueprint.response(204)
def delete_sessions() -> Response:
    """End every session of the caller, this one too."""
    with house().begin() as session:
        sessions_devices.end_every_session(session, house(), caller())
    return cookies.take(Response(status=204))


@blueprint.route("/reset", methods=["POST"])
@blueprint.doc(operationId="askForReset", security=[])
@public
@blueprint.arguments(AskForReset)
@blueprint.response(204)
def post_reset(words: dict[str, Any]) -> Response:
    """Ask for a letter with a link; the answer is the same for every user name."""
    accounts_reset.ask_for_reset(house(), words["username"], request.remote_addr or "")
    return Response(status=204)


@blueprint.route("/reset", methods=["PUT"])
@blueprint.doc(operationId="resetPassword", security=[])
@public
@blueprint.arguments(ResetPassword)
@blueprint.response(204)
def put_reset(words: dict[str, Any]) -> Response:
    """Choose a password by the link of the letter. Every session ends; nobody is logged in by this."""
    accounts_reset.reset_password(house(), Secret(words["token"]), Secret(words["new_password"]))
    return Response(status=204)


def _renewed(found: LoginResult) -> Response:
    return cookies.give(answer(found.view), found.token.reveal())

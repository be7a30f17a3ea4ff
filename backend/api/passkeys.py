"""Passkeys of the caller: enrol, list, name, remove. Logging in by one is in ``session.py``."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request

from backend.api.access import ANYONE, access, caller
from backend.api.body import Subject
from backend.api.calls import answer, house, read
from backend.domain.passkeys import Attestation
from backend.services import passkeys
from backend.services.sessions_devices import device_of
from shared_schemas.passkeys import EnrolPasskey, NamePasskey, OwnPasskey, OwnPasskeys, PasskeyOffer

blueprint = Subject("passkeys", __name__, url_prefix="/api/passkeys", description="Passkeys of a person (WebAuthn).")


@blueprint.route("", methods=["GET"])
@blueprint.doc(operationId="getPasskeys")
@access(ANYONE)
@blueprint.response(200, OwnPasskeys)
def get_passkeys() -> Response:
    """The caller's passkeys, oldest first."""
    return answer(read(passkeys.own_passkeys))


@blueprint.route("/offer", methods=["GET"])
@blueprint.doc(operationId="getPasskeyOffer")
@access(ANYONE)
@blueprint.response(200, PasskeyOffer)
def get_offer() -> Response:
    """What to enrol by; good for five minutes and one answer. ``auth.stepup`` when the log-in is too long ago."""
    return answer(read(passkeys.offer))


@blueprint.route("", methods=["POST"])
@blueprint.doc(operationId="enrolPasskey")
@access(ANYONE)
@blueprint.arguments(EnrolPasskey)
@blueprint.response(201, OwnPasskey)
def post_passkey(words: dict[str, Any]) -> Response:
    """Keep a new passkey, named after this device."""
    attestation = Attestation(**words["attestation"])
    label = device_of(request.headers.get("User-Agent", ""))
    return answer(passkeys.enrol(house(), caller(), words["challenge"], attestation, words["transports"], label), 201)


@blueprint.route("/<uuid:passkey_id>", methods=["PUT"])
@blueprint.doc(operationId="namePasskey")
@access(ANYONE)
@blueprint.arguments(NamePasskey)
@blueprint.response(200, OwnPasskey)
def put_passkey(words: dict[str, Any], passkey_id: UUID) -> Response:
    """Give a passkey another name."""
    with house().begin() as session:
        return answer(passkeys.rename(session, house(), caller(), str(passkey_id), words["label"]))


@blueprint.route("/<uuid:passkey_id>", methods=["DELETE"])
@blueprint.doc(operationId="removePasskey")
@access(ANYONE)
@blueprint.response(204)
def delete_passkey(passkey_id: UUID) -> Response:
    """Take a passkey away; without any, the password is enough again. Harmless to repeat."""
    with house().begin() as session:
        passkeys.remove(session, house(), caller(), str(passkey_id))
    return Response(status=204)

"""Certificates of the members in a registration: look up at the CA, bind, upload, unbind. Behind both doors."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from backend.api.access import registration_id
from backend.api.calls import answer, house
from backend.api.registrants import RegistrantsSubject, change_current, registrant
from backend.api.signing import proof_of
from backend.services.provider_login import resend
from backend.services.registration import bind
from backend.services.registration.look_up import look_up
from shared_schemas.providers import ResendCode, SecondFactor
from shared_schemas.registration import Registration
from shared_schemas.registration_certificates import (
    BindCertificate,
    Candidates,
    LookUpCertificates,
    LookUpWithCode,
    UnbindCertificate,
    UploadCertificate,
)

blueprint = RegistrantsSubject(
    "registration_certificates", __name__, url_prefix="/api", description="Certificates in a registration."
)


@blueprint.both("POST", "/certificates/look-up", "lookUpRegistrationCertificates")
@blueprint.arguments(LookUpCertificates)
@blueprint.response(200, Candidates)
def post_look_up(words: dict[str, Any]) -> Response:
    """Sign in at the member's CA and list the member's certificates there. Nothing is changed."""
    return _look_up(**words)


@blueprint.both("POST", "/certificates/code", "lookUpRegistrationCertificatesWithCode")
@blueprint.arguments(LookUpWithCode)
@blueprint.response(200, Candidates)
def post_code(words: dict[str, Any]) -> Response:
    """The same with the code the CA wanted besides."""
    return _look_up(**words)


def _look_up(
    *,
    member_id: str,
    provider: str,
    provider_login: str,
    provider_password: str | None = None,
    second_factor: dict[str, str] | None = None,
) -> Response:
    # Without a key: an answer that was kept would keep what was found at the CA.
    proof = proof_of(provider_password, second_factor)
    address = request.remote_addr or ""
    return answer(look_up(house(), registration_id(), member_id, provider, provider_login, proof, address))


@blueprint.both("POST", "/certificates/resend-code", "resendRegistrationCode")
@blueprint.arguments(ResendCode)
@blueprint.response(200, SecondFactor)
def post_resend(words: dict[str, Any]) -> Response:
    """Have the CA send the code again; from then on the new challenge counts."""
    return answer(resend(house(), registration_id(), words["challenge"]))


@blueprint.both("POST", "/certificates/bind", "bindRegistrationCertificate", once=True)
@blueprint.arguments(BindCertificate)
@blueprint.response(200, Registration)
def post_bind(words: dict[str, Any]) -> Response:
    """Bind one of the certificates that were looked up."""
    by = registrant()
    return change_current(lambda session, row: bind.bind(session, house(), row, **words, by=by))


@blueprint.both("POST", "/certificates/upload", "uploadRegistrationCertificate", once=True)
@blueprint.arguments(UploadCertificate)
@blueprint.response(200, Registration)
def post_upload(words: dict[str, Any]) -> Response:
    """Bind the certificate of a USB token."""
    by, file = registrant(), words.pop("file_base64")
    read = bind.read_upload(house(), registration_id(), words["member_id"], file)
    return change_current(lambda session, row: bind.bind_upload(session, house(), row, **words, read=read, by=by))


@blueprint.both("POST", "/certificates/unbind", "unbindRegistrationCertificate", once=True)
@blueprint.arguments(UnbindCertificate)
@blueprint.response(200, Registration)
def post_unbind(words: dict[str, Any]) -> Response:
    """Take a member's certificate away."""
    by = registrant()
    return change_current(lambda session, row: bind.unbind(session, house(), row, **words, by=by))

"""The declarations of a registration: making them, reading them, having them signed. Behind both doors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy.orm import Session

from backend.api.access import registration_id
from backend.api.calls import answer, house, kept
from backend.api.documents import BINARY, page_answer, pdf_answer
from backend.api.problems import with_sentences
from backend.api.registrants import (
    RegistrantsSubject,
    ask_current_after,
    change_current,
    change_current_after,
    registrant,
    tell_current,
)
from backend.api.signing import proof_of
from backend.models import Registration as Row
from backend.services.idempotency import Act as Doing
from backend.services.provider_login import Proof, resend
from backend.services.registration.complete import complete, prepare_completion, reopen
from backend.services.registration.declaration_signers import signers
from backend.services.registration.documents import document_pdf, page_image
from backend.services.registration.signed_files import check_signed, take_signed
from backend.services.registration.signing_subject import newest_signing
from backend.services.registration.signing_view import cancel_signing, signing_view
from backend.services.registration.start import prepare_sign, start_sign
from backend.services.sign.look import hurry_for
from shared_schemas.documents import PageQuery
from shared_schemas.dossiers import Act
from shared_schemas.providers import SecondFactor
from shared_schemas.registration import Registration
from shared_schemas.registration_signing import (
    LONGEST_FILE,
    CurrentSigning,
    RegistrationSigning,
    ResendSignCode,
    SignDeclarations,
    SignDeclarationsWithCode,
    Signers,
    UploadSigned,
)
from shared_schemas.signing import Nothing

blueprint = RegistrantsSubject(
    "registration_signing", __name__, url_prefix="/api", description="The declarations of a registration."
)

LONGEST_UPLOAD = 2 * LONGEST_FILE + 10_000
"""Bytes of a body with both declarations."""


@blueprint.before_request
def let_files_in() -> None:
    """Signed files are longer than anything else that is sent here."""
    if request.path.endswith("/signed-files"):
        request.max_content_length = LONGEST_UPLOAD


@blueprint.both("POST", "/complete", "completeRegistration", once=True)
@blueprint.arguments(Act)
@blueprint.response(200, Registration)
def post_complete(words: dict[str, Any]) -> Response:
    """The second Lưu: everything is checked, the declarations are made and wait for the signature."""
    by = registrant()

    def prepare() -> Callable[[Session, Row], None]:
        made = prepare_completion(house(), registration_id(), **words)
        return lambda session, row: complete(session, house(), row, made, by=by)

    return change_current_after(prepare)


@blueprint.both("POST", "/reopen", "reopenRegistration", once=True)
@blueprint.arguments(Act)
@blueprint.response(200, Registration)
def post_reopen(words: dict[str, Any]) -> Response:
    """Take up what the Treasury sent back; the former files and signatures are void."""
    by = registrant()
    return change_current(lambda session, row: reopen(session, house(), row, **words, by=by))


@blueprint.both("GET", "/documents/<uuid:document_id>.pdf", "getRegistrationDocument")
@blueprint.response(200, BINARY, content_type="application/pdf")
def get_pdf(document_id: UUID) -> Response:
    """A declaration."""
    with house().read() as session:
        row = session.get_one(Row, registration_id())
        return pdf_answer(*document_pdf(session, house(), row, str(document_id)))


@blueprint.both("GET", "/documents/<uuid:document_id>/pages/<int(min=1):page>.webp", "getRegistrationPage")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, BINARY, content_type="image/webp")
def get_page(words: dict[str, Any], document_id: UUID, page: int) -> Response:
    """A picture of one page of exactly these bytes; pages count from 1."""
    with house().read() as session:
        row = session.get_one(Row, registration_id())
        return page_answer(page_image(session, house(), row, str(document_id), page, words["w"]))


@blueprint.both("GET", "/signers", "getRegistrationSigners")
@blueprint.response(200, Signers)
def get_signers() -> Response:
    """Who may sign the declarations."""
    with house().read() as session:
        return answer(signers(session, house(), session.get_one(Row, registration_id())))


@blueprint.both("POST", "/sign", "signRegistration", once=True)
@blueprint.arguments(SignDeclarations)
@blueprint.response(202, RegistrationSigning)
def post_sign(words: dict[str, Any]) -> Response:
    """Ask the signer's CA to sign exactly the files that were seen."""
    return _sign(proof_of(words.pop("provider_password"), None), **words)


@blueprint.both("POST", "/sign/code", "signRegistrationWithCode", once=True)
@blueprint.arguments(SignDeclarationsWithCode)
@blueprint.response(202, RegistrationSigning)
def post_sign_code(words: dict[str, Any]) -> Response:
    """The same with the code the CA wanted besides."""
    return _sign(proof_of(None, words.pop("second_factor")), **words)


def _sign(proof: Proof, **words: Any) -> Response:
    by = registrant()

    # The key is taken before anything goes to the CA: a repeated tap must not try the person's password twice.
    def prepare() -> Doing:
        prepared = prepare_sign(house(), registration_id(), proof=proof, **words)
        return lambda session: kept(start_sign(session, house(), prepared, by=by))

    return ask_current_after(prepare)


@blueprint.both("POST", "/sign/resend-code", "resendRegistrationSignCode")
@blueprint.arguments(ResendSignCode)
@blueprint.response(200, SecondFactor)
def post_resend(words: dict[str, Any]) -> Response:
    """Have the CA send the code again; from then on the new challenge counts."""
    return answer(resend(house(), words["member_id"], words["challenge"]))


@blueprint.both("GET", "/signing", "getRegistrationSigning")
@blueprint.response(200, CurrentSigning)
def get_signing() -> Response:
    """Where the request stands."""
    with house().read() as session:
        row = newest_signing(session, session.get_one(Row, registration_id()))
        seen = signing_view(session, house(), row) if row is not None else None
    if row is not None:
        hurry_for(house(), {"id": row.id, "status": row.status, "created_at": row.created_at})
    return answer(with_sentences({"signing": seen}))


@blueprint.both("POST", "/signing/cancel", "cancelRegistrationSigning", once=True)
@blueprint.arguments(Nothing)
@blueprint.response(200, CurrentSigning)
def post_cancel(words: dict[str, Any]) -> Response:
    """Stop waiting. A signature that comes later is not used."""
    return tell_current(lambda session, row: {"signing": cancel_signing(session, house(), row)})


@blueprint.both("POST", "/signed-files", "uploadSignedRegistration", once=True)
@blueprint.arguments(UploadSigned)
@blueprint.response(200, Registration)
def post_signed(words: dict[str, Any]) -> Response:
    """Hand in the declarations signed with a USB token: all are accepted and sent to the Treasury, or none."""
    by = registrant()

    def prepare() -> Callable[[Session, Row], None]:
        checked = check_signed(house(), registration_id(), **words)
        return lambda session, row: take_signed(session, house(), row, checked, by=by)

    return change_current_after(prepare)
